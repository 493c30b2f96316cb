"""The black of a scanner that was left open: made paper whichever sides it lies on, and never a table's rules."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from importlib import import_module

import pytest
from PIL import Image, ImageDraw

from benchmarks.corpus import scan
from benchmarks.corpus.scan import CLEAN, NoFontError, Scanner
from benchmarks.corpus.spans import Block, SpannedCell, TableBlock, TextBlock
from pipelines.reading import Grid
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import available, read_document

pytestmark = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
SCAN = "pipelines.reading.scan"
Band = list[tuple[int, int]]


def page(scanner: Scanner = CLEAN) -> Image.Image:
    """Return a page with a table of 13 x 4 cells under two lines."""
    rows = [("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")] + [("规章", "123", "45", "678")] * 12
    table = TableBlock(tuple(tuple(SpannedCell(text) for text in row) for row in rows))
    blocks: list[Block] = [TextBlock("政府信息公开工作年度报告", is_title=True), TextBlock("一、总体情况"), table]
    try:
        (drawn,) = scan.drawn(random.Random(1), blocks, scanner, scan.font_files()[0])
    except NoFontError as error:
        pytest.skip(str(error))
    return drawn.crop((0, 0, drawn.width, drawn.height // 2))


def bands(width: int, height: int, depth: tuple[int, int]) -> list[Band]:
    """Return bands along the left, the top, the right and the lower side, each from one depth to another."""
    a, b = depth
    return [
        [(0, 0), (a, 0), (b, height), (0, height)],
        [(0, 0), (width, 0), (width, b), (0, a)],
        [(width, 0), (width - a, 0), (width - b, height), (width, height)],
        [(0, height), (width, height), (width, height - b), (0, height - a)],
    ]


def edged(image: Image.Image, sides: Sequence[int], depth: tuple[int, int] = (100, 6)) -> Image.Image:
    image = image.copy()
    for side in sides:
        ImageDraw.Draw(image).polygon(bands(*image.size, depth)[side], fill=20)
    return image


def planes(image: Image.Image) -> object:
    return import_module(f"{SCAN}.frames").planes_of(image)


def doubts(image: Image.Image) -> list[str | None]:
    """Return what is doubtful at the cells that rules draw on a page."""
    sheet = import_module(f"{SCAN}.paper").prepared(planes(image), 0.36)
    rules = import_module(f"{SCAN}.rules")
    (table,) = rules.ruled_tables(rules.find_rules(sheet.gray, sheet.em), sheet.em, DEFAULT_LIMITS)
    return [cell.doubt for cell in table.cells]


@pytest.mark.parametrize("sides", [(0,), (1,), (2,), (3,), (0, 1), (2, 3), (0, 1, 2, 3)])
def test_black_along_any_sides_leaves_the_page_straight(sides: Sequence[int]) -> None:
    assert doubts(edged(page(Scanner(angle=0.6)), sides)) == [None] * 52


def test_a_sheet_that_was_photographed_on_black_is_flattened_all_the_same() -> None:
    image = page()
    width, height = image.size
    # Which place of the page each corner of the picture shows: black around a sheet that leans away.
    corners = (-60, -40, -60, height + 40, width + 60, height + 90, width + 60, -90)
    slanted = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=15)
    assert doubts(slanted) == [None] * 52


@pytest.mark.parametrize("side", range(4))
def test_black_of_which_the_end_is_thin_is_found_to_its_end(side: int) -> None:
    image = edged(page(), (side,), (60, 2))
    found = import_module(f"{SCAN}.black_edges").black_edges(planes(image).gray)  # type: ignore[attr-defined]
    black = Image.fromarray(found * 255)
    alone = edged(Image.new("L", image.size, 255), (side,), (60, 2))
    missed = [n for n, (a, b) in enumerate(zip(alone.tobytes(), black.tobytes(), strict=True)) if a < 255 and not b]
    assert missed == []
    left, top, right, bottom = black.getbbox() or (0, 0, 0, 0)
    assert min(right - left, bottom - top) <= 70


def test_a_table_that_reaches_the_border_is_no_black_of_a_scanner() -> None:
    image = page()
    left, top, right, bottom = Image.eval(image, lambda v: 255 - v).getbbox() or (0, 0, 0, 0)
    cut = image.crop((left, top, right, bottom))
    ImageDraw.Draw(cut).rectangle((0, 0, cut.width - 1, cut.height - 1), outline=0, width=4)
    assert import_module(f"{SCAN}.black_edges").black_edges(planes(cut).gray) is None  # type: ignore[attr-defined]


def test_a_page_without_black_has_none() -> None:
    assert import_module(f"{SCAN}.black_edges").black_edges(planes(page()).gray) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("margin", [20, 180])
def test_cells_that_the_black_covers_in_part_are_doubtful(margin: int) -> None:
    # Over the right part of the last column, figures and rule alike; deep black is taken for a desk and cut off.
    whole = page()
    image = whole.crop((0, 0, 1474 + margin, whole.height))
    depth = image.width - 1310
    out = io.BytesIO()
    edged(image, (2,), (depth, depth)).save(out, "PNG")
    document = read_document(out.getvalue(), DEFAULT_LIMITS)
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    last = [row[-1] for row in grid.rows]
    assert [cell.col for cell in last] == [3] * 13
    assert all(cell.doubt for cell in last)
    assert [row[1].doubt for row in grid.rows[1:]] == [None] * 12
