"""Records that no program writes: other types and sizes, and cells out of order by a bit."""

from __future__ import annotations

import pytest

from pipelines.reading import ReadError
from pipelines.reading.spreadsheet.record_checks import FITTING, check_many, check_order

ORDERED = [(row, column) for row in range(4) for column in range(3)]


@pytest.mark.parametrize(
    ("kind", "size"),
    [(0x203, 6), (0x27E, 18), (0xFD, 12), (0x201, 14), (0x208, 10), (0x37E, 10), (0xFD ^ 0x800, 10), (0x7D, 10)],
)
def test_records_that_are_no_cells_any_more_are_damage(kind: int, size: int) -> None:
    assert size not in FITTING[kind]


@pytest.mark.parametrize(("kind", "size"), [(0x203, 14), (0x23E, 18), (0x7D, 12), (0x867, 10), (0xEC, 90), (0x1B6, 18)])
def test_records_as_programs_write_them_pass(kind: int, size: int) -> None:
    assert size in FITTING.get(kind, (size,))


@pytest.mark.parametrize("moved", [(18, 1), (0, 1), (3, 1), (2, 9)])
def test_a_cell_out_of_order_by_one_bit_is_damage(moved: tuple[int, int]) -> None:
    places = [*ORDERED]
    places[7] = moved
    with pytest.raises(ReadError, match="out of order"):
        check_order(places, "表")


def test_cells_written_as_they_come_pass() -> None:
    for places in (
        ORDERED,
        [*ORDERED, (0, 7)],
        [*ORDERED[:7], (40, 0), *ORDERED[7:]],
        sorted(ORDERED, key=lambda place: place[::-1]),
        ORDERED[::-1],
        [],
    ):
        check_order(places, "表")
    assert len(ORDERED) == 12


def test_a_record_of_many_cells_ends_with_the_column_of_its_last() -> None:
    whole = memoryview(b"\0\0\1\0" + b"\0" * 12 + b"\2\0")
    check_many("表", whole, 1, 6)
    for piece, first in ((whole, 2), (whole[:-1], 1), (whole[:4], 1)):
        with pytest.raises(ReadError, match="damaged"):
            check_many("表", piece, first, 6)
    assert len(whole) == 18
