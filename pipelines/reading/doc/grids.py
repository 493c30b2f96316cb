"""Rows of a binary Word table -> a grid whose columns align: the edges of all cells in twips are its columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.rows import FIRST, GOES_ON, RowShape
from pipelines.reading.document import Cell, Grid, ReadError
from pipelines.reading.limits import Limits

# Edges that differ by less are one: rows whose cells were dragged by hand are a millimetre apart.
_TOLERANCE = 60
_new = tuple.__new__
MERGED_TEXT, MERGE_BROKEN, ROW_SHAPE = code_list("cell_note").named("merged_text", "merge_broken", "row_shape")


class WordRow(NamedTuple):
    """The texts of a row's cells, why some are not trusted, and the shapes that the file gives the row, older first."""

    texts: list[str]
    doubts: dict[int, str]
    shapes: tuple[RowShape, ...]


class _Open(NamedTuple):
    """A cell that rows below may go on: its place among the cells of its row, and its right edge."""

    row: int
    place: int
    right: int


def grid(index: int, rows: Sequence[WordRow], limits: Limits) -> Grid:
    """Return the rows as a grid. Raises ReadError where a budget is exceeded.

    Where a row's definition does not fit its cells, the columns of the whole grid are not known to align.
    """
    cells = sum(len(row.texts) for row in rows)
    if cells > limits.grid_cells:
        raise ReadError("too_many_cells", "reading_doc.table_cells", index=index, cells=cells, limit=limits.grid_cells)
    shapes = [_fitting(row) for row in rows]
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(rows):
        return Grid(index, _counted(rows, shapes), spanned=False)
    columns = _columns(known)
    width = max(columns.values())
    if width > limits.grid_columns:
        raise ReadError(
            "too_many_columns", "reading_doc.table_columns", index=index, width=width, limit=limits.grid_columns
        )
    return Grid(index, _placed(rows, known, columns, limits), spanned=True)


def _fitting(row: WordRow) -> RowShape | None:
    """Return the definition that has as many cells as the row, and edges from left to right."""
    count = len(row.texts)
    for shape in row.shapes:
        if len(shape.sideways) == count and len(shape.edges) == count + 1 and shape.is_ordered:
            return shape
    return None


def _counted(rows: Sequence[WordRow], shapes: Sequence[RowShape | None]) -> tuple[tuple[Cell, ...], ...]:
    """Return cells by their count alone; those of a row whose definition does not fit are doubted.

    So are those of a row with merged cells: the parts of them that are not printed count as well.
    """
    found = []
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
        doubt = ROW_SHAPE if shape is None or shape.is_merged else None
        cells = [Cell(t, number, i, 1, 1, 0, None, row.doubts.get(i, doubt)) for i, t in enumerate(row.texts)]
        found.append(tuple(cells))
    return tuple(found)


def _columns(shapes: Sequence[RowShape]) -> dict[int, int]:
    """Return the column that each edge opens; edges closer than any cell is wide may be one."""
    different = {shape.edges for shape in shapes}
    edges = sorted({edge for row in different for edge in row})
    narrowest = min((b - a for row in different for a, b in pairwise(row) if b > a), default=1)
    columns: dict[int, int] = {}
    column, first, last = -1, 0, 0
    for edge in edges:
        if column < 0 or edge - last > _TOLERANCE or 2 * (edge - first) >= narrowest:
            column, first = column + 1, edge
        columns[edge] = column
        last = edge
    return columns


def _placed(
    rows: Sequence[WordRow], shapes: Sequence[RowShape], columns: dict[int, int], limits: Limits
) -> tuple[tuple[Cell, ...], ...]:
    found: list[list[Cell]] = []
    waiting: dict[int, _Open] = {}
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
        starts = [columns[edge] for edge in shape.edges]
        if not row.doubts and not shape.is_merged:
            # Made as tuples are: the constructors of named tuples take twice as long, and a report has many cells.
            cells = [
                _new(Cell, (t, number, a, 1, b - a, 0, None, None))
                for t, a, b in zip(row.texts, starts, starts[1:], strict=False)
            ]
            found.append(cells)
            waiting = {}
            continue
        cells, still = [], {}
        for left, right, text, doubt, downwards in _merged_sideways(row, shape, starts):
            above = waiting.get(left)
            if downwards == GOES_ON and above is not None and above.right == right:
                _extend(found, above, number, text, doubt, limits)
                still[left] = above
                continue
            if downwards == FIRST:
                still[left] = _Open(number, len(cells), right)
            elif downwards == GOES_ON:
                cells.append(Cell(text, number, left, 1, right - left, 0, None, doubt or MERGE_BROKEN))
                continue
            cells.append(_new(Cell, (text, number, left, 1, right - left, 0, None, doubt)))
        found.append(cells)
        waiting = still
    return tuple(map(tuple, found))


_Merged = tuple[int, int, str, str | None, int]


def _merged_sideways(row: WordRow, shape: RowShape, starts: list[int]) -> list[_Merged]:
    """Return (left column, right column, text, doubt, merge downwards) of the row's cells, merged ones as one."""
    if not any(shape.sideways):
        doubts = map(row.doubts.get, range(len(row.texts)))
        return list(zip(starts, starts[1:], row.texts, doubts, shape.downwards, strict=False))
    merged: list[_Merged] = []
    for index, text in enumerate(row.texts):
        left, right, doubt = starts[index], starts[index + 1], row.doubts.get(index)
        if shape.sideways[index] == GOES_ON and merged:
            first, _, above, above_doubt, downwards = merged[-1]
            doubt = above_doubt or doubt or (MERGED_TEXT if text else None)
            merged[-1] = (first, right, "\n".join(filter(None, (above, text))), doubt, downwards)
        else:
            merged.append((left, right, text, doubt, shape.downwards[index]))
    return merged


def _extend(found: list[list[Cell]], above: _Open, row: int, text: str, doubt: str | None, limits: Limits) -> None:
    """Let a cell cover one more row. What stands in the part below is not printed, so its reader cannot know of it."""
    grown = found[above.row][above.place]
    doubt = grown.doubt or (MERGED_TEXT if text or doubt else None)
    span = min(row - above.row + 1, limits.span)
    found[above.row][above.place] = grown._replace(rowspan=span, doubt=doubt)
