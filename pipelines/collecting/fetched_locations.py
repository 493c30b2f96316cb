"""What was fetched, as locations: a URL with each content it ever had, latest first named by the URL alone.

Belongs here: ledger and raw store -> locations of the inventory. Keep out: the inbox (`inventory`), fetching.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pipelines.collecting.fetched_pages import fetched_pages, object_path, page_locations
from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.stored_files import StoredFile, stored_files
from pipelines.raw.inventory import Known, Location, Placed, read_file
from pipelines.raw.shared_contents import fetch_those_there
from pipelines.reading import Limits
from pipelines.reading.archive import SEPARATOR
from pipelines.storing import Storage

OBJECTS = b"objects"
LEDGER = "ledger.sqlite"
# Not part of any URL: an older content of a URL needs a name of its own.
VERSION_MARK = "#version="
# What stands for size and times of a content that is not on this machine: under its hash it never changes.
_SHARED = "shared"
_LOOKED_AT_ONCE = 256


def fetched_locations(
    raw: Path,
    known: Known,
    limits: Limits,
    *,
    shared: Storage | None = None,
    told: Callable[[str], object] = lambda _: None,
) -> Iterator[Location | int]:
    """Yield the locations of everything fetched below `raw`; what a ledger lacks is replayed from its journal.

    Of a file that is as it was, and of which the ledger says what it said, the rows of `known` stand for the locations.
    What another machine has fetched is looked at once in the storage that they share, and left there. A stored file
    that is missing or no longer has its hash is quarantined as damaged_in_store. `told` is given what was replayed.
    Raises MissingInput where there are stored files and nothing says where they came from, StorageError.
    """
    objects = raw / os.fsdecode(OBJECTS)
    ledger = objects / LEDGER
    for note in recover_ledger(raw, ledger):
        told(note)
    files = sorted(_once(stored_files(ledger)), key=lambda file: file.file_sha256)
    groups = groupby(files, key=lambda file: file.file_sha256)
    urls = {file.url for file in files}
    placed = {file: _placed(file, urls) for file in files}
    paged: set[StoredFile] = set()
    for page in fetched_pages(files, objects, limits):
        locations = page_locations(page, placed, objects, known.unchanged, limits)
        if locations is not None and not paged.intersection(page.files):
            paged.update(page.files)
            yield from locations
    stored = ((digest, [placed[each] for each in versions if each not in paged]) for digest, versions in groups)
    contents = [_Stored(digest, objects, versions) for digest, versions in stored if versions]
    for begin in range(0, len(contents), _LOOKED_AT_ONCE):
        some = contents[begin : begin + _LOOKED_AT_ONCE]
        with _fetched(some, shared, known) as places:
            for content in some:
                for found in _content(content, places.get(content.digest), known, limits):
                    if isinstance(found, int):
                        yield found
                    else:
                        yield from (_at(found, content.digest, place) for place in content.placed)


class _Stored(NamedTuple):
    """A stored content: where it stands if this machine has it, and what the ledger says of each URL that had it."""

    digest: str
    objects: Path
    versions: Sequence[Placed]

    @property
    def path(self) -> bytes:
        """Where it stands."""
        return object_path(self.objects, self.digest)

    @property
    def placed(self) -> dict[Placed, None]:
        """What the ledger says, each once, in its order."""
        return dict.fromkeys(self.versions)


@contextmanager
def _fetched(some: Sequence[_Stored], shared: Storage | None, known: Known) -> Iterator[dict[str, bytes]]:
    """Yield the places of those contents that are not here and were not looked at before, fetched for the moment."""
    away = [each for each in some if shared is not None and not Path(os.fsdecode(each.path)).exists()]
    if shared is None or not away:
        yield {}
        return
    with TemporaryDirectory(prefix="gongkai-looked-at-") as name:
        new = [each.digest for each in away if not known.unchanged(each.path, _SHARED)]
        fetch_those_there(shared, new, Path(name))
        yield {each.digest: os.fsencode(Path(name) / each.digest) for each in away}


def _once(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Return one row for each URL and content: several sources can list the same URL."""
    by_place: dict[tuple[str, str], StoredFile] = {}
    latest: dict[str, StoredFile] = {}
    for file in sorted(files, key=lambda file: (file.fetched_at, file.source_id)):
        by_place.setdefault((file.url, file.file_sha256), file)
        if file.is_latest:
            latest[file.url] = file
    current = {(url, file.file_sha256) for url, file in latest.items()}
    return [
        file if file.is_latest == (place in current) else file._replace(is_latest=place in current)
        for place, file in by_place.items()
    ]


def _content(content: _Stored, fetched: bytes | None, known: Known, limits: Limits) -> Iterator[Location | int]:
    """Yield a stored content, and the files in it if it is an archive, under the name of its hash.

    Where both the file and its places are as they were, the rows of all its places are yielded.
    """

    def unchanged(path: bytes, stamp: str) -> Sequence[Location | int]:
        rows = known.unchanged(path, stamp)
        if rows and {known.placed[row] for row in rows} == content.placed.keys():
            return rows
        return _by_hash(content.digest, known.locations(rows))

    if fetched is None:
        yield from _looked_at(content.digest, read_file(content.digest.encode(), content.path, unchanged, limits))
    elif rows := unchanged(content.path, _SHARED):
        yield from rows
    else:
        files: Iterator[Location] = read_file(content.digest.encode(), fetched, lambda *_: (), limits)
        for found in _looked_at(content.digest, files):
            yield replace(found, path=content.path, stamp=_SHARED) if isinstance(found, Location) else found


def _looked_at(digest: str, files: Iterable[Location | int]) -> Iterator[Location | int]:
    """Yield files as they are, but for one that is missing or no longer has its hash."""
    for found in files:
        if isinstance(found, int):
            yield found
            continue
        if found.member is None and found.file_sha256 not in (digest, None):
            detail = f"its bytes have the hash {found.file_sha256}: fetch it again, or restore it from a backup"
            yield replace(found, file_sha256=None, reason="damaged_in_store", detail=detail, is_archive=False)
            return
        missing = found.reason == "unreadable"
        yield replace(found, reason="damaged_in_store") if missing else found


def _by_hash(digest: str, earlier: list[Location]) -> list[Location]:
    """Return what was known of a content under the name of its hash, from the first URL it was known by."""
    groups: dict[str | None, list[Location]] = defaultdict(list)
    for location in earlier:
        groups[location.fetched_from].append(location)
    name, first = next(iter(groups.items()), (None, []))
    return [replace(each, location=digest + each.location.removeprefix(name or "")) for each in first]


def _placed(file: StoredFile, urls: Collection[str]) -> Placed:
    url = _beside_archives(file.url, urls)
    name = url if file.is_latest else f"{url}{VERSION_MARK}{file.file_sha256[:12]}"
    told = (file.fetched_at, file.source_id, file.parent_url, file.published_on, file.gone_at, file.is_latest)
    return Placed(name, *told)


def _beside_archives(url: str, urls: Collection[str]) -> str:
    """Return what a URL is called: a.zip!/r.txt beside a fetched a.zip (it may hold a r.txt) is a.zip!#2/r.txt.

    No URL has a fragment here, so nothing else is called so; folders of the inbox are numbered alike.
    """
    for found in re.finditer(re.escape(SEPARATOR), url):
        if url[: found.start()] in urls:
            return f"{url[: found.start()]}!#2/{_beside_archives(url[found.end() :], ())}"
    return url


def _at(content: Location, digest: str, placed: Placed) -> Location:
    location = f"{placed.fetched_from}{content.location.removeprefix(digest)}"
    return replace(content, location=location, folder_year=None, **placed._asdict())
