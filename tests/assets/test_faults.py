"""Two runs at once, a run that is killed, ticks while a run goes on, ten thousand files: what comes of each.

Keep out: damaged storage (`test_storage`), who may reach the web server (`test_ui`).
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.automation import inbox_sensor, schedules
from assets.definitions import build_defs, defs
from assets.resources import Warehouse
from pipelines.locking import hold, holder
from pipelines.releases.layout import Layout
from tests.assets.test_ui import Dagster, Running
from tests.projects import ROOT, SEEDS, make_project

_WAIT_SECONDS = 120
_ATTEMPTS, _NEW_FILES = 5, 20
_LAUNCH = """mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  }
}"""
_RUN = "query Run($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_LOGS = """query Logs($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
  ... on MessageEvent { message } ... on ExecutionStepFailureEvent { error { message causes { message } } }
  ... on RunFailureEvent { error { message causes { message } } } } } } }"""

_BACKFILL = """mutation Backfill($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}"""
_BACKFILLED = """query Backfilled($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status error { message } runs { status assetSelection { path } } } } }"""
_PARTITIONS = """query Partitions($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  partitionKeys assetPartitionStatuses { ... on DefaultPartitionStatuses { materializedPartitions } } } } }"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    begun = Running(tmp_path_factory.mktemp("faults"))
    yield begun
    begun.end()


@pytest.fixture
def dagster(running: Running) -> Dagster:
    return running.one()


def launched(dagster: Dagster, **warehouse: object) -> str:
    """Launch the reading part of the job as the UI does; returns the id of the run."""
    repository = {"repositoryName": "__repository__", "repositoryLocationName": "assets.definitions"}
    params = {
        "selector": {
            **repository,
            "jobName": "warehouse_job",
            "assetSelection": [{"path": ["raw_files"]}, {"path": ["extracted_reports"]}],
        },
        "mode": "default",
        "runConfigData": {"resources": {"warehouse": {"config": {"workers": 1, **warehouse}}}},
    }
    answer: Any = dagster.graphql(_LAUNCH, params=params)
    return str(answer["launchRun"]["run"]["runId"])


def status(dagster: Dagster, run: str) -> str:
    answer: Any = dagster.graphql(_RUN, id=run)
    return str(answer["runOrError"]["status"])


def awaited(what: Callable[[], bool], *, every: float = 0.5) -> None:
    end = time.monotonic() + _WAIT_SECONDS
    while not what():
        assert time.monotonic() < end
        time.sleep(every)


def ended(dagster: Dagster, run: str) -> str:
    awaited(lambda: status(dagster, run) in {"SUCCESS", "FAILURE", "CANCELED"})
    return status(dagster, run)


def told(dagster: Dagster, run: str) -> str:
    answer: Any = dagster.graphql(_LOGS, id=run)
    events = answer["logsForRun"]["events"]
    return "\n".join(str(event.get(each)) for event in events for each in ("message", "error") if event.get(each))


def names(lock: Path, run: str) -> bool:
    return lock.exists() and f"dagster run {run[:8]}".encode() in lock.read_bytes()


def stopped(dagster: Dagster) -> tuple[str, int]:
    """Launch runs until one is stopped while it holds the warehouse; returns that run and its process.

    A run with little to read may be over before it is looked at: each has new files, and one that was over is no find.
    """
    lock = dagster.layout.lock
    for attempt in range(_ATTEMPTS):
        for number in range(_NEW_FILES):
            text = f"{next(SEEDS.glob('*.txt')).read_text(encoding='utf-8')}\n{attempt} {number}"
            (dagster.layout.raw / "2020" / f"new {attempt} {number}.txt").write_text(text, encoding="utf-8")
        run = launched(dagster)
        awaited(partial(names, lock, run), every=0.02)
        pid = int(json.loads(lock.read_bytes())["pid"])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            if holder(lock) is not None:
                return run, pid
            os.kill(pid, signal.SIGCONT)
        assert ended(dagster, run) == "SUCCESS"
    pytest.fail(f"{_ATTEMPTS} runs were over before they could be stopped")


def test_a_run_of_the_ui_names_the_holder_it_waits_for_and_fails_in_words(dagster: Dagster) -> None:
    with hold(dagster.layout.lock, "the warehouse", "gongkai run"):
        run = launched(dagster, lock_wait_seconds=1.0)
        assert ended(dagster, run) == "FAILURE"
    holder = f"held by process {os.getpid()} (gongkai run, since "
    assert f"waiting for the warehouse, {holder}" in told(dagster, run)
    assert f"the warehouse is {holder}" in told(dagster, run)


def test_a_run_of_the_command_line_waits_for_one_of_the_ui(dagster: Dagster) -> None:
    run, held = stopped(dagster)
    notes = dagster.layout.root / "notes.txt"
    with notes.open("wb") as stderr:
        waiting = subprocess.Popen(
            [sys.executable, "-c", "from pipelines.cli import app; app()", "run"],
            cwd=ROOT,
            env={**os.environ, "GONGKAI_ROOT": str(dagster.layout.root), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        awaited(
            lambda: f"waiting for the warehouse, held by process {held} (dagster run {run[:8]}" in notes.read_text()
        )
        os.kill(held, signal.SIGCONT)
        assert waiting.wait(_WAIT_SECONDS) == 0, notes.read_text()
    assert ended(dagster, run) == "SUCCESS"
    assert len(list(dagster.layout.releases.iterdir())) == 1


def test_a_killed_run_of_the_ui_leaves_no_lock_and_the_next_one_heals(dagster: Dagster) -> None:
    run, held = stopped(dagster)
    os.kill(held, signal.SIGKILL)
    assert ended(dagster, run) == "FAILURE"
    assert ended(dagster, launched(dagster, lock_wait_seconds=1.0)) == "SUCCESS"
    assert dagster.layout.inventory.is_file()


def partitions(dagster: Dagster, asset: str) -> tuple[list[str], list[str]]:
    """Return the partitions that the UI offers of an asset, and those it shows as made."""
    answer: Any = dagster.graphql(_PARTITIONS, key={"path": [asset]})
    node = answer["assetNodeOrError"]
    return node["partitionKeys"], node["assetPartitionStatuses"]["materializedPartitions"]


def backfilled(dagster: Dagster, keys: list[str], *assets: str) -> dict[str, Any]:
    """Launch a backfill as the UI does and wait for its end; returns what the UI says of it."""
    params = {"assetSelection": [{"path": [each]} for each in assets], "partitionNames": keys}
    launch: Any = dagster.graphql(_BACKFILL, params=params)
    named = launch["launchPartitionBackfill"]["backfillId"]

    def told() -> dict[str, Any]:
        answer: Any = dagster.graphql(_BACKFILLED, id=named)
        found: dict[str, Any] = answer["partitionBackfillOrError"]
        return found

    awaited(lambda: told()["status"] not in {"REQUESTED", "CANCELING", "FAILING", "COMPLETED"})
    return told()


def test_a_backfill_over_years_that_the_ui_launches_makes_those(dagster: Dagster) -> None:
    offered = partitions(dagster, "report_section")[0]
    if offered[0] != "2020":  # no test before has read the reports
        assert ended(dagster, launched(dagster)) == "SUCCESS"
        offered = partitions(dagster, "report_section")[0]
    assert offered[0] == "2020"
    done = backfilled(dagster, offered, "report_file", "dim_agency", "dim_report", "report_section")
    assert (done["status"], done["error"]) == ("COMPLETED_SUCCESS", None), done
    assert {each["status"] for each in done["runs"]} == {"SUCCESS"}
    after, made = partitions(dagster, "report_section")
    assert after == offered and set(made) >= set(offered)


def test_all_of_it_ends_together_when_it_is_terminated(dagster: Dagster) -> None:
    dagster.process.send_signal(signal.SIGTERM)
    assert dagster.ended() == 0
    assert "the daemon ended" not in dagster.told()


def test_ten_thousand_new_files_are_one_run_and_a_short_cursor(tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    for number in range(10_000):
        (layout.raw / "2020" / f"{number:05}.txt").touch()
    warehouse = Warehouse(root=layout.root)
    given: dict[str, Any] = {"definitions": build_defs(warehouse), "instance": dg.DagsterInstance.ephemeral()}
    with given["instance"], dg.build_sensor_context(resources={"warehouse": warehouse}, **given) as context:
        begin = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        asked = inbox_sensor(context)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - begin < 5
        assert isinstance(asked, dg.RunRequest)
        assert len(context.cursor or "") == len(asked.run_key or "") == 64
        assert isinstance(inbox_sensor(context), dg.SkipReason)


@contextlib.contextmanager
def going_on(instance: dg.DagsterInstance, layout: Layout, how: str) -> Iterator[None]:
    """Have a run wait to be begun by Dagster, or hold the warehouse."""
    if how == "holds":
        with hold(layout.lock, "the warehouse", "another run"):
            yield
        return
    job = defs.resolve_job_def("warehouse_job")
    run = instance.create_run_for_job(job, status=dg.DagsterRunStatus.NOT_STARTED)
    yield
    instance.report_run_failed(run, "called off")


@pytest.mark.usefixtures("migrations_read_once")
@pytest.mark.parametrize("how", ["waits", "holds"])
@pytest.mark.parametrize("name", ["reporting_season_daily", "off_season_weekly"])
def test_a_tick_while_a_run_goes_on_asks_for_no_second_one(name: str, how: str, tmp_path: Path) -> None:
    (schedule,) = (each for each in schedules if each.name == name)
    warehouse = Warehouse(root=make_project(tmp_path, seeds=False).root)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        def asked() -> object:
            moment = datetime(2026, 1, 5, 3, tzinfo=UTC)
            given: dict[str, Any] = {"resources": {"warehouse": warehouse}, "scheduled_execution_time": moment}
            with dg.build_schedule_context(instance, **given) as context:
                return schedule(context)

        assert isinstance(asked(), dg.RunRequest)
        with going_on(instance, warehouse.layout, how):
            assert isinstance(asked(), dg.SkipReason)
        assert isinstance(asked(), dg.RunRequest)
        # It was killed, and Dagster never heard of its end.
        job = defs.resolve_job_def("warehouse_job")
        instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        assert isinstance(asked(), dg.RunRequest)


@pytest.mark.parametrize("how", ["waits", "holds"])
def test_files_that_come_while_a_run_goes_on_wait_for_its_end(how: str, tmp_path: Path) -> None:
    warehouse = Warehouse(root=make_project(tmp_path).root)
    with dg.DagsterInstance.ephemeral() as instance:
        given: dict[str, Any] = {"definitions": build_defs(warehouse), "instance": instance}
        with dg.build_sensor_context(resources={"warehouse": warehouse}, **given) as context:
            with going_on(instance, warehouse.layout, how):
                skipped = inbox_sensor(context)
                assert isinstance(skipped, dg.SkipReason) and "new files wait" in str(skipped.skip_message)
            assert isinstance(inbox_sensor(context), dg.RunRequest)
