"""Whether a body may count as a report or as a file of one, by its first bytes. A name only tells texts from pages.

Belongs here: the classification. Keep out: challenges, login and error pages (`fetching.recognising`), reading.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pipelines.collecting.fetching.disposition import suffix_of
from pipelines.collecting.records import Refused
from pipelines.reading.sniffing import (
    BINARY,
    DOC,
    DOCX,
    EMPTY,
    EXCEL_XML,
    FLAT_OPC,
    HTML,
    IMAGES,
    MHTML,
    PDF,
    TEXT,
    WORD_XML,
    XLS,
    XLSX,
    ZIP,
    is_html,
    sniff,
)

# What a report is published as. Archives and pictures count; what cannot be read is quarantined later, with its reason.
_FILES = IMAGES | {
    PDF,
    DOC,
    DOCX,
    XLS,
    XLSX,
    ZIP,
    "application/rtf",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-ole-storage",
    "application/x-word-two",
    "application/encrypted",
    "application/ofd",
    "application/vnd.oasis.opendocument",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    FLAT_OPC,
    WORD_XML,
    EXCEL_XML,
    MHTML,
}
_PAGES = frozenset((".htm", ".html", ".shtml", ".xhtml", ".mht"))
_DOCUMENTS = frozenset(
    (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".ofd", ".zip", ".rar", ".7z", ".rtf", ".odt", ".ods")
)
_TEXTS = frozenset((".txt", ".csv"))
_HEAD = 1 << 16


def classify_body(body: bytes, *, kind: str, url: str, name: str | None = None) -> str | Refused:
    """Return the media type of a body that counts, or why it does not; `name` is what its server calls it."""
    media_type = sniff(body)
    if media_type in _FILES:
        return media_type
    suffix = suffix_of(name) or PurePosixPath(urlsplit(url).path).suffix.lower()
    if media_type == TEXT and is_html(body[:_HEAD].decode("latin-1")):
        if suffix in _DOCUMENTS or (kind == "attachment" and suffix not in _PAGES):
            return Refused("soft_404", f"{url}: a page of {len(body)} bytes came where a file was expected")
        return HTML
    if media_type == TEXT and (suffix in _TEXTS or body.startswith((b"\xff\xfe", b"\xfe\xff"))):
        return TEXT
    found = {EMPTY: "nothing", BINARY: "bytes of no known kind", TEXT: "text that is no page"}.get(
        media_type, media_type
    )
    detail = f"{url}: {found} ({len(body)} bytes, they begin with {body[:16]!r}); expected a page or a document"
    return Refused("not_a_report_file", detail)
