"""The widths of columns: texts are folded onto more lines, and a number is whole on its line or there is no table.

Belongs here: what must not be folded, and how narrow a column may become. Keep out: printing (`terminal`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.commands.folding import NUMBERS, folds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# What a border and the spaces beside a value take of a line: for each column, and for the table.
_EACH, _ONCE = 3, 1
# A column of texts is never narrower, unless its texts are: less than this is read down and not across.
_LEAST_TEXT = 12
# A number, share, amount, date or time, however it is written, or a key: folded it is read as another.
_NUMBER = re.compile(r"[+-]?[\d０-９][\d０-９.,，:/TZeE+%-]*|[\d０-９.:+-]+ [\d０-９.:+-]+|[+-]?(?:inf|nan)")


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
