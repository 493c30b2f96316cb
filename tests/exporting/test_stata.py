from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.codes import code_list
from pipelines.contracts.rendering import sql_type
from pipelines.declarations import DeclarationError
from pipelines.exporting import stata_columns, stata_names
from pipelines.exporting.columns import Field, Kind, fields
from pipelines.exporting.files import export
from pipelines.exporting.stata_columns import MISSING, Variable, label_sets, missing, status_column, variables
from pipelines.exporting.stata_file import write_stata
from pipelines.exporting.stata_names import read_names, stata_name
from tests.exporting.hostile import TEXTS, hostile_release


def encoded(kept: Sequence[Variable], table: Table, rows: Sequence[Sequence[Any]]) -> list[pa.RecordBatch]:
    """Return rows of a table as the expressions of its variables give them."""
    columns = ", ".join(f"{each.name} {sql_type(each.type)}" for each in table.declared)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(table.columns))})", rows)
        query = f"SELECT {', '.join(variable.expression for variable in kept)} FROM t"
        return list(connection.sql(query).to_arrow_reader(2))


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
    assert status_column(field, names) == status


def test_why_a_number_is_missing_stands_in_its_missing_value(tmp_path: Path) -> None:
    table = CONTRACTS["fact_reviews"]
    statuses = ["value", *MISSING]
    rows = [(1, 2, 2020, "c", "r", 7 if status == "value" else None, status) for status in statuses]
    rows.append((1, 2, 2020, "c", "r", 2**53 + 1, "value"))
    kept = variables(fields(table), {"channel": 1, "result": 1}, "zh")
    labels = label_sets(fields(table), "zh")
    batches = encoded(kept, table, rows)
    write_stata(tmp_path / "x.dta", kept, batches, len(rows), labels, label="标签" * 60, notes=["说明"])
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
    batches = encoded(kept, table, [("a", 1, "b", True, None)])
    with pytest.raises(ValueError, match="2 rows announced, 1 found"):
        write_stata(tmp_path / "x.dta", kept, batches, 2, {}, label="")


def test_a_text_longer_than_announced_shifts_no_row(tmp_path: Path) -> None:
    table = CONTRACTS["dim_applicant"]
    kept = variables(fields(table), {"applicant": 1, "label": 1}, "en")
    batches = encoded(kept, table, [("a", 1, "bb", True, None)])
    with pytest.raises(ValueError, match="longer than the longest"):
        write_stata(tmp_path / "x.dta", kept, batches, 1, {}, label="")


def value_of(kind: Kind, scale: int, value: Any, status: str | None = None) -> float:
    """Return the double of a number by Stata's file."""
    field = Field("x", "", "", kind, nullable=True, scale=scale)
    names = [field] if status is None else [field, Field("x_status", "", "", "string", nullable=False)]
    variable = variables(names, {"x_status": 10}, "en")[0]
    with duckdb.connect() as connection:
        sql = f"DECIMAL(18,{scale})" if kind == "decimal" else "BIGINT"
        connection.execute(f"CREATE TABLE t (x {sql}, x_status VARCHAR)")
        connection.execute("INSERT INTO t VALUES (?, ?)", [value, status])
        ((found,),) = connection.execute(f"SELECT {variable.expression} FROM t").fetchall()
    return float(found)


def as_double(value: Decimal | int) -> float:
    """Return the nearest double, or `.x` where it is not that number."""
    found = float(value)
    exact = Decimal(repr(found)) == value if isinstance(value, Decimal) else abs(value) <= 2**53
    return found if exact else missing("x")


@pytest.mark.parametrize("status", [None, "value", *MISSING])
def test_no_number_says_why(status: str | None) -> None:
    for kind in ("integer", "decimal"):
        assert value_of(kind, 2, None, status) == missing(MISSING.get(status or "", ""))


@pytest.mark.parametrize("value", [0, 1, -1, 2**53, -(2**53), 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63)])
def test_whole_numbers_beyond_a_double_are_told(value: int) -> None:
    assert value_of("integer", 0, value) == as_double(value)


@settings(max_examples=150, deadline=None)
@given(st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-(10**16), 10**16), st.sampled_from([2, 6]))
@example(10**18 - 1, 2)
@example(10**15, 6)
@example(10**15 + 1, 2)
@example(-1, 6)
def test_decimals_are_the_nearest_double_or_told(unscaled: int, scale: int) -> None:
    value = Decimal(unscaled).scaleb(-scale)
    assert value_of("decimal", scale, value) == as_double(value)


def test_an_unknown_code_stops_the_export() -> None:
    table = CONTRACTS["fact_reviews"]
    kept = variables(fields(table), {"channel": 1, "result": 1}, "zh")
    with pytest.raises(duckdb.ConversionException):
        encoded(kept, table, [(1, 2, 2020, "c", "r", None, "unheard")])


def test_rows_are_packed_side_by_side_and_long_texts_behind_them(tmp_path: Path) -> None:
    columns = [
        Field("flag", "", "", "boolean", nullable=True),
        Field("body", "", "", "string", nullable=True),
        Field("day", "", "", "date", nullable=True),
        Field("word", "", "", "string", nullable=True),
        Field("more", "", "", "string", nullable=True),
        Field("share", "", "", "number", nullable=True),
    ]
    kept = variables(columns, {"body": 5000, "word": 7, "more": 3000}, "en")
    rows = (
        "(true, 'a' || chr(0), DATE '1960-01-02', '中a', 'x', 0.5), "
        "(NULL, '', NULL, NULL, 'y', NULL), (false, NULL, DATE '1959-12-31', '', '', '-0.0'::DOUBLE)"
    )
    names = ", ".join(column.name for column in columns)
    with duckdb.connect() as connection:
        query = f"SELECT {', '.join(v.expression for v in kept)} FROM (VALUES {rows}) AS t({names})"
        batches = list(connection.sql(query).to_arrow_reader(2))
    write_stata(tmp_path / "x.dta", kept, batches, 3, {}, label="")
    data = (tmp_path / "x.dta").read_bytes()
    none = missing()
    places = [(2 + (1 << 16), 5 + (1 << 16)), (0, 5 + (2 << 16)), (0, 0)]
    wanted = [(1, 1.0, "中a", 0.5), (101, none, "", none), (0, -1.0, "", -0.0)]
    packed = b"".join(
        struct.pack("<bQd7sQd", flag, body, day, word.encode(), more, share)
        for (flag, day, word, share), (body, more) in zip(wanted, places, strict=True)
    )
    blocks = b"".join(
        b"GSO" + struct.pack("<IQBI", variable, row, 130, len(text) + 1) + text + b"\0"
        for variable, row, text in ((2, 1, "a␀".encode()), (5, 1, b"x"), (5, 2, b"y"))
    )
    assert b"<data>" + packed + b"</data><strls>" + blocks + b"</strls>" in data


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
