"""The sheet of a unit: all that was found in its report and nothing else, in words, with every cell as printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.auditing.across import is_jump
from pipelines.auditing.rules_file import RULES
from pipelines.forms import FORMS, path_name
from pipelines.language import LANGUAGES, Language
from pipelines.office.cell_labels import labelled
from pipelines.office.checked import Finding, Place, PrintedCell
from pipelines.office.correction_sheet import CorrectionSheet, correction_sheet
from pipelines.office.finding_words import finding_words
from pipelines.office.marked_tables import MarkedCell
from tests.office.county_office import FAULTS, PLANTED, UNITS, report_file
from tests.office.judging import Judged, judged_reports, seed_report

SOUND = UNITS[2]
RECEIVED = "applications.received.total"
GRANTED = "applications.granted.total"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    """Return the reports of five units, four of them with a planted fault."""
    folder = tmp_path_factory.mktemp("county")
    for unit in (*PLANTED, SOUND):
        (folder / f"{unit}.xlsx").write_bytes(report_file(unit, "xlsx", fault=PLANTED.get(unit)))
    found = judged_reports(sorted(folder.iterdir()))
    return {Path(name).stem: report for name, report in found.items()}


def sheet_of(report: Judged, **about: Any) -> CorrectionSheet:
    return correction_sheet("莒县财政局", "报送/财政局.docx", report, **about)


def cells_of(sheet: CorrectionSheet) -> dict[str, MarkedCell]:
    return {path_name(path): cell for table in sheet.tables for path, cell in table.cells.items()}


def fact(sheet: CorrectionSheet, label: str) -> str:
    return next(each.text for each in sheet.facts if each.label == label)


def test_every_planted_error_stands_in_the_sheet_of_its_unit_and_in_no_other(county: dict[str, Judged]) -> None:
    for unit, report in county.items():
        sheet = sheet_of(report)
        fault = PLANTED.get(unit)
        cells, errors = FAULTS[fault] if fault else ((), frozenset())
        told = [found for found in sheet.findings if found.code == "error"]
        assert len(told) == len(errors)
        marked = {path for found in told for path in found.cells}
        assert {path_name(cell) for cell in cells} <= marked
        assert {path for path, cell in cells_of(sheet).items() if set(cell.marks) & {f.number for f in told}} == marked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_of_a_report_is_told_once_in_order_of_its_severity(
    county: dict[str, Judged], language: Language
) -> None:
    key = "message" if language == "zh" else "message_en"
    for report in county.values():
        sheet = sheet_of(report, language=language)
        assert [found.number for found in sheet.findings] == [*range(1, len(report["findings"]) + 1)]
        told = [labelled(found[key], report["form"], language) for found in report["findings"]]
        assert sorted(found.text for found in sheet.findings) == sorted(told)
        codes = [found.code for found in sheet.findings]
        assert codes == sorted(codes, key=("error", "warning", "info").index)


def test_both_sides_stand_there_as_printed_and_neither_is_called_wrong(county: dict[str, Judged]) -> None:
    unit = UNITS[1]
    sheet = sheet_of(county[unit])
    found = next(each for each in sheet.findings if each.code == "error")
    left, right, agree, source = found.lines
    cells = county[unit]["cells"]
    for line, path in (
        (left, "applications.received.natural_person"),
        (right, "applications.carried_out.natural_person"),
    ):
        reference = cells[path]["place"]["cell_reference"]
        assert f"{labelled(path, '2021', 'zh')} {cells[path]['raw']}（单元格 {reference}）" in line
    assert left.startswith("左边：") and right.startswith("右边：")
    assert agree == "左右两边应当相等，请核实哪一边有误。"
    assert "国办公开办函〔2021〕30号" in source and "勾稽关系" in source


def test_every_mark_leads_to_a_finding_about_its_cell_and_back() -> None:
    sheet = sheet_of(seed_report("002"))
    by_number = {found.number: found for found in sheet.findings}
    pairs = {(number, path) for path, cell in cells_of(sheet).items() for number in cell.marks}
    assert pairs == {(number, path) for number, found in by_number.items() for path in found.cells}
    assert cells_of(sheet)["applications.outcome_total.total"].mark == "▲2、4"


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_every_cell_of_the_form_has_its_printed_text(number: str) -> None:
    report = seed_report(number)
    cells = cells_of(sheet_of(report))
    assert {*cells} == FORMS["2019"].path_names and len(cells) == 198
    for path, cell in cells.items():
        printed = report["cells"][path]
        assert cell.text == ((printed["raw"] or "").strip() or "未填")
        assert cell.has_number == (printed["status"] == "value")


@pytest.mark.parametrize(
    ("status", "raw", "zh", "en"),
    [
        ("blank", " \u3000", "未填", "not filled in"),
        ("absent", None, "未列出", "not printed"),
        ("ambiguous", "3 0", "3 0（未能识别）", "3 0 (not recognised)"),
        ("ambiguous", None, "未能识别", "not recognised"),
        ("nil_mark", "—", "—", "—"),
        ("text", "增", "增", "增"),
    ],
)
def test_a_cell_without_a_sure_number_says_so_and_is_never_0(status: str, raw: str | None, zh: str, en: str) -> None:
    report = seed_report("002")
    report["cells"][RECEIVED] |= {"status": status, "raw": raw, "value": None}
    for language, told in zip(LANGUAGES, (zh, en), strict=True):
        sheet = sheet_of(report, language=language)
        assert cells_of(sheet)[RECEIVED].text == told and not cells_of(sheet)[RECEIVED].has_number
        # The finding about it tells the same.
        assert (
            sum(f"{labelled(RECEIVED, '2019', language)} {told}" in line for f in sheet.findings for line in f.lines)
            == 1
        )


def test_a_cause_that_the_audit_knows_is_told_and_none_is_made_up() -> None:
    sheet = sheet_of(seed_report("002"))
    causes = {found.number: [line for line in found.lines if line.startswith("可能原因：")] for found in sheet.findings}
    assert causes[1] == ["可能原因：等式右侧各项均为 0，可能未填"] and causes[3] == ["可能原因：总计未填"]
    assert [number for number, told in causes.items() if told] == [1, 2, 3, 4, 5]


def test_rows_that_fit_no_row_of_the_form_are_named_with_their_finding() -> None:
    (row,) = sheet_of(seed_report("002")).unmapped
    assert row.label.startswith("2020年本行政区域") and (row.printed, row.place) == ("1010件", "第 133 行")
    sheet = sheet_of(seed_report("002"))
    (number,) = row.marks
    assert "格式以外的行" in sheet.findings[number - 1].text


def test_of_a_long_sum_the_terms_that_add_nothing_are_counted_and_not_marked() -> None:
    report = seed_report("002")
    report["cells"]["applications.denied.state_secret.total"] |= {"status": "blank", "raw": "", "value": None}
    sheet = sheet_of(report)
    found = next(f for f in sheet.findings if f.text.startswith("各项办理结果之和") and "总计）" in f.text)
    assert found.lines[0].endswith("；其余 17 项为 0；1 项未填或未列出")
    assert found.cells == (GRANTED, "applications.outcome_total.total")


def test_a_sum_of_nothing_but_zeros_is_marked_whole() -> None:
    side = tuple(PrintedCell(path_name(p), "value", "0", 0, Place()) for p in FORMS["2021"].cell_paths[:5])
    words: Any = {"zh": "甲 = 乙", "en": "a = b"}
    one = PrintedCell(RECEIVED, "value", "3", 3, Place(), sign=-1)
    found = Finding("applications.row_total", "", "error", words, {"zh": None, "en": None}, None, side, (one,), True)
    told = finding_words(1, found, "2021", "zh")
    assert told.cells == (*(cell.path for cell in side), RECEIVED) and "其余" not in told.lines[0]
    assert told.lines[1].startswith("右边：− “")


def test_last_year_stands_beside_cells_with_findings_and_large_changes_alone() -> None:
    last = {RECEIVED: 400, GRANTED: 3, "reviews.reconsideration.total": 90, "applications.received.natural_person": 2.0}
    last |= {"documents.rules.newly_made": 5, "licensing.administrative_licensing.decisions": 8}
    sheet = sheet_of(seed_report("002"), last_year=last)
    told = {each.cell: (each.this_year, each.last_year, each.remark) for each in sheet.last_year}
    assert told == {
        "“一、本年新收政府信息公开申请数量 · 总计”": ("3", "400", "变动超过十倍，请核实"),
        "“（一）予以公开 · 总计”": ("3", "3", ""),
        "“一、本年新收政府信息公开申请数量 · 自然人”": ("3", "2", ""),
        "“行政复议 · 总计”": ("0", "90", ""),
        "“行政许可 · 处理决定数量”": ("8633", "8", "变动超过十倍，请核实"),
    }
    assert sheet_of(seed_report("002")).last_year == ()


def test_a_side_that_stands_in_last_years_report_is_told_with_its_number() -> None:
    report = seed_report("002")
    words = {"message": "上年结转件数 = 上年报告的结转下年度件数（总计）：0 与 3，差 -3", "hint": None, "hint_en": None}
    found = {"rule": "years.carry_over", "severity": "error", "scope": "total", "cell_path": None, "message_en": "a"}
    report["findings"] = [{**found, **words}]
    for last, printed in (({"applications.carried_out.total": 3}, "3"), ({}, "（未附上年数）")):
        (told,) = sheet_of(report, last_year=last).findings
        assert told.lines[0].startswith("左边：“二、上年结转政府信息公开申请数量 · 总计” 0（第 189 行）")
        assert told.lines[1:3] == (
            f"右边：上年报告“四、结转下年度继续办理 · 总计” {printed}",
            "左右两边应当相等，请核实哪一边有误。",
        )
        assert told.cells == ("applications.carried_in.total",)


@pytest.mark.parametrize(
    ("own", "last", "is_large"), [(1001, 100, True), (1000, 100, False), (0, 100, True), (0, 99, False)]
)
def test_a_large_change_is_what_the_audit_asks_about(own: int, last: int, *, is_large: bool) -> None:
    assert is_jump(Decimal(own), Decimal(last)) is is_large


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_without_findings_gets_a_confirmation(language: Language) -> None:
    report = {**seed_report("000"), "findings": []}
    sheet = sheet_of(report, language=language)
    assert sheet.findings == () and len(cells_of(sheet)) == 198
    assert not any(cell.marks for cell in cells_of(sheet).values())
    assert (sheet.summary, sheet.title[:4]) == {
        "zh": ("经审核，未发现问题。", "政府信息"),
        "en": ("Nothing was found in this report.", "Annu"),
    }[language]
    assert {"zh": "确认单", "en": "confirmation"}[language] in sheet.title
    assert {"zh": "确认无误", "en": "confirmed"}[language] in sheet.reply_choices


def test_the_heading_tells_whose_report_it_is_and_what_was_found() -> None:
    sheet = sheet_of(seed_report("002"), answer_by=date(2027, 1, 20))
    assert sheet.title == "政府信息公开工作年度报告退改单"
    assert (fact(sheet, "单位"), fact(sheet, "报告年度")) == ("莒县财政局", "2020")
    assert (fact(sheet, "文件"), fact(sheet, "格式")) == ("报送/财政局.docx", "2019年格式")
    assert fact(sheet, "报告所署行政机关") == "通化市东昌区人民政府"
    assert fact(sheet, "审核结果") == "错误 5 · 警告 0 · 提示 5"
    assert sheet.summary == "经审核，发现问题 10 条：错误 5，警告 0，提示 5。"
    assert sheet.answer_by == "请于2027年1月20日前回复。"
    assert "______年____月____日" in sheet_of(seed_report("002")).answer_by
    assert sheet_of(seed_report("002"), language="en", answer_by=date(2027, 1, 20)).answer_by.endswith("2027-01-20.")


def test_what_is_not_known_of_a_report_is_said_to_be_unknown() -> None:
    sheet = sheet_of({**seed_report("002"), "title": None, "agency": None, "year": None})
    assert [fact(sheet, label) for label in ("报告标题", "报告所署行政机关", "报告年度")] == ["未能识别"] * 3


@pytest.mark.parametrize("form", ["narrative", "2014"])
def test_a_form_without_tables_of_its_own_says_so(form: str) -> None:
    sheet = sheet_of({**seed_report("002"), "form": form, "cells": {}, "findings": [], "unmapped": []})
    assert sheet.tables == () and sheet.no_tables is not None and "没有法定表格" in sheet.no_tables


def test_a_table_that_the_report_does_not_print_is_said_to_be_missing() -> None:
    report = {**seed_report("000"), "findings": []}
    for path, cell in report["cells"].items():
        if path.startswith("reviews."):
            cell |= {"status": "absent", "raw": None, "value": None}
    assert [table.note for table in sheet_of(report).tables] == [None, None, "报告中没有识别到此表。"]


def test_cells_besides_those_of_the_form_are_listed() -> None:
    report = seed_report("000")
    extra = {**report["cells"][RECEIVED], "raw": "7", "value": 7}
    report["cells"]["applications.denied.subtotal.total"] = extra
    (line,) = sheet_of(report).extra_cells
    assert (line.label, line.printed) == ("“不予公开小计 · 总计”", "7") and line.place


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule)
def test_every_rule_has_its_source_on_the_sheet(rule: Any) -> None:
    words: Any = {"zh": "甲", "en": "a"}
    found = Finding(rule.rule, "", "error", words, {"zh": None, "en": None})
    assert finding_words(1, found, "2021", "zh").lines[-1] == f"依据：{'；'.join(each.text_zh for each in rule.source)}"
    assert finding_words(1, found, "2021", "en").lines[-1].startswith("rule from: ")


def test_a_finding_without_a_cell_tells_where_it_is() -> None:
    words: Any = {"zh": "甲", "en": "a"}
    found = Finding("extraction.unmapped_row", "", "info", words, {"zh": None, "en": None}, place=Place(page=2, line=7))
    assert finding_words(1, found, "2021", "zh").lines[0] == "位置：第 2 页、第 7 行"
    assert finding_words(1, replace(found, place=Place()), "2021", "zh").lines[0].startswith("依据：")
