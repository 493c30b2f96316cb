"""This year's report against last year's."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.auditing.evaluate import findings
from tests.auditing.frames import AMBIGUOUS, BLANK, Changes, State, evaluated, number, outcome

RECEIVED = "applications.received.total"
DECISIONS = "licensing.administrative_licensing.decisions"
FIGURES = {DECISIONS: number(12), "enforcement.administrative_penalty.decisions": number(7), RECEIVED: number(5)}
STOCK = {
    "licensing.administrative_licensing.prior_year_items": number(12),
    "enforcement.administrative_penalty.prior_year_items": number(30),
    "documents.normative_documents.total_published": number(40),
    "documents.rules.total_published": number(4),
}


def test_a_carry_over_that_differs_is_an_error_for_the_total_only() -> None:
    before = {"applications.carried_out.total": number(2), "applications.carried_out.natural_person": number(2)}
    found = findings(evaluated({}, before=before)).filter(pl.col("rule") == "years.carry_over")
    assert dict(found.select("scope", "severity").iter_rows()) == {"total": "error", "natural_person": "warning"}


@pytest.mark.parametrize(
    ("own", "before", "expected"),
    [
        (FIGURES, FIGURES, "fail"),
        (FIGURES, {**FIGURES, RECEIVED: number(6)}, "pass"),
        (FIGURES, {**FIGURES, RECEIVED: BLANK}, "pass"),
        ({}, {}, "pass"),
        ({RECEIVED: number(1)}, {RECEIVED: number(1)}, "pass"),
        (STOCK, STOCK, "pass"),
        ({**FIGURES, RECEIVED: AMBIGUOUS}, {**FIGURES, RECEIVED: AMBIGUOUS}, "not_assessable"),
    ],
)
def test_copied_needs_every_cell_equal(own: Changes, before: Changes, expected: str) -> None:
    assert outcome(evaluated(own, before=before), "years.copied") == expected


def test_a_report_of_another_form_is_no_copy() -> None:
    own = {f"applications.{row}.total": number(n) for n, row in enumerate(("received", "carried_in", "granted"), 3)}
    assert outcome(evaluated(own, "2021", before=own, before_form="2019"), "years.copied") == "pass"


@pytest.mark.parametrize(
    ("own", "before", "expected"),
    [
        (number(1001), number(100), "fail"),
        (number(1000), number(100), "pass"),
        (number(9), number(100), "fail"),
        (number(100), number(0), "fail"),
        (number(99), number(1), None),
        (BLANK, number(500), None),
        (AMBIGUOUS, number(500), None),
    ],
)
def test_jumps(own: State, before: State, expected: str | None) -> None:
    assert outcome(evaluated({DECISIONS: own}, before={DECISIONS: before}), "years.jump", DECISIONS) == expected


@pytest.mark.parametrize(("form", "before"), [("narrative", "2019"), ("2014", "2014")])
def test_reports_without_tables_in_them_are_no_copies(form: str, before: str) -> None:
    rules = set(evaluated({}, form, before={}, before_form=before)["rule"])
    assert "report.year_unknown" in rules
    assert not rules & {"years.copied", "years.jump"}
