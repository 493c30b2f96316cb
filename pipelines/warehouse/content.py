"""What a release contains, as hashes: an order-free one per table that equals on every machine, one over all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS, Table
from pipelines.warehouse.parquet import table_files
from pipelines.warehouse.parts import read_note

_SEPARATOR, _NULL = "\x1f", "\x1e"


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return an empty database: to open one takes longer than to hash a table of some hundred reports.

    It keeps nothing of a file that it has read: a table is written again under its name, and hashed again.
    """
    return duckdb.connect(config={"enable_external_file_cache": False})


def content_of(table: Table, files: Sequence[Path]) -> tuple[int, str]:
    """Return (rows, hash) of files of a table: the sum of the md5 of every row's values as text, in whatever order.

    Sums of files add up to that of all of them.
    """
    values = ", ".join(f"coalesce({name}::VARCHAR, $null)" for name in table.columns)
    with _database().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        row = connection.execute(  # the names are those of the contracts
            f"SELECT count(*), coalesce(sum(md5_number_lower(concat_ws($separator, {values}))::HUGEINT), 0)::VARCHAR "  # noqa: S608
            "FROM read_parquet($files, hive_partitioning = false)",
            {"files": [str(path) for path in files], "null": _NULL, "separator": _SEPARATOR},
        ).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])


def table_content(star: Path, table: Table) -> tuple[int, str]:
    """Return (rows, hash) of a table: of files with a note what that says, of others what is in them."""
    rows, content = 0, 0
    unknown: list[Path] = []
    for file in table_files(star, table):
        note = read_note(file)
        if note is None:
            unknown.append(file)
        else:
            rows, content = rows + note.rows, content + int(note.content)
    if unknown:
        found, of_unknown = content_of(table, unknown)
        rows, content = rows + found, content + int(of_unknown)
    return rows, str(content)


def all_content(star: Path) -> dict[str, dict[str, int | str]]:
    """Return rows and hash of every table."""
    found = {name: table_content(star, table) for name, table in CONTRACTS.items()}
    return {name: {"rows": rows, "hash": digest} for name, (rows, digest) in found.items()}


def content_hash(tables: dict[str, dict[str, int | str]]) -> str:
    """Return the hash of all tables: two releases with the same one hold the same data."""
    lines = sorted(f"{name} {about['rows']} {about['hash']}" for name, about in tables.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
