"""Decode text by trial (BOM, strict UTF-8, GB18030, Big5), never by the declared charset: that one often lies."""

from __future__ import annotations

import re
from contextlib import suppress

from pipelines.reading.document import ReadError

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAIL = 4  # longest character of the encodings tried, in bytes
# Pages cut and pasted by a CMS hold a few broken characters; more than this share is another encoding or no text.
_MAX_BROKEN_SHARE = 0.001
REPLACEMENT = "\ufffd"
# Words of which each text of an agency holds some; so many prove that a text was decoded rightly.
_WORDS = ("政府", "年度", "公开", "信息", "公開", "报告", "報告")
_FEWEST_WORDS = 2
_BIG5 = ("big5", "cp950", "big5hkscs")
_SAMPLE, _FEWEST_HZ = 1 << 16, 3
# Characters of a Chinese text, and the share of them in one.
_KNOWN, _KNOWN_SHARE = (
    re.compile(r"[\t\n\f\r -~\xa0\u2000-\u206f\u2460-\u24ff\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"),
    0.95,
)
# What is left of characters that an encoding did not have, and how much of it is more than a slip.
_LOST, _MOST_LOST = ("???", REPLACEMENT, "锟斤拷"), 40
# Encodings that a text was read in, and that it was in: UTF-8 read as GBK, and so on.
_MISREADINGS = (
    ("latin-1", "utf-8"),
    ("cp1252", "utf-8"),
    ("gb18030", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
    ("gb18030", "big5"),
    ("big5", "utf-8"),
    ("big5", "gb18030"),
)
_MOST_MISREADINGS = 2
_CP1252 = {bytes([n]).decode("cp1252", "replace"): bytes([n]) for n in range(0x80, 0xA0)}
del _CP1252[REPLACEMENT]


def _looks(word: str) -> set[str]:
    """Return how a word looks in wrong encodings, as far as no character of it is lost."""
    found: set[str] = set()
    for wrong, right in _MISREADINGS:
        with suppress(UnicodeError):
            data = word.encode(right)
            found.add("".join(map(chr, data)) if wrong == "latin-1" else data.decode(wrong))
    return found


_GARBLED = frozenset(look for word in ("政府", "信息", "报告", "年度", "政府信息") for look in _looks(word))


def _cut_at_end(error: UnicodeDecodeError, size: int) -> bool:
    return error.start >= size - _TAIL and error.reason in {"unexpected end of data", "incomplete multibyte sequence"}


def _mostly(data: bytes, encoding: str) -> str | None:
    text = data.decode(encoding, errors="replace")
    broken = text.count(REPLACEMENT)
    return text if broken <= max(1, len(text) * _MAX_BROKEN_SHARE) else None


def decode(data: bytes) -> tuple[str, str]:
    """Return (text, encoding). Raises ReadError `truncated` (inside a character), `encoding_unknown` or `garbled`."""
    text, encoding = _decoded(data)
    if text.isascii():
        return _from_hz(data, text, encoding)
    if any(word in text for word in _WORDS):
        return text, encoding
    return _told_by_words(data, text, encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _failure(error, len(data) - len(bom), encoding) from error
    if (wide := wide_encoding(data)) is not None:
        try:
            return data.decode(wide), wide
        except UnicodeDecodeError as error:
            raise _failure(error, len(data), wide) from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _cut_at_end(error, len(data)):
            raise _failure(error, len(data), "utf-8") from error
    try:
        return data.decode("gb18030"), "gb18030"
    except UnicodeDecodeError as error:
        if _cut_at_end(error, len(data)) and _mostly(data, "utf-8") is None:
            raise _failure(error, len(data), "gb18030") from error
    for encoding in ("utf-8", "gb18030"):
        if (text := _mostly(data, encoding)) is not None:
            return text, encoding
    for encoding in _BIG5:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding), _BIG5[0]
    raise ReadError("encoding_unknown", "reading.no_encoding_fits")


def wide_encoding(data: bytes) -> str | None:
    """Return UTF-16 of either order where data is Chinese text in it without a mark, else None.

    Its digits, tags and line ends have an empty byte. Read in the other order, hardly a character is a known one.
    """
    sample = data[:_SAMPLE]
    if b"\0" not in sample or len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, errors="replace")
        if len(_KNOWN.findall(text)) >= len(text) * _KNOWN_SHARE:
            return encoding
    return None


def _from_hz(data: bytes, text: str, encoding: str) -> tuple[str, str]:
    """Return the text of what is written in HZ, where Chinese stands in seven bits between ~{ and ~}."""
    if text.count("~{") < _FEWEST_HZ:
        return text, encoding
    with suppress(UnicodeDecodeError):
        told = data.decode("hz")
        if _is_told(told):
            return told, "hz"
    return text, encoding


def _told_by_words(data: bytes, text: str, encoding: str) -> tuple[str, str]:
    """Return text that holds no word of an agency as what it was before it was read in a wrong encoding.

    Only where every character goes back and the words are there. Raises ReadError `garbled` where some are lost.
    """
    for other in (*_BIG5, "utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            if other != encoding and _is_told(told := data.decode(other)):
                return told, _BIG5[0] if other in _BIG5 else other
    for wrong, right in _MISREADINGS:
        told = text
        for _ in range(_MOST_MISREADINGS):
            try:
                told = _bytes_of(told, wrong).decode(right)
            except UnicodeError:
                break
            if _is_told(told):
                return told, encoding
    check_garbled(text)
    return text, encoding


def check_garbled(text: str) -> None:
    """Raise ReadError `garbled` where a text shows what a wrong encoding makes of an agency's words."""
    if is_garbled(text):
        raise ReadError("garbled", "reading.characters_lost")


def _is_told(text: str) -> bool:
    return sum(word in text for word in _WORDS) >= _FEWEST_WORDS


def _bytes_of(text: str, encoding: str) -> bytes:
    """Return the bytes that were read as a text. Windows-1252 leaves some out, which readers keep as they are."""
    if encoding == "cp1252":
        return b"".join(_CP1252.get(character) or character.encode("latin-1") for character in text)
    return text.encode(encoding)


def is_garbled(text: str) -> bool:
    """Tell whether a text shows words of an agency as they look when they are read in a wrong encoding."""
    return any(sign in text for sign in _GARBLED) or any(text.count(sign) > _MOST_LOST for sign in _LOST)


def _failure(error: UnicodeDecodeError, size: int, encoding: str) -> ReadError:
    if _cut_at_end(error, size) or "truncated" in error.reason:
        return ReadError("truncated", "reading.ends_in_character", place=error.start, size=size, encoding=encoding)
    return ReadError("encoding_unknown", "reading.not_its_mark", place=error.start, encoding=encoding)
