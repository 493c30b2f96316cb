"""What may explain a difference between a government's figure and the sum over its units: only what fits exactly.

Several candidates may fit one difference, small figures by chance: all are told, none is chosen, and no number is ever
changed. What explains several cells at once comes first. Belongs here: candidates of cells. Keep out: comparing
(`summary_comparison`), words (`summary_words`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms import Form, path_name
from pipelines.office.cell_figures import Number, number_of
from pipelines.office.printed_form import printed_value

LEFT_OUT, COUNTED_TWICE, LAST_YEAR, NOT_COUNTING, OWN_ADDED = code_list("difference_cause").named(
    "left_out", "counted_twice", "last_year", "not_counting", "own_added"
)
CELLS_EXCHANGED, UNIT_CELLS_EXCHANGED = code_list("difference_cause").named("cells_exchanged", "unit_cells_exchanged")
DIGITS_SWAPPED, UNIT_DIGITS_SWAPPED, ONE_DIGIT = code_list("difference_cause").named(
    "digits_swapped", "unit_digits_swapped", "one_digit"
)
# One digit other of one digit is any number.
_FEWEST_DIGITS = 2


class Candidate(NamedTuple):
    """A cause that fits a difference: a code of difference_cause, the unit that it is about, and its evidence.

    `number` is the number that was to be added or stands in the sum, `other` the one that was taken in its place, and
    `cell` the path of the cell with which it was exchanged, each where the cause has one.
    """

    cause: str
    unit: str | None = None
    number: Number | None = None
    other: Number | None = None
    cell: str | None = None


class Difference(NamedTuple):
    """A cell in which the government's figure is not the sum: both, and the figures by unit, of this year and last.

    `not_counting` are those of reports that are in no sum, by what they are called.
    """

    total: Number
    government: Number
    units: Mapping[str, Number]
    last_year: Mapping[str, Number]
    own: Number | None
    not_counting: Mapping[str, Number]

    @property
    def amount(self) -> Decimal:
        """Return by how much the government's figure is above the sum."""
        return Decimal(self.government) - self.total


@dataclass(frozen=True)
class SharedCause:
    """A cause of one unit (or of the government's own figures) that fits several cells.

    `cells` are the differing cells that it explains, of `differing` in all; `concerned` is how many cells it would have
    changed: a cause that explains all of them is the likelier one.
    """

    cause: str
    unit: str | None
    cells: tuple[str, ...]
    differing: int
    concerned: int


def candidates(differences: Mapping[str, Difference], form: Form) -> dict[str, list[Candidate]]:
    """Return the candidates of each difference, in the order of the codes."""
    found = {name: [*_of_units(each), *_of_digits(each)] for name, each in differences.items()}
    for one, other in neighbours(form):
        if one in differences and other in differences:
            for name, beside in ((one, other), (other, one)):
                found[name] += _exchanged(differences[name], differences[beside], beside)
    order = [*code_list("difference_cause")]
    return {name: sorted(each, key=lambda one: order.index(one.cause)) for name, each in found.items()}


def changes(each: Difference) -> Iterator[tuple[Candidate, Decimal]]:
    """Yield what each unit may have done to a cell, with the difference that it would make."""
    for unit, number in each.units.items():
        if number:
            yield Candidate(LEFT_OUT, unit, number), -Decimal(number)
            yield Candidate(COUNTED_TWICE, unit, number), Decimal(number)
    for unit, before in each.last_year.items():
        now = each.units.get(unit)
        if before != (now or 0):
            yield Candidate(LAST_YEAR, unit, now, before), Decimal(before) - (now or 0)
    for name, number in each.not_counting.items():
        if number:
            yield Candidate(NOT_COUNTING, name, number), Decimal(number)
    if each.own:
        yield Candidate(OWN_ADDED, None, each.own), Decimal(each.own)


def _of_units(each: Difference) -> Iterator[Candidate]:
    yield from (candidate for candidate, makes in changes(each) if makes == each.amount)
    for unit, number in each.units.items():
        wanted = Decimal(number) + each.amount
        if wanted >= 0 and differ_by_a_swap(number, wanted):
            yield Candidate(UNIT_DIGITS_SWAPPED, unit, number, number_of(wanted))


def _of_digits(each: Difference) -> Iterator[Candidate]:
    if differ_by_a_swap(each.total, each.government):
        yield Candidate(DIGITS_SWAPPED, None, each.total, each.government)
    elif differ_by_a_digit(each.total, each.government):
        yield Candidate(ONE_DIGIT, None, each.total, each.government)


def _exchanged(each: Difference, beside: Difference, cell: str) -> Iterator[Candidate]:
    if each.government == beside.total and beside.government == each.total:
        yield Candidate(CELLS_EXCHANGED, None, each.total, each.government, cell)
    for unit, number in each.units.items():
        other = beside.units.get(unit)
        if other is not None and other != number and each.amount == Decimal(other) - number == -beside.amount:
            yield Candidate(UNIT_CELLS_EXCHANGED, unit, number, other, cell)


def neighbours(form: Form) -> Iterator[tuple[str, str]]:
    """Yield the cells of a form that stand beside each other or one below the other."""
    for table in form.tables:
        rows = [[path_name((table.id, row.id, column.id)) for column in table.columns] for row in table.rows]
        if table.rows_across:
            yield from pairwise([name for row in rows for name in row])
            continue
        for row in rows:
            yield from pairwise(row)
        for above, below in pairwise(rows):
            yield from zip(above, below, strict=True)


def differ_by_a_swap(one: Number, other: Number) -> bool:
    """Tell whether two numbers differ in the order of two digits side by side, and in nothing else."""
    a, b = printed_value(one), printed_value(other)
    apart = _apart(a, b)
    if len(apart) != 2 or apart[1] != apart[0] + 1 or _points(a) != _points(b):
        return False
    return a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]


def differ_by_a_digit(one: Number, other: Number) -> bool:
    """Tell whether two numbers of several digits differ in one of these alone."""
    a, b = printed_value(one), printed_value(other)
    return len(_apart(a, b)) == 1 and sum(map(str.isdigit, a)) >= _FEWEST_DIGITS and _points(a) == _points(b)


def _points(text: str) -> list[int]:
    return [n for n, sign in enumerate(text) if not sign.isdigit()]


def _apart(a: str, b: str) -> list[int]:
    if len(a) != len(b):
        return []
    return [n for n, (left, right) in enumerate(zip(a, b, strict=True)) if left != right]


def shared_causes(
    differences: Mapping[str, Difference], found: Mapping[str, list[Candidate]], all_cells: Mapping[str, Difference]
) -> list[SharedCause]:
    """Return the causes of a unit, or of the government's own figures, that explain several cells, most first.

    `all_cells` are the differences and the cells that are equal: a unit that was left out is lacking there, too.
    """
    cells: dict[tuple[str, str | None], list[str]] = {}
    for name, each in found.items():
        for cause, unit in dict.fromkeys((one.cause, one.unit) for one in each if _is_of_whole_report(one.cause)):
            cells.setdefault((cause, unit), []).append(name)
    concerned: dict[tuple[str, str | None], int] = {}
    for compared in all_cells.values():
        for one, _ in changes(compared):
            concerned[one.cause, one.unit] = concerned.get((one.cause, one.unit), 0) + 1
    shared = [
        SharedCause(cause, unit, tuple(names), len(differences), concerned[cause, unit])
        for (cause, unit), names in cells.items()
        if len(names) > 1
    ]
    order = [*code_list("difference_cause")]
    return sorted(shared, key=lambda each: (-len(each.cells), each.concerned, order.index(each.cause), each.unit or ""))


def _is_of_whole_report(cause: str) -> bool:
    return cause in (LEFT_OUT, COUNTED_TWICE, LAST_YEAR, NOT_COUNTING, OWN_ADDED)
