"""Rich Text files -> Document: the body, then text boxes."""

from __future__ import annotations

from pipelines.reading.doc.grids import ROW_SHAPE
from pipelines.reading.document import Document, Grid, ReadError, only_pictures
from pipelines.reading.limits import DEFAULT_LIMITS, Limits
from pipelines.reading.rtf.tokens import tokens
from pipelines.reading.rtf.walk import RtfWalk
from pipelines.reading.sniffing import RTF


def read_document(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Document:
    """Read a Rich Text file. Raises ReadError where it is cut, damaged, beyond a budget or without text."""
    walk = RtfWalk(limits)
    walk.take(tokens(data))
    walk.finish()
    blocks = walk.walk.blocks
    if not blocks and walk.has_pictures:
        raise only_pictures()
    if not blocks:
        raise ReadError("empty", "reading.nothing_printed")
    return Document(RTF, None, tuple(_doubted(block) if isinstance(block, Grid) else block for block in blocks))


def _doubted(grid: Grid) -> Grid:
    """Return a grid, all its cells doubted where a row does not fit its definition.

    The cells of such a grid are told apart by their count alone, and merged ones count in each row for another number.
    """
    if grid.spanned:
        return grid
    rows = tuple(tuple(cell._replace(doubt=cell.doubt or ROW_SHAPE) for cell in row) for row in grid.rows)
    return Grid(grid.index, rows, spanned=False)
