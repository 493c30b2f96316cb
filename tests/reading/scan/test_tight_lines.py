"""Lines of a cell without white between them are parted, and characters larger than a line are none."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.corpus import scan
from benchmarks.corpus.scan import NoFontError
from pipelines.reading.scan.masks import Mask, darker
from pipelines.reading.scan.tight_lines import tight_lines

EM = 30


def block(lines: list[str], pitch: int, size: int = 32) -> tuple[Mask, list[int]]:
    """Return lines of text one below the other as ink, cut at its first and last row, and the middle of each."""
    try:
        font = ImageFont.truetype(scan.font_files()[0], size)
    except NoFontError as error:
        pytest.skip(str(error))
    image = Image.new("L", (400, 400), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((20, 40 + number * pitch), line, 0, font)
    ink = darker(np.asarray(image), 165)
    rows = np.flatnonzero(ink.any(axis=1))
    boxes = [draw.textbbox((20, 40 + n * pitch), line, font) for n, line in enumerate(lines)]
    return ink[rows[0] : rows[-1] + 1], [int(box[1] + box[3]) // 2 - int(rows[0]) for box in boxes]


@pytest.mark.parametrize("pitch", [32, 34, 38])
@pytest.mark.parametrize(
    "lines",
    [["要求行政机关确", "（其他处理，等", "认或重新出具"], ["总", "计"], ["第三方合法，益", "2.重复申请（二）"]],
)
def test_lines_are_parted_between_their_middles(lines: list[str], pitch: int) -> None:
    ink, middles = block(lines, pitch)
    found = tight_lines(ink, EM)
    assert [sum(first <= middle < last for middle in middles) for first, last in found] == [1] * len(lines)
    assert [found[0][0], found[-1][1]] == [0, len(ink)]


@pytest.mark.parametrize("text", ["4718", "8", "90", "1"])
def test_a_character_larger_than_a_line_is_not_cut(text: str) -> None:
    ink, _ = block([text], 0, size=90)
    assert tight_lines(ink, EM) == [(0, len(ink))]
