"""Who can make rules: governments from the city up and ministries, nobody else; what is not known is not said."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.agencies.resolver import resolver
from pipelines.agencies.rulemaking import may_make_rules


def can(kind: str | None, level: str | None, prefecture: str | None = None, year: int = 2022) -> bool | None:
    row = {"year_key": year, "agency_type": kind, "agency_level": level, "prefecture": prefecture}
    types = {"agency_type": pl.String, "agency_level": pl.String, "prefecture": pl.String}
    value: bool | None = pl.DataFrame([row], schema_overrides=types).select(may_make_rules()).item()
    return value


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("生态环境部", True),
        ("中国证券监督管理委员会", True),
        ("浙江省人民政府", True),
        ("深圳市人民政府", True),
        ("东莞市人民政府", True),
        ("恩施土家族苗族自治州人民政府", True),
        ("浙江省司法厅", False),
        ("国家税务总局杭州市税务局", False),
        ("杭州市教育局", False),
        ("和田地区行政公署", False),
        ("兴安盟行政公署", False),
        ("上海市浦东新区人民政府", False),
        ("义乌市人民政府", False),
        ("古浪县人民政府", False),
        ("杭州市人民政府办公厅", None),
    ],
)
def test_agencies_as_they_are_resolved(title: str, expected: bool | None) -> None:
    found = resolver().resolve(title, 2022, text="")
    division = found.candidates[0].division
    prefecture = division.name if division.level == "prefecture" else None
    assert can(found.organ.type, division.level, prefecture) is expected


@pytest.mark.parametrize(
    ("kind", "level", "prefecture", "year", "expected"),
    [
        # Before 2015 of the cities only the larger ones could.
        ("government", "prefecture", "武威市", 2014, None),
        ("government", "prefecture", "武威市", 2015, True),
        ("government", "prefecture", "武威市", 0, None),
        ("government", "prefecture", "毕节地区", 2009, False),
        ("department", "prefecture", "武威市", 2009, False),
        ("government", "prefecture", None, 2022, None),
        ("government", "province", None, 2009, True),
        ("town", "township", None, 2022, False),
        ("subdistrict", "township", None, 2022, False),
        (None, "county", None, 2022, False),
        (None, "province", None, 2022, None),
        ("government", None, None, 2022, None),
        ("functional_zone", "prefecture", "武威市", 2022, False),
        ("xpcc", "province", None, 2022, None),
        ("university", "nation", None, 2022, False),
        ("government_office", "county", None, 2022, False),
    ],
)
def test_by_type_level_and_year(
    kind: str | None, level: str | None, prefecture: str | None, year: int, expected: bool | None
) -> None:
    assert can(kind, level, prefecture, year) is expected
