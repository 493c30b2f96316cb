"""Word documents: what is text and what is not, in runs, paragraphs, text boxes and lists."""

from __future__ import annotations

import pytest

from pipelines.reading import Paragraph, ReadError
from tests.reading.docx.docx_files import W, cell, grids, lines, paragraph, read, row, table, text, value

NUMBER = "12"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BEGIN, SEPARATE, END = FIELD.format("begin"), FIELD.format("separate"), FIELD.format("end")
HIDING_STYLES = f"""<w:styles xmlns:w="{W}"><w:latentStyles><w:lsdException w:name="x"/></w:latentStyles>
<w:style w:type="character" w:styleId="c"><w:name w:val="c"/><w:basedOn w:val="b"/></w:style>
<w:style w:type="character" w:styleId="b"><w:name w:val="b"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="p"><w:name w:val="p"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"""


def styled(properties: str, words: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def box(content: str) -> str:
    return f"<w:r><w:pict><v:shape><w:txbxContent>{content}</w:txbxContent></v:shape></w:pict></w:r>"


def one(runs: str) -> str:
    return f"<w:p>{runs}</w:p>"


@pytest.mark.parametrize(
    "runs",
    [
        text("1") + text("2"),
        f"<w:proofErr w:type='spellStart'/>{text('1')}<w:bookmarkStart w:id='0' w:name='_GoBack'/>{text('2')}",
        f"<w:smartTag w:element='x'>{text('1')}</w:smartTag><w:customXml w:element='y'>{text('2')}</w:customXml>",
        f"<w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr></w:sdtPr><w:sdtContent>{text('12')}</w:sdtContent></w:sdt>",
        f"<w:hyperlink>{text('1')}</w:hyperlink><w:fldSimple w:instr=' PAGE '>{text('2')}</w:fldSimple>",
        f"<w:ins>{text('1')}<w:del>{text('9')}</w:del></w:ins><w:moveTo>{text('2')}</w:moveTo>",
        f"<w:del><w:r><w:delText>9</w:delText></w:r></w:del>{text('12')}<w:moveFrom>{text('9')}</w:moveFrom>",
        styled("<w:vanish/>", "9") + text("12") + styled('<w:vanish w:val="true"/>', "9"),
        styled('<w:vanish w:val="0"/>', "1") + styled('<w:vanish w:val="off"/>', "2"),
        styled("<w:specVanish/>", "12"),
        styled("<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>", "12"),
        "<w:r><w:t>1</w:t><w:softHyphen/><w:t>2</w:t></w:r>",
        f"{BEGIN}<w:r><w:instrText> =SUM(9) </w:instrText></w:r>{SEPARATE}{text('12')}{END}",
        f"{BEGIN}{BEGIN}{SEPARATE}{text('9')}{END}{SEPARATE}{text('12')}{END}",
        f"<w:r><w:ruby><w:rt>{text('9')}</w:rt><w:rubyBase>{text('12')}</w:rubyBase></w:ruby></w:r>",
        "<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>",
        '<w:r><w:sym w:font="Symbol" w:char="F031"/><w:sym w:font="宋体" w:char="0032"/></w:r>',
        "<w:r><w:t>1<![CDATA[2]]><!-- 9 --></w:t></w:r>",
        "<w:r><w:t> 1 </w:t><w:t>\n2\n</w:t></w:r>",
    ],
)
def test_only_what_is_printed_is_text(runs: str) -> None:
    found = value(one(runs))
    assert (found.text, found.doubt) == (NUMBER, None)


def test_text_hidden_by_a_style_is_none_and_a_style_on_a_style_shows_it_again() -> None:
    parts = {"word/styles.xml": HIDING_STYLES}
    hidden = styled('<w:rStyle w:val="c"/>', "9")
    assert value(one(hidden + text("12")), parts).text == NUMBER
    assert value(paragraph("9", '<w:pStyle w:val="p"/>'), parts).text == ""
    assert value(f'<w:p><w:pPr><w:pStyle w:val="p"/></w:pPr>{text("9")}{hidden}</w:p>', parts).text == "9"


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ("<w:r><w:t>本年新</w:t><w:br/><w:t>制作</w:t><w:cr/><w:t>数量</w:t></w:r>", "本年新\n制作\n数量"),
        ("<w:r><w:t>规章</w:t><w:tab/><w:t>0</w:t></w:r>", "规章 0"),
        ("<w:r><w:noBreakHyphen/><w:t>5</w:t></w:r>", "-5"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F031"/></w:r>', "\uf031"),
        ('<w:r><w:sym w:font="Wingdings"/></w:r>', "\ufffd"),
        ('<w:r><w:sym w:font="宋体" w:char="D842"/></w:r>', "\ufffd"),
        ('<w:r><w:t xml:space="preserve"> 1 </w:t><w:t xml:space="preserve"> 2</w:t></w:r>', "1  2"),
        ("<w:r><w:t>&lt;&amp;&#x7ae0;</w:t></w:r>", "<&章"),
    ],
)
def test_characters_that_are_elements(runs: str, expected: str) -> None:
    assert value(one(runs)).text == expected


@pytest.mark.parametrize(
    ("runs", "doubt"),
    [
        (styled("<w:strike/>", "12") + text("15"), "struck_text"),
        (text("1") + styled('<w:dstrike w:val="1"/>', "2"), "struck_text"),
        (text("15") + styled('<w:vertAlign w:val="superscript"/>', "1"), "raised_text"),
        (text("15") + styled('<w:position w:val="12"/>', "1"), "raised_text"),
        (text("15") + styled('<w:position w:val="-2"/>', "1"), None),
        (text("15") + styled("<w:webHidden/>", "1"), "hidden_text"),
        (BEGIN + text("12"), "broken_field"),
        (text("12") + box(paragraph("见附件")), "text_box"),
        ('<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>', "picture"),
        (text("12") + '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>', "picture"),
        (text("规章") + '<w:r><w:drawing><a:blip r:embed="x"/></w:drawing></w:r>', None),
        (
            '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList/></w:ffData></w:fldChar></w:r>' + END,
            "form_field",
        ),
        (styled('<w:strike w:val="0"/><w:vertAlign w:val="baseline"/>', "12"), None),
        (styled("<w:strike/>", "作废"), None),
    ],
)
def test_a_number_that_cannot_be_trusted_is_doubtful(runs: str, doubt: str | None) -> None:
    assert value(one(runs)).doubt == doubt


def test_a_field_broken_in_one_cell_does_not_hide_the_next() -> None:
    (grid,) = grids(read(table(row(cell(one(BEGIN + text("1"))), cell("2")))))
    assert [c.text for c in grid.rows[0]] == ["", "2"]


def test_a_field_that_never_ends_is_damage() -> None:
    with pytest.raises(ReadError, match="damaged: a field begins and never ends"):
        read(one(text("一、总体情况")) + one(BEGIN + text("正文")))


def test_a_deleted_or_hidden_end_of_a_paragraph_joins_it_to_the_next() -> None:
    for mark in ("<w:del/>", "<w:moveFrom/>", "<w:vanish/>"):
        first = f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{text('1')}</w:p>"
        assert value(first + paragraph("2")).text == "12"
        assert value(paragraph("1") + first.replace(">1<", ">2<")).text == "1\n2"
        struck = first.replace("<w:r>", "<w:r><w:rPr><w:strike/></w:rPr>")
        assert value(struck + paragraph("2")).doubt == "struck_text"


def test_alternate_content_is_read_once() -> None:
    def alternate(*choices: str, fallback: str) -> str:
        inner = "".join(f"<mc:Choice>{choice}</mc:Choice>" for choice in choices)
        return f"<w:p><mc:AlternateContent>{inner}<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent></w:p>"

    assert value(alternate(text("12"), fallback=text("9"))).text == "12"
    assert value(alternate("<w:r><w:drawing/></w:r>", fallback=text("12"))).text == "12"
    assert value(alternate("", text("12"), text("8"), fallback=text("9"))).text == "12"


def test_text_boxes_follow_their_paragraph() -> None:
    inner = paragraph("框") + table(row(cell("规章"), cell("0")))
    found = read(one(text("前") + box(inner) + text("后")) + paragraph("尾"))
    assert lines(found) == ["前后", "框", "尾"]
    assert [type(block) for block in found.blocks][1:3] == [Paragraph, type(grids(found)[0])]


def test_a_text_box_is_the_text_of_an_empty_cell_and_follows_the_table_of_another() -> None:
    found = read(table(row(cell(one(box(paragraph("3")))), cell(one(text("规章") + box(paragraph("注")))))))
    (grid,) = grids(found)
    assert [(c.text, c.doubt) for c in grid.rows[0]] == [("3", "text_box"), ("规章", "text_box")]
    assert lines(found) == ["注"]


def test_titles_are_headings_and_lines_of_contents_are_left_out() -> None:
    styles = f"""<w:styles xmlns:w="{W}">
    <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
    <w:style w:type="paragraph" w:styleId="3"><w:name w:val="heading 3"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr>
    </w:style>
    <w:style w:type="paragraph" w:styleId="a"><w:name w:val="公文标题"/><w:basedOn w:val="o"/></w:style>
    <w:style w:type="paragraph" w:styleId="o"><w:name w:val="o"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
    <w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style></w:styles>"""
    body = "".join(paragraph(s, f'<w:pStyle w:val="{s}"/>') for s in ("1", "3", "a", "t", "Title", "unknown"))
    body += paragraph("6", '<w:outlineLvl w:val="1"/>') + paragraph("7", '<w:outlineLvl w:val="9"/>')
    blocks = read(body, {"word/styles.xml": styles}).blocks
    assert [b.text for b in blocks if isinstance(b, Paragraph) and b.is_heading] == ["1", "a", "Title", "6"]
    assert [b.text for b in blocks if isinstance(b, Paragraph) and not b.is_heading] == ["3", "unknown", "7"]


def test_a_title_of_two_lines_is_one_heading_and_other_lines_stand_alone() -> None:
    broken = "<w:r><w:t>测试镇人民政府</w:t><w:br/><w:t>2020年年度报告</w:t></w:r>"
    found = read(f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{broken}</w:p>{one(broken)}')
    assert lines(found) == ["测试镇人民政府2020年年度报告", "测试镇人民政府", "2020年年度报告"]


def test_cells_between_pipes_in_paragraphs_are_runs() -> None:
    found = read(paragraph("表格如下：") + paragraph("规章 | 0 | 1 |") + paragraph("完"))
    assert [type(block).__name__ for block in found.blocks] == ["Paragraph", "Run", "Paragraph"]


def test_text_outside_paragraphs_stays_at_its_place() -> None:
    (grid,) = grids(read(table(row(f"<w:tc>{text('1')}</w:tc>", cell("2")))))
    assert [c.text for c in grid.rows[0]] == ["1", "2"]
    assert lines(read(f"{text('甲')}{paragraph('乙')}{text('丙')}")) == ["甲", "乙", "丙"]
