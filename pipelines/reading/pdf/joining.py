"""A table that goes on over a page break -> one table whose columns align.

Belongs here: whether two tables are one, and which column and row of it a cell stands in. Keep out: text lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell
from pipelines.reading.pdf.page import PdfTable
from pipelines.reading.pdf.text import IN_NUMBERS

(CUT_ROW,) = code_list("cell_note").named("row_cut_by_page")
_CUT, _DOUBTFUL = "cut", "doubtful"
# What begins a label, and what is no label.
_NUMBERED = re.compile(r"\s*[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)、.．:：]|\s*第")
_FIGURE = re.compile(r"[+＋-]?\d[\d,]*(?:\.\d+)?\s*[件项条批次个宗起份例户元万亿]{0,2}$|[-—–/无]+$")
_REST = re.compile(r"[,.\d]*\s*[件项条批次个宗起份例户元万亿]{0,2}$")
_NUMBER, _LABEL = "number", "label"
# Widths in heights of a character: of a digit, and more than any that does not fit.
_DIGIT, _ROOMY = 0.5, 9.0
# Edges of one column lie this near to each other on two pages, in points.
_NEAR = 3.0


def continues(above: PdfTable, below: PdfTable) -> bool:
    """Return whether a table goes on in another: they have the same outer edges.

    Inner edges say nothing: the rows of one page may span what those of the other part.
    """
    if not (above.spanned and below.spanned):
        return False
    return abs(above.xs[0] - below.xs[0]) <= _NEAR and abs(above.xs[-1] - below.xs[-1]) <= _NEAR


def joined(above: PdfTable, below: PdfTable) -> PdfTable:
    """Return one table, without the head that is printed again on the next page.

    A row that the page break cut in two is one row again, one that it may have cut is doubtful.
    """
    edges = tuple(sorted((*above.xs, *(x for x in below.xs if _nearest(above.xs, x) is None))))
    first = _in_columns(above, edges)
    second = _without_repeated_head(first, _in_columns(below, edges))
    spare = {_nearest(edges, above.xs[col]) or 0: room for col, room in above.spare.items()}
    goes_on = {cell.col for row in second[:1] for cell in row if spare.get(cell.col, _ROOMY) < _needed(cell.text)}
    cut = _is_cut(above, below, _last_row(first), second, goes_on)
    shift = len(first) - (cut == _CUT)
    moved = [[cell._replace(row=cell.row + shift) for cell in row] for row in second]
    if cut == _CUT:
        pieces = {cell.col: cell for cell in moved.pop(0)}
        first = [[_whole(cell, pieces, goes_on, shift) for cell in row] for row in first]
    elif cut == _DOUBTFUL:
        upper, lower = _last_row(first), {cell.col: cell for cell in moved[0]}
        first[-1], moved[0] = _doubted(first[-1], lower), _doubted(moved[0], upper)
    elif moved:
        pieces = _cut_groups(_last_row(first), moved[0], goes_on)
        first = [[_whole(cell, pieces, goes_on, len(first) - 1, rows=1) for cell in row] for row in first]
        moved[0] = [cell for cell in moved[0] if cell.col not in pieces]
    return PdfTable(edges, [*first, *moved], above.top, below.bottom, above.open_top, below.open_bottom, below.spare)


def _without_repeated_head(first: list[list[Cell]], second: list[list[Cell]]) -> list[list[Cell]]:
    """Drop the first rows of a page that are those of the table again: a word processor repeats them on every page."""
    alike = 0
    for own, again in zip(first, second, strict=False):
        if [(c.text, c.col, c.colspan) for c in own] != [(c.text, c.col, c.colspan) for c in again]:
            break
        alike += 1
    head = second[:alike]
    words = [cell.text for row in head for cell in row if cell.text]
    whole = all(cell.row + cell.rowspan <= alike for row in head for cell in row)
    if not words or not whole or alike == len(second) or any(map(_FIGURE.match, words)):
        return second
    return [[cell._replace(row=cell.row - alike) for cell in row] for row in second[alike:]]


def _last_row(rows: list[list[Cell]]) -> dict[int, Cell]:
    """Return the cells that reach the lower edge of a table, by column."""
    return {cell.col: cell for row in rows for cell in row if cell.row + cell.rowspan == len(rows)}


def _needed(text: str) -> float:
    """Return the room that the first character of a text takes, in heights: a line ends where that is not left."""
    return _DIGIT if text[:1] in IN_NUMBERS else 1.0


def _is_cut(
    above: PdfTable, below: PdfTable, last: dict[int, Cell], second: list[list[Cell]], goes_on: set[int]
) -> str | None:
    """Return whether the last row goes on in the first of the next page: it is open there, or its text breaks off.

    Text breaks off where the last line of every cell that has text in both rows is full, and what goes on below does
    not begin with a number of its own. Where only a label is not full, the two rows may be one.
    """
    first = {cell.col: cell for cell in second[0]} if second else {}
    if not first or {(c.col, c.colspan) for c in last.values()} != {(c.col, c.colspan) for c in first.values()}:
        return None
    if above.open_bottom and below.open_top:
        return _CUT
    both = {col for col, cell in last.items() if cell.text and first[col].text}
    upper = {col for col, cell in last.items() if cell.text} - both
    lower = {col for col, cell in first.items() if cell.text} - both
    if not both:
        return _CUT if not lower or min(lower) > min(upper, default=-1) else None
    pairs = {col: _kind(last[col].text, first[col].text) for col in both}
    numbers = {col for col, kind in pairs.items() if kind == _NUMBER}
    values = [*(last[col].text for col in upper), *(first[col].text for col in lower)]
    apart = (upper and lower) or not goes_on >= numbers or not (numbers or any(map(_FIGURE.match, values)))
    if apart or None in pairs.values() or any(_begins(first[col].text) for col in both):
        return None
    return _CUT if goes_on >= both else _DOUBTFUL


def _kind(above: str, below: str) -> str | None:
    """Return whether two texts may be one number or one label; None for a word and a figure, which are never one."""
    if _FIGURE.match(above):
        return _NUMBER if _FIGURE.match(below) or _REST.match(below) else None
    return None if _FIGURE.match(below) else _LABEL


def _begins(text: str) -> bool:
    """Return whether a text begins with a number of its own, as labels do; one that is a figure does not."""
    return bool(_NUMBERED.match(text)) and not _FIGURE.match(text)


def _doubted(row: list[Cell], other: dict[int, Cell]) -> list[Cell]:
    """Doubt the cells of a row that the other one may complete: blank ones, and figures above or below a figure."""
    return [
        cell._replace(doubt=cell.doubt or CUT_ROW)
        if not cell.text or (_FIGURE.match(cell.text) and (twin := other.get(cell.col)) is not None and twin.text)
        else cell
        for cell in row
    ]


def _nearest(edges: tuple[float, ...], x: float) -> int | None:
    index = bisect_left(edges, x - _NEAR)
    near = range(index, min(index + 3, len(edges)))
    best = min(near, key=lambda i: abs(edges[i] - x), default=None)
    return best if best is not None and abs(edges[best] - x) <= _NEAR else None


def _in_columns(table: PdfTable, edges: tuple[float, ...]) -> list[list[Cell]]:
    """Return the rows of a table with columns counted by the given edges."""
    if table.xs == edges:
        return table.rows
    place = [_nearest(edges, x) or 0 for x in table.xs]
    return [
        [c._replace(col=place[c.col], colspan=max(place[c.col + c.colspan] - place[c.col], 1)) for c in row]
        for row in table.rows
    ]


def _cut_groups(last: dict[int, Cell], below: list[Cell], goes_on: set[int]) -> dict[int, Cell]:
    """Return the cells of the first row below that go on a label over several rows, cut in its text, by column."""
    return {
        cell.col: cell
        for cell in below
        if (above := last.get(cell.col)) is not None
        and above.colspan == cell.colspan
        and max(above.rowspan, cell.rowspan) > 1
        and cell.text
        and (cell.col in goes_on or _is_upright(f"{above.text}\n{cell.text}"))
        and (_is_unclosed(above.text) or not _NUMBERED.match(cell.text.replace("\n", "")))
        and not _FIGURE.match(above.text)
        and not _FIGURE.match(cell.text)
    }


def _is_unclosed(text: str) -> bool:
    """Return whether a text ends within brackets: what follows closes them and is no number of its own."""
    return len(re.findall(r"[（(]", text)) > len(re.findall(r"[）)]", text))


def _is_upright(text: str) -> bool:
    """Return whether a label is written one character a line: its lines then end anywhere."""
    return all(len(line) == 1 for line in text.split("\n"))


def _whole(cell: Cell, pieces: dict[int, Cell], goes_on: set[int], last: int, rows: int = 0) -> Cell:
    """Return a cell with its piece below the page break, where it reaches the last row and has one.

    `rows` is how many rows more than a cut one the piece begins below. A number that fills its cell goes on without
    a break.
    """
    piece = pieces.get(cell.col)
    if cell.row + cell.rowspan - 1 != last or piece is None:
        return cell
    number = cell.text[-1:] in IN_NUMBERS and piece.text[:1] in IN_NUMBERS and cell.col in goes_on
    text = ("" if number else "\n").join(part for part in (cell.text, piece.text) if part)
    place = piece.place if piece.text and not cell.text else cell.place
    rowspan = cell.rowspan + piece.rowspan - 1 + rows
    return cell._replace(text=text, rowspan=rowspan, place=place, doubt=cell.doubt or piece.doubt)
