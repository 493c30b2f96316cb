"""Sheets of a workbook, written row by row: header, filter, formats, widths, and a new sheet above the row limit.

Belongs here: how a value becomes a cell of Excel, and what Excel cannot hold. Keep out: which sheets there are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.exporting.columns import Field
from pipelines.exporting.safe_text import is_dangerous

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
# Excel makes 0 of all further digits, though the double in the file would hold some more.
MAX_DIGITS = 15
_MAX_NAME = 31
_CUT = "…[截断 cut: {} 字符 characters]"
# Not allowed in XML, and not among the control characters for which workbooks have a notation of their own.
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_FIRST_INSTANT = date(1900, 3, 1)
_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss.000"}
_IDENTIFIERS = ("year_key", "folder_year", "valid_from", "valid_to", "year")
_WIDTHS = {"boolean": 8, "date": 12, "datetime": 20, "string": 22}
_MAX_WIDTH = 48

CUT, REPLACED, AS_TEXT = "cut", "replaced", "as_text"


def number_format(field: Field) -> str:
    """Return the number format of a field: identifiers plain, counts and amounts with thousands separators."""
    if field.kind in _FORMATS:
        return _FORMATS[field.kind]
    if field.name.endswith(("_key", "_sk")) or field.name in _IDENTIFIERS:
        return "0"
    if field.kind == "integer":
        return "#,##0"
    if field.kind == "decimal" and field.scale == 2:
        return "#,##0.00"
    return "General"


def sheet_name(wanted: str, used: set[str]) -> str:
    """Return a name that Excel takes and no other sheet has, and add it to those used."""
    plain = _FORBIDDEN_IN_NAMES.sub(" ", wanted).strip("'")[:_MAX_NAME] or "sheet"
    name, number = plain, 1
    while name.lower() in used:
        number += 1
        name = f"{plain[: _MAX_NAME - len(str(number)) - 1]} {number}"
    used.add(name.lower())
    return name


def _width(header: str, kind: str) -> float:
    # A Chinese character is two wide; the filter's button takes three more.
    wanted = sum(2 if ord(character) > 0x2E80 else 1 for character in header) + 3
    return min(_MAX_WIDTH, max(wanted, _WIDTHS.get(kind, 11)))


class Sheets:
    """Writes cells into workbooks and counts what Excel could not hold as it was."""

    def __init__(self) -> None:
        self.changed: Counter[str] = Counter()

    def fill(
        self,
        add_sheet: Callable[[int], tuple[Any, Any]],
        columns: Sequence[tuple[str, str, str]],
        batches: Iterable[Sequence[Sequence[Any]]],
        *,
        frozen: int = 0,
        limit: int | None = None,
    ) -> int:
        """Write rows under columns of (header, kind, number format) into as many sheets as they need; returns the rows.

        `add_sheet` is called with 1, 2, ... and returns (workbook, worksheet).
        """
        limit = (limit or MAX_ROWS) - 1
        written = 0
        writers, sheet = self._begin(*add_sheet(1), columns, frozen)
        number, row_number = 1, 0
        for batch in batches:
            for row in batch:
                if row_number == limit:
                    sheet.autofilter(0, 0, row_number, len(columns) - 1)
                    number += 1
                    writers, sheet = self._begin(*add_sheet(number), columns, frozen)
                    row_number = 0
                row_number += 1
                for at, value in enumerate(row):
                    if value is not None:
                        writers[at](row_number, at, value)
            written += len(batch)
        sheet.autofilter(0, 0, row_number, len(columns) - 1)
        return written

    def _begin(
        self, workbook: Any, sheet: Any, columns: Sequence[tuple[str, str, str]], frozen: int
    ) -> tuple[list[Callable[[int, int, Any], Any]], Any]:
        header = workbook.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": False})
        quoted = workbook.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, frozen)
        writers = []
        for at, (title, kind, shown) in enumerate(columns):
            style = workbook.add_format({"num_format": shown}) if shown != "General" else None
            sheet.set_column(at, at, _width(title, kind))
            writers.append(self._writer(sheet, kind, style, quoted))
        for at, (title, _, _) in enumerate(columns):
            sheet.write_string(0, at, title, header)
        return writers, sheet

    def _writer(self, sheet: Any, kind: str, style: Any, quoted: Any) -> Callable[[int, int, Any], Any]:
        def write_text(row: int, column: int, value: str) -> None:
            text = self.text(value)
            sheet.write_string(row, column, text, quoted if is_dangerous(text) else None)

        def write_number(row: int, column: int, value: Decimal | int | float) -> None:
            if fits(value):
                sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, style)
            else:
                self.changed[AS_TEXT] += 1
                sheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value))

        def write_date(row: int, column: int, value: date | datetime) -> None:
            day = value.date() if isinstance(value, datetime) else value
            # Excel counts a 29 February 1900 and nothing before that year.
            if day < _FIRST_INSTANT:
                self.changed[AS_TEXT] += 1
                sheet.write_string(row, column, value.isoformat())
            else:
                sheet.write_datetime(row, column, value, style)

        if kind == "string":
            return write_text
        if kind == "boolean":
            write_boolean: Callable[[int, int, Any], Any] = sheet.write_boolean
            return write_boolean
        return write_date if kind in _FORMATS else write_number

    def text(self, value: str) -> str:
        """Return a text as Excel can hold it; what had to be changed is counted."""
        text, replaced = _NO_XML.subn("\ufffd", value)
        self.changed[REPLACED] += bool(replaced)
        if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
            self.changed[CUT] += 1
            mark = _CUT.format(len(value))
            kept = text.encode("utf-16-le")[: 2 * (MAX_TEXT - len(mark))].decode("utf-16-le", "ignore")
            return kept + mark
        return text


def fits(value: Decimal | int | float) -> bool:
    """Say whether Excel holds a number exactly: up to 15 significant digits."""
    if isinstance(value, float):
        return True
    if isinstance(value, int):
        return abs(value) < 10**MAX_DIGITS or len(str(abs(value)).rstrip("0")) <= MAX_DIGITS
    return len(value.normalize().as_tuple().digits) <= MAX_DIGITS
