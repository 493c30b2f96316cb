"""The types that columns have, named as polars names them; naming one loads nothing.

Belongs here: names of types. Keep out: what a type is in polars (`frames`), Arrow (`arrow`) and SQL (`rendering`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TypeName = Literal["Boolean", "Date", "Datetime", "Decimal", "Float64", "Int32", "Int64", "String"]


@dataclass(frozen=True)
class ColumnType:
    """A type of a column: decimals alone have precision and scale, instants are microseconds in UTC."""

    name: TypeName
    precision: int = 0
    scale: int = 0


BOOLEAN = ColumnType("Boolean")
DATE = ColumnType("Date")
FLOAT64 = ColumnType("Float64")
INSTANT = ColumnType("Datetime")
INT32 = ColumnType("Int32")
INT64 = ColumnType("Int64")
STRING = ColumnType("String")
NUMBER = ColumnType("Decimal", 18, 6)
YUAN = ColumnType("Decimal", 18, 2)
