"""The first step of a run: take the inventory of data/raw, inbox and what was fetched, and keep it.

Belongs here: what is known of files from the last inventory and release. Keep out: looking at files (`raw`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime

import pyarrow as pa

from pipelines.collecting.fetched_locations import fetched_locations
from pipelines.contracts.codes import code_list
from pipelines.engine.tries import ALL, checked_reasons
from pipelines.raw.arrivals import ARRIVALS, arrivals_of, read_arrivals, with_arrivals
from pipelines.raw.inventory import Known, Location, read_inventory_table, table_of, take_inventory, write_inventory
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import is_intact, read_manifest
from pipelines.releases.stored import storage_named
from pipelines.warehouse.clearing import clear_the_way
from pipelines.warehouse.earlier_releases import earlier_releases
from pipelines.warehouse.raw_presence import require_raw_files


def refresh_inventory(
    layout: Layout, *, retry: Collection[str] = (), told: Callable[[str], object] = lambda _: None
) -> pa.Table:
    """Take the inventory of data/raw, inbox and what was fetched, and keep it; unchanged files are not hashed again.

    Files that were refused before anything was read, for a reason of `retry`, are looked at anew. `told` is given what
    had to be mended. Raises MissingInput, the last inventory being kept, where raw files or the ledger are gone,
    InTheWay where something else stands in the place of a folder, and StorageError where files that another machine has
    fetched cannot be looked at.
    """
    reasons = checked_reasons(retry)
    clear_the_way(layout)
    layout.work.mkdir(parents=True, exist_ok=True)
    earlier = read_inventory_table(layout.inventory)
    known = Known(earlier, refused=frozenset(code_list("outcome_reason")) if ALL in reasons else reasons)
    fetched = fetched_locations(layout.raw, known, DEFAULT_LIMITS, shared=storage_named(), told=told)
    found = _found(earlier, [*take_inventory(layout.raw, known), *fetched])
    require_raw_files(layout, found, earlier)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    inventory = with_arrivals(found, _arrivals(layout, earlier), now)
    if inventory is not earlier or not layout.inventory.exists():
        write_inventory(inventory, layout.inventory)
    return inventory


def _found(earlier: pa.Table, found: list[Location | int]) -> pa.Table:
    """Return rows of the last inventory, and what was looked at anew, in order of place: often the last one itself."""
    rows = [row for row in found if isinstance(row, int)]
    read = [location for location in found if isinstance(location, Location)]
    if not read and len(rows) == earlier.num_rows:
        return earlier
    kept = earlier.take(pa.array(rows, pa.int64()))
    whole = pa.concat_tables([kept, table_of(read)]).sort_by("location").combine_chunks()
    return earlier if whole.equals(earlier) else whole


def _arrivals(layout: Layout, earlier: pa.Table) -> dict[str, str]:
    """Return when contents arrived, as the last inventory and the current release know it: the earlier of the two."""
    kept = _released(layout)
    noted = arrivals_of(earlier)
    return kept | {sha256: min(arrived, kept.get(sha256, arrived)) for sha256, arrived in noted.items()}


def _released(layout: Layout) -> dict[str, str]:
    """Return the arrivals that the current release kept, or where its file is another than was written an older one."""
    for release in earlier_releases(layout):
        try:
            stated = read_manifest(release)["files"].get(ARRIVALS)
            if stated is None:
                return {}
            if is_intact(release / ARRIVALS, stated):
                return read_arrivals(release / ARRIVALS)
        except (OSError, ValueError):
            continue
    return {}
