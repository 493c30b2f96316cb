"""Tables in tables: around a page, or around the text of each cell."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from pipelines.reading import Grid, Paragraph, read


def inner(text: str) -> str:
    return f"<table><tr><td>{text}</td></tr></table>"


def grids(page: str) -> list[list[list[str]]]:
    blocks = read(page.encode()).blocks
    return [[[cell.text for cell in row] for row in b.rows] for b in blocks if isinstance(b, Grid)]


def outer(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


@pytest.mark.parametrize(
    "wrap",
    [
        inner,
        lambda text: f"<div>{inner(text)}</div>",
        lambda text: f"<table><tbody><tr><td></td><td><p>{text}</p></td></tr></tbody></table>",
        lambda text: inner(inner(text)),
        lambda text: inner(f"<font color=red>{text}") if text == "2" else text,
    ],
)
def test_a_table_around_the_text_of_each_cell_is_none_of_its_own(wrap: Callable[[str], str]) -> None:
    rows = (("规章", "1", "2"), ("规范性文件", "", "3"))
    page = outer(*(tuple(wrap(text) if text else text for text in row) for row in rows))
    assert grids(page) == [[list(row) for row in rows]]


def test_spans_are_those_of_the_outer_cells() -> None:
    rows = "".join(f"<tr><td>{inner(label)}</td><td>{inner('1')}</td></tr>" for label in ("规章", "规范性文件"))
    (grid,) = read(f"<table><tr><td colspan=2>{inner('项')}</td></tr>{rows}</table>".encode()).blocks
    assert isinstance(grid, Grid)
    assert [(cell.text, cell.row, cell.col, cell.colspan) for row in grid.rows for cell in row][:3] == [
        ("项", 0, 0, 2),
        ("规章", 1, 0, 1),
        ("1", 1, 1, 1),
    ]


@pytest.mark.parametrize(
    "cell",
    [
        outer(("规章", "1")),
        f"{inner('1')}{inner('2')}",
        f"1 {inner('2')}",
    ],
)
def test_a_table_with_a_whole_table_in_a_cell_is_layout(cell: str) -> None:
    data = outer(("规章", "9"), ("规范性文件", "8"))
    page = outer(("导航", cell), ("页脚", data))
    assert [["规章", "9"], ["规范性文件", "8"]] in grids(page)
    assert Paragraph("导航", 0) in read(page.encode()).blocks


def test_a_frame_of_few_cells_is_layout() -> None:
    assert Paragraph("导航", 0) in read(outer(("导航", inner("1"))).encode()).blocks


@pytest.mark.parametrize("depth", [400, 800])
def test_tables_in_tables_take_time_in_proportion(depth: int) -> None:
    row = "<tr><td></td><td></td><td></td><td>"
    page = f"<table>{row}" * depth + "1" + "</td></tr></table>" * depth
    begin = process_time()
    assert read(page.encode()).blocks
    assert process_time() - begin < 3
