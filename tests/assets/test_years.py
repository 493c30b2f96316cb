"""Which partitions there are: years that have reports, in their order, whatever storage holds of them.

Keep out: what years are built from (`tests/warehouse`), backfills that the UI launches (`test_faults`).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.definitions import build_defs
from assets.partitions import YEARS, add_years, keep_years, range_tags
from assets.resources import Warehouse
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.contracts import CONTRACTS
from pipelines.releases.layout import Layout
from tests.projects import SEEDS, copy_project, make_project

_PARTITIONED = sorted(name for name, table in CONTRACTS.items() if table.partitioned)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


def partitions(instance: dg.DagsterInstance) -> list[str]:
    return list(YEARS.get_partition_keys(dynamic_partitions_store=instance))


def launched(layout: Layout, instance: dg.DagsterInstance, *keys: str) -> dg.ExecuteInProcessResult:
    """Run the job as a schedule does, or for partitions from the first to the last given."""
    warehouse = Warehouse(root=layout.root, workers=1, accept_loss="taken for this test alone")
    job = build_defs(warehouse).resolve_job_def("warehouse_job")
    return job.execute_in_process(instance=instance, tags=range_tags(keys) if keys else {})


def told_of(result: dg.ExecuteInProcessResult, partition: str) -> list[str]:
    events = [each for each in result.get_asset_materialization_events() if each.partition == partition]
    return sorted(each.asset_key.to_user_string() for each in events if each.asset_key is not None)


def test_years_stand_in_their_order_and_0_behind_them(instance: dg.DagsterInstance) -> None:
    add_years(instance, (0, 2021, 2020))
    assert partitions(instance) == ["2020", "2021", "0"]
    add_years(instance, (2019, 2022, 2021))
    assert partitions(instance) == ["2019", "2020", "2021", "2022", "0"]
    add_years(instance, ())
    keep_years(instance, (2022, 2018, 2020))
    assert partitions(instance) == ["2018", "2020", "2022"]
    keep_years(instance, ())
    assert partitions(instance) == []


def test_what_is_in_order_is_left_as_it_is(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that looks at the list meanwhile finds it whole."""
    add_years(instance, (2019, 2020))
    monkeypatch.setattr(instance, "delete_dynamic_partition", None)
    add_years(instance, (2021, 0))
    add_years(instance, (2019, 0))
    assert partitions(instance) == ["2019", "2020", "2021", "0"]


def test_in_a_shared_database_the_years_of_others_stay_and_stand_where_they_are(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_SWITCH, "postgresql://shared")
    monkeypatch.setattr(instance, "delete_dynamic_partition", None)
    add_years(instance, (2021, 0))
    keep_years(instance, (2019, 2020))
    assert partitions(instance) == ["2021", "0", "2019", "2020"]


def test_a_run_for_no_partition_tells_of_the_years_that_have_reports(
    seed_layout: Layout, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    # Of a typing error, of a run of another warehouse: the reports say which years there are.
    instance.add_dynamic_partitions("year", ["1999", "last"])
    done = launched(layout, instance)
    assert done.success and partitions(instance) == ["2020"]
    events = Counter(each.partition for each in done.get_asset_materialization_events())
    assert events == {"2020": len(_PARTITIONED), None: len(CONTRACTS) - len(_PARTITIONED) + 5}
    assert told_of(done, "2020") == _PARTITIONED


def test_years_whose_reports_are_gone_are_emptied_and_their_partitions_removed(
    seed_layout: Layout, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    text = next(SEEDS.glob("000*")).read_text(encoding="utf-8")
    (layout.raw / "2020" / "earlier.txt").write_text(text.replace("2020年", "2019年"), encoding="utf-8")
    assert launched(layout, instance).success
    assert partitions(instance) == ["2019", "2020"]
    (layout.raw / "2020" / "earlier.txt").unlink()
    done = launched(layout, instance)
    assert done.success and told_of(done, "2019") == _PARTITIONED
    assert partitions(instance) == ["2020"]
    assert not list(layout.star.glob("*/year_key=2019"))


def test_a_year_that_came_since_partitions_were_chosen_is_in_the_release(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    """Also on the first run of a project, which the UI can launch for the one partition there is."""
    layout = make_project(tmp_path)
    add_years(instance, [2008])
    done = launched(layout, instance, "2008", "2008")
    assert done.success and partitions(instance) == ["2008", "2020"]
    assert told_of(done, "2020") == told_of(done, "2008") == _PARTITIONED
    assert list((layout.current / "parquet" / "fact_reviews").glob("year_key=2020/*.parquet"))


def test_a_table_made_alone_takes_the_chosen_years_and_no_others(
    seed_layout: Layout, tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    shutil.rmtree(layout.star / "cell")
    instance.add_dynamic_partitions("year", ["2019", "last"])
    job = build_defs(Warehouse(root=layout.root)).resolve_job_def("warehouse_job")
    tags, selected = range_tags(["2019", "last"]), [dg.AssetKey("cell")]
    assert job.execute_in_process(instance=instance, tags=tags, asset_selection=selected).success
    assert not list(layout.star.glob("cell/*"))
    assert job.execute_in_process(instance=instance, asset_selection=selected).success
    assert list(layout.star.glob("cell/*")) == [layout.star / "cell" / "year_key=2020"]


def test_a_project_without_reports_is_run_too(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    layout = make_project(tmp_path, seeds=False)
    assert launched(layout, instance).success
    assert partitions(instance) == []
