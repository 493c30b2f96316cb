"""Which files make one report: companions by name or archive, copies, and what must stay apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.warehouse.report_sources import (
    ATTACHMENT,
    DUPLICATE,
    MAIN,
    files_of_reports,
    repeated_reports,
    superseded_reports,
)

PAGE, TABLE, OTHER = 1, 2, 3
PATHS = [("applications", "received", column) for column in ("natural_person", "commercial_enterprise", "total")]


def report(key: int, form: str, media_type: str, **changes: Any) -> dict[str, Any]:
    return {
        "report_key": key,
        "file_sha256": f"{key:064x}",
        "ordinal": 0,
        "form": form,
        "media_type": media_type,
        "agency_printed": "东山区财政局",
        "year": 2020,
        **changes,
    }


PLACE = {
    "location": pl.String,
    "file_sha256": pl.String,
    "parent_location": pl.String,
    "fetched_from": pl.String,
    "is_latest": pl.Boolean,
}


def located(*places: dict[str, Any]) -> pl.DataFrame:
    """Return places as the inventory has them; those without other word stand in the inbox."""
    return pl.DataFrame([{"is_latest": True, **place} for place in places], schema=PLACE)


def made_of(
    reports: list[dict[str, Any]], places: dict[int, str], numbers: dict[int, list[int | None]]
) -> set[tuple[int, int, str]]:
    locations = located(*({"location": place, "file_sha256": f"{key:064x}"} for key, place in places.items()))
    rows = [(key, *path, value) for key, values in numbers.items() for path, value in zip(PATHS, values, strict=True)]
    columns = ["report_key", "table_id", "row_id", "column_id", "value"]
    cells = pl.DataFrame(rows, schema=columns, orient="row")
    found = files_of_reports(
        pl.DataFrame(reports), locations, lambda keys: cells.filter(pl.col("report_key").is_in(keys))
    )
    return set(found.select("report_key", "source_key", "role").rows())


ALONE = {(PAGE, PAGE, MAIN), (TABLE, TABLE, MAIN)}


@pytest.mark.parametrize(
    "attachment",
    ["2020/财政局年报.docx", "2020/财政局年报附件1.xls", "2020/财政局年报（附件：2）.pdf", "2020/财政局年报-附表.doc"],
)
def test_a_page_and_its_attachment_are_one_report(attachment: str) -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "application/msword", agency_printed=None)]
    found = made_of(reports, {PAGE: "2020/财政局年报.html", TABLE: attachment}, {})
    assert found == {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}


def test_members_of_one_archive_belong_together() -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "application/pdf")]
    places = {PAGE: "2020/a.zip!/正文.html", TABLE: "2020/a.zip!/表/统计.pdf"}
    assert made_of(reports, places, {}) == {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}


def test_the_same_report_in_two_formats_is_a_copy() -> None:
    reports = [report(PAGE, "2021", "application/pdf"), report(TABLE, "2021", "text/html")]
    places = {PAGE: "2020/财政局.pdf", TABLE: "2020/财政局.html"}
    found = made_of(reports, places, {PAGE: [3, None, 4], TABLE: [3, 1, 4]})
    assert found == ALONE  # one number of three is missing: too much to call it the same
    found = made_of(reports, places, {PAGE: [3, 1, 4], TABLE: [3, 1, 4]})
    assert found == ALONE | {(TABLE, PAGE, DUPLICATE)}  # the page is the better witness


def test_page_table_and_copy_are_one_report() -> None:
    reports = [
        report(PAGE, "narrative", "text/html"),
        report(TABLE, "2021", "application/msword"),
        report(OTHER, "2021", "application/pdf"),
    ]
    places = {PAGE: "2020/财政局.html", TABLE: "2020/财政局.doc", OTHER: "2020/财政局.pdf"}
    found = made_of(reports, places, {TABLE: [3, 1, 4], OTHER: [3, 1, 4]})
    expected = {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT), (OTHER, OTHER, MAIN), (PAGE, OTHER, DUPLICATE)}
    assert found == expected


@pytest.mark.parametrize(
    "changes", [{"year": 2019}, {"agency_printed": "西河区教育局"}, {"ordinal": 0, "file_sha256": f"{PAGE:064x}"}]
)
def test_what_conflicts_stays_apart(changes: dict[str, Any]) -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "text/html", **changes)]
    assert made_of(reports, {PAGE: "2020/1.html", TABLE: "2020/1.doc"}, {}) == ALONE


@pytest.mark.parametrize("other", ["2020/教育局.html", "2021/财政局.html", "2020/教育局/财政局.html"])
def test_equal_zeros_of_other_places_are_no_copy(other: str) -> None:
    reports = [report(PAGE, "2021", "text/html"), report(TABLE, "2021", "text/html")]
    assert made_of(reports, {PAGE: "2020/财政局.html", TABLE: other}, {PAGE: [0, 0, 0], TABLE: [0, 0, 0]}) == ALONE


def test_reports_in_an_archive_must_name_themselves_to_be_copies() -> None:
    places = {PAGE: "2020/a.zip!/1.html", TABLE: "2020/a.zip!/2.html"}
    zeros: dict[int, list[int | None]] = {PAGE: [0, 0, 0], TABLE: [0, 0, 0]}
    unnamed = [report(key, "2021", "text/html", agency_printed=None) for key in (PAGE, TABLE)]
    assert made_of(unnamed, places, zeros) == ALONE
    named = [report(key, "2021", "text/html") for key in (PAGE, TABLE)]
    assert made_of(named, places, zeros) == ALONE | {(PAGE, TABLE, DUPLICATE)}


@pytest.mark.parametrize(("status", "copies"), [("exact", 1), ("inferred", 1), ("ambiguous", 0), ("unresolved", 0)])
def test_only_resolved_agencies_repeat_themselves(status: str, copies: int) -> None:
    same = {"agency_key": 7, "agency_status": status, "year_key": 2020, "scope": "own", "form": "2021"}
    reports = pl.DataFrame([{"report_key": key, **same} for key in (PAGE, TABLE)])
    rows = [(key, *path, "value", 0) for key in (PAGE, TABLE) for path in PATHS]
    cells = pl.DataFrame(rows, ["report_key", "table_id", "row_id", "column_id", "status", "value"], orient="row")
    found = repeated_reports(reports, lambda _: cells)
    assert found.rows() == [(TABLE, PAGE)] * copies


URL = "https://www.example.gov.cn/nb/t1.html"


def web(key: int, url: str, *, version: str = "", parent: str | None = None, latest: bool = True) -> dict[str, Any]:
    name = url + version
    place = {"location": name, "file_sha256": f"{key:064x}", "fetched_from": name}
    return {**place, "parent_location": parent, "is_latest": latest}


def published(key: int, **changes: Any) -> dict[str, Any]:
    base = {"report_key": key, "file_sha256": f"{key:064x}", "ordinal": 0, "agency_key": 9, "agency_status": "exact"}
    told = {"agency_printed": "东山区财政局", "year_key": 2020, "scope": "unknown", "form": "2019"}
    return {**base, **told, "published_on": date(2021, 1, key), **changes}


def superseded(reports: list[dict[str, Any]], *places: dict[str, Any]) -> set[tuple[int, int]]:
    return set(superseded_reports(pl.DataFrame(reports, infer_schema_length=None), located(*places)).rows())


def test_a_page_and_what_it_links_are_one_report_whatever_they_are_called() -> None:
    files = [report(PAGE, "narrative", "text/html"), report(TABLE, "2019", "application/msword")]
    attached = "https://www.example.gov.cn/nb/P020210101.doc"
    cells = pl.DataFrame(schema={"report_key": pl.Int64})
    for parent, expected in ((URL, {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}), (None, ALONE)):
        places = located(web(PAGE, URL), web(TABLE, attached, parent=parent))
        found = files_of_reports(pl.DataFrame(files), places, lambda _: cells)
        assert set(found.select("report_key", "source_key", "role").rows()) == expected


def test_the_latest_content_of_a_url_wins() -> None:
    reports = [published(1, published_on=None), published(2, published_on=None)]
    assert superseded(reports, web(1, URL, version="#version=1", latest=False), web(2, URL)) == {(1, 2)}


def test_an_older_content_that_stands_elsewhere_or_whose_successor_holds_no_report_stays() -> None:
    old, elsewhere = web(1, URL, version="#version=1", latest=False), web(1, f"{URL}?copy")
    undated = [published(key, published_on=None) for key in (1, 2)]
    assert superseded(undated, old, web(2, URL), elsewhere) == set()
    assert superseded(undated[:1], old, web(2, URL)) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {(1, 2)}),
        ({"published_on": None}, set()),
        ({"published_on": date(2021, 1, 2)}, set()),
        ({"agency_status": "unresolved"}, set()),
        ({"agency_printed": "东山区人民政府"}, set()),
        ({"year_key": 2021}, set()),
        ({"form": "narrative"}, set()),
    ],
)
def test_across_urls_the_latest_published_wins(change: dict[str, Any], expected: set[tuple[int, int]]) -> None:
    reports = [published(1, **change), published(2)]
    assert superseded(reports, web(1, URL), web(2, f"{URL}?2")) == expected


def test_files_of_the_inbox_supersede_nothing() -> None:
    places = [{"location": f"2020/{key}.html", "file_sha256": f"{key:064x}"} for key in (1, 2)]
    assert superseded([published(1), published(2)], *places) == set()
