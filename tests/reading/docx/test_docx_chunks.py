"""Files inside a Word document that are part of its text: pages, web archives, documents, and what none of them is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from pipelines.messages import retold
from pipelines.reading import Document, Grid, Limits, ReadError
from pipelines.reading.docx import read_document
from tests.reading.docx.docx_files import cell, docx, grids, lines, paragraph, relations, row, table, texts

RELS = "word/_rels/document.xml.rels"
PAGE = "<html><body><p>一、总体情况</p><table><tr><td>规章</td><td>5</td></tr></table></body></html>"
CHUNK = '<w:altChunk r:id="aFChunk"/>'


def holding(content: bytes | str, body: str = CHUNK, name: str = "chunk.bin") -> bytes:
    """Return a document that holds a file."""
    buffer = io.BytesIO(docx(body, {RELS: relations(aFChunk=name)}))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(f"word/{name}", content)
    return buffer.getvalue()


def read(content: bytes | str, body: str = CHUNK) -> Document:
    return read_document(holding(content, body), Limits())


ARCHIVE = f"MIME-Version: 1.0\nContent-Type: text/html; charset=gb2312\n\n{PAGE}".encode("gbk")
INNER = docx(paragraph("一、总体情况") + table(row(cell("规章"), cell("5"))))


@pytest.mark.parametrize("content", [PAGE, PAGE.encode("gbk"), ARCHIVE, INNER, holding(PAGE), "一、总体情况\n规章\t5"])
def test_a_file_inside_is_read_in_its_place(content: bytes | str) -> None:
    found = read(content, paragraph("前") + CHUNK + paragraph("后") + table(row(cell("规章"), cell("6"))))
    assert lines(found) == ["前", "一、总体情况", "后"]
    assert [(grid.index, texts(grid)) for grid in grids(found)] == [(0, [["规章", "5"]]), (1, [["规章", "6"]])]


def test_a_file_in_a_cell_is_the_content_of_the_cell() -> None:
    struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>5</w:t></w:r></w:p>"
    for content in ("<p>5</p>", "<table><tr><td>5</td></tr></table>", docx(table(row(cell(struck))))):
        (grid,) = grids(read(content, table(row(cell("规章"), cell(f"{CHUNK}<w:p/>")))))
        assert texts(grid) == [["规章", "5"]]
    assert grid.rows[0][1].doubt == "struck_text"
    found = read(PAGE, table(row(cell(f"{CHUNK}<w:p/>"))))
    assert (lines(found), texts(grids(found)[0])) == (["一、总体情况"], [["规章", "5"]])


def test_what_is_deleted_or_left_out_is_not_read() -> None:
    gone = table(row(cell(CHUNK), properties="<w:del/>"), row(cell("规章"), cell("6")))
    found = read("{\\rtf1 is never opened}", gone)
    assert [texts(grid) for grid in grids(found)] == [[["规章", "6"]]]


@pytest.mark.parametrize(
    ("content", "limits", "reason"),
    [
        (b"\x01\x02\x00\x03" * 40, Limits(), "binary"),
        (PAGE[:-30], Limits(), "truncated"),
        (PAGE, replace(Limits(), grids=0), "too_many_tables"),
        (holding(holding(holding(PAGE))), Limits(), "too_deep"),
        ("", Limits(), "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(content: bytes | str, limits: Limits, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_document(holding(content), limits)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(f"{reason}: word/chunk.bin, ") == (reason != "empty")


def test_what_is_wrong_inside_is_told_in_the_language_of_the_whole() -> None:
    with pytest.raises(ReadError) as caught:
        read_document(holding(PAGE[:-30]), Limits())
    english, chinese = retold(caught.value.detail, "en"), retold(caught.value.detail, "zh")
    assert ", a file inside the document: the page ends inside a" in english and english.endswith(": fetch it again")
    assert chinese.startswith("文档内嵌的文件 word/") and chinese.endswith("：请重新下载该文件。")


def test_a_file_that_is_not_there_and_files_without_end_are_told() -> None:
    with pytest.raises(ReadError, match=r"damaged: the part word/gone\.html is missing"):
        read_document(docx(CHUNK, {RELS: relations(aFChunk="gone.html")}), Limits())
    with pytest.raises(ReadError, match=r"damaged: a file inside the document .* is named nowhere"):
        read_document(docx(CHUNK), Limits())
    with pytest.raises(ReadError, match="too_large"):
        read("<p>1</p>", CHUNK * 201)
    assert all(isinstance(block, Grid) or block for block in read("<p>1</p>", CHUNK * 200).blocks)
