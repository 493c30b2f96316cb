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
        f"# [{_TITLE}](https://example.org/a.html)",
        f"# {_TITLE} {{#title}}",
        f"{_TITLE}\n==========",
    ],
)
def test_a_marked_title_is_the_title(line: str) -> None:
    document = read(f"{line}\n\n## 一、总体情况\n\n正文。\n".encode())
    texts = [b.text for b in document.blocks if isinstance(b, Paragraph)]
    assert [text for text in texts if set(text) != {"="}] == [_TITLE, "一、总体情况", "正文。"]
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


def cells(text: str) -> list[str]:
    return [piece.text for b in read(text.encode()).blocks if isinstance(b, Run) for piece in b.pieces if piece.text]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("**3**", "3"),
        ("__3__", "3"),
        (" **3** ", "3"),
        ("*3*", "3"),
        ("`3`", "3"),
        ("**`3`**", "3"),
        ("\\-3", "-3"),
        ("&nbsp;3", "3"),
        ("3<br>", "3"),
        ("3<br/>4", "3 / 4"),
        ("[3](https://example.org)", "3"),
        # What strikes, raises or notes stays beside the number, which is then none.
        ("~~3~~", "~~3~~"),
        ("3[^1]", "3[^1]"),
        ("3<sup>1</sup>", "3<sup>1</sup>"),
        ("3*", "3*"),
        ("\\3", "\\3"),
        ("**3** **4**", "**3** **4**"),
    ],
)
def test_marks_around_the_whole_text_of_a_cell_are_no_part_of_it(cell: str, text: str) -> None:
    assert cells(f"# 标题\n\n|规章|{cell}|\n|---|---|\n|甲|5|\n")[1] == text


def test_what_may_be_print_is_a_mark_only_where_the_text_is_markdown() -> None:
    assert cells("|规章|*3*|&nbsp;|\\-4|\n") == ["规章", "*3*", "&nbsp;", "\\-4"]
    assert cells("|规章|**3**|\n") == ["规章", "3"]


def test_fields_above_a_text_state_its_title_and_its_date() -> None:
    document = read(f'---\ntitle: "{_TITLE}"\ntags: [a]\ndate: 2023-01-20\n---\n\n## 一、总体情况\n'.encode())
    headline = read_headline(document, text_lines(document), 2025)
    assert (headline.title, str(headline.published_on)) == (_TITLE, "2023-01-20")
    assert [b.text for b in read("---\n甲\n".encode()).blocks if isinstance(b, Paragraph)] == ["---", "甲"]


def test_a_text_that_is_quoted_or_fenced_is_read() -> None:
    text = "# 标题\n\n|规章|3|\n|甲|5|\n"
    assert cells("".join(f"> {line}\n" if line else "\n" for line in text.split("\n"))) == ["规章", "3", "甲", "5"]
    assert cells(f"```markdown\n{text}```\n") == ["规章", "3", "甲", "5"]
