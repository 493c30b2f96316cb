"""Zeros whose thin strokes are lost at the top, at the bottom or at both: () instead of a ring, as a coarse fax has.

Belongs here: whether ink has the form of such a zero. Keep out: what a recogniser makes of it. No other digit, broken
as it may be, has two strokes from top to bottom that are farthest apart in the middle: those of 6 and 9 end halfway,
an 8 is narrow in the middle, and two ones are straight.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Flags, runs

# How much higher than wide a zero is.
_FORM = (0.95, 3.2)
# By its height: the rows in which both strokes stand alone, those of its middle, and its upper and lower end.
_SIDES, _MIDDLE, _END = 0.25, 0.08, 0.06
# By its width: how far either stroke goes at most, how far its ends lie inside, and how even its middle is.
_STROKE, _INSIDE, _EVEN = 0.46, 0.1, 0.05


def is_open_zero(ink: Flags) -> bool:
    """Tell whether ink, tight in its box, is a zero that need not be closed at its top and bottom."""
    height, width = ink.shape
    if not _FORM[0] * width <= height <= _FORM[1] * width:
        return False
    sides = [runs(row) for row in ink[round(_SIDES * height) : round((1 - _SIDES) * height)]]
    if not sides or any(len(strokes) != 2 for strokes in sides):
        return False
    outer = np.array([(left[0], width - right[1]) for left, right in sides])
    inner = np.array([(left[1], width - right[0]) for left, right in sides])
    if inner.max() > _STROKE * width:
        return False
    near = max(1, round(_MIDDLE * height))
    middle = slice(len(sides) // 2 - near, len(sides) // 2 + near + 1)
    even = _EVEN * width + 0.5
    # Bent outwards: nowhere does a stroke reach farther out, or its inner edge farther in, than in the middle.
    is_bent = bool((outer[middle].max(axis=0) <= outer.min(axis=0) + even).all()) and bool(
        (inner[middle].max(axis=0) <= inner.min(axis=0) + even).all()
    )
    end = max(1, round(_END * height))
    ends = [_margins(ink[:end]), _margins(ink[-end:])]
    least = outer[middle].min(axis=0) + _INSIDE * width
    return is_bent and all(bool((each >= least).all()) for each in ends)


def _margins(rows: Flags) -> NDArray[np.int64]:
    columns = np.flatnonzero(rows.any(axis=0))
    width = rows.shape[1]
    return np.array((columns[0], width - 1 - columns[-1])) if len(columns) else np.array((0, 0))
