"""What an office asks for, of files that were read: which year, county, roster and government file, and the coverage.

Belongs here: what holds where nothing was asked. Keep out: options (commands), and each of the answers (`roster`,
`coverage`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipelines.agencies.gazetteer import Division
from pipelines.agencies.organs import GOVERNMENT
from pipelines.agencies.resolver import EXACT, INFERRED
from pipelines.office.asked import YearAsked
from pipelines.office.coverage import Coverage, coverage, units_of, year_of_most
from pipelines.office.received import Reception
from pipelines.office.roster import Roster, county_named, county_of, previous, roster_of, towns
from pipelines.office.roster_file import CannotReadRoster


def covered(reception: Reception, asked: YearAsked, arrivals: Mapping[str, datetime] | None = None) -> Coverage:
    """Return the coverage of the year that was asked for, else of that of most reports.

    Raises CannotReadRoster where no report tells its year, and where a roster needs a county that nothing tells.
    """
    year = asked.year or year_of_most(reception)
    if year is None:
        raise CannotReadRoster.of("roster.no_year")
    county = _county(reception, asked, year)
    roster = _roster(reception, asked, year, county)
    government = asked.government
    named = (file.file for file in reception.checked.files if government)
    files = frozenset(name for name in named if name == government or name.startswith(f"{government}!/"))
    return coverage(reception, roster, year, county, government_files=files, arrivals=arrivals)


def _county(reception: Reception, asked: YearAsked, year: int) -> Division | None:
    """Return the county that was named, else that of the government's report, else that of most reports."""
    if asked.county is not None:
        return county_named(asked.county, year)
    known = [each for each in reception.reports if each.match["status"] in (EXACT, INFERRED)]
    given = [each for each in known if each.file.file == asked.government and each.match["agency_type"] == GOVERNMENT]
    return county_of((each.match["code"] for each in given or known), year)


def _roster(reception: Reception, asked: YearAsked, year: int, county: Division | None) -> Roster:
    if asked.rows:
        return roster_of(asked.rows, str(asked.roster), year, county)
    if asked.roster is None:
        return units_of(reception, year, county)
    if county is None:
        raise CannotReadRoster.of("roster.no_county")
    return previous(asked.release, county, year) if asked.release is not None else towns(county, year)
