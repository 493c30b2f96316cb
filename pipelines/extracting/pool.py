"""Extract many files in worker processes: a document that hangs or kills its worker costs only itself.

Workers start by forkserver (forked polars hangs) and get paths, never bytes. A batch that fails is taken apart and
each of its documents tried once more alone.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, TimeoutError

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from pipelines.extracting.frames import QUARANTINED, FileTask, Rows, extract_batch
from pipelines.reading import Limits

BATCH_SIZE = 32
# Enough batches wait for every worker to stay busy; more would only hold memory.
_QUEUED_PER_WORKER = 3
# A document takes milliseconds: a batch that needs more than this per document has one that hangs.
_BATCH_SECONDS_PER_FILE = 0.5
_MIN_FILES_TO_BLAME_US = 4
Tables = dict[str, pa.Table]


class ExtractionStalled(RuntimeError):
    """Every document of a batch timed out: the fault is the machine's or ours, not the files'."""


def _start_worker(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    os.nice(1)


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0))


def extract_files(
    tasks: Sequence[FileTask],
    *,
    limits: Limits,
    workers: int | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> Iterator[Tables]:
    """Yield the tables of each batch in order of submission; `done` is told how many files are finished."""
    if not tasks:
        return
    count = min(workers or default_workers(), len(tasks))
    context = multiprocessing.get_context("forkserver")
    batches = deque(tasks[i : i + BATCH_SIZE] for i in range(0, len(tasks), BATCH_SIZE))
    pool = ProcessPool(max_workers=count, initializer=_start_worker, initargs=(limits.memory_bytes,), context=context)
    with pool:
        try:
            running: deque[tuple[Sequence[FileTask], Future[Tables]]] = deque()
            while batches or running:
                while batches and len(running) < count * _QUEUED_PER_WORKER:
                    batch = batches.popleft()
                    running.append((batch, _schedule(pool, batch, limits)))
                batch, future = running.popleft()
                yield from _results(pool, batch, future, limits)
                done(len(batch))
        finally:
            pool.stop()  # type: ignore[no-untyped-call]


def _schedule(pool: ProcessPool, batch: Sequence[FileTask], limits: Limits) -> Future[Tables]:
    seconds = limits.seconds + (_BATCH_SECONDS_PER_FILE * len(batch) if len(batch) > 1 else 0.0)
    future: Future[Tables] = pool.schedule(extract_batch, args=[list(batch), limits], timeout=seconds)
    return future


def _results(pool: ProcessPool, batch: Sequence[FileTask], future: Future[Tables], limits: Limits) -> Iterator[Tables]:
    try:
        yield future.result()
        return
    except (TimeoutError, ProcessExpired, MemoryError):
        alone = [(task, _schedule(pool, [task], limits)) for task in batch]
    timeouts = 0
    tables: list[Tables] = []
    for task, single in alone:
        try:
            tables.append(single.result())
        except TimeoutError:
            timeouts += 1
            tables.append(_lost(task, "timeout", f"not read within {limits.seconds:g} s"))
        except ProcessExpired as error:
            tables.append(_lost(task, "worker_died", f"the reader ended with exit code {error.exitcode}"))
        except MemoryError:
            tables.append(_lost(task, "out_of_memory", f"more than {limits.memory_bytes} bytes needed"))
    if timeouts == len(batch) >= _MIN_FILES_TO_BLAME_US:
        raise ExtractionStalled(f"all {timeouts} files of a batch timed out after {limits.seconds:g} s each")
    yield from tables


def _lost(task: FileTask, reason: str, detail: str) -> Tables:
    rows = Rows()
    rows.add_outcome(task.file_sha256, 0, QUARANTINED, reason, detail)
    return rows.tables()
