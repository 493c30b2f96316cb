"""A summary against what the reports below it add up to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.auditing.levels import BELOW, compared_cells, summaries
from pipelines.contracts import contract
from tests.auditing.frames import BLANK, Changes, State, cells, number, reports

RECEIVED = "applications.received.total"
AMOUNT = "procurement.centralized_procurement.total_amount"
COVERS, EQUALS = "levels.summary_covers", "levels.summary_equals"


def below(path: str, value: int | None, **changes: Any) -> pl.DataFrame:
    """Return what lies below a summary: ten agencies, none missing."""
    row = {**dict.fromkeys(BELOW), "report_key": 1, "cell_path": path, "known": 10, "counted": 10, "assumed": 0}
    row |= {"below": None if value is None else Decimal(value), "is_complete": True, "missing": "", "missing_en": ""}
    row |= changes
    return pl.DataFrame([row], schema=BELOW)


def outcomes(own: Changes, lower: pl.DataFrame, **columns: Any) -> dict[str, str]:
    """Return the outcome of each rule."""
    found = pl.concat(summaries(cells(own, others=columns.get("others")), lower))
    return dict(found.select("rule", "outcome").iter_rows())


@pytest.mark.parametrize(
    ("own", "value", "expected"),
    [
        (number(5), 5, {COVERS: "pass", EQUALS: "pass"}),
        (number(4), 5, {COVERS: "fail", EQUALS: "pass"}),
        (number(10), 5, {COVERS: "pass", EQUALS: "fail"}),
        (BLANK, 5, dict.fromkeys((COVERS, EQUALS), "not_assessable")),
        (number(4), None, dict.fromkeys((COVERS, EQUALS), "not_assessable")),
    ],
)
def test_a_difference_either_way_is_told_where_nobody_is_missing(
    own: State, value: int | None, expected: dict[str, str]
) -> None:
    assert outcomes({RECEIVED: own}, below(RECEIVED, value)) == expected


def test_with_an_agency_missing_only_less_than_the_parts_is_wrong() -> None:
    lacking = below(RECEIVED, 5, is_complete=False, counted=9, missing="莒县财政局")
    assert outcomes({RECEIVED: number(10)}, lacking) == {COVERS: "pass"}
    assert outcomes({RECEIVED: number(4)}, lacking) == {COVERS: "fail"}


def test_a_blank_below_may_be_what_the_summary_has_more() -> None:
    assert outcomes({RECEIVED: number(10)}, below(RECEIVED, 5, assumed=1))[EQUALS] == "assumed_zero_fail"


def test_amounts_are_compared_in_yuan() -> None:
    told = {AMOUNT: {"yuan": Decimal(2_000_000)}}
    assert outcomes({AMOUNT: number(200)}, below(AMOUNT, 2_000_001), others=told)[COVERS] == "fail"
    assert outcomes({AMOUNT: number(200)}, below(AMOUNT, 2_000_000), others=told)[COVERS] == "pass"


def test_the_finding_names_who_is_missing_and_what_the_scope_rests_on() -> None:
    lacking = below(
        RECEIVED, 5, is_complete=False, counted=8, missing="莒县财政局、城阳街道办事处", scope_basis="by_law"
    )
    none = contract("unmapped_row").empty()
    evaluated = evaluate(Audited(cells({RECEIVED: number(4)}), reports(), none, subordinates=lacking))
    (told,) = findings(evaluated).filter(pl.col("rule") == COVERS).to_dicts()
    assert (told["severity"], told["scope"], told["cell_path"]) == ("warning", RECEIVED, RECEIVED)
    assert "已知下级行政机关 10 个，计入 8 个，未计入：莒县财政局、城阳街道办事处" in told["message"]
    assert "：4 与 5，差 -1" in told["message"]
    assert "依法推定" in told["hint"]


def test_every_measure_that_adds_up_is_compared() -> None:
    """Items that several agencies share, and changes of them, are not."""
    compared = compared_cells()
    assert {RECEIVED, AMOUNT, "reviews.reconsideration.upheld", "documents.normative_documents.in_force"} <= {*compared}
    assert {"stat2014.requests.received", "fees.administrative_fees.amount_collected"} <= {*compared}
    assert not [path for path in compared if path.endswith(("prior_year_items", "items_change", "subtotal.total"))]
