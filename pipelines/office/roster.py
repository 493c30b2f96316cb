"""The units that must report to an office: from its roster, from last year's reports, or from the towns of the county.

Names are resolved with the county as their context: a roster says 教育局 where the report says 莒县教育局. A name that
can be of several agencies stays unresolved, and is known by itself alone. Belongs here: which units there are. Keep
out: reading the file (`roster_file`), who has reported (`coverage`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from pipelines.agencies.assigning import agency_found
from pipelines.agencies.gazetteer import Division, normalised_township
from pipelines.agencies.identity import agency_of
from pipelines.agencies.organs import GOVERNMENT, Organ
from pipelines.agencies.resolver import EXACT, INFERRED, UNRESOLVED, Resolution, resolver
from pipelines.contracts.codes import code_list
from pipelines.forms.labels import SIMPLIFIED
from pipelines.language import Language
from pipelines.office.roster_file import CannotReadRoster, RosterRow
from pipelines.releases.open_release import connect_apart

PREVIOUS, TOWNS, REPORTS = "previous", "towns", "reports"
_MOST_CANDIDATES = 8
_TYPES = code_list("agency_type")
_NOT_NAMES = re.compile(r"[\s\u200b-\u200f\ufeff·•\"'“”‘’《》]+")
# Names of offices that begin like the word for their county's level.
_NO_LEVEL = re.compile(r"^(?:市场|市政(?!府)|市容|市民|区域|县域)")
_OFFICE = re.compile(r"^(?:人民)?政府办(?:公室)?$|^府办(?:公室)?$")
_TOWN = re.compile(r"^(.{2,}(?:镇|乡|街道|苏木))(?:(?:人民)?政府|办事处)$")


@dataclass(frozen=True)
class Unit:
    """A unit that must report: as the roster names it, and the agency that it is (None: not known).

    `status` is one of agency_status; `evidence` says what the resolution rests on, `agency` its name in full, `read_as`
    the name with its county that was resolved, `candidates` the places that it can be of where it is not known. `row`
    is that of the roster's file, counted from 1.
    """

    name: str
    type: str | None = None
    contact: str | None = None
    agency_key: int | None = None
    agency: str | None = None
    agency_type: str | None = None
    status: str = UNRESOLVED
    evidence: tuple[str, ...] = ()
    row: int | None = None
    read_as: str = ""
    candidates: tuple[str, ...] = ()


class Repeated(NamedTuple):
    """Two rows of a roster that are of one unit; the later one is left out."""

    name: str
    row: int | None
    other: str
    other_row: int | None


@dataclass(frozen=True)
class Roster:
    """The units in the order of the roster; `source` is its file, previous, towns, or reports where there is none.

    `year` is the one that last year's units are of; `government` the unit that is the county's government itself, which
    reports for all of them and is none of them.
    """

    units: tuple[Unit, ...]
    source: str
    repeated: tuple[Repeated, ...] = ()
    year: int | None = None
    government: Unit | None = None

    @property
    def is_known(self) -> bool:
        """Tell whether anything can be said of units that sent nothing."""
        return self.source != REPORTS


def county_named(name: str, year: int) -> Division:
    """Return the division of a name, path (江苏省/南京市/鼓楼区) or code. Raises CannotReadRoster naming candidates."""
    gazetteer = resolver().gazetteer
    plain = _NOT_NAMES.sub("", name).replace("/", "")
    if (by_code := gazetteer.division(plain, year)) is not None:
        return by_code
    whole = plain if plain.endswith("政府") else f"{plain}人民政府"
    found = resolver().resolve(whole, year)
    if found.status in (EXACT, INFERRED) and found.candidates[0].township is None:
        return found.candidates[0].division
    known = "、".join(f"{each.path} {each.division.code}" for each in found.candidates[:8])
    if known:
        raise CannotReadRoster.of("roster.county_unclear", county=name, known=known)
    raise CannotReadRoster.of("roster.county_unknown", county=name, year=year)


def county_of(codes: Iterable[str | None], year: int) -> Division | None:
    """Return the division that most reports are of or below, by their codes; None where two have as many."""
    ranked = Counter(code for code in codes if code).most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return resolver().gazetteer.division(ranked[0][0], year)


@lru_cache(maxsize=64)
def government_key(county: Division, year: int) -> int:
    """Return the agency_key of the government of a division."""
    gazetteer = resolver().gazetteer
    own = agency_of(gazetteer, county, year, Organ(GOVERNMENT, None, ""), township=None, township_code=None, printed="")
    return own.agency_key


def resolved(name: str, year: int, county: Division | None) -> Resolution:
    """Resolve the name of a unit with its county as context."""
    if county is None:
        return resolver().resolve(name, year)
    path = (resolver().gazetteer.path(county.code, year) or county.name).replace("/", "")
    return resolver().resolve(in_full(name, county), year, text=path)


def in_full(name: str, county: Division) -> str:
    """Return a name with its county before it, unless it names that or a place above; 县教育局 is 莒县教育局."""
    parsed = resolver().places.read(name)
    own = {county.code, county.prefecture_code, county.province_code}
    if any(division.code in own for division in parsed.divisions):
        return name
    rest = _without_level(name, county)
    if _OFFICE.match(rest):
        rest = "人民政府办公室"
    return f"{county.name}{rest}"


def plain_name(name: str, county: Division | None) -> str:
    """Return a name in one form: without spaces, its county and what is above that; 招贤镇人民政府 is 招贤镇."""
    plain = _NOT_NAMES.sub("", normalize("NFKC", name).translate(SIMPLIFIED))
    for place in _places_of(county) if county is not None else ():
        if len(plain) > len(place) + 1:
            plain = plain.removeprefix(place)
    if county is not None:
        plain = _without_level(plain, county)
    if _OFFICE.match(plain):
        return "人民政府办公室"
    town = _TOWN.match(plain)
    return normalised_township(town[1]) if town else plain


def _without_level(name: str, county: Division) -> str:
    """Return a name without the word that stands for its county: 县教育局 -> 教育局; 县委宣传部 stays."""
    level = county.name[-1]
    is_level = resolver().places.read(name).level_word == level and not _NO_LEVEL.match(name)
    return name.removeprefix(level) if is_level else name


@lru_cache(maxsize=16)
def _places_of(county: Division) -> tuple[str, ...]:
    """Return the names of a division and of those above it, the widest first."""
    versions = resolver().gazetteer.by_code
    above = [versions[code][-1].name for code in (county.province_code, county.prefecture_code) if code in versions]
    return (*dict.fromkeys(above), county.name)


def roster_of(rows: Sequence[RosterRow], source: str, year: int, county: Division | None) -> Roster:
    """Return the roster of rows; the county's own government is kept apart, and of two rows of a unit the first."""
    units: dict[int | str, Unit] = {}
    repeated: list[Repeated] = []
    government: Unit | None = None
    for row in rows:
        unit = _unit(row, year, county)
        if _is_government(unit, year, county):
            government = unit
            continue
        same = units.setdefault(unit.agency_key or plain_name(unit.name, county), unit)
        if same is not unit:
            repeated.append(Repeated(unit.name, unit.row, same.name, same.row))
    if not units:
        raise CannotReadRoster.of("roster.only_government", source=source)
    return Roster(tuple(units.values()), source, tuple(repeated), government=government)


def _is_government(unit: Unit, year: int, county: Division | None) -> bool:
    """Tell whether a unit is the county's own government; where no county is known, any that is no town's."""
    if county is None:
        return unit.agency_type == GOVERNMENT
    return unit.agency_key == government_key(county, year)


def _unit(row: RosterRow, year: int, county: Division | None) -> Unit:
    found = resolved(row.name, year, county)
    evidence = found.candidates[0].evidence if found.candidates else ()
    read_as = in_full(row.name, county) if county is not None else row.name
    told: dict[str, Any] = {"status": found.status, "evidence": evidence, "row": row.row, "read_as": read_as}
    unit = Unit(row.name, row.type, row.contact, **told)
    if found.status not in (EXACT, INFERRED):
        return replace(unit, candidates=tuple(each.path for each in found.candidates[:_MOST_CANDIDATES]))
    own = agency_found(found, year)
    return replace(unit, agency_key=own.agency_key, agency=own.name, agency_type=own.agency_type)


def type_of(unit: Unit, language: Language) -> str:
    """Return the type of a unit in words: as the roster says it, else as its name tells."""
    return unit.type or (_TYPES.label(unit.agency_type, language) if unit.agency_type else "")


def towns(county: Division, year: int) -> Roster:
    """Return the towns of a county by the gazetteer. Raises CannotReadRoster for a division without any."""
    listed = resolver().gazetteer.townships_of(county.code, year)
    rows = [RosterRow(n, town.name, None, None) for n, town in enumerate(listed, start=1) if not town.is_zone_like]
    if not rows:
        raise CannotReadRoster.of("roster.no_towns", county=county.name, year=year)
    found = roster_of(rows, TOWNS, year, county)
    return Roster(found.units, TOWNS)


def named_apart(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """Return units of which no two have one name: of those that do the later ones are numbered."""
    seen: Counter[str] = Counter()
    found = []
    for unit in units:
        seen[unit.name] += 1
        number = seen[unit.name]
        found.append(unit if number == 1 else replace(unit, name=f"{unit.name}（{number}）"))
    return tuple(found)


_PREVIOUS = """
WITH own AS (
    SELECT a.agency_key, a.name, a.agency_type, r.year_key
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    WHERE a.parent_agency_key = ? AND r.year_key < ? AND a.status IN ('exact', 'inferred')
)
SELECT agency_key, any_value(name ORDER BY name), any_value(agency_type ORDER BY agency_type), year_key
FROM own
WHERE year_key = (SELECT max(year_key) FROM own)
GROUP BY agency_key, year_key
ORDER BY 2
"""


def previous(release: Path, county: Division, year: int) -> Roster:
    """Return the units below a county whose reports of the latest year before a release has, whichever count.

    Raises CannotReadRoster where it has none.
    """
    with connect_apart(release) as connection:
        rows = connection.execute(_PREVIOUS, [government_key(county, year), year]).fetchall()
    if not rows:
        raise CannotReadRoster.of("roster.no_previous", county=county.name, year=year, release=release.name)
    units = named_apart(
        Unit(name, None, None, key, name, kind, EXACT, (f"reported for {of_year}",))
        for key, name, kind, of_year in rows
    )
    return Roster(units, PREVIOUS, year=rows[0][3])
