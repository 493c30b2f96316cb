"""Picture files that are one report, with the page that shows them if there is one, as one content.

It is a ZIP archive that any program opens, stored as it is and without dates: equal files give equal bytes.
Belongs here: packing and unpacking. Keep out: which files belong together (`numbering`, `raw`).
"""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

from pipelines.reading.container import Container
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.sniffing import PAGES, PAGES_FOLDER

_KIND, _PAGE, _MISSING = "mimetype", f"{PAGES_FOLDER}page", f"{PAGES_FOLDER}missing"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class Bundle(NamedTuple):
    """Pictures in order with their names, the bytes of the page that shows them, and what pages are not there."""

    pictures: tuple[tuple[str, bytes], ...]
    page: bytes | None = None
    missing: tuple[str, ...] = ()


def packed(bundle: Bundle, limits: Limits) -> bytes:
    """Return files as one content. Raises ReadError `too_large` where they are, all together."""
    size = sum(len(data) for _, data in bundle.pictures) + len(bundle.page or b"")
    if size > limits.input_bytes:
        raise ReadError("too_large", "reading.file_large", size=size, limit=limits.input_bytes)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:

        def put(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data)

        put(_KIND, PAGES.encode())
        put(_MISSING, "\n".join(bundle.missing).encode())
        for number, (name, data) in enumerate(bundle.pictures, start=1):
            put(f"{PAGES_FOLDER}{number}/{name.replace(chr(92), '/')}", data)
        if bundle.page is not None:
            put(_PAGE, bundle.page)
    return out.getvalue()


def unpacked(data: bytes, limits: Limits) -> Bundle:
    """Return the files of a content. Raises ReadError where it is damaged or beyond a budget."""
    archive = Container(data, limits)
    page: bytes | None = None
    missing: tuple[str, ...] = ()
    pictures: list[tuple[str, bytes]] = []
    for info in archive.infos:
        name = info.filename
        number, slash, own = name.removeprefix(PAGES_FOLDER).partition("/")
        if name == _PAGE:
            page = b"".join(archive.unpacked(info, name))
        elif name == _MISSING:
            missing = tuple(b"".join(archive.unpacked(info, name)).decode("utf-8", "replace").split())
        elif name.startswith(PAGES_FOLDER) and slash and number.isdecimal():
            pictures.append((own, b"".join(archive.unpacked(info, name))))
    return Bundle(tuple(pictures), page, missing)
