"""A worker process for what may hang or take memory without end: it is ended after its seconds and started anew.

Nothing here imports polars: workers are forked from a server that must not have its threads.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import cache
from typing import Any

from pebble import ProcessExpired, ProcessPool

from pipelines.extracting.processes import WorkerContext
from pipelines.extracting.worker import Marks, start_worker

_MEMORY = 4 * 2**30


class Lost(Exception):
    """The worker was ended: `reason` is timeout or worker_died."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@cache
def _pool(purpose: str) -> ProcessPool:  # noqa: ARG001  # it is what the pools are told apart by
    marks = Marks(None, None, None)
    # One pool for each purpose: a query that hangs keeps nobody from the files.
    return ProcessPool(max_workers=1, initializer=start_worker, initargs=(marks, _MEMORY), context=WorkerContext())


def in_worker(work: Callable[..., Any], *args: object, seconds: float, purpose: str = "files") -> Any:
    """Return what a function returns, or raise what it raises. Raises Lost where it did not end in time or died."""
    try:
        return _pool(purpose).schedule(work, args=args, timeout=seconds).result()
    except (TimeoutError, FutureTimeoutError) as error:
        raise Lost("timeout", f"not done within {seconds:g} s") from error
    except ProcessExpired as error:
        raise Lost("worker_died", f"exit code {error.exitcode}") from error
