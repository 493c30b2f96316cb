"""Digits of a PDF that are seen otherwise than its text tells: named, mirrored, drawn, covered by a picture, signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.reading.pdf.pdf_files import HEIGHT, LEFT, SIZE, TOP, WIDTH, cells, fill, pdf, rule

# Where the last text is written: its start and its base line.
X, Y = LEFT + 2 * WIDTH + 6, HEIGHT - TOP - 34
OTHERWISE, PICTURE = "shown_otherwise", "picture"


def number(canvas: Canvas, text: str = "16", x: float = X) -> None:
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(x, Y, text)


def named(canvas: Canvas) -> None:
    canvas._code.append("/Span <</ActualText (77)>> BDC")
    number(canvas)
    canvas._code.append("EMC")


def marked(canvas: Canvas) -> None:
    canvas._code.append("/P <</MCID 0>> BDC")
    number(canvas)
    canvas._code.append("EMC")


def mirrored(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(X + 12, Y)
    canvas.scale(-1, 1)
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(0, 0, "61")
    canvas.restoreState()


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 28), "white")), x, y, width, height)


def half_a_picture(canvas: Canvas) -> None:
    number(canvas, "1")
    picture(canvas, X + 7, Y - 1, 8, 11)


def covered(canvas: Canvas) -> None:
    number(canvas, "7")
    picture(canvas, X - 1, Y - 2, 14, 12)


def drawn_digit(canvas: Canvas) -> None:
    number(canvas, "1")
    canvas.circle(X + 10, Y + 2.5, 2.5)


def minus(canvas: Canvas) -> None:
    number(canvas, x=X + 5)
    canvas.line(X, Y + SIZE * 0.33, X + 4, Y + SIZE * 0.33)


def seal(canvas: Canvas) -> None:
    number(canvas)
    picture(canvas, X - 60, Y - 80, 110, 150)


def picture_elsewhere(canvas: Canvas) -> None:
    number(canvas)
    picture(canvas, X, Y - 120, 12, 12)


@pytest.mark.parametrize(
    ("draw", "doubt"),
    [
        (named, OTHERWISE), (marked, None), (mirrored, OTHERWISE), (half_a_picture, PICTURE), (covered, PICTURE),
        (drawn_digit, PICTURE), (minus, OTHERWISE), (seal, None), (picture_elsewhere, None),
    ],
)  # fmt: skip
def test_a_number_is_in_doubt_where_it_may_be_seen_otherwise(draw: Callable[[Canvas], None], doubt: str | None) -> None:
    def page(canvas: Canvas) -> None:
        rule(canvas, 2, 3)
        for row, column, text in ((0, 0, "规章"), (0, 1, "11"), (0, 2, "12"), (1, 0, "行政许可"), (1, 1, "21")):
            canvas.setFont("STSong-Light" if not text.isascii() else "Helvetica", SIZE)
            fill(canvas, row, column, text)
        draw(canvas)

    found = cells(pdf(page))
    assert found[1, 2].doubt == doubt
    assert {cell.doubt for place, cell in found.items() if place != (1, 2)} == {None}
