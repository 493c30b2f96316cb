"""Records of a sheet in .xls that are plain, taken at once: with what the functions of `xls` make of them.

Plain is a record as nearly all are: whole, in a column that a sheet has, of a style that doubts and hides nothing, upon
no other cell. Each function tells whether it took the record; what it did not is read by `xls`. Belongs here: speed.
Keep out: what only some sheets hold.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

from pipelines.reading.spreadsheet.formats import Shown, shown_number
from pipelines.reading.spreadsheet.sheet import TWICE, packed_number, stored_text

if TYPE_CHECKING:
    from pipelines.reading.spreadsheet.xls import Reading

_MULBLANK, _NUMBER, _RK, _MULRK, _LABELSST, _ROW = 0xBE, 0x203, 0x27E, 0xBD, 0xFD, 0x208
_LAST_COLUMN = 255
_DOUBLE, _RK_CELL, _U16_SIZE = struct.Struct("<d"), struct.Struct("<Hi"), 2
_PACKED_SIZE, _DOUBLE_SIZE, _ROW_SIZE = 10, 14, 16
_HIDDEN_ROW = 0x20


@lru_cache(maxsize=1 << 14)
def _packed(packed: int, code: str, from_1904: bool) -> Shown:
    return shown_number(stored_text(packed_number(packed)), code, from_1904)


@lru_cache(maxsize=1 << 14)
def _double(number: float, code: str, from_1904: bool) -> Shown:
    return shown_number(stored_text(number), code, from_1904)


def _plain_cell(reading: Reading, row: int, column: int, style: int, shown: Shown | None) -> bool:
    if shown is None or column > _LAST_COLUMN:
        return False
    reading.places.append((row, column))
    reading.used.append(style)
    rows = reading.sheet.rows
    if row not in rows:
        rows[row] = {column: shown}
    else:
        cells = rows[row]
        cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)
    return True


def _plain_text(reading: Reading, row: int, column: int, style: int, number: int, _begin: int, size: int) -> bool:
    book = reading.book
    if size != _PACKED_SIZE or style not in book.plain:
        return False
    return _plain_cell(reading, row, column, style, book.texts.get(number))


def _plain_packed(reading: Reading, row: int, column: int, style: int, number: int, _begin: int, size: int) -> bool:
    book = reading.book
    if size != _PACKED_SIZE or style not in book.plain:
        return False
    return _plain_cell(reading, row, column, style, _packed(number, book.plain[style], book.from_1904))


def _plain_double(reading: Reading, row: int, column: int, style: int, _number: int, begin: int, size: int) -> bool:
    book = reading.book
    if size != _DOUBLE_SIZE or style not in book.plain:
        return False
    (number,) = _DOUBLE.unpack_from(book.padded, begin + 6)
    return _plain_cell(reading, row, column, style, _double(number, book.plain[style], book.from_1904))


def _last_of(padded: bytes, begin: int, size: int, column: int, each: int) -> int:
    """Return the last column of a record of many cells, -1 where it does not end with its number or not in a sheet."""
    end = begin + size
    last = column + (size - 6) // each - 1
    return last if size > 6 and not (size - 6) % each and padded[end - 2] == last and not padded[end - 1] else -1


def _plain_numbers(reading: Reading, row: int, column: int, _style: int, _number: int, begin: int, size: int) -> bool:
    book, rows = reading.book, reading.sheet.rows
    last = _last_of(book.padded, begin, size, column, _RK_CELL.size)
    if last < 0:
        return False
    styles, numbers = zip(*_RK_CELL.iter_unpack(book.view[begin + 4 : begin + size - 2]), strict=True)
    codes = list(map(book.plain.get, styles))
    columns = range(column, last + 1)
    if None in codes or (row in rows and any(map(rows[row].__contains__, columns))):
        return False
    reading.places.append((row, column))
    reading.used.extend(styles)
    rows.setdefault(row, {}).update(zip(columns, map(_packed, numbers, codes, repeat(book.from_1904)), strict=False))
    return True


def _plain_blanks(reading: Reading, row: int, column: int, _style: int, _number: int, begin: int, size: int) -> bool:
    book = reading.book
    if not book.plain or _last_of(book.padded, begin, size, column, _U16_SIZE) < 0:
        return False
    reading.places.append((row, column))
    reading.blank_count += (size - 6) // _U16_SIZE
    reading.blank_cells.append((row, column, book.stream[begin + 4 : begin + size - 2]))
    return True


def _plain_row(reading: Reading, _row: int, _column: int, _style: int, _number: int, begin: int, size: int) -> bool:
    return size == _ROW_SIZE and not reading.book.padded[begin + 12] & _HIDDEN_ROW


PLAIN_RECORDS: dict[int, Callable[[Reading, int, int, int, int, int, int], bool]] = {
    _LABELSST: _plain_text, _MULBLANK: _plain_blanks, _ROW: _plain_row, _MULRK: _plain_numbers, _RK: _plain_packed,
    _NUMBER: _plain_double,
}  # fmt: skip
