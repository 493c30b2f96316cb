"""Conditions name what their frames have, and every quoted text is held against the column it is compared with."""

from __future__ import annotations

import pytest

from pipelines.auditing.conditions import CELL_COLUMNS, Quoted, chosen_places, codes_of, quoted_texts
from pipelines.contracts import contract


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("status = 'value'", [Quoted("value", "status", is_equal=True)]),
        ("status <> 'absent'", [Quoted("absent", "status", is_equal=False)]),
        ("note IN ('a', 'b')", [Quoted("a", "note", is_equal=True), Quoted("b", "note", is_equal=True)]),
        ("note NOT IN ('a')", [Quoted("a", "note", is_equal=False)]),
        ("CASE level WHEN 'county' THEN 1 END", [Quoted("county", "level", is_equal=True)]),
        ("CASE WHEN x > 1 THEN '单位' END", [Quoted("单位", None, is_equal=False, is_result=True)]),
        ("raw_text ~ '增|减'", [Quoted("增|减", None, is_equal=False, is_pattern=True)]),
        ("unit = 'it''s'", [Quoted("it's", "unit", is_equal=True)]),
        ("COALESCE(note, 'none') IN ('a')", [Quoted("none", None, is_equal=False), Quoted("a", ")", is_equal=True)]),
    ],
)
def test_quoted_texts_know_their_column(written: str, expected: list[Quoted]) -> None:
    assert list(quoted_texts(written)) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("table_id = 'fees' AND column_id IN ('a', 'b')", {"table_id": {"fees"}, "column_id": {"a", "b"}}),
        ("table_id <> 'fees' AND value < 0", {}),
        ("table_id = 'fees' OR column_id = 'a'", {}),
        ("status = 'value'", {}),
    ],
)
def test_only_what_a_condition_demands_decides_on_forms(where: str, expected: dict[str, set[str]]) -> None:
    assert chosen_places(where) == expected


def test_columns_of_cells_are_those_of_the_contract() -> None:
    assert set(CELL_COLUMNS) <= set(contract("cell").columns)
    assert codes_of("cell", "raw_text") is None
    assert "short_row" in (codes_of("cell", "note") or ())
