"""The audit as Dagster sees it: findings by severity, a check that warns and never blocks."""

import dagster as dg
import polars as pl

from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS
from pipelines.contracts.audit import SEVERITIES
from pipelines.warehouse.parquet import read_frame


@dg.asset_check(asset="release_candidate", blocking=False)
def findings_by_severity(warehouse: Warehouse) -> dg.AssetCheckResult:
    """现行报告的审核发现按严重程度计数。Of current reports: the agencies' figures, so never blocking."""
    found, reports = (read_frame(warehouse.layout.star, CONTRACTS[name]) for name in ("audit_finding", "dim_report"))
    current = reports.filter(pl.col("status") == "current").select("report_key")
    counted = dict(found.join(current, on="report_key").group_by("severity").agg(pl.len()).rows())
    return dg.AssetCheckResult(
        passed=not counted.get("error"),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={severity: counted.get(severity, 0) for severity in SEVERITIES},
    )
