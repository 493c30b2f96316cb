"""How much of a report's text stood in last year's: its clauses without figures, weighed by their length.

Belongs here: comparing texts. Keep out: comparing cells (`across`), and which report is last year's.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.in_words import telling, told
from pipelines.auditing.rule_kinds import CopiedRule
from pipelines.auditing.rules_file import rules_of
from pipelines.auditing.wide import EVALUATED, NUMBER

_SIMILAR = 0.9
# Texts whose lengths differ by more than a fifth cannot be that similar, and need not be compared.
_ALIKE_IN_LENGTH = 0.8
# Short texts are alike by the headings and phrases that the law gives them.
_LONG_ENOUGH = 300
# What stands between punctuation and figures; of fewer characters it is a connective.
_CLAUSE = r"[^\s\d０-９.%％，。；：、！？,;:!?（）()《》〈〉“”\"]{4,}"
# Before the first heading stand title and instructions, after the last one signature and links.
_BODY = pl.col("section").is_between(1, 6)


def copied_texts(sections: pl.DataFrame, last: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of copied texts (columns of EVALUATED; left_value: the share that is equal).

    Both are (report_key, year_key, section, body); `last` is last year's text under this year's report_key.
    """
    for rule in rules_of(CopiedRule):
        yield _compared(rule, sections, last)


def _compared(rule: CopiedRule, sections: pl.DataFrame, last: pl.DataFrame) -> pl.DataFrame:
    both = _texts(sections).join(_texts(last).drop("year_key"), on="report_key", suffix="_last")
    short = pl.min_horizontal("length", "length_last")
    is_near = short >= pl.max_horizontal("length", "length_last") * _ALIKE_IN_LENGTH
    known = short >= _LONG_ENOUGH
    compared = _shares(both.filter(known & is_near))
    share = both.join(compared, on="report_key", how="left").with_columns(
        known=known & ~(is_near & pl.col("share").is_null())
    )
    failed = (pl.col("share") > _SIMILAR).fill_null(False)
    outcome = pl.when(~pl.col("known")).then(pl.lit("not_assessable")).when(failed).then(pl.lit("fail"))
    percent = (pl.col("share") * 100).round(1)
    return (
        share.collect()
        .select(
            "report_key",
            "year_key",
            rule=pl.lit(rule.rule),
            scope=pl.lit("narrative"),
            outcome=outcome.otherwise(pl.lit("pass")),
            left_value=pl.col("share").cast(NUMBER),
            right_value=pl.lit(None, NUMBER),
            difference=pl.lit(None, NUMBER),
            cell_path=pl.lit(None, pl.String),
            **telling(
                detail=told("zh", "auditing.text_alike", share=percent),
                detail_en=told("en", "auditing.text_alike", share=percent),
            ),
        )
        .select(EVALUATED)
    )


def _texts(sections: pl.DataFrame) -> pl.LazyFrame:
    """Return (report_key, year_key, text, length) of each report."""
    bodies = sections.lazy().filter(_BODY).group_by("report_key", "year_key")
    return bodies.agg(text=pl.col("body").str.join("\n")).with_columns(length=pl.col("text").str.len_chars())


def _shares(both: pl.LazyFrame) -> pl.LazyFrame:
    """Return (report_key, share): the characters of the clauses that both texts have, of the longer one's."""
    own, last = (pl.col(name).str.extract_all(_CLAUSE).list.unique() for name in ("text", "text_last"))
    clauses = both.select("report_key", own=own, last=last)
    shared = _characters(pl.col("own").list.set_intersection("last"))
    longer = pl.max_horizontal(_characters(pl.col("own")), _characters(pl.col("last")))
    return clauses.select("report_key", share=pl.when(longer >= _LONG_ENOUGH).then((shared / longer).round(4)))


def _characters(clauses: pl.Expr) -> pl.Expr:
    return clauses.list.join("").str.len_chars()
