"""Straight lines on a page that are no rules: a disturbed line of a fax, a streak of a scanner.

Belongs here: which line is one, the picture without it, and the cells that it ran through. Keep out: rules and their
lattice (`rules`). A rule begins and ends at rules that cross it, or where the others of its table do. A line that does
not would part a row of figures in two, and what it cuts off would be taken for blank cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipelines.reading.document import Cell
from pipelines.reading.scan.lattice import BROKEN_RULE
from pipelines.reading.scan.masks import Box, Gray, Mask, components, dilated, filled, runs
from pipelines.reading.scan.rules import RulingLines

# By the height of a character: how near a rule ends to one that crosses it, how thick a stray line is at most, and how
# far from its text a line leaves a cell alone.
_NEAR, _THICK, _BESIDE = 0.3, 0.3, 0.1
# Rules are found with a pixel on either side of them.
_FRINGE = 2
# A line of which only one end hangs is thinner than rules are, by this.
_THINNER = 0.7
_MOST_LINES = 400
# A line that was not sent leaves a gap in rules, so high at most by the height of a character, white between black; so
# many of them a page has at most.
_GAP, _WHITE, _BLACK, _MOST_UNSENT = 0.2, 215, 120, 12
_FIGURE, _WORDS = re.compile(r"^[\d,.+\- ]*\d[\d,.+\- ]*$"), re.compile(r"[\u3400-\u9fff]")


class StrayLines(NamedTuple):
    """A page without its stray lines: its picture, its rules, and where such lines were."""

    gray: Gray
    rules: RulingLines
    lines: tuple[Box, ...]


class _Stroke(NamedTuple):
    """A straight run along the rows: its box, its thickness, and which of its ends meet no rule that crosses it."""

    box: Box
    thick: float
    hangs: tuple[bool, bool]


def without_stray_lines(gray: Gray, rules: RulingLines, em: float) -> StrayLines:
    """Return a straight page without lines that are no rules; `em` is the height of its characters in pixels.

    Told with them are lines that were not sent, where they left a gap in a rule: they took a piece of digits beside it.
    """
    unsent = _unsent(gray, rules.down, em)
    across = _stray(rules.across, rules.down, em)
    down = [(top, left, bottom, right) for left, top, right, bottom in _stray(rules.down.T, rules.across.T, em)]
    if not across and not down:
        return StrayLines(gray, rules, tuple(unsent))
    gray, kept = gray.copy(), rules._replace(across=rules.across.copy(), down=rules.down.copy())
    for box in across:
        _wipe(gray, kept.across, box)
    for left, top, right, bottom in down:
        _wipe(gray.T, kept.down.T, (top, left, bottom, right))
    return StrayLines(gray, kept, (*across, *down, *unsent))


def _unsent(gray: Gray, down: Mask, em: float) -> list[Box]:
    """Return the rows in which upright rules have a gap, each from the rule before to the rule after them.

    None where there are many gaps: rules that are drawn as dots, or worn off.
    """
    parts, found = components(down), list[Box]()
    if len(parts.areas) > _MOST_LINES:
        return found
    width, highest = gray.shape[1], max(2, round(em * _GAP))
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        own = parts.labels[top:bottom, left:right] == index
        darkest = np.where(own, gray[top:bottom, left:right], 255).min(axis=1)
        for start, end in runs(darkest > _WHITE):
            is_gap = start > 0 and end < len(darkest) and end - start <= highest
            if is_gap and max(darkest[max(0, start - 2)], darkest[min(end + 1, len(darkest) - 1)]) < _BLACK:
                row = down[top + start : top + end].any(axis=0)
                light = gray[top + start : top + end].max(axis=0) > _WHITE
                others = np.flatnonzero(row & ~light)
                before, after = others[others < left], others[others >= right]
                box = (before[-1] if len(before) else 0, top + start, after[0] if len(after) else width, top + end)
                found.append((int(box[0]), int(box[1]), int(box[2]), int(box[3])))
    return found if len({box[1] // highest for box in found}) <= _MOST_UNSENT else []


def runs_through(lines: Sequence[Box], cell: Box, texts: Sequence[Box], em: float) -> bool:
    """Tell whether a stray line ran through the text of a cell, or through one in which nothing is left.

    `texts` are the lines of text, as boxes in the cell.
    """
    beside = em * _BESIDE
    for left, top, right, bottom in lines:
        start, above, end, below = (max(left, cell[0]), max(top, cell[1]), min(right, cell[2]), min(bottom, cell[3]))
        if start >= end or above >= below:
            continue
        box = (start - cell[0], above - cell[1], end - cell[0], below - cell[1])
        near = (box[0] - beside, box[1] - beside, box[2] + beside, box[3] + beside)
        if not texts or any(_overlap(near, text) for text in texts):
            return True
    return False


def _overlap(one: tuple[float, float, float, float], other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _stray(along: Mask, crossing: Mask, em: float) -> list[Box]:
    """Return the runs along rows that are no rules."""
    along, near = np.ascontiguousarray(along), max(3, round(em * _NEAR))
    parts = components(along)
    if len(parts.areas) > _MOST_LINES:
        return []
    reach = dilated(np.ascontiguousarray(crossing), 2 * near + 1, 2 * near + 1)
    strokes = []
    for index in parts.numbers():
        left, top, right, bottom = box = parts.box(index)
        met = filled(reach[top:bottom, left:right], 0)
        hangs = (not met[: near + 1].any(), not met[-near - 1 :].any())
        strokes.append(_Stroke(box, float(parts.areas[index]) / (right - left) - _FRINGE, hangs))
    usual = float(np.median([stroke.thick for stroke in strokes])) if strokes else 0.0
    return [one.box for one in strokes if _is_stray(one, strokes, usual, em)]


def _is_stray(one: _Stroke, strokes: Sequence[_Stroke], usual: float, em: float) -> bool:
    left, top, right, bottom = one.box
    near = max(3, round(em * _NEAR))
    if not any(one.hangs) or bottom - top > em * _THICK + _FRINGE:
        return False
    others = [other.box for other in strokes if other is not one]
    # A rule that is broken goes on in the same row; of an open table all rules end in one column.
    level = [box for box in others if box[1] < bottom + near and top - near < box[3]]
    if any(box[2] <= left or right <= box[0] for box in level):
        return False
    hangs = (
        one.hangs[0] and not any(abs(box[0] - left) <= near for box in others),
        one.hangs[1] and not any(abs(box[2] - right) <= near for box in others),
    )
    return all(hangs) or (any(hangs) and one.thick <= _THINNER * usual)


def _wipe(gray: Gray, along: Mask, box: Box) -> None:
    """Take a line along rows away: what is dark above and below it goes on."""
    left, top, right, bottom = box
    columns = filled(along[top:bottom, left:right], 0)
    along[top:bottom, left:right] = 0
    above, below = gray[max(0, top - 1), left:right], gray[min(gray.shape[0] - 1, bottom), left:right]
    gray[top:bottom, left:right][:, columns] = np.maximum(above, below)[columns]


def doubt_split_rows(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the rows of a table, those in doubt in which a rule parts some figures and another stands across it.

    Either the rule is none, or a piece of it is lost: what stands above it and what below is then not known.
    """
    across = [cell for row in rows for cell in row if cell.rowspan > 1 and _is_figure(cell, rows)]

    def checked(cell: Cell) -> Cell:
        beside = any(each.row < cell.row + cell.rowspan and cell.row < each.row + each.rowspan for each in across)
        is_doubtful = beside and cell.doubt is None and not _WORDS.search(cell.text)
        return cell._replace(doubt=BROKEN_RULE) if is_doubtful else cell

    return [[checked(cell) for cell in row] for row in rows]


def _is_figure(cell: Cell, rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell a figure of one line on the right of a label."""
    labels = (each for row in rows[: cell.row + 1] for each in row if each.row + each.rowspan > cell.row)
    return bool(_FIGURE.match(cell.text)) and any(each.col < cell.col and _WORDS.search(each.text) for each in labels)
