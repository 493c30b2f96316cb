"""`gongkai verify`: what was looked at, what is wrong, and what to do about it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.releases.layout import Layout
from tests.projects import copy_project


@pytest.fixture
def layout(seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    layout = copy_project(seed_layout, tmp_path / "own")
    monkeypatch.setenv("GONGKAI_ROOT", str(layout.root))
    return layout


def test_a_whole_project(layout: Layout) -> None:
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 0 and "all is as it was written" in result.stdout
    assert CliRunner().invoke(app, ["verify", "--release", str(layout.current)]).exit_code == 0


def test_a_fault_is_named_with_what_to_do(layout: Layout) -> None:
    release = layout.current.resolve()
    release.chmod(0o755)
    (release / "gongkai.duckdb.wal").touch(0o444)
    release.chmod(0o555)
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 1 and "faults found: 1" in result.stderr
    assert "release_file_unnamed" in result.stdout and "gongkai.duckdb.wal" in result.stdout
    lines = [json.loads(line) for line in CliRunner().invoke(app, ["verify", "--json"]).stdout.splitlines()]
    assert lines == [{"code": "release_file_unnamed", "place": f"{release.name}/gongkai.duckdb.wal"}]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("pulled_file_missing", "gongkai.duckdb"),
        ("pulled_file_other", "arrivals.parquet"),
        ("pulled_manifest", "manifest.json"),
        ("pulled_file_unnamed", "gongkai.duckdb.wal"),
    ],
)
def test_of_a_release_that_was_fetched_no_rebuild_is_told(
    seed_release: Path, tmp_path: Path, code: str, name: str, language: str
) -> None:
    release = Path(shutil.copytree(seed_release, tmp_path / "fetched" / seed_release.name))
    release.chmod(0o755)
    (release / name).unlink(missing_ok=True)
    if code != "pulled_file_missing":
        (release / name).touch(0o444)
    release.chmod(0o555)
    told = CliRunner().invoke(app, ["verify", "--release", str(release)], env={"GONGKAI_LANG": language})
    assert told.exit_code == 1 and code in told.stdout
    assert "--rebuild" not in told.stdout and ("gongkai pull" in told.stdout) == (code != "pulled_file_unnamed")


def test_without_a_release_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 1 and "gongkai run" in result.stderr
