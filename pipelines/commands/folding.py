"""Text of Chinese and Latin words folded into lines, as both are written: between Chinese characters, at spaces else.

Folding at spaces alone leaves half a line empty before a Chinese sentence, which is one word to it. Belongs here: where
a line may end. Keep out: printing (`terminal`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# What a line must not begin with stays with the sign before it, what it must not end with with the one after it.
_OPENING, _CLOSING = "（“‘「『《〈【", "，。；：、！？…）”’」』》〉】"
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:[!-~]+|[^!-~\s])[{_CLOSING}]*|.")


def folded(text: str, width: int) -> Iterator[str]:
    """Yield the lines of a text, each at most as wide as so many cells of a terminal; spaces at their ends are gone."""
    from rich.cells import cell_len, chop_cells

    line, wide = "", 0
    for unit in (part for found in _UNIT.findall(text) for part in chop_cells(found, width)):
        if wide + cell_len(unit) > width and line:
            yield line.rstrip()
            line, wide = "", 0
        if line or not unit.isspace():
            line, wide = line + unit, wide + cell_len(unit)
    if line.rstrip():
        yield line.rstrip()
