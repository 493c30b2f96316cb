"""The straight lines of a pictured page: its skew, its ruling lines, and the lattices of cells they draw.

Belongs here: geometry of dark and white pixels. Keep out: characters and what a cell holds. An edge between two
cells that is half there makes both doubtful; whether a cell spans is read from the rules, never from its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.character_strokes import without_strokes
from pipelines.reading.scan.lattice import RuledCell, Ruling, Sides, cells_between, cut_off
from pipelines.reading.scan.masks import (
    Box,
    Components,
    Gray,
    Mask,
    closed,
    components,
    darker,
    dilated,
    filled,
    opened,
    runs,
    turned,
)

_MAX_SKEW = 5.0
_SKEW_POINTS = 60_000
# Lengths are in heights of a character, so that they hold at any resolution.
_LONG, _TALL = 1.5, 1.15
_BRIDGE, _NEAR = 0.35, 0.3
_OPEN_RULE, _OPEN_COLUMN = 6.0, 8.0
_LEAST_TABLE = (3.0, 1.3)
# A rule is darker than this, where it is plain to see.
RULE_INK = 205


class RulingLines(NamedTuple):
    """The pixels of level and of upright ruling lines, and of what may be one: it makes the cells it parts doubtful.

    `faint` are those that were seen at a second look alone.
    """

    across: Mask
    down: Mask
    unsure: Mask
    faint: Mask


@dataclass(frozen=True)
class RuledTable:
    """A ruled table: the positions of its rules, its cells in reading order, and which of its sides have no rule."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[RuledCell, ...]
    sides: Sides

    @property
    def box(self) -> Box:
        """Return left, top, right, bottom in pixels."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


def skew(ink: Mask) -> float:
    """Return the angle in degrees by which lines fall to the right, up to 5, from where rows are densest."""
    x, y = _sampled(ink)
    best = 0.0
    if len(x):
        for reach, pitch in ((_MAX_SKEW, 0.25), (0.25, 0.05), (0.05, 0.01)):
            angles = best + np.arange(-reach, reach + pitch / 2, pitch)
            best = float(angles[np.argmax([_density(x, y, angle) for angle in angles])])
    return best if abs(best) <= _MAX_SKEW else 0.0


def straightness(ink: Mask) -> float:
    """Return how densely ink stands in straight rows and columns, by its amount, whatever the skew of the page."""
    x, y = _sampled(ink)
    return _density(x, y, skew(ink)) / len(x) ** 2 if len(x) else 0.0


def _sampled(ink: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places of some of the ink, evenly drawn."""
    rows, columns = np.nonzero(ink)
    step = max(1, len(rows) // _SKEW_POINTS)
    return columns[::step].astype(np.float64), rows[::step].astype(np.float64)


def _density(x: NDArray[np.float64], y: NDArray[np.float64], angle: float) -> float:
    slope = np.tan(np.radians(angle))
    total = 0.0
    for along in (y - x * slope, x + y * slope):
        counts = np.bincount((along - along.min()).astype(np.int64))
        total += float(np.dot(counts, counts))
    return total


def find_rules(gray: Gray, em: float) -> RulingLines:
    """Return the ruling lines of a straight page whose characters are `em` pixels high, as far as they are dark."""
    dark = darker(gray, RULE_INK)
    across = strokes(dark, em, is_down=False)
    down = without_strokes(strokes(dark, em, is_down=True), dark, across, em)
    return crossing_rules(across, down, em)


def strokes(dark: Mask, em: float, *, is_down: bool) -> Mask:
    """Return the dark runs along rows, or down columns, that are long enough for a rule, with short gaps closed."""
    if is_down:
        return turned(_strokes(turned(dark), round(em * _TALL), em))
    return _strokes(dark, round(em * _LONG), em)


def crossing_rules(across: Mask, down: Mask, em: float) -> RulingLines:
    """Return those of the runs along rows and down columns that rules draw: each meets others."""
    met = turned(_crossing(turned(down), turned(across), em))
    across = _crossing(across, met, em)
    nothing = np.zeros_like(across)
    return RulingLines(across, met | _open_beside(across, met, down, em), nothing, nothing)


def _open_beside(across: Mask, met: Mask, down: Mask, em: float) -> Mask:
    """Return the runs down columns that meet no other, but are the outer sides of columns open above and below.

    A label over several rows that goes on from one page to the next has no rule above and none below.
    """
    parts = components(down & (1 - dilated(met, 3, 3)))
    lone = [index for index in parts.numbers() if parts.boxes[index][3] >= em * _OPEN_RULE]
    kept = np.zeros(len(parts.areas), np.bool_)
    if lone:
        boxes = [parts.box(index) for index in lone]
        for table in _boxes(components(dilated(across | met, 5, 5))):
            kept[[lone[place] for place in _sides_of(table, boxes, em)]] = True
    return np.asarray(kept[parts.labels], np.uint8)


def _sides_of(table: Box, lone: list[Box], em: float) -> list[int]:
    """Return which upright runs stand as far beside a table as a label is wide, and begin and end where it does."""
    near, found = near_rule(em), []
    left, top, right, bottom = table
    nearest_first = sorted(range(len(lone)), key=lambda i: max(left - lone[i][0], lone[i][0] - right))
    for place in nearest_first:
        start, above, end, below = lone[place]
        if abs(above - top) > near or abs(below - bottom) > near:
            continue
        if near < left - end <= em * _OPEN_COLUMN:
            left = start
        elif near < start - right <= em * _OPEN_COLUMN:
            right = end
        else:
            continue
        found.append(place)
    return found


def _boxes(parts: Components) -> list[Box]:
    return [parts.box(index) for index in parts.numbers()]


def _with_open_columns(boxes: list[Box], em: float) -> list[Box]:
    """Return the boxes that are large enough for a table, each with the columns beside it that are open."""
    lone = [box for box in boxes if box[2] - box[0] <= 2 * near_rule(em) and box[3] - box[1] >= em * _OPEN_RULE]
    whole = []
    for box in boxes:
        if box[2] - box[0] >= em * _LEAST_TABLE[0] and box[3] - box[1] >= em * _LEAST_TABLE[1]:
            sides = [lone[place] for place in _sides_of(box, lone, em)]
            whole.append((min(b[0] for b in (box, *sides)), box[1], max(b[2] for b in (box, *sides)), box[3]))
    return whole


def near_rule(em: float) -> int:
    """Return how many pixels from a rule something still belongs to it."""
    return max(3, round(em * _NEAR))


def _strokes(dark: Mask, length: int, em: float) -> Mask:
    """Return the dark runs along rows that are at least `length` long, with short gaps between them closed."""
    solid = opened(dilated(dark, 1, 3), length, 1)  # a rule that wobbles by a pixel is one run
    return closed(solid, max(3, round(em * _BRIDGE)), 1)


def _crossing(along: Mask, crossing: Mask, em: float) -> Mask:
    """Return the runs along rows that lie between two crossing rules, or are long and meet one: open tables have such.

    Strokes of large or blurred characters are as long as short rules.
    """
    near = near_rule(em)
    parts = components(along)
    reach = dilated(crossing, 2 * near + 1, 2 * near + 1)
    kept = np.zeros(len(parts.areas), np.bool_)
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        own = parts.labels[top:bottom, left:right] == index
        crossed = len(runs(filled(own & (reach[top:bottom, left:right] > 0), 0)))
        kept[index] = crossed > 1 or (crossed == 1 and right - left >= em * _OPEN_RULE)
    return np.asarray(kept[parts.labels], np.uint8)


def ruled_tables(rules: RulingLines, em: float, limits: Limits) -> list[RuledTable]:
    """Return the tables of a page from top to bottom; a frame without rules inside is none.

    Raises ReadError where there are more tables, columns or cells than the budget allows.
    """
    found = []
    for box in _with_open_columns(_boxes(components(dilated(rules.across | rules.down, 5, 5))), em):
        table = _table(rules, box, em, limits)
        if table is not None and len(table.cells) > 1:
            found.append(table)
        if len(found) > limits.grids:
            raise ReadError("too_many_tables", "reading_scan.page_tables", limit=limits.grids)
    return sorted(_outermost(found), key=lambda table: (table.ys[0], table.xs[0]))


def _outermost(found: list[RuledTable]) -> list[RuledTable]:
    """Leave out what lies inside another table: pieces of characters and of thick rules."""
    kept: list[RuledTable] = []
    for table in sorted(found, key=lambda one: (one.box[0] - one.box[2]) * (one.box[3] - one.box[1])):
        left, top, right, bottom = table.box
        inside = any(b[0] <= left and b[1] <= top and b[2] >= right and b[3] >= bottom for b in (k.box for k in kept))
        if not inside:
            kept.append(table)
    return kept


def _table(rules: RulingLines, box: Box, em: float, limits: Limits) -> RuledTable | None:
    left, top, right, bottom = box
    across, down = rules.across[top:bottom, left:right], rules.down[top:bottom, left:right]
    near = near_rule(em)
    ys, xs = _positions(across, near), _positions(turned(down), near)
    xs, (open_left, open_right) = _closed(xs, across, near)
    ys, (open_top, open_bottom) = _closed(ys, turned(down), near)
    if len(xs) < 2 or len(ys) < 2:
        return None
    if len(xs) > limits.grid_columns + 1:
        raise ReadError("too_many_columns", "reading_scan.table_columns", width=len(xs) - 1, limit=limits.grid_columns)
    if (len(xs) - 1) * (len(ys) - 1) > limits.grid_cells:
        raise ReadError("too_many_cells", "reading.table_cells", limit=limits.grid_cells)
    sides = Sides(open_left, open_top, open_right, open_bottom)
    unsure, faint = (mask[top:bottom, left:right] for mask in (rules.unsure, rules.faint))
    cells = cells_between(Ruling(across, down, unsure, faint, xs, ys, near), sides)
    moved = tuple(c._replace(box=(c.box[0] + left, c.box[1] + top, c.box[2] + left, c.box[3] + top)) for c in cells)
    height, width = rules.across.shape
    ends = (near, near, width - near, height - near)
    return RuledTable(tuple(x + left for x in xs), tuple(y + top for y in ys), cut_off(moved, sides, ends), sides)


def _positions(along: Mask, near: int) -> list[int]:
    """Return the rows on which rules run; rows that touch are one rule."""
    parts = components(along)
    weights: list[tuple[float, int]] = []
    for index in parts.numbers():
        left, top, right, bottom = parts.box(index)
        own = parts.labels[top:bottom, left:right] == index
        weights.append((top + float(own.sum(axis=1) @ np.arange(bottom - top)) / float(own.sum()), right - left))
    return _clustered(sorted(weights), near)


def _clustered(weights: list[tuple[float, int]], near: int) -> list[int]:
    groups: list[list[tuple[float, int]]] = []
    for at, length in weights:
        if groups and at - groups[-1][-1][0] <= near:
            groups[-1].append((at, length))
        else:
            groups.append([(at, length)])
    return [place for group in groups for place in _places(group, near)]


def _places(group: list[tuple[float, int]], near: int) -> list[int]:
    """Return where the rules of a group run, by their lengths: as many places as it takes to be near each of them.

    Columns that differ from row to row by little have rules one beside the other, of which none may be lost.
    """
    place = sum(at * n for at, n in group) / sum(n for _, n in group)
    if max(abs(at - place) for at, _ in group) <= near:
        return [round(place)]
    gaps = [(after[0] - before[0], -abs(before[0] + after[0] - 2 * place)) for before, after in pairwise(group)]
    widest = gaps.index(max(gaps)) + 1
    return [*_places(group[:widest], near), *_places(group[widest:], near)]


def _closed(positions: list[int], crossing: Mask, near: int) -> tuple[list[int], tuple[bool, bool]]:
    """Add the sides of a table that is open or cut off there: most crossing rules reach beyond the last one.

    Returns the positions, and whether a side was added before and after them.
    """
    reached = np.flatnonzero(filled(crossing, 0))
    if not positions or len(reached) == 0:
        return positions, (False, False)
    first, last = int(reached[0]), int(reached[-1])

    def crossed(column: int) -> int:
        return len(runs(crossing[:, column] > 0))

    inside = max(2, crossed(positions[len(positions) // 2]) // 2)
    before = positions[0] - first > 2 * near and crossed((positions[0] + first) // 2) >= inside
    after = last - positions[-1] > 2 * near and crossed((positions[-1] + last) // 2) >= inside
    return [*([first] if before else []), *positions, *([last] if after else [])], (before, after)
