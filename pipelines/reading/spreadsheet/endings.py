"""Where the rows of a sheet end: whether a cell that the file does not hold is blank, or lost.

A reference proves the place of what is stored. But where one cell of a row was deleted, those after it have moved: such
a row is shorter than the others, and so is one whose last cells are blank and not stored. Belongs here: what tells the
two apart. Keep out: merged cells, and what a table means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from pipelines.reading.spreadsheet.formats import Shown

# Fewer rows than these may all have lost a cell; where so many have a blank column, fewer of another table show one.
_SEVERAL, _TOGETHER = 3, 2
_EMPTY: dict[int, Shown] = {}
_new = tuple.__new__
# A number with a sign or a unit, or what is printed in its place.
_FIGURE = re.compile(r"^(?:[-+±增减]?[加少]?\d[\d.,]*(?:[件条项次个份元]|万元)?|[-—–－/\\]+|无)$")


class Stated(Protocol):
    """What a sheet states of its rows; sets of columns are integers with a bit for each."""

    rows: dict[int, dict[int, Shown]]
    printed: dict[int, int]
    taken: dict[int, int]

    @property
    def has_borders(self) -> bool:
        """Tell whether most cells have borders."""

    def blanks(self, row: int) -> int:
        """Return the columns of blank cells that the file states."""


class _Row(NamedTuple):
    """A row: the columns of all its cells and of its figures, and where all its cells and those with a text end.

    `is_header` tells that several texts and no figures stand in it, `is_labelled` that its first text is no figure.
    """

    number: int
    cells: int
    figures: int
    end: int
    printed: int
    is_header: bool
    is_labelled: bool


class _Part(NamedTuple):
    """Rows of a table, headers first, and where the widest of the headers ends."""

    header: int
    rows: list[_Row]


class _Sheet(NamedTuple):
    """The rows of the tables of a sheet; `states_blanks` tells that its blank cells have borders, as all others."""

    tables: list[list[_Row]]
    has_borders: bool
    states_blanks: bool


def row_ends(sheets: Sequence[tuple[Stated, Sequence[Sequence[int]]]]) -> list[dict[int, int]]:
    """Return the last column of each row of the tables of each sheet; one program has written them all.

    The columns of a table end where its widest text does.
    """
    found: list[dict[int, int]] = []
    is_plain = True
    for sheet, blocks in sheets:
        ends: dict[int, int] = {}
        for block in blocks:
            right = max(sheet.printed[row].bit_length() for row in block) - 1
            ends |= {row: min(_columns(sheet, row).bit_length() - 1, right) for row in block}
            is_plain = is_plain and all(ends[row] == right for row in block)
        found.append(ends)
    if is_plain:
        return found
    known = [_sheet(sheet, blocks) for sheet, blocks in sheets]
    has_holes = any(map(_has_holes, known))
    has_columns = any(
        _ends_early(part, _SEVERAL)
        for own in known
        if not own.states_blanks
        for table in own.tables
        for part in _parts(table)
    )
    for ends, own in zip(found, known, strict=True):
        for table in own.tables:
            right = max(ends[row.number] for row in table)
            for part in _parts(table):
                first = _first_value(part.rows)
                labels = any(row.is_labelled and row.figures for row in part.rows)
                holed = any(_has_hole(row.cells) for row in part.rows)
                leaves_out = has_holes or (has_columns and (holed or _ends_early(part, _TOGETHER)))
                for row in part.rows:
                    # A label alone has no values that could have moved; values without their label may have.
                    filled_up = leaves_out and not own.states_blanks and (row.is_labelled or not labels)
                    ends[row.number] = right if filled_up or row.end <= first else row.end - 1
    return found


def has_framed(sheet: Stated, row: int, right: int, last: int) -> bool:
    """Tell whether blank cells with borders stand in a row behind a column, up to the last of a table."""
    return sheet.has_borders and last > right and bool(sheet.blanks(row) >> (right + 1) & ((1 << (last - right)) - 1))


def _columns(sheet: Stated, row: int) -> int:
    return sheet.printed.get(row, 0) | sheet.taken.get(row, 0)


def _sheet(sheet: Stated, blocks: Sequence[Sequence[int]]) -> _Sheet:
    tables: list[list[_Row]] = []
    states_blanks = False
    for block in blocks:
        within = (1 << max(sheet.printed[row].bit_length() for row in block)) - 1
        blanks = {row: sheet.blanks(row) & within & ~_columns(sheet, row) for row in block}
        states_blanks = states_blanks or any(blanks.values())
        tables.append([_row(sheet, row, blanks[row], within) for row in block])
    return _Sheet(tables, sheet.has_borders, sheet.has_borders and states_blanks)


def _row(sheet: Stated, number: int, blanks: int, within: int) -> _Row:
    own = sheet.rows.get(number, _EMPTY)
    figures = 0
    for column, shown in own.items():
        if _is_figure(shown.text):
            figures |= 1 << column
    first = 1 << min(own) if own else 0
    cells, printed = (_columns(sheet, number) & within) | blanks, sheet.printed.get(number, 0)
    is_header, is_labelled = len(own) > 1 and not figures, bool(own) and not figures & first
    row = (number, cells, figures & ~first, cells.bit_length(), printed.bit_length(), is_header, is_labelled)
    return _new(_Row, row)


@lru_cache(maxsize=1 << 14)
def _is_figure(text: str) -> bool:
    return _FIGURE.match(text) is not None


def _first_value(table: Iterable[_Row]) -> int:
    """Return the first column in which a row of a table has a figure, 0 where none has."""
    columns = 0
    for row in table:
        columns |= row.figures
    return (columns & -columns).bit_length() - 1 if columns else 0


def _has_holes(sheet: _Sheet) -> bool:
    """Tell whether a sheet has rows with holes: the program that wrote it leaves out its blank cells.

    Where tables have borders, their blank cells have some, too: a single one without may be an accident.
    """
    holes = sum(_has_hole(row.cells) for table in sheet.tables for row in table)
    return not sheet.states_blanks and holes >= (_SEVERAL if sheet.has_borders else 1)


def _ends_early(part: _Part, least: int) -> bool:
    """Tell whether all rows of a part, and so many, end in the same column, before their header does.

    A program that moves the cells after a blank one to the left makes rows that end anywhere.
    """
    first = _first_value(part.rows)
    ends = [row.end for row in part.rows if not row.is_header and row.end > first]
    return len(ends) >= least and len(set(ends)) == 1 and ends[0] < part.header


def _parts(table: Sequence[_Row]) -> list[_Part]:
    """Return the parts of a table that stand below headers of their own."""
    parts: list[_Part] = []
    rows: list[_Row] = []
    header, has_values = 0, False
    for row in table:
        if row.is_header:
            if has_values:
                parts.append(_Part(header, rows))
                rows, header, has_values = [], 0, False
            header = max(header, row.printed)
        else:
            has_values = True
        rows.append(row)
    parts.append(_Part(header, rows))
    return parts


def _has_hole(columns: int) -> bool:
    """Return whether columns are not side by side: adding the first to them then leaves some as they are."""
    return (columns + (columns & -columns)) & columns != 0
