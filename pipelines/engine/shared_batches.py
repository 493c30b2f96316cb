"""Batches of the work store in a storage that several machines share; each keeps a copy of those there are.

A batch there is its files, each named by its content, and then its manifest, created once: as long as there is none,
nobody sees the batch. Two that read the same documents write the same name, and the first stays. Documents that stand
in several batches are owned by the first by name, as in the store of one machine (`catalogue`): so whoever wrote what,
and however often, each is counted once.
Belongs here: sending and fetching batches, and what is removed there. Keep out: what a batch holds (`work_store`).
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.durable import replace_text, sha256_of
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.engine.work_store import MANIFEST, WorkStore
from pipelines.storing import Missing, Storage, StorageError, Taken

WORK = "work"
# Requests at once: most of the time of each is waiting for its answer.
MOVERS = 16
# Which batches of a store have a copy in which storage.
_NOTED = ".shared.json"
# What nobody names is removed only when it is older: somebody may be writing what names it.
GRACE_SECONDS = 24 * 3600
# Batches of another reader are of use to whoever has not been updated yet.
_OTHER_READERS_SECONDS = 14 * GRACE_SECONDS


class SharedBatches:
    """The batches of one reader (`fingerprint`) in a storage."""

    def __init__(self, storage: Storage, fingerprint: str) -> None:
        self.storage = storage
        self.prefix = f"{WORK}/{fingerprint}"

    def names(self) -> set[str]:
        """Return the names of all batches that are whole."""
        return {
            PurePosixPath(entry.key).parent.name
            for entry in self.storage.entries(self.prefix)
            if PurePosixPath(entry.key).name == MANIFEST
        }

    def send(self, batch: Path) -> bool:
        """Send a batch of a store; tell whether it stands there now, and not another one of the same documents.

        Raises StorageError.
        """
        manifest = (batch / MANIFEST).read_bytes()
        files: dict[str, str] = json.loads(manifest)["files"]
        with ThreadPoolExecutor(MOVERS) as movers:
            keys = [self._file(batch.name, digest) for digest in files.values()]
            for _ in movers.map(self.storage.put, keys, [batch / name for name in files]):
                pass
        try:
            self.storage.create(self._manifest(batch.name), manifest)
        except Taken:
            theirs = set(self._read(batch.name)["files"].values())
            for digest in set(files.values()) - theirs:
                self.storage.remove(self._file(batch.name, digest))
            return False
        return True

    def fetch(self, name: str, store: WorkStore) -> bool:
        """Fetch a batch to a store; tell whether it was still there. Raises StorageError for a damaged one."""
        part = store.path / f".{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            manifest, _ = self.storage.read(self._manifest(name))
            for file, digest in self._files_of(name, manifest).items():
                self.storage.download(self._file(name, digest), part / file)
                if sha256_of(part / file) != digest:
                    place = f"{self.storage.address}/{self._file(name, digest)}"
                    raise StorageError.of("engine.batch_damaged", place=place, batch=name)
        except Missing:
            shutil.rmtree(part)
            return False
        (part / MANIFEST).write_bytes(manifest)
        store.place(part, name)
        return True

    def pull(self, store: WorkStore) -> int:
        """Fetch what a store lacks, and remove from it what others removed here; return how many were fetched.

        Raises StorageError.
        """
        there, here, noted = self.names(), _names(store), self._noted(store)
        if there:  # an empty storage is a new one: all that is here goes there
            for name in (here & noted) - there:
                shutil.rmtree(store.path / name)
        lacking = sorted(there - here)
        with ThreadPoolExecutor(MOVERS) as movers:
            for _ in movers.map(lambda name: self.fetch(name, store), lacking):
                pass
        self._note(store, there & _names(store))
        return len(lacking)

    @contextmanager
    def fetching(self, store: WorkStore) -> Iterator[Callable[[Collection[str]], None]]:
        """Yield a function that has batches fetched which others just wrote, beside whatever else is done meanwhile.

        All have come when the `with` block ends in good order. Raises StorageError then.
        """
        movers = ThreadPoolExecutor(MOVERS)
        coming: dict[str, Future[bool]] = {}

        def fetch(names: Collection[str]) -> None:
            for name in names:
                if name not in coming and not (store.path / name).exists():
                    coming[name] = movers.submit(self.fetch, name, store)

        try:
            yield fetch
            for each in coming.values():
                each.result()
        finally:
            movers.shutdown(cancel_futures=True)

    def note(self, store: WorkStore) -> None:
        """Note that a store has what is there: it need not be sent."""
        self._note(store, self.names() & _names(store))

    def push(self, store: WorkStore) -> int:
        """Send what a store has besides, and remove here what was merged or forgotten there; return how many were sent.

        Raises StorageError.
        """
        noted = self._noted(store)
        new = sorted(_names(store) - noted)
        for name in new:
            if not self.send(store.path / name):
                self.fetch(name, store)
        with ThreadPoolExecutor(MOVERS) as movers:
            for _ in movers.map(self.remove, noted - _names(store)):
                pass
        self._note(store, _names(store))
        self._sweep()
        return len(new)

    def remove(self, name: str) -> None:
        """Remove a batch: its manifest first, so that nobody sees half of it."""
        self.storage.remove(self._manifest(name))
        for entry in list(self.storage.entries(f"{self.prefix}/{name}")):
            self.storage.remove(entry.key)

    def are_whole(self, names: Collection[str]) -> bool:
        """Tell whether batches stand there."""
        try:
            for name in names:
                self._read(name)
        except Missing:
            return False
        return True

    def _sweep(self) -> None:
        """Remove what was half written by whoever was killed, and what readers left that nobody has any more."""
        now = time.time()
        entries = list(self.storage.entries(WORK))
        newest: dict[str, float] = {}
        for entry in entries:
            reader = "/".join(entry.key.split("/")[:2])
            newest[reader] = max(entry.written_at, newest.get(reader, 0.0))
        old = {reader for reader, at in newest.items() if reader != self.prefix and now - at > _OTHER_READERS_SECONDS}
        whole = {str(PurePosixPath(e.key).parent) for e in entries if PurePosixPath(e.key).name == MANIFEST}
        for entry in entries:
            is_half = str(PurePosixPath(entry.key).parent) not in whole and now - entry.written_at > GRACE_SECONDS
            if any(entry.key.startswith(f"{reader}/") for reader in old) or is_half:
                self.storage.remove(entry.key)

    def _files_of(self, name: str, manifest: bytes) -> dict[str, str]:
        """Return digests by file; a manifest names files of our tables and no others, wherever they would lead."""
        try:
            files: dict[str, str] = json.loads(manifest)["files"]
        except (ValueError, KeyError, TypeError):
            files = {}
        if set(files) != {f"{table}.parquet" for table in SCHEMAS}:
            place = f"{self.storage.address}/{self._manifest(name)}"
            raise StorageError.of("engine.no_batch_manifest", place=place, batch=name)
        return files

    def _read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.storage.read(self._manifest(name))[0])
        return found

    def _manifest(self, name: str) -> str:
        return f"{self.prefix}/{name}/{MANIFEST}"

    def _file(self, name: str, digest: str) -> str:
        return f"{self.prefix}/{name}/{digest}.parquet"

    def _noted(self, store: WorkStore) -> set[str]:
        """Return the batches of a store that stood in this storage when it was last looked at."""
        try:
            noted = json.loads((store.path / _NOTED).read_text(encoding="utf-8"))
            return set(noted["batches"]) if noted["storage"] == self.storage.address else set()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return set()

    def _note(self, store: WorkStore, names: Collection[str]) -> None:
        noted = {"storage": self.storage.address, "batches": sorted(names)}
        replace_text(store.path / _NOTED, json.dumps(noted, indent=1))


def _names(store: WorkStore) -> set[str]:
    return {batch.name for batch in store.batches()}
