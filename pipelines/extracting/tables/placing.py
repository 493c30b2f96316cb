"""Put the cells of a row into columns, or say that it cannot be known: nothing is ever shifted."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import looks_like_value
from pipelines.extracting.tables.beside import HeaderCell, numbers_rows
from pipelines.extracting.tables.collector import ACROSS, RawRow, RawTable
from pipelines.extracting.tables.header import Columns
from pipelines.extracting.tables.rows import Slot

SHORT_ROW, LONG_ROW, MERGED, HEADER_UNKNOWN = code_list("cell_note").named(
    "short_row", "long_row", "merged_cells", "header_unknown"
)
ROW_BELOW_LOST, WORDS_IN_ROW = code_list("cell_note").named("row_below_lost", "words_in_row")
VALUES_MISSING, GLUED = code_list("cell_note").named("values_missing", "glued_cells")
_MANY_ROWS = 3
_DIGITS_OF_A_COUNT = 2
# As many zeros as columns can be one 0 in each; no number begins with 00.
GLUED_ZEROS = re.compile(r"^0{2,}$")


class RowPlacement(NamedTuple):
    """Slots by column (None: the row was cut before it), or the reason why they cannot be placed."""

    slots: tuple[Slot | None, ...]
    problem: str | None


class Shape(NamedTuple):
    """What the complete rows of a table agree on: how many cells follow the label, and where the first value is.

    `length` is the row's length as `full_lengths` counts it; `starts` are the grid columns of the values under spans.
    """

    cells: int
    offset: int
    length: int
    starts: tuple[int, ...] = ()

    def fits(self, row: RawRow, start: int, width: int) -> bool:
        """Tell whether the values of a row that begin at `start` stand in the same grid columns."""
        window = row.slots[start : start + width]
        return not row.source.spanned or len(row.slots) == width or tuple(s.col for s in window) == self.starts


def table_shape(rows: list[RawRow], width: int) -> Shape | None:
    """Return the shape most complete rows share (complete: exactly `width` filled cells side by side)."""
    shapes: dict[tuple[int, int, int, tuple[int, ...]], int] = {}
    for row in rows:
        slots = row.slots
        if len(slots) < width:
            continue
        filled = [i for i, slot in enumerate(slots) if slot.text]
        if len(filled) == width and filled[-1] - filled[0] == width - 1:
            starts = tuple([slots[i].col for i in filled]) if row.source.spanned else ()
            shape = len(slots), filled[0], _length(row), starts
            shapes[shape] = shapes.get(shape, 0) + 1
    # The first of those that are as common.
    return Shape(*max(shapes, key=shapes.__getitem__)) if shapes else None


def full_lengths(raw: RawTable, *, two_level: bool) -> frozenset[int]:
    """Return the lengths that a row with blanks must have to be whole, where no complete row of the table tells.

    That is the header's length (grid columns where spans make them comparable, else cells after the label; a header
    on two levels without spans tells nothing), and the length of the rows if all of many are equally long.
    """
    rows = [row for row in raw.rows if row.source.slots]
    lengths = frozenset(_length(row) for row in rows)
    shared = lengths if len(lengths) == 1 and len(rows) >= _MANY_ROWS else frozenset()
    if any(row.source.spanned for row in rows) or raw.table in ACROSS:
        return shared | {raw.edge}
    return shared if two_level else shared | {raw.edge - 1}


def _length(row: RawRow) -> int:
    return row.source.slots[-1].right if row.source.spanned else len(row.slots)


def is_crowded(rows: list[RawRow], width: int) -> bool:
    """Tell whether rows have more figures than columns: a count of filled cells then tells of no row where they stand.

    One more column than the form has, its header blank or lost, makes a row with a blank as long as a whole one.
    """
    counted = (row for row in rows if row.targets or not row.label)
    return any(sum(bool(slot.text) for slot in row.slots) > width for row in counted if row.source.marked)


def counts_rows(rows: list[RawRow]) -> bool:
    """Tell whether figures count the rows of a text: the number of each ends the row above, or stands between them."""
    last = [row.slots[-1].text if row.slots else "" for row in rows if row.targets]
    between = [row.slots[0].text for row in rows if not row.targets and not row.label and len(row.slots) == 1]
    return _count_on(last) or _count_on(between)


def _count_on(texts: list[str]) -> bool:
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= _DIGITS_OF_A_COUNT]
    steps = [below - above == 1 for above, below in pairwise(numbers)]
    return sum(steps) >= _MANY_ROWS and 2 * sum(steps) > len(steps)


def place(
    row: RawRow, columns: Columns, shape: Shape | None, full: frozenset[int], *, crowded: bool = False
) -> RowPlacement:
    """Place the cells after a row's label into columns; `full` are the lengths of a whole row of the table.

    `crowded` tells that the rows of the table have figures beside those of the form (`is_crowded`).
    """
    width = len(columns.ids)
    slots = row.slots
    beside = _columns_beside(row, columns)
    if columns.by_place:
        return _beside(row, columns, beside, full) or RowPlacement(slots, HEADER_UNKNOWN)
    if beside and slots:
        return _among_others(row, columns, beside, full)
    if plain := _without_blanks(row, columns, shape):
        return plain
    filled = [i for i, slot in enumerate(slots) if slot.text]
    windows = [
        start
        for start in range(len(slots) - width + 1)
        if not filled or (start <= filled[0] and filled[-1] < start + width and _stands_under(row, columns, start))
    ]
    if not filled:
        # Every cell of the row is empty, so it does not matter which is which.
        return RowPlacement((slots * width)[:width], None)
    if _contradicts_header(row, columns, crowded=crowded):
        return RowPlacement(slots, LONG_ROW)
    # Slivers of the layout make a row longer than its columns: its header then tells more than a count of its cells.
    by_header = shape is None and len(slots) > width and _under_header(row, columns, full) is not None
    if not by_header and len(windows) == 1 and _credible(row, filled, width, windows[0], shape, full):
        return RowPlacement(slots[windows[0] : windows[0] + width], None)
    known = shape is not None and len(slots) == shape.cells and shape.offset in windows
    if len(windows) > 1 and shape is not None and known and shape.fits(row, shape.offset, width):
        return RowPlacement(slots[shape.offset : shape.offset + width], None)
    if aligned := _under_header(row, columns, full):
        return RowPlacement(aligned, None)
    return RowPlacement(slots, SHORT_ROW if len(slots) < width else LONG_ROW)


def _without_blanks(row: RawRow, columns: Columns, shape: Shape | None) -> RowPlacement | None:
    """Place a row of which no cell can be taken for a blank one; None where blanks are a question."""
    slots, width = row.slots, len(columns.ids)
    if row.cut and len(slots) < width and row.source.marked and shape is not None and shape.offset == 0:
        return RowPlacement((*slots, *[None] * (width - len(slots))), None)
    if not slots:
        return RowPlacement((None,) * width, None) if row.cut else RowPlacement((), VALUES_MISSING)
    if len(slots) == 1 and width > 1 and GLUED_ZEROS.match(slots[0].text):
        whole = len(slots[0].text) == width
        return RowPlacement((slots[0]._replace(text="0"),) * width, None) if whole else RowPlacement(slots, GLUED)
    if merged := _merged(slots, width, columns):
        return merged
    if row.source.marked:
        return None
    if len(slots) == width:
        return RowPlacement(slots, None)
    return RowPlacement(slots, SHORT_ROW if len(slots) < width else LONG_ROW)


def _columns_beside(row: RawRow, columns: Columns) -> tuple[HeaderCell, ...]:
    """Return the columns beside those of the form in which a row can have cells.

    In a grid they stand right of the labels; where nothing tells in which column a header cell stands, its words do.
    """
    if not row.slots:
        return ()
    if row.source.spanned:
        first = row.slots[0].col
        return tuple(cell for cell in columns.aside if cell.right > first)
    counted = row.source.assembled  # the number of a row then stands at the end of the row above, or nowhere
    return tuple(cell for cell in columns.aside if cell.is_certain or (counted and numbers_rows(cell.text)))


def _among_others(row: RawRow, columns: Columns, beside: tuple[HeaderCell, ...], full: frozenset[int]) -> RowPlacement:
    """Place a row of a table that has columns beside the form's: only its header tells which cell is which."""
    slots, width = row.slots, len(columns.ids)
    if not any(slot.text for slot in slots) and row.source.marked:
        return RowPlacement((slots * width)[:width], None)
    problem = SHORT_ROW if len(slots) < width + len(beside) else LONG_ROW
    return _beside(row, columns, beside, full) or RowPlacement(slots, problem)


def _beside(row: RawRow, columns: Columns, beside: tuple[HeaderCell, ...], full: frozenset[int]) -> RowPlacement | None:
    """Place the cells of a row that has others of columns that the form does not have.

    Each must stand under a header cell of its own: a row without cell marks may have lost one.
    """
    if not row.source.marked or row.cut or len(columns.starts) != len(columns.ids):
        return None
    if row.source.spanned:
        found = _under_header(row, columns, full, beside)
        return RowPlacement(found, None) if found else None
    if any(numbers_rows(cell.text) for cell in beside):
        return None
    by_place = {(slot.col, slot.right): slot for slot in row.slots}
    first = row.slots[0].col if row.slots else 0
    places = {*columns.starts, *((cell.col, cell.right) for cell in columns.aside if cell.col >= first)}
    if len(by_place) < len(row.slots) or by_place.keys() != places:
        return None
    return RowPlacement(tuple(by_place[start] for start in columns.starts), None)


def _contradicts_header(row: RawRow, columns: Columns, *, crowded: bool) -> bool:
    """Tell whether the header shows that a count of cells would shift them: a figure stands beside its columns.

    A row with as many cells as columns can have one that is merged and one that is none of the form's.
    """
    slots, width = row.slots, len(columns.ids)
    if crowded and len(slots) > width:
        return True
    if not row.source.spanned or len(columns.starts) != width:
        return False
    if len(slots) == width:
        outside = any(slot.col >= columns.starts[-1][1] for slot in slots)
        return outside and not (all(slot.text for slot in slots) and not any(_is_merged(s, columns) for s in slots))
    places = {(slot.col, slot.right) for slot in slots}
    return places.issuperset(columns.starts) and any(
        slot.text and (slot.col, slot.right) not in columns.starts for slot in slots
    )


def _stands_under(row: RawRow, columns: Columns, start: int) -> bool:
    """Tell whether the figures of a row that is too long stand under the header if it is counted from a cell.

    A cell that was parted in two makes a row longer: counted from its second cell, every figure is one column off.
    """
    width = len(columns.ids)
    if not row.source.spanned or len(columns.starts) != width or len(row.slots) <= width:
        return True
    window = row.slots[start : start + width]
    return all(
        slot.col < right and left < slot.right
        for slot, (left, right) in zip(window, columns.starts, strict=True)
        if slot.text
    )


def _is_merged(slot: Slot, columns: Columns) -> bool:
    """Tell whether a cell covers more than one column of the header."""
    return sum(slot.col <= left and slot.right >= right for left, right in columns.starts) > 1


def _credible(
    row: RawRow, filled: list[int], width: int, start: int, shape: Shape | None, full: frozenset[int]
) -> bool:
    """Tell whether a window may be trusted: a row with blanks must have as many cells as the complete rows.

    Without a complete row a row of a grid must have its full length: a shorter one lost a cell, and an empty column
    at its end would hide that. Between pipes an empty end can be padding: then nothing proves a place.
    """
    if filled and len(filled) == width and (start == 0 or width > 1 or not row.source.assembled):
        return True
    if row.source.spanned and not row.targets and len(row.slots) < len(row.source.slots):
        return False  # without its label cell nothing tells a blank value from a sliver of the layout
    if shape is None or (width == 1 and start and row.source.assembled):
        if row.source.assembled:
            return start == 0 and bool(filled) and filled[-1] == width - 1
        return _length(row) in full
    same = len(row.slots) == shape.cells and start == shape.offset and _length(row) == shape.length
    return same and shape.fits(row, start, width)


def _merged(slots: tuple[Slot, ...], width: int, columns: Columns) -> RowPlacement | None:
    """Read one cell that spans all columns: blank or words hold for each of them, a number cannot be divided."""
    if width < 2 or not columns.starts:
        return None
    left, right = columns.starts[0][0], columns.starts[-1][1]
    whole = [slot for slot in slots if slot.col <= left and slot.right >= right]
    if len(whole) != 1 or any(slot.text for slot in slots if slot is not whole[0]):
        return None
    slot = whole[0]
    if any(character.isdigit() for character in slot.text) or looks_like_value(slot.text):
        return RowPlacement(slots, MERGED)
    return RowPlacement((slot,) * width, None)


def _under_header(
    row: RawRow, columns: Columns, full: frozenset[int], beside: tuple[HeaderCell, ...] = ()
) -> tuple[Slot, ...] | None:
    """Place by grid column under the header, where sliver columns make the counts differ; only in a whole row.

    `beside` are columns that the form does not have: each has cells of its own, and their words are no figures.
    """
    if len(columns.starts) != len(columns.ids) or not row.source.spanned or _length(row) not in full:
        return None
    slots = row.slots
    found: list[Slot] = []
    others = [(cell.col, cell.right) for cell in beside]
    for left, right in (*columns.starts, *others):
        under = [s for s in slots if s.col < right and s.right > left]
        if not under or any(s.col < left or s.right > right for s in under):
            return None
        texts = [s for s in under if s.text]
        if len(texts) > 1:
            return None
        found.append(texts[0] if texts else under[0])
    outside = [s for s in slots if s.text and s not in found]
    return None if outside else tuple(found[: len(columns.ids)])
