"""The assets of collecting in real runs: a source is a partition, red sources are told, schedules name what is sure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import dagster as dg
import pytest
import yaml

from assets.automation import collecting_season_nightly
from assets.collecting import fetched_files, sources, sources_are_well
from assets.definitions import build_defs
from assets.portals import Portals
from assets.raw import raw_files
from assets.resources import Warehouse
from pipelines.collecting.stopping import stop
from tests.collecting.fetching.server import Server
from tests.commands.test_collect import CONFIGURATION, REPORTS, site
from tests.projects import make_project

# A partition must be a declared source; the test's file of that name takes its place.
ID = "cn-miit"


class Set:
    """A portal, its source and the resources that reach it."""

    def __init__(self, root: Path, server: Server) -> None:
        self.server = server
        self.layout = make_project(root / "project", seeds=False)
        self.folder = root / "sources"
        self.folder.mkdir()
        (root / "test.yml").write_text(yaml.safe_dump(CONFIGURATION), encoding="utf-8")
        self.declare(confirmed=True)
        self.portals = Portals(root=self.layout.root, sources=self.folder, test_configuration=root / "test.yml")

    def declare(self, **more: Any) -> None:
        listed = {"type": "trs_static", "url": self.server.url("/nb/")}
        values = {"id": ID, "agency": {"name": "某市"}, "hosts": [self.server.host], "scheme_http_allowed": True}
        text = yaml.safe_dump({**values, "list": listed, **more}, allow_unicode=True)
        (self.folder / f"{ID}.yml").write_text(text, encoding="utf-8")

    def fetch(self, *, raises: bool = True) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            [sources, fetched_files], resources={"portals": self.portals}, partition_key=ID, raise_on_error=raises
        )


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Set]:
    with Server(site()) as server:
        yield Set(tmp_path, server)


def test_a_source_is_fetched_and_what_came_is_metadata(found: Set) -> None:
    result = found.fetch()
    (done,) = result.asset_materializations_for_node("fetched_files")
    told = {name: entry.value for name, entry in done.metadata.items()}
    assert (told["created"], told["failed"], told["list_state"]) == (len(REPORTS) + 2, 0, "complete")
    (check,) = result.get_asset_check_evaluations()
    assert check.passed and check.check_name == "source_is_not_red"
    assert len(list((found.layout.raw / "objects").glob("??/*"))) == len(REPORTS) + 2


def test_a_red_source_is_a_warning_and_keeps_what_it_had(found: Set) -> None:
    found.fetch()
    found.server.pages = {}
    result = found.fetch()
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed and check.severity == dg.AssetCheckSeverity.WARN
    assert len(list((found.layout.raw / "objects").glob("??/*"))) == len(REPORTS) + 2


def test_a_crawler_that_cannot_start_fails_the_run(found: Set) -> None:
    shutil.rmtree(found.folder)
    found.folder.mkdir()
    assert not dg.materialize(
        [fetched_files], resources={"portals": found.portals}, partition_key=ID, raise_on_error=False
    ).success


def test_a_stop_of_all_crawling_fails_the_run_and_says_why(found: Set) -> None:
    stop(found.layout.raw, "a complaint")
    result = found.fetch(raises=False)
    failure = result.failure_data_for_node("fetched_files")
    assert not result.success and failure is not None and "a complaint" in str(failure.error)
    assert found.server.seen == []


def test_health_looks_at_confirmed_sources(found: Set) -> None:
    well = sources_are_well(portals=found.portals)
    assert isinstance(well, dg.AssetCheckResult) and well.passed and well.metadata["looked_at"].value == 1
    found.server.pages = {}
    ill = sources_are_well(portals=found.portals)
    assert isinstance(ill, dg.AssetCheckResult) and not ill.passed and ID in str(ill.metadata["which"].value)
    found.declare(confirmed=False)
    none = sources_are_well(portals=found.portals)
    assert isinstance(none, dg.AssetCheckResult) and none.passed and none.metadata["looked_at"].value == 0


def test_the_schedule_asks_for_confirmed_sources_alone(found: Set) -> None:
    def asked() -> list[str | None]:
        requests = cast(Iterator[dg.RunRequest], collecting_season_nightly(portals=found.portals))
        return [request.partition_key for request in requests]

    assert asked() == [ID]
    found.declare(confirmed=False)
    assert asked() == []


def test_what_is_fetched_enters_the_inventory(found: Set) -> None:
    found.fetch()
    definitions = build_defs(Warehouse(root=str(found.layout.root)), found.portals)
    job = definitions.resolve_job_def("warehouse_job")
    assert "fetched_files" not in {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert dg.AssetKey("fetched_files") in raw_files.asset_deps[dg.AssetKey("raw_files")]
    result = dg.materialize([raw_files], resources={"warehouse": Warehouse(root=str(found.layout.root))})
    (done,) = result.asset_materializations_for_node("raw_files")
    assert done.metadata["locations"].value == len(REPORTS) + 2
