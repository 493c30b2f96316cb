"""The extraction step of a run: extract what is new in the inventory, keep it in the work store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from pipelines import said
from pipelines.engine.catalogue import Catalogue, refresh_catalogue
from pipelines.engine.pool import extract_files
from pipelines.engine.shared_batches import SharedBatches
from pipelines.engine.stored_tables import PARSED, QUARANTINED, FileTask
from pipelines.engine.tries import ALL, Tries, checked_reasons, read_tries, write_tries
from pipelines.engine.work_store import BatchWriter, WorkStore, reader_fingerprint
from pipelines.raw.inventory import Location, read_inventory
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout
from pipelines.spreading import Embedded, Spread
from pipelines.spreading.place import Place
from pipelines.storing import Storage, StorageError
from pipelines.warehouse.contract_breaks import contract_breaks_quarantined
from pipelines.warehouse.kept_rows import forget_kept
from pipelines.warehouse.shared_reading import SharedReading, is_elsewhere, shared_files

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
    storage: Storage | None = None,
    spread: Spread | None = None,
    told: Callable[[str], object] = lambda _: None,
) -> Extracted:
    """Extract every content of the inventory that the work store does not hold yet, or that is due to be tried again.

    Whatever has a reason of `retry` is read again, due or not. With a `storage` its batches are fetched before, and
    those read sent after; with a `spread` too, nodes read what it holds. Where it does not answer that is `told`, and
    all is read here. Raises UnknownReason, ClusterFailed, and StorageError where files are elsewhere or nodes were to
    read.
    """
    store = WorkStore(layout.extracted, reader_fingerprint())
    locations = read_inventory(layout.inventory)
    contents = _contents(locations)
    read = store.known()
    if storage is not None:
        storage = _pulled(store, storage, told, lambda: spread is not None or is_elsewhere(contents.values()))
        read = store.ends()
    known = {sha256: end for sha256, end in read.items() if sha256 in contents}
    tries, due, again = _begun(store, known, contents, retry)
    if again:
        _forget(layout, store, tries, due, read_before=bool(retry))
    # In order of place, so that the members of an archive follow each other.
    wanted = (task for sha256, task in contents.items() if sha256 not in known or sha256 in again)
    tasks = sorted(wanted, key=lambda task: (task.path, task.member or ""))
    proven = next((contents[sha256] for sha256 in sorted(known) if known[sha256] == (PARSED, None)), None)
    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished += count
        progress(finished, len(tasks))

    here = tasks
    if storage is not None and tasks and (spread is not None or is_elsewhere(tasks)):
        spread = spread or Embedded(Place(layout.work / "scratch", "this machine", workers))
        reading = SharedReading(storage, store, shared_files(locations), limits)
        here = reading.read(tasks, spread, again=again, proven=proven, done=done)
    with BatchWriter(store, contract_breaks_quarantined) as writer:
        for tables in extract_files(here, limits=limits, workers=workers, again=again, proven=proven, done=done):
            writer.add(tables)
    store.remove_others()
    store.merge_small()
    if storage is not None:
        _push(store, storage, told)
    refresh_catalogue(store)
    ends = {sha256: end for sha256, end in Catalogue(store).ends().items() if sha256 in contents}
    _note_tries(store, tries, ends)
    outcomes = Counter(outcome for outcome, _ in ends.values())
    return Extracted(len(contents), len(tasks) - len(again), len(again), dict(sorted(outcomes.items())))


def _begun(
    store: WorkStore, known: Ends, contents: Collection[str], retry: Collection[str]
) -> tuple[Tries, set[str], set[str]]:
    """Return the tries of this run, which documents are due to be tried again, and all that are. Raises UnknownReason.

    Files that a killed run had taken out of the store are among those tried before.
    """
    tries = read_tries(store.tries)
    due = tries.due(_unread(known)) | _asked_for(known, checked_reasons(retry))
    again = due | {sha256 for sha256 in tries.files if sha256 in contents and sha256 not in known}
    return tries.begun(again), due, again


def _forget(layout: Layout, store: WorkStore, tries: Tries, due: set[str], *, read_before: bool) -> None:
    """Take documents out of the store that are read again; `read_before`: reports of some of them may be known."""
    write_tries(tries, store.tries)
    store.forget(due)
    if read_before:
        forget_kept(layout)


def _pulled(
    store: WorkStore, storage: Storage, told: Callable[[str], object], is_needed: Callable[[], bool]
) -> Storage | None:
    """Fetch what others have read; return the storage, or nothing where it does not answer and is not needed."""
    try:
        SharedBatches(storage, reader_fingerprint()).pull(store)
    except StorageError as error:
        if is_needed():
            raise
        told(said("engine.not_fetched", error=error))
        return None
    return storage


def _push(store: WorkStore, storage: Storage, told: Callable[[str], object]) -> None:
    """Send what was read here; where that fails the release goes on, and the next run sends it."""
    try:
        SharedBatches(storage, reader_fingerprint()).push(store)
    except StorageError as error:
        told(said("engine.not_shared", error=error))


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
