"""Digits that are set apart in one cell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.contracts.codes import code_list
from tests.reading.pdf.pdf_files import LEADING, LEFT, TOP, WIDTH, Draw, cells, pdf, rule, write

(WIDE_GAP,) = code_list("cell_note").named("wide_gap")
STEP = 10.0


def spaced(*numbers: Sequence[tuple[str, float]]) -> Draw:
    """Return a table of one column whose cells hold characters at places from the left."""

    def draw(canvas: Canvas) -> None:
        rule(canvas, len(numbers), 2)
        canvas.setFont("Helvetica", 10)
        for row, characters in enumerate(numbers):
            for text, x in characters:
                write(canvas, text, LEFT + WIDTH + 6 + x, TOP + row * LEADING + 14)

    return draw


def even(text: str) -> list[tuple[str, float]]:
    return [(character, STEP * place) for place, character in enumerate(text)]


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        (even("101"), ("101", None)),
        (even("77.25"), ("77.25", None)),
        (even("1,234"), ("1,234", None)),
        (even("12"), ("1 2", WIDE_GAP)),
        ([("1", 0), ("0", 10), ("1", 22)], ("1 0 1", WIDE_GAP)),
        ([("1", 0), ("0", 25), ("1", 50)], ("1 0 1", WIDE_GAP)),
        ([("1 0 1", 0)], ("1 0 1", WIDE_GAP)),
        ([("12", 0), ("34", 20)], ("12 34", None)),
    ],
)
def test_characters_apart_are_one_number_where_they_are_evenly_spaced(
    characters: list[tuple[str, float]], expected: tuple[str, str | None]
) -> None:
    cell = cells(pdf(spaced(characters, [])))[0, 1]
    assert (cell.text, cell.doubt) == expected


def test_two_digits_are_one_number_where_those_of_others_stand_as_far_apart() -> None:
    found = cells(pdf(spaced(even("101"), even("102"), even("103"), even("12"), [("1", 0), ("2", 12)])))
    assert [(found[row, 1].text, found[row, 1].doubt) for row in (3, 4)] == [("12", None), ("1 2", WIDE_GAP)]


def test_character_spacing_of_one_text_is_even() -> None:
    def draw(canvas: Canvas) -> None:
        rule(canvas, 1, 2)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(LEFT + WIDTH + 6, 841.89 - TOP - 14, "305", charSpace=5)

    assert cells(pdf(draw))[0, 1].text == "305"
