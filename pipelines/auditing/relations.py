"""Relations: two sums of cells held against each other, for all reports of a form at once.

Belongs here: sums, and the policy for what is blank. Keep out: messages, and which relations there are (rules/*.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import polars as pl

from pipelines.auditing.possible_causes import Term, relation_hint, repeated_hint
from pipelines.auditing.rule_cells import rule_cells_frame
from pipelines.auditing.rules_file import RULES, Rule
from pipelines.auditing.wide import LAST, Wide, printed

# The cells of each side of a relation with their signs.
_Sides = dict[str, list[tuple[str, int]]]
EVALUATED = (
    *("report_key", "year_key", "rule", "scope", "outcome", "left_value", "right_value", "difference"),
    *("cell_path", "detail", "hint"),
)


def relations(wide: Wide) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of every relation and scope for the reports of one form (columns of EVALUATED).

    A relation to last year is evaluated for the reports that have one.
    """
    for rule in RULES:
        if rule.kind == "relation" and wide.form in rule.forms:
            needs_last = any(path.lstrip("-").startswith(LAST) for path in (*rule.left, *rule.right))
            frame = wide.both if needs_last else wide.own
            if frame is not None and not frame.is_empty():
                yield from _rule(rule, wide.form, frame)


@cache
def _terms(rule: str, form: str) -> tuple[tuple[str, _Sides], ...]:
    """Return (scope, terms by side) of a rule on a form; a term is its column and its sign."""
    used = rule_cells_frame().filter((pl.col("rule") == rule) & (pl.col("form") == form))
    found: dict[str, _Sides] = {}
    rows = used.select("scope", "side", "cell_path", "sign", "is_last_year").iter_rows()
    for scope, side, path, sign, is_last in rows:
        terms = found.setdefault(scope, {"left": [], "right": []})
        terms[side].append((f"{LAST if is_last else ''}{path}", sign))
    return tuple(found.items())


def _rule(rule: Rule, form: str, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for scope, terms in _terms(rule.rule, form):
        if rule.only_if_printed:
            own = [f"s:{name}" for name, _ in terms["left"] if f"s:{name}" in wide.columns]
            if own:
                yield from _evaluated(rule, scope, terms, wide.filter(pl.all_horizontal(pl.col(own).is_not_null())))
        else:
            yield from _evaluated(rule, scope, terms, wide)


def _evaluated(rule: Rule, scope: str, terms: _Sides, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of one scope: those that need no hint, and failed equalities with theirs."""
    there = {side: [(n, sign) for n, sign in found if f"v:{n}" in wide.columns] for side, found in terms.items()}
    judged = wide.select("report_key", "year_key", *_sides(terms, there, wide)).with_columns(_outcome(rule))
    first = next((n for n, _ in (*terms["right"], *terms["left"]) if not n.startswith(LAST)), None)
    failed = judged["outcome"].is_in(["fail", "assumed_zero_fail"])
    if rule.fails_when is not None or not failed.any():
        yield _told(judged, rule, scope, first)
        return
    yield _told(judged.filter(~failed), rule, scope, first)
    yield _told(judged.filter(failed), rule, scope, first, _hints(there, wide.filter(failed)))


def _sides(terms: _Sides, there: _Sides, wide: pl.DataFrame) -> Iterator[pl.Expr]:
    """Yield both sums, which of them is known, and whether any cell is unknown or decides nothing."""
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
    doubts = [(pl.col(name) == 1).fill_null(False) for name in states]
    # A figure that last year's report does not state was not 0 for that: its form may not ask for it.
    earlier = [f"v:{name}" for found in terms.values() for name, _ in found if name.startswith(LAST)]
    doubts += [pl.col(name).is_null() if name in wide.columns else pl.lit(True) for name in earlier]
    yield pl.any_horizontal(pl.lit(False), *doubts).alias("ambiguous")


def _outcome(rule: Rule) -> pl.Expr:
    fails = pl.sql_expr(rule.fails_when) if rule.fails_when else pl.col("left_value") != pl.col("right_value")
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
        .otherwise(pl.lit("pass"))
        .alias("outcome")
    )


def _hints(terms: _Sides, failed: pl.DataFrame) -> pl.Series:
    """Return the hints of failed equalities, report by report: there are few of them."""
    names = [name for found in terms.values() for name, _ in found]
    own = [name for name, _ in terms["left"]][:1]
    last = f"v:{LAST}{own[0]}" if own else ""
    hints = []
    for row in failed.select("report_key", *{f"v:{name}" for name in names} | {last} & {*failed.columns}).iter_rows(
        named=True
    ):
        left, right = (
            [Term(name.removeprefix(LAST), sign, row[f"v:{name}"], name.startswith(LAST)) for name, sign in found]
            for found in (terms["left"], terms["right"])
        )
        is_across = any(term.is_last for term in right)
        hints.append((repeated_hint(left, row.get(last)) if is_across else None) or relation_hint(left, right))
    return pl.Series("hint", hints, dtype=pl.String)


def _told(
    judged: pl.DataFrame, rule: Rule, scope: str, first: str | None, hints: pl.Series | None = None
) -> pl.DataFrame:
    known = pl.col("outcome") != "not_assessable"
    return judged.select(
        "report_key",
        "year_key",
        pl.lit(rule.rule).alias("rule"),
        pl.lit(scope).alias("scope"),
        "outcome",
        printed(pl.when("left_known").then("left_value")).alias("left_value"),
        printed(pl.when("right_known").then("right_value")).alias("right_value"),
        printed(pl.when(known).then(pl.col("left_value") - pl.col("right_value"))).alias("difference"),
        pl.lit(first, pl.String).alias("cell_path"),
        pl.lit(None, pl.String).alias("detail"),
        pl.lit(None, pl.String).alias("hint") if hints is None else hints,
    )
