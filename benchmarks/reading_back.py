"""Exports read back by libraries that did not write them, as rows of the warehouse's own values.

Used by the tests and by benchmarks/exports.py. A reader returns what the file holds; `expected` what the release holds,
and `as_held` what a format can hold of it (Excel and Stata know no NULL text, Excel no microseconds).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyreadstat
from python_calamine import CalamineWorkbook

from pipelines.contracts import Table
from pipelines.contracts.rendering import sql_type
from pipelines.exporting.columns import Field, fields
from pipelines.exporting.safe_text import original_text
from pipelines.exporting.stata_names import stata_name
from pipelines.shown import from_cell

Rows = list[tuple[Any, ...]]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _plain(field: Field) -> str:
    return f"epoch_us({field.name})" if field.kind == "datetime" else field.name


def expected(connection: duckdb.DuckDBPyConnection, table: Table, condition: str = "true") -> Rows:
    """Return the rows of the release in the order of the contract; instants as microseconds since 1970."""
    columns, order = ", ".join(map(_plain, fields(table))), ", ".join((*table.sort, "rowid"))
    query = f"SELECT {columns} FROM {table.name} WHERE {condition} ORDER BY {order}"  # noqa: S608
    return connection.execute(query).fetchall()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _reader() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database, the same one each time: to make one takes longer than most files."""
    return _database().cursor()


def from_csv(path: Path, table: Table) -> Rows:
    """Read CSV with DuckDB: nothing is NULL, two quotes an empty text."""
    types = {
        field.name: "TIMESTAMP" if field.kind == "datetime" else sql_type(table.column_by_name[field.name].type)
        for field in fields(table)
    }
    columns = ", ".join(map(_plain, fields(table)))
    with _reader() as connection:
        rows = connection.execute(
            f"SELECT {columns} FROM read_csv($path, columns = $types, header = true, auto_detect = false, "  # noqa: S608
            "delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, "
            "max_line_size = 10000000, buffer_size = 60000000, parallel = false)",
            {"path": str(path), "types": types},
        ).fetchall()
    read = cache(lambda value: from_cell(original_text(value)))
    return [tuple(read(value) if isinstance(value, str) else value for value in row) for row in rows]


def from_parquet(folder: Path, table: Table) -> Rows:
    """Read Parquet with DuckDB."""
    files = sorted(
        map(str, folder.glob(f"{table.name}/**/*.parquet" if table.partitioned else f"{table.name}.parquet"))
    )
    if not files:
        return []
    columns = ", ".join(map(_plain, fields(table)))
    with _reader() as connection:
        return connection.execute(
            f"SELECT {columns} FROM read_parquet($files, hive_partitioning = false)",  # noqa: S608
            {"files": files},
        ).fetchall()


def from_excel(paths: Sequence[Path], sheets: Sequence[str], table: Table, *, header: Sequence[str]) -> Rows:
    """Read sheets with calamine; raises AssertionError where a header differs."""
    found: Rows = []
    for path in paths:
        book = CalamineWorkbook.from_path(str(path))
        for name in sheets:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            assert rows[0] == list(header), (name, rows[0])
            found.extend(tuple(map(_from_cell, row, fields(table))) for row in rows[1:])
    return found


def _from_cell(value: Any, field: Field) -> Any:
    if value == "" and not isinstance(value, bool):
        return None
    if field.kind == "integer":
        return int(value)
    if field.kind == "decimal":
        return value if isinstance(value, str) else round(Decimal(repr(value)), field.scale)
    if field.kind == "datetime":
        return round((value.replace(tzinfo=UTC) - _EPOCH) / timedelta(milliseconds=1))
    return value


def from_stata(path: Path, table: Table) -> Rows:
    """Read Stata with pyreadstat; coded values are decoded by the order of the contract."""
    frame, about = pyreadstat.read_dta(str(path), output_format="dict", disable_datetime_conversion=True)
    assert list(frame) == [stata_name(column) for column in table.columns] == about.column_names
    columns = [_from_stata(frame[stata_name(field.name)], field) for field in fields(table)]
    return list(zip(*columns, strict=True))


def _from_stata(values: Any, field: Field) -> Iterator[Any]:
    for value in values:
        if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
            yield None
        elif field.domain:
            yield field.allowed[int(value) - 1]
        elif field.kind == "integer":
            yield int(value)
        elif field.kind == "decimal":
            yield round(Decimal(repr(float(value))), field.scale)
        elif field.kind == "boolean":
            yield bool(value)
        elif field.kind == "date":
            yield date(1960, 1, 1) + timedelta(days=int(value))
        elif field.kind == "datetime":
            yield round((datetime(1960, 1, 1, tzinfo=UTC) - _EPOCH) / timedelta(microseconds=1) + 1000 * value)
        else:
            yield value


def as_held(rows: Rows, table: Table, file_format: str) -> Rows:
    """Return rows as a format holds them."""
    if file_format in {"csv", "parquet", "datapackage"}:
        return rows
    kinds = [field.kind for field in fields(table)]
    return [tuple(_held(value, kind, file_format) for value, kind in zip(row, kinds, strict=True)) for row in rows]


def _held(value: Any, kind: str, file_format: str) -> Any:
    if value == "":
        return None
    if kind == "datetime" and value is not None and file_format == "xlsx":
        return round(value / 1000)
    return value
