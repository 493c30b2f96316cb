"""Title, year, address and text -> the division and organ of a report, as ranked candidates with their evidence.

Every piece of evidence adds points to the candidates it fits. A candidate is taken where the name alone settles it
(`exact`), or where year, address or text leave no other near it (`inferred`). Otherwise the report is `ambiguous`, or
`unresolved` where nothing names a place: a guess shown as a fact is the worst outcome.
Belongs here: which divisions a name can mean, and when evidence suffices. Keep out: how names and evidence are read,
what address and text weigh (`evidence`), frames.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import NamedTuple

from pipelines.agencies.copies import Copies, Weighed
from pipelines.agencies.evidence import CODE, HOST, HOST_ABOVE, HOST_INITIALS, NATION, EvidenceScorer, is_within
from pipelines.agencies.gazetteer import Division, Gazetteer, Township, load_gazetteer, vintage_of
from pipelines.agencies.naming import CLIPPED, OFFICIAL, STEM, ParsedName, Places, township_base, unclear
from pipelines.agencies.organs import INSTITUTION, UNIVERSITY, XPCC, ZONE, Organ
from pipelines.agencies.registration import is_one_of_its_kind, publisher_code
from pipelines.agencies.scopes import scope_of
from pipelines.agencies.stated_places import NO_TEXT, Address, TextEvidence, address, names_in, read_text
from pipelines.agencies.sub_bureaus import named_among, sub_bureau_of
from pipelines.agencies.yearly_names import YearlyNames, served_by, zone_bears_a_name
from pipelines.contracts.codes import code_list
from pipelines.extracting.credit_code import CreditCode
from pipelines.extracting.index_number import code_of

EXACT, INFERRED, AMBIGUOUS, UNRESOLVED = code_list("agency_status").named(
    "exact", "inferred", "ambiguous", "unresolved"
)
# What a name weighs. Points are logarithms of odds; `MARGIN` keeps weak evidence from deciding alone.
CHAIN, NAME, ALIAS_NAME, STEM_NAME, LISTED, OTHER_KIND = 6.0, 4.0, 4.0, 3.0, 2.0, 1.0
LAPSED = -1.0
MARGIN = 1.6
# A place that only an address or a text names needs so much.
ENOUGH_UNNAMED = 4.0
_NATIONAL = ("ministry", "state_council")
_OF_PROVINCES = re.compile(r"厅$|总队$")


class Candidate(NamedTuple):
    """A division that a report can be of. `score` is its share of the odds, 0 to 1; `evidence` what speaks for it."""

    division: Division
    path: str
    township: str | None
    township_code: str | None
    score: float
    points: float
    evidence: tuple[str, ...]


class Resolution(NamedTuple):
    """What a report is of: candidates, best first, and the organ. `scope` is own, summary or unknown; its basis.

    `code_conflict` is where the publisher's code is registered, if that contradicts the best candidate.
    """

    status: str
    candidates: tuple[Candidate, ...]
    organ: Organ
    named: ParsedName
    scope: str
    scope_basis: str | None
    gazetteer_version: str
    code: CreditCode | None = None
    code_conflict: str | None = None


class _ScoredDivision(NamedTuple):
    division: Division
    points: float
    evidence: list[str]
    town: Township | None = None
    merged: bool = False


class Resolver:
    """Resolves names against a gazetteer."""

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self.gazetteer = gazetteer or load_gazetteer()
        self.places = Places(self.gazetteer)
        self._counties = lru_cache(maxsize=65536)(self._counties_of)
        self._path = lru_cache(maxsize=16384)(self.gazetteer.path)
        self._children = lru_cache(maxsize=4096)(self.gazetteer.children)
        self._scorer = EvidenceScorer(self.gazetteer)
        self._copies = Copies(self._scorer)
        self._names = YearlyNames(self.places, self._scorer)

    def resolve(
        self,
        name: str | None,
        year: int,
        *,
        host: str | None = None,
        path: str | None = None,
        text: str | None = None,
        index_number: str | None = None,
    ) -> Resolution:
        """Resolve the agency of a report. `name` is the agency as printed, in the title or the signature.

        `year` is the year of the report: divisions are those of its 31 December. `index_number` begins with the code
        of the publisher, or is that alone.
        """
        where = address(host, path)
        stated = read_text(self.gazetteer, text) if text else NO_TEXT
        code = publisher_code(self.gazetteer, index_number, stated.code, where.code)
        stated = stated._replace(code=None if code == where.code else code)
        where = where._replace(code=None if stated.code else code)
        named, organ = self._names.read(name or "", year, where)
        candidates = self._candidates(named, organ, year, where, stated)
        scored = sorted(
            (self._scored(h, named, where, stated) for h in candidates), key=lambda h: (-h.points, h.division.code)
        )
        if scored and not named.places and (served := served_by(named, scored[0].division)):
            named, organ = served
        status, extra = self._status(scored, named, organ, where, stated, year)
        divisions = [h.division for h in scored]
        held = self._copies.weighed(Weighed(status, extra), divisions, organ, year, host=host, where=where, code=code)
        refused = index_number if code_of(index_number) is None else None
        ranked = self._ranked(scored, named, year, _noted(held.note, refused))
        has_place = bool(named.places or named.level_word)
        scope = scope_of(name or "", organ.type, text, has_place=has_place)
        return Resolution(held.status, ranked, organ, named, *scope, self.gazetteer.version, code, held.conflict)

    def _candidates(
        self, named: ParsedName, organ: Organ, year: int, where: Address, stated: TextEvidence
    ) -> list[_ScoredDivision]:
        if organ.type in _NATIONAL and not (named.places or named.township or named.level_word):
            return [_ScoredDivision(NATION, CHAIN, ["a central authority without a place in its name"])]
        if named.township is not None and organ.type != XPCC:
            return self._township_candidates(named, year, where, stated)
        if organ.type == XPCC and (inside := names_in(self.gazetteer, named.organ)):
            return [
                _ScoredDivision(d, NAME, [f"the name {d.name}"])
                for name in inside
                for d in self.gazetteer.named(name, year)
            ]
        if named.divisions:
            is_place = named.how != STEM or (organ.type is not None and organ.type != UNIVERSITY)
            return self._named(named, year) if is_place else []
        return self._unnamed(named, year, where, stated)

    def _named(self, named: ParsedName, year: int) -> list[_ScoredDivision]:
        printed = "".join(named.places)
        alone = {OFFICIAL: NAME, STEM: STEM_NAME, CLIPPED: STEM_NAME}
        base = CHAIN if len(named.places) > 1 else alone.get(named.how or "", ALIAS_NAME)
        now = _fitting([d for d in named.divisions if d.in_force(year)], named)
        rules = {d.code: f", an area that {d.name} rules" if named.area else "" for d in now}
        found = {d.code: _ScoredDivision(d, base, [f"the name {printed}{rules[d.code]}"]) for d in now}
        # 东乡县 was one county's name until 2016, and is the short one of another.
        if now and (named.how != OFFICIAL or any(d.name == named.places[-1] for d in now)):
            return list(found.values())
        for division in (d for d in named.divisions if not d.in_force(year)):
            begun = division.valid_from > year
            at = division.valid_from if begun else (division.valid_to or year) - 1
            word = f"in force from {division.valid_from}" if begun else f"in force until {(division.valid_to or 0) - 1}"
            for code in self.gazetteer.codes_at(division.code, at, year):
                other = self.gazetteer.division(code, year)
                if other is not None and code not in found:
                    far = abs(at - year) > 3
                    note = f"the name {printed} is {word}; it was {other.name} at the end of {year}"
                    found[code] = _ScoredDivision(other, base + LAPSED * (3 if far else 1), [note])
        return list(found.values())

    def _township_candidates(
        self, named: ParsedName, year: int, where: Address, stated: TextEvidence
    ) -> list[_ScoredDivision]:
        assert named.township is not None
        towns, extrapolated = self._towns(named.township, year)
        above = self._named(named, year) if named.divisions else []
        by_county: dict[str, _ScoredDivision] = {}
        vintage, _ = vintage_of(year)
        for town, points, note in towns:
            at = min(max(town.first_vintage, vintage), town.last_vintage)
            codes = self._counties(town.county_code, at, year)
            for code in codes:
                county = self.gazetteer.division(code, year)
                if county is None or (code in by_county and by_county[code].points >= points):
                    continue
                notes = [note, *([f"extrapolated from the list of {vintage}"] if extrapolated else [])]
                by_county[code] = _ScoredDivision(county, points, notes, town, merged=len(codes) > 1)
        if not above:
            return list(by_county.values()) or self._unnamed(named, year, where, stated)
        inside: list[_ScoredDivision] = []
        for upper in above:
            own = [h for code, h in by_county.items() if code == upper.division.code]
            below = own or [h for h in by_county.values() if is_within(h.division, upper.division)]
            inside.extend(
                _ScoredDivision(h.division, upper.points + h.points, [*upper.evidence, *h.evidence], h.town)
                for h in below
            )
        if inside:
            return inside
        note = f"{named.township} is in no list of townships of it"
        return [_ScoredDivision(u.division, u.points, [*u.evidence, note]) for u in above]

    def _counties_of(self, code: str, at: int, year: int) -> tuple[str, ...]:
        """Return the counties of a year that the county of a list can have been, those merged into it as well."""
        codes = self.gazetteer.codes_at(code, at, year)
        division = self.gazetteer.division(code, at)
        if year >= at or division is None or not division.latest_code:
            return codes
        twins = self.gazetteer.twins(division.latest_code, year)
        return tuple(dict.fromkeys((*codes, *(d.code for d in twins if d.level == division.level))))

    def _towns(self, name: str, year: int) -> tuple[list[tuple[Township, float, str]], bool]:
        """Return townships of a name: those of the year's list, else of any, else of the same stem and another type."""
        vintage, extrapolated = vintage_of(year)
        real = [t for t in self.gazetteer.townships_ever(name) if not t.is_zone_like]
        if real:
            note = f"{name} in the list of townships"
            now = [t.first_vintage <= vintage <= t.last_vintage for t in real]
            return [(t, LISTED if o else OTHER_KIND, note) for t, o in zip(real, now, strict=True)], extrapolated
        stem = township_base(name)
        others = (
            [t for t in self.gazetteer.townships_ever(stem) if not t.is_zone_like and t.stem == stem] if stem else []
        )
        return [(t, OTHER_KIND, f"listed as {t.name}") for t in others], extrapolated

    def _unnamed(self, named: ParsedName, year: int, where: Address, stated: TextEvidence) -> list[_ScoredDivision]:
        sub = sub_bureau_of(named.organ)
        if sub is not None and sub.where:
            near = self._scorer.divisions(None, year, where, stated)
            below = [d for above in near for d in self._children(above.code, year)]
            if found := named_among(sub.where, dict.fromkeys((*near, *below)))[0]:
                return [_ScoredDivision(d, LISTED, [f"the name {sub.where}"]) for d in found]
        return [_ScoredDivision(d, 0.0, []) for d in self._scorer.divisions(named.level_word, year, where, stated)]

    def _scored(
        self, candidate: _ScoredDivision, named: ParsedName, where: Address, stated: TextEvidence
    ) -> _ScoredDivision:
        points, evidence = candidate.points, list(candidate.evidence)
        for gained, note in self._scorer.points(candidate.division, named, where, stated):
            points += gained
            evidence.append(note)
        return candidate._replace(points=points, evidence=evidence)

    def _status(
        self,
        scored: list[_ScoredDivision],
        named: ParsedName,
        organ: Organ,
        where: Address,
        stated: TextEvidence,
        year: int,
    ) -> tuple[str, str | None]:
        """Return the status, and a note for the first candidate on what settled or unsettled it."""
        if not scored:
            return UNRESOLVED, None
        best, others = scored[0], scored[1:]
        if best.division is NATION:
            # 中国共产主义青年团绥德县委员会 is of a county.
            local = "".join(sorted(names_in(self.gazetteer, named.organ)))
            flaw = f"{named.organ} names {local}" if local else unclear(named, organ)
            return (AMBIGUOUS if flaw else EXACT), flaw
        if flaw := self._flaw(best, named, organ, year):
            return AMBIGUOUS, flaw
        if organ.type == ZONE and (below := self._scorer.host_below(best.division, where, year)):
            return AMBIGUOUS, f"the zone may be of {below.name}, on whose host it is"
        is_named = bool(named.divisions) or organ.type == XPCC or (named.township is not None and best.town is not None)
        if not is_named:
            if best.points < ENOUGH_UNNAMED:
                return (AMBIGUOUS if best.points > 0 else UNRESOLVED), None
            # A text names those above as readily as its own place.
            sure = self._scored(
                _ScoredDivision(best.division, 0.0, []), named, where, stated._replace(names=frozenset())
            )
            if named.level_word in (None, "市") and sure.points < HOST_ABOVE:
                return AMBIGUOUS, "only the text names it"
            is_by_code = self._copies.is_registered(best.division, stated.code, where.code)
            if is_by_code and sure.points - CODE < ENOUGH_UNNAMED and not is_one_of_its_kind(named, organ):
                return AMBIGUOUS, "its code tells the place, its name not which office of it"
        # Where counties were merged later, the address is that of today's county and says nothing of the one then.
        margin = MARGIN + HOST if best.merged else MARGIN
        near = [other for other in others if best.points - other.points < margin]
        near = [other for other in near if not self._settles(best, other, named)]
        if near:
            return AMBIGUOUS, f"{len(near)} others are as likely"
        if self._is_exact(best, others, named):
            return EXACT, None
        if not others and named.township and not named.divisions and best.points < LISTED:
            return AMBIGUOUS, "only a township of another type or year has the name"
        # A code that names the place outweighs a host or a telephone that speak for another.
        is_told = self._copies.is_registered(best.division, stated.code, where.code)
        contradiction = None if is_told else self._scorer.contradiction(best.division, where, stated, year)
        if contradiction and (named.how == STEM or not named.divisions or others):
            return AMBIGUOUS, contradiction
        return INFERRED, contradiction or (None if others else self._alone(named, year))

    def _flaw(self, best: _ScoredDivision, named: ParsedName, organ: Organ, year: int) -> str | None:
        """Return why a name cannot be taken at its word, whatever speaks for it."""
        division = best.division
        if flaw := unclear(named, organ):
            return flaw
        supported = best.points >= (STEM_NAME if len(named.places) == 1 else CHAIN) + HOST_INITIALS
        if organ.type == ZONE and not supported and zone_bears_a_name(named, division):
            return f"a zone may bear the name of {division.name} and lie elsewhere, or be of a division below it"
        if below := self._scorer.begun_below(division, named, year):
            return f"{named.organ} begins like {below}"
        farms = (named.organ, f"{''.join(named.places)}{named.organ}") if organ.type == INSTITUTION else ()
        if division.level != "county" and any(map(self.gazetteer.is_township, farms)):
            return f"{named.organ} is listed below a county"
        if named.township is not None and named.organ.endswith(("局", "厅")):
            return f"a township has no {named.organ}"
        if named.township is not None and best.town is None and not self._scorer.has_townships(division, year):
            return f"{division.name} has no townships; the county is not named"
        return None

    def _settles(self, best: _ScoredDivision, other: _ScoredDivision, named: ParsedName) -> bool:
        """Return whether two near candidates are one place on two levels, and the name tells which level is meant."""
        if not named.divisions and not named.township and is_within(best.division, other.division):
            return best.points > other.points
        return False

    def _is_exact(self, best: _ScoredDivision, others: list[_ScoredDivision], named: ParsedName) -> bool:
        if others and best.points - others[0].points < CHAIN - NAME:
            return False
        lapsed = best.division.name not in named.places and named.how == OFFICIAL and named.places
        if lapsed or named.how in (STEM, CLIPPED) or sub_bureau_of(named.organ):
            return False
        if named.township and (best.town is None or best.points < NAME + OTHER_KIND):
            return bool(named.divisions) and not others
        if len(named.places) > 1:
            return True
        lineages = {d.latest_code or d.code for d in named.divisions}
        return bool(named.places) and len(lineages) == 1

    def _alone(self, named: ParsedName, year: int) -> str:
        if named.township and not named.divisions:
            ever = {t.county_code for t in self.gazetteer.townships_ever(named.township) if not t.is_zone_like}
            return f"the only township of this name in {'every list' if len(ever) == 1 else f'the list for {year}'}"
        return f"the only division of this name at the end of {year}"

    def _ranked(
        self, scored: list[_ScoredDivision], named: ParsedName, year: int, note: str | None
    ) -> tuple[Candidate, ...]:
        if not scored:
            return ()
        top = scored[0].points
        odds = [math.exp(candidate.points - top) for candidate in scored]
        whole = sum(odds) + math.exp(-top)
        found = []
        for position, (candidate, odd) in enumerate(zip(scored[:20], odds, strict=False)):
            path = self._path(candidate.division.code, year) or candidate.division.name
            evidence = (*candidate.evidence, *([note] if note and position == 0 else []))
            town = named.township
            code = candidate.town.code if candidate.town is not None else None
            found.append(
                Candidate(
                    candidate.division, path, town, code, round(odd / whole, 4), round(candidate.points, 2), evidence
                )
            )
        return tuple(found)


def _noted(note: str | None, refused: str | None) -> str | None:
    """Return the note for the best candidate, with the index number whose check digit is another, if there is one."""
    said = f"the check digit of {refused} is wrong: not used" if refused else None
    return "; ".join(filter(None, (note, said))) or None


def _fitting(now: list[Division], named: ParsedName) -> list[Division]:
    """Return the divisions in force that a stem can mean: for offices that only provinces have, provinces alone."""
    provinces = [d for d in now if d.level == "province"]
    return provinces if named.how == STEM and provinces and _OF_PROVINCES.search(named.organ) else now


@cache
def resolver() -> Resolver:
    """Return the resolver of this process; the gazetteer is loaded once."""
    return Resolver()
