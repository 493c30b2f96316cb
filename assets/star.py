"""Dimensions and facts: one asset per contract, generated; facts and cells are partitioned by the year read.

Belongs here: how a builder becomes an asset. Keep out: what a table is made from (`pipelines/warehouse/star`).
"""

import dagster as dg

from assets.materialisation import column_schema, table_result
from assets.partitions import SINGLE_RUN, YEARS
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS, Table
from pipelines.warehouse.run_inputs import INVENTORY, WORK
from pipelines.warehouse.star import BUILDERS, build

# What is read from outside of the tables, as the assets that make it.
_RAW_FILES, _EXTRACTED = "raw_files", "extracted_reports"
AUDIT_TABLES = {name for name in CONTRACTS if name.startswith("audit_")} | {"cell_correction"}


def dependencies(table: Table) -> list[str]:
    """Return the assets a table is made from: those of the inputs that its builder declares."""
    return list(dict.fromkeys(_asset_of(read) for read in BUILDERS[table.name].inputs_read))


def _asset_of(read: str) -> str:
    if read == INVENTORY:
        return _RAW_FILES
    return _EXTRACTED if read.startswith(WORK) else read


def group_of(table: Table) -> str:
    """Return the group a table is shown in."""
    if table.name in AUDIT_TABLES:
        return "audit"
    groups = {"dim": "dimensions", "code": "dimensions", "fact": "facts", "sum": "sums"}
    return groups.get(table.name.split("_")[0], "provenance")


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
        rows = build(warehouse.inputs, table.name, years).rows
        for key in context.partition_keys if table.partitioned else ():
            context.add_asset_metadata({"dagster/partition_row_count": rows[int(key)]}, partition_key=key)
        return table_result(warehouse.layout.star, table)

    return built


TABLE_ASSETS = [table_asset(table) for table in CONTRACTS.values() if table.name not in AUDIT_TABLES]
