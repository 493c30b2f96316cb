"""Inventory of data/raw: every location with its content hash, or the reason why it cannot be a report file.

A ZIP archive is a location, and so is every file in it. A file is hashed again only when its size, times or inode
changed. Nothing in data/raw is ever written.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote_from_bytes

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts.codes import code_list
from pipelines.digested import note_digest, read_digested
from pipelines.messages import Kept as KeptMessage
from pipelines.messages import kept
from pipelines.raw.beside import stamp_of
from pipelines.raw.left_by_systems import is_left_by_system
from pipelines.raw.page_files import REPORT_PAGE, FolderPages, with_pages
from pipelines.reading import Limits, ReadError
from pipelines.reading.archive import SEPARATOR, Member, members
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.sniffing import ZIP, sniff

_FILE_NAME = re.compile(
    rb"\.(txt|html?|shtml|docx?|wps|rtf|od[ts]|pdf|xlsx?|et|csv|zip|rar|7z|png|jpe?g)$", re.IGNORECASE
)
_YEAR = re.compile(rb"^(20\d\d)$")
SYSTEM_FILE, TOO_LARGE = code_list("outcome_reason").named("system_file", "too_large")
# Locations with such a reason are no files of which anything is wrong.
NO_REPORT = (SYSTEM_FILE, REPORT_PAGE)
# Told by name and size: such a file has no content that is known, and is not looked at again for that.
_NEVER_READ = (SYSTEM_FILE, TOO_LARGE)
# Goes up whenever other members of an archive would be found: unchanged archives are then looked at again.
_VERSION = b"4"
SCHEMA = pa.schema(
    [
        ("location", pa.string()),
        ("path", pa.binary()),
        ("size_bytes", pa.int64()),
        ("stamp", pa.string()),
        ("file_sha256", pa.string()),
        ("folder_year", pa.int32()),
        ("media_type", pa.string()),
        ("member", pa.string()),
        ("is_archive", pa.bool_()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("fetched_from", pa.string()),
        ("fetched_at", pa.string()),
        ("source_id", pa.string()),
        ("parent_location", pa.string()),
        ("published_on", pa.string()),
        ("gone_at", pa.string()),
        ("is_latest", pa.bool_()),
        ("arrived_at", pa.string()),
    ],
    metadata={b"inventory": _VERSION},
)


@dataclass(frozen=True)
class Location:
    """A location below data/raw, or (`member`: its place in the archive at `path`) a file in an archive.

    `reason` tells why it is quarantined before anything is read, `detail` is a message that is kept. Of what was
    fetched, `fetched_from` names it, `fetched_at` is when this content was first had there (UTC), `parent_location` the
    page that links it, `published_on` the date its list states; a content that the URL no longer has is not the latest.
    `arrived_at` is when a content was first seen in the inbox (UTC).
    """

    location: str
    path: bytes
    size_bytes: int
    stamp: str
    file_sha256: str | None
    folder_year: int | None
    media_type: str | None = None
    member: str | None = None
    is_archive: bool = False
    reason: str | None = None
    detail: str | None = None
    fetched_from: str | None = None
    fetched_at: str | None = None
    source_id: str | None = None
    parent_location: str | None = None
    published_on: str | None = None
    gone_at: str | None = None
    is_latest: bool = True
    arrived_at: str | None = None


class Placed(NamedTuple):
    """What a location says besides its content of where and when that was fetched; of the inbox nothing."""

    fetched_from: str | None
    fetched_at: str | None
    source_id: str | None
    parent_location: str | None
    published_on: str | None
    gone_at: str | None
    is_latest: bool


# What stands for a file that did not change: a row of the inventory that knows it, or its locations.
Kept = TypeVar("Kept")
_SEPARATOR = SEPARATOR.encode()
# The raw store stands in the inbox's folder; `fetched_locations` tells what is in it.
_STORE = b"objects"


class Known:
    """The last inventory, of which the rows of unchanged files are taken as they are.

    Files are looked at anew where a row of theirs has no content, or is `refused` for a reason to look again.
    """

    def __init__(self, table: pa.Table, refused: Container[str] = ()) -> None:
        self.table = table
        self._stamps: dict[bytes, str | None] = {}
        self._rows: defaultdict[bytes, list[int]] = defaultdict(list)
        is_done = pc.is_in(table["reason"], value_set=pa.array(_NEVER_READ))
        has_content = pc.or_(pc.or_(pc.is_valid(table["file_sha256"]), pc.is_valid(table["member"])), is_done)
        columns = (table["path"], table["stamp"], table["reason"], has_content)
        for row, (path, stamp, reason, has) in enumerate(zip(*(c.to_pylist() for c in columns), strict=True)):
            self._rows[path].append(row)
            is_same = self._stamps.get(path, stamp) == stamp
            self._stamps[path] = stamp if is_same and has and (reason is None or reason not in refused) else None

    def unchanged(self, path: bytes, stamp: str) -> Sequence[int]:
        """Return the rows of a file, and of the files in it, if it is as it was; else none."""
        return self._rows[path] if self._stamps.get(path) == stamp else ()

    def unchanged_as(self, location: str, path: bytes, stamp: str) -> Sequence[int]:
        """As `unchanged`, but none where the file was at another location: its folder was numbered, or no longer is."""
        rows = self.unchanged(path, stamp)
        return rows if rows and self.table["location"][rows[0]].as_py() == location else ()

    def locations(self, rows: Sequence[int]) -> list[Location]:
        """Return some rows as locations."""
        return [Location(*(column[row] for column in self._columns)) for row in rows]

    @cached_property
    def placed(self) -> list[Placed]:
        """What each row says of where and when it was fetched."""
        return list(map(Placed, *(self.table[name].to_pylist() for name in Placed._fields)))

    @cached_property
    def _columns(self) -> list[list[Any]]:
        return [self.table[name].to_pylist() for name in SCHEMA.names]


def take_inventory(raw: Path, known: Known, limits: Limits = DEFAULT_LIMITS) -> Iterator[Location | int]:
    """Yield what is below `raw`: the rows of `known` whose files are as they were, and the locations of all others."""
    root = os.fsencode(raw)
    for found in _walk(root, known, limits):
        yield found if isinstance(found, int) else _spelt_apart(found, root + b"/")


def locations_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[Location]:
    """Return a file anywhere, and the files in it if it is an archive, as locations named by the file's name."""
    name = os.fsencode(path)
    if os.path.isdir(name):  # noqa: PTH112  # of what may not be looked at, reading tells why
        try:
            os.scandir(name).close()
        except OSError as error:
            detail = kept("outcomes.directory_unlisted", error=error.strerror)
            return [_refused(os.path.basename(name), name, "unreadable", detail)]  # noqa: PTH119  # as below
        detail = kept("outcomes.directory_given", folder=path)
        return [_refused(os.path.basename(name), name, "is_a_directory", detail)]  # noqa: PTH119  # a name of any bytes
    return list(read_file(os.path.basename(name), name, lambda *_: (), limits))  # noqa: PTH119  # a name of any bytes


def _walk(root: bytes, known: Known, limits: Limits) -> Iterator[Location | int]:
    """Yield what is below a folder, its folders from a list of those left: a call in a call ends at some depth."""
    inside = os.path.realpath(root) + b"/"
    # Where each folder is, and what it is called.
    left = [(root, b"")]
    pages = FolderPages(begun, limits)
    while left:
        folder, called = left.pop()
        try:
            entries = _entries(folder, is_root=not called)
        except OSError as error:
            yield _unlisted(called, folder, root, error)
            continue
        kinds = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
        folders = []
        plain = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        yield from pages.locations(folder, called, plain, known.unchanged)
        for entry in entries:
            if entry.path in pages.taken:
                continue
            own = _numbered(entry.name, kinds)
            name = called + b"/" + own if called else own
            if entry.is_symlink() and not os.path.realpath(entry.path).startswith(inside):
                yield _refused_link(name, entry.path)
            elif kinds[entry.name]:
                if _FILE_NAME.search(entry.name):
                    yield _refused(name, entry.path, "is_a_directory", kept("outcomes.directory_named_as_file"))
                folders.append((entry.path, name))
            else:
                is_plain = _SEPARATOR not in entry.path
                unchanged = known.unchanged if is_plain else partial(known.unchanged_as, _location(name))
                yield from read_file(name, entry.path, unchanged, limits)
        left += reversed(folders)


def _numbered(name: bytes, kinds: Mapping[bytes, bool]) -> bytes:
    """Return what an entry is called: a folder a.zip! beside a file a.zip (it holds a.zip!/...) is called a.zip!#2."""
    if not (kinds[name] and name.endswith(b"!") and kinds.get(name[:-1]) is False):
        return name
    return next(each for number in count(2) if (each := b"%s#%d" % (name, number)) not in kinds)


def _spelt_apart(found: Location, root: bytes) -> Location:
    """Return a location; one that spells bytes that are no text is numbered where a file has just that name."""
    if _is_text(found.path.removeprefix(root)):
        return found
    names = (f"{found.location}#{number}" for number in count(2))
    free = (name for name in chain((found.location,), names) if not os.path.lexists(root + name.encode()))
    return replace(found, location=next(free))


def _is_text(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _entries(folder: bytes, *, is_root: bool) -> list[os.DirEntry[bytes]]:
    """Return what is in a folder in order of names, without hidden files and the raw store."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    return [each for each in entries if not each.name.startswith(b".") and not (is_root and each.name == _STORE)]


def _unlisted(called: bytes, folder: bytes, root: bytes, error: OSError) -> Location:
    """Return a folder that cannot be listed; one whose path is longer than the system takes is named by its first."""
    if error.errno != errno.ENAMETOOLONG:
        return _refused(called, folder, "unreadable", kept("outcomes.directory_unlisted", error=error.strerror))
    first = folder.removeprefix(root + b"/").split(b"/", 1)[0]
    detail = kept("outcomes.folders_too_deep", levels=called.count(b"/") + 1)
    return _refused(called.split(b"/", 1)[0], root + b"/" + first, "unreadable", detail)


def _refused_link(name: bytes, path: bytes) -> Location:
    try:
        target = os.fsdecode(os.readlink(path))  # noqa: PTH115  # a name of any bytes
    except OSError as error:
        return _refused(name, path, "unreadable", kept("outcomes.unreadable", error=error.strerror))
    return _refused(name, path, "link_leads_out", kept("outcomes.link_leads_out", target=target))


def read_file(
    name: bytes, path: bytes, unchanged: Callable[[bytes, str], Sequence[Kept]], limits: Limits
) -> Iterator[Location | Kept]:
    """Yield a file under a name, and the files in it if it is an archive.

    `unchanged` returns by path and stamp what stands for a file that is as it was: that is yielded in its place.
    """
    if not _is_text(name):
        yield _refused(name, path, "name_not_utf8", kept("outcomes.name_not_utf8"))
        return
    try:
        state = os.stat(path)  # noqa: PTH116  # a name of any bytes, which pathlib does not take
        if not stat.S_ISREG(state.st_mode):
            yield _refused(name, path, "not_a_file", kept("outcomes.no_regular_file"))
            return
        stamp = stamp_of(state)
        if earlier := unchanged(path, stamp):
            yield from earlier
            return
        yield from _read(begun(name, path, state.st_size, stamp), limits)
    except OSError as error:
        yield _refused(name, path, "unreadable", kept("outcomes.unreadable", error=error.strerror))


def begun(name: bytes, path: bytes, size: int, stamp: str) -> Location:
    """Return a file of which nothing is known yet but its name, path, size and stamp."""
    return Location(_location(name), path, size, stamp, None, _folder_year(name))


def _read(location: Location, limits: Limits) -> Iterator[Location]:
    """Yield a file with its hash and kind, and the files in it if it is an archive.

    What is no report by its name or size is not read: a sparse file of a terabyte takes no room, and hours to read.
    """
    if is_left_by_system(location.location, location.size_bytes):
        yield replace(location, reason=SYSTEM_FILE, detail=kept("outcomes.left_by_system"))
        return
    if location.size_bytes > limits.input_bytes:
        detail = kept("outcomes.too_large", bytes=location.size_bytes, limit=limits.input_bytes)
        yield replace(location, reason=TOO_LARGE, detail=detail)
        return
    with open(location.path, "rb") as file:  # noqa: PTH123  # a name of any bytes
        data = file.read()
    media_type = sniff(data)
    known = replace(location, file_sha256=hashlib.sha256(data).hexdigest(), media_type=media_type)
    if media_type != ZIP:
        yield known
        return
    try:
        inside = [_member(location, member) for member in members(data, limits)]
    except ReadError as error:
        yield replace(known, is_archive=True, reason=error.reason, detail=error.detail)
        return
    yield replace(known, is_archive=True)
    yield from with_pages(location, data, inside, limits)


def _member(archive: Location, member: Member) -> Location:
    content = member.data
    if is_left_by_system(member.name, len(content or b"")):
        content, member = None, member._replace(reason=SYSTEM_FILE, detail=kept("outcomes.left_by_system"))
    return replace(
        archive,
        location=f"{archive.location}{SEPARATOR}{member.name}",
        size_bytes=len(content or b""),
        file_sha256=None if content is None else hashlib.sha256(content).hexdigest(),
        media_type=None if content is None else sniff(content),
        member=member.place,
        is_archive=member.is_archive,
        reason=member.reason,
        detail=member.detail,
    )


def _refused(name: bytes, path: bytes, reason: str, detail: KeptMessage) -> Location:
    return Location(_location(name), path, 0, "", None, _folder_year(name), reason=reason, detail=detail)


def _location(name: bytes) -> str:
    return name.decode("utf-8") if _is_text(name) else quote_from_bytes(name, safe=b"/ ")


def _folder_year(name: bytes) -> int | None:
    found = _YEAR.match(name.split(b"/", 1)[0])
    return int(found[1]) if found else None


def table_of(locations: Sequence[Location]) -> pa.Table:
    """Return locations as the columns of an inventory."""
    if not locations:
        return SCHEMA.empty_table()
    return pa.table({name: [getattr(found, name) for found in locations] for name in SCHEMA.names}, schema=SCHEMA)


def write_inventory(table: pa.Table, path: Path) -> None:
    """Write an inventory as Parquet, replacing an earlier one at once."""
    from pyarrow import parquet  # noqa: PLC0415  # whoever looks at a few files does without it

    part = path.with_suffix(".part")
    parquet.write_table(table, part)
    part.replace(path)
    note_digest(path)


def read_inventory(path: Path) -> list[Location]:
    """Read an inventory; an absent or damaged one is empty, which only costs hashing again."""
    return locations_in(read_inventory_table(path))


def locations_in(table: pa.Table) -> list[Location]:
    """Return the rows of an inventory as locations."""
    return [Location(*row) for row in zip(*(table[name].to_pylist() for name in SCHEMA.names), strict=True)]


def read_inventory_table(path: Path) -> pa.Table:
    """Read an inventory as columns; an absent or damaged one is empty, which only costs hashing again."""
    from pyarrow import parquet  # noqa: PLC0415

    try:
        # Not `read_table`, which loads the reader of data sets, and with it pandas.
        with parquet.ParquetFile(pa.BufferReader(read_digested(path))) as file:
            table = file.read()
    except (pa.ArrowInvalid, OSError):
        return SCHEMA.empty_table()
    is_ours = table.schema.names == SCHEMA.names and (table.schema.metadata or {}).get(b"inventory") == _VERSION
    return table if is_ours else SCHEMA.empty_table()
