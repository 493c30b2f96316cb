"""Every cell of the seeds and of the published cases, against cells that were typed out by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.extracting.numbers import BLANK, VALUE
from pipelines.extracting.report import Report, extract
from pipelines.extracting.tables.cells import CellReading, FormReading
from pipelines.reading import read

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "data" / "raw" / "2020"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
CASES = sorted((HERE / "cases").glob("*.json"))
LAST_YEAR = 2026
SEED_WITH_BLANKS = "001_26d135d6a0a68c3c.txt"


def report_of(data: bytes) -> tuple[Report, FormReading]:
    report = extract(read(data), LAST_YEAR)
    assert report.reading is not None
    return report, report.reading


def differences(reading: FormReading, expected: dict[str, Any]) -> list[str]:
    cells = {".".join(path): cell for path, cell in reading.cells.items()}
    wanted = {path: value for path, value in expected.items() if not path.startswith(("narrative.", "extra."))}
    assert wanted, "a golden document without expected cells proves nothing"
    return [
        f"{path}: {value!r}, read {cells.get(path)}" for path, value in wanted.items() if not fits(cells[path], value)
    ]


def fits(cell: CellReading, expected: Any) -> bool:
    if expected is None:
        return cell.status == BLANK and cell.value is None
    if isinstance(expected, str):
        return cell.raw == expected
    return cell.status == VALUE and cell.value == Decimal(expected)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_cell_of_a_seed_is_read(name: str) -> None:
    _, reading = report_of((SEEDS / name).read_bytes())
    printed = [path for path in EXPECTED[name]["expected"] if not path.startswith(("narrative.", "extra."))]
    assert len(printed) == len(reading.cells) == 198
    assert differences(reading, EXPECTED[name]["expected"]) == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_seed_has_its_year_title_and_form(name: str) -> None:
    report, reading = report_of((SEEDS / name).read_bytes())
    assert reading.form.id == EXPECTED[name]["form"]
    assert report.headline.year == EXPECTED[name]["year"]
    assert {section.number for section in report.sections} >= {1, 2, 3, 4, 5, 6}


def test_the_only_blanks_of_the_seeds_are_five_in_one_of_them() -> None:
    blanks = {}
    for name in EXPECTED:
        _, reading = report_of((SEEDS / name).read_bytes())
        blanks[name] = sum(cell.status == BLANK for cell in reading.cells.values())
    assert {name: count for name, count in blanks.items() if count} == {SEED_WITH_BLANKS: 5}


def test_amounts_of_the_seeds_are_exact_yuan() -> None:
    for name, entry in EXPECTED.items():
        for path, yuan in entry["expected_normalized"].items():
            _, reading = report_of((SEEDS / name).read_bytes())
            table, row, column = path.removesuffix("_yuan").split(".")
            amount = reading.cells[table, row, column].yuan
            assert amount is not None and amount.yuan == Decimal(yuan)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_every_cell_of_a_published_case_is_read(case: Path) -> None:
    entry = json.loads(case.read_text(encoding="utf-8"), parse_float=Decimal)
    _, reading = report_of(entry["raw_text"].encode())
    assert reading.form.id == str(entry["form"])
    assert differences(reading, entry["expected"]) == []


def test_all_cases_are_here() -> None:
    assert len(CASES) == 15
