"""The row and the number at the very end of a file: one that was cut may have lost cells and digits.

Belongs here: whether that number is proven whole. Keep out: files that end inside a character, a tag, a row or an
answer (readers and `report` refuse these), and where a cell stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import ABSENT, AMBIGUOUS, BLANK, VALUE
from pipelines.extracting.tables.cells import CellReading, FormReading
from pipelines.forms import CellPath
from pipelines.reading import IN_NUMBER, OPEN_END, Block, Document, Grid, Paragraph, Run

(CUT,) = code_list("cell_note").named("cut")
_LAST_NUMBER = re.compile(r"\d[\d.,，]*$")
_TOTAL = "total"


def doubt_cut(document: Document, reading: FormReading) -> FormReading:
    """Return a reading whose last number is ambiguous where the file ends in it and nothing proves it whole.

    A count that begins with 0 has no more digits. Where no cell of the form is missing, the file ends where the form
    does; then only a sum of the other cells that goes on where the total ends tells that it was cut. Of a last row
    that lacks cells none is sure in separated text, a blank one that ends the file neither.
    """
    if OPEN_END not in document.metadata or not document.blocks:
        return reading
    block = document.blocks[-1]
    lost = _of_a_short_row(reading, block) if isinstance(block, Grid) and block.rows and block.rows[-1] else set()
    number = _last_number(block, reading)
    if document.metadata[OPEN_END] == IN_NUMBER and number is not None and not _is_whole(reading, number):
        lost.add(number)
    if not lost:
        return reading
    cells = {
        path: cell._replace(status=AMBIGUOUS, value=None, yuan=None, note=CUT) if path in lost else cell
        for path, cell in reading.cells.items()
    }
    return replace(reading, cells=cells)


def _of_a_short_row(reading: FormReading, grid: Grid) -> set[CellPath]:
    """Return the cells of a last row with fewer cells than others, where some are missing; else its last if blank."""
    last = grid.rows[-1][-1]
    placed = [(path, cell) for path, cell in reading.cells.items() if _place(cell)[:2] == (grid.index, last.row)]
    if len(grid.rows[-1]) >= max(map(len, grid.rows)):
        return {path for path, cell in placed if cell.status == BLANK and _place(cell)[2] == last.col}
    lost: set[CellPath] = set()
    for path, _ in placed:
        row = list(_beside(reading, path))
        if any(reading.cells[own].status in (ABSENT, BLANK) for own in row):
            lost.update(own for own in row if reading.cells[own].status in (VALUE, BLANK))
    return lost


def _last_number(block: Block, reading: FormReading) -> CellPath | None:
    """Return the path of the cell whose number ends the file, None where no such cell does."""
    valued = [(path, cell) for path, cell in reading.cells.items() if cell.status == VALUE and cell.slot is not None]
    if isinstance(block, Grid):
        last = block.rows[-1][-1] if block.rows and block.rows[-1] else None
        if last is None or not _LAST_NUMBER.search(last.text):
            return None
        return next((path for path, cell in valued if _place(cell) == (block.index, last.row, last.col)), None)
    text, line = _last_text(block)
    # Pages do not count lines: there the last cell that is placed is the one.
    own = [found for found in valued if found[1].slot is not None and found[1].slot.line == line] if line else valued
    path, cell = max(own, key=lambda found: _place(found[1]), default=(None, None))
    number = _LAST_NUMBER.search(text)
    return path if cell is not None and number is not None and (cell.raw or "").strip().endswith(number[0]) else None


def _beside(reading: FormReading, path: CellPath) -> Iterator[CellPath]:
    return (own for own in reading.cells if own[:2] == path[:2])


def _last_text(block: Paragraph | Run) -> tuple[str, int]:
    if isinstance(block, Paragraph):
        return block.text, block.line
    return next(((piece.text, piece.line) for piece in reversed(block.pieces) if piece.text), ("", 0))


def _place(cell: CellReading) -> tuple[int, int, int]:
    slot = cell.slot
    return (slot.grid, slot.row, slot.col) if slot is not None else (-1, 0, 0)


def _is_whole(reading: FormReading, path: CellPath) -> bool:
    """Tell whether the last number of a file is proven to have all its digits."""
    cell = reading.cells[path]
    if cell.value == 0 and cell.yuan is None:
        return True
    if any(reading.cells[own].status == ABSENT for own in reading.form.cells if own in reading.cells):
        return False
    others = [
        c.value for own, c in reading.cells.items() if own[:2] == path[:2] and own != path and c.value is not None
    ]
    added, printed = str(sum(others, Decimal(0))), str(cell.value)
    return path[2] != _TOTAL or added == printed or not added.startswith(printed)
