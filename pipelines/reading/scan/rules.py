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

from pipelines.contracts.codes import code_list
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.scan.masks import Box, Gray, Mask, closed, components, darker, dilated, filled, opened, runs

(BROKEN_RULE,) = code_list("cell_note").named("broken_rule")
_MAX_SKEW = 5.0
_SKEW_POINTS = 60_000
# Lengths are in heights of a character, so that they hold at any resolution.
_LONG, _TALL = 1.5, 1.15
_BRIDGE, _NEAR = 0.35, 0.3
_OPEN_RULE = 6.0
_LEAST_TABLE = (3.0, 1.3)
# An edge with less ink than the first share is none, one with more than the second is whole.
_ABSENT, _PRESENT = 0.3, 0.8
_RULE_INK = 205


class RulingLines(NamedTuple):
    """The pixels of horizontal and vertical ruling lines."""

    across: Mask
    down: Mask


class RuledCell(NamedTuple):
    """A cell between rules: its box in pixels, its place and spans in the lattice, and why it is doubtful.

    `closed` is False beside a table that is no rectangle, where rules do not go all around.
    """

    box: Box
    row: int
    col: int
    rowspan: int
    colspan: int
    closed: bool
    doubt: str | None


@dataclass(frozen=True)
class RuledTable:
    """A ruled table: the positions of its rules, and its cells in reading order."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[RuledCell, ...]

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
    """Return the ruling lines of a straight page whose characters are `em` pixels high."""
    dark = darker(gray, _RULE_INK)
    across = _strokes(dark, round(em * _LONG), em)
    down = _strokes(_turned(dark), round(em * _TALL), em)
    down = _crossing(down, _turned(across), em)
    return RulingLines(_crossing(across, _turned(down), em), _turned(down))


def _turned(mask: Mask) -> Mask:
    """Return a mask with rows as columns."""
    return np.ascontiguousarray(mask.T)


def _strokes(dark: Mask, length: int, em: float) -> Mask:
    """Return the dark runs along rows that are at least `length` long, with short gaps between them closed."""
    solid = opened(dilated(dark, 1, 3), length, 1)  # a rule that wobbles by a pixel is one run
    return closed(solid, max(3, round(em * _BRIDGE)), 1)


def _crossing(along: Mask, crossing: Mask, em: float) -> Mask:
    """Return the runs along rows that lie between two crossing rules, or are long and meet one: open tables have such.

    Strokes of large or blurred characters are as long as short rules.
    """
    near = max(3, round(em * _NEAR))
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
    parts = components(dilated(rules.across | rules.down, 5, 5))
    found = []
    for left, top, width, height in parts.boxes[1:].tolist():
        if width >= em * _LEAST_TABLE[0] and height >= em * _LEAST_TABLE[1]:
            table = _table(rules, (left, top, left + width, top + height), em, limits)
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
    near = max(3, round(em * _NEAR))
    ys, xs = _positions(across, near), _positions(_turned(down), near)
    xs, (open_left, open_right) = _closed(xs, across, near)
    ys, (open_top, open_bottom) = _closed(ys, _turned(down), near)
    if len(xs) < 2 or len(ys) < 2:
        return None
    if len(xs) > limits.grid_columns + 1:
        raise ReadError("too_many_columns", "reading_scan.table_columns", width=len(xs) - 1, limit=limits.grid_columns)
    if (len(xs) - 1) * (len(ys) - 1) > limits.grid_cells:
        raise ReadError("too_many_cells", "reading.table_cells", limit=limits.grid_cells)
    sides = _Sides(open_left, open_top, open_right, open_bottom)
    cells = _cells(across, down, xs, ys, sides, near)
    moved = tuple(c._replace(box=(c.box[0] + left, c.box[1] + top, c.box[2] + left, c.box[3] + top)) for c in cells)
    height, width = rules.across.shape
    ends = (near, near, width - near, height - near)
    return RuledTable(tuple(x + left for x in xs), tuple(y + top for y in ys), _cut_off(moved, sides, ends))


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
    return [round(sum(at * n for at, n in group) / sum(n for _, n in group)) for group in groups]


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


class _Sides(NamedTuple):
    """Which sides of a table have no rule, so that cells there are closed all the same."""

    left: bool
    top: bool
    right: bool
    bottom: bool


def _cut_off(cells: tuple[RuledCell, ...], sides: _Sides, ends: Box) -> tuple[RuledCell, ...]:
    """Doubt the cells that the border of the picture ends where no rule does: their figures may go on beyond it."""
    left, top, right, bottom = ends
    return tuple(
        cell._replace(doubt=cell.doubt or BROKEN_RULE)
        if (sides.left and cell.box[0] <= left)
        or (sides.top and cell.box[1] <= top)
        or (sides.right and cell.box[2] >= right)
        or (sides.bottom and cell.box[3] >= bottom)
        else cell
        for cell in cells
    )


class _Edges(NamedTuple):
    """The share of ink on each edge inside a table: `below[r, c]` under a cell, `right[r, c]` on its right."""

    below: NDArray[np.float64]
    right: NDArray[np.float64]


def _cells(across: Mask, down: Mask, xs: list[int], ys: list[int], sides: _Sides, near: int) -> list[RuledCell]:
    rows = _shares(across, ys, xs, near)
    columns = _shares(_turned(down), xs, ys, near).T
    edges = _Edges(rows[1:-1], columns[:, 1:-1])
    owner = _merged(len(ys) - 1, len(xs) - 1, edges)
    doubtful = _doubtful(owner, edges)
    unclosed = _unclosed(owner, rows, columns, sides)
    members: dict[int, list[tuple[int, int]]] = {}
    for row, owners in enumerate(owner.tolist()):
        for col, one in enumerate(owners):
            members.setdefault(one, []).append((row, col))
    cells: list[RuledCell] = []
    for one, places in members.items():
        top, left = min(r for r, _ in places), min(c for _, c in places)
        bottom, end = max(r for r, _ in places) + 1, max(c for _, c in places) + 1
        whole = (bottom - top) * (end - left) == len(places)
        # RulingLines that draw no rectangle: each piece for itself, and none is trusted.
        spans = [(top, left, bottom, end)] if whole else [(r, c, r + 1, c + 1) for r, c in places]
        doubt = None if whole and one not in doubtful and one not in unclosed else BROKEN_RULE
        for r0, c0, r1, c1 in spans:
            box = (xs[c0], ys[r0], xs[c1], ys[r1])
            cells.append(RuledCell(box, r0, c0, r1 - r0, c1 - c0, one not in unclosed, doubt))
    return sorted(cells, key=lambda cell: (cell.row, cell.col))


def _unclosed(
    owner: NDArray[np.int64], rows: NDArray[np.float64], columns: NDArray[np.float64], sides: _Sides
) -> set[int]:
    """Return the places beside a table that is no rectangle: no rule parts them from what is around it."""
    borders = (
        (columns[:, 0], owner[:, 0], sides.left),
        (rows[0], owner[0], sides.top),
        (columns[:, -1], owner[:, -1], sides.right),
        (rows[-1], owner[-1], sides.bottom),
    )
    return {one for shares, owners, free in borders if not free for one in owners[shares < _ABSENT].tolist()}


def _shares(along: Mask, at: list[int], between: list[int], near: int) -> NDArray[np.float64]:
    """Return how much of each edge is ruled: a row per position, a column per gap between crossing rules."""
    shares = np.zeros((len(at), len(between) - 1))
    for i, position in enumerate(at):
        ruled = filled(along[max(0, position - near) : position + near + 1], 0)
        for j, (start, end) in enumerate(pairwise(between)):
            inner = min(near, (end - start) // 4)
            shares[i, j] = ruled[start + inner : end - inner].mean()
    return shares


def _merged(rows: int, cols: int, edges: _Edges) -> NDArray[np.int64]:
    """Return which cell owns each place of the lattice: places without a rule between them are one cell."""
    middle = (_ABSENT + _PRESENT) / 2
    owner = list(range(rows * cols))

    def root(place: int) -> int:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for row, col in np.argwhere(edges.below < middle).tolist():
        owner[root((row + 1) * cols + col)] = root(row * cols + col)
    for row, col in np.argwhere(edges.right < middle).tolist():
        owner[root(row * cols + col + 1)] = root(row * cols + col)
    return np.array([root(place) for place in range(rows * cols)]).reshape(rows, cols)


def _doubtful(owner: NDArray[np.int64], edges: _Edges) -> set[int]:
    """Return the cells on both sides of an edge that is half there."""
    doubtful: set[int] = set()
    for shares, first, second in ((edges.below, owner[:-1], owner[1:]), (edges.right, owner[:, :-1], owner[:, 1:])):
        half = (shares > _ABSENT) & (shares < _PRESENT)
        doubtful.update(first[half].tolist(), second[half].tolist())
    return doubtful
