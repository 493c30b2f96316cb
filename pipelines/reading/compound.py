"""Compound files (OLE): their streams by name, with every count checked against the size of the file first.

What the streams hold belongs to the readers of the formats.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable

import olefile

from pipelines.reading.document import ReadError

# olefile reports damage as any of these.
_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
_HEADER_SIZE = 512
_SHIFTS, _FATS, _SMALL_FATS = 0x1E, 0x2C, 0x40
_SECTOR_SHIFTS, _SMALL_SECTOR_SHIFT = (9, 12), 6
# The tables of a whole file are as long as its sectors need; writers leave some room, a file cut short lacks sectors.
_SPARE_SECTORS = 16
# The file whose names were asked for last: who sniffs a file mostly reads it next.
_opened: list[tuple[bytes, olefile.OleFileIO]] = []


def check_compound(data: bytes) -> None:
    """Raise ReadError where a header names more sectors than the file can have: reading them would take hours."""
    if len(data) < _HEADER_SIZE:
        raise ReadError("truncated", "reading.compound_short", size=len(data))
    shift, small_shift = struct.unpack_from("<HH", data, _SHIFTS)
    if shift not in _SECTOR_SHIFTS or small_shift != _SMALL_SECTOR_SHIFT:
        raise ReadError("damaged", "reading.compound_sectors", shift=shift, small_shift=small_shift)
    (tables,) = struct.unpack_from("<I", data, _FATS)
    (small_tables,) = struct.unpack_from("<I", data, _SMALL_FATS)
    sectors = (len(data) >> shift) + 1
    needed = (sectors >> (shift - 2)) + 1
    if tables > 2 * needed + _SPARE_SECTORS or small_tables > sectors:
        raise ReadError("truncated", "reading.compound_tables", size=len(data), tables=tables)


def stream_names(data: bytes) -> set[str]:
    """Return the names of all streams. Raises ReadError `truncated` or `damaged`."""
    check_compound(data)
    try:
        compound = olefile.OleFileIO(io.BytesIO(data))
        names = {"/".join(path) for path in compound.listdir()}
    except _DAMAGE as error:
        raise ReadError("damaged", "reading.compound_unreadable", error=error) from error
    _opened[:] = [(data, compound)]
    return names


def streams_of(data: bytes, names: Iterable[str]) -> dict[str, bytes]:
    """Return those of the named streams that the file holds. Raises ReadError `truncated` or `damaged`."""
    check_compound(data)
    try:
        with _open(data) as compound:
            return {name: _stream(compound, name, len(data)) for name in names if compound.exists(name)}
    except _DAMAGE as error:
        raise ReadError("damaged", "reading.compound_unreadable", error=error) from error


def _open(data: bytes) -> olefile.OleFileIO:
    kept = [compound for known, compound in _opened if known is data]
    _opened.clear()
    return kept[0] if kept else olefile.OleFileIO(io.BytesIO(data))


def _stream(compound: olefile.OleFileIO, name: str, available: int) -> bytes:
    size: int = compound.get_size(name)
    if size > available or compound.root.size > available:
        raise ReadError("truncated", "reading.stream_long", name=name, size=size, available=available)
    content: bytes = compound.openstream(name).read()
    if len(content) < size:
        raise ReadError("truncated", "reading.stream_cut", name=name, size=size, found=len(content))
    return content
