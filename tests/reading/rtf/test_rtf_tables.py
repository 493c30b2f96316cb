"""Tables of Rich Text: where cells stand, however their rows are defined."""

from __future__ import annotations

from pipelines.reading import Paragraph
from tests.reading.rtf.rtf_files import cells, document, grids, row


def places(body: str) -> dict[str, tuple[int, int, int, int]]:
    """Return row, column, and spans of each cell by its text."""
    return {cell.text: (cell.row, cell.col, cell.rowspan, cell.colspan) for cell in cells(body)}


def texts(body: str) -> list[list[str]]:
    return [[cell.text for cell in found] for grid in grids(body) for found in grid.rows]


def doubts(body: str) -> set[str | None]:
    return {cell.doubt for cell in cells(body)}


def test_cells_stand_in_columns_by_their_edges() -> None:
    body = row("a", "b", edges=(1000, 3000)) + row("c", "d", "e", edges=(1000, 2000, 3010))
    assert places(body) == {
        "a": (0, 0, 1, 1), "b": (0, 1, 1, 2), "c": (1, 0, 1, 1), "d": (1, 1, 1, 1), "e": (1, 2, 1, 1),
    }  # fmt: skip


def test_merged_cells() -> None:
    body = (
        r"\trowd\clvmgf\cellx1000\clmgf\cellx2000\clmrg\cellx3000\pard\intbl a\cell b\cell\cell\row "
        r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\pard\intbl\cell c\cell d\cell\row "
    )
    assert places(body) == {"a": (0, 0, 2, 1), "b": (0, 1, 1, 2), "c": (1, 1, 1, 1), "d": (1, 2, 1, 1)}
    assert doubts(body) == {None}


def test_text_in_a_cell_that_is_merged_away_is_doubted() -> None:
    body = r"\trowd\clmgf\cellx1000\clmrg\cellx2000\pard\intbl 1\cell 2\cell\row "
    assert [(cell.text, cell.doubt) for cell in cells(body)] == [("1\n2", "merged_text")]


def test_cells_without_width_belong_to_the_one_before() -> None:
    body = r"\trowd\cellx2000\clvmrg\cellx2000\cellx3000\pard\intbl a\cell\cell b\cell\row " + row("c", "d", "e")
    assert places(body)["a"] == (0, 0, 1, 2) and places(body)["b"] == (0, 2, 1, 1)


def test_a_row_that_begins_farther_right() -> None:
    body = row("a", "b") + row("c", edges=(2000,), before=r"\trleft1000")
    assert places(body)["c"] == (1, 1, 1, 1)
    body = row("a", "b") + row("c", edges=(2000,), before=r"\trftsWidthB3\trwWidthB1000")
    assert places(body)["c"] == (1, 1, 1, 1)


def test_a_definition_may_stand_behind_the_cells_twice_or_hold_for_the_next_row() -> None:
    definition = r"\trowd\cellx1000\cellx2000 "
    body = (
        rf"\pard\intbl a\par a\cell b\cell\pard\intbl {definition}\row "
        rf"{definition}\pard\intbl c\cell d\cell {definition}\row \pard\intbl e\cell f\cell\row "
    )
    assert texts(body) == [["a\na", "b"], ["c", "d"], ["e", "f"]]
    assert doubts(body) == {None}


def test_a_row_that_does_not_fit_its_definition_is_doubted() -> None:
    assert doubts(row("a", "1", "2", edges=(1000, 2000))) == {"row_shape"}
    assert doubts(row("a", "1") + row("b", "1", "2", edges=(1000, 2000))) == {"row_shape"}  # columns do not align
    assert doubts(r"\pard\intbl a\cell 1\cell\row ") == {"row_shape"}
    assert doubts(row("a", "1", "2", edges=(1000, 3000, 2000))) == {"row_shape"}


def test_cells_that_no_word_puts_into_a_table_are_in_one() -> None:
    body = r"\trowd\cellx1000\cellx2000\pard a\par a\cell b\cell\row "
    assert texts(body) == [["a\na", "b"]]


def test_lines_behind_a_table_whose_properties_were_not_reset_are_lines() -> None:
    blocks = document(row("a", "b") + r"文一\par 文二\par " + row("c", "d")).blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["文一", "文二"]
    assert texts(row("a", "b") + r"文\par " + row("c", "d")) == [["a", "b"], ["c", "d"]]


def test_a_table_in_a_cell_makes_the_outer_one_layout() -> None:
    shape = r"{\*\nesttableprops\trowd\cellx500\cellx1000\nestrow}{\nonesttables\par}"
    inner = r"\pard\intbl\itap2 1\nestcell 2\nestcell"
    body = rf"\trowd\cellx3000\cellx5000\pard\intbl 外\par {inner}{shape}\pard\intbl\cell x\cell\row "
    assert texts(body) == [["1", "2"]]
    assert [block.text for block in document(body).blocks if isinstance(block, Paragraph)] == ["外", "x"]


def test_a_deleted_row_is_none_and_a_deleted_cell_mark_is_doubted() -> None:
    deleted = (
        r"\trowd\cellx1000\cellx2000\pard\intbl{\deleted 1}{\deleted\cell}{\deleted 2}{\deleted\cell}{\deleted\row}"
    )
    assert texts(row("a", "b") + deleted + row("c", "d")) == [["a", "b"], ["c", "d"]]


def test_lines_and_paragraphs_of_a_cell() -> None:
    assert cells(row("a", r"1\line 2\par\tab 3"))[1].text == "1\n2\n3"
