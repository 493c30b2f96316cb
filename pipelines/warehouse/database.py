"""Assemble the DuckDB file of a release from Parquet: tables with comments, analysts' views, the same in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.rendering import comment_statements, create_statements, sql_type
from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.manifest import sha256_of_text
from pipelines.warehouse.parquet import table_files

# Files of this format open in every DuckDB since 1.1; what 2.0 writes unasked opens in no older one.
_STORAGE_VERSION = "v1.0.0"
# Plain passes are nearly all evaluations; Parquet holds them.
_IN_DATABASE = {"audit_evaluation": "outcome <> 'pass'"}
_HEADER = re.compile(r"^-- @(zh|en) (.+)$", re.MULTILINE)
_COLUMN = re.compile(r"^-- @column (\w+) (\S+)(?: (.+))?$", re.MULTILINE)


@dataclass(frozen=True)
class View:
    """A view of sql/views: its name is the file's, labels stand in its comments."""

    name: str
    zh: str
    en: str
    query: str
    labels: dict[str, str]
    comments: dict[str, str]


def load_views(folder: Path = SQL_FOLDER / "views") -> list[View]:
    """Read the views; raises ValueError naming a file without @zh and @en."""
    views = []
    for path in sorted(folder.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        header = dict(_HEADER.findall(text))
        if set(header) != {"zh", "en"}:
            raise ValueError(f"sql/views/{path.name}: expected the lines '-- @zh ...' and '-- @en ...'")
        found = _COLUMN.findall(text)
        labels = {name: label for name, label, _ in found}
        views.append(View(path.stem, header["zh"], header["en"], text, labels, {n: c for n, _, c in found if c}))
    return views


def build_database(star: Path, path: Path) -> None:
    """Write the database file of the tables below `star`; an earlier file is replaced."""
    path.unlink(missing_ok=True)
    with open_database(path) as connection:
        with _one_transaction(connection):
            for statement in (each for table in CONTRACTS.values() for each in create_statements(table)):
                connection.execute(statement)
        for table in CONTRACTS.values():
            fill(connection, table, table_files(star, table))
        _add_views(connection)
        connection.execute("CHECKPOINT")


def build_views_database(
    files: Mapping[str, Sequence[str]], path: Path, prepare: Callable[[duckdb.DuckDBPyConnection], None]
) -> None:
    """Write a database that holds no rows: each table is a view over Parquet files, by name of the table.

    `files` are what DuckDB reads them by, once `prepare` has told the connection how.
    """
    path.unlink(missing_ok=True)
    with open_database(path) as connection:
        prepare(connection)
        with _one_transaction(connection):
            for table in CONTRACTS.values():
                connection.execute(f"CREATE VIEW {table.name} AS {_read(table, files.get(table.name, ()))}")
                for statement in comment_statements(table, "VIEW"):
                    connection.execute(statement)
        _add_views(connection)
        connection.execute("CHECKPOINT")


def _read(table: Table, files: Sequence[str]) -> str:
    """Return the query of the rows of a table; without a file, of none."""
    types = {each.name: sql_type(each.type) for each in table.declared}
    if not files:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in types.items())
        return f"SELECT {nothing} WHERE false"
    listed = ", ".join(map(_literal, files))
    # In the types of the database: a decimal of other digits would add up otherwise.
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in types.items())
    source = f"read_parquet([{listed}], hive_partitioning = false)"
    return f"SELECT {columns} FROM {source} WHERE {condition_of(table)}"  # noqa: S608


def _add_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the same tables in Chinese, and the views of sql/views in both languages."""
    with _one_transaction(connection):
        connection.execute("CREATE SCHEMA zh")
        for table in CONTRACTS.values():
            labels = {each.name: each.zh for each in table.declared}
            _chinese_view(connection, table.name, table.zh, labels)
        for view in load_views():
            _view(connection, view)


@contextmanager
def _one_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Write all statements of the block to disk at once: else each of some hundreds waits for it."""
    connection.begin()
    yield
    connection.commit()


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the database of a candidate for writing; it is made where there is none."""
    connection = duckdb.connect(str(path), config={"storage_compatibility_version": _STORAGE_VERSION})
    # Without a bar on standard output, where a query takes its time.
    connection.execute("SET preserve_insertion_order = true; SET enable_progress_bar = false")
    return connection


def fill(connection: duckdb.DuckDBPyConnection, table: Table, files: Sequence[Path]) -> None:
    """Add the rows of Parquet files to a table, as far as they are in the database."""
    if files:
        source = f"SELECT * FROM read_parquet($files, hive_partitioning = false) WHERE {condition_of(table)}"  # noqa: S608
        connection.execute(f"INSERT INTO {table.name} {source}", {"files": [str(path) for path in files]})


def condition_of(table: Table) -> str:
    """Return the condition on the rows of a table that are in the database."""
    return _IN_DATABASE.get(table.name, "true")


def views_digest(folder: Path = SQL_FOLDER / "views") -> str:
    """Return a digest of the views: databases with the same tables and views differ in rows alone."""
    return sha256_of_text("\0".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))))


def _view(connection: duckdb.DuckDBPyConnection, view: View) -> None:
    connection.execute(f"CREATE VIEW {view.name} AS {view.query}")
    connection.execute(f"COMMENT ON VIEW {view.name} IS {_literal(f'{view.zh}. {view.en}')}")
    names = [row[0] for row in connection.execute(f"DESCRIBE {view.name}").fetchall()]
    labels = {name: view.labels.get(name) or _contract_label(name) for name in names}
    missing = [name for name, label in labels.items() if label is None]
    if missing:
        raise ValueError(f"sql/views/{view.name}.sql: no '-- @column' line for {', '.join(missing)}")
    for name in names:
        comment = _literal(". ".join(part for part in (labels[name], view.comments.get(name)) if part))
        connection.execute(f"COMMENT ON COLUMN {view.name}.{name} IS {comment}")
    _chinese_view(connection, view.name, view.zh, {name: labels[name] or name for name in names})


def _contract_label(name: str) -> str | None:
    return next((t.column_by_name[name].zh for t in CONTRACTS.values() if name in t.column_by_name), None)


def _chinese_view(connection: duckdb.DuckDBPyConnection, name: str, zh: str, labels: dict[str, str]) -> None:
    columns = ", ".join(f"{column} AS {_identifier(label)}" for column, label in labels.items())
    # The names are those of the contracts and of sql/views.
    connection.execute(f"CREATE VIEW zh.{_identifier(zh)} AS SELECT {columns} FROM main.{name}")  # noqa: S608


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
