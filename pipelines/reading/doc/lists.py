"""Automatic numbers of a binary Word file: what its lists print before their paragraphs.

The number is no character of the text, yet a report's sections and rows are told by it. A format that is not known
prints nothing, and the paragraph is doubted.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pipelines.reading.doc.header import LIST_OVERRIDES, LISTS, WordFile

_LIST_SIZE, _OVERRIDE_SIZE, _LEVEL_HEAD = 28, 16, 28
_LEVELS = 9
_SIMPLE = 0x01  # a list of one level
_STARTS, _REPLACES = 0x10, 0x20
_LEGAL = 0x04
_TAB, _SPACE = 0, 1
# Numbers from 0xF800 on mean that the list was taken off the paragraph.
_LAST_LIST = 0x7FE
_BULLET, _NONE = 23, 255
_CHINESE = frozenset((11, 33, 35, 37, 39))
_DIGITWISE = frozenset((10, 36))
_PLAIN = frozenset((0, 14, 15, 19))
_CIRCLED = {18: 0x2460, 28: 0x2460, 26: 0x2488, 27: 0x2474}
_MAX_CIRCLED = 20
_PADDED = 22
_NUMERALS = "〇一二三四五六七八九"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MAX_SPELLED = 99


class Level(NamedTuple):
    """A level of a list: its first number, their format, the text around them, and what follows."""

    start: int
    form: int
    text: str
    follow: int
    is_legal: bool


class Override(NamedTuple):
    """The use of a list: the list's id, and by level another start or another level."""

    list_id: int
    starts: dict[int, int]
    levels: dict[int, Level]


def spelled(number: int, form: int) -> str | None:
    """Return a number in a format of Word; None where the format is not known or the number too large for it."""
    if form in _PLAIN:
        return str(number)
    if form == _PADDED:
        return f"{number:02}"
    if not 0 < number <= _MAX_SPELLED:
        return None
    if form in _CHINESE:
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else "") + (_NUMERALS[ones] if ones else "")
    if form in _DIGITWISE:
        return "".join(_NUMERALS[int(digit)] for digit in str(number))
    if form in _CIRCLED and number <= _MAX_CIRCLED:
        return chr(_CIRCLED[form] + number - 1)
    return _latin(number, form)


def _latin(number: int, form: int) -> str | None:
    if form in (1, 2):
        text = ""
        for value, letters in _ROMAN:
            while number >= value:
                text, number = text + letters, number - value
        return text.upper() if form == 1 else text
    if form in (3, 4):
        letter = chr((65 if form == 3 else 97) + (number - 1) % 26)
        return letter * ((number - 1) // 26 + 1)
    return None


class Lists:
    """The lists of a file, with a counter for every level of each."""

    def __init__(self, file: WordFile) -> None:
        start, length = file.place(LISTS)
        self._lists = _lists(file.table, start) if length else {}
        self._uses = _overrides(file.part(LIST_OVERRIDES))
        self._counters: dict[int, list[int | None]] = {}
        self._started: set[tuple[int, int]] = set()

    def number(self, use: int, level: int) -> str | None:
        """Count a paragraph and return what is printed before it; None where that is not known."""
        if not 0 < use <= _LAST_LIST:
            return ""
        if use > len(self._uses):
            return None
        override = self._uses[use - 1]
        levels = [override.levels.get(i, own) for i, own in enumerate(self._lists.get(override.list_id, ()))]
        if level >= len(levels):
            return None
        counters = self._counters.setdefault(override.list_id, [None] * _LEVELS)
        self._count(counters, use, level, levels[level], override)
        return _printed(levels, level, counters)

    def _count(self, counters: list[int | None], use: int, level: int, own: Level, override: Override) -> None:
        first = override.starts.get(level)
        above = counters[level]
        if first is not None and (use, level) not in self._started:
            counters[level] = first
        elif above is None:
            counters[level] = own.start if first is None else first
        else:
            counters[level] = above + 1
        self._started.add((use, level))
        counters[level + 1 :] = [None] * (_LEVELS - level - 1)


def _printed(levels: list[Level], level: int, counters: list[int | None]) -> str | None:
    own = levels[level]
    if own.form in (_BULLET, _NONE):
        return "" if own.form == _BULLET else own.text
    parts = []
    for letter in own.text:
        place = ord(letter)
        if place >= _LEVELS:
            parts.append(letter)
            continue
        if place >= len(levels):
            return None
        count = counters[place]
        part = spelled(levels[place].start if count is None else count, 0 if own.is_legal else levels[place].form)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts) + (" " if own.follow in (_TAB, _SPACE) else "")


def _lists(table: bytes, start: int) -> dict[int, list[Level]]:
    """Return the levels of the lists by id; what is cut short ends them."""
    if start + 2 > len(table):
        return {}
    (count,) = struct.unpack_from("<H", table, start)
    place = start + 2 + _LIST_SIZE * count
    found: dict[int, list[Level]] = {}
    for index in range(count):
        head = start + 2 + _LIST_SIZE * index
        if head + _LIST_SIZE > len(table):
            return found
        (list_id,) = struct.unpack_from("<i", table, head)
        levels = []
        for _ in range(1 if table[head + 26] & _SIMPLE else _LEVELS):
            level, place = _level(table, place)
            if level is None:
                return found
            levels.append(level)
        found[list_id] = levels
    return found


def _level(table: bytes, place: int) -> tuple[Level | None, int]:
    """Return a level and where the next one begins; None where it is cut short."""
    if place + _LEVEL_HEAD > len(table):
        return None, place
    start, form, flags = struct.unpack_from("<iBB", table, place)
    follow, characters, paragraphs = table[place + 15], table[place + 24], table[place + 25]
    place += _LEVEL_HEAD + characters + paragraphs
    if place + 2 > len(table):
        return None, place
    (length,) = struct.unpack_from("<H", table, place)
    text = table[place + 2 : place + 2 + 2 * length].decode("utf-16-le", "replace")
    return Level(start, form, text, follow, bool(flags & _LEGAL)), place + 2 + 2 * length


def _overrides(part: bytes) -> list[Override]:
    """Return the uses of lists in the order of their numbers; what is cut short ends them."""
    if len(part) < 4:
        return []
    (count,) = struct.unpack_from("<I", part)
    count = min(count, (len(part) - 4) // _OVERRIDE_SIZE)
    place = 4 + _OVERRIDE_SIZE * count
    found: list[Override] = []
    for index in range(count):
        head = 4 + _OVERRIDE_SIZE * index
        (list_id,) = struct.unpack_from("<i", part, head)
        override = Override(list_id, {}, {})
        place += 4
        for _ in range(part[head + 12]):
            if place + 8 > len(part):
                return [*found, override]
            first, flags = struct.unpack_from("<iI", part, place)
            place += 8
            if flags & _REPLACES:
                level, place = _level(part, place)
                if level is None:
                    return [*found, override]
                override.levels[flags & 0xF] = level
                first = level.start
            if flags & _STARTS:
                override.starts[flags & 0xF] = first
        found.append(override)
    return found
