"""Rows with the cells that merged ones cover: formats that know merging as flags write those, too.

Belongs here: where each cell and each covered part stands. Keep out: bytes of a format.
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.corpus.spans import SpannedCell, TableBlock


class Place(NamedTuple):
    """A cell in a row: its left column, and whether it only goes on with the one above."""

    col: int
    cell: SpannedCell
    goes_on: bool


def covered_rows(table: TableBlock) -> tuple[list[list[Place]], int]:
    """Return the rows with covered parts as empty cells, and the width of the table in columns."""
    rows: list[list[Place]] = []
    covered: dict[int, SpannedCell] = {}  # by left column, with the rows that each still covers
    width = 0
    for cells in table.rows:
        row, col, remaining = [], 0, list(cells)
        below: dict[int, SpannedCell] = {}
        while remaining or col in covered:
            goes_on = col in covered
            cell = covered[col]._replace(text="") if goes_on else remaining.pop(0)
            row.append(Place(col, cell, goes_on))
            if cell.rowspan > 1:
                below[col] = cell._replace(rowspan=cell.rowspan - 1)
            col += cell.colspan
        covered, width = below, max(width, col)
        rows.append(row)
    return rows, width
