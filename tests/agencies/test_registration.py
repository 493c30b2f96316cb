"""What the division that registered a publisher is to another."""

from __future__ import annotations

import pytest

from pipelines.agencies.gazetteer import Gazetteer
from pipelines.agencies.organs import Organ
from pipelines.agencies.registration import (
    ABOVE,
    BELOW,
    CENTRAL,
    ELSEWHERE,
    OWN,
    code_in_path,
    conflict_with,
    publisher_code,
    relation,
)
from pipelines.extracting.credit_code import credit_code, organisation_check
from tests.codes import agency_code


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/module/xxgk/xxgkAnnualReport.jsp?area=113708830043262784&fbtime=2021", "113708830043262784"),
        ("/module/xxgk/xxgkAnnualReport.jsp?fbtime=2017&area=11370883004325769b", "11370883004325769B"),
        ("/xxgk/113708830043262784/2021/a.html", "113708830043262784"),
        ("/xxgk/01527918X/info/2020-153077.html", "01527918X"),
        ("/module/xxgk/tree.jsp?area=11330000002482373Q", None),
        ("/xxgk/01527918X/2020.html", None),
        ("/art/2113708830043262784.html", None),
        (None, None),
    ],
)
def test_codes_in_addresses(path: str | None, code: str | None) -> None:
    found = code_in_path(path)
    assert (found.text if found else None) == code


def test_the_printed_code_comes_first(gazetteer: Gazetteer) -> None:
    other = credit_code("113708830043262784")
    assert publisher_code(gazetteer, "113703040042181387/2021-1", other) == ("113703040042181387",)
    assert publisher_code(gazetteer, "113703040042181380/2021-1", other) == other
    assert publisher_code(gazetteer, None, None) is None


def test_nine_figures_that_begin_with_a_division_are_a_serial_number(gazetteer: Gazetteer) -> None:
    serial = f"37030400{organisation_check('37030400')}"
    assert credit_code(serial) is not None
    assert publisher_code(gazetteer, f"{serial}/2021-00012") is None
    assert publisher_code(gazetteer, "014416330/2018-04736") == ("014416330",)


@pytest.mark.parametrize(
    ("code", "year", "registered", "found"),
    [
        ("370304", 2020, "370304", OWN),
        ("370304", 2020, "370300", ABOVE),
        ("370304", 2020, "370000", ABOVE),
        ("370304", 2020, "370303", ELSEWHERE),
        ("370300", 2020, "370304", BELOW),
        ("341881", 2020, "341702", ELSEWHERE),
        ("320614", 2021, "320684", OWN),  # 海门市 became a district
        ("340124", 2020, "341421", OWN),  # 庐江县 moved to 合肥
        ("370116", 2020, "371202", OWN),  # 莱芜区 was 莱城区
        ("370116", 2020, "371200", ABOVE),
        ("371200", 2018, "370116", None),  # 莱芜市 went up in 济南: where its offices went, no list says
        ("341400", 2010, "340181", None),  # 巢湖市 was split
        ("341802", 2020, "341703", None),  # no division: printed by a town of 宣州区
        ("331100", 2017, "332500", None),  # 丽水地区 until 2000: before the first list
        ("370304", 2020, CENTRAL, None),
    ],
)
def test_relations(gazetteer: Gazetteer, code: str, year: int, registered: str, found: str | None) -> None:
    division = gazetteer.division(code, year)
    assert division is not None
    assert relation(gazetteer, division, registered) == found


def test_what_contradicts(gazetteer: Gazetteer) -> None:
    zibo, bureau = gazetteer.division("370300", 2020), Organ("department", "finance", "finance")
    assert zibo is not None
    code = credit_code(agency_code("370304"))
    assert conflict_with(gazetteer, zibo, bureau, code) == f"{agency_code('370304')}: 370304 博山区"
    assert conflict_with(gazetteer, zibo, Organ("functional_zone", None, "高新区管委会"), code) is None
    assert conflict_with(gazetteer, zibo, Organ("department", None, "高新区建设局"), code) is None
    for other in (agency_code("370300"), agency_code("370000"), agency_code("341702", kind="91"), "014416330"):
        assert conflict_with(gazetteer, zibo, bureau, credit_code(other)) is None
    assert conflict_with(gazetteer, zibo, bureau, None) is None
