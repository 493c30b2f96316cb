"""Workers that outlive what they read: from call to call they keep the forms that they have met.

Belongs here: keeping and ending a pool. Keep out: what its workers are given (`pool`).
"""

from __future__ import annotations

from typing import NamedTuple, Self

from pebble import ProcessPool

from pipelines.engine.errands import WorkerMarks
from pipelines.engine.processes import WorkerContext
from pipelines.reading import Limits


class Staff(NamedTuple):
    """A pool of workers with what it shares with them."""

    context: WorkerContext
    marks: WorkerMarks
    pool: ProcessPool


class Workers:
    """Workers that outlive what they read, for whoever reads one thing after another; a context manager."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[int, Limits], Staff] | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers."""
        self._end()

    def take(self, workers: int, limits: Limits) -> Staff | None:
        """Return so many workers of these limits, if there are any; others end."""
        if self._kept is None or self._kept[0] != (workers, limits) or not self._kept[1].pool.active:
            self._end()
            return None
        (_, staff), self._kept = self._kept, None
        return staff

    def give(self, workers: int, limits: Limits, staff: Staff) -> None:
        """Keep workers that have nothing to do."""
        self._end()
        self._kept = (workers, limits), staff

    def _end(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            end_pool(kept[1].pool)


def end_pool(pool: ProcessPool) -> None:
    """End all workers of a pool at once."""
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()
