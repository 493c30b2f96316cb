"""The text of a binary Word file in reading order, without what is deleted, hidden or the code of a field.

Every character keeps its place: what is taken out is NUL until a paragraph is cut out.
"""

from __future__ import annotations

import re
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.header import CHARACTERS, PIECES, WordFile
from pipelines.reading.doc.properties import (
    CHARACTER_ENTRY,
    DAMAGED,
    GONE,
    RAISED,
    SPECIAL,
    STRUCK,
    STRUCK_TWICE,
    SYMBOL,
    CharacterProperties,
    Pages,
    character,
    short_modifier,
)
from pipelines.reading.doc.styles import Styles
from pipelines.reading.document import ReadError

_PIECE_TABLE, _PROPERTIES = 2, 1
_NARROW = 0x40000000
# No report has as many pieces, paragraphs, fields or marked letters; each of them costs a step of its own.
_MAX_PIECES = _MAX_PARAGRAPHS = _MAX_FIELDS = _MAX_CUTS = 200_000
# Bytes of a narrow piece are Latin-1, but for those that Windows gives other characters.
_WINDOWS = {i: ord(c) for i in range(0x80, 0xA0) if (c := bytes((i,)).decode("cp1252", errors="replace")) != "\ufffd"}
_FIELD_MARK = re.compile("[\x13\x14\x15]")
_BEGIN, _RESULT, _END = "\x13", "\x14", "\x15"
_CELL = "\x07"
ENDS = re.compile("[\x07\x0c\r]")
# Characters that print nothing: references to notes, field marks, optional hyphens.
_SILENT = re.compile("[\x02-\x06\x13-\x15\x1f\u00ad\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Letters that a property makes a mark of a content control, or a place for a symbol.
_SPECIAL_LETTER = re.compile("[<>(]")
# A digit, and the rest of its paragraph.
_DIGIT = re.compile("\\d[^\x07\x0c\r]*")
REMOVED = "\0"
# What stands in the clean text for a picture, and for a field without a result.
PICTURE, EMPTY_FIELD = "\x01", "\x02"
# What a paragraph is not printed with as it stands: removed letters, line breaks, halves of a letter.
UNPRINTED = re.compile("[\0-\x1f\ud800-\udfff]")
RAISED_TEXT, STRUCK_TEXT, HIDDEN_TEXT, DAMAGED_TEXT = code_list("cell_note").named(
    "raised_text", "struck_text", "hidden_text", "damaged_looks"
)


class Piece(NamedTuple):
    """A stretch of text: its first and last character (exclusive), its place in the file, and bytes per character."""

    first: int
    last: int
    place: int
    width: int
    properties: bytes


class Text(NamedTuple):
    """The raw text, the clean one, what is deleted or hidden, and doubts by character in order.

    `gone` are the marks of paragraphs and cells that are deleted or hidden, `removed` all such stretches in order.
    """

    raw: str
    clean: str
    gone: frozenset[int]
    removed: tuple[tuple[int, int], ...]
    doubts: tuple[tuple[int, str], ...]
    pieces: tuple[Piece, ...]
    has_surrogates: bool

    def between(self, first: int, last: int) -> str:
        """Return the clean text between two characters, in which a picture or an empty field still stands."""
        text = self.clean[first:last]
        if REMOVED in text:
            text = text.replace(REMOVED, "")
        if self.has_surrogates:
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text


def read_pieces(file: WordFile) -> tuple[Piece, ...]:
    """Return the pieces of the text in reading order. Raises ReadError where one lies outside of the file."""
    part = file.part(PIECES)
    prefixes: list[bytes] = []
    place = 0
    while place + 3 <= len(part) and part[place] == _PROPERTIES:
        (size,) = struct.unpack_from("<H", part, place + 1)
        prefixes.append(part[place + 3 : place + 3 + size])
        place += 3 + size
    if place + 5 > len(part) or part[place] != _PIECE_TABLE:
        raise ReadError("damaged", "reading_doc.pieces_missing")
    (size,) = struct.unpack_from("<I", part, place + 1)
    count = (size - 4) // 12
    if count > _MAX_PIECES:
        raise ReadError("too_large", "reading_doc.many_pieces", count=count, limit=_MAX_PIECES)
    if count < 1 or place + 5 + size > len(part):
        raise ReadError("damaged", "reading_doc.pieces_size", size=size)
    ends = struct.unpack_from(f"<{count + 1}I", part, place + 5)
    entries = struct.iter_unpack("<HIH", part[place + 5 + 4 * (count + 1) : place + 5 + 4 * (count + 1) + 8 * count])
    if ends[0] or ends[-1] > len(file.document) or ends[-1] < file.body[1]:
        raise ReadError("truncated", "reading_doc.characters_missing", found=ends[-1], expected=file.body[1])
    return tuple(_pieces(ends, entries, prefixes, len(file.document)))


def _pieces(
    ends: tuple[int, ...], entries: Iterator[tuple[int, int, int]], prefixes: list[bytes], available: int
) -> Iterator[Piece]:
    for first, last, (_, position, modifier) in zip(ends, ends[1:], entries, strict=False):
        width = 1 if position & _NARROW else 2
        place = (position & (_NARROW - 1)) // (2 if width == 1 else 1)
        if last < first or place + (last - first) * width > available:
            raise ReadError("truncated", "reading_doc.piece_outside", place=place, size=available)
        if modifier & 1:
            number = modifier >> 1
            yield Piece(first, last, place, width, prefixes[number] if number < len(prefixes) else b"")
        else:
            yield Piece(first, last, place, width, short_modifier(modifier >> 1 & 0x7F, modifier >> 8))


def _raw(document: bytes, piece: Piece) -> str:
    stored = document[piece.place : piece.place + (piece.last - piece.first) * piece.width]
    if piece.width == 1:
        return stored.decode("latin-1").translate(_WINDOWS)
    text = stored.decode("utf-16-le", errors="surrogatepass")
    # Pairs of surrogates are one character in a string and two in the file.
    return text if len(text) == piece.last - piece.first else "".join(map(chr, array("H", stored)))


def read_text(file: WordFile, styles: Styles) -> Text:
    """Return the text of all stories. Raises ReadError where it exceeds a budget or a field holds cells."""
    pieces = read_pieces(file)
    raw = "".join([_raw(file.document, piece) for piece in pieces])
    if sum(map(raw.count, "\r\x07\x0c")) > _MAX_PARAGRAPHS or raw.count(_BEGIN) > _MAX_FIELDS:
        raise ReadError("too_large", "reading_doc.many_paragraphs", limit=_MAX_PARAGRAPHS)
    cuts: list[tuple[int, int, str]] = []
    gone: set[int] = set()
    removed: list[tuple[int, int]] = []
    doubts: list[tuple[int, str]] = []
    for first, last, found, bits in _marked(file, pieces, styles):
        if bits & GONE:
            cuts.append((first, last, ""))
            removed.append((first, last))
            gone.update(mark.start() for mark in ENDS.finditer(raw, first, last))
        elif bits & SPECIAL:
            cuts.extend(_special(raw, first, last, found))
        if bits & DAMAGED or not bits & (GONE | SPECIAL):
            doubts.extend((digit.start(), _doubt_of(bits)) for digit in _DIGIT.finditer(raw, first, last))
        if len(cuts) > _MAX_CUTS:
            raise ReadError("too_large", "reading_doc.many_marked", limit=_MAX_CUTS)
    clean = _SILENT.sub(REMOVED, raw).replace("\x08", PICTURE)
    clean = clean.replace("\x0b", "\n").replace("\x0e", "\n").replace("\x0c", "\n").replace("\x1e", "-")
    cuts.extend(_field_codes(raw))
    surrogates = _SURROGATE.search(raw) is not None
    clean = _cut(clean, cuts)
    return Text(raw, clean, frozenset(gone), tuple(sorted(removed)), tuple(sorted(doubts)), pieces, surrogates)


def _doubt_of(bits: int) -> str:
    if bits & DAMAGED:
        return DAMAGED_TEXT
    if bits & (STRUCK | STRUCK_TWICE):
        return STRUCK_TEXT
    return RAISED_TEXT if bits & RAISED else HIDDEN_TEXT


def _marked(
    file: WordFile, pieces: tuple[Piece, ...], styles: Styles
) -> Iterator[tuple[int, int, CharacterProperties, int]]:
    """Yield the stretches of text whose characters have properties that matter, with those properties."""
    pages = Pages(file.document, file.part(CHARACTERS), CHARACTER_ENTRY)
    known: dict[bytes, tuple[CharacterProperties, int]] = {}
    for stored in set(pages.stored):
        found = character(stored)
        bits = found.over(styles.style(found.style).bits if found.style else 0)
        if found.style and not styles.is_of_characters(found.style):
            bits |= DAMAGED
        if bits:
            known[stored] = (found, bits)
    stretches = zip(pages.starts, pages.ends, pages.stored, strict=True) if known else ()
    unsure = CharacterProperties(DAMAGED)
    runs = [(start, end, *known[stored]) for start, end, stored in stretches if stored in known and start < end]
    starts = [run[0] for run in runs]
    for piece in pieces:
        for start, end in pages.suspect:
            first, last = piece.first + (start - piece.place) // piece.width, (end - piece.place) // piece.width
            if max(first, piece.first) < min(last + piece.first, piece.last):
                yield max(first, piece.first), min(last + piece.first, piece.last), unsure, DAMAGED
        limit = piece.place + (piece.last - piece.first) * piece.width
        own = character(piece.properties)
        if own.bits:
            yield piece.first, piece.last, own, own.bits
        index = max(bisect_left(starts, piece.place) - 1, 0)
        while index < len(runs) and starts[index] < limit:
            start, end, found, bits = runs[index]
            first, last = max(start, piece.place) - piece.place, min(end, limit) - piece.place
            bits &= ~own.stated
            if (first % piece.width or last % piece.width) and bits:
                bits |= DAMAGED  # it begins or ends inside a character
            if first < last and bits:
                yield piece.first + first // piece.width, piece.first + last // piece.width, found, bits
            index += 1


def _special(raw: str, first: int, last: int, found: CharacterProperties) -> Iterator[tuple[int, int, str]]:
    """Yield what special characters stand for: a symbol, or nothing."""
    symbol = chr(found.symbol) if not 0xD800 <= found.symbol < 0xE000 else "\ufffd"
    for letter in islice(_SPECIAL_LETTER.finditer(raw, first, last), _MAX_CUTS + 1):
        at = letter.start()
        if letter[0] != "(":
            yield at, at + 1, ""
        elif found.bits & SYMBOL:
            yield at, at + 1, symbol


def _field_codes(raw: str) -> Iterator[tuple[int, int, str]]:
    """Yield the codes of fields as cuts. Marks without a partner are no field."""
    opened: list[tuple[int, int]] = []
    if _BEGIN not in raw:
        return
    cells = [mark.start() for mark in re.finditer(_CELL, raw)]
    for found in _FIELD_MARK.finditer(raw):
        mark, at = found[0], found.start()
        if mark == _BEGIN:
            opened.append((at, -1))
        elif opened and mark == _RESULT and opened[-1][1] < 0:
            opened[-1] = (opened[-1][0], at)
        elif opened and mark == _END:
            first, result = opened.pop()
            last = result if result >= 0 else at
            if bisect_left(cells, first) != bisect_left(cells, last):
                raise ReadError("damaged", "reading_doc.field_with_cells", place=first)
            yield first, last + 1, EMPTY_FIELD if result < 0 or at == result + 1 else ""


def _cut(raw: str, cuts: list[tuple[int, int, str]]) -> str:
    """Return text in which each stretch is replaced by its new text, filled up with NUL."""
    if not cuts:
        return raw
    parts, place = [], 0
    for first, last, text in sorted(cuts):
        if last <= place:
            continue
        start = max(first, place)
        kept = text if start == first else ""
        parts.append(raw[place:start])
        parts.append(kept + REMOVED * (last - start - len(kept)))
        place = last
    parts.append(raw[place:])
    return "".join(parts)
