"""Which locks a crawler takes, of this machine or of all that share a server, and that it stops once they are lost.

Belongs here: the names of locks, where they are, the check before each request. Keep out: locking itself
(`pipelines.locking`, `database_locks`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pipelines.collecting.database import database_address
from pipelines.collecting.fetching.politeness import DailyCounts
from pipelines.locking import FileLocks, Locks, LocksLost


@contextlib.contextmanager
def open_locks(folder: Path, lost: Callable[[LocksLost], object] = lambda _: None) -> Iterator[Locks]:
    """Yield the locks in a folder, or those of the server that is set.

    Locks of a server can be lost while they are held: `lost` is called then, at once and in another thread. Raises
    LedgerError where the server cannot be used.
    """
    address = database_address()
    if address is None:
        yield FileLocks(folder)
        return
    from pipelines.collecting.database_locks import database_locks  # noqa: PLC0415  # only where it is set

    with database_locks(address, lost) as locks:
        yield locks


def host_lock(host: str) -> str:
    """Return the name of the lock of a host (`name` or `name:port`): with an underscore, which no source id has."""
    return f"host_{host.replace(':', '_')}"


class CountedWhileLocked:
    """Daily counts that count no request, and so let none be sent, once the locks are lost."""

    def __init__(self, counts: DailyCounts, locks: Locks) -> None:
        self._counts = counts
        self._locks = locks

    def used(self, host: str, day: str) -> int:
        """Return the number of requests so far."""
        return self._counts.used(host, day)

    def add(self, host: str, day: str, n: int) -> None:
        """Count n more. Raises LocksLost."""
        self._locks.check()
        self._counts.add(host, day, n)
