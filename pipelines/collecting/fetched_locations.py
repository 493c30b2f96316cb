"""What was fetched, as locations: a URL with each content it ever had, latest first named by the URL alone.

Belongs here: ledger and raw store -> locations of the inventory. Keep out: the inbox (`inventory`), fetching.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.stored_files import StoredFile, stored_files
from pipelines.raw.inventory import Known, Location, read_file
from pipelines.reading import Limits

OBJECTS = b"objects"
LEDGER, JOURNAL = "ledger.sqlite", "journal.jsonl"
# Not part of any URL: an older content of a URL needs a name of its own.
VERSION_MARK = "#version="


def fetched_locations(
    raw: Path, known: Known, limits: Limits, *, told: Callable[[str], object] = lambda _: None
) -> Iterator[Location]:
    """Yield the locations of everything fetched below `raw`; what a ledger lacks is replayed from its journal.

    A stored file that is missing or no longer has its hash is quarantined as damaged_in_store. `told` is given what was
    replayed. Raises MissingInput where there are stored files and nothing says where they came from.
    """
    objects = raw / os.fsdecode(OBJECTS)
    ledger = objects / LEDGER
    for note in recover_ledger(raw, ledger, objects / JOURNAL):
        told(note)
    files = sorted(_once(stored_files(ledger)), key=lambda file: file.file_sha256)
    for digest, versions in groupby(files, key=lambda file: file.file_sha256):
        path = os.fsencode(objects / digest[:2] / digest)
        named = list(versions)
        content = list(_content(digest, path, known, limits))
        for file in named:
            yield from (_placed(each, digest, file) for each in content)


def _once(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Return one row for each URL and content: several sources can list the same URL."""
    by_place: dict[tuple[str, str], StoredFile] = {}
    latest: dict[str, StoredFile] = {}
    for file in sorted(files, key=lambda file: (file.fetched_at, file.source_id)):
        by_place.setdefault((file.url, file.file_sha256), file)
        if file.is_latest:
            latest[file.url] = file
    return [
        file._replace(is_latest=latest[file.url].file_sha256 == file.file_sha256 if file.url in latest else False)
        for file in by_place.values()
    ]


def _content(digest: str, path: bytes, known: Known, limits: Limits) -> Iterator[Location]:
    """Yield a stored content, and the files in it if it is an archive, under the name of its hash."""

    def unchanged(path: bytes, stamp: str) -> list[Location]:
        return _by_hash(digest, known.locations(known.unchanged(path, stamp)))

    for location in read_file(digest.encode(), path, unchanged, limits):
        if location.member is None and location.file_sha256 not in (digest, None):
            detail = f"its bytes have the hash {location.file_sha256}: fetch it again, or restore it from a backup"
            yield replace(location, file_sha256=None, reason="damaged_in_store", detail=detail, is_archive=False)
            return
        missing = location.reason == "unreadable"
        yield replace(location, reason="damaged_in_store") if missing else location


def _by_hash(digest: str, earlier: list[Location]) -> list[Location]:
    """Return what was known of a content under the name of its hash, from the first URL it was known by."""
    groups: dict[str | None, list[Location]] = defaultdict(list)
    for location in earlier:
        groups[location.fetched_from].append(location)
    name, first = next(iter(groups.items()), (None, []))
    return [replace(each, location=digest + each.location.removeprefix(name or "")) for each in first]


def _placed(content: Location, digest: str, file: StoredFile) -> Location:
    name = file.url if file.is_latest else f"{file.url}{VERSION_MARK}{digest[:12]}"
    return replace(
        content,
        location=name + content.location.removeprefix(digest),
        folder_year=None,
        fetched_from=name,
        fetched_at=file.fetched_at,
        source_id=file.source_id,
        parent_location=file.parent_url,
        published_on=file.published_on,
        gone_at=file.gone_at,
        is_latest=file.is_latest,
    )
