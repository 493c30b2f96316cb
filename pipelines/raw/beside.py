"""Files in folders that are one report, read as one content: pictures of pages, and a web page with its pictures.

Belongs here: how their place is written, and reading it. Keep out: which files they are (`page_files`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.reading import Limits, ReadError
from pipelines.reading.archive import read_member
from pipelines.reading.pages.bundle import Bundle, packed
from pipelines.reading.pages.numbering import missing_of

# A place begins so; the names of files follow as JSON. The first one may be the page around the others.
_FILES, _PAGE = "./", ".page/"


class Beside(NamedTuple):
    """A file by its name, relative to the folder of the first one, and what it is called where that differs."""

    name: str
    called: str | None = None


def stamp_of(state: os.stat_result) -> str:
    """Return what a file that was not touched since has again: size, times and inode."""
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"


def place_of(pictures: Sequence[Beside | None], page: str | None = None) -> str:
    """Return the place of pictures (None: one that the page shows and is not there) and of the page around them."""
    listed = [each and (each if each.called else each.name) for each in pictures]
    names = json.dumps(listed if page is None else [page, *listed], ensure_ascii=False)
    return f"{_FILES if page is None else _PAGE}{names}"


def is_beside(place: str | None) -> bool:
    """Tell whether a place is that of files in folders, and not one in an archive."""
    return place is not None and place.startswith((_FILES, _PAGE))


def read_beside(path: bytes, place: str, limits: Limits) -> bytes:
    """Return the files of a place as one content; `path` is that of the first one. Raises ReadError, OSError."""
    folder = os.path.dirname(path)  # noqa: PTH120  # a path of any bytes
    has_page = place.startswith(_PAGE)
    listed = json.loads(place.removeprefix(_PAGE if has_page else _FILES))
    files = [None if each is None else Beside(each) if isinstance(each, str) else Beside(*each) for each in listed]
    paths = [None if file is None else os.path.join(folder, os.fsencode(file.name)) for file in files]  # noqa: PTH118
    size = sum(os.stat(each).st_size for each in paths if each is not None)  # noqa: PTH116
    if size > limits.input_bytes:
        raise ReadError("too_large", "reading.file_large", size=size, limit=limits.input_bytes)
    page = _content(paths[0]) if has_page and paths[0] is not None else None
    there = [(file, each) for file, each in zip(files, paths, strict=True) if file is not None and each is not None]
    pictures = tuple((file.called or file.name, _content(each)) for file, each in there[int(has_page) :])
    if has_page:
        missing = [number for number, file in enumerate(files) if file is None]
    else:
        missing = [*missing_of([name for name, _ in pictures])]
    return packed(Bundle(pictures, page, tuple(map(str, missing))), limits)


def content_at(path: bytes, place: str | None, limits: Limits, archive: bytes | None = None) -> bytes:
    """Return what is at a path, or at a place there; `archive` is the content of the path where it is known already.

    Raises ReadError, OSError.
    """
    if place is not None and is_beside(place):
        return read_beside(path, place, limits)
    data = _content(path) if archive is None else archive
    return data if place is None else read_member(data, place, limits)


def _content(path: bytes) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  # a path of any bytes
        return file.read()
