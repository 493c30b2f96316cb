"""Whether a run has anything to do, and why: the inventory taken, and all it depends on held against the last run.

Loads nothing that reads or builds: a run with nothing to do ends after this. Keep out: printing (`commands.run`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from pipelines.contracts.codes import code_list
from pipelines.releases.accepted_loss import accepted_loss
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.manifest import read_manifest
from pipelines.releases.stored import is_published, storage_named
from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.last_run import causes
from pipelines.warehouse.losses import ALLOWED_SHARE
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.run_digest import code_digests, run_digests

_RETRY, _LOSS, _REBUILD, _NOT_STORED = code_list("run_cause").named(
    "retry_asked", "loss_accepted", "rebuild_asked", "not_stored"
)


def causes_of_run(
    layout: Layout,
    *,
    retry: Collection[str] = (),
    accept_loss: str | None = None,
    rebuild: bool = False,
    told: Callable[[str], object] = lambda _: None,
) -> list[str]:
    """Return why a run has to work, as codes of run_cause; nothing where it would make the release that stands.

    What was asked for is a reason of its own, and the inventory is then left to the run. `told` is given what had to be
    mended. Raises MissingInput, LedgerError, StorageError.
    """
    asked = {_RETRY: bool(retry), _LOSS: _is_new(layout, accept_loss), _REBUILD: rebuild}
    if any(asked.values()):
        return [code for code, is_asked in asked.items() if is_asked]
    inventory = refresh_inventory(layout, told=told)
    found = run_digests(inventory, year=last_report_year(), allowed_loss=ALLOWED_SHARE)
    return causes(layout, found | code_digests()) or ([] if _is_stored(layout) else [_NOT_STORED])


def _is_stored(layout: Layout) -> bool:
    """Tell whether the current release is that of the storage, where one is named."""
    storage = storage_named()
    return storage is None or is_published(storage, current_release(layout))


def _is_new(layout: Layout, reason: str | None) -> bool:
    """Tell whether a loss is accepted that the current release does not stand for already."""
    if reason is None:
        return False
    try:
        accepted = accepted_loss(read_manifest(current_release(layout)))
    except (NoRelease, OSError, ValueError, KeyError, TypeError):
        return True
    return accepted is None or accepted.reason != reason
