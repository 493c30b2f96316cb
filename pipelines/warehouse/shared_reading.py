"""Reading what several machines share: raw files go to the storage, nodes read them, and their batches come back.

Belongs here: what is sent and fetched around the shards of one run. Keep out: a shard (`shard_reading`), and what is
read at all (`extraction`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pipelines.engine.shared_batches import SharedBatches
from pipelines.engine.stored_tables import FileTask, quarantined
from pipelines.engine.work_store import WorkStore
from pipelines.messages.kept import kept
from pipelines.raw.inventory import Location
from pipelines.raw.shared_contents import contents_lacking, send_contents
from pipelines.reading import Limits
from pipelines.releases.stored import storage_named
from pipelines.spreading import ClusterFailed, Lost, Spread, cluster_named
from pipelines.spreading.spread import CLUSTER_SWITCH
from pipelines.storing import Storage
from pipelines.storing.storage import STORAGE_SWITCH
from pipelines.warehouse.elsewhere import Elsewhere
from pipelines.warehouse.shard_reading import ReadingShard, SharedFile, code_of_nodes, cut_shards, read_shard

# What a file that ends every node which reads it is quarantined for.
_DIED = "worker_died"


def shared_by_settings(told: Callable[[str], object]) -> tuple[Storage | None, Spread | None]:
    """Return the storage and the cluster that the settings name. Raises StorageError, ClusterFailed.

    A cluster without a storage could read nothing: its nodes have no files of this machine.
    """
    storage, spread = storage_named(), cluster_named(code_of_nodes, told)
    if spread is not None and storage is None:
        raise ClusterFailed.of("spreading.no_storage", cluster=CLUSTER_SWITCH, storage=STORAGE_SWITCH)
    return storage, spread


def elsewhere_by_settings(told: Callable[[str], object]) -> Elsewhere | None:
    """Return what builds parts on the cluster that the settings name, if they do. Raises as `shared_by_settings`."""
    storage, spread = shared_by_settings(told)
    return Elsewhere(storage, spread) if storage is not None and spread is not None else None


def shared_files(locations: Iterable[Location]) -> dict[str, SharedFile]:
    """Return each content that can be read as a storage has it, by its hash: by itself, or in an archive.

    Those that are probably of one year follow each other, and those of one archive: what is read together is stored
    together, and a batch holds documents of one year.
    """
    found = sorted(locations, key=lambda each: (_probable_year(each), each.path, each.member or ""))
    archives = {each.path: each.file_sha256 for each in found if each.is_archive and each.member is None}
    return {
        each.file_sha256: SharedFile(each.file_sha256, held, each.member, each.media_type or "", each.size_bytes)
        for each in found
        if each.reason is None and not each.is_archive and each.file_sha256
        for held in [each.file_sha256 if each.member is None else archives.get(each.path)]
        if held
    }


def _probable_year(location: Location) -> int:
    """Return the year of the folder, else the one before a report was published, else none."""
    if location.folder_year is not None:
        return location.folder_year
    published = (location.published_on or "")[:4]
    return int(published) - 1 if published.isascii() and published.isdecimal() else 0


def is_elsewhere(tasks: Iterable[FileTask]) -> bool:
    """Tell whether a file is not on this machine."""
    return any(not Path(os.fsdecode(task.path)).exists() for task in tasks)


class SharedReading:
    """The files of one run (by hash) in a storage, and the work store that what is read of them goes to."""

    def __init__(self, storage: Storage, store: WorkStore, files: dict[str, SharedFile], limits: Limits) -> None:
        self._storage, self._store, self._files, self._limits = storage, store, files, limits
        self._batches = SharedBatches(storage, store.path.name)

    def read(
        self,
        tasks: Sequence[FileTask],
        spread: Spread,
        *,
        again: Collection[str],
        proven: FileTask | None,
        done: Callable[[int], None],
    ) -> list[FileTask]:
        """Have files read, and return those that must be read here: what cannot be sent, or did not come back.

        Raises StorageError, ClusterFailed.
        """
        paths = {task.file_sha256: task.path for task in tasks if task.file_sha256 in self._files}
        files = [file for file in self._files.values() if file.file_sha256 in paths]
        sending = _Sending(self._storage, {file.held_sha256: paths[file.file_sha256] for file in files})
        new = ReadingShard(self._storage.address, self._store.path.name, self._limits, (), self._there(proven))
        old = replace(new, again=True, asked=os.urandom(8).hex())
        width = spread.width() if files else 1
        shards = chain(
            cut_shards(new, [file for file in files if file.file_sha256 not in again], width),
            cut_shards(old, [file for file in files if file.file_sha256 in again], width),
        )
        with self._batches.fetching(self._store) as fetch:
            for shard, read in spread.map(read_shard, sending.sent(shards)):
                if isinstance(read, Lost):
                    (file,) = shard.files
                    task = FileTask(file.file_sha256, b"", file.member, file.media_type)
                    detail = kept("outcomes.each_node_ended", detail=read.detail)
                    self._store.write(quarantined(task, _DIED, detail))
                else:
                    fetch(read.batches)
                done(len(shard.files))
        self._batches.note(self._store)
        came = self._store.ends()
        return [task for task in tasks if task.file_sha256 not in came]

    def _there(self, proven: FileTask | None) -> SharedFile | None:
        """Return a file that was read before, as far as the storage has it or can be sent it."""
        file = self._files.get(proven.file_sha256) if proven is not None else None
        if proven is None or file is None:
            return None
        lacking = contents_lacking(self._storage, [file.held_sha256])
        return None if send_contents(self._storage, dict.fromkeys(lacking, proven.path)) else file


class _Sending:
    """Sends what a storage lacks of the files of shards, each when its shard is about to be given out."""

    def __init__(self, storage: Storage, paths: dict[str, bytes]) -> None:
        self._storage, self._paths = storage, paths
        self._lacking = contents_lacking(storage, paths)

    def sent(self, shards: Iterable[ReadingShard]) -> Iterator[ReadingShard]:
        """Yield shards without the files that cannot be sent: they are not as they were, or not here either."""
        for shard in shards:
            wanted = {file.held_sha256: self._paths[file.held_sha256] for file in shard.files}
            missing = {held: path for held, path in wanted.items() if held in self._lacking}
            unsent = send_contents(self._storage, missing)
            self._lacking -= missing.keys() - unsent
            if files := tuple(file for file in shard.files if file.held_sha256 not in unsent):
                yield replace(shard, files=files)
