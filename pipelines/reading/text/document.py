"""Plain text -> blocks: tab-led cells, tab-separated rows, cells between pipes, or lines as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.reading.document import Block, Cell, Grid, Paragraph, Piece, ReadError, Run
from pipelines.reading.limits import Limits

# Word bookmarks that text converters print; they are no part of the document's text.
_BOOKMARK = re.compile(r"\[bookmark: [^\]\n]*\]")
# Line ends beside \n; the first before those that it holds.
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\u2028")
_BLANK = " \t\u3000\xa0\r\ufeff\u200b"
# Lines looked at to tell rows of tab-separated cells from one tab-led cell per line.
_LOOK_AHEAD = 40

Line = tuple[int, str]


def plain_lines(text: str) -> list[str]:
    """Split text into lines, without bookmarks of converters."""
    if "[bookmark:" in text:
        text = "\n".join(map(_without_bookmarks, text.split("\n")))
    for end in _LINE_ENDS:
        if end in text:
            text = text.replace(end, "\n")
    return text.split("\n")


def _without_bookmarks(line: str) -> str:
    # Behind the last bracket no bookmark ends: searched there, every beginning of one costs the rest of the line.
    end = line.rfind("]") + 1
    return _BOOKMARK.sub("", line[:end]) + line[end:] if "[bookmark:" in line else line


def numbered_lines(text: str) -> list[Line]:
    """Split text into (1-based number, line), without bookmarks of converters."""
    return list(enumerate(plain_lines(text), start=1))


def text_blocks(lines: list[Line], *, limits: Limits, first_grid: int = 0) -> Iterator[Block]:
    """Yield the blocks of lines in reading order; grids are numbered from `first_grid`."""
    position, index = 0, first_grid
    while position < len(lines):
        end = position
        while end < len(lines) and not _has_cells(lines[end][1]):
            end += 1
        yield from _plain(lines[position:end])
        if end == len(lines):
            return
        position, rows = _tab_region(lines, end, limits)
        if max(map(len, rows), default=0) > 1:
            yield Grid(index, rows, spanned=False)
            index += 1
        else:
            yield from _plain(lines[end:position])


def _has_cells(text: str) -> bool:
    return "\t" in text and (text[0] == "\t" or "\t" in text.strip(_BLANK)) and "|" not in text


def _tab_region(lines: list[Line], start: int, limits: Limits) -> tuple[int, tuple[tuple[Cell, ...], ...]]:
    """Read the rows from `start`; returns where they end. Raises ReadError where they exceed the budget."""
    ahead = [text for _, text in lines[start : start + _LOOK_AHEAD] if "\t" in text]
    separated = not ahead[0].startswith("\t") or sum("\t" in text[1:] for text in ahead) * 2 > len(ahead)
    end, rows = (_separated_rows if separated else _led_rows)(lines, start)
    if any(len(row) > limits.grid_columns for row in rows):
        raise ReadError("too_many_columns", "reading_text.row_cells", line=lines[start][0], limit=limits.grid_columns)
    if sum(map(len, rows)) > limits.grid_cells:
        raise ReadError("too_many_cells", "reading_text.table_cells", line=lines[start][0], limit=limits.grid_cells)
    cells = (tuple(Cell(t.strip(), r, c, 1, 1, n) for c, (t, n) in enumerate(row)) for r, row in enumerate(rows))
    return end, tuple(cells)


def _separated_rows(lines: list[Line], start: int) -> tuple[int, list[list[tuple[str, int]]]]:
    rows: list[list[tuple[str, int]]] = []
    for position in range(start, len(lines)):
        number, text = lines[position]
        if _has_cells(text):
            rows.append([(part, number) for part in text.split("\t")])
        elif text.strip(_BLANK):
            return position, rows
    return len(lines), rows


def _led_rows(lines: list[Line], start: int) -> tuple[int, list[list[tuple[str, int]]]]:
    rows: list[list[tuple[str, int]]] = []
    row: list[tuple[str, int]] = []
    for position in range(start, len(lines)):
        number, text = lines[position]
        if text.startswith("\t"):
            row.extend((part, number) for part in text[1:].split("\t"))
        elif not text.strip(_BLANK):
            if row:
                rows.append(row)
            row = []
        elif row:
            # Inside a row, a line without a tab continues the cell above it.
            row[-1] = (f"{row[-1][0]}\n{text}", row[-1][1])
        else:
            return position, rows
    return len(lines), [*rows, row] if row else rows


class _Pipes:
    """The run that grows: its pieces, and the marks that wait for the next text."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.marks = 0
        self.tight = False

    def line(self, number: int, text: str) -> None:
        """Append the cells of a line with pipes."""
        first = True
        parts = text.split("|")
        for position, part in enumerate(parts):
            self.marks += position > 0
            self.tight = self.tight or (0 < position < len(parts) - 1 and not part)
            if stripped := part.strip(_BLANK):
                self.pieces.append(Piece(stripped, number, self.marks, position if first else 0, self.tight))
                self.marks, self.tight, first = 0, False, False

    def close(self, number: int) -> Iterator[Run]:
        """Yield the run, ended by an empty piece that holds the marks after the last text."""
        if self.pieces or self.marks:
            yield Run((*self.pieces, Piece("", number, self.marks, 0, self.tight)))
            self.pieces, self.marks, self.tight = [], 0, False


def _plain(lines: list[Line]) -> Iterator[Block]:
    pipes = _Pipes()
    for number, text in lines:
        if "|" in text or "｜" in text:
            pipes.line(number, text.replace("｜", "|"))
        elif stripped := text.strip(_BLANK):
            yield from pipes.close(number - 1)
            yield Paragraph(stripped, number)
    if lines:
        yield from pipes.close(lines[-1][0])


def with_runs(blocks: list[Block], limits: Limits) -> list[Block]:
    """Return the blocks of a document with the cells between pipes that stand in its paragraphs told apart, as here."""
    if not any(isinstance(block, Paragraph) and ("|" in block.text or "｜" in block.text) for block in blocks):
        return blocks
    found: list[Block] = []
    lines: list[Line] = []
    for block in [*blocks, None]:
        if isinstance(block, Paragraph) and not block.is_heading:
            lines.append((len(lines) + 1, block.text))
            continue
        found.extend(text_blocks(lines, limits=limits))
        lines = []
        if block is not None:
            found.append(block)
    return found
