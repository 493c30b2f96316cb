"""What a reader's own SQL may be: one statement that reads, and functions that do nothing but answer.

The database that is open is locked down (`open_release`); this is the wall before that one. DuckDB calls some
statements a SELECT that write (a COPY among its common tables), and some functions of a SELECT change the process that
asks for them, or read memory at an address that they are given.
Belongs here: which statements, and which functions. Keep out: opening, bounds, how refusals are shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines import Told, said

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, Statement

# The parts that a query is put together of; every other one (COPY, INSERT, UPDATE ... within a SELECT) writes.
_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
# Functions that stand for a table: those that make rows of what they are given, and those that describe what there is.
_TABLES = frozenset(
    {
        *("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree"),
        *("histogram", "histogram_values", "summary", "pg_timezone_names", "icu_calendar_names"),
        *("duckdb_columns", "duckdb_constraints", "duckdb_databases", "duckdb_functions", "duckdb_indexes"),
        *("duckdb_keywords", "duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views"),
        *("pragma_table_info", "pragma_show", "pragma_version", "pragma_database_size"),
    }
)
# Functions whose answer is not all that they do.
_ACTING = frozenset({"write_log", "sleep_ms", "nextval", "currval", "setval", "setseed"})
# Brackets that begin with an option are options; all others are of the query.
_EXPLAINED = re.compile(r"\s*explain\b\s*(analyze\b)?\s*(\(\s*(analyze|format)\b[^()]*\))?", re.IGNORECASE)


class NotReading(Told):
    """A text that is not one statement that reads; the message says what it is instead."""


def require_reading(connection: DuckDBPyConnection, text: str) -> None:
    """Raise NotReading unless a text is one statement that reads and nothing else; duckdb.Error where it is no SQL."""
    _require_text(text)
    statements = connection.extract_statements(text)
    if not statements:
        raise NotReading.of("releases.no_statement")
    if len(statements) != 1:
        raise NotReading.of("releases.statements", n=len(statements))
    kind = _kind(statements[0])
    query = statements[0].query
    if kind == "EXPLAIN":
        kind, query = "SELECT", _explained(query)
    if kind == "MULTI":
        raise NotReading.of("releases.pivot_without_values")
    if kind != "SELECT":
        raise NotReading.of("releases.statement_kind", kind=kind)
    for refused in _refused(_parsed(connection, query)):
        raise NotReading.of("releases.not_only_reading", what=refused)


def _require_text(text: str) -> None:
    """Raise NotReading for what a command line gives where it was no UTF-8, which the database does not take."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotReading.of("releases.query_not_utf8", place=error.start + 1) from None


def _kind(statement: Statement) -> str:
    """Return the kind of a statement. Raises NotReading for one that only the database has a name for."""
    try:
        return str(statement.type.name)
    except ValueError:
        raise NotReading.of("releases.not_only_reading", what=said("releases.unknown_kind")) from None


def _explained(text: str) -> str:
    """Return what an EXPLAIN explains."""
    begin = _EXPLAINED.match(text)
    if begin is None:
        raise NotReading.of("releases.not_only_reading", what=said("releases.explain_first"))
    return text[begin.end() :]


def _parsed(connection: DuckDBPyConnection, query: str) -> Any:
    row = connection.execute("SELECT json_serialize_sql($query)", {"query": query}).fetchone()
    assert row is not None
    try:
        parsed = json.loads(row[0])
    except RecursionError:
        raise NotReading.of("releases.not_only_reading", what=said("releases.too_deep")) from None
    if parsed.get("error_type") == "not implemented":
        raise NotReading.of("releases.not_only_reading", what=said("releases.explained_is_no_query"))
    if parsed["error"] or len(parsed["statements"]) != 1:
        raise NotReading.of("releases.not_only_reading", what=parsed.get("error_message", "; ... ;"))
    return parsed


def _refused(parsed: Any) -> Iterator[str]:
    """Yield what of a parsed query is refused."""
    left = [parsed]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += node
            continue
        if not isinstance(node, dict):
            continue
        left += node.values()
        kind = str(node.get("type", ""))
        if kind.endswith("_NODE") and kind not in _QUERIES:
            yield said("releases.writes_within", kind=kind.removesuffix("_NODE").removesuffix("_QUERY"))
        function = node.get("function")
        name = str(function.get("function_name", "")).lower() if isinstance(function, dict) else ""
        if kind == "TABLE_FUNCTION" and name not in _TABLES:
            yield said("releases.table_function", name=name)
        if str(node.get("function_name", "")).lower() in _ACTING:
            yield said("releases.acting_function", name=node["function_name"])
