"""A label over several rows that a page ends: its last line, which may stand below the table, is part of it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmarks.corpus import scan
from benchmarks.corpus.scan import NoFontError
from pipelines.reading import Grid, Paragraph
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.scan import available, read_document

pytestmark = pytest.mark.skipif(not available(), reason="the extra `ocr` is not installed: make install-ocr")
XS, YS = (100, 330, 700, 900, 1100), (300, 380, 460, 540)
ROWS = (("行政许可", "680", "12"), ("行政处罚", "918", "35"), ("予以公开", "4", "57"))


def page(*, is_open: bool, below: int) -> Image.Image:
    """Return a page with a table whose last label has two lines, the second so many pixels below its upper rule."""
    try:
        font = ImageFont.truetype(scan.font_files()[0], 34)
    except NoFontError as error:
        pytest.skip(str(error))
    image = Image.new("L", (1300, 1000), 255)
    draw = ImageDraw.Draw(image)
    draw.text((200, 200), "二、主动公开政府信息情况", 0, font)
    for x in XS:
        draw.rectangle((x, YS[0], x + 2, YS[-1]), 0)
    for y in YS:
        draw.rectangle((XS[1] if is_open and y == YS[-1] else XS[0], y, XS[-1] + 2, y + 2), 0)
    for y, texts in zip(YS, ROWS, strict=False):
        for x, text in zip(XS[1:], texts, strict=False):
            draw.text((x + 30, y + 20), text, 0, font)
    draw.text((XS[0] + 20, YS[2] + 12), "三、", 0, font)
    draw.text((XS[0] + 20, YS[2] + below), "本年度办理", 0, font)
    return image


def read(image: Image.Image) -> tuple[dict[tuple[int, int], tuple[str, bool]], list[str]]:
    """Return the text of each cell, with whether it is in doubt, and the paragraphs after the first."""
    document = read_document(scan.picture(image), DEFAULT_LIMITS)
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    cells = {(cell.row, cell.col): (cell.text, cell.doubt is not None) for row in grid.rows for cell in row}
    return cells, [block.text for block in document.blocks if isinstance(block, Paragraph)][1:]


@pytest.mark.parametrize("below", [62, 78])
def test_the_last_line_of_a_label_that_no_rule_ends_is_read_with_it(below: int) -> None:
    cells, paragraphs = read(page(is_open=True, below=below))
    assert cells[2, 0] == ("三、\n本年度办理", True)
    assert [cells[2, col][0] for col in (1, 2, 3)] == ["予以公开", "4", "57"]
    assert paragraphs == []


@pytest.mark.parametrize("is_open", [True, False])
def test_text_below_a_table_is_no_part_of_it(is_open: bool) -> None:
    cells, paragraphs = read(page(is_open=is_open, below=110))
    assert cells[2, 0][0].startswith("三")
    assert "本" not in cells[2, 0][0]
    assert paragraphs == ["本年度办理"]
