"""Small Word files for tests: paragraphs, cells and rows with the properties that a test is about."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from benchmarks.corpus.word import IN_TABLE, ROW_END, row_definition, row_end
from benchmarks.corpus.word_file import CELL, WordParagraph, WordParts, WordRun, sprm, word_bytes
from pipelines.reading import Cell, Document, Grid, Paragraph
from pipelines.reading.doc import read_document

ON, OFF = b"\x01", b"\x00"
DELETED, INSERTED, HIDDEN, SPECIAL = (sprm(code, ON) for code in (0x0800, 0x0801, 0x083C, 0x0855))
RAISED, STRUCK = sprm(0x2A48, ON), sprm(0x0837, ON)
WIDTH = 1000


def line(*runs: str | WordRun, style: int = 0, properties: bytes = b"", mark: bytes = b"") -> WordParagraph:
    """Return a paragraph; `mark` are the properties of its mark."""
    return WordParagraph(_runs(runs), properties=properties, style=style, mark_properties=mark)


def cell(*runs: str | WordRun, properties: bytes = b"", mark: bytes = b"") -> WordParagraph:
    """Return a cell of one paragraph."""
    return WordParagraph(_runs(runs), CELL, IN_TABLE + properties, mark_properties=mark)


def row(
    *cells: str | WordParagraph,
    bounds: Sequence[int] | None = None,
    flags: Sequence[int] | None = None,
    mark: bytes = b"",
) -> list[WordParagraph]:
    """Return a row: its cells, and its end with their edges and flags."""
    paragraphs = [cell(each) if isinstance(each, str) else each for each in cells]
    count = sum(each.mark == CELL for each in paragraphs)
    end = row_end(bounds or [WIDTH * i for i in range(count + 1)], flags or [0] * count)
    return [*paragraphs, end._replace(mark_properties=mark)]


def row_of(properties: bytes, *cells: str) -> list[WordParagraph]:
    """Return a row whose end has these properties beside those of every row."""
    return [*map(cell, cells), WordParagraph((WordRun(""),), CELL, IN_TABLE + ROW_END + properties)]


def inner(text: str = "", *, row_ends: bool = False, depth: int = 2, bounds: Sequence[int] = ()) -> WordParagraph:
    """Return the end of a cell of a table in a cell, or the end of its row."""
    properties = IN_TABLE + sprm(0x6649, struct.pack("<i", depth)) + sprm(0x244C if row_ends else 0x244B, ON)
    if row_ends:
        properties += row_definition(bounds, [0] * (len(bounds) - 1))
    return WordParagraph((WordRun(text),), properties=properties)


def _runs(runs: Sequence[str | WordRun]) -> tuple[WordRun, ...]:
    return tuple(run if isinstance(run, WordRun) else WordRun(run) for run in runs)


def document(*paragraphs: WordParagraph | list[WordParagraph], **parts: object) -> Document:
    """Return what is read from a file of these paragraphs."""
    return read_document(file_of(*paragraphs, **parts))


def file_of(*paragraphs: WordParagraph | list[WordParagraph], **parts: object) -> bytes:
    """Return a file of these paragraphs and rows, with an empty paragraph at its end."""
    body = [each for part in paragraphs for each in (part if isinstance(part, list) else [part])]
    return word_bytes(WordParts([*body, line("")], **parts))  # type: ignore[arg-type]


def paragraphs(found: Document) -> list[str]:
    """Return the texts of the paragraphs."""
    return [block.text for block in found.blocks if isinstance(block, Paragraph)]


def grids(found: Document) -> list[Grid]:
    """Return the grids."""
    return [block for block in found.blocks if isinstance(block, Grid)]


def texts(grid: Grid) -> list[list[str]]:
    """Return the texts of a grid row by row."""
    return [[each.text for each in cells] for cells in grid.rows]


def only_cell(found: Document) -> Cell:
    """Return the first cell of the only grid."""
    (grid,) = grids(found)
    return grid.rows[0][0]


def places(grid: Grid) -> dict[str, tuple[int, int, int, int]]:
    """Return where each text stands: row, column, row span, column span."""
    return {each.text: (each.row, each.col, each.rowspan, each.colspan) for cells in grid.rows for each in cells}


def doubts(grid: Grid) -> dict[str, str | None]:
    """Return the doubt of each text."""
    return {each.text: each.doubt for cells in grid.rows for each in cells}
