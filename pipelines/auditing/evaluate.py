"""Evaluate all rules over frames of cells: every evaluation is kept, failures become findings."""

from __future__ import annotations

import polars as pl

from pipelines.auditing.rules_file import RULES, Rule, rule_cells_frame, scope_labels
from pipelines.contracts import contract

_NUMBER = pl.Decimal(18, 6)
_NULL_NUMBER = pl.lit(None, _NUMBER)
_BY = {
    "cell": ["table_id", "row_id", "column_id"],
    "row": ["table_id", "row_id"],
    "table": ["table_id"],
    "report": [],
}


def evaluate(cells: pl.DataFrame, reports: pl.DataFrame, unmapped: pl.DataFrame) -> pl.DataFrame:
    """Return the evaluations of all rules (columns of audit_evaluation and `first_path`, the first cell concerned).

    `cells` are rows of `cell`, `reports` of dim_report, `unmapped` of unmapped_row, all of the same reports.
    """
    parts = [_identities(cells, reports)]
    for rule in RULES:
        if rule.kind == "cells":
            parts.append(_cells(rule, cells))
        elif rule.kind == "report":
            parts.append(_reports(rule, reports))
        elif rule.kind == "unmapped":
            parts.append(_unmapped(rule, unmapped))
    return pl.concat(parts).sort("year_key", "report_key", "rule", "scope")


def _identities(cells: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """Sum both sides of every identity. NULL counts as 0 only beside numbers; an ambiguous cell decides nothing."""
    rule_cells = rule_cells_frame()
    used = cells.select("report_key", "year_key", "cell_path", "status", "value").join(
        reports.select("report_key", "form"), on="report_key"
    )
    optional = [r.rule for r in RULES if r.only_if_printed]
    joined = used.join(rule_cells, on=["form", "cell_path"])
    number, left = pl.col("value").is_not_null(), pl.col("side") == "left"
    sums = joined.group_by("report_key", "year_key", "rule", "scope").agg(
        left_value=pl.col("value").filter(left).sum().cast(_NUMBER),
        right_value=pl.col("value").filter(~left).sum().cast(_NUMBER),
        left_known=(number & left).sum(),
        right_known=(number & ~left).sum(),
        unknown=(~number).sum(),
        ambiguous=(pl.col("status") == "ambiguous").sum(),
        has_left=left.any(),
        first_path=pl.col("cell_path").filter(~left).first(),
    )
    sums = sums.filter(~pl.col("rule").is_in(optional) | pl.col("has_left"))
    assessable = (pl.col("ambiguous") == 0) & (pl.col("left_known") > 0) & (pl.col("right_known") > 0)
    passes = pl.when(pl.col("left_value") == pl.col("right_value")).then(pl.lit("pass")).otherwise(pl.lit("fail"))
    prefix = pl.when(pl.col("unknown") > 0).then(pl.lit("assumed_zero_")).otherwise(pl.lit(""))
    return sums.select(
        "report_key",
        "year_key",
        "rule",
        "scope",
        outcome=pl.when(assessable).then(prefix + passes).otherwise(pl.lit("not_assessable")),
        left_value=pl.when(pl.col("left_known") > 0).then("left_value").otherwise(_NULL_NUMBER),
        right_value=pl.when(pl.col("right_known") > 0).then("right_value").otherwise(_NULL_NUMBER),
        difference=pl.when(assessable).then(pl.col("left_value") - pl.col("right_value")).otherwise(_NULL_NUMBER),
        first_path="first_path",
    ).cast({"difference": _NUMBER})


def _evaluated(frame: pl.DataFrame, rule: Rule, scope: pl.Expr, outcome: pl.Expr, path: pl.Expr) -> pl.DataFrame:
    return frame.select(
        "report_key",
        "year_key",
        rule=pl.lit(rule.rule),
        scope=scope,
        outcome=outcome,
        left_value=_NULL_NUMBER,
        right_value=_NULL_NUMBER,
        difference=_NULL_NUMBER,
        first_path=path,
    )


def _cells(rule: Rule, cells: pl.DataFrame) -> pl.DataFrame:
    chosen = cells.filter(pl.sql_expr(rule.where)) if rule.where else cells
    by = _BY[rule.by]
    marked = pl.sql_expr(rule.marks) if rule.marks else pl.col("cell_path").is_not_null()
    groups = chosen.group_by("report_key", "year_key", *by).agg(
        failed=pl.sql_expr(rule.fails_when) if rule.fails_when else pl.len() > 0,
        first_path=pl.col("cell_path").filter(marked).sort_by(pl.col("cell_order").filter(marked)).first(),
    )
    scope = pl.concat_str(by, separator=".") if by else pl.lit("")
    outcome = pl.when("failed").then(pl.lit("fail")).otherwise(pl.lit("pass"))
    return _evaluated(groups, rule, scope, outcome, pl.col("first_path"))


def _reports(rule: Rule, reports: pl.DataFrame) -> pl.DataFrame:
    condition = pl.sql_expr(rule.fails_when) if rule.fails_when else pl.lit(False)
    outcome = pl.when(condition).then(pl.lit("fail")).otherwise(pl.lit("pass"))
    return _evaluated(reports, rule, pl.lit(""), outcome, pl.lit(None, pl.String))


def _unmapped(rule: Rule, unmapped: pl.DataFrame) -> pl.DataFrame:
    scope = pl.format("{}.unmapped_row.{}", "table_id", "ordinal")
    return _evaluated(unmapped, rule, scope, pl.lit("fail"), pl.lit(None, pl.String))


def findings(evaluations: pl.DataFrame, unmapped: pl.DataFrame) -> pl.DataFrame:
    """Return audit_finding: failures at their rule's severity, failures with assumed zeros at most as warnings."""
    rules = pl.DataFrame([(r.rule, r.severity, r.zh) for r in RULES], schema=["rule", "severity", "zh"], orient="row")
    rows = unmapped.select(
        "report_key",
        scope=pl.format("{}.unmapped_row.{}", "table_id", "ordinal"),
        printed=pl.concat_str("label", "cells", separator=" "),
    )
    failed = (
        evaluations.filter(pl.col("outcome").is_in(["fail", "assumed_zero_fail"]))
        .join(rules, on="rule")
        .join(scope_labels(), on="scope", how="left")
        .join(rows, on=["report_key", "scope"], how="left")
    )
    assumed = pl.col("outcome") == "assumed_zero_fail"
    severity = pl.when(assumed & (pl.col("severity") == "error")).then(pl.lit("warning")).otherwise("severity")
    place = pl.coalesce("printed", "scope_label", pl.when(pl.col("scope") != "").then("scope"), pl.lit("全表"))
    figures = pl.when(pl.col("difference").is_not_null()).then(
        pl.format("：{} ≠ {}，差 {}", _plain("left_value"), _plain("right_value"), _plain("difference"))
    )
    blank = pl.when(assumed).then(pl.lit("（空白按 0 计）")).otherwise(pl.lit(""))
    table = contract("audit_finding")
    return failed.select(
        "report_key",
        "year_key",
        "rule",
        "scope",
        severity.alias("severity"),
        "outcome",
        "left_value",
        "right_value",
        "difference",
        pl.col("first_path").alias("cell_path"),
        pl.concat_str(pl.format("{}（{}）", "zh", place), figures.fill_null(""), blank).alias("message"),
        pl.lit(None, pl.String).alias("hint"),
    ).sort(table.sort)


def _plain(name: str) -> pl.Expr:
    """Render a number without trailing zeros."""
    return pl.col(name).cast(pl.String).str.replace(r"\.?0+$", "").replace({"": "0", "-": "0"})
