"""The traces of a summary as an Excel workbook: sheets with filters, that print on A4.

Each sum is a formula over its parts with the number stored beside it; it finds them by the number of the cell, so that
sorting harms nothing. Belongs here: bytes, formats, widths. Keep out: which rows there are (`summary_sheets`).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.printed_form import printed_value
from pipelines.office.summary_sheets import (
    NUMBER_COLUMN,
    SUM_COLUMN,
    VALUE_COLUMN,
    Entry,
    Row,
    SheetId,
    Trace,
    TraceSheet,
)
from pipelines.shown import shown

# Text is text, whatever it begins with.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The same summary is the same file, whenever it is written.
_WRITTEN = datetime(2021, 9, 26)
_FONT = "宋体"
_A4, _MARGIN = 9, 0.5
# Title, what the sheet is about, headings.
_HEADER = 2
# Digits that a spreadsheet holds exactly, and characters that a cell of it holds.
_EXACT_DIGITS, _MOST_CHARACTERS = 15, 32_767
_PLACES = 6
# A row to be looked at.
_MARKED = {"bg_color": "#FFF3CD"}
_LINE, _HIGHEST = 14, 409
# In it a character takes as many bytes as it is wide.
_TWO_WIDE = "gbk"


def write(trace: Trace) -> bytes:
    """Return the workbook."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": shown(trace.title), "created": _WRITTEN})
    writer = _Writer(book, trace)
    for sheet in trace.sheets:
        writer.sheet(sheet)
    book.close()
    return written.getvalue()


class _Writer:
    def __init__(self, book: Any, trace: Trace) -> None:
        self.book, self.trace = book, trace
        self.language: Language = trace.language
        plain = {"font_name": _FONT, "font_size": 10, "border": 1, "valign": "top"}
        number = {**plain, "align": "right"}
        self.styles: dict[str, dict[str, Any]] = {
            "title": {"font_name": _FONT, "font_size": 14, "bold": True},
            "about": {"font_name": _FONT, "font_size": 10, "text_wrap": True, "valign": "top"},
            "head": {**plain, "bold": True, "bg_color": "#F0F2F5", "text_wrap": True},
            "text": {**plain, "text_wrap": True},
            "whole": {**number, "num_format": "0"},
            "decimal": {**number, "num_format": "0.00####"},
        }
        self.formats = {name: book.add_format(style) for name, style in self.styles.items()}
        self.marked = {name: book.add_format({**style, **_MARKED}) for name, style in self.styles.items()}
        self.details = next(sheet for sheet in trace.sheets if sheet.id == "details")
        self.parts: dict[Entry, list[Decimal | int]] = {}
        for row in self.details.rows:
            added = row[VALUE_COLUMN]
            if added is not None and not isinstance(added, str):
                self.parts.setdefault(row[NUMBER_COLUMN], []).append(added)

    def sheet(self, trace: TraceSheet) -> None:
        """Write a sheet: title, what it is about, headings, rows."""
        sheet = self.book.add_worksheet(trace.name)
        last, bottom = len(trace.columns) - 1, _HEADER + max(1, len(trace.rows))
        sheet.write_string(0, 0, shown(self.trace.title), self.formats["title"])
        sheet.merge_range(1, 0, 1, last, "", self.formats["about"])
        sheet.write_string(1, 0, trace.about, self.formats["about"])
        sheet.set_row(1, 2 * _LINE)
        sheet.set_row(_HEADER, 2 * _LINE)
        for n, column in enumerate(trace.columns):
            sheet.set_column(n, n, column.width)
            sheet.write_string(_HEADER, n, column.heading, self.formats["head"])
        for at, row in enumerate(trace.rows, start=_HEADER + 1):
            sheet.set_row(at, _height(row, trace))
            formats = self.marked if at - _HEADER - 1 in trace.marked else self.formats
            for n, entry in enumerate(row):
                self._write(sheet, (at, n), entry, formats)
            if trace.id == "summary":
                self._formula(sheet, at, row, formats)
        sheet.autofilter(_HEADER, 0, bottom, last)
        sheet.freeze_panes(_HEADER + 1, 0)
        self._page(sheet, trace.id)

    def _page(self, sheet: Any, sheet_id: SheetId) -> None:
        sheet.repeat_rows(_HEADER)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        if sheet_id == "summary":
            sheet.activate()

    def _write(self, sheet: Any, place: tuple[int, int], entry: Entry, formats: Mapping[str, Any]) -> None:
        if entry is None or entry == "":
            sheet.write_blank(*place, None, formats["text"])
        elif isinstance(entry, str):
            sheet.write_string(*place, self._text(entry), formats["text"])
        elif not _is_exact(entry):
            sheet.write_string(*place, printed_value(entry), formats["decimal"])
        else:
            sheet.write_number(*place, entry, formats[_kind(entry)])

    def _text(self, text: str) -> str:
        plain = shown(text)
        if len(plain) <= _MOST_CHARACTERS:
            return plain
        room = _MOST_CHARACTERS - len(message_in(self.language, "summary.cut", text=""))
        return message_in(self.language, "summary.cut", text=plain[:room])

    def _formula(self, sheet: Any, at: int, row: Row, formats: Mapping[str, Any]) -> None:
        """Let a sum follow its parts; one that a spreadsheet cannot hold exactly stays as it is printed."""
        value, parts = row[SUM_COLUMN], self.parts.get(row[NUMBER_COLUMN], [])
        if value is None or isinstance(value, str) or not all(map(_is_exact, [value, *parts])):
            return
        last = _HEADER + len(self.details.rows)
        keys, added = (
            f"'{self.details.name}'!{xl_range_abs(_HEADER + 1, column, last, column)}"
            for column in (NUMBER_COLUMN, VALUE_COLUMN)
        )
        own = xl_rowcol_to_cell(at, NUMBER_COLUMN)
        formula = f"=ROUND(SUMIF({keys},{own},{added}),{_PLACES})"
        sheet.write_formula(at, SUM_COLUMN, formula, formats[_kind(value)], float(value))


def _kind(value: Decimal | int) -> str:
    return "whole" if isinstance(value, int) else "decimal"


def _height(row: Row, sheet: TraceSheet) -> int:
    """Return the height that shows the longest text of a row; a character of Chinese is two wide."""
    texts = ((entry, column.width) for entry, column in zip(row, sheet.columns, strict=True) if isinstance(entry, str))
    lines = max((ceil(len(text.encode(_TWO_WIDE, "replace")) / width) for text, width in texts), default=1)
    return min(max(lines, 1) * _LINE, _HIGHEST)


def _is_exact(value: Decimal | int) -> bool:
    return len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS
