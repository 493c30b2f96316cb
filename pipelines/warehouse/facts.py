"""Facts as projections of the cells: nothing is parsed twice, and the names of measures are segments of the path.

Which facts there are follows from the forms (`contracts.facts`). Belongs here: projecting. Keep out: what a column is.
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.facts import STATUTORY_FACTS, has_row_column
from pipelines.forms import tables_named
from pipelines.forms.figures import FIGURES
from pipelines.forms.parts import Fact

_KEYS = ("report_key", "agency_sk", "year_key")
# The statutory table of each fact.
TABLE_OF_FACT = {fact.name: table_id for table_id, fact in STATUTORY_FACTS.items()}

FIGURE_TABLES = tuple(dict.fromkeys(figure.table_id for figure in FIGURES))
# The figures that each cell is part of.
_PARTS = pl.DataFrame(
    [(figure.name, figure.table_id, row, column) for figure in FIGURES for row, column in figure.cells],
    schema=["figure", "table_id", "row_id", "column_id"],
    orient="row",
)


def project(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Return a fact of the statutory cells of its table (columns of `cell` and agency_sk)."""
    fact = tables_named(TABLE_OF_FACT[name])[0].fact
    return _long_fact(fact, cells) if fact.shape == "long" else _wide_fact(fact, cells)


def _long_fact(fact: Fact, cells: pl.DataFrame) -> pl.DataFrame:
    table = contract(fact.name)
    assert fact.value is not None
    names = {"row_id": fact.rows.id} | ({"column_id": fact.columns.id} if fact.columns else {})
    value = pl.col("value").cast(table.dtypes[fact.value.id]).alias(fact.value.id)
    return cells.with_columns(value).rename(names).select(table.columns)


def _wide_fact(fact: Fact, cells: pl.DataFrame) -> pl.DataFrame:
    table = contract(fact.name)
    rows = fact.rows.id if has_row_column(TABLE_OF_FACT[fact.name]) else None
    measures = [_measure(name, table.dtypes[name]) for name in table.columns if name not in {*_KEYS, rows}]
    facts = cells.group_by([*_KEYS, *(["row_id"] if rows else [])]).agg(measures)
    return facts.rename({"row_id": rows} if rows else {}).select(table.columns)


def _measure(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    """Return the expression of a measure, of its status, of an amount in yuan, or of the source of its unit."""
    if name == "unit_source":
        found = pl.col("unit_source").drop_nulls()
    elif name.endswith("_status"):
        found = pl.col("status").filter(pl.col("column_id") == name.removesuffix("_status"))
    elif name.endswith("_yuan"):
        found = pl.col("yuan").filter(pl.col("column_id") == name.removesuffix("_yuan"))
    else:
        found = pl.col("value").filter(pl.col("column_id") == name)
    return found.first().cast(dtype).alias(name)


def report_figures(cells: pl.DataFrame) -> pl.DataFrame:
    """Return fact_report_figures of the statutory cells of FIGURE_TABLES (columns of `cell` and agency_sk)."""
    parts = cells.join(_PARTS, on=["table_id", "row_id", "column_id"])
    whole = pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum().cast(pl.Int64))
    sums = parts.group_by(*_KEYS, "figure").agg(whole.alias("cases"))
    wide = sums.pivot("figure", index=_KEYS, values="cases")
    lacking = [pl.lit(None, pl.Int64).alias(figure.name) for figure in FIGURES if figure.name not in wide.columns]
    return wide.with_columns(lacking).select(contract("fact_report_figures").columns)
