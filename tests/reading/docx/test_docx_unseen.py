"""What Word shows otherwise than a cell is written: drawings, fields, controls, grounds, fonts, formulas."""

from __future__ import annotations

import pytest

from pipelines.reading import Cell, Grid, Limits
from pipelines.reading.docx import read_document
from tests.reading.docx.docx_files import NAMESPACES, cell, document, docx, row, table, text, value
from tests.reading.docx.test_docx_looks import run

HIDDEN, OTHERWISE, FIELD, CONTROL, RAISED = (
    "hidden_text", "shown_otherwise", "empty_field", "form_field", "raised_text"
)  # fmt: skip
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'


def field(instruction: str, result: str | None = None) -> str:
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}' if result is not None else ""
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{shown}{end}"


def control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def filled(inner: str, tag: str = "textFill") -> str:
    return run("7", f"<w14:{tag} {W14}>{inner}</w14:{tag}>")


def formula(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


SIX = "<m:r><m:t>6</m:t></m:r>"


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        (text("1") + "<w:r><w:drawing><a:graphic/></w:drawing></w:r>", "picture"),
        (text("1") + "<w:r><w:pict><v:oval/></w:pict></w:r>", "picture"),
        (text("1") + "<w:r><w:object/></w:r>", "picture"),
        (text("1") + field(r" eq \o\ac(○,6) "), FIELD),
        (text("1") + field(r" EQ \f(6,7) ", ""), FIELD),
        (text("1") + field(r"eq \o\ac(○,6)", text("6")), FIELD),
        (text("1") + field(" SYMBOL 54 "), FIELD),
        (text("1") + field(" =8+8 "), FIELD),
        (text("1") + field(" XE 目录 "), None),
        (field(" =8+8 ", text("16")), None),
        ('<w:fldSimple w:instr=" =8+8 ">' + text("16") + "</w:fldSimple>", None),
        (control("<w:showingPlcHdr/>", text("0")), CONTROL),
        (control('<w:showingPlcHdr w:val="0"/>', text("0")), None),
        (control("<w:showingPlcHdr/>", text("请输入")) + text("5"), None),
        (control("<w:alias/>", text("5")), None),
        ('<w:bdo w:val="rtl">' + text("61") + "</w:bdo>", OTHERWISE),
        ('<w:bdo w:val="ltr">' + text("16") + "</w:bdo>", None),
        (text("1") + filled("<w14:noFill/>"), HIDDEN),
        (text("1") + filled('<w14:srgbClr><w14:alpha w14:val="100000"/></w14:srgbClr>'), HIDDEN),
        (text("1") + filled("<w14:noFill/>", "textOutline"), None),
        (run("7", '<w:color w:val="auto" w:themeColor="background1"/>'), HIDDEN),
        (run("7", '<w:color w:val="auto" w:themeColor="text1"/>'), None),
        (run("7", '<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FF0000"/>'), HIDDEN),
        (run("7", '<w:color w:val="FF0000"/><w:shd w:val="clear" w:fill="FFFF00"/>'), None),
        (run("7", '<w:color w:val="ff0000"/><w:highlight w:val="red"/>'), HIDDEN),
        (run("7", '<w:highlight w:val="black"/>'), HIDDEN),
        (run("7", '<w:color w:val="FF0000"/><w:highlight w:val="yellow"/>'), None),
        (run("字", '<w:highlight w:val="red"/>') + run("7", '<w:color w:val="FF0000"/>'), None),
        (run("7", '<w:w w:val="1"/>'), HIDDEN),
        (run("7", '<w:w w:val="80"/>'), None),
        (run("16", '<w:spacing w:val="-400"/>'), HIDDEN),
        (run("16", '<w:spacing w:val="-10"/>'), None),
        (run("16", '<w:rFonts w:ascii="Wingdings 2" w:hAnsi="Wingdings 2"/>'), HIDDEN),
        (run("16", '<w:rFonts w:ascii="仿宋" w:hAnsi="仿宋"/>') + run("字", '<w:rFonts w:ascii="Wingdings"/>'), None),
        (formula(f"<m:d><m:e>{SIX}</m:e><m:e>{SIX}</m:e></m:d>"), RAISED),
        (formula(f"<m:borderBox><m:borderBoxPr><m:strikeH/></m:borderBoxPr><m:e>{SIX}</m:e></m:borderBox>"), RAISED),
        (formula(f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr><m:e>{SIX}</m:e></m:phant>'), RAISED),
        (formula(SIX), None),
    ],
)
def test_what_is_drawn_turned_or_hidden_makes_a_number_doubtful(content: str, doubt: str | None) -> None:
    assert value(f"<w:p>{content}</w:p>").doubt == doubt


def test_the_ground_of_a_cell_hides_digits_of_its_colour() -> None:
    shaded = '<w:shd w:val="clear" w:color="auto" w:fill="C00000"/>'
    words = "<w:p>" + run("7", '<w:color w:val="C00000"/>') + "</w:p>"
    found = docx(table(row(cell("规章"), cell(words, shaded), cell(words))))
    assert [each.doubt for each in cells_of(found)] == [None, HIDDEN, None]


def cells_of(data: bytes) -> list[Cell]:
    (grid,) = (block for block in read_document(data, Limits()).blocks if isinstance(block, Grid))
    return [each for line in grid.rows for each in line]


def test_alternate_content_that_word_does_not_know_is_read_as_its_fallback() -> None:
    def alternate(requires: str) -> str:
        choice = f'<mc:Choice Requires="{requires}">{text("7")}</mc:Choice>'
        return f"<w:p><mc:AlternateContent>{choice}<mc:Fallback>{text('16')}</mc:Fallback></mc:AlternateContent></w:p>"

    assert value(alternate("zz")).text == "16"
    assert value(alternate("wps zz")).text == "16"
    assert value(alternate("wps")).text == value(alternate("w16se")).text == value(alternate("wp14")).text == "7"


def test_a_prefix_of_newer_programs_leaves_the_names_of_a_part_as_they_are() -> None:
    body = table(row(cell("规章"), cell(f"<w:p>{run('7', '<w14:textFill><w14:noFill/></w14:textFill>')}</w:p>")))
    data = docx("", {"word/document.xml": document(body, f"{NAMESPACES} {W14}")})
    assert [each.doubt for each in cells_of(data)] == [None, HIDDEN]
