"""Workbooks of binary parts (.xlsb): sheets with every cell as it is printed, its format heeded.

Belongs here: the records that say what is printed. Keep out: geometry and format codes. Every length is checked
against its part before it is used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipelines.reading.container import Parts
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.fonts import PLAIN, WHITE, Colour, Look, binary_fill, binary_font, seen, text_runs
from pipelines.reading.spreadsheet.formats import BUILT_IN, FORMATTED, GENERAL, Shown, hides_text, shown_number
from pipelines.reading.spreadsheet.markup import related_parts, with_styles
from pipelines.reading.spreadsheet.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    STALE,
    TWICE,
    Sheet,
    check_count,
    clean_text,
    coded_value,
    hide_zeros,
    packed_number,
    stored_text,
)

XLSB_MAIN = "xl/workbook.bin"
_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = range(8)
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_BOOL, _FORMULA_ERROR, _STRING, _RICH = 8, 9, 10, 11, 19, 62
_FONT, _FORMAT, _FILL, _BORDER, _STYLE, _STYLES, _STYLES_END = 43, 44, 45, 46, 47, 617, 618
_COLUMNS, _VIEW, _PROPERTIES, _BUNDLE, _CALCULATION, _MERGE = 60, 137, 153, 156, 157, 176
_CELL, _U16, _U32, _DOUBLE, _I32 = (struct.Struct(f"<{code}") for code in ("II", "H", "I", "d", "i"))
_NUMBERS, _RUN, _HAS_RUNS = struct.Struct("<4H"), struct.Struct("<HH"), 1
_STYLE_BITS = 0xFFFFFF
_LINE = 10  # bytes of a line of a border

Record = tuple[int, memoryview]


@dataclass
class _Book:
    """What all sheets share. By style: codes, whether there are borders, fills, and the doubts of fonts."""

    limits: Limits
    strings: list[str] = field(default_factory=list)
    fonts: list[Look] = field(default_factory=list)
    rich: dict[int, Look] = field(default_factory=dict)  # how texts of runs look, by number
    fills: list[Colour] = field(default_factory=list)
    doubts: list[str | None] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    framed: list[bool] = field(default_factory=list)
    from_1904: bool = False
    stale: bool = False

    def code(self, style: int) -> str:
        """Return the format code of a style."""
        if style >= len(self.codes):
            raise ReadError("damaged", "reading_spreadsheet.style_beyond", style=style, count=len(self.codes))
        return self.codes[style]


def xlsb_sheets(container: Parts) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order. Raises ReadError."""
    related = with_styles(related_parts(container, XLSB_MAIN), container, XLSB_MAIN, "styles.bin")
    book = _Book(container.limits)
    sheets: list[tuple[str, str, bool]] = []
    try:
        for kind, piece in _records(container.read(XLSB_MAIN), XLSB_MAIN):
            if kind == _PROPERTIES:
                book.from_1904 = bool(piece[0] & 1)
            elif kind == _CALCULATION and len(piece) > 24:
                book.stale = bool(piece[24] & 1)
            elif kind == _BUNDLE:
                relation, after = _wide_string(piece, 8)
                sheets.append((relation, _wide_string(piece, after)[0], _U32.unpack_from(piece)[0] != 0))
        _take_shared(book, container, related)
        for relation, name, is_hidden in sheets:
            if relation not in related:
                raise ReadError("damaged", "reading_spreadsheet.sheet_part_unnamed", name=name)
            what, part = related[relation]
            if is_hidden:
                yield Sheet(name, is_hidden=True)
            elif what.endswith("/worksheet"):
                yield _Reading(book, name, container.read(part)).sheet()
    except (struct.error, IndexError) as error:
        raise ReadError("damaged", "reading_spreadsheet.record_short", error=error) from error


def _records(data: bytes, part: str) -> Iterator[Record]:
    """Yield type and content of the records of a part. Numbers are stored in groups of seven bits."""
    view, position, end = memoryview(data), 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        size = shift = 0
        while True:
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if position + size > end:
            raise ReadError("damaged", "reading_spreadsheet.record_cut", part=part, place=position)
        yield kind, view[position : position + size]
        position += size


def _wide_string(piece: memoryview, offset: int) -> tuple[str, int]:
    """Return the string at an offset, and where it ends."""
    (length,) = _U32.unpack_from(piece, offset)
    if length == 0xFFFFFFFF:
        return "", offset + 4
    end = offset + 4 + 2 * length
    if end > len(piece):
        raise ReadError("damaged", "reading_spreadsheet.string_too_long", length=length, size=len(piece))
    return bytes(piece[offset + 4 : end]).decode("utf-16-le", "replace"), end


def _rich_string(book: _Book, piece: memoryview, offset: int) -> tuple[str, Look]:
    """Return the string of runs at an offset, and how it looks."""
    text, end = _wide_string(piece, offset + 1)
    if not piece[offset] & _HAS_RUNS:
        return text, PLAIN
    (count,) = _U32.unpack_from(piece, end)
    runs = _RUN.iter_unpack(piece[end + 4 : end + 4 + count * _RUN.size])
    return text, text_runs(text, runs, book.fonts)


def _take_shared(book: _Book, container: Parts, related: dict[str, tuple[str, str]]) -> None:
    parts = [(what.rpartition("/")[2], part) for what, part in related.values() if part in container]
    for what, part in parts:
        if what == "styles":
            _take_styles(book, _records(container.read(part), part))
    for what, part in parts:
        if what == "sharedStrings":
            _take_strings(book, _records(container.read(part), part))


def _take_strings(book: _Book, records: Iterable[Record]) -> None:
    """Note the strings, once the fonts of their runs are there."""
    for kind, piece in records:
        if kind == _STRING:
            text, look = _rich_string(book, piece, 0)
            if look != PLAIN:
                book.rich[len(book.strings)] = look
            book.strings.append(clean_text(text))


def _take_styles(book: _Book, records: Iterable[Record]) -> None:
    formats: dict[int, str] = {}
    borders: list[bool] = []
    fills: list[Colour] = []
    inside = False
    for kind, piece in records:
        if kind in (_STYLES, _STYLES_END):
            inside = kind == _STYLES
        elif kind == _FORMAT:
            formats[_U16.unpack_from(piece)[0]] = _wide_string(piece, 2)[0]
        elif kind == _BORDER:
            borders.append(any(piece[1 + line * _LINE] for line in range(4)))
        elif kind == _FONT:
            book.fonts.append(binary_font(piece))
        elif kind == _FILL:
            fills.append(binary_fill(piece))
        elif kind == _STYLE and inside:
            number, font, fill, border = _NUMBERS.unpack_from(piece, 2)
            book.fills.append(fills[fill] if fill < len(fills) else WHITE)
            book.doubts.append((book.fonts[font] if font < len(book.fonts) else PLAIN).doubt(book.fills[-1]))
            book.codes.append(formats.get(number) or BUILT_IN.get(number, GENERAL))
            book.framed.append(border < len(borders) and borders[border])


class _Reading:
    """A sheet that is being read."""

    def __init__(self, book: _Book, name: str, data: bytes) -> None:
        self.book, self.name, self.data = book, name, data
        self.row = 0
        self.filled = self.framed = 0
        self.blank_cells: dict[int, list[tuple[int, int]]] = {}
        self.blank_count = 0
        self.result = Sheet(name)

    def sheet(self) -> Sheet:
        """Read the sheet."""
        sheet = self.result
        hidden_rows: list[tuple[int, int]] = []
        hidden_columns: list[tuple[int, int]] = []
        shows_zeros = True
        for kind, piece in _records(self.data, self.name):
            if kind == _ROW:
                self._enter(piece)
                if piece[11] & 0x10:
                    hidden_rows.append((self.row, self.row))
            elif kind in _VALUES:
                self._keep(piece, _VALUES[kind](self.book, piece, 8))
            elif kind == _BLANK:
                self._keep_blank(piece)
            elif kind == _COLUMNS:
                first, last, width, _, flags = struct.unpack_from("<IIIIH", piece)
                if (flags & 1 or not width) and first <= last < MAX_COLUMNS:
                    hidden_columns.append((first, last))
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<4I", piece)
                if top <= bottom < MAX_ROWS and left <= right < MAX_COLUMNS:
                    sheet.merges.append((top, left, bottom, right))
            elif kind == _VIEW:
                shows_zeros = bool(piece[0] & 0x10)
        sheet.hidden_rows, sheet.hidden_columns = hidden_rows, hidden_columns
        if not shows_zeros:
            hide_zeros(sheet)
        sheet.has_borders, sheet.blanks = 2 * self.framed > self.filled, self.blanks
        return sheet

    def blanks(self, row: int) -> int:
        """Return the columns of blank cells of a row: if most filled cells have borders, of those that have some."""
        columns = 0
        for column, style in self.blank_cells.get(row, ()):
            self.book.code(style)
            if not self.result.has_borders or self.book.framed[style]:
                columns |= 1 << column
        return columns

    def _keep_blank(self, piece: memoryview) -> None:
        """Note a blank cell; of a sheet that is formatted all over only as many as a table may have."""
        self.blank_count += 1
        if self.blank_count <= self.book.limits.grid_cells:
            self.blank_cells.setdefault(self.row, []).append(self._place(piece))

    def _enter(self, piece: memoryview) -> None:
        (self.row,) = _U32.unpack_from(piece)
        if self.row >= MAX_ROWS:
            raise ReadError("damaged", "reading_spreadsheet.no_such_row", name=self.name, row=self.row + 1)

    def _place(self, piece: memoryview) -> tuple[int, int]:
        column, style = _CELL.unpack_from(piece)
        if column >= MAX_COLUMNS:
            raise ReadError("damaged", "reading_spreadsheet.no_such_column", name=self.name, column=column + 1)
        return column, style & _STYLE_BITS

    def _keep(self, piece: memoryview, value: Shown | float) -> None:
        column, style = self._place(piece)
        code = self.book.code(style)
        if isinstance(value, Shown):
            shown = value if value.doubt or not hides_text(code) else Shown(value.text, FORMATTED)
        else:
            shown = shown_number(stored_text(value), code, self.book.from_1904)
        if not shown.text:
            return
        self.filled += 1
        self.framed += self.book.framed[style]
        if self.filled > self.book.limits.grid_cells:
            check_count(self.filled, self.name, self.book.limits)
        if self.book.doubts[style] is not None:
            shown = seen(shown, self.book.doubts[style])
        cells = self.result.rows.setdefault(self.row, {})
        cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)


def _rk(_book: _Book, piece: memoryview, offset: int) -> float:
    return packed_number(_I32.unpack_from(piece, offset)[0])


def _real(_book: _Book, piece: memoryview, offset: int) -> float:
    number: float = _DOUBLE.unpack_from(piece, offset)[0]
    return number


def _shared(book: _Book, piece: memoryview, offset: int) -> Shown:
    (number,) = _U32.unpack_from(piece, offset)
    if number >= len(book.strings):
        raise ReadError("damaged", "reading_spreadsheet.string_beyond", number=number, count=len(book.strings))
    text, look = book.strings[number], book.rich.get(number)
    return Shown(text) if look is None else Shown(text, look.doubt(_fill_of(book, piece)))


def _fill_of(book: _Book, piece: memoryview) -> Colour:
    style = _CELL.unpack_from(piece)[1] & _STYLE_BITS
    return book.fills[style] if style < len(book.fills) else WHITE


def _text(_book: _Book, piece: memoryview, offset: int) -> Shown:
    return Shown(clean_text(_wide_string(piece, offset)[0]))


def _rich(book: _Book, piece: memoryview, offset: int) -> Shown:
    text, look = _rich_string(book, piece, offset)
    return Shown(clean_text(text), look.doubt(_fill_of(book, piece)))


def _error(_book: _Book, piece: memoryview, offset: int) -> Shown:
    return coded_value(piece[offset], is_error=True)


def _truth(_book: _Book, piece: memoryview, offset: int) -> Shown:
    return coded_value(piece[offset], is_error=False)


Value = Callable[[_Book, memoryview, int], Shown | float]


def _formula(value: Value) -> Value:
    """Return how a formula's value is read: where the workbook asks for a calculation, the value is an old one."""

    def read(book: _Book, piece: memoryview, offset: int) -> Shown | float:
        found = value(book, piece, offset)
        if not book.stale:
            return found
        return Shown(found.text if isinstance(found, Shown) else stored_text(found), STALE)

    return read


_VALUES: dict[int, Value] = {
    _RK: _rk, _ERROR: _error, _BOOL: _truth, _REAL: _real, _TEXT: _text, _SHARED: _shared, _RICH: _rich,
    _FORMULA_TEXT: _formula(_text), _FORMULA_NUMBER: _formula(_real), _FORMULA_BOOL: _formula(_truth),
    _FORMULA_ERROR: _formula(_error),
}  # fmt: skip
