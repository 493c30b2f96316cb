"""A worker process for what may hang or take memory without end: it is ended after its seconds and started anew.

Nothing here imports polars: workers are forked from a server that must not have its threads.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from threading import Lock
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipelines.engine.processes import WorkerContext
from pipelines.engine.worker import WorkerMarks, start_worker

_MEMORY = 4 * 2**30
# Beyond the time of the work: for a worker that has yet to start, and for ending one.
_GRACE_SECONDS = 30.0


class Lost(Exception):
    """The worker was ended: `reason` is timeout or worker_died."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class _Pools:
    """One pool for each purpose: a query that hangs keeps nobody from the files."""

    def __init__(self) -> None:
        self._open: dict[str, ProcessPool] = {}
        self._lock = Lock()

    def schedule(self, purpose: str, work: Callable[..., Any], args: tuple[object, ...], seconds: float) -> Any:
        """Hand work to the pool of a purpose; a pool that broke is replaced."""
        with self._lock:
            try:
                return self._pool(purpose).schedule(_carried, args=(work, args), timeout=seconds)
            except RuntimeError:
                self._open.pop(purpose).stop()  # type: ignore[no-untyped-call]
                return self._pool(purpose).schedule(_carried, args=(work, args), timeout=seconds)

    def _pool(self, purpose: str) -> ProcessPool:
        if purpose not in self._open:
            given = (WorkerMarks(None, None, None), _MEMORY)
            pool = ProcessPool(max_workers=1, initializer=start_worker, initargs=given, context=WorkerContext())
            self._open[purpose] = pool
        return self._open[purpose]


_POOLS = _Pools()


def in_worker(work: Callable[..., Any], *args: object, seconds: float, purpose: str = "files") -> Any:
    """Return what a function returns, or raise what it raises. Raises Lost where it did not end in time or died."""
    scheduled = _POOLS.schedule(purpose, work, args, seconds)
    try:
        # The pool ends what takes too long; should the pool itself be lost, nobody waits for ever.
        return scheduled.result(timeout=seconds + _GRACE_SECONDS)
    except (TimeoutError, FutureTimeoutError) as error:
        raise Lost("timeout", f"not done within {seconds:g} s") from error
    except ProcessExpired as error:
        raise Lost("worker_died", f"exit code {error.exitcode}") from error


def _carried(work: Callable[..., Any], args: tuple[object, ...]) -> Any:
    """Return what work returns. What it raises must be such that the other side can make it again."""
    try:
        return work(*args)
    except Exception as error:
        try:
            # Made again in the same way as there, where a failure would break the pool for everybody.
            copy.copy(error)
        except Exception as second:
            raise RuntimeError(f"{type(error).__name__}: {error}") from second
        raise
