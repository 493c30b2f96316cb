"""Rows of tables in Rich Text Format: the words from \\trowd to the end of a row -> edges and merges of cells."""

from __future__ import annotations

from itertools import pairwise

from pipelines.reading.doc.rows import FIRST, GOES_ON, SINGLE, RowShape
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits

_SIDEWAYS = {"clmgf": FIRST, "clmrg": GOES_ON}
_DOWNWARDS = {"clvmgf": FIRST, "clvmrg": GOES_ON}
_TWIPS = 3  # the unit of a width that is stated in twips
WORDS = frozenset(
    (*_SIDEWAYS, *_DOWNWARDS, "cellx", "trleft", "clcbpat", "clcbpatraw", "clshdng", "trwWidthB", "trftsWidthB")
)


class RowDefinition:
    """What the words so far say of a row; `fills` are the numbers of the colours behind its cells."""

    def __init__(self) -> None:
        self.fills: list[int] = []
        self._edges: list[int] = []
        self._sideways: list[int] = []
        self._downwards: list[int] = []
        self._left = self._before = self._unit = 0
        self._begin()

    def _begin(self) -> None:
        self._across = self._down = SINGLE
        self._fill, self._shaded = 0, False

    def take(self, word: str, number: int, limits: Limits) -> None:
        """Take a word. Raises ReadError where the row has more cells than its budget of columns."""
        if word == "cellx":
            self._cell(number, limits)
        elif word in _SIDEWAYS:
            self._across = _SIDEWAYS[word]
        elif word in _DOWNWARDS:
            self._down = _DOWNWARDS[word]
        elif word == "trleft":
            self._left = number
        elif word == "trwWidthB":
            self._before = number
        elif word == "trftsWidthB":
            self._unit = number
        elif word == "clshdng":
            self._shaded = number > 0
        else:
            self._fill = number

    def _cell(self, edge: int, limits: Limits) -> None:
        if len(self._edges) >= limits.grid_columns:
            raise ReadError("too_many_columns", "reading_rtf.row_cells", limit=limits.grid_columns)
        self._edges.append(edge)
        self._sideways.append(self._across)
        self._downwards.append(self._down)
        self.fills.append(-1 if self._shaded else self._fill)
        self._begin()

    def shape(self) -> RowShape | None:
        """Return the shape of the row; None where no cell is defined."""
        if not self._edges:
            return None
        left = self._left
        # The room before the first cell is no cell; programs differ in whether the left edge lies before or behind it.
        if self._unit == _TWIPS and 0 < self._before < self._edges[0] - left:
            left += self._before
        edges = (left, *self._edges)
        sideways = list(self._sideways)
        for place, (before, after) in enumerate(pairwise(edges)):
            if place and before == after:
                sideways[place] = GOES_ON  # a cell without width: so LibreOffice writes those merged to one before
        ordered = edges[0] < edges[1] and all(a <= b for a, b in pairwise(edges))
        merged = any(sideways) or any(self._downwards)
        return RowShape(edges, tuple(sideways), tuple(self._downwards), ordered, merged)
