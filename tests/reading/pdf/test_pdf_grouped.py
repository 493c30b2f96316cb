"""Tables without upright lines, with labels of groups beside their rows."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipelines.contracts.codes import code_list
from pipelines.reading import Cell
from tests.reading.pdf.pdf_files import Draw, cells, grids, pdf, read, write

FIGURES = (300.0, 350.0, 400.0)
(LABEL_UNCLEAR,) = code_list("cell_note").named("label_unclear")
OWN = ("1.属于国家秘密", "2.危及安全", "3.其他", "1.信访举报", "2.重复申请")


def figures(canvas: Canvas, y: float, *texts: str) -> None:
    for x, text in zip(FIGURES, texts, strict=True):
        write(canvas, text, x, y)


def head(canvas: Canvas) -> None:
    figures(canvas, 100, "自然人", "企业", "总计")


def two_groups(canvas: Canvas, pitch: float = 20) -> None:
    """Draw five rows in two groups within one, the labels of groups in the middle of their rows."""
    head(canvas)
    for row, label in enumerate(OWN):
        write(canvas, label, 180, 130 + pitch * row)
        figures(canvas, 130 + pitch * row, *(f"{row}{column}" for column in range(3)))
    write(canvas, "（三）不予公开", 100, 130 + pitch)
    write(canvas, "（四）无法提供", 100, 130 + pitch * 3.5)
    for line, text in enumerate(("三、本", "年度办", "理结果")):
        write(canvas, text, 60, 130 + pitch * 2 + 12 * (line - 1))


def by_text(draw: Draw) -> dict[str, Cell]:
    return {cell.text: cell for cell in cells(pdf(draw)).values()}


def test_labels_of_groups_stand_beside_all_their_rows() -> None:
    found = by_text(two_groups)
    assert [(found[text].row, found[text].col) for text in OWN] == [(row + 1, 2) for row in range(5)]
    places = {
        text: (found[text].row, found[text].rowspan, found[text].col) for text in ("（三）不予公开", "（四）无法提供")
    }
    assert places == {"（三）不予公开": (1, 3, 1), "（四）无法提供": (4, 2, 1)}
    outer = found["三、本\n年度办\n理结果"]
    assert (outer.row, outer.rowspan, outer.col) == (1, 5, 0)
    assert [found[f"{row}1"].col for row in range(5)] == [4] * 5
    assert not any(cell.doubt for cell in found.values())


@pytest.mark.parametrize("row", [0.0, 6.0, 12.0])
def test_figures_stand_on_the_first_line_of_a_label_or_the_last_or_between(row: float) -> None:
    def draw(canvas: Canvas) -> None:
        head(canvas)
        for number, top in enumerate((130, 160, 190), start=1):
            write(canvas, f"{number}.属于行政", 100, top)
            write(canvas, "执法案卷", 100, top + 12)
            figures(canvas, top + row, str(number), "0", "0")

    found = by_text(draw)
    assert [found[f"{number}.属于行政\n执法案卷"].row for number in (1, 2, 3)] == [1, 2, 3]
    assert [found[str(number)].row for number in (1, 2, 3)] == [1, 2, 3]


def test_a_row_without_figures_is_blank_where_its_label_has_a_number() -> None:
    def draw(canvas: Canvas) -> None:
        head(canvas)
        for row, label in enumerate(OWN[:3]):
            write(canvas, label, 100, 130 + 20 * row)
            if row != 1:
                figures(canvas, 130 + 20 * row, "1", "2", "3")

    found = cells(pdf(draw))
    assert [found[2, column].text for column in range(4)] == [OWN[1], "", "", ""]


def test_a_label_between_rows_that_could_be_of_either_makes_them_doubtful() -> None:
    def draw(canvas: Canvas) -> None:
        head(canvas)
        for row, label in enumerate(("规章", "规范性文件", "许可")):
            write(canvas, label, 100, 130 + 20 * row)
            figures(canvas, 130 + 20 * row, "1", "2", "3")
        write(canvas, "其他对外管理", 103, 140)

    rows = [row for grid in grids(read(pdf(draw))) for row in grid.rows]
    doubts = {
        row[0].text: {cell.doubt for cell in row} for row in rows if row[0].text in ("规章", "规范性文件", "许可")
    }
    assert doubts == {"规章": {LABEL_UNCLEAR}, "规范性文件": {LABEL_UNCLEAR}, "许可": {None}}


def test_a_label_in_the_middle_of_a_head_comes_before_those_beside_it() -> None:
    def draw(canvas: Canvas) -> None:
        write(canvas, "法人", 350, 88)
        write(canvas, "自然人", 300, 98)
        write(canvas, "企业", 350, 108)
        write(canvas, "机构", 400, 108)
        for row, label in enumerate(OWN[:3]):
            write(canvas, label, 100, 130 + 20 * row)
            figures(canvas, 130 + 20 * row, "1", "2", "3")

    (grid,) = grids(read(pdf(draw)))
    assert [cell.text for cell in grid.rows[0]] == ["自然人", "法人", "企业", "机构"]


def test_a_row_of_figures_without_a_label_stands_under_its_head() -> None:
    names = ("结果维", "结果纠", "其他结", "尚未审", "总计", "合计")

    def draw(canvas: Canvas) -> None:
        write(canvas, "行政复议", 180, 90)
        for place, name in enumerate(names):
            write(canvas, name, 100 + 45 * place, 110)
            write(canvas, "持正果结"[place : place + 1], 100 + 45 * place, 122)
            if place != 2:
                write(canvas, str(place), 110 + 45 * place, 142)

    found = cells(pdf(draw))
    assert [found[1, column].text for column in range(6)] == ["0", "1", "", "3", "4", "5"]
    assert "其他结\n果" in [cell.text for (row, column), cell in found.items() if row == 0]
