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

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits

_HEAD, _TAIL = 1024, 2048
_PADDING = b"\0 \t\r\n"
_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
# A table of objects to its end, or the head of an object that holds one.
_ENTRIES = rb"xref\s+(?>\d+\s+\d+\s+(?>\d{10}\s+\d{5}\s+[nf]\s*)*+)++trailer\b"
_TABLE = re.compile(rb"\s*(?:\d+\s+\d+\s+obj\b|" + _ENTRIES + rb")")
_TABLES = re.compile(rb"(?<!start)" + _ENTRIES)
_SECTION = re.compile(rb"(\d+)\s+(\d+)\s+(?=\d{10}\s)")
_ENTRY = re.compile(rb"(\d{10})\s+(\d{5})\s+([nf])")
_HEADS = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
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
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
# What the text and lines of a report unpack to at most, and streams so small that no ratio matters.
_MAX_UNPACKED, _FREE = 100 * 2**20, 4 * 2**20
# So few bytes never unpack to more than those that are free.
_SMALL = 4096


def check_file(data: bytes, limits: Limits) -> None:
    """Raise ReadError `truncated`, `damaged` or `archive_bomb` where a PDF is not whole or unpacks to too much."""
    _check_end(data)
    encrypted = b"/Encrypt" in data
    budget = min(_MAX_UNPACKED, limits.decoded_bytes)
    for position, filters, packed in _streams(data):
        if not encrypted:
            budget -= _unpacked(position, filters, packed, budget, limits)


def _check_end(data: bytes) -> None:
    tail = data.rstrip(_PADDING)[-_TAIL:]
    if b"%%EOF" not in tail:
        raise ReadError("truncated", f"{len(data)} bytes without the end mark of a PDF: fetch the file again")
    found = list(_START.finditer(tail))
    if not found:
        raise ReadError("damaged", "the end of the PDF does not say where its table of objects is: fetch it again")
    offset, head = int(found[-1][1]), data.find(b"%PDF-", 0, _HEAD)
    tables = (_TABLE.match(data, start + offset) for start in {0, max(head, 0)})
    table = next((match[0] for match in tables if match is not None), None)
    if table is not None and _is_counted(table):
        _check_objects(data, _listed(table))
    elif not _is_rebuilt(data, offset, found[-1].start() + len(data) - len(tail)):
        raise ReadError(
            "damaged", f"no table of objects at byte {offset}, where the end of the PDF says: fetch it again"
        )


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


def _check_objects(data: bytes, listed: Iterable[int]) -> None:
    """Raise ReadError where an object of the table is nowhere in the file: it may be a page, and pdfium goes on.

    Producers list objects that they never wrote (0000000000 65536 n); nothing refers to them.
    """
    lost = set(listed) - {int(number) for number in _HEADS.findall(data)} - {0}
    if lost and b"/ObjStm" not in data:  # else what refers to it may be packed
        lost &= {int(number) for number in _REFERENCES.findall(data)}
    if lost:
        raise ReadError("damaged", f"the PDF lists object {min(lost)}, which it does not hold: fetch it again")


def _is_rebuilt(data: bytes, offset: int, before: int) -> bool:
    """Return whether the tables are elsewhere than the end says, and the file is whole: every viewer finds them then.

    It is where all objects are in their places, moved by the same number of bytes: what lost or gained some between
    two objects is not. Behind the last object only its own end tells. Raises ReadError where an object is lost.
    """
    tables = [match for match in _TABLES.finditer(data, 0, before) if _is_counted(match[0])]
    if not tables or len(tables) != data.count(b"trailer", 0, before):
        return False
    heads: dict[int, set[int]] = {}
    for found in _HEADS.finditer(data):
        heads.setdefault(int(found[1]), set()).add(found.start())
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


def _streams(data: bytes) -> Iterator[tuple[int, list[bytes], bytes]]:
    """Yield the place, the filters and the packed bytes of every stream but pictures."""
    position = 0
    while (found := _STREAM.search(data, position)) is not None:
        start, begin = found.span()
        dictionary = data[data.rfind(b"obj", max(start - _DICTIONARY, position), start) + 3 : start]
        end = data.find(b"endstream", begin)
        if end < 0:
            raise ReadError("truncated", f"the stream at byte {start} has no end: fetch the file again")
        position = end + len(b"endstream")
        if not _PICTURE.search(dictionary):
            filters = _FILTERS.search(dictionary)
            names = (filters[1] or filters[2]).replace(b"/", b" ").split() if filters else []
            yield start, names, data[begin:end]


def _unpacked(position: int, filters: list[bytes], packed: bytes, budget: int, limits: Limits) -> int:
    """Return how many bytes a stream unpacks to. Raises ReadError where it is damaged or larger than the budget."""
    size = 0
    part = packed
    for name in filters:
        if name in _FLATE:
            part = _inflated(part, position, budget, limits)
        elif name in _ASCII85:
            part = _ascii85(part, position)
        elif name in _OTHERS:
            return size
        else:
            shown = name.decode("ascii", "replace")[:40]
            raise ReadError("damaged", f"the stream at byte {position} is packed as {shown!r}, which is nothing known")
        size = max(size, len(part))
    return size


def _ascii85(part: bytes, position: int) -> bytes:
    text = part.strip(_PADDING)
    try:
        return base64.a85decode(text.removeprefix(b"<~").removesuffix(b"~>"), ignorechars=_PADDING)
    except (ValueError, binascii.Error) as error:
        raise ReadError("damaged", f"the stream at byte {position} cannot be decoded ({error})") from error


def _inflated(part: bytes, position: int, budget: int, limits: Limits) -> bytes:
    try:
        if len(part) <= _SMALL <= budget:
            return zlib.decompress(part)
        inflater = zlib.decompressobj()
        most = min(budget, max(_FREE, len(part) * limits.ratio))
        unpacked = inflater.decompress(part, most)
    except zlib.error as error:
        raise ReadError("damaged", f"the stream at byte {position} is damaged ({error}): fetch it again") from error
    if inflater.unconsumed_tail:
        detail = f"the stream at byte {position} unpacks from {len(part)} to more than {most} bytes"
        raise ReadError("archive_bomb", f"{detail}: no page of a report is so large")
    if not inflater.eof:
        raise ReadError("damaged", f"the stream at byte {position} ends early: fetch the file again")
    return unpacked
