"""Automatic numbers of Word documents: formats, levels, counting, and cells where they could pass for figures."""

from __future__ import annotations

import pytest

from tests.reading.docx.docx_files import W, cell, grids, lines, paragraph, read, row, table


def level(place: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    inner = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{place}">{inner}</w:lvl>'


def numbering(*levels: str, lists: str = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>') -> dict[str, str]:
    kind = f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>'
    return {"word/numbering.xml": f'<w:numbering xmlns:w="{W}">{kind}{lists}</w:numbering>'}


def item(words: str, place: int = 0, of: int = 1) -> str:
    return paragraph(words, f'<w:numPr><w:ilvl w:val="{place}"/><w:numId w:val="{of}"/></w:numPr>')


@pytest.mark.parametrize(
    ("form", "text", "start", "expected"),
    [
        ("decimal", "%1.", 3, "3. 甲"),
        ("decimal", "（%1）", 3, "（3）甲"),
        ("chineseCountingThousand", "%1、", 1, "一、甲"),
        ("chineseCounting", "（%1）", 12, "（十二）甲"),
        ("japaneseCounting", "第%1条", 20, "第二十条甲"),
        ("chineseCountingThousand", "%1、", 105, "一百零五、甲"),
        ("chineseCountingThousand", "%1、", 1030, "一千零三十、甲"),
        ("ideographDigital", "%1、", 21, "二一、甲"),
        ("decimalEnclosedCircleChinese", "%1", 3, "③甲"),
        ("decimalEnclosedCircle", "%1", 21, "21 甲"),
        ("decimalFullWidth", "%1．", 12, "１２．甲"),
        ("decimalZero", "%1.", 7, "07. 甲"),
        ("ideographTraditional", "%1、", 3, "丙、甲"),
        ("ideographTraditional", "%1、", 11, "11、甲"),
        ("upperRoman", "%1.", 14, "XIV. 甲"),
        ("lowerLetter", "%1)", 28, "bb) 甲"),
        ("none", "%1", 3, "甲"),
        ("bullet", "\uf06c", 1, "甲"),
        ("unheard-of", "%1.", 3, "3. 甲"),
    ],
)
def test_a_number_is_printed_as_its_format_says(form: str, text: str, start: int, expected: str) -> None:
    assert lines(read(item("甲"), numbering(level(0, form, text, start=start)))) == [expected]


@pytest.mark.parametrize(("suffix", "expected"), [("tab", "1. 甲"), ("space", "1. 甲"), ("nothing", "1.甲")])
def test_what_follows_a_number(suffix: str, expected: str) -> None:
    assert lines(read(item("甲"), numbering(level(0, "decimal", "%1.", f'<w:suff w:val="{suffix}"/>')))) == [expected]


def test_a_lower_level_begins_again_below_each_upper_one() -> None:
    levels = numbering(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    body = item("甲") + item("乙", 1) + item("丙", 1) + paragraph("正文") + item("丁") + item("戊", 1)
    assert lines(read(body, levels)) == ["一、甲", "1.1 乙", "1.2 丙", "正文", "二、丁", "2.1 戊"]
    never = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%2)", '<w:lvlRestart w:val="0"/>'))
    body = item("甲") + item("乙", 1) + item("丙") + item("丁", 1)
    assert lines(read(body, never)) == ["1. 甲", "1) 乙", "2. 丙", "2) 丁"]


def test_lists_of_one_kind_count_on_but_for_a_start_of_their_own() -> None:
    lists = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="7"/>{more}</w:num>'
        for n, more in (
            (1, ""),
            (2, ""),
            (3, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'),
            (4, f'<w:lvlOverride w:ilvl="0">{level(0, "decimal", "[%1]")}</w:lvlOverride>'),
        )
    )
    body = item("甲") + item("乙", of=2) + item("丙", of=3) + item("丁", of=3) + item("戊", of=4)
    assert lines(read(body, numbering(level(0, "decimal", "%1)"), lists=lists))) == [
        "1) 甲", "2) 乙", "1) 丙", "2) 丁", "[3] 戊",
    ]  # fmt: skip


def test_a_style_numbers_its_paragraphs_and_a_paragraph_can_refuse() -> None:
    styles = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:pPr><w:numPr>
    <w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="h"><w:name w:val="h"/>
    <w:basedOn w:val="b"/></w:style></w:styles>"""
    levels = numbering(level(0, "decimal", "%1."), level(1, "chineseCounting", "%2、", '<w:pStyle w:val="h"/>'))
    style = '<w:pStyle w:val="h"/>'
    body = paragraph("甲", style) + paragraph("乙", f'{style}<w:numPr><w:numId w:val="0"/></w:numPr>')
    assert lines(read(body + paragraph("丙", style), {**levels, "word/styles.xml": styles})) == [
        "一、甲",
        "乙",
        "二、丙",
    ]


def test_a_list_style_lends_its_levels() -> None:
    kinds = f"""<w:numbering xmlns:w="{W}">
    <w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="s"/></w:abstractNum>
    <w:abstractNum w:abstractNumId="2"><w:styleLink w:val="s"/>{level(0, "chineseCounting", "%1、")}</w:abstractNum>
    <w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
    assert lines(read(item("甲") + item("乙"), {"word/numbering.xml": kinds})) == ["一、甲", "二、乙"]


def test_empty_and_deleted_paragraphs_print_no_number() -> None:
    deleted = item("").replace("<w:numPr>", "<w:rPr><w:del/></w:rPr><w:numPr>")
    body = item("甲") + deleted + item("") + item("乙")
    assert lines(read(body, numbering(level(0, "decimal", "%1.")))) == ["1. 甲", "3. 乙"]


def test_a_number_beside_a_figure_in_a_cell_is_doubtful_beside_a_label_not() -> None:
    cells = [cell(item(words)) for words in ("规章", "5", "")]
    (grid,) = grids(read(table(row(*cells)), numbering(level(0, "decimal", "%1."))))
    assert [(c.text, c.doubt) for c in grid.rows[0]] == [
        ("1. 规章", None), ("2. 5", "automatic_number"), ("3.", "automatic_number"),
    ]  # fmt: skip


@pytest.mark.parametrize("parts", [{}, numbering(lists=""), numbering(level(3, "decimal", "%1."))])
def test_a_list_that_is_not_there_numbers_nothing(parts: dict[str, str]) -> None:
    assert lines(read(item("甲"), parts)) == ["甲"]
