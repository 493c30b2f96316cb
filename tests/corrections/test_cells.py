"""Corrections of cells: which entries are refused, and where."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.declarations import DeclarationError

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


def read(folder: Path, *entries: Any) -> tuple[CellCorrection, ...]:
    path = folder / "fixes.yml"
    path.write_text(yaml.safe_dump({"corrections": list(entries)}, allow_unicode=True), encoding="utf-8")
    return cell_corrections(path)


def without(*names: str, **other: Any) -> dict[str, Any]:
    return {**{name: value for name, value in ENTRY.items() if name not in names}, **other}


def test_shipped_corrections_are_valid() -> None:
    assert all(entry.evidence for entry in cell_corrections())


def test_read(tmp_path: Path) -> None:
    amount, count, unusable, of_2014 = read(
        *(tmp_path, ENTRY, without(**COUNT), without("unit", value=None, report=2)),
        without(cell="stat2014.fees_collected", value=0.5, unit="万元", report=1),
    )
    assert (amount.value, amount.yuan, amount.report) == (Decimal(23600), Decimal(23600), 0)
    assert (count.value, count.yuan) == (Decimal(3), None)
    assert (unusable.value, unusable.yuan) == (None, None)
    assert (of_2014.yuan, of_2014.report) == (Decimal(5000), 1)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("x", "corrections[1]: expected a mapping, found 'x'"),
        (without("sha256"), "corrections[1]: name the file by either sha256 or location"),
        (without(location="2020/*"), "corrections[1]: name the file by either sha256 or location"),
        (without("reason"), "corrections[1].reason: this key is missing"),
        (without("evidence"), "corrections[1].evidence: this key is missing"),
        (without("value"), "corrections[1].value: this key is missing"),
        (without(value="many"), "corrections[1].value: expected a valid decimal, found 'many'"),
        (without(printed=23600), "corrections[1].printed: expected text, found 23600; quote it"),
        (without(report=-1), "corrections[1].report: expected greater than or equal to 0, found -1"),
        (
            without(cell="procurement.centralized_procurement.total"),
            "corrections[1].cell: no cell 'procurement.centralized_procurement.total'; did you mean 'procurement.",
        ),
        (without("unit"), "corrections[1]: an amount needs a unit"),
        (without(unit="千元"), "corrections[1].unit: no unit '千元'; did you mean"),
        (
            without(**{**COUNT, "unit": "元"}),
            "corrections[1]: an amount needs a unit (元, 万元, 亿元), a count has none",
        ),
        (without(because="x"), "corrections[1].because: no key 'because'"),
    ],
)
def test_bad_entries_are_named(tmp_path: Path, bad: Any, message: str) -> None:
    with pytest.raises(DeclarationError) as failure:
        read(tmp_path, ENTRY, bad)
    assert message in str(failure.value)


BY_PLACE = without("sha256", location="2020/*")


@pytest.mark.parametrize("entry", [ENTRY, BY_PLACE], ids=["content", "place"])
def test_a_second_entry_for_one_cell_is_refused_and_both_are_named(tmp_path: Path, entry: dict[str, Any]) -> None:
    with pytest.raises(DeclarationError) as failure:
        read(tmp_path, entry, without(**COUNT), entry | {"value": 6})
    (fault,) = failure.value.faults
    assert (fault.file, fault.place) == (str(tmp_path / "fixes.yml"), "corrections[2]")
    assert fault.line == (tmp_path / "fixes.yml").read_text(encoding="utf-8").count("\n") - 6
    assert "corrections[0] corrects it to 23600, this one to 6" in fault.message and AMOUNT in fault.message


def test_entries_that_cannot_hold_for_one_cell_stand_beside_each_other(tmp_path: Path) -> None:
    # Of a place the file may be another one day: what it printed then has expired.
    entries = (ENTRY, without(report=1), without(sha256="b" * 64), BY_PLACE, {**BY_PLACE, "printed": "236万元"})
    assert len(read(tmp_path, *entries)) == len(entries)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (COUNT | {"value": 1234567890123}, "at most 12 digits before the point and 6 behind it"),
        (COUNT | {"value": 3.5}, "a count is a whole number"),
        (COUNT | {"value": -5}, "a count is a whole number, and not below 0"),
        ({"value": 12345678901234}, "at most 12 digits before the point"),
        ({"value": 200000000, "unit": "亿元"}, "in yuan at most 16 digits before the point"),
        ({"value": 0.1234567, "unit": "万元"}, "and 6 behind it"),
        ({"value": 0.123}, "in yuan at most 16 digits before the point and 2 behind it"),
    ],
)
def test_a_number_that_would_be_another_in_the_tables_is_refused(
    tmp_path: Path, entry: dict[str, Any], message: str
) -> None:
    with pytest.raises(DeclarationError) as refused:
        read(tmp_path, without(**entry))
    assert message in str(refused.value)
