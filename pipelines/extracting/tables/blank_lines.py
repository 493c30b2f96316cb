"""Text of one cell a line in which a blank cell is an empty line: the spacing of the lines proves which cell is blank.

A text that loses its blank cells has rows of any length; one that keeps them has as many lines between two labels as
the table has cells, in every row. Only where no row contradicts, an empty line is a cell. Belongs here: that proof.
Keep out: how rows are assembled (`text_rows`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipelines.extracting.tables.collector import RawRow, RawTable
from pipelines.extracting.tables.rows import Slot

# So many rows must be spaced as the proof demands, and so many cells be blank at an end that only empty lines show.
_SEVERAL = 3
# So many rows with a value at the end of a table show how far away what follows is.
_ENDS = 2


class _Row(NamedTuple):
    """A row of a table: the line of its label or header, those of its values, and the first line below it.

    `end` is empty for rows with another one of the table below, else it names what follows the table.
    """

    table: int
    row: int
    width: int
    anchor: int
    lines: tuple[int, ...]
    below: int
    end: str

    @property
    def is_whole(self) -> bool:
        return len(self.lines) == self.width

    def gaps(self) -> Iterator[int]:
        above = self.anchor
        for line in self.lines:
            yield line - above
            above = line

    def is_spaced(self, step: int) -> bool:
        """Tell whether every value stands a whole number of steps below the label, within the row."""
        return all(gap > 0 and gap % step == 0 for gap in self.gaps()) and self.last(step) <= self.width

    def last(self, step: int) -> int:
        """Return how many steps below the label the last value stands."""
        return (self.lines[-1] - self.anchor) // step if self.lines else 0

    def room(self, step: int) -> int:
        """Return how many lines below the line of its last cell what follows the row stands."""
        return self.below - self.anchor - self.width * step

    def is_filled_to_end(self, step: int) -> bool:
        """Tell whether the row has a value in its last column."""
        return self.is_spaced(step) and self.last(step) == self.width

    def is_exact(self, step: int) -> bool:
        """Tell whether the row has as many lines as its table has cells, each a step from the next."""
        return self.is_spaced(step) and self.room(step) == step


def with_blank_cells(tables: Sequence[tuple[RawTable, int]]) -> list[RawTable]:
    """Return raw tables in which empty lines that are proven to be cells are blank cells.

    Each is given with its number of columns, 0 where that is not known.
    """
    raws = [raw for raw, _ in tables]
    rows = [row for number, (raw, width) in enumerate(tables) if width for row in _rows(number, raw, width)]
    if all(row.is_whole for row in rows):
        return raws
    step = min((gap for row in rows for gap in row.gaps()), default=0)
    if step < 1 or not _is_kept(rows, step):
        return raws
    for row in rows:
        if not row.is_whole and _is_proven(row, rows, step):
            raws[row.table] = _restored(raws[row.table], row, step)
    return raws


def _rows(number: int, raw: RawTable, width: int) -> Iterator[_Row]:
    """Yield the rows of a table whose cells have no marks; of a table across the one that stands below its header."""
    for position, row in enumerate(raw.rows):
        label = _label_line(raw, row)
        if row.source.marked or not row.source.assembled or not label or len(row.slots) > width:
            continue
        end = "" if position < len(raw.rows) - 1 else "text" if row.source.is_last else "table"
        lines = tuple(slot.line for slot in row.slots)
        yield _Row(number, position, width, label, lines, row.source.below, end)
    heading = raw.heading
    if not raw.rows and heading is not None and heading.assembled and not heading.marked and heading.below:
        above = _header_line(raw)
        if above:
            yield _Row(number, -1, width, above, (), heading.below, "text" if heading.is_last else "table")


def _label_line(raw: RawTable, row: RawRow) -> int:
    """Return the line above the values of a row: that of its label, in a table across that of the header; else 0."""
    if row.targets:
        return row.source.above
    return _header_line(raw) if len(raw.rows) == 1 and not row.label else 0


def _header_line(raw: RawTable) -> int:
    """Return the line in which a header ends, 0 where words below it may be cells."""
    heading = raw.heading
    return heading.above if heading is not None and heading.slots[-1].line <= heading.above else 0


def _is_kept(rows: Sequence[_Row], step: int) -> bool:
    """Tell whether rows show that blank cells are kept as lines: several do, and none has fewer lines than cells."""
    inner = [row for row in rows if not row.end]
    if sum(row.is_exact(step) for row in inner) < _SEVERAL:
        return False
    for row in rows:
        if row.is_whole:
            if any(gap != step for gap in row.gaps()):
                return False
        elif row.end:
            if row.below and row.room(step) <= 0:
                return False
        elif not row.is_exact(step):
            return False
    return True


def _is_proven(row: _Row, rows: Sequence[_Row], step: int) -> bool:
    """Tell whether it is known where a row ends: its last cell is filled, or what follows stands where it must.

    What follows a table need not stand as near as the next row: other rows that end one show where it stands. Where
    several rows above another have blank cells, a single one is enough.
    """
    if not row.is_spaced(step):
        return False
    if not row.end or row.is_filled_to_end(step):
        return True
    rooms = [other.room(step) for other in rows if other.end == row.end and other.is_filled_to_end(step)]
    shown = sum(not (other.is_whole or other.end) for other in rows) >= _SEVERAL
    if len(rooms) >= (1 if shown else _ENDS):
        return row.below != 0 and {row.room(step)} == set(rooms)
    return row.is_exact(step) and (shown or row.width - row.last(step) >= _SEVERAL)


def _restored(raw: RawTable, row: _Row, step: int) -> RawTable:
    """Return a table in which a row has all its cells."""
    if row.row < 0:
        assert raw.heading is not None
        first = raw.heading.slots[-1]
        old = RawRow((), "", (), "", 0.0, None, raw.heading)
    else:
        old = raw.rows[row.row]
        first = old.source.slots[max(len(old.source.slots) - len(old.slots) - 1, 0)]
    found = {(slot.line - row.anchor) // step: slot for slot in old.slots}
    before = first.col + 1 if old.targets else 0
    slots = tuple(
        found.get(place, Slot("", first.grid, first.row, 0, 0, row.anchor + place * step))._replace(
            col=before + place - 1, right=before + place
        )
        for place in range(1, row.width + 1)
    )
    rows = list(raw.rows) or [old]
    rows[row.row] = old._replace(slots=slots)
    return replace(raw, rows=rows)
