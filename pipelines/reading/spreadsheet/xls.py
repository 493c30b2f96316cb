"""Workbooks of records (.xls, and .et of WPS): sheets with every cell as it is printed, its format and formula heeded.

Belongs here: the records of a sheet in BIFF8 that say what is printed. Keep out: what stands before the sheets
(`xls_book`), geometry and format codes. Records of drawings, macros and formulas are passed over. Every length is
checked against the stream before it is used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from pipelines.reading.compound import streams_of
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.fonts import seen, text_runs
from pipelines.reading.spreadsheet.formats import Shown
from pipelines.reading.spreadsheet.record_checks import (
    ANY,
    CELLS,
    FITTING,
    OLD_FORMULA,
    check_many,
    check_order,
    misfit,
)
from pipelines.reading.spreadsheet.sheet import (
    NO_VALUE,
    STALE,
    TWICE,
    Sheet,
    check_count,
    clean_text,
    coded_value,
    hide_zeros,
    packed_number,
)
from pipelines.reading.spreadsheet.strings import Pieces
from pipelines.reading.spreadsheet.xls_book import BOF, CONTINUE, EOF, HEAD, Book, cut_book, cut_record, read_globals
from pipelines.reading.spreadsheet.xls_plain import PLAIN_RECORDS

_STREAMS = ("Workbook", "Book")
_ROW, _COLINFO, _MERGED, _WINDOW, _UNCALCED = 0x208, 0x7D, 0xE5, 0x23E, 0x5E
_BLANK, _MULBLANK, _NUMBER, _RK, _MULRK, _BOOLERR = 0x201, 0xBE, 0x203, 0x27E, 0xBD, 0x205
_LABEL, _RSTRING, _LABELSST, _FORMULA, _STRING = 0x204, 0xD6, 0xFD, 0x06, 0x207
# What may stand between a formula and the text it yields.
_BEFORE_TEXT = frozenset((_STRING, 0x4BC, 0x221, 0x236))
_LAST_COLUMN = 255
_CELL, _U16, _U32 = struct.Struct("<HHH"), struct.Struct("<H"), struct.Struct("<I")
_DOUBLE, _RK_CELL, _I32, _RESULT = map(struct.Struct, ("<d", "<Hi", "<i", "<BBB3xH"))
_AREA = struct.Struct("<HHHH")
# The head of a record and what most records of cells begin with: row, column, style, and a number.
_FRONT = struct.Struct("<5Hi")
_HIDDEN_ROW = 0x20


def xls_sheets(data: bytes, limits: Limits) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order. Raises ReadError."""
    streams = streams_of(data, _STREAMS)
    stream = next((streams[name] for name in _STREAMS if name in streams), b"")
    book = read_globals(stream, limits)
    for position, name, is_hidden in book.sheets:
        yield Sheet(name, is_hidden=True) if is_hidden else Reading(book, name).read(position)


class Reading:
    """A sheet that is being read.

    `used` are the styles of its filled cells, `places` of all its records of cells, in the order of the file.
    """

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.sheet = Sheet(name)
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.used: list[int] = []
        self.places: list[tuple[int, int]] = []
        self.shows_zeros, self.stale = True, False
        self.last = 0
        self.awaits: tuple[int, int, int] | None = None  # a formula whose text follows
        self.text = Pieces()
        self.blank_cells: list[tuple[int, int, bytes]] = []
        self.blank_rows: dict[int, list[tuple[int, bytes]]] = {}
        self.blank_count = 0
        self.masks: dict[bytes, int] = {}

    def read(self, position: int) -> Sheet:
        """Read the sheet whose first record stands there."""
        sheet, name = self.sheet, self.sheet.name
        try:
            self._walk(position)
        except struct.error as error:
            raise ReadError("damaged", "reading_spreadsheet.record_of_sheet_short", name=name, error=error) from error
        self.end_text()
        check_order(self.places, name)
        sheet.hidden_rows, sheet.hidden_columns = self.hidden_rows, self.hidden_columns
        if not self.shows_zeros:
            hide_zeros(sheet)
        framed = sum(map(self.book.framed.__getitem__, self.used))
        sheet.has_borders, sheet.blanks = 2 * framed > len(self.used), self.blanks
        return sheet

    def _walk(self, position: int) -> None:
        """Take the records of the sheet, without those of substreams inside it."""
        padded, end, view = self.book.padded, len(self.book.stream), self.book.view
        unpack, quick, depth, is_calm = _FRONT.unpack_from, PLAIN_RECORDS, 0, False
        while position + 4 <= end:
            kind, size, row, column, style, number = unpack(padded, position)
            begin = position + 4
            position = begin + size
            if position > end:
                raise cut_record(kind, position - end)
            if is_calm:  # nothing that came before matters: most records then mean what they say
                if kind not in _HEEDED:
                    continue
                if kind in quick and quick[kind](self, row, column, style, number, begin, size):
                    continue
            if kind == BOF:
                depth += 1
            elif kind == EOF:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1:
                self._take(kind, (row, column), view[begin:position])
            is_calm = depth == 1 and self.awaits is None and self.last != _STRING
        raise cut_book(end)

    def _take(self, kind: int, place: tuple[int, int], piece: memoryview) -> None:
        """Take a record that stands in the sheet itself."""
        if kind == CONTINUE and self.last == _STRING:
            self.text.add(piece)
            return
        if self.awaits is not None and kind not in _BEFORE_TEXT:
            self.end_text()
        if len(piece) not in FITTING.get(kind, ANY):
            raise misfit(self.sheet.name, kind, len(piece))
        take = _TAKERS.get(kind)
        if take is not None:
            if kind in CELLS:
                self.places.append(place)
            take(self, piece)
        self.last = kind

    def keep(self, row: int, column: int, style: int, shown: Shown) -> None:
        """Keep a cell that is printed."""
        if column > _LAST_COLUMN:
            raise ReadError("damaged", "reading_spreadsheet.no_such_column", name=self.sheet.name, column=column + 1)
        self.used.append(style)
        look = self.book.style(style)
        if len(self.used) > self.book.limits.grid_cells:
            check_count(len(self.used), self.sheet.name, self.book.limits)
        if shown.text:
            if look.doubt is not None:
                shown = seen(shown, look.doubt)
            cells = self.sheet.rows.setdefault(row, {})
            cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)

    def keep_blanks(self, row: int, column: int, styles: memoryview) -> None:
        """Note blank cells from a column on by the numbers of their styles, which are read where a row is asked for.

        Of a sheet that is formatted all over only as many are kept as a table may have.
        """
        room = min(self.book.limits.grid_cells - self.blank_count, _LAST_COLUMN + 1 - column)
        self.blank_count += len(styles) // _U16.size
        if room > 0:
            self.blank_cells.append((row, column, bytes(styles[: room * _U16.size])))

    def blanks(self, row: int) -> int:
        """Return the columns of blank cells of a row: if most filled cells have borders, of those that have some."""
        if not self.blank_rows:
            for number, first, styles in self.blank_cells:
                self.blank_rows.setdefault(number, []).append((first, styles))
        columns = 0
        for first, styles in self.blank_rows.get(row, ()):
            mask = self.masks.get(styles)
            if mask is None:
                mask = self.masks[styles] = self._mask(styles)
            columns |= mask << first
        return columns

    def _mask(self, styles: bytes) -> int:
        has_borders, style = self.sheet.has_borders, self.book.style
        return sum(
            1 << n for n, (number,) in enumerate(_U16.iter_unpack(styles)) if not has_borders or style(number).framed
        )

    def end_text(self) -> None:
        """Keep the text of a formula once its last piece is there, or once it is plain that there is none."""
        if self.awaits is None:
            return
        row, column, style = self.awaits
        has_text = not self.text.is_empty()
        shown = self.book.text(clean_text(self.text.string()), style) if has_text else Shown("=", NO_VALUE)
        self.keep(row, column, style, shown._replace(doubt=shown.doubt or STALE) if self.stale else shown)
        self.awaits, self.text = None, Pieces()


def _number(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    reading.keep(row, column, style, reading.book.number(_DOUBLE.unpack_from(piece, 6)[0], style))


def _rk(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    reading.keep(row, column, style, reading.book.number(packed_number(_I32.unpack_from(piece, 6)[0]), style))


def _many_rk(reading: Reading, piece: memoryview) -> None:
    row, column = HEAD.unpack_from(piece)
    check_many(reading.sheet.name, piece, column, _RK_CELL.size)
    for style, packed in _RK_CELL.iter_unpack(piece[4:-2]):
        reading.keep(row, column, style, reading.book.number(packed_number(packed), style))
        column += 1


def _shared_text(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    (number,) = _U32.unpack_from(piece, 6)
    strings = reading.book.strings
    if number >= len(strings):
        raise ReadError("damaged", "reading_spreadsheet.string_beyond", number=number, count=len(strings))
    reading.keep(row, column, style, reading.book.text(strings[number], style, reading.book.rich.get(number)))


def _own_text(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    pieces = Pieces(piece[6:])
    text, runs = pieces.rich_string()
    look = text_runs(text, runs, reading.book.fonts) if runs else None
    reading.keep(row, column, style, reading.book.text(clean_text(text), style, look))


def _truth_or_error(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    value, is_error = struct.unpack_from("<BB", piece, 6)
    reading.keep(row, column, style, coded_value(value, is_error=bool(is_error)))


def _formula(reading: Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    kind, _, value, mark = _RESULT.unpack_from(piece, 6)
    if mark != 0xFFFF:
        shown = reading.book.number(_DOUBLE.unpack_from(piece, 6)[0], style)
    elif kind == 0:
        reading.awaits = row, column, style
        return
    elif kind in (1, 2):
        shown = coded_value(value, is_error=kind == 2)
    else:
        shown = Shown("=", NO_VALUE)
    reading.keep(row, column, style, shown._replace(doubt=shown.doubt or STALE) if reading.stale else shown)


def _formula_text(reading: Reading, piece: memoryview) -> None:
    reading.text = Pieces(piece)


def _blank(reading: Reading, piece: memoryview) -> None:
    row, column, _ = _CELL.unpack_from(piece)
    reading.keep_blanks(row, column, piece[4:6])


def _many_blank(reading: Reading, piece: memoryview) -> None:
    row, column = HEAD.unpack_from(piece)
    check_many(reading.sheet.name, piece, column, _U16.size)
    reading.keep_blanks(row, column, piece[4:-2])


def _row(reading: Reading, piece: memoryview) -> None:
    if piece[12] & _HIDDEN_ROW:
        (row,) = _U16.unpack_from(piece)
        reading.hidden_rows.append((row, row))


def _columns(reading: Reading, piece: memoryview) -> None:
    first, last, width, _, flags = struct.unpack_from("<5H", piece)
    if (flags & 1 or not width) and first <= last:
        reading.hidden_columns.append((first, last))


def _merged(reading: Reading, piece: memoryview) -> None:
    for top, bottom, left, right in _AREA.iter_unpack(piece[2 : len(piece) - (len(piece) - 2) % 8]):
        if top <= bottom and left <= right:
            reading.sheet.merges.append((top, left, bottom, right))


def _uncalculated(reading: Reading, _piece: memoryview) -> None:
    reading.stale = True


def _window(reading: Reading, piece: memoryview) -> None:
    reading.shows_zeros = bool(_U16.unpack_from(piece)[0] & 0x10)


_TAKERS: dict[int, Callable[[Reading, memoryview], None]] = {
    _NUMBER: _number, _RK: _rk, _MULRK: _many_rk, _LABELSST: _shared_text, _LABEL: _own_text, _RSTRING: _own_text,
    _BOOLERR: _truth_or_error, _FORMULA: _formula, OLD_FORMULA: _formula, _STRING: _formula_text, _ROW: _row,
    _COLINFO: _columns,
    _MERGED: _merged, _WINDOW: _window, _UNCALCED: _uncalculated, _BLANK: _blank, _MULBLANK: _many_blank,
}  # fmt: skip
# Records of any other type say nothing of what is printed.
_HEEDED = frozenset((BOF, EOF, *_TAKERS, *FITTING))
