"""Marks of Markdown are no part of the text that they mark."""

from __future__ import annotations

import pytest

from pipelines.extracting.headline import read_headline, text_lines, title_agency
from pipelines.reading import Paragraph, Run, read

_TITLE = "东山区人民政府2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "line",
    [
        f"# {_TITLE}",
        f"#{_TITLE}",
        f"### {_TITLE} ###",
        f"#\u3000{_TITLE}",
        f"＃ {_TITLE}",
        f"**{_TITLE}**",
        f"# **{_TITLE}**",
        f"#**{_TITLE}**",
        f"__{_TITLE}__",
    ],
)
def test_a_marked_title_is_the_title(line: str) -> None:
    document = read(f"{line}\n\n## 一、总体情况\n\n正文。\n".encode())
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)] == [_TITLE, "一、总体情况", "正文。"]
    headline = read_headline(document, text_lines(document), 2025)
    assert (headline.title, headline.agency, headline.year) == (_TITLE, "东山区人民政府", 2022)


@pytest.mark.parametrize("line", ["#1", "C# 语言", "**注：**见下文", "**甲**和**乙**", "----", "********", "#"])
def test_other_lines_stay_as_they_are(line: str) -> None:
    (paragraph,) = read(f"{line}\n".encode()).blocks
    assert isinstance(paragraph, Paragraph) and paragraph.text == line


def test_the_rule_under_the_head_of_a_table_is_no_row() -> None:
    (run,) = read("|信息内容|本年制发件数|\n|:---|---:|\n|规章|1|\n|---|---|\n".encode()).blocks
    assert isinstance(run, Run)
    assert [piece.text for piece in run.pieces if piece.text] == ["信息内容", "本年制发件数", "规章", "1", "---", "---"]
    assert run.pieces[2].line == 3


@pytest.mark.parametrize("title", [f"#{_TITLE}", f"# {_TITLE}", f"**{_TITLE}**", f"＃关于{_TITLE}"])
def test_no_agency_begins_with_a_mark_in_any_format(title: str) -> None:
    assert title_agency(title) == "东山区人民政府"
