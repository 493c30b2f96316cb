"""What a worker process does: documents one at a time, each within its seconds, with no way to the network.

Belongs here: whatever runs in a worker around the reading of a document. Keep out: who runs when (`pool`) and what is
read (`extracted_tables`). The forkserver imports this module before it forks workers, so that a new one costs
milliseconds; it must therefore never start a thread.
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
from types import FrameType
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.engine.extracted_tables import QUARANTINED, FileTask, Rows, add_document
from pipelines.reading import Limits

Tables = dict[str, pa.Table]
Work = Callable[[Rows, FileTask, Limits], None]

# A worker hands over what it has read so often: a document that kills it costs no more than this of the others' work.
SLICE_SECONDS = 0.05
# An alarm swallowed by somebody's `except` is raised again.
_ALARM_AGAIN_SECONDS = 0.5
# A document that hangs outside of Python does not hear its alarm: so much later a watch ends the whole process.
GRACE_SECONDS = 1.0
WATCH_EXITCODE = 1
# What recognises pictures: while it is at work, a document has the time of recognition.
_RECOGNITION = ("pipelines.reading.scan",)
# A worker that keeps so much of the memory it may use after a document makes room for a new one.
_KEPT_SHARE = 0.5
_LEFT_TO_MAKE_ROOM = 3
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FORBIDDEN = (
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto"),
    *("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty"),
)


class Patience(NamedTuple):
    """How many seconds a document may take, and how many where pictures in it are recognised."""

    seconds: float
    recognition_seconds: float


class OutOfTime(BaseException):
    """The seconds of a document are over; no Exception, since readers may catch those."""


class Part(NamedTuple):
    """The tables of the first `done` files of a batch; `good` is the place of one read in time (-1: all too late).

    They are packed as Arrow streams: to pickle every column of a few rows takes longer than to read a page.
    """

    packed: dict[str, bytes]
    done: int
    good: int

    def tables(self) -> Tables:
        """Return the tables; their columns stay where the message is in memory."""
        return {name: pa.ipc.open_stream(data).read_all() for name, data in self.packed.items()}


class WorkerMarks(NamedTuple):
    """Shared memory by slot: the process that has a batch, the file it is at (-1: none yet), and since when."""

    processes: Any
    positions: Any
    times: Any


class _State:
    """What a worker keeps between batches."""

    marks: WorkerMarks
    more_seconds: float = 0.0
    first_size: int = 0
    nowhere: int = 0


def start_worker(marks: WorkerMarks, memory_bytes: int) -> None:
    """Limit the memory of this process, close its ways out, and let it end at once when told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, _hear_alarm)
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


def _hear_alarm(_: int, frame: FrameType | None) -> None:
    """Raise OutOfTime, or wait once more where pictures are being recognised."""
    more, _State.more_seconds = _State.more_seconds, 0.0
    if more <= 0 or not _recognises(frame):
        raise OutOfTime
    signal.setitimer(signal.ITIMER_REAL, more, _ALARM_AGAIN_SECONDS)
    _watch(more)


def _recognises(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_RECOGNITION):
            return True
        frame = frame.f_back
    return False


def _watch(seconds: float) -> None:
    """End this process where it does not end a document by itself; a process that lost its parent ends so too."""
    faulthandler.dump_traceback_later(SLICE_SECONDS + seconds + GRACE_SECONDS, exit=True, file=_State.nowhere)


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
    tasks: Sequence[FileTask], slot: int, patience: Patience, limits: Limits, work: Work = add_document
) -> Part:
    """Read the files of a batch from the first on, each in its time, until the slice of time is used up."""
    _State.marks.processes[slot] = os.getpid()
    if _is_grown(limits):
        os._exit(_LEFT_TO_MAKE_ROOM)
    _watch(patience.seconds)  # for the whole slice: a thread for every document would cost more than it is worth
    end = time.monotonic() + SLICE_SECONDS
    read: list[Rows] = []
    good = -1
    try:
        for position, task in enumerate(tasks):
            _State.marks.times[slot], _State.marks.positions[slot] = time.monotonic(), position
            rows, in_time = _read_document(task, patience, limits, work)
            read.append(rows)
            good = position if in_time else good
            if time.monotonic() > end or _is_grown(limits):
                break
        return Part(_packed(_tables(tasks, read)), len(read), good)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _read_document(task: FileTask, patience: Patience, limits: Limits, work: Work) -> tuple[Rows, bool]:
    rows = Rows()
    begun = time.monotonic()
    try:
        with _alarm(patience):
            work(rows, task, limits)
    except OutOfTime:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return quarantined_rows(task, "timeout", timeout_detail(patience, time.monotonic() - begun)), False
    except MemoryError:
        return quarantined_rows(task, "out_of_memory", memory_detail(limits)), True
    except BaseException as error:
        # Panics of parsers written in Rust are no Exceptions; they too cost only the document.
        detail = f"{type(error).__name__}: {error}; report it as a defect with the file"
        return quarantined_rows(task, "internal_error", detail), True
    return rows, True


@contextmanager
def _alarm(patience: Patience) -> Iterator[None]:
    _State.more_seconds = patience.recognition_seconds - patience.seconds
    signal.setitimer(signal.ITIMER_REAL, patience.seconds, _ALARM_AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _tables(tasks: Sequence[FileTask], read: Sequence[Rows]) -> Tables:
    """Return the tables of some documents; one whose rows do not fit them is quarantined, the others are kept."""
    try:
        return _joined(read).tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return _joined([_fitting(task, rows) for task, rows in zip(tasks[: len(read)], read, strict=True)]).tables()


def _packed(tables: Tables) -> dict[str, bytes]:
    packed = {}
    for name, table in tables.items():
        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)
        packed[name] = stream.getvalue().to_pybytes()
    return packed


def _fitting(task: FileTask, rows: Rows) -> Rows:
    try:
        rows.tables()
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        detail = (
            f"its rows do not fit the tables ({type(error).__name__}: {error}); report it as a defect with the file"
        )
        return quarantined_rows(task, "internal_error", detail)
    return rows


def _joined(read: Sequence[Rows]) -> Rows:
    if len(read) == 1:
        return read[0]
    whole = Rows()
    for rows in read:
        for name, own in rows.rows.items():
            whole.rows[name].extend(own)
    return whole


def timeout_detail(patience: Patience, taken: float) -> str:
    """Say which limit of time was reached."""
    limit = patience.recognition_seconds if taken >= patience.recognition_seconds else patience.seconds
    return f"not read within {limit:g} s"


def memory_detail(limits: Limits) -> str:
    """Say which limit of memory was reached."""
    return f"more than {limits.memory_bytes} bytes needed"


def quarantined_rows(task: FileTask, reason: str, detail: str) -> Rows:
    """Return the rows of a document that could not be read to its end."""
    rows = Rows()
    rows.add_outcome(task.file_sha256, 0, QUARANTINED, reason, detail)
    return rows
