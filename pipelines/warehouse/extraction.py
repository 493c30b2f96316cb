"""The extraction step of a run: extract what is new in the inventory, keep it in the work store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contracts import ContractViolation, contract
from pipelines.contracts.frames import CELL_PATH
from pipelines.engine.catalogue import Catalogue, refresh_catalogue
from pipelines.engine.extracted_tables import Rows
from pipelines.engine.pool import extract_files
from pipelines.engine.stored_tables import PARSED, QUARANTINED, FileTask, Tables
from pipelines.engine.tries import ALL, Tries, checked_reasons, read_tries, write_tries
from pipelines.engine.work_store import BatchWriter, WorkStore, reader_fingerprint
from pipelines.raw.inventory import Location, read_inventory
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout

Progress = Callable[[int, int], None]
# Outcome and reason by content hash.
Ends = dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class Extracted:
    """What the step did: files in the inventory, how many were new, how many tried again, and the outcomes of all."""

    files: int
    new: int
    again: int
    outcomes: dict[str, int]


def extract_new(
    layout: Layout,
    *,
    retry: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    workers: int | None = None,
    progress: Progress = lambda *_: None,
) -> Extracted:
    """Extract every content of the inventory that the work store does not hold yet, or that is due to be tried again.

    Whatever has a reason of `retry` is read again, due or not. Raises UnknownReason.
    """
    store = WorkStore(layout.extracted, reader_fingerprint())
    contents = _contents(read_inventory(layout.inventory))
    known = {sha256: end for sha256, end in store.known().items() if sha256 in contents}
    tries = read_tries(store.tries)
    due = tries.due(_unread(known)) | _asked_for(known, checked_reasons(retry))
    # Files that a killed run had taken out of the store are among those tried before.
    again = due | {sha256 for sha256 in tries.files if sha256 in contents and sha256 not in known}
    tries = tries.begun(again)
    if again:
        write_tries(tries, store.tries)
        store.forget(due)
    # In order of place, so that the members of an archive follow each other.
    wanted = (task for sha256, task in contents.items() if sha256 not in known or sha256 in again)
    tasks = sorted(wanted, key=lambda task: (task.path, task.member or ""))
    proven = next((contents[sha256] for sha256 in sorted(known) if known[sha256] == (PARSED, None)), None)
    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished += count
        progress(finished, len(tasks))

    with BatchWriter(store, contract_breaks_quarantined) as writer:
        for tables in extract_files(tasks, limits=limits, workers=workers, again=again, proven=proven, done=done):
            writer.add(tables)
    store.remove_others()
    store.merge_small()
    refresh_catalogue(store)
    ends = {sha256: end for sha256, end in Catalogue(store).ends().items() if sha256 in contents}
    _note_tries(store, tries, ends)
    outcomes = Counter(outcome for outcome, _ in ends.values())
    return Extracted(len(contents), len(tasks) - len(again), len(again), dict(sorted(outcomes.items())))


def ends_of(layout: Layout) -> Ends:
    """Return outcome and reason of every content of the inventory that can be read."""
    ends = Catalogue(WorkStore(layout.extracted, reader_fingerprint())).ends()
    contents = _contents(read_inventory(layout.inventory))
    return {sha256: end for sha256, end in ends.items() if sha256 in contents}


def _contents(locations: Collection[Location]) -> dict[str, FileTask]:
    """Return the task of each content that can be read, by its hash."""
    readable = [f for f in locations if f.reason is None and not f.is_archive]
    return {
        f.file_sha256: FileTask(f.file_sha256, f.path, f.member, f.media_type or "") for f in readable if f.file_sha256
    }


def _unread(ends: Ends) -> dict[str, str]:
    return {sha256: reason for sha256, (outcome, reason) in ends.items() if outcome == QUARANTINED and reason}


def _asked_for(ends: Ends, reasons: frozenset[str]) -> set[str]:
    every = ALL in reasons
    return {
        sha256 for sha256, (outcome, reason) in ends.items() if reason in reasons or (every and outcome == QUARANTINED)
    }


def _note_tries(store: WorkStore, tries: Tries, ends: Ends) -> None:
    """Keep what was tried in vain; where there never was anything, nothing is written."""
    after = tries.ended(_unread(ends))
    if after.files or store.tries.exists():
        write_tries(after, store.tries)


def contract_breaks_quarantined(tables: Tables) -> Tables:
    """Quarantine the documents whose rows break a contract: the fault is ours, and the other documents go on.

    Checking a contract takes its time however few the rows are, so this is for a whole batch of the store.
    """
    cells = tables["cells"]
    broken = _breaking(cells, pc.unique(cells["report_key"]))
    if not broken:
        return tables
    digests = pc.unique(cells.filter(_among(cells["report_key"], broken))["file_sha256"])
    reports = tables["reports"]
    keys = [*broken, *reports.filter(_among(reports["file_sha256"], digests))["report_key"].to_pylist()]
    kept = {name: _without(table, "report_key", keys) for name, table in tables.items() if name != "documents"}
    refused = Rows()
    for digest in digests.to_pylist():
        detail = "its cells break a contract of ours: report it as a defect with the file"
        refused.add_outcome(digest, 0, QUARANTINED, "contract", detail)
    others = _without(tables["documents"], "file_sha256", digests)
    return {**kept, "documents": pa.concat_tables([others, refused.tables()["documents"]])}


def _breaking(cells: pa.Table, keys: pa.Array) -> list[int]:
    """Return the reports whose cells break their contract, found by halves: most often there is none."""
    if cells.num_rows == 0 or _keeps_contract(cells):
        return []
    if len(keys) == 1:
        return [keys[0].as_py()]
    halves = keys[: len(keys) // 2], keys[len(keys) // 2 :]
    return [key for half in halves for key in _breaking(cells.filter(_among(cells["report_key"], half)), half)]


def _among(values: pa.ChunkedArray, wanted: pa.Array | list[int]) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=pa.array(wanted, values.type))


def _without(table: pa.Table, column: str, unwanted: pa.Array | list[int]) -> pa.Table:
    return table.filter(pc.invert(_among(table[column], unwanted)))


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
