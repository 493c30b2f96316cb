"""File locks of the collector: one crawler per source and per host, no rebuild of the ledger under a crawler's feet.

A lock dies with its process, and its file names the holder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path


class Held(Exception):
    """Another process holds the lock; the message names it."""


@contextlib.contextmanager
def hold(
    path: Path, what: str, by: str, *, shared: bool = False, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock at `path` on `what`. If another process holds it: tell `waiting` and wait, else raise Held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another process"
            if waiting is None:
                raise Held(f"{what} is held by {holder}: wait for it to end or stop it") from None
            waiting(f"waiting for {what}, held by {holder}")
            fcntl.flock(descriptor, kind)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{by}, process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(descriptor)
