"""Where a shard is done: the scratch folder and the processors of this machine, for whatever runs on it.

A shard is fetched to a folder of its own while another is read, so that a node never waits for the network; one pool
reads at a time. The folder goes when the shard is done, and what a killed process left goes when the next one begins.
Belongs here: scratch and turns. Keep out: what is fetched and read.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from pipelines import said
from pipelines.engine.staff import Workers
from pipelines.locking import hold

# One shard is read while the next is fetched.
SHARDS_AT_ONCE = 2


class Place:
    """A scratch folder of one process, `workers` processes to read with, and the name that results are told under."""

    def __init__(self, scratch: Path, name: str, workers: int | None = None) -> None:
        self.scratch, self.name, self.workers = scratch, name, workers
        self.reading = threading.Lock()
        # Workers keep the forms that they have met from shard to shard.
        self.staff = Workers()

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Yield an empty folder of the scratch; it is removed whatever happens."""
        folder = self.scratch / secrets.token_hex(8)
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


class _Here:
    place: Place | None = None


def here() -> Place:
    """Return the place that this process works at."""
    if _Here.place is None:
        raise RuntimeError("no place to work at: shards are done within `working_at`")
    return _Here.place


@contextlib.contextmanager
def working_at(place: Place) -> Iterator[None]:
    """Make a place that of this process, and empty its scratch before and after. Raises Locked where another has it."""
    lock = place.scratch.with_name(f".{place.scratch.name}.lock")
    with hold(lock, said("locks.scratch", folder=place.scratch), place.name):
        _empty(place.scratch)
        before, _Here.place = _Here.place, place
        try:
            with place.staff:
                yield
        finally:
            _Here.place = before
            _empty(place.scratch)


def _empty(scratch: Path) -> None:
    if scratch.exists():
        shutil.rmtree(scratch)
