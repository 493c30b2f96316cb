"""Possible causes: one change to one cell that would make a failed relation hold.

It stands in the column `hint` of the failure, is never a finding of its own and never changes a value. Where several
cells could explain a failure there is none. Belongs here: causes that figures alone can show. Keep out: relations
and their outcomes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

_SCALE = 1_000_000
# Equal numbers below it stand beside each other by chance too often to be a cause.
_TELLING = 10 * _SCALE


class Term(NamedTuple):
    """A cell of a relation: its name, its sign, its number in millionths, and whether it is of last year's report."""

    name: str
    sign: int
    value: int | None
    is_last: bool


def relation_hint(left: list[Term], right: list[Term]) -> str | None:
    """Return the possible cause of a failed equality of two sums; None where no single change explains it."""
    difference = sum(t.sign * (t.value or 0) for t in left) - sum(t.sign * (t.value or 0) for t in right)
    wanted = [*_wanted(right, difference), *_wanted(left, -difference)]
    return _not_filled(left, right) or _one(_swapped(wanted)) or _one(_copied(left, right, wanted))


def repeated_hint(left: list[Term], before: int | None) -> str | None:
    """Return the possible cause for a cell that does not follow last year's report but repeats its column."""
    if len(left) != 1 or not left[0].value or left[0].value != before:
        return None
    return f"{left[0].name} 与上年同一栏相同，可能照抄上年"


def _wanted(side: list[Term], difference: int) -> list[tuple[Term, int]]:
    """Return the number with which each cell of this year by itself would make the relation hold."""
    return [
        (term, wanted)
        for term in side
        if term.value is not None and not term.is_last and (wanted := term.value + difference * term.sign) >= 0
    ]


def _not_filled(left: list[Term], right: list[Term]) -> str | None:
    if any(term.is_last for term in (*left, *right)):
        return None
    zero = [all(not term.value for term in side) for side in (left, right)]
    if zero == [False, True]:
        return "总计未填" if len(right) == 1 else "等式右侧各项均为 0，可能未填"
    if zero == [True, False]:
        return "总计未填" if len(left) == 1 else "等式左侧各项均为 0，可能未填"
    return None


def _swapped(wanted: list[tuple[Term, int]]) -> Iterator[str]:
    for term, number in wanted:
        if _differ_by_a_swap(term.value or 0, number):
            yield f"{term.name} 的数字可能颠倒"


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


def _copied(left: list[Term], right: list[Term], wanted: list[tuple[Term, int]]) -> Iterator[str]:
    """Yield cells that hold the number of the cell before them in the same sum."""
    before = {own.name: other for side in (left, right) for other, own in itertools.pairwise(side)}
    for term, number in wanted:
        other = before.get(term.name)
        held = term.value
        if held is None or other is None or other.is_last:
            continue
        if held == other.value != number and held >= _TELLING:
            yield f"{term.name} 与 {other.name} 相同，可能误填为别栏的数"


def _one(causes: Iterator[str]) -> str | None:
    found = list(causes)
    return found[0] if len(found) == 1 else None
