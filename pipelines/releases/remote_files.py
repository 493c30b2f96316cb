"""The files of an object store as DuckDB reads them: requests for just the ranges that it asks for, and no writing.

`RemoteFiles` reads them there. `SameFiles` has their names and reads the same bytes from this machine, for whoever
publishes: to make views over them DuckDB opens each file again and again.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem  # type: ignore[import-untyped]

from pipelines.storing.object_store import ObjectStorage

# So many bytes that were read from afar are kept for the next question: those used last, in parts up to a size.
_KEPT_BYTES, _LARGEST_KEPT = 128 * 2**20, 8 * 2**20


class _Files(AbstractFileSystem):  # type: ignore[misc]  # fsspec states no types
    """Files by their full names, of one scheme."""

    # Of two storages in one process each has its own.
    cachable = False

    def __init__(self, scheme: str) -> None:
        self.protocol = scheme
        super().__init__()

    @abstractmethod
    def size_and_time(self, path: str) -> tuple[int, float]:
        """Return the size of a file, and when it was written (seconds since 1970)."""

    @abstractmethod
    def read_range(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes of a file from start to before end."""

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return size and time of a file."""
        size, written_at = self.size_and_time(path)
        return {"name": path, "size": size, "type": "file", "mtime": written_at}

    def modified(self, path: str) -> datetime:
        """Return when a file was written."""
        return datetime.fromtimestamp(self.size_and_time(path)[1], UTC)

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the name itself: releases name their files, and no pattern is asked for."""
        return [path]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> AbstractBufferedFile:
        if mode != "rb":
            raise PermissionError(f"{path}: a release is read, not written")
        return _RangeFile(self, path, mode, cache_type="none", size=self.size_and_time(path)[0])


class RemoteFiles(_Files):
    """The objects of one release, by key with their sizes: named by their content, they never change."""

    def __init__(self, storage: ObjectStorage, sizes: Mapping[str, int]) -> None:
        scheme, _, self.place = storage.address.partition("://")
        super().__init__(scheme)
        self.storage, self.sizes = storage, sizes
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._kept_bytes = 0
        self._keeping = Lock()

    def size_and_time(self, path: str) -> tuple[int, float]:
        """Return the size that the manifest states, and always the same time: what was read once may be kept."""
        try:
            return self.sizes[self._key(path)], 0.0
        except KeyError:
            raise FileNotFoundError(f"{path}: no file of this release") from None

    def read_range(self, path: str, start: int, end: int) -> bytes:
        """Return a part of an object. DuckDB asks for the ends and heads of files again and again: those are kept."""
        part = self._key(path), start, end
        with self._keeping:
            if part in self._kept:
                self._kept.move_to_end(part)
                return self._kept[part]
        data = self.storage.read_range(*part)
        with self._keeping:
            if len(data) <= _LARGEST_KEPT and part not in self._kept:
                self._kept[part] = data
                self._kept_bytes += len(data)
            while self._kept_bytes > _KEPT_BYTES:
                self._kept_bytes -= len(self._kept.popitem(last=False)[1])
        return data

    def _key(self, path: str) -> str:
        """Return the key of a name, which comes with its scheme or without."""
        return path.rpartition("://")[2].removeprefix(f"{self.place}/")


class SameFiles(_Files):
    """Files of this machine under the names that they have in an object store."""

    def __init__(self, scheme: str, files: Mapping[str, Path]) -> None:
        super().__init__(scheme)
        self.files = {name.rpartition("://")[2]: path for name, path in files.items()}

    def size_and_time(self, path: str) -> tuple[int, float]:
        """Return size and time of a file."""
        about = self._own(path).stat()
        return about.st_size, about.st_mtime

    def read_range(self, path: str, start: int, end: int) -> bytes:
        """Return a part of a file."""
        with self._own(path).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def _own(self, path: str) -> Path:
        return self.files[path.rpartition("://")[2]]


class _RangeFile(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, start: int, end: int) -> bytes:
        files: _Files = self.fs
        return files.read_range(self.path, start, end)
