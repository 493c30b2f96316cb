"""A release in a storage: which one is current, its manifest, and where the bytes of its files lie.

    current.json                        the pointer, swapped last: {"release", "manifest", "publication"}
    releases/<id>/manifest.json         as beside a release on disk
    releases/<id>/views.duckdb          a database of views over the Parquet files, which is read from afar
    objects/<ab>/<sha256>.<suffix>      every file once, whichever releases it belongs to

Belongs here: keys, and reading. Keep out: publishing (`warehouse.publication`), fetching all of it (`pulling`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from pipelines.durable import sha256_of
from pipelines.releases.layout import NoRelease, project_that_keeps
from pipelines.releases.manifest import MANIFEST, UnreadableManifest, is_release_id, parsed_manifest, read_manifest
from pipelines.storing import Missing, Storage, StorageError, open_storage
from pipelines.storing.folder import FolderStorage
from pipelines.storing.storage import STORAGE_SWITCH

POINTER, RELEASES, OBJECTS, VIEWS = "current.json", "releases", "objects", "views.duckdb"
# Digest and size of files by name, as a manifest states them.
Files = Mapping[str, dict[str, Any]]
# Bytes that are done, of all there are.
Progress = Callable[[int, int], None]
_MOVERS = 8
# What of a manifest tells whether two releases answer every question alike.
_CONTENT = ("content_hash", "schema", "views")


class Pointer(NamedTuple):
    """Which release is current; `publication` is of one publishing alone, so that no two pointers are equal."""

    release: str
    manifest_sha256: str
    publication: str

    def to_json(self) -> bytes:
        """Return the bytes of the pointer."""
        about = {"release": self.release, "manifest": self.manifest_sha256, "publication": self.publication}
        return json.dumps(about, indent=1).encode()

    def is_of(self, release: Path) -> bool:
        """Tell whether it names a release on disk, with this very manifest."""
        return (self.release, self.manifest_sha256) == (release.name, sha256_of(release / MANIFEST))


class StoredRelease(NamedTuple):
    """A release as its manifest in the storage tells it: `data` are its bytes."""

    release_id: str
    data: bytes
    manifest: dict[str, Any]

    @property
    def files(self) -> Files:
        """Digest and size of the files by name."""
        files: Files = self.manifest["files"]
        return files


def object_key(name: str, about: Mapping[str, Any]) -> str:
    """Return the key of a file of a release: its content alone, so that releases share what did not change."""
    return f"{OBJECTS}/{about['sha256'][:2]}/{about['sha256']}{PurePosixPath(name).suffix}"


def release_key(release_id: str, name: str) -> str:
    """Return the key of what belongs to one release alone."""
    return f"{RELEASES}/{release_id}/{name}"


def read_pointer(storage: Storage) -> tuple[Pointer, str]:
    """Return the pointer and its tag. Raises Missing where nothing was published, StorageError for another file."""
    data, tag = storage.read(POINTER)
    try:
        about = json.loads(data)
        pointer = Pointer(about["release"], about["manifest"], about["publication"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StorageError.of("releases.foreign_pointer", storage=storage.address, pointer=POINTER) from error
    if not is_release_id(pointer.release):
        raise StorageError.of("releases.foreign_pointer", storage=storage.address, pointer=POINTER)
    return pointer, tag


def read_stored(storage: Storage, release_id: str | None = None) -> StoredRelease:
    """Return a release, by default the current one. Raises NoRelease, and StorageError for a damaged manifest."""
    if release_id is not None and not is_release_id(release_id):
        about = {"storage": storage.address, "switch": STORAGE_SWITCH}
        raise NoRelease.of("releases.not_stored", release=release_id, **about)
    try:
        pointer = read_pointer(storage)[0] if release_id is None else None
        wanted = release_id or (pointer.release if pointer else "")
        data, _ = storage.read(release_key(wanted, MANIFEST))
    except Missing as error:
        about = {"storage": storage.address, "switch": STORAGE_SWITCH}
        if release_id:
            raise NoRelease.of("releases.not_stored", release=release_id, **about) from error
        raise NoRelease.of("releases.none_stored", **about) from error
    if pointer is not None and hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
        told = {"storage": storage.address, "release": wanted, "pointer": POINTER}
        raise StorageError.of("releases.other_manifest", **told)
    return StoredRelease(wanted, data, checked_manifest(storage, wanted, data))


def checked_manifest(storage: Storage, release_id: str, data: bytes) -> dict[str, Any]:
    """Return the manifest of a release that a storage gave. Raises StorageError where it is none."""
    try:
        manifest = parsed_manifest(data)
    except UnreadableManifest as error:
        told = {"storage": storage.address, "release": release_id}
        raise StorageError.of("releases.stored_manifest_unreadable", **told) from error
    if manifest.get("id", release_id) != release_id:
        raise StorageError.of("releases.stored_manifest_unreadable", storage=storage.address, release=release_id)
    return manifest


def storage_named() -> Storage | None:
    """Return the storage that releases are published to; None where none is named.

    Raises Unreachable, and StorageError for a folder among a project's own data: what is published there would be read
    as raw files, or wait for the lock that its run holds.
    """
    named = os.environ.get(STORAGE_SWITCH)
    if not named:
        return None
    storage = open_storage(named)
    if isinstance(storage, FolderStorage) and (project := project_that_keeps(Path(storage.address))) is not None:
        raise StorageError.of("releases.stored_in_project", storage=storage.address, project=project)
    return storage


def is_published(storage: Storage, release: Path) -> bool:
    """Tell whether a release on disk, or one of its content, is the current one of a storage. Raises StorageError."""
    try:
        return read_pointer(storage)[0].is_of(release) or holds_content_of(storage, release)
    except Missing:
        return False


def holds_content_of(storage: Storage, release: Path) -> bool:
    """Tell whether the current release of a storage says what one on disk says: two machines may have made it."""
    try:
        stored, own = read_stored(storage).manifest, read_manifest(release)
    except (NoRelease, StorageError):
        return False  # what cannot be read has to be published anew
    return all(stored.get(what) == own.get(what) for what in _CONTENT)


def moved(files: Files, move: Callable[[str, dict[str, Any]], None], progress: Progress) -> None:
    """Move files of a release, some at a time; `progress` is told how many of all bytes are done."""
    total, done = sum(about["bytes"] for about in files.values()), 0
    with ThreadPoolExecutor(_MOVERS) as movers:
        for about, _ in zip(files.values(), movers.map(move, files, files.values()), strict=True):
            done += about["bytes"]
            progress(done, total)
