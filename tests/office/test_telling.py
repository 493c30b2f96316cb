"""What is told of findings, files and all of them, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipelines.language import Language
from pipelines.office import telling
from pipelines.office.checked import Checked, CheckedFile, CheckedReport, Finding, Place, PrintedCell
from pipelines.office.checked_page import checked_page
from pipelines.office.checking import checked_report

RECEIVED = "applications.received.total"


def cell(path: str = RECEIVED, value: int | None = 3, *, raw: str | None = None, **place: Any) -> PrintedCell:
    status = "blank" if value is None else "value"
    return PrintedCell(path, status, str(value) if raw is None and value is not None else raw, value, Place(**place))


def finding(severity: str = "error", rule: str = "applications.balance", **about: Any) -> Finding:
    words: Any = {"zh": f"甲 = 乙（{rule}）", "en": f"a = b ({rule})"}
    return Finding(rule, "total", severity, words, {"zh": None, "en": None}, **about)


def report(*findings: Finding, **about: Any) -> CheckedReport:
    known: dict[str, Any] = {"agency": "莒县财政局", "agency_key": "1", "year": 2021, "form": "2021", "figures": "x"}
    known |= {"title": None, "agency_printed": None, "agency_status": "exact", "cells": 200, "cells_of_form": 200}
    return CheckedReport(findings=findings, **{**known, **about})


def file(number: int, *reports: CheckedReport, outcome: str = "parsed", reason: str | None = None) -> CheckedFile:
    return CheckedFile(number, f"{number}.docx", outcome, reason, {"zh": None, "en": None}, reports)


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        (Place(line=7, table=1, row=2, column=3), "第 7 行", "line 7"),
        (
            Place(page=2, table=1, row=2, column=3),
            "第 2 页、第 1 个表格第 2 行第 3 列",
            "page 2, table 1, row 2, column 3",
        ),
        (Place(reference="Sheet1!B7", table=1, row=7, column=2), "单元格 Sheet1!B7", "cell Sheet1!B7"),
        (Place(), "", ""),
    ],
)
def test_a_place_is_what_a_reader_finds_in_the_file(place: Place, zh: str, en: str) -> None:
    assert (telling.place_of(place, "zh"), telling.place_of(place, "en")) == (zh, en)


def test_the_sides_of_an_equality_are_told_with_what_is_printed_and_where() -> None:
    found = finding(
        left=(cell(line=3),), right=(cell("applications.outcome_total.total", 0, line=9),), is_equality=True
    )
    (zh,), (en,) = (telling.finding(found, language).beside for language in ("zh", "en"))
    assert zh == (
        "应当相等的两边：左边“本年新收政府信息公开申请数量 · 总计”原文“3”（第 3 行）；"
        "右边“办理结果总计 · 总计”原文“0”（第 9 行）"
    )
    assert "printed '3' (line 3); on the right “applications, outcome total, total” printed '0' (line 9)" in en


def test_of_a_long_side_the_cells_that_are_not_0_are_told() -> None:
    zeros = tuple(cell(value=0) for _ in range(4))
    many = tuple(cell(value=number) for number in range(1, 8))
    told = telling.finding(finding(left=(*zeros, cell(value=5)), right=many), "en").beside[0]
    assert told.count("printed '0'") == 0 and told.count("printed '5'") == 2
    assert told.endswith("and others, 7 in all")
    assert "all terms 0 or not filled in" in telling.finding(finding(left=zeros, right=many), "en").beside[0]


@pytest.mark.parametrize(("language", "told"), [("zh", "空白"), ("en", "blank")])
def test_a_cell_without_text_is_told_by_its_status(language: Language, told: str) -> None:
    (beside,) = telling.finding(finding(cell=cell(value=None, raw=" ")), language).beside
    assert beside.endswith(told)


def test_a_likely_cause_names_cells_by_their_labels() -> None:
    found = replace(
        finding(), hint={"zh": f"{RECEIVED} 的数字可能颠倒", "en": f"{RECEIVED} may have two digits swapped"}
    )
    assert telling.finding(found, "zh").beside == ("可能原因：“本年新收政府信息公开申请数量 · 总计” 的数字可能颠倒",)
    assert telling.finding(found, "en").beside[0].startswith("likely cause: “applications, received, total” may")


def test_of_more_than_ten_findings_it_is_told_how_many_are_shown() -> None:
    assert telling.shown_of(10, "en") is None
    assert telling.shown_of(12, "en") == "10 of 12 findings; all of them with --format json"
    page = checked_page(Checked((file(1, report(*(finding() for _ in range(12)))),)), "zh")
    assert page.count("<li>") == 10 and "12 条中的前 10 条" in page


def test_of_a_rule_the_overview_tells_one_finding_and_no_more_than_two() -> None:
    rules = ("applications.balance", "applications.balance", "reviews.channel_sum", "money.unit_missing")
    found = report(*(finding(rule=rule) for rule in rules), finding("info"))
    (row,) = Checked((file(1, found),)).rows
    assert telling.worst(row, Checked(()), "en") == ["a = b (applications.balance)", "a = b (reviews.channel_sum)"]


def test_errors_come_first_then_what_could_not_be_read_then_warnings() -> None:
    files = (
        file(1, report()),
        file(2, outcome="not_a_report"),
        file(3, report(finding("warning"))),
        file(4, outcome="quarantined", reason="damaged"),
        file(5, report(finding())),
        file(6, report(finding(), finding())),
    )
    assert [row.file.number for row in Checked(files).rows] == [6, 5, 4, 3, 1, 2]
    assert Checked(files).counts == (6, 4, 1, 1, 4, 2)


def test_an_agency_with_several_reports_of_a_year_is_told_whether_they_say_the_same() -> None:
    other: Any = {"agency": "莒县水利局", "agency_key": "2"}
    nobody: Any = {"agency": None, "agency_key": None}
    files = (
        *(file(1, report()), file(2, report())),
        *(file(3, report(**other)), file(4, report(**other, figures="y"))),
        *(file(5, report(year=2020)), file(6, report(**nobody)), file(7, report(**nobody))),
    )
    checked = Checked(files)
    assert [(each.agency, each.files, each.is_same) for each in checked.twice] == [
        ("莒县财政局", ("1.docx", "2.docx"), True),
        ("莒县水利局", ("3.docx", "4.docx"), False),
    ]
    told = list(telling.closing(checked, "zh"))
    assert "莒县财政局 2021 年的报告有 2 份，数字相同：1.docx、2.docx" in told
    assert "莒县水利局 2021 年的报告有 2 份，数字不同：3.docx、4.docx：请确定以哪一份为准。" in told
    assert "含多个年度的报告：2020 年 1 份、2021 年 6 份" in told


def test_a_report_of_another_year_is_named_and_one_of_no_year_is_not() -> None:
    checked = Checked((file(1, report()), file(2, report(year=2020)), file(3, report(year=None))), year=2021)
    assert [each.number for each in checked.of_other_years] == [2]
    assert "files with a report of another year than 2021, 1: 2.docx" in list(telling.closing(checked, "en"))
    assert "year unknown" in telling.headline(report(year=None), checked, "en")


def test_a_report_without_tables_has_no_cells_to_count() -> None:
    assert telling.cells(report(form="narrative", cells=0, cells_of_form=0), "en") == "–"


def test_cells_that_no_form_has_are_not_counted() -> None:
    cells = {
        path: {"status": "value", "value": 1, "raw": "1", "place": {}}
        for path in (RECEIVED, "applications.denied.subtotal.total")
    }
    match = {"name": None, "agency_key": None, "status": "unresolved"}
    known: dict[str, Any] = {
        "title": None,
        "agency": "某局",
        "year": 2021,
        "form": "2021",
        "unmapped": [],
        "findings": [],
    }
    found = checked_report({**known, "agency_match": match, "cells": cells})
    assert (found.cells, found.cells_of_form, found.agency, found.agency_key) == (1, 200, "某局", "某局")


def test_a_cell_of_a_picture_is_told_by_its_page_and_the_name_of_the_picture() -> None:
    place = Place(3, "扫描/3.jpg", None, 1, 2, 3)
    assert telling.place_of(place, "zh") == "第 3 页、图片 扫描/3.jpg、第 1 个表格第 2 行第 3 列"
    assert telling.place_of(replace(place, page=None, reference="Sheet1!B7"), "en") == "cell Sheet1!B7"
