"""The asset graph: what there is, what depends on what, when it runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy
from dagster._utils.schedules import reverse_cron_string_iterator

from assets.automation import inbox_sensor, schedules
from assets.definitions import build_defs, defs
from assets.partitions import YEARS, add_years
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS
from pipelines.warehouse.checks import check_about, check_names
from pipelines.warehouse.star import BUILDERS
from tests.projects import ROOT, make_project

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


def test_the_year_is_asked_by_every_run_and_stands_still_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    warehouse = Warehouse(root=str(tmp_path))
    for year in (2026, 2027):
        monkeypatch.setattr("assets.resources.last_report_year", lambda year=year: year)
        with warehouse.yield_for_execution(dg.build_init_resource_context()) as of_the_run:
            monkeypatch.setattr("assets.resources.last_report_year", lambda: 2099)
            assert of_the_run.inputs.last_year == year


def test_checks_of_sql_block_the_candidate() -> None:
    keys = {key.name: key for key in GRAPH.asset_check_keys}
    of_others = ("findings_by_severity", "source_is_not_red", "sources_are_well")
    assert set(keys) == {*check_names(), "candidate_is_sound", *of_others}
    blocking = {name for name, key in keys.items() if GRAPH.get_check_spec(key).blocking}
    assert blocking == {"candidate_is_sound"}
    about = {name: keys[name].asset_key.to_user_string() for name in check_names()}
    assert about == {name: check_about(name) for name in check_names()}
    assert about["one_report_counts"] == "dim_report" and about["cell_has_place"] == "cell"


@pytest.mark.parametrize("first", ["-- Every cell that is printed", "-- about: no_table", "SELECT 1"])
def test_a_check_says_what_it_is_about(first: str, tmp_path: Path) -> None:
    (tmp_path / "new.sql").write_text(f"{first}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"new\.sql:1: .*expected `-- about: `"):
        check_about("new", tmp_path)


def test_every_asset_has_an_owner_a_kind_and_its_code() -> None:
    for key in GRAPH.get_all_asset_keys():
        node = GRAPH.get(key)
        assert node.owners and node.kinds, key
        references = node.metadata["dagster/code_references"].code_references
        assert all(Path(each.file_path).is_file() and each.line_number > 0 for each in references), key
    cell = GRAPH.get(dg.AssetKey("cell"))
    assert cell.metadata["dagster/table_name"] == "gongkai.main.cell"
    sources = [each.file_path for each in cell.metadata["dagster/code_references"].code_references]
    assert [Path(each).relative_to(ROOT).as_posix() for each in sources] == [
        "pipelines/warehouse/report_contents.py",
        "assets/star.py",
    ]


@pytest.mark.parametrize(
    ("now", "materialised", "state"),
    [
        ("2026-01-20T13:00", "2026-01-20T03:10", "PASS"),
        ("2026-01-20T13:00", "2026-01-18T03:10", "FAIL"),
        # Off the season the last deadline is that of 30 April.
        ("2026-11-20T13:00", "2026-04-30T03:10", "PASS"),
        ("2026-11-20T13:00", "2026-03-01T03:10", "FAIL"),
    ],
)
def test_a_release_is_due_daily_in_the_season(now: str, materialised: str, state: str) -> None:
    policy = GRAPH.get(dg.AssetKey("release")).freshness_policy
    assert isinstance(policy, CronFreshnessPolicy)
    local = ZoneInfo("Asia/Shanghai")
    moment, made = (datetime.fromisoformat(each).replace(tzinfo=local) for each in (now, materialised))
    deadline = next(reverse_cron_string_iterator(moment.timestamp(), policy.deadline_cron, policy.timezone))
    assert ("PASS" if made > deadline - policy.lower_bound_delta else "FAIL") == state


def test_what_follows_from_new_files_is_made_by_automation_in_one_go() -> None:
    """Once switched on it asks for tables, candidate and release together, and for nothing on its first look."""
    with dg.DagsterInstance.ephemeral() as instance:
        add_years(instance, (2019, 2020, 0))
        everything = dg.AssetSelection.all()
        for key in GRAPH.get_all_asset_keys():
            of = GRAPH.get(key).partitions_def
            for partition in of.get_partition_keys(dynamic_partitions_store=instance) if of else [None]:
                instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))
        first = dg.evaluate_automation_conditions(defs, instance, everything)
        instance.report_runless_asset_event(dg.AssetMaterialization("raw_files"))
        asked = dg.evaluate_automation_conditions(defs, instance, everything, cursor=first.cursor)
        names = {each.to_user_string() for each in GRAPH.get_all_asset_keys() if asked.get_num_requested(each)}
    assert "extracted_reports" in names and "release" in names
    assert not names & {"raw_files", "exports_csv", "fetched_files", "sources"}


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
    given: dict[str, Any] = {"definitions": build_defs(warehouse), "instance": dg.DagsterInstance.ephemeral()}
    with given["instance"], dg.build_sensor_context(resources={"warehouse": warehouse}, **given) as context:
        assert isinstance(inbox_sensor(context), dg.RunRequest)
        assert isinstance(inbox_sensor(context), dg.SkipReason)
        (layout.raw / "2020" / "new.txt").write_text("new", encoding="utf-8")
        assert isinstance(inbox_sensor(context), dg.RunRequest)
