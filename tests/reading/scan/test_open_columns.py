"""Columns at the side of a table that no rule ends on a page: labels over several rows that go on over both breaks."""

from __future__ import annotations

from typing import Any

import pytest

numpy = pytest.importorskip("numpy", reason="the extra `ocr` is not installed: make install-ocr")
pytest.importorskip("cv2")

from pipelines.reading.limits import DEFAULT_LIMITS  # noqa: E402  # needs the extra
from pipelines.reading.scan.rules import RuledTable, find_rules, ruled_tables  # noqa: E402

EM = 30.0
XS, YS = (300, 400, 500, 600), (200, 280, 360, 440, 520)


def ruled(*lone: tuple[int, int, int]) -> Any:
    """Return a page with a table, and upright lines beside it: the place, begin and end of each."""
    page = numpy.full((800, 900), 252, numpy.uint8)
    for x in XS:
        page[YS[0] : YS[-1] + 3, x : x + 3] = 0
    for y in YS:
        page[y : y + 3, XS[0] : XS[-1] + 3] = 0
    for x, top, bottom in lone:
        page[top:bottom, x : x + 3] = 0
    return page


def table_of(page: Any) -> RuledTable:
    (table,) = ruled_tables(find_rules(page, EM), EM, DEFAULT_LIMITS)
    return table


@pytest.mark.parametrize("places", [(220,), (150, 230), (230, 150), (680,)])
def test_open_columns_belong_to_their_table_and_are_not_believed(places: tuple[int, ...]) -> None:
    table = table_of(ruled(*((x, YS[0], YS[-1]) for x in places)))
    assert len(table.xs) == len(XS) + len(places)
    found = [cell for cell in table.cells if cell.rowspan == 4]
    assert [cell.closed for cell in found] == [True] * len(places)
    assert all(cell.doubt for cell in found)
    assert len([cell for cell in table.cells if cell.rowspan == 1 and cell.closed and not cell.doubt]) == 12


@pytest.mark.parametrize(
    "line",
    [
        pytest.param((220, 100, 700), id="an edge of the sheet"),
        pytest.param((220, YS[0], 700), id="longer below"),
        pytest.param((220, 100, YS[-1]), id="longer above"),
        pytest.param((220, 280, YS[-1]), id="shorter"),
        pytest.param((20, YS[0], YS[-1]), id="too far away"),
        pytest.param((295, YS[0], YS[-1]), id="a double rule"),
    ],
)
def test_other_lines_beside_a_table_are_none_of_its_rules(line: tuple[int, int, int]) -> None:
    assert len(table_of(ruled(line)).xs) == len(XS)


def test_without_a_table_an_upright_line_is_no_rule() -> None:
    page = numpy.full((800, 900), 252, numpy.uint8)
    page[200:520, 220:223] = 0
    rules = find_rules(page, EM)
    assert not rules.down.any()
    assert ruled_tables(rules, EM, DEFAULT_LIMITS) == []
