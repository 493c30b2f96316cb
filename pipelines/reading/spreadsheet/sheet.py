"""What a sheet of any spreadsheet format states: its cells as they are printed, merged ranges, hidden rows, names.

Belongs here: the record every format fills, and how spreadsheets name cells. Keep out: bytes, and the way to grids
(`spreadsheet.grids`).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.contracts.codes import code_list
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.formats import FORMATTED, Shown

# Why the text of a cell is not trusted, beside what formats tell.
NO_VALUE, STALE, TWICE = code_list("cell_note").named("formula_without_value", "formula_not_calculated", "stored_twice")
# Excel's own bounds: what a reference names beyond them is damage.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
# Excel allows this many characters in a cell.
_MAX_CELL_TEXT = 32_767
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_PLAIN_NAME = re.compile(r"^[^\W\d][\w.]*$")
_LOOKS_LIKE_CELL = re.compile(r"^(?:[A-Za-z]{1,3}\d+|[Rr]\d*(?:[Cc]\d*)?|[Cc]\d*)$")
_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?([0-9]{1,7})$")

Area = tuple[int, int, int, int]
Spans = Iterable[tuple[int, int]]
Blanks = Callable[[int], int]


def no_blanks(_row: int) -> int:
    """Return nothing: a sheet that states no blank cells."""
    return 0


def bits(columns: Iterable[int]) -> int:
    """Return a set of columns as an integer with a bit for each."""
    found = 0
    for column in columns:
        found |= 1 << column
    return found


@dataclass
class Sheet:
    """What a sheet holds, of a hidden one only its name. Rows and columns count from 0; an area is top, left, bottom,
    right.

    `rows` holds the cells with content; `has_borders` tells that most of them have some. `blanks` is asked only where
    the end of a row is in doubt: it returns the columns of the blank cells that the file states for this row (where
    tables have borders, only those that have some), as an integer with a bit for each.
    """

    name: str
    rows: dict[int, dict[int, Shown]] = field(default_factory=dict)
    blanks: Blanks = no_blanks
    merges: list[Area] = field(default_factory=list)
    hidden_rows: Spans = ()
    hidden_columns: Spans = ()
    has_borders: bool = False
    is_hidden: bool = False


def clean_text(text: str) -> str:
    """Return the text of a cell, a line per line of it, stripped. Raises ReadError where no cell holds so much."""
    if len(text) > _MAX_CELL_TEXT:
        raise ReadError("too_large", "reading_spreadsheet.cell_too_long", size=len(text), limit=_MAX_CELL_TEXT)
    if "\n" in text or "\r" in text:
        return "\n".join(line for part in text.splitlines() if (line := part.strip()))
    return text.strip()


def hide_zeros(sheet: Sheet) -> None:
    """Doubt the zeros of a sheet that prints none, whether they are stored as numbers or as texts."""
    for cells in sheet.rows.values():
        for column, cell in cells.items():
            if cell.doubt is None and not cell.text.strip("0.,"):
                cells[column] = cell._replace(doubt=FORMATTED)


def check_count(filled: int, name: str, limits: Limits) -> None:
    """Raise ReadError `too_many_cells` where a sheet has more filled cells than a table may have."""
    if filled > limits.grid_cells:
        raise ReadError("too_many_cells", "reading_spreadsheet.too_many_filled", name=name, limit=limits.grid_cells)


def packed_number(packed: int) -> float:
    """Return a number stored in 30 bits: a whole number or the upper half of a fraction, divided by 100 or not."""
    if packed & 2:
        number = float(packed >> 2)
    else:
        (number,) = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return number / 100 if packed & 1 else number


def coded_value(value: int, *, is_error: bool) -> Shown:
    """Return a truth value or an error as printed."""
    return Shown(_ERRORS.get(value, "#N/A") if is_error else "TRUE" if value else "FALSE")


def stored_text(number: float) -> str:
    """Return a stored number as XML workbooks spell it."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def quoted(name: str) -> str:
    """Return the name of a sheet as references spell it: 'My sheet'!A1."""
    plain = _PLAIN_NAME.match(name) and not _LOOKS_LIKE_CELL.match(name)
    return name if plain else "'" + name.replace("'", "''") + "'"


@lru_cache(maxsize=MAX_COLUMNS)
def letters(column: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=1 << 16)
def place_of(reference: str) -> tuple[int, int]:
    """Return row and column of a reference such as B7. Raises ReadError `damaged` where no sheet has such a cell."""
    found = _REFERENCE.match(reference)
    if found is not None:
        row, column = int(found[2]) - 1, 0
        for letter in found[1]:
            column = column * 26 + ord(letter) - 64
        if 0 <= row < MAX_ROWS and column <= MAX_COLUMNS:
            return row, column - 1
    raise ReadError("damaged", "reading_spreadsheet.no_reference", reference=reference[:40])


@lru_cache(maxsize=1 << 14)
def area_of(reference: str) -> Area:
    """Return the area of a reference such as A1:C3. Raises ReadError `damaged`."""
    first, _, last = reference.partition(":")
    top, left = place_of(first)
    bottom, right = place_of(last) if last else (top, left)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)
