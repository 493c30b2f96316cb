"""Files at which the reading of a document fails in ways that no file format guarantees: hangs, crashes, memory.

`faulty_document` stands in for the work on one file: a file that begins with the mark does what it names, every other
one is read as always. Workers import it by name.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from types import FrameType, FunctionType

from pebble.pool.channel import WorkerChannel

from pipelines.engine.extracted_tables import Rows, add_document
from pipelines.engine.stored_tables import FileTask
from pipelines.reading import Limits

STALLED = "STALLED"
_MARK = b"fault: "
_BLOCK = 1 << 26
_KEPT: list[bytes] = []
Fault = Callable[[Rows, FileTask], None]


class Panic(BaseException):
    """What parsers written in Rust raise: no Exception."""


def faulty_file(name: str, note: str = "") -> bytes:
    """Return a file that does the fault of that name; the note tells files apart."""
    if name not in FAULTS:
        raise ValueError(f"{name!r} is no fault; there are {', '.join(FAULTS)}")
    return _MARK + name.encode() + b"\n" + note.encode()


def faulty_document(rows: Rows, task: FileTask, limits: Limits) -> None:
    """Do the fault that a file names, or read the file; where a file STALLED lies beside it, hang."""
    path = Path(os.fsdecode(task.path))
    if (path.parent / STALLED).exists():
        _wait()
    head = path.read_bytes()[:100]
    if head.startswith(_MARK):
        FAULTS[head.removeprefix(_MARK).split(b"\n")[0].decode()](rows, task)
    add_document(rows, task, limits)


def _hang_in_python(*_: object) -> None:
    count = 0
    while True:
        count += 1


def _wait(*_: object) -> None:
    """Wait for ever without using the processor, looking up now and then."""
    while True:
        time.sleep(0.01)


def _wait_a_while(*_: object) -> None:
    """Wait longer than a document may use the processor in tests, as beside many busy processes."""
    time.sleep(1.5)


def _wait_for_a_pipe(*_: object) -> None:
    reading, _writing = os.pipe()
    os.read(reading, 1)


def _wait_in_c(*_: object) -> None:
    """Wait for a lock that this thread holds already: no signal interrupts that."""
    library, lock = ctypes.PyDLL(None), ctypes.create_string_buffer(128)
    library.pthread_mutex_lock(lock)
    library.pthread_mutex_lock(lock)


def _hang_and_swallow(*_: object) -> None:
    """Swallow the first alarm, as a bare except of a parser may."""
    try:
        _hang_in_python()
    except BaseException:
        _hang_in_python()


class _Recognition:
    """Work that looks as if pictures were being recognised: its code runs under the name of that module."""

    def __init__(self, seconds: float) -> None:
        names = {"__name__": "pipelines.reading.scan", "time": time, "seconds": seconds}
        self._work = FunctionType(_work.__code__, names)

    def __call__(self, *_: object) -> None:
        self._work()


def _work() -> None:
    end = time.process_time() + seconds  # type: ignore[name-defined]  # noqa: F821
    while time.process_time() < end:
        pass


def _hang_in_c(*_: object) -> None:
    deque(repeat(0), maxlen=0)


def _hang_in_a_pattern(*_: object) -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def _segfault(*_: object) -> None:
    ctypes.string_at(0)


def _signal(number: signal.Signals) -> Fault:
    return lambda *_: signal.raise_signal(number)


def _exit(code: int) -> Fault:
    return lambda *_: os._exit(code)


def _take_addresses(*_: object) -> None:
    """Reach the limit of memory at once: pages that are never written cost no time."""
    taken = []
    while True:
        taken.append(bytes(_BLOCK))


def _fill_memory(*_: object) -> None:
    taken = []
    while True:
        taken.append(b"x" * _BLOCK)


def _keep_memory(*_: object) -> None:
    _KEPT.extend(bytes(_BLOCK) for _ in range(5))


def _panic(*_: object) -> None:
    raise Panic("called `Option::unwrap()` on a `None` value")


def _leave(*_: object) -> None:
    sys.exit(7)


def _recurse(*_: object) -> None:
    _recurse()


def _add_what_fits_no_table(rows: Rows, task: FileTask) -> None:
    rows.rows["reports"].append((task.file_sha256,))


def _kill_everybody(*_: object) -> None:
    """Kill all workers at once, as a machine short of memory may."""
    for process in Path("/proc").glob("[0-9]*/stat"):
        parent = process.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1]
        if int(parent) == os.getppid() and int(process.parent.name) != os.getpid():
            os.kill(int(process.parent.name), signal.SIGKILL)
    signal.raise_signal(signal.SIGKILL)


def _die_with_the_locks(*_: object) -> None:
    """Die with the locks of the pipe that all workers share, as who is killed while it sends a result."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        channel = frame.f_locals.get("channel")
        if isinstance(channel, WorkerChannel):
            channel.mutex.acquire()
            signal.raise_signal(signal.SIGKILL)
        frame = frame.f_back


def _leave_a_trace(_: Rows, task: FileTask) -> None:
    """Set the times of the file to 1970: tests see that it was begun."""
    os.utime(task.path, (0, 0))


def _connect(*_: object) -> None:
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def _resolve(*_: object) -> None:
    socket.getaddrinfo("example.org", 80)


def _run(*_: object) -> None:
    subprocess.run(["true"], check=True)


def _shell(*_: object) -> None:
    os.system("true")


def _fork(*_: object) -> None:
    if os.fork() == 0:
        os._exit(0)


def _write(_: Rows, task: FileTask) -> None:
    Path(os.fsdecode(task.path) + ".written").write_bytes(b"")


FAULTS: dict[str, Fault] = {
    "hang in python": _hang_in_python,
    "hang and swallow": _hang_and_swallow,
    "hang in c": _hang_in_c,
    "hang in a pattern": _hang_in_a_pattern,
    "wait": _wait,
    "wait a while": _wait_a_while,
    "wait for a pipe": _wait_for_a_pipe,
    "wait in c": _wait_in_c,
    "short recognition": _Recognition(1.0),
    "long recognition": _Recognition(60.0),
    "segfault": _segfault,
    "abort": _signal(signal.SIGABRT),
    "kill": _signal(signal.SIGKILL),
    "kill everybody": _kill_everybody,
    "kill with locks": _die_with_the_locks,
    "exit 0": _exit(0),
    "exit 1": _exit(1),
    "memory": _take_addresses,
    "memory filled": _fill_memory,
    "memory kept": _keep_memory,
    "panic": _panic,
    "system exit": _leave,
    "recursion": _recurse,
    "unfit rows": _add_what_fits_no_table,
    "trace": _leave_a_trace,
    "connect": _connect,
    "resolve": _resolve,
    "subprocess": _run,
    "shell": _shell,
    "fork": _fork,
    "write": _write,
}
