"""The extraction step of a run: take the inventory, extract what is new, keep it in the work store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.collecting.inventory import Location, read_inventory, take_inventory, write_inventory
from pipelines.contracts import ContractViolation, contract
from pipelines.contracts.provenance import CELL_PATH
from pipelines.extracting.frames import QUARANTINED, FileTask, Rows
from pipelines.extracting.pool import extract_files
from pipelines.extracting.store import WorkStore, reader_fingerprint
from pipelines.extracting.worker import Tables
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.warehouse.layout import Layout

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Extracted:
    """What the step did: files in the inventory, how many were new, and the outcomes of all."""

    files: int
    new: int
    outcomes: dict[str, int]


def refresh_inventory(layout: Layout) -> list[Location]:
    """Take the inventory of data/raw and keep it; unchanged files are not hashed again."""
    layout.work.mkdir(parents=True, exist_ok=True)
    locations = take_inventory(layout.raw, read_inventory(layout.inventory))
    write_inventory(locations, layout.inventory)
    return locations


def extract_new(
    layout: Layout, *, limits: Limits = DEFAULT_LIMITS, workers: int | None = None, progress: Progress = lambda *_: None
) -> Extracted:
    """Extract every content of the inventory that the work store does not hold yet."""
    store = WorkStore(layout.extracted, reader_fingerprint())
    known = store.known()
    readable = [f for f in read_inventory(layout.inventory) if f.reason is None and not f.is_archive]
    contents = {
        f.file_sha256: FileTask(f.file_sha256, f.path, f.member, f.media_type or "") for f in readable if f.file_sha256
    }
    # In order of place, so that the members of an archive follow each other.
    tasks = sorted((t for t in contents.values() if t.file_sha256 not in known), key=lambda t: (t.path, t.member or ""))
    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished += count
        progress(finished, len(tasks))

    for tables in extract_files(tasks, limits=limits, workers=workers, done=done):
        store.add(screened(tables))
    store.flush()
    store.remove_others()
    return Extracted(len(contents), len(tasks), _outcomes(store, set(contents)))


def screened(tables: Tables) -> Tables:
    """Quarantine the documents whose rows break a contract: the fault is ours, and the other documents go on."""
    if tables["cells"].num_rows == 0 or _keeps_contract(tables["cells"]):
        return tables
    bad = []
    for row in tables["reports"].to_pylist():
        own = tables["cells"].filter(pc.equal(tables["cells"]["report_key"], row["report_key"]))
        if not _keeps_contract(own):
            bad.append((row["report_key"], row["file_sha256"]))
    keys, digests = (pa.array(list(values)) for values in zip(*bad, strict=True))
    kept = {
        name: table.filter(pc.invert(pc.is_in(table["report_key"], value_set=keys)))
        for name, table in tables.items()
        if "report_key" in table.column_names
    }
    documents = tables["documents"]
    kept["documents"] = documents.filter(pc.invert(pc.is_in(documents["file_sha256"], value_set=digests)))
    refused = Rows()
    for _, digest in bad:
        detail = "its cells break a contract of ours: report it as a defect with the file"
        refused.add_outcome(digest, 0, QUARANTINED, "contract", detail)
    kept["documents"] = pa.concat_tables([kept["documents"], refused.tables()["documents"]])
    return kept


def _keeps_contract(cells: pa.Table) -> bool:
    table = contract("cell")
    frame = pl.from_arrow(cells)
    assert isinstance(frame, pl.DataFrame)
    whole = frame.with_columns(CELL_PATH, year_key=pl.lit(0, pl.Int32)).select(table.columns)
    try:
        table.validate(whole)
    except ContractViolation:
        return False
    return True


def _outcomes(store: WorkStore, hashes: set[str]) -> dict[str, int]:
    documents = pl.scan_parquet(store.files("documents")) if store.files("documents") else None
    if documents is None:
        return {}
    counted = documents.filter(pl.col("file_sha256").is_in(list(hashes))).group_by("outcome").len().collect()
    return dict(sorted(counted.rows()))
