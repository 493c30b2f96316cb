"""Which agency a resolved report belongs to: a key that survives renames, and the version in force in the year.

Belongs here: what makes two reports those of one agency, and the row of dim_agency. Keep out: how names are resolved.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.organs import GOVERNMENT, OFFICE, SUBDISTRICT, TOWN, ZONE, Organ
from pipelines.contracts.keys import content_key

NATION_CODE = "000000"
# One division goes on under another name or code: what it was before is the same place.
_GOES_ON = frozenset({"renamed", "recoded", "upgraded", "moved"})
# Offices whose printed name holds the place in a form of its own: 安徽大学, 淄博高新区管委会.
_OWN_NAMES = frozenset({"university", "public_utility", "public_institution", "xpcc", "vertical", "ministry", ZONE})


class Agency(NamedTuple):
    """A row of dim_agency, but for its status."""

    agency_sk: int
    agency_key: int
    name: str
    agency_type: str | None
    agency_function: str | None
    level: str
    code: str
    township_code: str | None
    province: str | None
    prefecture: str | None
    county: str | None
    township: str | None
    parent_agency_key: int | None
    region: str | None
    valid_from: int | None
    valid_to: int | None
    division_code_latest: str | None


def agency_of(
    gazetteer: Gazetteer,
    division: Division,
    year: int,
    organ: Organ,
    *,
    township: str | None,
    township_code: str | None,
    printed: str,
) -> Agency:
    """Return the agency of a division, township and organ in the version of a year. `printed` is its name in full."""
    chain = _chain(gazetteer, division, year)
    names = {d.level: d.name for d in chain}
    key = _key(gazetteer, division, organ, township)
    ends = [d.valid_to for d in chain if d.valid_to is not None]
    path = "/".join(d.name for d in chain)
    name = _name(division, organ, township, printed)
    return Agency(
        content_key("agency version", key, path, division.code),
        key,
        name,
        organ.type,
        organ.function,
        "township" if township else division.level,
        division.code,
        township_code,
        names.get("province"),
        names.get("prefecture"),
        names.get("county"),
        township,
        _parent(gazetteer, division, organ, township, chain),
        next((d.region for d in chain if d.region), None),
        max(d.valid_from for d in chain) if division.code != NATION_CODE else None,
        min(ends) if ends else None,
        division.latest_code,
    )


def _key(gazetteer: Gazetteer, division: Division, organ: Organ, township: str | None) -> int:
    return content_key("agency", origin(gazetteer, division), organ.type or "", organ.stem, township or "")


def _parent(
    gazetteer: Gazetteer, division: Division, organ: Organ, township: str | None, chain: tuple[Division, ...]
) -> int | None:
    """Return the key of the government above: that of the division, or for the government itself the next one up.

    Bureaus of a new area are below its committee.
    """
    if organ.area is not None and organ.stem != organ.area:
        return _key(gazetteer, division, Organ(ZONE, None, organ.area, organ.area), None)
    government = Organ(GOVERNMENT, None, "")
    if township is not None or organ.type != GOVERNMENT:
        return _key(gazetteer, division, government, None) if division.code != NATION_CODE else None
    above = chain[:-1]
    return _key(gazetteer, above[-1], government, None) if above else None


def _name(division: Division, organ: Organ, township: str | None, printed: str) -> str:
    if division.code == NATION_CODE or organ.type in _OWN_NAMES or organ.type is None:
        return printed
    place = f"{division.name}{township or ''}"
    if organ.type == GOVERNMENT:
        return f"{place}行政公署" if division.kind in ("地区", "盟") and township is None else f"{place}人民政府"
    if organ.type == OFFICE:
        return f"{place}人民政府办公{'厅' if division.level == 'province' else '室'}"
    if organ.type == TOWN:
        return f"{place}人民政府"
    if organ.type == SUBDISTRICT:
        return f"{place}办事处"
    return printed


@lru_cache(maxsize=65536)
def origin(gazetteer: Gazetteer, division: Division) -> str:
    """Return the code and name under which a division first stands in the lists, followed back over renames.

    Later changes add to the end of its line, so what this returns never changes.
    """
    seen = {(division.code, division.name)}
    code, name = division.code, division.name
    while True:
        before = [s for s in gazetteer.predecessors(code, name) if s.kind in _GOES_ON and s.from_code and s.from_name]
        if len(before) != 1 or (before[0].from_code, before[0].from_name) in seen:
            return f"{code} {name}"
        code, name = str(before[0].from_code), str(before[0].from_name)
        seen.add((code, name))


def _chain(gazetteer: Gazetteer, division: Division, year: int) -> tuple[Division, ...]:
    chain = [division]
    while chain[-1].parent_code:
        above = gazetteer.division(chain[-1].parent_code, year)
        if above is None:
            break
        chain.append(above)
    return tuple(reversed(chain))
