"""Pictured pages in their order -> the blocks of a document: paragraphs, and tables joined across page breaks.

Belongs here: what pages have to do with each other. Keep out: pixels and characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pipelines.reading.document import Block, Grid, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.frames import Frame
from pipelines.reading.scan.joining import ScannedTable, joined
from pipelines.reading.scan.page import PageTable, PageText, TextLine, read_sheet
from pipelines.reading.scan.paper import prepared
from pipelines.reading.scan.prose import ProseLine, is_text, paragraphs

Part = ScannedTable | ProseLine


def blocks_of(frames: Iterable[Frame], limits: Limits) -> list[Block]:
    """Return the blocks of pages in reading order; an empty page gives none."""
    parts: list[Part] = []
    for frame in frames:
        if frame.number > limits.pages:
            raise ReadError("too_many_pages", "reading_scan.many_pages", limit=limits.pages)
        sheet = prepared(frame.planes, frame.points, strokes=frame.strokes)
        if sheet is not None:
            for text in read_sheet(sheet, frame.number, limits):
                _append(parts, list(_parts(text)), limits)
    return list(_blocks(parts, limits))


def _parts(text: PageText) -> Iterator[Part]:
    """Yield the tables and the lines of text of a page from top to bottom."""
    lines = [line for line in text.lines if is_text(line.text)]
    placed: list[PageTable | TextLine] = [*lines, *text.tables]
    boxes = [part.box for part in placed]
    left, right = min((box[0] for box in boxes), default=0), max((box[2] for box in boxes), default=0)
    # A page of short lines has no full one: text ends as far from the right edge as it begins from the left.
    area = (left / text.em, max(right / text.em, (text.size[0] - left) / text.em - 2))
    # Titles are a few lines of a page, and its smallest ones may be notes.
    heights = sorted(line.box[3] - line.box[1] for line in lines)
    tall = heights[len(heights) // 4] if heights else 1
    for part in sorted(placed, key=lambda one: one.box[1] + one.box[3]):
        if isinstance(part, PageTable):
            yield ScannedTable(part.rows, part.rules, part.width, part.full, *part.ends)
        else:
            box = part.box
            yield ProseLine(part.text, box[0] / text.em, box[2] / text.em, (box[3] - box[1]) / tall, area)


def _append(parts: list[Part], page: list[Part], limits: Limits) -> None:
    """Add the parts of the next page; a table at its top may continue the last one of the page before."""
    above, below = parts[-1] if parts else None, page[0] if page else None
    if (
        isinstance(above, ScannedTable)
        and isinstance(below, ScannedTable)
        and (whole := joined(above, below)) is not None
    ):
        if len(whole.rows) * len(whole.rules) > limits.grid_cells:
            raise ReadError("too_many_cells", "reading_scan.joined_cells", limit=limits.grid_cells)
        parts[-1] = whole
        page = page[1:]
    parts.extend(page)


def _blocks(parts: list[Part], limits: Limits) -> Iterator[Block]:
    """Yield the blocks, grids numbered from 0 and paragraphs from line 1."""
    grids, number = 0, 0
    for is_table, group in groupby(parts, key=lambda part: isinstance(part, ScannedTable)):
        if is_table:
            for table in group:
                assert isinstance(table, ScannedTable)
                yield Grid(grids, tuple(map(tuple, table.rows)), spanned=True)
                grids += 1
        else:
            for paragraph in paragraphs([line for line in group if isinstance(line, ProseLine)]):
                number += 1
                yield paragraph._replace(line=number)
    if grids > limits.grids:
        raise ReadError("too_many_tables", "reading_scan.many_tables", grids=grids, limit=limits.grids)
