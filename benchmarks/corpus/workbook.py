"""Print a report as a workbook (.xlsx, .xls): numbers as numbers under a format, spans as merged cells.

What a cell prints is what the report says; how it is stored varies as programs and people vary.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import xlsxwriter
import xlwt

from benchmarks.corpus.spans import Block, SpannedCell, TextBlock

_NUMBER = re.compile(r"^([+-]?|增加?|减少?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(件|万元|元)?$")
_WIDTH = 16
# The day of the notice that gave the form its tables.
_WRITTEN = datetime(2021, 9, 26)

Area = tuple[int, int, int, int]


class Placed(NamedTuple):
    """A cell at its place in a sheet; `bordered` cells belong to a table."""

    row: int
    column: int
    cell: SpannedCell
    bordered: bool


@dataclass
class Style:
    """How a file is made: one sheet or one per section, blank rows between blocks, merged texts, numbers as texts."""

    sheets: str
    gaps: bool
    merged_texts: bool
    borders: bool
    as_text: bool
    origin: tuple[int, int]
    hidden: bool

    @classmethod
    def random(cls, rng: random.Random) -> Style:
        """Return a random style."""
        origin = rng.choice(((0, 0), (0, 0), (1, 1), (3, 2)))
        flags = {name: rng.random() < 0.5 for name in ("gaps", "merged_texts", "borders")}
        rare = {name: rng.random() < 0.2 for name in ("as_text", "hidden")}
        return cls(sheets=rng.choice(("one", "one", "sections")), origin=origin, **flags, **rare)


@dataclass
class Page:
    """A sheet to write: its name and its cells in order."""

    name: str
    cells: list[Placed] = field(default_factory=list)


def laid_out(blocks: Sequence[Block], style: Style) -> list[Page]:
    """Return the sheets of a report with every cell at its place."""
    pages = [Page("Sheet1")]
    row, first = style.origin
    for block in blocks:
        if isinstance(block, TextBlock):
            if style.sheets == "sections" and block.is_heading:
                pages.append(Page(block.text[:2].strip("、") + block.text[2:12]))
                row = style.origin[0]
            width = _WIDTH if style.merged_texts else 1
            pages[-1].cells.append(Placed(row, first, SpannedCell(block.text, width), False))
            row += 1 + style.gaps
            continue
        pages[-1].cells.extend(_table_cells(block.rows, row, first))
        row += len(block.rows) + style.gaps
    return [page for page in pages if page.cells]


def _table_cells(rows: Sequence[Sequence[SpannedCell]], top: int, first: int) -> Iterator[Placed]:
    busy: dict[int, int] = {}
    for row, cells in enumerate(rows, start=top):
        column = first
        for cell in cells:
            while busy.get(column, 0) > row:
                column += 1
            yield Placed(row, column, cell, True)
            busy.update(dict.fromkeys(range(column, column + cell.colspan), row + cell.rowspan))
            column += cell.colspan


def stored_number(rng: random.Random, text: str) -> tuple[float, str] | None:
    """Return a number and a format code that print a text, None where only the text itself does."""
    found = _NUMBER.match(text)
    if found is None or len(text.replace(",", "")) > 12:
        return None
    sign, whole, decimals, unit = found.groups()
    value = Decimal(whole.replace(",", "") + (f".{decimals}" if decimals else ""))
    if decimals and value.as_tuple().exponent != -len(decimals):
        return None
    digits = "#,##0" if "," in whole else "0"
    code = digits + ("." + "0" * len(decimals) if decimals else "") + (f'"{unit}"' if unit else "")
    if not value and sign:
        return None
    if sign in ("", "-"):
        general = code == "0" or (digits == "0" and not unit and not (decimals or "").endswith("0"))
        code = rng.choice(("General", code)) if general and len(text) <= 10 else code
        return float(-value if sign else value), code
    words = (f'"{sign}"' if sign not in "+" else "+") + code
    negative = sign.startswith("减")
    return float(-value if negative else value), f"{code};{words}" if negative else f"{words};-{code}"


class Target(Protocol):
    """A workbook that is being written."""

    def sheet(self, name: str, *, hidden: bool = False) -> None:
        """Begin a sheet."""

    def write(self, area: Area, value: float | str, code: str, *, bordered: bool) -> None:
        """Write a value into an area under a format code; an empty text makes a blank cell."""

    def hide_row(self, row: int) -> None:
        """Hide a row of the sheet."""

    def close(self) -> bytes:
        """Return the file."""


class _Xlsx:
    def __init__(self) -> None:
        self.file = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True})
        # Else the second of writing: a seed would print another file each time.
        self.book.set_properties({"created": _WRITTEN})
        self.formats: dict[tuple[str, bool], Any] = {}

    def sheet(self, name: str, *, hidden: bool = False) -> None:
        self.current = self.book.add_worksheet(name)
        if hidden:
            self.current.hide()

    def write(self, area: Area, value: float | str, code: str, *, bordered: bool) -> None:
        key = code, bordered
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"num_format": code, "border": int(bordered)})
        style, (row, column, last_row, last_column) = self.formats[key], area
        if area[:2] != area[2:]:
            self.current.merge_range(row, column, last_row, last_column, "", style)
        if value == "":
            self.current.write_blank(row, column, None, style)
        elif isinstance(value, str):
            self.current.write_string(row, column, value, style)
        else:
            self.current.write_number(row, column, value, style)

    def hide_row(self, row: int) -> None:
        self.current.set_row(row, None, None, {"hidden": True})

    def close(self) -> bytes:
        self.book.close()
        return self.file.getvalue()


class _Xls:
    def __init__(self) -> None:
        self.book = xlwt.Workbook(encoding="utf-8")
        self.styles: dict[tuple[str, bool], Any] = {}

    def sheet(self, name: str, *, hidden: bool = False) -> None:
        self.current = self.book.add_sheet(name)
        self.current.visibility = int(hidden)

    def write(self, area: Area, value: float | str, code: str, *, bordered: bool) -> None:
        key = code, bordered
        if key not in self.styles:
            lines = "borders: left thin, right thin, top thin, bottom thin" if bordered else ""
            self.styles[key] = xlwt.easyxf(lines, num_format_str=code)
        style, (row, column, last_row, last_column) = self.styles[key], area
        if area[:2] != area[2:]:
            self.current.write_merge(row, last_row, column, last_column, value, style)
        else:
            self.current.write(row, column, value, style)

    def hide_row(self, row: int) -> None:
        self.current.row(row).hidden = True

    def close(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def xlsx(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return a report as .xlsx."""
    return _written(_Xlsx(), rng, blocks)


def xls(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return a report as .xls."""
    return _written(_Xls(), rng, blocks)


def _written(target: Target, rng: random.Random, blocks: Sequence[Block]) -> bytes:
    style = Style.random(rng)
    for page in laid_out(blocks, style):
        target.sheet(page.name)
        for row, column, (text, colspan, rowspan), in_table in page.cells:
            number = stored_number(rng, text) if in_table and not style.as_text else None
            value: float | str = text if number is None else number[0]
            code = "General" if number is None else number[1]
            area = (row, column, row + rowspan - 1, column + colspan - 1)
            target.write(area, value, code, bordered=in_table and style.borders)
        if style.hidden:
            bottom = max(placed.row + placed.cell.rowspan for placed in page.cells)
            for column, text in enumerate(("规范性文件", "77", "77", "77"), start=style.origin[1]):
                target.write((bottom, column, bottom, column), text, "General", bordered=style.borders)
            target.hide_row(bottom)
    if style.hidden:
        target.sheet("草稿", hidden=True)
        for column, text in enumerate(("规章", "88", "88", "88")):
            target.write((0, column, 0, column), text, "General", bordered=False)
    return target.close()
