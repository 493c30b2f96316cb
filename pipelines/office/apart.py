"""Reports that came and are added to no county's sum: of another place, or a sum of a unit's system beside its own.

Belongs here: which these are, and of what. Keep out: whose the others are (`coverage`), words (`overview`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.agencies.assigning import agency_found
from pipelines.agencies.gazetteer import Division
from pipelines.agencies.organs import GOVERNMENT
from pipelines.agencies.resolver import EXACT, INFERRED, resolver
from pipelines.contracts.codes import code_list
from pipelines.office.received import Received
from pipelines.office.roster import resolved

ELSEWHERE, SUM = "elsewhere", "sum"
(_SUMMARY,) = code_list("scope").named("summary")
_SYSTEM = re.compile(r"系统$")


class Apart(NamedTuple):
    """Why a report is added to nothing (ELSEWHERE, SUM), and of what it is: a place, or the unit that it sums up."""

    why: str
    of: str


def set_apart(reports: Sequence[Received], year: int, county: Division | None) -> dict[int, Apart]:
    """Return the reports of a year that are set apart, by their identity."""
    of_year = [each for each in reports if each.report.year == year]
    found: dict[int, Apart] = {}
    for each in of_year:
        if (place := _other_place(each, year, county)) is not None:
            found[id(each)] = Apart(ELSEWHERE, place)
    own: dict[int | None, str] = {
        key: each.report.agency or ""
        for each in of_year
        if id(each) not in found and not _is_sum(each) and (key := _key(each)) is not None
    }
    for each in of_year:
        if id(each) not in found and _is_sum(each) and (unit := own.get(_summed(each, year, county))) is not None:
            found[id(each)] = Apart(SUM, unit)
    return found


def _is_known(received: Received) -> bool:
    return received.match["status"] in (EXACT, INFERRED)


def _other_place(received: Received, year: int, county: Division | None) -> str | None:
    """Return the place of a report that is certainly not of a county or below it."""
    code = received.match["code"]
    if county is None or not _is_known(received) or code is None:
        return None
    place = resolver().gazetteer.division(code, year)
    if place is None or place.latest_code == county.latest_code:
        return None
    own = {place.code, place.parent_code, place.prefecture_code, place.province_code}
    return None if county.code in own else place.name


def _is_sum(received: Received) -> bool:
    """Tell whether a report is a sum; that of a government is looked at where governments are."""
    match = received.match
    return bool(match["scope"] == _SUMMARY and match["agency_type"] != GOVERNMENT)


def _key(received: Received) -> int | None:
    key: int | None = received.match["agency_key"]
    return key if _is_known(received) else None


def _summed(received: Received, year: int, county: Division | None) -> int | None:
    """Return the key of the unit that a sum is of: 卫生健康系统 is that of 卫生健康局."""
    printed = received.report.agency_printed or ""
    if not _SYSTEM.search(printed):
        return _key(received)
    found = resolved(_SYSTEM.sub("局", printed), year, county)
    return agency_found(found, year).agency_key if found.status in (EXACT, INFERRED) else None
