"""Text that is cut away: nobody reads it, and a number that is cut is doubtful."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.contracts.codes import code_list
from pipelines.reading import Cell
from tests.reading.pdf.pdf_files import Draw, cells, form, one_page, paragraphs, pdf, table, write

(CROPPED,) = code_list("cell_note").named("cropped_text")
HEIGHT = 842.0
START, BASE = 196.0, 156.0


def clipped(text: str, x: float, shown: tuple[float, float], *, low: float = 140.0, high: float = 165.0) -> Draw:
    """Return a table with a text of which only what lies between two places is shown."""

    def draw(canvas: Canvas) -> None:
        table(canvas, [["规章", "", "12"]])
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(shown[0], HEIGHT - high, shown[1] - shown[0], high - low)
        canvas.clipPath(path, stroke=0, fill=0)
        canvas.setFont("Helvetica", 10)
        write(canvas, text, x, BASE)
        canvas.restoreState()

    return draw


def middle(draw: Draw) -> Cell:
    return cells(pdf(draw))[0, 1]


@pytest.mark.parametrize(
    ("text", "x", "shown", "expected"),
    [
        ("34", START, (190, 280), ("34", None)),
        ("34", START, (100, 180), ("", None)),
        ("34", START, (190, 202), ("3", CROPPED)),
        ("34", START, (190, 204), ("34", CROPPED)),
        ("34", START, (199, 280), ("34", CROPPED)),
    ],
)
def test_what_is_cut_away_is_not_there_and_a_number_that_is_cut_is_doubtful(
    text: str, x: float, shown: tuple[float, float], expected: tuple[str, str | None]
) -> None:
    cell = middle(clipped(text, x, shown))
    assert (cell.text, cell.doubt) == expected


def test_a_number_cut_above_or_below_is_doubtful() -> None:
    assert middle(clipped("34", START, (190, 280), low=152.0)).doubt == CROPPED
    assert middle(clipped("34", START, (190, 280), high=153.0)).doubt == CROPPED


def test_what_is_cut_away_beside_another_cell_leaves_that_cell_alone() -> None:
    found = cells(pdf(clipped("34", 260, (190, 255))))
    assert [(cell.text, cell.doubt) for cell in found.values()] == [("规章", None), ("", None), ("12", None)]


@pytest.mark.parametrize(("x", "doubt"), [(560.0, None), (586.0, CROPPED), (592.0, CROPPED)])
def test_a_number_at_the_edge_of_the_page(x: float, doubt: str | None) -> None:
    def draw(canvas: Canvas) -> None:
        for y in (130, 160, 190):
            canvas.line(100, HEIGHT - y, 595, HEIGHT - y)
        for place in (100, 300, 540, 595):
            canvas.line(place, HEIGHT - 130, place, HEIGHT - 190)
        canvas.setFont("Helvetica", 10)
        for row in (150, 180):
            write(canvas, "15", 310, row)
            write(canvas, "123", x, row)

    assert {cell.doubt for cell in cells(pdf(draw)).values() if cell.col == 2} == {doubt}


def test_what_lies_outside_of_the_crop_box_is_not_read() -> None:
    content = b"BT /F1 12 Tf 100 700 Td (inside) Tj 0 -600 Td (outside) Tj ET"
    assert paragraphs(one_page(content, entries=b"/CropBox[0 300 595 842]")) == ["inside"]


def test_a_clip_within_a_drawing_moves_with_it() -> None:
    inner = form(b"q 0 0 100 100 re W n BT /F1 10 Tf 5 5 Td (shown) Tj 200 0 Td (cut) Tj ET Q", b"/Font<</F1 4 0 R>>")
    page = one_page(b"q 1 0 0 1 100 500 cm /X Do Q", resources=b"/XObject<</X 9 0 R>>", more={9: inner})
    assert paragraphs(page) == ["shown"]
