"""No value of an answer is another than the database's: what Python has not is the text that DuckDB prints."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.releases.exact import ask_exactly


@pytest.mark.parametrize(
    "value",
    [
        *("'infinity'::date", "'-infinity'::timestamp", "date '0044-03-15 (BC)'", "date '9999-12-31' + 1"),
        *("interval '1 month'", "interval '400 days'", "timestamp_ns '2020-01-01 00:00:00.123456789'"),
        *("timestamp '290000-01-01'", "time '24:00:00'", "'2020-01-02 03:04:05+02'::timestamptz", "'\\xAB'::blob"),
        *("[date 'infinity', NULL]", "{'a': interval '1 month'}", "map {1: 2}", "[1.5::decimal(3, 1)]"),
    ],
)
def test_a_value_is_the_text_of_the_database(value: str) -> None:
    with duckdb.connect() as connection:
        expected = connection.execute(f"SELECT CAST({value} AS VARCHAR)").fetchall()
        assert ask_exactly(connection, f"SELECT {value}; -- ; a remark").fetchall() == expected


def test_what_python_has_keeps_its_kind_and_columns_their_names_and_order() -> None:
    query = (
        "SELECT 1 AS a, 1.50::decimal(9, 2) AS \"b\"\"c\", true AS a, date '2020-01-02' AS d, 'é;日' AS t /* ; */; -- ü"
    )
    with duckdb.connect() as connection:
        expected = connection.execute(query).fetchall()[0]
        found = ask_exactly(connection, query)
        assert [name for name, *_ in found.description] == ["a", 'b"c', "a", "d", "t"]
        assert found.fetchall() == [(*expected[:3], "2020-01-02", "é;日")]


def test_a_float_is_the_number_that_the_database_prints() -> None:
    query = "SELECT 0.1::FLOAT AS a, '-inf'::FLOAT AS b, 16777217::FLOAT AS c, NULL::FLOAT AS d, [0.1::FLOAT] AS e"
    with duckdb.connect() as connection:
        ((a, b, c, d, e),) = ask_exactly(connection, query, keeps_lists=True).fetchall()
    assert (repr(a), b, c, d, e) == ("0.1", float("-inf"), 16777216.0, None, "[0.1]")


def test_rows_keep_their_order() -> None:
    query = "SELECT date '2020-01-01' + range::int AS d, range FROM range(300000) ORDER BY hash(range)"
    with duckdb.connect() as connection:
        expected = [(str(day), number) for day, number in connection.execute(query).fetchall()]
        assert ask_exactly(connection, query).fetchall() == expected


def test_lists_and_records_are_kept_where_python_has_what_is_in_them() -> None:
    query = "SELECT [1, 2] AS l, {'a': 1.5} AS s, map {'a': 1} AS m, [date 'infinity'] AS d"
    with duckdb.connect() as connection:
        (row,) = ask_exactly(connection, query, keeps_lists=True).fetchall()
    assert (row[0], row[2], row[3]) == ([1, 2], {"a": 1}, "[infinity]") and float(row[1]["a"]) == 1.5


@pytest.mark.parametrize(
    "query", ["EXPLAIN SELECT date '2020-01-01'", "SHOW TABLES", "SUMMARIZE SELECT 1", "FROM range(2)"]
)
def test_other_statements_that_read_are_answered(query: str) -> None:
    with duckdb.connect() as connection:
        assert ask_exactly(connection, query).fetchall() == connection.execute(query).fetchall()


def test_what_is_wrong_is_said_of_the_query_as_it_was_written() -> None:
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match=r"LINE 1: SELECT nonsense"):
        ask_exactly(connection, "SELECT nonsense FROM nowhere")
