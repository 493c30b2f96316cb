"""Digits that are set apart: one number with wide spacing, or several.

Belongs here: whether characters of one cell are evenly spaced. Keep out: text that no lines part from other cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from pipelines.contracts.codes import code_list
from pipelines.reading.pdf.marks import Snippet
from pipelines.reading.pdf.text import FIGURES, IN_NUMBERS

(WIDE_GAP,) = code_list("cell_note").named("wide_gap")
_SIGNS = frozenset("+-＋－")
_UNITS = frozenset("件项条批次个宗起份例户元万亿")
_FIRST = _SIGNS | IN_NUMBERS | {" "}
# All lengths are parts of the height of a character. A narrower gap is none, a wider one parts two numbers; programs
# space all characters of a text alike, and people do not.
_GAP, _WIDEST, _EVEN, _LEVEL = 0.2, 1.1, 0.06, 0.2
# So many characters show that they are spaced evenly; two are one number where so many others of the table are.
_SHOWN, _OTHERS = 3, 3


def spacings(cells: Iterable[Sequence[Snippet]]) -> frozenset[float]:
    """Return the steps from character to character with which numbers of a table are spaced, in points."""
    steps = Counter(
        step
        for snippets in cells
        if len(snippets) >= _SHOWN and snippets[0].text in IN_NUMBERS and (step := _step(snippets)) is not None
    )
    return frozenset(step for step, count in steps.items() if count >= _OTHERS)


def spaced_number(snippets: Sequence[Snippet], known: frozenset[float]) -> tuple[str, str | None] | None:
    """Return the number whose characters stand apart, with its doubt; None where a cell holds anything else.

    `known` are the spacings of other numbers of its table.
    """
    if len(snippets) < 2 or snippets[0].text not in _FIRST:
        return None
    if any(len(snippet.text) != 1 or snippet.turns for snippet in snippets):
        return None
    characters = [snippet for snippet in snippets if snippet.text != " "]
    if not _is_number([snippet.text for snippet in characters]) or not _has_gap(characters):
        return None
    text = "".join(snippet.text for snippet in characters)
    if any(snippet.doubt for snippet in characters):
        return None
    step = _step(snippets)
    if step is not None and (len(characters) >= _SHOWN or step in known):
        return text, None
    return " ".join(text), WIDE_GAP


def _is_number(texts: Sequence[str]) -> bool:
    """Return whether characters can be those of one number, with its sign and its unit."""
    begin = 1 if texts and texts[0] in _SIGNS else 0
    end = next((index for index, text in enumerate(texts) if text in _UNITS), len(texts))
    figures = texts[begin:end]
    return sum(text in FIGURES for text in figures) > 1 and IN_NUMBERS.issuperset(figures) and len(texts) - end <= 2


def _has_gap(snippets: Sequence[Snippet]) -> bool:
    height = snippets[0].bottom - snippets[0].top
    level = all(abs(snippet.top - snippets[0].top) <= _LEVEL * height for snippet in snippets)
    ordered = sorted(snippets, key=_left)
    gaps = [b.left - a.right for a, b in pairwise(ordered) if {a.text, b.text} <= IN_NUMBERS]
    return level and ordered == list(snippets) and any(gap > _GAP * height for gap in gaps)


def _step(snippets: Sequence[Snippet]) -> float | None:
    """Return how far the characters of a number stand apart from beginning to beginning; None where not evenly."""
    height = snippets[0].bottom - snippets[0].top
    gaps = [b.left - a.right for a, b in pairwise(snippets)]
    steps = [b.left - a.left for a, b in pairwise(snippets)]
    if not gaps or not all(_GAP * height < gap <= _WIDEST * height for gap in gaps):
        return None
    even = min(max(gaps) - min(gaps), max(steps) - min(steps)) <= _EVEN * height
    return round(min(steps), 1) if even and all(snippet.text != " " for snippet in snippets) else None


def _left(snippet: Snippet) -> float:
    return snippet.left
