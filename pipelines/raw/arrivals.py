"""When contents arrived in the inbox: first seen by a run, which no copying or unpacking of files changes.

The time of a file tells when it was copied. So the first run that sees a content notes the time, and every release
keeps what was noted in a file that its manifest names: the work folder may be deleted at any time.
Belongs here: noting, keeping and reading. Keep out: what follows from the order (`warehouse.standing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.durable import read_regular

ARRIVALS = "arrivals.parquet"
_SCHEMA = pa.schema([("file_sha256", pa.string()), ("arrived_at", pa.string())])


def with_arrivals(inventory: pa.Table, known: Mapping[str, str], now: str) -> pa.Table:
    """Return an inventory with the time of each arrival: as known by content (sha256), else now (UTC, ISO 8601).

    What was fetched has none: it arrived in the order in which addresses were visited.
    """
    contents = zip(inventory["file_sha256"].to_pylist(), inventory["fetched_from"].to_pylist(), strict=True)
    arrived = [
        known.get(sha256, now) if sha256 is not None and fetched_from is None else None
        for sha256, fetched_from in contents
    ]
    if arrived == inventory["arrived_at"].to_pylist():
        return inventory
    place = inventory.schema.get_field_index("arrived_at")
    return inventory.set_column(place, inventory.schema.field(place), pa.array(arrived, pa.string()))


def arrivals_of(inventory: pa.Table) -> dict[str, str]:
    """Return the earliest arrival of each content of the inbox, by sha256."""
    found: dict[str, str] = {}
    for sha256, arrived in zip(inventory["file_sha256"].to_pylist(), inventory["arrived_at"].to_pylist(), strict=True):
        if sha256 is not None and arrived is not None:
            found[sha256] = min(arrived, found.get(sha256, arrived))
    return found


def write_arrivals(arrivals: Mapping[str, str], path: Path) -> None:
    """Write arrivals as Parquet, sorted by content."""
    rows = sorted(arrivals.items())
    columns = {"file_sha256": [sha256 for sha256, _ in rows], "arrived_at": [arrived for _, arrived in rows]}
    pq.write_table(pa.table(columns, schema=_SCHEMA), path, compression="zstd")


def read_arrivals(path: Path) -> dict[str, str]:
    """Return the arrivals that a release kept; of one that has none, or whose file is damaged, there are none."""
    try:
        with pq.ParquetFile(pa.BufferReader(read_regular(path))) as file:
            table = file.read()
        if table.schema.names != _SCHEMA.names:
            return {}
    except (OSError, pa.ArrowInvalid):
        return {}
    return dict(zip(table["file_sha256"].to_pylist(), table["arrived_at"].to_pylist(), strict=True))
