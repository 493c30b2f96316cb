"""Relations: two sums of cells held against each other, for all reports of a form at once.

A report is a row and a cell a column here: summing across columns touches each number once and joins nothing.
Belongs here: sums, and the policy for what is blank. Keep out: messages, and which relations there are (rules/*.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import polars as pl

from pipelines.auditing.hints import Term, relation_hint, repeated_hint
from pipelines.auditing.rule_cells import rule_cells_frame
from pipelines.auditing.rules_file import RULES, Rule

NUMBER = pl.Decimal(18, 6)
# Sums are of whole millionths, in integers that no sum of printed numbers can leave.
_SCALE = 1_000_000
# Millionths below it can be added and subtracted a hundred times in 64 bits, which is much faster than in 128.
_SMALL = 2**63 // 128
LAST = "last:"
# The cells of each side of a relation with their signs.
_Sides = dict[str, list[tuple[str, int]]]
EVALUATED = (
    *("report_key", "year_key", "rule", "scope", "outcome", "left_value", "right_value", "difference"),
    *("cell_path", "detail", "hint"),
)


def widen(cells: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    """Return cells as one row a report: `v:<path>` in millionths (NULL: unknown).

    Of cells that are ambiguous, and of those that no form demands, `s:<path>` tells the state: 0 printed, 1 ambiguous.
    """
    if cells.is_empty():
        return pl.DataFrame(schema={"report_key": pl.Int64})
    ambiguous = pl.col("status") == "ambiguous"
    extra = ~pl.col("is_statutory") if "is_statutory" in cells.columns else pl.lit(False)
    known = cells.select("report_key", "cell_path", v=pl.col("value").cast(NUMBER).to_physical())
    small = known.select((pl.col("v").abs().max() < _SMALL).fill_null(True)).item()
    if small:
        known = known.with_columns(pl.col("v").cast(pl.Int64))
    states = cells.filter(ambiguous | extra).select("report_key", "cell_path", s=ambiguous.cast(pl.Int8))
    wide = _pivoted(known, f"v:{prefix}")
    return wide if states.is_empty() else wide.join(_pivoted(states, f"s:{prefix}"), on="report_key", how="left")


def _pivoted(cells: pl.DataFrame, prefix: str) -> pl.DataFrame:
    wide = cells.pivot(on="cell_path", index="report_key")
    return wide.rename({name: f"{prefix}{name}" for name in wide.columns if name != "report_key"})


def relations(cells: pl.DataFrame, reports: pl.DataFrame, last: pl.DataFrame | None) -> Iterator[pl.DataFrame]:
    """Yield the evaluations of every relation and scope (columns of EVALUATED).

    `cells` are cells of the reports, `reports` have report_key, year_key and form; `last` are cells of last year's
    reports with the key of this year's (None: no relation to last year is evaluated).
    """
    before = widen(last, LAST) if last is not None else None
    for form_id, own in reports.group_by("form"):
        keys = own.select("report_key", "year_key")
        wide = keys.join(widen(cells.join(keys, on="report_key", how="semi")), on="report_key", how="left")
        both = wide.join(before, on="report_key", how="inner") if before is not None else None
        for rule in RULES:
            if rule.kind == "relation" and form_id[0] in rule.forms:
                needs_last = any(path.lstrip("-").startswith(LAST) for path in (*rule.left, *rule.right))
                frame = both if needs_last else wide
                if frame is not None and not frame.is_empty():
                    yield from _rule(rule, str(form_id[0]), frame)


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
            printed = [f"s:{name}" for name, _ in terms["left"] if f"s:{name}" in wide.columns]
            if not printed:
                continue
            yield from _evaluated(rule, scope, terms, wide.filter(pl.all_horizontal(pl.col(printed).is_not_null())))
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
    """Yield both sums, which of them is known, and whether any cell is unknown or ambiguous."""
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
    yield pl.any_horizontal(pl.lit(False), *(pl.col(name) == 1 for name in states)).fill_null(False).alias("ambiguous")


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
        _printed(pl.when("left_known").then("left_value")).alias("left_value"),
        _printed(pl.when("right_known").then("right_value")).alias("right_value"),
        _printed(pl.when(known).then(pl.col("left_value") - pl.col("right_value"))).alias("difference"),
        pl.lit(first, pl.String).alias("cell_path"),
        pl.lit(None, pl.String).alias("detail"),
        pl.lit(None, pl.String).alias("hint") if hints is None else hints,
    )


def _printed(millionths: pl.Expr) -> pl.Expr:
    """Return millionths as the number that was printed; a sum too large for its column as NULL."""
    held = pl.when(millionths.abs() < 10**18).then(millionths)
    return (held.cast(pl.Decimal(38, 6)) / _SCALE).cast(NUMBER)
