"""How a column stands in Stata: its name, storage type, value labels, and the missing value of a cell without a number.

Belongs here: the translation of values, by DuckDB. Keep out: the bytes of the file (`stata_file`).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipelines.contracts.codes import Language, code_list
from pipelines.exporting.columns import Field
from pipelines.exporting.sql_text import literal
from pipelines.exporting.stata_names import stata_name

MAX_FIXED_TEXT, MAX_EXACT = 2045, 2**53
# A double holds every number of so many digits.
_EXACT_DIGITS = 15
# Extended missing values of measures: (letter, words). `x` is a number that a double cannot hold exactly.
MISSING: dict[str, str] = {"ambiguous": "a", "blank": "b", "absent": "m", "nil_mark": "n", "text": "t"}
INEXACT = "x"
INEXACT_WORDS: dict[Language, str] = {"zh": "超出双精度", "en": "beyond double precision"}
MISSING_LABELS = "missing_number"
BOOLEAN_LABELS = "yes_no"
_BYTE_MISSING, LONG_MISSING = 101, 2_147_483_621
Storage = Literal["byte", "double", "text", "long_text"]


def missing(letter: str = "") -> float:
    """Return Stata's missing value of a double: `.`, or `.a` ... `.z`."""
    step = ord(letter) - ord("a") + 1 if letter else 0
    found: float = struct.unpack("<d", struct.pack("<Q", 0x7FE0_0000_0000_0000 + (step << 40)))[0]
    return found


@dataclass(frozen=True)
class Variable:
    """A column of a Stata file. `expression` gives DuckDB's value of it, never NULL: a byte, a double or a text."""

    name: str
    label: str
    storage: Storage
    display: str
    value_labels: str
    width: int
    expression: str


def _missing(letter: str = "") -> str:
    return f"'{missing(letter)!r}'::DOUBLE"


def _number(column: Field, status: str | None) -> str:
    """Return the double of a number; of one that a double cannot hold exactly, `.x`."""
    name, inexact = column.name, _missing(INEXACT)
    why = " ".join(f"WHEN '{code}' THEN {_missing(letter)}" for code, letter in MISSING.items())
    absent = f"CASE {status} {why} ELSE {_missing()} END" if status else _missing()
    if column.kind == "integer":
        exact = f"WHEN {name} BETWEEN -{MAX_EXACT} AND {MAX_EXACT} THEN {name}::DOUBLE ELSE {inexact}"
    else:
        # Of more digits the cast may be a neighbour of the nearest double, so it goes by way of text.
        limit, nearest = 10 ** (_EXACT_DIGITS - column.scale), f"({name}::VARCHAR)::DOUBLE"
        held = f"TRY_CAST(({nearest})::VARCHAR AS DECIMAL(38, {column.scale})) = {name}"
        exact = (
            f"WHEN {name} BETWEEN -{limit} AND {limit} THEN {name}::DOUBLE WHEN {held} THEN {nearest} ELSE {inexact}"
        )
    return f"CASE WHEN {name} IS NULL THEN {absent} {exact} END"


def _coded(column: Field) -> str:
    """Return the number of a code. DuckDB raises where a value is none of the codes."""
    codes = ", ".join(map(literal, column.allowed))
    return f"coalesce(enum_code({column.name}::ENUM({codes})) + 1, {_BYTE_MISSING})::TINYINT"


def _text(name: str) -> str:
    """Return a text as Stata holds it: NULL is empty, and the zero character, which ends a text there, shows as ␀."""
    return f"replace(coalesce({name}, ''), chr(0), '␀')"


def status_column(column: Field, names: Sequence[str]) -> str | None:
    """Return the column of the status of a measure, by the naming of the contracts."""
    if column.kind not in {"integer", "decimal"} or not column.nullable:
        return None
    own = f"{column.name.removesuffix('_yuan')}_status"
    if own in names:
        return own
    measures = {"cases", "value", "number", "yuan"}
    return "status" if column.name in measures and "status" in names else None


def variables(columns: Sequence[Field], widths: Mapping[str, int], language: Language) -> list[Variable]:
    """Return the variables of a table whose longest texts are known."""
    names = [column.name for column in columns]
    return [_variable(column, names, widths, language) for column in columns]


def _variable(column: Field, names: Sequence[str], widths: Mapping[str, int], language: Language) -> Variable:
    name, label = stata_name(column.name), column.zh if language == "zh" else column.description
    own = column.name
    if column.domain:
        return Variable(name, label, "byte", "%12.0g", column.domain, 0, _coded(column))
    if column.kind == "boolean":
        return Variable(name, label, "byte", "%8.0g", BOOLEAN_LABELS, 0, f"coalesce({own}::TINYINT, {_BYTE_MISSING})")
    if column.kind == "string":
        width = max(1, widths[own])
        storage: Storage = "text" if width <= MAX_FIXED_TEXT else "long_text"
        return Variable(name, label, storage, "%-20s" if storage == "text" else "%9s", "", width, _text(own))
    if column.kind == "date":
        days = f"({own} - DATE '1960-01-01')::DOUBLE"
        return Variable(name, label, "double", "%td", "", 0, f"coalesce({days}, {_missing()})")
    if column.kind == "datetime":
        passed = f"(epoch_us({own}) - epoch_us(TIMESTAMP '1960-01-01'))::DOUBLE / 1000"
        return Variable(name, label, "double", "%tc", "", 0, f"coalesce({passed}, {_missing()})")
    if column.kind == "number":
        return Variable(name, label, "double", "%10.0g", "", 0, f"coalesce({own}, {_missing()})")
    display = f"%20.{column.scale}f"
    status = status_column(column, names)
    labels = MISSING_LABELS if status is not None or column.kind == "decimal" else ""
    return Variable(name, label, "double", display, labels, 0, _number(column, status))


def label_sets(columns: Sequence[Field], language: Language) -> dict[str, dict[int, str]]:
    """Return the value labels of a table: set -> value -> words. Missing values stand as Stata numbers them."""
    status = code_list("cell_status")
    numbered = {LONG_MISSING + 1 + ord(MISSING[s]) - ord("a"): status.label(s, language) for s in MISSING}
    numbered[LONG_MISSING + 1 + ord(INEXACT) - ord("a")] = INEXACT_WORDS[language]
    sets: dict[str, dict[int, str]] = {MISSING_LABELS: numbered}
    sets[BOOLEAN_LABELS] = {0: "否", 1: "是"} if language == "zh" else {0: "no", 1: "yes"}
    for column in columns:
        if column.domain:
            codes = code_list(column.domain)
            sets[column.domain] = {i: codes.label(code, language) for i, code in enumerate(column.allowed, 1)}
    return sets
