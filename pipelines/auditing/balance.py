"""The numbers of a text among themselves: received and carried in are answered and carried over.

What the text leaves unsaid is taken from the table. Where it gives two numbers for one matter, or the words leave open
which is meant and one reading adds up, nothing is said.
Belongs here: this relation inside the text. Keep out: text against table, lists that add up (`figures`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.in_words import telling
from pipelines.auditing.rule_kinds import FigureBalanceRule
from pipelines.auditing.wide import EVALUATED, held

_RECEIVED, _CARRIED_IN = "applications.received.total", "applications.carried_in.total"
_OUTCOMES, _CARRIED_OUT = "applications.outcome_total.total", "applications.carried_out.total"
_BOTH = "applications.received_and_carried_in"
# What a statement is, by all that it can mean, sorted: which of them is meant is open where there are several.
_TERMS = {
    (_RECEIVED,): "received",
    (_CARRIED_IN,): "carried_in",
    (_CARRIED_OUT,): "carried_out",
    (_BOTH,): "both",
    (_OUTCOMES, _BOTH): "handled_both",
    (_OUTCOMES,): "answered",
    (_OUTCOMES, _RECEIVED, _BOTH): "handled",
    ("applications.answered_of_received",): "answered_part",
}
_STATED = ("count", "none")
# Zero where the table leaves the cell blank on purpose; what was cut off is unknown.
_NIL = ("blank", "nil_mark")


def balances(rule: FigureBalanceRule, figures: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Return the evaluations of texts that state enough (columns of EVALUATED)."""
    said = _by_report(figures).join(_in_table(cells), on="report_key", how="left")
    carried_in, carried_out = (pl.coalesce(name, f"{name}_in_table") for name in ("carried_in", "carried_out"))
    answered = pl.coalesce("answered", "answered_part", "handled", "handled_both")
    known = said.with_columns(
        left=pl.when(pl.col("received").is_not_null())
        .then(pl.col("received") + carried_in)
        .otherwise(pl.coalesce("both", "handled_both")),
        right=answered + carried_out,
        said=answered,
    ).filter(
        ~pl.col("is_ambiguous")
        & pl.col("left").is_not_null()
        & pl.col("right").is_not_null()
        & pl.any_horizontal(pl.col("carried_in", "carried_out").is_not_null())
    )
    # Of those received alone, with or without those that came over from last year.
    of_received = (pl.col("received") == pl.col("right")).fill_null(False) & pl.col("answered_part").is_not_null()
    open_words = pl.col("answered").is_null() & pl.col("answered_part").is_null()
    restated = open_words & (
        (pl.col("said") == pl.col("left")) | (pl.col("said") == pl.col("received")).fill_null(False)
    )
    restated |= of_received
    outcome = pl.when((pl.col("left") == pl.col("right")) | restated).then(pl.lit("pass")).otherwise(pl.lit("fail"))
    return (
        known.with_columns(
            rule=pl.lit(rule.rule),
            scope=pl.format("figure.{}", "ordinal"),
            outcome=outcome,
            left_value=held(pl.col("left")),
            right_value=held(pl.when(restated).then("left").otherwise("right")),
            cell_path=pl.lit(None, pl.String),
            **telling(detail=pl.col("sentence")),
        )
        .with_columns(difference=held(pl.col("left_value") - pl.col("right_value")))
        .select(EVALUATED)
    )


def _by_report(figures: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each report: the one number it states for each term, and where what was answered is told."""
    meant = pl.col("meanings").str.split(",").list.sort().list.join(",")
    terms = {",".join(sorted(meanings)): term for meanings, term in _TERMS.items()}
    stated = figures.filter(pl.col("kind").is_in(_STATED)).with_columns(
        term=meant.replace_strict(terms, default=None, return_dtype=pl.String)
    )
    told = stated.drop_nulls("term").sort("report_key", "ordinal")
    of = {term: pl.col("value").filter(pl.col("term") == term) for term in _TERMS.values()}
    is_answer = pl.col("term").is_in(["answered", "answered_part", "handled", "handled_both"])
    return told.group_by("report_key", "year_key", maintain_order=True).agg(
        *(values.first().alias(term) for term, values in of.items()),
        is_ambiguous=pl.any_horizontal(values.n_unique() > 1 for values in of.values()),
        ordinal=pl.col("ordinal").filter(is_answer).last(),
        sentence=pl.col("sentence").filter(is_answer).last(),
    )


def _in_table(cells: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, carried_in_in_table, carried_out_in_table); none where the cell cannot be read."""
    number = pl.when(pl.col("status").is_in(_NIL)).then(0).otherwise("value")
    carried = cells.filter(pl.col("cell_path").is_in([_CARRIED_IN, _CARRIED_OUT]))
    return carried.group_by("report_key").agg(
        carried_in_in_table=number.filter(pl.col("cell_path") == _CARRIED_IN).first(),
        carried_out_in_table=number.filter(pl.col("cell_path") == _CARRIED_OUT).first(),
    )
