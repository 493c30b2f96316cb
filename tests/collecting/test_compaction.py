"""A compacted journal makes the same ledger, row by row; a kill leaves the one or the other; nobody else is in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.collecting import compaction
from pipelines.collecting.compaction import compact
from pipelines.collecting.journal import Journal, JournalDamaged
from pipelines.collecting.ledger import JOURNAL, Ledger, Seen, open_ledger, rebuild
from pipelines.collecting.ledger_database import TABLES, LedgerError
from pipelines.collecting.moving_ledger import move_to_database, move_to_files
from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.stored_files import stored_files
from pipelines.locking import Locked
from pipelines.raw.raw_store import RawStore
from tests.collecting.test_crawler import die_at, in_child, is_killed
from tests.collecting.test_ledger import START, STEPS, A, fetched, rows, see, take

NIGHTS, REPORTS = 60, 40


def all_rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the tables hold, wherever the ledger is, without leases."""
    with open_ledger(path) as ledger:
        query = 'SELECT {} FROM "{}" ORDER BY {}'
        return {
            table: ledger._database.execute(query.format(columns, table, order)).fetchall()
            for table, (columns, order) in TABLES.items()
        }


def nightly(ledger: Ledger, nights: int = NIGHTS, *, name: str = "r") -> None:
    """Crawl as a source of some reports is crawled every night."""
    for night in range(nights):
        at, run = START + timedelta(days=night), f"{name}{night}"
        ledger.start_run(run, "s", at)
        ledger.see(run, "s", at, [Seen(f"https://a.gov.cn/nb/t{number}.html", "x") for number in range(REPORTS)])
        for _ in range(12):
            ledger.add("a.gov.cn", at.date().isoformat(), 1)
        ledger.record_fetch(fetched("https://a.gov.cn/nb/t1.html", "created" if night == 0 else "unchanged", A))
        ledger.finish_run(run, at, "done", {"unchanged": 1})


@pytest.fixture
def path(tmp_path: Path, either: str) -> Path:  # noqa: ARG001  # `either` sets which database
    return tmp_path / "objects" / "ledger.sqlite"


def test_a_compacted_journal_is_shorter_and_makes_the_same_ledger(path: Path, either: str) -> None:
    with open_ledger(path) as ledger:
        nightly(ledger)
    before = all_rows(path)
    done = compact(path)
    assert done.lines[0] > 4 * done.lines[1] and done.bytes[0] > 4 * done.bytes[1], done
    assert all_rows(path) == before
    if either == "sqlite":
        assert done.bytes[1] == (path.parent / JOURNAL).stat().st_size
        rebuild(path)
        assert all_rows(path) == before
    again = compact(path)
    assert again.lines[0] == again.lines[1] == done.lines[1], "there is nothing more to gain"


def test_a_ledger_goes_on_after_its_journal_was_compacted(path: Path) -> None:
    with open_ledger(path) as ledger:
        nightly(ledger, 10)
    compact(path)
    with open_ledger(path) as ledger:
        assert ledger.notes == []
        nightly(ledger, 5, name="later")
    with open_ledger(path) as ledger:
        assert ledger.notes == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.lists(STEPS, max_size=12), min_size=1, max_size=3))
def test_whatever_happened_and_however_often_it_is_compacted_the_rows_are_those_of_the_whole_journal(
    parts: list[list[tuple[Any, ...]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("ledgers")
    whole, compacted = folder / "whole" / "ledger.sqlite", folder / "compacted" / "ledger.sqlite"
    number = 0
    for steps in parts:
        for path in (whole, compacted):
            with open_ledger(path) as ledger:
                assert ledger.notes == []
                for count, step in enumerate(steps, start=number):
                    if step != ("reopen",):
                        take(ledger, step, count)
                ledger.return_leases("s")
        number += len(steps)
        compact(compacted)
        assert all_rows(compacted) == all_rows(whole)
    rebuild(compacted)
    assert rows(compacted) == rows(whole)


@pytest.mark.parametrize("before", [True, False])
def test_a_kill_at_any_step_leaves_a_journal_that_makes_the_same_ledger(tmp_path: Path, before: bool) -> None:
    path = tmp_path / "origin" / "ledger.sqlite"
    with open_ledger(path) as ledger:
        nightly(ledger, 5)
    expected, kills, nth = all_rows(path), 0, 0
    while True:
        nth += 1
        copy = tmp_path / f"{nth}" / "ledger.sqlite"
        shutil.copytree(path.parent, copy.parent)

        def work(copy: Path = copy, nth: int = nth) -> None:
            die_at(nth, before)
            compact(copy)

        was_killed = is_killed(in_child(work))
        kills += was_killed
        assert all_rows(copy) == expected
        (copy.parent / "ledger.sqlite").unlink()
        assert all_rows(copy) == expected, "the journal alone makes it too"
        see_one(copy)
        compact(copy)
        if not was_killed:
            break
    assert kills >= 3


def see_one(path: Path) -> None:
    with open_ledger(path) as ledger:
        see(ledger, "one-more")


def test_a_ledger_that_does_not_know_of_the_compaction_is_built_anew(tmp_path: Path) -> None:
    """As a backup of the ledger file, or one whose compaction was killed before it was noted there."""
    raw = tmp_path / "raw"
    path = raw / "objects" / "ledger.sqlite"
    sha256 = RawStore(raw).put(b"a report")
    with open_ledger(path) as ledger:
        see(ledger, "u")
        ledger.record_fetch(fetched("u", "created", sha256))
        ledger.settle()
    older = path.read_bytes()
    with open_ledger(path) as ledger:
        nightly(ledger, 9)
    before = all_rows(path)
    known = stored_files(path)
    compact(path)
    for at_end in (False, True):
        path.write_bytes(older)
        for name in ("-wal", "-shm"):
            Path(f"{path}{name}").unlink(missing_ok=True)
        if at_end:  # it knew of more bytes than the journal has now
            import sqlite3  # noqa: PLC0415  # to write what no ledger would

            with sqlite3.connect(path) as connection:
                connection.execute("UPDATE applied SET journal_bytes = 99999999")
            connection.close()
        assert "events replayed" in recover_ledger(raw, path)[0]
        assert stored_files(path) == known
        assert all_rows(path) == before


def test_an_older_journal_than_the_ledger_knows_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as ledger:
        nightly(ledger, 5)
    older = (tmp_path / JOURNAL).read_bytes()
    compact(path)
    (tmp_path / JOURNAL).write_bytes(older)
    with pytest.raises(JournalDamaged, match="restore the journal"):
        open_ledger(path)


def test_it_waits_for_no_crawler_and_takes_nothing_from_one(path: Path) -> None:
    with open_ledger(path) as ledger:
        nightly(ledger, 5)
        lines = list(ledger._database.lines())  # type: ignore[attr-defined]
        with pytest.raises(Locked, match="the ledger is held by"):
            compact(path)
        assert list(ledger._database.lines()) == lines  # type: ignore[attr-defined]


def test_a_journal_that_would_make_other_rows_is_not_put_in_the_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(path) as ledger:
        nightly(ledger, 5)
    before = all_rows(path)
    made: Callable[..., list[str]] = compaction.compacted_lines
    monkeypatch.setattr(compaction, "compacted_lines", lambda *given, **named: made(*given, **named)[:-1])
    with pytest.raises(LedgerError, match="not compacted: the table host_day would have 4 rows in place of 5"):
        compact(path)
    assert all_rows(path) == before


def test_a_compacted_ledger_moves_to_a_server_and_a_compacted_one_there_says_why_it_cannot_go_back(
    tmp_path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    with open_ledger(path) as ledger:
        nightly(ledger, 5)
    compact(path)
    before = all_rows(path)
    move_to_database(path, postgres_database)
    monkeypatch.setenv("GONGKAI_DATABASE", postgres_database)
    assert all_rows(path) == before
    with open_ledger(path) as ledger:
        nightly(ledger, 0)
        for number in range(20):
            see(ledger, "u", run=f"n{number}")
    compact(path)
    with pytest.raises(LedgerError, match="compacted since the last move"):
        move_to_files(path, postgres_database)
    (tmp_path / "away").mkdir()
    for name in ("ledger.sqlite", JOURNAL):
        (tmp_path / name).rename(tmp_path / "away" / name)
    held = all_rows(path)
    move_to_files(path, postgres_database)
    monkeypatch.delenv("GONGKAI_DATABASE")
    with open_ledger(path) as ledger:
        assert ledger.notes == []
    assert all_rows(path) == held


def test_the_command_says_what_was_gained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    with open_ledger(tmp_path / "data" / "raw" / "objects" / "ledger.sqlite") as ledger:
        nightly(ledger)
    done = CliRunner().invoke(app, ["source", "compact"])
    assert done.exit_code == 0 and "lines" in done.stdout and "->" in done.stdout, done.output
    assert "nothing to gain" in CliRunner().invoke(app, ["source", "compact"]).stdout


def test_the_first_line_says_how_often(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    for generation in (1, 2):
        with open_ledger(path) as ledger:
            for number in range(30):
                see(ledger, "u", run=f"{generation}-{number}")
        compact(path)
        journal = Journal(tmp_path / JOURNAL)
        assert journal.generation() == generation == json.loads(next(journal.lines()))["generation"]
