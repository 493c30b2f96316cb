"""Dimensions, facts, audit: an asset for each contract, generated; facts and cells are partitioned by the year read.

All tables are made in one step: to begin and end a step costs Dagster more than most tables take, and each is an asset
of its own all the same, which can be made alone. Belongs here: how builders become assets. Keep out: what a table is
made from (`pipelines/warehouse/star`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import dagster as dg

from assets.materialisation import column_schema, table_result
from assets.partitions import SINGLE_RUN, YEARS, keep_years, run_over_years
from assets.progress import counted, tell
from assets.resources import Warehouse
from pipelines.contracts import CONTRACTS, Table, contract
from pipelines.warehouse.parts import years_built
from pipelines.warehouse.run_inputs import INVENTORY, WORK, RunInputs
from pipelines.warehouse.shared_reading import elsewhere_by_settings
from pipelines.warehouse.star import BUILDERS, build, years_to_build

# What is read from outside of the tables, as the assets that make it.
_RAW_FILES, _EXTRACTED = "raw_files", "extracted_reports"
AUDIT_TABLES = {name for name in CONTRACTS if name.startswith("audit_")} | {"cell_correction"}
_PARTITIONED = {name for name, table in CONTRACTS.items() if table.partitioned}


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
    inputs = replace(warehouse.inputs, elsewhere=elsewhere_by_settings(tell(context)))
    is_chosen, is_whole = context.has_partition_key_range or context.has_partition_key, set(asked_for) == set(CONTRACTS)
    keys = list(context.partition_keys) if is_chosen else run_over_years(context, inputs, alone=is_whole)
    with_new = is_chosen and set(asked_for) >= _PARTITIONED
    made = build(inputs, asked_for, _years(inputs, keys, with_new=with_new))
    for name, built, seconds in counted(made, len(asked_for)):
        _tell_years(context, contract(name), built.rows, keys)
        yield table_result(warehouse.layout.star, contract(name), seconds)
    if is_whole and not is_chosen:
        keep_years(context.instance, years_built(warehouse.layout.star))


def _years(inputs: RunInputs, keys: Collection[str], *, with_new: bool) -> list[int]:
    """Return the years of partitions, with those that came since they were chosen where all tables are built of them.

    So a release lacks no year of its reports. A partition that somebody typed and is no year has no reports.
    """
    new = set(years_to_build(inputs)) - years_built(inputs.layout.star) if with_new else set()
    return sorted({int(key) for key in keys if key.isdecimal()} | new)


def _tell_years(
    context: dg.AssetExecutionContext, table: Table, rows: Mapping[int, int], keys: Collection[str]
) -> None:
    """Record the rows of each year of a table: with the partitions of the run, of other years by themselves."""
    for year, number in rows.items() if table.partitioned else ():
        rows_of_year = {"dagster/partition_row_count": number}
        if str(year) in keys:
            context.add_asset_metadata(rows_of_year, asset_key=table.name, partition_key=str(year))
        else:
            context.log_event(dg.AssetMaterialization(table.name, partition=str(year), metadata=rows_of_year))
