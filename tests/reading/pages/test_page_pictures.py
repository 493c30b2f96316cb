"""Pictures that are one report, read as one document: order, places, what is missing, and what says so without OCR."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence

import pytest
from PIL import Image

from benchmarks.corpus import layouts
from benchmarks.corpus.page_pictures import article, paged
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.spans import TITLE as REPORT_TITLE
from benchmarks.corpus.word_file import WordRun, sprm
from pipelines.extracting.splitting import extract_all
from pipelines.messages import retold
from pipelines.reading import Block, Document, Grid, Paragraph, ReadError, read
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.pages.beside_text import MISSING_PAGES, PICTURES_NOT_THERE, PICTURES_UNREAD, can_be_page
from pipelines.reading.pages.bundle import Bundle, packed, unpacked
from pipelines.reading.scan import pages as scan_pages
from pipelines.reading.sniffing import PAGES, sniff
from tests.reading.doc.word_files import SPECIAL, file_of, line
from tests.reading.docx.docx_files import docx, relations
from tests.reading.odf.odf_files import odf
from tests.reading.pages.drawn import TITLE, png, stub

PICTURES = tuple((f"扫描/{n}.png", png(700 + n)) for n in range(1, 13))


def places(document: Document) -> list[tuple[str, int, str | None]]:
    """Return text, page and picture of each cell."""
    cells = [cell for block in document.blocks if isinstance(block, Grid) for row in block.rows for cell in row]
    return [(cell.text, cell.place.page, cell.place.reference) for cell in cells if cell.place]


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def test_files_packed_as_one_content_are_the_same_bytes_each_time_and_come_back() -> None:
    bundle = Bundle(PICTURES, b"<p>page</p>", ("3", "7"))
    data = packed(bundle, DEFAULT_LIMITS)
    assert sniff(data) == PAGES and data == packed(bundle, DEFAULT_LIMITS)
    assert unpacked(data, DEFAULT_LIMITS) == bundle


def test_each_cell_says_the_page_and_the_picture_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    document = read(packed(Bundle(PICTURES), DEFAULT_LIMITS))
    assert places(document) == [(str(700 + n), n, f"扫描/{n}.png") for n in range(1, 13)]
    assert [block.index for block in document.blocks if isinstance(block, Grid)] == list(range(12))
    assert document.media_type == "image/png" and MISSING_PAGES not in document.metadata


def test_the_text_of_the_page_comes_first_and_its_missing_pictures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    page = f"<html><body><h1>{TITLE}</h1><table><tr><td>索引号</td><td>1</td></tr></table></body></html>".encode()
    document = read(packed(Bundle(PICTURES[:2], page, ("3",)), DEFAULT_LIMITS))
    assert lines(document) == [TITLE, "701", "702"]
    assert [block.index for block in document.blocks if isinstance(block, Grid)] == [0, 1, 2]
    assert document.metadata[MISSING_PAGES] == "3"


def test_budgets_hold_for_all_pictures_together(monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(len(data) for _, data in PICTURES)
    with pytest.raises(ReadError, match="too_large"):
        packed(Bundle(PICTURES), Limits(input_bytes=size - 1))
    monkeypatch.setattr(scan_pages, "available", lambda: True)
    monkeypatch.setattr(scan_pages, "MOST_PIXELS_OF_ALL", 701 * 1_000)
    with pytest.raises(ReadError, match=r"too_large: pictures of 1403000 pixels in all"):
        read(packed(Bundle(PICTURES[:2]), DEFAULT_LIMITS))


def html(*widths: int) -> bytes:
    sources = [f"data:image/png;base64,{base64.b64encode(png(width)).decode()}" for width in widths]
    return article(sources, TITLE).encode()


def test_pictures_in_a_page_itself_are_read_and_signs_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    document = read(html(702, 1_000, 701))  # a square of 1,000 is large enough for a page
    assert [text for text, _, _ in places(document)] == ["702", "1000", "701"]
    assert lines(document)[0] == TITLE
    assert document.media_type == "image/png"


def test_a_page_with_tables_of_its_own_needs_none_of_its_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    table = f"<table>{'<tr><td>规章</td><td>1</td></tr>' * 20}</table>"
    document = read(html(702).replace(b'<div id="zoom">', f'<div id="zoom">{table}'.encode()))
    assert document.media_type == "text/html" and places(document) == []


def test_pictures_elsewhere_are_counted() -> None:
    assert read(article(["1.jpg", "2.jpg"], TITLE).encode()).metadata[PICTURES_NOT_THERE] == "2"


def mail(page: bytes, **parts: bytes) -> bytes:
    kinds = [("text/html; charset=utf-8", "", page)]
    kinds += [("image/png", f"Content-ID: <{name}>\n", data) for name, data in parts.items()]
    told = "".join(
        f"--e\nContent-Type: {kind}\n{ident}Content-Transfer-Encoding: base64\n\n{base64.encodebytes(data).decode()}\n"
        for kind, ident, data in kinds
    )
    return f'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="e"\n\n{told}--e--\n'.encode()


def test_the_pictures_of_a_web_archive_are_read_in_the_order_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    page = article(["cid:b", "cid:a", "cid:gone"], TITLE).encode()
    document = read(mail(page, a=png(701), b=png(702), logo=png(300, 40)))
    assert places(document) == [("702", 1, "cid:b"), ("701", 2, "cid:a")]
    assert document.metadata[PICTURES_NOT_THERE] == "1"


@pytest.mark.parametrize(
    ("size", "can_be"),
    [((24, 24), False), ((430, 430), False), ((1_200, 160), False), ((553, 300), True), ((1_240, 1_754), True)],
)
def test_icons_banners_and_signs_are_no_pages(size: tuple[int, int], *, can_be: bool) -> None:
    assert can_be_page(png(*size)) is can_be


RELATED = {"word/_rels/document.xml.rels": relations(image1="media/1.png"), "word/media/1.png": "pixels"}
SCANNED: dict[str, Callable[[], bytes]] = {
    "picture": lambda: png(700),
    "pictures of an archive or folder": lambda: packed(Bundle(PICTURES), DEFAULT_LIMITS),
    "page of pictures": lambda: html(701, 702),
    "web archive": lambda: mail(b"<html><body><img src='cid:a'></body></html>", a=png(701)),
    "docx": lambda: docx('<w:p><w:r><w:drawing><a:blip r:embed="image1"/></w:drawing></w:r></w:p>', RELATED),
    "doc": lambda: file_of(line(WordRun("\x01", SPECIAL))),
    "odt": lambda: odf("<draw:frame><draw:image/></draw:frame>"),
    "rtf": lambda: rb"{\rtf1{\pict 00}\par }",
    "pdf": lambda: paged([Image.new("L", (1_000, 1_400), 128)] * 2, "PDF"),
}


@pytest.mark.parametrize("kind", SCANNED)
def test_without_the_extra_every_kind_of_file_says_one_reason_and_what_to_run(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_pages, "available", lambda: False)
    with pytest.raises(ReadError) as caught:
        read(SCANNED[kind]())
    assert caught.value.reason == "needs_ocr"
    told = "the pages are pictures and hold no text: make install-ocr, or publish the text"
    assert retold(caught.value.detail, "en") == told
    assert "make install-ocr" in retold(caught.value.detail, "zh")


@pytest.mark.parametrize("kind", ["odt", "rtf"])
def test_with_the_extra_formats_whose_pictures_nothing_reads_say_what_to_do_instead(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_pages, "available", lambda: True)
    with pytest.raises(ReadError, match=r"needs_ocr: .*save it as PDF"):
        read(SCANNED[kind]())


def test_a_text_is_none_the_worse_for_pictures_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_pages, "available", lambda: False)
    page = html(701).replace(b'<div id="zoom">', f'<div id="zoom"><p>{"政府信息公开" * 100}</p>'.encode())
    assert read(page).metadata[PICTURES_UNREAD] == "1"


def test_pictures_that_are_whole_reports_are_read_as_those_reports_and_none_is_joined(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(8)
    printouts = [random_printout(rng, "2021") for _ in range(3)]
    titles = [f"{place}财政局2021年政府信息公开工作年度报告" for place in ("东山区", "西河区", "南湖区")]
    texts = [layouts.page(rng, each, layouts.html) for each in printouts]
    pages = [read(text.replace(REPORT_TITLE, title).encode()).blocks for text, title in zip(texts, titles, strict=True)]
    stub(monkeypatch)
    monkeypatch.setattr(scan_pages, "recognise_pictures", lambda *_: (list(numbered_through(pages)), [0, 1, 2]))
    found = extract_all(read(packed(Bundle(PICTURES[:3], None, ("4",)), DEFAULT_LIMITS)), 2026)
    assert [report.headline.title for report in found.reports] == titles
    assert [report.reading is not None for report in found.reports] == [True] * 3
    ((reason, detail),) = found.problems
    assert (reason, retold(detail, "en")) == (
        "part_unread",
        "by the numbers of its pictures the report lacks page 4: add the pictures that are missing",
    )


def numbered_through(pages: Sequence[tuple[Block, ...]]) -> Iterator[Block]:
    count = 0
    for block in (block for page in pages for block in page):
        yield block._replace(index=count) if isinstance(block, Grid) else block
        count += isinstance(block, Grid)


def picture_record(data: bytes) -> bytes:
    """Return a picture as the stream of data of a Word file holds it: a head of 68 bytes, then records around it."""
    return struct.pack("<IH", 68 + 25 + len(data), 68) + bytes(62) + bytes(25) + data


def test_pictures_of_binary_word_are_read_in_the_order_of_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    first, second = picture_record(png(701)), picture_record(png(702))
    runs = [WordRun("\x01", SPECIAL + sprm(0x6A03, struct.pack("<I", place))) for place in (len(first), 0)]
    document = read(file_of(line(TITLE), line(runs[0]), line("一、总体情况"), line(runs[1]), data=first + second))
    assert places(document) == [("702", 1, "picture 1"), ("701", 2, "picture 2")]
    assert lines(document) == [TITLE, "一、总体情况", "702", "701"]
    alone = read(file_of(line(runs[1]), data=first + second))
    assert (places(alone), alone.media_type) == ([("701", 1, "picture 1")], "application/msword")


def test_pictures_of_word_beside_a_text_without_tables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch)
    body = f"<w:p><w:r><w:t>{TITLE}</w:t></w:r></w:p>"
    body += "".join(f'<w:p><w:r><w:drawing><a:blip r:embed="i{n}"/></w:drawing></w:r></w:p>' for n in (2, 1, 3))
    rels = relations(i1="media/1.png", i2="media/2.png", i3="media/logo.png")
    data = docx(body, {"word/_rels/document.xml.rels": rels})
    with zipfile.ZipFile(written := io.BytesIO(data), "a") as package:
        for name, width in (("1", 701), ("2", 702)):
            package.writestr(f"word/media/{name}.png", png(width))
        package.writestr("word/media/logo.png", png(60, 60))
    document = read(written.getvalue())
    assert places(document) == [("702", 1, "word/media/2.png"), ("701", 2, "word/media/1.png")]
    assert lines(document) == [TITLE, "702", "701"]
