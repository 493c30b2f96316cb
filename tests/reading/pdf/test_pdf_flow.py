"""What goes on from page to page without lines that tell where a row ends."""

from __future__ import annotations

import pytest

from pipelines.reading.document import Cell
from pipelines.reading.pdf.flow import _doubt_cut_row
from pipelines.reading.pdf.page import Page, PdfTable, TextLine


def page(*items: PdfTable | TextLine) -> Page:
    return Page(1, 595.0, 842.0, list(items))


def table(*texts: str, framed: bool = False) -> PdfTable:
    cells = [Cell(text, 0, col, 1, 1, 0) for col, text in enumerate(texts)]
    return PdfTable((0.0, 100.0, 200.0), [cells], 700.0, 780.0, framed=framed)


def line(text: str) -> TextLine:
    return TextLine(text, 120.0, 72.0, 126.0, 82.0, 10.0)


@pytest.mark.parametrize(
    ("below", "doubt"),
    [
        (page(line("1")), "row_cut_by_page"),
        (page(line("年度报告"), line("12件")), "row_cut_by_page"),
        (page(table("", "1")), "row_cut_by_page"),
        (page(table("5.其他", "1")), None),
        (page(table("", "1", framed=True)), None),
        (page(line("四、行政复议情况")), None),
        (page(line("件")), None),
        (page(), None),
    ],
)
def test_a_row_before_what_may_be_the_rest_of_its_numbers_is_doubted(below: Page, doubt: str | None) -> None:
    above = table("4.重复申请", "66636")
    _doubt_cut_row(page(above), below)
    assert {cell.doubt for cell in above.rows[-1]} == {doubt}


def test_a_framed_table_tells_where_its_rows_end() -> None:
    above = table("4.重复申请", "66636", framed=True)
    _doubt_cut_row(page(above), page(line("1")))
    assert {cell.doubt for cell in above.rows[-1]} == {None}
