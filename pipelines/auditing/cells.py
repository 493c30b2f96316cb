"""Rules over single cells, rows, tables, attributes of reports, and unmapped rows.

Belongs here: what one report shows without sums. Keep out: relations, other years, the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines.auditing.in_words import telling
from pipelines.auditing.rule_kinds import CellsRule, ReportRule, Rule, UnmappedRule
from pipelines.auditing.rules_file import RULES, rules_of
from pipelines.auditing.wide import EVALUATED, NUMBER
from pipelines.messages import Language

_BY = {
    "cell": ["table_id", "row_id", "column_id"],
    "row": ["table_id", "row_id"],
    "table": ["table_id"],
    "report": [],
}
_FAIL, _PASS, _UNKNOWN = pl.lit("fail"), pl.lit("pass"), pl.lit("not_assessable")


def cell_rules(cells: pl.DataFrame, reports: pl.DataFrame, rules: tuple[Rule, ...] = RULES) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of the rules over cells; conditions may name agency_level and may_make_rules, which reports
    add, and is_stated_yuan: the text states this very number of yuan for the same measure.

    `reports` have the layout of their form. Cells are in the order of their table, so that the first one concerned is
    reported.
    """
    level = pl.col("agency_level") if "agency_level" in reports.columns else pl.lit(None, pl.String)
    may = pl.col("may_make_rules") if "may_make_rules" in reports.columns else pl.lit(None, pl.Boolean)
    known = reports.select("report_key", "layout", agency_level=level, may_make_rules=may)
    for rule in rules_of(CellsRule, rules):
        yield _cells(rule, cells, known.filter(pl.col("layout").is_in(rule.layouts)))


def report_rules(reports: pl.DataFrame, rules: tuple[Rule, ...] = RULES) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of rules over attributes of reports; a rule whose attribute is not known is left out."""
    for rule in rules_of(ReportRule, rules):
        fails, unknown = pl.sql_expr(rule.fails_when), pl.sql_expr(rule.unknown_when or "FALSE")
        named = {*fails.meta.root_names(), *unknown.meta.root_names(), *filter(None, (rule.detail, rule.detail_en))}
        if not named <= set(reports.columns):
            continue
        outcome = pl.when(unknown).then(_UNKNOWN).when(fails).then(_FAIL).otherwise(_PASS)
        chosen = reports.lazy().filter(pl.col("layout").is_in(rule.layouts))
        quoted = [None if name is None else pl.col(name).cast(pl.String) for name in (rule.detail, rule.detail_en)]
        told = telling(detail=quoted[0], detail_en=quoted[1])
        yield _evaluated(chosen, rule, pl.lit(""), outcome, told).collect()


def unmapped_rules(unmapped: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield an evaluation for every row that no row of the form explains."""
    for rule in rules_of(UnmappedRule):
        scope = pl.format("{}.unmapped_row.{}", "table_id", "ordinal")
        detail = pl.concat_str("label", "cells", separator=" ")
        yield _evaluated(unmapped.lazy(), rule, scope, _FAIL, telling(detail=detail)).collect()


def _cells(rule: CellsRule, cells: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    # Few of the cells are chosen, and few of their columns used: reports are joined to those alone.
    chosen = cells.lazy().filter(pl.sql_expr(rule.where)).join(reports.lazy(), on="report_key", maintain_order="left")
    by = _BY[rule.by]
    marked = pl.sql_expr(rule.marks) if rule.marks else pl.col("cell_path").is_not_null()
    groups = chosen.group_by("report_key", "year_key", *by).agg(
        failed=pl.sql_expr(rule.fails_when) if rule.fails_when else pl.len() > 0,
        unknown=pl.sql_expr(rule.unknown_when) if rule.unknown_when else pl.lit(False),
        first_path=pl.col("cell_path").filter(marked).first(),
        cause=pl.sql_expr(rule.hint) if rule.hint else pl.lit(None, pl.String),
    )
    scope = pl.concat_str(by, separator=".") if by else pl.lit("")
    outcome = pl.when("unknown").then(_UNKNOWN).when("failed").then(_FAIL).otherwise(_PASS)
    told = telling(hint=_cause(rule, "zh"), hint_en=_cause(rule, "en"))
    return _evaluated(groups, rule, scope, outcome, told, path=pl.col("first_path")).collect()


def _cause(rule: CellsRule, language: Language) -> pl.Expr | None:
    """Return the possible cause of a failure, as the rule tells it."""
    if rule.hint is None:
        return None
    told = {name: hint.zh if language == "zh" else hint.en for name, hint in rule.hints.items()}
    cause = pl.col("cause").replace_strict(told, default=None, return_dtype=pl.String)
    return pl.when(pl.col("failed") & ~pl.col("unknown")).then(cause)


def _evaluated(
    frame: pl.LazyFrame,
    rule: Rule,
    scope: pl.Expr,
    outcome: pl.Expr,
    told: Mapping[str, pl.Expr],
    *,
    path: pl.Expr | None = None,
) -> pl.LazyFrame:
    return frame.select(
        "report_key",
        "year_key",
        rule=pl.lit(rule.rule),
        scope=scope,
        outcome=outcome,
        left_value=pl.lit(None, NUMBER),
        right_value=pl.lit(None, NUMBER),
        difference=pl.lit(None, NUMBER),
        cell_path=pl.lit(None, pl.String) if path is None else path,
        **told,
    ).select(EVALUATED)
