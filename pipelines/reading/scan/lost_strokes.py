"""Ones that may be what is left of a 4 or a 7, of which a thin stroke was lost when the picture was made.

Belongs here: whether ink has the form of a 1 and of nothing else. Keep out: which pictures lack strokes
(`reading.strokes`), and what a recogniser makes of them: it was sure to more than 0.99 of a 1 where the bar of a 4 was
lost and its upright and its slope were left.
"""

from __future__ import annotations

import numpy as np

from pipelines.reading.scan.masks import Flags, runs

# By the height: the rows of its upright alone, below the flag and above a foot; how far its right edge and its left one
# may wander there, and how far a flag reaches to the left at least. The slope of a 4 ends at about 0.65.
_UPRIGHT = (0.42, 0.85)
_WANDERS, _FLAG = 0.09, 0.06
# Where the right edges of an upright are held against each other: the stroke of a 7 leans.
_ABOVE = (0.2, 0.42)


def is_whole_one(ink: Flags) -> bool:
    """Tell whether ink, tight in its box, is an upright with a flag at its top: neither a 4 nor a 7 without its bar."""
    height = ink.shape[0]
    alone = [runs(row) for row in ink[round(_UPRIGHT[0] * height) : round(_UPRIGHT[1] * height)]]
    above = [runs(row) for row in ink[round(_ABOVE[0] * height) : round(_ABOVE[1] * height)]]
    if not alone or not above or any(len(strokes) != 1 for strokes in alone) or not all(above):
        return False
    lefts = np.array([strokes[0][0] for strokes in alone])
    rights = np.array([strokes[-1][1] for strokes in (*above, *alone)])
    wanders = _WANDERS * height + 0.5
    if np.ptp(lefts) > wanders or np.ptp(rights) > wanders:
        return False
    flag = np.flatnonzero(ink[: round(_UPRIGHT[0] * height)].any(axis=0))
    return len(flag) > 0 and bool(lefts.min() - flag[0] >= _FLAG * height)
