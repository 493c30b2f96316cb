"""Columns of rows that begin a few pixels apart: each rule is an edge of its own row."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

import numpy as np

from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan.rules import RuledTable, find_rules, ruled_tables

EM = 30


def table(*rows: tuple[int, ...]) -> RuledTable:
    """Return the table whose rows are 50 pixels high and have upright rules at these places between 20 and 980."""
    page = np.full((60 + 50 * len(rows), 1000), 255, np.uint8)
    for number, places in enumerate(rows):
        top = 20 + 50 * number
        page[top : top + 3, 20:983] = page[top + 50 : top + 53, 20:983] = 0
        for x in (20, *places, 980):
            page[top : top + 53, x : x + 3] = 0
    (found,) = ruled_tables(find_rules(page, EM), EM, DEFAULT_LIMITS)
    return found


def widths(found: RuledTable, row: int) -> list[int]:
    return [cell.box[2] - cell.box[0] for cell in found.cells if cell.row == row]


@pytest.mark.parametrize("apart", [4, 8, 11, 14, 20])
def test_rows_have_as_many_cells_as_rules_part(apart: int) -> None:
    found = table((300, 600), (300 + apart, 600), (300, 600 + apart))
    assert [len(widths(found, row)) for row in range(3)] == [3, 3, 3]
    assert not any(cell.doubt for cell in found.cells)


def test_rules_one_beside_the_other_are_none_of_them_lost() -> None:
    found = table((600,), (608,), (616,), (624,), (632,))
    assert [len(widths(found, row)) for row in range(5)] == [2] * 5
    assert not any(cell.doubt for cell in found.cells)
