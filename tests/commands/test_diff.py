"""`gongkai diff`: what it prints and writes, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.contracts import CONTRACTS
from pipelines.releases.layout import Layout, current_release
from pipelines.warehouse.parquet import table_file
from pipelines.warehouse.release import build_candidate, publish
from tests.projects import build_release, make_project

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a project with two releases: in the second all reports have another title."""
    layout = make_project(tmp_path_factory.mktemp("two"))
    build_release(layout)
    path = table_file(layout.star, CONTRACTS["dim_report"])
    changed = pl.read_parquet(path).with_columns(title=pl.lit("另题"))
    path.unlink()
    changed.write_parquet(path)
    build_candidate(layout)
    publish(layout)
    return layout


@pytest.fixture(autouse=True)
def in_project(two: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_ROOT", str(two.root))


def test_the_summary_counts_by_table_and_cause() -> None:
    result = RUNNER.invoke(app, ["diff"])
    assert result.exit_code == 0, result.output
    assert "dim_report" in result.output and "│ changed " in result.output and "另题" in result.output


def test_each_change_is_a_line_of_json(two: Layout) -> None:
    previous = sorted(path.name for path in two.releases.iterdir())[0]
    result = RUNNER.invoke(app, ["diff", previous, current_release(two).name, "--json"])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 5 and {(row["item"], row["new_value"]) for row in rows} == {("title", "另题")}


def test_changes_are_written(tmp_path: Path) -> None:
    path = tmp_path / "changes.parquet"
    assert RUNNER.invoke(app, ["diff", "--output", str(path)]).exit_code == 0
    assert pl.read_parquet(path).height == 5
    wrong = RUNNER.invoke(app, ["diff", "--output", str(tmp_path / "changes.xls")])
    assert wrong.exit_code == 2 and ".csv or .parquet" in wrong.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_earlier_comparison_is_replaced_and_no_other_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"changes.{ending}"
    for _ in range(2):
        assert RUNNER.invoke(app, ["diff", "--output", str(path)]).exit_code == 0
    for others in (b"\xef\xbb\xbfyear,agency\n2020,x\n", b"PAR1", b""):
        path.write_bytes(others)
        refused = RUNNER.invoke(app, ["diff", "--output", str(path)])
        assert refused.exit_code == 2 and "no comparison that was written before" in " ".join(refused.stderr.split())
        assert path.read_bytes() == others


@pytest.mark.parametrize("name", ["nothing", "2", "/nowhere"])
def test_an_unknown_or_ambiguous_name_lists_the_releases(two: Layout, name: str) -> None:
    result = RUNNER.invoke(app, ["diff", name])
    assert result.exit_code == 1 and result.stdout == ""
    words = " ".join(result.stderr.split())
    assert all(path.name in words for path in two.releases.iterdir())


def test_terminated_it_leaves_nothing_of_what_it_spilled(two: Layout, tmp_path: Path) -> None:
    script = (
        "import time; from pipelines.releases import diff; from pipelines.cli import main\n"
        "diff._collect = lambda *_, **__: (print('comparing', flush=True), time.sleep(60))\n"
        "main()"
    )
    environment = {**os.environ, "GONGKAI_ROOT": str(two.root), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", script, "diff"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"comparing\n"
        assert list(tmp_path.iterdir())
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode not in (0, -signal.SIGTERM) and b"Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_a_report_that_is_gone_is_one_change_and_its_numbers_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = make_project(tmp_path)
    build_release(layout)
    next((tmp_path / "data" / "raw" / "2020").glob("002*")).unlink()
    build_release(layout, accept_loss="a test")
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path))
    told = " ".join(RUNNER.invoke(app, ["diff"]).output.split())
    assert "a report that was removed is one change: 1 of them, whose 198 numbers are gone and not listed" in told
    assert "report that was added" not in told
    back = " ".join(RUNNER.invoke(app, ["diff", "current", "previous"]).output.split())
    assert "a report that was added is one change: 1 of them, whose 198 numbers are not listed" in back
