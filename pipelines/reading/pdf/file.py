"""Whether the bytes of a PDF are whole, before anything is read from them.

Belongs here: the end of the file, its cross-reference, and what its streams unpack to. Keep out: pages and text.
pdfium repairs what it can and shows what is left of a page: a report that lost rows would look like any other.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits

_HEADER, _TAIL = 1024, 2048
_PADDING = b"\0 \t\r\n"
_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
# A table of objects to its end, or the head of an object that holds one.
_ENTRIES = rb"xref\s+(?>\d+\s+\d+\s+(?>\d{10}\s+\d{5}\s+[nf]\s*)*+)++trailer\b"
_TABLE = re.compile(rb"\s*(?:\d+\s+\d+\s+obj\b|" + _ENTRIES + rb")")
_TABLES = re.compile(rb"(?<!start)" + _ENTRIES)
_SECTION = re.compile(rb"(\d+)\s+(\d+)\s+(?=\d{10}\s)")
_ENTRY = re.compile(rb"(\d{10})\s+(\d{5})\s+([nf])")
# The head of an object read backwards: a search for its word is a hundred times as fast as one for its number.
_HEADS_BACKWARD = re.compile(rb"jbo\s+\d{1,5}\s+(\d{1,10})(?!\d)")
_WORD = re.compile(rb"\w")
_REFERENCES = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+R(?![A-Za-z])")
_LENGTH = re.compile(rb"/Length\s+(\d{1,10})(?!\s+\d+\s+R)\b")
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
# How far the dictionary of a stream may reach before it.
_DICTIONARY = 4096
_FILTERS = re.compile(rb"/Filter\s*(?:\[([^\]]*)\]|(/\w+))")
_FLATE, _ASCII85 = (b"FlateDecode", b"Fl"), (b"ASCII85Decode", b"A85")
# Those of pictures, and those that no producer of reports uses for text.
_OTHERS = frozenset(
    name.encode()
    for name in (
        *("LZWDecode", "LZW", "ASCIIHexDecode", "AHx", "RunLengthDecode", "RL", "CCITTFaxDecode", "CCF", "JBIG2Decode"),
        *("DCTDecode", "DCT", "JPXDecode", "Crypt"),
    )
)
# Pictures are not read and can be large. Fonts are: pdfium leaves out characters whose shape it cannot find.
_HEAD = re.compile(rb"\s*(\d{1,10})\s+\d{1,5}\s+obj\b")
_NEXT_OBJECT = re.compile(rb"endobj\s+\d{1,10}\s+\d{1,5}\s+obj\b")
_NUMBER_BEFORE = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj$")
# Names in the dictionary of a content, pages, and those with a content.
_KEYS = re.compile(rb"/(\w+)")
_CONTENT_KEYS = frozenset((b"Filter", b"FlateDecode", b"Fl", b"ASCII85Decode", b"A85", b"Length"))
_PAGE = re.compile(rb"/Type\s*/Page\b")
_CONTENTS = re.compile(rb"/Contents\s*(?:\[|\d+\s+\d+\s+R\b)")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
# What the text and lines of a report unpack to at most, and streams so small that no ratio matters.
_MAX_UNPACKED, _FREE = 100 * 2**20, 4 * 2**20
# So few bytes never unpack to more than those that are free.
_SMALL = 4096


class _Packed(NamedTuple):
    """A stream: its place, its filters, its packed bytes, its object, and whether it can be the content of a page."""

    place: int
    filters: list[bytes]
    data: bytes
    number: int
    is_content: bool


def check_file(data: bytes, limits: Limits) -> None:
    """Raise ReadError `truncated`, `damaged` or `archive_bomb` where a PDF is not whole or unpacks to too much."""
    _check_end(data)
    encrypted = b"/Encrypt" in data
    budget = min(_MAX_UNPACKED, limits.decoded_bytes)
    contents: set[int] = set()
    for stream in _streams(data):
        if not encrypted:
            budget -= _unpacked(stream, budget, limits)
        if stream.is_content:
            contents.add(stream.number)
    _check_pages(data, contents)


def _check_end(data: bytes) -> None:
    tail = data.rstrip(_PADDING)[-_TAIL:]
    if b"%%EOF" not in tail:
        raise ReadError("truncated", "reading_pdf.no_end_mark", size=len(data))
    found = list(_START.finditer(tail))
    if not found:
        raise ReadError("damaged", "reading_pdf.no_table_named")
    offset, head = int(found[-1][1]), data.find(b"%PDF-", 0, _HEADER)
    tables = (_TABLE.match(data, start + offset) for start in {0, max(head, 0)})
    table = next((match[0] for match in tables if match is not None), None)
    if table is not None and _is_counted(table):
        listed = _listed(table)
        _check_objects(data, listed)
        _check_places(data, listed, head)
    elif not _is_rebuilt(data, offset, found[-1].start() + len(data) - len(tail)):
        raise ReadError("damaged", "reading_pdf.no_table_there", place=offset)


def _is_counted(table: bytes) -> bool:
    return sum(int(count) for _, count in _SECTION.findall(table)) == len(_ENTRY.findall(table))


def _listed(table: bytes) -> dict[int, int]:
    """Return where the objects in use of a table are, by number."""
    listed: dict[int, int] = {}
    for section in _SECTION.finditer(table):
        entries = _ENTRY.finditer(table, section.end())
        first, count = int(section[1]), int(section[2])
        used = zip(range(first, first + count), entries, strict=False)
        listed.update((number, int(entry[1])) for number, entry in used if entry[3] == b"n")
    return listed


def _heads(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield number and place of every object that a file holds."""
    for found in _HEADS_BACKWARD.finditer(data[::-1]):
        if not _WORD.match(data, len(data) - found.start()):
            yield int(found[1][::-1]), len(data) - found.end()


def _check_objects(data: bytes, listed: Iterable[int]) -> None:
    """Raise ReadError where an object of the table is nowhere in the file: it may be a page, and pdfium goes on.

    Producers list objects that they never wrote (0000000000 65536 n); nothing refers to them.
    """
    lost = set(listed) - {number for number, _ in _heads(data)} - {0}
    if lost and b"/ObjStm" not in data:  # else what refers to it may be packed
        lost &= {int(number) for number in _REFERENCES.findall(data)}
    if lost:
        raise ReadError("damaged", "reading_pdf.object_lost", number=min(lost))


def _check_places(data: bytes, listed: dict[int, int], head: int) -> None:
    """Raise ReadError where some objects are elsewhere than the table says: pdfium then does without them.

    Where the first of them is, it looks for all of them, and finds them.
    """
    packed = b"/ObjStm" in data
    shifts = {0, max(head, 0)}
    wrong = [
        number
        for number, place in listed.items()
        if not any((found := _HEAD.match(data, place + shift)) and int(found[1]) == number for shift in shifts)
    ]
    used = [number for number in listed if listed[number]]
    if not wrong or packed or (used and min(used) in wrong):
        return
    if lost := set(wrong) & {int(number) for number in _REFERENCES.findall(data)}:
        raise ReadError("damaged", "reading_pdf.object_elsewhere", number=min(lost))


def _check_pages(data: bytes, contents: set[int]) -> None:
    """Raise ReadError where a page has lost its content: nothing refers to what the file holds.

    A file that was changed keeps the old contents, and in a packed one references are not seen.
    """
    if b"/ObjStm" in data or data.count(b"startxref") > 1:
        return
    if not contents or len(_PAGE.findall(data)) <= len(_CONTENTS.findall(data)):
        return
    if lost := contents - {int(number) for number in _REFERENCES.findall(data)}:
        raise ReadError("damaged", "reading_pdf.content_unused", number=min(lost))


def _is_rebuilt(data: bytes, offset: int, before: int) -> bool:
    """Return whether the tables are elsewhere than the end says, and the file is whole: every viewer finds them then.

    It is where all objects are in their places, moved by the same number of bytes: what lost or gained some between
    two objects is not. Behind the last object only its own end tells. Raises ReadError where an object is lost.
    """
    tables = [match for match in _TABLES.finditer(data, 0, before) if _is_counted(match[0])]
    if not tables or len(tables) != data.count(b"trailer", 0, before):
        return False
    heads: dict[int, set[int]] = {}
    for number, place in _heads(data):
        heads.setdefault(number, set()).add(place)
    _check_objects(data, {number for match in tables for number in _listed(match[0])})
    pairs = [pair for match in tables for pair in _listed(match[0]).items() if pair[0] in heads]
    first = min(pairs, key=itemgetter(1), default=None)
    if first is None:
        return False
    moved = min(heads[first[0]]) - first[1]
    if any(place + moved not in heads[number] for number, place in pairs):
        return False
    start = tables[-1].start()
    last = max((place + moved for _, place in pairs if place + moved < start), default=start)
    missing = offset + moved - start
    return missing == 0 or _is_whole(data[last:start], 0 < missing <= _DICTIONARY)


def _is_whole(item: bytes, shortened: bool) -> bool:
    """Return whether an object has its end, and its stream the length that it states.

    From one without a stream, bytes can be missing without a trace: `shortened` tells that they may be.
    """
    begin = _STREAM.search(item)
    if begin is None:
        balanced = item.count(b"<<") == item.count(b">>") and b"stream" not in item
        return not shortened and balanced and item.rstrip().endswith(b"endobj")
    length = _LENGTH.search(item, 0, begin.start())
    rest = item[begin.end() + int(length[1]) :] if length else b""
    # What is packed tells its own end; before any other a line ends, which its length does not count.
    ended = rest[:1] in (b"\r", b"\n") or b"FlateDecode" in item[: begin.start()]
    return ended and rest.split() == [b"endstream", b"endobj"]


def _streams(data: bytes) -> Iterator[_Packed]:
    """Yield every stream but pictures. Raises ReadError where one has no end, no beginning, or no dictionary."""
    position = 0
    while (found := _STREAM.search(data, position)) is not None:
        start, begin = found.span()
        first = data.rfind(b"obj", max(start - _DICTIONARY, position), start)
        dictionary = data[first + 3 : start]
        end = data.find(b"endstream", begin)
        if end < 0:
            raise ReadError("truncated", "reading_pdf.stream_endless", place=start)
        if data.find(b"endstream", position, start) >= 0:
            raise ReadError("damaged", "reading_pdf.no_beginning_before", place=start)
        if not _is_dictionary(dictionary, whole=first >= 0):
            raise ReadError("damaged", "reading_pdf.no_dictionary", place=start)
        if _NEXT_OBJECT.search(data, data.find(b"endobj", begin, end) if b"endobj" in data[begin:end] else end, end):
            raise ReadError("damaged", "reading_pdf.stream_without_own_end", place=start)
        position = end + len(b"endstream")
        if not _PICTURE.search(dictionary):
            filters = _FILTERS.search(dictionary)
            names = (filters[1] or filters[2]).replace(b"/", b" ").split() if filters else []
            number = _NUMBER_BEFORE.search(data, max(first - 24, 0), first + 3)
            content = set(_KEYS.findall(dictionary)) <= _CONTENT_KEYS
            yield _Packed(start, names, data[begin:end], int(number[1]) if number else 0, content)
    if data.find(b"endstream", position) >= 0:
        raise ReadError("damaged", "reading_pdf.no_beginning_behind", place=position)


def _is_dictionary(text: bytes, *, whole: bool) -> bool:
    """Return whether what stands before a stream can be its dictionary; without its beginning only its end tells."""
    stripped = text.strip(_PADDING + b"\f")
    return stripped.endswith(b">>") and (not whole or (stripped.startswith(b"<<") and b"/Length" in stripped))


def _unpacked(stream: _Packed, budget: int, limits: Limits) -> int:
    """Return how many bytes a stream unpacks to. Raises ReadError where it is damaged or larger than the budget."""
    size = 0
    part = stream.data
    if not stream.filters and (_is_flate(part) or part.rstrip(_PADDING).endswith(b"~>")):
        raise ReadError("damaged", "reading_pdf.packing_unstated", place=stream.place)
    for name in stream.filters:
        if name in _FLATE:
            part = _inflated(part, stream.place, budget, limits)
        elif name in _ASCII85:
            part = _ascii85(part, stream.place)
        elif name in _OTHERS:
            return size
        else:
            raise ReadError(
                "damaged", "reading_pdf.packing_unknown", place=stream.place, name=name.decode("ascii", "replace")[:40]
            )
        size = max(size, len(part))
    return size


def _is_flate(part: bytes) -> bool:
    """Return whether bytes begin as packed ones do, and unpack."""
    if part[:1] != b"x" or len(part) < 2 or int.from_bytes(part[:2], "big") % 31:
        return False
    try:
        return bool(zlib.decompressobj().decompress(part, _SMALL))
    except zlib.error:
        return False


def _ascii85(part: bytes, position: int) -> bytes:
    text = part.strip(_PADDING)
    try:
        return base64.a85decode(text.removeprefix(b"<~").removesuffix(b"~>"), ignorechars=_PADDING)
    except (ValueError, binascii.Error) as error:
        raise ReadError("damaged", "reading_pdf.not_decoded", place=position, error=error) from error


def _inflated(part: bytes, position: int, budget: int, limits: Limits) -> bytes:
    try:
        if len(part) <= _SMALL <= budget:
            return zlib.decompress(part)
        inflater = zlib.decompressobj()
        most = min(budget, max(_FREE, len(part) * limits.ratio))
        unpacked = inflater.decompress(part, most)
    except zlib.error as error:
        raise ReadError("damaged", "reading_pdf.stream_damaged", place=position, error=error) from error
    if inflater.unconsumed_tail:
        raise ReadError("archive_bomb", "reading_pdf.unpacks_to_more", place=position, packed=len(part), limit=most)
    if not inflater.eof:
        raise ReadError("damaged", "reading_pdf.stream_cut", place=position)
    return unpacked
