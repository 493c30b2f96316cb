"""The generated release keeps every contract and every check, and is made of agencies that exist."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.large_release import YEARS, make_release
from benchmarks.publishers import agencies_of_reports
from pipelines.agencies.resolver import resolver
from pipelines.contracts import CONTRACTS
from pipelines.releases.manifest import DATABASE, PARQUET
from pipelines.warehouse.checks import check_names, run_check
from pipelines.warehouse.parquet import read_frame

REPORTS = 300


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("large"), REPORTS).path


def test_it_keeps_contracts_and_checks(release: Path) -> None:
    for table in CONTRACTS.values():
        table.validate(read_frame(release / PARQUET, table))
    assert {name: run_check(release / DATABASE, name).failing for name in check_names()} == dict.fromkeys(
        check_names(), 0
    )


def test_it_has_years_forms_levels_types_and_findings(release: Path) -> None:
    reports, agencies, found = (
        read_frame(release / PARQUET, CONTRACTS[name]) for name in ("dim_report", "dim_agency", "audit_finding")
    )
    assert reports.height == REPORTS
    assert set(reports["year_key"]) == set(YEARS) and set(reports["form"]) == {"2019", "2021"}
    assert {"county", "township"} <= set(agencies["level"]) and agencies["agency_type"].n_unique() > 3
    assert agencies["province"].drop_nulls().n_unique() > 10
    assert set(agencies["status"]) == {"exact", "unresolved"}
    assert {"error", "warning"} <= set(found["severity"])
    cells = read_frame(release / PARQUET, CONTRACTS["cell"]).filter("is_statutory")
    assert (
        cells.group_by("report_key")
        .len()
        .join(reports, on="report_key")
        .filter(pl.col("len") != pl.col("cells_expected"))
        .is_empty()
    )


def test_too_many_reports_are_refused() -> None:
    with pytest.raises(ValueError, match="there are agencies for"):
        list(agencies_of_reports(resolver().gazetteer, [2020], 10_000_000, 1))
