"""Publish a release of this machine to a storage: its files, a database of views, its manifest, and last the pointer.

A reader sees the release before or this one, never half of it. Whoever publishes at the same time is told who was
first. Publishing again costs what is new. Belongs here: what is written in which order, and what may be removed.
Keep out: how bytes are stored (`storing`), and what a release holds (`release`).
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pipelines.contracts import CONTRACTS
from pipelines.durable import read_regular, replace_text, sha256_of
from pipelines.releases.layout import Layout, NoRelease
from pipelines.releases.manifest import DATABASE, MANIFEST, files_of_table, is_intact, read_manifest
from pipelines.releases.remote import is_far, readable_name
from pipelines.releases.stored import (
    OBJECTS,
    POINTER,
    RELEASES,
    VIEWS,
    Files,
    Pointer,
    Progress,
    checked_manifest,
    holds_content_of,
    moved,
    object_key,
    read_pointer,
    read_stored,
    release_key,
)
from pipelines.storing import Changed, Missing, Storage, StorageError, Taken
from pipelines.storing.conditional_writes import require_conditional_writes
from pipelines.warehouse.database import build_views_database
from pipelines.warehouse.earlier_releases import KEPT
from pipelines.warehouse.pruning import GRACE, KEPT_RELEASES, newest

# Above it a database is not worth sending: Parquet is read from afar, and who pulls a release makes its own.
LARGEST_DATABASE = 10 * 2**30


class PublishedFirst(StorageError):
    """Another process published to the storage meanwhile; nothing of ours is current."""


class NotReplaceable(StorageError):
    """What is current in the storage was put there by another project, or by this one before it lost its memory."""


class Sent(NamedTuple):
    """What publishing did: whether the pointer was moved, and the files and bytes sent of all there are."""

    is_new: bool
    sent_files: int
    sent_bytes: int
    files: int


def publish_to(
    storage: Storage, release: Path, *, over: Collection[str] | None = None, progress: Progress = lambda *_: None
) -> Sent:
    """Make a release on disk the current one of a storage. Nothing is done where it is that already.

    `over` are the releases that it may take the place of (None: any); one that says the same needs not be replaced.
    Raises StorageError for a damaged file, PublishedFirst where another was faster, NotReplaceable, and what a storage
    raises.
    """
    files = _files_here(release)
    nothing = Sent(is_new=False, sent_files=0, sent_bytes=0, files=len(files))
    before, tag = _current(storage)
    if before is not None and before.is_of(release):
        return nothing
    if before is not None and over is not None and before.release not in over:
        if holds_content_of(storage, release):
            return nothing
        told = {"storage": storage.address, "current": before.release, "release": release.name}
        raise NotReplaceable.of("releases.not_replaceable", **told)
    require_conditional_writes(storage)
    held = _held(storage) if before is not None else set()
    wanted = {name: about for name, about in files.items() if about["sha256"] not in held and _is_sent(name, about)}
    moved(wanted, partial(_send_file, storage, release), progress)
    if is_far(storage):
        _put_views(storage, release, files)
    storage.put(release_key(release.name, MANIFEST), release / MANIFEST)
    _point(storage, Pointer(release.name, sha256_of(release / MANIFEST), secrets.token_hex(16)), tag)
    return Sent(True, len(wanted), sum(about["bytes"] for about in wanted.values()), len(files))


def replaceable(layout: Layout, storage: Storage) -> set[str]:
    """Return the releases in the place of which a project may publish: its own, and what it last put there.

    A project that is restored from a backup, or was given the storage of another one, would else put what is older or
    of other places before all readers without a word.
    """
    known = {path.name for path in layout.releases.glob("*")} if layout.releases.is_dir() else set()
    return {*known, *filter(None, [_noted(layout).get(storage.address)])}


def note_replaceable(layout: Layout, storage: Storage, release_id: str) -> None:
    """Keep that a release of a storage may be replaced: it is this project's, or somebody said so."""
    noted = _noted(layout)
    if noted.get(storage.address) != release_id:
        replace_text(layout.stored, json.dumps({**noted, storage.address: release_id}, indent=1, ensure_ascii=False))


def _noted(layout: Layout) -> dict[str, str]:
    try:
        noted = json.loads(read_regular(layout.stored))
    except (OSError, ValueError, RecursionError):
        return {}  # what is not known to be ours is not replaced
    pairs = noted.items() if isinstance(noted, dict) else ()
    return {address: release for address, release in pairs if isinstance(release, str)}


def _files_here(release: Path) -> Files:
    """Return the files of a release on disk. Raises StorageError where its manifest is none."""
    try:
        files: Files = read_manifest(release)["files"]
    except (OSError, ValueError) as error:
        raise StorageError.of("releases.damaged_on_disk", file=release / MANIFEST) from error
    return files


def _current(storage: Storage) -> tuple[Pointer, str] | tuple[None, None]:
    """Return the pointer with its tag, as long as there is one."""
    try:
        return read_pointer(storage)
    except Missing:
        return None, None


def _held(storage: Storage) -> set[str]:
    """Return the digests of the files that need not be sent: the current release names them, so they stay there.

    What an older one names may be removed meanwhile. Where the current one cannot be read, all is sent anew.
    """
    try:
        return {about["sha256"] for about in read_stored(storage).files.values()}
    except (NoRelease, StorageError):
        return set()


def _is_sent(name: str, about: dict[str, Any]) -> bool:
    return name != DATABASE or about["bytes"] <= LARGEST_DATABASE


def _send_file(storage: Storage, release: Path, name: str, about: dict[str, Any]) -> None:
    if not is_intact(release / name, about):
        raise StorageError.of("releases.damaged_on_disk", file=release / name)
    storage.put(object_key(name, about), release / name)


def _put_views(storage: Storage, release: Path, files: Files) -> None:
    """Write the database of views, which names the files where they lie in this storage."""
    from pipelines.releases.remote_files import SameFiles  # noqa: PLC0415  # a folder needs none

    by_table: dict[str, list[str]] = {}
    here: dict[str, Path] = {}
    for table in CONTRACTS:
        # By length first, since part-10 comes after part-9.
        own = sorted(files_of_table(files, table), key=lambda each: (PurePosixPath(each).parent, len(each), each))
        by_table[table] = [readable_name(storage, object_key(name, files[name])) for name in own]
        here.update(zip(by_table[table], (release / name for name in own), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / VIEWS
        same = SameFiles(urlsplit(storage.address).scheme, here)
        build_views_database(by_table, path, lambda connection: connection.register_filesystem(same))
        storage.put(release_key(release.name, VIEWS), path)


def _point(storage: Storage, pointer: Pointer, tag: str | None) -> None:
    try:
        if tag is None:
            storage.create(POINTER, pointer.to_json())
        else:
            storage.swap(POINTER, pointer.to_json(), tag)
    except (Changed, Taken, Missing) as error:
        first = read_pointer(storage)[0].release
        told = {"storage": storage.address, "first": first, "release": pointer.release}
        raise PublishedFirst.of("releases.published_first", **told) from error


def remove_unnamed(storage: Storage, *, now: float | None = None) -> int:
    """Remove releases beyond the newest few, and files that no release names any more; returns how many files.

    The current release, the newest five, those replaced less than a day ago, which somebody may still read, and those
    that a manifest keeps for good stay; so does whatever is younger than a day, for somebody may be about to publish
    what names it.
    """
    ids = sorted({entry.key.split("/")[1] for entry in storage.entries(RELEASES)})
    current = read_stored(storage)
    moment = time.time() if now is None else now
    recent = newest(ids, datetime.fromtimestamp(moment, UTC), KEPT_RELEASES)
    kept = {current.release_id, *recent, *current.manifest.get(KEPT, [])}
    named = {about["sha256"] for each in ids if each in kept for about in _files_of(storage, each)}
    old = moment - GRACE.total_seconds()
    for entry in list(storage.entries(RELEASES)):
        if entry.key.split("/")[1] not in kept and entry.written_at < old:
            storage.remove(entry.key)
    storage.sweep(old)
    unnamed = [e for e in storage.entries(OBJECTS) if PurePosixPath(e.key).stem not in named and e.written_at < old]
    for entry in unnamed:
        storage.remove(entry.key)
    return len(unnamed)


def _files_of(storage: Storage, release_id: str) -> list[dict[str, Any]]:
    try:
        data, _ = storage.read(release_key(release_id, MANIFEST))
    except Missing:
        return []  # its manifest was not written: nobody reads it
    return list(checked_manifest(storage, release_id, data)["files"].values())
