"""Workbooks of records (.xls, and .et of WPS): sheets with every cell as it is printed, its format and formula heeded.

Belongs here: the records of BIFF8 that say what is printed. Keep out: geometry and format codes. Records of drawings,
macros and formulas are passed over. Every length is checked against the stream before it is used.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.reading.compound import streams_of
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.fonts import PLAIN, WHITE, Colour, Look, RecordFonts, seen, text_runs
from pipelines.reading.spreadsheet.formats import BUILT_IN, FORMATTED, GENERAL, Shown, hides_text, shown_number
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
    stored_text,
)
from pipelines.reading.spreadsheet.strings import Pieces

_STREAMS = ("Workbook", "Book")
_BOF, _EOF, _CONTINUE, _FILEPASS, _BOUNDSHEET, _DATEMODE = 0x809, 0x0A, 0x3C, 0x2F, 0x85, 0x22
_XF, _FORMAT, _SST, _FONT, _PALETTE = 0xE0, 0x41E, 0xFC, 0x31, 0x92
_ROW, _COLINFO, _MERGED, _WINDOW, _UNCALCED = 0x208, 0x7D, 0xE5, 0x23E, 0x5E
_BLANK, _MULBLANK, _NUMBER, _RK, _MULRK, _BOOLERR = 0x201, 0xBE, 0x203, 0x27E, 0xBD, 0x205
_LABEL, _RSTRING, _LABELSST, _FORMULA, _STRING = 0x204, 0xD6, 0xFD, 0x06, 0x207
# What may stand between a formula and the text it yields.
_BEFORE_TEXT = frozenset((_STRING, 0x4BC, 0x221, 0x236))
_BIFF8 = 0x600
_LAST_COLUMN = 255
_WORKSHEET = 0
_HEAD, _CELL, _U16, _U32 = struct.Struct("<HH"), struct.Struct("<HHH"), struct.Struct("<H"), struct.Struct("<I")
_DOUBLE, _RK_CELL, _I32, _RESULT = map(struct.Struct, ("<d", "<Hi", "<i", "<BBB3xH"))
_AREA, _STYLE = struct.Struct("<HHHH"), struct.Struct("<HH6xH2xIH")

Record = tuple[int, int, int]


class _Style(NamedTuple):
    """What a style says: format code, whether it has borders, whether it hides texts, fill, and doubt of its font."""

    code: str
    framed: bool
    hides_text: bool
    fill: Colour = WHITE
    doubt: str | None = None


@dataclass
class _Book:
    """What the globals of a workbook state."""

    stream: bytes
    limits: Limits
    styles: list[_Style] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    fonts: list[Look] = field(default_factory=list)
    rich: dict[int, Look] = field(default_factory=dict)  # how texts of runs look, by number
    sheets: list[tuple[int, str, bool]] = field(default_factory=list)
    from_1904: bool = False

    def style(self, number: int) -> _Style:
        """Return a style by its number."""
        if number >= len(self.styles):
            raise ReadError("damaged", f"a cell has style {number}, the workbook has {len(self.styles)}: save it anew")
        return self.styles[number]

    def text(self, text: str, style: int, look: Look | None = None) -> Shown:
        """Return a text as printed."""
        own = self.style(style)
        doubt = look.doubt(own.fill) if look is not None else None
        return Shown(text, FORMATTED if own.hides_text else doubt)

    def number(self, number: float, style: int) -> Shown:
        """Return a number as printed."""
        return shown_number(stored_text(number), self.style(style).code, self.from_1904)


def xls_sheets(data: bytes, limits: Limits) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order. Raises ReadError."""
    streams = streams_of(data, _STREAMS)
    stream = next((streams[name] for name in _STREAMS if name in streams), b"")
    book = _globals(stream, limits)
    for position, name, is_hidden in book.sheets:
        yield Sheet(name, is_hidden=True) if is_hidden else _sheet(book, position, name)


def _records(stream: bytes, position: int) -> Iterator[Record]:
    """Yield (type, first byte, size) of the records of a substream, without those of substreams inside it."""
    depth, end = 0, len(stream)
    while position + 4 <= end:
        kind, size = _HEAD.unpack_from(stream, position)
        begin = position + 4
        position = begin + size
        if position > end:
            raise ReadError(
                "truncated", f"record {kind:#x} ends {position - end} bytes after the workbook: fetch it again"
            )
        if kind == _BOF:
            depth += 1
            if depth == 1:
                yield kind, begin, size
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, begin, size
    raise ReadError("truncated", f"the workbook stops after {end} bytes, before its last record: fetch it again")


def _globals(stream: bytes, limits: Limits) -> _Book:
    book = _Book(stream, limits)
    formats: dict[int, str] = {}
    styles: list[memoryview] = []
    fonts = RecordFonts()
    records = _records(stream, 0)
    kind, begin, size = next(records, (0, 0, 0))
    if kind != _BOF or size < 2:
        raise ReadError("damaged", "the workbook does not begin with its first record: fetch it again")
    (version,) = _U16.unpack_from(stream, begin)
    if version != _BIFF8:
        raise ReadError("unsupported_format", f"a workbook of Excel 95 or older (version {version:#x}): save it anew")
    strings = Pieces()
    last = _BOF
    try:
        for kind, begin, size in records:
            piece = memoryview(stream)[begin : begin + size]
            if kind == _FILEPASS:
                raise ReadError("encrypted", "the workbook asks for a password: publish or fetch it without one")
            if kind == _BOUNDSHEET:
                _take_sheet(book, piece)
            elif kind == _DATEMODE:
                book.from_1904 = _U16.unpack_from(piece)[0] == 1
            elif kind == _FORMAT:
                formats[_U16.unpack_from(piece)[0]] = Pieces(piece[2:]).string()
            elif kind == _XF:
                styles.append(piece)
            elif kind == _FONT:
                fonts.take_font(piece)
            elif kind == _PALETTE:
                fonts.take_palette(piece)
            elif kind == _SST or (kind == _CONTINUE and last == _SST):
                strings.add(piece)
                last = _SST
                continue
            last = kind
        book.fonts = fonts.looks()
        kind = _XF
        book.styles = [_style(piece, formats, fonts, book.fonts) for piece in styles]
    except struct.error as error:
        raise ReadError(
            "damaged", f"a record of type {kind:#x} is too short ({error}): fetch the file again"
        ) from error
    _take_strings(book, strings)
    return book


def _take_sheet(book: _Book, piece: memoryview) -> None:
    position, state, kind = struct.unpack_from("<IBB", piece)
    if kind == _WORKSHEET:
        book.sheets.append((position, Pieces(piece[6:]).string(short=True), state & 3 != 0))


def _style(piece: memoryview, formats: dict[int, str], fonts: RecordFonts, looks: list[Look]) -> _Style:
    font, number, lines, pattern, colours = _STYLE.unpack_from(piece)
    code = formats.get(number) or BUILT_IN.get(number, GENERAL)
    fill = fonts.fill(pattern, colours)
    look = looks[font] if font < len(looks) else PLAIN
    return _Style(code, lines != 0, hides_text(code), fill, look.doubt(fill))


def _take_strings(book: _Book, pieces: Pieces) -> None:
    if pieces.is_empty():
        return
    _, count = struct.unpack("<II", pieces.take(8))
    for number in range(count):
        text, runs = pieces.rich_string()
        book.strings.append(clean_text(text))
        look = text_runs(text, runs, book.fonts) if runs else PLAIN
        if look != PLAIN:
            book.rich[number] = look


class _Reading:
    """A sheet that is being read."""

    def __init__(self, book: _Book, name: str) -> None:
        self.book = book
        self.sheet = Sheet(name)
        self.hidden_rows: list[tuple[int, int]] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.filled = self.framed = 0
        self.shows_zeros, self.stale = True, False
        self.awaits: tuple[int, int, int] | None = None  # a formula whose text follows
        self.text = Pieces()
        self.blank_cells: dict[int, list[tuple[int, memoryview]]] = {}
        self.blank_count = 0

    def keep_blanks(self, row: int, column: int, styles: memoryview) -> None:
        """Note blank cells from a column on by the numbers of their styles, which are read where a row is asked for.

        Of a sheet that is formatted all over only as many are kept as a table may have.
        """
        room = min(self.book.limits.grid_cells - self.blank_count, _LAST_COLUMN + 1 - column)
        self.blank_count += len(styles) // _U16.size
        if room > 0:
            self.blank_cells.setdefault(row, []).append((column, styles[: room * _U16.size]))

    def blanks(self, row: int) -> Iterator[int]:
        """Yield the columns of blank cells of a row: if most filled cells have borders, of those that have some."""
        for first, styles in self.blank_cells.get(row, ()):
            for column, (style,) in enumerate(_U16.iter_unpack(styles), first):
                if not self.sheet.has_borders or self.book.style(style).framed:
                    yield column

    def keep(self, row: int, column: int, style: int, shown: Shown) -> None:
        """Keep a cell that is printed."""
        if column > _LAST_COLUMN:
            raise ReadError(
                "damaged", f"sheet {self.sheet.name}: a cell in column {column + 1}: save the workbook anew"
            )
        self.filled += 1
        look = self.book.style(style)
        self.framed += look.framed
        if self.filled > self.book.limits.grid_cells:
            check_count(self.filled, self.sheet.name, self.book.limits)
        if shown.text:
            if look.doubt is not None:
                shown = seen(shown, look.doubt)
            cells = self.sheet.rows.setdefault(row, {})
            cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)

    def end_text(self) -> None:
        """Keep the text of a formula once its last piece is there, or once it is plain that there is none."""
        if self.awaits is None:
            return
        row, column, style = self.awaits
        has_text = not self.text.is_empty()
        shown = self.book.text(clean_text(self.text.string()), style) if has_text else Shown("=", NO_VALUE)
        self.keep(row, column, style, shown._replace(doubt=shown.doubt or STALE) if self.stale else shown)
        self.awaits, self.text = None, Pieces()


def _sheet(book: _Book, position: int, name: str) -> Sheet:
    reading = _Reading(book, name)
    last = 0
    places: list[tuple[int, int]] = []  # of the records of cells, in the order of the file
    try:
        for kind, begin, size in _records(book.stream, position):
            if kind == _CONTINUE and last == _STRING:
                reading.text.add(memoryview(book.stream)[begin : begin + size])
                continue
            if kind not in _BEFORE_TEXT:
                reading.end_text()
            if size not in FITTING.get(kind, ANY):
                raise misfit(name, kind, size)
            take = _TAKERS.get(kind)
            if take is not None:
                if kind in CELLS:
                    places.append(_HEAD.unpack_from(book.stream, begin))
                take(reading, memoryview(book.stream)[begin : begin + size])
            last = kind
    except struct.error as error:
        raise ReadError("damaged", f"sheet {name}: a record is too short ({error}): fetch the file again") from error
    reading.end_text()
    check_order(places, name)
    sheet = reading.sheet
    sheet.hidden_rows, sheet.hidden_columns = reading.hidden_rows, reading.hidden_columns
    if not reading.shows_zeros:
        hide_zeros(sheet)
    sheet.has_borders, sheet.blanks = 2 * reading.framed > reading.filled, reading.blanks
    return sheet


def _number(reading: _Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    reading.keep(row, column, style, reading.book.number(_DOUBLE.unpack_from(piece, 6)[0], style))


def _rk(reading: _Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    reading.keep(row, column, style, reading.book.number(packed_number(_I32.unpack_from(piece, 6)[0]), style))


def _many_rk(reading: _Reading, piece: memoryview) -> None:
    row, column = _HEAD.unpack_from(piece)
    check_many(reading.sheet.name, piece, column, _RK_CELL.size)
    for offset in range(4, len(piece) - 7, 6):
        style, packed = _RK_CELL.unpack_from(piece, offset)
        reading.keep(row, column, style, reading.book.number(packed_number(packed), style))
        column += 1


def _shared_text(reading: _Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    (number,) = _U32.unpack_from(piece, 6)
    strings = reading.book.strings
    if number >= len(strings):
        raise ReadError("damaged", f"a cell holds string {number}, the workbook has {len(strings)}: save it anew")
    reading.keep(row, column, style, reading.book.text(strings[number], style, reading.book.rich.get(number)))


def _own_text(reading: _Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    pieces = Pieces(piece[6:])
    text, runs = pieces.rich_string()
    look = text_runs(text, runs, reading.book.fonts) if runs else None
    reading.keep(row, column, style, reading.book.text(clean_text(text), style, look))


def _truth_or_error(reading: _Reading, piece: memoryview) -> None:
    row, column, style = _CELL.unpack_from(piece)
    value, is_error = struct.unpack_from("<BB", piece, 6)
    reading.keep(row, column, style, coded_value(value, is_error=bool(is_error)))


def _formula(reading: _Reading, piece: memoryview) -> None:
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


def _formula_text(reading: _Reading, piece: memoryview) -> None:
    reading.text = Pieces(piece)


def _blank(reading: _Reading, piece: memoryview) -> None:
    row, column, _ = _CELL.unpack_from(piece)
    reading.keep_blanks(row, column, piece[4:6])


def _many_blank(reading: _Reading, piece: memoryview) -> None:
    row, column = _HEAD.unpack_from(piece)
    check_many(reading.sheet.name, piece, column, _U16.size)
    reading.keep_blanks(row, column, piece[4:-2])


def _row(reading: _Reading, piece: memoryview) -> None:
    (row,), (flags,) = _U16.unpack_from(piece), _U16.unpack_from(piece, 12)
    if flags & 0x20:
        reading.hidden_rows.append((row, row))


def _columns(reading: _Reading, piece: memoryview) -> None:
    first, last, width, _, flags = struct.unpack_from("<5H", piece)
    if (flags & 1 or not width) and first <= last:
        reading.hidden_columns.append((first, last))


def _merged(reading: _Reading, piece: memoryview) -> None:
    for top, bottom, left, right in _AREA.iter_unpack(piece[2 : len(piece) - (len(piece) - 2) % 8]):
        if top <= bottom and left <= right:
            reading.sheet.merges.append((top, left, bottom, right))


def _uncalculated(reading: _Reading, _piece: memoryview) -> None:
    reading.stale = True


def _window(reading: _Reading, piece: memoryview) -> None:
    reading.shows_zeros = bool(_U16.unpack_from(piece)[0] & 0x10)


_TAKERS: dict[int, Callable[[_Reading, memoryview], None]] = {
    _NUMBER: _number, _RK: _rk, _MULRK: _many_rk, _LABELSST: _shared_text, _LABEL: _own_text, _RSTRING: _own_text,
    _BOOLERR: _truth_or_error, _FORMULA: _formula, OLD_FORMULA: _formula, _STRING: _formula_text, _ROW: _row,
    _COLINFO: _columns,
    _MERGED: _merged, _WINDOW: _window, _UNCALCED: _uncalculated, _BLANK: _blank, _MULBLANK: _many_blank,
}  # fmt: skip
