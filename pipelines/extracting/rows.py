"""Logical rows: the cells that belong together, from a grid as it stands or assembled from a run of cells."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.reading import Grid, Place


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
    """

    slots: tuple[Slot, ...]
    marked: bool
    assembled: bool
    spanned: bool


def grid_rows(grid: Grid) -> list[LogicalRow]:
    """Return the rows of a grid as logical rows, in order."""
    index, spanned = grid.index, grid.spanned
    return [
        LogicalRow(
            tuple([Slot(c.text, index, c.row, c.col, c.col + c.colspan, c.line, c.place, c.doubt) for c in cells]),
            True,
            False,
            spanned,
        )
        for cells in grid.rows
    ]
