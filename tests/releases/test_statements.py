"""One statement that reads: what passes, and what never gets as far as the database."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.statements import NotReading, require_reading

_READING = (
    "SELECT 1",
    "SELECT 1;",
    "-- why\nSELECT 1",
    "FROM dim_report",
    "TABLE dim_report",
    "VALUES (1)",
    "WITH a AS (SELECT 1) SELECT * FROM a",
    "WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a WHERE n < 5) SELECT * FROM a",
    "SELECT * FROM (PIVOT dim_report ON status IN ('current') USING count(*))",
    "UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b",
    "DESCRIBE dim_report",
    "SHOW TABLES",
    "SUMMARIZE dim_report",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN (FORMAT json) SELECT 1",
    "EXPLAIN (ANALYZE, FORMAT json) SELECT 1",
    "EXPLAIN (SELECT 1)",
    "EXPLAIN ((SELECT 1))",
    "EXPLAIN (FORMAT json) (SELECT 1)",
    "EXPLAIN ANALYZE (SELECT 1)",
    "PIVOT dim_report ON status IN ('current') USING count(*)",
    "SELECT list_transform([1, 2], lambda x: x + 1), random(), uuid()",
    "SELECT * FROM range(3), unnest([1])",
    "SELECT * FROM json_each('[1]')",
    "SELECT * FROM duckdb_columns()",
    "SELECT * FROM information_schema.tables",
    "SELECT 'COPY x TO y', '; DROP TABLE cell'",
    "SELECT * FROM zh.单元格",
)
_NOT_READING = (
    "",
    ";",
    "SELECT 1; SELECT 2",
    "COPY dim_report TO 'x'",
    "EXPLAIN COPY dim_report TO 'x'",
    "EXPLAIN ANALYZE COPY dim_report TO 'x'",
    "/* /* */ EXPLAIN SELECT 1 -- */ EXPLAIN ANALYZE COPY dim_report TO 'x'",
    "WITH x AS (COPY dim_report TO 'x') SELECT * FROM x",
    "SELECT (WITH y AS (DELETE FROM cell RETURNING 1) SELECT count(*) FROM y)",
    "SELECT * FROM (WITH y AS (INSERT INTO cell DEFAULT VALUES RETURNING 1) FROM y)",
    "EXPLAIN WITH x AS (COPY dim_report TO 'x') SELECT 1",
    "EXPLAIN (FORMAT json) COPY dim_report TO 'x'",
    "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
    "UPDATE EXTENSIONS",
    "EXPLAIN UPDATE EXTENSIONS",
    "EXPORT DATABASE 'x'",
    "ATTACH 'x'",
    "CREATE TEMP TABLE x AS SELECT 1",
    "CREATE MACRO x() AS 1",
    "SET threads = 1",
    "PRAGMA version",
    "CALL pragma_version()",
    "PREPARE x AS SELECT 1",
    "BEGIN",
    "CHECKPOINT",
    "LOAD httpfs",
    "FROM enable_logging('QueryLog')",
    "FROM \"enable_logging\"('QueryLog')",
    "FROM main.enable_logging('QueryLog')",
    "FROM ENABLE_LOGGING('QueryLog')",
    "FROM dim_report, LATERAL (FROM disable_logging())",
    "FROM arrow_scan(1, 2, 3)",
    "FROM pandas_scan(1)",
    "FROM python_map_function(1)",
    "FROM add_grammar_extension('x')",
    "FROM query('SELECT 1')",
    "FROM query_table('dim_report')",
    "FROM json_execute_serialized_sql('x')",
    "FROM read_text('/etc/passwd')",
    "FROM checkpoint()",
    "SELECT write_log('x')",
    "SELECT 'x'.write_log()",
    "SELECT * FROM dim_report WHERE write_log('x') IS NULL ORDER BY sleep_ms(1)",
    "SELECT setseed(0.1)",
    "SELECT nextval('x')",
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("text", _READING)
def test_what_reads_passes(database: duckdb.DuckDBPyConnection, text: str) -> None:
    require_reading(database, text)
    database.execute(text).fetchall()


@pytest.mark.parametrize("path", sorted((SQL_FOLDER / "queries").glob("*.sql")), ids=lambda path: path.stem)
def test_every_query_of_the_cookbook_passes(connection: duckdb.DuckDBPyConnection, path: object) -> None:
    require_reading(connection, path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", _NOT_READING)
def test_all_else_is_refused(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises(NotReading, match="expected one SELECT"):
        require_reading(connection, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"^there is no statement in the query: expected one SELECT"),
        ("-- nothing", r"^there is no statement in the query"),
        ("UPDATE EXTENSIONS", r"^a statement that is no query: expected one SELECT"),
        ("EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1", r"^what stands after EXPLAIN is no query: expected one SELECT"),
        ("PIVOT cell ON status USING count(*)", r"^a PIVOT that does not name the values .* ON status IN \('value'"),
        ("EXPLAIN PIVOT cell ON status USING count(*)", r"^a PIVOT that does not name the values"),
        ("SELECT * FROM (PIVOT cell ON status USING count(*))", r"^a PIVOT that does not name the values"),
        ("SELECT '\udcff'", r"^character 9 of the query is not UTF-8: .* --file$"),
    ],
)
def test_what_is_refused_is_told_in_words(connection: duckdb.DuckDBPyConnection, text: str, told: str) -> None:
    with pytest.raises(NotReading, match=told) as refused:
        require_reading(connection, text)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["SELEKT 1", "SELECT (", "SELECT " + "(" * 2000 + "1" + ")" * 2000, "\x00"])
def test_what_is_no_sql_is_refused_by_the_database(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    with pytest.raises((duckdb.Error, NotReading)):
        require_reading(connection, text)


def test_every_function_of_a_new_version_is_looked_at(connection: duckdb.DuckDBPyConnection) -> None:
    # Scalar functions that do more than answer are marked so; a version that adds one is met here.
    found = connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE has_side_effects AND function_type = 'scalar'"
    ).fetchall()
    harmless = {"current_connection_id", "current_query", "current_query_id", "current_transaction_id", "error"}
    harmless |= {"gen_random_uuid", "random", "stats", "uuid", "uuidv4", "uuidv7", "vector_type"}
    for name in {name for (name,) in found} - harmless:
        with pytest.raises(NotReading, match=name):
            require_reading(connection, f"SELECT {name}()")
