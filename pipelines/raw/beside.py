"""Files in folders that are one report, read as one content: pictures of pages, and a web page with its pictures.

Belongs here: how their place is written, and reading it. Keep out: which files they are (`page_files`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from pipelines.reading import Limits, ReadError
from pipelines.reading.archive import read_member
from pipelines.reading.pages.bundle import Bundle, packed
from pipelines.reading.pages.numbering import missing_of

# A place begins so, and its files are parted so, which no name holds. The first one may be the page around the others.
_FILES, _PAGE, _BETWEEN = "./", ".page/", "//"
# What stands for a picture that the page shows and that is not there.
ABSENT = "-"


def place_of(names: Sequence[str | None], page: str | None = None) -> str:
    """Return the place of files by their names, which are relative to the folder of the first one."""
    listed = [ABSENT if name is None else name for name in names]
    return _FILES + _BETWEEN.join(listed) if page is None else _PAGE + _BETWEEN.join([page, *listed])


def is_beside(place: str | None) -> bool:
    """Tell whether a place is that of files in folders, and not one in an archive."""
    return place is not None and place.startswith((_FILES, _PAGE))


def names_in(place: str) -> list[str]:
    """Return the names of the files of a place, those that are not there left out."""
    listed = place.removeprefix(_FILES).removeprefix(_PAGE).split(_BETWEEN)
    return [name for name in listed if name != ABSENT]


def read_beside(path: bytes, place: str, limits: Limits) -> bytes:
    """Return the files of a place as one content; `path` is that of the first one. Raises ReadError, OSError."""
    folder = os.path.dirname(path)  # noqa: PTH120  # a path of any bytes
    has_page = place.startswith(_PAGE)
    listed = place.removeprefix(_PAGE if has_page else _FILES).split(_BETWEEN)
    size = sum(os.stat(os.path.join(folder, os.fsencode(name))).st_size for name in names_in(place))  # noqa: PTH116, PTH118
    if size > limits.input_bytes:
        raise ReadError("too_large", "reading.file_large", size=size, limit=limits.input_bytes)
    contents = {name: _content(folder, name) for name in names_in(place)}
    if not has_page:
        missing = tuple(str(number) for number in missing_of(listed))
        return packed(Bundle(tuple(contents.items()), None, missing), limits)
    page, *pictures = listed
    missing = tuple(str(number) for number, name in enumerate(pictures, start=1) if name == ABSENT)
    shown = tuple((name, contents[name]) for name in pictures if name != ABSENT)
    return packed(Bundle(shown, contents[page], missing), limits)


def content_at(path: bytes, place: str | None, limits: Limits, archive: bytes | None = None) -> bytes:
    """Return what is at a path, or at a place there; `archive` is the content of the path where it is known already.

    Raises ReadError, OSError.
    """
    if place is not None and is_beside(place):
        return read_beside(path, place, limits)
    data = _content(b"", os.fsdecode(path)) if archive is None else archive
    return data if place is None else read_member(data, place, limits)


def _content(folder: bytes, name: str) -> bytes:
    with open(os.path.join(folder, os.fsencode(name)), "rb") as file:  # noqa: PTH118, PTH123  # a path of any bytes
        return file.read()
