"""Reports on hosts of others, and codes of publishers that speak for or against a name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipelines.agencies.resolver import AMBIGUOUS, EXACT, INFERRED, UNRESOLVED, Resolution, Resolver
from pipelines.agencies.stated_places import is_official
from pipelines.extracting.headline import title_agency
from tests.codes import agency_code

TITLES = Path(__file__).with_name("titles.csv")
NINGGUO, GUICHI, TAIAN = agency_code("341881"), agency_code("341702"), agency_code("370900")


def _found(resolver: Resolver, name: str, code: str | None, host: str | None, year: int = 2020) -> Resolution:
    return resolver.resolve(name, year, host=host, index_number=f"{code}/202103-00012" if code else None)


@pytest.mark.parametrize(
    ("host", "code", "status", "conflict"),
    [
        ("www.ningguo.gov.cn", None, EXACT, False),
        ("www.ningguo.gov.cn", NINGGUO, EXACT, False),
        ("www.ningguo.gov.cn", GUICHI, INFERRED, True),
        ("www.xuancheng.gov.cn", None, EXACT, False),
        ("www.xuancheng.gov.cn", GUICHI, INFERRED, True),
        ("www.taian.gov.cn", None, INFERRED, False),
        ("www.taian.gov.cn", NINGGUO, EXACT, False),
        ("www.taian.gov.cn", GUICHI, AMBIGUOUS, True),
        ("copy.com", None, INFERRED, False),
        ("copy.com", NINGGUO, EXACT, False),
        ("copy.com", GUICHI, AMBIGUOUS, True),
        (None, None, EXACT, False),
        (None, NINGGUO, EXACT, False),
        (None, GUICHI, AMBIGUOUS, True),
    ],
)
def test_a_full_name(resolver: Resolver, host: str | None, code: str | None, status: str, conflict: bool) -> None:
    found = _found(resolver, "宁国市商务局", code, host)
    assert (found.status, found.code_conflict is not None) == (status, conflict)
    assert found.candidates[0].division.code == "341881"
    assert found.code == ((code,) if code else None)
    if conflict:
        assert found.code_conflict == f"{GUICHI}: 341702 贵池区"
        assert "registered elsewhere" in found.candidates[0].evidence[-1]


@pytest.mark.parametrize("host", [None, "copy.com", "www.taian.gov.cn", "www.zibo.gov.cn"])
@pytest.mark.parametrize("name", ["财政局", "市财政局"])
def test_a_bare_name_is_of_the_place_that_registered_it(resolver: Resolver, name: str, host: str | None) -> None:
    found = _found(resolver, name, TAIAN, host)
    assert (found.status, found.candidates[0].division.code) == (INFERRED, "370900")
    assert found.code_conflict is None


def test_bare_names_that_a_code_does_not_settle(resolver: Resolver) -> None:
    assert _found(resolver, "财政局", TAIAN[:-1] + "0", None).status == UNRESOLVED
    assert _found(resolver, "我局", TAIAN, None).status == AMBIGUOUS
    assert _found(resolver, "区财政局", TAIAN, None).status == AMBIGUOUS
    assert _found(resolver, "财政局", "014416330", None).status == UNRESOLVED


@pytest.mark.parametrize(
    "name", ["人民政府", "镇人民政府", "街道办事处", "办事处", "中心", "管委会", "分局", "第一中学"]
)
def test_a_code_does_not_tell_which_of_many_offices_it_is(resolver: Resolver, name: str) -> None:
    """The county registers its townships and schools as well: two of them would become one agency."""
    found = _found(resolver, name, agency_code("370883"), None)
    assert (found.status, found.candidates[0].division.code) == (AMBIGUOUS, "370883")


@pytest.mark.parametrize("name", ["市人民政府", "政府办公室", "教育和体育局", "税务局", "太平镇人民政府"])
def test_a_code_tells_the_place_of_an_office_that_it_has_once(resolver: Resolver, name: str) -> None:
    found = _found(resolver, name, agency_code("370883"), None)
    assert (found.status, found.candidates[0].division.code) == (INFERRED, "370883")


def test_a_name_of_several_places(resolver: Resolver) -> None:
    found = _found(resolver, "鼓楼区教育局", agency_code("320106"), "copy.com")
    assert (found.status, found.candidates[0].division.code) == (INFERRED, "320106")
    none_of_them = _found(resolver, "鼓楼区教育局", TAIAN, "copy.com")
    assert none_of_them.status == AMBIGUOUS
    assert none_of_them.code_conflict == f"{TAIAN}: 370900 泰安市"


def test_an_older_code_of_the_same_place_confirms_it(resolver: Resolver) -> None:
    assert _found(resolver, "海门区教育局", agency_code("320684"), "copy.com", 2021).status == EXACT
    assert _found(resolver, "庐江县财政局", agency_code("341421"), "copy.com", 2020).status == EXACT


def test_a_code_whose_check_digit_is_wrong_says_nothing(resolver: Resolver) -> None:
    wrong = GUICHI[:-1] + "0"
    found = _found(resolver, "宁国市商务局", wrong, "www.ningguo.gov.cn")
    assert (found.status, found.code, found.code_conflict) == (EXACT, None, None)
    assert f"the check digit of {wrong}/202103-00012 is wrong: not used" in found.candidates[0].evidence


def test_the_index_number_comes_before_the_address(resolver: Resolver) -> None:
    path = f"/module/xxgk/xxgkAnnualReport.jsp?area={GUICHI}"
    alone = resolver.resolve("财政局", 2020, host="copy.com", path=path)
    both = resolver.resolve("财政局", 2020, host="copy.com", path=path, index_number=f"{TAIAN}/2021-1")
    assert [f.candidates[0].division.code for f in (alone, both)] == ["341702", "370900"]
    twice = resolver.resolve("财政局", 2020, host="copy.com", path=path, index_number=f"{GUICHI}/2021-1")
    assert twice.candidates[0].points == alone.candidates[0].points


def test_central_authorities(resolver: Resolver) -> None:
    assert _found(resolver, "教育部", None, "www.moe.gov.cn").status == EXACT
    assert _found(resolver, "教育部", None, "copy.com").status == INFERRED
    assert _found(resolver, "教育部", None, "www.ningguo.gov.cn").status == INFERRED
    assert _found(resolver, "教育部", agency_code("100000"), "copy.com").status == EXACT


def test_universities_publish_on_hosts_of_their_own(resolver: Resolver) -> None:
    name = "吉林省长春市吉林大学"
    assert _found(resolver, name, None, None).status == EXACT
    assert _found(resolver, name, None, "www.jlu.edu.cn").status == EXACT
    assert _found(resolver, name, None, "copy.com").status == INFERRED
    assert _found(resolver, "宁国市商务局", None, "www.jlu.edu.cn").status == INFERRED


def test_no_real_title_is_exact_on_a_host_that_is_no_agencys(resolver: Resolver) -> None:
    """Of the real titles that bear no code, those on copies of portals."""
    with TITLES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["host"] and not is_official(row["host"])]
    found = [
        resolver.resolve(title_agency(row["title"]), int(row["year"]), host=row["host"], path=row["path"])
        for row in rows
    ]
    assert len(rows) > 30
    assert {f.status for f in found if f.code is None} <= {INFERRED, AMBIGUOUS, UNRESOLVED}
