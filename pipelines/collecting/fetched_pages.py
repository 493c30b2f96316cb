"""A fetched page whose article is pictures, with those of them that were fetched: one report, as files in a folder are.

Belongs here: which stored files a page shows, and their locations. Keep out: finding pictures in a page (`reading`),
and all other stored files (`fetched_locations`).
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

from pipelines.collecting.stored_files import StoredFile
from pipelines.durable import sha256_of
from pipelines.raw.beside import Beside, content_at, place_of, stamp_of
from pipelines.raw.inventory import Location, Placed
from pipelines.raw.page_files import Unit, page_of, whole_of
from pipelines.reading import Limits, ReadError
from pipelines.reading.decoding import decode
from pipelines.reading.pages.beside_text import can_be_page
from pipelines.reading.sniffing import HTML, IMAGES


class FetchedPage(NamedTuple):
    """A page and the pictures that it shows, in order: what the ledger says of each, None for those not there."""

    page: StoredFile
    pictures: tuple[StoredFile | None, ...]

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """Return the files that are there, the page first."""
        return (self.page, *(file for file in self.pictures if file is not None))


def fetched_pages(files: Sequence[StoredFile], objects: Path, limits: Limits) -> Iterator[FetchedPage]:
    """Yield the pages whose articles are pictures that were fetched as their attachments, as far as both are here."""
    shown: dict[str, list[StoredFile]] = defaultdict(list)
    for file in files:
        if file.is_latest and file.parent_url and (file.media_type or "") in IMAGES:
            shown[file.parent_url].append(file)
    for page in files:
        if page.is_latest and page.media_type == HTML and (attached := shown.get(page.url)):
            pictures = _in_order(page, attached, objects, limits)
            if any(pictures):
                yield FetchedPage(page, pictures)


def _in_order(
    page: StoredFile, attached: Iterable[StoredFile], objects: Path, limits: Limits
) -> tuple[StoredFile | None, ...]:
    from pipelines.reading.html.pictures import data_of, shown_pictures  # noqa: PLC0415  # only such pages need the parser

    by_url = {_plain(file.url): file for file in attached}
    by_path = {urlsplit(file.url).path: file for file in by_url.values()}
    try:
        text, _ = decode(content_at(object_path(objects, page.file_sha256), None, limits))
        found: list[StoredFile | None] = []
        for source in shown_pictures(text):
            if data_of(source) is not None:
                continue
            url = urljoin(page.url, source)
            file = by_url.get(_plain(url)) or by_path.get(urlsplit(url).path)
            if file is None or can_be_page(content_at(object_path(objects, file.file_sha256), None, limits)):
                found.append(file)
    except (ReadError, OSError, ValueError):
        return ()  # each of them is told by itself
    return tuple(found)


def _plain(url: str) -> str:
    return urldefrag(url).url


def object_path(objects: Path, digest: str) -> bytes:
    """Return where a stored content stands."""
    return os.fsencode(objects / digest[:2] / digest)


def _beside(file: StoredFile) -> Beside:
    """Return a stored content by where it stands from the folder of another one, under its own address."""
    return Beside(f"../{file.file_sha256[:2]}/{file.file_sha256}", file.url)


def page_locations(
    found: FetchedPage,
    placed: Mapping[StoredFile, Placed],
    objects: Path,
    unchanged: Callable[[bytes, str], Sequence[int]],
    limits: Limits,
) -> Iterator[Location | int] | None:
    """Return the locations of a page with its pictures, as one and each by itself; None where a file is not as stored.

    `unchanged` returns by path and stamp the rows of the last inventory that stand for them.
    """
    paths = [object_path(objects, file.file_sha256) for file in found.files]
    try:
        states = [os.stat(path) for path in paths]  # noqa: PTH116  # as locations have them
        place = place_of([file and _beside(file) for file in found.pictures], found.page.file_sha256)
        told = [*map(stamp_of, states)]
        told += [place, *(repr(placed[file]) for file in found.files)]
        stamp = hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]
        if earlier := unchanged(paths[0], stamp):
            return iter(earlier)
        if any(sha256_of(Path(os.fsdecode(p))) != f.file_sha256 for p, f in zip(paths, found.files, strict=True)):
            return None
    except OSError:
        return None
    return iter(_made(found, placed, paths[0], stamp, place, [state.st_size for state in states], limits))


def _made(
    found: FetchedPage,
    placed: Mapping[StoredFile, Placed],
    path: bytes,
    stamp: str,
    place: str,
    sizes: Sequence[int],
    limits: Limits,
) -> list[Location]:
    urls = [None if file is None else placed[file].fetched_from or "" for file in found.pictures]
    page = placed[found.page]
    unit = Unit(tuple(urls), page.fetched_from or "")
    last = posixpath.basename(urlsplit(unit.there[-1]).path)
    like = Location(page.fetched_from or "", path, 0, stamp, None, None, **page._asdict())
    whole = whole_of(like, place, f"{page.fetched_from}..{last}", partial(content_at, path, place, limits))
    made = [whole]
    for file, size in zip(found.files, sizes, strict=True):
        name = placed[file].fetched_from or ""
        own = replace(like, location=name, size_bytes=size, media_type=file.media_type, **placed[file]._asdict())
        member = place_of([_beside(file)])
        made.append(page_of(replace(own, member=member), whole, unit, name))
    return made
