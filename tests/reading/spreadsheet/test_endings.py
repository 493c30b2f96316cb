"""Where rows of a sheet end: cells that the file does not hold are blank where it leaves out blank ones, else lost."""

from __future__ import annotations

import pytest

from pipelines.reading import Grid, Limits, read
from pipelines.reading.spreadsheet.formats import Shown
from pipelines.reading.spreadsheet.grids import sheet_blocks
from pipelines.reading.spreadsheet.sheet import Sheet
from tests.reading.spreadsheet.workbook_files import Value, cell, grid_sheet, sheet, texts, xlsx

HEADER = ("项目", "数量", "金额", "总计")
BORDER = 1  # the last style of a workbook
STYLES = (0, BORDER)


def framed(*rows: tuple[Value, ...]) -> str:
    """Return a sheet whose cells with content have borders; None is no cell, an empty text a blank one with borders."""
    lines = (
        "".join(
            cell(f"{column}{number}", value, BORDER)
            for column, value in zip("ABCDEF", row, strict=False)
            if value is not None
        )
        for number, row in enumerate(rows, start=1)
    )
    return sheet("".join(f'<row r="{number}">{line}</row>' for number, line in enumerate(lines, start=1)))


def filled(*rows: tuple[Value, ...], style: int = 0) -> list[list[str]]:
    """Return the rows of the only table of a workbook, without its first row."""
    (table,) = texts(read(xlsx(framed(*rows) if style else grid_sheet(*rows))))
    return table[1:]


@pytest.mark.parametrize("style", STYLES)
def test_a_column_that_no_row_reaches_is_blank(style: int) -> None:
    rows = (("规章", 1, 2), ("许可", 3, 4), ("处罚", 5, 6))
    assert [row[3:] for row in filled(HEADER, *rows, style=style)] == [[""]] * 3


@pytest.mark.parametrize("style", STYLES)
def test_several_columns_that_no_row_reaches_are_blank(style: int) -> None:
    rows = (("规章", 1), ("许可", 3), ("处罚", 5))
    assert filled(HEADER, *rows, style=style) == [[row[0], str(row[1]), "", ""] for row in rows]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "rows",
    [
        (("规章", 1, 2), ("许可", 3, 4), ("处罚", 5, 6, 7)),  # one row reaches the column: the others have lost a cell
        (("规章", 1, 2), ("许可", 3), ("处罚", 5, 6)),  # rows that were moved to the left end anywhere
        (("规章", 1, 2), ("许可", 3, 4)),  # of so few rows all may have lost a cell
    ],
)
def test_rows_that_end_in_different_columns_have_lost_cells(rows: tuple[tuple[Value, ...], ...], style: int) -> None:
    assert [len(row) for row in filled(HEADER, *rows, style=style)] == [len(row) for row in rows]


@pytest.mark.parametrize("style", STYLES)
def test_a_label_alone_has_blank_values(style: int) -> None:
    rows = (("规章", 1, 2, 3), ("许可",), ("处罚", 5, 6))
    assert filled(HEADER, *rows, style=style)[1:] == [["许可", "", "", ""], ["处罚", "5", "6"]]


def test_labels_that_are_merged_over_all_label_columns_have_blank_values() -> None:
    rows = (("项目", "", "数量", "金额"), ("三、", "规章"), ("许可",), ("", "处罚", 1, 2))
    merges = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A3:B3"/></mergeCells>'
    (table,) = texts(read(xlsx(grid_sheet(*rows, after=merges))))
    assert table[1:3] == [["三、", "规章", "", ""], ["许可", "", ""]]


def test_framed_cells_behind_a_label_are_its_values_also_where_the_whole_table_is_blank() -> None:
    rows: tuple[tuple[Value, ...], ...] = (("项目", "", "数量", "金额"), ("新收", "", "", ""), ("结果", "公开", "", ""))
    merges = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/></mergeCells>'
    (table,) = texts(read(xlsx(grid_sheet(*rows, style=BORDER, after=merges))))
    assert table[1:] == [["新收", "", ""], ["结果", "公开", "", ""]]
    # A text that is as wide as the table around it is none of its labels, whatever borders it has.
    wide = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="A2:D2"/></mergeCells>'
    assert texts(read(xlsx(grid_sheet(*rows, style=BORDER, after=wide))))[0][1] == ["新收"]


def test_one_hole_tells_of_all_sheets_of_a_workbook_that_blank_cells_are_left_out() -> None:
    whole, short = (HEADER, ("规章", 1, None, 3)), (HEADER, ("许可", 1))
    assert texts(read(xlsx(grid_sheet(*whole), grid_sheet(*short))))[1][1] == ["许可", "1", "", ""]


def test_where_borders_are_drawn_several_holes_tell_it() -> None:
    holes: tuple[tuple[Value, ...], ...] = tuple((label, 1, None, 3) for label in ("规章", "许可", "处罚"))
    assert filled(HEADER, *holes, ("强制", 4), style=BORDER)[-1] == ["强制", "4", "", ""]
    assert filled(HEADER, *holes[:2], ("强制", 4), style=BORDER)[-1] == ["强制", "4"]


def test_where_blank_cells_have_borders_one_without_is_none() -> None:
    rows = (("规章", 1, ""), ("许可", 3, 4), ("处罚", 5, 6))
    assert [len(row) for row in filled(HEADER, *rows, style=BORDER)] == [3, 3, 3]


def test_values_that_lost_their_label_are_not_filled_up() -> None:
    rows: tuple[tuple[Value, ...], ...] = (("规章", 1, None, 3), (7, 8, 9), ("处罚", 5))
    assert filled(HEADER, *rows) == [["规章", "1", "", "3"], ["7", "8", "9"], ["处罚", "5", "", ""]]


def test_a_narrower_table_right_below_has_a_header_of_its_own() -> None:
    upper, lower = (HEADER, ("规章", 1, 2, 3)), (("信息内容", "收费"), ("甲", 1), ("乙", 2), ("丙", 3), ("丁", 4))
    assert [len(row) for row in filled(*upper, *lower)] == [4, 2, 2, 2, 2, 2]


def test_a_blank_row_with_borders_belongs_to_the_table_above() -> None:
    header, blank = ("结果维持", "结果纠正"), ("", "")
    assert filled(header, blank, style=BORDER) == [["", ""]]
    assert len(texts(read(xlsx(framed(header, ("", None), ("a", "b")))))) == 2
    assert filled(header, blank) == []


def test_a_blank_column_shows_that_others_are_but_not_that_a_single_row_ends_in_blanks() -> None:
    several = (HEADER, *((label, 1, 2) for label in ("规章", "许可", "处罚")))
    two = (HEADER, ("甲", 1), ("乙", 2))
    one, holed = (HEADER, ("丙", 1)), (HEADER, ("丁", None, 1))
    found = texts(read(xlsx(*(framed(*rows) for rows in (several, two, one, holed)))))
    assert [len(table[-1]) for table in found] == [4, 4, 2, 4]


def test_a_sheet_that_stands_alone_is_judged_by_its_own_rows() -> None:
    rows = {0: {0: Shown("项目"), 1: Shown("数量"), 2: Shown("金额")}, 1: {0: Shown("规章"), 2: Shown("1")}}
    rows[2] = {0: Shown("许可"), 1: Shown("2")}
    (grid,) = sheet_blocks(Sheet("Sheet1", rows), Limits(), 3)
    assert isinstance(grid, Grid) and grid.index == 3
    assert [[cell.text for cell in row] for row in grid.rows[1:]] == [["规章", "", "1"], ["许可", "2", ""]]
