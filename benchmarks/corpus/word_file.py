"""Bytes of a Word 97 file from paragraphs: text, property pages, piece table and style sheet in a compound file.

Belongs here: the file format. Keep out: what a report holds (`word`). Written from the published format description;
LibreOffice opens what it writes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

PAGE, SECTOR = 512, 512
_TEXT_START = 1024
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM = 4096  # what is shorter would stand in the mini stream
# Numbers of the pairs (offset, length) in the header.
_STYLES, _SECTIONS, _CHPX, _PAPX, _DOP, _CLX, _LISTS, _LFOS = 1, 6, 12, 13, 31, 33, 73, 74
_PAIRS = 93
CELL, PARAGRAPH = "\x07", "\r"


class WordRun(NamedTuple):
    """A stretch of text with its character properties."""

    text: str
    properties: bytes = b""


class WordParagraph(NamedTuple):
    """Runs and the mark that ends them, with the properties of the paragraph and of its mark."""

    runs: tuple[WordRun, ...]
    mark: str = PARAGRAPH
    properties: bytes = b""
    style: int = 0
    mark_properties: bytes = b""


@dataclass(frozen=True)
class WordParts:
    """What a file holds. `boxes` are paragraphs of text boxes, `headers` those of the page header.

    `pieces` cuts the text into so many pieces, stored in reverse order. `data` is the Data stream.
    """

    body: Sequence[WordParagraph]
    headers: Sequence[WordParagraph] = ()
    boxes: Sequence[WordParagraph] = ()
    pieces: int = 1
    narrow: bool = False
    data: bytes = b""
    styles: Sequence[bytes] = ()
    lists: bytes = b""
    overrides: bytes = b""
    table: str = "1Table"
    header: dict[int, bytes] = field(default_factory=dict)
    streams: dict[str, bytes] = field(default_factory=dict)


def sprm(code: int, operand: bytes) -> bytes:
    """Return one property modifier."""
    return struct.pack("<H", code) + operand


def style(name: str, sti: int, *, paragraph: bytes = b"", character: bytes = b"", kind: int = 1) -> bytes:
    """Return a style for `WordParts.styles`: kind 1 is a paragraph's, 2 a character's."""
    base = struct.pack("<HHHHH", sti, kind | 0xFFF << 4, 2 if kind == 1 else 1, 0, 0)
    body = base + struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
    parts = [struct.pack("<H", 0) + paragraph, character] if kind == 1 else [character]
    for part in parts:
        body += struct.pack("<H", len(part)) + part + b"\0" * (len(part) % 2)
    return struct.pack("<H", len(body)) + body


class _Pages:
    """Property pages: runs of file positions with one property string each."""

    def __init__(self, entry: int) -> None:
        self._entry = entry
        self._runs: list[tuple[int, int, bytes]] = []
        self.pages: list[tuple[int, int, bytes]] = []

    def add(self, start: int, end: int, stored: bytes) -> None:
        """Add a run; an empty string is the default."""
        if self._size([*self._runs, (start, end, stored)]) > PAGE - 1:
            self.close()
        self._runs.append((start, end, stored))

    def _size(self, runs: list[tuple[int, int, bytes]]) -> int:
        stored = {s for _, _, s in runs if s}
        return 4 + len(runs) * (4 + self._entry) + sum(len(s) + len(s) % 2 for s in stored) + 2

    def close(self) -> None:
        """End the page that grows."""
        if not self._runs:
            return
        page = bytearray(PAGE)
        ends, places = PAGE - 1 - (PAGE - 1) % 2, {b"": 0}
        for index, (start, end, stored) in enumerate(self._runs):
            if stored not in places:
                ends -= len(stored) + len(stored) % 2
                page[ends : ends + len(stored)] = stored
                places[stored] = ends // 2
            struct.pack_into("<II", page, 4 * index, start, end)
            page[4 * (len(self._runs) + 1) + self._entry * index] = places[stored]
        page[PAGE - 1] = len(self._runs)
        self.pages.append((self._runs[0][0], self._runs[-1][1], bytes(page)))
        self._runs = []


def _papx(paragraph: WordParagraph) -> bytes:
    body = struct.pack("<H", paragraph.style) + paragraph.properties
    if len(body) % 2:
        return bytes((len(body) // 2 + 1,)) + body
    return bytes((0, len(body) // 2)) + body


def _chpx(properties: bytes) -> bytes:
    return bytes((len(properties),)) + properties if properties else b""


def word_bytes(parts: WordParts) -> bytes:
    """Return the file."""
    stories = [list(parts.body), [], list(parts.headers), [], [], list(parts.boxes)]
    closing = [WordParagraph((WordRun(""),))] if parts.headers or parts.boxes else []
    paragraphs = [p for story in (*stories, closing) for p in story]
    width, codec = (1, "cp1252") if parts.narrow else (2, "utf-16-le")
    units = [[run.text.encode(codec, "surrogatepass") for run in p.runs] for p in paragraphs]
    lengths = [sum(map(len, u)) // width + 1 for u in units]
    ends = [sum(len(s) for s in stories[: i + 1]) for i in range(6)]
    sizes = [sum(lengths[e - len(s) : e]) for s, e in zip(stories, ends, strict=True)]
    text = b"".join(b"".join(u) + p.mark.encode(codec) for u, p in zip(units, paragraphs, strict=True))
    stored, places = _pieces(text, width, parts.pieces)
    papx, chpx = _properties(paragraphs, units, width, places)
    document, table, pairs = _streams(stored, papx, chpx, places, parts, width)
    document = _header(parts, pairs, sizes, len(document)) + document[_TEXT_START:]
    streams = {"WordDocument": document, parts.table: table, **parts.streams}
    if parts.data:
        streams["Data"] = parts.data
    return compound_bytes(streams)


Places = list[tuple[int, int, int]]


def _pieces(text: bytes, width: int, count: int) -> tuple[bytes, Places]:
    """Cut text into pieces stored in reverse order; returns it with (first cp, last cp, position) of each."""
    units = len(text) // width
    cuts = sorted({units * i // count for i in range(count + 1)})
    stored, found = b"", []
    for first, last in reversed(list(pairwise(cuts))):
        found.append((first, last, _TEXT_START + len(stored)))
        stored += text[first * width : last * width]
        stored += b"\0" * (len(stored) % 2)
    return stored, sorted(found)


def _properties(
    paragraphs: Sequence[WordParagraph], units: list[list[bytes]], width: int, places: Places
) -> tuple[_Pages, _Pages]:
    paragraph_runs: list[tuple[int, int, bytes]] = []
    character_runs: list[tuple[int, int, bytes]] = []
    cp = 0
    for paragraph, texts in zip(paragraphs, units, strict=True):
        first = cp
        for run, text in zip(paragraph.runs, texts, strict=True):
            character_runs.append((cp, cp + len(text) // width, _chpx(run.properties)))
            cp += len(text) // width
        character_runs.append((cp, cp + 1, _chpx(paragraph.mark_properties)))
        cp += 1
        paragraph_runs.append((first, cp, _papx(paragraph)))
    found = []
    for runs, entry in ((paragraph_runs, 13), (character_runs, 1)):
        pages = _Pages(entry)
        for start, end, stored in sorted(_stored(runs, places, width)):
            pages.add(start, end, stored)
        pages.close()
        found.append(pages)
    return found[0], found[1]


def _stored(runs: list[tuple[int, int, bytes]], places: Places, width: int) -> list[tuple[int, int, bytes]]:
    """Map runs of characters to runs of file positions, cut where pieces end."""
    found = []
    for first, last, stored in runs:
        for start, end, position in places:
            a, b = max(first, start), min(last, end)
            if a < b:
                found.append((position + (a - start) * width, position + (b - start) * width, stored))
    return found


def _streams(
    stored: bytes, papx: _Pages, chpx: _Pages, places: Places, parts: WordParts, width: int
) -> tuple[bytes, bytes, dict[int, tuple[int, int]]]:
    document = b"\0" * _TEXT_START + stored
    document += b"\0" * (-len(document) % PAGE)
    tables: dict[int, bytes] = {_STYLES: _style_sheet(parts.styles)}
    for number, pages in ((_CHPX, chpx), (_PAPX, papx)):
        first = len(document) // PAGE
        document += b"".join(page for _, _, page in pages.pages)
        starts = [start for start, _, _ in pages.pages] + [pages.pages[-1][1]]
        tables[number] = struct.pack(
            f"<{len(starts)}I{len(pages.pages)}I", *starts, *range(first, first + len(pages.pages))
        )
    last = places[-1][1]
    tables[_SECTIONS] = struct.pack("<IIHIHI", 0, last, 0, 0xFFFFFFFF, 0, 0)
    tables[_DOP] = b"\0" * 500
    positions = [p * 2 | 0x40000000 if width == 1 else p for _, _, p in places]
    plc = struct.pack(f"<{len(places) + 1}I", *(first for first, _, _ in places), last)
    plc += b"".join(struct.pack("<HIH", 0, position, 0) for position in positions)
    tables[_CLX] = b"\x02" + struct.pack("<I", len(plc)) + plc
    tables[_LISTS], tables[_LFOS] = parts.lists, parts.overrides
    stream, pairs = b"", {}
    for number, content in tables.items():
        # The levels of lists follow their table without being counted in its length.
        counted = 2 + 28 * struct.unpack_from("<H", content)[0] if number == _LISTS and content else len(content)
        pairs[number] = (len(stream), counted)
        stream += content + b"\0" * (len(content) % 2)
    return document, stream, pairs


def _style_sheet(styles: Sequence[bytes]) -> bytes:
    known = [style("Normal", 0), *styles]
    known += [b"\0\0"] * (15 - len(known))
    head = struct.pack("<HHHHHHHHH", len(known), 10, 1, 91, 15, 0, 0, 0, 0)
    return struct.pack("<H", len(head)) + head + b"".join(known)


def _header(parts: WordParts, pairs: dict[int, tuple[int, int]], sizes: list[int], length: int) -> bytes:
    flags = 0x1000 | (0x0200 if parts.table == "1Table" else 0) | (0x0004 if parts.pieces > 1 else 0)
    header = struct.pack("<HHHHHHHIBBHHIIII", 0xA5EC, 0xC1, 0, 0x0804, 0, flags, 0xBF, 0, 0, 0, 0, 0, 0, 0, 0, 0)[:32]
    header = header.ljust(32, b"\0") + struct.pack("<H", 14) + b"\0" * 28 + struct.pack("<H", 22)
    text, notes, page_header, comments, ends, boxes = sizes
    numbers = [length, 0, 0, text, notes, page_header, 0, comments, ends, boxes, 0]
    header += struct.pack("<22I", *numbers, *[0] * 11) + struct.pack("<H", _PAIRS)
    for number in range(_PAIRS):
        header += struct.pack("<II", *pairs.get(number, (0, 0)))
    changed = bytearray((header + b"\0\0").ljust(_TEXT_START, b"\0"))
    for place, content in parts.header.items():
        changed[place : place + len(content)] = content
    return bytes(changed)


def compound_bytes(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with the streams, each padded to what keeps it out of the mini stream."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    sectors = b""
    fat: list[int] = []
    starts: dict[str, tuple[int, int]] = {}
    for name in names:
        content = streams[name].ljust(_SMALLEST_STREAM, b"\0")
        content += b"\0" * (-len(content) % SECTOR)
        starts[name] = (len(fat), len(content))
        fat += [*range(len(fat) + 1, len(fat) + len(content) // SECTOR), _END]
        sectors += content
    entries = _directory(names, starts)
    directory = len(fat)
    fat += [*range(len(fat) + 1, len(fat) + len(entries) // SECTOR), _END]
    sectors += entries
    count = 1
    while (len(fat) + count) * 4 > count * SECTOR:
        count += 1
    first = len(fat)
    fat += [_FAT] * count
    fat += [_FREE] * (count * SECTOR // 4 - len(fat))
    sectors += struct.pack(f"<{len(fat)}I", *fat)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, count, directory, 0, _SMALLEST_STREAM, _END, 0, _END, 0)
    places = [*range(first, first + count), *[_FREE] * (109 - count)]
    return head + struct.pack("<109I", *places) + sectors


def _directory(names: list[str], starts: dict[str, tuple[int, int]]) -> bytes:
    """Return the directory: streams as a balanced tree under the root."""
    links: dict[int, tuple[int, int]] = {}

    def tree(low: int, high: int) -> int:
        if low >= high:
            return _FREE
        middle = (low + high) // 2
        links[middle] = (tree(low, middle), tree(middle + 1, high))
        return middle + 1

    top = tree(0, len(names))
    entries = [_entry("Root Entry", 5, (_FREE, _FREE), top, (_END, 0))]
    entries += [_entry(name, 2, links[i], _FREE, starts[name]) for i, name in enumerate(names)]
    return b"".join(entries).ljust(-(-len(entries) * 128 // SECTOR) * SECTOR, b"\0")


def _entry(name: str, kind: int, links: tuple[int, int], child: int, place: tuple[int, int]) -> bytes:
    encoded = name.encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, *links, child)
    return entry.ljust(116, b"\0") + struct.pack("<IQ", *place)
