"""Reading in shards: some hundred raw files of a storage, read by the pool of whichever machine takes them.

A shard says what is read, by content, and what with; its key is made of all of that. Whoever does it fetches the files
to its scratch, reads them as a run does that spreads nothing, writes the batches to the storage, and last a receipt:
asked again for the same shard, by whomever, it returns the receipt. Belongs here: cutting and doing shards. Keep out:
which files are to be read (`extraction`), who does which shard (`spreading`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pipelines.engine.pool import extract_files
from pipelines.engine.shared_batches import SharedBatches
from pipelines.engine.stored_tables import FileTask
from pipelines.engine.work_store import BatchWriter, WorkStore
from pipelines.raw.shared_contents import fetch_contents
from pipelines.reading import Limits
from pipelines.spreading.place import Place, here
from pipelines.storing import Missing, open_storage
from pipelines.warehouse.contract_breaks import contract_breaks_quarantined
from pipelines.warehouse.run_digest import PYTHON, code_digests

# As many files as a batch of the store holds, and no more bytes than two of which fit into any scratch.
FILES_PER_SHARD, BYTES_PER_SHARD = 1_000, 512 * 2**20
# What a shard costs beside its files is little against so many.
_LEAST_FILES = 100


class SharedFile(NamedTuple):
    """A file to read: its hash, that of the content it is (in) in the storage, its place in that, kind and size."""

    file_sha256: str
    held_sha256: str
    member: str | None
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class ReadingShard:
    """Files to read, by readers named by a fingerprint, out of and into the storage at an address.

    `again`: a run before could not read them (`asked` tells apart whoever asks so, so that nobody is given what another
    has read). `proven` is a file that could be read before, should all of these take too long.
    """

    storage: str
    fingerprint: str
    limits: Limits
    files: tuple[SharedFile, ...]
    proven: SharedFile | None = None
    again: bool = False
    asked: str = ""

    @property
    def key(self) -> str:
        """A digest of all that the result follows from."""
        told = (self.storage, self.fingerprint, astuple(self.limits), self.files, self.again, self.asked)
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def halves(self) -> tuple[ReadingShard, ...]:
        """Return the shard in two; nothing where it has one file."""
        middle = len(self.files) // 2
        return tuple(replace(self, files=half) for half in (self.files[:middle], self.files[middle:]) if middle)


class ShardRead(NamedTuple):
    """The batches that the files of a shard stand in, and the node that wrote them."""

    batches: tuple[str, ...]
    node: str


def cut_shards(whole: ReadingShard, files: Sequence[SharedFile], width: int = 1) -> Iterator[ReadingShard]:
    """Yield shards of some files as `whole` says, for so many machines; files of one archive follow each other.

    Towards the end they become smaller, so that all machines end at about the same time.
    """
    begin = 0
    while begin < len(files):
        share = -(-(len(files) - begin) // (2 * width)) if width > 1 else FILES_PER_SHARD
        end, size = begin, 0
        while end < len(files) and end - begin < min(FILES_PER_SHARD, max(share, _LEAST_FILES)):
            size += files[end].size_bytes
            if size > BYTES_PER_SHARD and end > begin:
                break
            end += 1
        yield replace(whole, files=tuple(files[begin:end]))
        begin = end


def read_shard(shard: ReadingShard) -> ShardRead:
    """Read a shard here (`spreading.place`) and return where it stands. Raises StorageError, ExtractionStalled."""
    place = here()
    batches = SharedBatches(open_storage(shard.storage), shard.fingerprint)
    if not shard.again and (read := _receipt(batches, shard.key)) is not None:
        return read
    with place.folder() as folder:
        raw = folder / "raw"
        fetch_contents(batches.storage, {file.held_sha256 for file in _all_files(shard)}, raw)
        store = WorkStore(folder / "batches", shard.fingerprint)
        with place.reading:
            _read(shard, raw, store, place)
        names = []
        for batch in store.batches():
            batches.send(batch)
            names.append(batch.name)
    read = ShardRead(tuple(names), place.name)
    if not shard.again:
        batches.storage.put(_receipt_key(batches, shard.key), json.dumps(read._asdict()).encode())
    return read


def _read(shard: ReadingShard, raw: Path, store: WorkStore, place: Place) -> None:
    tasks = [_task(file, raw) for file in shard.files]
    again = {task.file_sha256 for task in tasks} if shard.again else ()
    proven = _task(shard.proven, raw) if shard.proven is not None else None
    with BatchWriter(store, contract_breaks_quarantined) as writer:
        for tables in extract_files(
            tasks, limits=shard.limits, workers=place.workers, again=again, proven=proven, keep=place.staff
        ):
            writer.add(tables)


def _all_files(shard: ReadingShard) -> tuple[SharedFile, ...]:
    return (*shard.files, shard.proven) if shard.proven is not None else shard.files


def _task(file: SharedFile, raw: Path) -> FileTask:
    return FileTask(file.file_sha256, bytes(raw / file.held_sha256), file.member, file.media_type)


def _receipt(batches: SharedBatches, key: str) -> ShardRead | None:
    """Return what was noted of a shard, as long as its batches stand there."""
    try:
        found = json.loads(batches.storage.read(_receipt_key(batches, key))[0])
    except Missing:
        return None
    read = ShardRead(tuple(found["batches"]), found["node"])
    return read if batches.are_whole(read.batches) else None


def _receipt_key(batches: SharedBatches, key: str) -> str:
    return f"{batches.prefix}/shards/{key}.json"


def code_of_nodes() -> str:
    """Return the name of the code that nodes must have in common: sources, declarations and libraries."""
    told = sorted((name, digest) for name, digest in code_digests().items() if name != PYTHON)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
