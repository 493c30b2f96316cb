"""Tables without upright lines -> rows and columns by where their words stand.

Belongs here: columns that words share, with or without lines between the rows. Keep out: ruled cells. A table is
believed only where its columns are clearly apart in every line; otherwise its lines stay lines of text, in which
nobody takes a blank cell for known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.document import Cell, Place
from pipelines.reading.lattice import Line
from pipelines.reading.pdf.marks import Marks
from pipelines.reading.pdf.spacing import WIDE_GAP
from pipelines.reading.pdf.text import STACKED, Word
from pipelines.reading.pdf.unclear import LABEL_UNCLEAR, UNIT, unclear_rows

FIGURE = re.compile(
    r"[+＋-]?[\d０-９][\d０-９,，]*(?:[.．][\d０-９]+)?\s*[件项条批次个宗起份例户元万亿]{0,2}$|[-—–－/无]+$"
)
_NUMBERED = re.compile(
    r"^(?:[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.、．](?!\d)|[一二三四五六七八九十]+、)", re.MULTILINE
)
# The label of a group, and that of a row behind it.
_TWO_LABELS = re.compile(
    r"[一二三四五六七八九十]+、.*[（(][一二三四五六七八九十]+[）)]|[（(][一二三四五六七八九十]+[）)]\D*\d{1,2}[.、．](?!\d)",
    re.DOTALL,
)
PROSE = re.compile(r"[。；;]")
_CHANGE = re.compile(r"[新增减加少+＋-]{1,3}\d")
_LONG_FIGURE = re.compile(r"[+＋-]?[\d０-９][\d０-９,，.．]{2,}")
# Digits apart: one number, or several.
_SPACED = re.compile(r"\d(?: \d)+$")
_TWO_FIGURES = re.compile(r"\d\s+\d")
# Columns are so far apart (in heights of the text), and this many rows share them where no line divides these.
_GUTTER, _MIN_ROWS = 1.0, 3
# Rows of a table follow each other within so many heights; lines of one row overlap by so much of theirs, or, where
# text is broken, have so little between them.
MAX_GAP, _SAME_ROW, _TIGHT = 3.5, 0.2, 0.6
# Lines between the rows of a table have the same right end (in points) and are so long.
_SAME_END, _MIN_LENGTH, _MIN_RULES = 5.0, 100.0, 3

TextLine = list[Word]
Row = list[TextLine]
Span = tuple[float, float]
Range = tuple[int, int]


class Block(NamedTuple):
    """A table found in rows: column edges, its cells by row, and which of the rows it takes."""

    edges: tuple[float, ...]
    cells: list[list[Cell]]
    rows: range


def rows_of(lines: Sequence[TextLine]) -> list[Row]:
    """Join lines that are one row: they overlap, as figures in the middle of a label do, or may be figures broken."""
    rows: list[Row] = []
    bottom = 0.0
    for line in lines:
        top, low = min(word.top for word in line), max(word.bottom for word in line)
        if rows and (top < bottom - _SAME_ROW * (line[0].bottom - line[0].top) or _may_go_on(rows[-1], line)):
            rows[-1].append(line)
            bottom = max(bottom, low)
        else:
            rows.append([line])
            bottom = low
    return rows


def _may_go_on(row: Row, line: TextLine) -> bool:
    """Return whether all figures of a line may be the rest of long ones right above, where no label begins."""
    figures = [word for word in line if FIGURE.match(word.text)]
    if not figures or any(_NUMBERED.match(word.text) for word in line):
        return False
    near = line[0].top - row[-1][0].bottom < _TIGHT * (line[0].bottom - line[0].top)
    long = [word for above in row for word in above if _LONG_FIGURE.match(word.text)]
    return near and all(any(a.left < word.right and a.right > word.left for a in long) for word in figures)


def ruled_rows(rows: Sequence[Row], rules: Sequence[Line], marks: Marks, number: int) -> list[Block]:
    """Return the tables whose rows are divided by horizontal lines alone."""
    middles = [(row[0][0].top + max(line[0].bottom for line in row)) / 2 for row in rows]
    blocks: list[Block] = []
    unclear = unclear_rows(rows, FIGURE.match)
    for places in _stacks(rules):
        bands: list[list[int]] = [[] for _ in places]
        for index in range(bisect_right(middles, places[0]), bisect_right(middles, places[-1])):
            bands[bisect_right(places, middles[index]) - 1].append(index)
        for part in _parts([band for band in bands if band], rows):
            parts = _rows_in_bands(part, rows)
            inside = [[line for index in indexes for line in rows[index]] for indexes in parts]
            broken = unclear_rows(inside, FIGURE.match)
            doubts = [
                STACKED if STACKED in (broken.get(place), *map(unclear.get, indexes)) else _apart(rows, indexes, part)
                for place, indexes in enumerate(parts)
            ]
            block = _block(inside, range(part[0][0], part[-1][-1] + 1), doubts, marks, number)
            if block is not None and not any(block.rows.start < other.rows.stop for other in blocks):
                blocks.append(block)
    return blocks


def _apart(rows: Sequence[Row], indexes: list[int], bands: list[list[int]]) -> str | None:
    """Return the doubt of a label without figures, where others stand between the same two lines."""
    band = next(band for band in bands if indexes[0] in band)
    before = any(has_figures(rows[index]) for index in range(bands[0][0], indexes[0]))
    return LABEL_UNCLEAR if before and indexes != band and not has_figures(rows[indexes[0]]) else None


def aligned_rows(rows: Sequence[Row], marks: Marks, number: int) -> list[Block]:
    """Return the tables that only their columns show."""
    unclear = unclear_rows(rows, FIGURE.match)
    found = [
        _block(rows[run.start : run.stop], run, _doubts(rows, run, unclear), marks, number)
        for run in _runs(rows)
        if len(run) >= _MIN_ROWS
    ]
    return [block for block in found if block is not None]


def _doubts(rows: Sequence[Row], run: range, unclear: dict[int, str]) -> list[str | None]:
    """Return the doubts of rows; a label without figures is no blank row: they may be beside its next line."""
    first = next((index for index in run if has_figures(rows[index])), run.stop)
    return [
        unclear.get(index, LABEL_UNCLEAR if index > first and not has_figures(rows[index]) else None) for index in run
    ]


def loose_rows(rows: Sequence[Row], marks: Marks, number: int) -> list[Block]:
    """Return the rows with figures whose columns cannot be told, each with its texts from left to right, no blanks.

    As lines of text they would lose where one cell ends, and a word beside them could pass for a lost figure.
    """
    blocks = []
    unclear = unclear_rows(rows, FIGURE.match)
    for run in _runs(rows):
        if any(has_figures(rows[index]) for index in run):
            doubts = [unclear.get(index) for index in run]
            blocks.append(Block((), _loose_table([rows[index] for index in run], doubts, marks, number), run))
    return blocks


def _loose_table(rows: Sequence[Row], doubts: list[str | None], marks: Marks, number: int) -> list[list[Cell]]:
    """Return the cells of rows, those of the head in one row from left to right.

    A label in the middle of two rows of a head stands below the upper one, though its column may come first.
    """
    head = next((index for index, row in enumerate(rows) if has_figures(row)), 0)
    lines = [in_order(row) for row in rows]
    if (begin := _backward(rows, head)) < head:
        lines[begin:head] = [sorted((words for line in lines[begin:head] for words in line), key=_left_of_all)]
        doubts = [*doubts[: begin + 1], *doubts[head:]]
    return [
        _doubted(_loose_cells(line, index, marks, number), doubt)
        for index, (line, doubt) in enumerate(zip(lines, doubts, strict=True))
    ]


def _doubted(cells: list[Cell], doubt: str | None) -> list[Cell]:
    return [cell._replace(doubt=cell.doubt or doubt) for cell in cells] if doubt else cells


def _left_of_all(words: list[Word]) -> float:
    return min(word.left for word in words)


def _backward(rows: Sequence[Row], head: int) -> int:
    """Return the first row of a head that begins right of one below it, but for labels; `head` where none does."""
    figures = [word for row in rows[head : head + 1] for line in row for word in line if FIGURE.match(word.text)]
    if head < 2 or not figures:
        return head
    left = min(word.left for word in figures)
    size = figures[0].size
    firsts = [min((w.left for line in row for w in line if w.right > left), default=None) for row in rows[:head]]
    for index, first in enumerate(firsts):
        if first is not None and any(other is not None and other < first - size for other in firsts[index + 1 :]):
            return index
    return head


def _in_one_head(cells: list[list[Cell]], begin: int, head: int) -> list[list[Cell]]:
    """Return a table with some rows of its head in one, by columns, those above others first."""
    if begin == head:
        return cells
    first = sorted((cell._replace(row=begin) for row in cells[begin:head] for cell in row if cell.text), key=_column)
    moved = head - begin - 1
    rest = [[cell._replace(row=cell.row - moved) for cell in row] for row in cells[head:]]
    return [*cells[:begin], first, *rest]


def _column(cell: Cell) -> int:
    return cell.col


def in_order(row: Row) -> list[list[Word]]:
    """Return the words of a row by their columns from left to right: those that stand upon each other together."""
    columns: list[list[Word]] = []
    right = 0.0
    for word in sorted((word for line in row for word in line), key=_left):
        if columns and word.left < right:
            columns[-1].append(word)
            right = max(right, word.right)
        else:
            columns.append([word])
            right = word.right
    return [sorted(words, key=_top) for words in columns]


def _left(word: Word) -> float:
    return word.left


def _top(word: Word) -> float:
    return word.top


def _loose_cells(columns: list[list[Word]], index: int, marks: Marks, number: int) -> list[Cell]:
    boxes = [box_of(words, marks) for words in columns]
    return _checked([cell_of(words, index, (col, col + 1), boxes[col], number) for col, words in enumerate(columns)])


def _checked(cells: list[Cell]) -> list[Cell]:
    """Doubt a row that holds two figures above each other or two numbered labels: those of two rows, or of a group."""
    if any(cell.doubt == STACKED or len(_NUMBERED.findall(cell.text)) > 1 for cell in cells):
        return _doubted(cells, STACKED)
    return _doubted(cells, LABEL_UNCLEAR if any(_TWO_LABELS.match(cell.text) for cell in cells) else None)


def box_of(words: Sequence[Word], marks: Marks) -> tuple[float, float, float, float]:
    """Return the box around words on the page as it is shown."""
    left, right = min(word.left for word in words), max(word.right for word in words)
    return marks.shown_box(left, min(word.top for word in words), right, max(word.bottom for word in words))


def cell_of(words: Sequence[Word], row: int, span: Range, box: tuple[float, float, float, float], number: int) -> Cell:
    """Return a cell of words one below the other; two figures may be one that is broken over lines, or two."""
    doubt = next((word.doubt for word in words if word.doubt), None)
    above = len(words) > 1 and (FIGURE.match(words[0].text) or all(_CHANGE.match(word.text) for word in words))
    if above or (words and UNIT.match(words[0].text)):
        doubt = doubt or STACKED
    if len(words) == 1 and _SPACED.match(words[0].text):
        doubt = doubt or WIDE_GAP
    return Cell("\n".join(w.text for w in words), row, span[0], 1, span[1] - span[0], 0, Place(number, box), doubt)


def _runs(rows: Sequence[Row]) -> list[range]:
    """Return the runs of rows that can be a table, without a wide gap between them."""
    runs: list[range] = []
    start = 0
    for index in range(len(rows) + 1):
        ends = index == len(rows) or not _is_tabular(rows[index])
        if ends or (index > start and _far(rows[index - 1], rows[index])):
            runs.append(range(start, index))
            start = index + ends
    return [run for run in runs if run]


def _is_tabular(row: Row) -> bool:
    """Return whether a row can be one of a table: words apart, none of them prose."""
    return any(len(line) > 1 for line in row) and not any(PROSE.search(word.text) for line in row for word in line)


def _far(above: Row, row: Row) -> bool:
    return row[0][0].top - above[-1][0].bottom > MAX_GAP * (row[0][0].bottom - row[0][0].top)


def has_figures(row: Row) -> bool:
    """Return whether a row has figures beside a label, or nothing else."""
    return any(len(line) > 1 and FIGURE.match(word.text) for line in row for word in line) or all(
        FIGURE.match(word.text) for line in row for word in line
    )


def _stacks(rules: Sequence[Line]) -> list[list[float]]:
    """Return the places of long lines that end alike, from top to bottom; lines beside a wide cell begin later."""
    stacks: dict[int, list[Line]] = {}
    for rule in sorted(rules):
        if rule[2] - rule[1] >= _MIN_LENGTH:
            stacks.setdefault(round(rule[2] / _SAME_END), []).append(rule)
    return sorted([rule[0] for rule in stack] for stack in stacks.values() if len(stack) >= _MIN_RULES)


def _parts(bands: list[list[int]], rows: Sequence[Row]) -> list[list[list[int]]]:
    """Cut the bands of a page at those that hold one text alone: a caption begins another table."""
    parts: list[list[list[int]]] = [[]]
    for band in bands:
        if any(_is_tabular(rows[index]) for index in band):
            parts[-1].append(band)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if part]


def _rows_in_bands(bands: list[list[int]], rows: Sequence[Row]) -> list[list[int]]:
    """Return the rows between lines: one in each band, but where figures stand under each other there."""
    result: list[list[int]] = []
    for band in bands:
        apart = sum(has_figures(rows[index]) for index in band) > 1
        result.extend([[index] for index in band] if apart else [band])
    return result


def _block(rows: Sequence[Row], taken: range, doubts: Sequence[str | None], marks: Marks, number: int) -> Block | None:
    """Return the table of rows; None where its columns are not clearly apart, or its head does not name each."""
    head = next((index for index, row in enumerate(rows) if has_figures(row)), len(rows))
    data = [line for row in rows[head:] for line in row]
    if not data or any(_TWO_FIGURES.search(word.text) for line in data for word in line):
        return None
    columns = columns_of(data)
    named = _named(columns, rows[:head]) if columns and head else columns
    if named is None or len(named) < 2:
        return None
    cells = [_cells(row, named, index, marks, number) for index, row in enumerate(rows)]
    whole = [_doubted(row, doubt) for row, doubt in zip(cells, doubts, strict=True) if row is not None]
    if len(whole) < len(cells):
        return None
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(named)]
    return Block((named[0][0], *middles, named[-1][1]), _in_one_head(whole, _backward(rows, head), head), taken)


def columns_of(data: list[TextLine]) -> list[Span] | None:
    """Return the columns of lines with figures; None where two words of a line share one, or the gap is narrow."""
    columns: list[Span] = []
    for left, right in sorted((word.left, word.right) for line in data for word in line):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    height = data[0][0].bottom - data[0][0].top
    apart = all(b[0] - a[1] >= _GUTTER * height for a, b in pairwise(columns))
    single = all(len({over(columns, word)[0] for word in line}) == len(line) for line in data)
    return columns if apart and single else None


def over(columns: list[Span], word: Word) -> list[int]:
    """Return the columns that a word stands over."""
    return [index for index, (left, right) in enumerate(columns) if word.left < right and word.right > left]


def _named(columns: list[Span], head: Sequence[Row]) -> list[Span] | None:
    """Return the columns with those that only the head shows, as all their cells are blank.

    None where a column of figures has no name of its own in the head, or a blank one no room.
    """
    words = [word for row in head for line in row for word in line]
    if any(" " in word.text and len(over(columns, word)) > 1 for word in words):
        return None  # two names near to each other, or one over several columns
    named = {under[0] for word in words if len(under := over(columns, word)) == 1}
    unnamed = set(range(len(columns))) - named
    added = sorted((word.left, word.right) for word in words if not over(columns, word))
    merged = sorted([*columns, *(span for span in added if not any(_inside(span, other) for other in added))])
    fits = all(a[1] < b[0] for a, b in pairwise(merged))
    # What stands between columns may be the name of one whose figures are aligned otherwise.
    lowest = [word for row in head[-1:] for line in row for word in line]
    if added and any(len(over(merged, word)) > 1 for word in lowest):
        return None
    return merged if fits and unnamed <= ({0} if added else {0, 1}) else None


def _inside(span: Span, other: Span) -> bool:
    return other != span and other[0] <= span[0] and span[1] <= other[1]


def _cells(row: Row, columns: list[Span], index: int, marks: Marks, number: int) -> list[Cell] | None:
    """Return the cells of a row, blank ones too. None: a word has no column, or two of a line share one."""
    places: dict[Range, list[Word]] = {}
    for line in row:
        spans = [(under[0], under[-1] + 1) for word in line if (under := over(columns, word))]
        if len(spans) < len(line) or any(a[1] > b[0] for a, b in pairwise(spans)):
            return None
        for span, word in zip(spans, line, strict=True):
            places.setdefault(span, []).append(word)
    taken = [col for start, end in places for col in range(start, end)]
    if len(taken) > len(set(taken)):
        return None
    places |= {(col, col + 1): [] for col in range(len(columns)) if col not in taken}
    words = [word for line in row for word in line]
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    cells = []
    for (start, end), parts in sorted(places.items()):
        box = marks.shown_box(columns[start][0], top, columns[end - 1][1], bottom)
        cells.append(cell_of(parts, index, (start, end), box, number))
    return _checked(cells)
