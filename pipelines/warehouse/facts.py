"""Facts as projections of the cells: nothing is parsed twice, and the names of measures are segments of the path."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.contracts import contract
from pipelines.forms.figures import FIGURES
from pipelines.forms.indicators import TABLE_ID

_KEYS = ("report_key", "agency_sk", "year_key")


@dataclass(frozen=True)
class ItemFact:
    """A fact of one item of article 20: table of the form, column that names the row (None: one row a report)."""

    name: str
    table_id: str
    row_column: str | None


ITEM_FACTS = (
    ItemFact("fact_item_1_documents", "documents", "document_type"),
    ItemFact("fact_item_5_licensing", "licensing", "matter"),
    ItemFact("fact_item_6_enforcement", "enforcement", "matter"),
    ItemFact("fact_item_8_fees", "fees", None),
    ItemFact("fact_item_9_procurement", "procurement", None),
)
CELL_FACTS = {
    "fact_applications": ("applications", {"row_id": "line", "column_id": "applicant"}),
    "fact_reviews": ("reviews", {"row_id": "channel", "column_id": "result"}),
    "fact_statistics_2014": (TABLE_ID, {"row_id": "indicator", "value": "number"}),
}

FIGURE_TABLES = tuple(dict.fromkeys(figure.table_id for figure in FIGURES))
# The figures that each cell is part of.
_PARTS = pl.DataFrame(
    [(figure.name, figure.table_id, row, column) for figure in FIGURES for row, column in figure.cells],
    schema=["figure", "table_id", "row_id", "column_id"],
    orient="row",
)


def project(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Return a fact of the statutory cells of its table (columns of `cell` and agency_sk)."""
    if name in CELL_FACTS:
        return _cell_fact(name, cells)
    return _item_fact(next(fact for fact in ITEM_FACTS if fact.name == name), cells)


def _cell_fact(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    _, names = CELL_FACTS[name]
    columns = contract(name).columns
    cases = [pl.col("value").cast(pl.Int64).alias("cases")] if "cases" in columns else []
    return cells.with_columns(cases).rename(names).select(columns)


def _item_fact(fact: ItemFact, cells: pl.DataFrame) -> pl.DataFrame:
    table = contract(fact.name)
    keys = [*_KEYS, *(["row_id"] if fact.row_column else [])]
    measures = [_measure(name, table.dtypes[name]) for name in table.columns if name not in {*_KEYS, fact.row_column}]
    facts = cells.group_by(keys).agg(measures)
    return facts.rename({"row_id": fact.row_column} if fact.row_column else {}).select(table.columns)


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
