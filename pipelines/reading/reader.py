"""The one way into reading: bytes -> Document, whatever the format."""

from __future__ import annotations

from pipelines.reading.decoding import decode
from pipelines.reading.document import Document, ReadError
from pipelines.reading.html import html_blocks
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.sniffing import BINARY, EMPTY, HTML, TEXT, is_html, sniff
from pipelines.reading.text import numbered_lines, text_blocks


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a file of any supported format. Raises ReadError with the reason of the quarantine."""
    if len(data) > limits.input_bytes:
        raise ReadError("too_large", f"{len(data)} bytes, the limit is {limits.input_bytes}")
    media_type = sniff(data)
    if media_type == EMPTY:
        raise ReadError("empty", f"{len(data)} bytes without any text: fetch the file again or remove it")
    if media_type == BINARY:
        raise ReadError("binary", "not text, HTML or any known document format")
    if media_type != TEXT:
        raise ReadError("unsupported_format", f"{media_type}: convert it to HTML or plain text")
    text, encoding = decode(data)
    if is_html(text):
        blocks, metadata = html_blocks(text, limits=limits)
        return Document(HTML, encoding, blocks, metadata)
    return Document(TEXT, encoding, tuple(text_blocks(numbered_lines(text), limits=limits)))
