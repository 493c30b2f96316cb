"""Rows of lines of text whose label, or whose figures, may stand on another line.

Belongs here: what makes rows doubtful that no line rules. Keep out: how rows and columns are found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from pipelines.contracts.codes import code_list
from pipelines.reading.pdf.labels import is_numbered
from pipelines.reading.pdf.text import STACKED, Word

(LABEL_UNCLEAR,) = code_list("cell_note").named("label_unclear")
# The unit of a number that is broken before it.
UNIT = re.compile(r"[件项条批次个宗起份例户元万亿]{1,2}$")
# In heights of the text: lines with less between them may be one row, and those with more are not of one table.
_TIGHT, _FAR = 0.6, 2.0

Row = list[list[Word]]


def unclear_rows(rows: Sequence[Row], is_figure: Callable[[str], object]) -> dict[int, str]:
    """Return the rows with figures that another may be part of, with the doubt: a label, or a figure that is broken."""
    found: dict[int, str] = {}
    last: int | None = None
    for index, row in enumerate(rows):
        if not any(is_figure(word.text) or UNIT.match(word.text) for line in row for word in line):
            continue
        if last is not None and (doubt := _doubt(rows[last : index + 1], is_figure)):
            found[last] = found[index] = doubt
        last = index
    return found


def _doubt(rows: Sequence[Row], is_figure: Callable[[str], object]) -> str | None:
    """Return the doubt of the first and the last of rows, between which no figure stands."""
    height = rows[0][0][0].size
    gaps = [below[0][0].top - max(word.bottom for word in above[-1]) for above, below in pairwise(rows)]
    if max(gaps) > _FAR * height:
        return None
    first, last = ([word for line in row for word in line] for row in (rows[0], rows[-1]))
    if any(UNIT.match(word.text) for word in (*first, *last)):
        return STACKED
    start = min(word.left for word in (*first, *last) if is_figure(word.text))
    if len(rows) > 2:
        beside = all(word.right < start for row in rows[1:-1] for line in row for word in line)
        return LABEL_UNCLEAR if beside else None
    labels = [next((word.text for word in row if word.left < start), "") for row in (first, last)]
    two = all(labels) and is_numbered(labels[0]) == is_numbered(labels[1])
    return STACKED if gaps[0] < _TIGHT * height and not two and len(first) != len(last) else None
