"""The cells of a row go under their columns, or the row says why not: a number is never shifted into another column."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.extracting.tables.collector import RawRow, RawTable
from pipelines.extracting.tables.header import Columns
from pipelines.extracting.tables.placing import (
    GLUED,
    LONG_ROW,
    MERGED,
    SHORT_ROW,
    VALUES_MISSING,
    Shape,
    full_lengths,
    place,
    table_shape,
)
from pipelines.extracting.tables.rows import LogicalRow, Slot
from pipelines.forms.lexicon import ROW, Target

RULES = Target(ROW, "documents", "rules", "2021")
NOTHING: frozenset[int] = frozenset()


def cells(*texts: str, first: int = 1) -> tuple[Slot, ...]:
    """Return cells one grid column wide, side by side."""
    return tuple(Slot(text, 0, 0, first + n, first + n + 1, 0) for n, text in enumerate(texts))


def spans(*pieces: tuple[str, int, int]) -> tuple[Slot, ...]:
    """Return cells with the grid columns they cover."""
    return tuple(Slot(text, 0, 0, left, right, 0) for text, left, right in pieces)


def raw(
    slots: tuple[Slot, ...],
    *,
    label: str | None = "规章",
    marked: bool = True,
    assembled: bool = False,
    spanned: bool = False,
    cut: bool = False,
) -> RawRow:
    """Return the row that a label (None: an empty cell in its place) and the cells after it make."""
    whole = (*spans((label or "", 0, slots[0].col if slots else 1)), *slots)
    source = LogicalRow(whole, marked, assembled, spanned)
    return RawRow((RULES,) if label else (), label or "", slots, "label", 1.0, None, source, cut)


def columns(*starts: tuple[int, int], width: int = 3) -> Columns:
    """Return the columns of the documents table, with the grid columns of their headers where given."""
    ids = ("issued", "repealed", "in_force")[:width]
    return Columns(tuple((None, column) for column in ids), "label", True, starts, {})


def placed(
    row: RawRow, under: Columns | None = None, shape: Shape | None = None, full: frozenset[int] = NOTHING
) -> list[str | None] | str:
    """Return the texts by column (None: not there), or the problem."""
    slots, problem = place(row, under or columns(), shape, full)
    return problem or [None if slot is None else slot.text for slot in slots]


PIPED: dict[str, Any] = {"assembled": True}
GRID: dict[str, Any] = {"spanned": True}
LINES: dict[str, Any] = {"marked": False, "assembled": True}


@pytest.mark.parametrize("source", [PIPED, GRID, LINES, {}])
def test_a_row_with_a_number_for_every_column_is_placed_in_order(source: dict[str, Any]) -> None:
    assert placed(raw(cells("1", "2", "3"), **source)) == ["1", "2", "3"]


@pytest.mark.parametrize(("texts", "problem"), [(("1", "2"), SHORT_ROW), (("1", "2", "3", "4"), LONG_ROW)])
@pytest.mark.parametrize("source", [PIPED, GRID, LINES, {}])
def test_more_or_fewer_numbers_than_columns_are_never_shifted(
    texts: tuple[str, ...], problem: str, source: dict[str, Any]
) -> None:
    row = raw(cells(*texts), **source)
    assert placed(row) == problem
    assert place(row, columns(), None, NOTHING).slots == row.slots  # what was printed stays with the problem


def test_a_row_of_lines_with_a_blank_among_its_cells_is_taken_as_it_stands() -> None:
    assert placed(raw(cells("1", "", "3"), **LINES)) == ["1", "", "3"]


def test_a_label_without_any_cell_has_lost_its_values() -> None:
    assert place(raw(()), columns(), None, NOTHING) == ((), VALUES_MISSING)


# --- the document ends in a row


def test_of_a_row_the_document_ends_in_what_is_printed_stays_and_the_rest_is_absent() -> None:
    shape = Shape(3, 0, 3)
    assert placed(raw(cells("1", "2"), assembled=True, cut=True), shape=shape) == ["1", "2", None]
    assert placed(raw(cells("1"), assembled=True, cut=True), shape=shape) == ["1", None, None]
    assert placed(raw((), cut=True)) == [None, None, None]


@pytest.mark.parametrize("shape", [None, Shape(4, 1, 4)])
def test_a_cut_row_is_only_placed_where_the_rows_above_show_where_values_begin(shape: Shape | None) -> None:
    assert placed(raw(cells("1", "2"), assembled=True, cut=True), shape=shape) == SHORT_ROW


def test_a_cut_row_without_cell_marks_may_have_lost_blanks() -> None:
    assert placed(raw(cells("1", "2"), cut=True, **LINES), shape=Shape(3, 0, 3)) == SHORT_ROW


def test_a_cut_row_that_is_whole_is_placed_as_any_other() -> None:
    assert placed(raw(cells("1", "2", "3"), assembled=True, cut=True), shape=Shape(3, 0, 3)) == ["1", "2", "3"]
    assert placed(raw(cells("1", "2", "3", "4"), assembled=True, cut=True), shape=Shape(3, 0, 3)) == LONG_ROW


# --- glued zeros


@pytest.mark.parametrize("source", [PIPED, GRID, LINES])
def test_as_many_zeros_as_columns_are_one_zero_in_each(source: dict[str, Any]) -> None:
    assert placed(raw(cells("000"), **source)) == ["0", "0", "0"]


@pytest.mark.parametrize("zeros", ["00", "0000"])
def test_another_count_of_zeros_cannot_be_divided(zeros: str) -> None:
    row = raw(cells(zeros))
    assert place(row, columns(), None, NOTHING) == (row.slots, GLUED)


def test_zeros_are_only_divided_where_they_are_the_whole_row() -> None:
    assert placed(raw(cells("000", ""), assembled=True)) == SHORT_ROW
    assert placed(raw(cells("0"), assembled=True)) == SHORT_ROW
    assert placed(raw(cells("100"), assembled=True)) == SHORT_ROW


def test_in_a_table_of_one_column_zeros_stay_as_printed() -> None:
    assert placed(raw(cells("00")), columns(width=1)) == ["00"]
    assert placed(raw(cells("00")), columns(width=2)) == ["0", "0"]


# --- one cell over all columns

UNDER_HEADER = columns((1, 2), (2, 3), (3, 4))


@pytest.mark.parametrize("text", ["", "本单位未制作规章"])
def test_a_merged_cell_without_a_figure_holds_for_every_column(text: str) -> None:
    assert placed(raw(spans((text, 1, 4)), spanned=True), UNDER_HEADER) == [text, text, text]


@pytest.mark.parametrize("text", ["5", "0", "-", "/", "无", "共5件", "增"])
def test_a_merged_number_or_nil_mark_cannot_be_divided(text: str) -> None:
    row = raw(spans((text, 1, 4)), spanned=True)
    assert placed(row, UNDER_HEADER) == MERGED
    assert place(row, UNDER_HEADER, None, NOTHING).slots == row.slots


def test_a_merged_cell_may_be_wider_than_the_columns_and_stand_beside_blanks() -> None:
    row = raw(spans(("", 0, 1), ("未发生", 1, 6), ("", 6, 7)), spanned=True)
    assert placed(row, UNDER_HEADER) == ["未发生"] * 3


@pytest.mark.parametrize(
    "pieces",
    [
        (("未发生", 1, 4), ("3", 4, 5)),  # another filled cell stands in the row
        (("未发生", 1, 3), ("", 3, 4)),  # the last column is not covered
        (("", 1, 2), ("未发生", 2, 4)),  # the first column is not covered
    ],
)
def test_a_cell_is_merged_only_if_it_covers_all_columns_alone(pieces: tuple[tuple[str, int, int], ...]) -> None:
    assert placed(raw(spans(*pieces), spanned=True), UNDER_HEADER) == SHORT_ROW


def test_nothing_is_merged_where_the_header_has_no_places_or_one_column() -> None:
    assert placed(raw(spans(("未发生", 1, 4)), spanned=True)) == SHORT_ROW
    assert placed(raw(spans(("5", 1, 4)), spanned=True), columns((1, 4), width=1)) == ["5"]
    assert placed(raw(spans(("无此项", 1, 3)), spanned=True), columns((1, 2), (2, 3), width=2)) == ["无此项"] * 2


# --- blanks, and where the first value stands


@pytest.mark.parametrize(
    ("texts", "offset", "expected"),
    [
        (("", "1", "2", ""), 1, ["1", "2", ""]),
        (("", "1", "2", ""), 0, ["", "1", "2"]),
        (("", "1", "", "3"), 1, ["1", "", "3"]),
        (("1", "", "3", ""), 0, ["1", "", "3"]),
        (("", "", "2", ""), 1, ["", "2", ""]),
    ],
)
@pytest.mark.parametrize("source", [PIPED, {}])
def test_a_blank_beside_numbers_is_placed_as_the_complete_rows_are(
    texts: tuple[str, ...], offset: int, expected: list[str], source: dict[str, Any]
) -> None:
    assert placed(raw(cells(*texts), **source), shape=Shape(4, offset, 4)) == expected


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        (("", "1", "2", ""), None),  # no complete row tells
        (("", "1", "2", ""), Shape(5, 1, 5)),  # the complete rows have another length
        (("", "1", "2", ""), Shape(4, 2, 4)),  # the values of complete rows begin elsewhere
        (("", "1", "", "3"), Shape(4, 0, 4)),
        (("1", "", "3", ""), Shape(4, 1, 4)),
        (("1", "", "3", ""), Shape(5, 0, 5)),
        (("1", "", "3", ""), Shape(4, 0, 5)),
    ],
)
def test_a_blank_that_no_complete_row_explains_leaves_the_row_unplaced(
    texts: tuple[str, ...], shape: Shape | None
) -> None:
    assert placed(raw(cells(*texts), assembled=True), shape=shape) == LONG_ROW


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("", "", "3"), ["", "", "3"]),
        (("1", "", "3"), ["1", "", "3"]),
        (("1", "2", ""), LONG_ROW),
        (("1", "", ""), LONG_ROW),
        (("", "1", "", "3"), LONG_ROW),
        (("1", "", "3", ""), LONG_ROW),
    ],
)
def test_blank_cells_at_the_end_of_a_pipe_row_may_be_padding(texts: tuple[str, ...], expected: list[str] | str) -> None:
    found = placed(raw(cells(*texts), assembled=True))
    # With a cell too many a number in the last column still proves where the row begins.
    assert found == (["1", "", "3"] if texts == ("1", "", "3", "") else expected)


@pytest.mark.parametrize("texts", [("1", "", "3"), ("1", "2", ""), ("", "", "3")])
def test_without_a_complete_row_a_row_with_blanks_must_have_its_full_length(texts: tuple[str, ...]) -> None:
    row = raw(cells(*texts))
    assert placed(row, full=frozenset({3})) == list(texts)
    assert placed(row, full=frozenset({4})) == LONG_ROW
    spanned = raw(cells(*texts), spanned=True)  # with spans the label's grid columns count, too
    assert placed(spanned, full=frozenset({4})) == list(texts)
    assert placed(spanned, full=frozenset({3})) == LONG_ROW


def test_between_pipes_one_number_after_a_blank_cell_proves_no_column() -> None:
    one = columns(width=1)
    assert placed(raw(cells("", "5"), assembled=True), one, Shape(2, 1, 2)) == LONG_ROW
    assert placed(raw(cells("5", ""), assembled=True), one) == ["5"]
    assert placed(raw(cells("5", ""), assembled=True), one, Shape(3, 0, 3)) == ["5"]
    assert placed(raw(cells("", "1", "2"), assembled=True), columns(width=2)) == ["1", "2"]
    assert placed(raw(cells("", "5"), spanned=True), one) == ["5"]


@pytest.mark.parametrize(("count", "source"), [(2, PIPED), (4, PIPED), (4, GRID), (3, GRID)])
def test_a_row_of_blanks_is_blank_in_every_column(count: int, source: dict[str, Any]) -> None:
    assert placed(raw(cells(*[""] * count), **source)) == ["", "", ""]


def test_a_row_without_its_label_cell_is_not_placed_by_its_length_alone() -> None:
    texts = ("1", "", "3")
    assert placed(raw(cells(*texts), spanned=True), full=frozenset({4})) == list(texts)
    assert placed(raw(cells(*texts), label=None, spanned=True), full=frozenset({4})) == LONG_ROW
    assert placed(raw(cells(*texts), label=None), full=frozenset({3})) == list(texts)
    bare = raw(cells(*texts), label=None, spanned=True)  # every cell of the source was kept: none was the label's
    assert placed(bare._replace(source=bare.source._replace(slots=bare.slots)), full=frozenset({4})) == list(texts)
    assert placed(raw(cells("1", "2", "3"), label=None, spanned=True)) == ["1", "2", "3"]


# --- spans

SHIFTED = Shape(4, 1, 5, (2, 3, 4))


@pytest.mark.parametrize(
    ("texts", "expected"), [(("", "1", "2", ""), ["1", "2", ""]), (("", "1", "", "3"), ["1", "", "3"])]
)
def test_under_spans_a_row_with_blanks_must_stand_in_the_grid_columns_of_the_complete_rows(
    texts: tuple[str, ...], expected: list[str]
) -> None:
    assert placed(raw(cells(*texts), spanned=True), shape=SHIFTED) == expected
    assert placed(raw(cells(*texts), spanned=True), shape=SHIFTED._replace(starts=(1, 2, 3))) == LONG_ROW
    assert placed(raw(cells(*texts)), shape=SHIFTED._replace(starts=(1, 2, 3), length=4)) == expected


def test_as_many_cells_as_columns_need_no_grid_columns() -> None:
    row = raw(cells("1", "", "3"), spanned=True)
    assert placed(row, shape=Shape(3, 0, 4, (5, 6, 7))) == ["1", "", "3"]


WIDE = columns((2, 4), (4, 6), (6, 8))
FULL = frozenset({8})


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ((("1", 2, 3), ("", 3, 4), ("", 4, 6), ("3", 6, 8)), ["1", "", "3"]),
        ((("", 2, 3), ("1", 3, 4), ("2", 4, 6), ("", 6, 8)), ["1", "2", ""]),
        ((("1", 2, 4), ("", 4, 6), ("", 6, 7), ("3", 7, 8)), ["1", "", "3"]),
        ((("", 1, 2), ("1", 2, 4), ("", 4, 6), ("3", 6, 8)), ["1", "", "3"]),
    ],
)
def test_slivers_of_the_layout_are_placed_under_the_header_they_stand_under(
    pieces: tuple[tuple[str, int, int], ...], expected: list[str]
) -> None:
    row = raw(spans(*pieces), spanned=True)
    assert placed(row, WIDE, full=FULL) == expected
    assert placed(row, WIDE, full=frozenset({7})) == LONG_ROW  # a row that is not whole lost a cell somewhere


@pytest.mark.parametrize(
    "pieces",
    [
        (("1", 2, 3), ("2", 3, 4), ("", 4, 6), ("3", 6, 8)),  # two texts under one header
        (("1", 2, 3), ("", 3, 4), ("2", 4, 7), ("3", 7, 8)),  # a cell that ends under the next header
        (("1", 1, 3), ("", 3, 4), ("2", 4, 6), ("3", 6, 8)),  # a cell that begins left of its header
        (("7", 1, 2), ("", 2, 4), ("", 4, 6), ("3", 6, 8)),  # a text left of all headers
        (("1", 2, 4), ("", 4, 6), ("", 6, 8), ("9", 8, 9)),  # and right of them
        (("1", 2, 3), ("", 3, 4), ("", 6, 7), ("3", 7, 8)),  # no cell under a header
    ],
)
def test_what_stands_under_no_single_header_leaves_the_row_unplaced(pieces: tuple[tuple[str, int, int], ...]) -> None:
    assert placed(raw(spans(*pieces), spanned=True), WIDE, full=FULL | {9}) == LONG_ROW


def test_a_number_stays_under_its_header_where_a_count_of_cells_would_shift_it() -> None:
    row = raw(spans(("1", 2, 3), ("", 3, 4), ("2", 4, 6), ("", 6, 8)), spanned=True)
    assert placed(row, WIDE, full=FULL) == ["1", "2", ""]


def test_headers_are_followed_only_where_every_column_has_its_place_and_the_source_its_spans() -> None:
    pieces = (("1", 2, 3), ("", 3, 4), ("", 4, 6), ("3", 6, 8))
    assert placed(raw(spans(*pieces), spanned=True), columns((2, 4), (4, 8)), full=FULL) == LONG_ROW
    assert placed(raw(spans(*pieces)), WIDE, full=frozenset({4, 8})) == LONG_ROW


# --- what the complete rows of a table agree on


def test_the_shape_of_a_table_is_that_of_most_of_its_complete_rows() -> None:
    shifted, flush = ("", "1", "2", "3"), ("1", "2", "3", "")
    rows = [raw(cells(*texts)) for texts in (flush, shifted, shifted)]
    assert table_shape(rows, 3) == Shape(4, 1, 4)
    assert table_shape(rows[:1], 3) == Shape(4, 0, 4)


@pytest.mark.parametrize("texts", [("1", "2", ""), ("1", "", "2", "3"), ("1", "2", "3", "4"), ("", "", "")])
def test_a_row_is_complete_with_exactly_one_filled_cell_for_every_column_side_by_side(texts: tuple[str, ...]) -> None:
    assert table_shape([raw(cells(*texts))], 3) is None


def test_under_spans_the_shape_tells_the_grid_columns_of_the_values() -> None:
    row = raw(spans(("", 2, 3), ("1", 3, 5), ("2", 5, 6), ("3", 6, 9)), spanned=True)
    assert table_shape([row], 3) == Shape(4, 1, 9, (3, 5, 6))


def table(*rows: RawRow, name: str = "documents", edge: int = 9) -> RawTable:
    return RawTable(name, rows=list(rows), edge=edge)


def test_the_header_tells_the_full_length_without_its_label_cell() -> None:
    assert full_lengths(table(raw(cells("1", "2", "3"))), two_level=False) == {8}
    assert full_lengths(table(raw(cells("1", "2", "3"), spanned=True)), two_level=False) == {9}


def test_a_header_on_two_levels_tells_no_length_without_spans() -> None:
    assert full_lengths(table(raw(cells("1", "2", "3"))), two_level=True) == set()
    assert full_lengths(table(raw(cells("1", "2", "3"), spanned=True)), two_level=True) == {9}


def test_reviews_have_no_label_cell() -> None:
    assert full_lengths(table(raw(cells("1")), name="reviews"), two_level=False) == {9}


@pytest.mark.parametrize(("count", "shared"), [(2, set()), (3, {3}), (4, {3})])
def test_many_rows_of_one_length_tell_it(count: int, shared: set[int]) -> None:
    rows = [raw(cells("1", "2", "")) for _ in range(count)]
    assert full_lengths(table(*rows), two_level=True) == shared
    assert full_lengths(table(*rows), two_level=False) == shared | {8}
    assert full_lengths(table(*rows, name="reviews"), two_level=False) == shared | {9}


def test_rows_of_different_lengths_tell_none_and_rows_without_cells_do_not_count() -> None:
    rows = [raw(cells("1", "2", "")) for _ in range(3)]
    nothing = rows[0]._replace(slots=(), source=rows[0].source._replace(slots=()))
    assert full_lengths(table(*rows, raw(cells("1"))), two_level=True) == set()
    assert full_lengths(table(*rows, nothing), two_level=True) == {3}
