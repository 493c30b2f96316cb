"""Upright strokes of characters that look like rules: of two lines set without leading, one above the other.

Belongs here: which upright run is a stroke. Keep out: rules (`rules`). Along a rule there is paper on both sides, at
most a figure touches one of them; the strokes of a character are crossed by others.
"""

from __future__ import annotations

import numpy as np

from pipelines.reading.scan.masks import Flags, Mask, components, dilated

# By the height of a character: longer runs are rules, and so far beside a run is looked for ink that goes on from it.
_LONG, _BESIDE = 3.4, 0.1
# A stroke has ink on either side over this share of its length.
_CROSSED = 0.04


def without_strokes(down: Mask, dark: Mask, across: Mask, em: float) -> Mask:
    """Return upright runs without those that other strokes cross; `across` are the level runs, `em` the height of
    characters in pixels."""
    parts = components(down)
    free = dilated(across, 1, 5) == 0
    reach = max(2, round(em * _BESIDE))
    kept = np.ones(len(parts.areas), np.bool_)
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        if bottom - top > em * _LONG or left < reach or right + reach > down.shape[1]:
            continue
        rows = free[top:bottom, left:right].any(axis=1)
        wide = dark[top:bottom, left - reach : right + reach][rows] > 0
        if len(wide):
            kept[index] = min(_share(wide[:, :reach]), _share(wide[:, -reach:])) < _CROSSED
    kept[0] = False
    return np.asarray(kept[parts.labels], np.uint8)


def _share(beside: Flags) -> float:
    """Return the share of rows in which ink fills what is looked at beside a run."""
    return float(beside.all(axis=1).mean())
