"""The work store: extracted tables by content hash, the only cache. A batch is a directory that appears at once."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.durable import sha256_of, sync_tree
from pipelines.extracting.frames import SCHEMAS

_SOURCES = ("reading", "forms", "extracting")
_PARSERS = ("selectolax", "opencc", "rapidfuzz", "olefile", "office-oxide", "pypdfium2")
# With the extra `ocr` scans are read that were quarantined without it.
_OPTIONAL_PARSERS = ("rapidocr", "onnxruntime", "opencv-python", "opencv-python-headless")
_MANIFEST = "manifest.json"
# Documents written together: few files at national scale, and little work lost when a run is killed.
DOCUMENTS_PER_BATCH = 2_000


@cache
def reader_fingerprint() -> str:
    """Return what extracted cells depend on besides the file: our sources and the versions of the parsers."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for name in _SOURCES:
        for path in sorted((package / name).rglob("*")):
            if path.suffix in {".py", ".yml"}:
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
        self._pending: list[dict[str, pa.Table]] = []
        self._pending_documents = 0

    def known(self) -> set[str]:
        """Return the content hashes of all documents in the store; damaged batches are removed first."""
        known: set[str] = set()
        for batch in self._batches():
            if self._intact(batch):
                known.update(pq.read_table(batch / "documents.parquet", columns=["file_sha256"])[0].to_pylist())
            else:
                shutil.rmtree(batch)
        return known

    def files(self, table: str) -> list[Path]:
        """Return the Parquet files of one table."""
        return [batch / f"{table}.parquet" for batch in self._batches()]

    def add(self, tables: dict[str, pa.Table]) -> None:
        """Add the tables of some documents; they are written in larger batches."""
        self._pending.append(tables)
        self._pending_documents += tables["documents"].num_rows
        if self._pending_documents >= DOCUMENTS_PER_BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is pending as one batch: files first, then the manifest, then the directory's name."""
        if not self._pending:
            return
        merged = {name: pa.concat_tables([t[name] for t in self._pending]) for name in SCHEMAS}
        hashes = sorted(merged["documents"]["file_sha256"].to_pylist())
        name = hashlib.sha256("".join(hashes).encode()).hexdigest()[:24]
        part = self.path / f".{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        files = {}
        for table, rows in merged.items():
            target = part / f"{table}.parquet"
            pq.write_table(rows, target, compression="zstd")
            files[target.name] = sha256_of(target)
        (part / _MANIFEST).write_text(json.dumps({"files": files}, indent=1), encoding="utf-8")
        sync_tree(part)
        shutil.rmtree(self.path / name, ignore_errors=True)
        part.rename(self.path / name)
        self._pending, self._pending_documents = [], 0

    def remove_others(self) -> None:
        """Remove what other readers left: half-written batches and the stores of older fingerprints."""
        for path in self.root.iterdir():
            if path != self.path:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.path.glob(".*.part"):
            shutil.rmtree(path, ignore_errors=True)

    def _batches(self) -> list[Path]:
        return sorted(p for p in self.path.iterdir() if p.is_dir() and not p.name.startswith("."))

    def _intact(self, batch: Path) -> bool:
        try:
            files = json.loads((batch / _MANIFEST).read_text(encoding="utf-8"))["files"]
            return set(files) == {f"{name}.parquet" for name in SCHEMAS} and all(
                sha256_of(batch / name) == digest for name, digest in files.items()
            )
        except (OSError, ValueError, KeyError):
            return False  # no or half a manifest: the batch is extracted again


def read_table(store: WorkStore, table: str, hashes: set[str]) -> pa.Table:
    """Read the rows of some documents of a table that bears file_sha256."""
    wanted = pa.array(sorted(hashes), pa.string())
    parts = [pq.read_table(path) for path in store.files(table)]
    whole = pa.concat_tables(parts) if parts else SCHEMAS[table].empty_table()
    return whole.filter(pc.is_in(whole["file_sha256"], value_set=wanted))
