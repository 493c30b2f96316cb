"""What a contract is: a pandera schema with labels in two languages, a key, a sort order and a place on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from pipelines.contracts.codes import CodeList

YUAN = pl.Decimal(18, 2)
NUMBER = pl.Decimal(18, 6)
# 53 bits: Excel, Stata and JavaScript hold such integers exactly.
MAX_KEY = 2**53 - 1
_SHOWN_CASES = 5


class ContractViolation(Exception):
    """Rows that break a contract: names the table, the column, the rule broken and examples."""


def column(
    name: str,
    dtype: Any,
    zh: str,
    en: str,
    *,
    nullable: bool = False,
    isin: Sequence[str] | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    pattern: str | None = None,
) -> pa.Column:
    """Declare a column: Chinese label, English description with unit, and its domain, for codes a code list."""
    checks = []
    if isin is not None:
        checks.append(pa.Check.isin(list(isin)))
    if minimum is not None:
        checks.append(pa.Check.ge(minimum))
    if maximum is not None:
        checks.append(pa.Check.le(maximum))
    if pattern is not None:
        checks.append(pa.Check.str_matches(pattern))
    metadata = {"code_list": isin.name} if isinstance(isin, CodeList) else None
    return pa.Column(dtype, checks, nullable=nullable, name=name, title=zh, description=en, metadata=metadata)


def key(name: str, zh: str, en: str, *, nullable: bool = False) -> pa.Column:
    """Declare a surrogate key: a positive integer of at most 53 bits made from content."""
    return column(name, pl.Int64, zh, en, nullable=nullable, minimum=1, maximum=MAX_KEY)


def year_key() -> pa.Column:
    """Declare the year column of every table that is partitioned by it."""
    en = "Report year as read from the report; 0 where no year can be read. References dim_year."
    return column("year_key", pl.Int32, "报告年度", en, minimum=0)


@dataclass(frozen=True)
class Table:
    """A published table. `partitioned`: one Parquet file per year_key. `sort` makes files byte-stable."""

    name: str
    zh: str
    en: str
    schema: pa.DataFrameSchema
    primary_key: tuple[str, ...]
    sort: tuple[str, ...]
    partitioned: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the column names in order."""
        return tuple(self.schema.columns)

    @property
    def dtypes(self) -> dict[str, Any]:
        """Map column name to Polars type."""
        return {name: spec.dtype.type for name, spec in self.schema.columns.items()}

    @property
    def code_lists(self) -> dict[str, str]:
        """Map the columns that hold codes to the names of their code lists."""
        return {name: spec.metadata["code_list"] for name, spec in self.schema.columns.items() if spec.metadata}

    def empty(self) -> pl.DataFrame:
        """Return a frame without rows."""
        return pl.DataFrame(schema=self.dtypes)

    def validate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame if it keeps the contract (types, domains, key), else raise ContractViolation."""
        try:
            self.schema.validate(frame, lazy=True)
        except SchemaErrors as error:
            raise ContractViolation(_explain(self.name, error)) from error
        repeated = frame.select(self.primary_key).is_duplicated().sum() if frame.height else 0
        if repeated:
            raise ContractViolation(f"{self.name}: {repeated} rows share a key ({', '.join(self.primary_key)})")
        return frame


def _explain(name: str, error: SchemaErrors) -> str:
    cases = error.failure_cases
    rows = cases.select("column", "check", "failure_case").unique(maintain_order=True).head(_SHOWN_CASES).rows()
    shown = "; ".join(f"{column}: {check} broken by {case!r}" for column, check, case in rows)
    return f"{name}: {cases.height} values break the contract: {shown}"


def table(
    name: str,
    zh: str,
    en: str,
    *columns: pa.Column,
    primary_key: Sequence[str],
    sort: Sequence[str] | None = None,
    partitioned: bool = True,
) -> Table:
    """Declare a table; the schema is strict: no column more or less, in this order."""
    schema = pa.DataFrameSchema(
        {c.name: c for c in columns}, name=name, title=zh, description=en, strict=True, ordered=True
    )
    return Table(name, zh, en, schema, tuple(primary_key), tuple(sort or primary_key), partitioned)
