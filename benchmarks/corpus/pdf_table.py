"""Tables on the pages of a PDF: rows that break over pages, spans, and borders as different programs draw them.

Belongs here: drawing one table. Keep out: pages, and what a report holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus.spans import SpannedCell, TableBlock

_LEADING, _LINE = 1.25, 0.5
_LATIN = frozenset("0123456789.,+-/% ")
_LEAST, _MOST = 3, 12
_BEYOND = 1000.0  # more than a page is wide or high


@dataclass(frozen=True)
class TableStyle:
    """How tables look.

    `rules`: thin rectangles (Word), strokes, a frame per cell (browsers), dots, open to the sides, only horizontal ones
    or none. `bold` is how far a second print lies beside the first; rows may split at the end of a page; the head may
    be repeated on each page; `upright` writes labels over many rows one character a line.
    """

    rules: str = "rectangles"
    size: float = 9.0
    padding: float = 5.4
    align: str = "center"
    middle: bool = True
    bold: float = 0.0
    splits: bool = False
    repeats: bool = False
    shaded: bool = False
    upright: bool = False


# Writes a text its own way: what writes, left end, base line from the top, size.
Look = Callable[["Pen", float, float, float], None]


@dataclass(frozen=True)
class Pen:
    """A canvas measured from the top: fonts, height of the page, and the edges of what may be written on.

    `looks` are texts that are written in a way of their own. `by`: a run of one font is one text object (line), stands
    alone between a clip to the page and its end (run: Word), or each of its characters is one (character: WPS).
    """

    canvas: Canvas
    font: str
    digits: str
    height: float
    left: float
    right: float
    bottom: float
    looks: Mapping[str, Look] = field(default_factory=dict)
    by: str = "line"

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        run = ""
        for character in text:
            if run and (character in _LATIN) != (run[-1] in _LATIN):
                yield run, self.digits if run[-1] in _LATIN else self.font
                run = ""
            run += character
        if run:
            yield run, self.digits if run[-1] in _LATIN else self.font

    def width(self, text: str, size: float) -> float:
        """Return how wide a text is."""
        return float(sum(pdfmetrics.stringWidth(run, font, size) for run, font in self._runs(text)))

    def line(self, text: str, x: float, y: float, size: float) -> None:
        """Write a text with its base line at y."""
        if text in self.looks:
            self.looks[text](replace(self, looks={}), x, y, size)
            return
        for run, font in self._runs(text):
            for part in run if self.by == "character" else (run,):
                self._write(part, font, x, y, size)
                x += pdfmetrics.stringWidth(part, font, size)

    def _write(self, text: str, font: str, x: float, y: float, size: float) -> None:
        if self.by == "run":
            self.canvas.saveState()
            page = self.canvas.beginPath()
            page.rect(-_BEYOND, -_BEYOND, 3 * _BEYOND, 3 * _BEYOND)
            self.canvas.clipPath(page, stroke=0, fill=0)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y, text)
        if self.by == "run":
            self.canvas.restoreState()

    def rule(self, x0: float, y0: float, x1: float, y1: float, kind: str) -> None:
        """Draw a line as a thin rectangle, a stroke, or dots."""
        if kind == "strokes":
            self.canvas.setLineWidth(_LINE)
            self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        elif kind == "dots":
            steps = int(max(x1 - x0, y1 - y0) // (3 * _LINE))
            for step in range(steps + 1):
                x, y = x0 + (x1 - x0) * step / max(steps, 1), y0 + (y1 - y0) * step / max(steps, 1)
                self.canvas.rect(x, self.height - y, _LINE, _LINE, stroke=0, fill=1)
        else:
            width, height = max(x1 - x0, _LINE), max(y1 - y0, _LINE)
            self.canvas.rect(x0, self.height - y0 - height, width, height, stroke=0, fill=1)


@dataclass
class _Placed:
    """A cell at its place, with the lines of its text that are still to be written."""

    row: int
    col: int
    cell: SpannedCell
    lines: list[str]


class _Part(NamedTuple):
    """What stands of a row on a page: its lines from one to another, and where. `last` tells that the row ends."""

    row: int
    first_line: int
    top: float
    bottom: float
    last: bool


Turn = Callable[[], tuple[Pen, float]]


def wrapped(text: str, pen: Pen, size: float, width: float) -> list[str]:
    """Break a text into lines that fit, at any character, as word processors break Chinese and long numbers."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for character in paragraph:
            if line and pen.width(line + character, size) > width:
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines


def draw_table(block: TableBlock, pen: Pen, style: TableStyle, y: float, turn: Turn) -> float:
    """Draw a table from y on, over as many pages as it needs; returns where it ends."""
    columns, cells = _grid(block)
    xs = _column_edges(columns, cells, pen)
    placed = [_Placed(r, c, cell, _lines(cell, xs[c + cell.colspan] - xs[c], pen, style)) for r, c, cell in cells]
    heights = _row_heights(placed, len(block.rows), style)
    head = _head(placed) if style.repeats else 0
    parts: list[_Part] = []
    if head and y + sum(heights[: head + 1]) > pen.bottom:
        pen, y = turn()
    for row, height in enumerate(heights):
        line = 0
        while True:
            room = pen.bottom - y
            fits = height - line * style.size * _LEADING
            cut = int((room - 2 * style.padding) // (style.size * _LEADING))
            if fits <= room or (not parts and y <= pen.left and not (style.splits and cut > 0)):
                parts.append(_Part(row, line, y, y + fits, True))
                y += fits
                break
            if style.splits and cut > 0 and row >= head:
                end = y + cut * style.size * _LEADING + 2 * style.padding
                parts.append(_Part(row, line, y, end, False))
                line += cut
            _draw(placed, parts, xs, pen, style)
            pen, y = turn()
            parts = []
            for again in range(head if row >= head else 0):
                parts.append(_Part(again, 0, y, y + heights[again], True))
                y += heights[again]
    _draw(placed, parts, xs, pen, style)
    return y


def _grid(block: TableBlock) -> tuple[int, list[tuple[int, int, SpannedCell]]]:
    """Return the number of columns, and each cell with its row and column after spans."""
    busy: set[tuple[int, int]] = set()
    cells = []
    for row, line in enumerate(block.rows):
        col = 0
        for cell in line:
            while (row, col) in busy:
                col += 1
            rowspan = min(cell.rowspan, len(block.rows) - row)
            busy.update((r, c) for r in range(row, row + rowspan) for c in range(col, col + cell.colspan))
            cells.append((row, col, cell._replace(rowspan=rowspan)))
            col += cell.colspan
    return max(col for _, col in busy) + 1, cells


def _column_edges(columns: int, cells: list[tuple[int, int, SpannedCell]], pen: Pen) -> list[float]:
    """Return the edges of columns as wide as their texts ask for."""
    widths = [float(_LEAST)] * columns
    for _, col, cell in cells:
        if cell.colspan == 1:
            widths[col] = max(widths[col], min(max(map(len, cell.text.split("\n"))), _MOST))
    scale = (pen.right - pen.left) / sum(widths)
    return [pen.left + sum(widths[:i]) * scale for i in range(columns + 1)]


def _lines(cell: SpannedCell, width: float, pen: Pen, style: TableStyle) -> list[str]:
    if not cell.text:
        return []
    if style.upright and cell.rowspan > len(cell.text) and cell.colspan == 1:
        return list(cell.text)
    return wrapped(cell.text, pen, style.size, width - 2 * style.padding)


def _row_heights(placed: list[_Placed], rows: int, style: TableStyle) -> list[float]:
    needs = [style.size * _LEADING + 2 * style.padding] * rows
    for item in sorted(placed, key=lambda item: item.cell.rowspan):
        need = len(item.lines) * style.size * _LEADING + 2 * style.padding
        end = item.row + item.cell.rowspan
        needs[end - 1] = max(needs[end - 1], need - sum(needs[item.row : end - 1]))
    return needs


def _head(placed: list[_Placed]) -> int:
    """Return how many rows the head has: those of the first cell, where it spans several."""
    return placed[0].cell.rowspan if placed[0].cell.rowspan > 1 else 0


def _draw(placed: list[_Placed], parts: list[_Part], xs: list[float], pen: Pen, style: TableStyle) -> None:
    """Draw what stands of a table on one page."""
    by_row = {part.row: part for part in parts}
    for item in placed:
        rows = range(item.row, item.row + item.cell.rowspan)
        own = [by_row[row] for row in rows if row in by_row]
        if not own:
            continue
        left, right = xs[item.col], xs[item.col + item.cell.colspan]
        top, bottom = own[0].top, own[-1].bottom
        if style.shaded and item.row == 0:
            pen.canvas.setFillGray(0.85)
            pen.canvas.rect(left, pen.height - bottom, right - left, bottom - top, stroke=0, fill=1)
            pen.canvas.setFillGray(0)
        _border(pen, style, left, top, right, bottom, (left == xs[0], right == xs[-1]))
        capacity = max(int((bottom - top - 2 * style.padding + 0.01) // (style.size * _LEADING)), 0)
        again = item.row < own[0].row or item.cell.rowspan > 1 or own[0].first_line > 0 or not own[-1].last
        _text(pen, style, item.lines[:capacity], (left, top, right, bottom), middle=style.middle and not again)
        if not (style.repeats and item.row < _head(placed)):
            item.lines = item.lines[capacity:]


def _border(
    pen: Pen, style: TableStyle, left: float, top: float, right: float, bottom: float, outer: tuple[bool, bool]
) -> None:
    if style.rules == "frames":
        pen.canvas.setLineWidth(_LINE)
        pen.canvas.rect(left, pen.height - bottom, right - left, bottom - top, stroke=1, fill=0)
        return
    if style.rules == "none":
        return
    kind = style.rules if style.rules in ("strokes", "dots") else "rectangles"
    pen.rule(left, top, right, top, kind)
    pen.rule(left, bottom, right, bottom, kind)
    if style.rules == "horizontal":
        return
    for x, is_outer in ((left, outer[0]), (right, outer[1])):
        if not (is_outer and style.rules == "open"):
            pen.rule(x, top, x, bottom, kind)


def _text(
    pen: Pen, style: TableStyle, lines: list[str], box: tuple[float, float, float, float], *, middle: bool
) -> None:
    left, top, right, bottom = box
    leading = style.size * _LEADING
    free = bottom - top - 2 * style.padding - len(lines) * leading
    y = top + style.padding + (max(free, 0) / 2 if middle else 0)
    for line in lines:
        y += leading
        room = right - left - 2 * style.padding - pen.width(line, style.size)
        x = left + style.padding + {"left": 0.0, "center": room / 2, "right": room}[style.align]
        pen.line(line, x, y - leading * 0.25, style.size)
        if style.bold:
            pen.line(line, x + style.bold, y - leading * 0.25, style.size)
