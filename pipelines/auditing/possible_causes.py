"""Possible causes: one change to one cell that would make a failed relation hold.

It stands in the columns `hint` and `hint_en` of the failure, is never a finding of its own and never changes a value.
Where several cells could explain a failure there is none. Belongs here: causes that figures alone can show. Keep out:
relations and their outcomes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.messages import message_in

_SCALE = 1_000_000
# Equal numbers below it stand beside each other by chance too often to be a cause.
_TELLING = 10 * _SCALE


class Term(NamedTuple):
    """A cell of a relation: its name, its sign, its number in millionths, and whether it is of last year's report."""

    name: str
    sign: int
    value: int | None
    is_last: bool


class Cause(NamedTuple):
    """A possible cause: the code of its message, and the cells that it names."""

    code: str
    cell: str = ""
    other: str = ""


# Of the reports of a year many have the same one.
@lru_cache(maxsize=4096)
def in_words(cause: Cause) -> tuple[str, str]:
    """Return what is told of a cause: in Chinese, in English."""
    values = {"cell": cause.cell, "other": cause.other}
    return message_in("zh", cause.code, **values), message_in("en", cause.code, **values)


def relation_cause(left: list[Term], right: list[Term]) -> Cause | None:
    """Return the possible cause of a failed equality of two sums; None where no single change explains it."""
    difference = sum(t.sign * (t.value or 0) for t in left) - sum(t.sign * (t.value or 0) for t in right)
    wanted = [*_wanted(right, difference), *_wanted(left, -difference)]
    return _not_filled(left, right) or _one(_swapped(wanted)) or _one(_copied(left, right, wanted))


def repeated_cause(left: list[Term], before: int | None) -> Cause | None:
    """Return the possible cause for a cell that does not follow last year's report but repeats its column."""
    if len(left) != 1 or not left[0].value or left[0].value != before:
        return None
    return Cause("auditing.copied_from_last_year", left[0].name)


def _wanted(side: list[Term], difference: int) -> list[tuple[Term, int]]:
    """Return the number with which each cell of this year by itself would make the relation hold."""
    return [
        (term, wanted)
        for term in side
        if term.value is not None and not term.is_last and (wanted := term.value + difference * term.sign) >= 0
    ]


def _not_filled(left: list[Term], right: list[Term]) -> Cause | None:
    if any(term.is_last for term in (*left, *right)):
        return None
    zero = [all(not term.value for term in side) for side in (left, right)]
    if zero == [False, True]:
        return Cause("auditing.total_not_filled" if len(right) == 1 else "auditing.right_not_filled")
    if zero == [True, False]:
        return Cause("auditing.total_not_filled" if len(left) == 1 else "auditing.left_not_filled")
    return None


def _swapped(wanted: list[tuple[Term, int]]) -> Iterator[Cause]:
    for term, number in wanted:
        if _differ_by_a_swap(term.value or 0, number):
            yield Cause("auditing.digits_swapped", term.name)


def _differ_by_a_swap(value: int, wanted: int) -> bool:
    """Return whether two whole numbers differ in the order of two digits side by side only."""
    # Exchanging two neighbouring digits changes a number by a multiple of nine.
    if value % _SCALE or wanted % _SCALE or (value - wanted) // _SCALE % 9:
        return False
    old, new = str(value // _SCALE), str(wanted // _SCALE)
    if len(old) != len(new):
        return False
    apart = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and old[apart[0]] == new[apart[1]]
        and old[apart[1]] == new[apart[0]]
    )


def _copied(left: list[Term], right: list[Term], wanted: list[tuple[Term, int]]) -> Iterator[Cause]:
    """Yield cells that hold the number of the cell before them in the same sum."""
    before = {own.name: other for side in (left, right) for other, own in itertools.pairwise(side)}
    for term, number in wanted:
        other = before.get(term.name)
        held = term.value
        if held is None or other is None or other.is_last:
            continue
        if held == other.value != number and held >= _TELLING:
            yield Cause("auditing.copied_from_beside", term.name, other.name)


def _one(causes: Iterator[Cause]) -> Cause | None:
    found = list(causes)
    return found[0] if len(found) == 1 else None
