"""Sniffing and decoding: by content, never by extension or declared charset."""

from __future__ import annotations

import pytest

from pipelines.reading import ReadError, read
from pipelines.reading.decoding import check_garbled, decode, is_garbled, wide_encoding
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


def test_big5_is_told_from_gb18030_by_its_words() -> None:
    # Most Big5 text is valid GB18030, too, and spells no word of an agency then.
    traditional = "政府資訊公開工作年度報告，規章0件。\n" * 5
    assert decode(SENTENCE.encode("gb18030")) == (SENTENCE, "gb18030")
    assert decode(traditional.encode("big5")) == (traditional, "big5")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SENTENCE, "一、规章一件\n" * 9, "<td>1</td>\n" * 9])
def test_wide_text_is_told_without_a_mark(encoding: str, text: str) -> None:
    assert sniff(text.encode(encoding)) == TEXT
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("data", [b"\x00\x01" * 500, b"a\x00\x00\x01" * 200, SENTENCE.encode() * 9 + b"\x00a" * 4])
def test_bytes_that_are_no_text_are_not_wide_text(data: bytes) -> None:
    assert wide_encoding(data) is None


def test_text_in_seven_bits_is_read() -> None:
    text = SENTENCE.replace("０", "0")
    assert decode(text.encode("hz")) == (text, "hz")
    assert decode(b"~{ ~{ ~{ and no Chinese") == ("~{ ~{ ~{ and no Chinese", "utf-8")


@pytest.mark.parametrize(
    ("wrong", "right", "times"),
    [("latin-1", "utf-8", 1), ("latin-1", "utf-8", 2), ("latin-1", "gb18030", 1), ("gb18030", "utf-8", 1)],
)
def test_text_read_in_a_wrong_encoding_is_read_back_where_no_character_is_lost(
    wrong: str, right: str, times: int
) -> None:
    sentence = "年度政府信息\n" * 5
    text = sentence
    for _ in range(times):
        text = text.encode(right).decode(wrong)
    assert decode(text.encode())[0] == sentence


def test_windows_keeps_bytes_that_its_encoding_leaves_out() -> None:
    read_wrongly = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in SENTENCE.encode())
    assert decode(read_wrongly.encode())[0] == SENTENCE


@pytest.mark.parametrize(
    ("wrong", "right"), [("gbk", "utf-8"), ("gb18030", "utf-8"), ("utf-8", "gbk"), ("big5", "gbk"), ("ascii", "utf-8")]
)
def test_text_that_lost_characters_in_a_wrong_encoding_is_garbled(wrong: str, right: str) -> None:
    page = f"<html><title>{SENTENCE}</title><p>{'一、总体情况，公开。' * 40}</p></html>"
    text = page.encode(right).decode(wrong, "replace") if wrong != "ascii" else page.encode("ascii", "replace").decode()
    with pytest.raises(ReadError) as caught:
        check_garbled(text)
    assert caught.value.reason == "garbled"


def test_chinese_text_is_not_garbled() -> None:
    assert not is_garbled(SENTENCE * 100) and not is_garbled("規章、行政許可、其他對外管理服務事項")


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
    assert "fetch it again" in str(caught.value)


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
