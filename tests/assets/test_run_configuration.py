"""What whoever launches a run may choose, and what not: a run writes and removes files, and fetches from the web."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.definitions import build_defs
from assets.portals import Portals
from assets.resources import Warehouse
from tests.projects import make_project

CHOSEN = {"lock_wait_seconds", "workers", "retry", "accept_loss", "allowed_loss", "rebuild"}


def fields(of: Any, *names: str) -> set[str]:
    for name in names:
        of = of.fields[name].config_type
    return set(getattr(of, "fields", ()))


def test_whoever_launches_a_run_chooses_what_it_does_and_not_where() -> None:
    defs = build_defs()
    warehouse, collecting = (
        defs.resolve_job_def(name).run_config_schema.config_type for name in ("warehouse_job", "collecting_job")
    )
    assert fields(warehouse, "resources", "warehouse", "config") == CHOSEN
    assert fields(collecting, "resources", "portals", "config") == set()


@pytest.mark.parametrize(
    ("job", "resource", "name", "value"),
    [
        ("warehouse_job", "warehouse", "root", "/tmp/elsewhere"),
        ("warehouse_job", "warehouse", "_root", "/tmp/elsewhere"),
        ("warehouse_job", "warehouse", "lock_is_held", True),
        ("warehouse_job", "warehouse", "last_year", 2050),
        ("collecting_job", "portals", "root", "/tmp/elsewhere"),
        ("collecting_job", "portals", "sources", "/tmp/elsewhere"),
        ("collecting_job", "portals", "test_configuration", "/tmp/elsewhere"),
    ],
)
def test_a_run_that_is_told_where_is_refused(job: str, resource: str, name: str, value: Any, tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    defs = build_defs(Warehouse(root=layout.root), Portals(root=layout.root))
    stated = {"resources": {resource: {"config": {name: value}}}}
    with pytest.raises(dg.DagsterInvalidConfigError, match=name):
        defs.resolve_job_def(job).execute_in_process(run_config=stated, partition_key=None)
    assert sorted(path.name for path in layout.root.iterdir()) == ["dagster.yaml", "data", "pyproject.toml"]


def test_a_run_with_a_configuration_stays_where_it_was_made_to_be(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    job = build_defs(Warehouse(root=layout.root)).resolve_job_def("warehouse_job")
    stated = {"resources": {"warehouse": {"config": {"workers": 1, "retry": ["all"]}}}}
    job.execute_in_process(run_config=stated, asset_selection=[dg.AssetKey("raw_files")])
    assert layout.inventory.is_file()
