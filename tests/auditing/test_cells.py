"""Every rule over cells fires on what it names, and is silent beside it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from pipelines.auditing.cells import unmapped_rules
from pipelines.contracts import contract
from tests.auditing.example_reports import evaluated_each
from tests.auditing.frames import (
    AMBIGUOUS,
    BLANK,
    YEARS,
    Changes,
    Columns,
    audited,
    evaluated,
    hint,
    number,
    outcome,
)

COUNT = "procurement.centralized_procurement.project_count"
AMOUNT = "procurement.centralized_procurement.total_amount"
FEES = "fees.administrative_fees.amount_collected"
PROJECTS, PURCHASES = "procurement", "procurement.centralized_procurement"
ROW = "applications.received"
PARTS = [f"{ROW}.{p}" for p in ["natural_person", "commercial_enterprise", "research_institution"]]
PARTS += [f"{ROW}.{p}" for p in ["public_interest_org", "legal_service_org", "other_org"]]
CHANGE = "licensing.administrative_licensing.items_change"
RULES_MADE = "documents.rules.newly_made"
AUTHORITY = "documents.rulemaking_authority"


def paid(yuan: float, unit: str = "万元", source: str = "cell") -> Columns:
    return {AMOUNT: {"yuan": yuan, "unit": unit, "unit_source": source}}


OVER_CELLS: list[tuple[str, str, Changes, Columns, str | None, str | None]] = [
    ("applications.count_valid", "", {}, {}, None, "pass"),
    ("applications.count_valid", "", {f"{ROW}.total": number(-1)}, {}, None, "fail"),
    ("applications.count_valid", "", {f"{ROW}.total": number("1.5")}, {}, None, "fail"),
    ("applications.count_valid", "", {f"{ROW}.total": AMBIGUOUS}, {}, None, "not_assessable"),
    ("applications.count_valid", "", {f"{ROW}.total": AMBIGUOUS, PARTS[0]: ("text", None)}, {}, None, "fail"),
    ("applications.parts_blank", ROW, {}, {}, None, "pass"),
    ("applications.parts_blank", ROW, dict.fromkeys(PARTS, BLANK), {}, None, "fail"),
    ("applications.parts_blank", ROW, dict.fromkeys(PARTS, AMBIGUOUS), {}, None, "pass"),
    ("applications.parts_blank", ROW, dict.fromkeys([*PARTS, f"{ROW}.total"], BLANK), {}, None, "pass"),
    ("money.unit_missing", AMOUNT, {AMOUNT: number(5)}, paid(5, "元", "inferred"), None, "fail"),
    ("money.unit_missing", AMOUNT, {AMOUNT: number(5)}, {AMOUNT: {"unit_source": "none"}}, None, "fail"),
    ("money.unit_missing", AMOUNT, {}, {AMOUNT: {"unit_source": "none"}}, None, None),
    ("money.unit_missing", AMOUNT, {AMOUNT: number(5)}, paid(50000), None, None),
    ("money.decimals", AMOUNT, {AMOUNT: number("0.001")}, {AMOUNT: {"unit_source": "cell"}}, None, "fail"),
    ("money.decimals", AMOUNT, {AMOUNT: number("0.01")}, paid(0.01, "元"), None, None),
    ("money.unit_outlier", PROJECTS, {COUNT: number(1), AMOUNT: number(23600)}, paid(236_000_000), None, "fail"),
    ("money.unit_outlier", PROJECTS, {COUNT: number(9), AMOUNT: number(5)}, paid(50), None, "fail"),
    ("money.unit_outlier", PROJECTS, {COUNT: number(99), AMOUNT: number(5)}, paid(2e9), "township", "fail"),
    ("money.unit_outlier", PROJECTS, {COUNT: number(99), AMOUNT: number(5)}, paid(2e9), "county", "pass"),
    ("money.unit_outlier", PROJECTS, {COUNT: number(7), AMOUNT: number(359)}, paid(3_593_000), None, "pass"),
    ("money.unit_outlier", PROJECTS, {COUNT: BLANK, AMOUNT: number(359)}, paid(3_593_000), None, "not_assessable"),
    ("money.unit_outlier", PROJECTS, {COUNT: number(1), AMOUNT: AMBIGUOUS}, {}, None, "not_assessable"),
    ("items.change_unreadable", CHANGE, {CHANGE: ("text", None)}, {CHANGE: {"raw_text": "增"}}, None, "fail"),
    ("items.change_unreadable", CHANGE, {CHANGE: ("text", None)}, {CHANGE: {"raw_text": "增3减2"}}, None, None),
    ("items.change_unreadable", CHANGE, {CHANGE: ("text", None)}, {CHANGE: {"raw_text": "见附件"}}, None, None),
    ("report.negative_number", COUNT, {COUNT: number(-1)}, {}, None, "fail"),
    ("report.negative_number", CHANGE, {CHANGE: number(-1)}, {}, None, None),
    ("report.negative_number", f"{ROW}.total", {f"{ROW}.total": number(-1)}, {}, None, None),
    ("extraction.short_row", ROW, {}, {PARTS[0]: {"note": "short_row"}}, None, "fail"),
    ("extraction.short_row", ROW, {}, {}, None, None),
    ("extraction.long_row", ROW, {}, {PARTS[0]: {"note": "long_row"}}, None, "fail"),
    ("extraction.long_row", ROW, {}, {PARTS[0]: {"note": "merged_cells"}}, None, "fail"),
    ("extraction.long_row", ROW, {}, {PARTS[0]: {"note": "short_row"}}, None, None),
    ("extraction.header_unknown", "reviews", {}, {"reviews.reconsideration.total": {"note": "header_unknown"}},
     None, "fail"),
    ("extraction.printed_twice", COUNT, {}, {COUNT: {"note": "printed_twice"}}, None, "fail"),
    ("extraction.values_missing", "applications", {}, {PARTS[0]: {"note": "values_missing"}}, None, "fail"),
    ("extraction.values_missing", "applications", {}, {}, None, None),
    ("extraction.position", ROW, {}, {PARTS[0]: {"matched_by": "position"}}, None, "fail"),
    ("extraction.position", ROW, {PARTS[0]: ("absent", None)}, {PARTS[0]: {"matched_by": "position"}}, None, None),
    ("extraction.label_variant", ROW, {}, {PARTS[0]: {"matched_by": "variant"}}, None, "fail"),
    ("extraction.label_variant", ROW, {}, {}, None, None),
    ("extraction.bracketed_note", COUNT, {}, {COUNT: {"note": "bracketed_note"}}, None, "fail"),
    ("extraction.doubtful", PURCHASES, {COUNT: AMBIGUOUS}, {COUNT: {"note": "hidden_text"}}, None, "fail"),
    ("extraction.doubtful", PURCHASES, {COUNT: AMBIGUOUS}, {COUNT: {"note": "short_row"}}, None, None),
    ("extraction.doubtful", PURCHASES, {}, {COUNT: {"note": "bracketed_note"}}, None, None),
]  # fmt: skip


@cache
def over_cells() -> list[pl.DataFrame]:
    return evaluated_each(audited(c, others=others, agency_level=level) for _, _, c, others, level, _ in OVER_CELLS)


@pytest.mark.parametrize(("rule", "scope", "changes", "others", "level", "expected"), OVER_CELLS)
def test_rule_over_cells(
    rule: str, scope: str, changes: Changes, others: Columns, level: str | None, expected: str | None
) -> None:
    found = over_cells()[OVER_CELLS.index((rule, scope, changes, others, level, expected))]
    assert outcome(found, rule, scope) == expected


FEE_UNITS: list[tuple[int | str, str, str, str | None, str | None]] = [
    (100_000, "万元", "header", "county", "fail"),
    (99_999, "万元", "header", "county", "pass"),
    ("119253.55", "万元", "header", "county", "fail"),
    ("119253.5", "万元", "header", "township", "fail"),
    ("119253.5512", "万元", "header", "county", "pass"),
    ("99999.99", "万元", "header", "county", "pass"),
    ("119253.55", "万元", "header", "prefecture", "pass"),
    ("119253.55", "万元", "header", None, "pass"),
    ("1.25", "元", "header", "county", "fail"),
    ("38.441094", "元", "header", "province", "fail"),
    ("12345.678", "元", "header", None, "fail"),
    ("1.25", "元", "cell", "county", None),
    ("1234.25", "元", "header", "county", "pass"),
    (12, "元", "header", "county", "pass"),
    (0, "元", "header", "county", "pass"),
    (100_000, "万元", "header", "province", "pass"),
    (100_000, "元", "header", "county", "pass"),
    (100_000, "万元", "cell", "county", None),
]


@cache
def fee_units() -> list[pl.DataFrame]:
    return evaluated_each(
        audited(
            {FEES: number(value)},
            "2021",
            others={FEES: {"unit": unit, "unit_source": source, "yuan": 1}},
            agency_level=level,
        )
        for value, unit, source, level, _ in FEE_UNITS
    )


@pytest.mark.parametrize(("value", "unit", "source", "level", "expected"), FEE_UNITS)
def test_fee_unit(value: int | str, unit: str, source: str, level: str | None, expected: str | None) -> None:
    found = fee_units()[FEE_UNITS.index((value, unit, source, level, expected))]
    assert outcome(found, "money.fee_unit", FEES) == expected
    told = {"万元": "数值像是元", "元": "数值像是万元"}[unit]
    assert source == "cell" or hint(found, "money.fee_unit", FEES) == (told if expected == "fail" else None)


@pytest.mark.parametrize(
    ("value", "stated", "kind", "expected"),
    [
        ("53270.5", "53270.5", "amount", "fail"),
        ("53270.5", "53270.4", "amount", None),
        ("53270.5", "53270.5", "count", None),
    ],
)
def test_a_fee_that_the_text_states_in_yuan_is_no_fee_in_ten_thousands(
    value: str, stated: str, kind: str, expected: str | None
) -> None:
    row = {**dict.fromkeys(contract("narrative_figure").columns), "report_key": 1, "year_key": 2023, "ordinal": 1}
    row |= {"section": 1, "start": 0, "stop": 1, "sentence": "s", "raw_text": stated, "kind": kind, "meanings": FEES}
    row |= {"value": Decimal(stated), "yuan": Decimal(stated) if kind == "amount" else None}
    figures = pl.DataFrame([tuple(row.values())], schema=contract("narrative_figure").dtypes, orient="row")
    others: Columns = {FEES: {"unit": "万元", "unit_source": "header", "yuan": Decimal(value) * 10_000}}
    found = evaluated({FEES: number(value)}, "2021", others=others, figures=figures, agency_level="prefecture")
    assert outcome(found, "money.fee_unit", FEES) == (expected or "pass")


@pytest.mark.parametrize(
    ("unit", "count", "amount", "yuan", "expected"),
    [
        ("万元", 1, 23600, 236_000_000, "单位可能误作万元，数值本身像是元"),
        ("元", 9, 500, 500, "单位可能误作元，数值像是万元"),
        ("亿元", 1, 3, 300_000_000, None),
        ("万元", 7, 359, 3_590_000, None),
    ],
)
def test_an_outlier_that_another_unit_explains_says_so(
    unit: str, count: int, amount: int, yuan: int, expected: str | None
) -> None:
    others: Columns = {AMOUNT: {"unit": unit, "yuan": yuan}}
    found = evaluated({COUNT: number(count), AMOUNT: number(amount)}, others=others)
    assert hint(found, "money.unit_outlier", PROJECTS) == expected


def test_the_first_wrong_cell_is_reported() -> None:
    found = evaluated({f"{ROW}.total": number(-1), "applications.carried_in.total": number(-1)})
    assert found.filter(pl.col("rule") == "applications.count_valid")["cell_path"].to_list() == [f"{ROW}.total"]


def test_rules_of_one_form_are_silent_on_another() -> None:
    found = evaluated({"documents.rules.issued": number(1)}, "2021", may_make_rules=False)
    assert not set(found["rule"]) & {"money.unit_outlier", "items.change_unreadable", "procurement.count_and_amount"}
    assert outcome(found, AUTHORITY, "documents.rules.issued") == "fail"


@pytest.mark.parametrize(
    ("value", "may", "expected"),
    [
        (number(1), False, "fail"),
        (number(1), True, "pass"),
        (number(1), None, "not_assessable"),
        (number(0), None, "pass"),
        (number(0), False, "pass"),
        (BLANK, False, None),
    ],
)
def test_rules_of_an_agency_without_authority(
    value: tuple[str, int | str | None], may: bool | None, expected: str | None
) -> None:
    assert outcome(evaluated({RULES_MADE: value}, may_make_rules=may), AUTHORITY, RULES_MADE) == expected


@pytest.mark.parametrize(
    ("count", "amount", "expected"),
    [
        (number(0), number(0), "pass"),
        (number(0), number(5), "fail"),
        (number(5), number(0), "fail"),
        (BLANK, number(5), "not_assessable"),
        (number(5), BLANK, "not_assessable"),
        (number(5), AMBIGUOUS, "not_assessable"),
    ],
)
def test_procurement_count_and_amount(
    count: tuple[str, int | str | None], amount: tuple[str, int | str | None], expected: str
) -> None:
    assert outcome(evaluated({COUNT: count, AMOUNT: amount}), "procurement.count_and_amount") == expected


ITEMS = [
    (number(0), number(0), number(0), set()),
    (number(10), number(5), number(15), {"items.column_misuse"}),
    (number(10), number(5), number(14), set()),
    (number(10), number(-5), number(5), {"items.column_misuse"}),
    (number(10), number(0), number(10), set()),
    (number(10), BLANK, number(10), set()),
    (BLANK, number(5), number(5), {"items.column_misuse"}),
    (number(0), number(0), number(4), {"items.decisions_without_items"}),
    (number(4), number(-5), number(2), {"items.not_negative", "items.large_change"}),
    (number(4), number(0), number(0), {"items.no_decisions"}),
    (number(2), number(3), number(7), {"items.large_change"}),
    (BLANK, BLANK, number(7), set()),
    (number(4), BLANK, BLANK, set()),
    (AMBIGUOUS, number(3), number(3), set()),
]  # fmt: skip


@cache
def items() -> list[pl.DataFrame]:
    columns = [
        f"enforcement.administrative_penalty.{name}" for name in ("prior_year_items", "items_change", "decisions")
    ]
    return evaluated_each(audited(dict(zip(columns, states, strict=True))) for *states, _ in ITEMS)


@pytest.mark.parametrize(("prior", "change", "decisions", "fired"), ITEMS)
def test_items(prior: tuple[str, int], change: tuple[str, int], decisions: tuple[str, int], fired: set[str]) -> None:
    found = items()[ITEMS.index((prior, change, decisions, fired))]
    found = found.filter(pl.col("outcome").str.ends_with("fail"), pl.col("rule").str.starts_with("items."))
    assert set(found["rule"]) == fired


def test_unmapped_rows_are_reported_one_by_one() -> None:
    table = contract("unmapped_row")
    base = {**dict.fromkeys(table.columns), "report_key": 1, "year_key": YEARS["2019"], "table_id": "fees"}
    rows = [tuple({**base, "ordinal": n, "label": "甲", "cells": '["1"]'}.values()) for n in (1, 2)]
    (found,) = unmapped_rules(pl.DataFrame(rows, schema=table.dtypes, orient="row"))
    assert found["scope"].to_list() == ["fees.unmapped_row.1", "fees.unmapped_row.2"]
    assert set(found["outcome"]) == {"fail"} and found["detail"][0] == '甲 ["1"]'
