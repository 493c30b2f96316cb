"""Contracts in Arrow: the schema of a table's Parquet files, with labels and descriptions in its metadata.

Belongs here: Arrow types and metadata. Keep out: writing files (`warehouse.parquet`).
"""

from __future__ import annotations

import pyarrow as pa

from pipelines.contracts.column_types import ColumnType, TypeName
from pipelines.contracts.table import Table

_PLAIN: dict[TypeName, pa.DataType] = {
    "Boolean": pa.bool_(),
    "Date": pa.date32(),
    "Datetime": pa.timestamp("us", tz="UTC"),
    "Float64": pa.float64(),
    "Int32": pa.int32(),
    "Int64": pa.int64(),
    "String": pa.string(),
}


def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table; fields and schema carry the Chinese label and the description."""
    fields = [
        pa.field(
            each.name,
            _arrow_type(each.type),
            nullable=each.nullable,
            metadata={"label_zh": each.zh, "description": each.description},
        )
        for each in table.declared
    ]
    return pa.schema(fields, metadata={"table": table.name, "label_zh": table.zh, "description": table.en})


def _arrow_type(column_type: ColumnType) -> pa.DataType:
    if column_type.name == "Decimal":
        return pa.decimal128(column_type.precision, column_type.scale)
    return _PLAIN[column_type.name]
