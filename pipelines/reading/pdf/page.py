"""A page as drawn -> its tables and lines of text from top to bottom.

Belongs here: which text stands in which cell. Keep out: what goes on from page to page, and pdfium.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell, Place, ReadError
from pipelines.reading.lattice import Lattice, LatticeCell, Line, lattice
from pipelines.reading.limits import Limits
from pipelines.reading.pdf.columns import FIGURE, Row, aligned_rows, in_order, loose_rows, rows_of, ruled_rows
from pipelines.reading.pdf.grouped import grouped_tables
from pipelines.reading.pdf.marks import HIDDEN, Marks, Snippet
from pipelines.reading.pdf.pieces import grouped_lines
from pipelines.reading.pdf.spacing import spaced_number, spacings
from pipelines.reading.pdf.text import FIGURES, STACKED, Word, cell_text, lines_of, printable, spare_room, words_of

ACROSS_BORDER, IRREGULAR, PICTURE = code_list("cell_note").named("text_across_border", "irregular_cell", "picture")
# Words of a line of text stand this far apart at least (in heights) where they may be columns.
APART = 1.0
# Text reaches over a border by these parts of its height to the side, and above or below; two texts touch where no more
# is between them, and stand on one line where their middles are nearer.
_OVER, _OVER_HEIGHT, _TOUCH, _LEVEL = 0.1, 0.4, 0.06, 0.4
# What is nearer to a border, in points, is looked at for that.
_NEAR = 1.0
# A narrower or lower cell has no room for a character: it is the gap between the frames of cells.
_NARROWEST, _LOWEST = 7.0, 6.0
# A picture that is no larger than this part of its cell stands in it; one that fills it may be its ground.
_STANDS_IN, _GROUND = 1.1, 0.85
_new = tuple.__new__


class TextLine(NamedTuple):
    """A line of text outside tables; `size` is the height of its characters."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float


@dataclass
class PdfTable:
    """A table of a page: column edges, rows of cells, and whether it is cut open above or below.

    `spare` is the room left in the last line of the cells at its lower edge, in heights, by column. Without
    `spanned` its cells are counted from the left: where their columns are is not known. Without `framed` nothing tells
    where its last row ends.
    """

    xs: tuple[float, ...]
    rows: list[list[Cell]]
    top: float
    bottom: float
    open_top: bool = False
    open_bottom: bool = False
    spare: dict[int, float] = field(default_factory=dict)
    spanned: bool = True
    framed: bool = False


@dataclass
class Page:
    """A page as laid out: items from top to bottom."""

    number: int
    width: float
    height: float
    items: list[PdfTable | TextLine]


def page_layout(marks: Marks, number: int, limits: Limits) -> Page:
    """Lay out a page. Raises ReadError where a table exceeds a budget."""
    found = lattice(marks.horizontal, marks.vertical)
    ruled = _tables_only(found.tables)
    for table in ruled:
        _check_size(table, number, limits)
    inside, outside = _assigned(marks.snippets, ruled)
    items: list[PdfTable | TextLine] = [
        _table(table, cells, marks, number) for table, cells in zip(ruled, inside, strict=True)
    ]
    seen = [snippet for snippet in outside if snippet.doubt not in HIDDEN]
    items.extend(_without_frames(seen, found.free, marks, number))
    items.sort(key=lambda item: item.top)
    return Page(number, *marks.frame.size(), items)


def _without_frames(
    snippets: Sequence[Snippet], rules: Sequence[Line], marks: Marks, number: int
) -> list[PdfTable | TextLine]:
    """Return the tables that lines of text make by their columns, and the other lines."""
    items: list[PdfTable | TextLine] = []
    lines = [words for line in lines_of(snippets) if (words := words_of(line, APART))]
    if any(len(line) > 1 and any(FIGURE.match(word.text) for word in line) for line in lines):
        grouped = grouped_lines(snippets)
        tables = grouped_tables(grouped, rules, marks, number)
        items.extend(PdfTable(table.edges, table.cells, table.top, table.bottom) for table in tables)
        if used := {index for table in tables for index in table.taken}:
            rest = [snippet for index, line in enumerate(grouped) if index not in used for snippet in line]
            lines = [words for line in lines_of(rest) if (words := words_of(line, APART))]
    rows = rows_of(lines)
    for find in (partial(ruled_rows, rules=rules), aligned_rows, loose_rows):
        blocks = find(rows, marks=marks, number=number)
        for block in blocks:
            words = [word for index in block.rows for line in rows[index] for word in line]
            top, bottom = min(word.top for word in words), max(word.bottom for word in words)
            items.append(PdfTable(block.edges, block.cells, top, bottom, spanned=bool(block.edges)))
        taken = {index for block in blocks for index in block.rows}
        rows = [row for index, row in enumerate(rows) if index not in taken]
    left = [line for row in rows for line in _in_lines(row)]
    for line in left:
        if any(FIGURE.match(word.text) for word in line):
            _doubt_around(line, items, marks)
    return [*items, *map(_text_line, left)]


def _doubt_around(line: list[Word], tables: Sequence[PdfTable | TextLine], marks: Marks) -> None:
    """Doubt the rows of a table that a figure stands within or beside, and in none of its cells."""
    top, bottom = min(word.top for word in line), max(word.bottom for word in line)
    room = bottom - top
    left, low, right, high = marks.shown_box(line[0].left, top, line[-1].right, bottom)
    for table in tables:
        if isinstance(table, TextLine) or not table.top - room <= (top + bottom) / 2 <= table.bottom + room:
            continue
        for index, row in enumerate(table.rows):
            boxes = [cell.place.box for cell in row if cell.place is not None and cell.place.box is not None]
            beside = any(b[0] <= right and b[2] >= left and b[1] <= high + room and b[3] >= low - room for b in boxes)
            upright = any(b[1] <= high and b[3] >= low and b[0] <= right + room and b[2] >= left - room for b in boxes)
            if beside or upright:
                table.rows[index] = [cell._replace(doubt=cell.doubt or STACKED) for cell in row]


def _in_lines(row: Row) -> list[list[Word]]:
    """Return the lines of a row; where they hold several columns, one line with the words of each together."""
    if len(row) == 1 or all(len(line) == 1 for line in row):
        return row
    return [[word for words in in_order(row) for word in words]]


def _text_line(words: list[Word]) -> TextLine:
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    size = max(word.size for word in words)
    return TextLine(printable(words), words[0].left, top, words[-1].right, bottom, size)


def _tables_only(found: Sequence[Lattice]) -> list[Lattice]:
    """Leave out frames: what has no two cells side by side, or holds another table in one of its cells."""
    tables = [table for table in found if len({cell.row for cell in table.cells}) < len(table.cells)]
    return [table for table in tables if not any(_holds(table, other) for other in tables if other is not table)]


def _holds(table: Lattice, other: Lattice) -> bool:
    owner = table.find(other.xs[0], other.ys[0])
    return owner >= 0 and owner == table.find(other.xs[-1], other.ys[-1])


def _check_size(table: Lattice, number: int, limits: Limits) -> None:
    columns = len(table.xs) - 1
    if columns > limits.grid_columns:
        raise ReadError("too_many_columns", "reading_pdf.too_many_columns", page=number, columns=columns)
    if len(table.cells) > limits.grid_cells:
        raise ReadError("too_many_cells", "reading_pdf.too_many_cells", page=number, cells=len(table.cells))


class _Contents(NamedTuple):
    """The characters of each cell of a table, and those at a border, each with its cell."""

    cells: list[list[Snippet]]
    at_border: list[tuple[int, Snippet]]


def _assigned(snippets: Sequence[Snippet], tables: Sequence[Lattice]) -> tuple[list[_Contents], list[Snippet]]:
    """Return what stands in each table, by the centre of each character, and the characters outside."""
    inside = [_Contents([[] for _ in table.cells], []) for table in tables]
    bounds = [(*_box(table), table, contents) for table, contents in zip(tables, inside, strict=True)]
    outside: list[Snippet] = []
    last: Lattice | None = None  # most characters stand in the cell of the one before
    x0 = y0 = x1 = y1 = 0.0
    owner = -1
    for snippet in snippets:
        _, own_left, own_top, own_right, own_bottom, _, _ = snippet
        x, y = (own_left + own_right) / 2, (own_top + own_bottom) / 2
        for left, top, right, bottom, table, contents in bounds:
            if not (top < y < bottom and left < x < right):
                continue
            if table is not last or not (x0 <= x < x1 and y0 <= y < y1):
                owner = table.find(x, y)
                last = table if owner >= 0 else None
                if last is None:
                    continue
                x0, y0, x1, y1 = table.cells[owner][:4]
            contents.cells[owner].append(snippet)
            if own_left < x0 or x1 - own_right < _NEAR or own_top < y0 - _NEAR or own_bottom > y1 + _NEAR:
                contents.at_border.append((owner, snippet))
            break
        else:
            outside.append(snippet)
    return inside, outside


def _box(table: Lattice) -> tuple[float, float, float, float]:
    return table.xs[0], table.ys[0], table.xs[-1], table.ys[-1]


def _table(table: Lattice, contents: _Contents, marks: Marks, number: int) -> PdfTable:
    rows: list[list[Cell]] = [[] for _ in range(len(table.ys) - 1)]
    across = _across_borders(table, contents)
    spare: dict[int, float] = {}
    known = spacings(contents.cells)
    for index, (cell, snippets) in enumerate(zip(table.cells, contents.cells, strict=True)):
        x0, y0, x1, y1, row, col, rowspan, colspan, whole = cell
        width, height = x1 - x0, y1 - y0
        spaced = spaced_number(snippets, known) if snippets else None
        text, doubt = spaced or (cell_text(snippets, width) if snippets else ("", None))
        if spaced is not None and _spaced_beyond(table, contents, cell, snippets):
            doubt = doubt or ACROSS_BORDER
        if not text and (width < _NARROWEST or height < _LOWEST):
            continue
        if not whole:
            doubt = IRREGULAR
        elif index in across:
            doubt = doubt or ACROSS_BORDER
        if marks.drawn and doubt is None and (not text or any(map(str.isdigit, text))) and _is_drawn_in(cell, marks):
            doubt = PICTURE
        place = _new(Place, (number, marks.shown_box(x0, y0, x1, y1), None, None))
        if text and row + rowspan == len(rows):
            spare[col] = spare_room(snippets, width)
        rows[row].append(_new(Cell, (text, row, col, rowspan, colspan, 0, place, doubt)))
    for cells in rows:
        cells.sort(key=_column)
    bounds = table.ys[0], table.ys[-1], table.open_top, table.open_bottom
    return PdfTable(table.xs, rows, *bounds, spare, framed=True)


def _is_drawn_in(cell: LatticeCell, marks: Marks) -> bool:
    """Return whether a picture or a small shape stands in a cell: a digit may be drawn there, or one be covered."""
    width, height = cell.x1 - cell.x0, cell.y1 - cell.y0
    for is_last, (left, top, right, bottom) in marks.drawn:
        if not (cell.x0 <= (left + right) / 2 <= cell.x1 and cell.y0 <= (top + bottom) / 2 <= cell.y1):
            continue
        across, down = (right - left) / width, (bottom - top) / height
        is_ground = min(across, down) >= _GROUND and not is_last
        if max(across, down) <= _STANDS_IN and not is_ground:
            return True
    return False


def _column(cell: Cell) -> int:
    return cell.col


def _across_borders(table: Lattice, contents: _Contents) -> set[int]:
    """Return the cells with a figure that reaches over a border, or touches what stands beyond it."""
    found: set[int] = set()
    for index, snippet in contents.at_border:
        cell, height = table.cells[index], snippet.bottom - snippet.top
        middle = (snippet.top + snippet.bottom) / 2
        if _has_figure(snippet) and _reaches_over(cell, snippet, height * _OVER, height * _OVER_HEIGHT):
            found.add(index)
        if cell.x1 - snippet.right < _NEAR:
            other = table.find(cell.x1 + _NEAR, middle)
            if other >= 0 and any(_touch(snippet, second) for second in contents.cells[other]):
                found.update((other, index))
        if snippet.left < cell.x0:
            other = table.find(cell.x0 - _NEAR, middle)
            if other >= 0 and any(_touch(first, snippet) for first in contents.cells[other]):
                found.update((other, index))
    return found


def _spaced_beyond(table: Lattice, contents: _Contents, cell: LatticeCell, snippets: Sequence[Snippet]) -> bool:
    """Return whether digits that stand apart go on beyond a border, as far apart."""
    first, last = snippets[0], snippets[-1]
    middle, step = (first.top + first.bottom) / 2, snippets[1].left - first.left
    beside = ((cell.x0 - _NEAR, first.left - step), (cell.x1 + _NEAR, last.left + step))
    near = (last.bottom - last.top) * _OVER
    return any(
        abs(other.left - left) <= near and _has_figure(other) and abs(other.top - first.top) <= near
        for x, left in beside
        if (owner := table.find(x, middle)) >= 0
        for other in contents.cells[owner]
    )


def _has_figure(snippet: Snippet) -> bool:
    return not FIGURES.isdisjoint(snippet.text)


def _reaches_over(cell: LatticeCell, snippet: Snippet, across: float, along: float) -> bool:
    beside = snippet.left < cell.x0 - across or snippet.right > cell.x1 + across
    return beside or snippet.top < cell.y0 - along or snippet.bottom > cell.y1 + along


def _touch(first: Snippet, second: Snippet) -> bool:
    height = first.bottom - first.top
    level = abs(first.top + first.bottom - second.top - second.bottom) < height * _LEVEL
    near = abs(second.left - first.right) < height * _TOUCH
    return level and near and (_has_figure(first) or _has_figure(second))
