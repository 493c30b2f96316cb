"""Findings by severity, as Dagster counts them."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import polars as pl

from assets.audit import findings_by_severity
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS
from pipelines.releases.layout import Layout
from pipelines.warehouse.parquet import table_file
from tests.projects import copy_project


def _found(layout: Layout) -> dg.AssetCheckResult:
    found = findings_by_severity(Warehouse(root=layout.root))
    assert isinstance(found, dg.AssetCheckResult)
    return found


def test_findings_of_a_report_that_does_not_count_are_not_counted(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    before = _found(layout).metadata
    path = table_file(layout.star, CONTRACTS["dim_report"])
    reports = pl.read_parquet(path)
    is_wrong = pl.col("title").str.contains("东昌区")
    path.unlink()
    reports.with_columns(
        status=pl.when(is_wrong).then(pl.lit("duplicate_of")).otherwise(pl.col("status"))
    ).write_parquet(path)
    after = _found(layout)
    assert (before["error"].value, after.metadata["error"].value) == (5, 0)
    assert after.passed and after.metadata["warning"].value == before["warning"].value
