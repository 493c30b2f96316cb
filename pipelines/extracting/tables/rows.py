"""Logical rows: the cells that belong together, from a grid as it stands or assembled from a run of cells."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.reading import Cell, Grid, Place

_new = tuple.__new__


class Slot(NamedTuple):
    """A cell of a row with its place in the file. `right` is the first grid column after it."""

    text: str
    grid: int
    row: int
    col: int
    right: int
    line: int
    place: Place | None = None
    doubt: str | None = None


class LogicalRow(NamedTuple):
    """Cells of one printed row.

    `marked`: the source marks every cell, so a blank one is there and empty; without marks blanks are lost.
    `assembled`: the row's end was not marked but found by the next label. `spanned`: columns align between rows.
    Of an assembled row, `above` is the line in which its label or header ends, `below` that of what follows it, 0 where
    that is not known; `is_last` tells that what follows is no part of the table.
    """

    slots: tuple[Slot, ...]
    marked: bool
    assembled: bool
    spanned: bool
    above: int = 0
    below: int = 0
    is_last: bool = False


def slot_of(cell: Cell, grid: int) -> Slot:
    """Return a cell of a grid as a slot."""
    text, row, col, _, colspan, line, place, doubt = cell
    # Made as tuples are: the constructors of named tuples take twice as long, and a report has hundreds of cells.
    return _new(Slot, (text, grid, row, col, col + colspan, line, place, doubt))


def grid_rows(grid: Grid) -> list[LogicalRow]:
    """Return the rows of a grid as logical rows, in order."""
    index, spanned = grid.index, grid.spanned
    return [LogicalRow(tuple([slot_of(cell, index) for cell in cells]), True, False, spanned) for cells in grid.rows]
