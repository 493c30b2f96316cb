"""The rows of tables in a binary Word file: the edges of their cells in twips and which cells are merged."""

from __future__ import annotations

import struct
from functools import lru_cache
from operator import lt
from typing import NamedTuple

from pipelines.reading.doc.properties import Modifier

_DEFINITION, _LEFT, _GAP, _INSERT, _DELETE, _WIDTH, _MERGE, _SPLIT, _VERTICAL, _BEFORE = (
    0xD608, 0x9601, 0x9602, 0x7621, 0x5622, 0x7623, 0x5624, 0x5625, 0xD62B, 0xF617,
)  # fmt: skip
_CELL_SIZE = 20
_TWIPS = 3  # the unit of a width that is stated in twips
SINGLE, FIRST, GOES_ON = 0, 1, 2  # how a cell is merged with those beside it
_VERTICAL_CODES = {1: GOES_ON, 3: FIRST}
_MAX_CELLS = 64


class RowShape(NamedTuple):
    """The edges of the cells of a row (one more than cells), and how each is merged sideways and downwards.

    `is_ordered`: every cell has a width, but for those that go on. `is_merged`: some cell is merged.
    """

    edges: tuple[int, ...]
    sideways: tuple[int, ...]
    downwards: tuple[int, ...]
    is_ordered: bool
    is_merged: bool


class _Row:
    """The row that the modifiers change one after another."""

    def __init__(self) -> None:
        self.edges: list[int] = []
        self.sideways: list[int] = []
        self.downwards: list[int] = []
        self.left, self.gap, self.before = 0, 0, 0
        self.is_defined = False

    def define(self, operand: bytes) -> None:
        count = operand[2]
        place = 3 + 2 * (count + 1)
        if len(operand) < place:
            return
        self.is_defined = True
        self.edges = list(struct.unpack_from(f"<{count + 1}h", operand, 3))
        # The flags that merge cells are in the first byte of each cell's description.
        flags = operand[place : place + _CELL_SIZE * count : _CELL_SIZE].ljust(count, b"\0")
        if any(flags):
            self.sideways = _sideways([flag & 3 for flag in flags])
            self.downwards = [_VERTICAL_CODES.get(flag >> 5 & 3, SINGLE) for flag in flags]
        else:
            self.sideways, self.downwards = [SINGLE] * count, [SINGLE] * count

    def insert(self, first: int, count: int, width: int) -> None:
        if first > len(self.sideways) or len(self.sideways) + count > _MAX_CELLS:
            return
        self.edges = self.edges or [self.left - self.gap]
        left = self.edges[first]
        later = [edge + count * width for edge in self.edges[first + 1 :]]
        self.edges[first + 1 :] = [left + width * (i + 1) for i in range(count)] + later
        self.sideways[first:first] = [SINGLE] * count
        self.downwards[first:first] = [SINGLE] * count

    def delete(self, first: int, last: int) -> None:
        del self.edges[first:last], self.sideways[first:last], self.downwards[first:last]

    def widen(self, first: int, last: int, width: int) -> None:
        for cell in range(first, min(last, len(self.sideways))):
            change = width - (self.edges[cell + 1] - self.edges[cell])
            self.edges[cell + 1 :] = [edge + change for edge in self.edges[cell + 1 :]]

    def merge(self, first: int, last: int) -> None:
        for cell in range(first, min(last, len(self.sideways))):
            self.sideways[cell] = FIRST if cell == first else GOES_ON

    def split(self, first: int, last: int) -> None:
        for cell in range(first, min(last, len(self.sideways))):
            self.sideways[cell] = SINGLE

    def shift(self, left: int) -> None:
        if self.edges:
            change = left - self.edges[0]
            self.edges = [edge + change for edge in self.edges]


def _sideways(flags: list[int]) -> list[int]:
    """Tell the first of merged cells from those that go on.

    Word 97's description gives 1 to the first and 2 to the rest, Microsoft's later one 2 or 3 to the first and 1 to
    the rest: whatever stands first in a run of merged cells is the first.
    """
    merged, first = [], 0
    for flag in flags:
        if not flag:
            first = 0
        elif not first:
            first = flag
        merged.append(SINGLE if not flag else FIRST if flag in (first, 3) else GOES_ON)
    return merged


@lru_cache(maxsize=4096)
def row_shape(modifiers: tuple[Modifier, ...]) -> RowShape | None:
    """Return the shape of a row by its modifiers; None where they define no cells. The rows of a form look alike."""
    row = _Row()
    for code, operand in modifiers:
        _apply(row, code, operand)
    if not row.is_defined:  # a definition's edges stand where they stand
        row.edges = [edge + row.before for edge in row.edges]
    if not row.sideways:
        return None
    ordered = all(map(lt, row.edges, row.edges[1:])) or all(
        a < b or (a == b and merged == GOES_ON)
        for a, b, merged in zip(row.edges, row.edges[1:], row.sideways, strict=False)
    )
    merged = any(row.sideways) or any(row.downwards)
    return RowShape(tuple(row.edges), tuple(row.sideways), tuple(row.downwards), ordered, merged)


def _apply(row: _Row, code: int, operand: bytes) -> None:
    if code == _DEFINITION and len(operand) > 2:
        row.define(operand)
    elif code == _INSERT:
        row.insert(operand[0], operand[1], operand[2] | operand[3] << 8)
    elif code == _DELETE:
        row.delete(operand[0], operand[1])
    elif code == _WIDTH:
        row.widen(operand[0], operand[1], operand[2] | operand[3] << 8)
    elif code == _MERGE:
        row.merge(operand[0], operand[1])
    elif code == _SPLIT:
        row.split(operand[0], operand[1])
    elif code == _VERTICAL and len(operand) > 2 and operand[1] < len(row.downwards):
        row.downwards[operand[1]] = _VERTICAL_CODES.get(operand[2], SINGLE)
    elif code == _GAP:
        row.gap = int.from_bytes(operand, "little", signed=True)
    elif code == _LEFT:
        row.left = int.from_bytes(operand, "little", signed=True)
        row.shift(row.left - row.gap)
    elif code == _BEFORE and operand[0] == _TWIPS:
        row.before = int.from_bytes(operand[1:3], "little", signed=True)
