"""Spreadsheets -> Document: the sheets that are printed, each as paragraphs and grids with the program's references.

Belongs here: which kind of workbook it is, and the order of sheets. What a kind states is read by `spreadsheet.xlsx`,
`spreadsheet.xls`, `spreadsheet.xlsb` and `spreadsheet.excel_xml`. Macros are never looked at, formulas never computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.reading.container import Container, Parts
from pipelines.reading.document import Block, Document, Paragraph, ReadError, only_pictures
from pipelines.reading.limits import Limits
from pipelines.reading.sniffing import EXCEL_XML, XLS, XLSB, XLSX, sniff
from pipelines.reading.spreadsheet.excel_xml import xml_sheets
from pipelines.reading.spreadsheet.grids import workbook_blocks
from pipelines.reading.spreadsheet.sheet import Sheet
from pipelines.reading.spreadsheet.xls import xls_sheets
from pipelines.reading.spreadsheet.xlsb import XLSB_MAIN, xlsb_sheets
from pipelines.reading.spreadsheet.xlsx import xlsx_sheets

# Names that programs give to sheets nobody named.
_UNNAMED = re.compile(r"^(?:sheet|工作表|表|表单)\s*\d*(?:\s*\(\d+\))?$", re.IGNORECASE)
# All cells of a report hold some thousand characters; stored once, a text may stand in every cell of a sheet.
_MAX_TEXT = 16_000_000
_ZIP, _COMPOUND = b"PK", b"\xd0\xcf\x11\xe0"
_PICTURES = (b"xl/media/", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF")


def read_document(data: bytes, limits: Limits) -> Document:
    """Read a workbook. Raises ReadError with the reason of the quarantine."""
    media_type, found = _sheets(data, limits)
    return _document(media_type, list(found), limits, has_pictures=any(mark in data for mark in _PICTURES))


def read_parts(parts: Parts, limits: Limits, media_type: str) -> Document:
    """Read a workbook of XML parts, wherever they lie. Raises ReadError with the reason of the quarantine."""
    return _document(media_type, list(xlsx_sheets(parts)), limits, has_pictures=False)


def _document(media_type: str, sheets: list[Sheet], limits: Limits, *, has_pictures: bool) -> Document:
    filled = [sheet for sheet in sheets if sheet.rows]
    _check_text(filled)
    blocks: list[Block] = []
    for sheet, own in zip(filled, workbook_blocks(filled, limits), strict=True):
        if own and len(filled) > 1 and not _UNNAMED.match(sheet.name.strip()):
            blocks.append(Paragraph(sheet.name.strip(), 0, is_heading=True))
        blocks.extend(own)
    if not blocks:
        raise _nothing(sheets, has_pictures)
    return Document(media_type, None, tuple(blocks))


def _sheets(data: bytes, limits: Limits) -> tuple[str, Iterator[Sheet]]:
    if data.startswith(_COMPOUND):
        return XLS, xls_sheets(data, limits)
    if not data.startswith(_ZIP):
        return (EXCEL_XML, xml_sheets(data, limits)) if sniff(data) == EXCEL_XML else (XLS, xls_sheets(data, limits))
    container = Container(data, limits)
    if XLSB_MAIN in container:
        return XLSB, xlsb_sheets(container)
    return XLSX, xlsx_sheets(container)


def _check_text(sheets: list[Sheet]) -> None:
    size = sum([len(text) for sheet in sheets for cells in sheet.rows.values() for text, _ in cells.values()])
    if size > _MAX_TEXT:
        raise ReadError("too_large", "reading_spreadsheet.text_too_long", size=size)


def _nothing(sheets: list[Sheet], has_pictures: bool) -> ReadError:
    """Tell why nothing of a workbook is printed."""
    if not sheets:
        return ReadError("damaged", "reading_spreadsheet.no_sheet")
    if any(sheet.is_hidden or sheet.rows for sheet in sheets):
        return ReadError("hidden_content", "reading_spreadsheet.all_hidden")
    if has_pictures:
        return only_pictures()
    return ReadError("empty", "reading_spreadsheet.nothing_filled")
