"""The warehouse as a resource: the project's folder with its lock, and what a run was asked for."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import dagster as dg
from pydantic import Field, PrivateAttr

from pipelines import said
from pipelines.locking import Locked, hold
from pipelines.releases.layout import Layout, project_root
from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.losses import ALLOWED_SHARE
from pipelines.warehouse.run_inputs import RunInputs


class Warehouse(dg.ConfigurableResource["Warehouse"]):
    """The warehouse below a project root. Every run that writes holds its lock from the first step to the last.

    Its fields are what whoever launches a run may choose. Where it lies is not among them: a run writes and removes.
    """

    # A run from the UI waits for the one before it; `gongkai run` takes the lock itself and waits less.
    lock_wait_seconds: float = 600.0
    workers: int | None = None
    # Reasons whose quarantined files are read again (codes of outcome_reason, or "all").
    retry: list[str] = Field(default_factory=list)
    # Why the release may have less than the one before it; without a reason it is not published.
    accept_loss: str | None = None
    # The share of reports, agencies and numbers that may go without a reason.
    allowed_loss: float = ALLOWED_SHARE
    # Whether tables are built anew though nothing they are made from has changed.
    rebuild: bool = False
    _root: Path = PrivateAttr()
    _lock_is_held: bool = PrivateAttr()
    # The last year that reports can be of; without one that in which the run begins.
    _last_year: int | None = PrivateAttr()

    def __init__(
        self,
        *,
        root: Path | str | None = None,
        lock_is_held: bool = False,
        last_year: int | None = None,
        **configured: Any,
    ) -> None:
        super().__init__(**configured)
        self._root = Path(root) if root is not None else project_root()
        self._lock_is_held, self._last_year = lock_is_held, last_year

    def _with_updated_values(self, values: Mapping[str, Any] | None) -> "Warehouse":
        # Dagster makes the resource of a run anew from its fields alone.
        updated = cast(Warehouse, super()._with_updated_values(values))
        updated._root, updated._lock_is_held, updated._last_year = self._root, self._lock_is_held, self._last_year
        return updated

    @property
    def layout(self) -> Layout:
        """Return the paths of the project."""
        return Layout(self._root)

    @property
    def inputs(self) -> RunInputs:
        """Return what the tables of the run are built from."""
        return RunInputs(self.layout, self._last_year or last_report_year(), self.rebuild)

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Hold the lock while the run lasts; a second run waits, then fails naming the holder.

        From then on the year stands still: a run over New Year builds all of its tables for one.
        """
        # A tick of a sensor or schedule only looks: it neither keeps runs waiting nor waits for one.
        if self._lock_is_held or context.run is None:
            yield self._of_one_year()
            return
        what, by = said("locks.warehouse"), f"dagster run {context.run.run_id[:8]}"
        warn = context.log.warning if context.log else lambda _: None
        try:
            with hold(self.layout.lock, what, by, wait_seconds=self.lock_wait_seconds, waiting=warn):
                yield self._of_one_year()
        except Locked as error:
            raise dg.Failure(str(error), allow_retries=False) from error

    def _of_one_year(self) -> "Warehouse":
        copied = self.model_copy()
        copied._last_year = self._last_year or last_report_year()
        return copied
