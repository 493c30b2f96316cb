"""Web archives: encodings of bytes and characters, frames, style sheets beside the page, damaged files."""

from __future__ import annotations

import base64
import quopri

import pytest

from pipelines.reading import Document, Grid, Paragraph, ReadError, read
from pipelines.reading.sniffing import MHTML

TABLE = '<table><tr><td>规章</td><td class="n">5</td></tr></table>'
PAGE = f"<html><head><title>年报</title></head><body><p>一、总体情况</p>{TABLE}</body></html>"
WORD_HEAD = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_NextPart_01D6.A0"\r\n\r\n网页\r\n'
WEB_HEAD = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/a.html\nSubject: =?utf-8?Q?=E5=B9=B4?=\n"
    'Date: Mon, 1 Feb 2021 09:00:00 -0000\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype="text/html";\n'
    '\tboundary="----=_NextPart_01D6.A0"\n\n'
)


def part(content: bytes, kind: str = "text/html", location: str = "", transfer: str = "8bit", more: str = "") -> bytes:
    if transfer == "base64":
        content = base64.encodebytes(content)
    elif transfer == "quoted-printable":
        content = quopri.encodestring(content)
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {transfer}\r\nContent-Location: {location}\r\n{more}"
    return f"------=_NextPart_01D6.A0\r\n{head}\r\n".encode() + content + b"\r\n"


def archive(*parts: bytes, head: str = WORD_HEAD, end: bytes = b"------=_NextPart_01D6.A0--\r\n") -> bytes:
    return head.encode() + b"".join(parts) + end


def numbers(found: Document) -> list[tuple[int, str, str | None]]:
    """Return of each table its number, and its second cell with the doubt on it."""
    return [(b.index, b.rows[0][1].text, b.rows[0][1].doubt) for b in found.blocks if isinstance(b, Grid)]


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit", "binary"])
@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gbk"), ("big5", "gbk")])
@pytest.mark.parametrize("head", [WORD_HEAD, WEB_HEAD, "\ufeff" + WORD_HEAD])
def test_a_page_is_read_whatever_its_encoding(transfer: str, charset: str, encoding: str, head: str) -> None:
    found = read(archive(part(PAGE.encode(encoding), f'text/html; charset="{charset}"', transfer=transfer), head=head))
    assert (found.media_type, numbers(found)) == (MHTML, [(0, "5", None)])
    assert (found.blocks[0], found.metadata["page_title"]) == (Paragraph("一、总体情况", 0), "年报")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("transfer", ["base64", "quoted-printable"])
def test_what_word_calls_unicode(encoding: str, transfer: str) -> None:
    data = archive(part(PAGE.encode(encoding), 'text/html; charset="unicode"', transfer=transfer))
    assert numbers(read(data)) == [(0, "5", None)]


def test_an_archive_of_one_page_alone() -> None:
    head = b'From: <x>\nMIME-Version: 1.0\nContent-Type: text/html;\n\tcharset="gb2312"\n'
    data = head + b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(PAGE.encode("gbk"))
    assert numbers(read(data)) == [(0, "5", None)]


def test_the_page_is_the_one_that_the_archive_names_and_headers_of_pages_are_none() -> None:
    header = part(PAGE.replace("5", "9").encode(), location="file:///C:/a.files/header.htm", more="Content-ID: <b>\r\n")
    page = part(PAGE.encode(), location="file:///C:/a.htm", more="Content-ID: <a>\r\n")
    assert numbers(read(archive(page, header))) == [(0, "5", None)]
    named = WORD_HEAD.replace("boundary", 'start="<a>"; boundary')
    assert numbers(read(archive(header, page, head=named))) == [(0, "5", None)]


def test_sheets_in_frames_are_read_in_order_and_hidden_ones_are_not() -> None:
    root = (
        '<html><head><link id="shLink" href="a.files/sheet001.htm"><link id="shLink" href="a.files/sheet002.htm">'
        '<link id="shLink" href="a.files/sheet003.htm"></head><frameset rows="*,39">'
        '<frame src="a.files/sheet001.htm" name="frSheet"><frame src="a.files/tabstrip.htm"></frameset></html>'
    )
    hidden = PAGE.replace(
        "<head>", "<head><!--[if gte mso 9]><xml><x:Visible>SheetHidden</x:Visible></xml><![endif]-->"
    )
    place = "file:///C:/a.files/"
    pages = [
        part(root.encode(), location="file:///C:/a.htm"),
        part(PAGE.replace("5", "7").encode(), location=f"{place}sheet002.htm"),
        part(PAGE.encode(), location=f"{place}sheet001.htm"),
        part(b"<table><tr><td>1</td><td>2</td></tr></table>", location=f"{place}tabstrip.htm"),
        part(hidden.replace("5", "9").encode(), location=f"{place}sheet003.htm"),
    ]
    assert numbers(read(archive(*pages))) == [(0, "5", None), (1, "7", None)]
    with pytest.raises(ReadError, match="truncated: the web archive lacks"):
        read(archive(*pages[:2], pages[3]))


def test_style_sheets_and_windows_beside_the_page_count() -> None:
    styled = PAGE.replace("<head>", '<head><link rel=Stylesheet href="a.files/style%20sheet.css">')
    css = ".n {text-decoration:line-through}"
    sheet = part(css.encode(), "text/css", "file:///C:/a.files/style sheet.css")
    assert numbers(read(archive(part(styled.encode(), location="file:///C:/a.htm"), sheet))) == [
        (0, "5", "struck_text")
    ]
    frames = '<iframe src="cid:frame-1@mhtml.blink" width="80%"></iframe><iframe src="cid:x" width="0"></iframe>'
    window = f"<html><body>{frames}</body></html>"
    inner = part(PAGE.encode(), more="Content-ID: <frame-1@mhtml.blink>\r\n")
    unseen = part(PAGE.replace("5", "9").encode(), more="Content-ID: <x>\r\n")
    assert numbers(read(archive(part(window.encode()), inner, unseen))) == [(0, "5", None)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (archive(part(PAGE.encode(), transfer="base64"))[:-80], "truncated"),
        (archive(part(PAGE[:-40].encode()), end=b""), "truncated"),
        (archive(part(PAGE.encode()), part(b"\xff\xd8\xff", "image/jpeg"), end=b""), "truncated"),
        (archive(part(b"<p></p>"), part(b"\xff\xd8\xff", "image/jpeg", transfer="base64")), "needs_ocr"),
        (archive(part(b"<p></p>")), "empty"),
        (archive(part(b"x", "image/jpeg")), "unsupported_format"),
        (archive(part(PAGE.encode(), transfer="x-uuencode")), "unsupported_format"),
        (archive(part(PAGE.encode(), transfer="base64")).replace(b"PGh0", b"PG!0"), "damaged"),
        (archive(*[part(b"x", "image/jpeg")] * 6000), "too_large"),
    ],
)
def test_files_that_cannot_be_read_are_told(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.reason == reason


def test_parts_inside_parts_without_end_are_refused() -> None:
    nested = b"".join(f'--{n - 1}\nContent-Type: multipart/mixed; boundary="{n}"\n\n'.encode() for n in range(1, 3000))
    with pytest.raises(ReadError):
        read(b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="0"\n\n' + nested)
