"""A ledger moved to a server and back: nothing is lost, nothing is done twice, one place at a time goes on."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.collecting import moving_ledger
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.collecting.ledger import Seen, open_ledger
from pipelines.collecting.ledger_database import LedgerError
from pipelines.collecting.moving_ledger import move_to_database, move_to_files
from pipelines.collecting.postgres_ledger import PostgresLedger
from pipelines.collecting.recovery import recover_ledger
from pipelines.collecting.sqlite_ledger import SqliteLedger
from pipelines.collecting.stored_files import stored_files
from pipelines.locking import Locked
from tests.collecting.test_ledger import START, A, B, fetched, see
from tests.collecting.test_postgres_ledger import contents


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger file with all there is to move, and more events than are moved at once."""
    path = tmp_path / "data" / "raw" / "objects" / "ledger.sqlite"
    with open_ledger(path) as ledger:
        since = ledger.start_run("r1", "s", START)
        assert since
        see(ledger, "u", "v", "w", title="年\x00报")
        ledger.record_fetch(
            fetched("u", "created", A, media_type="text/html"),
            links=[Seen("u.pdf", "u.pdf", kind="attachment", parent_url="u")],
        )
        ledger.record_fetch(fetched("u", "updated", B))
        ledger.record_fetch(fetched("v", "refused", reason="challenge", detail="é '\\ %s"))
        ledger.lose("s", START, ["u"])
        ledger.finish_run("r1", START, "done", {"created": 1})
        ledger.lease("s", "w", "r1", START)
        ledger.hold("a.gov.cn", datetime.now(UTC) + timedelta(hours=1))
    lines = "".join(f'{{"day":"d","event":"requested","host":"h{n % 7}","n":1}}\n' for n in range(600))
    with path.with_name("journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(lines)
    open_ledger(path).close()
    return path


def die_marking(database: type[SqliteLedger] | type[PostgresLedger], as_moved: bool) -> None:
    """Have this process kill itself when a ledger is marked as moved, or as no longer moved."""
    mark: Callable[[Any, str | None], None] = database.mark_moved

    def dying(self: Any, where: str | None) -> None:
        if (where is not None) == as_moved:
            os.kill(os.getpid(), signal.SIGKILL)
        mark(self, where)

    database.mark_moved = dying  # type: ignore[method-assign]


@contextlib.contextmanager
def in_database(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv(DATABASE_SWITCH, address)
        yield


def test_there_and_back_again(path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = path.with_name("journal.jsonl")
    before, files = journal.read_bytes(), stored_files(path)
    moved = move_to_database(path, postgres_database)
    assert (moved.new_events, moved.events) == (607, 607)
    assert moved.rows == {"url": 4, "fetch": 3, "run": 1, "host_day": 7}
    for opening in (open_ledger, stored_files):
        with pytest.raises(LedgerError, match="this ledger was moved to PostgreSQL"):
            opening(path)
    with pytest.raises(LedgerError, match="this ledger was moved"):
        recover_ledger(path.parent.parent, path)
    with in_database(postgres_database, monkeypatch):
        assert [file._replace(title=None) for file in stored_files(path)] == [f._replace(title=None) for f in files]
        with open_ledger(path) as ledger:
            until = ledger.held_until("a.gov.cn")
            assert until is not None and timedelta(minutes=59) < until - datetime.now(UTC) < timedelta(minutes=61)
            assert ledger.states("s") == {"discovered": 2, "refused": 1, "stored": 1}
            see(ledger, "x", run="r2")
    moved = move_to_files(path, postgres_database)
    assert (moved.new_events, moved.events) == (1, 608)
    assert journal.read_bytes().startswith(before) and len(journal.read_bytes().splitlines()) == 608
    with open_ledger(path) as ledger:
        assert ledger.notes == []
        assert ledger.states("s") == {"discovered": 3, "refused": 1, "stored": 1}
        see(ledger, "y", run="r3")
    with in_database(postgres_database, monkeypatch), pytest.raises(LedgerError, match=r"was moved to /.*sqlite on "):
        open_ledger(path.with_name("elsewhere") / "ledger.sqlite")
    assert move_to_database(path, postgres_database).new_events == 1
    with (
        contextlib.closing(PostgresLedger(postgres_database)) as served,
        contextlib.closing(SqliteLedger(path, journal, alone="a test")) as file,
    ):
        assert list(served.lines()) == list(file.lines())


def test_a_move_that_is_done_already_does_nothing(path: Path, postgres_database: str) -> None:
    first = move_to_database(path, postgres_database)
    again = move_to_database(path, postgres_database)
    assert (again.new_events, again.rows) == (0, first.rows)
    assert move_to_files(path, postgres_database).new_events == 0
    open_ledger(path).close()


def test_another_ledger_is_not_overwritten(
    path: Path, postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_database(postgres_database, monkeypatch), open_ledger(tmp_path / "other" / "ledger.sqlite") as ledger:
        see(ledger, "another")
    for move in (move_to_database, move_to_files):
        with pytest.raises(LedgerError, match=r"event 1 is another than in .*choose an empty place"):
            move(path, postgres_database)
    with in_database(postgres_database, monkeypatch), open_ledger(tmp_path / "other" / "ledger.sqlite") as ledger:
        assert ledger.states("s") == {"discovered": 1}
    with open_ledger(path) as ledger:
        assert ledger.states("s") == {"discovered": 1, "leased": 1, "refused": 1, "stored": 1}


def test_a_target_that_has_gone_on_is_not_taken_back(path: Path, postgres_database: str) -> None:
    move_to_database(path, postgres_database)
    path.with_name("ledger.moved").unlink()
    with open_ledger(path) as ledger:
        see(ledger, "on")
    with pytest.raises(LedgerError, match=r"event 608 is another"):
        move_to_files(path, postgres_database)


def test_crawlers_at_work_are_not_cut_off(
    path: Path, postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_ledger(path), pytest.raises(Locked, match=r"the ledger is held by process .*a crawler"):
        move_to_database(path, postgres_database)
    with (
        in_database(postgres_database, monkeypatch),
        open_ledger(tmp_path / "other" / "ledger.sqlite"),
        pytest.raises(Locked, match=r"the ledger is held by process .*a crawler"),
    ):
        move_to_database(path, postgres_database)


def test_half_of_a_ledger_is_opened_by_nobody(
    path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_to_database(path, postgres_database)
    for each in path.parent.glob("*"):
        if each.is_file():
            each.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(moving_ledger, "_compare", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            move_to_files(path, postgres_database)
    with pytest.raises(LedgerError, match="moved to PostgreSQL"):
        open_ledger(path)
    PostgresLedger(postgres_database).close()


def test_rows_that_differ_stop_a_move(path: Path, postgres_database: str) -> None:
    with open_ledger(path) as ledger:
        ledger._database.execute("UPDATE url SET agency = 'changed by hand' WHERE url = 'v'")
    with pytest.raises(LedgerError, match=r"the table url has other rows .*nothing was moved"):
        move_to_database(path, postgres_database)
    with open_ledger(path) as ledger:
        assert ledger.url("s", "v") is not None
    with contextlib.closing(PostgresLedger(postgres_database)) as served:
        assert list(served.lines()) == []


@pytest.mark.parametrize("move", [move_to_database, move_to_files])
@pytest.mark.parametrize("at", ["apply", "_compare", "left", "taken"])
def test_a_move_that_was_killed_is_done_again(
    at: str, move: Callable[[Path, str], object], path: Path, postgres_database: str
) -> None:
    if move is move_to_files:
        move_to_database(path, postgres_database)
        path.unlink()
        journal = path.with_name("journal.jsonl")
        journal.write_bytes(journal.read_bytes()[:5000])  # a journal of long ago, with a torn line
    pid = os.fork()
    if pid == 0:
        die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
        if at in ("apply", "_compare"):
            setattr(moving_ledger, at, die)
        else:
            die_marking(SqliteLedger if (move is move_to_database) == (at == "left") else PostgresLedger, at == "left")
        move(path, postgres_database)
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    move(path, postgres_database)
    with (
        contextlib.closing(PostgresLedger(postgres_database, alone="a test")) as served,
        contextlib.closing(SqliteLedger(path, path.with_name("journal.jsonl"), alone="a test")) as file,
    ):
        assert list(served.lines()) == list(file.lines())
        assert {name: len(rows) for name, rows in contents(served).items()} == {
            name: len(rows) for name, rows in contents(file).items()
        }
    if move is move_to_files:
        open_ledger(path).close()
    else:
        PostgresLedger(postgres_database).close()


def test_the_command_says_what_it_moved(path: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(path.parents[3]))
    runner = CliRunner()
    refused = runner.invoke(app, ["source", "move-ledger", "--to-database"])
    assert (refused.exit_code, "set GONGKAI_DATABASE" in refused.output) == (2, True)
    monkeypatch.setenv(DATABASE_SWITCH, postgres_database)
    done = runner.invoke(app, ["source", "move-ledger", "--to-database"])
    assert done.exit_code == 0, done.output
    assert "607 events, 607 of them new" in done.output and "4 url" in done.output
    done = runner.invoke(app, ["source", "move-ledger", "--to-files"])
    assert done.exit_code == 0 and "607 events, 0 of them new" in done.output
    assert f"unset {DATABASE_SWITCH}" in done.output
    with in_database(postgres_database, monkeypatch), contextlib.closing(PostgresLedger(postgres_database, alone="x")):
        held = runner.invoke(app, ["source", "move-ledger", "--to-database"])
    assert (held.exit_code, "is held by process" in held.output) == (1, True)
