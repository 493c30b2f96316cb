"""How long a document may take: seconds of the processor, and the clock only where it does not use the processor.

The seconds of the clock depend on what else the machine does: beside thirty busy processes on two cores a worker gets
a twentieth of a core, and good files would be lost. So four things end a document, none of them for being kept waiting:

- in Python, a timer of the processor time of the process, its threads together (ITIMER_PROF), raises OutOfTime;
- what hangs outside of Python does not hear it: GRACE_SECONDS later the kernel ends the process (RLIMIT_CPU, SIGXCPU);
- a timer of the clock looks every CLOCK_FACTOR times as long whether the document used its share of the processor, or
  stood in the queue for it: whoever did neither waits for something else (a stuck disk, a lock): also OutOfTime;
- outside of Python it is the pool that looks in the same way, by `Pulse`, and ends the process.

The forkserver imports this module before it forks workers: it must never start a thread.
"""

from __future__ import annotations

import math
import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from pipelines.messages.kept import Kept, kept

# The clock is looked at only after so many times the seconds of a document.
CLOCK_FACTOR = 10
# A worker among a hundred times as many busy processes as there are cores still uses more than this of a core.
IDLE_SHARE = 0.01
# One that polls a file every hundredth of a second uses a few thousandths of a core, on some virtual machines some
# hundredths. What tells it from one that is kept waiting is that it hardly stands in the queue for the processor.
IDLE_QUEUED_SHARE = 0.05
# A document that hangs outside of Python does not hear its alarm: so much later the kernel ends the whole process.
GRACE_SECONDS = 1.0
# An alarm swallowed by somebody's `except` is raised again.
_ALARM_AGAIN_SECONDS = 0.5
# What recognises pictures: while it is at work, a document has the time of recognition.
_RECOGNITION = ("pipelines.reading.scan",)


class Patience(NamedTuple):
    """How many seconds of the processor a document may take, and how many where pictures in it are recognised."""

    seconds: float
    recognition_seconds: float

    @property
    def clock_seconds(self) -> float:
        """Seconds of the clock after which it must have used the processor."""
        return self.seconds * CLOCK_FACTOR


class OutOfTime(BaseException):
    """The time of a document is over; no Exception, since readers may catch those. Its text is a kept message."""


class Pulse(NamedTuple):
    """When a process was looked at, the seconds it had used the processor until then, and stood in the queue for it."""

    at: float
    used: float
    queued: float

    def is_idle(self, now: Pulse) -> bool:
        """Tell whether it used, and wanted, less of the processor since then than one that has work."""
        passed, used = now.at - self.at, now.used - self.used
        wanted = used + now.queued - self.queued
        return used < passed * IDLE_SHARE or wanted < passed * IDLE_QUEUED_SHARE


class _Document:
    """The document that this process is at."""

    patience = Patience(math.inf, math.inf)
    extended: Callable[[float], object]
    limit = math.inf
    more_seconds = 0.0
    pulse = Pulse(0.0, 0.0, 0.0)
    stuck = False


def listen() -> None:
    """Hear the alarms in this process."""
    signal.signal(signal.SIGPROF, _hear_processor)
    signal.signal(signal.SIGALRM, _hear_clock)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


@contextmanager
def in_time(patience: Patience, extended: Callable[[float], object] = lambda _: None) -> Iterator[None]:
    """Raise OutOfTime inside the block once its time is over; `extended` is told the seconds it is given instead.

    It costs some microseconds: documents are read in milliseconds.
    """
    document = _Document
    document.patience, document.extended, document.stuck = patience, extended, False
    document.limit, document.more_seconds = patience.seconds, patience.recognition_seconds - patience.seconds
    document.pulse = _own_pulse()
    _end_after(patience.seconds + GRACE_SECONDS)
    try:
        signal.setitimer(signal.ITIMER_PROF, patience.seconds, _ALARM_AGAIN_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, patience.clock_seconds, patience.clock_seconds)
        yield
    finally:
        silence()


def silence() -> None:
    """Take back all alarms of this process."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    _end_after(math.inf)


def _end_after(seconds: float) -> None:
    """Let the kernel end this process after so many seconds more of the processor; the kernel counts whole ones."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = hard
    if seconds < math.inf:
        soft = math.ceil(time.process_time() + seconds)
        soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _hear_processor(_: int, frame: FrameType | None) -> None:
    """Raise OutOfTime, or wait once more where pictures are being recognised."""
    more, _Document.more_seconds = _Document.more_seconds, 0.0
    if more <= 0 or not _recognises(frame):
        raise OutOfTime(timeout_detail(_Document.limit))
    _end_after(more + GRACE_SECONDS)
    signal.setitimer(signal.ITIMER_PROF, more, _ALARM_AGAIN_SECONDS)
    _Document.limit = _Document.patience.recognition_seconds
    _Document.extended(_Document.limit)


def _hear_clock(_: int, __: FrameType | None) -> None:
    """Raise OutOfTime where the document does not use the processor; one that does is only kept waiting for it."""
    now = _own_pulse()
    if not _Document.stuck and not _Document.pulse.is_idle(now):
        _Document.pulse = now
        return
    _Document.stuck = True
    signal.setitimer(signal.ITIMER_REAL, _ALARM_AGAIN_SECONDS, _ALARM_AGAIN_SECONDS)
    raise OutOfTime(stuck_detail(_Document.patience))


def _recognises(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_RECOGNITION):
            return True
        frame = frame.f_back
    return False


def _own_pulse() -> Pulse:
    return Pulse(time.monotonic(), time.process_time(), queued_seconds("self"))


def pulse_of(process: int) -> Pulse:
    """Look at another process."""
    return Pulse(time.monotonic(), processor_seconds(process), queued_seconds(str(process)))


def processor_seconds(process: int) -> float:
    """Return the seconds of the processor that another process has used; 0 where the system does not tell."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    user, system = stat.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def queued_seconds(process: str) -> float:
    """Return how long the main thread of a process could have run but for others that did.

    Where the system does not tell, it is as if it had always stood in the queue: then only its use tells who is idle.
    """
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return time.monotonic()


def timeout_detail(seconds: float) -> Kept:
    """Say which limit of the processor's time was reached; the same text, however the document was ended."""
    return kept("outcomes.out_of_time", seconds=seconds)


def stuck_detail(patience: Patience) -> Kept:
    """Say that a document did not use the processor."""
    return kept("outcomes.no_progress", seconds=patience.clock_seconds)
