"""Tables of Word documents: spans, merges, tracked rows, layout tables."""

from __future__ import annotations

import pytest

from pipelines.reading import Limits, ReadError
from pipelines.reading.docx import read_document
from tests.reading.docx.docx_files import cell, docx, grids, lines, paragraph, read, row, table, texts

RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


def places(*rows: str) -> dict[str, tuple[int, int, int, int]]:
    (grid,) = grids(read(table(*rows)))
    assert grid.spanned
    return {c.text: (c.row, c.col, c.rowspan, c.colspan) for line in grid.rows for c in line}


def test_a_cell_stands_at_its_place_after_spans_and_merges() -> None:
    found = places(
        row(cell("a", RESTART), cell("b", span(3)), properties="<w:cantSplit/>"),
        row(cell("", CONTINUE), cell("c", RESTART + span(2)), cell("d")),
        row(cell("", '<w:vMerge w:val="continue"/>'), cell("", span(2) + CONTINUE), cell("e")),
        row(cell("f", RESTART), cell("g", span(3))),
    )
    assert found == {
        "a": (0, 0, 3, 1), "b": (0, 1, 1, 3), "c": (1, 1, 2, 2), "d": (1, 3, 1, 1), "e": (2, 3, 1, 1),
        "f": (3, 0, 1, 1), "g": (3, 1, 1, 3),
    }  # fmt: skip


def test_columns_left_free_at_either_end_of_a_row_count() -> None:
    found = places(
        row(cell("a"), cell("b"), cell("c")),
        row(cell("d"), cell("e"), properties='<w:gridBefore w:val="1"/>'),
        row(cell("f"), properties='<w:gridAfter w:val="2"/>'),
    )
    assert found["d"] == (1, 1, 1, 1)
    assert found["f"] == (2, 0, 1, 1)


def test_the_older_horizontal_merge_widens_the_cell_before_it() -> None:
    joined = "<w:hMerge/>"
    found = places(
        row(cell("a", RESTART), cell("b", '<w:hMerge w:val="restart"/>'), cell("x", joined), cell("y", joined)),
        row(cell("", CONTINUE + '<w:hMerge w:val="restart"/>'), cell("", joined), cell("c"), cell("d")),
    )
    assert found == {"a": (0, 0, 2, 1), "b": (0, 1, 1, 3), "c": (1, 2, 1, 1), "d": (1, 3, 1, 1)}


def test_text_below_a_merged_cell_is_not_shown_and_a_merge_with_nothing_is_doubtful() -> None:
    (grid,) = grids(read(table(row(cell("a", RESTART), cell("b", CONTINUE)), row(cell("x", CONTINUE), cell("c")))))
    assert texts(grid) == [["a", "b"], ["c"]]
    assert [c.doubt for c in grid.rows[0]] == [None, "orphan_merge"]


def test_deleted_and_hidden_rows_and_cells_are_not_there() -> None:
    merged = table(
        row(cell("a", RESTART), cell("b")),
        row(cell("9"), cell("9"), properties="<w:del/>"),
        row(cell("9"), cell("9"), properties="<w:hidden/>"),
        row(cell("", CONTINUE), cell("9", "<w:cellDel/>"), cell("c"), properties="<w:ins/>"),
        row(cell("d", "<w:cellIns/>"), cell("e"), properties='<w:hidden w:val="0"/>'),
    )
    (grid,) = grids(read(merged))
    assert texts(grid) == [["a", "b"], ["c"], ["d", "e"]]
    assert (grid.rows[0][0].rowspan, grid.rows[1][0].row, grid.rows[1][0].col) == (2, 1, 1)


def test_older_properties_do_not_count() -> None:
    older = f"{span(2)}<w:tcPrChange><w:tcPr>{span(5)}{RESTART}</w:tcPr></w:tcPrChange>"
    assert places(row(cell("a", older)), row(cell("b"), cell("c")))["a"] == (0, 0, 1, 2)


def test_content_controls_around_rows_and_cells_are_nothing() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    found = places(
        control(row(control(cell("a")), cell("b"))), f"<w:customXml>{row(cell('c'), cell('d'))}</w:customXml>"
    )
    assert found == {"a": (0, 0, 1, 1), "b": (0, 1, 1, 1), "c": (1, 0, 1, 1), "d": (1, 1, 1, 1)}


def test_columns_of_a_ragged_table_without_spans_do_not_align() -> None:
    ragged = table(row(cell("a"), cell("b")), row(cell("c")))
    assert [grid.spanned for grid in grids(read(ragged))] == [False]


def test_paragraphs_in_a_cell_are_lines_and_empty_ones_none() -> None:
    (grid,) = grids(read(table(row(cell(paragraph("a") + "<w:p/>" + paragraph(" b ")), cell("")))))
    assert texts(grid) == [["a\nb", ""]]


def test_a_layout_table_is_dissolved() -> None:
    inner = table(row(cell("规章"), cell("0")))
    found = read(table(row(cell("左"), cell(paragraph("首页") + inner + paragraph("页脚")))))
    assert [type(block).__name__ for block in found.blocks] == ["Paragraph", "Paragraph", "Grid", "Paragraph"]
    assert lines(found) == ["左", "首页", "页脚"]
    assert [grid.index for grid in grids(found)] == [0]


def test_a_table_in_a_cell_that_frames_a_text_or_nothing_is_no_layout() -> None:
    frame, nothing = table(row(cell("5"))), table(row(cell(""), cell("")))
    (grid,) = grids(read(table(row(cell("规章"), cell(frame + "<w:p/>"), cell(nothing + paragraph("6"))))))
    assert texts(grid) == [["规章", "5", "6"]]


def test_a_table_with_a_page_of_text_in_one_cell_is_layout() -> None:
    page = cell("".join(paragraph(f"第{n}段") for n in range(20)))
    assert len(lines(read(table(row(page))))) == 20


def test_grids_are_numbered_in_reading_order_and_empty_tables_are_none() -> None:
    body = table(row(cell(""))) + table(row(cell("a"), cell(table(row(cell("b"), cell("c"))))))
    found = read(body + table(row(cell("d"), cell("e"))))
    assert [(grid.index, texts(grid)) for grid in grids(found)] == [(0, [["b", "c"]]), (1, [["d", "e"]])]


@pytest.mark.parametrize(
    ("body", "limits", "reason"),
    [
        (table(row(cell("1", span(10_000_000)))), Limits(), "too_many_columns"),
        (table(row(cell("1", span(10**30)))), Limits(), "too_many_columns"),
        (table(row(cell("1"), properties='<w:gridBefore w:val="10000000"/>')), Limits(), "too_many_columns"),
        (table(row(*[cell("1")] * 201)), Limits(), "too_many_columns"),
        (table(row(*[cell("1")] * 3) * 3), Limits(grid_cells=8), "too_many_cells"),
        (table("<w:tr/>" * 9), Limits(grid_cells=8), "too_many_cells"),
        (table(row(cell("1"))) * 4, Limits(grids=3), "too_many_tables"),
        ("<w:tbl><w:tr><w:tc>" * 60 + "</w:tc></w:tr></w:tbl>" * 60, Limits(), "too_deep"),
        ("<w:p><w:r><w:txbxContent>" * 60 + "</w:txbxContent></w:r></w:p>" * 60, Limits(), "too_deep"),
        (cell("1"), Limits(), "damaged"),
        (row(cell("1")), Limits(), "damaged"),
        (table(cell("1")), Limits(), "damaged"),
        (table(row(row(cell("1")))), Limits(), "damaged"),
        (table(row(cell(cell("1")))), Limits(), "damaged"),
        (table(row(paragraph("1") + cell("2"))), Limits(), "damaged"),
        (table(row(cell("1") + "<w:trPr><w:del/></w:trPr>")), Limits(), "damaged"),
    ],
)
def test_a_table_beyond_its_budget_or_out_of_place_is_refused(body: str, limits: Limits, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_document(docx(body), limits)
    assert caught.value.reason == reason


@pytest.mark.parametrize("columns", ["0", "-1", "x", "", "1.5"])
def test_an_absurd_span_is_one_column(columns: str) -> None:
    assert places(row(cell("a", f'<w:gridSpan w:val="{columns}"/>'), cell("b")))["b"] == (0, 1, 1, 1)
