"""Dagster's storage damaged, lost, full, of another version: what it records is a report, and the work is done."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
import yaml
from sqlalchemy.exc import OperationalError

from assets.definitions import defs
from assets.instance import make_usable, recorded, require_recorded
from pipelines.commands.dagster_home import prepare_home
from pipelines.releases.layout import Layout
from tests.assets.conftest import Told
from tests.projects import ROOT, copy_project, make_project

pytestmark = pytest.mark.usefixtures("migrations_read_once")

HISTORY, SCHEDULES = {"history"}, {"schedules"}
Damage = Callable[[Path], object]


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


def work(instance: dg.DagsterInstance) -> int:
    """Return how many runs there are after one more."""
    assert dg.materialize([counted], instance=instance).success
    return len(instance.get_runs())


def garbage(name: str) -> Damage:
    return lambda home: (home / name).write_bytes(b"no database at all, and longer than a header of SQLite is" * 400)


def cut(name: str) -> Damage:
    def damage(home: Path) -> None:
        with closing(sqlite3.connect(home / name)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (home / name).open("r+b") as file:
            file.truncate(9000)

    return damage


def folder(name: str) -> Damage:
    def damage(home: Path) -> None:
        (home / name).unlink()
        (home / name).mkdir()

    return damage


def file(name: str) -> Damage:
    def damage(home: Path) -> None:
        shutil.rmtree(home / name)
        (home / name).write_text("no folder", encoding="utf-8")

    return damage


def sql(name: str, *statements: str) -> Damage:
    def damage(home: Path) -> None:
        with closing(sqlite3.connect(home / name)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    return damage


@pytest.fixture(scope="module")
def one_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which one run was recorded, for copies alone."""
    root = tmp_path_factory.mktemp("recorded")
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for name, value in prepare_home(make_project(root, seeds=False).root).items():
            patched.setenv(name, value)
        assert (recorded(work, told.append), told) == (1, [])
    return root / ".dagster"


@pytest.fixture
def home(one_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home of its own in which one run was recorded."""
    shutil.copytree(one_run, tmp_path / ".dagster")
    for name, value in prepare_home(make_project(tmp_path, seeds=False).root).items():
        monkeypatch.setenv(name, value)
    return tmp_path / ".dagster"


def aside(home: Path) -> list[set[str]]:
    return [{path.name for path in found.iterdir()} for found in home.glob("damaged-*")]


RUNS, EVENTS, TICKS = "history/runs.db", "history/runs/index.db", "schedules/schedules.db"
NEWER = (
    "UPDATE alembic_version SET version_num = 'ffffffffffff'",
    "ALTER TABLE runs RENAME COLUMN status TO state",
)


@pytest.mark.parametrize(
    ("damage", "moved"),
    [
        (garbage(RUNS), HISTORY),
        (garbage(EVENTS), HISTORY),
        (garbage(TICKS), SCHEDULES),
        (cut(RUNS), HISTORY),
        (cut(EVENTS), HISTORY),
        (folder(RUNS), HISTORY),
        (folder(EVENTS), HISTORY),
        (folder(TICKS), SCHEDULES),
        (file("history"), HISTORY),
        (file("history/runs"), HISTORY),
        (file("schedules"), SCHEDULES),
        (sql(RUNS, *NEWER), HISTORY | SCHEDULES),
        (sql(EVENTS, "DROP TABLE event_logs"), HISTORY | SCHEDULES),
    ],
)
@pytest.mark.parametrize("begun_by", ["gongkai run", "make ui"])
def test_damaged_storage_is_set_aside_and_begun_anew(
    home: Path, damage: Damage, moved: set[str], begun_by: str
) -> None:
    damage(home)
    told: list[str] = []
    if begun_by == "make ui":
        make_usable(told.append)
        runs = recorded(work, told.append)
    else:
        runs = recorded(work, told.append)
    assert runs == (1 if "history" in moved else 2)
    assert aside(home) == [moved]
    (note,) = told
    assert str(next(home.glob("damaged-*"))) in note
    assert ("switched on again" in note) == ("schedules" in moved)
    assert (recorded(work, told.append), len(told)) == (runs + 1, 1)


@pytest.mark.parametrize("damage", [garbage(EVENTS), cut(EVENTS), shutil.rmtree], ids=["garbage", "cut", "removed"])
def test_storage_that_breaks_while_work_goes_on_costs_its_record_alone(home: Path, damage: Damage) -> None:
    begun: list[int] = []

    @dg.asset
    def breaking(context) -> None:  # type: ignore[no-untyped-def]  # dagster cannot read annotations of this module
        begun.append(1)
        if len(begun) == 1:
            damage(home)
        for line in range(200):
            context.log.info(f"{line}" * 200)

    told: list[str] = []

    def attempt(instance: dg.DagsterInstance) -> bool:
        result = dg.materialize([breaking], instance=instance, raise_on_error=False)
        require_recorded(result)
        return result.success

    assert recorded(attempt, told.append)
    assert len(told) == len(begun) - 1


def test_a_full_disk_is_no_damage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, error)

    monkeypatch.setattr("dagster._core.storage.event_log.SqliteEventLogStorage.store_event", full)
    told: list[str] = []
    assert recorded(work, told.append) == 1
    assert aside(home) == [] and "database or disk is full" in told[0] and len(told) == 1


@pytest.mark.parametrize(
    ("told_of", "code"),
    [("database or disk is full", sqlite3.SQLITE_FULL), ("disk I/O error", sqlite3.SQLITE_IOERR_WRITE)],
)
def test_what_cannot_be_written_when_the_storage_is_opened_is_no_damage(
    home: Path, monkeypatch: pytest.MonkeyPatch, told_of: str, code: int
) -> None:
    def full() -> None:
        error = sqlite3.OperationalError(told_of)
        error.sqlite_errorcode = code
        raise OperationalError("PRAGMA journal_mode=WAL", {}, error)

    monkeypatch.setattr(dg.DagsterInstance, "get", full)
    told: list[str] = []
    assert recorded(work, told.append) == 1
    assert aside(home) == [] and told_of in told[0] and len(told) == 1


def test_a_database_server_that_cannot_be_reached_is_told_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE", "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    for name, value in prepare_home(make_project(tmp_path, seeds=False).root).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("time.sleep", lambda _: None)
    told: list[str] = []
    assert recorded(work, told.append) == 1
    assert len(told) == 1 and "too many retries" in told[0] and "this is not recorded" in told[0]
    assert aside(tmp_path / ".dagster") == []


def gongkai_run(layout: Layout) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from pipelines.cli import app; app()", "run"]
    environment = {"GONGKAI_ROOT": str(layout.root), "PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def over_damage(
    seed_layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Layout, subprocess.CompletedProcess[str]]:
    """Return a project with a new file whose storage was damaged, and what a run of the command line said to that."""
    layout = copy_project(seed_layout, tmp_path_factory.mktemp("damaged") / "own")
    (layout.raw / "2020" / "more.txt").write_text("no report", encoding="utf-8")
    home = layout.root / ".dagster"
    (home / "history" / "runs").mkdir(parents=True)
    garbage(RUNS)(home)
    garbage(EVENTS)(home)
    return layout, gongkai_run(layout)


def test_a_run_publishes_over_damaged_storage_and_after_it_was_removed(
    seed_release: Path, over_damage: tuple[Layout, subprocess.CompletedProcess[str]], tmp_path: Path, told_here: Told
) -> None:
    layout, done = over_damage
    assert done.returncode == 0, done.stderr
    first = layout.current.resolve()
    assert first.name != seed_release.name
    assert str(next((layout.root / ".dagster").glob("damaged-*"))) in done.stderr and "Traceback" not in done.stderr
    layout = copy_project(layout, tmp_path / "own")
    home = layout.root / ".dagster"
    shutil.rmtree(home)
    (layout.raw / "2020" / "again.txt").write_text("no report either", encoding="utf-8")
    code, _, err = told_here(layout)
    assert code == 0, err
    assert layout.current.resolve().name != first.name and (home / "history" / "runs.db").is_file()


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o750])
def test_the_home_is_private_to_its_owner(mode: int, tmp_path: Path) -> None:
    root = make_project(tmp_path, seeds=False).root
    prepare_home(root)
    home = root / ".dagster"
    assert home.stat().st_mode & 0o777 == 0o700
    home.chmod(mode)
    prepare_home(root)
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    (tmp_path / ".dagster").write_text("no folder", encoding="utf-8")
    done = gongkai_run(layout)
    told = done.stderr.splitlines()[-1]
    assert done.returncode == 1 and told == f"gongkai: {tmp_path / '.dagster'}: File exists: remove it, and run again"


def test_runs_of_the_command_line_have_the_name_of_the_job(
    over_damage: tuple[Layout, subprocess.CompletedProcess[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, done = over_damage
    assert done.returncode == 0
    monkeypatch.setenv("DAGSTER_HOME", str(layout.root / ".dagster"))
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_runs()
    (location,) = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    location = location["python_module"]["module_name"]
    assert [run.job_name for run in runs] == ["warehouse_job"]
    assert {run.tags[".dagster/repository"] for run in runs} == {f"{defs.get_repository_def().name}@{location}"}
