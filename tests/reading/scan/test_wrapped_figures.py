"""A number in two lines of its cell is one where it filled the first, and the row does not look like two."""

from __future__ import annotations

import pytest

from pipelines.reading.document import Cell
from pipelines.reading.scan.wrapped_figures import WRAPPED, with_whole_figures


def row(*texts: str, rowspan: int = 1) -> list[Cell]:
    return [
        Cell(text, 3, col, rowspan if "\n" in text else 1, 1, 0, None, WRAPPED if "\n" in text else None)
        for col, text in enumerate(texts)
    ]


def read(cells: list[Cell], *filled: int) -> list[tuple[str, str | None]]:
    (found,) = with_whole_figures([cells], {(3, col) for col in filled})
    return [(cell.text, cell.doubt) for cell in found]


def test_a_number_that_fills_its_first_line_goes_on_in_the_second() -> None:
    assert read(row("2.重复申请", "97", "0", "110\n7"), 3)[3] == ("1107", None)
    cells = row("2.重复申请", "97", "147\n7", "110\n73\n3", "0", "5")
    assert read(cells, 2, 3)[2:4] == [("1477", None), ("110733", None)]


@pytest.mark.parametrize(
    ("cells", "filled"),
    [
        pytest.param(row("2.重复申请", "97", "0", "110\n7"), (), id="there was room for more"),
        pytest.param(row("2.重复申请", "97", "5\n3", "110\n7", "1", "2"), (3,), id="another cell had room"),
        pytest.param(row("2.重复申请", "105\n106", "220\n318", "110\n7"), (1, 2, 3), id="all are in two lines"),
        pytest.param(row("2.重复申请", "97", "0", "110\n7", rowspan=2), (3,), id="over two rows"),
        pytest.param(row("2.重复申请", "97", "0", "1\n7"), (3,), id="a digit in each line"),
        pytest.param(row("2.重复申请\n3.出版物", "97", "0", "110\n7"), (3,), id="two labels"),
    ],
)
def test_else_it_stays_in_doubt(cells: list[Cell], filled: tuple[int, ...]) -> None:
    assert read(cells, *filled) == [(cell.text, cell.doubt) for cell in cells]


def test_another_doubt_stays() -> None:
    cells = row("2.重复申请", "97", "0", "110\n7")
    cells[3] = cells[3]._replace(doubt="broken_rule")
    assert read(cells, 3)[3] == ("110\n7", "broken_rule")
