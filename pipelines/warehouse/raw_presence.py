"""Whether the raw files are there at all: a share that is not mounted looks like a folder that was emptied.

Belongs here: telling that before anything is read or kept. Keep out: what a candidate has less of (`losses`).
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa

from pipelines.messages import message, retold
from pipelines.raw.inventory import Location, locations_in
from pipelines.raw.missing_input import MissingInput
from pipelines.releases.compared import CannotCompare, make_views, read_release
from pipelines.releases.layout import Layout
from pipelines.warehouse.earlier_releases import earlier_releases

# As the inventory names the folder itself, which it does only where that cannot be listed.
_ROOT = ""
_LOCATIONS = {"raw_file_location": {"file_sha256": "VARCHAR"}}


def require_raw_files(layout: Layout, found: pa.Table, known: pa.Table) -> None:
    """Raise MissingInput where no file can be read any more, and the last inventory or release had some.

    Also where there never was one, and the folder itself is missing or cannot be listed: an empty release would say
    that no reports were put there. `found` and `known` are this inventory and the last one.
    """
    if found["file_sha256"].null_count < found.num_rows:
        return
    before = known.num_rows - known["file_sha256"].null_count
    of = message("raw.last_inventory")
    if before == 0:
        before, of = _released(layout)
    if before:
        state = _state(layout, locations_in(found))
        raise MissingInput("raw_missing", message("raw.gone", folder=layout.raw, state=state, before=of, files=before))
    if _ROOT in found["location"].to_pylist():
        state = _state(layout, locations_in(found))
        raise MissingInput("raw_unlisted", message("raw.unlisted", folder=layout.raw, state=state))


def _state(layout: Layout, found: Collection[Location]) -> str:
    if not layout.raw.is_dir():
        return message("raw.no_such_folder")
    named = [location for location in found if location.location]
    if named:
        return message("raw.none_readable", n=len(named), file=named[0].location, detail=retold(named[0].detail or ""))
    return next((retold(location.detail) for location in found if location.detail), message("raw.no_file"))


def _released(layout: Layout) -> tuple[int, str]:
    """Return how many files the newest release that can be read was made from, and its name."""
    for path in earlier_releases(layout):
        with duckdb.connect() as connection:
            try:
                make_views(connection, "old", read_release(path), None, _LOCATIONS)
                query = "SELECT count(*) FROM old_raw_file_location WHERE file_sha256 IS NOT NULL"
                row = connection.execute(query).fetchone()
            except (CannotCompare, duckdb.Error):
                continue
        assert row is not None
        return int(row[0]), message("raw.release", release=path.name)
    return 0, ""
