"""The form as an Excel workbook: two printed pages, cells that take numbers only, and what adds up beside them.

Belongs here: sheets, formats, validation, colours of totals that do not add up. Keep out: what stands in the form
(`printed_form`), which sums are equal (`identities`), the sheet that lists them (`check_sheet`).
"""

from __future__ import annotations

import io
import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import xlsxwriter

from pipelines.forms import CellPath, Form
from pipelines.forms.parts import Kind
from pipelines.office.check_sheet import Place, equation, write_checks
from pipelines.office.identities import Identity, identities
from pipelines.office.printed_form import (
    SECOND_PAGE,
    PrintedCell,
    PrintedForm,
    PrintedSection,
    PrintedTable,
    Values,
    check_paths,
    printed_value,
)

_TEXT, _HEAD = "仿宋", "黑体"
_PAGES = ("第一、二部分", "第三至六部分")
# Text is text, whatever it begins with.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# The same form is the same file, whenever it is written.
_WRITTEN = datetime(2021, 9, 26)
_A4, _MARGIN = 9, 0.5
_PAGE_PIXELS, _CHARACTER_PIXELS, _PADDING_PIXELS = 690, 12, 6
_ROW, _LINE, _TITLE_ROW, _HEADING_ROW, _TEXT_ROW = 18, 12, 34, 24, 60
# Digits that a spreadsheet holds exactly.
_EXACT_DIGITS = 15
# Characters of a number that a cell without a format of its own shows whole.
_GENERAL_WIDTH = 11
_LARGEST = 999_999_999
_ASKED = {
    "count": ("请填非负整数", "没有发生的填 0；空白表示未填，不按 0 计算。"),
    "change": ("请填整数", "增加填正数，减少填负数（如 -8），没有增减的填 0。"),
    "amount": ("请填金额", "单位：{unit}。可以带小数；没有发生的填 0。"),
}
_REFUSED = {
    "count": "此处只能填写非负整数，不能带文字、单位或小数。",
    "change": "此处只能填写整数，减少用负数表示，不能带文字或单位。",
    "amount": "此处只能填写不小于 0 的数（单位：{unit}），不能带文字或单位。",
}
_MOST_ASKED = 255


def write(printed: PrintedForm, values: Values) -> bytes:
    """Return the workbook with values in their cells. Raises KeyError for a value of no cell."""
    check_paths(printed, values)
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, _OPTIONS)
    book.set_properties({"title": printed.title, "created": _WRITTEN})
    writer = _Writer(book, printed, values)
    first = [section for section in printed.sections if section.number < SECOND_PAGE]
    writer.page(_PAGES[0], first, title=printed.title)
    writer.page(_PAGES[1], printed.sections[len(first) :])
    equal = identities(printed.form)
    writer.colour(equal)
    write_checks(book, equal, writer.places, values)
    book.close()
    return written.getvalue()


def _rule(kind: Kind) -> dict[str, Any]:
    """Return which numbers a cell takes: what increased or decreased has a sign."""
    if kind == "change":
        return {"validate": "integer", "criteria": "between", "minimum": -_LARGEST, "maximum": _LARGEST}
    return {"validate": "decimal" if kind == "amount" else "integer", "criteria": ">=", "value": 0}


class _Writer:
    """The pages of a workbook as they grow; `places` are those of the cells to be filled."""

    def __init__(self, book: Any, printed: PrintedForm, values: Values) -> None:
        self.printed, self.values = printed, values
        self.sheets: dict[str, Any] = {}
        self.places: dict[CellPath, Place] = {}
        self.book = book
        plain = {"font_name": _TEXT, "font_size": 9, "border": 1, "valign": "vcenter", "text_wrap": True}
        head = {**plain, "font_name": _HEAD, "align": "center"}
        self.value = {**plain, "font_name": "Times New Roman", "align": "center", "text_wrap": False}
        self.formats = {
            "caption": book.add_format(head),
            "head": book.add_format(head),
            "label": book.add_format({**plain, "align": "left"}),
            "value": book.add_format(self.value),
            "title": book.add_format({"font_name": _HEAD, "font_size": 16, "align": "center", "valign": "vcenter"}),
            "heading": book.add_format({"font_name": _HEAD, "font_size": 12, "valign": "vcenter"}),
            "text": book.add_format({"font_name": _TEXT, "font_size": 12, "valign": "top", "text_wrap": True}),
        }
        self.wrong = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})

    def page(self, name: str, sections: Iterable[PrintedSection], title: str | None = None) -> None:
        """Write sections, and before them a title, as a sheet that prints on one page of A4."""
        sections = tuple(sections)
        sheet = self.sheets[name] = self.book.add_worksheet(name)
        edges = _edges(section.table for section in sections if section.table is not None)
        last = len(edges) - 2
        for n in range(last + 1):
            sheet.set_column_pixels(n, n, round((edges[n + 1] - edges[n]) * _PAGE_PIXELS))
        at = 0
        if title is not None:
            sheet.set_row(at, _TITLE_ROW)
            self._write(sheet, (at, 0, at, last), title, "title")
            at += 1
        for section in sections:
            sheet.set_row(at, _HEADING_ROW)
            self._write(sheet, (at, 0, at, last), section.heading, "heading")
            at += 1
            if section.table is not None:
                self._table(name, section.table, at, edges)
                at += len(section.table.rows)
            else:
                sheet.set_row(at, _TEXT_ROW)
                self._write(sheet, (at, 0, at, last), "", "text")
                at += 1
        sheet.set_paper(_A4)
        sheet.set_portrait()
        sheet.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 1)
        sheet.print_area(0, 0, at - 1, last)
        sheet.hide_gridlines(2)

    def _table(self, name: str, table: PrintedTable, top: int, edges: list[Fraction]) -> None:
        sheet, own = self.sheets[name], _edges([table])
        columns = [bisect_left(edges, edge) for edge in own]
        for n, row in enumerate(table.rows):
            sheet.set_row(top + n, max((_height(cell, own) for cell in row), default=_ROW))
            for cell in row:
                first, last = columns[cell.column], columns[cell.column + cell.colspan] - 1
                area = (top + cell.row, first, top + cell.row + cell.rowspan - 1, last)
                self._write(sheet, area, cell.text, cell.kind)
                if cell.path is not None:
                    self.places[cell.path] = Place(name, area[0], first, last)
                    self._number(sheet, cell.path, area)

    def _write(self, sheet: Any, area: tuple[int, int, int, int], text: str, kind: str) -> None:
        style = self.formats[kind]
        if area[:2] != area[2:]:
            sheet.merge_range(*area, "", style)
        if text:
            sheet.write_string(*area[:2], text, style)
        else:
            sheet.write_blank(*area[:2], None, style)

    def _number(self, sheet: Any, path: CellPath, area: tuple[int, int, int, int]) -> None:
        value = self.values.get(path)
        if value is not None and len(Decimal(value).normalize().as_tuple().digits) > _EXACT_DIGITS:
            sheet.write_string(*area[:2], printed_value(value), self.formats["value"])
        elif value is not None:
            sheet.write_number(*area[:2], value, self._shown_whole(value))
        sheet.data_validation(*area[:2], *area[:2], _validation(self.printed.form, path))

    def _shown_whole(self, value: Decimal | int) -> Any:
        """Return the format in which a number is shown as it is: without one, a spreadsheet rounds to what fits."""
        _, point, decimals = (text := printed_value(value)).partition(".")
        if not point and len(text) <= _GENERAL_WIDTH:
            return self.formats["value"]
        return self.book.add_format({**self.value, "num_format": f"0{point}{'0' * len(decimals)}"})

    def colour(self, equal: Iterable[Identity]) -> None:
        """Let totals that do not add up show."""
        for identity in equal:
            left, right = (equation(side, self.places) for side in (identity.left, identity.right))
            criteria = f"=AND({left.filled}>0,{right.filled}>0,ROUND({left.total}-({right.total}),6)<>0)"
            for addend in identity.right:
                place = self.places[addend.path]
                area = (place.row, place.first, place.row, place.last)
                rule = {"type": "formula", "criteria": criteria, "format": self.wrong}
                self.sheets[place.sheet].conditional_format(*area, rule)


def _edges(tables: Iterable[PrintedTable]) -> list[Fraction]:
    """Return the edges of all columns of tables, as shares of the width of the page."""
    found = {Fraction(0), Fraction(1)}
    for table in tables:
        whole = sum(table.widths)
        found |= {Fraction(sum(table.widths[:n]), whole) for n in range(len(table.widths))}
    return sorted(found)


def _height(cell: PrintedCell, edges: list[Fraction]) -> int:
    """Return the height of a row that shows the words of a cell; those that span rows have room."""
    if cell.rowspan > 1 or not cell.text:
        return _ROW
    pixels = (edges[cell.column + cell.colspan] - edges[cell.column]) * _PAGE_PIXELS - _PADDING_PIXELS
    lines = math.ceil(len(cell.text) / max(1, int(pixels // _CHARACTER_PIXELS)))
    return max(_ROW, lines * _LINE + _ROW - _LINE)


def _validation(form: Form, path: CellPath) -> Mapping[str, Any]:
    """Return what a cell takes, what it asks for when it is chosen, and what it says to anything else."""
    table = form.table_by_id[path[0]]
    row, column = table.row_by_id[path[1]], table.column_by_id[path[2]]
    kind, unit = table.kind_of(path[1], path[2]), table.unit_of(path[1], path[2])
    title, asked = _ASKED[kind]
    return {
        **_rule(kind),
        "input_title": title,
        "input_message": f"{row.label}：{column.label}。{asked.format(unit=unit)}"[:_MOST_ASKED],
        "error_title": "填写有误",
        "error_message": _REFUSED[kind].format(unit=unit),
        "error_type": "stop",
    }
