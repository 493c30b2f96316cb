"""The pictures that stand in the text of a binary Word file, in reading order: what is to be recognised.

Belongs here: pictures in the line of a text. Keep out: those that float over it, which are stored elsewhere.
"""

from __future__ import annotations

import struct

from pipelines.reading.doc.header import CHARACTERS, STYLES, open_word
from pipelines.reading.doc.properties import CHARACTER_ENTRY, Pages, modifiers
from pipelines.reading.doc.styles import Styles
from pipelines.reading.doc.text import PICTURE, read_text
from pipelines.reading.limits import Limits

# Where in the stream of data the picture of a character is.
_PLACE = 0x6A03
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def pictures(data: bytes, limits: Limits) -> list[tuple[str, bytes]]:
    """Return the pictures of a Word file with their names, each once. Raises ReadError as `read_document` does."""
    file = open_word(data)
    text = read_text(file, Styles(file.part(STYLES)))
    pages = Pages(file.document, file.part(CHARACTERS), CHARACTER_ENTRY)
    places: dict[int, None] = {}
    for piece in text.pieces:
        at = text.clean.find(PICTURE, piece.first, piece.last)
        while at >= 0 and len(places) < limits.pages:
            stored = pages.at(piece.place + (at - piece.first) * piece.width)
            for _, operand in modifiers(stored, frozenset((_PLACE,))):
                places[struct.unpack("<I", operand)[0]] = None
            at = text.clean.find(PICTURE, at + 1, piece.last)
    found = [picture for place in places if (picture := _picture(file.data, place)) is not None]
    return [(f"picture {number}", each) for number, each in enumerate(found, start=1)]


def _picture(data: bytes, place: int) -> bytes | None:
    """Return the picture file in the record at a place, with whatever of the record is behind it."""
    if place + 6 > len(data):
        return None
    size, head = struct.unpack_from("<IH", data, place)
    record = data[place + head : place + size]
    begins = [begin for magic in _MAGIC if (begin := record.find(magic)) >= 0]
    return record[min(begins) :] if begins else None
