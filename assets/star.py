"""Dimensions, facts, audit: an asset for each contract, generated; facts and cells are partitioned by the year read.

All tables are made in one step: to begin and end a step costs Dagster more than most tables take, and each is an asset
of its own all the same, which can be made alone. Belongs here: how builders become assets. Keep out: what a table is
made from (`pipelines/warehouse/star`).
"""

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg

from assets.materialisation import column_schema, table_result
from assets.partitions import SINGLE_RUN, YEARS
from assets.progress import counted, tell
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS, Table, contract
from pipelines.warehouse.run_inputs import INVENTORY, WORK
from pipelines.warehouse.shared_reading import elsewhere_by_settings
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


def _spec(table: Table) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name,
        group_name=group_of(table),
        deps=dependencies(table),
        description=f"{table.zh}。{table.en}",
        kinds={"parquet", "pandera"},
        partitions_def=YEARS if table.partitioned else None,
        metadata={"dagster/column_schema": column_schema(table)},
    )


@dg.multi_asset(specs=[_spec(table) for table in CONTRACTS.values()], can_subset=True, backfill_policy=SINGLE_RUN)
def tables(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
    """Build tables as Parquet under their contracts, each after those it reads."""
    asked_for = [key.to_user_string() for key in context.selected_asset_keys]
    keys = context.partition_keys if context.has_partition_key_range or context.has_partition_key else []
    inputs = replace(warehouse.inputs, elsewhere=elsewhere_by_settings(tell(context)))
    for name, built, seconds in counted(build(inputs, asked_for, [int(key) for key in keys]), len(asked_for)):
        table = contract(name)
        for key in keys if table.partitioned else ():
            context.add_asset_metadata(
                {"dagster/partition_row_count": built.rows[int(key)]}, asset_key=name, partition_key=key
            )
        yield table_result(warehouse.layout.star, table, seconds)
