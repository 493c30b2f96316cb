"""ZIP archives of files: their members in order, each read by its place, never by its name, and never written.

Belongs here: which members are files, what they are called, and their bytes under the budgets. Keep out: containers
of one document (`container` reads their parts) and what a member is.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipelines.reading.container import Container
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.pages.bundle import Bundle, packed
from pipelines.reading.pages.numbering import missing_of
from pipelines.reading.sniffing import ZIP, sniff

SEPARATOR = "!/"
# Between the places of members that are one report; before that of the web page which shows the others as pictures;
# in place of a picture that it shows and the archive lacks.
BETWEEN, PAGE, ABSENT = "+", "page:", "-"
_UTF8_FLAG, _UNICODE_PATH = 0x800, 0x7075
_ENCODINGS = ("utf-8", "gb18030")
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENTRY, _ENTRY_SIZE, _END = b"PK\x01\x02", 46, b"PK\x05\x06"


class Member(NamedTuple):
    """A file in an archive. `place` leads to it: its index in each archive on the way, such as 3 or 3/0.

    `data` is None where it cannot be had; reason and detail then say why.
    """

    name: str
    place: str
    data: bytes | None
    is_archive: bool = False
    reason: str | None = None
    detail: str | None = None


@dataclass
class _Budget:
    """What may still be listed and unpacked of an archive, those inside it included."""

    members: int
    decoded: int

    def list(self, archive: Container) -> None:
        """Count the members of an archive. Raises ReadError `archive_bomb`."""
        self.members -= len(archive.infos)
        if self.members < 0:
            raise ReadError("archive_bomb", "reading.archive_members")

    def unpack(self, content: bytes) -> None:
        """Count unpacked bytes. Raises ReadError `archive_bomb`."""
        self.decoded -= len(content)
        if self.decoded < 0:
            raise ReadError("archive_bomb", "reading.archive_bytes")


def members(data: bytes, limits: Limits) -> Iterator[Member]:
    """Yield the files of an archive and of the archives in it; names are labels with `!/` between archives.

    Raises ReadError `truncated`, `damaged` or `archive_bomb` where the archive itself cannot be listed.
    """
    budget = _Budget(limits.members, limits.decoded_bytes)
    archive = _opened(data, limits)
    budget.list(archive)
    yield from _members(archive, place="", label="", depth=1, budget=budget)


def read_member(data: bytes, place: str, limits: Limits) -> bytes:
    """Return the member at a place of an archive, or several that are one report as one content. Raises ReadError."""
    if BETWEEN in place:
        return _bundle(data, place, limits)
    first, *others = place.split("/")
    data = _at(copy(_reopened(data, limits)), first)
    for index in others:
        data = _at(_opened(data, limits), index)
    return data


def _bundle(data: bytes, place: str, limits: Limits) -> bytes:
    """Return members as one content: pictures, behind a web page where the place begins with one."""
    page: bytes | None = None
    pictures: list[tuple[str, bytes]] = []
    missing: list[str] = []
    for number, each in enumerate(place.split(BETWEEN), start=1):
        if each == ABSENT:
            missing.append(str(number - 1))
            continue
        found = read_member(data, each.removeprefix(PAGE), limits)
        if each.startswith(PAGE):
            page = found
        else:
            pictures.append((_name_at(data, each, limits), found))
    if page is None:
        missing = [str(number) for number in missing_of([name for name, _ in pictures])]
    return packed(Bundle(tuple(pictures), page, tuple(missing)), limits)


def _name_at(data: bytes, place: str, limits: Limits) -> str:
    """Return what a member at a place is called, by the archives on the way."""
    archive, names = copy(_reopened(data, limits)), []
    indexes = place.split("/")
    for depth, index in enumerate(indexes, start=1):
        names.append(_safe(member_name(archive.infos[int(index)])))
        if depth < len(indexes):
            archive = _opened(_at(archive, index), limits)
    return SEPARATOR.join(names)


def _at(archive: Container, index: str) -> bytes:
    info = archive.infos[int(index)]
    return _unpacked(archive, info, member_name(info))


def _opened(data: bytes, limits: Limits) -> Container:
    try:
        return Container(data, limits)
    except ReadError as error:
        if isinstance(error.__cause__, UnicodeDecodeError):
            return Container(_unflagged(data), limits)
        raise


@lru_cache(maxsize=1)
def _reopened(data: bytes, limits: Limits) -> Container:
    """Return an archive whose members are read one by one. To be copied, since a container counts what it unpacks."""
    return _opened(data, limits)


def _unflagged(data: bytes) -> bytes:
    """Return an archive whose names no longer say that they are UTF-8, because one is not: their bytes then decide."""
    changed = bytearray(data)
    end = data.rfind(_END)
    position = end - int.from_bytes(data[end + 12 : end + 16], "little")
    while 0 <= position < end and data.startswith(_ENTRY, position):
        flags = int.from_bytes(data[position + 8 : position + 10], "little") & ~_UTF8_FLAG
        changed[position + 8 : position + 10] = flags.to_bytes(2, "little")
        position += _ENTRY_SIZE + sum(struct.unpack_from("<HHH", data, position + 28))
    return bytes(changed)


def _members(archive: Container, *, place: str, label: str, depth: int, budget: _Budget) -> Iterator[Member]:
    limits, seen = archive.limits, _Labels()
    for index, info in enumerate(archive.infos):
        name = member_name(info)
        if _is_folder(name, info):
            continue
        shown, here = label + seen.distinct(_safe(name)), f"{place}{index}"
        try:
            if stat.S_ISLNK(info.external_attr >> 16):
                raise ReadError("not_a_file", "reading.archive_link")
            content = _unpacked(archive, info, shown)
            budget.unpack(content)
        except ReadError as error:
            yield Member(shown, here, None, reason=error.reason, detail=error.detail)
            continue
        if sniff(content) != ZIP:
            yield Member(shown, here, content)
            continue
        try:
            if depth >= limits.archive_depth:
                raise ReadError("archive_too_deep", "reading.archive_deep", limit=limits.archive_depth)
            inner = _opened(content, limits)
            budget.list(inner)
        except ReadError as error:
            yield Member(shown, here, None, is_archive=True, reason=error.reason, detail=error.detail)
            continue
        yield Member(shown, here, content, is_archive=True)
        yield from _members(inner, place=f"{here}/", label=f"{shown}{SEPARATOR}", depth=depth + 1, budget=budget)


def _is_folder(name: str, info: zipfile.ZipInfo) -> bool:
    """Return whether a member is a folder; a file may bear the name of one to be overlooked."""
    return name.endswith(("/", "\\")) and not info.file_size


class _Labels:
    """The labels of an archive, each given once."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def distinct(self, name: str) -> str:
        """Return a name that no other member bears: of several alike, the second is a.txt#2."""
        label = name
        while label in self.seen:
            self.seen[name] += 1
            label = f"{name}#{self.seen[name]}"
        self.seen[label] = 1
        return label


def _unpacked(archive: Container, info: zipfile.ZipInfo, name: str) -> bytes:
    content, limit = bytearray(), archive.limits.input_bytes
    for piece in archive.unpacked(info, name):
        content += piece
        if len(content) > limit:
            raise ReadError("too_large", "reading.member_large", name=name, limit=limit)
    return bytes(content)


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member: as Unicode where the archive says so, else UTF-8 or GB18030, whichever it is."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    raw = info.orig_filename.encode("cp437", errors="replace")
    if (stated := _unicode_path(info.extra, raw)) is not None:
        return stated
    for encoding in _ENCODINGS:
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Some names in GBK are UTF-8 as well, and spell Greek or Arabic then.
        if encoding != "utf-8" or _HAN.search(name):
            return name
    return info.filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Return the name in the extra field for Unicode paths, if that is the name of this member still."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            checksum = int.from_bytes(field[1:5], "little")
            try:
                return field[5:].decode("utf-8") if checksum == zlib.crc32(raw) else None
            except UnicodeDecodeError:
                return None
    return None


def _safe(name: str) -> str:
    """Return a name as a label: no way up, no separator of archives, no control characters."""
    parts = ["%2E%2E" if part == ".." else part for part in name.replace("\\", "/").lstrip("/").split("/")]
    plain = "/".join(parts).replace(SEPARATOR, "%21/")
    return "".join(c if c.isprintable() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in plain)
