"""What the work store holds, and which batch each document is read from: small tables that a run pins and all obey.

A document can stand in several batches (two that wrote at once, a merge that was killed): the first by name owns it,
and only there its rows are read, so nothing is counted twice. The catalogue holds documents and reports of all owned
documents with the batch of each; rows of the large tables are read from the batches that own them, and from no other.
A reader of the store looks at no folder: what is written after the catalogue belongs to the next one.
Belongs here: the catalogue and reading by it. Keep out: writing batches (`work_store`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.digested import NotAsWritten, note_digest, read_digested
from pipelines.durable import sync
from pipelines.engine.stored_tables import SCHEMAS
from pipelines.engine.work_store import WorkStore

_BATCH = "batch"
# Under a name that no batch has.
_FILES = {"documents": ".documents.parquet", "reports": ".reports.parquet"}
_BATCHES = b"batches"


def refresh_catalogue(store: WorkStore) -> None:
    """Write the catalogue of the batches that there are now, unless that is what stands there."""
    held = {path.name: store.digest(path) for path in store.batches()}
    if _noted(store) == held and _is_as_written(store):
        return
    batches = list(held)
    owners = _owned(_all(store, "documents", batches))
    reports = _all(store, "reports", batches).join(owners.select("file_sha256", _BATCH), on=["file_sha256", _BATCH])
    # The documents come last: as long as they name other batches, the catalogue is written anew.
    for name, frame in (("reports", reports.sort("file_sha256", "ordinal")), ("documents", owners)):
        path = store.path / _FILES[name]
        part = path.with_suffix(".part")
        arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        noted = {_BATCHES: json.dumps(held).encode()}
        pq.write_table(arrow.cast(_schema(name)).replace_schema_metadata(noted), part, compression="zstd")
        sync(part)
        part.replace(path)
        note_digest(path)
    sync(store.path)


def _schema(table: str) -> pa.Schema:
    return SCHEMAS[table].append(pa.field(_BATCH, pa.string()))


def _noted(store: WorkStore) -> dict[str, str] | None:
    """Return the batches that both files of the catalogue are of, with the digest of each; None without whole ones.

    A batch is named by its documents: read again, the same documents make another batch of the same name.
    """
    noted: list[dict[str, str]] = []
    for name in _FILES.values():
        try:
            metadata = pq.read_metadata(store.path / name).metadata or {}
            noted.append(json.loads(metadata[_BATCHES]))
        except (OSError, pa.ArrowInvalid, KeyError, ValueError):
            return None
    return noted[0] if noted[0] == noted[1] else None


def _is_as_written(store: WorkStore) -> bool:
    """Tell whether both files of the catalogue are, byte for byte, what was written."""
    try:
        for name in _FILES.values():
            read_digested(store.path / name)
    except OSError:
        return False
    return True


def _all(store: WorkStore, table: str, batches: Sequence[str]) -> pl.DataFrame:
    parts = [_with_batch(pq.read_table(store.path / batch / f"{table}.parquet"), batch) for batch in batches]
    whole = pa.concat_tables(parts) if parts else _schema(table).empty_table()
    frame = pl.from_arrow(whole)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _with_batch(rows: pa.Table, batch: str) -> pa.Table:
    return rows.append_column(_BATCH, pa.array([batch] * rows.num_rows, pa.string()))


def _owned(documents: pl.DataFrame) -> pl.DataFrame:
    return documents.sort("file_sha256", _BATCH).unique("file_sha256", keep="first", maintain_order=True)


class Catalogue:
    """The work store as one run sees it: the catalogue that was written when its reading ended."""

    def __init__(self, store: WorkStore) -> None:
        self._store = store
        if _noted(store) is None:
            refresh_catalogue(store)

    def rows(self, table: str) -> pl.DataFrame:
        """Return `documents` or `reports` whole, each with its batch. The frame is shared: it must not be changed."""
        path = self._store.path / _FILES[table]
        state = path.stat()
        try:
            return _read(path, state.st_mtime_ns, state.st_ino)
        except NotAsWritten:
            refresh_catalogue(self._store)
            state = path.stat()
            return _read(path, state.st_mtime_ns, state.st_ino)

    def ends(self) -> dict[str, tuple[str, str | None]]:
        """Return outcome and reason of all documents by content hash."""
        columns = self.rows("documents").select("file_sha256", "outcome", "reason")
        return {sha256: (outcome, reason) for sha256, outcome, reason in columns.iter_rows()}

    def rows_of(self, table: str, report_keys: Collection[int] | pl.Series) -> pl.LazyFrame:
        """Scan the rows of some reports in a table of cells, sections, figures or unmapped rows."""
        wanted = pl.Series("report_key", report_keys, dtype=pl.Int64).unique()
        owners = self.rows("reports").select("report_key", _BATCH)
        owners = owners.filter(pl.col("report_key").is_in(wanted.implode()))
        names = owners[_BATCH].unique().sort().to_list()
        if not names:
            empty = pl.from_arrow(SCHEMAS[table].empty_table())
            assert isinstance(empty, pl.DataFrame)
            return empty.lazy()
        paths = [self._store.path / name / f"{table}.parquet" for name in names]
        places = pl.DataFrame({_BATCH: names, "place": [str(path) for path in paths]})
        by_place = owners.join(places, on=_BATCH).select("report_key", "place").lazy()
        found = pl.scan_parquet(paths, include_file_paths="place", hive_partitioning=False)
        return found.join(by_place, on=["report_key", "place"]).drop("place")


@lru_cache(maxsize=4)
def _read(path: Path, _modified: int, _inode: int) -> pl.DataFrame:
    """Return a file of the catalogue; a run asks for it a dozen times."""
    return pl.read_parquet(io.BytesIO(read_digested(path)))
