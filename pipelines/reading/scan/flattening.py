"""A photographed or badly laid page -> its sheet of paper alone, flat: without desk, scanner edge, slant and curl.

Belongs here: where the paper ends in a picture, and the way back. Keep out: ink. A sheet is brighter than what it lies
on; its edges are found in a small picture from which ink was closed, and what follows is one resampling of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Gray, Mask, closed, components, dilated
from pipelines.reading.scan.sheet_edges import sheet_edges

Points = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The longer side of the picture in which edges are looked for, and how wide ink is there that is closed, by that side.
_SMALL, _INK_SHARE = 1000, 1 / 55
# A sheet takes this share of its picture at least; one that takes more than the second has no surroundings.
_LEAST_SHARE, _WHOLE_SHARE = 0.2, 0.985
# How much of its four-sided frame the paper fills, and how much brighter it is than what lies beyond a side.
_LEAST_FILL, _LEAST_STEP = 0.9, 12.0
# A picture whose darkest places, ink left out, are this bright by the usual one shows nothing but paper.
_ALL_PAPER = 0.9
# What counts as an edge: how steeply brightness changes from pixel to pixel, by itself.
_SLOPES = (0.008, 0.015, 0.03)
# Places along each side, the shares of a side that corners spoil, how far apart inside and outside are looked at.
_PLACES, _CORNER, _BESIDE = 200, 0.04, 0.012
# A side within this share of the picture's border is cut off by it: there is nothing beyond to compare it with.
_AT_BORDER = 0.006
# An edge that bends by more than this share of its length is curled paper.
_BENT, _MOST_BENT, _DEGREE = 0.002, 0.12, 4
# What is cut off along the edges, where paper casts its shadow, by the shorter side.
_SEAM = 0.004
_LEAST_SIDE = 50


class Flattening(NamedTuple):
    """How a sheet lies in its picture: where each pixel of the flat page stands there, and that as a homography."""

    size: tuple[int, int]
    homography: Matrix
    bends: tuple[Points, Points, Points, Points] | None

    def applied(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a plane of the picture as the flat page; what lies beyond the picture is white."""
        width, height = self.size
        white = (255.0, 255.0, 255.0)
        if self.bends is None:
            flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
            return np.asarray(
                cv2.warpPerspective(plane, self.homography, (width, height), flags=flags, borderValue=white), np.uint8
            )
        x, y = _patch(self.size, self.bends)
        return np.asarray(cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderValue=white), np.uint8)


def flattening(plane: Gray) -> Flattening | None:
    """Return how to flatten the sheet of a picture, None where the picture shows nothing but the sheet.

    `plane` is brightness, best that of the darkest colour: a coloured desk is dark in it.
    """
    height, width = plane.shape
    scale = min(1.0, _SMALL / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
    reach = round(max(size) * _INK_SHARE) | 1
    bare = _without_ink(small, reach)
    if float(np.percentile(bare, 0.5)) >= _ALL_PAPER * float(np.median(bare)):
        return None
    sides = _sides(small, bare)
    back = np.array([width / size[0], height / size[1]])
    return None if sides is None else _flattened([side * back for side in sides])


def _without_ink(small: Gray, reach: int) -> Gray:
    """Return a picture in which dark places narrower than a reach are closed, unless they lie along its border."""
    clean = cv2.copyMakeBorder(cv2.medianBlur(small, 3), reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0.0,))
    return np.ascontiguousarray(closed(np.asarray(clean, np.uint8), reach, reach)[reach:-reach, reach:-reach])


def _sides(small: Gray, bare: Gray) -> list[Points] | None:
    """Return the sides of the sheet; one that lies far from straight is found as a bright piece, not by its edges."""
    edges = sheet_edges(small, bare)
    if edges is not None:
        return edges
    found = [frame for sheet in _regions(bare) if (frame := _frame(sheet, bare)) is not None]
    return max(found, key=lambda frame: frame.clear).sides if found else None


def _regions(bare: Gray) -> Iterator[Mask]:
    """Yield what may be the sheet: the largest bright piece at several levels, and the largest one within edges."""
    otsu, _ = cv2.threshold(bare, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    area = bare.shape[0] * bare.shape[1]
    seen: set[int] = set()
    masks = [np.asarray(bare > level, np.uint8) for level in sorted({int(otsu), *range(40, 250, 15)})]
    # A sheet on a bright desk in uneven light is nowhere brighter than all of the desk: only its edge tells.
    bright = np.log(np.maximum(cv2.GaussianBlur(bare, (0, 0), 1.5).astype(np.float32), 8.0))
    slope = np.hypot(cv2.Sobel(bright, cv2.CV_32F, 1, 0, ksize=3), cv2.Sobel(bright, cv2.CV_32F, 0, 1, ksize=3)) / 8
    masks += [1 - dilated(np.asarray(slope > least, np.uint8), 5, 5) for least in _SLOPES]
    for place, mask in enumerate(masks):
        parts = components(mask, connectivity=4)
        if not parts.numbers():
            continue
        index = int(np.argmax(parts.areas[1:])) + 1
        if parts.areas[index] < _LEAST_SHARE * area or int(parts.areas[index]) in seen:
            continue
        seen.add(int(parts.areas[index]))
        piece = np.asarray(parts.labels == index, np.uint8)
        yield piece if place < len(masks) - len(_SLOPES) else dilated(piece, 7, 7)


class _Frame(NamedTuple):
    """The sides of a sheet, clockwise from the upper left corner, each as places along it; and how clear they are."""

    sides: list[Points]
    clear: float


def _frame(sheet: Mask, bare: Gray) -> _Frame | None:
    """Return the frame of a piece, None where it is no sheet of paper on something darker."""
    outline = _outline(sheet)
    corners = _corners(outline)
    height, width = sheet.shape
    frame = np.zeros_like(sheet)
    cv2.fillConvexPoly(frame, np.rint(corners).astype(np.int32), (1.0,))
    filled = np.zeros_like(sheet)
    cv2.fillPoly(filled, [np.rint(outline).astype(np.int32)], (1.0,))
    framed = float(frame.sum())
    alike = float((frame & filled).sum()) / max(float((frame | filled).sum()), 1.0)
    if framed > _WHOLE_SHARE * height * width or framed < _LEAST_SHARE * height * width or alike < _LEAST_FILL:
        return None
    sides = [_side(sheet, corners[i], corners[(i + 1) % 4]) for i in range(4)]
    free = [step for side in sides if (step := _step(bare, side, corners.mean(axis=0))) is not None]
    if not free or min(free) < _LEAST_STEP:
        return None
    return _Frame(sides, float(np.mean(free)) * alike**4)


def _outline(sheet: Mask) -> Points:
    outlines, _ = cv2.findContours(sheet, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(outlines, key=cv2.contourArea)[:, 0, :], np.float64)


def _corners(outline: Points) -> Points:
    """Return the corners of an outline: what reaches farthest between the axes of the smallest frame around it."""
    _, _, angle = cv2.minAreaRect(outline.astype(np.float32))
    turn = np.radians(angle % 90)
    turn = turn - np.pi / 2 if turn > np.pi / 4 else turn
    axes = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    x, y = axes @ (outline - outline.mean(axis=0)).T
    wide, tall = max(float(np.ptp(x)), 1.0), max(float(np.ptp(y)), 1.0)
    x, y = x / wide, y / tall
    return _clockwise(
        outline[[int(np.argmin(x + y)), int(np.argmax(x - y)), int(np.argmax(x + y)), int(np.argmin(x - y))]]
    )


def _clockwise(corners: Points) -> Points:
    """Return corners clockwise from the one that is nearest to the picture's upper left."""
    around = corners - corners.mean(axis=0)
    order = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    return np.asarray(np.roll(order, -int(np.argmin(order.sum(axis=1))), axis=0), np.float64)


def _step(bare: Gray, side: Points, middle: Points) -> float | None:
    """Return how much brighter it is within a side than beyond it; None for a side that the picture's border cuts."""
    height, width = bare.shape
    spoilt = round(2 * _CORNER * _PLACES)
    start, end, along = side[0], side[-1], side[spoilt:-spoilt]
    normal = np.array([end[1] - start[1], start[0] - end[0]])
    normal = normal / max(float(np.hypot(*normal)), 1e-6)
    if float(normal @ (middle - start)) > 0:
        normal = -normal
    reach = _BESIDE * max(height, width)
    near = _AT_BORDER * max(height, width)
    beyond = along + normal * reach
    inside = along - normal * reach
    limits = np.array([width - 1, height - 1])
    at_border = ((along <= near) | (along >= limits - near)).any(axis=1)
    if at_border.mean() > 0.5:
        return None
    kept = ~at_border & ((beyond >= 0) & (beyond <= limits)).all(axis=1)
    if kept.mean() < 0.3:
        return None
    steps = _at(bare, inside[kept]) - _at(bare, beyond[kept])
    # Another sheet may lie at a part of a side.
    return float(np.median(steps))


def _at(plane: Gray, places: Points) -> NDArray[np.float64]:
    height, width = plane.shape
    x = np.clip(np.rint(places[:, 0]).astype(int), 0, width - 1)
    y = np.clip(np.rint(places[:, 1]).astype(int), 0, height - 1)
    return np.asarray(plane[y, x], np.float64)


def _flattened(sides: list[Points]) -> Flattening | None:
    """Return the way from the flat page to the picture, None where the sheet is too small to hold anything."""
    quad = np.array([side[0] for side in sides])
    lengths = [float(np.hypot(*(quad[(i + 1) % 4] - quad[i]))) for i in range(4)]
    width, height = round(max(lengths[0], lengths[2])), round(max(lengths[1], lengths[3]))
    if min(width, height) < _LEAST_SIDE:
        return None
    seam = _SEAM * min(width, height)
    target = np.array([(-seam, -seam), (width + seam, -seam), (width + seam, height + seam), (-seam, height + seam)])
    homography = cv2.getPerspectiveTransform(target.astype(np.float32), quad.astype(np.float32))
    bent = [_bend(side) for side in sides]
    bends = (sides[0], sides[1], sides[2], sides[3]) if _BENT < max(bent) < _MOST_BENT else None
    return Flattening((width, height), np.asarray(homography, np.float64), bends)


def _side(sheet: Mask, start: Points, end: Points) -> Points:
    """Return places along a side of a sheet from corner to corner: a smooth curve through where its paper ends."""
    height, width = sheet.shape
    length = float(np.hypot(*(end - start)))
    along = (end - start) / max(length, 1e-6)
    normal = np.array([along[1], -along[0]])
    share = np.linspace(0.0, 1.0, _PLACES)
    line = start + (end - start) * share[:, None]
    reach = np.arange(-round(_MOST_BENT * length), round(_MOST_BENT * length) + 1)
    places = line[:, None, :] + normal * reach[None, :, None]
    x, y = np.rint(places[..., 0]).astype(int), np.rint(places[..., 1]).astype(int)
    is_there = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    paper = np.zeros(x.shape, np.bool_)
    paper[is_there] = sheet[y[is_there], x[is_there]] > 0
    ends = _last_paper(paper, reach)
    fits = np.isfinite(ends) & (share > _CORNER) & (share < 1 - _CORNER)
    offsets = np.zeros(_PLACES)
    if fits.sum() > _PLACES // 3:
        offsets = _smooth(share, ends, fits)
    return line + normal * offsets[:, None]


def _last_paper(paper: NDArray[np.bool_], reach: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for each place how far out the paper reaches that is joined to the inside; NaN where there is none."""
    inner = int(np.argmin(np.abs(reach)))
    ends = np.full(len(paper), np.nan)
    for i, row in enumerate(paper):
        marks = np.flatnonzero(row)
        if len(marks) == 0:
            continue
        near = marks[np.argmin(np.abs(marks - inner))]
        gaps = np.flatnonzero(~row[near:])
        ends[i] = reach[near + int(gaps[0]) - 1] if len(gaps) else np.nan
    return ends


def _smooth(share: Points, ends: Points, fits: NDArray[np.bool_]) -> Points:
    """Return a curve through places, those left out that lie far from it."""
    curve = np.zeros(len(share))
    kept = fits
    for _ in range(3):
        curve = np.polynomial.Polynomial.fit(share[kept], ends[kept], _DEGREE)(share)
        off = np.abs(ends - curve)
        near = fits & (off <= max(1.5, 3 * float(np.median(off[kept]))))
        if near.sum() < len(share) // 3:
            break
        kept = near
    return np.asarray(curve, np.float64)


def _bend(side: Points) -> float:
    """Return how far a side lies from the straight line between its ends, by its length."""
    chord = side[-1] - side[0]
    length = max(float(np.hypot(*chord)), 1e-6)
    off = (side - side[0]) @ np.array([chord[1], -chord[0]]) / length
    return float(np.abs(off).max()) / length


def _patch(
    size: tuple[int, int], bends: tuple[Points, Points, Points, Points]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return where each pixel of a flat page stands in the picture: between four curves, as Coons draws a patch."""
    width, height = size
    seam = _SEAM * min(size)
    u = ((np.arange(width) + seam) / (width + 2 * seam)).astype(np.float32)
    v = ((np.arange(height) + seam) / (height + 2 * seam)).astype(np.float32)[:, None]
    share = np.linspace(0.0, 1.0, _PLACES)
    planes = []
    for axis in (0, 1):
        top, right = np.interp(u, share, bends[0][:, axis]), np.interp(v[:, 0], share, bends[1][:, axis])
        bottom = np.interp(u, share, bends[2][::-1, axis])
        left = np.interp(v[:, 0], share, bends[3][::-1, axis])
        a, b, c, d = (float(side[0, axis]) for side in bends)
        ruled = (1 - v) * top.astype(np.float32) + v * bottom.astype(np.float32)
        ruled += (1 - u) * left.astype(np.float32)[:, None] + u * right.astype(np.float32)[:, None]
        ruled -= (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c)
        planes.append(np.ascontiguousarray(ruled, np.float32))
    return planes[0], planes[1]
