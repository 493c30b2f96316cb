"""Packages of Word documents: which part is read, spellings of its XML, damaged, hostile and empty files."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest

from benchmarks.corpus.docx import packed
from pipelines.reading import Document, Limits, ReadError
from pipelines.reading import read as read_any
from pipelines.reading.container import Container
from pipelines.reading.docx import pictures, read_document
from pipelines.reading.sniffing import DOCX
from tests.reading.docx.docx_files import (
    STRICT,
    W,
    cell,
    document,
    docx,
    grids,
    lines,
    paragraph,
    read,
    relations,
    row,
    table,
    texts,
)

BODY = paragraph("一、总体情况") + table(row(cell("规章"), cell("5")))
MAIN = "word/document.xml"
RELS = "word/_rels/document.xml.rels"
TYPES = """<Types xmlns="t"><Override PartName="/content/main.xml"
ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>"""
DRAWING = '<w:r><w:drawing><a:blip r:embed="{}"/></w:drawing></w:r>'


def reason(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        read_document(data, limits or Limits())
    return caught.value.reason


def check_same(data: bytes) -> None:
    found = read_document(data, Limits())
    assert (lines(found), texts(grids(found)[0])) == (["一、总体情况"], [["规章", "5"]])


def test_the_dispatcher_reads_a_word_document() -> None:
    found = read_any(docx(BODY))
    assert isinstance(found, Document)
    assert (found.media_type, found.encoding, found.metadata) == (DOCX, None, {})


@pytest.mark.parametrize(
    "parts",
    [
        {MAIN: document(BODY)},
        {"word\\document.xml": document(BODY), "_rels\\.rels": relations(officeDocument="/word/document.xml")},
        {"Word/Document.xml": document(BODY), "_RELS/.rels": relations(officeDocument="word/document.xml")},
        {"word/document2.xml": document(BODY), "_rels/.rels": relations(officeDocument="./word/x/../document2.xml")},
        {"content/main.xml": document(BODY), "[Content_Types].xml": TYPES},
        {MAIN: document(BODY), "_rels/.rels": relations(officeDocument="word/gone.xml")},
        {MAIN: document(BODY), "word/vbaProject.bin": "macro", RELS: relations(vbaProject="x")},
    ],
)  # fmt: skip
def test_the_main_part_is_found(parts: dict[str, str]) -> None:
    check_same(packed(parts))


@pytest.mark.parametrize(
    "xml",
    [
        document(BODY).replace("w:", "ns0:").replace("xmlns:w", "xmlns:ns0"),
        document(BODY, f'xmlns:w="{STRICT}"'),
        document(BODY, f'xmlns:w="{W}" xmlns:x="{W}"').replace("<w:p>", "<x:p>").replace("</w:p>", "</x:p>"),
        document(BODY).replace("<w:tbl>", f'<y:tbl xmlns:y="{W}">').replace("</w:tbl>", "</y:tbl>"),
        document(BODY + '<w:x xmlns:w="urn:other"><w:t>9</w:t></w:x>'),
        f"<?xml version='1.0'?><!-- <w:p> -->{document(BODY)}",
    ],
)
def test_spellings_of_the_same_document(xml: str) -> None:
    check_same(packed({MAIN: xml}))


def test_a_part_in_utf_16_and_a_part_of_many_pieces() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MAIN, document(BODY).encode("utf-16"))
    check_same(buffer.getvalue())
    found = read(f"<w:p>{noise(700_000)}</w:p>{BODY}<w:p>{noise(700_000)}</w:p>" + paragraph("尾"))
    assert (lines(found), texts(grids(found)[0])) == (["一、总体情况", "尾"], [["规章", "5"]])


def test_a_document_cut_anywhere_is_truncated() -> None:
    data = docx(BODY)
    for place in (*range(4, len(data), len(data) // 40), len(data) - 1):
        assert reason(data[:place]) == "truncated", place


def test_a_cut_document_that_ends_in_a_whole_container_is_truncated() -> None:
    data = packed({"word/embeddings/inner.xlsx": "", MAIN: document(BODY)})
    assert reason(data[: data.index(b"PK\x03\x04", 4)] + packed({MAIN: document(BODY)})) == "truncated"


def test_a_flipped_byte_never_changes_what_is_read() -> None:
    data, rng = docx(BODY), random.Random(3)
    for _ in range(300):
        hurt = bytearray(data)
        hurt[rng.randrange(len(hurt))] ^= 1 << rng.randrange(8)
        try:
            found = read_document(bytes(hurt), Limits())
        except ReadError as error:
            assert error.reason in ("damaged", "truncated", "encrypted", "unsupported_format", "archive_bomb")
        else:
            assert texts(grids(found)[0]) == [["规章", "5"]]


@pytest.mark.parametrize("name", ["UTF-x", "utf8", "UTF-16", "gb2312", "UTF-32", "ISO-8859-1"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_bytes_tell_the_encoding_whatever_the_declaration_says(name: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{name}"?>{document(BODY)}'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MAIN, xml.encode(encoding))
    check_same(buffer.getvalue())
    assert reason(packed({MAIN: xml.replace("规章", "")}, stored=True).replace(b"5</w:t>", b"\xff</w:t>")) == "damaged"


def test_damage_is_told_with_its_place() -> None:
    broken = document(BODY).replace("<w:body>", "<w:body>\n", 1).replace("</w:tbl>", "")
    with pytest.raises(ReadError, match=r"damaged: word/document\.xml, line 2, column \d+: mismatched tag"):
        read_document(packed({MAIN: broken}), Limits())
    data = packed({MAIN: document(BODY)}, stored=True)
    with pytest.raises(ReadError, match=r"damaged: word/document\.xml: its checksum is"):
        read_document(data.replace(b">5<", b">6<"), Limits())


def hostile(declared: str) -> bytes:
    return packed({MAIN: f"<!DOCTYPE x [{declared}]>{document(paragraph('&a;'))}"})


def noise(size: int) -> str:
    return f"<!-- {random.Random(size).randbytes(size).hex()} -->"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (packed({"word/other.xml": "<x/>"}), "damaged"),
        (packed({MAIN: ""}), "damaged"),
        (packed({MAIN: "<x/>"}), "damaged"),
        (packed({MAIN: document(BODY)[:-3]}), "damaged"),
        (docx(BODY, {"WORD\\Document.xml": document(BODY)}), "damaged"),
        (docx(paragraph("1", '<w:pStyle w:val="a"/>'), {"word/styles.xml": "<w:styles>"}), "damaged"),
        (packed({MAIN: f"<!DOCTYPE w:document>{document(BODY)}"}), "damaged"),
        (hostile('<!ENTITY a "9">'), "damaged"),
        (hostile('<!ENTITY a SYSTEM "file:///etc/hosts">'), "damaged"),
        (hostile('<!ENTITY b "999"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;">'), "damaged"),
        (packed({MAIN: document("<w:x>" * 6000 + "</w:x>" * 6000) + " " * 2**20}), "archive_bomb"),
        (packed({MAIN: document(BODY) + " " * 3 * 2**20}), "archive_bomb"),
        (packed({MAIN: document(noise(550_000) + "<w:x>" * 6000)}), "too_deep"),
        (packed({MAIN: document("<w:p/>")}), "empty"),
        (packed({MAIN: document("<w:p><w:r><w:words>一</w:words></w:r></w:p>")}), "unreadable_content"),
        (packed({MAIN: document(paragraph("　\t"))}), "empty"),
        (b"PK", "truncated"),
    ],
)  # fmt: skip
def test_a_file_that_holds_nothing_or_means_harm_is_refused(data: bytes, expected: str) -> None:
    assert reason(data) == expected


def test_budgets_of_the_container_hold() -> None:
    parts = {
        MAIN: document(noise(300_000) + paragraph("1", '<w:pStyle w:val="a"/>')),
        "word/styles.xml": document(noise(300_000)),
    }
    assert lines(read_document(packed(parts), Limits())) == ["1"]
    assert reason(packed(parts), Limits(decoded_bytes=1_000_000)) == "archive_bomb"
    assert reason(docx(BODY), Limits(members=1)) == "archive_bomb"


def test_a_size_that_a_header_states_is_not_believed() -> None:
    data = packed({MAIN: document(BODY)})
    entry = data.index(b"PK\x01\x02")
    for size in (1, 2**32 - 2):
        check_same(data[: entry + 24] + struct.pack("<I", size) + data[entry + 28 :])


def test_encrypted_members_and_unknown_packing_are_told() -> None:
    data = packed({MAIN: document(BODY)})
    entry = data.index(b"PK\x01\x02")
    assert reason(data[: entry + 8] + b"\x01\x00" + data[entry + 10 :]) == "encrypted"
    assert reason(data[: entry + 10] + b"\x09\x00" + data[entry + 12 :]) == "unsupported_format"
    assert reason(data[: entry + 42] + b"\x05\x00" + data[entry + 44 :]) == "truncated"


def test_pictures_without_text_wait_for_recognition() -> None:
    rels = {RELS: relations(image1="media/1.png", image2="/word/media/2.png", image3="gone.png")}
    pages = {"word/media/2.png": "second", "word/media/1.png": "first"}
    vml = '<w:r><w:pict><v:imagedata r:id="image1"/></w:pict></w:r>'
    choice = f"<mc:AlternateContent><mc:Choice>{DRAWING.format('image2')}</mc:Choice>"
    body = f"<w:p>{vml}{choice}<mc:Fallback>{vml}</mc:Fallback></mc:AlternateContent></w:p>"
    body += f"<w:p>{vml}{DRAWING.format('image3')}<w:del>{DRAWING.format('image9')}</w:del></w:p>"
    data = docx(body, {**rels, **pages})
    with pytest.raises(ReadError, match=r"needs_ocr: .* make install-ocr"):
        read_document(data, Limits())
    assert [data for _, data in pictures(data, Limits())] == [b"first", b"second"]
    assert read(body + paragraph("字"), {**rels, **pages}).metadata == {"pictures": "4"}


def test_members_are_read_whatever_their_packing() -> None:
    words = "政府信息公开" * 300_000
    for stored in (True, False):
        container = Container(packed({"a.xml": words}, stored=stored), Limits(ratio=10_000))
        assert container.read("A.XML").decode() == words
