"""What lies below a summary, and which known agencies are not in the sum."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.auditing.levels import BELOW
from pipelines.warehouse.levels import below_summaries, with_agency

CELL = "applications.received.total"
COUNTY, CITY, OTHER = 100, 200, 300
LEVELS = {COUNTY: "county", OTHER: "county", CITY: "prefecture"}
ABOVE = {COUNTY: CITY, OTHER: CITY, CITY: None}
KINDS = ("government_office", "department", "department", "department", "town")


class Places:
    """Reports of governments and of agencies below them, with one cell each."""

    def __init__(self) -> None:
        self.agencies: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.cells: list[dict[str, Any]] = []
        for key, level in LEVELS.items():
            self._agency(key, f"政府{key}", "government", level, ABOVE[key])

    def _agency(self, key: int, name: str, kind: str, level: str, parent: int | None) -> None:
        row = {"agency_sk": key, "agency_key": key, "name": name, "agency_type": kind, "level": level}
        self.agencies.append({**row, "parent_agency_key": parent, "prefecture": None, "code": None})

    def unit(
        self, key: int, value: int | None = 1, *, kind: str = "department", below: int = COUNTY, **how: Any
    ) -> None:
        """Add an agency below a government and its own report, once."""
        if all(agency["agency_key"] != key for agency in self.agencies):
            self._agency(key, f"机关{key}", kind, "township" if kind == "town" else LEVELS[below], below)
        self.report(key, value, **how)

    def report(self, agency: int, value: int | None, *, scope: str = "own", year: int = 2022, **how: Any) -> int:
        """Add a report with a cell; `cell_status` is that of the cell."""
        key = len(self.reports) + 1
        status = how.pop("cell_status", "value" if value is not None else "blank")
        row = {"report_key": key, "agency_sk": agency, "year_key": year, "scope": scope, "scope_basis": "stated"}
        self.reports.append({**row, "status": "current", "agency_status": "exact", **how})
        number = None if value is None else Decimal(value)
        if year == 2022:
            self.cells.append({"report_key": key, "cell_path": CELL, "status": status, "value": number, "yuan": None})
        return key

    def below(self, year: int = 2022) -> pl.DataFrame | None:
        """Return what lies below the summaries of a year."""
        agencies = pl.DataFrame(
            self.agencies, schema_overrides={"parent_agency_key": pl.Int64, "prefecture": pl.String, "code": pl.String}
        )
        reports = pl.DataFrame(self.reports).with_columns(pl.col("year_key").cast(pl.Int32))
        types = {"value": pl.Decimal(18, 6), "yuan": pl.Decimal(18, 2)}
        cells = pl.DataFrame(self.cells, schema_overrides=types)
        known = with_agency(reports.filter(pl.col("year_key") == year), agencies)
        return below_summaries(known, reports, agencies, cells.lazy())

    def of(self, report: int) -> dict[str, Any]:
        """Return what lies below one summary."""
        found = self.below()
        assert found is not None
        (row,) = found.filter(pl.col("report_key") == report).to_dicts()
        return row


@pytest.fixture
def places() -> Places:
    """Return a county whose office, three departments and town received 1, 2, 3, 4 and 5."""
    found = Places()
    for number, kind in enumerate(KINDS, start=1):
        found.unit(number, number, kind=kind)
    return found


def test_own_reports_below_a_summary_are_added(places: Places) -> None:
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert {name: row[name] for name in ("below", "known", "counted", "assumed", "is_complete", "missing")} == {
        "below": Decimal(15),
        "known": 5,
        "counted": 5,
        "assumed": 0,
        "is_complete": True,
        "missing": "",
    }
    assert row["missing_en"] == ""
    assert row["scope_basis"] == "stated"
    assert list(row) == list(BELOW)


def test_who_reported_the_year_before_is_known_and_missing(places: Places) -> None:
    for number in range(11, 18):
        places.unit(number, year=2021)
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["known"], row["counted"], row["is_complete"]) == (15, 12, 5, False)
    assert row["missing"] == "机关11、机关12、机关13、机关14、机关15等"
    assert row["missing_en"] == "机关11, 机关12, 机关13, 机关14, 机关15 and others"


@pytest.mark.parametrize(
    "how", [{"status": "duplicate_of"}, {"scope": "unknown"}, {"agency_status": "ambiguous"}, {"scope": "summary"}]
)
def test_what_may_not_be_added_is_not_counted(places: Places, how: dict[str, Any]) -> None:
    places.unit(9, 7, **how)
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["counted"]) == (15, 5)


def test_of_two_current_reports_of_one_agency_none_is_counted(places: Places) -> None:
    places.unit(5, 6)
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["counted"], row["missing"], row["is_complete"]) == (10, 4, "机关5", False)


@pytest.mark.parametrize("kind", ["vertical", "party", "mass_organisation", "university"])
def test_what_is_run_from_above_is_no_part(places: Places, kind: str) -> None:
    places.unit(9, 7, kind=kind)
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["known"], row["is_complete"]) == (15, 5, True)


def test_a_blank_counts_as_zero_and_is_told(places: Places) -> None:
    places.unit(9, None)
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["assumed"], row["is_complete"]) == (15, 1, True)


def test_with_a_doubtful_cell_below_nothing_is_complete(places: Places) -> None:
    places.unit(9, None, cell_status="ambiguous")
    row = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["counted"], row["is_complete"]) == (15, 6, False)


def test_a_few_agencies_are_not_all_of_a_county() -> None:
    places = Places()
    for number in range(1, 8):
        places.unit(number)
    without_towns = places.of(places.report(COUNTY, 15, scope="summary"))
    assert (without_towns["known"], without_towns["is_complete"]) == (7, False)
    few = Places()
    for number, kind in enumerate(KINDS[1:], start=1):
        few.unit(number, kind=kind)
    assert not few.of(few.report(COUNTY, 15, scope="summary"))["is_complete"]


def test_the_governments_own_report_counts_where_no_office_reports(places: Places) -> None:
    places.report(COUNTY, 8)
    assert places.of(places.report(COUNTY, 15, scope="summary"))["below"] == 15
    without = Places()
    without.unit(2, 2)
    without.report(COUNTY, 8)
    row = without.of(without.report(COUNTY, 15, scope="summary"))
    assert (row["below"], row["known"]) == (10, 2)


def test_a_city_adds_the_summaries_of_its_counties_to_its_own_agencies(places: Places) -> None:
    places.report(COUNTY, 16, scope="summary")
    places.report(OTHER, 30, scope="summary")
    for number, kind in enumerate(KINDS[:-1], start=21):
        places.unit(number, 100, kind=kind, below=CITY)
    row = places.of(places.report(CITY, 446, scope="summary"))
    assert (row["below"], row["known"], row["counted"], row["is_complete"]) == (446, 6, 6, True)


def test_for_a_county_without_a_summary_its_agencies_count_and_it_is_missing(places: Places) -> None:
    places.report(COUNTY, 16, scope="unknown")
    for number, kind in enumerate(KINDS[:-1], start=21):
        places.unit(number, 100, kind=kind, below=CITY)
    row = places.of(places.report(CITY, 446, scope="summary"))
    assert (row["below"], row["missing"], row["is_complete"]) == (415, "政府100", False)


def test_a_department_of_the_year_before_does_not_add(places: Places) -> None:
    places.unit(2, 50, year=2021)
    assert places.of(places.report(COUNTY, 15, scope="summary"))["below"] == 15


def test_without_summaries_there_is_nothing(places: Places) -> None:
    assert places.below() is None
    places.report(COUNTY, 15, scope="summary", status="superseded_by")
    assert places.below() is None


def test_the_unknown_year_has_no_levels() -> None:
    places = Places()
    places.report(COUNTY, 15, scope="summary", year=0)
    places.cells.append({"report_key": 1, "cell_path": CELL, "status": "value", "value": Decimal(1), "yuan": None})
    assert places.below(0) is None
