"""What holds in a group of Rich Text Format, and what styles and colours are declared.

Belongs here: the properties that words set and groups restore. Keep out: text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipelines.reading.spreadsheet.fonts import WHITE, rgb

NORMAL, FONTS, COLOURS, STYLES, NUMBER = range(5)  # what the text of a group is
_TITLES = re.compile(r"(?:title|标题|(?:heading|标题) ?[12])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?\d", re.IGNORECASE)
_MAX_BASES = 20
_NO_BASE = 222
OUTLINE_LEVELS = 2
# Programs have this many colours, whatever table a file brings.
_HIGHLIGHTS = 17


class State:
    """The properties of a group; `close` is what its end does. A copy of it is the state of a group inside."""

    def __init__(self) -> None:
        self.target = NORMAL
        self.muted = self.saved_muted = self.inner = False
        self.skips = 1  # characters that follow a Unicode one for readers that know none
        self.base = _NO_BASE
        self.close: Callable[[], None] | None = None
        self.plain(0)
        self.paragraph()

    def plain(self, font: int) -> None:
        """Reset the properties of characters."""
        self.font = font
        self.far_eastern: int | None = None
        self.is_far_eastern = False
        self.deleted = False
        # None where no word says it, so that a style may.
        self.hidden: bool | None = None
        self.struck: bool | None = None
        self.raised: bool | None = None
        self.colour = self.back = self.char_style = 0

    def paragraph(self) -> None:
        """Reset the properties of paragraphs."""
        self.in_table = False
        self.nested = self.style = self.list_id = self.shade = 0
        self.outline: int | None = None

    def group(self) -> State:
        """Return the state of a group that begins inside this one."""
        inside = State.__new__(State)
        inside.__dict__.update(self.__dict__)
        inside.close = None
        return inside


class Style(NamedTuple):
    """What a style says of its text; `contents`: a line of the table of contents."""

    name: str = ""
    base: int = _NO_BASE
    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    outline: int | None = None

    @property
    def heading(self) -> bool:
        """Return whether its paragraphs are titles."""
        return _TITLES.match(self.name) is not None

    @property
    def contents(self) -> bool:
        """Return whether its paragraphs are lines of the table of contents."""
        return _CONTENTS.match(self.name) is not None


PLAIN = Style()


class Styles:
    """The styles of a document by number."""

    def __init__(self) -> None:
        self._written: dict[int, Style] = {}
        self._known: dict[int, Style] = {}

    def add(self, state: State, name: str) -> None:
        """Add a style, whose properties are those of its group in the style sheet."""
        number = state.char_style or state.style
        style = Style(name, state.base, state.hidden, state.struck, state.raised, state.outline)
        self._written[number] = style
        self._known.clear()

    def has(self, number: int) -> bool:
        """Return whether there is a style of this number, or no sheet of them."""
        return not self._written or number in self._written or not number

    def get(self, number: int) -> Style:
        """Return a style with what it takes from those it is based on."""
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._resolved(number)
        return known

    def _resolved(self, number: int) -> Style:
        own = base = self._written.get(number, PLAIN)
        seen = {number}
        while base.base not in seen and base.base in self._written and len(seen) < _MAX_BASES:
            seen.add(base.base)
            base = self._written[base.base]
            own = own._replace(
                hidden=base.hidden if own.hidden is None else own.hidden,
                struck=base.struck if own.struck is None else own.struck,
                raised=base.raised if own.raised is None else own.raised,
                outline=base.outline if own.outline is None else own.outline,
            )
        return own


class Colours:
    """The table of colours: red, green and blue by number, None where the program chooses."""

    def __init__(self) -> None:
        self._known: list[int | None] = []
        self._parts: dict[str, int] = {}

    def part(self, word: str, number: int) -> None:
        """Take a part of a colour."""
        self._parts[word] = number & 255

    def end(self, text: str) -> None:
        """End as many colours as there are semicolons."""
        for _ in range(text.count(";")):
            parts = [self._parts.get(word, 0) for word in ("red", "green", "blue")]
            self._known.append(rgb(parts[0] << 16 | parts[1] << 8 | parts[2]) if self._parts else None)
            self._parts = {}

    def has(self, number: int) -> bool:
        """Return whether there is a colour of this number, or no table of them."""
        return not self._known or 0 <= number < max(len(self._known), _HIGHLIGHTS)

    def get(self, number: int) -> int | None:
        """Return a colour."""
        return self._known[number] if 0 <= number < len(self._known) else None

    def is_unseen(self, colour: int, backs: tuple[int, ...]) -> bool:
        """Return whether text of a colour is not seen upon what lies behind it: the first of `backs` that is one.

        A negative number is a pattern, upon which anything may be seen.
        """
        own = self.get(colour)
        if own is None:
            return False
        behind = next((back for back in backs if back), 0)
        paper = self.get(behind)
        return behind >= 0 and own == (WHITE if paper is None else paper)
