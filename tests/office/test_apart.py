"""Reports that are added to nothing: of another place than the county's, and sums beside a unit's own report."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.office.county_sum import county_sum
from pipelines.office.coverage import Coverage, coverage, units_of
from pipelines.office.given_files import given_files
from pipelines.office.overview import Words
from pipelines.office.received import Reception, receive
from pipelines.office.roster import county_named, roster_of
from pipelines.office.roster_file import RosterRow
from tests.warehouse import county_files
from tests.warehouse.county_files import YEAR

RECEIVED = "applications.received.total"
OWN = {
    **{"莒县财政局": 3, "莒县教育局": 4, "日照市公安局莒县分局": 5},
    **{"国家税务总局莒县税务局": 6, "莒县招贤镇人民政府": 7},
}
ELSEWHERE = {"五莲县财政局": 100, "日照市财政局": 200, "青岛市崂山区财政局": 400, "日照市人民政府": 800}


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path


def received(inbox: Path, cases: dict[str, int]) -> Reception:
    county_files.write({name: county_files.report(name, county_files.received(n)) for name, n in cases.items()}, inbox)
    return receive(given_files([inbox]), lambda: nullcontext(lambda *_: None))


def covered(reception: Reception, county: str = "莒县", roster: tuple[str, ...] = ()) -> Coverage:
    division = county_named(county, YEAR)
    rows = [RosterRow(place, name, None, None) for place, name in enumerate(roster, start=1)]
    of = roster_of(rows, "x", YEAR, division) if rows else units_of(reception, YEAR, division)
    return coverage(reception, of, YEAR, division)


def added(found: Coverage) -> Decimal | int | None:
    sums = county_sum(Words(found, "zh"))
    assert sums is not None
    return sums.summary.cells[RECEIVED].value


def test_units_of_other_places_are_told_and_added_to_nothing(inbox: Path) -> None:
    found = covered(received(inbox, OWN | ELSEWHERE))
    assert {row.counts.report.agency_printed for row in found.rows if row.counts} == set(OWN)
    assert added(found) == sum(OWN.values())
    words = Words(found, "zh")
    assert {other.agency: other.what for other in words.others()} == {
        "五莲县财政局": "属于五莲县，不属于莒县，不计入",
        "日照市财政局": "属于日照市，不属于莒县，不计入",
        "崂山区财政局": "属于崂山区，不属于莒县，不计入",
        "日照市人民政府": "属于日照市，不属于莒县，不计入",
    }
    files = "、".join(sorted(f"{name}.txt" for name in ELSEWHERE))
    assert f"其他地方的报告 4 份，不计入：{files}" in list(words.closing(is_year_asked=True))


def test_what_lies_below_a_city_is_of_it(inbox: Path) -> None:
    found = covered(received(inbox, OWN | {"日照市财政局": 8, "济南市财政局": 100}), "日照市")
    assert [each.received.report.agency for each in found.strays] == ["济南市财政局"]
    assert added(found) == sum(OWN.values()) + 8


def test_a_unit_of_another_place_that_the_roster_names_is_one_of_its_own(inbox: Path) -> None:
    found = covered(received(inbox, OWN | ELSEWHERE), roster=("财政局", "日照市财政局"))
    assert [row.state for row in found.rows] == ["received", "received"]
    assert sum(each.apart is not None for each in found.strays) == len(ELSEWHERE) - 1


@pytest.mark.parametrize("roster", [(), ("卫生健康局", "财政局")])
def test_a_sum_of_a_system_is_not_added_to_the_report_of_its_unit(inbox: Path, roster: tuple[str, ...]) -> None:
    found = covered(received(inbox, {"莒县卫生健康局": 3, "莒县财政局": 4, "莒县卫生健康系统": 50}), roster=roster)
    assert added(found) == 7
    (told,) = Words(found, "zh").others()
    assert told.what == "“莒县卫生健康局”所属系统的汇总，该单位本身另有报告，不计入"


def test_a_sum_of_a_system_without_a_report_of_its_unit_counts(inbox: Path) -> None:
    found = covered(received(inbox, {"莒县财政局": 4, "莒县卫生健康系统": 50}))
    assert added(found) == 54 and found.strays == ()
