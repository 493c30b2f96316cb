"""Specks all over a page, as dirty photocopies have them: cleared away before anything is looked for.

Belongs here: which dark pixels are specks, and where one may have been the point of a figure. Keep out: the few specks
of clean pages, and white ones in ink. Nothing is cleared away that may be as large as a point, nor where specks are
dense: dots in a screen may be a tint, or pale characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from pipelines.reading.scan.coloured_ink import Planes
from pipelines.reading.scan.masks import Box, Gray, Mask, components, darker, dilated, filled, runs, usual

# A speck is darker than paper by the first, and a plain one by the second, with none darker by the first around it.
_DARKER, _PLAIN = 55, 100
# It fits into so many pixels each way, and has the ink of so many of the usual ones at most, which are a single pixel
# of the picture as it was scanned; and of this share of the least point, whose side is by the height of a character.
_WIDEST, _MOST_INK, _SHARE, _POINT = 3, 2.2, 0.5, 0.1
# So many plain specks on a million pixels are all over a page; every so manieth strip of it is looked at.
_LEAST_SPECKS, _STRIP, _EVERY = 400.0, 64, 4
# Specks are dense where there are so many times as many as on the page, and so many deviations more.
_DENSE, _DEVIATIONS = 2.5, 5.0
# By the height of a character: a point leaves this much room between digits, and hangs this much below them; it stands
# in this lower share of their line.
_ROOM, _HANG, _LOW = 0.14, 0.15, 0.5
# A larger speck may have become the point or the sign of a figure.
_POINTED = re.compile(r"\d\s*[.．·:：]|[.．·:：]\s*\d|^\s*[-—–－+]")


def without_specks(planes: Planes, em: float) -> tuple[Planes, Mask | None]:
    """Return a page of dark ink without its specks, and where they were; the page as it is and None if it has few.

    `em` is the height of characters in pixels.
    """
    paper = usual(planes.gray)
    if not _is_speckled(planes.gray, paper):
        return planes, None
    dark = darker(planes.gray, paper - _DARKER)
    parts = components(dark)
    ink = np.bincount(parts.labels.ravel(), (1 - np.minimum(planes.gray / paper, 1)).ravel(), len(parts.areas))
    small = parts.boxes[:, 2:].max(axis=1) <= _WIDEST
    small[0] = False
    usual_ink = float(np.median(ink[small])) if small.any() else 0.0
    small &= ink <= min(_MOST_INK * usual_ink, _SHARE * (_POINT * em) ** 2)
    small &= ~parts.touching(_dense(np.asarray(small[parts.labels], np.uint8), parts.boxes[small], em))
    specks = np.asarray(small[parts.labels], np.uint8)
    if not specks.any():
        return planes, None
    # Their pale edges too, but no ink beside them.
    around = (dilated(specks, 3, 3) > 0) & ((specks > 0) | (dark == 0))

    def cleared(plane: Gray) -> Gray:
        smooth = np.maximum(plane, cv2.medianBlur(plane, 7))
        return np.asarray(np.where(around, smooth, plane), np.uint8)

    return planes.changed(cleared), dilated(specks, 3, 3)


def _is_speckled(gray: Gray, paper: float) -> bool:
    height, width = gray.shape
    block = _STRIP * _EVERY
    some = gray
    if height >= block:
        some = gray[: height // block * block].reshape(-1, block, width)[:, :_STRIP].reshape(-1, width)
    ring = np.ones((5, 5), np.uint8)
    ring[1:4, 1:4] = 0
    alone = cv2.dilate(darker(some, paper - _DARKER), ring) == 0
    return bool(np.count_nonzero(alone & (some < paper - _PLAIN)) > _LEAST_SPECKS * 1e-6 * max(some.size, 1))


def _dense(specks: Mask, boxes: np.ndarray[tuple[int, ...], np.dtype[np.int32]], em: float) -> Mask:
    """Return where specks are denser than dirt is, in squares as large as a character."""
    centres = np.zeros(specks.shape, np.float32)
    centres[boxes[:, 1] + boxes[:, 3] // 2, boxes[:, 0] + boxes[:, 2] // 2] = 1
    side = max(3, round(em))
    here = cv2.boxFilter(centres, -1, (side, side), normalize=False)
    usually = len(boxes) / specks.size * side * side
    return np.asarray(here > max(_DENSE * usually, usually + _DEVIATIONS * usually**0.5 + 1), np.uint8)


def may_change_figure(text: str, specks: Mask, box: Box, lines: Sequence[tuple[Box, Mask]], em: float) -> bool:
    """Tell whether a point or a sign of a cell's figure may be a speck, or have been taken for one.

    `lines` are boxes in the cell with the ink in them, `em` is the height of their characters.
    """
    if _POINTED.search(text):
        return True
    for (left, top, right, bottom), ink in lines:
        low, end = box[1] + top + round((bottom - top) * _LOW), box[1] + bottom + round(em * _HANG)
        there = filled(specks[low:end, box[0] + left : box[0] + right], 0)
        if any(end - start >= em * _ROOM and there[start:end].any() for start, end in runs(~filled(ink, 0))):
            return True
    return False
