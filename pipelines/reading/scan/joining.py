"""A recognised table that goes on over a page break -> one table whose columns align.

Belongs here: whether two tables are one, and which column of it a cell stands in. Keep out: pixels. Pages of a scan
do not lie alike, so rules are compared by their share of the table's width, and no figure is ever put together from
two pages.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell
from pipelines.reading.scan.doubts import doubted, graver

CUT_ROW, WRAPPED = code_list("cell_note").named("row_cut_by_page", "wrapped_figure")
# How much wider the continuation may be, and how far its rules may be off, both by the table's width.
_SAME_WIDTH, _SAME_RULE = 0.03, 0.008
# Lines of one label differ by so many characters: signs that must not begin or end a line, or were not read.
_UNEVEN = 1.0
# What begins a label of its own, and what is no label.
_NUMBERED = re.compile(r"\s*[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*[）)、.．:：]|\s*第")
# A label over several rows that is but its number has its words on the next page.
_BARE_NUMBER = re.compile(r"\s*[（(]?[一二三四五六七八九十]{1,3}\s*[）)、.．:：]?\s*")
_FIGURE = re.compile(r"[^\u3400-\u9fff]*\d[^\u3400-\u9fff]*[\u3400-\u9fff]{0,2}$|[-—–/]+$")
_WORDS_AFTER_NUMBER = re.compile(r"\s*\d{1,2}\s*[.、．]\s*[\u3400-\u9fff]")

Rows = list[list[Cell]]


@dataclass
class ScannedTable:
    """A table as far as it was read: rows of cells, the places of its upright rules from 0 to 1, its width in points.

    `full` are the columns of cells at its lower edge whose last line fills them: their text may go on. `is_open_above`
    and `is_open_below` tell where it has no rule.
    """

    rows: list[list[Cell]]
    rules: tuple[float, ...]
    width: float
    full: frozenset[int]
    is_open_above: bool = False
    is_open_below: bool = False


def joined(above: ScannedTable, below: ScannedTable) -> ScannedTable | None:
    """Return one table if the rules of one are among those of the other, else None.

    A label over several rows that the page break cuts is one again, and so is a row where nothing rules out that its
    label goes on. Where else a row may have been cut, its blank cells are doubtful: what belongs into them may stand on
    the other page.
    """
    if abs(above.width - below.width) > _SAME_WIDTH * above.width:
        return None
    few, many = sorted((above, below), key=lambda table: len(table.rules))
    columns = _among(few.rules, many.rules)
    if columns is None:
        return None
    same = list(range(len(many.rules)))
    first = _moved(above.rows, columns if few is above else same, 0)
    second = _moved(below.rows, columns if few is below else same, len(first))
    first, second = _without_blank_slice(first, second)
    full = {(columns if few is above else same)[col] for col in above.full}
    whole = _with_whole_row(first, second) if above.is_open_below and below.is_open_above else None
    if whole is None:
        rows = _with_whole_groups(first, second, full)
        _doubt_cut_row(rows, len(first), full)
    else:
        rows = _with_whole_groups(*whole, full)
    kept = frozenset((columns if few is below else same)[col] for col in below.full)
    return ScannedTable(rows, many.rules, above.width, kept, above.is_open_above, below.is_open_below)


def _among(few: tuple[float, ...], many: tuple[float, ...]) -> list[int] | None:
    """Return which of the many rules each of the few is, or None where one is none of them."""
    found: list[int] = []
    for place in few:
        near = bisect_left(many, place - _SAME_RULE)
        if near == len(many) or many[near] > place + _SAME_RULE or (found and found[-1] == near):
            return None
        found.append(near)
    return found


def _moved(rows: list[list[Cell]], columns: list[int], down: int) -> list[list[Cell]]:
    return [
        [
            cell._replace(
                row=cell.row + down,
                col=columns[cell.col],
                colspan=columns[cell.col + cell.colspan] - columns[cell.col],
            )
            for cell in row
        ]
        for row in rows
    ]


def _without_blank_slice(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Return the rows of both pages without a first row of the second page that is the blank rest of the last row.

    Programs that print move on what is left of a row, be it only the space below its text.
    """
    ends = {(cell.col, cell.colspan) for row in first for cell in row if cell.row + cell.rowspan == len(first)}
    last = [cell for row in first[-1:] for cell in row]
    slices = [cell for cell in second[0] if cell.rowspan == 1] if second else []
    if not slices or any(cell.text or cell.doubt or (cell.col, cell.colspan) not in ends for cell in slices):
        return first, second
    if not any(_NUMBERED.match(cell.text) or _is_figure(cell.text) for cell in last):
        return first, second
    groups = [cell._replace(rowspan=cell.rowspan - 1) for cell in second[0] if cell.rowspan > 1]
    rest = [[cell._replace(row=cell.row - 1) for cell in row] for row in second[1:]]
    return first, [[*groups, *rest[0]], *rest[1:]] if rest else []


def _with_whole_groups(first: list[list[Cell]], second: list[list[Cell]], full: set[int]) -> list[list[Cell]]:
    """Return all rows, with the labels over several rows that go on in the first row of the second page joined."""
    pieces = {cell.col: cell for cell in second[0]} if second else {}
    taken: set[int] = set()
    rows = []
    for row in first:
        whole = []
        for cell in row:
            piece = pieces.get(cell.col)
            last = cell.row + cell.rowspan == len(first)
            if last and piece is not None and _is_one_group(cell, piece, cell.col in full):
                text = "\n".join(part for part in (cell.text, piece.text) if part)
                cell = cell._replace(text=text, rowspan=cell.rowspan + piece.rowspan)  # noqa: PLW2901
                taken.add(piece.col)
            whole.append(cell)
        rows.append(whole)
    return [*rows, *([cell for cell in row if row is not second[0] or cell.col not in taken] for row in second)]


def _with_whole_row(first: list[list[Cell]], second: list[list[Cell]]) -> tuple[Rows, Rows] | None:
    """Return the rows of both pages with the row whole that goes on at the break without a rule; None where none does.

    Its label goes on, and no other cell has text on both pages: all figures stand on one of them.
    """
    ends = {cell.col: cell for row in first for cell in row if cell.row + cell.rowspan == len(first)}
    groups: list[Cell] = []
    pieces: list[tuple[Cell, Cell]] = []
    for piece in second[0] if second else ():
        cell = ends.get(piece.col)
        if cell is None or cell.colspan != piece.colspan:
            return None
        if cell.rowspan == piece.rowspan == 1:
            pieces.append((cell, piece))
        elif not piece.text and cell.rowspan > 1:
            groups.append(piece)
        else:
            return None
    if len(pieces) + len(groups) < len(ends) or not _is_one_row(pieces):
        return None
    own = {piece.col: piece for _, piece in pieces}
    last = [_whole(cell, own.get(cell.col)) for cell in first[-1]]
    rest = [[cell._replace(row=cell.row - 1) for cell in row] for row in second[1:]]
    going_on = [piece._replace(rowspan=piece.rowspan - 1) for piece in groups if piece.rowspan > 1]
    if going_on and not rest:
        return None
    return [*first[:-1], last], [[*going_on, *rest[0]], *rest[1:]] if rest else []


def _whole(cell: Cell, piece: Cell | None) -> Cell:
    if piece is None:
        return cell
    if not piece.text:
        return doubted(cell, piece.doubt)
    if not cell.text:
        return cell._replace(text=piece.text, place=piece.place, doubt=graver(cell.doubt, piece.doubt))
    return cell._replace(text=f"{cell.text}\n{piece.text}", doubt=graver(cell.doubt, piece.doubt))


def _is_one_row(pieces: list[tuple[Cell, Cell]]) -> bool:
    """Return whether the cells of two rows are those of one: its label, and figures on one page only."""
    labels = [(cell, piece) for cell, piece in pieces if cell.text and piece.text]
    if len(labels) != 1 or pieces[0] != labels[0]:
        return False
    label, more = labels[0]
    if _NUMBERED.match(more.text) or _is_figure(label.text) or _is_figure(more.text):
        return False
    if not _fills_its_line(label.text.split("\n"), more.text.split("\n")):
        return False
    return not (any(cell.text for cell, _ in pieces[1:]) and any(piece.text for _, piece in pieces[1:]))


def _fills_its_line(lines: list[str], more: list[str]) -> bool:
    """Return whether what follows would not have fitted into the last line: it is as wide as the widest one."""
    widths = [sum(0.5 if char.isascii() else 1.0 for char in line) for line in (*lines, *more)]
    return widths[len(lines) - 1] + 1 >= max(widths) - _UNEVEN


def _is_one_group(cell: Cell, piece: Cell, goes_on: bool) -> bool:
    """Return whether two cells are one label over several rows: the second is blank, or goes on without a number."""
    if cell.colspan != piece.colspan or max(cell.rowspan, piece.rowspan) == 1 or not cell.text:
        return False
    if _is_figure(cell.text) or _is_figure(piece.text):
        return False
    goes_on = goes_on or _BARE_NUMBER.fullmatch(cell.text) is not None
    return not piece.text or (goes_on and not _NUMBERED.match(piece.text))


def _doubt_cut_row(rows: list[list[Cell]], at: int, full: set[int]) -> None:
    """Doubt cells of the two rows at a page break, where the second has no label of its own.

    A blank one, unless the other page is blank there too: what belongs into it may stand there. Figures one above the
    other, where no label at all stands beside the second or the first fills its cell: they may be one number that was
    too wide for it.
    """
    if not 0 < at < len(rows):
        return
    labels = [cell.text for cell in rows[at] if cell.text and not _is_figure(cell.text)]
    if any(_NUMBERED.match(label) for label in labels):
        return
    figures = [{c.col for c in rows[row] if _is_figure(c.text)} for row in (at - 1, at)]
    blanks = [{(c.col, c.colspan) for c in rows[row] if _is_blank(c)} for row in (at - 1, at)]
    wrapped = {col for col in figures[0] & figures[1] if not labels or col in full}
    for row in (at - 1, at):
        rows[row] = [_at_break(cell, blanks[0] & blanks[1], wrapped) for cell in rows[row]]


def _is_figure(text: str) -> bool:
    """Return whether a text is a figure, with its unit or not: a label of two words behind its number is none."""
    return _FIGURE.match(text) is not None and _WORDS_AFTER_NUMBER.match(text) is None


def _is_blank(cell: Cell) -> bool:
    return not cell.text and cell.rowspan == 1 and cell.doubt is None


def _at_break(cell: Cell, blank: set[tuple[int, int]], wrapped: set[int]) -> Cell:
    if cell.text:
        return doubted(cell, WRAPPED) if cell.col in wrapped else cell
    if cell.rowspan > 1 or (cell.col, cell.colspan) in blank:
        return cell
    return doubted(cell, CUT_ROW)
