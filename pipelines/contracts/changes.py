"""Contract of what changed between two releases: what `gongkai diff --output` writes; no table of a release."""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.contracts.column_types import INT32, STRING
from pipelines.contracts.table import column, key, table

RELEASE_CHANGE = table(
    "release_change",
    "数据版本间变化",
    "One row per report added, removed or replaced, per changed attribute of a report or its agency, and per cell that "
    "changed or that the replacing report states otherwise.",
    column("table_name", STRING, "表", "Table in which it changed: dim_report, cell or cell_correction."),
    column("change", STRING, "变化", "Seen from the newer release.", isin=code_list("release_change")),
    column(
        "cause",
        STRING,
        "原因",
        "new_file: other content in the same place or of the same agency and year; file_removed: its file is gone; "
        "new_reader: the same file read by another reader; new_gazetteer: another gazetteer; correction: declared "
        "or decided by hand; unknown: neither release tells.",
        isin=code_list("change_cause"),
    ),
    column("year_key", INT32, "报告年度", "Year of the report, in the newer release if it is there.", nullable=True),
    column("agency_name", STRING, "行政机关名称", "Agency of the report, as the year.", nullable=True),
    column("item", STRING, "内容", "report, a column of dim_report or dim_agency, or a cell path (amounts: _yuan)."),
    column("old_value", STRING, "原值", "Before; of a cell without a number its status.", nullable=True),
    column("new_value", STRING, "新值", "After; of a cell without a number its status.", nullable=True),
    key("old_report_key", "原报告键", "Report in the older release.", nullable=True),
    key("new_report_key", "新报告键", "Report in the newer release.", nullable=True),
    primary_key=["table_name", "item", "old_report_key", "new_report_key"],
    sort=["table_name", "change", "cause", "year_key", "agency_name", "item", "old_report_key", "new_report_key"],
    partitioned=False,
)
