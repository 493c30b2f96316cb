"""The four edges of a sheet of paper in a picture: lines along which it is brighter than what lies beyond them.

Each edge is looked for by itself, as other sheets, shadows and the grain of a desk hide parts of it or look like it;
what is chosen together are four that are seen almost all along, with nothing but even paper between them.
Belongs here: edges in a small picture from which ink was closed. Keep out: what is done with them (`flattening`).
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import cv2
import numpy as np
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from pipelines.reading.scan.masks import Gray, closed

Points = NDArray[np.float64]
Plane = NDArray[np.float32]

# An edge changes the logarithm of brightness by this much from pixel to pixel; more than the second counts no more.
_LEAST_SLOPE, _MOST_SLOPE = 0.004, 0.02
# Added to brightness before its logarithm is taken: in the dark every grain would be an edge.
_DARK = 60.0
# Sheets lie straight within this many degrees; how fine the angles are, and how many lines of a side are tried.
_MOST_TURN, _TURN_STEP, _LINES = 14.0, 0.5, 7
# A line is one of its own at this distance from others, in pixels; an edge counts for a line this near to it.
_APART, _NEAR = 9, 3
# Of each side this share must be seen as an edge, and of all four this.
_LEAST_SEEN, _LEAST_SEEN_ALL = 0.4, 0.7
# A side along the border of the picture is none that can be seen: it counts this much.
_UNSEEN = 0.5
_LEAST_AREA = 0.2
# So many sides at least must be apart from what lies beyond by more than a shadow.
_LEAST_APART = 2
_SAMPLES = 64
# How much an edge within the paper counts against a frame, by the length of its sides, and its share of the picture for
# it; how many frames are looked at so closely.
_WITHIN, _BY_AREA, _CANDIDATES = 4.0, 1.5, 60
# Ink is darker than the paper around it by this; how far from a side it is looked for, in pixels; and what a share of a
# side that ink crosses counts against a frame, up to some rows of a table.
_INK, _BESIDE, _CUT, _MOST_CUT = 20, (3, 9), 50.0, 0.04
# How far an edge is followed from its line, then from the curve through it, by its length; and the degrees of curves.
_BANDS, _DEGREES = (0.045, 0.012), (2, 4)
# A curve is drawn through places on this share of a side at least, which reach over that share of it.
_LEAST_PLACES, _LEAST_SPAN = 0.3, 0.7
_PLACES = 200
# Strokes of ink are narrower than this.
_STROKE = 3
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)
# Where each side begins and ends among the corners, clockwise from the upper left.
_ENDS = ((0, 3), (0, 1), (1, 2), (3, 2))


class _Line(NamedTuple):
    """A line of a side: where it crosses the middle of the picture, and how much it moves from pixel to pixel."""

    at: float
    turn: float
    at_border: bool


def sheet_edges(small: Gray, bare: Gray) -> list[Points] | None:
    """Return the sides of the sheet in a picture, None where no four edges belong together.

    They go clockwise from the upper left corner, each as places from corner to corner, and follow edges that bend. A
    side that the picture cuts off is its border. `bare` is the picture without ink: in it the narrow shadow between two
    sheets is gone as well.
    """
    clean = np.asarray(cv2.medianBlur(small, 3), np.uint8)
    ridges, coarse = _ridges(_slopes(closed(clean, _STROKE, _STROKE))), _slopes(bare)
    height, width = bare.shape
    lines = [_lines(ridges[side], side, (height, width)) for side in range(4)]
    frames = list(product(*lines))
    corners = np.array([_corners(frame, (height, width)) for frame in frames])
    at_border = np.array([[line.at_border for line in frame] for frame in frames])
    seen = np.where(at_border, _UNSEEN, _seen(corners, ridges))
    area = _areas(corners)
    fits = (seen.min(axis=1) >= _LEAST_SEEN) & (seen.mean(axis=1) >= _LEAST_SEEN_ALL)
    fits &= (area >= _LEAST_AREA * height * width) & _is_within(corners, (height, width))
    # The frame of a table is seen well, but beyond it is the same paper; so it is at a side where another sheet lies.
    apart = (_seen(corners, _ridges(coarse)) >= _LEAST_SEEN) & ~at_border
    fits &= apart.sum(axis=1) >= np.clip((~at_border).sum(axis=1), 1, _LEAST_APART)
    if not fits.any():
        return None
    score = np.where(fits, seen.sum(axis=1) + _BY_AREA * area / (height * width), -np.inf)
    steep = np.asarray(np.maximum.reduce([np.abs(s) for s in coarse[:2]]) > 2 * _LEAST_SLOPE, np.uint8)
    ranked = [int(i) for i in np.argsort(-score)[:_CANDIDATES] if np.isfinite(score[i])]
    ink = np.asarray(cv2.subtract(bare, small) > _INK, np.float32)

    def fit(i: int) -> float:
        cut = min(float(_ink_across(corners[i], ink)[~at_border[i]].max()), _MOST_CUT)
        return float(score[i]) - _WITHIN * _edges_within(corners[i], steep) - _CUT * cut

    best = max(ranked, key=fit)
    return _followed(corners[best], frames[best], ridges)


def _slopes(bare: Gray) -> list[Plane]:
    """Return for each side how much brighter it becomes towards the sheet."""
    bright = np.log(cv2.GaussianBlur(bare, (0, 0), 1.5).astype(np.float32) + _DARK)
    across = np.asarray(cv2.Sobel(bright, cv2.CV_32F, 1, 0, ksize=3) / 8, np.float32)
    down = np.asarray(cv2.Sobel(bright, cv2.CV_32F, 0, 1, ksize=3) / 8, np.float32)
    return [across, down, -across, -down]


def _ridges(slopes: list[Plane]) -> list[Plane]:
    """Return for each side how clear an edge is (0 to 1) where it is steepest across, else 0."""
    found = []
    for slope, shape in zip(slopes, ((1, 5), (5, 1), (1, 5), (5, 1)), strict=True):
        is_highest = (slope >= cv2.dilate(slope, np.ones(shape, np.uint8))) & (slope > _LEAST_SLOPE)
        found.append(np.where(is_highest, np.minimum(slope / _MOST_SLOPE, 1.0), 0).astype(np.float32))
    return found


def _lines(ridge: Plane, side: int, size: tuple[int, int]) -> list[_Line]:
    """Return the lines that most of an edge lies on, and the border of the picture."""
    upright = side in (_LEFT, _RIGHT)
    length, breadth = (size[0], size[1]) if upright else (size[1], size[0])
    rows, columns = np.nonzero(ridge)
    along, across = (rows, columns) if upright else (columns, rows)
    weight = ridge[rows, columns]
    turns = np.tan(np.radians(np.arange(-_MOST_TURN, _MOST_TURN + 1e-6, _TURN_STEP)))
    votes = np.zeros((len(turns), breadth), np.float32)
    for i, turn in enumerate(turns):
        place = np.rint(across - (along - length / 2) * turn).astype(np.int64)
        inside = (place >= 0) & (place < breadth)
        votes[i] = np.bincount(place[inside], weight[inside], breadth)[:breadth]
    votes = np.asarray(cv2.blur(votes, (5, 1)), np.float32)
    found: list[_Line] = []
    for _ in range(_LINES):
        i, at = divmod(int(np.argmax(votes)), breadth)
        if votes[i, at] <= 0:
            break
        found.append(_Line(float(at), float(turns[i]), at_border=False))
        # Lines that run beside it within the sheet are the same edge.
        for j, turn in enumerate(turns):
            reach = _APART + abs(turn - turns[i]) * length / 4
            votes[j, max(0, int(at - reach)) : int(at + reach) + 1] = 0
    return [*found, _Line(0.0 if side in (_LEFT, _TOP) else breadth - 1.0, 0.0, at_border=True)]


def _corners(frame: tuple[_Line, ...], size: tuple[int, int]) -> list[tuple[float, float]]:
    """Return the corners of four lines, clockwise from the upper left."""
    left, top, right, bottom = frame
    return [_crossing(a, b, size) for a, b in ((left, top), (right, top), (right, bottom), (left, bottom))]


def _crossing(upright: _Line, level: _Line, size: tuple[int, int]) -> tuple[float, float]:
    middle_y, middle_x = size[0] / 2, size[1] / 2
    x = (upright.at + upright.turn * (level.at - level.turn * middle_x - middle_y)) / (1 - upright.turn * level.turn)
    return x, level.at + level.turn * (x - middle_x)


def _seen(corners: Points, ridges: list[Plane]) -> Points:
    """Return which share of each side of frames is seen as an edge: left, top, right, bottom."""
    share = np.linspace(0.03, 0.97, _SAMPLES)[None, :, None]
    found = np.zeros((len(corners), 4))
    for side, (start, end) in enumerate(_ENDS):
        near = cv2.dilate(ridges[side], np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8))
        places = corners[:, start, None, :] * (1 - share) + corners[:, end, None, :] * share
        found[:, side] = _at(np.asarray(near, np.float32), places).mean(axis=1)
    return found


def _at(plane: Plane, places: Points) -> Plane:
    """Return what stands at places of a picture, 0 beyond its border."""
    height, width = plane.shape
    x, y = np.rint(places[..., 0]).astype(int), np.rint(places[..., 1]).astype(int)
    is_there = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return np.where(is_there, plane[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)], np.float32(0))


def _areas(corners: Points) -> NDArray[np.float64]:
    x, y = corners[..., 0], corners[..., 1]
    return np.asarray(0.5 * (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1), np.float64)


def _is_within(corners: Points, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Tell which frames lie within the picture, a corner cut off a little."""
    height, width = size
    room = 0.03 * max(size)
    x, y = corners[..., 0], corners[..., 1]
    return np.asarray(((x > -room) & (x < width + room) & (y > -room) & (y < height + room)).all(axis=1), np.bool_)


def _edges_within(corners: Points, steep: Gray) -> float:
    """Return how many pixels within a frame are steep, by the length of its sides."""
    middle = corners.mean(axis=0)
    inner = middle + (corners - middle) * 0.96
    mask = np.zeros_like(steep)
    cv2.fillConvexPoly(mask, np.rint(inner).astype(np.int32), (1.0,))
    around = float(np.hypot(*(np.roll(corners, -1, axis=0) - corners).T).sum())
    # An edge is some pixels wide.
    return float((steep & mask).sum()) / (4 * around)


def _ink_across(corners: Points, ink: Plane) -> Points:
    """Return which share of each side, left, top, right, bottom, has ink right before and right behind it.

    Rules of a table go on beyond a line that is none of the edges of the paper.
    """
    middle, found = corners.mean(axis=0), np.zeros(4)
    for side, (start, end) in enumerate(_ENDS):
        chord = corners[end] - corners[start]
        length = max(float(np.hypot(*chord)), 1.0)
        normal = np.array([chord[1], -chord[0]]) / length
        normal = -normal if float(normal @ (middle - corners[start])) > 0 else normal
        line = corners[start] + chord * np.linspace(0.02, 0.98, round(length))[:, None]
        near = []
        for way in (normal, -normal):
            places = line[:, None, :] + way * np.arange(*_BESIDE)[None, :, None]
            near.append(_at(ink, places).any(axis=1))
        found[side] = float((near[0] & near[1]).mean())
    return found


def _followed(corners: Points, frame: tuple[_Line, ...], ridges: list[Plane]) -> list[Points]:
    """Return a frame with sides that follow the edges where they bend."""
    unseen = np.zeros_like(ridges[0])
    left, top, right, bottom = (
        _curve(unseen if line.at_border else ridge, corners[start], corners[end], side)
        for side, (line, ridge, (start, end)) in enumerate(zip(frame, ridges, _ENDS, strict=True))
    )
    crossings = ((left, top), (right, top), (right, bottom), (left, bottom))
    quad = [_meeting(upright, level, guess) for (upright, level), guess in zip(crossings, corners, strict=True)]
    share = np.linspace(0.0, 1.0, _PLACES)
    sides = []
    for start, (curve, axis) in enumerate(((top, 0), (right, 1), (bottom, 0), (left, 1))):
        along = quad[start][axis] * (1 - share) + quad[(start + 1) % 4][axis] * share
        sides.append(np.column_stack((along, curve(along)) if axis == 0 else (curve(along), along)))
    return sides


def _curve(ridge: Plane, start: Points, end: Points, side: int) -> Polynomial:
    """Return a side as a curve: x by y of an upright one, y by x of a level one."""
    upright = side in (_LEFT, _RIGHT)
    plane = ridge if upright else ridge.T
    (a, at_a), (b, at_b) = (((p[1], p[0]) if upright else (p[0], p[1])) for p in (start, end))
    curve = Polynomial.fit([a, b], [at_a, at_b], 1)
    for share, degree in zip(_BANDS, _DEGREES, strict=True):
        band = max(4, round(share * abs(b - a)))
        along, across = _nearest(plane, curve, (a, b), band)
        if len(along) < _LEAST_PLACES * abs(b - a):
            return curve
        for most in (band, band / 2, 4.0, 2.0):
            near = np.abs(across - curve(along)) <= most
            # Beyond what is seen a curve goes anywhere.
            if not near.any() or np.ptp(along[near]) < _LEAST_SPAN * abs(b - a):
                break
            curve = Polynomial.fit(along[near], across[near], degree)
    return curve


def _nearest(plane: Plane, curve: Polynomial, ends: tuple[float, float], band: int) -> tuple[Points, Points]:
    """Return along a curve the places of an edge within a band, of several the clear one that is near."""
    along = np.arange(max(0, round(ends[0])), min(plane.shape[0] - 1, round(ends[1])) + 1)
    reach = np.arange(-band, band + 1)
    across = np.rint(curve(along)).astype(int)[:, None] + reach[None, :]
    is_there = (across >= 0) & (across < plane.shape[1])
    clear = np.where(is_there, plane[along[:, None], np.clip(across, 0, plane.shape[1] - 1)], 0)
    clear = clear * (1 - 0.5 * np.abs(reach) / band)
    best = across[np.arange(len(along)), clear.argmax(axis=1)]
    seen = clear.max(axis=1) > 0
    return along[seen].astype(np.float64), best[seen].astype(np.float64)


def _meeting(upright: Polynomial, level: Polynomial, guess: Points) -> Points:
    """Return where an upright and a level curve meet."""
    x, y = float(guess[0]), float(guess[1])
    for _ in range(8):
        y = float(level(x))
        x = float(upright(y))
    return np.array([x, y])
