"""Printed names taken apart."""

from __future__ import annotations

import pytest

from pipelines.agencies.naming import ALIAS, OFFICIAL, STEM, names_no_office, names_unknown_place
from pipelines.agencies.resolver import Resolver


@pytest.mark.parametrize(
    ("printed", "places", "township", "organ"),
    [
        ("鹤岗市南山区大陆街道办事处", ("鹤岗市", "南山区"), "大陆街道", ""),
        ("东方市大田镇", ("东方市",), "大田镇", ""),
        ("淄博市博山区教育局", ("淄博市", "博山区"), None, "教育局"),
        ("淄博市博山區教育局", ("淄博市", "博山区"), None, "教育局"),
        ("西藏自治區人民政府", ("西藏自治区",), None, "人民政府"),
        ("博山区 人民政府 办公室", ("博山区",), None, "人民政府办公室"),
        ("吉安市泰和县教育局", ("吉安市", "泰和县"), None, "教育局"),
        ("松原市乾安县驰誉街道", ("松原市", "乾安县"), "驰誉街道", ""),
        ("全州县", ("全州县",), None, ""),
        ("内蒙古呼和浩特市", ("内蒙古", "呼和浩特市"), None, ""),
        ("普洱镇沅彝族哈尼族拉祜族自治县", ("普洱", "镇沅彝族哈尼族拉祜族自治县"), None, ""),
        ("嘉兴桐乡财政局", ("嘉兴", "桐乡"), None, "财政局"),
        ("永城镇", (), "永城镇", ""),
        ("东区街道办事处", (), "东区街道", ""),
        ("军赛佤族拉祜族傈僳族德昂族乡人民政府", (), "军赛佤族拉祜族傈僳族德昂族乡", "人民政府"),
        ("北京市统计局、国家统计局北京调查总队", ("北京市",), None, "统计局"),
        ("中共淄博市委组织部", ("淄博市",), None, "委组织部"),
        ("合作交流办公室", (), None, "合作交流办公室"),
        ("公安局", (), None, "公安局"),
    ],
)
def test_parts(resolver: Resolver, printed: str, places: tuple[str, ...], township: str | None, organ: str) -> None:
    named = resolver.places.read(printed)
    assert (named.places, named.township) == (places, township)
    assert named.organ.removeprefix("办事处") == organ


def test_kind_of_name(resolver: Resolver) -> None:
    read = resolver.places.read
    assert [read(name).how for name in ("博山区教育局", "黔东南州", "博山教育局", "教育局")] == [
        OFFICIAL,
        ALIAS,
        STEM,
        None,
    ]


def test_names_that_conversion_would_change(resolver: Resolver) -> None:
    """濛阳镇 is in Sichuan; its simplified form is another town's name."""
    assert resolver.places.read("濛阳镇").township == "濛阳镇"
    assert resolver.places.read("蒙阳镇").township == "蒙阳镇"


@pytest.mark.parametrize(
    ("printed", "level", "organ"), [("市应急局", "市", "应急局"), ("自治区北部湾办", "自治区", "北部湾办")]
)
def test_level_words(resolver: Resolver, printed: str, level: str, organ: str) -> None:
    named = resolver.places.read(printed)
    assert (named.level_word, named.organ, named.places) == (level, organ, ())


def test_central_authority_with_its_place(resolver: Resolver) -> None:
    named = resolver.places.read("国家税务总局淄博市税务局")
    assert (named.authority, named.places, named.organ) == ("国家税务总局", ("淄博市",), "税务局")


@pytest.mark.parametrize("organ", ["杨甫区教育局", "、利辛县教育局", "达尔罕茂明安联崦旗教育局"])
def test_unknown_places(organ: str) -> None:
    assert names_unknown_place(organ)


@pytest.mark.parametrize("organ", ["教育局", "高新区管委会", "经济技术开发区", "城市管理局", "市场监督管理局", ""])
def test_no_places(organ: str) -> None:
    assert not names_unknown_place(organ)


@pytest.mark.parametrize(("printed", "nameless"), [("我局", True), ("", True), ("教育局", False), ("博山区", False)])
def test_offices_without_a_name(resolver: Resolver, printed: str, nameless: bool) -> None:
    assert names_no_office(resolver.places.read(printed)) is nameless
