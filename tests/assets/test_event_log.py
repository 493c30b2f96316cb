"""The log of a run holds what Dagster's own would hold, over a few connections."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import dagster as dg
import pytest

from assets.event_log import event_log_open


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3, "preview": dg.MetadataValue.md("| a |")})


@dg.asset(deps=[counted], check_specs=[dg.AssetCheckSpec("is_sound", asset="summed")])
def summed() -> Iterator[dg.AssetMaterialization | dg.MaterializeResult[None]]:
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, metadata={"failing_rows": 2})])


@dg.asset(deps=[summed])
def broken() -> None:
    raise RuntimeError("on purpose")


_SILENT = {"telemetry": {"enabled": False}}


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files that connections were opened to."""
    opened: list[str] = []
    connect = sqlite3.dbapi2.connect

    def counting(*args: object, **kwargs: object) -> sqlite3.Connection:
        opened.append(str(args[0]))
        return connect(*args, **kwargs)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sqlite3.dbapi2, "connect", counting)
    return opened


def logged(folder: Path, *, is_open: bool) -> dict[str, object]:
    """Run the assets and return what a process that comes later finds of them."""
    folder.mkdir()
    kept_open = event_log_open if is_open else nullcontext
    with dg.DagsterInstance.local_temp(str(folder), overrides=_SILENT) as instance, kept_open(instance):
        done = dg.materialize([counted, summed, broken], instance=instance, raise_on_error=False)
    with dg.DagsterInstance.local_temp(str(folder), overrides=_SILENT) as instance:
        events = [each.dagster_event for each in instance.all_logs(done.run_id) if each.dagster_event]
        rows = instance.get_latest_materialization_event(dg.AssetKey("counted"))
        assert rows is not None and rows.asset_materialization is not None
        run = instance.get_run_by_id(done.run_id)
        checks = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey("summed"), "is_sound"), limit=10
        )
        return {
            "events": [(each.event_type_value, each.step_key, each.message) for each in events],
            "metadata": rows.asset_materialization.metadata,
            "checks": [each.status for each in checks],
            "assets": sorted(key.to_user_string() for key in instance.all_asset_keys()),
            "run": run.status if run else None,
        }


def without_ids(found: dict[str, object]) -> dict[str, object]:
    events = found["events"]
    assert isinstance(events, list)
    return found | {"events": [(kind, step) for kind, step, _ in events]}


def test_the_log_is_that_of_dagster(tmp_path: Path) -> None:
    own, ours = logged(tmp_path / "own", is_open=False), logged(tmp_path / "ours", is_open=True)
    assert without_ids(ours) == without_ids(own)
    assert ours["run"] == dg.DagsterRunStatus.FAILURE and len(ours["checks"]) == 1  # type: ignore[arg-type]


def test_events_cost_no_connection_each(tmp_path: Path, connections: list[str]) -> None:
    opened = []
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=_SILENT) as instance:
        for kept_open in (nullcontext, event_log_open):
            connections.clear()
            with kept_open(instance):
                dg.materialize([counted, summed], instance=instance)
            opened.append(sum("history" in file for file in connections))
    own, ours = opened
    assert ours < own / 2, opened


def test_afterwards_dagster_connects_as_ever(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=_SILENT) as instance:
        with event_log_open(instance):
            assert "_connect" in vars(instance.event_log_storage)
        assert "_connect" not in vars(instance.event_log_storage)


def test_a_run_that_keeps_no_log_reads_its_own(connections: list[str]) -> None:
    with dg.DagsterInstance.ephemeral() as instance, event_log_open(instance):
        before = len(connections)
        done = dg.materialize([counted, summed, broken], instance=instance, raise_on_error=False)
        assert len(connections) - before < 30
        assert [each.asset_key for each in done.get_asset_materialization_events()] == [
            dg.AssetKey("counted"),
            dg.AssetKey("summed"),
        ]
        assert instance.get_latest_materialization_event(dg.AssetKey("counted")) is not None
    assert not done.success
