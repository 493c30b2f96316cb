"""Real dagster runs: what they publish, what blocks them, who holds the lock, and kills at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import duckdb
import pytest

import assets.release
from assets.resources import Warehouse
from assets.run import failures, materialise
from pipelines.contracts import CONTRACTS
from pipelines.warehouse.database import CheckResult
from pipelines.warehouse.layout import Layout
from pipelines.warehouse.locking import hold
from tests.projects import ROOT, make_project

_RUN_SECONDS = 120


def run(layout: Layout, wait: float = 0.0) -> dg.ExecuteInProcessResult:
    warehouse = Warehouse(root=str(layout.root), lock_wait_seconds=wait, workers=1)
    with dg.DagsterInstance.ephemeral() as instance:
        return materialise(warehouse, instance)


def command(layout: Layout) -> subprocess.Popen[str]:
    environment = {**os.environ, "GONGKAI_ROOT": str(layout.root)}
    gongkai = [sys.executable, "-c", "from pipelines.cli import app; app()", "run"]
    pipe = subprocess.PIPE
    return subprocess.Popen(gongkai, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def parquet_bytes(release: Path) -> dict[str, bytes]:
    return {p.relative_to(release).as_posix(): p.read_bytes() for p in sorted(release.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, dg.ExecuteInProcessResult]:
    layout = make_project(tmp_path_factory.mktemp("run"))
    return layout, run(layout)


def test_a_run_publishes_and_shows_what_it_built(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout, result = finished
    assert result.success and failures(result) == []
    shown = {e.asset_key.to_user_string(): e.materialization.metadata for e in result.get_asset_materialization_events()}
    assert set(CONTRACTS) <= set(shown)
    cell = shown["cell"]
    assert cell["dagster/row_count"].value == 990
    assert "documents.rules.newly_made" in cell["preview"].value
    columns = cell["dagster/column_schema"].value.columns
    assert [c.name for c in columns] == list(CONTRACTS["cell"].columns)
    assert all(c.description for c in columns)
    assert shown["extracted_reports"]["newly_extracted"].value == 5
    assert (layout.exports / "csv" / "fact_reviews.csv").exists()


def test_findings_warn_and_never_block(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    checks = {e.check_name: e for e in finished[1].get_asset_check_evaluations()}
    found = checks.pop("findings_by_severity")
    assert not found.passed and found.severity == dg.AssetCheckSeverity.WARN
    assert found.metadata["error"].value == 5
    assert checks and all(e.passed for e in checks.values())


def test_a_second_run_extracts_and_publishes_nothing(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout, _ = finished
    before = layout.current.resolve()
    result = run(layout)
    shown = {e.asset_key.to_user_string(): e.materialization.metadata for e in result.get_asset_materialization_events()}
    assert shown["extracted_reports"]["newly_extracted"].value == 0
    assert shown["release"]["is_new"].value is False
    assert layout.current.resolve() == before


def test_a_failed_check_blocks_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = make_project(tmp_path)
    failing = CheckResult("fact_orphans", 1, [("row",)])
    real = assets.release.run_check
    monkeypatch.setattr(
        assets.release, "run_check", lambda path, name: failing if name == "fact_orphans" else real(path, name)
    )
    result = run(layout)
    assert not result.success and not layout.current.exists()
    assert any("fact_orphans" in line for line in failures(result))


def test_a_second_run_at_once_is_refused_naming_the_holder(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    with hold(layout.lock, "the first run"):
        result = run(layout)
    assert not result.success and not layout.current.exists()
    assert any(f"process {os.getpid()} (the first run" in line for line in failures(result))


def test_command_exits_3_when_input_is_quarantined(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    (layout.raw / "2020" / "empty.txt").touch()
    process = command(layout)
    out, err = process.communicate(timeout=_RUN_SECONDS)
    assert process.returncode == 3, err
    assert "quarantined 2020/empty.txt: empty" in err
    assert "28204万元" in out and "fact_applications" in out


def test_killed_runs_heal_and_the_last_release_stays_readable(
    finished: tuple[Layout, dg.ExecuteInProcessResult], tmp_path: Path
) -> None:
    undisturbed = finished[0].current.resolve()
    layout = make_project(tmp_path)
    assert run(layout).success
    text = next((layout.raw / "2020").glob("000*")).read_text(encoding="utf-8")
    added = layout.raw / "2020" / "more.txt"
    added.write_text(text.replace("2525条", "2526条"), encoding="utf-8")
    for seconds in (4.0, 7.0):
        process = command(layout)
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=_RUN_SECONDS)
        with duckdb.connect(str(layout.current.resolve() / "gongkai.duckdb"), read_only=True) as database:
            assert database.execute("SELECT count(*) FROM dim_report").fetchone() in {(5,), (6,)}
    added.unlink()
    assert run(layout, wait=_RUN_SECONDS).success
    healed = layout.current.resolve()
    manifests = [json.loads((r / "manifest.json").read_text(encoding="utf-8")) for r in (undisturbed, healed)]
    assert manifests[0]["content_hash"] == manifests[1]["content_hash"]
    assert parquet_bytes(undisturbed) == parquet_bytes(healed)
