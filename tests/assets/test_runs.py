"""Real dagster runs: what they publish, what blocks them, who holds the lock, and kills at any moment."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from assets.definitions import build_defs, defs
from assets.partitions import add_years, range_tags
from assets.resources import Warehouse
from assets.run import bury_killed_runs, failures, materialise
from pipelines.collecting.fetched_locations import LEDGER
from pipelines.collecting.ledger import JOURNAL, open_ledger
from pipelines.contracts import CONTRACTS
from pipelines.corrections.cells import cell_corrections
from pipelines.locking import hold
from pipelines.raw.raw_store import RawStore
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import read_manifest
from pipelines.releases.read_only import remove
from pipelines.warehouse.checks import CheckResult, run_check
from tests.assets.conftest import Told
from tests.collecting.test_ledger import fetched, see
from tests.projects import ROOT, build_release, copy_project, make_project

_RUN_SECONDS = 120


def run(layout: Layout, wait: float = 0.0, accept_loss: str | None = None) -> dg.ExecuteInProcessResult:
    warehouse = Warehouse(root=str(layout.root), lock_wait_seconds=wait, workers=1, accept_loss=accept_loss)
    with dg.DagsterInstance.ephemeral() as instance:
        return materialise(warehouse, instance)


def command(layout: Layout) -> subprocess.Popen[str]:
    environment = {**os.environ, "GONGKAI_ROOT": str(layout.root)}
    gongkai = [sys.executable, "-c", "from pipelines.cli import app; app()", "run"]
    pipe = subprocess.PIPE
    return subprocess.Popen(gongkai, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)


def told_by(layout: Layout) -> tuple[int, str, str]:
    """Run the command; return its exit code and what it printed."""
    process = command(layout)
    out, err = process.communicate(timeout=_RUN_SECONDS)
    return process.returncode, out, err


def parquet_bytes(release: Path) -> dict[str, bytes]:
    """Return the tables alone: beside them stands when files arrived, which differs from project to project."""
    return {p.relative_to(release).as_posix(): p.read_bytes() for p in sorted((release / "parquet").rglob("*.parquet"))}


def shown(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """Return the metadata values of each materialised asset."""
    found = {}
    for event in result.get_asset_materialization_events():
        assert event.asset_key is not None
        found[event.asset_key.to_user_string()] = {k: v.value for k, v in event.materialization.metadata.items()}
    return found


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, dg.ExecuteInProcessResult]:
    layout = make_project(tmp_path_factory.mktemp("run"))
    return layout, run(layout)


def test_a_run_publishes_and_shows_what_it_built(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout, result = finished
    assert result.success and failures(result) == []
    metadata = shown(result)
    assert set(CONTRACTS) <= set(metadata)
    cell = metadata["cell"]
    assert cell["dagster/row_count"] == 990
    assert "documents.rules.newly_made" in cell["preview"]
    assert cell["seconds"] > 0
    assert metadata["extracted_reports"]["newly_extracted"] == 5
    assert not layout.exports.exists()


def test_findings_warn_and_never_block(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    checks = {e.check_name: e for e in finished[1].get_asset_check_evaluations()}
    found = checks.pop("findings_by_severity")
    assert not found.passed and found.severity == dg.AssetCheckSeverity.WARN
    assert found.metadata["error"].value == 5
    assert checks and all(e.passed for e in checks.values())


def test_a_second_run_extracts_and_publishes_nothing(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout, _ = finished
    before = layout.current.resolve()
    metadata = shown(run(layout))
    assert metadata["extracted_reports"]["newly_extracted"] == 0
    assert metadata["release"]["is_new"] is False
    assert layout.current.resolve() == before


@pytest.fixture(scope="module")
def unpublished(seed_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a project whose tables are built and of which nothing was published, for copies alone."""
    layout = copy_project(seed_layout, tmp_path_factory.mktemp("unpublished") / "own")
    remove(layout.releases)
    layout.current.unlink()
    layout.database.unlink()
    return layout


@pytest.fixture(scope="module")
def blocked(unpublished: Layout, tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, dg.ExecuteInProcessResult]:
    """Return a project whose candidate failed a check, and the run that found that."""
    layout = copy_project(unpublished, tmp_path_factory.mktemp("blocked") / "own")
    failing = CheckResult("fact_orphans", 1, [("row",)])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            "pipelines.warehouse.checks.run_check",
            lambda path, name: failing if name == "fact_orphans" else run_check(path, name),
        )
        return layout, run(layout)


def test_a_failed_check_blocks_the_release(blocked: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout, result = blocked
    assert not result.success and not layout.current.exists()
    assert any("fact_orphans" in line for line in failures(result))


def test_a_wrong_correction_fails_a_run_with_its_file_line_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cells.yml"
    entry = (
        "sha256: {sha}\n  cell: applications.received.totalz\n  printed: '1'\n  value: 2\n  reason: r\n  evidence: e\n"
    )
    path.write_text("corrections:\n- " + entry.format(sha="a" * 64), encoding="utf-8")
    monkeypatch.setattr("pipelines.warehouse.corrections.cell_corrections", lambda: cell_corrections(path))
    layout = make_project(tmp_path / "project")
    result = run(layout)
    (told,) = failures(result)
    assert not result.success and not layout.current.exists()
    assert told.startswith(f"{path}:3: corrections[0].cell: no cell 'applications.received.totalz'; did you mean ")


def test_a_candidate_that_failed_its_checks_is_not_published_alone(
    blocked: tuple[Layout, dg.ExecuteInProcessResult], tmp_path: Path
) -> None:
    """Whoever asks in the UI for the release and nothing else gets no other way round the checks."""
    layout = copy_project(blocked[0], tmp_path / "own")
    assert layout.candidate.is_dir()
    job = build_defs(Warehouse(root=layout.root)).resolve_job_def("warehouse_job")
    done = job.execute_in_process(asset_selection=[dg.AssetKey("release")], raise_on_error=False)
    assert failures(done) == [f"{layout.candidate}: it did not pass its checks, so is not published: run warehouse_job"]
    assert not layout.current.exists()
    assert run(layout).success and layout.current.exists()


def test_a_table_made_alone_is_not_checked_in_an_old_candidate(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    job = build_defs(Warehouse(root=layout.root, workers=1)).resolve_job_def("warehouse_job")
    done = job.execute_in_process(asset_selection=[dg.AssetKey("dim_report")])
    assert done.success and done.get_asset_check_evaluations() == []


def test_a_second_run_at_once_is_refused_naming_the_holder(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    with hold(layout.lock, "the warehouse", "the first run"):
        result = run(layout)
    assert not result.success and not layout.current.exists()
    assert any(f"process {os.getpid()} (the first run" in line for line in failures(result))


def test_rows_are_counted_by_year(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    rows = {}
    for event in finished[1].get_asset_materialization_events():
        if event.asset_key == dg.AssetKey("fact_reviews"):
            rows[event.partition] = event.materialization.metadata["dagster/partition_row_count"].value
    assert rows == {"2020": 75}


def test_a_backfill_over_years_is_one_run(finished: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    layout = finished[0]
    job = build_defs(Warehouse(root=layout.root, workers=1)).resolve_job_def("warehouse_job")
    with dg.DagsterInstance.ephemeral() as instance:
        add_years(instance, (2018, 2019, 2020, 2021))
        tags, selected = range_tags(["2019", "2021"]), [dg.AssetKey("fact_reviews")]
        done = job.execute_in_process(tags=tags, asset_selection=selected, instance=instance)
    told = {e.partition: e.materialization.metadata for e in done.get_asset_materialization_events()}
    rows = {year: about["dagster/partition_row_count"].value for year, about in told.items()}
    assert rows == {"2019": 0, "2020": 75, "2021": 0}


def test_runs_that_were_killed_are_buried() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def("warehouse_job")
        for tags in ({"launched_by": "gongkai run"}, {}):
            instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=tags)
        bury_killed_runs(instance)
        status = {run.tags.get("launched_by"): run.status for run in instance.get_runs()}
    assert status == {"gongkai run": dg.DagsterRunStatus.FAILURE, None: dg.DagsterRunStatus.STARTED}


@pytest.fixture(scope="module")
def commanded(
    seed_layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Layout, list[tuple[int, str, str]]]:
    """Return a project with a new empty file and a lost ledger whose journal is there, and what two commands said."""
    layout = copy_project(seed_layout, tmp_path_factory.mktemp("commanded") / "own")
    (layout.raw / "2020" / "empty.txt").touch()
    sha256 = RawStore(layout.raw).put(b"%PDF-1.7\n")
    with open_ledger(layout.raw / "objects" / LEDGER) as ledger:
        see(ledger, "http://www.example.gov.cn/cut.pdf")
        ledger.record_fetch(fetched("http://www.example.gov.cn/cut.pdf", "created", sha256))
        ledger.settle()
    (layout.raw / "objects" / LEDGER).write_bytes(b"")
    return layout, [told_by(layout), told_by(layout)]


def test_command_exits_3_when_input_is_quarantined(
    commanded: tuple[Layout, list[tuple[int, str, str]]],
) -> None:
    told = []
    for code, out, err in commanded[1]:
        assert code == 3, err
        assert "quarantined 2020/empty.txt: empty" in err
        assert "28204万元" in out and "fact_applications" in out
        told.append((err.count("changed: no record of a run before"), "published " in out, "nothing new: " in out))
    assert told == [(1, True, False), (0, False, True)]


def test_killed_runs_heal_and_the_last_release_stays_readable(seed_layout: Layout, tmp_path: Path) -> None:
    undisturbed = seed_layout.current.resolve()
    layout = copy_project(seed_layout, tmp_path / "own")
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
    # One of the killed runs may have published the added report.
    build_release(layout, accept_loss="added for this test alone")
    healed = layout.current.resolve()
    manifests = [json.loads((r / "manifest.json").read_text(encoding="utf-8")) for r in (undisturbed, healed)]
    assert manifests[0]["content_hash"] == manifests[1]["content_hash"]
    assert parquet_bytes(undisturbed) == parquet_bytes(healed)


WRONG_FORM = """
import runpy, sys
from pipelines.declarations import DeclarationError, Fault
class Wrong:
    def find_spec(self, name, path, target=None):
        if name == "assets.warehouse":
            raise DeclarationError([Fault("forms/form_2021.yml", 45, "tables[2].rows[0].alias", "no key")])
sys.meta_path.insert(0, Wrong())
runpy.run_module("assets.run", run_name="__main__")
"""


def test_a_wrong_form_is_told_without_a_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", WRONG_FORM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == ["gongkai: forms/form_2021.yml:45: tables[2].rows[0].alias: no key"]


def test_files_that_cannot_grow_fail_a_run_in_one_line_with_a_remedy(unpublished: Layout, tmp_path: Path) -> None:
    layout = copy_project(unpublished, tmp_path / "own")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, hard))
    try:
        (told,) = failures(run(layout))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "Exception" not in told and "File too large: check the space on the disk" in told
    assert told.endswith("and run again") and not layout.current.exists()
    assert build_release(layout).is_new and layout.current.exists()


def test_a_run_reads_again_what_it_is_told(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    (layout.raw / "2020" / "cut.pdf").write_bytes(b"%PDF-1.7\n")
    first = shown(run(layout))["extracted_reports"]
    assert (first["newly_extracted"], first["read_again"], first["quarantined"]) == (1, 0, 1)
    warehouse = Warehouse(root=str(layout.root), workers=1, retry=["all"])
    with dg.DagsterInstance.ephemeral() as instance:
        metadata = shown(materialise(warehouse, instance))
    again = metadata["extracted_reports"]
    assert (again["newly_extracted"], again["read_again"], again["quarantined"]) == (0, 1, 1)
    assert metadata["release"]["is_new"] is False


def test_an_emptied_inbox_publishes_nothing_and_says_what_to_do(
    seed_layout: Layout, tmp_path: Path, told_here: Told
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    before = layout.current.resolve()
    for path in (layout.raw / "2020").iterdir():
        path.unlink()
    code, out, err = told_here(layout, "--accept-loss", "no reason helps here")
    assert (code, out) == (1, ""), err
    assert f"failed: raw_missing (all raw files are gone): {layout.raw}: no file in it; the last inventory had 5" in err
    assert "See whether the share" in err
    assert "nothing was published; the current release is unchanged" in err and "Traceback" not in err
    assert [layout.current.resolve(), *layout.releases.iterdir()] == [before, before]


@pytest.fixture
def shrunken(seed_layout: Layout, tmp_path: Path) -> Layout:
    """Return a project from whose inbox one of five files was taken after its release."""
    layout = copy_project(seed_layout, tmp_path / "own")
    next((layout.raw / "2020").glob("004*")).unlink()
    return layout


def test_a_shrunken_inbox_publishes_nothing_and_names_what_is_lost(shrunken: Layout) -> None:
    first = shrunken.current.resolve()
    result = run(shrunken)
    told = failures(result)
    assert not result.success and shrunken.current.resolve() == first
    assert told[0].endswith(f"less than in release {first.name}, so not published:")
    assert (
        "reports_lost (fewer reports): 2020: 1 of 5 (20.0 %): 东方市大田镇人民政府 2020/004_4a09fc8d73ed883a.txt"
        in told
    )
    assert "gongkai run --accept-loss" in told[-1]


def test_a_shrunken_inbox_is_published_for_a_reason_which_the_release_keeps(shrunken: Layout, told_here: Told) -> None:
    layout, first = shrunken, shrunken.current.resolve().name
    code, out, err = told_here(layout, "--accept-loss", "-- the town left")
    assert code == 0, err
    assert f"compared with {first}: -- the town left" in out and "1 of 5 (20.0 %)" in out
    assert read_manifest(layout.current)["accepted_loss"]["reason"] == "-- the town left"
    job = build_defs(Warehouse(root=str(layout.root), workers=1)).resolve_job_def("exports_job")
    assert set(shown(job.execute_in_process())) == {"exports_csv"}
    note = (layout.exports / "csv" / "RELEASE.txt").read_text(encoding="utf-8")
    assert f"accepted_loss -- the town left (compared with {first})" in note


def test_a_run_of_the_ui_takes_a_reason_from_its_configuration(shrunken: Layout) -> None:
    job = build_defs(Warehouse(root=str(shrunken.root), workers=1)).resolve_job_def("warehouse_job")
    configured = {"workers": 1, "accept_loss": "the town left"}
    stated = {"resources": {"warehouse": {"config": configured}}}
    assert job.execute_in_process(run_config=stated).success
    assert read_manifest(shrunken.current)["accepted_loss"]["reason"] == "the town left"


def test_a_lost_ledger_stops_a_run_and_one_with_a_journal_is_rebuilt(
    commanded: tuple[Layout, list[tuple[int, str, str]]], tmp_path: Path
) -> None:
    err = commanded[1][0][2]
    assert "ledger recovered: " in err and "2 events replayed" in err
    layout = copy_project(commanded[0], tmp_path / "own")
    published = layout.current.resolve()
    path = layout.raw / "objects" / LEDGER
    for name in (LEDGER, JOURNAL):
        (path.parent / name).write_bytes(b"")
    result = run(layout)
    assert not result.success and layout.current.resolve() == published
    assert failures(result)[0].startswith(
        f"ledger_lost (the ledger of fetched files is lost): {path}: no row, and no line in {JOURNAL}"
    )
