from __future__ import annotations

import polars as pl

from pipelines.agencies.assigning import agencies_of, agency_sk_of
from pipelines.contracts import contract


def test_unresolved_reports_share_no_agency() -> None:
    reports = pl.DataFrame({"report_key": [1, 2], "agency_printed": ["博山镇", "博山镇"]})
    assigned = reports.with_columns(agency_sk_of(reports["report_key"]))
    agencies = contract("dim_agency").validate(agencies_of(assigned))
    assert agencies["agency_sk"].n_unique() == 2
    assert agencies["status"].to_list() == ["unresolved"] * 2
    assert agencies["code"].to_list() == [None, None]
