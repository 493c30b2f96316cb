"""DuckDB writes CSV byte for byte as the rule of texts, `repr` and ISO 8601 say."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.contracts import CONTRACTS
from pipelines.exporting.columns import Field, Kind
from pipelines.exporting.comma_separated import OPTIONS
from pipelines.exporting.csv_values import expression, text
from pipelines.exporting.safe_text import BLANKS, FORMULA_STARTS
from tests.exporting.hostile import TEXTS

_SPACES = "".join(chr(number) for number in range(0x3001) if chr(number).isspace())
_SIGNS = FORMULA_STARTS + BLANKS + _SPACES + "',\"\0\\a5中.~\x7f"
_ANY = st.text(st.one_of(st.sampled_from(_SIGNS), st.characters(exclude_categories=["Cs"])), max_size=8)
_EDGES = st.builds("{0}{1}{2}".format, st.sampled_from(_SIGNS), _ANY, st.sampled_from(_SIGNS))


@cache
def database() -> duckdb.DuckDBPyConnection:
    """Return a database for all tests: to open one takes longer than to write what one example asks for."""
    return duckdb.connect()


def written(path: Path, kinds: Sequence[Kind], rows: str, values: object = None) -> bytes:
    """Return the bytes of columns x of these kinds, taken from a query of rows."""
    path.unlink(missing_ok=True)
    columns = [expression(Field(f"x{at}", "", "", kind, nullable=True)) for at, kind in enumerate(kinds)]
    with database().cursor() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE t AS SELECT * FROM ({rows})", values)
        connection.execute(f"COPY (SELECT {', '.join(columns)} FROM t) TO '{path}' ({OPTIONS})")
    return path.read_bytes()


def assert_equal(path: Path, texts: Iterable[str | None]) -> None:
    given_texts = list(texts)
    found = written(
        path, ["string", "integer"], "SELECT unnest($texts::VARCHAR[]) AS x0, 1 AS x1", {"texts": given_texts}
    )
    expected = [f"{'' if each is None else text(each)},1\r\n" for each in given_texts]
    assert found == "".join(expected).encode()


def test_hostile_texts_are_written_as_the_rule_says(tmp_path: Path) -> None:
    assert_equal(tmp_path / "x.csv", [*TEXTS, None, *_SIGNS, *(f"{a}{b}" for a in _SIGNS for b in _SIGNS)])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.none(), _ANY, _EDGES), min_size=20, max_size=200))
def test_any_text_is_written_as_the_rule_says(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None]
) -> None:
    assert_equal(tmp_path_factory.getbasetemp() / "any.csv", texts)


@pytest.mark.parametrize(
    ("given_text", "line"),
    [
        (None, ""),
        ("", '""'),
        ("规章", "规章"),
        ('say "x"', '"say ""x"""'),
        ("a,b", '"a,b"'),
        ("a\r\nb", r"a\r\nb"),
        ("a\0b", r"a\x00b"),
        ("a\\nb", r"a\\nb"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\u202e反\u0085", r"\u202e反\x85"),
        (" a", '" a"'),
        ("a\u3000", '"a\u3000"'),
        ("a\x1f", r"a\x1f"),
        ("=1+1", "'=1+1"),
        ("\t=1", r"\t=1"),
        ("\r=1", r"\r=1"),
        ("＝1", "'＝1"),
        ("\u3000＠x", "'\u3000＠x"),
        ("'=1", "''=1"),
        ("'规章", "'规章"),
        ("-5.25", "-5.25"),
        ("-5.", "'-5."),
    ],
)
def test_a_text_stands_so(tmp_path: Path, given_text: str | None, line: str) -> None:
    found = written(tmp_path / "x.csv", ["string", "integer"], "SELECT $x::VARCHAR AS x0, 1 AS x1", {"x": given_text})
    assert found.decode() == f"{line},1\r\n"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=200))
@example([1e16, 9999999999999998.0, 1e-4, 1e-5, -0.0, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.1 + 0.2])
def test_floats_stand_as_python_writes_them(tmp_path_factory: pytest.TempPathFactory, numbers: list[float]) -> None:
    path = tmp_path_factory.getbasetemp() / "floats.csv"
    found = written(path, ["number"], "SELECT unnest($numbers::DOUBLE[]) AS x0", {"numbers": numbers})
    assert found.decode() == "".join(f"{number!r}\r\n" for number in numbers)


@pytest.mark.parametrize(
    ("kind", "value", "line"),
    [
        ("decimal", "1.50::DECIMAL(18,2)", "1.50"),
        ("decimal", "-0.01::DECIMAL(18,2)", "-0.01"),
        ("decimal", "7::DECIMAL(18,6)", "7.000000"),
        ("decimal", "-999999999999.999999::DECIMAL(18,6)", "-999999999999.999999"),
        ("integer", "-9007199254740993", "-9007199254740993"),
        ("boolean", "true", "true"),
        ("boolean", "false", "false"),
        ("date", "DATE '1899-12-31'", "1899-12-31"),
        ("date", "DATE '0987-01-02'", "0987-01-02"),
        ("datetime", "make_timestamptz(1767225599123456)", "2025-12-31T23:59:59.123456Z"),
        ("datetime", "make_timestamptz(1767225599120000)", "2025-12-31T23:59:59.120000Z"),
        ("datetime", "make_timestamptz(1767225599000000)", "2025-12-31T23:59:59Z"),
        ("datetime", "make_timestamptz(-1)", "1969-12-31T23:59:59.999999Z"),
        ("datetime", "NULL::TIMESTAMPTZ", ""),
        ("decimal", "NULL::DECIMAL(18,2)", ""),
    ],
)
def test_other_values_stand_so(tmp_path: Path, kind: Kind, value: str, line: str) -> None:
    found = written(tmp_path / "x.csv", [kind, "integer"], f"SELECT {value} AS x0, 1 AS x1")
    assert found.decode() == f"{line},1\r\n"


def test_every_decimal_has_a_digit_before_its_point() -> None:
    """DuckDB writes .5 where a type has no digit before the point."""
    types = [each.type for table in CONTRACTS.values() for each in table.declared if each.type.name == "Decimal"]
    assert types and all(each.precision > each.scale for each in types)
