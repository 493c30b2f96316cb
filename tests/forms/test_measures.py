"""Measures: cells, groups of rows and declared sums, by one id each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.declarations import DeclarationError
from pipelines.forms import ALL_FORMS
from pipelines.forms.measures import MEASURES, load_measures, measure, with_labels


def test_every_cell_of_every_form_is_a_measure_of_itself() -> None:
    paths = {".".join(part for part in path if part) for form in ALL_FORMS.values() for path in form.cell_paths}
    assert {path: MEASURES[path].cells for path in paths} == {path: (path,) for path in paths}


@pytest.mark.parametrize(
    ("group", "zh", "rows"),
    [("denied", "不予公开 · 合计", 8), ("unable", "无法提供 · 合计", 3), ("not_processed", "不予处理 · 合计", 5)],
)
def test_a_group_adds_the_totals_of_its_rows(group: str, zh: str, rows: int) -> None:
    found = measure(f"applications.{group}")
    assert (found.zh, len(found.cells)) == (zh, rows)
    assert all(re.fullmatch(rf"applications\.{group}\.[a-z_]+\.total", cell) for cell in found.cells)


def test_a_group_that_one_form_prints_as_a_row_adds_the_rows_of_both() -> None:
    rows = ("other_processing.other", "other_processing.overdue_correction", "other_processing.overdue_fee")
    cells = (*(f"applications.{row}.total" for row in rows), "applications.other_processing.total")
    found = measure("applications.other_processing").cells
    assert set(found) >= set(cells) and len(found) == len(set(found))
    assert all(re.fullmatch(r"applications\.other_processing(\.[a-z_]+)?\.total", cell) for cell in found)


def test_a_group_without_rows_of_its_own_is_no_measure() -> None:
    assert "applications.outcome" not in MEASURES


def test_a_label_that_changed_is_that_of_the_newest_form() -> None:
    assert measure("documents.normative_documents.issued").zh == "行政规范性文件 · 本年制发件数"
    assert measure("documents.normative_documents.newly_made").zh == "规范性文件 · 本年新制作数量"
    assert measure("licensing.administrative_licensing.decisions").zh == "行政许可 · 本年处理决定数量"


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no measure 'applications\.denyed'; did you mean 'applications\.denied'\?"):
        measure("applications.denyed")


_SUM = "- id: {id}\n  zh: 和\n  en: sum\n  sum_of: [applications.received.total, {cell}]\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (_SUM.format(id="x.y", cell="applications.recieved.total"), 4, "did you mean 'applications.received.total'?"),
        (_SUM.format(id="x.y", cell="applications.denied"), 4, "no cell 'applications.denied'"),
        (_SUM.format(id="applications.denied", cell="applications.carried_in.total"), 1, "is a measure already"),
        (_SUM.format(id="x.y", cell="applications.carried_in.total") * 2, 5, "is a measure already"),
        (_SUM.format(id="X", cell="applications.carried_in.total"), 1, "of the form"),
        ("- {id: x.y, zh: 和, en: sum}\n", 1, "Required: id, zh, en, sum_of"),
        ("- {id: x.y, zh: 和, en: sum, sum_of: [], sums: 1}\n", 1, "no key 'sums'"),
    ],
    ids=["cell", "sum", "taken", "twice", "id", "missing", "key"],
)
def test_a_wrong_sum_is_refused_with_its_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    file = tmp_path / "measures.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as refused:
        load_measures(file)
    (fault,) = refused.value.faults
    assert (fault.file, fault.line) == (str(file), line)
    assert message in fault.message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("applications.outcome_total.other_org 与 x 相同", "“办理结果总计 · 其他” 与 x 相同"),
        ("applications.denied.state_secret.total", "“属于国家秘密 · 总计”"),
        ("applications.denied.three_securities_one_stability.total", "“危及‘三安全一稳定’ · 总计”"),
        ("reviews.reconsideration.pending 的数字可能颠倒", "“行政复议 · 尚未审结” 的数字可能颠倒"),
        ("applications.received_and_carried_in：共办理", "“本年新收与上年结转申请之和”：共办理"),
        ("reviews.litigation.total：无诉讼", "“行政诉讼 · 总计”：无诉讼"),
        ("stat2014.complaints", "“举报投诉数量”"),
        ("applications.denied.subtotal.natural_person", "“不予公开小计 · 自然人”"),
        ("documents.other_documents.newly_made", "“其他主动公开文件 · 本年新制作数量”"),
        ("见 2020/a.txt 与 www.example.gov.cn", "见 2020/a.txt 与 www.example.gov.cn"),
        ("", ""),
    ],
)
def test_measures_are_named_by_their_labels(text: str, shown: str) -> None:
    assert with_labels(text, "zh") == shown


def test_measures_are_named_in_english_for_readers_of_it() -> None:
    assert with_labels("reviews.reconsideration.pending and x", "en") == "“reviews, reconsideration, pending” and x"
    declared = MEASURES["applications.received_and_carried_in"]
    assert with_labels(f"{declared.id}: 共办理", "en") == f"“{declared.en}”: 共办理"
