"""Digits set higher than the number beside them, and lines drawn through digits: doubtful, never one number."""

from __future__ import annotations

from functools import partial

import pytest
from reportlab.pdfgen.canvas import Canvas

from benchmarks.corpus.pdf import named_font
from tests.reading.pdf.pdf_files import HEIGHT, LEFT, SIZE, TOP, WIDTH, cells, fill, paragraphs, pdf, rule, write

ROWS = [["规章", "11", "12"], ["行政许可", "21", "101"]]
# Where the last text is written: its start, its base line, and what it takes.
X, Y = LEFT + 2 * WIDTH + 6, HEIGHT - TOP - 34
DIGITS = 3 * SIZE * 0.5
SONG = named_font("STSong-Light")
FONTS = ["Helvetica", "Times-Roman", SONG]


def drawn(canvas: Canvas, font: str = SONG, rows: list[list[str]] = ROWS) -> None:
    rule(canvas, 2, 3)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            canvas.setFont(font if text.isascii() else SONG, SIZE)
            fill(canvas, number, column, text)


def noted(canvas: Canvas, text: str, size: float, rise: float, font: str = SONG) -> None:
    drawn(canvas, font)
    start = X + canvas.stringWidth("101", font, SIZE)
    canvas.setFont(font, size)
    canvas.drawString(start + 0.1, Y + rise, text)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(("size", "rise"), [(5, 5), (6, 3.3), (7, 3), (6.5, 4), (6, -2)])
@pytest.mark.parametrize("text", ["2", "12", "[1]"])
def test_a_raised_or_lowered_digit_beside_a_number_makes_it_doubtful(
    font: str, size: float, rise: float, text: str
) -> None:
    cell = cells(pdf(lambda canvas: noted(canvas, text, size, rise, font)))[1, 2]
    assert (cell.text, cell.doubt) == (f"101{text}", "raised_text")


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(
    ("text", "size", "rise"), [("2", 6, 0), ("2", 7, 0), ("2", 10, 0), ("%", 6, 4), (",000", 8, 0)]
)
def test_a_digit_on_the_same_line_and_a_mark_without_digits_are_trusted(
    font: str, text: str, size: float, rise: float
) -> None:
    cell = cells(pdf(lambda canvas: noted(canvas, text, size, rise, font)))[1, 2]
    assert (cell.text, cell.doubt) == (f"101{text}", None)


def test_a_cell_of_small_digits_and_a_note_at_a_word_are_trusted() -> None:
    def draw(canvas: Canvas) -> None:
        drawn(canvas, rows=[*ROWS[:1], ["行政许可", "21", ""]])
        canvas.setFont("Helvetica", 5)
        canvas.drawString(X, Y + 3, "101")
        canvas.drawString(LEFT + WIDTH - 20, Y + 4, "2")
        canvas.setFont(SONG, SIZE)
        write(canvas, "2022年工作报告", 100, 100)
        canvas.setFont("Helvetica", 5)
        write(canvas, "1", 170.5, 95)

    data = pdf(draw)
    assert {cell.doubt for cell in cells(data).values()} == {None}
    assert paragraphs(data) == ["2022年工作报告 1"]


def struck(canvas: Canvas, font: str, rise: float, start: float, end: float, *, filled: bool = False) -> None:
    drawn(canvas, font)
    if filled:
        canvas.rect(X + start, Y + rise * SIZE - 0.25, end - start, 0.5, stroke=0, fill=1)
    else:
        canvas.line(X + start, Y + rise * SIZE, X + end, Y + rise * SIZE)


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("rise", [0.25, 0.3, 0.36])
@pytest.mark.parametrize(("start", "end"), [(0, DIGITS), (-2, DIGITS + 2), (5, 10), (-6, DIGITS + 10), (-6, WIDTH - 6)])
@pytest.mark.parametrize("filled", [False, True])
def test_a_line_through_digits_makes_them_doubtful_and_rules_no_table(
    font: str, rise: float, start: float, end: float, filled: bool
) -> None:
    found = cells(pdf(lambda canvas: struck(canvas, font, rise, start, end, filled=filled)))
    assert [cell.text for cell in found.values()] == [text for row in ROWS for text in row]
    assert {place: cell.doubt for place, cell in found.items() if cell.doubt} == {(1, 2): "struck_text"}


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("rise", [-0.1, -0.15, -0.3, 0.9])
def test_lines_below_and_above_digits_strike_nothing(font: str, rise: float) -> None:
    found = cells(pdf(lambda canvas: struck(canvas, font, rise, 0, DIGITS)))
    assert [(cell.text, cell.doubt) for cell in found.values()] == [(text, None) for row in ROWS for text in row]


def test_a_line_through_a_word_and_one_beside_digits_strike_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        drawn(canvas)
        canvas.line(LEFT + 6, Y + 3, LEFT + 46, Y + 3)
        canvas.line(X + DIGITS + 3, Y + 3, X + DIGITS + 20, Y + 3)

    assert {cell.doubt for cell in cells(pdf(draw)).values()} == {None}


def test_struck_digits_of_prose_are_not_shown() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "共受理", 100, 100)
        write(canvas, "88", 130, 100)
        write(canvas, "件申请", 140, 100)
        canvas.line(130, HEIGHT - 97, 140, HEIGHT - 97)

    assert paragraphs(pdf(draw)) == ["共受理\ufffd\ufffd件申请"]


def test_the_rules_of_a_table_are_kept_where_a_digit_lies_upon_them() -> None:
    def draw(canvas: Canvas, *, parts: bool) -> None:
        drawn(canvas, rows=[ROWS[0], ["行政许可", "21", ""]])
        y = HEIGHT - TOP - 20
        canvas.drawString(X, y - 3, "101")
        for column in range(3 * parts):
            canvas.line(LEFT + column * WIDTH, y, LEFT + (column + 1) * WIDTH, y)

    for parts in (False, True):
        found = cells(pdf(partial(draw, parts=parts)))
        assert len(found) == 6
        assert "text_across_border" in {cell.doubt for cell in found.values()}
