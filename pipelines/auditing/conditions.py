"""Conditions of rules: SQL expressions over one frame, and what they may name.

Every column must be one of the frame, and every quoted text a value that its column can hold: a code of its contract,
or a table, row or column of a form. What it results in (THEN, ELSE) and patterns of text (~) are free.

Belongs here: reading conditions. Keep out: evaluating them, and rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from pipelines.contracts import contract
from pipelines.declarations import unknown
from pipelines.forms import ALL_FORMS, Form

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|<>|!=|<=|>=|!~|[A-Za-z_]\w*|[0-9][\w.]*|.)", re.DOTALL)
_EQUAL, _UNEQUAL = ("=",), ("<>", "!=")
_MATCHES, _RESULTS = ("~", "!~"), ("THEN", "ELSE")


@dataclass(frozen=True)
class Frame:
    """What a condition may name: columns, each with the values it can hold (None: any text, or no text)."""

    what: str
    columns: Mapping[str, Collection[str] | None]


@dataclass(frozen=True)
class Quoted:
    """A quoted text of a condition: the column it is compared with, and whether equal.

    What a condition results in, and patterns of text, are compared with no column of codes.
    """

    text: str
    column: str | None
    is_equal: bool
    is_pattern: bool = False
    is_result: bool = False


def codes_of(table: str, column: str) -> tuple[str, ...] | None:
    """Return the values that the contract of a table allows in a column; None where it lists none."""
    return tuple(contract(table).column_by_name[column].isin) or None


def form_columns(forms: Mapping[str, Form] = ALL_FORMS) -> dict[str, frozenset[str]]:
    """Return the ids of tables, rows and columns of all forms, and the units they print, by the column of `cell`."""
    tables = [table for form in forms.values() for table in form.tables]
    return {
        "table_id": frozenset(table.id for table in tables),
        "row_id": frozenset(row for table in tables for row in table.row_by_id),
        "column_id": frozenset(column for table in tables for column in table.column_by_id),
        "unit": frozenset(t.unit_of(row, column) for t in tables for row in t.row_by_id for column in t.column_by_id),
    }


# Columns of `cell` that an audit reads.
CELL_COLUMNS = (
    *("report_key", "year_key", "cell_path", "cell_order", "table_id", "row_id", "column_id", "is_statutory"),
    *("raw_text", "status", "value", "unit", "yuan", "unit_source", "matched_by", "note"),
)


@cache
def cell_frame() -> Frame:
    """Return the frame whose cells are chosen (`where`) and marked."""
    known: dict[str, Collection[str] | None] = {name: codes_of("cell", name) for name in CELL_COLUMNS}
    return Frame("column of cell", {**known, **form_columns(), "is_stated_yuan": None})


@cache
def group_frame() -> Frame:
    """Return the frame of chosen cells with the level of the agency, and whether it may make rules."""
    of_agency = {"agency_level": codes_of("dim_agency", "level"), "may_make_rules": None}
    return Frame("column of cell", {**cell_frame().columns, **of_agency})


@cache
def side_frame() -> Frame:
    """Return the frame of both sums of a relation."""
    return Frame("side of a relation", {"left_value": None, "right_value": None})


def column_faults(written: str, frame: Frame) -> Iterator[str]:
    """Yield what is wrong with the columns of a condition, or that it is no condition at all."""
    try:
        named = pl.sql_expr(written).meta.root_names()
    except pl.exceptions.PolarsError as error:
        yield f"expected an SQL expression: {error}"
        return
    yield from (unknown(frame.what, name, frame.columns) for name in dict.fromkeys(named) if name not in frame.columns)


def value_faults(written: str, frame: Frame) -> Iterator[str]:
    """Yield what is wrong with the quoted texts of a condition."""
    for quoted in quoted_texts(written):
        if quoted.is_pattern:
            try:
                re.compile(quoted.text)
            except re.error as error:
                yield f"expected a regular expression, but {quoted.text!r} does not compile: {error}"
        elif quoted.is_result:
            continue
        elif quoted.column is None or quoted.column not in frame.columns:
            yield f"expected a column on the left of {quoted.text!r}, which is compared with something else"
        else:
            known = frame.columns[quoted.column]
            if known is not None and quoted.text not in known:
                yield unknown(quoted.column, quoted.text, sorted(known))


def quoted_texts(written: str) -> Iterator[Quoted]:
    """Yield the quoted texts of a condition with the column that each is compared with."""
    tokens = [found[1] for found in _TOKEN.finditer(written.strip())]
    for place, token in enumerate(tokens):
        if token.startswith("'"):
            yield _quoted(token[1:-1].replace("''", "'"), [part.upper() for part in tokens], tokens, place)


def results_of(written: str | None) -> tuple[str, ...]:
    """Return the texts that a condition can result in (THEN, ELSE)."""
    return tuple(dict.fromkeys(quoted.text for quoted in quoted_texts(written or "") if quoted.is_result))


def _quoted(text: str, upper: list[str], tokens: list[str], place: int) -> Quoted:
    before = upper[place - 1] if place else ""
    if before in _EQUAL + _UNEQUAL and place > 1:
        return Quoted(text, tokens[place - 2], before in _EQUAL)
    if before in ("(", ","):
        inside = next((n for n in range(place - 1, -1, -1) if upper[n] == "IN"), None)
        if inside is not None and ")" not in upper[inside:place]:
            is_not = upper[inside - 1] == "NOT"
            return Quoted(text, tokens[inside - 2 if is_not else inside - 1], not is_not)
    if before == "WHEN":
        start = next(n for n in range(place, -1, -1) if upper[n] == "CASE")
        return Quoted(text, tokens[start + 1], is_equal=True)
    return Quoted(text, None, is_equal=False, is_pattern=before in _MATCHES, is_result=before in _RESULTS)


def chosen_places(where: str | None) -> dict[str, frozenset[str]]:
    """Return the tables, rows and columns that a condition demands; none where it offers alternatives (OR)."""
    found: dict[str, frozenset[str]] = {}
    if where is None or re.search(r"\bOR\b", where, re.IGNORECASE):
        return found
    for quoted in quoted_texts(where):
        if quoted.is_equal and quoted.column in ("table_id", "row_id", "column_id"):
            found[quoted.column] = found.get(quoted.column, frozenset()) | {quoted.text}
    return found
