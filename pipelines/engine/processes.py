"""Worker processes that start in milliseconds: forked from a server that has imported the readers already.

A command that has imported the readers itself and has no threads yet makes a copy of itself that server
(`serve_from_here`): then they are imported once.

Belongs here: how a process starts. Keep out: what it does (`worker`) and when (`pool`).
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from multiprocessing import connection, forkserver, resource_tracker, util
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import RLock
from pathlib import Path
from types import ModuleType
from typing import Any

# Polars must not be among what these import: its threads do not survive a fork.
_PRELOADED = ["pipelines.engine.preloaded"]
# What readers import with the first file of a kind: a fifth of a second of every worker of every pool.
OF_KINDS = ("office_oxide", "pypdfium2", "xml.etree.ElementTree", "pyexpat", "encodings.cp437", "encodings.utf_16_le")


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0))


# Pebble's workers share one lock to read from the parent and one to write to it.
_LOCKS_OF_A_POOL = 2
# Of later versions the server also wants a key, which is not known here: there it starts as ever.
_KNOWN_BELOW = (3, 14)
# What Python warns of, as of an option -W, where locks are left.
_LEFT_LOCKS = "ignore:resource_tracker"
# Whoever has imported one of these has threads that do not survive a fork.
_WITH_THREADS = ("polars", "duckdb")


def serve_from_here() -> bool:
    """Make a copy of this process the server that workers are forked from; tell whether that was possible.

    It ends with this process, as the server does that is started otherwise; should it end before, that one is started.
    """
    _end_quietly()
    server: Any = forkserver._forkserver
    has_threads = threading.active_count() > 1 or any(name in sys.modules for name in _WITH_THREADS)
    if has_threads or server._forkserver_pid is not None or sys.version_info >= _KNOWN_BELOW:
        return False
    with socket.socket(socket.AF_UNIX) as listener:
        address: str = connection.arbitrary_address("AF_UNIX")  # type: ignore[attr-defined]
        listener.bind(address)
        if not util.is_abstract_socket_namespace(address):
            Path(address).chmod(0o600)
        listener.listen()
        alive_read, alive_write = os.pipe()
        process = os.fork()
        if process == 0:
            _serve(listener.fileno(), alive_read, alive_write)
        os.close(alive_read)
    server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, alive_write, process
    return True


def _end_quietly() -> None:
    """Let the process that removes the locks of a killed command do so without a warning that they were left to it."""
    if _LEFT_LOCKS not in sys.warnoptions:
        sys.warnoptions.append(_LEFT_LOCKS)  # it is started with the options of this process
    resource_tracker.ensure_running()
    sys.warnoptions.remove(_LEFT_LOCKS)


def prepare_server(also: Sequence[str] = ()) -> None:
    """Let the server that workers are forked from import the readers while this process does something else.

    `also` are modules that it imports besides, for a process that makes pool after pool.
    """
    forkserver.set_forkserver_preload([*_PRELOADED, *also])
    forkserver.ensure_running()


def _serve(listener: int, alive_read: int, alive_write: int) -> None:
    """Fork workers until nobody wants any; never returns to what the copied process was doing."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the process that this is a copy of
        os.close(alive_write)
        forkserver.main(listener, alive_read, _PRELOADED)
    except SystemExit:
        os._exit(0)
    finally:
        os._exit(1)


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

    def are_locks_held(self) -> bool:
        """Tell whether a worker has a lock of the newest pool; whoever has it is about to give it back, or dead."""
        for lock in self._locks[-_LOCKS_OF_A_POOL:]:
            if not lock.acquire(block=False):
                return True
            lock.release()
        return False
