"""The ink inside a box of a page: its lines of text, the pieces of ink in a line, and traces that may be text.

Belongs here: pieces of ink and where they stand. Keep out: which character a piece is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from pipelines.reading.scan.masks import (
    Box,
    Flags,
    Gray,
    Mask,
    closed,
    components,
    darker,
    dilated,
    filled,
    runs,
)
from pipelines.reading.scan.open_zeros import is_open_zero
from pipelines.reading.scan.paper import dash_box
from pipelines.reading.scan.tight_lines import tight_lines

# Shares of a character's height: the width of the seam along rules, how far apart the parts of one line stand and how
# high they are, the largest point, how far from its digits it stands and below them it hangs, and the widest space
# between words of a line.
_SEAM, _PART, _FLAT_LINE = 0.06, 0.45, 0.5
_DOT, _APART, _HANG, _REACH = 0.22, 0.4, 0.15, 1.5
# The sides of the least point and dash, worn ones included.
_POINT, _DASH = 0.1, 0.17
_DASH_FORM = 1.5
# Ink is darker than paper by the first, or by the second times its noise; a piece of ink is this dark somewhere.
_TRACE, _TRACE_NOISE = 50, 5.0
DARK = 165
# A worn dash darkens its place by this, beyond the blurred edge of characters and this near to them.
_TRACE_OF_DASH, _HALO, _BESIDE = 12, 0.12, 0.7
_MOST_PIECES = 500
# A piece belongs to another above or below it that covers this share of its width.
_PART_OF = 0.6
_LEAST_HOLE = 3


class Inked(NamedTuple):
    """The inside of a box: its pixels without the rules around it, its lines as boxes in it, and what is odd.

    `faint`: something fainter than ink is there, as large as a character. `cut`: ink runs into the rules around it.
    """

    gray: Gray
    lines: tuple[Box, ...]
    faint: bool
    cut: bool


class Paper(NamedTuple):
    """What is known of a page's paper: the height of characters on it, its deviation under 3 x 3 pixels and a dash."""

    em: float
    noise: float
    grain: float


def inner_box(box: Box, em: float) -> Box:
    """Return a box without the seam along the rules around it, in which characters `em` pixels high stand."""
    seam = _seam(em)
    return box[0] + seam, box[1] + seam, box[2] - seam, box[3] - seam


def _seam(em: float) -> int:
    return max(2, round(em * _SEAM))


def inside(gray: Gray, rules: Mask, box: Box, paper: Paper) -> Inked:
    """Return the ink inside a box without the rules that touch its border."""
    em = paper.em
    seam = _seam(em)
    left, top, right, bottom = inner_box(box, em)
    if right - left < 3 or bottom - top < 3:
        return Inked(np.full((3, 3), 255, np.uint8), (), False, False)
    whole = gray[top:bottom, left:right]
    crop = whole.copy()
    wiped = _rules_at_border(rules[top:bottom, left:right], seam)
    crop[wiped > 0] = 255
    ink, faint = _without_specks(crop, em, paper.noise)
    lines = tuple(_lines(ink, np.asarray(ink & darker(crop, DARK), np.uint8), em))
    faint = faint or _has_traces(crop, ink, lines, wiped, paper)
    return Inked(crop, lines, faint, _runs_into_border(whole, ink, wiped, faint_level(paper.noise)))


def _runs_into_border(whole: Gray, ink: Mask, wiped: Mask, level: float) -> bool:
    """Return whether ink goes on where rules were wiped away or the box ends; where paper parts them it does not."""
    sharp = np.asarray(ink & darker(whole, level), np.uint8)
    beyond = np.asarray(wiped & darker(whole, level), np.uint8)
    ends = (sharp[0], sharp[-1], sharp[:, 0], sharp[:, -1])
    return any(bool(end.any()) for end in ends) or bool((dilated(sharp, 3, 3) & beyond).any())


def _rules_at_border(rules: Mask, seam: int) -> Mask:
    """Return the rules that run along or into the border, a little wider than they are."""
    parts = components(dilated(rules, 3, 3))
    border = np.ones_like(rules)
    border[seam + 1 : -seam - 1, seam + 1 : -seam - 1] = 0
    return np.asarray(parts.touching(border)[parts.labels], np.uint8)


def _without_specks(crop: Gray, em: float, noise: float) -> tuple[Mask, bool]:
    """Return the ink of characters, faint strokes included, and whether some is too faint to tell; wipe specks.

    A small piece is a point where it stands dark beside larger ones, a dash where it is dark and wide, else a speck.
    One that is nearly so may be a sign that is worn off.
    """
    parts = components(darker(np.asarray(cv2.blur(crop, (3, 3)), np.uint8), faint_level(noise)))
    dark = parts.touching(crop < DARK)
    large = parts.boxes[:, 2:].max(axis=1) >= em * _DOT
    large[0] = False
    ink = np.asarray(large[parts.labels], np.uint8)
    reach = 2 * round(em * _APART) + 1
    # A point stands in the rows of its digits, a comma hangs a little below them.
    rows = dilated(np.asarray(filled(ink, 1)[:, None], np.uint8), 1, 2 * round(em * _HANG) + 1)
    beyond = np.broadcast_to(rows == 0, ink.shape)
    beside = parts.touching(dilated(ink, reach, reach)) & ~parts.touching(beyond)
    wide = parts.boxes[:, 2] >= em * _DASH
    kept = large | (dark & (beside | (wide & (parts.boxes[:, 2] >= _DASH_FORM * parts.boxes[:, 3]))))
    kept[0] = False
    specks = ~kept
    specks[0] = False
    sign = wide | (beside & (parts.areas >= (em * _POINT) ** 2))
    crop[dilated(np.asarray(specks[parts.labels], np.uint8), 3, 3) > 0] = 255
    return np.asarray(kept[parts.labels], np.uint8), bool((large & ~dark).any() or (specks & sign).any())


def _has_traces(crop: Gray, ink: Mask, lines: tuple[Box, ...], wiped: Mask, paper: Paper) -> bool:
    """Return whether paper beside a line, or in a cell without one, is darker than elsewhere, over a dash's size."""
    halo = 2 * round(paper.em * _HALO) + 1
    bare = crop.copy()
    bare[dilated(ink | wiped, halo, halo) > 0] = 255
    dark = darker(np.asarray(cv2.blur(bare, dash_box(paper.em)), np.uint8), 255 - max(_TRACE_OF_DASH, 5 * paper.grain))
    if not lines:
        return bool(dark.any())
    reach = round(paper.em * _BESIDE)
    return any(bool(dark[top:bottom, max(0, left - reach) : right + reach].any()) for left, top, right, bottom in lines)


def faint_level(noise: float) -> float:
    """Return the brightness below which smoothed paper holds ink; `noise` is the deviation of smoothed paper."""
    return 255 - max(_TRACE, _TRACE_NOISE * noise)


def _lines(ink: Mask, dark: Mask, em: float) -> list[Box]:
    """Return the lines of text from top to bottom, each tight around its ink; `dark` is what of it is dark."""
    boxes = []
    for first, last in _joined(runs(filled(ink, 1)), em):
        for top, bottom in tight_lines(dark[first:last], em):
            columns = np.flatnonzero(filled(ink[first + top : first + bottom], 0))
            if len(columns):
                boxes.append((int(columns[0]), first + top, int(columns[-1]) + 1, first + bottom))
    return boxes


def _joined(strokes: list[tuple[int, int]], em: float) -> list[tuple[int, int]]:
    """Join the strokes of one line that no other character holds together, as those of 二."""
    lines: list[tuple[int, int]] = []
    for top, bottom in strokes:
        if lines:
            above = lines[-1]
            flat = min(bottom - top, above[1] - above[0]) < em * _FLAT_LINE
            if flat and top - above[1] < em * _PART and bottom - above[0] < em * 1.1:
                lines[-1] = (above[0], bottom)
                continue
        lines.append((top, bottom))
    return lines


def segments(ink: Mask, em: float) -> list[Box]:
    """Return the stretches of text of a page, parted by wide gaps, from top to bottom and left to right."""
    parts = components(closed(ink, max(3, round(em * _REACH)), 1))
    boxes = _in_rows([parts.box(i) for i in parts.numbers()], em)
    lines = (box for box in boxes if max(box[3] - box[1], box[2] - box[0]) >= em * _DOT)
    return sorted(lines, key=lambda box: (box[1], box[0]))


def _in_rows(boxes: list[Box], em: float) -> list[Box]:
    """Join boxes of one line: they share most of their height and stand near each other."""
    joined: list[Box] = []
    bands: dict[int, list[int]] = {}
    for box in sorted(boxes, key=lambda b: (b[0], b[1])):
        left, top, right, bottom = box
        covered = range(int(top // em), int(bottom // em) + 1)
        for i in {i for band in covered for i in bands.get(band, ())}:
            start, above, end, below = joined[i]
            shared = min(bottom, below) - max(top, above)
            if left - end < em * _REACH and shared > 0.5 * min(bottom - top, below - above):
                joined[i] = (start, min(top, above), max(right, end), max(bottom, below))
                break
        else:
            i = len(joined)
            joined.append(box)
        for band in covered:
            near = (j for j in bands.get(band, ()) if j != i and joined[j][2] > left - em * _REACH)
            bands[band] = [*near, i]
    return joined


def widest_gap(line: Gray) -> int:
    """Return the width of the widest gap between pieces of ink of a line, in pixels."""
    columns = runs(filled(darker(line, DARK), 0))
    return max((after[0] - before[1] for before, after in pairwise(columns)), default=0)


class Piece(NamedTuple):
    """A piece of ink of a line: its box, how many holes it has, and how far it leans (-1 to 1, like /)."""

    box: Box
    holes: int
    slant: float


class Ink(NamedTuple):
    """A line enlarged so that its pieces can be told apart; `least` is the area of the smallest one."""

    gray: Gray
    least: float

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return int(self.gray.shape[1])

    def pieces_with_zeros(self, level: int) -> list[Piece]:
        """Return the pieces as `pieces` does, each zero that is open at its ends as one with a hole."""
        found: list[Piece] = []
        mask = darker(self.gray, level) > 0
        for piece in self.pieces(level):
            box = piece.box
            if found and not found[-1].holes and not piece.holes:
                before = found[-1].box
                both = (before[0], min(before[1], box[1]), box[2], max(before[3], box[3]))
                if is_open_zero(mask[both[1] : both[3], both[0] : both[2]]):
                    found[-1] = Piece(both, 1, 0.0)
                    continue
            is_zero = not piece.holes and is_open_zero(mask[box[1] : box[3], box[0] : box[2]])
            found.append(piece._replace(holes=1) if is_zero else piece)
        return found

    def pieces(self, level: int) -> list[Piece]:
        """Return the pieces darker than `level` from left to right, none where there are too many for a line.

        A piece above or below a larger one is part of it, as the dot in some fonts' zeros or a broken stroke.
        """
        parts = components(darker(self.gray, level))
        found: list[Piece] = []
        if len(parts.areas) > _MOST_PIECES:
            return found
        for index in np.argsort(-parts.areas[1:]) + 1:
            if parts.areas[index] < self.least:
                break
            left, top, right, bottom = box = parts.box(int(index))
            own = parts.labels[top:bottom, left:right] == index
            _add(found, Piece(box, _holes(own), _slant(own)))
        return sorted(found)


def _add(found: list[Piece], piece: Piece) -> None:
    left, top, right, bottom = piece.box
    for i, other in enumerate(found):
        start, above, end, below = other.box
        if min(end, right) - max(start, left) > _PART_OF * (right - left):
            box = (min(start, left), min(above, top), max(end, right), max(below, bottom))
            found[i] = Piece(box, other.holes + piece.holes, other.slant)
            return
    found.append(piece)


def _holes(own: Flags) -> int:
    ground = cv2.copyMakeBorder((~own).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(1.0,))
    # The first is the ink itself, the second what surrounds it.
    return int(np.count_nonzero(components(np.asarray(ground, np.uint8), connectivity=4).areas[2:] >= _LEAST_HOLE))


def _slant(own: Flags) -> float:
    moments = cv2.moments(own.astype(np.uint8), binaryImage=True)
    spread = float(moments["mu20"] * moments["mu02"]) ** 0.5
    return float(moments["mu11"]) / spread if spread else 0.0
