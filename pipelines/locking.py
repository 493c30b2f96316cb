"""Locks: one run writes a warehouse, one crawler reads a source or a host, nobody rebuilds an open ledger.

A lock dies with its process, and names the holder. Belongs here: the interface of locks, and those of one machine,
which are files: taking one, waiting for it, refusing. Keep out: which locks there are and who takes them
(`releases.layout`, `collecting`), those of several machines (`collecting.database_locks`).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pipelines import Told, said

POLL_SECONDS = 0.5


class Locked(Told):
    """Another process holds the lock; the message says what is held, by whom, and what to do."""


class NoPlaceForLock(Locked):
    """The file of a lock cannot be made or opened: the disk is read-only, full or gone, or it may not be written to."""


class LocksLost(Locked):
    """The locks that were held are held no longer, and another may have them: whoever had them stops at once."""


class Locks(Protocol):
    """Locks by name, for all who share them: the processes of one machine, or those of several."""

    def hold(
        self,
        name: str,
        what: str,
        by: str,
        *,
        shared: bool = False,
        wait_seconds: float = 0.0,
        waiting: Callable[[str], object] = lambda _: None,
    ) -> AbstractContextManager[object]:
        """Hold the lock of a name on `what`, as `by`; shared holders only keep out those who want it alone.

        Waits up to `wait_seconds` (math.inf: for ever), telling `waiting` once for what and for whom; then raises
        Locked.
        """

    def check(self) -> None:
        """Raise LocksLost unless everything that was taken is still held."""


class FileLocks:
    """The locks of one machine: files in a folder, which the kernel frees when their holder ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hold(
        self,
        name: str,
        what: str,
        by: str,
        *,
        shared: bool = False,
        wait_seconds: float = 0.0,
        waiting: Callable[[str], object] = lambda _: None,
    ) -> AbstractContextManager[int]:
        """Hold the file of a name; as `hold`."""
        path = self._folder / f"{name}.lock"
        return hold(path, what, by, shared=shared, wait_seconds=wait_seconds, waiting=waiting)

    def check(self) -> None:
        """Do nothing: nobody but the holder can end a lock of the kernel."""


@contextlib.contextmanager
def hold(
    path: Path,
    what: str,
    by: str,
    *,
    shared: bool = False,
    wait_seconds: float = 0.0,
    waiting: Callable[[str], object] = lambda _: None,
) -> Iterator[int]:
    """Hold the lock at `path` on `what`, as `by`; shared holders only keep out those who want it alone.

    Waits up to `wait_seconds` (math.inf: for ever), telling `waiting` once for what and for whom; then raises Locked,
    and at once where there can be no lock (NoPlaceForLock). Yields the descriptor that holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        if path.is_symlink():
            raise NoPlaceForLock.of("locks.link", file=path, what=what) from error
        raise NoPlaceForLock.of("locks.no_place", file=path, error=error.strerror, what=what) from error
    try:
        _acquire(descriptor, what, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait_seconds, waiting)
        _name_holder(descriptor, by)
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def hold_folder(folder: Path, what: str, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a folder itself, whose files are written by one at a time: no file of a lock is left among them.

    Waits up to `wait_seconds`, then raises Locked, which names no holder; NoPlaceForLock for what is no folder.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise NoPlaceForLock.of("locks.no_place", file=folder, error=error.strerror, what=what) from error
    try:
        _acquire(descriptor, what, fcntl.LOCK_EX, wait_seconds, lambda _: None)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Return who holds the lock at `path` now; None where nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def hand_over(descriptor: int) -> None:
    """Let the program that this process becomes next (exec) go on holding a lock: nobody can take it in between."""
    os.set_inheritable(descriptor, True)


@contextlib.contextmanager
def hold_on(descriptor: int) -> Iterator[int]:
    """Hold a lock that was handed over to this program; no process that it starts has it."""
    os.set_inheritable(descriptor, False)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, what: str, kind: int, wait_seconds: float, waiting: Callable[[str], object]) -> None:
    deadline = time.monotonic() + wait_seconds
    is_logged = False
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = _holder(descriptor)
            if time.monotonic() >= deadline:
                raise Locked.of("locks.held", what=what, holder=holder) from None
            if not is_logged:
                waiting(said("locks.waiting", what=what, holder=holder))
                is_logged = True
            time.sleep(POLL_SECONDS)


def _name_holder(descriptor: int, by: str) -> None:
    """Write who holds the lock; where the disk is full it is held all the same, by "another process"."""
    about = {"pid": os.getpid(), "by": by, "since": datetime.now(UTC).isoformat(timespec="seconds")}
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(about).encode(), 0)


def _holder(descriptor: int) -> str:
    """Return who holds the lock; nobody is named in the instant between taking it and writing the name."""
    try:
        held = json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        return said("locks.holder", pid=str(held["pid"]), by=held["by"], since=held["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return said("locks.another")
