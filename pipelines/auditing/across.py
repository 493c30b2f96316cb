"""Across years and levels: this year's report against last year's, a summary against what is below it.

Belongs here: rules that need another report. Keep out: relations, which can take last year's cells themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.relations import EVALUATED, NUMBER

_JUMP, _LARGE = 10, 100
_RECEIVED = "applications.received.total"
# A few figures that happen to be equal are no copy.
_LEAST_ABOVE_ZERO = 3


def across_years(cells: pl.DataFrame, last: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield years.copied and years.jump of reports that have one of the year before.

    `last` are cells of last year's reports under this year's report_key.
    """
    pairs = cells.filter(pl.col("is_statutory")).join(
        last.select("report_key", "cell_path", before="value", status_before="status"), on=["report_key", "cell_path"]
    )
    yield _copied(pairs)
    yield _jumps(pairs)


def _copied(pairs: pl.DataFrame) -> pl.DataFrame:
    same = pl.col("value").eq_missing(pl.col("before"))
    whole = pairs.group_by("report_key", "year_key").agg(
        equal=same.all(), above=(pl.col("value") > 0).sum(), known=pl.col("value").is_not_null().sum()
    )
    outcome = (
        pl.when(pl.col("known") == 0)
        .then(pl.lit("not_assessable"))
        .when(pl.col("equal") & (pl.col("above") >= _LEAST_ABOVE_ZERO))
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    return _frame(whole.with_columns(outcome=outcome, cell_path=pl.lit(None, pl.String)), "years.copied", pl.lit(""))


def _jumps(pairs: pl.DataFrame) -> pl.DataFrame:
    """Evaluate totals only where both years have a number and the larger is at least 100."""
    low, high = pl.min_horizontal("value", "before"), pl.max_horizontal("value", "before")
    totals = pl.col("column_id").is_in(["total", "decisions", "in_force", "project_count"])
    large = pairs.filter(totals & pl.col("value").is_not_null() & pl.col("before").is_not_null() & (high >= _LARGE))
    outcome = pl.when(high > low * _JUMP).then(pl.lit("fail")).otherwise(pl.lit("pass"))
    judged = large.with_columns(outcome=outcome, left_value=pl.col("value"), right_value=pl.col("before"))
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
