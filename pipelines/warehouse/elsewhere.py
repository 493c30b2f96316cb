"""Parts of tables that nodes of a cluster build: what a part is made of goes to the storage, its file comes back.

A part is made of its slices alone (`slices`), so whoever has them and the code makes the same rows. Worth it where rows
cost much more than they weigh, which is the audit.
Belongs here: sending, building and fetching a part. Keep out: which parts are built, and noting them (`builder`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from pipelines.durable import sha256_of
from pipelines.engine.shared_batches import GRACE_SECONDS
from pipelines.raw.shared_contents import content_key, fetch_contents
from pipelines.spreading import Lost, Spread
from pipelines.spreading.place import here
from pipelines.storing import Storage, open_storage
from pipelines.warehouse.parts import Part
from pipelines.warehouse.slices import Slices, written_slices

# Where contents lie that one machine hands to another; they are of no use once they were fetched.
_HANDED = "parts"
_ROWS, _DIGESTS, _REPORTS = "rows", "digests", "reports"


class Waiting(NamedTuple):
    """A part to be built: its slices, the key of its note, and its reports."""

    slices: Slices
    key: str
    reports: pl.DataFrame


class Fetched(NamedTuple):
    """A part that was built elsewhere: its file, that of the digests of its reports if they are kept, and its note.

    `used` are the slices that were read for it. The files are there until the next part is asked for.
    """

    file: Path
    digests: Path | None
    rows: int
    content: str
    used: frozenset[str]


@dataclass(frozen=True)
class PartShard:
    """A part to build: slices and reports as contents of the storage. It cannot be cut."""

    storage: str
    table: str
    part: Part
    made_of: str
    contents: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """A digest of all that the result follows from."""
        told = (self.storage, self.table, self.part, self.made_of, self.contents)
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def halves(self) -> tuple[PartShard, ...]:
        """Return nothing: rows of a part may follow from all of its reports."""
        return ()


class PartBuilt(NamedTuple):
    """The contents that hold a part and the digests of its reports, with its rows and their hash, and who built it."""

    contents: dict[str, str]
    rows: int
    content: str
    used: tuple[str, ...]
    node: str


def build_part(shard: PartShard) -> PartBuilt:
    """Build a part here (`spreading.place`). Raises StorageError, ContractViolation."""
    from pipelines.warehouse.builder import ByPart  # noqa: PLC0415  # which hands parts to us
    from pipelines.warehouse.star import BUILDERS  # noqa: PLC0415

    place, storage = here(), open_storage(shard.storage)
    builder = BUILDERS[shard.table]
    assert isinstance(builder, ByPart)
    with place.folder() as folder:
        wanted = dict(shard.contents)
        fetch_contents(storage, set(wanted.values()), folder, _HANDED)
        files = {name: folder / digest for name, digest in wanted.items()}
        reports = pl.read_parquet(files.pop(f"/{_REPORTS}"), hive_partitioning=False)
        slices = written_slices(shard.table, shard.part, files)
        made = folder / "made"
        with place.reading:
            rows, content = builder.make_apart(slices, reports, made / _ROWS, made / _DIGESTS)
        contents = {path.name: _send(storage, path) for path in sorted(made.iterdir())}
    return PartBuilt(contents, rows, content, tuple(sorted(slices.used)), place.name)


class Elsewhere:
    """Builds parts on the machines of a spread, by way of a storage that they and this one reach."""

    def __init__(self, storage: Storage, spread: Spread) -> None:
        self._storage, self._spread = storage, spread

    def build(self, table: str, waiting: Sequence[Waiting]) -> Iterator[tuple[Waiting, Fetched | None]]:
        """Yield parts as they are built; nothing for one that ended each node which tried it.

        Raises StorageError, ClusterFailed, ContractViolation.
        """
        by_key: dict[str, Waiting] = {}

        def sent() -> Iterator[PartShard]:
            for each in waiting:
                shard = self._sent(table, each)
                by_key[shard.key] = each
                yield shard

        for shard, built in self._spread.map(build_part, sent()):
            each = by_key.pop(shard.key)
            if isinstance(built, Lost):
                yield each, None
                continue
            with self._fetched(built) as fetched:
                yield each, fetched
        self._sweep()

    def _sent(self, table: str, each: Waiting) -> PartShard:
        with TemporaryDirectory(prefix="gongkai-part-") as name:
            files = each.slices.write(Path(name))
            files[f"/{_REPORTS}"] = Path(name) / _REPORTS
            each.reports.write_parquet(files[f"/{_REPORTS}"])
            contents = tuple((name, _send(self._storage, path)) for name, path in files.items())
        return PartShard(self._storage.address, table, each.slices.part, each.key, contents)

    @contextmanager
    def _fetched(self, built: PartBuilt) -> Iterator[Fetched]:
        with TemporaryDirectory(prefix="gongkai-part-") as name:
            fetch_contents(self._storage, set(built.contents.values()), Path(name), _HANDED)
            files = {kind: Path(name) / digest for kind, digest in built.contents.items()}
            yield Fetched(files[_ROWS], files.get(_DIGESTS), built.rows, built.content, frozenset(built.used))

    def _sweep(self) -> None:
        old = time.time() - GRACE_SECONDS
        for entry in [entry for entry in self._storage.entries(_HANDED) if entry.written_at < old]:
            self._storage.remove(entry.key)


def _send(storage: Storage, path: Path) -> str:
    digest = sha256_of(path)
    storage.put(content_key(digest, _HANDED), path)
    return digest
