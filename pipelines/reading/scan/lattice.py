"""The lattice of a ruled table: which places of it are one cell, and which cells the rules leave in doubt.

Belongs here: cells between rules whose positions are known. Keep out: finding rules (`rules`), and what cells hold. An
edge between two cells that is half there makes both doubtful; whether a cell spans is read from the rules, never from
its text.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.contracts.codes import code_list
from pipelines.reading.scan.masks import Box, Mask, filled, turned

(BROKEN_RULE,) = code_list("cell_note").named("broken_rule")
# An edge with less ink than the first share is none, one with more than the second is whole.
_ABSENT, _PRESENT = 0.3, 0.8
_MIDDLE = (_ABSENT + _PRESENT) / 2
# A rule ends where its table does, but for so many times the distance within which something belongs to it.
_JUTTING = 3


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


class Sides(NamedTuple):
    """Which sides of a table have no rule, so that cells there are closed all the same."""

    left: bool
    top: bool
    right: bool
    bottom: bool


def cut_off(cells: tuple[RuledCell, ...], sides: Sides, ends: Box) -> tuple[RuledCell, ...]:
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


class Ruling(NamedTuple):
    """The rules of one table, the positions of its upright and its level ones, and how near to these they run.

    `unsure` is what may be a rule, `faint` what was seen at a second look alone.
    """

    across: Mask
    down: Mask
    unsure: Mask
    faint: Mask
    xs: list[int]
    ys: list[int]
    near: int


def cells_between(ruling: Ruling, sides: Sides) -> list[RuledCell]:
    """Return the cells of a table in reading order, their boxes in pixels of its masks."""
    xs, ys, near = ruling.xs, ruling.ys, ruling.near
    rows = _shares(ruling.across, ys, xs, near)
    columns = _shares(turned(ruling.down), xs, ys, near).T
    edges = _Edges(rows[1:-1], columns[:, 1:-1])
    owner = _merged(len(ys) - 1, len(xs) - 1, edges)
    open_ones = _unclosed(owner, rows, columns, sides)
    unclosed = open_ones - _open_columns(owner, columns)
    doubtful = _doubtful(owner, edges) | open_ones | _beside_streaks(ruling, owner, edges, open_ones)
    members: dict[int, list[tuple[int, int]]] = {}
    for row, owners in enumerate(owner.tolist()):
        for col, one in enumerate(owners):
            members.setdefault(one, []).append((row, col))
    cells: list[RuledCell] = []
    for one, places in members.items():
        top, left = min(r for r, _ in places), min(c for _, c in places)
        bottom, end = max(r for r, _ in places) + 1, max(c for _, c in places) + 1
        whole = (bottom - top) * (end - left) == len(places)
        # Rules that draw no rectangle: each piece for itself, and none is trusted.
        spans = [(top, left, bottom, end)] if whole else [(r, c, r + 1, c + 1) for r, c in places]
        for r0, c0, r1, c1 in spans:
            box = (xs[c0], ys[r0], xs[c1], ys[r1])
            is_parted = ruling.unsure[box[1] + near : box[3] - near, box[0] + near : box[2] - near].any()
            doubt = None if whole and one not in doubtful and not is_parted else BROKEN_RULE
            cells.append(RuledCell(box, r0, c0, r1 - r0, c1 - c0, one not in unclosed, doubt))
    return sorted(cells, key=lambda cell: (cell.row, cell.col))


def _beside_streaks(ruling: Ruling, owner: NDArray[np.int64], edges: _Edges, unclosed: set[int]) -> set[int]:
    """Return the cells at a faint line inside a table that runs on where the table ends: it may be dirt, or a fold."""
    found: set[int] = set()
    if not ruling.faint.any():
        return found
    outside = np.isin(owner, list(unclosed))
    for along, faint, at, between, inner, owners, out in (
        (ruling.down, ruling.faint, ruling.xs, ruling.ys, edges.right.T, owner.T, outside.T),
        (turned(ruling.across), turned(ruling.faint), ruling.ys, ruling.xs, edges.below, owner, outside),
    ):
        for place, ruled in enumerate(inner >= _MIDDLE):
            near = slice(max(0, at[place + 1] - ruling.near), at[place + 1] + ruling.near + 1)
            beyond = filled(along[:, near], 1)
            far = _JUTTING * ruling.near
            is_out = beyond[: max(0, between[0] - far)].any() or beyond[between[-1] + far :].any()
            is_out = is_out or (ruled & out[place] & out[place + 1]).any()
            if is_out and faint[:, near].any():
                found.update(owners[place][ruled].tolist(), owners[place + 1][ruled].tolist())
    return found


def _unclosed(
    owner: NDArray[np.int64], rows: NDArray[np.float64], columns: NDArray[np.float64], sides: Sides
) -> set[int]:
    """Return the places beside a table that is no rectangle: no rule parts them from what is around it."""
    borders = (
        (columns[:, 0], owner[:, 0], sides.left),
        (rows[0], owner[0], sides.top),
        (columns[:, -1], owner[:, -1], sides.right),
        (rows[-1], owner[-1], sides.bottom),
    )
    return {one for shares, owners, free in borders if not free for one in owners[shares < _ABSENT].tolist()}


def _open_columns(owner: NDArray[np.int64], columns: NDArray[np.float64]) -> set[int]:
    """Return the cells over all rows between two whole upright rules: they go on above and below the page."""
    whole = (owner == owner[0]).all(axis=0) & (columns[:, :-1] > _PRESENT).all(axis=0)
    return set(owner[0][whole & (columns[:, 1:] > _PRESENT).all(axis=0)].tolist()) if len(owner) > 1 else set()


def _shares(along: Mask, at: list[int], between: list[int], near: int) -> NDArray[np.float64]:
    """Return how much of each edge is ruled: a row per position, a column per gap between crossing rules.

    A rule is the edge that it runs nearest to: columns of two rows may begin a few pixels apart.
    """
    shares = np.zeros((len(at), len(between) - 1))
    middles = [0, *((before + after + 1) // 2 for before, after in pairwise(at)), along.shape[0]]
    for i, position in enumerate(at):
        ruled = filled(along[max(middles[i], position - near) : min(middles[i + 1], position + near + 1)], 0)
        for j, (start, end) in enumerate(pairwise(between)):
            inner = min(near, (end - start) // 4)
            shares[i, j] = ruled[start + inner : end - inner].mean()
    return shares


def _merged(rows: int, cols: int, edges: _Edges) -> NDArray[np.int64]:
    """Return which cell owns each place of the lattice: places without a rule between them are one cell."""
    owner = list(range(rows * cols))

    def root(place: int) -> int:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for row, col in np.argwhere(edges.below < _MIDDLE).tolist():
        owner[root((row + 1) * cols + col)] = root(row * cols + col)
    for row, col in np.argwhere(edges.right < _MIDDLE).tolist():
        owner[root(row * cols + col + 1)] = root(row * cols + col)
    return np.array([root(place) for place in range(rows * cols)]).reshape(rows, cols)


def _doubtful(owner: NDArray[np.int64], edges: _Edges) -> set[int]:
    """Return the cells on both sides of an edge that is half there."""
    doubtful: set[int] = set()
    for shares, first, second in ((edges.below, owner[:-1], owner[1:]), (edges.right, owner[:, :-1], owner[:, 1:])):
        half = (shares > _ABSENT) & (shares < _PRESENT)
        doubtful.update(first[half].tolist(), second[half].tolist())
    return doubtful
