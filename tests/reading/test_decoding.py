"""Sniffing and decoding: by content, never by extension or declared charset."""

from __future__ import annotations

import pytest

from pipelines.reading import ReadError, read
from pipelines.reading.decoding import decode
from pipelines.reading.sniffing import BINARY, EMPTY, TEXT, is_html, sniff

SENTENCE = "政府信息公开工作年度报告，规章０件。\n" * 5


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"PK\x03\x04rest", "application/zip"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"BM6\x00\x00\x00\x00\x00\x00\x00\x36", "image/bmp"),
        (b"BMW and other words", TEXT),
        (b"", EMPTY),
        (b" \r\n\t\x00", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (bytes(range(1, 32)) * 9, BINARY),
        (SENTENCE.encode(), TEXT),
        (SENTENCE.encode("utf-16"), TEXT),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, media_type: str) -> None:
    assert sniff(data) == media_type


@pytest.mark.parametrize(
    ("text", "expected"), [("<TABLE class=x><tr>", True), ("a < b, 3 > 2", False), ("规章 | 0", False)]
)
def test_html_is_told_by_its_tags(text: str, expected: bool) -> None:
    assert is_html(text) is expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_decoded_whatever_its_encoding(encoding: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    assert decode(marks.get(encoding, b"") + SENTENCE.encode(encoding))[0] == SENTENCE


def test_big5_is_the_last_resort_after_gb18030() -> None:
    # Most Big5 text is valid GB18030, too: no proof is possible, so only what GB18030 refuses is Big5.
    text, encoding = decode(SENTENCE.encode("gb18030"))
    assert (text, encoding) == (SENTENCE, "gb18030")


@pytest.mark.parametrize(("declared", "real"), [("gb2312", "utf-8"), ("utf-8", "gb18030")])
def test_a_lying_charset_is_not_believed(declared: str, real: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{SENTENCE}</p></body></html>'
    document = read(page.encode(real))
    assert document.encoding == real
    assert "规章０件" in str(document.blocks)


@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 1), ("utf-8", 2), ("utf-16", 1)])
def test_a_file_cut_inside_a_character_is_truncated(encoding: str, cut: int) -> None:
    with pytest.raises(ReadError) as caught:
        decode(SENTENCE.strip().encode(encoding)[:-cut])
    assert caught.value.reason == "truncated"
    assert "fetch it again" in caught.value.detail


def test_a_few_broken_characters_do_not_change_the_encoding() -> None:
    broken = (SENTENCE * 20).encode().replace("公开".encode(), "公".encode() + b"\xff", 1)
    text, encoding = decode(broken)
    assert encoding == "utf-8" and text.count("\ufffd") == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.4", "truncated"),
        (b"{\\rtf1 report", "truncated"),
        (b"OFDR report", "unsupported_format"),
        (bytes(range(1, 9)) * 50, "binary"),
        (b"\xff\xfe" + b"\x00\xd8" * 9, "encoding_unknown"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(data)
    assert caught.value.reason == reason
