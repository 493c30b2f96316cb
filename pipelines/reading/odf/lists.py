"""Automatic numbers of OpenDocument lists (一、 1.), which stand in no paragraph but are shown before it.

Belongs here: the levels of list styles, and counting. Keep out: paragraphs.
"""

from __future__ import annotations

from typing import NamedTuple

from pipelines.reading.doc.lists import spelled
from pipelines.reading.odf.names import Attributes

# Numbers of the formats as binary Word files have them.
_FORMATS = {"1": 0, "I": 1, "i": 2, "A": 3, "a": 4, "一, 二, 三, ...": 11, "①, ②, ③, ...": 18}
_MAX_LEVEL, _MAX_DIGITS = 10, 6
Counters = list[int | None]


class _Level(NamedTuple):
    """A level of a list style: its format (empty: none is shown), the text around it, and its first number."""

    form: str = ""
    before: str = ""
    after: str = ""
    shown: int = 1
    start: int = 1


class _Open(NamedTuple):
    """A list that is open: its style, and the numbers of its levels so far."""

    style: str
    counters: Counters


def _count(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) <= _MAX_DIGITS else default


class Lists:
    """List styles and counters. Feed the elements of styles and of lists; `label` is taken once for each item."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._style = ""
        self._open: list[_Open] = []
        self._by_id: dict[str, Counters] = {}
        self._by_style: dict[str, Counters] = {}
        self._waits = False

    def describe(self, name: str, attributes: Attributes) -> None:
        """Take an element of a style."""
        if name == "text:list-style":
            self._style = attributes.get("style:name", "")
        elif name == "text:list-level-style-number":
            self._levels[self._style, _count(attributes.get("text:level"), 1)] = _Level(
                attributes.get("style:num-format", ""),
                attributes.get("style:num-prefix", ""),
                attributes.get("style:num-suffix", ""),
                _count(attributes.get("text:display-levels"), 1),
                _count(attributes.get("text:start-value"), 1),
            )

    def start(self, attributes: Attributes) -> None:
        """Begin a list, or a level of one."""
        style = attributes.get("text:style-name", self._open[-1].style if self._open else "")
        if self._open:
            counters = self._open[-1].counters
        else:
            counters = self._continued(style, attributes) or [None] * (_MAX_LEVEL + 1)
            self._by_style[style] = counters
            self._by_id[attributes.get("xml:id", "")] = counters
        self._open.append(_Open(style, counters))

    def _continued(self, style: str, attributes: Attributes) -> Counters | None:
        if (above := attributes.get("text:continue-list")) is not None:
            return self._by_id.get(above)
        return self._by_style.get(style) if attributes.get("text:continue-numbering") == "true" else None

    def end(self) -> None:
        """End a list, or a level of one."""
        if self._open:
            self._open.pop()

    def item(self, attributes: Attributes) -> None:
        """Begin an item."""
        depth = len(self._open)
        if not 0 < depth <= _MAX_LEVEL:
            return
        style, counters = self._open[-1]
        above = counters[depth]
        first = self._levels.get((style, depth), _Level()).start
        counters[depth] = _count(attributes.get("text:start-value"), first if above is None else above + 1)
        counters[depth + 1 :] = [None] * (_MAX_LEVEL - depth)
        self._waits = True

    def label(self) -> str | None:
        """Return what is shown before the first paragraph of an item, once; None where that is not known."""
        waits, self._waits = self._waits, False
        if not waits or not self._open:
            return ""
        style, counters = self._open[-1]
        depth = len(self._open)
        own = self._levels.get((style, depth), _Level())
        if not own.form:
            return ""
        parts = []
        for level in range(max(depth - own.shown, 0) + 1, depth + 1):
            part = spelled(counters[level] or 1, _FORMATS.get(self._levels.get((style, level), own).form, -1))
            if part is None:
                return None
            parts.append(part)
        text = own.before + ".".join(parts) + own.after
        return f"{text} " if text[-1:].isascii() else text
