"""Dark and white pixels as masks of 0 and 1, and the few operations on them that reading a picture takes.

Belongs here: plain arithmetic of pixels. Keep out: what they mean.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Box = tuple[int, int, int, int]


def dilated(mask: Mask, across: int, down: int) -> Mask:
    """Return a mask whose pixels fill a box of `across` by `down` pixels around each of them."""
    return np.asarray(cv2.dilate(mask, np.ones((down, across), np.uint8)), np.uint8)


def opened(mask: Mask, across: int, down: int) -> Mask:
    """Return what of a mask a box of `across` by `down` pixels fits into."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((down, across), np.uint8)), np.uint8)


def closed(mask: Mask, across: int, down: int) -> Mask:
    """Return a mask with the gaps closed that a box of `across` by `down` pixels does not fit into."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((down, across), np.uint8)), np.uint8)


def turned(mask: Mask) -> Mask:
    """Return pixels with rows as columns."""
    return np.ascontiguousarray(mask.T)


def usual(plane: Gray) -> float:
    """Return the value that most of a picture has, its paper: the median of some of its pixels."""
    height, width = plane.shape
    return float(np.median(plane[:: max(1, height // 500), :: max(1, width // 500)]))


def darker(gray: Gray, level: float) -> Mask:
    """Return the pixels darker than a level."""
    return np.asarray(gray < level, np.uint8)


def filled(mask: Mask, axis: int) -> Flags:
    """Return which rows (axis 1) or columns (axis 0) hold a pixel of a mask."""
    return np.asarray(mask.any(axis=axis), np.bool_)


def runs(flags: Flags) -> list[tuple[int, int]]:
    """Return start and end of each run of flags that are set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


class Components(NamedTuple):
    """The connected pieces of a mask, piece 0 being what is around them.

    `labels` tells the piece of each pixel; `boxes` holds left, top, width and height of each piece, `areas` its pixels.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]

    def numbers(self) -> range:
        """Return the indices of the pieces, without what is around them."""
        return range(1, len(self.areas))

    def box(self, index: int) -> Box:
        """Return left, top, right and bottom of a piece."""
        x, y, width, height = (int(v) for v in self.boxes[index])
        return x, y, x + width, y + height

    def touching(self, flags: NDArray[Any]) -> Flags:
        """Return which pieces have a pixel among those flagged; the surroundings never count."""
        found = np.zeros(len(self.areas), np.bool_)
        found[np.unique(self.labels[flags > 0])] = True
        found[0] = False
        return found


def components(mask: Mask, connectivity: int = 8) -> Components:
    """Return the connected pieces of a mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    table = np.asarray(stats, np.int32)
    return Components(np.asarray(labels, np.int32), table[:, :4], table[:, cv2.CC_STAT_AREA])
