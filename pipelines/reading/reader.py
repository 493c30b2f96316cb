"""The one way into reading: bytes -> Document, whatever the format."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

from pipelines.reading.compound import stream_names
from pipelines.reading.container import Container
from pipelines.reading.decoding import decode
from pipelines.reading.document import IN_NUMBER, OPEN_END, Document, ReadError
from pipelines.reading.html.embedded import page_blocks
from pipelines.reading.html.pictures import own_pictures, shown_pictures
from pipelines.reading.json.document import json_blocks
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.pages.beside_text import PICTURES_NOT_THERE, holds_tables, with_pictures
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
    ODF,
    OLE,
    PAGES,
    PDF,
    RTF,
    TEXT,
    WORD_XML,
    XLS,
    XLSB,
    XLSX,
    ZIP,
    is_html,
    is_xml,
    sniff,
)
from pipelines.reading.text.document import numbered_lines, text_blocks
from pipelines.reading.text.markdown import has_marks, is_markdown, unmarked
from pipelines.reading.text.separated import tabbed

# The last character of a text or page whose last line and last tag are whole.
_ENDS, _NUMBER = frozenset("\n\r>"), re.compile(r".?\d|\d[.,，．]", re.DOTALL)
Reader = Callable[[bytes, Limits], Document]
# Readers of formats that not every run meets are imported when the first file of the format is.
_READERS = {
    DOCX: "docx",
    DOC: "doc",
    RTF: "rtf",
    ODF: "odf",
    PDF: "pdf",
    XLSX: "spreadsheet",
    XLSB: "spreadsheet",
    XLS: "spreadsheet",
    MHTML: "mhtml",
    FLAT_OPC: "flat",
    WORD_XML: "flat",
    EXCEL_XML: "spreadsheet",
    PAGES: "pages.document",
    **dict.fromkeys(IMAGES, "scan"),
}


def read(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a file of any supported format. Raises ReadError with the reason of the quarantine."""
    if len(data) > limits.input_bytes:
        raise ReadError("too_large", "reading.file_large", size=len(data), limit=limits.input_bytes)
    media_type = sniff(data)
    if media_type == EMPTY:
        raise ReadError("empty", "reading.without_text", size=len(data))
    if media_type == BINARY:
        raise ReadError("binary", "reading.unknown_format")
    if media_type == "application/encrypted":
        raise ReadError("encrypted", "reading.asks_for_password")
    if media_type == ZIP:
        Container(data, limits)
        raise ReadError("archive", "reading.archive_itself")
    if media_type == OLE:
        stream_names(data)
    if media_type in _READERS:
        return _read_document(data, media_type, limits)
    if media_type != TEXT:
        raise ReadError("unsupported_format", "reading.not_read", media_type=media_type)
    text, encoding = decode(data)
    if (answered := json_blocks(text, limits=limits)) is not None:
        return Document(HTML, encoding, *answered)
    ends = {} if text[-1:] in _ENDS else {OPEN_END: IN_NUMBER if _NUMBER.fullmatch(text[-2:]) else "line"}
    if (is_html(text) or is_xml(text)) and not is_markdown(text):
        blocks, metadata = page_blocks(text, limits=limits)
        return _with_shown(Document(HTML, encoding, blocks, {**metadata, **ends}), text, limits)
    lines = numbered_lines(text)
    lines = tabbed(unmarked(lines) if has_marks(text) else lines, limits.grid_columns)
    return Document(TEXT, encoding, tuple(text_blocks(lines, limits=limits)), ends)


def _with_shown(document: Document, text: str, limits: Limits) -> Document:
    """Return a page with the pages of a report that are pictures in it; of those elsewhere it says how many there are.

    Whoever has them beside the page hands on both as one content (`pages`).
    """
    if holds_tables(document.blocks) or not (sources := shown_pictures(text)):
        return document
    pictures, elsewhere = own_pictures(sources)
    if elsewhere:
        document = replace(document, metadata={**document.metadata, PICTURES_NOT_THERE: str(elsewhere)})
    return with_pictures(document, pictures, limits)


def _read_document(data: bytes, media_type: str, limits: Limits) -> Document:
    reader: Reader = import_module(f"pipelines.reading.{_READERS[media_type]}").read_document
    try:
        document = reader(data, limits)
    except ReadError as error:
        scanned = import_module("pipelines.reading.scan.documents")
        if error.reason != "needs_ocr" or not scanned.can_recognise(media_type):
            raise
        found: Document = scanned.recognised(data, media_type, limits)
        return found
    if (media_type == PDF and document.metadata.get("unread_pages")) or document.metadata.get("pictures"):
        document = import_module("pipelines.reading.scan.documents").completed(document, data, limits)
    return document
