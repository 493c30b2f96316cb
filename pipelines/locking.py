"""File locks: one run writes a warehouse, one crawler reads a source or a host, nobody rebuilds an open ledger.

A lock dies with its process, and its file names the holder. Belongs here: taking a lock, waiting for it, refusing.
Keep out: which locks there are and who takes them (`releases.layout`, `collecting`).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

_POLL_SECONDS = 0.5


class Locked(Exception):
    """Another process holds the lock; the message says what is held, by whom, and what to do."""


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

    Waits up to `wait_seconds` (math.inf: for ever), telling `waiting` once for what and for whom; then raises Locked.
    Yields the descriptor that holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, what, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait_seconds, waiting)
        about = {"pid": os.getpid(), "by": by, "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(about).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


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
                raise Locked(f"{what} is held by {holder}: wait for it to end or stop it") from None
            if not is_logged:
                waiting(f"waiting for {what}, held by {holder}")
                is_logged = True
            time.sleep(_POLL_SECONDS)


def _holder(descriptor: int) -> str:
    """Return who holds the lock; nobody is named in the instant between taking it and writing the name."""
    try:
        held = json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))
        return f"process {held['pid']} ({held['by']}, since {held['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
