"""The connection of the explorer: nothing can be written, reached or waited for without end."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipelines.engine.one_worker import Lost, in_own_worker
from pipelines.exploring.connection import Database, QueryRefused, TookTooLong
from pipelines.exploring.own_query import ask
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.leases import is_leased
from pipelines.releases.statements import NotReading

_ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7"
_REFUSED = (
    "CREATE TABLE x (a INTEGER)",
    "DELETE FROM cell",
    "UPDATE dim_report SET title = 'x'",
    "DROP TABLE cell",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "COPY cell TO '/tmp/gongkai-stolen.csv'",
    "WITH copied AS (COPY cell TO '/tmp/gongkai-stolen.csv') SELECT 1",
    "EXPORT DATABASE '/tmp/gongkai-stolen'",
    "ATTACH '/tmp/gongkai-other.duckdb' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "SET lock_configuration = false",
    "SET profiling_output = '/tmp/gongkai-stolen'",
    "RESET memory_limit",
    "SELECT getenv('HOME')",
    "SELECT nonsense FROM nowhere",
)


@pytest.mark.parametrize("query", _REFUSED)
def test_refuses_what_writes_or_leaves(seeds: Database, query: str) -> None:
    with pytest.raises(QueryRefused):
        seeds.rows(query)
    assert not list(Path("/tmp").glob("gongkai-stolen*"))
    assert seeds.rows("SELECT count(*) AS n FROM dim_report")["n"].to_list() == [5]


def test_long_queries_are_interrupted_and_the_next_is_answered(seeds: Database) -> None:
    with pytest.raises(TookTooLong):  # without an interrupt the query goes on until the test's own time is over
        seeds.answer(_ENDLESS, seconds=0.3)
    assert seeds.rows("SELECT 1 AS one")["one"].to_list() == [1]


def test_rows_are_bounded(seeds: Database) -> None:
    answer = seeds.answer("SELECT * FROM range(1000000)", most=7)
    assert answer.rows.height == 7
    assert answer.is_cut
    assert not seeds.answer("SELECT * FROM range(7)", most=7).is_cut


def test_values_keep_their_kind(seeds: Database) -> None:
    rows = seeds.rows(
        "SELECT 1.50::DECIMAL(18,2) AS d, sum(1) AS h, true AS b, DATE '2020-01-02' AS t, NULL AS n, [1, 2] AS l, "
        "9223372036854775807::HUGEINT * 2 AS big, 1 AS d"
    )
    assert rows.row(0) == (Decimal("1.50"), 1, True, rows["t"][0], None, "[1, 2]", "18446744073709551614", 1)
    assert rows.columns[-1] == "d_8"
    assert rows.schema["t"] == pl.Date


def test_what_does_not_parse_is_refused_in_the_words_of_the_database(seeds: Database) -> None:
    seeds.require_reading("SELECT 1")
    with pytest.raises(QueryRefused, match="SELEKT"):
        seeds.require_reading("SELEKT")


@pytest.mark.parametrize(
    "query", ["SELECT 1; SELECT 2", "DROP TABLE cell", "PRAGMA enable_profiling", "", "COPY cell TO 'x'"]
)
def test_a_reader_asks_one_statement_that_reads(explored: Layout, query: str) -> None:
    with pytest.raises(NotReading):
        ask(current_release(explored), query)


def test_a_reader_is_answered_in_a_process_that_can_be_ended(explored: Layout) -> None:
    release = current_release(explored)
    assert ask(release, "SELECT count(*) AS n FROM dim_report").rows["n"].to_list() == [5]
    with pytest.raises(TookTooLong):
        ask(release, _ENDLESS, seconds=0.3)
    with pytest.raises((QueryRefused, TookTooLong)):
        ask(release, "SELECT length(repeat('x', 3000000000))", seconds=0.3)
    with pytest.raises(NotReading, match="read_text"):
        ask(release, "SELECT * FROM read_text('/etc/passwd')")
    for no_query in ("UPDATE EXTENSIONS", "\udcff SELECT 1"):
        with pytest.raises(NotReading):
            ask(release, no_query)
    assert ask(release, "SELECT 1 AS one").rows["one"].to_list() == [1]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM enable_logging('QueryLog')",
        "SELECT write_log('seen by others')",
        "FROM arrow_scan(1, 2, 3)",
        "SELECT setseed(0.5)",
        "FROM add_grammar_extension('x')",
    ],
)
def test_nothing_that_acts_on_the_process_is_asked(explored: Layout, query: str) -> None:
    with pytest.raises(NotReading):
        ask(current_release(explored), query)
    assert ask(current_release(explored), "SELECT 1 AS one").rows["one"].to_list() == [1]


def test_every_question_has_a_process_of_its_own() -> None:
    # As if the wall before the database had a hole: what one question does to its process, the next does not meet.
    assert len({in_own_worker(os.getpid, seconds=30.0) for _ in range(4)}) == 4


def test_a_process_that_dies_takes_no_other_with_it(explored: Layout) -> None:
    with pytest.raises(Lost, match="exit code"):
        in_own_worker(os._exit, 7, seconds=30.0)
    assert ask(current_release(explored), "SELECT 2 AS two").rows["two"].to_list() == [2]


def test_an_open_release_is_leased(explored: Layout) -> None:
    release = current_release(explored)
    database = Database(release)
    assert is_leased(release)
    database.close()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("SELECT [1.5::decimal(3,1)]", ("[1.5]",)),
        ("SELECT 1 a_3, 2 a, 3 a", (1, 2, 3)),
        ("SELECT 1 a, 2 a_2, 3 a, 4 a", (1, 2, 3, 4)),
        ("SELECT date '0044-03-15 (BC)'", ("0044-03-15 (BC)",)),
        ("SELECT date '9999-12-31' + 1", ("10000-01-01",)),
        ("SELECT timestamp '290000-01-01'", ("290000-01-01 00:00:00",)),
        ("SELECT 'infinity'::date, interval '1 month'", ("infinity", "1 month")),
        ("SELECT timestamp_ns '2020-01-01 00:00:00.123456789'; -- x", ("2020-01-01 00:00:00.123456789",)),
    ],
)
def test_what_no_frame_holds_is_shown_as_the_text_it_is(
    explored: Layout, query: str, shown: tuple[object, ...]
) -> None:
    answer = ask(current_release(explored), query)
    assert answer.rows.row(0) == shown and len(set(answer.rows.columns)) == len(shown)


def test_what_makes_no_frame_is_refused(seeds: Database) -> None:
    with pytest.raises(QueryRefused):
        seeds.rows("SELECT date '0044-03-15 (BC)'")
