"""Packages in one file of XML: the parts of a document, of a workbook, and files that are damaged or mean harm."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from pipelines.reading import Document, ReadError, read
from pipelines.reading.sniffing import FLAT_OPC
from tests.reading.docx.docx_files import (
    NAMESPACES,
    W,
    cell,
    document,
    docx,
    grids,
    lines,
    paragraph,
    relations,
    row,
    table,
    texts,
)

PKG = "http://schemas.microsoft.com/office/2006/xmlPackage"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
BODY = paragraph("一、总体情况") + table(row(cell("规章"), cell("5")))
STYLES = (
    f'<w:styles xmlns:w="{W}"><w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
)
HIDDEN = '<w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>9</w:t></w:r>'


def part(name: str, content: str) -> str:
    return f'<pkg:part pkg:name="{name}" pkg:contentType="x"><pkg:xmlData>{content}</pkg:xmlData></pkg:part>'


def binary(name: str, content: bytes) -> str:
    data = base64.encodebytes(content).decode()
    return f'<pkg:part pkg:name="{name}"><pkg:binaryData>{data}</pkg:binaryData></pkg:part>'


def package(*parts: str, head: str = HEAD, more: str = "") -> str:
    return f'{head}<pkg:package xmlns:pkg="{PKG}"{more}>{"".join(parts)}</pkg:package>'


def flat(data: bytes) -> str:
    """Return a ZIP container as one file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package(*(part(f"/{name}", archive.read(name).decode()) for name in archive.namelist()))


def check(found: Document) -> None:
    assert (found.media_type, lines(found)) == (FLAT_OPC, ["一、总体情况"])
    assert [texts(grid) for grid in grids(found)] == [[["规章", "5"]]]


def reason(text: str) -> str:
    with pytest.raises(ReadError) as caught:
        read(text.encode())
    return caught.value.reason


MAIN = flat(docx(BODY))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_package_in_one_file_is_read_as_the_container_is(encoding: str) -> None:
    check(read(MAIN.encode(encoding)))


@pytest.mark.parametrize(
    "text",
    [
        MAIN.replace("pkg:", "p0:").replace("xmlns:pkg", "xmlns:p0"),
        MAIN.replace("UTF-8", "gb2312"),
        MAIN.replace(HEAD, "\n <!-- saved --> "),
        package(part("/word/document.xml", document(BODY, "")), more=f" {NAMESPACES}"),
        package(part("/word/document.xml", f"\n<!-- one -->{document(BODY)}\n")),
        package(part("/word/document.xml", document(BODY.replace("w:", ""), "")), more=f' xmlns="{W}"').replace(
            "w:document", "document").replace("w:body", "body").replace(" val=", " val="),
    ],
)  # fmt: skip
def test_spellings_of_the_same_package(text: str) -> None:
    check(read(text.encode()))


def test_styles_numbers_and_files_inside_are_found() -> None:
    rels = relations(styles="styles.xml", aFChunk="chunk.html")
    text = package(
        part(
            "/word/document.xml",
            document(BODY.replace("<w:r><w:t>5", f"{HIDDEN}<w:r><w:t>5") + '<w:altChunk r:id="aFChunk"/>'),
        ),
        part("/word/styles.xml", STYLES),
        part("/word/_rels/document.xml.rels", rels),
        binary("/word/chunk.html", "<p>尾</p>".encode()),
    )
    found = read(text.encode())
    assert (lines(found), texts(grids(found)[0])) == (["一、总体情况", "尾"], [["规章", "5"]])


def test_a_workbook_in_one_file() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = '<row r="1"><c r="A1" t="inlineStr"><is><t>规章</t></is></c><c r="B1"><v>5</v></c></row>'
    text = package(
        part(
            "/xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="年报" r:id="rId1"/></sheets></workbook>',
        ),
        part(
            "/xl/_rels/workbook.xml.rels", relations(worksheet="worksheets/sheet1.xml").replace('"worksheet"', '"rId1"')
        ),
        part("/xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'),
        head="",
    )
    found = read(text.encode())
    (grid,) = grids(found)
    assert (found.media_type, texts(grid)) == (FLAT_OPC, [["规章", "5"]])
    assert [cell.place and cell.place.reference for cell in grid.rows[0]] == ["年报!A1", "年报!B1"]


def test_damaged_and_hostile_packages_are_refused() -> None:
    assert reason(MAIN[:-60]) == "truncated"
    assert reason(MAIN.replace("</w:tbl>", "")) == "damaged"
    assert reason(MAIN.replace("/word/document.xml", "/word/other.xml")) == "damaged"
    assert reason(package(part("/ppt/presentation.xml", "<x/>"))) == "unsupported_format"
    assert reason(package(part("/xl/workbook.bin", "<x/>"))) == "unsupported_format"
    assert reason(package(part("/word/document.xml", ""), part("/word/Document.xml", ""))) == "damaged"
    assert reason(package('<pkg:part pkg:name="/a"><pkg:binaryData>%%%</pkg:binaryData></pkg:part>')) == "damaged"
    bomb = '<!DOCTYPE x [<!ENTITY a "9"><!ENTITY b "&a;&a;">]>'
    assert reason(MAIN.replace("<pkg:package", f"{bomb}<pkg:package")) == "damaged"
