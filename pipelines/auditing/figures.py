"""Figures in the text against the tables: a sentence passes if any of its meanings fits, and says which.

A table's blank counts as 0 here; an ambiguous cell decides nothing.
Belongs here: comparing. Keep out: reading sentences (`extracting.narrative`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import polars as pl

from pipelines.auditing.balance import balances
from pipelines.auditing.in_words import telling, told
from pipelines.auditing.rule_kinds import (
    FigureBalanceRule,
    FigureSharesRule,
    FiguresRule,
    FigureStepRule,
    FigureSumsRule,
    Rule,
)
from pipelines.auditing.rules_file import RULES
from pipelines.auditing.wide import EVALUATED, held
from pipelines.forms.measures import measure

# How far a stated percentage may be from that of the table: one without decimals is rounded.
_STAR = "*"
_POINT, _ROUNDED = 0.1, 0.5


def figure_rules(figures: pl.DataFrame, cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of all figures (columns of EVALUATED); those that no table holds have none."""
    compared = _compared(figures, cells)
    for rule in RULES:
        if isinstance(rule, FiguresRule):
            yield _held_against(rule, compared)
        elif isinstance(rule, FigureSumsRule):
            yield _sums(rule, figures)
        elif isinstance(rule, FigureSharesRule):
            yield _shares(rule, figures, cells)
        elif isinstance(rule, FigureStepRule):
            yield _steps(rule, figures)
        elif isinstance(rule, FigureBalanceRule):
            yield balances(rule, figures, cells)


def stated_yuan(cells: pl.DataFrame, figures: pl.DataFrame | None) -> pl.DataFrame:
    """Add is_stated_yuan to cells: the text states the very number of the cell, as yuan, for the same measure."""
    if figures is None or figures.is_empty():
        return cells.with_columns(is_stated_yuan=pl.lit(False))
    amounts = figures.filter((pl.col("kind") == "amount") & (pl.col("value") == pl.col("yuan")) & (pl.col("value") > 0))
    named = _by_meaning(amounts).select("report_key", "value", "meaning")
    used = _cells_of(named["meaning"].unique(), "meaning")
    stated = named.join(used, on="meaning").select("report_key", "cell_path", "value").unique()
    marked = stated.with_columns(held(pl.col("value")), is_stated_yuan=pl.lit(True))
    whole = cells.join(marked, on=["report_key", "cell_path", "value"], how="left", maintain_order="left")
    return whole.with_columns(pl.col("is_stated_yuan").fill_null(False))


def _by_meaning(figures: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each figure and meaning; figures without a meaning have none."""
    return (
        figures.with_columns(meaning=pl.col("meanings").str.split(","))
        .explode("meaning")
        .filter(pl.col("meaning") != "")
    )


def _cells_of(measures: Iterable[str], name: str) -> pl.DataFrame:
    """Return (`name`, cell_path): the cells whose sum each measure is, none where no form has a table for it."""
    pairs = [(each, path) for each in measures for path in measure(each).cells]
    return pl.DataFrame(pairs, schema={name: pl.String, "cell_path": pl.String}, orient="row")


def _compared(figures: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each figure and meaning with the sum of its cells in the tables."""
    meant = _by_meaning(figures.filter(pl.col("kind") != "share"))
    used = _cells_of(meant["meaning"].unique(), "meaning")
    printed = cells.filter(pl.col("is_statutory")).select("report_key", "cell_path", "status", "yuan", table="value")
    open_ = _not_a_sum(meant["meaning"].unique(), printed)
    return (
        meant.join(used, on="meaning")
        .join(printed, on=["report_key", "cell_path"], suffix="_cell")
        .group_by("report_key", "year_key", "ordinal", "meaning", maintain_order=True)
        .agg(
            pl.col("kind", "value", "yuan", "sentence", "raw_text").first(),
            table=pl.when(pl.col("kind").first() == "amount")
            .then(pl.col("yuan_cell").sum())
            .otherwise(pl.col("table").sum()),
            known=pl.col("table").is_not_null().any(),
            # What is not printed at all was cut off or is a picture: nobody left it blank.
            decided=(~pl.col("status").is_in(["ambiguous", "text", "absent"])).all()
            & ((pl.col("kind") != "amount") | pl.col("yuan_cell").is_not_null() | pl.col("table").is_null()).all(),
            cell_path=pl.col("cell_path").first(),
        )
        .join(open_, on=["report_key", "meaning"], how="left")
        .with_columns(decided=pl.col("decided") & pl.col("is_open").is_null())
        .with_columns(stated=pl.when(pl.col("kind") == "amount").then("yuan").otherwise("value"))
    )


def _not_a_sum(measures: Iterable[str], printed: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, meaning, is_open): measures that are no sum of their cells in a report (`where_zero`)."""
    pairs = [(each, path) for each in measures for path in measure(each).where_zero]
    needed = pl.DataFrame(pairs, schema={"meaning": pl.String, "cell_path": pl.String}, orient="row")
    not_zero = printed.filter(~pl.col("status").is_in(["blank", "nil_mark"]) & (pl.col("table") != 0).fill_null(True))
    found = needed.join(not_zero, on="cell_path").select("report_key", "meaning").unique()
    return found.with_columns(is_open=pl.lit(True))


def _held_against(rule: FiguresRule, compared: pl.DataFrame) -> pl.DataFrame:
    chosen = compared.filter(
        _own(rule) & ((pl.col("kind") == "none") == rule.claims_none) & pl.col("stated").is_not_null()
    )
    fits = (pl.col("stated") == pl.col("table")) & pl.col("decided")
    ranked = chosen.with_columns(fits=fits, apart=(pl.col("stated") - pl.col("table")).abs())
    # The meaning that fits, else the nearest one, is the one that is told.
    best = ranked.sort("report_key", "ordinal", "fits", "apart", descending=[False, False, True, False]).group_by(
        "report_key", "year_key", "ordinal", maintain_order=True
    )
    evaluated = best.agg(
        pl.col("stated", "table", "known", "meaning", "cell_path", "raw_text", "sentence", "fits").first(),
        decided=pl.col("decided").all() | pl.col("fits").any(),
    )
    # A figure that the text repeats is one statement, told where it first stands.
    evaluated = evaluated.unique(["report_key", "meaning", "stated"], keep="first", maintain_order=True)
    failed = pl.when("known").then(pl.lit("fail")).otherwise(pl.lit("assumed_zero_fail"))
    passed = pl.when("known").then(pl.lit("pass")).otherwise(pl.lit("assumed_zero_pass"))
    outcome = pl.when(~pl.col("decided")).then(pl.lit("not_assessable")).when("fits").then(passed).otherwise(failed)
    return _frame(
        evaluated.with_columns(outcome=outcome),
        rule,
        left=pl.col("stated"),
        right=pl.col("table"),
        detail=told("zh", "auditing.stated", measure="meaning", sentence="sentence"),
        detail_en=told("en", "auditing.stated", measure="meaning", sentence="sentence"),
    )


def _own(rule: FiguresRule) -> pl.Expr:
    """Tell which meanings a rule holds against the tables: those it names, and none that another one names closer."""
    named = [each for each in RULES if isinstance(each, FiguresRule) and each.claims_none == rule.claims_none]
    closer = {column for each in named for column in each.measures if _STAR in column} - {*rule.measures}
    return _is_of(rule.measures) & ~_is_of(closer) if closer else _is_of(rule.measures)


def _is_of(measures: Iterable[str]) -> pl.Expr:
    patterns = (f"^{re.escape(name).replace(re.escape(_STAR), '[^.]+')}" for name in measures)
    return pl.any_horizontal(pl.col("meaning").str.contains(f"{pattern}(?:\\.|$)") for pattern in patterns)


def _sums(rule: Rule, figures: pl.DataFrame) -> pl.DataFrame:
    """Hold the parts listed in a sentence against its total."""
    grouped = figures.filter(pl.col("figure_group").is_not_null())
    total, part = pl.col("figure_role") == "total", pl.col("figure_role") == "part"
    evaluated = grouped.group_by("report_key", "year_key", "figure_group", maintain_order=True).agg(
        ordinal=pl.col("ordinal").min(),
        stated=pl.col("value").filter(part).sum(),
        table=pl.col("value").filter(total).first(),
        parts=part.sum(),
        sentence=pl.col("sentence").first(),
        cell_path=pl.lit(None, pl.String),
    )
    evaluated = evaluated.filter((pl.col("parts") > 1) & pl.col("table").is_not_null())
    outcome = pl.when(pl.col("stated") == pl.col("table")).then(pl.lit("pass")).otherwise(pl.lit("fail"))
    return _frame(
        evaluated.with_columns(outcome=outcome),
        rule,
        left=pl.col("stated"),
        right=pl.col("table"),
        detail=pl.col("sentence"),
    )


def _shares(rule: Rule, figures: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Hold a percentage against the share of two sums of cells, within 0.1 point; without decimals within 0.5."""
    pair = pl.col("meaning").str.split("/")
    shares = _by_meaning(figures.filter(pl.col("kind") == "share"))
    meant = shares.with_columns(part=pair.list.get(0), whole=pair.list.get(1))
    for name in ("part", "whole"):
        used = _cells_of(meant[name].unique(), name)
        values = cells.select("report_key", "cell_path", "value", "status").filter(pl.col("status") != "ambiguous")
        sums = (
            used.join(values, on="cell_path").group_by("report_key", name).agg(pl.col("value").sum().alias(f"{name}_n"))
        )
        meant = meant.join(sums, on=["report_key", name], how="left")
    share = (pl.col("part_n").cast(pl.Float64) / pl.col("whole_n").cast(pl.Float64) * 100).round(4)
    evaluated = meant.with_columns(stated="value", table=share, cell_path=pl.lit(None, pl.String))
    apart = (pl.col("stated").cast(pl.Float64) - pl.col("table")).abs()
    # Of several meanings the one that fits best is the one that is told.
    evaluated = evaluated.with_columns(apart=apart).sort("report_key", "ordinal", "apart", nulls_last=True)
    evaluated = evaluated.unique(["report_key", "ordinal"], keep="first", maintain_order=True)
    outcome = (
        pl.when(pl.col("whole_n").is_null() | (pl.col("whole_n") == 0) | pl.col("part_n").is_null())
        .then(pl.lit("not_assessable"))
        .when(
            pl.col("apart")
            > pl.when(pl.col("raw_text").str.contains(".", literal=True)).then(_POINT).otherwise(_ROUNDED) + 1e-9
        )
        .then(pl.lit("fail"))
        .otherwise(pl.lit("pass"))
    )
    return _frame(
        evaluated.with_columns(outcome=outcome),
        rule,
        left=pl.col("stated"),
        right=pl.when(pl.col("outcome") != "not_assessable").then("table"),
        detail=pl.col("sentence"),
    )


def _steps(rule: FigureStepRule, figures: pl.DataFrame) -> pl.DataFrame:
    """Hold an amount of the text against the step that it must be a multiple of."""
    amounts = figures.filter((pl.col("kind") == "amount") & (pl.col("year_key") >= rule.since))
    own = _by_meaning(amounts).filter((pl.col("meaning") == rule.measure) & pl.col("yuan").is_not_null())
    fits = pl.col("yuan").cast(pl.Decimal(18, 2)) % rule.step == 0
    outcome = pl.when(fits).then(pl.lit("pass")).otherwise(pl.lit("fail"))
    evaluated = own.with_columns(outcome=outcome, cell_path=pl.lit(None, pl.String))
    # A figure that the text repeats is one statement, told where it first stands.
    evaluated = evaluated.unique(["report_key", "yuan"], keep="first", maintain_order=True)
    return _frame(evaluated, rule, left=pl.col("yuan"), right=pl.lit(None), detail=pl.col("sentence"))


def _frame(
    evaluated: pl.DataFrame,
    rule: Rule,
    *,
    left: pl.Expr,
    right: pl.Expr,
    detail: pl.Expr,
    detail_en: pl.Expr | None = None,
) -> pl.DataFrame:
    return (
        evaluated.with_columns(
            rule=pl.lit(rule.rule),
            scope=pl.format("figure.{}", "ordinal"),
            left_value=held(left),
            right_value=held(right),
            **telling(detail=detail, detail_en=detail_en),
        )
        .with_columns(difference=held(pl.col("left_value") - pl.col("right_value")))
        .select(EVALUATED)
    )
