"""Across years: this year's report against last year's.

Belongs here: rules that need another year's report. Keep out: relations, which can take last year's cells themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from pipelines.auditing.binding import compared_paths
from pipelines.auditing.in_words import telling
from pipelines.auditing.rule_kinds import CopiedRule, JumpRule
from pipelines.auditing.rules_file import rules_of
from pipelines.auditing.wide import EVALUATED, NUMBER, SCALE, Wide, held, printed
from pipelines.forms import CellPath, Form, path_name
from pipelines.forms.patterns import LAST

_JUMP, _LARGE = 10, 100
# A few small figures are equal by chance.
_DIFFERENT_FIGURES = 3


def across_years(wide: Wide) -> Iterator[pl.DataFrame]:
    """Yield copies and jumps of the reports of one form that have one of the year before."""
    both, form = wide.both, wide.form_cells.form
    if both is None or both.is_empty():
        return
    paths = [path for path in form.cell_paths if f"v:{path_name(path)}" in both.columns]
    for copied in rules_of(CopiedRule):
        if form.layout in copied.layouts and paths:
            yield _copied(copied, both, form, paths)
    for jump in rules_of(JumpRule):
        compared = compared_paths(jump, wide.form_cells) if form.layout in jump.layouts else frozenset()
        for name in map(path_name, paths):
            if name in compared and f"v:{LAST}{name}" in both.columns:
                yield _jump(jump, both, name)


def is_jump(own: Decimal, last: Decimal) -> bool:
    """Tell whether a number is ten times last year's, or last year's ten times it, where the larger is at least 100."""
    low, high = sorted((own, last))
    return high >= _LARGE and high > low * _JUMP


def _flows(form: Form, paths: list[CellPath]) -> list[str]:
    """Return the columns of the cells that a year makes: a stock lasts, and says nothing of copying."""
    return [f"v:{path_name(path)}" for path in paths if form.table_by_id[path[0]].column_by_id[path[2]].role != "stock"]


def _copied(rule: CopiedRule, both: pl.DataFrame, form: Form, paths: list[CellPath]) -> pl.DataFrame:
    """Hold every cell against last year's; with an ambiguous cell among equal ones nothing is known."""
    there = set(both.columns)
    names = [path_name(path) for path in paths]
    pairs = [(f"v:{name}", f"v:{LAST}{name}") for name in names]
    same = [pl.col(own).eq_missing(pl.col(last) if last in there else pl.lit(None)) for own, last in pairs]
    doubts = [s for name in names for s in (f"s:{name}", f"s:{LAST}{name}") if s in there]
    different = (
        pl.concat_list(*_flows(form, paths), pl.lit(None, pl.Int64))
        .list.eval(pl.element().filter(pl.element() > 0))
        .list.n_unique()
    )
    equal = both.select(equal=pl.all_horizontal(pl.lit(True), *same))["equal"]
    doubtful = pl.any_horizontal(pl.lit(False), *(pl.col(name) == 1 for name in doubts)).fill_null(False)
    nothing = pl.all_horizontal(pl.lit(True), *(pl.col(own).is_null() for own, _ in pairs))
    outcome = (
        pl.when(doubtful | nothing)
        .then(pl.lit("not_assessable"))
        .when(different >= _DIFFERENT_FIGURES)
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    keys, none = ("report_key", "year_key"), pl.lit(None, pl.String)
    parts = [both.filter(~equal).select(*keys, outcome=pl.lit("pass"), cell_path=none)]
    parts.append(both.filter(equal).select(*keys, outcome=outcome, cell_path=none))
    return _frame(pl.concat(parts), rule, pl.lit(""))


def _jump(rule: JumpRule, both: pl.DataFrame, name: str) -> pl.DataFrame:
    """Compare a total with last year's where both are numbers and the larger is at least 100."""
    own, last = pl.col(f"v:{name}"), pl.col(f"v:{LAST}{name}")
    low, high = pl.min_horizontal(own, last), pl.max_horizontal(own, last)
    large = both.filter(own.is_not_null() & last.is_not_null() & (high >= _LARGE * SCALE))
    evaluated = large.select(
        "report_key",
        "year_key",
        outcome=pl.when(high > low * _JUMP).then(pl.lit("fail")).otherwise(pl.lit("pass")),
        left_value=printed(own),
        right_value=printed(last),
        cell_path=pl.lit(name),
    )
    return _frame(evaluated, rule, pl.col("cell_path"))


def _frame(rows: pl.DataFrame, rule: CopiedRule | JumpRule, scope: pl.Expr) -> pl.DataFrame:
    none = pl.lit(None, NUMBER)
    left = held(pl.col("left_value")) if "left_value" in rows.columns else none
    right = held(pl.col("right_value")) if "right_value" in rows.columns else none
    return (
        rows.with_columns(rule=pl.lit(rule.rule), scope=scope, left_value=left, right_value=right)
        .with_columns(
            difference=held(pl.col("left_value") - pl.col("right_value")),
            **telling(),
        )
        .select(EVALUATED)
    )
