"""What a document is: a report with its form, a narrative, something else, or half of a report."""

from __future__ import annotations

import random

import pytest

from benchmarks.corpus.layouts import cell_lines, page
from benchmarks.corpus.printing import random_printout
from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.report import Report, extract
from pipelines.reading import ReadError, read

TITLE = "某市司法局2020年政府信息公开工作年度报告"
NARRATIVE = f"{TITLE}\n一、总体情况\n甲\n二、主动公开政府信息情况\n乙\n三、收到和处理政府信息公开申请情况\n丙\n"
BLANK = "二、主动公开政府信息情况\n第二十条第（一）项\n"
BLANK += "信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数\n规章 |  |  | |\n"


def report(text: str) -> Report:
    return extract(read(text.encode()), 2026)


@pytest.mark.parametrize("form_id", ["2019", "2021"])
def test_the_form_is_told_by_labels(form_id: str) -> None:
    rng = random.Random(1)
    found = report(page(rng, random_printout(rng, form_id), cell_lines))
    assert found.reading is not None and found.reading.form.id == form_id
    assert found.headline.year == 2020  # the title says so, whatever the form


def test_a_report_without_tables_is_a_narrative() -> None:
    found = report(NARRATIVE)
    assert found.reading is None
    assert [section.number for section in found.sections] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("今日天气晴\n气温5度\n", "no_statutory_table"),
        (f"关于做好2020年政府信息公开工作年度报告编制工作的通知\n{NARRATIVE}", "about_reports"),
        (BLANK, "blank_template"),
    ],
)
def test_what_is_no_report_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAReport) as caught:
        report(text)
    assert caught.value.reason == reason


def test_the_title_of_a_report_alone_is_half_a_report() -> None:
    with pytest.raises(ReadError) as caught:
        report(f"{TITLE}\n一、总体情况\n甲\n")
    assert caught.value.reason == "truncated"
