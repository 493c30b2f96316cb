"""Across years and levels: this year's report against last year's, a summary against what is below it.

Belongs here: rules that need another report. Keep out: relations, which can take last year's cells themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.wide import EVALUATED, LAST, NUMBER, Wide, printed
from pipelines.forms import ALL_FORMS

_JUMP, _LARGE = 10, 100_000_000  # ten times; the larger is 100, in millionths
_JUMPING = ("total", "decisions", "in_force", "project_count")
_RECEIVED = "applications.received.total"
# Stock that lasts from year to year says nothing of copying, nor do a few small figures that happen to be equal.
_STOCK = ("prior_year_items", "total_published", "in_force")
_DIFFERENT_FIGURES = 3


def across_years(wide: Wide) -> Iterator[pl.DataFrame]:
    """Yield years.copied and years.jump of the reports of one form that have one of the year before."""
    if wide.both is None or wide.both.is_empty():
        return
    paths = [path for path in ALL_FORMS[wide.form].cell_paths if f"v:{'.'.join(path)}" in wide.both.columns]
    yield _copied(wide.both, paths)
    for path in paths:
        if path[2] in _JUMPING and f"v:{LAST}{'.'.join(path)}" in wide.both.columns:
            yield _jump(wide.both, ".".join(path))


def _copied(both: pl.DataFrame, paths: list[tuple[str, str, str]]) -> pl.DataFrame:
    """Hold every cell against last year's; with an ambiguous cell among equal ones nothing is known."""
    there = set(both.columns)
    names = [".".join(path) for path in paths]
    pairs = [(f"v:{name}", f"v:{LAST}{name}") for name in names]
    same = [pl.col(own).eq_missing(pl.col(last) if last in there else pl.lit(None)) for own, last in pairs]
    doubts = [s for name in names for s in (f"s:{name}", f"s:{LAST}{name}") if s in there]
    flows = [f"v:{'.'.join(path)}" for path in paths if path[2] not in _STOCK]
    different = pl.concat_list(flows).list.eval(pl.element().filter(pl.element() > 0)).list.n_unique()
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
    told = [both.filter(~equal).select(*keys, outcome=pl.lit("pass"), cell_path=none)]
    told.append(both.filter(equal).select(*keys, outcome=outcome, cell_path=none))
    return _frame(pl.concat(told), "years.copied", pl.lit(""))


def _jump(both: pl.DataFrame, name: str) -> pl.DataFrame:
    """Compare a total with last year's where both are numbers and the larger is at least 100."""
    own, last = pl.col(f"v:{name}"), pl.col(f"v:{LAST}{name}")
    low, high = pl.min_horizontal(own, last), pl.max_horizontal(own, last)
    large = both.filter(own.is_not_null() & last.is_not_null() & (high >= _LARGE))
    judged = large.select(
        "report_key",
        "year_key",
        outcome=pl.when(high > low * _JUMP).then(pl.lit("fail")).otherwise(pl.lit("pass")),
        left_value=printed(own),
        right_value=printed(last),
        cell_path=pl.lit(name),
    )
    return _frame(judged, "years.jump", pl.col("cell_path"))


def summaries(cells: pl.DataFrame, subordinates: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield levels.summary_covers: a summary's applications received are at least those of the known reports below.

    `subordinates` are (report_key, received): the sum of own reports below each summary.
    """
    own = cells.filter(pl.col("cell_path") == _RECEIVED).join(subordinates, on="report_key")
    outcome = (
        pl.when(pl.col("value").is_null() | pl.col("received").is_null())
        .then(pl.lit("not_assessable"))
        .when(pl.col("value") < pl.col("received"))
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    judged = own.with_columns(outcome=outcome, left_value=pl.col("value"), right_value=pl.col("received"))
    yield _frame(judged, "levels.summary_covers", pl.lit(""))


def _frame(rows: pl.DataFrame, rule: str, scope: pl.Expr) -> pl.DataFrame:
    none = pl.lit(None, NUMBER)
    left = pl.col("left_value").cast(NUMBER) if "left_value" in rows.columns else none
    right = pl.col("right_value").cast(NUMBER) if "right_value" in rows.columns else none
    return (
        rows.with_columns(rule=pl.lit(rule), scope=scope, left_value=left, right_value=right)
        .with_columns(
            difference=(pl.col("left_value") - pl.col("right_value")).cast(NUMBER),
            detail=pl.lit(None, pl.String),
            hint=pl.lit(None, pl.String),
        )
        .select(EVALUATED)
    )
