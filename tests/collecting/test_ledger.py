"""The ledger: events to rows, journal first, the same rows from the same journal."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.collecting import sqlite_ledger
from pipelines.collecting.journal import JournalDamaged
from pipelines.collecting.ledger import Ledger, Seen, open_ledger, rebuild, timestamp
from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
from pipelines.collecting.postgres_ledger import PostgresLedger
from pipelines.collecting.sqlite_ledger import SqliteLedger
from pipelines.collecting.stored_files import stored_files
from pipelines.locking import Locked

START = datetime(2026, 2, 1, tzinfo=UTC)
A, B = "1" * 64, "2" * 64
TABLES = ("url", "fetch", "run", "host_day")


def fetched(url: str, outcome: str, sha256: str | None = None, **more: Any) -> dict[str, Any]:
    names = ("final_url", "status", "reason", "detail", "media_type", "bytes", "etag", "last_modified")
    event: dict[str, Any] = dict.fromkeys(names)
    event |= {"run_id": "r1", "source_id": "s", "kind": "report", "at": timestamp(START), "headers": {}}
    return event | {"url": url, "outcome": outcome, "file_sha256": sha256} | more


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}
    finally:
        connection.close()


@pytest.fixture
def ledger(tmp_path: Path, either: str) -> Iterator[Ledger]:  # noqa: ARG001  # `either` sets which database
    with open_ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def journal_of(ledger: Ledger) -> list[str]:
    database = ledger._database
    assert isinstance(database, SqliteLedger | PostgresLedger)
    return list(database.lines())


def see(ledger: Ledger, *urls: str, run: str = "r1", at: datetime = START, **more: Any) -> None:
    ledger.see(run, "s", at, [Seen(url, url, **more) for url in urls])


def state(ledger: Ledger, url: str = "u") -> str:
    row = ledger.url("s", url)
    assert row is not None
    return row.state


def test_a_url_goes_from_discovered_to_stored_and_its_versions_stay(ledger: Ledger, tmp_path: Path) -> None:
    see(ledger, "u", title="年报", published_on="2026-01-20")
    assert state(ledger) == "discovered"
    ledger.record_fetch(fetched("u", "created", A, etag="e1"))
    ledger.record_fetch(fetched("u", "updated", B, at=timestamp(START + timedelta(days=1))))
    ledger.record_fetch(fetched("u", "unchanged", B, status=304, at=timestamp(START + timedelta(days=2))))
    row = ledger.url("s", "u")
    assert row is not None
    assert (row.state, row.file_sha256, row.etag) == ("unchanged", B, None)
    files = stored_files(tmp_path / "ledger.sqlite")
    assert [(file.file_sha256, file.is_latest, file.fetched_at[:10]) for file in files] == [
        (A, False, "2026-02-01"),
        (B, True, "2026-02-02"),
    ]
    assert files[0].title == "年报"


def test_an_attachment_has_the_date_of_its_page_and_is_gone_with_it(ledger: Ledger, tmp_path: Path) -> None:
    see(ledger, "u", published_on="2026-01-20", agency="某局", report_year=2025)
    attachment = Seen("u.pdf", "u.pdf", kind="attachment", parent_url="u")
    ledger.record_fetch(fetched("u", "created", A), links=[attachment])
    ledger.record_fetch(fetched("u.pdf", "created", B, kind="attachment"))
    ledger.lose("s", START, ["u"])
    (file,) = [file for file in stored_files(tmp_path / "ledger.sqlite") if file.kind == "attachment"]
    assert (file.parent_url, file.published_on, file.agency, file.report_year) == ("u", "2026-01-20", "某局", 2025)
    assert file.gone_at == timestamp(START)


@pytest.mark.parametrize("reason", ["not_found", "challenge"])
def test_what_is_stored_stays_stored_whatever_a_later_visit_meets(ledger: Ledger, reason: str) -> None:
    see(ledger, "u")
    ledger.record_fetch(fetched("u", "created", A))
    ledger.lease("s", "u", "r1", START)
    ledger.record_fetch(fetched("u", "refused", reason=reason, detail="status 404"))
    row = ledger.url("s", "u")
    assert row is not None
    assert (row.state, row.file_sha256, row.reason, row.attempts) == ("stored", A, reason, 1)
    assert (row.gone_reason, row.gone_at is None) == (("not_found", False) if reason == "not_found" else (None, True))
    see(ledger, "u")
    row = ledger.url("s", "u")
    assert row is not None and row.gone_reason == ("not_found" if reason == "not_found" else None)
    ledger.record_fetch(fetched("u", "unchanged", A))
    row = ledger.url("s", "u")
    assert row is not None and (row.gone_at, row.reason, row.attempts) == (None, None, 0)


def test_a_vanished_url_is_kept_and_comes_back(ledger: Ledger) -> None:
    see(ledger, "u")
    ledger.record_fetch(fetched("u", "created", A))
    ledger.lose("s", START, ["u"])
    row = ledger.url("s", "u")
    assert row is not None and (row.gone_at, row.file_sha256) == (timestamp(START), A)
    see(ledger, "u", run="r2")
    row = ledger.url("s", "u")
    assert row is not None and (row.gone_at, row.last_seen_run) == (None, "r2")


def test_a_whole_title_is_not_lost_to_a_cut_one(ledger: Ledger) -> None:
    see(ledger, "u", title="某局2025年政府信息公开…")
    see(ledger, "u", title="某局2025年政府信息公开工作年度报告")
    see(ledger, "u", title="某局2025年政府信息公开…")
    row = ledger.url("s", "u")
    assert row is not None and row.title == "某局2025年政府信息公开工作年度报告"


def test_a_lease_is_returned_to_what_was_before(ledger: Ledger) -> None:
    see(ledger, "u", "v")
    ledger.record_fetch(fetched("v", "created", A))
    ledger.lease("s", "u", "r1", START)
    ledger.lease("s", "v", "r1", START)
    assert ledger.states("s") == {"leased": 2}
    assert ledger.return_leases("s") == 2
    assert (state(ledger, "u"), state(ledger, "v")) == ("discovered", "stored")


def test_requests_of_a_day_and_holds_outlive_the_ledger(ledger: Ledger, tmp_path: Path, either: str) -> None:
    ledger.add("a.gov.cn", "2026-02-01", 2)
    ledger.add("a.gov.cn", "2026-02-01", 1)
    ledger.add("b.gov.cn", "2026-02-01", 1)
    ledger.hold("a.gov.cn", START)
    ledger.close()
    with open_ledger(tmp_path / "ledger.sqlite") as again:
        assert again.used("a.gov.cn", "2026-02-01") == 3
        assert again.used("a.gov.cn", "2026-02-02") == 0
        until = again.held_until("a.gov.cn")
        # By the clock of a server a moment comes out late by as long as its answer takes, and never early.
        assert until is not None and timedelta(0) <= until - START < timedelta(
            seconds=5 * (either == "postgres"), microseconds=1
        )
        assert again.held_until("b.gov.cn") is None


def test_a_run_takes_up_one_that_was_cut_off_but_not_one_that_ended_or_is_old(ledger: Ledger) -> None:
    first = ledger.start_run("r1", "s", START)
    assert ledger.start_run("r2", "s", START + timedelta(hours=1)) == first
    ledger.finish_run("r2", START, "unfinished", {})
    assert ledger.start_run("r3", "s", START + timedelta(days=1)) == first
    ledger.finish_run("r3", START, "done", {})
    fourth = ledger.start_run("r4", "s", START + timedelta(days=2))
    assert fourth == timestamp(START + timedelta(days=2))
    assert ledger.start_run("r5", "s", START + timedelta(days=30)) == timestamp(START + timedelta(days=30))
    assert ledger.start_run("r6", "other", START) == timestamp(START)


def test_an_event_that_means_nothing_is_in_neither_the_journal_nor_the_tables(ledger: Ledger) -> None:
    see(ledger, "u")
    before = journal_of(ledger)
    with pytest.raises((sqlite3.IntegrityError, LedgerFailed)):
        ledger.record_fetch(fetched("u", "vanished"))
    with pytest.raises(KeyError):
        ledger.record({"event": "dreamt"})
    with pytest.raises((sqlite3.IntegrityError, LedgerFailed)):
        ledger.record_fetch(fetched("u", "created", None))
    assert journal_of(ledger) == before != []
    assert state(ledger) == "discovered"


def test_a_full_disk_leaves_the_ledger_at_the_event_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    see(ledger, "u")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            ledger.record_fetch(fetched("u", "created", A))
    assert state(ledger) == "discovered"
    ledger.record_fetch(fetched("u", "created", A))
    before = rows(tmp_path / "ledger.sqlite")
    ledger.close()
    rebuild(tmp_path / "ledger.sqlite")
    assert rows(tmp_path / "ledger.sqlite") == before


def test_what_only_the_journal_knows_is_replayed_and_a_torn_line_cut(tmp_path: Path) -> None:
    path, journal = tmp_path / "ledger.sqlite", tmp_path / "journal.jsonl"
    with open_ledger(path) as ledger:
        see(ledger, "u")
        ledger.settle()
    (tmp_path / "earlier").write_bytes(path.read_bytes())
    with open_ledger(path) as ledger:
        ledger.record_fetch(fetched("u", "created", A))
    whole, end = rows(path), journal.stat().st_size
    for name in ("ledger.sqlite-wal", "ledger.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    path.write_bytes((tmp_path / "earlier").read_bytes())
    with journal.open("ab") as file:
        file.write(b'{"event":"fetched","u')
    with open_ledger(path) as ledger:
        assert len(ledger.notes) == 2
        assert "1 events replayed" in ledger.notes[0] and "21 bytes cut off" in ledger.notes[1]
    assert rows(path) == whole
    assert journal.stat().st_size == end


def test_two_crawlers_write_to_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as one, open_ledger(path) as two:
        for number in range(20):
            see(one, f"a{number}")
            see(two, f"b{number}")
        assert one.states("s") == two.states("s") == {"discovered": 40}
        assert one.notes == two.notes == []
        with pytest.raises(Locked, match="crawler"):
            rebuild(path)
    before = rows(path)
    rebuild(path)
    assert rows(path) == before


def test_a_ledger_that_another_crawler_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE first (x)")
        done = Timer(0.2, other.execute, ["COMMIT"])
        done.start()
        with open_ledger(path) as ledger:
            assert ledger.states("s") == {}
        done.join()


def test_a_reader_reads_while_a_crawler_writes(ledger: Ledger, tmp_path: Path) -> None:
    see(ledger, "u")
    ledger.record_fetch(fetched("u", "created", A))
    with ledger._database.writing():
        ledger._database.execute('DELETE FROM "fetch"')
        assert len(stored_files(tmp_path / "ledger.sqlite")) == 1


def test_no_ledger_holds_no_files(tmp_path: Path) -> None:
    assert stored_files(tmp_path / "ledger.sqlite") == []
    (tmp_path / "ledger.sqlite").touch()
    assert stored_files(tmp_path / "ledger.sqlite") == []
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LedgerError, match="version 99"):
        stored_files(tmp_path / "ledger.sqlite")


def test_a_lost_journal_is_reported(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        see(ledger, "u")
    (tmp_path / "journal.jsonl").unlink()
    with pytest.raises(JournalDamaged, match="restore the journal"):
        open_ledger(tmp_path / "ledger.sqlite")


def test_a_ledger_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(LedgerError, match="rebuil"):
        open_ledger(tmp_path / "ledger.sqlite")


def test_a_ledger_of_another_version_is_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        see(ledger, "u")
    monkeypatch.setattr(sqlite_ledger, "VERSION", 99)
    with pytest.raises(LedgerError, match="rebuild"):
        open_ledger(tmp_path / "ledger.sqlite")
    rebuild(tmp_path / "ledger.sqlite")
    with open_ledger(tmp_path / "ledger.sqlite") as ledger:
        assert ledger.states("s") == {"discovered": 1}


URLS = st.sampled_from(["u", "v", "w"])
SHAS = st.sampled_from([A, B])
TEXTS = st.none() | st.text(max_size=6).filter(lambda text: text.isprintable())
STEPS = st.one_of(
    st.tuples(
        st.just("see"), st.lists(URLS, max_size=3), TEXTS, st.none() | st.sampled_from(["2026-01-01", "2026-01-02"])
    ),
    st.tuples(st.just("had"), URLS, st.sampled_from(["created", "updated", "unchanged"]), SHAS),
    st.tuples(st.just("not"), URLS, st.sampled_from(["refused", "failed"]), st.sampled_from(["not_found", "timeout"])),
    st.tuples(st.just("link"), URLS, st.lists(URLS, max_size=2), st.lists(URLS, max_size=2)),
    st.tuples(st.just("lose"), st.lists(URLS, max_size=3)),
    st.tuples(st.just("lease"), URLS),
    st.tuples(st.just("run"), st.booleans()),
    st.tuples(st.just("count"), st.sampled_from(["h", "i"]), st.integers(1, 3)),
    st.tuples(st.just("reopen")),
)


def take(ledger: Ledger, step: tuple[Any, ...], number: int) -> None:
    at = START + timedelta(minutes=number)
    match step:
        case ("see", urls, title, date):
            see(ledger, *urls, run=f"r{number}", at=at, title=title, published_on=date)
        case ("had", url, outcome, sha256):
            ledger.record_fetch(fetched(url, outcome, sha256, at=timestamp(at), etag=f"e{number}"))
        case ("not", url, outcome, reason):
            ledger.record_fetch(fetched(url, outcome, at=timestamp(at), reason=reason))
        case ("link", url, links, dropped):
            seen = [Seen(link, link, kind="attachment", parent_url=url) for link in links]
            ledger.record_fetch(fetched(url, "created", A, at=timestamp(at)), links=seen, dropped=dropped)
        case ("lose", urls):
            ledger.lose("s", at, urls)
        case ("lease", url):
            ledger.lease("s", url, "r", at)
        case ("run", ends):
            ledger.start_run(f"r{number}", "s", at)
            if ends:
                ledger.finish_run(f"r{number}", at, "done", {"created": number})
        case ("count", host, n):
            ledger.add(host, "2026-02-01", n)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_a_rebuilt_ledger_has_the_same_rows(
    steps: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    ledger = open_ledger(path)
    for number, step in enumerate(steps):
        if step == ("reopen",):
            ledger.close()
            ledger = open_ledger(path)
            assert ledger.notes == []
        else:
            take(ledger, step, number)
    ledger.return_leases("s")
    ledger.close()
    before = rows(path)
    rebuild(path)
    assert rows(path) == before
    path.unlink()
    open_ledger(path).close()
    assert rows(path) == before


def test_sums_of_states_are_all_that_was_discovered(ledger: Ledger) -> None:
    outcomes: list[Callable[[str], dict[str, Any]]] = [
        lambda url: fetched(url, "created", A),
        lambda url: fetched(url, "refused", reason="challenge"),
        lambda url: fetched(url, "failed", reason="timeout"),
    ]
    see(ledger, *(f"u{number}" for number in range(5)))
    for number, outcome in enumerate(outcomes):
        ledger.record_fetch(outcome(f"u{number}"))
    ledger.lease("s", "u3", "r1", START)
    assert ledger.states("s") == {"discovered": 1, "failed": 1, "leased": 1, "refused": 1, "stored": 1}
