"""Which files make one report: companions by name or archive, copies, and what must stay apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from pipelines.warehouse.agreements import Agreements
from pipelines.warehouse.report_sources import (
    ATTACHMENT,
    DUPLICATE,
    MAIN,
    SCHEMA,
    files_of_reports,
)
from tests.warehouse.report_rows import URL, located, report, web

PAGE, TABLE, OTHER = 1, 2, 3
COLUMNS = ("natural_person", "commercial_enterprise", "total", "research_institution", "other_org")
PATHS = [("applications", "received", column) for column in COLUMNS]
CELLS = {
    "report_key": pl.Int64,
    **dict.fromkeys(("table_id", "row_id", "column_id"), pl.String),
    "value": pl.Int64,
    "status": pl.String,
}


def cell_of(value: int | str | None) -> tuple[int | None, str]:
    """Return value and status of a cell: a number, None for one that could not be read, else its status in words."""
    if isinstance(value, str):
        return None, value
    return value, "ambiguous" if value is None else "value"


def made_of(
    reports: list[dict[str, Any]], places: dict[int, str], numbers: dict[int, list[int | str | None]]
) -> set[tuple[int, int, str]]:
    locations = located(*({"location": place, "file_sha256": f"{key:064x}"} for key, place in places.items()))
    rows = [
        (key, *path, *cell_of(value))
        for key, values in numbers.items()
        for path, value in zip(PATHS, values, strict=False)
    ]
    cells = pl.DataFrame(rows, schema=CELLS, orient="row")
    agreements = Agreements(lambda keys: cells.filter(pl.col("report_key").is_in(keys)))
    found = files_of_reports(pl.DataFrame(reports), locations, agreements)
    assert dict(found.schema) == SCHEMA
    rows_of = {(row["report_key"], row["file_sha256"], row["ordinal"]) for row in reports}
    assert set(found.select("source_key", "file_sha256", "ordinal").rows()) == rows_of
    assert found.height == found.unique().height
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


@pytest.mark.parametrize(
    ("page", "table"), [("淄博市淄川区", "淄博市淄川区水利局"), ("淄博市公安局交通警察支队", "淄博市公安局")]
)
def test_an_office_is_not_the_one_whose_name_its_own_begins_with(page: str, table: str) -> None:
    """A city sends the reports of all its offices in one archive: none of them is an attachment of another."""
    reports = [
        report(PAGE, "narrative", "text/html", agency_printed=page),
        report(TABLE, "2021", "text/html", agency_printed=table),
    ]
    assert made_of(reports, {PAGE: "2020/a.zip!/a/1.html", TABLE: "2020/a.zip!/b/2.html"}, {}) == ALONE
    for own in (f"山东省{page}", page.removeprefix("淄博市"), f"{page}人民政府"):
        reports[1]["agency_printed"] = own
        joined = made_of(reports, {PAGE: "2020/a.zip!/a/1.html", TABLE: "2020/a.zip!/b/2.html"}, {})
        assert joined == {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}


@pytest.mark.parametrize("other", ["2020/教育局.html", "2021/财政局.html", "2020/教育局/财政局.html"])
def test_equal_zeros_of_other_places_are_no_copy(other: str) -> None:
    reports = [report(PAGE, "2021", "text/html"), report(TABLE, "2021", "text/html")]
    assert made_of(reports, {PAGE: "2020/财政局.html", TABLE: other}, {PAGE: [0, 0, 0], TABLE: [0, 0, 0]}) == ALONE


def test_reports_in_an_archive_must_name_themselves_to_be_copies() -> None:
    places = {PAGE: "2020/a.zip!/1.html", TABLE: "2020/a.zip!/2.html"}
    zeros: dict[int, list[int | str | None]] = {PAGE: [0, 0, 0], TABLE: [0, 0, 0]}
    unnamed = [report(key, "2021", "text/html", agency_printed=None) for key in (PAGE, TABLE)]
    assert made_of(unnamed, places, zeros) == ALONE
    named = [report(key, "2021", "text/html") for key in (PAGE, TABLE)]
    assert made_of(named, places, zeros) == ALONE | {(PAGE, TABLE, DUPLICATE)}


SAME: list[int | str | None] = [3, 1, 4, 0, 0]


def copies(left: list[int | str | None], right: list[int | str | None]) -> bool:
    """Tell whether two files of one name and folder count as one report."""
    reports = [report(key, "2021", "text/html") for key in (PAGE, TABLE)]
    found = made_of(reports, {PAGE: "2020/财政局.html", TABLE: "2020/财政局.pdf"}, {PAGE: left, TABLE: right})
    assert found in (ALONE, ALONE | {(PAGE, TABLE, DUPLICATE)})
    return found != ALONE


def test_one_number_that_differs_makes_two_reports() -> None:
    assert copies(SAME, SAME)
    for place in range(len(SAME)):
        assert not copies(SAME, [99 if place == n else number for n, number in enumerate(SAME)])


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([3, 1, 4, 0, None], SAME, True),  # four numbers of five stand in both
        (SAME, [3, 1, 4, None, 0], True),
        ([3, 1, 4, None], [3, 1, 4, 0], False),  # three of four
        ([3, 1, 4], [3, 1, 4, 0], False),  # a cell that one of them does not have
        ([3, 1, 4, 0], [3, 1, 4], False),
        ([3, 1, 4, None, None], [3, 1, 4, None, None], True),  # blanks in both count as nothing
        ([None, None], [None, None], False),
        ([0, 0, 0], [0, 0, 0], True),
        ([3, 1, 4, 0, "absent"], SAME, True),  # not read, or not there
        ([3, 1, 4, 0, "blank"], SAME, False),  # printed, and another number than any
        (SAME, [3, 1, 4, "nil_mark", 0], False),
        ([3, 1, 4, 0, "text"], SAME, False),
        ([3, 1, 4, "blank"], [3, 1, 4, "nil_mark"], True),  # no number in either
    ],
)
def test_most_numbers_must_stand_in_both(
    left: list[int | str | None], right: list[int | str | None], expected: bool
) -> None:
    assert copies(left, right) is expected


TRUSTED = (
    "text/html",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/msword",
    "application/vnd.ms-excel",
    "application/pdf",
    "image/png",
    "application/x-unknown",
)


@pytest.mark.parametrize(("better", "worse"), list(pairwise(TRUSTED)))
def test_of_two_formats_the_one_whose_text_is_surer_is_kept(better: str, worse: str) -> None:
    places = {PAGE: "2020/财政局.a1", TABLE: "2020/财政局.b2"}
    for media, kept, other in (((better, worse), PAGE, TABLE), ((worse, better), TABLE, PAGE)):
        reports = [report(key, "2021", kind) for key, kind in zip((PAGE, TABLE), media, strict=True)]
        assert made_of(reports, places, {PAGE: SAME, TABLE: SAME}) == ALONE | {(kept, other, DUPLICATE)}


def test_of_equal_formats_the_first_is_kept_and_all_others_repeat_it() -> None:
    reports = [report(key, "2021", "text/html") for key in (OTHER, TABLE, PAGE)]
    places = {PAGE: "2020/财政局.html", TABLE: "2020/财政局.htm", OTHER: "2020/财政局.shtml"}
    found = made_of(reports, places, dict.fromkeys(places, SAME))
    main = {(key, key, MAIN) for key in places}
    assert found == main | {(PAGE, TABLE, DUPLICATE), (PAGE, OTHER, DUPLICATE)}


def test_of_three_files_only_those_that_agree_are_one_report() -> None:
    reports = [report(key, "2021", "text/html") for key in (PAGE, TABLE, OTHER)]
    places = {PAGE: "2020/财政局.html", TABLE: "2020/财政局.htm", OTHER: "2020/财政局.shtml"}
    found = made_of(reports, places, {PAGE: [9, 9, 9, 9, 9], TABLE: SAME, OTHER: SAME})
    assert found == {(key, key, MAIN) for key in places} | {(TABLE, OTHER, DUPLICATE)}


def test_equal_numbers_of_different_years_or_agencies_are_two_reports() -> None:
    places = {PAGE: "2020/1.html", TABLE: "2020/1.pdf"}
    for change in ({"year": 2019}, {"agency_printed": "西河区教育局"}):
        reports = [report(PAGE, "2021", "text/html"), report(TABLE, "2021", "text/html", **change)]
        assert made_of(reports, places, {PAGE: SAME, TABLE: SAME}) == ALONE


@pytest.mark.parametrize("change", [{"year": 0}, {"agency_printed": "财政局"}, {"agency_printed": None}])
def test_what_a_file_does_not_say_conflicts_with_nothing(change: dict[str, Any]) -> None:
    places = {PAGE: "2020/1.html", TABLE: "2020/1.doc"}
    for page, table in (({}, change), (change, {})):
        reports = [
            report(PAGE, "narrative", "text/html", **page),
            report(TABLE, "2021", "application/msword", **table),
        ]
        assert made_of(reports, places, {}) == {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}


@pytest.mark.parametrize("missing", [{"year": 0}, {"agency_printed": None}])
@pytest.mark.parametrize("unnamed", [PAGE, TABLE])
def test_in_an_archive_each_copy_must_name_its_agency_and_year(missing: dict[str, Any], unnamed: int) -> None:
    places = {PAGE: "2020/a.zip!/1.html", TABLE: "2020/a.zip!/2.html"}
    reports = [report(key, "2021", "text/html", **(missing if key == unnamed else {})) for key in (PAGE, TABLE)]
    assert made_of(reports, places, {PAGE: SAME, TABLE: SAME}) == ALONE


@pytest.mark.parametrize("forms", [("narrative", "narrative", "2021"), ("narrative", "2021", "2021")])
def test_a_page_and_an_attachment_are_only_joined_one_to_one(forms: tuple[str, ...]) -> None:
    keys = (PAGE, TABLE, OTHER)
    reports = [report(key, form, "text/html") for key, form in zip(keys, forms, strict=True)]
    places = {PAGE: "2020/a.zip!/1.html", TABLE: "2020/a.zip!/2.html", OTHER: "2020/a.zip!/3.html"}
    found = made_of(reports, places, {TABLE: [1, 2, 3], OTHER: [1, 2, 4]})
    assert found == {(key, key, MAIN) for key in keys}


def test_a_file_that_holds_several_reports_has_no_companions() -> None:
    shared = {"file_sha256": f"{TABLE:064x}"}
    reports = [
        report(PAGE, "narrative", "text/html"),
        report(TABLE, "2021", "application/msword"),
        report(OTHER, "2021", "application/msword", ordinal=1, **shared),
    ]
    found = made_of(reports, {PAGE: "2020/1.html", TABLE: "2020/1.doc"}, {})
    assert found == {(key, key, MAIN) for key in (PAGE, TABLE, OTHER)}


def test_files_without_a_folder_are_companions_by_name() -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "application/msword")]
    assert made_of(reports, {PAGE: "1.html", TABLE: "1.doc"}, {}) == {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}
    assert made_of(reports, {PAGE: "1.html", TABLE: "2.doc"}, {}) == ALONE


def test_a_place_that_no_longer_holds_a_file_joins_nothing() -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "application/msword")]
    places = located(
        {"location": "2020/1.html", "file_sha256": f"{PAGE:064x}"},
        {"location": "2020/1.doc", "file_sha256": f"{TABLE:064x}", "is_latest": False},
    )
    found = files_of_reports(pl.DataFrame(reports), places, Agreements(lambda _: pl.DataFrame(schema=CELLS)))
    assert set(found.select("report_key", "source_key", "role").rows()) == ALONE


def test_fetched_files_are_not_companions_by_their_addresses() -> None:
    reports = [report(PAGE, "narrative", "text/html"), report(TABLE, "2021", "application/msword")]
    places = located(web(PAGE, URL), web(TABLE, URL.replace(".html", ".doc")))
    found = files_of_reports(pl.DataFrame(reports), places, Agreements(lambda _: pl.DataFrame(schema=CELLS)))
    assert set(found.select("report_key", "source_key", "role").rows()) == ALONE


def test_a_page_and_what_it_links_are_one_report_whatever_they_are_called() -> None:
    files = [report(PAGE, "narrative", "text/html"), report(TABLE, "2019", "application/msword")]
    attached = "https://www.example.gov.cn/nb/P020210101.doc"
    cells = pl.DataFrame(schema=CELLS)
    for parent, expected in ((URL, {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}), (None, ALONE)):
        places = located(web(PAGE, URL), web(TABLE, attached, parent=parent))
        found = files_of_reports(pl.DataFrame(files), places, Agreements(lambda _: cells))
        assert set(found.select("report_key", "source_key", "role").rows()) == expected
