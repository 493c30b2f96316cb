"""Cells whose numbers sums proved: listed for each report, with the relations that proved them.

Belongs here: that list. Keep out: proving (`extracting.proof`), and leaving such relations unchecked (`relations`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.in_words import SUFFIX, telling, told
from pipelines.auditing.rule_cells import rule_cells_frame, scope_labels
from pipelines.auditing.rule_kinds import ProvedRule, RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.auditing.wide import EVALUATED, NUMBER, PROVED
from pipelines.contracts.codes import code_list
from pipelines.messages import Language

_AMBIGUOUS, _VALUE = code_list("cell_status").named("ambiguous", "value")
# Labels and relations have commas of their own.
_BETWEEN: dict[Language, str] = {"zh": "；", "en": "; "}
_SCOPE = ("rule", "scope", "form")


def proved_cells(cells: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield an evaluation of each report that has cells proved by sums (columns of EVALUATED)."""
    proved = cells.filter(pl.col("note") == PROVED)
    if proved.is_empty():
        return
    labelled = proved.join(scope_labels(), left_on="cell_path", right_on="scope", how="left", maintain_order="left")
    labels = [pl.coalesce(f"scope_label{SUFFIX[at]}", "cell_path").str.join(mark) for at, mark in _BETWEEN.items()]
    lists = labelled.group_by("report_key", "year_key", maintain_order=True).agg(
        pl.col("cell_path").first(), cells=labels[0], cells_en=labels[1]
    )
    listed = lists.join(_relations(cells, proved), on="report_key", how="left")
    for rule in rules_of(ProvedRule):
        yield listed.select(
            "report_key",
            "year_key",
            "cell_path",
            rule=pl.lit(rule.rule),
            scope=pl.lit(""),
            outcome=pl.lit("fail"),
            **dict.fromkeys(("left_value", "right_value", "difference"), pl.lit(None, NUMBER)),
            **telling(detail=_told("zh"), detail_en=_told("en")),
        ).select(EVALUATED)


def _told(language: Language) -> pl.Expr:
    suffix = SUFFIX[language]
    return told(language, "auditing.proved_cells", cells=f"cells{suffix}", relations=f"relations{suffix}")


def _relations(cells: pl.DataFrame, proved: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, relations, relations_en): those of the proved cells that hold.

    Cells that stayed in doubt add nothing: where the others hold without them, they were held to be 0.
    """
    rules = [rule for rule in rules_of(RelationRule) if rule.equality is not None]
    bound = rule_cells_frame().filter(pl.col("rule").is_in([rule.rule for rule in rules]))
    signed = pl.when(pl.col("side") == "left").then("sign").otherwise(-pl.col("sign"))
    terms = bound.select(*_SCOPE, "cell_path", signed=signed)
    own = proved.select("report_key", "cell_path").join(terms, on="cell_path").select("report_key", *_SCOPE).unique()
    summed = (
        own.join(terms, on=_SCOPE)
        .join(cells.select("report_key", "cell_path", "status", "value"), on=["report_key", "cell_path"], how="left")
        .group_by("report_key", *_SCOPE)
        .agg(
            known=pl.col("status").is_in([_VALUE, _AMBIGUOUS]).fill_null(False).all(),
            rest=(pl.col("value") * pl.col("signed")).sum(),
        )
    )
    names = pl.DataFrame([(r.rule, r.zh, r.en) for r in rules], schema=["rule", "zh", "en"], orient="row")
    holding = summed.filter("known", pl.col("rest") == 0).select("report_key", "rule").unique()
    return (
        names.join(holding, on="rule", maintain_order="left")
        .group_by("report_key", maintain_order=True)
        .agg(relations=pl.col("zh").str.join(_BETWEEN["zh"]), relations_en=pl.col("en").str.join(_BETWEEN["en"]))
    )
