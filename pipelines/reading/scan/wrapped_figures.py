"""Numbers too wide for their cells, which programs print in two lines: 1107 as 110 and 7 below it.

Belongs here: which two lines of figures are one number. Keep out: numbers that a page break cuts (`joining`), and what
a line says. Two lines may be the numbers of two rows whose rule was not seen. Then most figures of the row are two, few
of them fill their cells, and so are its labels.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell

(WRAPPED,) = code_list("cell_note").named("wrapped_figure")
# What begins a label of its own.
_NUMBERED = re.compile(r"^\s*[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s*[）)、.．]", re.MULTILINE)
# Digits of each line but the last: of a cell that holds but one a digit always fills it.
_LEAST_DIGITS = 2


def with_whole_figures(rows: list[list[Cell]], filled: AbstractSet[tuple[int, int]]) -> list[list[Cell]]:
    """Return the rows of a table with the numbers whole that go on in a second line of their cell.

    `filled` are the row and column of cells of nothing but digits, read without a doubt, of which each line but the
    last leaves no room for one more digit.
    """
    return [_whole(row, filled) for row in rows]


def _whole(row: list[Cell], filled: AbstractSet[tuple[int, int]]) -> list[Cell]:
    wrapped = [cell for cell in row if cell.doubt == WRAPPED]
    plain = sum(cell.text.isdecimal() and cell.rowspan == 1 for cell in row)
    one_number = all((cell.row, cell.col) in filled and _is_long(cell) for cell in wrapped)
    two_rows = any(len(_NUMBERED.findall(cell.text)) > 1 for cell in row)
    if not wrapped or not one_number or two_rows or plain < len(wrapped):
        return row
    return [
        cell._replace(text=cell.text.replace("\n", ""), doubt=None) if cell.doubt == WRAPPED else cell for cell in row
    ]


def _is_long(cell: Cell) -> bool:
    return cell.rowspan == 1 and all(len(line) >= _LEAST_DIGITS for line in cell.text.split("\n")[:-1])
