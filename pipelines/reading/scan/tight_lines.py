"""Lines of a cell set so tight that no white row parts them: where one ends and the next begins.

Belongs here: cutting a block of ink into lines. Keep out: lines with white between them (`ink`), and what they say.
Tables are printed without leading, so that they stay on one page: a comma hangs into the line below it, a bracket
reaches up. Two such lines read as one give a few of the characters of both.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Mask, components

# By the height of a character: what is lower is one line, and how high a line of several is at least and at most.
_ONE_LINE, _LEAST, _MOST = 1.6, 0.85, 1.5
# How far from its even place a line may end, in heights of a line.
_OFF = 0.25
# Where lines part there is at most this share of the ink of their fullest rows.
_WHITE = 0.35
# A piece of ink is cut if it reaches so far beyond both sides, in heights of a character; no more of the ink than this
# share may be: large figures are not lines.
_BEYOND, _MOST_CUT = 0.3, 0.2
_FULLEST = 90


def tight_lines(ink: Mask, em: float) -> list[tuple[int, int]]:
    """Return the first and last row of each line of a block of ink, `em` being the height of its characters."""
    height = ink.shape[0]
    profile = ink.sum(axis=1, dtype=np.int64)
    best: list[int] = []
    least = _WHITE * float(np.percentile(profile, _FULLEST))
    if height >= _ONE_LINE * em:
        for count in range(max(2, math.ceil(height / (_MOST * em))), int(height / (_LEAST * em)) + 1):
            cuts = _cuts(profile, count)
            fullest = max(float(profile[cut]) for cut in cuts)
            if fullest < least:
                best, least = cuts, fullest
    if not best or _share_cut(ink, best, em) > _MOST_CUT:
        return [(0, height)]
    return list(zip([0, *best], [*best, height], strict=True))


def _cuts(profile: NDArray[np.int64], count: int) -> list[int]:
    """Return the row with the least ink near each place where so many even lines would part."""
    pitch = len(profile) / count
    reach = max(1, round(pitch * _OFF))
    found = []
    for number in range(1, count):
        place = round(number * pitch)
        near = np.arange(max(1, place - reach), min(len(profile) - 1, place + reach + 1))
        rows = near[profile[near] == profile[near].min()]
        found.append(int(rows[np.abs(rows - place).argmin()]))
    return found


def _share_cut(ink: Mask, cuts: list[int], em: float) -> float:
    """Return the share of ink whose pieces are on both sides of a cut."""
    parts = components(ink)
    tops, bottoms = parts.boxes[:, 1], parts.boxes[:, 1] + parts.boxes[:, 3]
    beyond = _BEYOND * em
    cut = np.zeros(len(parts.areas), np.bool_)
    for row in cuts:
        cut |= (row - tops > beyond) & (bottoms - row > beyond)
    cut[0] = False
    return float(parts.areas[cut].sum()) / max(1, int(parts.areas[1:].sum()))
