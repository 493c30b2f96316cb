"""Across levels: a government's summary against what the reports below it add up to.

Belongs here: which cells are compared, and comparing. Keep out: what lies below a summary (`warehouse.levels`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import polars as pl

from pipelines.auditing.binding import compared_paths
from pipelines.auditing.in_words import SUFFIX, telling, told
from pipelines.auditing.rule_kinds import LevelsRule
from pipelines.auditing.rules_file import rules_of
from pipelines.auditing.wide import EVALUATED, NUMBER, held
from pipelines.contracts.codes import code_list
from pipelines.forms import path_name
from pipelines.forms.patterns import FORM_CELLS
from pipelines.messages import Language

# Of a summary and a cell: the sum below it, and over how many of the known agencies it goes. `assumed` are blank cells,
# taken as 0; `missing` names agencies that are not in the sum, `missing_en` lists them for readers of English.
BELOW: dict[str, Any] = {
    "report_key": pl.Int64,
    "cell_path": pl.String,
    "below": NUMBER,
    "known": pl.UInt32,
    "counted": pl.UInt32,
    "assumed": pl.UInt32,
    "is_complete": pl.Boolean,
    "missing": pl.String,
    "missing_en": pl.String,
    "scope_basis": pl.String,
}
BY_LAW = code_list("scope_basis").named("by_law")[0]


@cache
def compared_cells() -> tuple[str, ...]:
    """Return the cells that any rule of levels compares."""
    found = {
        path for rule in rules_of(LevelsRule) for cells in FORM_CELLS.values() for path in _paths(rule, cells.form.id)
    }
    return tuple(sorted(found))


def _paths(rule: LevelsRule, form: str) -> frozenset[str]:
    return compared_paths(rule, FORM_CELLS[form]) if FORM_CELLS[form].form.layout in rule.layouts else frozenset()


@cache
def _amounts() -> tuple[str, ...]:
    tables = [table for cells in FORM_CELLS.values() for table in cells.form.tables]
    return tuple(
        sorted({path_name(path) for table in tables for path in table.paths if table.kind_of(*path[1:]) == "amount"})
    )


def figure() -> pl.Expr:
    """Return the number of a cell that may be added: yuan of an amount, whose printed units differ.

    One that is too large for sums (a million million) is none.
    """
    return held(pl.when(pl.col("cell_path").is_in(_amounts())).then("yuan").otherwise("value"))


def summaries(cells: pl.DataFrame, below: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of summaries (columns of EVALUATED); `below` has the columns of BELOW."""
    if below.is_empty():
        return
    held = cells.select("report_key", "year_key", "cell_path", left_value=figure())
    both = held.join(below.rename({"below": "right_value"}), on=["report_key", "cell_path"])
    for rule in rules_of(LevelsRule):
        paths = {path for form in FORM_CELLS for path in _paths(rule, form)}
        own = both.filter(pl.col("cell_path").is_in(paths))
        yield _evaluated(rule, own.filter("is_complete") if rule.needs_all else own)


def _evaluated(rule: LevelsRule, both: pl.DataFrame) -> pl.DataFrame:
    fails = pl.sql_expr(rule.fails_when)
    assumed = pl.col("assumed") > 0 if rule.needs_all else pl.lit(False)
    outcome = (
        pl.when(pl.col("left_value").is_null() | pl.col("right_value").is_null())
        .then(pl.lit("not_assessable"))
        .when(fails & assumed)
        .then(pl.lit("assumed_zero_fail"))
        .when(fails)
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    is_presumed = pl.col("scope_basis") == BY_LAW
    return both.with_columns(
        rule=pl.lit(rule.rule),
        scope=pl.col("cell_path"),
        outcome=outcome,
        difference=held(pl.col("left_value") - pl.col("right_value")),
        **telling(
            detail=_coverage("zh"),
            detail_en=_coverage("en"),
            hint=pl.when(is_presumed).then(told("zh", "auditing.scope_presumed")),
            hint_en=pl.when(is_presumed).then(told("en", "auditing.scope_presumed")),
        ),
    ).select(EVALUATED)


def _coverage(language: Language) -> pl.Expr:
    """Return over how many of the known agencies the sum of a cell goes, and who is not in it."""
    missing = f"missing{SUFFIX[language]}"
    counted = {"cell": "cell_path", "known": "known", "counted": "counted"}
    lacking = told(language, "auditing.coverage_lacking", **counted, missing=missing)
    return pl.when(pl.col("missing") != "").then(lacking).otherwise(told(language, "auditing.coverage", **counted))
