"""The tables of docs/reliability.md: each row has a number, says what happens and follows, and names a test."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import NamedTuple

import pytest

from tests.projects import ROOT

LEAST_ROWS, TABLES = 78, "FBC"
PAGE = ROOT / "docs" / "reliability.md"
_ROW = re.compile(r"^\| ([A-Z])(\d+) \| (.+?) \| (.+?) \| \[(\S+?)::(\w+)\]\(\.\./(\S+)\) \|$")


class Row(NamedTuple):
    """A row: its table and number, what happens, what comes of it, the file and name of its test, and the link."""

    table: str
    number: int
    happens: str
    follows: str
    file: str
    test: str
    link: str


def rows() -> list[Row]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"^\| [A-Z]\d", line)]
    found = [_ROW.match(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if match is None]
    return [Row(m[1], int(m[2]), m[3], m[4], m[5], m[6], m[7]) for m in found if m]


@cache
def functions_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_rows_are_numbered_from_one_and_there_are_enough() -> None:
    found = rows()
    for table in TABLES:
        numbers = [row.number for row in found if row.table == table]
        assert numbers == list(range(1, len(numbers) + 1)) != []
    assert {row.table for row in found} == set(TABLES) and len(found) >= LEAST_ROWS
    assert len({row.happens for row in found}) == len(found)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.table}{row.number}")
def test_the_test_of_a_row_is_there(row: Row) -> None:
    assert row.link == row.file and row.test.startswith("test_")
    assert row.test in functions_of(row.file)
