"""A storage that is a folder, on one disk or one file system that renames at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.durable import sync
from pipelines.storing.storage import Changed, Missing, Stored, Taken, Unreachable, checked_key

# No key begins so.
_PART, _LOCK = ".part-", ".lock"


class FolderStorage:
    """Files below a folder; each appears whole, by rename, and what is written is on disk before it appears."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def address(self) -> str:
        """Return the folder."""
        return str(self.root)

    def read(self, key: str) -> tuple[bytes, str]:
        """Return content and tag of a file."""
        try:
            data = self._file(key).read_bytes()
        except FileNotFoundError:
            raise Missing.of("storing.missing", storage=self.root, key=key) from None
        except OSError as error:
            raise self._refused(key, error) from error
        return data, _tag(data)

    def put(self, key: str, source: Path | bytes) -> None:
        """Write a file in the place of another."""
        with self._part(key, source) as part:
            part.replace(self.path(key))

    def create(self, key: str, data: bytes) -> str:
        """Write a file where there is none; a link, unlike a rename, takes nobody's place."""
        try:
            with self._part(key, data) as part:
                os.link(part, self.path(key))
        except FileExistsError:
            if self.read(key)[0] != data:
                raise Taken.of("storing.taken", storage=self.root, key=key) from None
        return _tag(data)

    def swap(self, key: str, data: bytes, tag: str) -> str:
        """Write a file in the place of the one that was read, under a lock of the folder."""
        path = self.path(key)
        with self._locked():
            if self.read(key)[1] != tag:
                raise Changed.of("storing.changed", storage=self.root, key=key)
            with self._part(key, data) as part:
                part.replace(path)
        return _tag(data)

    def download(self, key: str, target: Path) -> None:
        """Copy a file."""
        try:
            shutil.copyfile(self._file(key), target)
        except FileNotFoundError as error:
            if Path(error.filename) != self.path(key):
                raise
            raise Missing.of("storing.missing", storage=self.root, key=key) from None

    def entries(self, prefix: str) -> Iterator[Stored]:
        """Yield the files below a folder of the prefix."""
        for path in sorted(self.path(prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                about = path.stat()
                yield Stored(path.relative_to(self.root).as_posix(), about.st_size, about.st_mtime)

    def remove(self, key: str) -> None:
        """Remove a file."""
        self.path(key).unlink(missing_ok=True)

    def sweep(self, before: float) -> None:
        """Remove the parts of writers that were killed."""
        for part in self.root.rglob(f"{_PART}*"):
            with suppress(FileNotFoundError):  # somebody else sweeps, or the writer lives and has just ended
                if part.stat().st_mtime < before:
                    part.unlink()

    def path(self, key: str) -> Path:
        """Return the file of a key."""
        return self.root / checked_key(key)

    def _file(self, key: str) -> Path:
        """Return the file of a key. Raises Unreachable for a folder, and for what would be read without end."""
        path = self.path(key)
        if path.exists() and not path.is_file():
            raise Unreachable.of("storing.no_file", file=path)
        return path

    @contextmanager
    def _part(self, key: str, source: Path | bytes) -> Iterator[Path]:
        """Write a file beside the one that it will be, to disk; whatever happens, it does not stay."""
        path = self.path(key)
        part = path.with_name(f"{_PART}{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(source, bytes):
                part.write_bytes(source)
            else:
                shutil.copyfile(source, part)
            sync(part)
        except OSError as error:
            with suppress(OSError):  # the first error is the one to tell
                part.unlink(missing_ok=True)
            raise self._refused(key, error) from error
        try:
            yield part
            sync(path.parent)
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.root / _LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _refused(self, key: str, error: OSError) -> Unreachable:
        return Unreachable.of("storing.folder_refused", file=self.root / key, error=error.strerror)


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
