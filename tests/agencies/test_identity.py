"""What makes two reports those of one agency, and what is new with a division's name."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.identity import Agency, agency_of, origin
from pipelines.agencies.organs import organ_of
from pipelines.agencies.resolver import Resolver


def _agency(
    gazetteer: Gazetteer, code: str, year: int, organ: str = "", township: str | None = None, town: str | None = None
) -> Agency:
    division = gazetteer.division(code, year)
    assert division is not None
    return agency_of(
        gazetteer,
        division,
        year,
        organ_of(organ),
        township=township,
        township_code=town,
        printed=f"{division.name}{township or ''}{organ}",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("420600", 2009), ("420600", 2010)),  # 襄樊市, 襄阳市
        (("320684", 2019), ("320614", 2020)),  # 海门市, 海门区
        (("610624", 2015), ("610603", 2016)),  # 安塞县, 安塞区
    ],
)
def test_renamed_divisions_keep_their_key(
    gazetteer: Gazetteer, before: tuple[str, int], after: tuple[str, int]
) -> None:
    for organ in ("", "人民政府办公室", "教育局"):
        old, new = _agency(gazetteer, *before, organ), _agency(gazetteer, *after, organ)
        assert old.agency_key == new.agency_key
        assert old.agency_sk != new.agency_sk
        assert old.name != new.name
        assert (old.valid_to, new.valid_from) == (after[1], after[1])


def test_merged_divisions_do_not(gazetteer: Gazetteer) -> None:
    """江干区 became part of 上城区, which there was before."""
    assert _agency(gazetteer, "330104", 2020).agency_key != _agency(gazetteer, "330102", 2021).agency_key


def test_one_version_within_its_years(gazetteer: Gazetteer) -> None:
    assert _agency(gazetteer, "370304", 2012) == _agency(gazetteer, "370304", 2020)


def test_departments_through_reforms(gazetteer: Gazetteer) -> None:
    old, new = (_agency(gazetteer, "370304", year, name) for year, name in ((2015, "国土资源局"), (2020, "自然资源局")))
    planning = _agency(gazetteer, "370304", 2015, "规划局")
    assert old.agency_key == new.agency_key
    assert planning.agency_key != old.agency_key
    assert planning.agency_function == old.agency_function == "natural_resources"
    assert new.agency_key != _agency(gazetteer, "370303", 2020, "自然资源局").agency_key


def test_offices_of_one_place_are_different_agencies(gazetteer: Gazetteer) -> None:
    kinds = [_agency(gazetteer, "370304", 2020, organ) for organ in ("", "人民政府办公室", "教育局", "残联")]
    town = _agency(gazetteer, "370304", 2020, "博山镇人民政府", township="博山镇", town="370304108")
    assert len({agency.agency_key for agency in (*kinds, town)}) == 5


def test_columns(gazetteer: Gazetteer) -> None:
    town = _agency(gazetteer, "370304", 2020, "博山镇人民政府", township="博山镇", town="370304108")
    assert (town.province, town.prefecture, town.county, town.township) == ("山东省", "淄博市", "博山区", "博山镇")
    assert (town.level, town.region, town.name) == ("township", "东部", "博山区博山镇人民政府")
    assert (town.code, town.township_code, town.division_code_latest) == ("370304", "370304108", "370304")
    assert _agency(gazetteer, "320684", 2019).division_code_latest == "320614"


def test_parents(gazetteer: Gazetteer) -> None:
    town = _agency(gazetteer, "370304", 2020, "博山镇人民政府", township="博山镇")
    office, county = _agency(gazetteer, "370304", 2020, "教育局"), _agency(gazetteer, "370304", 2020)
    city, province = _agency(gazetteer, "370300", 2020), _agency(gazetteer, "370000", 2020)
    assert town.parent_agency_key == office.parent_agency_key == county.agency_key
    assert county.parent_agency_key == city.agency_key
    assert city.parent_agency_key == province.agency_key
    assert province.parent_agency_key is None


def test_bureaus_of_a_new_area_are_below_its_committee(gazetteer: Gazetteer, resolver: Resolver) -> None:
    def agency(name: str) -> Agency:
        found = resolver.resolve(name, 2020)
        best = found.candidates[0].division
        return agency_of(
            gazetteer, best, 2020, found.organ, township=None, township_code=None, printed=f"{best.name}{name}"
        )

    committee, bureau = agency("雄安新区管委会"), agency("雄安新区教育局")
    assert bureau.parent_agency_key == committee.agency_key
    assert committee.parent_agency_key == _agency(gazetteer, "130000", 2020).agency_key
    assert (committee.agency_type, committee.name) == ("functional_zone", "河北省雄安新区管委会")


@pytest.mark.parametrize(
    ("code", "name"), [("370304", "博山区人民政府"), ("152200", "兴安盟行政公署"), ("542500", "阿里地区行政公署")]
)
def test_names_of_governments(gazetteer: Gazetteer, code: str, name: str) -> None:
    assert _agency(gazetteer, code, 2020).name == name


def test_origin(gazetteer: Gazetteer) -> None:
    new = gazetteer.division("320614", 2022)
    assert new is not None
    assert origin(gazetteer, new) == "320684 海门市"
