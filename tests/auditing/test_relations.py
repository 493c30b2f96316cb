"""Relations: blanks, ambiguous cells, signs, last year's cells, printed subtotals, and numbers of any size."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from pipelines.auditing.relations import relations
from pipelines.auditing.wide import wide_frames
from tests.auditing.frames import AMBIGUOUS, BLANK, Changes, cells, evaluated, last, number, outcome, reports

IN_FORCE = "documents.normative_documents"
SUBTOTAL = "applications.denied.subtotal.total"


def test_signs_subtract() -> None:
    own = {f"{IN_FORCE}.issued": number(5), f"{IN_FORCE}.repealed": number(2), f"{IN_FORCE}.in_force": number(3)}
    found = evaluated(own, "2021")
    assert outcome(found, "documents.in_force", "normative_documents") == "pass"
    fewer = evaluated({**own, f"{IN_FORCE}.in_force": number(2)}, "2021")
    assert outcome(fewer, "documents.in_force", "normative_documents") == "fail"


@pytest.mark.parametrize(("in_force", "expected"), [(13, "pass"), (12, "fail")])
def test_last_years_cells_take_part(in_force: int, expected: str) -> None:
    own = {f"{IN_FORCE}.issued": number(5), f"{IN_FORCE}.repealed": number(2), f"{IN_FORCE}.in_force": number(in_force)}
    found = evaluated(own, "2021", before={f"{IN_FORCE}.in_force": number(10)})
    assert outcome(found, "documents.in_force_continuity", "normative_documents") == expected


def test_without_a_report_of_last_year_nothing_is_held_against_it() -> None:
    rules = set(evaluated({})["rule"])
    assert "applications.balance" in rules
    assert not rules & {
        "years.carry_over",
        "years.copied",
        "years.jump",
        "items.continuity",
        "reviews.litigation_after",
    }


def test_a_last_year_of_another_form_is_not_assessable() -> None:
    found = evaluated({}, "2021", before={}, before_form="2019")
    assert outcome(found, "documents.in_force_continuity", "normative_documents") == "not_assessable"
    assert outcome(found, "years.carry_over", "total") == "pass"


def test_a_stock_that_last_year_does_not_state_was_not_zero() -> None:
    own = {f"{IN_FORCE}.in_force": number(12), f"{IN_FORCE}.issued": number(2)}
    for before, form in (({}, "2019"), ({f"{IN_FORCE}.in_force": BLANK}, "2021")):
        found = evaluated(own, "2021", before=before, before_form=form)
        assert outcome(found, "documents.in_force_continuity", "normative_documents") == "not_assessable"


def test_an_ambiguous_cell_of_last_year_decides_nothing() -> None:
    found = evaluated({}, before={"applications.carried_out.total": AMBIGUOUS})
    assert outcome(found, "years.carry_over", "total") == "not_assessable"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({SUBTOTAL: number(4), "applications.denied.state_secret.total": number(4)}, "pass"),
        ({SUBTOTAL: number(4), "applications.denied.state_secret.total": number(3)}, "fail"),
        ({SUBTOTAL: BLANK}, "not_assessable"),
        ({SUBTOTAL: AMBIGUOUS}, "not_assessable"),
    ],
)
def test_subtotals_count_where_they_are_printed(changes: Changes, expected: str | None) -> None:
    assert outcome(evaluated(changes), "applications.subtotal", "denied.total") == expected


def test_subtotals_of_one_report_say_nothing_of_another() -> None:
    both = pl.concat([cells({SUBTOTAL: number(4)}), cells({}, key=2)])
    two = pl.concat([reports(), reports().with_columns(report_key=pl.lit(2, pl.Int64))])
    (wide,) = wide_frames(both, two, None)
    assert wide.own.sort("report_key")[f"s:{SUBTOTAL}"].to_list() == [0, None]


def test_an_ambiguous_total_is_not_assessable_even_with_a_number() -> None:
    found = evaluated({"applications.received.total": ("ambiguous", 3)})
    assert outcome(found, "applications.balance", "total") == "not_assessable"


def test_a_whole_side_that_is_null_is_not_assessable() -> None:
    row = ("natural_person", "commercial_enterprise", "research_institution", "public_interest_org")
    blank = {f"applications.received.{p}": BLANK for p in (*row, "legal_service_org", "other_org")}
    found = evaluated({**blank, "applications.received.total": number(9)})
    judged = found.filter((pl.col("rule") == "applications.row_total") & (pl.col("scope") == "received"))
    assert judged.select("outcome", "left_value", "right_value", "difference").row(0) == (
        "not_assessable",
        None,
        Decimal(9),
        None,
    )


@pytest.mark.parametrize("largest", ["999999999999.999999", "0.000001"])
def test_numbers_of_any_size_are_exact(largest: str) -> None:
    own = {"reviews.reconsideration.upheld": number(largest), "reviews.reconsideration.pending": number(largest)}
    found = evaluated(own).filter((pl.col("rule") == "reviews.channel_sum") & (pl.col("scope") == "reconsideration"))
    wanted = 2 * Decimal(largest)
    held = wanted if wanted < 10**12 else None
    assert found.select("outcome", "left_value", "difference").row(0) == ("fail", held, held)


def test_columns_that_no_report_prints_are_unknown() -> None:
    own = cells({}).filter(pl.col("cell_path") != "applications.received.natural_person")
    (wide,) = wide_frames(own, reports(), None)
    assert "v:applications.received.natural_person" not in wide.own.columns
    found = pl.concat(relations(wide))
    assert outcome(found, "applications.balance", "natural_person") == "assumed_zero_pass"


def test_a_report_without_cells_is_not_assessable() -> None:
    two = pl.concat([reports(), reports().with_columns(report_key=pl.lit(2, pl.Int64))])
    (wide,) = wide_frames(cells({}), two, None)
    found = pl.concat(relations(wide)).filter(pl.col("report_key") == 2)
    assert set(found["outcome"]) == {"not_assessable"}


def test_two_cells_of_one_path_are_refused() -> None:
    twice = pl.concat([cells({}), cells({})])
    with pytest.raises(pl.exceptions.PolarsError):
        list(wide_frames(twice, reports(), last({})))
