"""The five outcomes of the identity rules, on one report whose cells are changed."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from pipelines.auditing import RULES, rule_cells_frame, rules_frame
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.forms import FORMS

Change = dict[str, tuple[str, int | None]]
BALANCE = ("applications.balance", "natural_person")
ROW = ("applications.row_total", "received")
RECEIVED = "applications.received"


def cells(changes: Change, form: str = "2019") -> pl.DataFrame:
    """Return the cells of a report that holds 0 everywhere, except for the changes."""
    rows = []
    for order, path in enumerate(FORMS[form].cell_paths, start=1):
        name = ".".join(path)
        status, value = changes.get(name, ("value", 0))
        number = None if value is None else Decimal(value)
        rows.append((1, 2020, name, order, *path, True, str(value), status, number))
    names = ["report_key", "year_key", "cell_path", "cell_order", "table_id", "row_id", "column_id"]
    known = pl.DataFrame(
        rows,
        schema={
            **{n: contract("cell").dtypes[n] for n in [*names, "is_statutory", "raw_text", "status", "value"]},
        },
        orient="row",
    )
    others = {n: t for n, t in contract("cell").dtypes.items() if n not in known.columns}
    return known.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in others.items())


def outcomes(changes: Change, form: str = "2019") -> pl.DataFrame:
    year = {"2019": 2020, "2021": 2022}[form]
    reports = pl.DataFrame({"report_key": [1], "form": [form], "year_key": [year]}).cast({"year_key": pl.Int32})
    return evaluate(Audited(cells(changes, form), reports, contract("unmapped_row").empty()))


def outcome(changes: Change, rule: tuple[str, str]) -> str:
    found = outcomes(changes).filter((pl.col("rule") == rule[0]) & (pl.col("scope") == rule[1]))
    assert found.height == 1
    return str(found["outcome"][0])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "pass"),
        ({f"{RECEIVED}.natural_person": ("value", 3)}, "fail"),
        ({f"{RECEIVED}.natural_person": ("blank", None)}, "assumed_zero_pass"),
        (
            {f"{RECEIVED}.natural_person": ("value", 3), "applications.carried_in.natural_person": ("nil_mark", None)},
            "assumed_zero_fail",
        ),
        (
            {
                "applications.outcome_total.natural_person": ("blank", None),
                "applications.carried_out.natural_person": ("blank", None),
            },
            "not_assessable",
        ),
        ({f"{RECEIVED}.natural_person": ("ambiguous", None)}, "not_assessable"),
    ],
)
def test_balance_outcomes(changes: Change, expected: str) -> None:
    assert outcome(changes, BALANCE) == expected


def test_blank_total_column_is_not_accused() -> None:
    assert outcome({f"{RECEIVED}.total": ("blank", None), f"{RECEIVED}.natural_person": ("value", 5)}, ROW) == (
        "not_assessable"
    )


def test_blank_parts_are_information_only() -> None:
    parts = ("natural_person", "commercial_enterprise", "research_institution", "public_interest_org")
    blank: Change = {f"{RECEIVED}.{p}": ("blank", None) for p in (*parts, "legal_service_org", "other_org")}
    found = outcomes({**blank, f"{RECEIVED}.total": ("value", 0)})
    failed = found.filter(pl.col("outcome") == "fail")["rule"].to_list()
    assert failed == ["applications.parts_blank"]


def test_assumed_zero_fail_is_at_most_a_warning() -> None:
    changes: Change = {
        f"{RECEIVED}.natural_person": ("value", 3),
        "applications.carried_in.natural_person": ("blank", None),
    }
    found = findings(outcomes(changes))
    by_rule = {(rule, scope): severity for rule, scope, severity in found.select("rule", "scope", "severity").rows()}
    assert by_rule[BALANCE] == "warning"
    assert by_rule[ROW] == "error"
    assert contract("audit_finding").validate(found).height == 2


def test_negative_and_text_counts_are_invalid() -> None:
    for change in (("value", -1), ("text", None)):
        found = outcomes({f"{RECEIVED}.total": change})
        failed = found.filter((pl.col("rule") == "applications.count_valid") & (pl.col("outcome") == "fail"))
        assert failed["cell_path"].to_list() == [f"{RECEIVED}.total"]


def test_review_channels_add_up() -> None:
    found = outcomes({"reviews.reconsideration.other_result": ("value", 1)})
    failed = found.filter(pl.col("outcome") == "fail").select("rule", "scope", "difference").rows()
    assert failed == [("reviews.channel_sum", "reconsideration", Decimal(1))]


def test_sound_report_has_no_findings() -> None:
    for form in FORMS:
        assert findings(outcomes({}, form)).is_empty()


def test_both_forms_sum_their_own_outcomes() -> None:
    used = rule_cells_frame().filter((pl.col("rule") == "applications.outcome_sum") & (pl.col("scope") == "total"))
    left = used.filter(pl.col("side") == "left").group_by("form").len().sort("form").rows()
    assert left == [("2019", 19), ("2021", 21)]


def test_rule_tables_keep_their_contracts() -> None:
    assert contract("audit_rule").validate(rules_frame()).height == len(RULES)
    assert contract("audit_rule_cell").validate(rule_cells_frame()).height > 0
