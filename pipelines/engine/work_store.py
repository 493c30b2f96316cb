"""The work store: extracted tables by content hash, the only cache. A batch is a directory that appears at once.

A batch holds documents of one year read, so that the reports of a year are found in few of them. Which batch a document
is read from stands in the `catalogue`. Belongs here: writing, merging, verifying and removing batches.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.durable import sha256_of, sync_tree
from pipelines.engine.reader_fingerprint import reader_fingerprint as reader_fingerprint  # noqa: PLC0414  # names a store
from pipelines.engine.stored_tables import SCHEMAS, Tables
from pipelines.engine.tries import TRIES

MANIFEST = "manifest.json"
# Documents written together: few files at national scale, little memory, and little work lost when a run is killed.
DOCUMENTS_PER_BATCH = 1_000
# So many batches of a year that are not half full become one: a file a day would be a batch a day for ever.
_SMALL_BATCHES = 8


class WorkStore:
    """Extracted tables below `root`/<fingerprint>; a batch whose files do not match its manifest is discarded."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        self.root = root
        self.path = root / fingerprint
        self.path.mkdir(parents=True, exist_ok=True)

    @property
    def tries(self) -> Path:
        """Where it stands which of the documents were tried again (`tries`)."""
        return self.path / TRIES

    def known(self) -> dict[str, tuple[str, str | None]]:
        """Return the ends of all documents; batches that are damaged or were replaced are removed first."""
        manifests = {batch: self._manifest(batch) for batch in self.batches()}
        replaced = {manifest.get("replaces") for manifest in manifests.values() if manifest}
        for batch, manifest in manifests.items():
            if manifest is None or batch.name in replaced:
                shutil.rmtree(batch)
        return self.ends()

    def ends(self) -> dict[str, tuple[str, str | None]]:
        """Return outcome and reason of all documents by content hash."""
        found: dict[str, tuple[str, str | None]] = {}
        for path in reversed(self.files("documents")):
            columns = pq.read_table(path, columns=["file_sha256", "outcome", "reason"]).to_pydict().values()
            found.update((sha256, (outcome, reason)) for sha256, outcome, reason in zip(*columns, strict=True))
        return found

    def forget(self, hashes: Collection[str]) -> None:
        """Take documents out of the store, to be read again; what else their batches hold is written anew before."""
        for batch in self.batches():
            documents = pq.read_table(batch / "documents.parquet")
            if not any(sha256 in hashes for sha256 in documents["file_sha256"].to_pylist()):
                continue
            kept = without_documents(self._tables(batch), hashes)
            if kept["documents"].num_rows:
                self.write(kept, replaces=batch.name)
            shutil.rmtree(batch)

    def files(self, table: str) -> list[Path]:
        """Return the Parquet files of one table."""
        return [batch / f"{table}.parquet" for batch in self.batches()]

    def write(self, tables: Tables, replaces: str | None = None) -> str:
        """Write the tables of some documents as one batch, and return its name: files first, then manifest, then name.

        From then on a batch that it `replaces` counts no more, whether it is removed already or not.
        """
        hashes = sorted(tables["documents"]["file_sha256"].to_pylist())
        name = hashlib.sha256("".join(hashes).encode()).hexdigest()[:24]
        part = self.path / f".{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        files = {}
        for table in SCHEMAS:
            target = part / f"{table}.parquet"
            pq.write_table(tables[table], target, compression="zstd")
            files[target.name] = sha256_of(target)
        manifest: dict[str, Any] = {"files": files, "year": min(_year_of_documents(tables).values(), default=0)}
        manifest |= {"documents": len(hashes)} | ({"replaces": replaces} if replaces else {})
        (part / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        self.place(part, name)
        return name

    def place(self, part: Path, name: str) -> None:
        """Give a written batch its name, from which on it counts."""
        sync_tree(part)
        shutil.rmtree(self.path / name, ignore_errors=True)
        part.rename(self.path / name)

    def remove_others(self) -> None:
        """Remove what other readers left: half-written batches and the stores of older fingerprints."""
        for path in self.root.iterdir():
            if path != self.path:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(".*.part"):
            shutil.rmtree(path, ignore_errors=True)

    def batches(self) -> list[Path]:
        """Return the folders of all batches by name, in the order in which they own documents."""
        return sorted(p for p in self.path.iterdir() if p.is_dir() and not p.name.startswith("."))

    def digest(self, batch: Path) -> str:
        """Return the digest of what a batch holds: of its manifest, which has the digests of its files."""
        return sha256_of(batch / MANIFEST)

    def merge_small(self) -> None:
        """Merge batches of one year that are not half full, where there are many; a kill leaves each document whole."""
        small: dict[int, list[tuple[Path, int]]] = {}
        for batch in self.batches():
            about = json.loads((batch / MANIFEST).read_text(encoding="utf-8"))
            if about.get("documents", DOCUMENTS_PER_BATCH) * 2 < DOCUMENTS_PER_BATCH:
                small.setdefault(about["year"], []).append((batch, about["documents"]))
        for found in small.values():
            if len(found) >= _SMALL_BATCHES:
                for group in _filled(found):
                    self._merge(group)

    def _merge(self, batches: Sequence[Path]) -> None:
        seen: set[str] = set()
        read: list[Tables] = []
        for batch in batches:
            read.append(without_documents(self._tables(batch), seen))
            seen.update(read[-1]["documents"]["file_sha256"].to_pylist())
        name = self.write({table: pa.concat_tables([tables[table] for tables in read]) for table in SCHEMAS})
        for batch in batches:
            if batch.name != name:
                shutil.rmtree(batch)

    def _tables(self, batch: Path) -> Tables:
        return {name: pq.read_table(batch / f"{name}.parquet") for name in SCHEMAS}

    def _manifest(self, batch: Path) -> dict[str, Any] | None:
        """Return the manifest of a batch if its files are what it says; else the batch is extracted again."""
        try:
            manifest: dict[str, Any] = json.loads((batch / MANIFEST).read_text(encoding="utf-8"))
            files = manifest["files"]
            intact = set(files) == {f"{name}.parquet" for name in SCHEMAS} and all(
                sha256_of(batch / name) == digest for name, digest in files.items()
            )
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return manifest if intact else None


class BatchWriter:
    """Gathers the tables of a few documents at a time and writes them to a store in larger batches.

    Whoever adds does not wait while a batch is written, only while the one before it still is: then two are in memory.
    `check` gets each batch once and returns what of it is written. All is written when the `with` block ends in good
    order; where it raises, the last documents are left out.
    """

    def __init__(self, store: WorkStore, check: Callable[[Tables], Tables] = lambda batch: batch) -> None:
        self.store, self._check = store, check
        self._pending: list[Tables] = []
        self._documents = 0
        self._thread = ThreadPoolExecutor(1)
        self._written: Future[None] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        """Write what is pending and wait for it; after an error wait only for what is being written."""
        try:
            if error is None and self._pending:
                self._begin()
            self._wait()
        finally:
            self._thread.shutdown()

    def add(self, tables: Tables) -> None:
        """Add the tables of some documents. Raises what stopped the batch before from being written."""
        self._pending.append(tables)
        self._documents += tables["documents"].num_rows
        if self._documents >= DOCUMENTS_PER_BATCH:
            self._begin()

    def _begin(self) -> None:
        self._wait()
        self._written = self._thread.submit(self._write, self._pending)
        self._pending, self._documents = [], 0

    def _wait(self) -> None:
        written, self._written = self._written, None
        if written is not None:
            written.result()

    def _write(self, pending: list[Tables]) -> None:
        # Each of the pending tables is a chunk of every column, and what follows takes its time per chunk.
        whole = {name: pa.concat_tables([tables[name] for tables in pending]).combine_chunks() for name in SCHEMAS}
        pending.clear()
        for tables in by_year(self._check(whole)):
            self.store.write(tables)


def _year_of_documents(tables: Tables) -> dict[str, int]:
    """Return the year that the first report of each document states, by content hash; 0 without one."""
    years = dict.fromkeys(tables["documents"]["file_sha256"].to_pylist(), 0)
    stated = tables["reports"].select(["file_sha256", "ordinal", "year"]).sort_by([("ordinal", "descending")])
    years.update(zip(stated["file_sha256"].to_pylist(), stated["year"].to_pylist(), strict=True))
    return {sha256: year or 0 for sha256, year in years.items()}


def by_year(tables: Tables) -> list[Tables]:
    """Return the tables of some documents apart by the year read."""
    years = _year_of_documents(tables)
    found = sorted(set(years.values()))
    if len(found) < 2:
        return [tables]
    others = {year: [sha256 for sha256, own in years.items() if own != year] for year in found}
    return [without_documents(tables, others[year]) for year in found]


def _filled(batches: Sequence[tuple[Path, int]]) -> list[list[Path]]:
    """Return batches in groups of at most DOCUMENTS_PER_BATCH documents, without those that would stay alone."""
    groups: list[tuple[list[Path], int]] = []
    for path, documents in batches:
        if groups and groups[-1][1] + documents <= DOCUMENTS_PER_BATCH:
            groups[-1] = [*groups[-1][0], path], groups[-1][1] + documents
        else:
            groups.append(([path], documents))
    return [paths for paths, _ in groups if len(paths) > 1]


def without_documents(tables: Tables, hashes: Collection[str]) -> Tables:
    """Return tables without some documents and all their reports."""
    keys = tables["reports"].filter(_among(tables["reports"]["file_sha256"], hashes))["report_key"].to_pylist()
    by_file = {name: _without(tables[name], "file_sha256", hashes) for name in ("documents", "reports")}
    others = {name: _without(table, "report_key", keys) for name, table in tables.items() if name not in by_file}
    return {**others, **by_file}


def _without(table: pa.Table, column: str, unwanted: Collection[Any]) -> pa.Table:
    return table.filter(pc.invert(_among(table[column], unwanted)))


def _among(values: pa.ChunkedArray, wanted: Collection[Any]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(list(wanted), values.type))
