"""Leases: a release that somebody reads for long is not removed.

A lease is a shared lock of the kernel on the manifest: it needs no right to write and no clock, nobody has to renew it,
and it ends with the process that has it, however that ends. Belongs here: taking one, and asking whether there is one.
Keep out: what is removed when (`warehouse.pruning`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.releases.manifest import MANIFEST


class Lease:
    """A release that stays until `close` is called or this process ends. Raises FileNotFoundError for none."""

    def __init__(self, release: Path) -> None:
        self._descriptor: int | None = _open(release)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        """Give the release back; twice does no harm."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def leased(release: Path) -> Iterator[Path]:
    """Keep a release from being removed while the block lasts: for whoever reads its Parquet files over days."""
    lease = Lease(release)
    try:
        yield release
    finally:
        lease.close()


def is_leased(release: Path) -> bool:
    """Tell whether somebody reads a release; where that cannot be told, as on some file servers, somebody may."""
    try:
        descriptor = _open(release)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _open(release: Path) -> int:
    # A pipe in its place would be waited for until somebody writes to it.
    return os.open(release / MANIFEST, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
