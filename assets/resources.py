"""The project's folder as a resource. It holds the lock for the whole run, whoever started it."""

import contextlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from pipelines.warehouse.layout import Layout, project_root
from pipelines.warehouse.locking import Locked, hold
from pipelines.warehouse.snapshot import Snapshot


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The warehouse below a project root. Every run that writes holds its lock from the first step to the last."""

    root: str = str(project_root())
    # A run from the UI waits for the one before it; `gongkai run` takes the lock itself and waits less.
    lock_wait_seconds: float = 600.0
    lock_is_held: bool = False
    workers: int | None = None

    @property
    def layout(self) -> Layout:
        """Return the paths of the project."""
        return Layout(Path(self.root))

    @property
    def snapshot(self) -> Snapshot:
        """Return what the tables of the run are built from."""
        return Snapshot(self.layout, date.today().year)

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Hold the lock while the run lasts; a second run waits, then fails naming the holder."""
        if self.lock_is_held:
            yield self
            return
        by = f"dagster run {context.run.run_id[:8]}" if context.run else "dagster"
        warn = context.log.warning if context.log else lambda _: None
        try:
            with hold(self.layout.lock, by, wait_seconds=self.lock_wait_seconds, waiting=warn):
                yield self
        except Locked as error:
            raise dg.Failure(str(error), allow_retries=False) from error
