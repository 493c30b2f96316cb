"""Worker processes that start in milliseconds: forked from a server that has imported the readers already.

Belongs here: how a process starts. Keep out: what it does (`worker`) and when (`pool`).
"""

from __future__ import annotations

import os
import sys
import threading
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import RLock
from types import ModuleType

# Polars must not be among what these import: its threads do not survive a fork.
_PRELOADED = ["pipelines.engine.worker", "pebble.pool.process"]


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0))


class _Worker(ForkServerProcess):
    """A process that does not import the main module of its parent again: that would take seconds."""

    _starting = threading.Lock()

    def start(self) -> None:
        with self._starting:
            main = sys.modules["__main__"]
            sys.modules["__main__"] = ModuleType("__main__")
            try:
                super().start()
            finally:
                sys.modules["__main__"] = main


class WorkerContext(ForkServerContext):
    """Keeps the locks of its workers as long as itself: one that is still starting needs them though pebble is done."""

    Process = _Worker

    def __init__(self) -> None:
        super().__init__()
        self.set_forkserver_preload(_PRELOADED)
        self._locks: list[RLock] = []

    def RLock(self) -> RLock:  # noqa: N802  # the name that multiprocessing gives it
        """Return a lock that lives as long as this context."""
        self._locks.append(super().RLock())
        return self._locks[-1]
