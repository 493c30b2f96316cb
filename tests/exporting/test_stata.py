from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.contracts.codes import code_list
from pipelines.declarations import DeclarationError
from pipelines.exporting import stata_columns, stata_names
from pipelines.exporting.columns import fields
from pipelines.exporting.files import export
from pipelines.exporting.stata_columns import MISSING, label_sets, status_column, variables
from pipelines.exporting.stata_file import write_stata
from pipelines.exporting.stata_names import read_names, stata_name
from tests.exporting.hostile import TEXTS, hostile_release


@pytest.mark.parametrize("name", CONTRACTS)
def test_names_are_unique_and_taken_by_stata(name: str) -> None:
    names = [stata_name(column) for column in CONTRACTS[name].columns]
    assert len({name.lower() for name in names}) == len(names)


def test_a_name_that_stata_does_not_take_has_to_be_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "a_name_of_more_than_thirty_two_characters"
    for name in (long, "using", "str12", "名称"):
        with pytest.raises(ValueError, match=r"stata_names\.yml"):
            stata_name(name)
    monkeypatch.setattr(stata_names, "declared_names", lambda: {long: "short"})
    assert stata_name(long) == "short"


def test_columns_with_codes_bear_the_labels_of_their_code_list() -> None:
    kept = {field.name: field for field in fields(CONTRACTS["cell"])}
    assert kept["note"].domain == "cell_note" and kept["note"].allowed == tuple(code_list("cell_note"))
    sets = stata_columns.label_sets(fields(CONTRACTS["cell"]), "zh")
    assert sets["matched_by"] == {1: "按名称", 2: "按相近名称", 3: "按位置"}
    assert set(sets["cell_note"].values()) == {code_list("cell_note").label(c, "zh") for c in code_list("cell_note")}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("a_column: a", "no column 'a_column'"),
        ("issued: issued", "Stata takes the column's own name"),
        ("litigation_after_reconsideration_total: litigation_total_after", "words of the column in their order"),
        ("litigation_after_reconsideration_total: litigation_afer_total", "words of the column in their order"),
        ("litigation_after_reconsideration_total: litigation_after_reconsideration_total", "at most 32 characters"),
        ("litigation_after_reconsideration_total: a\nlitigation_after_reconsideration_pending: a", "stands twice"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    path = tmp_path / "names.yml"
    path.write_text(entry, encoding="utf-8")
    with pytest.raises(DeclarationError, match=said):
        read_names(path)


@pytest.mark.parametrize(
    ("table", "column", "status"),
    [
        ("fact_item_1_documents", "issued", "issued_status"),
        ("fact_item_9_procurement", "total_amount_yuan", "total_amount_status"),
        ("fact_reviews", "cases", "status"),
        ("cell", "value", "status"),
        ("cell", "yuan", "status"),
        ("cell", "page", None),
        ("dim_report", "related_report_key", None),
    ],
)
def test_measures_know_their_status(table: str, column: str, status: str | None) -> None:
    names = list(CONTRACTS[table].columns)
    field = fields(CONTRACTS[table])[names.index(column)]
    assert status_column(field, names) == (names.index(status) if status else None)


def test_why_a_number_is_missing_stands_in_its_missing_value(tmp_path: Path) -> None:
    table = CONTRACTS["fact_reviews"]
    statuses = ["value", *MISSING]
    rows = [(1, 2, 2020, "c", "r", 7 if status == "value" else None, status) for status in statuses]
    rows.append((1, 2, 2020, "c", "r", 2**53 + 1, "value"))
    kept = variables(fields(table), {"channel": 1, "result": 1}, "zh")
    labels = label_sets(fields(table), "zh")
    write_stata(tmp_path / "x.dta", kept, [rows], len(rows), labels, label="标签" * 60, notes=["说明"])
    frame, about = pyreadstat.read_dta(str(tmp_path / "x.dta"), user_missing=True)
    assert list(frame["cases"]) == [7.0, *MISSING.values(), "x"]
    said: dict[Any, str] = dict(about.variable_value_labels["cases"])
    assert {letter: said[letter] for letter in MISSING.values()} == {
        letter: code_list("cell_status").label(status, "zh") for status, letter in MISSING.items()
    }
    with pd.read_stata(tmp_path / "x.dta", iterator=True, convert_missing=True, convert_categoricals=False) as other:
        assert [str(value) for value in other.read()["cases"]] == ["7.0", *(f".{x}" for x in MISSING.values()), ".x"]
        assert other.variable_labels()["cases"] == "件数" and len(other.data_label) == 80


def test_rows_announced_are_rows_written(tmp_path: Path) -> None:
    table = CONTRACTS["dim_applicant"]
    kept = variables(fields(table), {"applicant": 1, "label": 1}, "en")
    with pytest.raises(ValueError, match="2 rows announced, 1 found"):
        write_stata(tmp_path / "x.dta", kept, [[("a", 1, "b", True, None)]], 2, {}, label="")


def test_long_and_hostile_texts_dates_and_instants(seed_release: Path, tmp_path: Path) -> None:
    release = hostile_release(seed_release, tmp_path)
    export(release, tmp_path / "out", "dta", ["report_section", "raw_file_location", "fact_reviews"])
    with (tmp_path / "out" / "report_section.dta").open("rb") as file:
        assert file.read(60).startswith(b"<stata_dta><header><release>118</release>")
    wanted = [text.replace("\0", "␀") for text in TEXTS]
    frame, _ = pyreadstat.read_dta(str(tmp_path / "out" / "report_section.dta"))
    assert list(frame["body"]) == wanted
    other = pd.read_stata(tmp_path / "out" / "report_section.dta")
    assert list(other["body"]) == wanted
    located, about = pyreadstat.read_dta(str(tmp_path / "out" / "raw_file_location.dta"))
    assert located["published_on"][0] == date(1899, 12, 31)
    assert located["fetched_at"][0].isoformat(timespec="milliseconds") == "2025-12-31T23:59:59.123"
    assert about.variable_value_labels["is_latest"] == {0: "否", 1: "是"} and set(located["is_latest"]) == {0}
    reviews, _ = pyreadstat.read_dta(str(tmp_path / "out" / "fact_reviews.dta"), user_missing=True)
    cases = dict(zip(reviews["result"], reviews["cases"], strict=True))
    assert (cases["total"], cases["upheld"], cases["pending"]) == (2.0**53, "x", "a")
