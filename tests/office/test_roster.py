"""Names of a roster are resolved with their county, and none is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.agencies.gazetteer import Division
from pipelines.office.roster import (
    Roster,
    Unit,
    county_named,
    county_of,
    in_full,
    named_apart,
    plain_name,
    previous,
    roster_of,
    towns,
    type_of,
)
from pipelines.office.roster_file import CannotReadRoster, RosterRow
from tests.office.county_office import YEAR
from tests.office.whole_county import GOVERNMENT, TOWNS, UNITS, printed_name


@pytest.fixture
def county() -> Division:
    return county_named("莒县", YEAR)


def rows(*names: str) -> list[RosterRow]:
    return [RosterRow(n, name, None, None) for n, name in enumerate(names, start=2)]


def test_every_unit_of_the_county_is_resolved_with_evidence(county: Division) -> None:
    found = roster_of(rows(GOVERNMENT, *UNITS), "x.csv", YEAR, county)
    assert [unit.agency for unit in found.units] == [printed_name(unit) for unit in UNITS]
    assert all(unit.agency_key and unit.evidence and unit.status == "exact" for unit in found.units)
    assert found.government is not None and found.government.name == GOVERNMENT
    assert found.repeated == () and found.is_known


def test_two_rows_of_one_unit_are_told(county: Division) -> None:
    found = roster_of(rows("教育局", "财政局", "莒县教育局", "县教育体育局"), "x.csv", YEAR, county)
    assert [unit.name for unit in found.units] == ["教育局", "财政局"]
    assert found.repeated == (("莒县教育局", 4, "教育局", 2), ("县教育体育局", 5, "教育局", 2))


def test_a_name_that_can_be_of_several_places_is_not_resolved() -> None:
    found = roster_of(rows("鼓楼区教育局", "教育局"), "x.csv", YEAR, None)
    assert [(unit.agency_key, unit.agency) for unit in found.units] == [(None, None)] * 2
    assert {unit.status for unit in found.units} <= {"ambiguous", "unresolved"}


def test_where_no_county_is_known_a_government_is_still_no_unit() -> None:
    found = roster_of(rows("莒县人民政府", "莒县招贤镇人民政府"), "x.csv", YEAR, None)
    assert [unit.name for unit in found.units] == ["莒县招贤镇人民政府"]
    assert found.government is not None and found.government.name == "莒县人民政府"


def test_a_roster_of_the_government_alone_is_none(county: Division) -> None:
    with pytest.raises(CannotReadRoster, match="no unit below it"):
        roster_of(rows("莒县人民政府"), "x.csv", YEAR, county)


@pytest.mark.parametrize(
    ("name", "full", "plain"),
    [
        ("教育局", "莒县教育局", "教育局"),
        ("县教育局", "莒县教育局", "教育局"),
        (" 山东省日照市莒县 教育局", " 山东省日照市莒县 教育局", "教育局"),
        ("市场监督管理局", "莒县市场监督管理局", "市场监督管理局"),
        ("县政府办", "莒县人民政府办公室", "人民政府办公室"),
        ("县委宣传部", "莒县县委宣传部", "县委宣传部"),
        ("招贤镇人民政府", "莒县招贤镇人民政府", "招贤镇"),
        ("城阳街道办事处", "莒县城阳街道办事处", "城阳街道"),
        ("鼓楼区教育局", "莒县鼓楼区教育局", "鼓楼区教育局"),
    ],
)
def test_a_name_is_told_in_full_and_plainly(county: Division, name: str, full: str, plain: str) -> None:
    assert in_full(name, county) == full
    assert plain_name(name, county) == plain


def test_in_a_city_the_word_for_it_is_not_taken_from_other_words() -> None:
    city = county_named("曲阜市", YEAR)
    names = ("市教育局", "市场监督管理局", "市市场监督管理局", "市政府办")
    assert [plain_name(name, city) for name in names] == [
        "教育局",
        "市场监督管理局",
        "市场监督管理局",
        "人民政府办公室",
    ]


def test_a_county_is_named_by_name_path_or_code() -> None:
    assert county_named("莒县", YEAR).code == county_named("371122", YEAR).code == "371122"
    assert county_named("江苏省/南京市/鼓楼区", YEAR).code == "320106"
    with pytest.raises(CannotReadRoster, match="江苏省/南京市/鼓楼区 320106") as told:
        county_named("鼓楼区", YEAR)
    assert "福建省/福州市/鼓楼区" in str(told.value)
    with pytest.raises(CannotReadRoster, match="no division of 2021 is called '不存在县'"):
        county_named("不存在县", YEAR)


def test_the_county_is_that_of_most_reports_and_of_none_where_two_have_as_many() -> None:
    found = county_of(["371122", None, "371122", "320106"], YEAR)
    assert found is not None and found.name == "莒县"
    assert county_of(["371122", "320106"], YEAR) is None and county_of([None], YEAR) is None


def test_the_towns_of_a_county_are_those_of_the_gazetteer(county: Division) -> None:
    found = towns(county, YEAR)
    assert {unit.name for unit in found.units} == set(TOWNS) and found.source == "towns"
    assert all(unit.agency_key for unit in found.units)
    assert type_of(found.units[0], "zh") == "街道办事处"
    with pytest.raises(CannotReadRoster, match="has no towns"):
        towns(county_named("370000", YEAR), YEAR)


def test_last_years_units_are_those_below_the_county_in_a_release(seed_release: Path) -> None:
    found: Roster = previous(seed_release, county_named("东方市", 2021), 2021)
    assert [(unit.name, unit.agency_type) for unit in found.units] == [("东方市大田镇人民政府", "town")]
    assert found.source == "previous" and found.year == 2020 and found.units[0].agency_key
    with pytest.raises(CannotReadRoster, match="has no units of 莒县 before 2021"):
        previous(seed_release, county_named("莒县", 2021), 2021)


def test_no_two_units_have_one_name() -> None:
    units = (Unit("司法局", agency_key=1), Unit("财政局"), Unit("司法局", agency_key=2))
    assert [unit.name for unit in named_apart(units)] == ["司法局", "财政局", "司法局（2）"]
