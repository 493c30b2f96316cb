"""Tell what a file is from its bytes; the name and its extension are never asked."""

from __future__ import annotations

import re

# Magic bytes of formats that are recognised by name; those without a reader are quarantined as unsupported.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-executable"),
)
_BMP_RESERVED = b"\x00\x00\x00\x00"
_TEXT_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(32)) - {7, 8, 9, 10, 11, 12, 13, 26, 27}) + b"\x7f"
_BINARY_SHARE = 0.01
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|td|div|p|span|meta|br)\b[^<]*>", re.IGNORECASE)
_HTML_WINDOW = 65536

BINARY, EMPTY, TEXT, HTML = "application/octet-stream", "application/x-empty", "text/plain", "text/html"


def sniff(data: bytes) -> str:
    """Return the media type of data. Text and HTML are told apart after decoding, by `is_html`."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return EMPTY
    for magic, media_type in _MAGIC:
        if data.startswith(magic) and not (magic == b"BM" and data[6:10] != _BMP_RESERVED):
            return media_type
    if data.startswith(_TEXT_BOMS):
        return TEXT
    sample = data[: 1 << 16]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return BINARY if controls > len(sample) * _BINARY_SHARE else TEXT


def is_html(text: str) -> bool:
    """Tell whether decoded text is HTML: a tag of a page or a fragment stands near its beginning."""
    return _HTML.search(text, 0, _HTML_WINDOW) is not None
