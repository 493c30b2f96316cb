"""Headings of the six sections, and the text under each."""

from __future__ import annotations

import pytest

from pipelines.extracting.sections import heading_number, split_sections


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("一、总体情况", 1),
        ("一、工作基本情况", 1),
        ("一、信息公开总体情况", 1),
        ("二、主动公开政府信息情况", 2),
        ("二、主动公开政府信息的情况", 2),
        ("二、行政机关主动公开政府信息情况", 2),
        ("主动公开政府信息情况", 2),
        ("二、主动公开政府政府情况", 2),
        ("三、收到和处理政府信息公开申请情况", 3),
        ("三、收到和处理政府信息公开的申请情况", 3),
        ("、行政机关收到和处理政府信息公开申请情况", 3),
        ("3、 收到和处理政府信息公开申请情况", 3),
        ("四、政府信息公开行政复议、行政诉讼情况", 4),
        ("四、因政府信息公开工作被申请行政复议提起行政诉讼情况", 4),
        ("五、存在的主要问题及改进情况", 5),
        ("五、存在的问题及整改措施", 5),
        ("六、其他需要报告的事项", 6),
        ("六、其他需要報告的事項", 6),
    ],
)
def test_a_heading_is_known_by_its_words(line: str, number: int) -> None:
    assert heading_number(line) == number


@pytest.mark.parametrize(
    "line",
    [
        "",
        "（二）主动公开政府信息情况",
        "一、本年新收政府信息公开申请数量",
        "规章",
        "0",
        "申请人情况",
        "2020年，主动公开政府信息情况良好。",
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert heading_number(line) is None


def test_sections_follow_each_other_and_a_title_said_again_is_text() -> None:
    lines = [
        "标题",
        "一、总体情况",
        "甲",
        "二、主动公开政府信息情况",
        "一、总体情况",
        "六、其他需要报告的事项",
        "无",
        "某局",
    ]
    sections = split_sections(lines, signature=7)
    assert [section.number for section in sections] == [0, 1, 2, 6, 7]
    assert sections[2].text == "一、总体情况"
    assert sections[-1].text == "某局"


@pytest.mark.parametrize(
    "line",
    ["一、总体情况……………………1", "一、总体情况 1", "五、存在的主要问题及改进情况....... 12", "一、总体情况．．．．（3）"],
)
def test_a_line_of_a_table_of_contents_is_no_heading(line: str) -> None:
    assert heading_number(line) is None
