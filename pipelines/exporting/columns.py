"""What an export says of a column: kind, label, domain. Read from the contracts, with the words for coded values.

Belongs here: the one reading of a contract that all formats share. Keep out: how a format writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from pipelines.contracts import Table, contract
from pipelines.contracts.column_types import TypeName

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
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
_VALUE_LABELS = Path(__file__).with_name("value_labels.yml")


@dataclass(frozen=True)
class Field:
    """A column of a table. `domain` names the entry of value_labels.yml that explains its codes."""

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
def value_labels() -> dict[str, dict[str, dict[Language, str]]]:
    """Return domain -> code -> language -> words."""
    found: dict[str, dict[str, dict[Language, str]]] = yaml.safe_load(_VALUE_LABELS.read_text(encoding="utf-8"))
    return found


def domain_of(allowed: tuple[str, ...]) -> str:
    """Return the smallest domain that explains these codes; raises KeyError naming those without words."""
    fitting = [(len(codes), name) for name, codes in value_labels().items() if set(allowed) <= set(codes)]
    if not fitting:
        raise KeyError(f"{_VALUE_LABELS.name} has no domain with {', '.join(allowed)}: add one")
    return min(fitting)[1]


@cache
def _fields(name: str) -> tuple[Field, ...]:
    return tuple(
        Field(
            each.name,
            each.zh,
            each.en,
            _KINDS[each.type.name],
            each.nullable,
            each.type.scale,
            each.isin,
            domain_of(each.isin) if each.isin else None,
            each.minimum,
            each.maximum,
            each.pattern,
        )
        for each in contract(name).declared
    )


def fields(table: Table) -> tuple[Field, ...]:
    """Return the fields of a published table, in order."""
    return _fields(table.name)
