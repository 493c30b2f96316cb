"""The asset graph: what there is, what depends on what, when it runs."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from assets.automation import inbox_sensor, schedules
from assets.definitions import build_defs, defs
from assets.partitions import YEARS
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS
from pipelines.warehouse.checks import check_names
from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.star import BUILDERS
from tests.projects import make_project

GRAPH = defs.resolve_asset_graph()


def ancestors(name: str) -> set[str]:
    return {key.to_user_string() for key in GRAPH.get_ancestor_asset_keys(dg.AssetKey(name))}


def test_there_is_an_asset_for_every_contract() -> None:
    names = {key.to_user_string() for key in GRAPH.get_all_asset_keys()}
    assert names == {
        *("sources", "fetched_files", "raw_files", "extracted_reports"),
        *CONTRACTS,
        *("release_candidate", "release", "stored_release", "exports_csv"),
    }


@pytest.mark.parametrize("name", [n for n in CONTRACTS if n.startswith("fact_")])
def test_lineage_runs_from_raw_files_to_every_fact(name: str) -> None:
    assert {"raw_files", "extracted_reports", "cell", "dim_report"} <= ancestors(name)


@pytest.mark.parametrize("name", CONTRACTS)
def test_dependencies_are_what_the_builder_reads(name: str) -> None:
    reads = BUILDERS[name].inputs_read
    expected = {read for read in reads if read in CONTRACTS}
    expected |= {"raw_files"} if "inventory" in reads else set()
    expected |= {"extracted_reports"} if any(read.startswith("work:") for read in reads) else set()
    assert {key.to_user_string() for key in GRAPH.get(dg.AssetKey(name)).parent_keys} == expected


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_column_of_a_table_is_described(name: str) -> None:
    columns = GRAPH.get(dg.AssetKey(name)).metadata["dagster/column_schema"].columns
    assert [column.name for column in columns] == list(CONTRACTS[name].columns)
    assert all(column.description for column in columns)


def test_release_stands_behind_everything() -> None:
    assert {*CONTRACTS, "release_candidate"} <= ancestors("release")
    assert "release" in ancestors("exports_csv")


def test_exports_are_made_only_when_asked_for() -> None:
    jobs = {
        job.name: {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
        for job in (defs.resolve_job_def(name) for name in ("warehouse_job", "exports_job"))
    }
    assert jobs["exports_job"] == {"exports_csv"}
    own = ("raw_files", "extracted_reports", "release_candidate", "release", "stored_release")
    assert jobs["warehouse_job"] == {*own, *CONTRACTS}
    assert "exports_job" not in {schedule.job_name for schedule in schedules}


def test_facts_are_partitioned_by_year_and_extraction_is_not() -> None:
    partitioned = {k.to_user_string() for k in GRAPH.get_all_asset_keys() if GRAPH.get(k).partitions_def == YEARS}
    assert partitioned == {name for name, table in CONTRACTS.items() if table.partitioned}


def test_partitions_reach_one_year_further_than_reports() -> None:
    """A UI that is open over New Year has the new one already."""
    keys = [int(key) for key in YEARS.get_partition_keys()]
    assert keys[-1] == 0 and keys[-2] == last_report_year() + 1 and keys[:-1] == sorted(keys[:-1])


def test_the_year_is_asked_by_every_run_and_stands_still_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    warehouse = Warehouse(root=str(tmp_path))
    for year in (2026, 2027):
        monkeypatch.setattr("assets.resources.last_report_year", lambda year=year: year)
        with warehouse.yield_for_execution(dg.build_init_resource_context()) as of_the_run:
            monkeypatch.setattr("assets.resources.last_report_year", lambda: 2099)
            assert of_the_run.inputs.last_year == year


def test_checks_of_sql_block_the_candidate() -> None:
    keys = {key.name: key for key in GRAPH.asset_check_keys}
    assert set(keys) == {*check_names(), "findings_by_severity", "source_is_not_red", "sources_are_well"}
    blocking = {name for name, key in keys.items() if GRAPH.get_check_spec(key).blocking}
    assert blocking == set(check_names())


def test_schedules_cover_the_year() -> None:
    crons = {s.name: s.cron_schedule for s in schedules}
    assert crons == {
        "collecting_season_nightly": "0 20 * 1-4 *",
        "collecting_off_season_weekly": "0 20 * 5-12 0",
        "source_health_nightly": "0 6 * * *",
        "reporting_season_daily": "0 3 * 1-4 *",
        "off_season_weekly": "0 3 * 5-12 1",
    }


def test_sensor_asks_for_one_run_per_change(tmp_path_factory: pytest.TempPathFactory) -> None:
    layout = make_project(tmp_path_factory.mktemp("sensor"))
    warehouse = Warehouse(root=str(layout.root))
    with dg.build_sensor_context(resources={"warehouse": warehouse}, definitions=build_defs(warehouse)) as context:
        assert isinstance(inbox_sensor(context), dg.RunRequest)
        assert isinstance(inbox_sensor(context), dg.SkipReason)
        (layout.raw / "2020" / "new.txt").write_text("new", encoding="utf-8")
        assert isinstance(inbox_sensor(context), dg.RunRequest)
