"""The first step of a run: take the inventory of data/raw, inbox and what was fetched, and keep it.

Belongs here: what is known of files from the last inventory and release. Keep out: looking at files (`raw`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime

from pipelines.collecting.fetched_locations import fetched_locations
from pipelines.engine.tries import ALL, checked_reasons
from pipelines.raw.arrivals import ARRIVALS, arrivals_of, read_arrivals, with_arrivals
from pipelines.raw.inventory import Location, locations_by_path, read_inventory, take_inventory, write_inventory
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.warehouse.raw_presence import require_raw_files


def refresh_inventory(
    layout: Layout, *, retry: Collection[str] = (), told: Callable[[str], object] = lambda _: None
) -> list[Location]:
    """Take the inventory of data/raw, inbox and what was fetched, and keep it; unchanged files are not hashed again.

    Files that were refused before anything was read, for a reason of `retry`, are looked at anew. `told` is given what
    had to be mended. Raises MissingInput, the last inventory being kept, where raw files or the ledger are gone.
    """
    reasons = checked_reasons(retry)
    layout.work.mkdir(parents=True, exist_ok=True)
    earlier = read_inventory(layout.inventory)
    refused = {
        location.path for location in earlier if location.reason in reasons or (location.reason and ALL in reasons)
    }
    known = [location for location in earlier if location.path not in refused]
    fetched = fetched_locations(layout.raw, locations_by_path(known), DEFAULT_LIMITS, told=told)
    found = sorted([*take_inventory(layout.raw, known), *fetched], key=lambda location: location.location)
    require_raw_files(layout, found, earlier)
    locations = with_arrivals(found, _arrivals(layout, earlier), datetime.now(UTC).isoformat(timespec="seconds"))
    write_inventory(locations, layout.inventory)
    return locations


def _arrivals(layout: Layout, earlier: Collection[Location]) -> dict[str, str]:
    """Return when contents arrived, as the last inventory and the current release know it: the earlier of the two."""
    try:
        kept = read_arrivals(current_release(layout) / ARRIVALS)
    except NoRelease:
        kept = {}
    noted = arrivals_of(earlier)
    return kept | {sha256: min(arrived, kept.get(sha256, arrived)) for sha256, arrived in noted.items()}
