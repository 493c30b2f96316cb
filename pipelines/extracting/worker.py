"""What a worker process does: documents one at a time, each within its seconds, with no way to the network.

Belongs here: whatever runs in a worker around the reading of a document. Keep out: who runs when (`pool`) and what is
read (`frames`). The forkserver imports this module before it forks workers, so that a new one costs milliseconds;
it must therefore never start a thread.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.extracting.frames import QUARANTINED, FileTask, Rows, add_document
from pipelines.reading import Limits

Tables = dict[str, pa.Table]
Work = Callable[[Rows, FileTask, Limits], None]

# A worker hands over what it has read so often: a document that kills it costs no more than this of the others' work.
SLICE_SECONDS = 0.05
# An alarm swallowed by somebody's `except` is raised again.
_ALARM_AGAIN_SECONDS = 1.0
# A worker whose parent cannot stop it any more (it was killed) stops itself so long after it should have been stopped.
_ORPHAN_SECONDS = 30.0
# A worker that keeps so much of its memory after a document makes room for a new one.
_KEPT_SHARE = 0.25
_LEFT_TO_MAKE_ROOM = 3
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = (
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"),
    *("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty"),
)


class OutOfTime(BaseException):
    """The seconds of a document are over; no Exception, since readers may catch those."""


class Part(NamedTuple):
    """The tables of the first `done` files of a batch, of which `late` took too long."""

    tables: Tables
    done: int
    late: int


class Marks(NamedTuple):
    """Shared memory by slot: which process has a batch, and which of its files it is at (-1: none yet)."""

    processes: Any
    positions: Any


class _State:
    """What a worker keeps between batches."""

    marks: Marks
    first_size: int = 0
    nowhere: int = 0


def start_worker(marks: Marks, memory_bytes: int) -> None:
    """Limit the memory of this process, close its ways out, and let it end at once when told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, _raise_out_of_time)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(1)
    # Arrow's own allocator reserves 1 GB of addresses, which count against the limit.
    pa.set_memory_pool(pa.system_memory_pool())
    _State.marks = marks
    _State.first_size = _address_space()
    _State.nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # parsers print to them; the terminal belongs to the run
        os.dup2(_State.nowhere, stream)
    sys.dont_write_bytecode = True
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Raise RuntimeError where a reader reaches for the network, a process or a file to write: none needs them."""
    if event in _FORBIDDEN or (event == "open" and isinstance(args[2], int) and args[2] & _WRITES):
        raise RuntimeError(f"a reader may not do this: {event} {', '.join(map(repr, args))[:200]}")


def _raise_out_of_time(*_: object) -> None:
    raise OutOfTime


def _address_space() -> int:
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return 0  # no such file on this system, which then does not limit the address space either
    return int(pages) * resource.getpagesize()


def _is_grown(limits: Limits) -> bool:
    return _address_space() - _State.first_size > limits.memory_bytes * _KEPT_SHARE


def read_part(tasks: Sequence[FileTask], slot: int, seconds: float, limits: Limits, work: Work = add_document) -> Part:
    """Read the files of a batch from the first on, each within `seconds`, until the slice of time is used up."""
    _State.marks.processes[slot] = os.getpid()
    if _is_grown(limits):
        os._exit(_LEFT_TO_MAKE_ROOM)
    faulthandler.dump_traceback_later(SLICE_SECONDS + seconds + _ORPHAN_SECONDS, exit=True, file=_State.nowhere)
    try:
        return _read_slice(tasks, slot, seconds, limits, work)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _read_slice(tasks: Sequence[FileTask], slot: int, seconds: float, limits: Limits, work: Work) -> Part:
    end = time.monotonic() + SLICE_SECONDS
    read: list[Rows] = []
    late = 0
    for position, task in enumerate(tasks):
        _State.marks.positions[slot] = position
        rows, in_time = _read_document(task, seconds, limits, work)
        read.append(rows)
        late += not in_time
        if time.monotonic() > end or _is_grown(limits):
            break
    return Part(_tables(tasks, read), len(read), late)


def _read_document(task: FileTask, seconds: float, limits: Limits, work: Work) -> tuple[Rows, bool]:
    rows = Rows()
    try:
        with _alarm(seconds):
            work(rows, task, limits)
    except OutOfTime:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return lost(task, "timeout", timeout_detail(seconds)), False
    except MemoryError:
        return lost(task, "out_of_memory", memory_detail(limits)), True
    except BaseException as error:
        # Panics of parsers written in Rust are no Exceptions; they too cost only the document.
        return lost(
            task, "internal_error", f"{type(error).__name__}: {error}; report it as a defect with the file"
        ), True
    return rows, True


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, seconds, _ALARM_AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _tables(tasks: Sequence[FileTask], read: Sequence[Rows]) -> Tables:
    """Return the tables of some documents; one whose rows do not fit them is quarantined, the others are kept."""
    try:
        return _joined(read).tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return _joined([_fitting(task, rows) for task, rows in zip(tasks, read, strict=False)]).tables()


def _fitting(task: FileTask, rows: Rows) -> Rows:
    try:
        rows.tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        detail = (
            f"its rows do not fit the tables ({type(error).__name__}: {error}); report it as a defect with the file"
        )
        return lost(task, "internal_error", detail)
    return rows


def _joined(read: Sequence[Rows]) -> Rows:
    if len(read) == 1:
        return read[0]
    whole = Rows()
    for rows in read:
        for name, own in rows.rows.items():
            whole.rows[name].extend(own)
    return whole


def timeout_detail(seconds: float) -> str:
    """Say which limit of time was reached."""
    return f"not read within {seconds:g} s"


def memory_detail(limits: Limits) -> str:
    """Say which limit of memory was reached."""
    return f"more than {limits.memory_bytes} bytes needed"


def lost(task: FileTask, reason: str, detail: str) -> Rows:
    """Return the rows of a document that could not be read to its end."""
    rows = Rows()
    rows.add_outcome(task.file_sha256, 0, QUARANTINED, reason, detail)
    return rows
