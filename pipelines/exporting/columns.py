"""What an export says of a column: kind, label, domain. Read from the contracts.

Belongs here: the one reading of a contract that all formats share. Keep out: how a format writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pipelines.contracts import Table, contract
from pipelines.contracts.codes import Language
from pipelines.contracts.column_types import TypeName

Kind = Literal["integer", "decimal", "number", "string", "boolean", "date", "datetime"]
_KINDS: dict[TypeName, Kind] = {
    "Boolean": "boolean",
    "Date": "date",
    "Datetime": "datetime",
    "Decimal": "decimal",
    "Float64": "number",
    "Int32": "integer",
    "Int64": "integer",
    "String": "string",
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


@cache
def _fields(name: str) -> tuple[Field, ...]:
    return tuple(
        Field(
            each.name,
            each.zh,
            each.description,
            _KINDS[each.type.name],
            each.nullable,
            each.type.scale,
            tuple(each.isin),
            each.codes,
            each.minimum,
            each.maximum,
            each.pattern,
        )
        for each in contract(name).declared
    )


def fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a published table, in order."""
    return _fields(table.name)
