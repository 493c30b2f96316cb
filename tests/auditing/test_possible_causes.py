"""Causes: one change to one cell that would explain a failure, and nothing where several would."""

from __future__ import annotations

import pytest

from pipelines.auditing.possible_causes import Term, in_words, relation_cause
from tests.auditing.frames import Changes, evaluated, hint, number

CHANNEL = "reviews.reconsideration"
ONE = 1_000_000


def terms(*values: int, is_last: bool = False) -> list[Term]:
    return [Term(f"{'last' if is_last else 'cell'}{n}_{v}", 1, v * ONE, is_last) for n, v in enumerate(values)]


def relation_hint(left: list[Term], right: list[Term]) -> str | None:
    cause = relation_cause(left, right)
    return None if cause is None else in_words(cause)[0]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ((2, 3), (0,), "总计未填"),
        ((2, 3), (0, 0), "等式右侧各项均为 0，可能未填"),
        ((0, 0), (4,), "等式左侧各项均为 0，可能未填"),
        ((95, 21), (107,), "cell1_21 的数字可能颠倒"),
        ((31, 0), (13,), None),  # either side may be the one that is swapped
        ((100, 11), (120,), None),
        ((1021, 0), (2101,), None),  # the same digits, but not by one swap
        ((17, 17, 5), (30,), "cell1_17 与 cell0_17 相同，可能误填了其他栏的数"),
        ((3, 3, 5), (9,), None),  # small numbers are equal by chance
        ((40, 17), (60,), None),
    ],
)
def test_hints(left: tuple[int, ...], right: tuple[int, ...], expected: str | None) -> None:
    assert relation_hint(terms(*left), terms(*right)) == expected


def test_a_subtracted_cell_is_corrected_the_other_way() -> None:
    left, right = terms(110), [*terms(141), Term("minus", -1, 13 * ONE, False)]
    assert relation_hint(left, right) == "minus 的数字可能颠倒"


def test_last_years_cells_are_not_to_be_corrected() -> None:
    assert relation_hint(terms(5), terms(0, is_last=True)) is None
    assert relation_hint(terms(100, 21), [*terms(112, is_last=True)]) == "cell1_21 的数字可能颠倒"


def test_unknown_cells_are_never_the_cause() -> None:
    assert relation_hint([*terms(12), Term("blank", 1, None, False)], terms(40)) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({f"{CHANNEL}.upheld": number(3)}, "总计未填"),
        ({f"{CHANNEL}.upheld": number(10), f"{CHANNEL}.pending": number(23), f"{CHANNEL}.total": number(22)}, None),
        (
            {f"{CHANNEL}.upheld": number(95), f"{CHANNEL}.pending": number(21), f"{CHANNEL}.total": number(107)},
            f"{CHANNEL}.pending 的数字可能颠倒",
        ),
        ({f"{CHANNEL}.upheld": number(3), f"{CHANNEL}.total": number(3)}, None),
    ],
)
def test_hints_of_evaluations(changes: Changes, expected: str | None) -> None:
    assert hint(evaluated(changes), "reviews.channel_sum", "reconsideration") == expected


def test_a_column_of_last_year_is_reported() -> None:
    own = {"applications.carried_in.total": number(7)}
    found = evaluated(own, before={"applications.carried_in.total": number(7)})
    wanted = "applications.carried_in.total 与上年同一栏相同，可能照抄上年"
    assert hint(found, "years.carry_over", "total") == wanted
    other = evaluated(own, before={"applications.carried_in.total": number(6)})
    assert hint(other, "years.carry_over", "total") is None
