"""Relations: two sums of cells held against each other, for all reports of a form at once.

A report is a row and a cell a column here: summing across columns touches each number once and joins nothing.
Belongs here: sums, and the policy for what is blank. Keep out: messages, and which relations there are (rules/*.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import polars as pl

from pipelines.auditing.hints import relation_hints
from pipelines.auditing.rule_cells import rule_cells_frame
from pipelines.auditing.rules_file import RULES, Rule

NUMBER = pl.Decimal(18, 6)
# Sums are of whole millionths, in integers that no sum of printed numbers can leave.
_SCALE = 1_000_000
_UNKNOWN, _AMBIGUOUS = 1, 2
LAST = "last:"
EVALUATED = (
    *("report_key", "year_key", "rule", "scope", "outcome", "left_value", "right_value", "difference"),
    *("cell_path", "detail", "hint"),
)


def widen(cells: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    """Return cells as one row a report: `v:<path>` in millionths, and `s:<path>`: 0 number, 1 unknown, 2 ambiguous."""
    if cells.is_empty():
        return pl.DataFrame(schema={"report_key": pl.Int64})
    state = pl.when(pl.col("status") == "ambiguous").then(_AMBIGUOUS).when(pl.col("value").is_null()).then(_UNKNOWN)
    slim = cells.select(
        "report_key",
        "cell_path",
        v=(pl.col("value").cast(pl.Decimal(38, 6)) * _SCALE).cast(pl.Int128),
        s=state.otherwise(0).cast(pl.Int8),
    )
    wide = slim.pivot(on="cell_path", index="report_key", values=["v", "s"])
    names = {name: f"{name[0]}:{prefix}{name[2:]}" for name in wide.columns if name != "report_key"}
    return wide.rename(names)


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
def _terms(rule: str, form: str) -> tuple[tuple[str, dict[str, list[tuple[str, int]]]], ...]:
    """Return (scope, terms by side) of a rule on a form; a term is its column and its sign."""
    used = rule_cells_frame().filter((pl.col("rule") == rule) & (pl.col("form") == form))
    found: dict[str, dict[str, list[tuple[str, int]]]] = {}
    rows = used.select("scope", "side", "cell_path", "sign", "is_last_year").iter_rows()
    for scope, side, path, sign, is_last in rows:
        terms = found.setdefault(scope, {"left": [], "right": []})
        terms[side].append((f"{LAST if is_last else ''}{path}", sign))
    return tuple(found.items())


def _rule(rule: Rule, form: str, wide: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for scope, terms in _terms(rule.rule, form):
        if rule.only_if_printed:
            printed = [name for name, _ in terms["left"] if f"v:{name}" in wide.columns]
            if not printed:
                continue
            frame = wide.filter(pl.all_horizontal(pl.col(f"s:{name}").is_not_null() for name in printed))
        else:
            frame = wide
        yield _evaluated(rule, scope, terms, frame)


def _evaluated(rule: Rule, scope: str, terms: dict[str, list[tuple[str, int]]], wide: pl.DataFrame) -> pl.DataFrame:
    there = {side: [(n, sign) for n, sign in found if f"v:{n}" in wide.columns] for side, found in terms.items()}
    names = [name for found in there.values() for name, _ in found]
    missing = sum(map(len, terms.values())) - len(names)
    # Not printed at all is as unknown as blank.
    unknown = pl.sum_horizontal(missing, *(pl.col(f"s:{name}").fill_null(_UNKNOWN) == _UNKNOWN for name in names))
    ambiguous = pl.any_horizontal(pl.lit(False), *(pl.col(f"s:{name}") == _AMBIGUOUS for name in names))
    sums = wide.select(
        "report_key",
        "year_key",
        *(f"v:{name}" for name in names),
        left_value=_sum(there["left"]),
        right_value=_sum(there["right"]),
        left_known=_known(there["left"]) | pl.lit(not terms["left"]),
        right_known=_known(there["right"]) | pl.lit(not terms["right"]),
        unknown=unknown,
        ambiguous=ambiguous,
    )
    assessable = ~pl.col("ambiguous") & pl.col("left_known") & pl.col("right_known")
    fails = pl.sql_expr(rule.fails_when) if rule.fails_when else pl.col("left_value") != pl.col("right_value")
    failed = pl.when(fails).then(pl.lit("fail")).otherwise(pl.lit("pass"))
    prefix = pl.when(pl.col("unknown") > 0).then(pl.lit("assumed_zero_")).otherwise(pl.lit(""))
    outcome = pl.when(assessable).then(prefix + failed).otherwise(pl.lit("not_assessable"))
    first = next((n for n, _ in (*terms["right"], *terms["left"]) if not n.startswith(LAST)), None)
    hinted = relation_hints(there) if rule.fails_when is None else pl.lit(None, pl.String)
    return (
        sums.with_columns(
            outcome=outcome, rule=pl.lit(rule.rule), scope=pl.lit(scope), cell_path=pl.lit(first, pl.String)
        )
        .with_columns(
            hint=pl.when(pl.col("outcome").str.ends_with("fail")).then(hinted),
            detail=pl.lit(None, pl.String),
            difference=pl.when(assessable).then(pl.col("left_value") - pl.col("right_value")),
            left_value=pl.when("left_known").then("left_value"),
            right_value=pl.when("right_known").then("right_value"),
        )
        .with_columns(_printed(name) for name in ("left_value", "right_value", "difference"))
        .select(EVALUATED)
    )


def _sum(terms: list[tuple[str, int]]) -> pl.Expr:
    values = (pl.col(f"v:{name}").fill_null(0) * sign for name, sign in terms)
    return pl.sum_horizontal(pl.lit(0, pl.Int128), *values).cast(pl.Int128)


def _known(terms: list[tuple[str, int]]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(pl.col(f"v:{name}").is_not_null() for name, _ in terms))


def _printed(name: str) -> pl.Expr:
    """Return millionths as the number that was printed; a sum too large for its column as NULL."""
    held = pl.when(pl.col(name).abs() < 10**18).then(pl.col(name))
    return (held.cast(pl.Decimal(38, 6)) / _SCALE).cast(NUMBER).alias(name)
