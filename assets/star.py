"""Dimensions and facts: one asset per contract, generated; facts and cells are partitioned by the year read."""

import dagster as dg

from assets.partitions import SINGLE_RUN, YEARS
from assets.resources import Warehouse
from assets.showing import column_schema, table_result
from pipelines.contracts import CONTRACTS, Table
from pipelines.warehouse.star import build

# Tables that need nothing but the declarations and the calendar.
_STATIC = {
    "dim_year",
    "dim_form",
    "dim_form_cell",
    "dim_application_line",
    "dim_applicant",
    "dim_review",
    "dim_indicator",
    "code_list",
    "dim_division",
    "division_succession",
    "audit_rule",
    "audit_rule_cell",
}
AUDIT_TABLES = {name for name in CONTRACTS if name.startswith("audit_")} | {"cell_correction"}
_DEPS = {
    "cell": ["extracted_reports", "dim_report"],
    "unmapped_row": ["extracted_reports", "dim_report"],
    "report_section": ["extracted_reports", "dim_report"],
    "agency_match": ["dim_agency", "dim_report"],
    "narrative_figure": ["extracted_reports", "dim_report"],
    "audit_evaluation": [
        *("cell", "unmapped_row", "report_section", "narrative_figure", "dim_report", "dim_agency", "dim_year"),
        *("report_file", "raw_file_location", "audit_rule", "audit_rule_cell"),
    ],
    "audit_finding": ["audit_evaluation", "audit_rule"],
    "cell_correction": ["cell", "dim_report", "report_file", "raw_file_location"],
    "fact_applications": ["cell", "dim_application_line", "dim_applicant", "dim_agency"],
    "fact_reviews": ["cell", "dim_review", "dim_agency"],
    "fact_statistics_2014": ["cell", "dim_indicator", "dim_agency"],
    "dim_report": ["extracted_reports", "report_file"],
    "dim_agency": ["extracted_reports", "report_file"],
}


def dependencies(table: Table) -> list[str]:
    """Return the assets a table is made from."""
    if table.name in _STATIC:
        return []
    if table.name.startswith("fact_"):
        return _DEPS.get(table.name, ["cell", "dim_agency"])
    return _DEPS.get(table.name, ["extracted_reports"])


def group_of(table: Table) -> str:
    """Return the group a table is shown in."""
    if table.name in AUDIT_TABLES:
        return "audit"
    return {"dim": "dimensions", "code": "dimensions", "fact": "facts"}.get(table.name.split("_")[0], "provenance")


def table_asset(table: Table) -> dg.AssetsDefinition:
    """Return the asset that builds a table as Parquet under its contract."""

    @dg.asset(
        name=table.name,
        group_name=group_of(table),
        deps=dependencies(table),
        description=f"{table.zh}。{table.en}",
        kinds={"parquet", "pandera"},
        partitions_def=YEARS if table.partitioned else None,
        backfill_policy=SINGLE_RUN if table.partitioned else None,
        metadata={"dagster/column_schema": column_schema(table)},
    )
    def built(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult[None]:
        years = [int(key) for key in context.partition_keys] if table.partitioned else []
        rows = build(warehouse.snapshot, table.name, years)
        for key in context.partition_keys if table.partitioned else ():
            context.add_asset_metadata({"dagster/partition_row_count": rows[int(key)]}, partition_key=key)
        return table_result(warehouse.snapshot, table)

    return built


TABLE_ASSETS = [table_asset(table) for table in CONTRACTS.values() if table.name not in AUDIT_TABLES]
