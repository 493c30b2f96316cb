"""What addresses and texts point to."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Division, Gazetteer
from pipelines.agencies.stated_places import (
    NO_TEXT,
    Address,
    abbreviated,
    address,
    initials,
    is_official,
    read_text,
    spelled,
    spellings,
)
from tests.codes import agency_code


@pytest.fixture(scope="module")
def boshan(gazetteer: Gazetteer) -> Division:
    found = gazetteer.division("370304", 2020)
    assert found is not None
    return found


def test_only_official_hosts_are_believed() -> None:
    assert address("www.boshan.gov.cn", "/zfxxgk/boshan/1.html").labels == ("boshan",)
    assert address("www.boshan.com") == Address()
    assert address("www.boshan.gov.cn.example.com") == Address()
    assert address(None) == Address()


def test_labels_come_nearest_first() -> None:
    assert address("JTJ.Dazhou.gov.cn:8080").labels == ("dazhou", "jtj")


def test_code_in_the_path_is_believed_anywhere() -> None:
    code = address("example.com", "/x.jsp?area=113708830043262784&fbtime=2021").code
    assert code is not None and code.division == "370883"
    assert address("example.com", "/x.jsp?area=001008003010038").code is None


def test_spellings(boshan: Division) -> None:
    assert {"boshan", "boshanqu"} <= spellings(boshan)
    assert "zibo" not in spellings(boshan)
    assert {"bs", "bsq"} <= initials(boshan)


def test_spelled_and_abbreviated(gazetteer: Gazetteer) -> None:
    (label, found), *rest = spelled(gazetteer, ("boshanqu",))
    assert (label, {d.code for d in found}, rest) == ("boshanqu", {"370304"}, [])
    assert "620600" in {d.code for d in abbreviated(gazetteer, ("gswuwei",))}
    assert spelled(gazetteer, ("nowhere",)) == ()


def test_text(gazetteer: Gazetteer) -> None:
    text = "索引号：113703040042181387/2026。请与博山区科学技术局联系（电话：0533-4180826）。淄政办函〔2012〕3号"
    hints = read_text(gazetteer, text)
    assert hints.code is not None and hints.code.division == "370304"
    assert hints.areas == ("0533",)
    assert "博山区" in hints.names
    assert read_text(gazetteer, "闽政办函〔2012〕3号").province == "35"
    assert read_text(gazetteer, "在县委、县政府的领导下").above == {"县"}
    assert read_text(gazetteer, "徐州市鼓楼区人民政府").chains == {"徐州市鼓楼区"}
    assert read_text(gazetteer, "徐州市的鼓楼区").chains == frozenset()
    assert read_text(gazetteer, None) is NO_TEXT


def test_streets_are_no_places(gazetteer: Gazetteer) -> None:
    assert read_text(gazetteer, "地址：朝阳区路8号").names == frozenset()


def test_only_begin_and_end_of_a_text_count(gazetteer: Gazetteer) -> None:
    assert read_text(gazetteer, f"{'。' * 9000}博山区{'。' * 9000}").names == frozenset()


def test_a_text_with_index_numbers_of_two_publishers_tells_none(gazetteer: Gazetteer) -> None:
    text = f"索引号：113703040042181387/2021-1，索引号：{agency_code('370303')}/2021-2"
    assert read_text(gazetteer, text).code is None
    assert read_text(gazetteer, "统一社会信用代码：113703040042181387").code is None


@pytest.mark.parametrize(
    ("host", "official"),
    [
        ("www.boshan.gov.cn", True),
        ("WWW.boshan.GOV.CN:8080", True),
        ("gov.cn", True),
        ("boshangov.cn", False),
        ("www.boshan.gov.cn.example.com", False),
        ("122.137.242.24:8080", False),
    ],
)
def test_official_hosts(host: str, official: bool) -> None:
    assert is_official(host) is official
