"""Lines that are no rules: what a fax and a scanner's streak draw over a table is not taken for the edge of a cell."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from benchmarks.corpus import scan
from benchmarks.corpus.scan import CLEAN, NoFontError
from benchmarks.corpus.spans import SpannedCell, TableBlock
from pipelines.reading import Cell, Grid
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import available, read_document

needs_ocr = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
HEADER = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
ROWS = [
    HEADER,
    ["规章", "680", "12", "3"],
    ["行政规范性文件及其他对外管理服务事项的件数", "918", "0", "57"],
    ["行政许可", "10086", "4", "35"],
]
Box = tuple[float, float, float, float]
Draw = Callable[[ImageDraw.ImageDraw, list[list[Box]]], None]


@pytest.fixture(scope="module")
def drawn() -> Image.Image:
    try:
        font: Path = scan.font_files()[0]
    except NoFontError as error:
        pytest.skip(str(error))
    table = TableBlock(tuple(tuple(SpannedCell(text) for text in row) for row in ROWS))
    (image,) = scan.drawn(random.Random(0), [table], CLEAN, font)
    return image


def read_cells(image: Image.Image) -> list[list[Cell]]:
    document = read_document(scan.picture(image), DEFAULT_LIMITS)
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    return [[cell._replace(text=cell.text.replace("\n", "")) for cell in row] for row in grid.rows]


def with_lines(drawn: Image.Image, draw: Draw) -> list[list[Cell]]:
    """Return the cells of the page with lines on it; `draw` gets where its cells stand, in pixels."""
    boxes = [[pixels(cell, drawn) for cell in row] for row in read_cells(drawn)]
    page = drawn.copy()
    draw(ImageDraw.Draw(page), boxes)
    return read_cells(page)


def pixels(cell: Cell, image: Image.Image) -> Box:
    assert cell.place is not None and cell.place.box is not None
    scale = 200 / 72
    left, top, right, bottom = (edge * scale for edge in cell.place.box)
    assert right <= image.width
    return left, top, right, bottom


def believed(rows: list[list[Cell]]) -> list[list[str | None]]:
    return [[cell.text if cell.doubt is None else None for cell in row] for row in rows]


def middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@needs_ocr
@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
def test_a_line_through_a_row_of_figures_parts_no_cell(drawn: Image.Image, share: float) -> None:
    def line(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        (left, top, right, bottom), last = boxes[2][1], boxes[2][3]
        y = top + share * (bottom - top)
        draw.line(((left + right) / 2 - 30, y, middle(last)[0] + 30, y), fill=0, width=1)

    rows = with_lines(drawn, line)
    assert [[cell.text for cell in row] for row in rows[:2]] == ROWS[:2]
    assert [(cell.row, cell.rowspan) for cell in rows[2]] == [(2, 1)] * 4
    for cell, printed in zip(rows[2], ROWS[2], strict=True):
        assert cell.text == printed or cell.doubt
    assert [bool(cell.doubt) for cell in rows[2]] == [False, *[share == 0.5] * 3]


@needs_ocr
def test_a_line_from_rule_to_rule_leaves_no_cell_of_its_row_sure(drawn: Image.Image) -> None:
    def line(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        left, top, right, bottom = boxes[2][2]
        y = top + 0.15 * (bottom - top)
        draw.line((left, y, right, y), fill=0, width=2)

    rows = with_lines(drawn, line)
    figures = [cell for row in rows[2:-1] for cell in row if cell.col]
    assert len(figures) == 4
    assert all(cell.doubt == "broken_rule" for cell in figures)
    assert believed(rows)[0] == HEADER and believed(rows)[-1] == ROWS[-1]


@needs_ocr
def test_a_streak_down_the_page_parts_no_column(drawn: Image.Image) -> None:
    def streak(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        x = middle(boxes[1][1])[0]
        draw.line((x, 0, x, drawn.height), fill=0, width=1)

    rows = with_lines(drawn, streak)
    assert [[cell.col for cell in row] for row in rows] == [[0, 1, 2, 3]] * 4
    for row, printed in zip(rows, ROWS, strict=True):
        assert all(cell.text == text or cell.doubt for cell, text in zip(row, printed, strict=True))
        assert [cell.text for cell in row if cell.col != 1] == [text for n, text in enumerate(printed) if n != 1]
    assert all(row[1].doubt for row in rows[1:])


@needs_ocr
@pytest.mark.parametrize("gap", [8, 60])
def test_a_rule_that_is_broken_still_parts_its_rows(drawn: Image.Image, gap: int) -> None:
    def worn(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        x, y = middle(boxes[2][2])[0], boxes[2][2][1]
        draw.line((x - gap / 2, y, x + gap / 2, y), fill=255, width=9)

    rows = with_lines(drawn, worn)
    assert [[cell.text for cell in row] for row in rows] == ROWS


@needs_ocr
def test_rules_of_a_table_that_is_open_at_its_sides_stay(drawn: Image.Image) -> None:
    def opened(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        for x in (boxes[0][0][0], boxes[0][3][2]):
            for row in boxes:
                draw.line((x, row[0][1] + 5, x, row[0][3] - 5), fill=255, width=9)

    rows = with_lines(drawn, opened)
    assert [[cell.text for cell in row] for row in rows] == ROWS


@needs_ocr
def test_figures_that_a_line_which_was_not_sent_ran_through_are_in_doubt(drawn: Image.Image) -> None:
    def erased(draw: ImageDraw.ImageDraw, boxes: list[list[Box]]) -> None:
        (left, top, right, bottom), last = boxes[2][1], boxes[2][3]
        y = (top + bottom) / 2
        draw.line(((left + right) / 2, y, middle(last)[0], y), fill=255, width=2)

    rows = with_lines(drawn, erased)
    assert [bool(cell.doubt) for cell in rows[2]] == [False, True, True, True]
    assert believed(rows)[:2] == ROWS[:2] and believed(rows)[3] == ROWS[3]
