"""A line of any length costs its length: lines of 100,000 characters from the bytes of a file to its figures."""

from __future__ import annotations

from html import escape

import pytest

from pipelines.extracting.kinds import NotAReport
from pipelines.extracting.narrative.figures import narrative_figures
from pipelines.extracting.report import extract
from pipelines.reading import ReadError, read
from tests.cpu import at_most

_LENGTH = 100_000
# What costs the square of a line takes minutes; the dearest line here takes two seconds.
_CPU_SECONDS = 20
_FILLERS = (
    *(
        "a",
        "a1",
        "1",
        "12,",
        "1 ",
        "(a",
        "a,",
        " ",
        "\u3000",
        "国",
        "一",
        "信息",
        "其他",
        "二〇",
        "2022年",
        "第二十条第（",
    ),
    *(
        "|",
        "|1",
        "1\t",
        ".",
        ",",
        "，",
        "。",
        "(",
        ")",
        "（",
        "()",
        "（一）",
        "[",
        "[bookmark: ",
        "#",
        "**",
        '"',
        "-",
        "①",
    ),
    *("收到申请1件，", "信息公开", "局", "<", "&"),
)
_TITLE = "东山区人民政府2022年政府信息公开工作年度报告"
_TABLE = "二、主动公开政府信息情况\n规章|101|102|103\n三、收到和处理政府信息公开申请情况\n"


def _read(text: str) -> None:
    try:
        report = extract(read(text.encode()), 2026)
    except (ReadError, NotAReport):
        return  # what is no report any more may say so
    narrative_figures(report.sections, 2022)


@pytest.mark.parametrize("filler", _FILLERS)
def test_a_long_line_of_a_text_costs_its_length(filler: str) -> None:
    line = (filler * _LENGTH)[:_LENGTH] + "国猫"
    with at_most(_CPU_SECONDS):
        _read(f"{line}\n{_TITLE}\n一、总体情况\n{line}。\n{_TABLE}{line}|1|2\n{line}")


@pytest.mark.parametrize("filler", _FILLERS)
def test_a_long_line_of_a_page_costs_its_length(filler: str) -> None:
    line = escape((filler * _LENGTH)[:_LENGTH] + "国猫")
    table = f"<table><tr><td>{line}</td><td>1</td></tr><tr><td>规章</td><td>{line}</td><td>{line}</td></tr></table>"
    with at_most(_CPU_SECONDS):
        _read(f"<html><title>{line}</title><body><p>{line}</p><h1>{_TITLE}</h1><p>{line}。</p>{table}<div>{line}</div>")
