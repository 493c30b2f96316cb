"""Word 2003 XML: what it names otherwise than later documents, and what stands inside its text and is not printed."""

from __future__ import annotations

import pytest

from pipelines.reading import Cell, Document, ReadError, read
from pipelines.reading.sniffing import WORD_XML
from tests.reading.docx.docx_files import cell, grids, lines, paragraph, row, table, text, texts

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
SPACES = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
)
PROPERTIES = "<o:DocumentProperties><o:Title>9</o:Title></o:DocumentProperties><w:fonts><w:t>9</w:t></w:fonts>"
BODY = paragraph("一、总体情况") + table(row(cell("规章"), cell("5")))
STYLES = (
    '<w:styles><w:style w:type="paragraph" w:default="on" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
LISTS = (
    '<w:lists><w:listDef w:listDefId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="37"/>'
    '<w:suff w:val="Nothing"/><w:lvlText w:val="%1、"/></w:lvl></w:listDef>'
    '<w:list w:ilfo="2"><w:ilst w:val="3"/></w:list></w:lists>'
)


NUMBERED = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="2"/><wx:t wx:val="一、"/></w:listPr>'


def mark(kind: str) -> str:
    """Return a mark of a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def document(body: str, before: str = "", more: str = "") -> str:
    section = '<w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>页眉9</w:t></w:r></w:p></w:hdr></w:sectPr>'
    inner = f"{PROPERTIES}{before}<w:body><wx:sect>{body}{section}</wx:sect></w:body>"
    return f"{HEAD}<w:wordDocument {SPACES}{more}>{inner}</w:wordDocument>"


def read_body(body: str, before: str = "", more: str = "") -> Document:
    return read(document(body, before, more).encode())


def value(content: str, before: str = "", more: str = "") -> Cell:
    """Return the cell that holds content beside another."""
    (grid,) = grids(read_body(table(row(cell("规章"), cell(f"<w:p>{content}</w:p>"))), before, more))
    return grid.rows[0][1]


def run(words: str, properties: str) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def annotation(kind: str, content: str = "") -> str:
    inner = f"<aml:content>{content}</aml:content>" if content else ""
    return f'<aml:annotation aml:id="1" aml:author="经办人" w:type="Word.{kind}">{inner}</aml:annotation>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_a_document_is_read_as_a_later_one(encoding: str) -> None:
    found = read(document(BODY).encode(encoding))
    assert (found.media_type, lines(found)) == (WORD_XML, ["一、总体情况"])
    assert [texts(grid) for grid in grids(found)] == [[["规章", "5"]]]


def test_merged_cells() -> None:
    merged = table(
        row(cell("规章", '<w:vmerge w:val="restart"/>'), cell("本年", '<w:gridSpan w:val="2"/>')),
        row(cell("", "<w:vmerge/>"), cell("1"), cell("2")),
        row(cell("合计", '<w:hmerge w:val="restart"/>'), cell("", "<w:hmerge/>"), cell("3")),
    )
    (grid,) = grids(read_body(merged))
    assert texts(grid) == [["规章", "本年"], ["1", "2"], ["合计", "3"]]
    assert [(c.rowspan, c.colspan) for line in grid.rows for c in line] == [
        (2, 1),
        (1, 2),
        (1, 1),
        (1, 1),
        (1, 2),
        (1, 1),
    ]


@pytest.mark.parametrize(
    ("content", "shown", "doubt"),
    [
        (run("9", "<w:vanish/>") + text("5"), "5", None),
        (run("9", '<w:vanish w:val="off"/>') + text("5"), "95", None),
        (run("9", '<w:rStyle w:val="h"/>') + text("5"), "5", None),
        (run("5", "<w:strike/>"), "5", "struck_text"),
        (text("5") + run("1", '<w:vertAlign w:val="superscript"/>'), "51", "raised_text"),
        (annotation("Insertion", text("5")), "5", None),
        (annotation("Deletion", "<w:r><w:delText>9</w:delText></w:r>") + text("5"), "5", None),
        (annotation("Deletion", text("9")) + text("5"), "5", None),
        (run("5", annotation("Formatting", "<w:rPr><w:vanish/><w:strike/></w:rPr>")), "5", None),
        (text("5") + f"<w:r>{annotation('Comment', paragraph('9'))}</w:r>", "5", None),
        (annotation("Comment.Start") + text("5") + annotation("Bookmark.End"), "5", None),
        (text("5") + f"<w:r><w:footnote>{paragraph('9')}</w:footnote></w:r>", "5", None),
        (text("5") + '<w:r><w:pict><w:binData w:name="wordml://1.jpg">OTk5</w:binData></w:pict></w:r>', "5", "picture"),
        ('<w:r><w:pict><v:shape><v:imagedata src="wordml://1.jpg"/></v:shape></w:pict></w:r>', "", "picture"),
        (mark("begin") + "<w:r><w:instrText>=9</w:instrText></w:r>" + mark("separate") + text("5") + mark("end"),
         "5", None),
        (f"<w:pPr>{NUMBERED}</w:pPr>" + text("5"), "一、5", "automatic_number"),
    ],
)  # fmt: skip
def test_what_a_cell_prints(content: str, shown: str, doubt: str | None) -> None:
    found = value(content, STYLES + LISTS)
    assert (found.text, found.doubt) == (shown, doubt)


def test_blanks_count_where_the_file_says_so() -> None:
    cut = text("1 ") + text("2")
    assert value(cut).text == "12"
    assert value(cut, more=' xml:space="preserve"').text == "1 2"
    assert value(cut.replace("<w:t>", '<w:t xml:space="preserve">')).text == "1 2"


def test_headings_numbers_and_deleted_rows() -> None:
    numbered = paragraph("总体情况", NUMBERED)
    gone = row(cell("规章"), cell("9"), properties=annotation("Deletion"))
    found = read_body(
        paragraph("年度报告", '<w:pStyle w:val="1"/>') + numbered + table(gone, row(cell("规章"), cell("5"))),
        STYLES + LISTS,
    )
    assert lines(found) == ["年度报告", "一、总体情况"]
    assert [texts(grid) for grid in grids(found)] == [[["规章", "5"]]]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (document(BODY)[:-40], "truncated"),
        (document(BODY).replace("</w:tbl>", ""), "damaged"),
        (document(BODY).replace("word/2003/wordml", "word/2003/wordmm"), "damaged"),
        (document(f"<w:p>{annotation('Deletioo', text('9'))}</w:p>"), "damaged"),
        (document(f"<w:cfChunk>{BODY}</w:cfChunk>"), "unsupported_format"),
        (document(BODY).replace("<w:tr>", "<w:tv>").replace("</w:tr>", "</w:tv>"), "damaged"),
        (document(table(row(cell("1", '<w:vmerge w:val="resuart"/>')))), "damaged"),
        (document(table(row(cell("1", '<w:gridSpan w:val="r"/>')))), "damaged"),
        (document("<w:p/>"), "empty"),
        (document(BODY).replace("<w:wordDocument", '<!DOCTYPE x [<!ENTITY a "9">]><w:wordDocument'), "damaged"),
        (document('<w:p><w:r><w:pict><v:imagedata src="x"/></w:pict></w:r></w:p>'), "needs_ocr"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_told(markup: str, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(markup.encode())
    assert caught.value.reason == reason
