"""Parts of an Office container (a ZIP), unpacked under the budgets of a document; or parts that lie unpacked.

Belongs here: finding a part whatever the case and the slashes of its name, and unpacking it in pieces. Keep out: what
is in a part (`xml_part`), and archives of files. Sizes that headers state are never believed: what is unpacked is
counted.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits

_LOCAL, _ENTRY, _END, _END_SIZE = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", 22
_LOCAL_SIZE = 30
# Packed bytes handed to the unpacker at once, and the most it answers at once: nearly every part is one piece.
_STEP, _PIECE = 1 << 16, 1 << 20
# Blank XML packs a thousandfold; below this size nobody needs to care.
_FREE = 1 << 20
_ENCRYPTED = 1
# The container whose directory was read last: who sniffs a container mostly opens it next.
_listed: list[tuple[bytes, list[zipfile.ZipInfo]]] = []


class Parts(Protocol):
    """The parts of a document by name, wherever they lie."""

    limits: Limits

    def __contains__(self, name: str) -> bool:
        """Return whether there is a part of this name."""

    def read(self, name: str) -> bytes:
        """Return a part as a whole. Raises ReadError where it is missing, damaged or larger than its budget."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece, as `read` would return it."""


class StoredParts:
    """Parts that are unpacked already. Raises ReadError `damaged` where two have one name."""

    def __init__(self, parts: Iterable[tuple[str, bytes]], limits: Limits) -> None:
        self.limits = limits
        self._parts: dict[str, bytes | None] = {}
        for name, content in parts:
            self._parts[_key(name)] = None if _key(name) in self._parts else content

    def __contains__(self, name: str) -> bool:
        """Return whether there is a part of this name."""
        return _key(name) in self._parts

    def read(self, name: str) -> bytes:
        """Return a part as a whole."""
        if _key(name) not in self._parts:
            raise _missing(name)
        content = self._parts[_key(name)]
        if content is None:
            raise _ambiguous(name)
        return content

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece."""
        content = self.read(name)
        yield from (content[begin : begin + _PIECE] for begin in range(0, len(content), _PIECE))


class Container:
    """The members of a container. Raises ReadError where it is cut, damaged, encrypted or larger than its budget."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self._data = data
        self._unpacked = 0
        self._members: dict[str, zipfile.ZipInfo | None] = {}
        self.infos = _directory(data, limits)
        for info in self.infos:
            key = _key(info.filename)
            self._members[key] = None if key in self._members else info

    def __contains__(self, name: str) -> bool:
        """Return whether there is a member of this name."""
        return _key(name) in self._members

    def read(self, name: str) -> bytes:
        """Return a member as a whole."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member piece by piece; its checksum is compared after the last."""
        yield from self.unpacked(self._member(name), name)

    def unpacked(self, info: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
        """Yield what an entry of the directory holds; `name` is what errors call it."""
        _check_packing(info, name)
        packed = self._packed(info, name)
        pieces = _inflated(packed, name) if info.compress_type else _stored(packed[: info.compress_size])
        checksum = size = 0
        for piece, consumed in pieces:
            size += len(piece)
            self._unpacked += len(piece)
            if self._unpacked > self.limits.decoded_bytes or (size > _FREE and size > consumed * self.limits.ratio):
                total = self._unpacked
                raise ReadError("archive_bomb", "reading.part_bomb", name=name, size=size, packed=consumed, total=total)
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if checksum != info.CRC:
            raise ReadError("damaged", "reading.part_checksum", name=name, found=checksum, stated=info.CRC)

    def _member(self, name: str) -> zipfile.ZipInfo:
        info = self._members.get(_key(name), self)
        if isinstance(info, Container):
            raise _missing(name)
        if info is None:
            raise _ambiguous(name)
        return info

    def _packed(self, info: zipfile.ZipInfo, name: str) -> memoryview:
        """Return everything from the first packed byte of a member on."""
        begin = info.header_offset
        head = self._data[begin : begin + _LOCAL_SIZE] if begin >= 0 else b""
        if len(head) < _LOCAL_SIZE or not head.startswith(_LOCAL):
            raise ReadError("damaged", "reading.part_place", name=name, place=begin)
        skipped = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        return memoryview(self._data)[begin + _LOCAL_SIZE + skipped :]


def _check_packing(info: zipfile.ZipInfo, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise ReadError("encrypted", "reading.part_encrypted", name=name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadError("unsupported_format", "reading.part_packing", name=name, method=info.compress_type)


def _missing(name: str) -> ReadError:
    return ReadError("damaged", "reading.part_missing", name=name)


def _ambiguous(name: str) -> ReadError:
    return ReadError("damaged", "reading.part_ambiguous", name=name)


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _directory(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    if data.count(_ENTRY) > limits.members:
        raise ReadError("archive_bomb", "reading.container_members", limit=limits.members)
    try:
        members = _members(data)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        if not 0 <= data.rfind(_END) <= len(data) - _END_SIZE:
            raise _cut(data) from error
        raise ReadError("damaged", "reading.container_directory", error=error) from error
    if members and data.startswith(_LOCAL) and min(member.header_offset for member in members) > 0:
        raise _cut(data)  # the directory found is that of a container inside this one
    return members


def listed(data: bytes) -> list[zipfile.ZipInfo]:
    """Return the entries of the directory, kept for who opens this container next. Raises what zipfile does."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    _listed[:] = [(data, members)]
    return members


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    kept = [members for known, members in _listed if known is data]
    _listed.clear()
    return kept[0] if kept else zipfile.ZipFile(io.BytesIO(data)).infolist()


def _cut(data: bytes) -> ReadError:
    return ReadError("truncated", "reading.container_cut", size=len(data))


def _stored(packed: memoryview) -> Iterator[tuple[bytes, int]]:
    for begin in range(0, len(packed), _PIECE):
        piece = bytes(packed[begin : begin + _PIECE])
        yield piece, begin + len(piece)


def _inflated(packed: memoryview, name: str) -> Iterator[tuple[bytes, int]]:
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = b""
    taken = 0
    while not engine.eof:
        if not waiting:
            waiting = packed[taken : taken + _STEP]
            taken += len(waiting)
            if not waiting:
                raise ReadError("damaged", "reading.part_cut", name=name)
        try:
            piece = engine.decompress(waiting, _PIECE)
        except zlib.error as error:
            raise ReadError("damaged", "reading.part_unpacking", name=name, error=error) from error
        waiting = engine.unconsumed_tail
        if piece:
            yield piece, taken - len(waiting) - len(engine.unused_data)
