"""What was fetched, as locations: a URL with each content it ever had, latest first named by the URL alone.

Belongs here: ledger and raw store -> locations of the inventory. Keep out: the inbox (`inventory`), fetching.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.stored_files import StoredFile, stored_files
from pipelines.raw.inventory import Known, Location, Placed, read_file
from pipelines.reading import Limits

OBJECTS = b"objects"
LEDGER = "ledger.sqlite"
# Not part of any URL: an older content of a URL needs a name of its own.
VERSION_MARK = "#version="


def fetched_locations(
    raw: Path, known: Known, limits: Limits, *, told: Callable[[str], object] = lambda _: None
) -> Iterator[Location | int]:
    """Yield the locations of everything fetched below `raw`; what a ledger lacks is replayed from its journal.

    Of a file that is as it was, and of which the ledger says what it said, the rows of `known` stand for the locations.
    A stored file that is missing or no longer has its hash is quarantined as damaged_in_store. `told` is given what was
    replayed. Raises MissingInput where there are stored files and nothing says where they came from.
    """
    objects = raw / os.fsdecode(OBJECTS)
    ledger = objects / LEDGER
    for note in recover_ledger(raw, ledger):
        told(note)
    folder = os.fsencode(objects)
    files = sorted(_once(stored_files(ledger)), key=lambda file: file.file_sha256)
    for digest, versions in groupby(files, key=lambda file: file.file_sha256):
        name = digest.encode()
        placed = dict.fromkeys(map(_placed, versions))
        for found in _content(digest, b"%s/%s/%s" % (folder, name[:2], name), placed.keys(), known, limits):
            if isinstance(found, int):
                yield found
            else:
                yield from (_at(found, digest, place) for place in placed)


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


def _content(digest: str, path: bytes, placed: Set[Placed], known: Known, limits: Limits) -> Iterator[Location | int]:
    """Yield a stored content, and the files in it if it is an archive, under the name of its hash.

    Where both the file and its places are as they were, the rows of all its places are yielded.
    """

    def unchanged(path: bytes, stamp: str) -> Sequence[Location | int]:
        rows = known.unchanged(path, stamp)
        if rows and {known.placed[row] for row in rows} == placed:
            return rows
        return _by_hash(digest, known.locations(rows))

    for found in read_file(digest.encode(), path, unchanged, limits):
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


def _placed(file: StoredFile) -> Placed:
    name = file.url if file.is_latest else f"{file.url}{VERSION_MARK}{file.file_sha256[:12]}"
    told = (file.fetched_at, file.source_id, file.parent_url, file.published_on, file.gone_at, file.is_latest)
    return Placed(name, *told)


def _at(content: Location, digest: str, placed: Placed) -> Location:
    location = f"{placed.fetched_from}{content.location.removeprefix(digest)}"
    return replace(content, location=location, folder_year=None, **placed._asdict())
