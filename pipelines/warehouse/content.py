"""What a release contains, as hashes: an order-free one per table that equals on every machine, one over all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS, Table
from pipelines.warehouse.parquet import table_files

_SEPARATOR, _NULL = "\x1f", "\x1e"


def table_content(star: Path, table: Table) -> tuple[int, str]:
    """Return (rows, hash) of a table: the sum of the md5 of every row's values as text, so order does not matter."""
    files = [str(path) for path in table_files(star, table)]
    if not files:
        return 0, "0"
    values = ", ".join(f"coalesce({name}::VARCHAR, $null)" for name in table.columns)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        row = connection.execute(  # the names are those of the contracts
            f"SELECT count(*), coalesce(sum(md5_number_lower(concat_ws($separator, {values}))::HUGEINT), 0)::VARCHAR "  # noqa: S608
            "FROM read_parquet($files, hive_partitioning = false)",
            {"files": files, "null": _NULL, "separator": _SEPARATOR},
        ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def all_content(star: Path) -> dict[str, dict[str, int | str]]:
    """Return rows and hash of every table."""
    found = {name: table_content(star, table) for name, table in CONTRACTS.items()}
    return {name: {"rows": rows, "hash": digest} for name, (rows, digest) in found.items()}


def content_hash(tables: dict[str, dict[str, int | str]]) -> str:
    """Return the hash of all tables: two releases with the same one hold the same data."""
    lines = sorted(f"{name} {about['rows']} {about['hash']}" for name, about in tables.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
