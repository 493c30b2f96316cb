"""The lines of a page in pieces: what stands apart on a line, and what begins with a number as labels do.

Belongs here: lines and pieces of them. Keep out: which of them are tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.reading.pdf.columns import FIGURE, PROSE
from pipelines.reading.pdf.head import gap, joined_words
from pipelines.reading.pdf.labels import is_numbered
from pipelines.reading.pdf.marks import Snippet
from pipelines.reading.pdf.text import Word, words_of
from pipelines.reading.pdf.unclear import UNIT

# All lengths are parts of the height of the text. Words of a line stand this far apart; a unit stands nearer.
_PIECE, _APART = 0.2, 1.0
# What stands on one line is so much lower than the next, and all of it than the first.
_STEP, _SPREAD = 0.3, 0.7


class PieceRow(NamedTuple):
    """A line of a page in pieces; `figures` are those that are numbers, or marks that stand for none."""

    pieces: list[Word]
    figures: list[Word]
    top: float
    bottom: float


def grouped_lines(snippets: Sequence[Snippet]) -> list[list[Snippet]]:
    """Return lines from top to bottom; the label of a group between two of them parts neither from its figures."""
    lines: list[list[Snippet]] = []
    start = last = 0.0
    for snippet in sorted(snippets, key=_middle):
        middle, height = _middle(snippet) / 2, snippet.bottom - snippet.top
        if (
            lines
            and (height == 0.0 or middle - last <= _STEP * height)
            and middle - start <= _SPREAD * max(height, 1.0)
        ):
            lines[-1].append(snippet)
        else:
            lines.append([snippet])
            start = middle
        last = middle
    return [sorted(line, key=_left) for line in lines if any(snippet.text != " " for snippet in line)]


def _middle(snippet: Snippet) -> float:
    return snippet.top + snippet.bottom


def _left(snippet: Snippet) -> float:
    return snippet.left


def row_of(line: Sequence[Snippet]) -> PieceRow:
    """Return a line in pieces."""
    pieces = _with_units(_pieces(line))
    figures = [piece for piece in pieces if FIGURE.match(piece.text)]
    top, bottom = min(snippet.top for snippet in line), max(snippet.bottom for snippet in line)
    return PieceRow(pieces, [] if any(PROSE.search(piece.text) for piece in pieces) else figures, top, bottom)


def _pieces(line: Sequence[Snippet]) -> list[Word]:
    """Return what stands on a line in pieces: apart from each other, or beginning with a number as labels do."""
    parts: list[list[Snippet]] = [[]]
    for snippet in line:
        above = parts[-1][-1].text if parts[-1] else "第"
        if is_numbered(snippet.text) and not above.endswith(("第", "（", "(")) and not FIGURE.match(above):
            parts.append([])
        parts[-1].append(snippet)
    return [word for part in parts if part for word in words_of(part, _PIECE)]


def _with_units(pieces: list[Word]) -> list[Word]:
    """Join the unit to its number."""
    joined: list[Word] = []
    for piece in pieces:
        if joined and UNIT.match(piece.text) and FIGURE.match(joined[-1].text) and gap(joined[-1], piece) < _APART:
            joined[-1] = joined_words(joined[-1], piece)
        else:
            joined.append(piece)
    return joined
