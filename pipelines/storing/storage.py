"""What every storage can do, what it raises, and which one an address means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from pipelines import Told

# The setting that names where releases are published to, beside this machine.
STORAGE_SWITCH = "GONGKAI_STORAGE"
# What an object store is addressed by; a path, or file://, is a folder.
OBJECT_SCHEMES = ("s3", "gs", "az")
_KEY = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]*(?:/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*")


class StorageError(Told):
    """Something cannot be stored or fetched; the message names the place and says what to do."""


class Missing(StorageError):
    """There is nothing under this key."""


class Taken(StorageError):
    """Something else stands under this key already."""


class Changed(StorageError):
    """What stands under this key is no longer what it was when it was read."""


class Unreachable(StorageError):
    """The storage does not answer, refuses, or does not do what it must be able to do."""


class Stored(NamedTuple):
    """An entry: its key, its size in bytes, and when it was written (seconds since 1970)."""

    key: str
    size: int
    written_at: float


class Storage(Protocol):
    """Bytes under keys. A key is names joined by `/`; whatever is read is whole, or nothing is there yet.

    `create` and `swap` decide between several who write at once: exactly one of them wins. All raise Unreachable.
    """

    @property
    def address(self) -> str:
        """What `open_storage` opens it by."""

    def read(self, key: str) -> tuple[bytes, str]:
        """Return what stands under a key, with the tag that `swap` wants. Raises Missing."""

    def put(self, key: str, source: Path | bytes) -> None:
        """Write under a key whatever stands there; for content that its key is made of."""

    def create(self, key: str, data: bytes) -> str:
        """Write under a key where nothing stands, and return the tag. Raises Taken, unless the same stands there."""

    def swap(self, key: str, data: bytes, tag: str) -> str:
        """Write in the place of what was read with this tag, and return the new one. Raises Changed or Missing."""

    def download(self, key: str, target: Path) -> None:
        """Write what stands under a key to a file. Raises Missing."""

    def entries(self, prefix: str) -> Iterator[Stored]:
        """Yield all entries whose keys begin with the names of the prefix."""

    def remove(self, key: str) -> None:
        """Remove what stands under a key, if anything does."""

    def sweep(self, before: float) -> None:
        """Remove what writers that were killed before an instant (seconds since 1970) left half-written."""


def checked_key(key: str) -> str:
    """Return the key. Raises ValueError for one that might lead out of the storage, or mean two things."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r}: expected names of letters, digits and ._=- joined by /")
    return key


def open_storage(address: str) -> Storage:
    """Return the storage of an address: s3://, gs:// or az:// with bucket and prefix; a path or file:// for a folder.

    Raises Unreachable where the scheme is unknown, or what object stores need is not installed.
    """
    scheme = urlsplit(address).scheme
    if scheme in OBJECT_SCHEMES:
        from pipelines.storing.object_store import ObjectStorage  # noqa: PLC0415

        return ObjectStorage(address)
    if scheme not in ("", "file"):
        known = ", ".join(f"{each}://" for each in OBJECT_SCHEMES)
        raise Unreachable.of("storing.unknown_scheme", address=address, scheme=scheme, known=known)
    from pipelines.storing.folder import FolderStorage  # noqa: PLC0415

    return FolderStorage(Path(urlsplit(address).path if scheme else address))
