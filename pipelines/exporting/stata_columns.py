"""How a column stands in Stata: its name, storage type, value labels, and the missing value of a cell without a number.

Belongs here: the translation of values. Keep out: the bytes of the file (`stata_file`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pipelines.contracts.codes import Language, code_list
from pipelines.exporting.columns import Field
from pipelines.exporting.stata_names import stata_name

MAX_FIXED_TEXT, MAX_EXACT = 2045, 2**53
# Extended missing values of measures: (letter, words). `x` is a number that a double cannot hold exactly.
MISSING: dict[str, str] = {"ambiguous": "a", "blank": "b", "absent": "m", "nil_mark": "n", "text": "t"}
INEXACT = "x"
INEXACT_WORDS: dict[Language, str] = {"zh": "超出双精度", "en": "beyond double precision"}
MISSING_LABELS = "missing_number"
BOOLEAN_LABELS = "yes_no"
_EPOCH, _EPOCH_INSTANT = date(1960, 1, 1).toordinal(), datetime(1960, 1, 1)  # Stata's instants have no zone
_BYTE_MISSING, LONG_MISSING = 101, 2_147_483_621
Storage = Literal["byte", "double", "text", "long_text"]


def missing(letter: str = "") -> float:
    """Return Stata's missing value of a double: `.`, or `.a` ... `.z`."""
    step = ord(letter) - ord("a") + 1 if letter else 0
    found: float = struct.unpack("<d", struct.pack("<Q", 0x7FE0_0000_0000_0000 + (step << 40)))[0]
    return found


@dataclass(frozen=True)
class Variable:
    """A column of a Stata file. `encode` takes the value and, for a measure, the status of its cell."""

    name: str
    label: str
    storage: Storage
    display: str
    value_labels: str
    width: int
    encode: Callable[[Any, str | None], Any]
    status_at: int | None = None


def _number(value: Any, status: str | None) -> float:
    if value is None:
        return missing(MISSING.get(status or "", ""))
    found = float(value)
    exact = Decimal(repr(found)) == value if isinstance(value, Decimal) else abs(value) <= MAX_EXACT
    return found if exact else missing(INEXACT)


def _float(value: float | None, _: str | None) -> float:
    return missing() if value is None else value


def _date(value: date | None, _: str | None) -> float:
    return missing() if value is None else float(value.toordinal() - _EPOCH)


def _instant(value: datetime | None, _: str | None) -> float:
    if value is None:
        return missing()
    passed = value - _EPOCH_INSTANT
    return (passed.days * 86_400_000_000 + passed.seconds * 1_000_000 + passed.microseconds) / 1000


def _boolean(value: bool | None, _: str | None) -> int:
    return _BYTE_MISSING if value is None else int(value)


def _coded(codes: Sequence[str]) -> Callable[[str | None, str | None], int]:
    numbers: dict[str | None, int] = {code: number for number, code in enumerate(codes, 1)}
    numbers[None] = _BYTE_MISSING
    return lambda value, _: numbers[value]


def text(value: str | None, _: str | None = None) -> bytes:
    """Return a text as Stata holds it: NULL is empty, and the zero character, which ends a text there, shows as ␀."""
    return (value or "").replace("\0", "␀").encode("utf-8", "replace")


def status_column(column: Field, names: Sequence[str]) -> int | None:
    """Return where the status of a measure stands, by the naming of the contracts."""
    if column.kind not in {"integer", "decimal"} or not column.nullable:
        return None
    own = f"{column.name.removesuffix('_yuan')}_status"
    if own in names:
        return names.index(own)
    measures = {"cases", "value", "number", "yuan"}
    return names.index("status") if column.name in measures and "status" in names else None


def variables(columns: Sequence[Field], widths: Mapping[str, int], language: Language) -> list[Variable]:
    """Return the variables of a table whose longest texts are known."""
    names = [column.name for column in columns]
    return [_variable(column, names, widths, language) for column in columns]


def _variable(column: Field, names: Sequence[str], widths: Mapping[str, int], language: Language) -> Variable:
    name, label = stata_name(column.name), column.zh if language == "zh" else column.description
    if column.domain:
        return Variable(name, label, "byte", "%12.0g", column.domain, 0, _coded(column.allowed))
    if column.kind == "boolean":
        return Variable(name, label, "byte", "%8.0g", BOOLEAN_LABELS, 0, _boolean)
    if column.kind == "string":
        width = max(1, widths[column.name])
        storage: Storage = "text" if width <= MAX_FIXED_TEXT else "long_text"
        return Variable(name, label, storage, "%-20s" if storage == "text" else "%9s", "", width, text)
    if column.kind in {"date", "datetime"}:
        is_date = column.kind == "date"
        return Variable(name, label, "double", "%td" if is_date else "%tc", "", 0, _date if is_date else _instant)
    if column.kind == "number":
        return Variable(name, label, "double", "%10.0g", "", 0, _float)
    display = f"%20.{column.scale}f"
    status = status_column(column, names)
    labels = MISSING_LABELS if status is not None or column.kind == "decimal" else ""
    return Variable(name, label, "double", display, labels, 0, _number, status)


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
