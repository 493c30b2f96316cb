"""The check of a frame against its contract, done by pandera, whose schema is built at the first check of a table.

Belongs here: what breaks a contract and how that is said. Keep out: declarations (`table`), and any judgement of an
agency's figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from pipelines.contracts.table import Column, ContractViolation, Table

_SHOWN_CASES = 5


def check_frame(table: Table, frame: pl.DataFrame) -> None:
    """Raise ContractViolation for a frame that breaks types, domains or key, or has a column more or less."""
    try:
        _at_once(table).validate(frame)
    except SchemaError:
        _explained(table, frame)
    repeated = frame.select(table.primary_key).is_duplicated().sum() if frame.height else 0
    if repeated:
        raise ContractViolation(f"{table.name}: {repeated} rows share a key ({', '.join(table.primary_key)})")


def _explained(table: Table, frame: pl.DataFrame) -> None:
    """Raise ContractViolation with what each column breaks."""
    try:
        _schema(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        # The explanation says all of it; as a cause, pandera's JSON would be what a run reports.
        raise ContractViolation(_explain(table.name, error)) from None
    raise AssertionError(f"{table.name}: both schemas are of one declaration, and only one holds")


@cache
def _at_once(table: Table) -> pa.DataFrameSchema:
    """Return the strict schema of a table with one check for all domains: a frame that holds costs one query."""
    columns = {each.name: pa.Column(table.dtypes[each.name], nullable=True, name=each.name) for each in table.declared}
    held = [expression for each in table.declared for expression in _held(each)]
    check = pa.Check(lambda data: data.lazyframe.select(pl.all_horizontal(True, *held)))
    return pa.DataFrameSchema(columns, checks=check, name=table.name, strict=True, ordered=True)


def _held(column: Column) -> Iterator[pl.Expr]:
    """Yield what must be true of a column; like pandera's checks, of values and not of NULL."""
    value = pl.col(column.name)
    if not column.nullable:
        yield value.is_not_null().all()
    if column.isin:
        yield value.is_in(list(column.isin)).all()
    if column.minimum is not None:
        yield (value >= column.minimum).all()
    if column.maximum is not None:
        yield (value <= column.maximum).all()
    if column.pattern is not None:
        yield value.str.contains(column.pattern if column.pattern.startswith("^") else f"^{column.pattern}").all()


@cache
def _schema(table: Table) -> pa.DataFrameSchema:
    """Return the strict schema of a table: no column more or less, in the order declared."""
    columns = {
        each.name: pa.Column(
            table.dtypes[each.name],
            list(_checks(each)),
            nullable=each.nullable,
            name=each.name,
            title=each.zh,
            description=each.en,
        )
        for each in table.declared
    }
    return pa.DataFrameSchema(columns, name=table.name, title=table.zh, description=table.en, strict=True, ordered=True)


def _checks(column: Column) -> Iterator[pa.Check]:
    if column.isin:
        yield pa.Check.isin(list(column.isin))
    if column.minimum is not None:
        yield pa.Check.ge(column.minimum)
    if column.maximum is not None:
        yield pa.Check.le(column.maximum)
    if column.pattern is not None:
        yield pa.Check.str_matches(column.pattern)


def _explain(name: str, error: SchemaErrors) -> str:
    cases = error.failure_cases
    rows = cases.select("column", "check", "failure_case").unique(maintain_order=True).head(_SHOWN_CASES).rows()
    shown = "; ".join(f"{column}: {check} broken by {case!r}" for column, check, case in rows)
    return f"{name}: {cases.height} values break the contract: {shown}"
