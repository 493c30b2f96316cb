"""Relations: two sums of cells held against each other, for all reports of a form at once.

Belongs here: sums, and the policy for what is blank. Keep out: messages, and which relations there are (rules/*.yml).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.binding import relation_sides
from pipelines.auditing.in_words import telling
from pipelines.auditing.possible_causes import Term, in_words, relation_cause, repeated_cause
from pipelines.auditing.rule_kinds import RelationRule
from pipelines.auditing.rules_file import rules_of
from pipelines.auditing.wide import AMBIGUOUS_STATE, PROVED_STATE, Wide, printed
from pipelines.forms.bound_sides import Sides
from pipelines.forms.patterns import LAST

# The cells of each side of a relation with their signs.
_Sides = dict[str, list[tuple[str, int]]]
# What is told of the sums of a relation, beside its outcome.
_SUMMED = ("report_key", "year_key", "left_value", "left_known", "right_value", "right_known")


def relations(wide: Wide) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of every relation and scope for the reports of one form (columns of EVALUATED).

    A relation to last year is evaluated for the reports that have one. What is told of all is written at once: for few
    reports it would take longest of all.
    """
    evaluated = list(_all_evaluated(wide))
    if evaluated:
        yield _told(pl.concat(evaluated, how="vertical_relaxed"))


def _all_evaluated(wide: Wide) -> Iterator[pl.DataFrame]:
    for rule in rules_of(RelationRule):
        needs_last = any(path.lstrip("-").startswith(LAST) for path in (*rule.left, *rule.right))
        frame = wide.both if needs_last else wide.own
        if frame is not None and not frame.is_empty():
            for sides in relation_sides(rule, wide.form_cells):
                yield from _rule(rule, sides, frame)


def _rule(rule: RelationRule, sides: Sides, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
    terms = {side: [(t.name, t.sign) for t in found] for side, found in (("left", sides.left), ("right", sides.right))}
    if rule.only_if_printed:
        own = [f"s:{name}" for name, _ in terms["left"] if f"s:{name}" in wide.columns]
        if own:
            yield from _evaluated(rule, sides, terms, wide.filter(pl.all_horizontal(pl.col(own).is_not_null())))
    else:
        yield from _evaluated(rule, sides, terms, wide)


def _evaluated(rule: RelationRule, sides: Sides, terms: _Sides, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of one scope, unprinted: those that need no hint, and failed equalities with theirs."""
    scope = sides.scope
    there = {side: [(n, sign) for n, sign in found if f"v:{n}" in wide.columns] for side, found in terms.items()}
    summed = wide.select("report_key", "year_key", _excused(sides, wide), *_sides(terms, there, wide))
    first = next((n for n, _ in (*terms["right"], *terms["left"]) if not n.startswith(LAST)), None)
    evaluated = summed.select(
        *_SUMMED,
        rule=pl.lit(rule.rule),
        scope=pl.lit(scope),
        cell_path=pl.lit(first, pl.String),
        **dict.fromkeys(("hint", "hint_en"), pl.lit(None, pl.String)),
        outcome=_outcome(rule),
    )
    failed = evaluated["outcome"].is_in(["fail", "assumed_zero_fail"])
    if rule.fails_when is not None or not failed.any():
        yield evaluated
        return
    yield evaluated.filter(~failed)
    yield evaluated.filter(failed).with_columns(_hints(there, wide.filter(failed)))


def _excused(sides: Sides, wide: pl.DataFrame) -> pl.Expr:
    """Tell whether the relation may hold or not: what it needs to be changed is not."""
    names = [f"v:{term.name}" for term in sides.unless_zero]
    changed = [(pl.col(name) != 0).fill_null(False) for name in names if name in wide.columns]
    return (pl.lit(bool(names)) & ~pl.any_horizontal(pl.lit(False), *changed)).alias("excused")


def _sides(terms: _Sides, there: _Sides, wide: pl.DataFrame) -> Iterator[pl.Expr]:
    """Yield both sums, which of them is known, and whether any cell is unknown, proved by sums, or decides nothing."""
    names = [name for found in there.values() for name, _ in found]
    # Not printed at all is as unknown as blank.
    missing = sum(map(len, terms.values())) > len(names)
    states = [f"s:{name}" for name in names if f"s:{name}" in wide.columns]
    for side, found in there.items():
        values = [pl.col(f"v:{name}") if sign == 1 else -pl.col(f"v:{name}") for name, sign in found]
        yield pl.sum_horizontal(pl.lit(0, pl.Int64), *values).alias(f"{side}_value")
        known = [pl.col(f"v:{name}").is_not_null() for name, _ in found]
        yield pl.any_horizontal(pl.lit(not terms[side]), *known).alias(f"{side}_known")
    yield pl.any_horizontal(pl.lit(missing), *(pl.col(f"v:{name}").is_null() for name in names)).alias("assumed")
    doubts = [(pl.col(name) == AMBIGUOUS_STATE).fill_null(False) for name in states]
    proved = [(pl.col(name) == PROVED_STATE).fill_null(False) for name in states]
    yield pl.any_horizontal(pl.lit(False), *proved).alias("proved")
    # A figure that last year's report does not state was not 0 for that: its form may not ask for it.
    earlier = [f"v:{name}" for found in terms.values() for name, _ in found if name.startswith(LAST)]
    doubts += [pl.col(name).is_null() if name in wide.columns else pl.lit(True) for name in earlier]
    yield pl.any_horizontal(pl.lit(False), *doubts).alias("ambiguous")


def _outcome(rule: RelationRule) -> pl.Expr:
    fails = pl.sql_expr(rule.fails_when) if rule.fails_when else pl.col("left_value") != pl.col("right_value")
    fails &= ~pl.col("excused")
    unknown = pl.col("ambiguous") | ~pl.col("left_known") | ~pl.col("right_known")
    return (
        pl.when(unknown)
        .then(pl.lit("not_assessable"))
        .when(fails & pl.col("assumed"))
        .then(pl.lit("assumed_zero_fail"))
        .when(fails)
        .then(pl.lit("fail"))
        .when("assumed")
        .then(pl.lit("assumed_zero_pass"))
        # What proved a cell of it has no part left that it could check.
        .when(pl.lit(rule.equality is not None) & pl.col("proved"))
        .then(pl.lit("not_assessable"))
        .otherwise(pl.lit("pass"))
    )


def _hints(terms: _Sides, failed: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the hints of failed equalities, report by report: there are few of them."""
    names = [name for found in terms.values() for name, _ in found]
    own = [name for name, _ in terms["left"]][:1]
    last = f"v:{LAST}{own[0]}" if own else ""
    causes = []
    for row in failed.select("report_key", *{f"v:{name}" for name in names} | {last} & {*failed.columns}).iter_rows(
        named=True
    ):
        left, right = (
            [Term(name.removeprefix(LAST), sign, row[f"v:{name}"], name.startswith(LAST)) for name, sign in found]
            for found in (terms["left"], terms["right"])
        )
        is_across = any(term.is_last for term in right)
        causes.append((repeated_cause(left, row.get(last)) if is_across else None) or relation_cause(left, right))
    hints = [(None, None) if cause is None else in_words(cause) for cause in causes]
    chinese, english = ([hint[n] for hint in hints] for n in range(2))
    return pl.Series("hint", chinese, dtype=pl.String), pl.Series("hint_en", english, dtype=pl.String)


def _told(evaluated: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("outcome") != "not_assessable"
    return evaluated.select(
        "report_key",
        "year_key",
        "rule",
        "scope",
        "outcome",
        printed(pl.when("left_known").then("left_value")).alias("left_value"),
        printed(pl.when("right_known").then("right_value")).alias("right_value"),
        printed(pl.when(known).then(pl.col("left_value") - pl.col("right_value"))).alias("difference"),
        "cell_path",
        **telling(hint=pl.col("hint"), hint_en=pl.col("hint_en")),
    )
