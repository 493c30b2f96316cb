"""One lock for everything that writes below data/warehouse; it names its holder and dies with its process."""

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
    """Another run holds the lock; the message names it."""


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} ({held['by']}, since {held['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


@contextlib.contextmanager
def hold(
    path: Path, by: str, *, wait_seconds: float = 0.0, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock. Waits up to `wait_seconds`, telling `waiting` once for whom; then raises Locked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait_seconds, waiting)
        about = {"pid": os.getpid(), "by": by, "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(about).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait_seconds: float, waiting: Callable[[str], None]) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = _holder(path)
            if time.monotonic() >= deadline:
                raise Locked(f"the warehouse is locked by {holder}: wait for it to end or stop it") from None
            if not told:
                waiting(f"waiting for {holder}")
                told = True
            time.sleep(_POLL_SECONDS)
