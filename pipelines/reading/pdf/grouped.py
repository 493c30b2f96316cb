"""Tables without upright lines whose rows have labels, some of them in groups -> cells with spans.

Belongs here: which lines of a page are such a table, its columns and its head. Keep out: which label is which row's
(`pdf.labels`). A group label stands in the middle of its rows, level with any of them or between two: read line by
line, it would pass for the label of a row, and the lines beside it for another table.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.document import Cell
from pipelines.reading.lattice import Line
from pipelines.reading.pdf.columns import FIGURE, MAX_GAP, PROSE, Span, box_of, cell_of, columns_of, over
from pipelines.reading.pdf.head import gap, head_labels, joined_words, named_columns, span_of, touch
from pipelines.reading.pdf.labels import Named, is_numbered, named_rows
from pipelines.reading.pdf.marks import Marks, Snippet
from pipelines.reading.pdf.pieces import PieceRow, row_of
from pipelines.reading.pdf.text import Word
from pipelines.reading.pdf.unclear import UNIT

# All lengths are parts of the height of the text. What stands so far apart on a line is two cells; single characters
# of one label may be set wide.
_APART, _WIDE = 1.0, 4.0
# Labels that begin at one place do so within this, and figures of a row are level within this.
_SAME, _LEVEL = 0.3, 0.25
# Room between labels and figures, and less than between two rows.
_FREE, _TIGHT = 0.2, 0.6
_MIN_ROWS, _MIN_ACROSS, _SHARED = 2, 5, 3
# More lines than any page holds: every line is compared with those near to it.
_MAX_LINES = 300


class Found(NamedTuple):
    """A table: column edges, cells by row, its box from top to bottom, and which lines of the page it takes."""

    edges: tuple[float, ...]
    cells: list[list[Cell]]
    top: float
    bottom: float
    taken: frozenset[int]


def grouped_tables(lines: Sequence[Sequence[Snippet]], rules: Sequence[Line], marks: Marks, number: int) -> list[Found]:
    """Return the tables with labelled rows that a page without frames holds, where every label is certain."""
    rows = [row_of(line) for line in lines]
    found: list[Found] = []
    start = 0
    while start < len(rows):
        if not _is_first(rows[start]):
            start += 1
            continue
        end = _end(rows, start)
        begin = max(found[-1].taken) + 1 if found else 0
        if (
            end - start <= _MAX_LINES
            and (table := _Area(rows, begin, start, end, rules, marks, number).table()) is not None
        ):
            found.append(table)
        start = end
    return found


def _is_first(row: PieceRow) -> bool:
    return bool(row.figures) and len(row.pieces) > 1


def _end(rows: Sequence[PieceRow], start: int) -> int:
    """Return where the lines end that go on with figures, or with labels left of them."""
    left, right = rows[start].figures[0].left, rows[start].figures[-1].right
    for index in range(start + 1, len(rows)):
        row, above = rows[index], rows[index - 1]
        near = row.top - above.bottom <= MAX_GAP * row.pieces[0].size if row.pieces else False
        beside = all(piece.right < left for piece in row.pieces) and not any(PROSE.search(p.text) for p in row.pieces)
        figures = bool(row.figures) and (len(row.pieces) > 1 or left <= row.figures[0].right <= right + _APART * 10)
        if not near or not (beside or figures):
            return index
        if figures:
            left, right = min(left, row.figures[0].left), max(right, row.figures[-1].right)
    return len(rows)


class _Area:
    """Lines that may be one table: those with figures begin at `start`, labels and the head may stand above."""

    def __init__(
        self,
        rows: Sequence[PieceRow],
        begin: int,
        start: int,
        end: int,
        rules: Sequence[Line],
        marks: Marks,
        number: int,
    ) -> None:
        self._rows = rows
        self._begin = begin
        self._start = start
        self._end = end
        self._rules = rules
        self._marks = marks
        self._number = number
        sizes = sorted(word.size for row in rows[start:end] for word in row.figures)
        self._height = sizes[len(sizes) // 2]
        self._starts = self._label_starts()

    def table(self) -> Found | None:
        """Return the table; None where its columns or the labels of its rows are not certain."""
        figured = [index for index in range(self._start, self._end) if self._rows[index].figures]
        first = self._rows[self._start]
        if len(figured) == 1 and len(first.figures) == len(first.pieces) >= _MIN_ACROSS:
            return self._across(first)
        around = [*self._rows[max(self._start - 1, 0) : self._start], *self._rows[self._end : self._end + 1]]
        if len(figured) < _MIN_ROWS or any(UNIT.match(word.text) for row in around for word in row.pieces):
            return None
        columns = self._columns(figured)
        if columns is None:
            return None
        left = columns[0][0] - _FREE * self._height
        data = [[word for word in self._rows[index].pieces if word.right > left] for index in figured]
        places = [_place(words, self._height) for words in data]
        if any(place is None for place in places):
            return None
        lead = self._lead(left)
        labels = {index: self._labels(index, left) for index in range(lead, self._end)}
        rules = [rule for rule in self._rules if rule[2] >= columns[0][0]]
        words = [word for line in labels.values() for word in line]
        named = named_rows([place for place in places if place is not None], words, self._height, rules)
        if named is None or not words:
            return None
        beyond = set(map(id, named.around))
        taken = {i for i, line in labels.items() if any(id(word) not in beyond for word in line)} | set(figured)
        if any(id(word) in beyond for index in taken for word in labels.get(index, ())):
            return None
        head = self._head(min(taken), left, max(label.right for label in named.labels))
        if head is None:
            return None
        return self._found(columns, named, data, head, frozenset(taken))

    def _across(self, row: PieceRow) -> Found | None:
        """Return a table of one row without a label, where its head names every figure."""
        below = self._rows[self._start + 1 : self._start + 2]
        near = [other for other in below if other.top - row.bottom <= _TIGHT * self._height]
        if any(FIGURE.match(word.text) or UNIT.match(word.text) for other in near for word in other.pieces):
            return None
        top = self._start
        head: list[Word] = []
        while top > self._begin:
            above = self._rows[top - 1]
            if not above.pieces or above.figures or self._rows[top].top - above.bottom > MAX_GAP * self._height:
                break
            if is_numbered(above.pieces[0].text) or any(PROSE.search(word.text) for word in above.pieces):
                break
            top -= 1
            head = [*above.pieces, *head]
        columns = columns_of([row.figures])
        blocks = head_labels(head, columns, self._height) if columns else []
        found = named_columns(blocks, columns) if columns else None
        if found is None or not head or _place(row.figures, self._height) is None:
            return None
        leaves, columns = found
        cells = [
            self._head_cells(leaves, blocks, [], 0),
            self._figures(columns, row.figures, row.top, row.bottom, 0, 1),
        ]
        edges = (columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1])
        return Found(edges, cells, self._rows[top].top, row.bottom, frozenset(range(top, self._start + 1)))

    def _columns(self, figured: Sequence[int]) -> list[Span] | None:
        figures = [self._rows[index].figures for index in figured]
        columns = columns_of(figures) if figures else None
        if columns is None:
            return None
        for index in figured:
            inner = [word for word in self._rows[index].pieces if word.right > columns[0][0]]
            if any(word.left < columns[0][0] or len(over(columns, word)) != 1 for word in inner):
                return None
        return columns

    def _lead(self, left: float) -> int:
        """Return the first line above the figures that may belong to the label of the first row."""
        first = self._start
        while first > self._begin:
            row = self._rows[first - 1]
            if not row.pieces or any(word.right > left for word in row.pieces):
                break
            if self._rows[first].top - row.bottom > _APART * self._height * 2:
                break
            first -= 1
        return first

    def _labels(self, index: int, left: float) -> list[Word]:
        """Return the labels of a line: pieces stay apart where others begin at that place, or with a number."""
        pieces = [word for word in self._rows[index].pieces if word.right <= left]
        joined: list[Word] = []
        for piece in pieces:
            if joined and self._is_one(joined[-1], piece):
                joined[-1] = joined_words(joined[-1], piece)
            else:
                joined.append(piece)
        return joined

    def _is_one(self, first: Word, second: Word) -> bool:
        level = abs(first.top + first.bottom - second.top - second.bottom) <= 2 * _LEVEL * self._height
        apart = _WIDE if len(first.text) == len(second.text) == 1 else _APART
        if not level or is_numbered(second.text) or gap(first, second) >= apart:
            return False
        near = _SAME * self._height
        return sum(abs(start - second.left) <= near for start in self._starts) < _SHARED

    def _label_starts(self) -> list[float]:
        """Return where the labels of rows begin that are in one piece, or have a number."""
        starts: list[float] = []
        for row in self._rows[self._start : self._end]:
            words = [word for word in row.pieces if word not in row.figures]
            starts.extend(word.left for word in words if is_numbered(word.text) or len(words) == 1)
        return starts

    def _head(self, first: int, left: float, end: float) -> list[Word] | None:
        """Return the words of the lines above that name columns, and of those beside them; labels reach to `end`.

        None where a line may be one of them or not.
        """
        top = first
        words: list[Word] = []
        beside: list[Word] = []
        while top > self._begin:
            row, below = self._rows[top - 1], self._rows[top]
            if not row.pieces or row.figures or below.top - row.bottom > MAX_GAP * self._height:
                break
            if is_numbered(row.pieces[0].text) or any(PROSE.search(word.text) for word in row.pieces):
                break
            named = [word for word in row.pieces if word.left >= end]
            if any(word.left < end and word.right > left for word in row.pieces):
                if len(row.pieces) > 1 and not any(PROSE.search(word.text) for word in row.pieces):
                    return None
                break
            top -= 1
            beside.extend(word for word in row.pieces if word.left < end)
            if named:
                words = [*named, *beside, *words]
                beside = []
        return words

    def _found(
        self, columns: list[Span], named: Named, data: list[list[Word]], head: list[Word], taken: frozenset[int]
    ) -> Found | None:
        wide = max((group.column + 2 for group in named.groups), default=1)
        cells: list[list[Cell]] = []
        lines = iter(data)
        if head:
            end = max(label.right for label in named.labels)
            beside = [word for word in head if word.left < end]
            blocks = head_labels([word for word in head if word not in beside], columns, self._height)
            found = named_columns(blocks, columns)
            if found is None:
                return None
            leaves, columns = found
            cells.append(self._head_cells(leaves, blocks, beside, wide))
        for index, place in enumerate(named.places):
            words = next(lines) if place is not None else []
            cells.append(self._cells(columns, named, index, words, wide, len(cells)))
        used = {id(word) for word in head}
        above = [i for i in range(self._begin, min(taken)) if any(id(w) in used for w in self._rows[i].pieces)]
        lefts = [label.left for label in (*named.labels, *(group.label for group in named.groups))]
        starts = sorted({min(lefts), *self._group_edges(named)})[:wide]
        starts.extend(starts[-1] + 1 for _ in range(wide - len(starts)))
        middles = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
        label_end = (max(label.right for label in named.labels) + columns[0][0]) / 2
        edges = (*starts, label_end, *middles, columns[-1][1])
        lines_taken = [self._rows[i] for i in (*above, *taken)]
        top, bottom = min(row.top for row in lines_taken), max(row.bottom for row in lines_taken)
        return Found(edges, cells, top, bottom, taken | frozenset(above))

    def _group_edges(self, named: Named) -> list[float]:
        """Return where the labels beside groups begin, by columns of groups."""
        inner: dict[int, float] = {}
        for group in named.groups:
            inner[group.column + 1] = max(inner.get(group.column + 1, 0.0), group.label.right)
        return list(inner.values())

    def _head_cells(
        self, leaves: list[list[Word]], blocks: list[list[Word]], beside: list[Word], wide: int
    ) -> list[Cell]:
        """Return the cells of the head in one row by columns, those above others before them.

        Over which columns a label reaches that has others below is not known.
        """
        cells = []
        if beside:
            words = sorted(beside, key=lambda word: (word.top + word.bottom, word.left))
            cells = [cell_of(words, 0, (0, wide), box_of(words, self._marks), self._number)]
        for block in sorted(blocks, key=lambda block: (span_of(block)[0], block[0].top)):
            under = [index for index, leaf in enumerate(leaves) if touch(block, leaf)]
            span = (wide + under[0], wide + under[-1] + 1)
            cells.append(cell_of(block, 0, span, box_of(block, self._marks), self._number))
        return sorted(cells, key=_column)

    def _cells(
        self, columns: list[Span], named: Named, index: int, words: list[Word], wide: int, row: int
    ) -> list[Cell]:
        label = named.labels[index]
        beside = [group for group in named.groups if group.first <= index <= group.last]
        cells = []
        for group in beside:
            if group.first == index:
                box = box_of(group.label.lines, self._marks)
                cell = cell_of(group.label.lines, row, (group.column, group.column + 1), box, self._number)
                cells.append(cell._replace(rowspan=group.last - group.first + 1, doubt=None))
        start = max((group.column + 1 for group in beside), default=0)
        box = box_of(label.lines, self._marks)
        cells.append(cell_of(label.lines, row, (start, wide), box, self._number))
        cells.extend(self._figures(columns, words, label.top, label.bottom, wide, row))
        return sorted(cells, key=_column)

    def _figures(
        self, columns: list[Span], words: list[Word], top: float, bottom: float, wide: int, row: int
    ) -> list[Cell]:
        cells = []
        for col, span in enumerate(columns, start=wide):
            inside = [word for word in words if over([span], word)]
            box = self._marks.shown_box(span[0], top, span[1], bottom)
            cells.append(cell_of(inside, row, (col, col + 1), box, self._number))
        return cells


def _column(cell: Cell) -> int:
    return cell.col


def _place(words: Sequence[Word], height: float) -> float | None:
    """Return the middle of the figures of a row; None where they are not level."""
    middles = [(word.top + word.bottom) / 2 for word in words]
    if not middles or max(middles) - min(middles) > 2 * _LEVEL * height:
        return None
    return sum(middles) / len(middles)
