"""Text of Chinese and Latin words folded into lines, as both are written: between Chinese characters, at spaces else.

Folding at spaces alone leaves half a line empty before a Chinese sentence, which is one word to it. Belongs here: where
a line may end, and what of a text is a number. Keep out: printing (`terminal`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a line must not begin with stays with the sign before it, what it must not end with with the one after it.
_OPENING, _CLOSING = "（“‘「『《〈【", "，。；：、！？…）”’」』》〉】"
# A number as it is written within a text, with what sticks to it: a sign, a bracket, a currency or an exponent on
# another line makes two numbers of it, or another one. Letters beside it are a word's, and may stand elsewhere.
NUMBERS = re.compile(
    r"[+\-−$¥￥€£~<>=(\[{\"'#…]{0,3}[\d０-９]+(?:[.,，:/%eE+\-−…_]*[\d０-９]+)*(?:[eE][+-]?)?[%‰)\]}\"'+\-−,.;…]{0,3}"
)
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:{NUMBERS.pattern}[!-~]*|[!-~]+|[^!-~\s])[{_CLOSING}]*|.")


def has_number(text: str) -> bool:
    """Tell whether there is a number in a text."""
    return NUMBERS.search(text) is not None


def folded(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, each at most as wide as so many cells of a terminal; spaces at their ends are gone."""
    for start, end in folds(text, width):
        yield text[start:end]


def folds(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield where each line of a text begins and ends. A number is parted only where it alone is wider than a line."""
    from rich.cells import cell_len

    start, at, wide = 0, 0, 0
    for unit in _units(text, width):
        if wide + cell_len(unit) > width and at > start:
            yield from _trimmed(text, start, at)
            start, wide = at, 0
        at += len(unit)
        if 0 < start == at - len(unit) and unit.isspace():
            start = at
        else:
            wide += cell_len(unit)
    yield from _trimmed(text, start, at)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if kept := text[start:end].rstrip():
        yield start, start + len(kept)


def _units(text: str, width: int) -> Iterator[str]:
    """Yield what stands on one line: words, and of one that is wider than a line its numbers and what is between."""
    from rich.cells import cell_len, chop_cells

    for unit in _UNIT.findall(text):
        if cell_len(unit) <= width:
            yield unit
            continue
        at = 0
        for number in NUMBERS.finditer(unit):
            yield from unit[at : number.start()]
            yield from chop_cells(number[0], width)
            at = number.end()
        yield from unit[at:]
