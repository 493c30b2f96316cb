"""Give every report its agency version. A report whose agency is not known keeps a row of its own, shared with none."""

from __future__ import annotations

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.keys import content_key


def agency_sk_of(report_keys: pl.Series) -> pl.Series:
    """Return the agency version of each report: one of its own while nothing resolves names."""
    keys = [content_key("unresolved", key) for key in report_keys.to_list()]
    return pl.Series("agency_sk", keys, dtype=pl.Int64)


def agencies_of(reports: pl.DataFrame) -> pl.DataFrame:
    """Return dim_agency for reports (columns agency_sk, agency_printed): name as printed, status unresolved."""
    table = contract("dim_agency")
    known = {
        "agency_sk": pl.col("agency_sk"),
        "agency_key": pl.col("agency_sk"),
        "name": pl.col("agency_printed"),
        "status": pl.lit("unresolved"),
    }
    columns = [known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in table.dtypes.items()]
    return reports.select(columns).sort(table.sort)
