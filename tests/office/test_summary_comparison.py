"""A government's report beside the sum: every difference is found, and explained only by what fits exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from benchmarks.corpus.figures import Figure
from pipelines.forms import FORMS, CellPath
from pipelines.office.difference_causes import Candidate, differ_by_a_digit, differ_by_a_swap, neighbours
from pipelines.office.summary import Summary
from pipelines.office.summary_comparison import Comparison, compared
from tests.office.county_office import FORM
from tests.office.summed import COUNTY, cell_of, county, figures_of_county, part_of, summed, with_cell

A: CellPath = ("applications", "granted", "natural_person")
B: CellPath = ("applications", "granted", "total")
NAMES = [".".join(path) for path in (A, B)]


def government(summary: Summary, **changes: int) -> dict[str, dict[str, Any]]:
    """Return the cells of a report that states the sums, some cells changed by a number."""
    found = {}
    for name, cell in summary.cells.items():
        number = Decimal(cell.value or 0) + changes.get(name, 0)
        found[name] = cell_of(cell.path, FORM, f"{number:f}", number)
    return found


def of_numbers(numbers: Mapping[CellPath, tuple[int, ...]]) -> Summary:
    """Return a county in which the units have these numbers in some cells and 0 in all others."""
    parts = []
    for n, unit in enumerate(COUNTY):
        values = {path: numbers[path][n] if path in numbers else 0 for path in FORM.cell_paths}
        parts.append(part_of(unit, {path: Figure(str(value), Decimal(value)) for path, value in values.items()}))
    return summed(parts)


def found_in(comparison: Comparison, name: str) -> list[tuple[str, str | None]]:
    return [(each.cause, each.unit) for each in comparison.cells[name].candidates]


def test_a_report_that_states_the_sums_differs_nowhere() -> None:
    summary = county()
    comparison = compared(summary, government(summary))
    assert {cell.state for cell in comparison.cells.values()} == {"equal"} and len(comparison.cells) == 200
    assert comparison.differing == [] == comparison.unexplained and comparison.shared == ()


def test_five_too_many_in_two_cells_are_found_and_named_and_said_to_be_unexplained() -> None:
    summary = of_numbers({A: (11, 12, 13, 14, 15, 16, 17, 0), B: (21, 22, 23, 24, 25, 26, 27, 0)})
    comparison = compared(summary, government(summary, **dict.fromkeys(NAMES, 5)))
    assert [cell.sum.name for cell in comparison.differing] == NAMES
    assert [(cell.difference, cell.state) for cell in comparison.differing] == [(5, "different")] * 2
    # 98 and 103, 168 and 173: no digits swapped, no unit has 5.
    assert comparison.unexplained == comparison.differing and comparison.shared == ()


def test_five_too_many_are_found_in_real_sums_whatever_else_fits() -> None:
    summary = county()
    comparison = compared(summary, government(summary, **dict.fromkeys(NAMES, 5)))
    assert [cell.sum.name for cell in comparison.differing] == NAMES
    assert len(comparison.of_state("equal")) == 198


@pytest.mark.parametrize(("cause", "times"), [("left_out", -1), ("counted_twice", 1)])
def test_a_unit_left_out_or_counted_twice_explains_all_its_cells_at_once(cause: str, times: int) -> None:
    summary = county()
    unit = COUNTY[4]
    cells = government(summary)
    for name, cell in summary.cells.items():
        number = Decimal(cell.value or 0) + times * cell.by_unit[unit]
        cells[name] = cell_of(cell.path, FORM, f"{number:f}", number)
    comparison = compared(summary, cells)
    its = [name for name, cell in summary.cells.items() if cell.by_unit[unit]]
    assert [cell.sum.name for cell in comparison.differing] == its and len(its) > 20
    first = comparison.shared[0]
    assert (first.cause, first.unit, first.cells) == (cause, unit, tuple(its))
    assert first.differing == first.concerned == len(its)
    assert all(found_in(comparison, name)[0] == (cause, unit) for name in its)
    assert comparison.unexplained == []


def test_all_candidates_that_fit_are_listed_and_none_is_chosen() -> None:
    summary = of_numbers({A: (7, 7, 3, 1, 30, 0, 0, 0), B: (50, 0, 0, 0, 0, 0, 0, 0)})
    comparison = compared(summary, government(summary, **{NAMES[0]: -7}))
    assert comparison.cells[NAMES[0]].candidates == (
        Candidate("left_out", COUNTY[0], 7),
        Candidate("left_out", COUNTY[1], 7),
        Candidate("one_digit", None, 48, 41),
    )
    assert comparison.shared == ()


def test_last_years_figure_of_a_unit_is_a_candidate() -> None:
    summary = of_numbers({A: (40, 31, 0, 0, 0, 0, 0, 0)})
    before = of_numbers({A: (40, 58, 0, 0, 0, 0, 0, 0)})
    last = {u: part_of(u, {A: Figure(str(n), Decimal(n))}) for u, n in before.cells[NAMES[0]].by_unit.items()}
    comparison = compared(summary, government(summary, **{NAMES[0]: 27}), last_year=last)
    assert comparison.cells[NAMES[0]].candidates[0] == Candidate("last_year", COUNTY[1], 31, 58)


def test_last_years_figure_of_a_missing_unit_is_a_candidate() -> None:
    parts = [part_of(unit, {A: Figure("40", Decimal(40))}) for unit in COUNTY[:7]]
    summary = summed(parts)
    last = {COUNTY[7]: part_of(COUNTY[7], {A: Figure("63", Decimal(63))})}
    comparison = compared(summary, government(summary, **{NAMES[0]: 63}), last_year=last)
    cell = comparison.cells[NAMES[0]]
    assert cell.state == "sum_partial" and cell.candidates == (Candidate("last_year", COUNTY[7], None, 63),)


def test_the_governments_own_figures_are_a_candidate() -> None:
    summary = of_numbers({A: (40, 31, 0, 0, 0, 0, 0, 0), B: (100, 0, 0, 0, 0, 0, 0, 0)})
    own = part_of("本级", {A: Figure("19", Decimal(19)), B: Figure("23", Decimal(23))})
    comparison = compared(summary, government(summary, **{NAMES[0]: 19, NAMES[1]: 23}), own=own)
    assert Candidate("own_added", None, 19) in comparison.cells[NAMES[0]].candidates
    assert (comparison.shared[0].cause, comparison.shared[0].cells) == ("own_added", tuple(NAMES))


def test_swapped_digits_of_the_sum_and_of_a_unit_are_told_apart() -> None:
    summary = of_numbers({A: (52, 40, 40, 5, 0, 0, 0, 0)})
    comparison = compared(summary, government(summary, **{NAMES[0]: 173 - 137}))
    assert comparison.cells[NAMES[0]].candidates == (Candidate("digits_swapped", None, 137, 173),)
    comparison = compared(summary, government(summary, **{NAMES[0]: 25 - 52}))
    assert comparison.cells[NAMES[0]].candidates == (Candidate("unit_digits_swapped", COUNTY[0], 52, 25),)


def test_two_cells_exchanged_are_found_in_the_sum_and_in_a_unit() -> None:
    row: tuple[CellPath, CellPath] = (A, ("applications", "partially_granted", "natural_person"))
    summary = of_numbers({row[0]: (40, 3, 8, 0, 0, 0, 0, 0), row[1]: (15, 2, 61, 0, 0, 0, 0, 0)})
    first, second = (".".join(path) for path in row)
    exchanged = compared(summary, government(summary, **{first: 78 - 51, second: 51 - 78}))
    assert Candidate("cells_exchanged", None, 51, 78, second) in exchanged.cells[first].candidates
    assert Candidate("cells_exchanged", None, 78, 51, first) in exchanged.cells[second].candidates
    of_unit = compared(summary, government(summary, **{first: 61 - 8, second: 8 - 61}))
    assert Candidate("unit_cells_exchanged", COUNTY[2], 8, 61, second) in of_unit.cells[first].candidates


def test_neighbours_stand_beside_each_other_in_the_printed_form() -> None:
    found = {frozenset(each) for each in neighbours(FORMS["2021"])}
    assert frozenset(("reviews.reconsideration.total", "reviews.litigation_direct.upheld")) in found
    assert frozenset(NAMES) not in found
    assert frozenset((NAMES[0], "applications.carried_in.natural_person")) in found
    assert frozenset(("applications.granted.other_org", NAMES[1])) in found


def test_a_blank_of_the_government_and_an_unknown_sum_are_no_difference() -> None:
    summary = county()
    cells = government(summary)
    cells[NAMES[0]] = cell_of(A, FORM, "", None)
    del cells[NAMES[1]]
    comparison = compared(summary, cells)
    assert [cell.sum.name for cell in comparison.of_state("government_blank")] == NAMES
    assert [comparison.cells[name].government.reason for name in NAMES] == ["blank", "absent"]
    assert comparison.differing == []
    nothing = compared(summed([]), cells)
    assert len(nothing.of_state("sum_unknown")) == 200


def test_a_partial_sum_is_compared_and_says_so() -> None:
    figures = figures_of_county()
    summary = summed(part_of(unit, each) for unit, each in figures.items() if unit != COUNTY[0])
    comparison = compared(summary, government(summary, **dict.fromkeys(NAMES, 5)))
    assert len(comparison.of_state("sum_partial")) == 200
    assert [cell.sum.name for cell in comparison.differing] == NAMES


def test_money_is_compared_in_one_unit() -> None:
    name = "fees.administrative_fees.amount_collected"
    parts = [part_of(unit, each) for unit, each in figures_of_county().items()]
    parts = [with_cell(part, name, value=3, yuan="30000", unit_source="header") for part in parts]
    summary = summed(parts)
    cells = government(summary)
    cells[name] |= {"value": 240000, "raw": "240000元", "yuan": "240000.00", "unit_source": "cell"}
    assert compared(summary, cells).cells[name].state == "equal"
    cells[name] |= {"yuan": "240000.01"}
    assert compared(summary, cells).cells[name].difference == Decimal("0.000001")


def test_a_government_on_the_other_form_is_compared_where_both_mean_the_same() -> None:
    summary = summed([part_of(COUNTY[0], figures_of_county(COUNTY[:1])[COUNTY[0]])], COUNTY[:1], "2019", 2020)
    comparison = compared(summary, government(county(COUNTY[:1])), government_form="2021")
    assert comparison.cells["applications.other_processing.total"].state == "equal"
    assert comparison.cells["documents.rules.newly_made"].state == "sum_unknown"


@pytest.mark.parametrize(
    ("one", "other", "swap", "digit"),
    [
        (12, 21, True, False),
        (12, 12, False, False),
        (123, 321, False, False),
        (3, 8, False, False),
        (13, 18, False, True),
        (13, 113, False, False),
        (Decimal("1.5"), Decimal("1.7"), False, True),
        (Decimal("12.5"), Decimal("1.25"), False, False),
        (Decimal("38.44"), Decimal("83.44"), True, False),
    ],
)
def test_numbers_that_differ_by_digits(one: Any, other: Any, *, swap: bool, digit: bool) -> None:
    assert (differ_by_a_swap(one, other), differ_by_a_digit(one, other)) == (swap, digit)
