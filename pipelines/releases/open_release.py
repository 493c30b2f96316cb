"""The one way to open the database of a release: read-only, without files or network, its configuration locked.

Belongs here: the lock-down and who may bound it further. Keep out: questions (`summary`, `trace`, `exploring`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.releases.manifest import DATABASE

# Given at opening, since connections of one process to one file share their configuration.
_LOCKED_DOWN: dict[str, bool] = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "lock_configuration": True,
}


def connect(release: Path, **bounds: str | int) -> duckdb.DuckDBPyConnection:
    """Open the database of a release; `bounds` are settings of DuckDB (memory_limit, threads ...) for this reader.

    Nothing loosens the lock-down. Raises duckdb.IOException for a release without its database.
    """
    return duckdb.connect(str(release / DATABASE), read_only=True, config={**bounds, **_LOCKED_DOWN})
