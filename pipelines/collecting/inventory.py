"""Inventory of data/raw: every location with its content hash, or the reason why it cannot be a report file.

A file is hashed again only when its size, times or inode changed. Nothing in data/raw is ever written.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

import pyarrow as pa
import pyarrow.parquet as pq

_FILE_NAME = re.compile(rb"\.(txt|html?|shtml|docx?|wps|pdf|xlsx?|et|csv|zip|rar|7z|png|jpe?g)$", re.IGNORECASE)
_YEAR = re.compile(rb"^(20\d\d)$")
_CHUNK = 1 << 20

SCHEMA = pa.schema(
    [
        ("location", pa.string()),
        ("path", pa.binary()),
        ("size_bytes", pa.int64()),
        ("stamp", pa.string()),
        ("file_sha256", pa.string()),
        ("folder_year", pa.int32()),
        ("reason", pa.string()),
        ("detail", pa.string()),
    ]
)


@dataclass(frozen=True)
class Location:
    """A location below data/raw. `reason` tells why it is quarantined before anything is read."""

    location: str
    path: bytes
    size_bytes: int
    stamp: str
    file_sha256: str | None
    folder_year: int | None
    reason: str | None = None
    detail: str | None = None


def take_inventory(raw: Path, known: dict[str, Location]) -> list[Location]:
    """Return all locations below `raw`, sorted by name; hashes of unchanged files come from `known`."""
    root = os.fsencode(raw)
    return sorted(_walk(root, b"", known), key=lambda found: found.location)


def _walk(root: bytes, below: bytes, known: dict[str, Location]) -> Iterator[Location]:
    folder = root + b"/" + below if below else root
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _refused(below, folder, "unreadable", f"the directory cannot be listed: {error.strerror}")
        return
    for entry in entries:
        if entry.name.startswith(b"."):
            continue
        name = below + b"/" + entry.name if below else entry.name
        if entry.is_dir(follow_symlinks=False):
            if _FILE_NAME.search(entry.name):
                detail = "a directory with the name of a file: expected a file; put the report itself here"
                yield _refused(name, entry.path, "is_a_directory", detail)
            yield from _walk(root, name, known)
        else:
            yield _file(name, entry.path, known)


def _file(name: bytes, path: bytes, known: dict[str, Location]) -> Location:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        detail = "the name is not UTF-8, so no reader could find the file by it: rename the file"
        return _refused(name, path, "name_not_utf8", detail)
    try:
        state = os.stat(path)  # noqa: PTH116  # a name of any bytes, which pathlib does not take
        if not stat.S_ISREG(state.st_mode):
            return _refused(name, path, "not_a_file", "a device, socket, pipe or link to a directory: expected a file")
        stamp = f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"
        location = _location(name)
        earlier = known.get(location)
        if earlier is not None and earlier.stamp == stamp and earlier.file_sha256:
            return earlier
        return Location(location, path, state.st_size, stamp, _sha256(path), _folder_year(name))
    except OSError as error:
        return _refused(name, path, "unreadable", f"{error.strerror}: check the file and its permissions")


def _refused(name: bytes, path: bytes, reason: str, detail: str) -> Location:
    return Location(_location(name), path, 0, "", None, _folder_year(name), reason, detail)


def _location(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return quote_from_bytes(name, safe=b"/ ")


def _folder_year(name: bytes) -> int | None:
    found = _YEAR.match(name.split(b"/", 1)[0])
    return int(found[1]) if found else None


def _sha256(path: bytes) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:  # noqa: PTH123  # a name of any bytes
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_inventory(locations: list[Location], path: Path) -> None:
    """Write an inventory as Parquet, replacing an earlier one at once."""
    rows = {name: [getattr(found, name) for found in locations] for name in SCHEMA.names}
    part = path.with_suffix(".part")
    pq.write_table(pa.table(rows, schema=SCHEMA), part)
    part.replace(path)


def read_inventory(path: Path) -> list[Location]:
    """Read an inventory; an absent or damaged one is empty, which only costs hashing again."""
    try:
        table = pq.read_table(path)
    except (FileNotFoundError, pa.ArrowInvalid, OSError):
        return []
    if table.schema.names != SCHEMA.names:
        return []
    return [Location(**row) for row in table.to_pylist()]
