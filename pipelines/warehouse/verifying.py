"""Everything on disk held against what is known of it: releases, their links, and the raw files they were read from.

Nothing is mended here, and nothing is written: what is wrong is told, with the code that says what to do about it.
Belongs here: what is looked at. Keep out: how it is shown (`commands.verify`), what one release is held against
(`releases.verified`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.durable import sha256_of
from pipelines.raw.inventory import Location, read_inventory
from pipelines.raw.raw_store import RawStore
from pipelines.releases import verified
from pipelines.releases.layout import Layout, NoRelease, current_release, is_database_linked
from pipelines.releases.manifest import is_published_here
from pipelines.releases.read_only import is_writable
from pipelines.releases.remote import storage_of
from pipelines.releases.stored_faults import stored_faults
from pipelines.warehouse.pruning import newest_first

MANIFEST, MISSING, OTHER, FORBIDDEN, UNNAMED, RENAMED, WRITABLE, CURRENT = code_list("verification_fault").named(
    "release_manifest",
    "release_file_missing",
    "release_file_other",
    "release_file_forbidden",
    "release_file_unnamed",
    "release_renamed",
    "release_writable",
    "current_link",
)
OBJECT, RAW_MISSING, RAW_OTHER, RAW_FORBIDDEN = code_list("verification_fault").named(
    "raw_object_other", "raw_file_missing", "raw_file_other", "raw_forbidden"
)
PULLED_MANIFEST, PULLED_MISSING, PULLED_OTHER, PULLED_UNNAMED, STORED_MISSING, STORED_OTHER = code_list(
    "verification_fault"
).named(
    "pulled_manifest",
    "pulled_file_missing",
    "pulled_file_other",
    "pulled_file_unnamed",
    "stored_file_missing",
    "stored_file_other",
)
_OF_RELEASES = {
    verified.MISSING: MISSING,
    verified.OTHER: OTHER,
    verified.LINKED: OTHER,
    verified.FORBIDDEN: FORBIDDEN,
    verified.UNNAMED: UNNAMED,
    verified.UNREADABLE: MANIFEST,
    verified.RENAMED: RENAMED,
}
# No run makes these anew: what helps is another thing for a release that was fetched, and for one in a storage.
_OF_PULLED = _OF_RELEASES | {
    verified.MISSING: PULLED_MISSING,
    verified.OTHER: PULLED_OTHER,
    verified.LINKED: PULLED_OTHER,
    verified.UNNAMED: PULLED_UNNAMED,
    verified.UNREADABLE: PULLED_MANIFEST,
}
_OF_STORED = _OF_RELEASES | {verified.MISSING: STORED_MISSING, verified.OTHER: STORED_OTHER}


class Finding(NamedTuple):
    """A fault: its code (verification_fault), and the file or folder that it is of."""

    code: str
    place: str


class Looked(NamedTuple):
    """A file that was looked at: what it belongs to (`release`, `stored`, `inbox`), and its place."""

    of: str
    place: str


def verify(layout: Layout) -> Iterator[Finding | Looked]:
    """Yield every file as it is looked at, and what is wrong with it. Every byte of releases and raw files is read."""
    yield from _links(layout)
    for release in newest_first(layout):
        yield from verify_release(release, needs_database=release == _current(layout))
    yield from _stored(layout)
    yield from _inbox(layout)


def verify_release(release: Path, *, needs_database: bool = True) -> Iterator[Finding | Looked]:
    """Yield the files of one release, and what is wrong with it; of an older one the database may be gone.

    Those of a release in a storage are fetched for it. Raises StorageError.
    """
    looked: list[str] = []
    storage = storage_of(release)
    codes = _OF_RELEASES if is_published_here(release) else _OF_PULLED
    if storage is not None:
        codes, found = _OF_STORED, stored_faults(storage, release, told=looked.append)
    else:
        found = verified.faults(release, needs_database=needs_database, told=looked.append)
    for fault in found:
        yield from (Looked("release", f"{release.name}/{name}") for name in looked)
        looked.clear()
        is_whole = fault.what == verified.RENAMED
        yield Finding(codes[fault.what], release.name if is_whole else f"{release.name}/{fault.file}")
    yield from (Looked("release", f"{release.name}/{name}") for name in looked)
    if storage is None and is_writable(release):
        yield Finding(WRITABLE, release.name)


def _current(layout: Layout) -> Path | None:
    try:
        return current_release(layout)
    except NoRelease:
        return None


def _links(layout: Layout) -> Iterator[Finding]:
    if _current(layout) is None:
        yield Finding(CURRENT, layout.current.name)
    if not is_database_linked(layout):
        yield Finding(CURRENT, layout.database.name)


def _stored(layout: Layout) -> Iterator[Finding | Looked]:
    store = RawStore(layout.raw)
    for sha256 in store.hashes():
        path = store.path(sha256)
        place = path.relative_to(layout.raw).as_posix()
        yield Looked("stored", place)
        try:
            if not path.is_file() or sha256_of(path) != sha256:
                yield Finding(OBJECT, place)
        except PermissionError:
            yield Finding(RAW_FORBIDDEN, place)
        except OSError:
            yield Finding(OBJECT, place)


def _inbox(layout: Layout) -> Iterator[Finding | Looked]:
    """Yield the files of the inbox as the last run saw them: of an archive itself, not of what is in it."""
    for found in read_inventory(layout.inventory):
        if found.fetched_from is None and found.member is None and found.file_sha256 is not None:
            yield Looked("inbox", found.location)
            path = layout.raw / _below_raw(found)
            try:
                # What is no file any more, a pipe or a folder, has no bytes to look at.
                if path.exists() and (not path.is_file() or sha256_of(path) != found.file_sha256):
                    yield Finding(RAW_OTHER, found.location)
                elif not path.exists():
                    yield Finding(RAW_MISSING, found.location)
            except PermissionError:
                yield Finding(RAW_FORBIDDEN, found.location)
            except OSError:
                yield Finding(RAW_MISSING, found.location)


def _below_raw(found: Location) -> Path:
    """Return where a file is below data/raw: the project may have moved since, and a folder be called otherwise."""
    return Path(*Path(os.fsdecode(found.path)).parts[-found.location.count("/") - 1 :])
