"""The ledger in a PostgreSQL server: the same rows as in a file, one order of events for all, faults told."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.postgres_server import Server
from pipelines.collecting import database as database_module
from pipelines.collecting import postgres_ledger
from pipelines.collecting.database import DATABASE_SWITCH, database_address, place_of
from pipelines.collecting.journal import JournalDamaged, line_of
from pipelines.collecting.ledger import Ledger, Seen, open_ledger
from pipelines.collecting.ledger_database import TABLES, LedgerDatabase, LedgerError, LedgerFailed, LedgerLost
from pipelines.collecting.postgres_ledger import PostgresLedger
from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.sqlite_ledger import SqliteLedger
from pipelines.collecting.stored_files import stored_files
from pipelines.locking import Locked
from pipelines.raw.missing_input import MissingInput
from pipelines.raw.raw_store import RawStore
from tests.collecting.test_ledger import START, STEPS, A, fetched, journal_of, see, take
from tests.projects import ROOT

WRITERS, EVENTS = 12, 15


def contents(database: LedgerDatabase) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: [tuple(row) for row in database.execute(f'SELECT {columns} FROM "{table}" ORDER BY {order}').fetchall()]
        for table, (columns, order) in TABLES.items()
    }


# As docs/postgres.md says it.
REBUILD = """
BEGIN;
DROP TABLE gongkai.url, gongkai.fetch, gongkai.run, gongkai.host_day, gongkai.host_hold, gongkai.applied;
DROP FUNCTION gongkai.url_key;
COMMIT;
"""


def test_the_way_to_rebuild_is_the_documented_one() -> None:
    assert REBUILD.strip() in (ROOT / "docs" / "postgres.md").read_text(encoding="utf-8")


def rebuilt(address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of a ledger that was built anew from its journal."""
    ask(address, REBUILD)
    with contextlib.closing(PostgresLedger(address)) as database:
        assert "replayed" in database.notes[0]
        return contents(database)


@pytest.fixture
def ledger(tmp_path: Path, in_postgres: str) -> Iterator[Ledger]:  # noqa: ARG001  # it sets the database
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def ask(address: str, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_both_databases_hold_the_same_rows_and_journal(
    steps: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory, postgres: Server
) -> None:
    postgres.run_sql("postgres", "DROP SCHEMA IF EXISTS gongkai CASCADE")
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    file, served = SqliteLedger(path, path.with_name("journal.jsonl")), PostgresLedger(postgres.address("postgres"))
    with contextlib.closing(file), contextlib.closing(served):
        for number, step in enumerate(steps):
            for each in (file, served):
                take(Ledger(each), step, number)
        assert contents(served) == contents(file)
        assert [row.url for row in Ledger(served).urls("s")] == [row.url for row in Ledger(file).urls("s")]
        assert list(served.lines()) == list(file.lines())
        before, has_events = contents(file), bool(list(file.lines()))
    if has_events:
        assert rebuilt(postgres.address("postgres")) == before


def test_texts_are_ordered_and_told_apart_by_their_bytes(ledger: Ledger) -> None:
    urls = ["b", "B", "a", "é", "e", "乙", "甲", "a%2", "a-2", "A", "％"]
    see(ledger, *urls)
    assert [row.url for row in ledger.urls("s")] == sorted(urls, key=lambda url: url.encode())


def test_urls_longer_than_a_key_of_an_index_are_held(ledger: Ledger) -> None:
    long = [
        f"http://a.gov.cn/{number}/" + "".join(chr(0x4E00 + (n * 7919 + number) % 20000) for n in range(9000))
        for number in range(2)
    ]
    see(ledger, *long)
    see(ledger, *long, title="年报")
    ledger.record_fetch(fetched(long[0], "created", A), links=[Seen("f", "f", kind="attachment", parent_url=long[0])])
    assert ledger.states("s") == {"discovered": 2, "stored": 1}
    assert [row.url for row in ledger.urls("s", parent_url=long[0])] == ["f"]


def test_a_character_that_the_server_refuses_is_replaced_and_is_no_news(ledger: Ledger) -> None:
    see(ledger, "u", title="年\x00报")
    row = ledger.url("s", "u")
    assert row is not None and row.title == "年\ufffd报"
    see(ledger, "u", title="年\x00报")
    first, second = (json.loads(line) for line in journal_of(ledger))
    assert first["items"][0][4] == "年\x00报"  # what happened stays as it happened
    assert (second["items"], second["again"]) == ([], ["u"])


def test_a_moment_is_kept_by_the_clock_of_the_server(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock is an hour fast notes a rest; one whose clock is an hour slow keeps to it."""

    class Clock(datetime):
        off = timedelta(hours=1)

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + cls.off

    monkeypatch.setattr(postgres_ledger, "datetime", Clock)
    ledger.hold("a.gov.cn", datetime.now(UTC) + Clock.off + timedelta(seconds=60))
    Clock.off = -timedelta(hours=1)
    until = ledger.held_until("a.gov.cn")
    assert until is not None
    left = until - (datetime.now(UTC) + Clock.off)
    assert timedelta(seconds=55) < left < timedelta(seconds=65)


def test_a_clock_that_is_wrong_is_told(tmp_path: Path, in_postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr(postgres_ledger, "_CLOCK_TOLD_SECONDS", -1.0)
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        assert "clock is" in ledger.notes[0] and "off the server's" in ledger.notes[0]


def write_many(address: str, number: int) -> None:
    with contextlib.closing(PostgresLedger(address)) as database:
        ledger = Ledger(database)
        for each in range(EVENTS):
            ledger.see(
                f"r{number}", "s", START, [Seen(f"u{each}", "u", title=f"by {number}"), Seen(f"{number}-{each}", "u")]
            )
            ledger.add("h", "2026-02-01", 1)


def test_many_write_at_once_and_the_order_of_the_journal_is_that_of_the_tables(postgres_database: str) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(postgres_database, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with contextlib.closing(PostgresLedger(postgres_database, alone="a test")) as database:
        ledger = Ledger(database)
        assert ledger.used("h", "2026-02-01") == WRITERS * EVENTS
        assert ledger.states("s") == {"discovered": EVENTS + WRITERS * EVENTS}
        ids = [row[0] for row in database.execute("SELECT id FROM journal ORDER BY id").fetchall()]
        assert ids == list(range(1, 2 * WRITERS * EVENTS + 1))
        before = contents(database)
    assert rebuilt(postgres_database) == before


def test_a_ledger_that_is_rebuilt_or_moved_is_nobody_elses(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_SWITCH, postgres_database)
    with contextlib.closing(PostgresLedger(postgres_database, alone="a move")):
        with pytest.raises(Locked, match=r"the ledger is held by process \d+ on .* \(a move, since 20.*\)"):
            open_ledger(tmp_path / "ledger.sqlite")
        with pytest.raises(Locked):
            PostgresLedger(postgres_database, alone="another")
    with (
        open_ledger(tmp_path / "ledger.sqlite"),
        open_ledger(tmp_path / "ledger.sqlite"),
        pytest.raises(Locked, match="crawler"),
    ):
        PostgresLedger(postgres_database, alone="a move")


def test_what_the_tables_lack_is_replayed_and_a_lost_journal_is_reported(tmp_path: Path, in_postgres: str) -> None:
    raw, path = tmp_path, tmp_path / "objects" / "ledger.sqlite"
    with open_ledger(path) as ledger:
        see(ledger, "u")
        ledger.record_fetch(fetched("u", "created", RawStore(raw).put(b"a report")))
    before = stored_files(path)
    ask(in_postgres, 'DELETE FROM gongkai."fetch"; DELETE FROM gongkai.url; UPDATE gongkai.applied SET journal_id = 0')
    assert stored_files(path) == []
    (note,) = recover_ledger(raw, path)
    assert "2 events replayed" in note
    assert recover_ledger(raw, path) == []
    assert stored_files(path) == before != []
    ask(in_postgres, REBUILD)
    (note,) = recover_ledger(raw, path)
    assert "2 events replayed" in note
    assert stored_files(path) == before
    ask(in_postgres, "DELETE FROM gongkai.journal")
    with pytest.raises(MissingInput, match="restore the journal"):
        recover_ledger(raw, path)
    with pytest.raises(JournalDamaged, match="restore the journal"):
        open_ledger(path)
    ask(in_postgres, "DROP SCHEMA gongkai CASCADE")
    with pytest.raises(MissingInput, match=r"no row; yet .* holds stored files"):
        recover_ledger(raw, path)


def test_a_reader_of_a_database_without_a_ledger_has_nothing(tmp_path: Path, in_postgres: str) -> None:  # noqa: ARG001
    assert stored_files(tmp_path / "ledger.sqlite") == []
    assert recover_ledger(tmp_path, tmp_path / "objects" / "ledger.sqlite") == []


def test_a_ledger_of_another_version_is_told(ledger: Ledger, tmp_path: Path, in_postgres: str) -> None:
    see(ledger, "u")
    ask(in_postgres, "UPDATE gongkai.applied SET version = 99")
    for opening in (open_ledger, stored_files):
        with pytest.raises(LedgerError, match="version 99, expected 1"):
            opening(tmp_path / "ledger.sqlite")


def test_a_ledger_of_this_folder_that_was_never_moved_is_not_passed_over(tmp_path: Path, in_postgres: str) -> None:  # noqa: ARG001
    (tmp_path / "journal.jsonl").write_text(line_of({"event": "requested", "host": "h", "day": "d", "n": 1}) + "\n")
    for opening in (open_ledger, stored_files):
        with pytest.raises(LedgerError, match="move-ledger --to-database"):
            opening(tmp_path / "ledger.sqlite")


def test_a_server_that_goes_away_is_told_and_what_was_committed_stays(tmp_path: Path, own_postgres: Server) -> None:
    path = tmp_path / "ledger.sqlite"
    with contextlib.ExitStack() as opened:
        ledger = opened.enter_context(open_ledger(path))
        see(ledger, "u")
        own_postgres.stop()
        with pytest.raises(LedgerLost, match=r"connection is lost .* start again, it goes on"):
            see(ledger, "v")
        with pytest.raises(LedgerLost):
            ledger.states("s")
    with pytest.raises(LedgerError, match=r"GONGKAI_DATABASE: PostgreSQL .*/postgres: .*"):
        open_ledger(path)
    own_postgres.start()
    with open_ledger(path) as again:
        assert again.states("s") == {"discovered": 1}
        assert again.notes == []


def test_a_session_that_is_cut_off_in_a_transaction_leaves_nothing(
    ledger: Ledger, in_postgres: str, tmp_path: Path
) -> None:
    see(ledger, "u")

    def half() -> None:
        with ledger._database.writing():
            ledger._record({"event": "requested", "host": "h", "day": "d", "n": 1})
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gongkai ledger'"
            ask(in_postgres, cut)
            ledger._record({"event": "requested", "host": "h", "day": "d", "n": 1})

    with pytest.raises(LedgerLost):
        half()
    with open_ledger(tmp_path / "ledger.sqlite") as again:
        assert (again.used("h", "d"), again.states("s"), again.notes) == (0, {"discovered": 1}, [])


def test_a_writer_that_is_waited_for_too_long_is_a_failure_and_not_the_end(ledger: Ledger, in_postgres: str) -> None:
    with contextlib.closing(PostgresLedger(in_postgres)) as other, other.writing():
        ledger._database.execute("SET lock_timeout = '50ms'")
        with pytest.raises(LedgerFailed, match="lock timeout"):
            see(ledger, "u")
    see(ledger, "u")
    assert ledger.states("s") == {"discovered": 1}


@pytest.mark.parametrize("address", ["mysql://a/b", "postgresql+psycopg2://a/b", "host=a"])
def test_what_is_no_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_SWITCH, address)
    with pytest.raises(LedgerError, match="expected postgresql://"):
        database_address()
    monkeypatch.setenv(DATABASE_SWITCH, "")
    assert database_address() is None


def test_a_password_is_in_no_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = "postgresql://someone:geheim@127.0.0.1:1/gongkai"
    monkeypatch.setenv(DATABASE_SWITCH, address)
    with pytest.raises(LedgerError) as refused:
        open_ledger(tmp_path / "ledger.sqlite")
    assert "geheim" not in str(refused.value) and "PostgreSQL 127.0.0.1:1/gongkai" in str(refused.value)
    assert place_of(address) == "PostgreSQL 127.0.0.1:1/gongkai"


def test_a_missing_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATABASE_SWITCH, "postgresql:///gongkai")
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    database_module.driver.cache_clear()
    with pytest.raises(LedgerError, match="make install-postgres"):
        open_ledger(tmp_path / "ledger.sqlite")


def test_a_database_of_another_encoding_is_refused(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.run_sql("postgres", "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    monkeypatch.setenv(DATABASE_SWITCH, postgres.address("latin"))
    with pytest.raises(LedgerError, match="encoding LATIN1, expected UTF8"):
        open_ledger(tmp_path / "ledger.sqlite")


def test_without_the_setting_no_driver_is_loaded(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from pipelines.collecting.crawler import open_ledger, open_locks\n"
        "from pipelines.collecting.fetched_locations import stored_files\n"
        "path = Path(sys.argv[1])\n"
        "with open_locks(path) as locks, locks.hold('s', 'it', 'me'), open_ledger(path / 'l') as ledger:\n"
        "    ledger.add('h', 'd', 1); locks.check(); stored_files(path / 'l')\n"
        "print([n for n in sys.modules if 'psycopg' in n or 'postgres' in n or 'database_locks' in n])\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
