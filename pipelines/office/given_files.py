"""Files, folders and archives that somebody names -> the files to be checked, and those that are left out.

Belongs here: which files there are, by their names. Keep out: what is in them; files in archives (`raw.inventory`).
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from pipelines.raw.left_by_systems import is_left_by_system

# What a page of ours bears at its begin: written into the folder of the reports, it is none of them.
OWN_PAGE = '<meta name="generator" content="gongkai check">'
_BEGIN_BYTES = 400
# What a document of ours has for its category: programs for offices keep it when a document is filled in and saved.
OWN_CATEGORY = "gongkai check"
_PROPERTIES, _CATEGORY = "docProps/core.xml", f"<cp:category>{OWN_CATEGORY}</cp:category>".encode()
# A part of a few lines, packed as all programs for offices do; another one is none of ours, and is not read.
_PROPERTIES_BYTES, _PACKED = 100_000, (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Given(NamedTuple):
    """Files to be checked, in order; what is left out (of systems, hidden, links to folders, files of ours); folders
    with nothing to check in them.
    """

    files: tuple[Path, ...]
    left_out: tuple[Path, ...]
    empty: tuple[Path, ...]


# What a folder of results holds, and how that begins: nothing in such a folder is a report.
ROUND_FILE, ROUND_MARK = "round.json", "gongkai office round"


class _Kind(Enum):
    FILE, LEFT_OUT, EMPTY = range(3)


def given_files(paths: Sequence[Path]) -> Given:
    """Return the files that are named, and those in the folders that are, each once.

    What is not there, and a folder that cannot be listed, is a file that cannot be read: reading it tells why.
    """
    found: dict[str, tuple[Path, _Kind]] = {}
    for path, kind in (each for given in paths for each in _files(given)):
        found.setdefault(os.path.abspath(path), (path, kind))  # noqa: PTH100  # a link is a file of its own
    return Given(*(tuple(path for path, its in found.values() if its == kind) for kind in _Kind))


def is_own_folder(folder: Path) -> bool:
    """Tell whether results were written into a folder: its round begins as ours do, even where it is damaged since."""
    path = folder / ROUND_FILE
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return ROUND_MARK.encode() in file.read(_BEGIN_BYTES)
    except OSError:
        return False


def without(given: Given, file: Path | None) -> Given:
    """Return what is given without a file that is none of the reports; it is left out where it was among them."""
    own = [path for path in given.files if file is not None and _is_same(path, file)]
    files = tuple(path for path in given.files if path not in own)
    return given._replace(files=files, left_out=(*given.left_out, *own))


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _files(path: Path) -> Iterator[tuple[Path, _Kind]]:
    if os.path.isdir(path):  # noqa: PTH112  # a folder that may not be looked into is none, and no error
        yield from _below(path, "")
    else:
        yield path, _kind(path, path.name)


def _below(folder: Path, within: str) -> Iterator[tuple[Path, _Kind]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder, _Kind.FILE
        return
    is_empty = True
    for entry in entries:
        path, name = folder / entry.name, f"{within}{entry.name}"
        is_folder = os.path.isdir(path)  # noqa: PTH112  # a link that leads to itself is none, and no error
        if entry.name.startswith(".") or (is_folder and (entry.is_symlink() or is_own_folder(path))):
            yield path, _Kind.LEFT_OUT
        elif is_folder:
            is_empty = False
            yield from _below(path, f"{name}/")
        else:
            kind = _kind(path, name)
            is_empty = is_empty and kind is _Kind.LEFT_OUT
            yield path, kind
    if is_empty:
        yield folder, _Kind.EMPTY


def _kind(path: Path, name: str) -> _Kind:
    try:
        is_left = is_left_by_system(name, path.stat().st_size) or is_own_page(path)
    except OSError:
        return _Kind.FILE
    return _Kind.LEFT_OUT if is_left else _Kind.FILE


def is_own_page(path: Path) -> bool:
    """Tell whether a file is a page or document of an earlier check: its result, or a sheet for a unit."""
    ending = path.suffix.lower()
    if ending not in (".html", ".htm", ".docx") or not path.is_file():
        return False
    if ending == ".docx":
        return _is_own_document(path)
    with path.open("rb") as file:
        return OWN_PAGE.encode() in file.read(_BEGIN_BYTES)


def _is_own_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as parts:
            properties = parts.getinfo(_PROPERTIES)
            is_plain = properties.file_size < _PROPERTIES_BYTES and properties.compress_type in _PACKED
            return is_plain and _CATEGORY in parts.read(properties)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        # What is wrong with it, and whether it is a report, is found when it is read.
        return False
