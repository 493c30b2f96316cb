"""What a worker process does: documents one at a time, each within its seconds, with no way to the network.

Belongs here: whatever runs in a worker around the reading of a document. Keep out: who runs when (`pool`), what is
read (`extracted_tables`) and how time is counted (`patience`). The forkserver imports this module before it forks
workers, so that a new one costs milliseconds; it must therefore never start a thread.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from functools import partial
from operator import setitem
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.engine.errands import Part, Work, WorkerMarks, memory_detail
from pipelines.engine.extracted_tables import Rows, add_document
from pipelines.engine.patience import OutOfTime, Patience, in_time, listen, silence
from pipelines.engine.stored_tables import QUARANTINED, FileTask, Tables
from pipelines.messages.kept import kept
from pipelines.reading import Limits

# A worker hands over what it has read so often: a document that kills it costs no more than this of the others' work.
# By the clock, since it ends nothing: on a busy machine the slices hold fewer documents.
_SLICE_SECONDS = 0.2
# Readers make records by the thousand and hardly any that hold each other: to look for such garbage every 700 records,
# as Python does by itself, takes a tenth of the time of a document. It is looked for at the end of a slice.
_GARBAGE_RECORDS = 50_000
# A worker that keeps so much of the memory it may use after a document makes room for a new one.
_KEPT_SHARE = 0.5
_LEFT_TO_MAKE_ROOM = 3
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = (
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"),
    *("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty"),
)


class _State:
    """What a worker keeps between batches."""

    marks: WorkerMarks
    first_size: int = 0


def start_worker(marks: WorkerMarks, memory_bytes: int) -> None:
    """Limit the memory of this process, close its ways out, and let it end at once when told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    listen()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(1)
    # Documents are read by several processes at once, and their seconds are those of all threads together.
    os.environ["OPENCV_FOR_THREADS_NUM"] = "1"
    # Arrow's own allocator reserves 1 GB of addresses, which count against the limit.
    pa.set_memory_pool(pa.system_memory_pool())
    _State.marks = marks
    _State.first_size = _address_space()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # parsers print to them; the terminal belongs to the run
        os.dup2(nowhere, stream)
    os.close(nowhere)
    sys.dont_write_bytecode = True
    sys.addaudithook(_refuse)
    gc.freeze()
    gc.set_threshold(_GARBAGE_RECORDS, *gc.get_threshold()[1:])


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Raise RuntimeError where a reader reaches for the network, a process or a file to write: none needs them."""
    if event in _FORBIDDEN or (event == "open" and isinstance(args[2], int) and args[2] & _WRITES):
        raise RuntimeError(f"a reader may not do this: {event} {', '.join(map(repr, args))[:200]}")


def _address_space() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0  # no such file on this system, which then does not limit the address space either
    return int(pages) * resource.getpagesize()


def _is_grown(limits: Limits) -> bool:
    kept, free = _address_space() - _State.first_size, limits.memory_bytes - _State.first_size
    return kept > free * _KEPT_SHARE


def read_part(
    tasks: Sequence[FileTask], slot: int, patience: Patience, limits: Limits, work: Work | None = None
) -> Part:
    """Read the files of a batch from the first on, each in its time, until the slice of time is used up."""
    _State.marks.processes[slot] = os.getpid()
    if _is_grown(limits):
        os._exit(_LEFT_TO_MAKE_ROOM)
    end = time.monotonic() + _SLICE_SECONDS
    read: list[Rows] = []
    good = -1
    for position, task in enumerate(tasks):
        _State.marks.limits[slot], _State.marks.positions[slot] = patience.seconds, position
        rows, is_in_time = _read_document(task, slot, patience, limits, work or add_document)
        read.append(rows)
        good = position if is_in_time else good
        if time.monotonic() > end or _is_grown(limits):
            break
    part = Part(_packed(_tables(tasks, read)), len(read), good)
    read.clear()
    gc.collect(1)
    return part


def _read_document(task: FileTask, slot: int, patience: Patience, limits: Limits, work: Work) -> tuple[Rows, bool]:
    rows = Rows()
    try:
        with in_time(patience, partial(setitem, _State.marks.limits, slot)):
            work(rows, task, limits)
    except OutOfTime as error:
        silence()
        return quarantined_rows(task, "timeout", str(error)), False
    except MemoryError:
        return quarantined_rows(task, "out_of_memory", memory_detail(limits)), True
    except BaseException as error:
        # Panics of parsers written in Rust are no Exceptions; they too cost only the document.
        detail = kept("outcomes.internal_error", error=f"{type(error).__name__}: {error}")
        return quarantined_rows(task, "internal_error", detail), True
    return rows, True


def _tables(tasks: Sequence[FileTask], read: Sequence[Rows]) -> Tables:
    """Return the tables of some documents; one whose rows do not fit them is quarantined, the others are kept."""
    try:
        return _joined(read).tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return _joined([_fitting(task, rows) for task, rows in zip(tasks[: len(read)], read, strict=True)]).tables()


def _packed(tables: Tables) -> dict[str, list[bytes]]:
    """Return the messages of each table, which its schema unpacks.

    No stream is written: its writer takes Arrow's own allocator whatever is set.
    """
    return {name: [batch.serialize().to_pybytes() for batch in table.to_batches()] for name, table in tables.items()}


def _fitting(task: FileTask, rows: Rows) -> Rows:
    try:
        rows.tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        detail = kept("outcomes.rows_do_not_fit", error=f"{type(error).__name__}: {error}")
        return quarantined_rows(task, "internal_error", detail)
    return rows


def _joined(read: Sequence[Rows]) -> Rows:
    if len(read) == 1:
        return read[0]
    whole = Rows()
    for rows in read:
        whole.extend(rows)
    return whole


def quarantined_rows(task: FileTask, reason: str, detail: str) -> Rows:
    """Return the rows of a document that could not be read to its end."""
    rows = Rows()
    rows.add_outcome(task.file_sha256, 0, QUARANTINED, reason, detail)
    return rows
