"""What an export says of a column: kind, label, domain. Read from the contracts.

Belongs here: the one reading of a contract that all formats share. Keep out: how a format writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import polars as pl

from pipelines.contracts import Table, contract
from pipelines.contracts.codes import Language

Kind = Literal["integer", "decimal", "number", "string", "boolean", "date", "datetime"]
_KINDS: dict[Any, Kind] = {
    pl.Int64: "integer",
    pl.Int32: "integer",
    pl.Float64: "number",
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Date: "date",
}


@dataclass(frozen=True)
class Field:
    """A column of a table. `domain` names the code list that explains its codes."""

    name: str
    zh: str
    description: str
    kind: Kind
    nullable: bool
    scale: int = 0
    allowed: tuple[str, ...] = ()
    domain: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None

    def header(self, language: Language) -> str:
        """Return what stands above the column: the Chinese label, or the name of the contracts."""
        return self.zh if language == "zh" else self.name


def _kind(dtype: Any) -> tuple[Kind, int]:
    if isinstance(dtype, pl.Decimal):
        return "decimal", dtype.scale
    if isinstance(dtype, pl.Datetime):
        return "datetime", 0
    return _KINDS[dtype.base_type() if isinstance(dtype, pl.DataType) else dtype], 0


@cache
def _fields(name: str) -> tuple[Field, ...]:
    table = contract(name)
    found = []
    for column, spec in table.schema.columns.items():
        stated: dict[str, Any] = {}
        for check in spec.checks:
            stated |= check.statistics or {}
        kind, scale = _kind(table.dtypes[column])
        allowed = tuple(stated.get("allowed_values", ()))
        found.append(
            Field(
                column,
                spec.title or column,
                spec.description or "",
                kind,
                spec.nullable,
                scale,
                allowed,
                table.code_lists.get(column),
                stated.get("min_value"),
                stated.get("max_value"),
                str(stated["pattern"]) if "pattern" in stated else None,
            )
        )
    return tuple(found)


def fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a published table, in order."""
    return _fields(table.name)
