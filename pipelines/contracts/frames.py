"""Contracts in polars: the types of columns, a frame without rows, and the expression of a cell's path.

Belongs here: what a declaration is as a frame. Keep out: checking frames (`validation`, which loads pandera).
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts.column_types import ColumnType, TypeName
from pipelines.contracts.table import Table

_PLAIN: dict[TypeName, type[pl.DataType]] = {
    "Boolean": pl.Boolean,
    "Date": pl.Date,
    "Float64": pl.Float64,
    "Int32": pl.Int32,
    "Int64": pl.Int64,
    "String": pl.String,
}
# A form with one number a row has no column in its paths.
CELL_PATH = pl.concat_str("table_id", "row_id", "column_id", separator=".").str.strip_suffix(".").alias("cell_path")


def dtype_of(column_type: ColumnType) -> pl.DataType | type[pl.DataType]:
    """Return the Polars type of a column."""
    if column_type.name == "Decimal":
        return pl.Decimal(column_type.precision, column_type.scale)
    if column_type.name == "Datetime":
        return pl.Datetime("us", "UTC")
    return _PLAIN[column_type.name]


def empty_frame(table: Table) -> pl.DataFrame:
    """Return a frame of a table without rows."""
    return pl.DataFrame(schema=table.dtypes)
