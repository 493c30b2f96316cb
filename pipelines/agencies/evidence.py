"""What the address and the text of a report add to a division that it can be of, and what speaks against it.

Belongs here: what each piece of evidence weighs, and the divisions that it alone names. Keep out: how it is read
(`stated_places`), what the name itself says, and when the sum of the evidence suffices (`resolver`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.host_initials import contracted_in_host, initialled
from pipelines.agencies.naming import ParsedName
from pipelines.agencies.organs import begins_with_function
from pipelines.agencies.registration import ABOVE, OWN, relation
from pipelines.agencies.stated_places import NO_TEXT, Address, TextEvidence, abbreviated, initials, spelled, spellings

NATION = Division(
    "000000", "全国", "全国", "nation", "nation", "000000", None, None, 1949, None, True, True, "000000", "", None
)
# Points are logarithms of odds, on the scale of those that a name has (`resolver`).
HOST, HOST_INITIALS, HOST_ABOVE, PATH = 4.0, 2.0, 2.5, 1.5
TEXT_NAME, TEXT_ABOVE, TEXT_CHAIN, AREA, PREFIX, PARENT = 2.5, 1.5, 1.5, 3.0, 2.0, 1.0
# A code has two check digits: it outweighs a host, where a copy may lie.
CODE, CODE_ABOVE = 6.0, 2.5
_KINDS = {
    "市": ("地级市", "县级市", "直辖市"),
    "区": ("市辖区", "林区", "特区"),
    "县": ("县", "自治县"),
    "旗": ("旗", "自治旗"),
    "州": ("自治州",),
    "盟": ("盟",),
    "省": ("省",),
    "自治区": ("自治区",),
}
_PROVINCES = ("省", "自治区")
_KINDS_ABOVE = {"区": _KINDS["区"], "县": _KINDS["县"], "市": ("县级市", "地级市"), "旗": _KINDS["旗"]}


class EvidenceScorer:
    """What addresses and texts are worth as evidence for a division of a gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._children = lru_cache(maxsize=4096)(gazetteer.children)
        self._above = lru_cache(maxsize=16384)(self._above_of)
        self._short = lru_cache(maxsize=16384)(self._short_of)

    def divisions(self, level_word: str | None, year: int, where: Address, stated: TextEvidence) -> list[Division]:
        """Return the divisions that the address spells or the text names, of the kind that a level word (市) tells."""
        found = {d.code: d for _, known in spelled(self.gazetteer, where.labels) for d in known if d.in_force(year)}
        for code in (stated.code, where.code):
            for now in self._lineage(code.division, year) if code and code.division else ():
                found[now.code] = now
        for name in stated.names:
            found |= {d.code: d for d in self.gazetteer.named(name, year)}
        by_label = (*abbreviated(self.gazetteer, where.labels), *contracted_in_host(self.gazetteer, where.labels))
        found |= {d.code: d for d in by_label if d.in_force(year)}
        if level_word in _PROVINCES:
            found |= {d.code: d for d in self._provinces(where) if d.in_force(year)}
        if level_word is not None:
            # A prefecture's host also publishes for the counties below it.
            found |= {
                c.code: c
                for d in list(found.values())
                if d.level == "prefecture"
                for c in self.gazetteer.children(d.code, year)
                if c.is_official
            }
        kinds = _KINDS.get(level_word or "")
        return [d for d in found.values() if kinds is None or d.kind in kinds]

    def points(
        self, division: Division, named: ParsedName, where: Address, stated: TextEvidence
    ) -> Iterator[tuple[float, str]]:
        """Yield (points, evidence) for each piece of evidence that fits a division."""
        for code, said in ((stated.code, "an index number"), (where.code, "the address")):
            if code is not None and code.division is not None:
                yield from self._of_code(division, code.division, said)
        if division is NATION:
            return
        if where.labels:
            yield from self._of_address(division, where)
            if named.level_word in _PROVINCES and division in self._provinces(where):
                yield HOST - HOST_INITIALS, "the host is that of its government"
        if stated is not NO_TEXT:
            yield from self._of_text(division, named, stated)

    def contradiction(self, division: Division, where: Address, stated: TextEvidence, year: int) -> str | None:
        """Return what the address or the text says against a division."""
        for label, known in spelled(self.gazetteer, where.labels):
            in_force = [d for d in known if d.in_force(year)]
            if in_force and not any(_related(division, d) for d in in_force):
                return f"the host spells {'、'.join(sorted({d.name for d in in_force}))}: {label}"
        if stated.areas and not self._is_in_area(division, stated, nothing=True):
            return f"telephone area {'、'.join(stated.areas)} is elsewhere"
        return None

    def is_own_host(self, division: Division, where: Address, year: int) -> bool | None:
        """Return whether a host is of a division or one above it; None where its labels tell no place."""
        if any(note.startswith("the host") for _, note in self._of_address(division, where)):
            return True
        return None if self.contradiction(division, where, NO_TEXT, year) is None else False

    def host_below(self, division: Division, where: Address, year: int) -> Division | None:
        """Return the division below another that the address spells."""
        now = (d for _, known in spelled(self.gazetteer, where.labels) for d in known if d.in_force(year))
        return next((d for d in now if d.code != division.code and is_within(d, division)), None)

    def begun_below(self, division: Division, named: ParsedName, year: int) -> str | None:
        """Return the division below whose stem the words of the organ begin with: 天津和平财政局, 济南市中财政局."""
        if not named.places or not named.organ or begins_with_function(named.organ):
            return None
        whole = f"市{named.organ}" if named.places[-1].endswith("市") else None
        for below in self._children(division.code, year):
            stem = below.short_name
            if stem != below.name and (named.organ.startswith(stem) or (whole and whole.startswith(stem))):
                return below.name
        return None

    def has_townships(self, division: Division, year: int) -> bool:
        """Return whether townships lie directly in a division: in counties, and in cities without any (东莞市)."""
        return division.level == "county" or (
            division.level == "prefecture" and not self._children(division.code, year)
        )

    def _provinces(self, where: Address) -> list[Division]:
        """Return the provinces whose own label the host has: gd, gxzf."""
        labels = {label.removesuffix("zf") for label in where.labels}
        return [
            versions[-1]
            for code, versions in self.gazetteer.by_code.items()
            if code.endswith("0000") and not labels.isdisjoint(self.gazetteer.host_labels(code))
        ]

    def _lineage(self, code: str, year: int) -> list[Division]:
        """Return the divisions of a year that a code of any year became or was."""
        versions = self.gazetteer.by_code.get(code, ())
        codes = {c for v in versions for c in self.gazetteer.codes_at(code, v.valid_from, year)}
        return [d for c in sorted(codes) if (d := self.gazetteer.division(c, year)) is not None]

    def _above_of(self, division: Division) -> list[Division]:
        codes = [c for c in (division.prefecture_code, division.province_code) if c and c != division.code]
        return [versions[-1] for c in codes if (versions := self.gazetteer.by_code.get(c))]

    def _short_of(self, division: Division) -> tuple[str, ...]:
        """Return what hosts print of the divisions above: zibo, zb."""
        return tuple(short for upper in self._above(division) for short in (upper.pinyin, *sorted(initials(upper))))

    def _of_address(self, division: Division, where: Address) -> Iterator[tuple[float, str]]:
        above, short = self._above(division), self._short(division)
        for label in where.labels:
            if label in spellings(division):
                yield HOST, f"the host spells it: {label}"
                break
            # startswith of all at once: nearly always none does.
            if label.startswith(short) and any(
                label.startswith(a) and label.removeprefix(a) in _own_part(division) for a in short
            ):
                yield HOST, f"the host names it below what is above it: {label}"
                break
        else:
            if division in initialled(self.gazetteer, where.labels):
                yield HOST, "the domain is the initials of its name and of no other"
            elif any(label in initials(division) for label in where.labels):
                yield HOST_INITIALS, "the host has its initials"
            for upper in above:
                if any(label in spellings(upper) or label in _hosts(self.gazetteer, upper) for label in where.labels):
                    yield HOST_ABOVE, f"the host spells {upper.name}"
                    break
        if any(word in spellings(division) for word in where.words):
            yield PATH, "the path spells it"

    def _of_text(self, division: Division, named: ParsedName, stated: TextEvidence) -> Iterator[tuple[float, str]]:
        if division.name in stated.names and division.name not in named.places:
            yield TEXT_NAME, f"the text names {division.name}"
        for upper in self._above(division):
            if upper.name in stated.names and upper.name not in named.places:
                yield TEXT_ABOVE, f"the text names {upper.name}"
            if f"{upper.name}{division.name}" in stated.chains and (named.divisions or named.township):
                yield TEXT_CHAIN, f"the text names {upper.name}{division.name}"
        if self._is_in_area(division, stated, nothing=False):
            yield AREA, f"telephone area {'、'.join(stated.areas)}"
        if stated.province and division.province_code.startswith(stated.province):
            yield PREFIX, "the prefix of a document is that of its province"
        if named.township and any(division.kind in _KINDS_ABOVE.get(word, ()) for word in stated.above):
            yield PARENT, f"the text speaks of {'、'.join(sorted(stated.above))}委 and 政府 above"

    def _is_in_area(self, division: Division, stated: TextEvidence, *, nothing: bool) -> bool:
        """Return whether a telephone area of the text serves a division; `nothing`: where none is known."""
        codes = {code for area in stated.areas for code in self.gazetteer.area(area)}
        if not codes:
            return nothing
        own = {division.code, division.prefecture_code, division.province_code}
        return bool(codes & own) or any(self._lies_in(division, code) for code in codes)

    def _lies_in(self, division: Division, code: str) -> bool:
        latest = division.latest_code or ""
        return latest == code or (latest[:4] == code[:4] != division.province_code[:4])

    def _of_code(self, division: Division, code: str, said: str) -> Iterator[tuple[float, str]]:
        found = relation(self.gazetteer, division, code)
        if found == OWN:
            yield CODE, f"{said} has its code {code}"
        elif found == ABOVE and division.level == "county" and not code.endswith("0000"):
            yield CODE_ABOVE, f"{said} has the code {code} of the place above it"


def is_within(division: Division, upper: Division) -> bool:
    """Return whether a division is another or lies in it."""
    return upper.code in (division.code, division.parent_code, division.prefecture_code, division.province_code)


def _related(one: Division, other: Division) -> bool:
    """Return whether a host of one division may publish for the other."""
    if is_within(one, other) or is_within(other, one):
        return True
    same_prefecture = one.prefecture_code is not None and one.prefecture_code == other.prefecture_code
    return same_prefecture or (one.latest_code is not None and one.latest_code == other.latest_code)


@lru_cache(maxsize=16384)
def _own_part(division: Division) -> frozenset[str]:
    return spellings(division) | initials(division)


@lru_cache(maxsize=64)
def _province_hosts(gazetteer: Gazetteer, code: str) -> frozenset[str]:
    return frozenset(gazetteer.host_labels(code))


def _hosts(gazetteer: Gazetteer, division: Division) -> frozenset[str]:
    return _province_hosts(gazetteer, division.code) if division.level == "province" else frozenset()
