"""The work store: extracted tables by content hash, the only cache. A batch is a directory that appears at once."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.durable import sha256_of, sync_tree
from pipelines.engine.extracted_tables import SCHEMAS
from pipelines.engine.worker import Tables

_SOURCES = ("declarations", "reading", "forms", "extracting")
# How reports are named, and which tables they become.
_SHAPES = ("contracts/keys.py", "engine/extracted_tables.py")
_PARSERS = ("selectolax", "opencc", "rapidfuzz", "olefile", "office-oxide", "pypdfium2")
# With the extra `ocr` scans are read that were quarantined without it.
_OPTIONAL_PARSERS = ("rapidocr", "onnxruntime", "opencv-python", "opencv-python-headless")
_MANIFEST = "manifest.json"
_TRIES = "tries.json"
# Documents written together: few files at national scale, little memory, and little work lost when a run is killed.
DOCUMENTS_PER_BATCH = 1_000


@cache
def reader_fingerprint() -> str:
    """Return what extracted cells depend on besides the file: our sources and the versions of the parsers."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    sources = [path for name in _SOURCES for path in sorted((package / name).rglob("*"))]
    for path in (*sources, *(package / name for name in _SHAPES)):
        if path.suffix in {".py", ".yml", ".c"}:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    installed = {name: version(name) for name in _PARSERS}
    for name in _OPTIONAL_PARSERS:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    for name, found in installed.items():
        digest.update(f"{name}={found}\0".encode())
    return digest.hexdigest()[:16]


class WorkStore:
    """Extracted tables below `root`/<fingerprint>; a batch whose files do not match its manifest is discarded."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        self.root = root
        self.path = root / fingerprint
        self.path.mkdir(parents=True, exist_ok=True)

    @property
    def tries(self) -> Path:
        """Where it stands which of the documents were tried again (`tries`)."""
        return self.path / _TRIES

    def known(self) -> dict[str, tuple[str, str | None]]:
        """Return the ends of all documents; batches that are damaged or were replaced are removed first."""
        manifests = {batch: self._manifest(batch) for batch in self._batches()}
        replaced = {manifest.get("replaces") for manifest in manifests.values() if manifest}
        for batch, manifest in manifests.items():
            if manifest is None or batch.name in replaced:
                shutil.rmtree(batch)
        return self.ends()

    def ends(self) -> dict[str, tuple[str, str | None]]:
        """Return outcome and reason of all documents by content hash."""
        found: dict[str, tuple[str, str | None]] = {}
        for path in self.files("documents"):
            columns = pq.read_table(path, columns=["file_sha256", "outcome", "reason"]).to_pydict().values()
            found.update((sha256, (outcome, reason)) for sha256, outcome, reason in zip(*columns, strict=True))
        return found

    def forget(self, hashes: Collection[str]) -> None:
        """Take documents out of the store, to be read again; what else their batches hold is written anew before."""
        for batch in self._batches():
            documents = pq.read_table(batch / "documents.parquet")
            if not any(sha256 in hashes for sha256 in documents["file_sha256"].to_pylist()):
                continue
            kept = without_documents({name: pq.read_table(batch / f"{name}.parquet") for name in SCHEMAS}, hashes)
            if kept["documents"].num_rows:
                self.write(kept, replaces=batch.name)
            shutil.rmtree(batch)

    def files(self, table: str) -> list[Path]:
        """Return the Parquet files of one table."""
        return [batch / f"{table}.parquet" for batch in self._batches()]

    def write(self, tables: Tables, replaces: str | None = None) -> None:
        """Write the tables of some documents as one batch: files first, then the manifest, then its name.

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
        manifest = {"files": files} | ({"replaces": replaces} if replaces else {})
        (part / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
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

    def _batches(self) -> list[Path]:
        return sorted(p for p in self.path.iterdir() if p.is_dir() and not p.name.startswith("."))

    def _manifest(self, batch: Path) -> dict[str, Any] | None:
        """Return the manifest of a batch if its files are what it says; else the batch is extracted again."""
        try:
            manifest: dict[str, Any] = json.loads((batch / _MANIFEST).read_text(encoding="utf-8"))
            files = manifest["files"]
            intact = set(files) == {f"{name}.parquet" for name in SCHEMAS} and all(
                sha256_of(batch / name) == digest for name, digest in files.items()
            )
        except (OSError, ValueError, KeyError):
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
        self.store.write(self._check(whole))


def read_table(store: WorkStore, table: str, hashes: set[str]) -> pa.Table:
    """Read the rows of some documents of a table that bears file_sha256."""
    wanted = pa.array(sorted(hashes), pa.string())
    parts = [pq.read_table(path) for path in store.files(table)]
    whole = pa.concat_tables(parts) if parts else SCHEMAS[table].empty_table()
    return whole.filter(pc.is_in(whole["file_sha256"], value_set=wanted))


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
