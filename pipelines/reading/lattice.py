"""Ruling lines -> tables of cells with spans. Lines come from a PDF's paths or from a picture alike.

Belongs here: geometry of lines. Keep out: text, pages, and where lines are found. y grows downwards.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import NamedTuple

from pipelines.reading.document import ReadError

# A line belongs to the border of a cell where it runs along at least this share of it.
_COVERED = 0.5
# Pieces of one line lie this close to each other across; double lines are farther apart and snap together later.
_SAME_LINE = 1.0
# Double borders of two cells with a gap between them, in tolerances.
_WIDEST = 1.5
# More crossings or cells than any table has: the lines are a drawing.
_MAX_CROSSINGS, _MAX_PARTS = 1_000_000, 500_000
_OUTSIDE = -1

Line = tuple[float, float, float]
_start = itemgetter(1)
_new = tuple.__new__
Group = tuple[list[Line], list[Line]]


class LatticeCell(NamedTuple):
    """A cell between lines. `whole` is False where lines are missing, so that the cell is no rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float
    row: int
    col: int
    rowspan: int
    colspan: int
    whole: bool


class Lattice(NamedTuple):
    """Cells between lines that hang together. `owner` names the cell of each part of the raster xs by ys, by rows.

    `open_top` and `open_bottom` tell that upright lines go on where no line closes the table: it is cut there.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[LatticeCell, ...]
    owner: tuple[int, ...]
    open_top: bool
    open_bottom: bool

    def find(self, x: float, y: float) -> int:
        """Return the index of the cell at a point, -1 outside."""
        col, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= col < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owner[row * (len(self.xs) - 1) + col]
        return _OUTSIDE


class Found(NamedTuple):
    """Tables in the order of their upper edges, and the horizontal lines that no upright line crosses."""

    tables: tuple[Lattice, ...]
    free: tuple[Line, ...]


def lattice(horizontal: Iterable[Line], vertical: Iterable[Line], tolerance: float = 5.0) -> Found:
    """Return the tables that horizontal (y, x0, x1) and vertical (x, y0, y1) lines draw.

    Lines meet where the gap is smaller than `tolerance`, and are one where they lie half as far apart. Between the
    frames of cells that stand apart there are narrow cells then. Raises ReadError `too_many_lines`.
    """
    across, upright = merged(horizontal, tolerance), merged(vertical, tolerance)
    groups = _groups(across, upright, tolerance)
    tables = [table for rows, columns in groups if (table := _table(rows, columns, tolerance)) is not None]
    crossed = {line for rows, _ in groups for line in rows}
    free = tuple(line for line in across if line not in crossed)
    return Found(tuple(sorted(tables, key=lambda table: (table.ys[0], table.xs[0]))), free)


def merged(lines: Iterable[Line], tolerance: float) -> list[Line]:
    """Join the pieces of lines that follow each other at the same place; returns lines by place."""
    result: list[Line] = []
    track: list[Line] = []
    for line in sorted(lines):
        if track and line[0] - track[0][0] > _SAME_LINE:
            result.extend(_joined(track, tolerance))
            track = []
        track.append(line)
    result.extend(_joined(track, tolerance))
    return sorted(result)


def _joined(track: list[Line], tolerance: float) -> list[Line]:
    joined: list[Line] = []
    place, start, reach = 0.0, 0.0, -inf  # no line, before the first
    for line in sorted(track, key=_start):
        _, begin, end = line
        if begin > reach + tolerance:
            joined.append((place, start, reach))
            place, start, reach = line
        elif end > reach:
            reach = end
    joined.append((place, start, reach))
    return joined[1:]


def _groups(across: list[Line], upright: list[Line], tolerance: float) -> list[Group]:
    """Group lines that hang together by their crossings; lines without any are in no group."""
    places = [line[0] for line in across]
    parent = list(range(len(across) + len(upright)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    looked = 0
    for number, (x, top, bottom) in enumerate(upright, start=len(across)):
        first, last = bisect_left(places, top - tolerance), bisect_right(places, bottom + tolerance)
        looked += last - first
        if looked > _MAX_CROSSINGS:
            raise ReadError("too_many_lines", "reading.line_crossings", limit=_MAX_CROSSINGS)
        for index in range(first, last):
            _, left, right = across[index]
            if left - tolerance <= x <= right + tolerance:
                parent[root(number)] = root(index)
    groups: dict[int, Group] = {}
    for number in range(len(parent)):
        rows, columns = groups.setdefault(root(number), ([], []))
        if number < len(across):
            rows.append(across[number])
        else:
            columns.append(upright[number - len(across)])
    tables = [group for group in groups.values() if group[0] and group[1]]
    _put_beside([columns[0] for rows, columns in groups.values() if not rows], tables, tolerance)
    return tables


def _put_beside(lone: list[Line], tables: list[Group], tolerance: float) -> None:
    """Add upright lines without crossings to the table that is as high: one of its cells fills the whole page."""
    by_height: dict[tuple[int, int], Group] = {}
    for table in tables:
        top, bottom = min(line[1] for line in table[1]), max(line[2] for line in table[1])
        by_height.setdefault((round(top / tolerance), round(bottom / tolerance)), table)
    for line in lone:
        top, bottom = round(line[1] / tolerance), round(line[2] / tolerance)
        near = ((top + i, bottom + j) for i in (0, -1, 1) for j in (0, -1, 1))
        if (beside := next((by_height[key] for key in near if key in by_height), None)) is not None:
            beside[1].append(line)


def _table(across: list[Line], upright: list[Line], tolerance: float) -> Lattice | None:
    """Return the table of lines that hang together; None where they close no cell."""
    xs = _snapped([line[0] for line in upright], tolerance)
    ys = _snapped([line[0] for line in across], tolerance)
    left, right = _loose_ends(across, xs, tolerance)
    top, bottom = _loose_ends(upright, ys, tolerance)
    xs, ys = (*left, *xs, *right), (*top, *ys, *bottom)
    if len(xs) < 2 or len(ys) < 2:
        return None
    if (len(xs) - 1) * (len(ys) - 1) > _MAX_PARTS:
        raise ReadError("too_many_cells", "reading.line_cells", limit=_MAX_PARTS)
    above, before = _covered(across, ys, xs), _covered(upright, xs, ys)
    raster = _Raster(xs, ys, above, before, bool(left), bool(right), bool(top), bool(bottom))
    owner, cells = raster.cells()
    if not cells:
        return None
    return Lattice(xs, ys, tuple(cells), tuple(owner), not any(above[0]), not any(above[-1]))


def _loose_ends(lines: list[Line], places: tuple[float, ...], tolerance: float) -> tuple[list[float], list[float]]:
    """Return the edges (before, after) that no line draws: several lines end side by side beyond the last crossing."""
    start, end = min(line[1] for line in lines), max(line[2] for line in lines)
    starting = [line[0] for line in lines if line[1] <= start + tolerance]
    ending = [line[0] for line in lines if line[2] >= end - tolerance]
    before = start < places[0] - tolerance and max(starting) - min(starting) > tolerance
    after = end > places[-1] + tolerance and max(ending) - min(ending) > tolerance
    return [start] if before else [], [end] if after else []


def _snapped(places: Iterable[float], tolerance: float) -> tuple[float, ...]:
    """Return one place for lines beside each other: the two of a double line, or the borders of two cells."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] <= tolerance / 2 and place - groups[-1][0] <= tolerance * _WIDEST:
            groups[-1].append(place)
        else:
            groups.append([place])
    return tuple((group[0] + group[-1]) / 2 for group in groups)


def _covered(lines: list[Line], places: Sequence[float], cuts: Sequence[float]) -> list[list[bool]]:
    """Return for each place, and each stretch between two cuts, whether lines run along it."""
    lengths = [[0.0] * (len(cuts) - 1) for _ in places]
    for place, start, end in lines:
        nearest = bisect_left(places, place)
        if nearest == len(places) or (nearest and place - places[nearest - 1] < places[nearest] - place):
            nearest -= 1
        row = lengths[nearest]
        for stretch in range(max(bisect_right(cuts, start) - 1, 0), min(bisect_left(cuts, end), len(cuts) - 1)):
            before, after = cuts[stretch], cuts[stretch + 1]
            row[stretch] += (after if after < end else end) - (before if before > start else start)
    whole = [(after - before) * _COVERED for before, after in pairwise(cuts)]
    return [[length >= enough for length, enough in zip(row, whole, strict=True)] for row in lengths]


class _Raster(NamedTuple):
    """The parts between lines: `above` and `before` tell which lines are drawn, the rest which edges are loose ends."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    above: list[list[bool]]
    before: list[list[bool]]
    left: bool
    right: bool
    top: bool
    bottom: bool

    def cells(self) -> tuple[list[int], list[LatticeCell]]:
        """Return the owner of each part, and the cells by row and column."""
        xs, ys, above, before = self.xs, self.ys, self.above, self.before
        width = len(xs) - 1
        size = width * (len(ys) - 1)
        owner = [_OUTSIDE] * size
        seen = [False] * size
        cells: list[LatticeCell] = []
        for start in range(size):
            row, col = divmod(start, width)
            if above[row][col] and above[row + 1][col] and before[col][row] and before[col + 1][row]:
                owner[start] = len(cells)
                box = (xs[col], ys[row], xs[col + 1], ys[row + 1])
                cells.append(_new(LatticeCell, (*box, row, col, 1, 1, True)))
            elif not seen[start]:
                region, closed = self._flood(start, seen)
                if closed:
                    self._add(cells, owner, region)
        return owner, cells

    def _flood(self, start: int, seen: list[bool]) -> tuple[list[int], bool]:
        """Return the parts that no line keeps from each other, and whether they are a cell of the table.

        A cell may be open above or below, or to the sides, where the table is cut or has no frame. What is open
        round a corner lies outside, unless no line at all is drawn at either edge.
        """
        width, height = len(self.xs) - 1, len(self.ys) - 1
        region: list[int] = []
        waiting = [start]
        seen[start] = True
        upward = sideward = loose = True
        while waiting:
            part = waiting.pop()
            region.append(part)
            row, col = divmod(part, width)
            for drawn, following, inside, is_loose, is_side in (
                (self.above[row][col], part - width, row > 0, self.top, False),
                (self.above[row + 1][col], part + width, row + 1 < height, self.bottom, False),
                (self.before[col][row], part - 1, col > 0, self.left, True),
                (self.before[col + 1][row], part + 1, col + 1 < width, self.right, True),
            ):
                if drawn:
                    continue
                if inside and not seen[following]:
                    seen[following] = True
                    waiting.append(following)
                elif not inside:
                    upward, sideward = upward and is_side, sideward and not is_side
                    loose = loose and is_loose
        return region, upward or sideward or loose

    def _add(self, cells: list[LatticeCell], owner: list[int], region: list[int]) -> None:
        """Add a region as a cell; one that is no rectangle as a cell for each of its runs along a row."""
        width = len(self.xs) - 1
        rows, cols = [part // width for part in region], [part % width for part in region]
        top, bottom, left, right = min(rows), max(rows) + 1, min(cols), max(cols) + 1
        whole = len(region) == (bottom - top) * (right - left)
        for first, start, last, end in [(top, left, bottom, right)] if whole else _runs(region, width):
            for row in range(first, last):
                owner[row * width + start : row * width + end] = [len(cells)] * (end - start)
            box = (self.xs[start], self.ys[first], self.xs[end], self.ys[last])
            cells.append(LatticeCell(*box, first, start, last - first, end - start, whole))


def _runs(region: list[int], width: int) -> list[tuple[int, int, int, int]]:
    """Return top, left, bottom, right of each run of parts along a row."""
    runs: list[tuple[int, int, int, int]] = []
    for part in sorted(region):
        row, col = divmod(part, width)
        if runs and runs[-1][0] == row and runs[-1][3] == col:
            runs[-1] = (*runs[-1][:3], col + 1)
        else:
            runs.append((row, col, row + 1, col + 1))
    return runs
