"""Columns of a sheet: two pages side by side, or text in two columns, each to be read for itself.

Belongs here: where a sheet is parted, from the boxes of its tables and stretches of text. Keep out: what they say. What
stands in columns of figures without rules is not parted here: those are refused where they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Box

# By the height of a character: the least space between columns, how far apart places are tried, how much of each
# column stands beside the other, and how wide the lines of a column of text are (figures and labels are narrower).
_GUTTER, _STEP, _BESIDE, _LINE = 1.0, 0.5, 5.0, 6.0
# Shares of the width between which a gutter is looked for; lines of text on each side, where it has no table.
_FROM, _TO = 0.25, 0.75
_LEAST_LINES = 2
# A sheet this much wider than high may be two pages: nothing stands in its middle then, so many characters wide.
_OPEN, _MIDDLE, _BETWEEN_PAGES = 1.2, 0.06, 3.0


class _Parting(NamedTuple):
    """A gutter: its middle, the rows between which nothing crosses it, and how much stands on both of its sides."""

    x: int
    top: int
    bottom: int
    beside: float


def parted(size: tuple[int, int], texts: Sequence[Box], tables: Sequence[Box], em: float) -> list[Box]:
    """Return the parts of a sheet in reading order, each a box: what is above columns, the columns, what is below.

    `size` is width and height. A sheet without columns is one part.
    """
    width, height = size
    boxes = np.array([*texts, *tables], np.float64).reshape(-1, 4)
    if (fold := _fold(size, boxes, em)) is not None:
        return [(0, 0, fold, height), (fold, 0, width, height)]
    is_table = np.array([False] * len(texts) + [True] * len(tables), np.bool_)
    found = [
        one
        for x in np.arange(_FROM * width, _TO * width, _STEP * em)
        if (one := _parting(float(x), boxes, is_table, (height, em))) is not None
    ]
    if not found:
        return [(0, 0, width, height)]
    most = max(one.beside for one in found)
    # Several places of one gutter are alike: its middle.
    alike = [one for one in found if one.beside == most]
    x, top, bottom, _ = alike[len(alike) // 2]
    parts = [(0, 0, width, top), (0, top, x, bottom), (x, top, width, bottom), (0, bottom, width, height)]
    return [box for box in parts if box[3] > box[1]]


def _fold(size: tuple[int, int], boxes: NDArray[np.float64], em: float) -> int | None:
    """Return where two pages of an open sheet part, a line on one of them is enough; None where it is one page."""
    width, height = size
    if width < _OPEN * height or not len(boxes):
        return None
    places = np.arange((0.5 - _MIDDLE) * width, (0.5 + _MIDDLE) * width, _STEP * em)
    reach = _BETWEEN_PAGES * em / 2
    lies = (boxes[:, 0, None] < places + reach) & (boxes[:, 2, None] > places - reach)
    free = places[~lies.any(axis=0)]
    if not len(free):
        return None
    fold = float(free[len(free) // 2])
    wide = boxes[boxes[:, 2] - boxes[:, 0] >= _LINE * em]
    both = (wide[:, 2] <= fold).any() and (wide[:, 0] >= fold).any()
    return round(fold) if both else None


def _parting(
    x: float, boxes: NDArray[np.float64], is_table: NDArray[np.bool_], room: tuple[int, float]
) -> _Parting | None:
    height, em = room
    reach = _GUTTER * em / 2
    crossing = (boxes[:, 0] < x + reach) & (boxes[:, 2] > x - reach)
    edges = sorted([(0.0, 0.0), *((float(b[1]), float(b[3])) for b in boxes[crossing]), (float(height), float(height))])
    best: _Parting | None = None
    low = 0.0
    for top, bottom in edges:
        if top > low:
            inside = (boxes[:, 1] >= low) & (boxes[:, 3] <= top) & ~crossing
            beside = _beside(boxes[inside], is_table[inside], x, em)
            if beside and (best is None or beside > best.beside):
                best = _Parting(round(x), round(low), round(top), beside)
        low = max(low, bottom)
    return best


def _beside(boxes: NDArray[np.float64], is_table: NDArray[np.bool_], x: float, em: float) -> float:
    """Return how many pixels of height both columns have in common, 0 where one of them is none."""
    sides = []
    for on_side in (boxes[:, 2] <= x, boxes[:, 0] >= x):
        side, tables = boxes[on_side], is_table[on_side]
        lines = side[~tables]
        is_text = len(lines) >= _LEAST_LINES and float(np.median(lines[:, 2] - lines[:, 0])) >= _LINE * em
        if not (is_text or tables.any()):
            return 0.0
        sides.append((float(side[:, 1].min()), float(side[:, 3].max())))
    common = min(sides[0][1], sides[1][1]) - max(sides[0][0], sides[1][0])
    return common if common >= _BESIDE * em else 0.0
