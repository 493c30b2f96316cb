"""The files of an object store as DuckDB reads them: whole requests for the ranges that it asks for, and no writing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem  # type: ignore[import-untyped]

from pipelines.storing.object_store import ObjectStorage


class RemoteFiles(AbstractFileSystem):  # type: ignore[misc]  # fsspec states no types
    """The objects below one address, by their full names."""

    # Of two storages in one process each has its own.
    cachable = False

    def __init__(self, storage: ObjectStorage) -> None:
        self.protocol = storage.address.partition(":")[0]
        super().__init__()
        self.storage = storage

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return size and time of an object."""
        about = self.storage.about(self._key(path))
        return {"name": path, "size": about.size, "type": "file", "mtime": about.written_at}

    def modified(self, path: str) -> datetime:
        """Return when an object was written."""
        return datetime.fromtimestamp(self.info(path)["mtime"], UTC)

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the name itself: releases name their files, and no pattern is asked for."""
        return [path]

    def _open(self, path: str, mode: str = "rb", **_: Any) -> AbstractBufferedFile:
        if mode != "rb":
            raise PermissionError(f"{path}: a release is read, not written")
        return _RemoteFile(self, path, mode, cache_type="none", size=self.info(path)["size"])

    def _key(self, path: str) -> str:
        """Return the key of a name, which comes with its scheme or without."""
        place = self.storage.address.partition("://")[2]
        return path.rpartition("://")[2].removeprefix(f"{place}/")


class _RemoteFile(AbstractBufferedFile):  # type: ignore[misc]
    def _fetch_range(self, start: int, end: int) -> bytes:
        files: RemoteFiles = self.fs
        return files.storage.read_range(files._key(self.path), start, end)
