"""Figures in the text against the tables."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from pipelines.contracts import contract
from tests.auditing.frames import AMBIGUOUS, BLANK, YEARS, Changes, Columns, evaluated, number

RECEIVED, CARRIED = "applications.received.total", "applications.carried_in.total"
NEWLY = "documents.normative_documents.newly_published"
AMOUNT = "procurement.centralized_procurement.total_amount"
EITHER = f"{RECEIVED},applications.received_and_carried_in"


def stated(value: float, meanings: str, kind: str = "count", **others: object) -> dict[str, object]:
    base = {"report_key": 1, "year_key": 2020, "ordinal": 1, "section": 1, "start": 0, "stop": 1, "sentence": "一句"}
    known = {**base, "raw_text": str(value), "value": Decimal(str(value)), "kind": kind, "meanings": meanings}
    return {**dict.fromkeys(contract("narrative_figure").columns), **known, **others}


def judged(
    rule: str, changes: Changes, *figures: dict[str, object], others: Columns | None = None, form: str = "2019"
) -> pl.DataFrame:
    frame = pl.DataFrame([tuple(f.values()) for f in figures], schema=contract("narrative_figure").dtypes, orient="row")
    return evaluated(changes, form, figures=frame, others=others).filter(pl.col("rule") == rule)


@pytest.mark.parametrize(
    ("value", "expected", "meaning"),
    [
        (5, "pass", f"{RECEIVED}："),
        (7, "pass", "applications.received_and_carried_in："),
        (6, "fail", ""),
    ],
)
def test_any_meaning_that_fits_passes_and_is_told(value: int, expected: str, meaning: str) -> None:
    found = judged("narrative.applications", {RECEIVED: number(5), CARRIED: number(2)}, stated(value, EITHER))
    assert found["outcome"].to_list() == [expected]
    assert found["detail"][0].startswith(meaning)


@pytest.mark.parametrize(
    ("table", "value", "expected"),
    [
        (BLANK, 21, "assumed_zero_fail"),
        (BLANK, 0, "assumed_zero_pass"),
        (number(20), 21, "fail"),
        (number(21), 21, "pass"),
        (AMBIGUOUS, 21, "not_assessable"),
        (("text", None), 21, "not_assessable"),
    ],
)
def test_a_table_against_a_sentence(table: tuple[str, int | None], value: int, expected: str) -> None:
    found = judged("narrative.documents", {NEWLY: table}, stated(value, NEWLY))
    assert found["outcome"].to_list() == [expected]


def test_a_repeated_statement_is_told_once_and_an_unknown_meaning_never() -> None:
    same = [stated(21, NEWLY), stated(21, NEWLY, ordinal=2), stated(4, "", ordinal=3)]
    found = judged("narrative.documents", {NEWLY: number(20)}, *same)
    assert found["scope"].to_list() == ["figure.1"]


@pytest.mark.parametrize(("yuan", "expected"), [("3593000.00", "pass"), ("359.30", "fail"), (None, "not_assessable")])
def test_amounts_are_compared_in_yuan(yuan: str | None, expected: str) -> None:
    table: Columns = {AMOUNT: {"yuan": None if yuan is None else Decimal(yuan), "unit": "万元"}}
    own = stated(359.3, AMOUNT, "amount", yuan=Decimal(3_593_000))
    found = judged("narrative.procurement", {AMOUNT: number("359.3")}, own, others=table)
    assert found["outcome"].to_list() == [expected]


@pytest.mark.parametrize(
    ("meaning", "path", "table", "expected"),
    [
        (RECEIVED, RECEIVED, number(3), "fail"),
        (RECEIVED, RECEIVED, number(0), "pass"),
        (RECEIVED, RECEIVED, BLANK, "assumed_zero_pass"),
        (RECEIVED, RECEIVED, AMBIGUOUS, "not_assessable"),
        ("reviews.reconsideration.total", "reviews.reconsideration.total", number(1), "fail"),
        ("reviews.litigation.total", "reviews.litigation_direct.total", number(1), "fail"),
        ("reviews.litigation.total", "reviews.litigation_after_reconsideration.total", number(1), "fail"),
    ],
)
def test_none_claimed(meaning: str, path: str, table: tuple[str, int | None], expected: str) -> None:
    found = judged("narrative.none_claimed", {path: table}, stated(0, meaning, "none"))
    assert found["outcome"].to_list() == [expected]


@pytest.mark.parametrize(("parts", "expected"), [((25, 88), "pass"), ((25, 89), "fail"), ((113,), None)])
def test_sums_of_one_sentence(parts: tuple[int, ...], expected: str | None) -> None:
    total = stated(113, "", figure_group=1, figure_role="total")
    listed = [stated(n, "", ordinal=i, figure_group=1, figure_role="part") for i, n in enumerate(parts, start=2)]
    assert judged("narrative.sum", {}, total, *listed)["outcome"].to_list() == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("share", "whole", "expected"),
    [(33.3, 3, "pass"), (33.4, 3, "pass"), (33.6, 3, "fail"), (50, 0, "not_assessable")],
)
def test_shares(share: float, whole: int, expected: str) -> None:
    meaning = "applications.granted.total/applications.outcome_total.total"
    own = {"applications.granted.total": number(1), "applications.outcome_total.total": number(whole)}
    assert judged("narrative.share", own, stated(share, meaning, "share"))["outcome"].to_list() == [expected]


def test_shares_of_ambiguous_cells_are_not_assessable() -> None:
    own = {"applications.granted.total": AMBIGUOUS, "applications.outcome_total.total": number(3)}
    found = judged(
        "narrative.share", own, stated(33.3, "applications.granted.total/applications.outcome_total.total", "share")
    )
    assert found["outcome"].to_list() == ["not_assessable"]


@pytest.mark.parametrize(("form", "row"), [("2019", ""), ("2021", ".other"), ("2021", ".overdue_fee")])
def test_a_group_is_the_sum_of_its_rows_on_the_form_of_the_report(form: str, row: str) -> None:
    path = f"applications.other_processing{row}.total"
    own = stated(3, "applications.other_processing", year_key=YEARS[form])
    found = judged("narrative.applications", {path: number(3)}, own, form=form)
    assert found.select("outcome", "right_value").rows() == [("pass", Decimal(3))]


def test_a_measure_without_cells_is_held_against_none() -> None:
    fee = stated(400, "narrative.information_processing_fee", "amount", yuan=Decimal(400))
    assert judged("narrative.fees", {}, fee).is_empty()


def test_an_unknown_meaning_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        KeyError, match=r"no measure 'applications\.recieved\.total'; did you mean '[a-z_.]*received\.total'"
    ):
        judged("narrative.applications", {}, stated(1, "applications.recieved.total"))


@pytest.mark.parametrize(
    ("value", "yuan", "year", "expected"),
    [
        (400, "400", 2021, ["pass"]),
        (0, "0", 2021, ["pass"]),
        (380, "380", 2025, ["pass"]),
        (405, "405", 2021, ["fail"]),
        (400.5, "400.50", 2021, ["fail"]),
        (0.04, "400", 2021, ["pass"]),
        # Before 2021 other fees were charged; what is no amount in yuan decides nothing.
        (405, "405", 2020, []),
        (405, None, 2021, []),
    ],
)
def test_a_processing_fee_is_a_multiple_of_its_step(
    value: float, yuan: str | None, year: int, expected: list[str]
) -> None:
    amount = None if yuan is None else Decimal(yuan)
    figure = stated(value, "narrative.information_processing_fee", "amount", yuan=amount, year_key=year)
    assert judged("money.processing_fee_step", {}, figure)["outcome"].to_list() == expected


def test_other_amounts_have_no_step() -> None:
    figure = stated(405, AMOUNT, "amount", yuan=Decimal(405), year_key=2021)
    assert judged("money.processing_fee_step", {}, figure).is_empty()


def test_a_fee_that_is_told_twice_is_one_finding() -> None:
    first, again = (
        stated(405, "narrative.information_processing_fee", "amount", yuan=Decimal(405), year_key=2021, ordinal=n)
        for n in (1, 2)
    )
    found = judged("money.processing_fee_step", {}, first, again)
    assert found["scope"].to_list() == ["figure.1"]
    assert (found["left_value"][0], found["right_value"][0], found["detail"][0]) == (Decimal(405), None, "一句")
