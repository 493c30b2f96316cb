"""Stamps and signatures in colour on a page: dropped, so that what is printed under them can be read.

Belongs here: which coloured ink is no text. Keep out: what is read. Words and figures printed in colour, and rules,
stay: a stamp is known by strokes that are larger than any character of the text, and by what belongs to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from pipelines.reading.scan.masks import Box, Components, Gray, Mask, components, dilated, opened, usual

# How much further apart the colours of ink are than those of the paper, and the share of a page that is worth a look.
_COLOURED, _LEAST_SHARE = 45, 2e-5
# By the height of a character: what belongs to a stamp stands this near, a stroke of it is so long, so tall, and a rule
# is a stroke of which nearly all lies in straight lines of such a length.
_REACH, _LONG_STROKE, _RULE, _RULED = 0.8, 2.2, 3.0, 0.6
# Characters of one line: so much alike in height, so many, and so much wider than high all together.
_LINE_HEIGHT, _LINE_PIECES, _LINE_FORM = 1.45, 5, 3.0
_MOST_PIECES = 20_000
# How high a character is that may belong to a cell, by the height of characters on the page.
_TEXT_HEIGHT = (0.5, 1.4)
# JPEG keeps colours coarser than brightness: pixels around coloured ink that are coloured by it.
_FRINGE = 7
# Ink of a stamp that is this bright by the most of it, as its edges are, becomes paper.
_AS_PAPER = 0.82


class Planes(NamedTuple):
    """A picture as brightness, and where it has colours its brightest and its darkest colour at each pixel."""

    gray: Gray
    brightest: Gray | None = None
    darkest: Gray | None = None

    @property
    def for_edges(self) -> Gray:
        """Return the plane in which a coloured desk is darkest."""
        return self.gray if self.darkest is None else self.darkest

    def changed(self, change: Callable[[Gray], Gray]) -> Planes:
        """Return the picture with a change made to each of its planes."""
        brightest, darkest = (None if plane is None else change(plane) for plane in (self.brightest, self.darkest))
        return Planes(change(self.gray), brightest, darkest)


def without_stamps(planes: Planes, em: float) -> tuple[Gray, Mask | None]:
    """Return the brightness of a page without the ink of stamps and signatures, and where that was; None for nowhere.

    `em` is the height of characters in pixels.
    """
    if planes.brightest is None or planes.darkest is None:
        return planes.gray, None
    spread = cv2.subtract(planes.brightest, planes.darkest)
    paper = usual(np.asarray(spread, np.uint8))
    coloured = np.asarray(spread > paper + _COLOURED, np.uint8)
    if coloured.mean() < _LEAST_SHARE:
        return planes.gray, None
    pieces = components(coloured)
    if len(pieces.areas) > _MOST_PIECES:
        return planes.gray, None  # a photograph: there is no telling ink from what is pictured
    stamps = _of_stamps(coloured, pieces, em)
    if not stamps.any():
        return planes.gray, None
    ink = np.asarray(dilated(stamps, _FRINGE, _FRINGE), np.uint8)
    # Blue ink is darker than red in its brightest colour: what it is over paper becomes paper.
    level = _AS_PAPER * max(float(np.percentile(planes.brightest[stamps > 0], 60)), 60.0)
    lightened = np.minimum(planes.brightest.astype(np.float32) * (255.0 / level), 255).astype(np.uint8)
    return np.asarray(np.where(ink > 0, np.maximum(lightened, planes.gray), planes.gray), np.uint8), ink


def hides_text(dropped: Mask, box: Box, lines: Sequence[Box], em: float) -> bool:
    """Tell whether what was dropped in a cell may have been text of it: all there was, or as high as its characters.

    `lines` are those that are left, as boxes in the cell. Strokes of a stamp that run through the cell are none.
    """
    left, top, right, bottom = box
    inner = dropped[top:bottom, left:right]
    if not inner.any():
        return False
    if not lines:
        return True
    pieces = components(np.ascontiguousarray(inner))
    least, most = em * _TEXT_HEIGHT[0], em * _TEXT_HEIGHT[1]
    for index in pieces.numbers():
        x0, y0, x1, y1 = pieces.box(index)
        is_whole = x0 > 0 and y0 > 0 and x1 < right - left and y1 < bottom - top
        is_beside = any(min(y1, line[3]) - max(y0, line[1]) > 0.5 * (y1 - y0) for line in lines)
        if is_whole and is_beside and least <= y1 - y0 <= most:
            return True
    return False


def _of_stamps(coloured: Mask, pieces: Components, em: float) -> Mask:
    reach = max(3, round(em * _REACH)) | 1
    groups = components(dilated(coloured, reach, reach))
    # Which group each piece is in: by any of its pixels.
    group_of = np.zeros(len(pieces.areas), np.int32)
    ys, xs = np.nonzero(coloured)
    group_of[pieces.labels[ys, xs]] = groups.labels[ys, xs]
    is_stamp = np.zeros(len(groups.areas), np.bool_)
    for group in groups.numbers():
        members = np.flatnonzero(group_of == group)
        boxes = pieces.boxes[members]
        is_large = boxes[:, 2:].max(axis=1) >= em * _LONG_STROKE
        strokes = members[is_large]
        is_stamp[group] = (
            any(not _is_rule(pieces, int(one), em) for one in strokes) and not _is_line(boxes)
            if len(strokes)
            else False
        )
    for left, top, right, bottom in [groups.box(int(group)) for group in np.flatnonzero(is_stamp)]:
        # The star and the words of a round stamp stand apart from its ring.
        starts, ends = groups.boxes[:, :2], groups.boxes[:, :2] + groups.boxes[:, 2:]
        is_stamp |= (starts >= (left, top)).all(axis=1) & (ends <= (right, bottom)).all(axis=1)
    is_stamp[0] = False
    wanted = is_stamp[group_of]
    wanted[0] = False
    return np.asarray(wanted[pieces.labels], np.uint8)


def _is_rule(pieces: Components, index: int, em: float) -> bool:
    """Tell rules of a table, frames and underlines in colour from a stroke."""
    left, top, right, bottom = pieces.box(index)
    own = np.asarray(pieces.labels[top:bottom, left:right] == index, np.uint8)
    long = max(3, round(em * _RULE))
    straight = (opened(own, long, 1) | opened(own, 1, long)) > 0
    return bool(straight.sum() >= _RULED * own.sum())


def _is_line(boxes: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> bool:
    """Tell a line of large characters, as a red head, from a stamp."""
    top, bottom = int(boxes[:, 1].min()), int((boxes[:, 1] + boxes[:, 3]).max())
    left, right = int(boxes[:, 0].min()), int((boxes[:, 0] + boxes[:, 2]).max())
    tallest = int(boxes[:, 3].max())
    tall = int((boxes[:, 3] >= 0.6 * tallest).sum())
    return (
        bottom - top <= _LINE_HEIGHT * tallest and right - left >= _LINE_FORM * (bottom - top) and tall >= _LINE_PIECES
    )
