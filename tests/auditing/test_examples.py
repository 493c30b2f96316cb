"""Every rule passes and fails the examples that stand beside it."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from pipelines.auditing import RULES
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.auditing.rule_kinds import (
    AnyRule,
    CellsRule,
    FigureSumsRule,
    ProvedRule,
    RelationRule,
    ReportRule,
    UnmappedRule,
)
from tests.auditing.example_reports import audited, together

BY_SLUG = [pytest.param(rule, id=rule.rule) for rule in RULES]
# Kinds that say nothing of what does not concern them: their sound reports have no evaluation.
SILENT = (UnmappedRule, FigureSumsRule, ProvedRule)


def says_nothing(rule: AnyRule) -> bool:
    return isinstance(rule, SILENT) or (isinstance(rule, CellsRule) and rule.fails_when is None)


@cache
def made(kind: str) -> dict[int, Audited]:
    """Return the frames of the examples of one kind; the key of a report is the place of its rule, from 1."""
    return {key: audited(rule, getattr(rule.examples, kind)) for key, rule in enumerate(RULES, 1)}


@cache
def evaluated(kind: str) -> pl.DataFrame:
    """Return the evaluations of the examples of one kind of all rules, as the reports of one release are evaluated."""
    return evaluate(together(made(kind)))


def of_own(rule: AnyRule, kind: str) -> pl.DataFrame:
    """Return the evaluations of a rule on its own example."""
    key = RULES.index(rule) + 1
    return evaluated(kind).filter((pl.col("report_key") == key) & (pl.col("rule") == rule.rule))


@pytest.mark.parametrize("rule", BY_SLUG)
def test_a_passing_example_passes(rule: AnyRule) -> None:
    found = of_own(rule, "passing")
    outcomes = set(found["outcome"])
    assert not outcomes & {"fail", "assumed_zero_fail", "not_assessable"}
    assert "pass" in outcomes or says_nothing(rule)


@pytest.mark.parametrize("rule", BY_SLUG)
def test_a_failing_example_is_a_finding_of_its_severity_and_scope(rule: AnyRule) -> None:
    example = rule.examples.failing
    told = findings(of_own(rule, "failing"))
    assert told["severity"].to_list() == [rule.severity_in(scope) for scope in told["scope"]]
    named = isinstance(rule, RelationRule | CellsRule | ReportRule) or example.scope is not None
    wanted = [example.scope or ""] if named else ["any scope"]
    found = told["scope"].to_list() if named else ["any scope"] * told.height
    assert found == wanted, f"{rule.rule}: the fail example should be a finding in {wanted}; findings: {found}"


@pytest.mark.parametrize(("kind", "size", "every"), [("passing", 15, 1), ("failing", 15, 1), ("failing", 1, 40)])
def test_a_report_is_evaluated_beside_others_as_among_few(kind: str, size: int, every: int) -> None:
    """A run audits of a part only the reports that are others now (`ByPart.alone`)."""
    keys = list(made(kind))[::every]
    pieces = [
        evaluate(together({key: made(kind)[key] for key in keys[n : n + size]})) for n in range(0, len(keys), size)
    ]
    whole = evaluated(kind).filter(pl.col("report_key").is_in(keys))
    order = ["year_key", "report_key", "rule", "scope"]
    assert pl.concat(pieces).sort(order).equals(whole.sort(order))
    assert not whole.select(order).is_duplicated().any()
