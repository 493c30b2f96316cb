"""Decode text by trial (BOM, strict UTF-8, GB18030, Big5), never by the declared charset: that one often lies."""

from __future__ import annotations

from pipelines.reading.document import ReadError

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TAIL = 4  # longest character of the encodings tried, in bytes
# Pages cut and pasted by a CMS hold a few broken characters; more than this share is another encoding or no text.
_MAX_BROKEN_SHARE = 0.001
REPLACEMENT = "\ufffd"


def _cut_at_end(error: UnicodeDecodeError, size: int) -> bool:
    return error.start >= size - _TAIL and error.reason in {"unexpected end of data", "incomplete multibyte sequence"}


def _mostly(data: bytes, encoding: str) -> str | None:
    text = data.decode(encoding, errors="replace")
    broken = text.count(REPLACEMENT)
    return text if broken <= max(1, len(text) * _MAX_BROKEN_SHARE) else None


def decode(data: bytes) -> tuple[str, str]:
    """Return (text, encoding). Raises ReadError `truncated` (cut inside a character) or `encoding_unknown`."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise _failure(error, len(data) - len(bom), encoding) from error
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
    try:
        return data.decode("big5"), "big5"
    except UnicodeDecodeError as error:
        detail = "neither UTF-8, GB18030, UTF-16 nor Big5; expected the text of a report: fetch the file again"
        raise ReadError("encoding_unknown", detail) from error


def _failure(error: UnicodeDecodeError, size: int, encoding: str) -> ReadError:
    if _cut_at_end(error, size) or "truncated" in error.reason:
        detail = f"the file ends inside a character (byte {error.start} of {size}, {encoding}): fetch it again"
        return ReadError("truncated", detail)
    return ReadError("encoding_unknown", f"byte {error.start} is not {encoding} though the byte order mark says so")
