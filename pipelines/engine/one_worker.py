"""A worker process for what may hang or take memory without end: it is ended after its seconds and started anew.

Seconds are those of the processor, as in `patience`, so that a busy machine shows a file later and not never. Where
somebody waits for as long as was promised (`in_own_worker`, for queries) they are the clock's.
Nothing here imports polars: workers are forked from a server that must not have its threads.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from signal import SIGXCPU
from threading import Lock
from typing import Any, NamedTuple

from pebble import ProcessExpired, ProcessPool

from pipelines.engine.errands import WorkerMarks, start_worker
from pipelines.engine.patience import CLOCK_FACTOR, OutOfTime, Patience, in_time, silence
from pipelines.engine.processes import WorkerContext

_MEMORY = 4 * 2**30
# Beyond the time of the work: for a worker that has yet to start (two seconds of the processor, forty at a twentieth of
# a core), and for ending one. Pebble counts from where the work began.
_GRACE_SECONDS = 60.0


class Lost(Exception):
    """The worker was ended: `reason` is timeout or worker_died."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class _Kind(NamedTuple):
    """How many workers a pool has, and after how many pieces of work one is replaced (0: never)."""

    workers: int
    tasks: int


# A query that hangs keeps nobody from the files, and what it did to its process is met by nobody after it.
_KINDS = {"files": _Kind(1, 0), "queries": _Kind(3, 1)}


class _Pools:
    """One pool for each purpose."""

    def __init__(self) -> None:
        self._open: dict[str, ProcessPool] = {}
        self._lock = Lock()

    def schedule(self, purpose: str, args: tuple[object, ...], clock_seconds: float) -> Any:
        """Hand work to the pool of a purpose; a pool that broke is replaced."""
        with self._lock:
            try:
                return self._pool(purpose).schedule(_carried, args=args, timeout=clock_seconds)
            except RuntimeError:
                self._open.pop(purpose).stop()  # type: ignore[no-untyped-call]
                return self._pool(purpose).schedule(_carried, args=args, timeout=clock_seconds)

    def _pool(self, purpose: str) -> ProcessPool:
        if purpose not in self._open:
            given = (WorkerMarks(None, None, None), _MEMORY)
            self._open[purpose] = ProcessPool(
                max_workers=_KINDS[purpose].workers,
                max_tasks=_KINDS[purpose].tasks,
                initializer=start_worker,
                initargs=given,
                context=WorkerContext(),
            )
        return self._open[purpose]


_POOLS = _Pools()


def in_worker(work: Callable[..., Any], *args: object, seconds: float) -> Any:
    """Return what a function returns, or raise what it raises. Raises Lost where it did not end in time or died.

    Seconds are those of the processor, and end CLOCK_FACTOR times later by the clock.
    """
    return _result("files", (work, args, seconds), seconds, seconds * CLOCK_FACTOR)


def in_own_worker(work: Callable[..., Any], *args: object, seconds: float) -> Any:
    """Return what a function returns, as `in_worker`, in a process that nothing else was done in or will be.

    Seconds are those of the clock.
    """
    return _result("queries", (work, args, None), seconds, seconds)


def _result(purpose: str, work: tuple[object, ...], seconds: float, clock_seconds: float) -> Any:
    scheduled = _POOLS.schedule(purpose, work, clock_seconds)
    try:
        # The pool ends what takes too long; should the pool itself be lost, nobody waits for ever.
        return scheduled.result(timeout=clock_seconds + _GRACE_SECONDS)
    except (TimeoutError, FutureTimeoutError, OutOfTime) as error:
        raise Lost("timeout", f"not done within {seconds:g} s") from error
    except ProcessExpired as error:
        if error.exitcode == -SIGXCPU:
            raise Lost("timeout", f"not done within {seconds:g} s") from error
        raise Lost("worker_died", f"exit code {error.exitcode}") from error


def _carried(work: Callable[..., Any], args: tuple[object, ...], seconds: float | None) -> Any:
    """Return what work returns. What it raises must be such that the other side can make it again."""
    try:
        if seconds is None:
            return work(*args)
        with in_time(Patience(seconds, seconds)):
            return work(*args)
    except OutOfTime:
        silence()
        raise
    except Exception as error:
        try:
            # Made again in the same way as there, where a failure would break the pool for everybody.
            copy.copy(error)
        except Exception as second:
            raise RuntimeError(f"{type(error).__name__}: {error}") from second
        raise
