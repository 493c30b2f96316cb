"""Reports -> rows of dim_agency and agency_match."""

from __future__ import annotations

import json

import polars as pl
import pytest

from pipelines.agencies.assigning import (
    ASSIGNED,
    UnassignedReport,
    agency_match,
    assign,
    dim_agency,
    unassigned_reports,
)
from pipelines.agencies.published_at import host_and_path
from pipelines.contracts import contract
from pipelines.corrections.agencies import AgencyCorrection, CorrectAgency
from pipelines.declarations import DeclarationError
from tests.codes import agency_code


def _source(key: int, name: str | None, year: int = 2020, *locations: str) -> UnassignedReport:
    return UnassignedReport(key, f"{key:064}", name, name, year, locations)


def _assigned(
    *sources: UnassignedReport, texts: dict[int, str] | None = None, corrections: tuple[AgencyCorrection, ...] = ()
) -> pl.DataFrame:
    held = texts or {}
    return assign(sources, lambda keys: {key: held[key] for key in keys if key in held}, corrections)


@pytest.mark.parametrize(
    ("locations", "found"),
    [
        ((), (None, None)),
        (("2020/part1/7.html",), (None, None)),
        (("https://www.boshan.gov.cn/a/b.jsp?x=1",), ("www.boshan.gov.cn", "/a/b.jsp?x=1")),
        (("https://www.boshan.gov.cn/a",), ("www.boshan.gov.cn", "/a")),
        (("raw/2020/WWW.boshan.gov.cn/a/7.html",), ("www.boshan.gov.cn", "/a/7.html")),
        (("x/7.html", "2020/www.zibo.gov.cn/7.html"), ("www.zibo.gov.cn", "/7.html")),
        (("https://copy.com/a", "https://www.zibo.gov.cn/b"), ("www.zibo.gov.cn", "/b")),
        (("https://copy.com/a", "https://other.com/b"), ("copy.com", "/a")),
    ],
)
def test_host_and_path(locations: tuple[str, ...], found: tuple[str | None, str | None]) -> None:
    assert host_and_path(locations) == found


def test_one_row_for_each_report_in_order_of_keys() -> None:
    assigned = _assigned(_source(3, "博山镇"), _source(1, "鼓楼区"), _source(2, None))
    assert dict(assigned.schema) == {
        name: pl.DataFrame(schema={name: kind}).schema[name] for name, kind in ASSIGNED.items()
    }
    assert assigned["report_key"].to_list() == [1, 2, 3]
    assert assigned["status"].to_list() == ["ambiguous", "unresolved", "inferred"]
    assert assigned["code"].to_list() == [None, None, "370304"]


def test_where_it_was_published_counts() -> None:
    (row,) = _assigned(_source(1, "教育局", 2020, "2020/www.boshan.gov.cn/7.html")).to_dicts()
    assert (row["code"], row["status"], row["name"]) == ("370304", "inferred", "博山区教育局")


def test_texts_count() -> None:
    text = {2: "联系电话：0591-22222222"}
    assigned = _assigned(_source(1, "鼓楼区"), _source(2, "鼓楼区"), texts=text)
    assert assigned["code"].to_list() == [None, "350102"]


def test_ambiguous_and_unresolved_reports_share_no_row() -> None:
    assigned = _assigned(*(_source(key, name) for key, name in enumerate(["鼓楼区"] * 3 + ["教育局"] * 3, start=1)))
    agencies = contract("dim_agency").validate(dim_agency(assigned))
    assert agencies["agency_sk"].n_unique() == agencies["agency_key"].n_unique() == 6
    assert sorted(agencies["status"].to_list()) == ["ambiguous"] * 3 + ["unresolved"] * 3
    assert agencies["code"].null_count() == 6
    assert set(agencies["agency_type"].to_list()) == {"government", "department"}


def test_an_agency_has_one_row_for_each_version() -> None:
    sources = [
        *(_source(key, "襄樊市教育局", 2009) for key in (1, 2)),
        *(
            _source(key, name, 2012)
            for key, name in ((3, "襄阳市教育局"), (4, "湖北省襄阳市教育局"), (5, "襄樊市教育局"))
        ),
    ]
    agencies = contract("dim_agency").validate(dim_agency(_assigned(*sources)))
    assert agencies.height == 2
    assert agencies["agency_key"].n_unique() == 1
    assert set(agencies["name"].to_list()) == {"襄樊市教育局", "襄阳市教育局"}
    assert agencies["status"].to_list() == ["exact", "exact"]


def test_candidates_are_reported_with_their_evidence() -> None:
    assigned = _assigned(_source(1, "鼓楼区"), _source(2, "教育局"), _source(3, "博山镇"))
    rows = agency_match(assigned.with_columns(year_key=pl.lit(2020, pl.Int32)))
    found = contract("agency_match").validate(rows).filter(pl.col("report_key") == 1)
    assert found["ordinal"].to_list() == [1, 2, 3, 4]
    assert found["name"][0] == "江苏省/南京市/鼓楼区"
    assert "3 others are as likely" in json.loads(found["evidence"][0])
    assert rows.filter(pl.col("report_key") == 3)["name"].to_list() == ["山东省/淄博市/博山区/博山镇"]
    assert 2 not in rows["report_key"].to_list()


def test_the_code_of_the_publisher_is_kept_and_counts() -> None:
    taian, guichi = agency_code("370900"), agency_code("341702")
    assigned = _assigned(
        _source(1, "财政局")._replace(agency_code_printed=f"{taian}/2021-1"),
        _source(2, "宁国市商务局", 2020, "https://copy.com/a")._replace(agency_code_printed=f"{guichi}/2021-1"),
        _source(3, "教育局", 2020, "https://copy.com/x.jsp?area=113703040042181387"),
        _source(4, "博山镇")._replace(agency_code_printed="113703040042181380/2021-1"),
    )
    told = assigned.select("code", "status", "agency_code", "code_conflict").rows()
    assert told == [
        ("370900", "inferred", taian, None),
        (None, "ambiguous", guichi, f"{guichi}: 341702 贵池区"),
        ("370304", "inferred", "113703040042181387", None),
        ("370304", "inferred", None, None),
    ]
    assert "113703040042181380/2021-1 is wrong" in assigned["candidates"][3][0]["evidence"]


def test_a_correction_settles_what_a_code_contradicts() -> None:
    report = _source(1, "我镇")._replace(agency_code_printed=agency_code("341702"))
    (row,) = _assigned(report, corrections=(_correction({"agency_printed": "我镇"}),)).to_dicts()
    assert (row["status"], row["agency_code"], row["code_conflict"]) == ("exact", agency_code("341702"), None)


def _correction(expects: dict[str, str | int], code: str = "370304") -> AgencyCorrection:
    return AgencyCorrection(
        sha256=f"{1:064}",
        agency=CorrectAgency(code=code, township="博山镇", name="博山镇人民政府"),
        reason="the page names no place",
        evidence="https://www.example.gov.cn/7.html",
        expects=expects,
    )


def test_corrections_apply() -> None:
    (row,) = _assigned(_source(1, "我镇"), corrections=(_correction({"agency_printed": "我镇"}),)).to_dicts()
    assert (row["code"], row["township"], row["status"]) == ("370304", "博山镇", "exact")
    assert row["agency_type"] == "town"
    assert "the page names no place" in row["candidates"][0]["evidence"]
    assert row["agency_key"] == _assigned(_source(1, "博山镇"))["agency_key"][0]


def _named(key: int, name: str) -> AgencyCorrection:
    return AgencyCorrection(
        sha256=f"{key:064}",
        agency=CorrectAgency(code="370304", name=name),
        reason="the seal is that of another office",
        evidence="the page",
        expects={"year": 2020},
    )


@pytest.mark.parametrize("others", [(), ("博山区财政局",), ("博山区财政局", "博山区财政局")])
def test_a_correction_makes_a_report_that_of_the_office_it_names_and_no_other(others: tuple[str, ...]) -> None:
    """By the office that was read, all reports of that office would stand under the corrected name."""
    reports = [_source(1, "博山区财政局"), *(_source(n, name, 2019) for n, name in enumerate(others, start=2))]
    assigned = _assigned(*reports, _source(9, "博山区审计局"), corrections=(_named(1, "博山区审计局"),))
    corrected, *_, audit = assigned.to_dicts()
    assert (corrected["name"], corrected["agency_function"], corrected["status"]) == ("博山区审计局", "audit", "exact")
    assert corrected["agency_sk"] == audit["agency_sk"]
    named = dict(dim_agency(assigned).select("agency_sk", "name").iter_rows())
    assert {named[sk] for sk in assigned["agency_sk"][1:-1]} == set(others)


def test_an_office_of_its_own_is_parted_from_the_one_whose_function_it_has() -> None:
    enforcement = _named(1, "博山区综合行政执法局")
    own = enforcement.agency.model_copy(update={"own_office": True})
    reports = [_source(1, "博山区综合行政执法局"), _source(2, "博山区城市管理局")]
    (one, other) = _assigned(*reports, corrections=(enforcement,)).to_dicts()
    assert one["agency_key"] == other["agency_key"]
    (one, other) = _assigned(*reports, corrections=(enforcement.model_copy(update={"agency": own}),)).to_dicts()
    assert one["agency_key"] != other["agency_key"]
    assert (one["name"], one["agency_type"], one["agency_function"]) == (
        *("博山区综合行政执法局", "department"),
        other["agency_function"],
    )


@pytest.mark.parametrize(
    ("printed", "right", "scope"),
    [
        ("博山区人民政府", "博山区财政局", ("own", "by_law")),
        ("博山区财政局", "博山区人民政府", ("summary", "by_law")),
        ("我区", "博山区人民政府", ("summary", "by_law")),
        ("博山区人民政府（本级）", "博山区财政局", ("own", "stated")),
    ],
)
def test_what_the_law_presumes_of_a_scope_follows_from_the_agency_that_is_right(
    printed: str, right: str, scope: tuple[str, str]
) -> None:
    (row,) = _assigned(_source(1, printed), corrections=(_named(1, right),)).to_dicts()
    assert (row["scope"], row["scope_basis"]) == scope


def test_two_corrections_that_hold_for_one_report_are_refused() -> None:
    entries = (_named(1, "博山区林业局"), _named(1, "博山区气象局"))
    with pytest.raises(DeclarationError, match=r"two entries for the agency of 0.*1: .*林业局.*气象局"):
        _assigned(_source(1, "博山区财政局"), corrections=entries)
    # One of another year has expired, and is told beside no other.
    expired = entries[0].model_copy(update={"expects": {"year": 2019}})
    assert _assigned(_source(1, "博山区财政局"), corrections=(expired, entries[1]))["name"][0] == "博山区气象局"


def test_corrections_of_other_reports_do_not() -> None:
    assert _assigned(_source(2, "鼓楼区"), corrections=(_correction({"agency_printed": "鼓楼区"}),))["code"][0] is None


@pytest.mark.parametrize(
    ("correction", "note"),
    [
        (_correction({"agency_printed": "我镇"}), "correction expired: agency_printed"),
        (_correction({"agency_printed": "鼓楼区"}, code="999999"), "correction not applied: 999999"),
    ],
)
def test_corrections_that_no_longer_fit_change_nothing_and_are_reported(
    correction: AgencyCorrection, note: str
) -> None:
    (row,) = _assigned(_source(1, "鼓楼区"), corrections=(correction,)).to_dicts()
    assert (row["status"], row["code"]) == ("ambiguous", None)
    assert any(note in candidate["evidence"] for candidate in row["candidates"])


def test_sources_of_reports() -> None:
    told = {"agency_printed": ["博山镇"], "agency_code_printed": ["c"], "title": ["t"], "year_key": [2020]}
    reports = pl.DataFrame({"report_key": [1], "file_sha256": ["a"], **told})
    expected = UnassignedReport(1, "a", "博山镇", "t", 2020, ("x",), "c")
    assert list(unassigned_reports(reports, {"a": ("x",)})) == [expected]
    assert [source.locations for source in unassigned_reports(reports, {})] == [()]
