"""The header of a binary Word file: which version it is, where its parts lie, and whether it can be read at all.

Word 97 to 2003 and WPS write this format. Word 6 and 95 write another one under the same name: recognised, not read.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pipelines.reading.compound import streams_of
from pipelines.reading.document import ReadError

# Numbers of the pairs (offset, length) in the header.
STYLES, CHARACTERS, PARAGRAPHS, PIECES, LISTS, LIST_OVERRIDES = 1, 12, 13, 33, 73, 74
_WORD_97, _WORD_95 = 0xA5EC, (0xA5DC, 0xA697, 0xA698, 0xA699)
_LAST_WORD_95 = 105
_ENCRYPTED, _SECOND_TABLE, _PICTURES = 0x0100, 0x0200, 0x0008
_BASE = 32
# Of the numbers in the header: characters of body, footnotes, page headers, macros, comments, endnotes, text boxes.
_BODY, _BOXES, _NUMBERS = 3, 9, 11


class WordFile(NamedTuple):
    """The streams of a file, where its stories begin and end, and the pairs (offset, length) of its parts."""

    document: bytes
    table: bytes
    data: bytes
    body: tuple[int, int]
    boxes: tuple[int, int]
    places: tuple[int, ...]
    has_pictures: bool

    def part(self, number: int) -> bytes:
        """Return a part of the table stream by the number of its pair; empty where the file has none."""
        start, length = self.place(number)
        return self.table[start : start + length]

    def place(self, number: int) -> tuple[int, int]:
        """Return where a part of the table stream lies. Raises ReadError where that is outside of it."""
        if 2 * number + 1 >= len(self.places):
            return 0, 0
        start, length = self.places[2 * number : 2 * number + 2]
        if length and start + length > len(self.table):
            raise ReadError(
                "damaged", "reading_doc.part_outside", number=number, end=start + length, size=len(self.table)
            )
        return start, length


def open_word(data: bytes) -> WordFile:
    """Open a Word file. Raises ReadError where it is encrypted, of an older version, cut short or damaged."""
    streams = streams_of(data, ("WordDocument", "0Table", "1Table", "Data"))
    document = streams.get("WordDocument", b"")
    if len(document) < _BASE:
        raise ReadError("truncated", "reading_doc.header_short", size=len(document))
    ident, version = struct.unpack_from("<HH", document)
    (flags,) = struct.unpack_from("<H", document, 10)
    if ident in _WORD_95 or (ident == _WORD_97 and version <= _LAST_WORD_95):
        raise ReadError("unsupported_format", "reading_doc.word_95", version=version)
    if ident != _WORD_97:
        raise ReadError("damaged", "reading_doc.begins_otherwise", ident=ident)
    if flags & _ENCRYPTED:
        raise ReadError("encrypted", "reading.asks_for_password")
    name = "1Table" if flags & _SECOND_TABLE else "0Table"
    if name not in streams:
        raise ReadError("damaged", "reading_doc.stream_missing", name=name)
    numbers, places = _numbers(document)
    stories = numbers[_BODY : _BOXES + 1]
    first_box = sum(stories[:-1])
    return WordFile(
        document,
        streams[name],
        streams.get("Data", b""),
        (0, stories[0]),
        (first_box, first_box + stories[-1]),
        places,
        bool(flags & _PICTURES) or bool(streams.get("Data")),
    )


def _numbers(document: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers and the pairs of the header, each array preceded by its length."""
    try:
        (shorts,) = struct.unpack_from("<H", document, _BASE)
        place = _BASE + 2 + 2 * shorts
        (longs,) = struct.unpack_from("<H", document, place)
        numbers = struct.unpack_from(f"<{longs}I", document, place + 2)
        place += 2 + 4 * longs
        (pairs,) = struct.unpack_from("<H", document, place)
        places = struct.unpack_from(f"<{2 * pairs}I", document, place + 2)
    except struct.error as error:
        raise ReadError("truncated", "reading_doc.header_cut", error=error) from error
    if len(numbers) < _NUMBERS or len(places) <= 2 * PIECES + 1:
        raise ReadError("damaged", "reading_doc.header_numbers", numbers=len(numbers), parts=len(places) // 2)
    return numbers, places
