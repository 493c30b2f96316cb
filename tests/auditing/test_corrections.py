"""Corrections of printed numbers: which entries are refused, when one holds, when it has expired."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.auditing.corrections import CELL_COLUMNS, CorrectionError, cell_corrections, read_corrections

AMOUNT = "procurement.centralized_procurement.total_amount"
ENTRY: dict[str, Any] = {
    "sha256": "a" * 64,
    "cell": AMOUNT,
    "printed": "23600万元",
    "value": 23600,
    "unit": "元",
    "reason": "one project for 236 million yuan",
    "evidence": "https://www.example.gov.cn/notice/1.html",
}
COUNT = {"cell": "applications.received.total", "unit": None, "value": 3}


def written(folder: Path, *entries: Any) -> Path:
    path = folder / "fixes.yml"
    path.write_text(yaml.safe_dump({"corrections": list(entries)}, allow_unicode=True), encoding="utf-8")
    return path


def without(*names: str, **other: Any) -> dict[str, Any]:
    return {**{name: value for name, value in ENTRY.items() if name not in names}, **other}


def cells(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"report_key": 5, "year_key": 2020, "cell_path": AMOUNT, "raw_text": "23600万元", "value": Decimal(23600)}
    place = {"yuan": Decimal(236_000_000), "file_sha256": "a" * 64, "location": "2020/x.txt", "ordinal": 0}
    return pl.DataFrame([{**base, **place, **row} for row in rows], schema=CELL_COLUMNS, orient="row")


def states(folder: Path, entry: dict[str, Any], *rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = cell_corrections(read_corrections(written(folder, entry)), cells(*rows))
    return found.select("report_key", "state", "corrected_yuan").rows()


def test_shipped_corrections_are_valid() -> None:
    assert isinstance(read_corrections(), tuple)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (without("sha256"), "entry 1: name the file by either sha256 or location"),
        (without(location="2020/*"), "either sha256 or location"),
        (without("reason", "evidence"), "lacks reason, evidence"),
        (without("value"), "lacks value"),
        (without(cell="procurement.total"), "no form has the cell 'procurement.total'"),
        (without("unit"), "an amount needs a unit"),
        (without(unit="千元"), "unknown unit '千元'"),
        (without(**{**COUNT, "unit": "元"}), "a count has none"),
        (without(because="x"), "no other fields"),
        ("x", "expected a mapping"),
    ],
)
def test_refused(tmp_path: Path, entry: Any, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        read_corrections(written(tmp_path, entry))


def test_it_holds_while_the_cell_prints_what_it_expects(tmp_path: Path) -> None:
    assert states(tmp_path, ENTRY, {}) == [(5, "applied", Decimal(23600))]
    assert states(tmp_path, ENTRY, {"raw_text": "2.36万元"}) == [(5, "expired", Decimal(23600))]
    assert states(tmp_path, ENTRY, {"file_sha256": "b" * 64}) == [(0, "unused", Decimal(23600))]
    assert states(tmp_path, ENTRY, {"ordinal": 1}) == [(0, "unused", Decimal(23600))]
    assert states(tmp_path, without(value=None), {}) == [(5, "applied", None)]


def test_by_place_it_finds_the_new_content_and_says_that_it_expired(tmp_path: Path) -> None:
    entry = without("sha256", location="2020/x.*")
    changed = {"file_sha256": "c" * 64, "raw_text": "23600元", "report_key": 6}
    assert states(tmp_path, entry, {}, changed) == [(5, "applied", Decimal(23600)), (6, "expired", Decimal(23600))]
    assert states(tmp_path, entry, {"location": "2020/xx.txt"}) == [(0, "unused", Decimal(23600))]


def test_one_content_at_two_places_is_corrected_once(tmp_path: Path) -> None:
    assert states(tmp_path, ENTRY, {}, {"location": "2020/y.txt"}) == [(5, "applied", Decimal(23600))]
