"""Rich Text: characters in every spelling, what is not printed, what makes a number doubtful."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.rtf import write
from benchmarks.corpus.spans import report_blocks
from pipelines.extracting.report import extract
from pipelines.reading import Document, Grid, Paragraph, ReadError, read
from tests.reading.rtf.rtf_files import cells, document, only, row, rtf


def lines(found: Document) -> list[str]:
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize("form", ["2019", "2021"])
@pytest.mark.parametrize("seed", range(5))
def test_every_cell_of_a_report_is_read_right(seed: int, form: str) -> None:
    rng = random.Random(f"rtf {seed}")
    printout = random_printout(rng, form, blanks=0.2)
    report = extract(read(write(rng, report_blocks(rng, printout))), 2026)
    assert report.reading is not None
    found = {path: report.reading.cells[path].value for path in printout.truth}
    assert found == {path: truth.value for path, truth in printout.truth.items()}


def test_a_file_that_libreoffice_wrote_is_read_as_it_prints() -> None:
    found = read((Path(__file__).parent / "features.rtf").read_bytes())
    assert lines(found)[:10] == [
        "某区2020年政府信息公开工作年度报告", "前后新增尾", "可见可见", "脚注之后", "一、总体情况", "二、主动公开",
        "1. 属于国家秘密", "2. 重复申请", "三、收到和处理", "链接文字😀之后",
    ]  # fmt: skip
    outer, nested, boxed = [block for block in found.blocks if isinstance(block, Grid)]
    places = {cell.text: (cell.row, cell.col, cell.rowspan, cell.colspan) for r in outer.rows for cell in r}
    doubts = {cell.text: cell.doubt for r in outer.rows for cell in r}
    assert places["跨两行"] == (0, 0, 2, 1) and places["大格"] == (3, 0, 2, 2)
    assert (doubts["82"], doubts["910"], doubts["①12"]) == ("raised_text", "struck_text", "automatic_number")
    assert [[cell.text for cell in r] for r in nested.rows] == [["内a", "内b"], ["内c"]]
    assert [[cell.text for cell in r] for r in boxed.rows] == [["框表", "7"]]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (r"\u35268?\u31456?12", "规章12"),
        (r"{\f1 \'b9\'e6\'d5\'c2}12", "规章12"),  # a font of Chinese characters
        (r"\'b9\'e6\'d5\'c212", "规章12"),  # the code page of the document
        (r"{\f1 \'b9" + "\r\n" + r"\'e6\'d5\'c2}12", "规章12"),
        (r"{\uc2\u35268\'b9\'e6\u31456\'d5\'c2}12", "规章12"),
        (r"{\uc0\u35268\u31456 12}", "规章12"),
        (r"\u35268?\u31456{\b x}12", "规章x12"),  # what is to be passed over ends with the group
        (r"\u-10179?\u-8704?1", "\U0001f600" + "1"),
        (r"12\u13\'0d", "12"),
        (r"1\~2\_3\-4\{\}", "1\xa02-34{}"),
        (r"{\upr{1}{\*\ud{2}}}", "2"),
        (r"1{\*\unknown 2{\b 3}}4\unknown5 6", "146"),
        (r"1{\pict\pngblip\bin3 }{\}2", "12"),
        (r"{\f2 12}", "12"),
        (r"{\f3 12}", "\uf031\uf032"),  # digits of a font of pictures
    ],
)
def test_characters_in_every_spelling(words: str, text: str) -> None:
    assert only(words).text == text


@pytest.mark.parametrize(
    "words",
    [
        r"{\v 3}12", r"{\deleted 3}12", r"12{\super\chftn{\footnote 3}}", r"12{\*\annotation 3}", r"{\*\bkmkstart 3}12",
        r"{\field{\*\fldinst =SUM(3)}{\fldrslt 12}}", r"{\field{\*\fldinst{\b =3}}{\fldrslt{\b 12}}}", r"{\xe 3}12",
        r"{\header 3\par}12", r"1{\v\b 3}2", r"\v 3\v0 12", r"{\v 3\plain 12}", r"{\nonshppict 3}12", r"{\*\v 3}12",
    ],
)  # fmt: skip
def test_what_is_not_printed_is_no_text(words: str) -> None:
    cell = only(words)
    assert (cell.text, cell.doubt) == ("12", None)


@pytest.mark.parametrize(
    ("words", "text", "doubt"),
    [
        (r"{\strike 12}", "12", "struck_text"),
        (r"{\striked1 12}", "12", "struck_text"),
        (r"\strike\strike0 12", "12", None),
        (r"12{\super 1}", "121", "raised_text"),
        (r"12{\up6 1}", "121", "raised_text"),
        (r"12{\dn6 1}", "121", "raised_text"),
        (r"\super\nosupersub 12", "12", None),
        (r"m{\super x}12", "mx12", None),
        (r"{\cf2 12}", "12", "hidden_text"),  # white on paper
        (r"{\cf2\highlight3 12}", "12", None),
        (r"{\cf3\chcbpat3 12}", "12", "hidden_text"),
        (r"\cbpat3{\cf2 12}", "12", None),
        (r"{\listtext 1.\tab}2", "1. 2", "automatic_number"),
        (r"{\listtext\'b7\tab}2", "2", None),
        (r"\ls1 2", "2", "automatic_number"),
        (r"{\field{\*\fldinst PAGE}{\fldrslt }}", "", "empty_field"),
        (r"{\field{\*\fldinst FORMDROPDOWN {\*\formfield{\fftype2{\*\ffl 3}}}}{\fldrslt 12}}", "12", "form_field"),
        (r"{\pict 00}", "", "picture"),
        (r"12{\shp{\*\shpinst{\shptxt 3\par}}}", "12", "text_box"),
        (r"{\f1\cf18}", "", "damaged_format"),  # a colour and the 8 behind it
        (r"{\b12}", "", "damaged_format"),
        (r"{\v1 2}", "", "damaged_format"),  # programs write no 1 here: it may have been a 0
        ("1\x102", "1\ufffd2", "damaged_format"),
        ("{\\v\x10 3}", "", "damaged_format"),
        (r"{\&1 2}", "1 2", "damaged_format"),
        (r"{\*\moMath{\mr 12}}", "12", "raised_text"),
    ],
)
def test_a_number_that_may_be_another_is_doubted(words: str, text: str, doubt: str | None) -> None:
    cell = only(words)
    assert (cell.text, cell.doubt) == (text, doubt)


def test_a_number_in_the_colour_of_its_cell_is_hidden() -> None:
    found = cells(r"\trowd\clcbpat3\cellx1000\clcbpat3\cellx2000\pard\intbl{\cf3 1}\cell{\cf2 2}\cell\row ")
    assert [(cell.text, cell.doubt) for cell in found] == [("1", "hidden_text"), ("2", None)]


@pytest.mark.parametrize(
    ("style", "doubt"),
    [(r"\v", "hidden_style"), (r"\strike", "struck_text"), (r"\super", "raised_text"), (r"\b", None)],
)
def test_what_only_a_style_says_is_a_doubt(style: str, doubt: str | None) -> None:
    head = rf"{{\stylesheet{{\s5{style} base;}}{{\s6\sbasedon5 own;}}{{\*\cs7{style} letters;}}}}"
    for words in (r"\s6 12", r"{\cs7 12}"):
        (grid,) = read(rtf(row("a", words), head=head)).blocks
        assert isinstance(grid, Grid) and grid.rows[0][1].doubt == doubt, words


def test_titles_headings_and_contents() -> None:
    head = r"{\stylesheet{\s1\outlinelevel0 heading 1;}{\s2 toc 1;}}"
    body = r"\s1 一、总体情况\par\pard\s2 一、总体情况 3\par\pard\outlinelevel1 标题\par\pard\outlinelevel9 文\par "
    blocks = [block for block in read(rtf(body, head=head)).blocks if isinstance(block, Paragraph)]
    assert [(block.text, block.is_heading) for block in blocks] == [
        ("一、总体情况", True),
        ("标题", True),
        ("文", False),
    ]


def test_a_hidden_end_of_a_paragraph_joins_it_to_the_next() -> None:
    assert lines(document(r"前{\v\par}后\par 1|2\par ")) == ["前后"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rtf(row("a", "1"))[:-1], "truncated"),
        (rtf(row("a", "1"))[:60], "truncated"),
        (rtf("1")[:-1] + b"\\", "truncated"),
        (rtf("1\\'zz2345 "), "damaged"),
        (rtf("\\cell0102\\cell "), "damaged"),  # the space behind the word was lost: its text is no number
        (rtf("\\fs123456789012 1"), "damaged"),
        (rtf("1") + b"{\\rtf1 2}", "damaged"),
        (rtf(""), "empty"),
        (rtf("{\\pict 00}\\par "), "needs_ocr"),
        (rtf("{\\b" * 6_000 + "1" + "}" * 6_000), "too_deep"),
        (rtf("\\pard\\intbl\\itap21 1\\par "), "too_deep"),
        (rtf("\\trowd" + "\\cellx1" * 300), "too_many_columns"),
        (rtf("\\pard\\intbl " + "1\\cell " * 200_001), "too_many_cells"),
        (rtf((row("1") + "\\pard\\par ") * 501), "too_many_tables"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.reason == reason
