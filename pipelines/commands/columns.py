"""Texts folded into lines and columns: a number is whole on its line, or there is no table.

Chinese and Latin words are folded as both are written: between Chinese characters, at spaces else. Folding at spaces
alone leaves half a line empty before a Chinese sentence, which is one word to it. Belongs here: where a line may end,
and how narrow a column may become. Keep out: printing (`terminal`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# What a border and the spaces beside a value take of a line: for each column, and for the table.
_EACH, _ONCE = 3, 1
# A column of texts is never narrower, unless its texts are: less than this is read down and not across.
_LEAST_TEXT = 12
# A number, share, amount, date or time, however it is written, or a key: folded it is read as another.
_NUMBER = re.compile(r"[+-]?[\d０-９][\d０-９.,，:/TZeE+%-]*|[\d０-９.:+-]+ [\d０-９.:+-]+|[+-]?(?:inf|nan)")
# What a line must not begin with stays with the sign before it, what it must not end with with the one after it.
_OPENING, _CLOSING = "（“‘「『《〈【", "，。；：、！？…）”’」』》〉】"
# A number as it is written within a text, with what sticks to it: a sign, a bracket, a currency or an exponent on
# another line makes two numbers of it, or another one. Letters beside it are a word's, and may stand elsewhere.
NUMBERS = re.compile(
    r"[+\-−$¥￥€£~<>=(\[{\"'#…]{0,3}[\d０-９]+(?:[.,，:/%eE+\-−…_]*[\d０-９]+)*(?:[eE][+-]?)?[%‰)\]}\"'+\-−,.;…]{0,3}"
)
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:{NUMBERS.pattern}[!-~]*|[!-~]+|[^!-~\s])[{_CLOSING}]*|.")


def is_number(text: str) -> bool:
    """Tell whether a text is a number, date or time, of which no part may be missing on its line."""
    return _NUMBER.fullmatch(text.strip()) is not None


def fitting_widths(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Return how wide each column is printed in so many cells of a terminal; None where they do not fit side by side.

    The widest give way first, down to their longest number, and texts to twelve cells.
    """
    from rich.cells import cell_len

    widths, least = [], []
    for place, name in enumerate(names):
        values = [line for row in rows for line in row[place].splitlines()]
        wide = max(map(cell_len, values), default=0)
        whole = max((cell_len(value) for value in values if is_number(value)), default=0)
        texts = [*values, *name.splitlines()]
        digits = max((cell_len(found[0]) for text in texts for found in NUMBERS.finditer(text)), default=0)
        head = max(map(cell_len, name.splitlines()), default=0)
        widths.append(max(wide, head))
        least.append(max(whole, digits, min(_LEAST_TEXT, wide), min(_LEAST_TEXT, head)))
    room = width - _EACH * len(names) - _ONCE
    if sum(least) > room:
        return None
    while sum(widths) > room:
        _narrow(widths, least, sum(widths) - room)
    return widths


def table_width(widths: Sequence[int]) -> int:
    """Return how wide a table of such columns is."""
    return sum(widths) + _EACH * len(widths) + _ONCE


def with_whole_numbers(text: str, width: int, console: Console) -> str:
    """Return a text that is folded to a width, folded otherwise where a number in it would stand on two lines.

    Only a word without spaces that is longer than the width (a path, a hash) is folded anywhere but in its numbers.
    """
    from rich.cells import cell_len
    from rich.text import Text

    if all(cell_len(line) <= width for line in text.splitlines()):
        return text
    lines = [line.plain for line in Text(text).wrap(console, width, overflow="fold")]
    is_parted = any(
        found.start() < len(each) < found.end()
        for each, after in pairwise(lines)
        for found in NUMBERS.finditer(each + after)
    )
    if not is_parted:
        return text
    return "\n".join(line[start:end] for line in text.splitlines() for start, end in folds(line, width))


def with_folded_lines(text: Text, width: int) -> Text:
    """Return a line of texts and styles on as many lines as it takes, each indented as the first, no number on two."""
    from rich.text import Text

    indent = len(text.plain) - len(text.plain.lstrip(" "))
    inner = text[indent:]
    return Text("\n").join(Text(" " * indent) + inner[a:b] for a, b in folds(inner.plain, max(width - indent, 1)))


def _narrow(widths: list[int], least: list[int], excess: int) -> None:
    """Take from the widest of those that can give, alike, until the next widest or what they need at least."""
    wider = [place for place, wide in enumerate(widths) if wide > least[place]]
    widest = max(widths[place] for place in wider)
    giving = [place for place in wider if widths[place] == widest]
    others = [widths[place] for place in wider if widths[place] < widest]
    most = widest - max([*others, *(least[place] for place in giving)])
    for left, place in zip(range(len(giving), 0, -1), giving, strict=True):
        given = min(most, round(excess / left))
        widths[place] -= given
        excess -= given


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
