"""Which units stand beside the numbers of a table: in its header, in the label of a row, in a line above.

A unit beside a number is one word (万元, 千件); those that contradict each other are parted by strokes (万元/元). Of
counts only what changes the number is told: a multiple (万), a unit of money, or 减 in the header of a change.
Belongs here: whose unit a text prints. Keep out: which words are units (`forms.units`), what a number is (`numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.extracting.numbers import DECREASE
from pipelines.extracting.tables.collector import RawRow
from pipelines.forms import Table
from pipelines.forms.labels import clean
from pipelines.forms.units import NO_UNITS, YUAN, PrintedUnits, joined, printed_units, whole_units

_LESS = re.compile(r"[减降负]|取消|注销|撤销")
_BRACKETS = re.compile(r"\(([^()]*)\)")
# A unit that is struck or else not sure: what it is cannot be known.
_DOUBTED = PrintedUnits(unknown=("?",))


class HeaderText(NamedTuple):
    """A text of a header with the column that it names, if any. `is_doubted`: a part of it is struck, or not sure."""

    column: str | None
    text: str
    is_doubted: bool = False


def units_of_columns(table: Table, header: Sequence[HeaderText], above: PrintedUnits) -> dict[str, str]:
    """Return the unit beside the numbers of each column that has one."""
    shared = above
    own: dict[str, PrintedUnits] = {}
    for named, text, is_doubted in header:
        units = _units_in(text, is_doubted=is_doubted)
        if named is not None:
            own[named] = own.get(named, NO_UNITS).with_those_of(units)
        elif units != NO_UNITS:
            # 单位：财政局 names the agency: of the words beside no column only a known one is a unit.
            known = tuple(word for word in units.unknown if word == "?" or whole_units(word))
            shared = shared.with_those_of(units._replace(unknown=known))
    amounts = any(column.kind == "amount" for column in table.columns)
    found: dict[str, str] = {}
    for column in table.columns:
        units = own.get(column.id, NO_UNITS)
        if column.kind == "amount":
            words = _of_money(units, shared)
        else:
            words = (*_of_counts(units), *_multiples(shared, alone=not amounts))
        if column.kind == "change" and _says_less(header, column.id):
            words = (DECREASE,)
        if unit := joined(words):
            found[column.id] = unit
    return found


def unit_of_row(table: Table, row: RawRow, kind: str, of_column: str | None) -> str | None:
    """Return the unit beside a number: that of its column, and that in the labels of its row."""
    labels = row.source.slots[: len(row.source.slots) - len(row.slots)]
    units = printed_units(row.label)
    for slot in labels:
        if slot.doubt is not None or slot.text != row.label:
            units = units.with_those_of(_units_in(slot.text, is_doubted=slot.doubt is not None))
    if units == NO_UNITS:
        return of_column
    alone = all(column.kind != "amount" for column in table.columns)
    words = (*units.money, *units.unknown) if kind == "amount" else _multiples(units, alone=alone)
    return joined((*(of_column.split("/") if of_column else ()), *words))


def _units_in(text: str, *, is_doubted: bool) -> PrintedUnits:
    units = printed_units(text)
    return units.with_those_of(_DOUBTED) if is_doubted and (units != NO_UNITS or "单位" in text) else units


def _of_money(own: PrintedUnits, shared: PrintedUnits) -> tuple[str, ...]:
    """Return the units of an amount: with those of things alone beside it, its own is not known."""
    things = () if own.money else (*own.single, *own.several)
    return (*own.money, *own.unknown, *things, *shared.money, *shared.unknown)


def _of_counts(own: PrintedUnits) -> tuple[str, ...]:
    return (*own.several, *own.unknown, *own.money)


def _multiples(units: PrintedUnits, *, alone: bool) -> tuple[str, ...]:
    """Return the units of several things; `alone` takes a multiple alone (万) too, which beside amounts is money."""
    return tuple(word for word in units.several if alone or f"{word}元" not in YUAN)


def _says_less(header: Sequence[HeaderText], change: str) -> bool:
    """Tell whether the header of a change says 减 and no 增, or says 减 in a note."""
    texts = [(column, clean(text)) for column, text, _ in header]
    for (_, before), (column, text) in pairwise([(None, ""), *texts]):
        if column not in (None, change):
            continue
        words = _BRACKETS.sub("", text)
        is_part = before.rstrip("/").endswith("增")
        if _LESS.search(words) and "增" not in words and not is_part:
            return True
        if any(note in ("减", "减少", "负", "负数") for note in _BRACKETS.findall(text)):
            return True
    return False
