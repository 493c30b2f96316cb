"""Write a report as a binary Word file (.doc), the way Word, WPS and LibreOffice store tables.

Every file picks the habits of one writer: merged cells as flags or as wider cells, row properties beside the text or
in the Data stream, line breaks or paragraphs in a cell, text in one piece or in several out of order.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.corpus.spans import Block, SpannedCell, TableBlock, TextBlock
from benchmarks.corpus.word_file import CELL, WordParagraph, WordParts, WordRun, sprm, style, word_bytes

IN_TABLE, ROW_END = sprm(0x2416, b"\x01"), sprm(0x2417, b"\x01")
_LEFT = -108
_SHORTEST, _LONGEST = 300, 1200
_HEADING = 1
_DELETED, _HIDDEN, _TRACKED_SHARE = 0x0800, 0x083C, 0.1


class Habits(NamedTuple):
    """How one writer of Word files stores tables.

    `flags`: merged cells are flags. `huge`: row properties lie in the Data stream. `breaks`: a cell's lines end in line
    breaks. `tracked`: some cells hold deleted and hidden text. `jitter` is how many twips the edges of rows differ.
    """

    flags: bool = False
    huge: bool = False
    breaks: bool = False
    tracked: bool = False
    jitter: int = 0
    pieces: int = 1


def random_habits(rng: random.Random) -> Habits:
    """Return the habits of a random writer."""
    jitter, pieces = rng.choice((0, 0, 3, 20)), rng.choice((1, 1, 1, 7))
    flags, huge, breaks, tracked = (rng.random() < share for share in (0.3, 0.3, 0.5, 0.2))
    return Habits(flags, huge, breaks, tracked, jitter, pieces)


def write_word(rng: random.Random, blocks: Sequence[Block]) -> bytes:
    """Return the blocks as a Word file with random habits."""
    habits = random_habits(rng)
    paragraphs: list[WordParagraph] = []
    data = bytearray(b"\0\0\0\0")
    above: Block | None = None
    for block in blocks:
        if isinstance(block, TextBlock):
            at = _HEADING if block.is_title else 0
            paragraphs.extend(WordParagraph((WordRun(line),), style=at) for line in block.text.split("\n"))
        else:
            if isinstance(above, TableBlock):
                paragraphs.append(WordParagraph((WordRun(""),)))  # without it two tables are one
            paragraphs.extend(table_paragraphs(rng, block, habits, data))
        above = block
    paragraphs.append(WordParagraph((WordRun(""),)))
    heading = style("heading 1", 1, paragraph=sprm(0x2640, b"\x00"))
    return word_bytes(WordParts(paragraphs, data=bytes(data), pieces=habits.pieces, styles=[heading]))


class _Place(NamedTuple):
    cell: SpannedCell
    left: int
    right: int
    vertical: int


def table_paragraphs(rng: random.Random, table: TableBlock, habits: Habits, data: bytearray) -> list[WordParagraph]:
    """Return the paragraphs of a table: its cells and row ends."""
    rows = _placed(table)
    columns = max(place.right for row in rows for place in row)
    edges = [_LEFT]
    for _ in range(columns):
        edges.append(edges[-1] + rng.randint(_SHORTEST, _LONGEST))
    return [p for row in rows for p in _row(rng, row, edges, habits, data)]


def _placed(table: TableBlock) -> list[list[_Place]]:
    """Give each cell its columns; a row span goes on as an empty cell in the rows below."""
    rows: list[list[_Place]] = []
    open_spans: dict[int, tuple[int, int]] = {}  # left column -> right column, rows left
    for cells in table.rows:
        row: list[_Place] = []
        column = 0
        waiting = list(cells)
        while waiting or any(left >= column for left in open_spans):
            if column in open_spans:
                right, rest = open_spans.pop(column)
                row.append(_Place(SpannedCell("", right - column), column, right, 1))
                if rest > 1:
                    open_spans[column] = (right, rest - 1)
                column = right
                continue
            if not waiting:
                break
            cell = waiting.pop(0)
            row.append(_Place(cell, column, column + cell.colspan, 3 if cell.rowspan > 1 else 0))
            column += cell.colspan
        open_spans.update({p.left: (p.right, p.cell.rowspan - 1) for p in row if p.cell.rowspan > 1})
        rows.append(row)
    return rows


def _row(
    rng: random.Random, row: list[_Place], edges: list[int], habits: Habits, data: bytearray
) -> list[WordParagraph]:
    paragraphs: list[WordParagraph] = []
    bounds, flags = [edges[row[0].left]], []
    for place in row:
        texts = cell_paragraphs(place.cell.text, breaks=habits.breaks)
        if habits.tracked and rng.random() < _TRACKED_SHARE:
            gone = WordRun(str(rng.randint(0, 99)), sprm(rng.choice((_DELETED, _HIDDEN)), b"\x01"))
            texts[0] = texts[0]._replace(runs=(gone, *texts[0].runs))
        paragraphs.extend(texts)
        parts = range(place.left + 1, place.right + 1) if habits.flags and place.vertical == 0 else [place.right]
        for number, right in enumerate(parts):
            merged = 0 if len(parts) == 1 else 1 if number == 0 else 2
            bounds.append(edges[right])
            flags.append(merged | place.vertical << 5)
            if number:
                paragraphs.extend(cell_paragraphs("", breaks=False))
    if habits.jitter:
        bounds = [edge + rng.randint(0, habits.jitter) for edge in bounds]
    paragraphs.append(row_end(bounds, flags, data if habits.huge else None))
    return paragraphs


def cell_paragraphs(text: str, *, breaks: bool, properties: bytes = IN_TABLE) -> list[WordParagraph]:
    """Return the paragraphs of a cell; `breaks`: its lines end in line breaks."""
    lines = [text.replace("\n", "\x0b")] if breaks else text.split("\n")
    marks = ["\r"] * (len(lines) - 1) + [CELL]
    return [WordParagraph((WordRun(line),), mark, properties) for line, mark in zip(lines, marks, strict=True)]


def row_definition(bounds: Sequence[int], flags: Sequence[int]) -> bytes:
    """Return sprmTDefTable: the edges of a row's cells in twips, and the merge flags of each."""
    cells = b"".join(struct.pack("<HH16s", flag, 0, b"") for flag in flags)
    body = bytes((len(flags),)) + struct.pack(f"<{len(bounds)}h", *bounds) + cells
    return sprm(0xD608, struct.pack("<H", len(body) + 1) + body)


def row_end(bounds: Sequence[int], flags: Sequence[int], data: bytearray | None = None) -> WordParagraph:
    """Return the end of a row; its properties go into the Data stream where one is given."""
    properties = IN_TABLE + ROW_END + row_definition(bounds, flags)
    if data is not None:
        place = len(data)
        data += struct.pack("<H", len(properties)) + properties
        properties = sprm(0x6646, struct.pack("<I", place))
    return WordParagraph((WordRun(""),), CELL, properties)
