"""New areas: what is declared, and how names begin with one."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.gazetteer.entries import entry_of
from pipelines.agencies.new_areas import NewAreas, read_new_areas


@pytest.fixture(scope="module")
def areas(gazetteer: Gazetteer) -> NewAreas:
    return NewAreas(gazetteer)


@pytest.mark.parametrize(
    ("name", "area", "code", "rest"),
    [
        ("雄安新区教育局", "雄安新区", "130000", "教育局"),
        ("河北雄安新区管委会", "雄安新区", "130000", "管委会"),
        ("陕西省西咸新区沣东新城管委会", "西咸新区", "610000", "沣东新城管委会"),
        ("西安市西咸新区", "西咸新区", "610000", ""),
        ("贵安新区经济发展局", "贵安新区", "520000", "经济发展局"),
        ("四川天府新区成都管委会", "天府新区", "510100", "成都管委会"),
        ("天府新区眉山管委会", "天府新区眉山", "511400", "管委会"),
        ("湖南湘江新区", "湘江新区", "430100", ""),
    ],
)
def test_beginnings(areas: NewAreas, name: str, area: str, code: str, rest: str) -> None:
    found = areas.begins(name)
    assert found is not None
    assert (found[0].name, {d.code for d in found[0].below}, name[found[1] :]) == (area, {code}, rest)


@pytest.mark.parametrize("name", ["某某新区教育局", "山东省雄安新区", "浦东新区", "兰州新区", ""])
def test_what_begins_with_none(areas: NewAreas, name: str) -> None:
    assert areas.begins(name) is None


def test_years(areas: NewAreas) -> None:
    """两江新区 is a district since 2025."""
    found = areas.begins("重庆两江新区")
    assert found is not None
    assert [found[0].stands(year) for year in (2009, 2024, 2025)] == [True, True, False]


def test_parts_are_counties_of_what_is_above(gazetteer: Gazetteer) -> None:
    for name, area in read_new_areas(gazetteer).areas.items():
        codes = [entry_of(part)[0] for part in area.parts]
        above = entry_of(area.below)[0]
        ends = 2 if above.endswith("0000") else 4
        assert all(code[:ends] == above[:ends] for code in codes) or name == "天府新区", name
        assert area.source.startswith(("国函〔", "中共中央"))


def test_a_county_has_its_parts_under_all_its_codes(areas: NewAreas) -> None:
    """平坝县 became 平坝区 in 2014."""
    found = areas.begins("贵安新区")
    assert found is not None
    assert {"平坝县", "平坝区"} <= {division.name for division in found[0].parts}
