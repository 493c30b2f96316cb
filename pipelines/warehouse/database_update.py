"""The database of a candidate as that of the current release with the parts changed that are others.

Writing all rows anew takes as long as there are rows; this takes as long as there are changed ones, and the copying of
a file. Rows of changed parts then stand behind the others: a database has no order of rows, the Parquet files have.
Belongs here: what is taken over and what is written anew. Keep out: what a database is made of (`database`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts import CONTRACTS, Table
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.manifest import DATABASE, PARQUET, is_intact, read_manifest
from pipelines.warehouse.database import condition_of, fill, open_database
from pipelines.warehouse.parquet import table_files

# In a manifest: how often its database was changed since it was written whole.
UPDATES = "database_updates"
# So often a database is changed before it is written whole again: what is deleted leaves holes, and order is lost.
MOST_UPDATES = 20
# Of all rows as many may be in changed parts: beyond, writing all of them takes no longer.
_MOST_CHANGED = 0.3
# What must be the same in both releases for the tables to be the same: their definitions and who wrote the file.
_DEFINED_BY = ("schema", "views")
_WRITER = "duckdb"


class _Changes:
    """The Parquet files in which two releases differ, by table; `share` of the rows are in those of the newer one."""

    def __init__(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        old, new = _parts(before["files"]), _parts(now["files"])
        self.gone = {name for name in old if old[name] != new.get(name)}
        self.come = {name for name in new if new[name] != old.get(name)}
        size = sum(about["bytes"] for about in new.values())
        self.share = sum(new[name]["bytes"] for name in self.come) / max(size, 1)


def _parts(files: Mapping[str, Any]) -> dict[str, Any]:
    return {name: about for name, about in files.items() if name.startswith(f"{PARQUET}/")}


def _is_of_a_part(name: str) -> bool:
    return name.count("/") > 1


def update_database(layout: Layout, candidate: Path, manifest: Mapping[str, Any]) -> int | None:
    """Write the database of a candidate from that of the current release; return how often it was changed by now.

    None where it has to be written whole: without a current release that is intact and has the same tables and views,
    or where too much of it is other or it was changed too often. `manifest` is what is known of the candidate so far.
    """
    base = _base(layout, manifest)
    if base is None:
        return None
    before = read_manifest(base)
    updates = int(before.get(UPDATES, 0)) + 1
    changes = _Changes(before, manifest)
    if updates > MOST_UPDATES or changes.share > _MOST_CHANGED:
        return None
    # They say which rows go.
    if not all(is_intact(base / name, before["files"][name]) for name in changes.gone if _is_of_a_part(name)):
        return None
    path = candidate / DATABASE
    path.unlink(missing_ok=True)
    shutil.copyfile(base / DATABASE, path)
    with open_database(path) as connection:
        for table in CONTRACTS.values():
            _change(connection, table, changes, base, candidate)
        connection.execute("CHECKPOINT")
        whole = all(_rows(connection, table) == _expected(candidate, table) for table in CONTRACTS.values())
    if not whole:
        path.unlink()
        return None
    return updates


def _base(layout: Layout, manifest: Mapping[str, Any]) -> Path | None:
    """Return the current release, if its database can be taken over."""
    try:
        current = current_release(layout)
        before = read_manifest(current)
        same = all(before[name] == manifest[name] for name in _DEFINED_BY)
        same = same and before["libraries"][_WRITER] == manifest["libraries"][_WRITER]
        return current if same and is_intact(current / DATABASE, before["files"][DATABASE]) else None
    except (NoRelease, OSError, ValueError, KeyError, TypeError):
        return None


def _change(connection: duckdb.DuckDBPyConnection, table: Table, changes: _Changes, base: Path, new: Path) -> None:
    prefix = f"{PARQUET}/{table.name}{'/' if table.partitioned else '.parquet'}"
    gone = [base / name for name in sorted(changes.gone) if name.startswith(prefix)]
    come = [new / name for name in sorted(changes.come) if name.startswith(prefix)]
    if not table.partitioned:
        if gone or come:
            _change_rows(connection, table, come)
        return
    for path in gone:
        year = int(path.parent.name.removeprefix("year_key="))
        connection.execute(
            f"DELETE FROM {table.name} WHERE year_key = $year AND report_key IN "  # noqa: S608
            "(SELECT report_key FROM read_parquet($file, hive_partitioning = false))",
            {"year": year, "file": str(path)},
        )
    fill(connection, table, come)


def _change_rows(connection: duckdb.DuckDBPyConnection, table: Table, files: list[Path]) -> None:
    """Change the rows of a table with a key that are others in its new file: an index costs more than rows do."""
    if not files:
        connection.execute(f"DELETE FROM {table.name}")  # noqa: S608  # the names are those of the contracts
        return
    key = ", ".join(table.primary_key)
    new = f"SELECT * FROM read_parquet($files, hive_partitioning = false) WHERE {condition_of(table)}"  # noqa: S608
    given = {"files": [str(path) for path in files]}
    # In a transaction of its own: a key that is deleted and written in one is taken for a second one.
    connection.execute(
        f"DELETE FROM {table.name} WHERE ({key}) IN "  # noqa: S608
        f"(SELECT ({key}) FROM (SELECT * FROM {table.name} EXCEPT ({new})))",
        given,
    )
    connection.execute(f"INSERT INTO {table.name} ({new}) EXCEPT SELECT * FROM {table.name}", given)  # noqa: S608


def _rows(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    found = connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()  # noqa: S608  # of the contracts
    assert found is not None
    return int(found[0])


def _expected(candidate: Path, table: Table) -> int:
    """Return the rows that a table must have: those of its files, as far as they are in the database."""
    files = [str(path) for path in table_files(candidate / PARQUET, table)]
    if not files:
        return 0
    query = f"SELECT count(*) FROM read_parquet($files, hive_partitioning = false) WHERE {condition_of(table)}"  # noqa: S608
    found = duckdb.execute(query, {"files": files}).fetchone()
    assert found is not None
    return int(found[0])
