"""A table that goes on over a page break: rows and labels that it cuts are whole again, or their cells in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.reading.document import Cell
from pipelines.reading.scan.doubts import SIGN_MAY_BE_LOST
from pipelines.reading.scan.joining import CUT_ROW, WRAPPED, ScannedTable, joined

RULES = (0.0, 0.1, 0.4, 0.6, 0.8, 1.0)
LABEL, MORE = "2.申请人逾期未\n按收费通知要求", "缴纳费用、不再\n处理其申请"


def cell(text: str, row: int, col: int, rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(text, row, col, rowspan, colspan, 0, None, None)


def row(number: int, *texts: str) -> list[Cell]:
    """Return a row without the first column, whose label stands over several rows."""
    return [cell(text, number, col + 1) for col, text in enumerate(texts)]


def above(*last: str) -> ScannedTable:
    rows = [[cell("(六)其他", 0, 0, 2), *row(0, "1.申请人无正当\n理由", "4", "", "7")], row(1, *last)]
    return ScannedTable(rows, RULES, 450.0, frozenset(), is_open_above=False, is_open_below=True)


def below(*first: str, group: str = "", rowspan: int = 2) -> ScannedTable:
    rows = [[cell(group, 0, 0, rowspan), *row(0, *first)], row(1, "3.其他", "0", "5", "")]
    if rowspan == 1:
        rows[1] = [cell("(七)总计", 1, 0, 1, 2), *row(1, "", "0", "5", "")[1:]]
    return ScannedTable(rows, RULES, 450.0, frozenset(), is_open_above=True, is_open_below=False)


def texts(table: ScannedTable | None) -> list[list[tuple[int, int, str]]]:
    assert table is not None
    return [[(each.row, each.col, each.text.replace("\n", "")) for each in line] for line in table.rows]


def doubted(table: ScannedTable | None) -> list[tuple[int, int]]:
    assert table is not None
    return [(each.row, each.col) for line in table.rows for each in line if each.doubt == CUT_ROW]


WHOLE = (LABEL + MORE).replace("\n", "")


def test_a_row_that_the_break_cuts_is_one() -> None:
    table = joined(above(LABEL, "12", "", "3"), below(MORE, "", "", ""))
    assert texts(table)[1:] == [
        [(1, 1, WHOLE), (1, 2, "12"), (1, 3, ""), (1, 4, "3")],
        [(2, 1, "3.其他"), (2, 2, "0"), (2, 3, "5"), (2, 4, "")],
    ]
    assert doubted(table) == []
    assert table is not None
    assert [(each.text, each.rowspan) for each in table.rows[0][:1]] == [("(六)其他", 3)]


def test_figures_of_a_cut_row_may_stand_on_its_second_page() -> None:
    table = joined(above(LABEL, "", "", ""), below(MORE, "12", "", "3"))
    assert texts(table)[1] == [(1, 1, WHOLE), (1, 2, "12"), (1, 3, ""), (1, 4, "3")]
    assert doubted(table) == []


def test_a_label_over_several_rows_that_ends_with_the_cut_row_ends_there() -> None:
    table = joined(above(LABEL, "12", "", "3"), below(MORE, "", "", "", rowspan=1))
    assert texts(table)[2] == [(2, 0, "(七)总计"), (2, 2, "0"), (2, 3, "5"), (2, 4, "")]
    assert table is not None
    assert table.rows[0][0].rowspan == 2


def test_what_is_doubtful_of_a_piece_is_doubtful_of_the_whole() -> None:
    second = below(MORE, "12", "", "3")
    second.rows[0][2] = second.rows[0][2]._replace(doubt="broken_rule")
    table = joined(above(LABEL, "", "", ""), second)
    assert table is not None
    assert [each.doubt for each in table.rows[1]] == [None, "broken_rule", None, None]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param((LABEL, "1", "", "3"), (MORE, "2", "", ""), id="a figure on both pages"),
        pytest.param((LABEL, "1", "", ""), (MORE, "", "2", ""), id="figures on each of the pages"),
        pytest.param((LABEL, "12\n件", "", ""), (MORE, "件", "", ""), id="a unit alone"),
        pytest.param(("2.重复", "12", "", "3"), (MORE, "", "", ""), id="a label that had room for more"),
        pytest.param((LABEL, "12", "", "3"), ("", "", "5", ""), id="no label"),
        pytest.param(("", "12", "", "3"), (MORE, "", "", ""), id="no label above"),
        pytest.param((LABEL, "12", "", "3"), ("12", "", "", ""), id="a figure as a label"),
    ],
)
def test_rows_that_may_be_two_stay_two_and_their_blanks_are_doubtful(
    first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    table = joined(above(*first), below(*second))
    assert len(texts(table)) == 4
    assert [text for _, col, text in texts(table)[2] if col] == [text.replace("\n", "") for text in second]
    # What is blank on both pages is blank, whether they are two rows or one.
    both = [(text, more) for text, more in zip(first, second, strict=True)]
    blank = [(1, col + 1) for col, (text, more) in enumerate(both) if more and not text]
    assert doubted(table) == blank + [(2, col + 1) for col, (text, more) in enumerate(both) if text and not more]


def wrapped(table: ScannedTable | None) -> list[str]:
    assert table is not None
    return [each.text for line in table.rows for each in line if each.doubt == WRAPPED]


def test_a_number_that_the_break_may_cut_is_in_doubt() -> None:
    table = joined(above("2.重复", "97", "", "110"), below("", "", "", "7"))
    assert wrapped(table) == ["110", "7"]
    assert doubted(table) == [(2, 1), (2, 2)]


@pytest.mark.parametrize(("full", "in_doubt"), [([], []), ([3, 4], ["110", "7"])])
def test_beside_a_label_that_may_go_on_it_is_in_doubt_where_it_fills_its_cell(
    full: list[int], in_doubt: list[str]
) -> None:
    first = replace(above(LABEL, "97", "", "110"), full=frozenset(full))
    assert wrapped(joined(first, below(MORE, "5", "", "7"))) == in_doubt


def test_a_sign_that_may_be_lost_does_not_hide_it() -> None:
    first = above("2.重复", "97", "", "110")
    first.rows[1] = [each._replace(doubt=SIGN_MAY_BE_LOST) if each.text.isdecimal() else each for each in first.rows[1]]
    assert wrapped(joined(first, below("", "", "", "7"))) == ["110", "7"]


def test_figures_of_a_row_with_a_number_are_its_own() -> None:
    first = replace(above("2.重复", "97", "", "110"), full=frozenset({4}))
    assert wrapped(joined(first, below("3.出版物", "5", "", "7"))) == []


def test_the_blank_rest_of_a_row_is_no_row() -> None:
    first = replace(above("2.重复", "12", "", "3"), is_open_below=False)
    second = replace(below("", "", "", "", group="处理"), is_open_above=False)
    table = joined(first, second)
    assert texts(table)[1:] == [
        [(1, 1, "2.重复"), (1, 2, "12"), (1, 3, ""), (1, 4, "3")],
        [(2, 0, "处理"), (2, 1, "3.其他"), (2, 2, "0"), (2, 3, "5"), (2, 4, "")],
    ]
    assert doubted(table) == []


def test_a_page_that_holds_the_blank_rest_of_a_row_alone_adds_nothing() -> None:
    second = ScannedTable([row(0, "", "", "", "")], RULES, 450.0, frozenset(), is_open_above=True)
    assert len(texts(joined(above("2.重复", "12", "", "3"), second))) == 2


@pytest.mark.parametrize("doubt", [True, False])
def test_a_blank_row_below_a_header_or_one_in_doubt_stays(doubt: bool) -> None:
    last = ("2.重复", "12", "", "3") if doubt else ("结果", "结果", "其他", "总计")
    second = below("", "", "", "")
    if doubt:
        second.rows[0][2] = second.rows[0][2]._replace(doubt="faint_ink")
    assert len(texts(joined(above(*last), second))) == 4


@pytest.mark.parametrize("text", ["（五", "(五)", "五、"])
def test_a_label_over_several_rows_that_is_a_number_alone_goes_on(text: str) -> None:
    first = above("2.重复", "12", "", "3")
    first.rows[0][0] = cell(text, 0, 0, 2)
    table = joined(first, below("3.出版物", "5", "", "7", group="不予\n处理"))
    assert table is not None
    assert (table.rows[0][0].text, table.rows[0][0].rowspan) == (f"{text}\n不予\n处理", 4)


def test_a_numbered_label_begins_a_row_of_its_own() -> None:
    table = joined(above(LABEL, "12", "", "3"), below("3.缴纳费用的", "", "", ""))
    assert len(texts(table)) == 4
    assert doubted(table) == []


@pytest.mark.parametrize("closed", ["above", "below"])
def test_a_rule_at_the_break_ends_a_row(closed: str) -> None:
    first, second = above(LABEL, "12", "", "3"), below(MORE, "", "", "")
    if closed == "above":
        first = replace(first, is_open_below=False)
    else:
        second = replace(second, is_open_above=False)
    assert len(texts(joined(first, second))) == 4


def test_columns_that_differ_at_the_break_are_not_put_together() -> None:
    second = below(MORE, "", "", "")
    second.rows[0] = [*second.rows[0][:2], cell("", 0, 2, 1, 2), cell("", 0, 4)]
    assert len(texts(joined(above(LABEL, "12", "", "3"), second))) == 4


def test_another_label_over_several_rows_is_not_put_to_the_one_above() -> None:
    table = joined(above(LABEL, "12", "", "3"), below(MORE, "", "", "", group="(七)总计"))
    assert len(texts(table)) == 4
    assert (2, 0, "(七)总计") in texts(table)[2]
