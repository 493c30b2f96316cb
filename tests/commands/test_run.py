"""`gongkai run`: it ends after the inventory where nothing has changed, and says what has where it becomes the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.commands import run as command
from pipelines.commands.run_report import print_release
from pipelines.commands.terminal import console_for_people
from pipelines.locking import hold
from pipelines.raw.inventory import read_inventory_table
from pipelines.releases.layout import Layout
from pipelines.storing import open_storage
from pipelines.warehouse import last_run, run_causes
from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.extraction import ends_of
from pipelines.warehouse.last_run import note_run
from pipelines.warehouse.losses import ALLOWED_SHARE
from pipelines.warehouse.publication import publish_to, replaceable
from pipelines.warehouse.run_digest import code_digests, run_digests
from tests.projects import ROOT, build_release, make_project

_NOTHING = "nothing new: 0 files read, nothing published; current is "


def note(layout: Layout) -> None:
    """Note what a run has just built without dagster, as the run itself does."""
    inventory = read_inventory_table(layout.inventory)
    found = run_digests(inventory, year=last_report_year(), allowed_loss=ALLOWED_SHARE)
    note_run(layout, found | code_digests(), ends_of(layout))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a project of the seeds and an empty file, with its release."""
    layout = make_project(tmp_path_factory.mktemp("built"))
    (layout.raw / "2020" / "empty.txt").touch()
    build_release(layout)
    note(layout)
    return layout


@pytest.fixture
def project(built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return a copy of the project elsewhere: there it has to be found unchanged, too."""
    shutil.copytree(built.root, tmp_path / "copy", symlinks=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path / "copy"))
    monkeypatch.setenv("DAGSTER_HOME", "")
    return Layout(tmp_path / "copy")


class Begun(list[list[str]]):
    """The runs that this process would have become."""

    def run(self, *options: str) -> Result:
        return CliRunner().invoke(app, ["run", *options])

    def causes(self, *options: str) -> str:
        """Run, expecting that there is work to do; return what is told of it."""
        before = len(self)
        result = self.run(*options)
        assert len(self) == before + 1, result.output
        (line,) = [line for line in result.stderr.splitlines() if line.startswith("changed: ")]
        return line.removeprefix("changed: ")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    begun = Begun()
    monkeypatch.setattr("os.execv", lambda _, words: begun.append(words[1:]))
    return begun


def test_nothing_new_ends_with_the_report_of_the_release(project: Layout, begun: Begun) -> None:
    release = project.current.resolve().name
    for _ in range(2):
        result = begun.run()
        assert (result.exit_code, begun) == (3, [])
        assert _NOTHING + release in result.stdout
        assert "fact_applications" in result.stdout and "28204万元" in result.stdout
        assert "quarantined 2020/empty.txt: empty" in result.stderr and "changed" not in result.stderr


def test_a_release_without_any_file_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = make_project(tmp_path, seeds=False)
    build_release(layout)
    assert print_release(layout.current.resolve(), console_for_people()) == 0
    told = capsys.readouterr().out
    assert "data/raw has no file, so this release is empty" in told and "example query" not in told


ALONE = """
import sys
from pipelines.cli import app
try:
    app()
finally:
    heavy = {"dagster", "polars", "pandera", "opencc", "selectolax"} & set(sys.modules)
    assert not heavy, heavy
"""


def test_nothing_new_loads_neither_dagster_nor_what_reads_and_builds(project: Layout) -> None:
    environment = {**os.environ, "GONGKAI_ROOT": str(project.root)}
    words = [sys.executable, "-c", ALONE, "run"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "AssertionError" not in done.stderr, done.stderr
    assert _NOTHING in done.stdout


def add(layout: Layout) -> None:
    (layout.raw / "2020" / "more.txt").write_text("more", encoding="utf-8")


def change(layout: Layout) -> None:
    with next((layout.raw / "2020").glob("000*")).open("a", encoding="utf-8") as file:
        file.write("。")


def remove(layout: Layout) -> None:
    next((layout.raw / "2020").glob("000*")).unlink()


def rename(layout: Layout) -> None:
    path = next((layout.raw / "2020").glob("000*"))
    path.rename(path.with_name(f"renamed_{path.name}"))


@pytest.mark.parametrize("what", [add, change, remove, rename])
def test_a_file_that_is_new_changed_gone_or_renamed_makes_a_run(
    project: Layout, begun: Begun, what: Callable[[Layout], None]
) -> None:
    what(project)
    assert [begun.causes() for _ in range(2)] == ["raw files"] * 2


def test_touched_files_and_a_deleted_work_folder_make_none(project: Layout, begun: Begun) -> None:
    for path in (project.raw / "2020").iterdir():
        os.utime(path, (0, 0))
    assert begun.run().exit_code == 3
    shutil.rmtree(project.work)
    assert (begun.run().exit_code, begun) == (3, [])


@pytest.mark.parametrize("codes", [["rules"], ["forms"], ["agencies"], ["corrections"], ["limits", "python"]])
def test_code_and_data_that_changed_make_a_run(
    project: Layout, begun: Begun, monkeypatch: pytest.MonkeyPatch, codes: list[str]
) -> None:
    other = code_digests() | dict.fromkeys(codes, "another")
    monkeypatch.setattr(run_causes, "code_digests", lambda: other)
    add(project)
    told = begun.causes()
    assert told.startswith("raw files, ") and told.count(", ") == len(codes)


def test_new_year_makes_a_run(project: Layout, begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_causes, "last_report_year", lambda: last_report_year() + 1)
    assert begun.causes() == "current year" and project.current.is_symlink()


def test_a_release_that_is_damaged_or_gone_is_built_again(project: Layout, begun: Begun) -> None:
    database = project.current.resolve() / "gongkai.duckdb"
    body = database.read_bytes()
    database.chmod(0o644)
    database.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert begun.causes() == "the current release is damaged"
    shutil.rmtree(database.parent)
    assert begun.causes().startswith("the current release is not that of the last run")


def test_a_database_that_cannot_be_read_is_built_again(
    project: Layout, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large one not every byte is hashed in a run."""
    monkeypatch.setattr(last_run, "_to_be_hashed", lambda *_: [])
    database = project.current.resolve() / "gongkai.duckdb"
    database.chmod(0o644)
    size = database.stat().st_size
    for length in (4096, size):
        os.truncate(database, length)
    assert begun.causes() == "the current release is damaged"


@pytest.mark.parametrize(
    ("options", "told", "handed"),
    [
        (("--retry", "all"), "reading again was asked for", ["all", "--reads"]),
        (("--accept-loss", "the town left"), "a loss is accepted", ["--accept-loss=the town left"]),
        (("--rebuild",), "rebuilding was asked for", ["--rebuild", "--reads"]),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_asked_for_is_done(begun: Begun, options: tuple[str, ...], told: str, handed: list[str]) -> None:
    assert begun.causes(*options) == told
    assert begun[0][2:-1] == handed


def test_a_run_that_is_cut_off_before_it_begins_leaves_all_as_it_was(
    project: Layout, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(project)

    def killed(_: str, __: list[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("os.execv", killed)
        begun.run()
    with hold(project.lock, "the warehouse", "a test"):
        pass
    assert begun.causes() == "raw files"


def test_of_two_runs_at_once_the_second_waits_then_names_the_first(
    project: Layout, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_LOCK_WAIT_SECONDS", 0.0)
    with hold(project.lock, "the warehouse", "the first run"):
        result = begun.run()
    assert (result.exit_code, begun) == (1, [])
    assert f"failed: the warehouse is held by process {os.getpid()} (the first run" in result.stderr


def test_missing_files_are_told_before_anything_is_loaded(project: Layout, begun: Begun) -> None:
    shutil.rmtree(project.raw)
    result = begun.run()
    assert (result.exit_code, begun, result.stdout) == (1, [], "")
    assert f"failed: raw_missing (all raw files are gone): {project.raw}: no such folder" in result.stderr
    assert "nothing was published; the current release is unchanged" in result.stderr


def test_a_release_that_is_not_in_the_storage_makes_a_run(
    project: Layout, begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_STORAGE", str(tmp_path / "storage"))
    assert begun.causes() == "the current release is not in the storage"
    publish_to(open_storage(str(tmp_path / "storage")), project.current.resolve())
    assert (begun.run().exit_code, len(begun)) == (3, 1)
    (tmp_path / "storage" / "current.json").write_text("{}", encoding="utf-8")
    wrong = begun.run()
    assert (wrong.exit_code, len(begun)) == (1, 1)
    assert "current.json is none of ours" in wrong.stderr


def test_the_release_to_replace_in_the_storage_is_kept_for_the_run(
    project: Layout, begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = begun.run("--replace-stored", "20990101T000000Z-other")
    assert (wrong.exit_code, begun) == (2, [])
    assert "no storage is named: set GONGKAI_STORAGE" in wrong.stderr
    monkeypatch.setenv("GONGKAI_STORAGE", str(tmp_path / "storage"))
    begun.run("--replace-stored", "20990101T000000Z-other")
    storage = open_storage(str(tmp_path / "storage"))
    assert replaceable(project, storage) == {project.current.resolve().name, "20990101T000000Z-other"}


def test_a_folder_that_cannot_be_written_is_told_without_a_number(project: Layout, begun: Begun) -> None:
    shutil.rmtree(project.work)
    project.work.touch()
    told = begun.run()
    assert told.exit_code == 1 and f"failed: {project.work}: this is no folder" in told.stderr.replace("\n", " ")
    assert not begun


def test_a_folder_in_the_place_of_the_record_is_moved_aside_and_makes_a_run(project: Layout, begun: Begun) -> None:
    project.last_run.unlink()
    project.last_run.mkdir()
    assert begun.causes() == "no record of a run before"
    assert not project.last_run.exists()
