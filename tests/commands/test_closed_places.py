"""Files and folders that cannot be looked at: each costs itself alone, and is told in a line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, MANIFEST
from tests.commands.typed import one_line, typed
from tests.projects import SEEDS, copy_project

_SEED = next(SEEDS.glob("000*"))
_TOO_LONG = "长" * 100 + ".html"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a report, a folder that may be listed and not entered, and one that is closed."""
    for name in ("whole", "half", "shut"):
        (tmp_path / name).mkdir()
        shutil.copy(_SEED, tmp_path / name / "r.txt")
    (tmp_path / "half").chmod(0o644)
    (tmp_path / "shut").chmod(0)
    yield tmp_path
    for name in ("half", "shut"):
        (tmp_path / name).chmod(0o755)


def test_a_folder_that_may_not_be_entered_costs_its_files_alone(folder: Path) -> None:
    ended = typed("check", "--format", "json", folder, without_rights=True)
    found = {Path(each["file"]).relative_to(folder).as_posix(): each for each in json.loads(ended.stdout)["files"]}
    assert {name: each["outcome"] for name, each in found.items()} == {
        "half/r.txt": "quarantined",
        "shut": "quarantined",
        "whole/r.txt": "parsed",
    }
    assert "Permission denied" in found["half/r.txt"]["detail"]["en"]


def test_an_office_with_a_folder_that_may_not_be_entered_is_told_of_the_others(folder: Path) -> None:
    ended = typed("office", folder, without_rights=True)
    assert "half/r.txt" in ended.stdout.replace("\n", "") and "Traceback" not in ended.stderr


def test_a_link_that_leads_to_itself_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    shutil.copy(_SEED, tmp_path / "r.txt")
    found = json.loads(typed("check", "--format", "json", tmp_path).stdout)["files"]
    assert [each["outcome"] for each in found] == ["quarantined", "parsed"]
    assert "symbolic links" in found[0]["detail"]["en"]


@pytest.mark.parametrize("command", ["check", "extract"])
@pytest.mark.parametrize("name", ["shut/r.txt", _TOO_LONG, "a/" * 3_000])
def test_a_file_that_cannot_be_looked_at_is_told(folder: Path, command: str, name: str) -> None:
    ended = typed(command, folder / name, folder / "whole" / "r.txt", without_rights=True)
    assert "Traceback" not in ended.stderr
    assert "cannot be opened" in ended.stdout and ended.returncode in {3, 4}


@pytest.mark.parametrize("name", ["shut/out.html", _TOO_LONG])
@pytest.mark.parametrize(
    "command",
    [
        ("check", "--format", "html", _SEED),
        ("office", _SEED),
        ("form", "--year", "2023", "--format", "html"),
    ],
)
def test_a_result_that_cannot_be_put_there_is_told(folder: Path, command: tuple[str, ...], name: str) -> None:
    ended = typed(*command, "--out", folder / name, without_rights=True)
    assert ended.returncode in {1, 2}
    told = one_line(ended)
    assert "Permission denied" in told or "File name too long" in told


@pytest.mark.parametrize("command", [("sql", "SELECT 1"), ("trace", "x", "y"), ("verify",), ("run",)])
def test_a_project_that_may_not_be_entered_is_told_as_such(folder: Path, command: tuple[str, ...]) -> None:
    ended = typed(*command, environment={"GONGKAI_ROOT": str(folder / "shut")}, without_rights=True)
    assert ended.returncode in {1, 2} and "Permission denied" in one_line(ended)


def test_a_pipe_in_place_of_a_report_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    ended = typed("agency", "x", "--year", "2020", "--text", tmp_path / "pipe")
    assert ended.returncode == 2 and "pipe: no regular file" in one_line(ended)


def test_an_export_to_a_link_that_leads_to_itself_is_told(seed_layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    ended = typed("export", tmp_path / "loop", environment={"GONGKAI_ROOT": str(seed_layout.root)})
    assert ended.returncode == 2 and "a link that leads to no folder" in one_line(ended)


@pytest.mark.parametrize("words", [(b"\xff", "x"), ("000_", b"\xff"), ("000_", b"documents.\xff\xfe")])
def test_a_report_or_cell_named_in_no_utf8_is_none(seed_layout: Layout, words: tuple[str | bytes, ...]) -> None:
    ended = typed("trace", *words, environment={"GONGKAI_ROOT": str(seed_layout.root)})
    assert ended.returncode == 1 and "\ufffd" in one_line(ended)


@pytest.mark.parametrize("name", [DATABASE, MANIFEST, "."])
def test_a_release_that_this_user_may_not_read_is_not_called_damaged(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    closed = layout.current.resolve() / name
    closed.chmod(0)
    try:
        for command in (("sql", "SELECT 1"), ("audit",), ("export", tmp_path / "out")):
            told = one_line(typed(*command, without_rights=True))
            assert "may not be read by this user" in told and "rebuild" not in told and "damaged" not in told
        verified = typed("verify", "--json", without_rights=True)
        assert [json.loads(line)["code"] for line in verified.stdout.splitlines()] == ["release_file_forbidden"]
        assert verified.returncode == 1 and "faults found: 1" in verified.stderr
    finally:
        closed.chmod(0o755)


def test_a_file_that_may_not_be_read_keeps_verification_from_no_other(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    first, second = sorted((layout.raw / "2020").glob("*.txt"))[:2]
    first.chmod(0)
    second.write_bytes(b"another")
    (layout.current.resolve() / DATABASE).chmod(0)
    verified = typed("verify", "--json", without_rights=True)
    found = {each["code"] for each in map(json.loads, verified.stdout.splitlines())}
    assert found == {"release_file_forbidden", "raw_forbidden", "raw_file_other"}
