"""Figures beside each other that no rules part refuse a page; ends of pen strokes below a table are none."""

from __future__ import annotations

import pytest

pytest.importorskip("cv2", reason="the extra `ocr` is not installed: make install-ocr")

from pipelines.reading import ReadError
from pipelines.reading.scan.page import PageText, TextLine, _checked

EM = 40.0
# Text, upper and lower end of a line; those of equal ends stand beside each other.
STROKES = [("/", 200, 211), ("1", 200, 211), ("1", 400, 411), ("V", 400, 411), ("/", 600, 640), ("-", 600, 640)]


def page(lines: list[tuple[str, int, int]]) -> PageText:
    placed = [TextLine(text, (100 * n, top, 100 * n + 50, end)) for n, (text, top, end) in enumerate(lines)]
    return PageText((), tuple(placed), EM, (900, 900))


def test_ends_of_pen_strokes_are_no_columns_of_figures() -> None:
    assert len(_checked(page(STROKES), 1).lines) == 3


@pytest.mark.parametrize("high", [14, 30])
def test_columns_of_figures_are(high: int) -> None:
    figures = [("17", top, top + high) for top in (100, 200, 300) for _ in range(2)]
    with pytest.raises(ReadError, match="no_grid_in_picture"):
        _checked(page(figures), 1)
