"""The style sheet of a binary Word file: what a style adds to paragraphs and characters that decides text.

That is: hidden or struck text, the list a paragraph is numbered by, and its level among headings.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pipelines.reading.doc.properties import ParagraphProperties, character, paragraph

_PARAGRAPH, _CHARACTER = 1, 2
_NO_STYLE = 0xFFF
_TITLE, _HEADINGS = 62, range(1, 3)
OUTLINE_LEVELS = 2
_MAX_BASES = 20


class Style(NamedTuple):
    """What a style adds: bits of characters, list number and level (0: no list), and whether it is a heading."""

    bits: int = 0
    number: int = 0
    level: int = 0
    is_heading: bool = False


_PLAIN = Style()


class Styles:
    """The styles of a file by number; each is read when it is first asked for."""

    def __init__(self, part: bytes) -> None:
        self._stored: list[bytes] = []
        self._known: dict[int, Style] = {}
        self._base_size = 0
        if len(part) < 6:
            return
        head, count, self._base_size = struct.unpack_from("<HHH", part)
        place = 2 + head
        while place + 2 <= len(part) and len(self._stored) < count:
            (size,) = struct.unpack_from("<H", part, place)
            self._stored.append(part[place + 2 : place + 2 + size])
            place += 2 + size

    def style(self, number: int) -> Style:
        """Return a style with all that it takes from the styles it is based on; one that is not there adds nothing."""
        if number not in self._known:
            chain: list[int] = []
            while number not in chain and number < len(self._stored) and len(chain) < _MAX_BASES:
                chain.append(number)
                stored = self._stored[number]
                number = struct.unpack_from("<H", stored, 2)[0] >> 4 if len(stored) > self._base_size else _NO_STYLE
            found = _PLAIN
            for each in reversed(chain):
                found = self._over(found, self._stored[each])
            self._known[chain[0] if chain else number] = found
            return found
        return self._known[number]

    def is_of_characters(self, number: int) -> bool:
        """Return whether there is a style of characters of this number."""
        stored = self._stored[number] if number < len(self._stored) else b""
        return len(stored) > self._base_size and struct.unpack_from("<H", stored, 2)[0] & 0xF == _CHARACTER

    def _over(self, base: Style, stored: bytes) -> Style:
        """Return a style over the one it is based on."""
        if len(stored) <= self._base_size or self._base_size < 6:
            return base
        kind_of_heading = struct.unpack_from("<H", stored)[0] & 0xFFF
        kind = struct.unpack_from("<H", stored, 2)[0] & 0xF
        parts = _parts(stored, self._base_size)
        if kind == _CHARACTER and parts:
            return base._replace(bits=character(parts[0]).over(base.bits))
        if kind != _PARAGRAPH or len(parts) < 2:
            return base
        own: ParagraphProperties = paragraph(parts[0])
        heading = kind_of_heading == _TITLE or kind_of_heading in _HEADINGS
        outline = own.outline < OUTLINE_LEVELS if own.outline is not None else base.is_heading
        return Style(
            character(parts[1]).over(base.bits),
            base.number if own.number is None else own.number,
            base.level if own.level is None else own.level,
            heading or outline,
        )


def _parts(stored: bytes, base_size: int) -> list[bytes]:
    """Return the property strings of a style, which stand behind its name."""
    if base_size + 2 > len(stored):
        return []
    (length,) = struct.unpack_from("<H", stored, base_size)
    place = base_size + 2 + 2 * length + 2
    found = []
    while place + 2 <= len(stored):
        (size,) = struct.unpack_from("<H", stored, place)
        found.append(stored[place + 2 : place + 2 + size])
        place += 2 + size + size % 2
    return found
