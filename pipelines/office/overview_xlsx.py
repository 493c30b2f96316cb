"""The overview as a workbook: units to be filtered and printed, other files, what matches rest on, notes.

Text is text, whatever it begins with. Belongs here: sheets and formats. Keep out: rows and words (`overview_rows`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from pipelines.contracts.codes import code_list
from pipelines.office.overview_rows import BASIS_COLUMNS, OTHER_COLUMNS, Overview, Value
from pipelines.shown import shown_lines

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_A4, _MARGIN = 9, 0.4
# A cell holds 32,767 characters; a longer text is cut, and says so. All files stand on a sheet of their own.
_MOST = 32_000
_LINE, _PADDING = 13, 4
_ERROR, _WARNING = code_list("severity").named("error", "warning")
_COLOURS: dict[str | None, str] = {_ERROR: "#FFC7CE", _WARNING: "#FFEB9C"}


def write(overview: Overview, made_at: datetime) -> bytes:
    """Return the workbook."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": overview.words.title, "created": made_at.replace(tzinfo=None)})
    writer = _Writer(book, overview)
    lines = overview.units()
    writer.sheet(
        "overview.sheet_units",
        overview.unit_columns,
        [line.values for line in lines],
        [line.severity for line in lines],
    )
    others = [tuple(each) for each in overview.others()]
    writer.sheet("overview.sheet_others", OTHER_COLUMNS, others)
    writer.sheet("overview.sheet_basis", BASIS_COLUMNS, list(overview.basis()))
    writer.sheet("overview.sheet_notes", (("overview.remarks", 140),), [(note,) for note in overview.notes()])
    book.close()
    return written.getvalue()


class _Writer:
    def __init__(self, book: Any, overview: Overview) -> None:
        self._book, self._overview = book, overview
        plain = {"font_size": 10, "border": 1, "valign": "top", "text_wrap": True}
        self._head = book.add_format({**plain, "bold": True, "bg_color": "#DCE6F1", "align": "center"})
        self._plain = book.add_format(plain)
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._coloured = {
            severity: book.add_format({**plain, "bg_color": colour}) for severity, colour in _COLOURS.items()
        }

    def sheet(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        rows: Sequence[Sequence[Value]],
        severities: Iterable[str | None] = (),
    ) -> None:
        """Write a sheet: title, headings that stay, rows that can be filtered, one page wide in A4 landscape."""
        sheet = self._book.add_worksheet(self._overview.words.say(name))
        sheet.write_string(0, 0, _text(self._overview.words.title), self._title)
        for column, (heading, width) in enumerate(zip(self._overview.headings(tuple(columns)), columns, strict=True)):
            sheet.set_column(column, column, width[1])
            sheet.write_string(1, column, _text(heading), self._head)
        sheet.set_row(1, 2 * _LINE + _PADDING)
        marked = self._overview.state_column
        worst = list(severities) or [None] * len(rows)
        for at, (row, severity) in enumerate(zip(rows, worst, strict=True), start=2):
            sheet.set_row(at, _height(row, columns))
            for column, value in enumerate(row):
                style = self._coloured.get(severity, self._plain) if column == marked else self._plain
                _write(sheet, at, column, value, style)
        last = max(len(rows) + 1, 2)
        sheet.autofilter(1, 0, last, len(columns) - 1)
        sheet.freeze_panes(2, 0)
        sheet.repeat_rows(1)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(_MARGIN, _MARGIN, _MARGIN, 2 * _MARGIN)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P/&N")
        sheet.print_area(0, 0, last, len(columns) - 1)


def _write(sheet: Any, row: int, column: int, value: Value, style: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)
    elif value:
        sheet.write_string(row, column, _text(value), style)
    else:
        sheet.write_blank(row, column, None, style)


def _text(text: str) -> str:
    spelt = shown_lines(text)
    return spelt if len(spelt) <= _MOST else f"{spelt[:_MOST]}…"


def _height(row: Sequence[Value], columns: Sequence[tuple[str, int]]) -> float:
    """Return the height of a row that shows all its lines: a Chinese character is two wide."""
    lines = [
        sum(max(1, -(-sum(1 + (ord(char) > 255) for char in part) // width)) for part in str(value).split("\n"))
        for value, (_, width) in zip(row, columns, strict=True)
        if value
    ]
    return min(400, max(lines, default=1) * _LINE + _PADDING)
