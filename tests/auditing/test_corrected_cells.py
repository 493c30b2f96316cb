"""Corrections of printed numbers held against cells: when one holds, when it has expired."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from pipelines.auditing.corrected_cells import CELL_COLUMNS, held_against
from pipelines.corrections.cells import CellCorrection

AMOUNT = "procurement.centralized_procurement.total_amount"
ENTRY: dict[str, Any] = {
    "sha256": "a" * 64,
    "cell": AMOUNT,
    "printed": "23600万元",
    "value": Decimal(23600),
    "unit": "元",
    "reason": "one project for 236 million yuan",
    "evidence": "https://www.example.gov.cn/notice/1.html",
}


def without(*names: str, **other: Any) -> dict[str, Any]:
    return {**{name: value for name, value in ENTRY.items() if name not in names}, **other}


def cells(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"report_key": 5, "year_key": 2020, "cell_path": AMOUNT, "raw_text": "23600万元", "value": Decimal(23600)}
    place = {"yuan": Decimal(236_000_000), "file_sha256": "a" * 64, "location": "2020/x.txt", "ordinal": 0}
    return pl.DataFrame([{**base, **place, **row} for row in rows], schema=CELL_COLUMNS, orient="row")


def states(entry: dict[str, Any], *rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = held_against([CellCorrection(**entry)], cells(*rows))
    return found.select("report_key", "state", "corrected_yuan").rows()


def test_it_holds_while_the_cell_prints_what_it_expects() -> None:
    assert states(ENTRY, {}) == [(5, "applied", Decimal(23600))]
    assert states(ENTRY, {"raw_text": "2.36万元"}) == [(5, "expired", Decimal(23600))]
    assert states(ENTRY, {"file_sha256": "b" * 64}) == [(0, "unused", Decimal(23600))]
    assert states(ENTRY, {"ordinal": 1}) == [(0, "unused", Decimal(23600))]
    assert states(without(value=None), {}) == [(5, "applied", None)]


def test_by_place_it_finds_the_new_content_and_says_that_it_expired() -> None:
    entry = without("sha256", location="2020/x.*")
    changed = {"file_sha256": "c" * 64, "raw_text": "23600元", "report_key": 6}
    assert states(entry, {}, changed) == [(5, "applied", Decimal(23600)), (6, "expired", Decimal(23600))]
    assert states(entry, {"location": "2020/xx.txt"}) == [(0, "unused", Decimal(23600))]


def test_one_content_at_two_places_is_corrected_once() -> None:
    assert states(ENTRY, {}, {"location": "2020/y.txt"}) == [(5, "applied", Decimal(23600))]
