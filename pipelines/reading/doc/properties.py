"""Properties in a binary Word file: the pages that hold them, and what the modifiers of a run of text mean.

Belongs here: how properties are stored, and those that decide what is text. Where a row's cells stand is `rows`,
what styles add is `styles`.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from operator import gt
from typing import NamedTuple

from pipelines.reading.document import ReadError

_PAGE = 512
_MAX_PAGES = 20_000  # of a whole book in many colours
_PAGE_NUMBER = 0x3FFFFF
PARAGRAPH_ENTRY, CHARACTER_ENTRY = 13, 1
_OPERAND_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_TABS, _TABS_LONG = 0xC615, 255
_ODD_OPERANDS = frozenset((0xD606, 0xD608, _TABS))  # the length of the first two takes two bytes
# Properties of characters as bits.
DELETED, HIDDEN, JOINING, SPECIAL, STRUCK, STRUCK_TWICE, RAISED, SYMBOL = 1, 2, 4, 8, 16, 32, 64, 128
DAMAGED = 256  # what the properties say is not known
FAINT = 512  # white, or smaller than any letter that is seen
GONE = DELETED | HIDDEN | JOINING
_BITS = {0x0800: DELETED, 0x083C: HIDDEN, 0x0818: JOINING, 0x0855: SPECIAL, 0x0837: STRUCK, 0x2A53: STRUCK_TWICE}
_RAISED, _SYMBOL, _CHARACTER_STYLE = 0x2A48, 0x6A09, 0x4A30
_CHARACTER_MODIFIERS = frozenset((*_BITS, _RAISED, _SYMBOL, _CHARACTER_STYLE))
# How a run looks: colour by number and by its parts, size and place above the line in half points, and its ground.
_COLOUR_NUMBER, _COLOUR, _SIZE, _POSITION = 0x2A42, 0x6870, 0x4A43, 0x4845
_GROUNDS = frozenset((0x4866, 0xCA71, 0x2A0C))
_READ = _CHARACTER_MODIFIERS | {_COLOUR_NUMBER, _COLOUR, _SIZE, _POSITION} | _GROUNDS
_WHITE_NUMBER, _NEARLY_WHITE, _SMALLEST, _SET_RIGHT = 8, 0xF0, 4, 5
# A single bit makes these of what hides, strikes or raises, or of the style that does; no program writes them.
_MEANT_OTHERWISE = frozenset(code ^ 1 << bit for code in _CHARACTER_MODIFIERS for bit in range(16)) - frozenset((
    *_CHARACTER_MODIFIERS, 0x0801, 0x0802, 0x0811, 0x0835, 0x0836, 0x0838, 0x0839, 0x083A, 0x083B, 0x0854, 0x0856,
    0x085A, 0x085C, 0x085D, 0x0858, 0x0875, 0x6A03, 0x2A0C, 0x2A33, 0x2A34, 0x2A42, 0x4A43, 0x4A4F, 0x4A50, 0x4A51,
))  # fmt: skip
_OUTLINED, _AUTHOR_NEW, _AUTHOR_DELETED = 0x0838, 0x4804, 0x4863
_NEARLY_DELETED = frozenset((0x0801, 0x0802))
# What programs write of a switch; that it is as its style says is not said.
_SWITCHES, _SWITCHED = frozenset((0x0800, 0x083C, 0x0818, 0x0837, 0x2A53)), frozenset((0, 1, 0x81))
_OFF, _AS_STYLE, _NOT_AS_STYLE = 0, 0x80, 0x81
# Modifiers that a piece of text may carry by a short number.
_SHORT = {
    0x0C: 0x260A, 0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x51: 0x0818, 0x57: 0x0837, 0x5C: 0x083C, 0x68: 0x2A48,
    0x73: 0x2A53, 0x75: 0x0855, 0x78: 0x2640,
}  # fmt: skip
# Modifiers of paragraphs.
_IN_TABLE, _ROW_END, _DEPTH, _DEPTH_CHANGE, _INNER_CELL_END, _INNER_ROW_END = (
    0x2416, 0x2417, 0x6649, 0x664A, 0x244B, 0x244C,
)  # fmt: skip
_LIST, _LIST_LEVEL, _OUTLINE, _STYLE = 0x460B, 0x260A, 0x2640, 0x4600
_TABLE_ELSEWHERE = 0x646B
_ELSEWHERE = frozenset((0x6645, 0x6646, _TABLE_ELSEWHERE))
_ELSEWHERE_STORED = tuple(code.to_bytes(2, "little") for code in _ELSEWHERE)
_LONGEST_ELSEWHERE, _MAX_ELSEWHERE = 0x3FA2, 8
# What is longer is not kept from file to file.
_LONGEST_KNOWN = 2_048
_NO = b"\0"
# Modifiers of rows that move or merge cells: definition, left edge, gap, cells added, taken out, widened, merged,
# split, merged downwards, and the room before the first one.
ROW_MODIFIERS = frozenset((0xD608, 0x9601, 0x9602, 0x7621, 0x5622, 0x7623, 0x5624, 0x5625, 0xD62B, 0xF617))
_PARAGRAPH_MODIFIERS = ROW_MODIFIERS | _ELSEWHERE | {
    _IN_TABLE, _ROW_END, _DEPTH, _DEPTH_CHANGE, _INNER_CELL_END, _INNER_ROW_END, _LIST, _LIST_LEVEL, _OUTLINE, _STYLE,
}  # fmt: skip
MAX_DEPTH = 20

Modifier = tuple[int, bytes]


def modifiers(stored: bytes, wanted: frozenset[int]) -> list[Modifier]:
    """Return the wanted modifiers of a property string as (code, operand); one that is cut short ends it."""
    found: list[Modifier] = []
    place, end = 0, len(stored)
    while place + 3 <= end:
        code = stored[place] | stored[place + 1] << 8
        place += 2
        size = _OPERAND_SIZES[code >> 13]
        if not size:
            size = _length(code, stored, place) if code in _ODD_OPERANDS else stored[place] + 1
        if place + size > end:
            break
        if code in wanted:
            found.append((code, stored[place : place + size]))
        place += size
    return found


def is_damaged(stored: bytes) -> bool:
    """Return whether the modifiers of a run are not what a program wrote.

    They do not end where the string does, one of them is a single bit away from one that hides or marks, or says what
    no program writes. Outlined digits and new text with the author of a deletion are as near to hidden and deleted
    text, and hardly ever meant. Switched off where it was on, or bold where it was struck, is beyond what can be known.
    """
    place, end = 0, len(stored)
    codes: set[int] = set()
    while place + 3 <= end:
        code = stored[place] | stored[place + 1] << 8
        place += 2
        size = _OPERAND_SIZES[code >> 13]
        if not size:
            size = _length(code, stored, place) if code in _ODD_OPERANDS else stored[place] + 1
        if code in _MEANT_OTHERWISE or (code == _OUTLINED and stored[place] not in (_OFF, _AS_STYLE)):
            return True
        if code in _SWITCHES and place < end and stored[place] not in _SWITCHED:
            return True
        codes.add(code)
        place += size
    if codes & _NEARLY_DELETED and _AUTHOR_DELETED in codes and _AUTHOR_NEW not in codes:
        return True
    return place > end or any(stored[place:])


def _length(code: int, stored: bytes, place: int) -> int:
    """Return the length of an operand that is not told by its first byte, with the bytes that tell it."""
    if place + 1 >= len(stored):
        return len(stored)
    if code != _TABS:
        return (stored[place] | stored[place + 1] << 8) + 1
    if stored[place] != _TABS_LONG:
        return stored[place] + 1
    # More tabs than a byte can count: four bytes for each one deleted, three for each one added.
    added = place + 2 + 4 * stored[place + 1]
    return added + 1 + 3 * stored[added] - place if added < len(stored) else len(stored)


def short_modifier(number: int, value: int) -> bytes:
    """Return the single modifier of a piece as a property string; empty where it decides nothing here."""
    code = _SHORT.get(number)
    return struct.pack("<HB", code, value) if code else b""


class CharacterProperties(NamedTuple):
    """The bits of a run of characters, those it states itself (the rest are its style's), its style and its symbol."""

    bits: int = 0
    stated: int = 0
    flipped: int = 0
    style: int = 0
    symbol: int = 0

    def over(self, style: int) -> int:
        """Return the bits of the run where its style has some itself."""
        return (style & ~(self.stated | self.flipped)) | (self.flipped & ~style) | self.bits


@lru_cache(maxsize=4096)
def character(stored: bytes) -> CharacterProperties:
    """Return the properties of a run of characters."""
    bits = stated = flipped = style = symbol = 0
    found = modifiers(stored, _READ)
    for code, operand in found:
        bit, value = _BITS.get(code, 0), operand[0]
        if bit:
            bits, stated, flipped = bits & ~bit, stated & ~bit, flipped & ~bit
            if value == _NOT_AS_STYLE:
                flipped |= bit
            elif value != _AS_STYLE:
                stated |= bit
                bits |= bit if value != _OFF else 0
        elif code == _RAISED:
            bits = bits | RAISED if value else bits & ~RAISED
        elif code == _SYMBOL:
            bits, symbol = bits | SYMBOL, operand[2] | operand[3] << 8
        elif code == _CHARACTER_STYLE:
            style = value | operand[1] << 8
    bits |= _looks(dict(found))
    if stored and is_damaged(stored):
        bits |= DAMAGED
    return CharacterProperties(bits, stated, flipped, style, symbol)


def _looks(found: dict[int, bytes]) -> int:
    """Return the bits of a run that stands above its line, or that nobody sees upon paper."""
    bits = RAISED if abs(int.from_bytes(found.get(_POSITION, _NO), "little", signed=True)) > _SET_RIGHT else 0
    colour = found.get(_COLOUR, b"")
    white = min(colour[:3], default=0) >= _NEARLY_WHITE and not any(colour[3:])
    if not colour:
        white = found.get(_COLOUR_NUMBER, _NO)[0] == _WHITE_NUMBER
    tiny = _SIZE in found and int.from_bytes(found[_SIZE], "little") <= _SMALLEST
    return bits | (FAINT if tiny or (white and _GROUNDS.isdisjoint(found)) else 0)


class ParagraphProperties(NamedTuple):
    """The properties of a paragraph that decide structure.

    `depth` counts the tables it stands in, `inner_cell_end` and `row_end` tell what its mark ends. `number` and
    `level` are those of its list (None: as its style says), `outline` its level among headings. `row` are the
    modifiers of the row that it ends, `newer_row` those that Word 2002 and later read in their place.
    """

    style: int = 0
    depth: int = 0
    row_end: bool = False
    inner_cell_end: bool = False
    number: int | None = None
    level: int | None = None
    outline: int | None = None
    row: tuple[Modifier, ...] = ()
    newer_row: tuple[Modifier, ...] = ()


def paragraph(stored: bytes, data: bytes = b"") -> ParagraphProperties:
    """Return the properties of a paragraph: its style's number and its modifiers, some of which lie in `data`.

    Forms are copied from file to file with their properties: those alike, and what they refer to, are read once.
    """
    parts = tuple([(place, _elsewhere(data, place)) for place in _places_elsewhere(stored)])
    if sum([len(part) for _, part in parts]) > _LONGEST_KNOWN:
        return _paragraph_with(stored, data, {})
    try:
        return _known_paragraph(stored, parts)
    except KeyError:
        return _paragraph_with(stored, data, {})


@lru_cache(maxsize=4096)
def _places_elsewhere(stored: bytes) -> tuple[int, ...]:
    """Return the places in the Data stream to which a property string refers itself, as many as are followed."""
    if not any(code in stored for code in _ELSEWHERE_STORED):
        return ()
    found = [int.from_bytes(operand, "little") for _, operand in modifiers(stored[2:], _ELSEWHERE)]
    return tuple(dict.fromkeys(found))[:_MAX_ELSEWHERE]


@lru_cache(maxsize=4096)
def _known_paragraph(stored: bytes, parts: tuple[tuple[int, bytes], ...]) -> ParagraphProperties:
    """Return the properties of a paragraph by its string and what that refers to; KeyError where this refers on."""
    return _paragraph_with(stored, None, dict(parts))


def _paragraph_with(stored: bytes, data: bytes | None, known: dict[int, bytes]) -> ParagraphProperties:
    """Return the properties of a paragraph: what lies elsewhere is known, or is looked up in the data if there are."""
    found: dict[int, bytes] = {}
    row: list[Modifier] = []
    newer_row: list[Modifier] = []
    queue = [(stored[2:], row)]
    seen: set[int] = set()
    for part, rows in queue:
        for code, operand in modifiers(part, _PARAGRAPH_MODIFIERS):
            if code in ROW_MODIFIERS:
                rows.append((code, operand))
            elif code not in _ELSEWHERE:
                found[code] = operand
            elif (place := int.from_bytes(operand, "little")) not in seen:
                if len(seen) >= _MAX_ELSEWHERE:
                    raise ReadError("damaged", "reading_doc.properties_elsewhere", limit=_MAX_ELSEWHERE)
                seen.add(place)
                more = known[place] if data is None else _elsewhere(data, place)
                queue.append((more, newer_row if code == _TABLE_ELSEWHERE else rows))
    return _paragraph(stored, found, tuple(row), tuple(newer_row))


def _elsewhere(data: bytes, place: int) -> bytes:
    """Return the property string at a place in the Data stream."""
    if place + 2 > len(data):
        raise ReadError("damaged", "reading_doc.properties_outside", place=place, size=len(data))
    (size,) = struct.unpack_from("<H", data, place)
    if size > _LONGEST_ELSEWHERE or place + 2 + size > len(data):
        raise ReadError("damaged", "reading_doc.properties_long", length=size, place=place, size=len(data))
    return data[place + 2 : place + 2 + size]


def _paragraph(
    stored: bytes, found: dict[int, bytes], row: tuple[Modifier, ...], newer_row: tuple[Modifier, ...]
) -> ParagraphProperties:
    style = int.from_bytes(found.get(_STYLE, stored[:2]), "little")
    depth = in_table = int(found.get(_IN_TABLE, _NO) != _NO)
    if _DEPTH in found or _DEPTH_CHANGE in found:
        change = int.from_bytes(found.get(_DEPTH_CHANGE, b""), "little", signed=True)
        depth = int.from_bytes(found.get(_DEPTH, _NO), "little", signed=True) + change or in_table
    if not 0 <= depth <= MAX_DEPTH:
        raise ReadError("too_deep", "reading.paragraph_deep", depth=depth, limit=MAX_DEPTH)
    row_end = found.get(_INNER_ROW_END if depth > 1 else _ROW_END, _NO) != _NO
    return ParagraphProperties(
        style,
        depth,
        row_end,
        depth > 1 and found.get(_INNER_CELL_END, _NO) != _NO,
        int.from_bytes(found[_LIST], "little") if _LIST in found else None,
        found[_LIST_LEVEL][0] if _LIST_LEVEL in found else None,
        found[_OUTLINE][0] if _OUTLINE in found else None,
        row if row_end else (),
        newer_row if row_end else (),
    )


class Pages:
    """Runs of file positions with a property string each, from the pages that a part of the table stream names.

    `suspect` are the stretches of pages of characters that hold a string of no run, or strings inside each other: of
    2,200 pages of real files none does, so that a run has lost its own there.
    """

    def __init__(self, document: bytes, part: bytes, entry: int) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.stored: list[bytes] = []
        self.suspect: list[tuple[int, int]] = []
        count = max(len(part) - 4, 0) // 8
        if count > _MAX_PAGES:
            raise ReadError("too_large", "reading_doc.many_pages", count=count, limit=_MAX_PAGES)
        numbers = [n & _PAGE_NUMBER for n in struct.unpack_from(f"<{count}I", part, 4 * (count + 1))] if count else []
        if len(set(numbers)) != len(numbers):
            raise ReadError("damaged", "reading_doc.page_twice")
        for number in numbers:
            self._page(document, number * _PAGE, entry)
        if any(a > b for a, b in pairwise(self.starts)):
            order = sorted(range(len(self.starts)), key=self.starts.__getitem__)
            self.starts = [self.starts[i] for i in order]
            self.ends = [self.ends[i] for i in order]
            self.stored = [self.stored[i] for i in order]

    def _page(self, document: bytes, place: int, entry: int) -> None:
        if place + _PAGE > len(document):
            raise ReadError("truncated", "reading_doc.page_outside", place=place, size=len(document))
        page = document[place : place + _PAGE]
        count = page[-1]
        if 4 * (count + 1) + entry * count >= _PAGE:
            raise ReadError("damaged", "reading_doc.page_runs", place=place, count=count)
        positions = struct.unpack_from(f"<{count + 1}I", page)
        if any(map(gt, positions, positions[1:])):
            raise ReadError("damaged", "reading_doc.page_order", place=place)
        self.starts.extend(positions[:-1])
        self.ends.extend(positions[1:])
        first = 4 * (count + 1)
        read = _stored_paragraph if entry == PARAGRAPH_ENTRY else _stored_character
        places = page[first : first + entry * count : entry]
        strings = {place: read(page, 2 * place) for place in set(places)}
        if entry == CHARACTER_ENTRY and not _is_packed(page, first + count, strings):
            self.suspect.append((positions[0], positions[-1]))
        self.stored.extend(map(strings.__getitem__, places))

    def at(self, position: int) -> bytes:
        """Return the property string of a file position; empty where no run holds it."""
        index = bisect_right(self.starts, position) - 1
        return self.stored[index] if index >= 0 and position < self.ends[index] else b""


def _is_packed(page: bytes, first: int, strings: dict[int, bytes]) -> bool:
    """Return whether the strings of a page stand side by side up to its end, as every program writes them."""
    end = None
    for place in sorted(strings):
        if place:
            begin = 2 * place
            if begin < first or (end is not None and (begin < end or any(page[end:begin]))):
                return False
            end = begin + 1 + len(strings[place])
            end += end % 2
    return end is None or (end <= _PAGE and not any(page[end : _PAGE - 1]))


def _stored_paragraph(page: bytes, place: int) -> bytes:
    """Return a paragraph's property string; its length counts words, with the style's number."""
    if not place:
        return b""
    count = page[place]
    if count:
        return page[place + 1 : place + 2 * count]
    return page[place + 2 : place + 2 + 2 * page[place + 1]] if place + 1 < _PAGE else b""


def _stored_character(page: bytes, place: int) -> bytes:
    return page[place + 1 : place + 1 + page[place]] if place else b""
