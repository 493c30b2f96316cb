"""A form is added as one file and nothing else: a copy of the project with the toy form reads, stores and audits it.

The toy form has one column, one row and one table more than form 2021. Reports on its elders are read beside it exactly
as without it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.extracting.report import extract
from pipelines.forms import path_name
from pipelines.reading import read
from tests.forms.toy.build import ELDERS, TOY, YEAR, reports
from tests.projects import LAST_YEAR, ROOT

FORM = Path(__file__).parent / "toy" / "form_2026.yml"
_COPIED = ("pipelines", "sql", "benchmarks", "tests")
_MORE_PATHS = {
    *(f"documents.{row}.amended" for row in ("rules", "normative_documents")),
    "enforcement.administrative_inspection.decisions",
    *(f"services.{row}.{column}" for row in ("online_services", "window_services") for column in
      ("prior_year_items", "items_change", "decisions")),
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("toy")
    for name in _COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("dagster.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    (root / "data" / "raw" / "2020").mkdir(parents=True)
    shutil.copy(FORM, root / "pipelines" / "forms")
    command = [sys.executable, "-m", "tests.forms.toy.build", str(root / "project")]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def cells_of(built: dict[str, Any], name: str) -> dict[str, tuple[str, str, str, str | None, bool]]:
    return {row[2]: tuple(row[1:]) for row in built["cells"] if row[0].endswith(f"/{name}")}


def test_every_report_is_parsed(built: dict[str, Any]) -> None:
    assert [row for row in built["outcomes"] if row[1] != "parsed"] == []
    assert len(built["outcomes"]) == len(built["truth"]) == 12


@pytest.mark.parametrize("kind", ["txt", "html", "docx", "xlsx"])
def test_every_cell_of_the_new_form_is_read(built: dict[str, Any], kind: str) -> None:
    cells = cells_of(built, f"{TOY}.{kind}")
    truth = built["truth"][f"{TOY}.{kind}"]
    assert {cell[0] for cell in cells.values()} == {TOY}
    assert set(truth) >= _MORE_PATHS
    read_as = {path: None if cell[3] is None else Decimal(cell[3]) for path, cell in cells.items() if cell[4]}
    assert read_as == {path: None if value is None else Decimal(value) for path, value in truth.items()}


@pytest.mark.parametrize("name", [name for name, _, printout in reports() if printout.form.id in ELDERS])
def test_reports_on_other_forms_are_read_as_without_it(built: dict[str, Any], name: str) -> None:
    content = next(content for other, content, _ in reports() if other == name)
    reading = extract(read(content), LAST_YEAR).reading
    assert reading is not None
    alone = {path_name(path): (cell.status, cell.value) for path, cell in reading.cells.items()}
    beside = {
        path: (cell[2], None if cell[3] is None else Decimal(cell[3])) for path, cell in cells_of(built, name).items()
    }
    assert beside == alone
    assert {cell[0] for cell in cells_of(built, name).values()} == {reading.form.id}


def test_the_years_name_the_form_in_force(built: dict[str, Any]) -> None:
    years = dict(built["years"])
    assert (years[YEAR], years[YEAR - 1], years[2020], years[2016], years[2012]) == (
        TOY, "2021", "2019", "2014", "narrative",
    )  # fmt: skip


def test_facts_have_its_measures_and_its_table(built: dict[str, Any]) -> None:
    assert len(built["measures"]) == 8
    assert all(None not in row for row in built["measures"])
    assert built["services"] == [[8, 8]]


def test_checks_of_a_release_hold(built: dict[str, Any]) -> None:
    assert {name: failing for name, failing in built["checks"].items() if failing} == {}


def test_rules_whose_roles_it_has_are_evaluated(built: dict[str, Any]) -> None:
    rules = {form: {rule for other, rule in built["evaluated"] if other == form} for form in (*ELDERS, TOY)}
    of_elders = {rule for rule in rules["2021"] if not rule.startswith(("years.", "money."))}
    assert of_elders - {"report.form_year"} <= rules[TOY] | {"report.form_year"}
    assert {"items.not_negative", "items.large_change", "items.no_decisions"} <= rules[TOY], "rules of its new table"


def test_schema_dictionary_and_exports_follow(built: dict[str, Any]) -> None:
    schema, dictionary = built["rendered"]
    for text in (schema, dictionary):
        assert "fact_item_10_services" in text and "amended" in text and "本年修订件数" in text
    assert "amended" in built["exported"]["fact_item_1_documents.csv"]
    assert "fact_item_10_services.csv" in built["exported"]
