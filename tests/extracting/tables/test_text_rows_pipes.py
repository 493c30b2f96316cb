"""Cells between pipes: a mark tells that a cell is blank, and only marks that touch are padding."""

from __future__ import annotations

import pytest

from tests.extracting.tables.assembled import (
    LED,
    NORMATIVE,
    PIPES,
    RULES,
    collected,
    rows,
)


@pytest.mark.parametrize(
    "body",
    [
        f"{RULES} | 1 | | 3\n{NORMATIVE} | 4 | 5 | 6\n",
        f"{RULES} |\n1 |\n|\n3\n{NORMATIVE} |\n4 |\n5 |\n6\n",
        f"{RULES}\n|\n1\n|\n|\n3\n{NORMATIVE}\n|\n4\n|\n5\n|\n6\n",
    ],
)
def test_a_mark_tells_that_a_cell_is_blank(body: str) -> None:
    table = collected(PIPES + body).tables[0]
    assert [(row.label, [slot.text for slot in row.slots]) for row in table.rows] == [
        (RULES, ["1", "", "3"]),
        (NORMATIVE, ["4", "5", "6"]),
    ]
    assert all(row.source.marked for row in table.rows)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("1 | 2 | 3 |", ["1", "2", "3"]),
        ("1 | 2 | |", ["1", "2", ""]),
        ("| | |", ["", "", ""]),
        ("| 2 | |", ["", "2", ""]),
        ("1 | 2 | 3 | |", ["1", "2", "3", ""]),
    ],
)
def test_blank_cells_at_the_ends_of_a_row_of_pipes_are_kept(cells: str, expected: list[str]) -> None:
    closed = PIPES.rstrip() + " |\n"
    assert rows(f"{closed}{RULES} | {cells}\n{NORMATIVE} | 4 | 5 | 6 |\n")[0] == (RULES, expected)
    assert rows(f"{closed}{NORMATIVE} | 4 | 5 | 6 |\n{RULES} | {cells}\n")[-1] == (RULES, expected)
    assert rows(f"{LED}| {RULES} | {cells}\n| {NORMATIVE} | 4 | 5 | 6 |\n")[0] == (RULES, expected)
    assert rows(f"{LED}| {NORMATIVE} | 4 | 5 | 6 |\n| {RULES} | {cells}\n")[-1] == (RULES, expected)


def test_a_blank_cell_lies_where_the_next_text_is() -> None:
    row = collected(f"{PIPES}{RULES} | | 2 | |\n{NORMATIVE} | 4\n").tables[0].rows[0]
    assert [(slot.text, slot.grid, slot.line) for slot in row.slots] == [("", 7, 3), ("2", 7, 3), ("", 7, 4)]


@pytest.mark.parametrize("below", ["第二十条第（五）项", "信息内容", NORMATIVE])
def test_whatever_stands_below_a_row_of_pipes_its_blank_end_is_kept(below: str) -> None:
    assert rows(f"{LED}| {RULES} | 1 | 2 | |\n| {below} |\n")[0] == (RULES, ["1", "2", ""])


def test_words_after_a_full_row_of_pipes_are_a_surplus_cell_on_its_line_and_a_label_below_it() -> None:
    surplus = f"{RULES} | 1 | 2 | 3 | 备注 |\n"
    assert rows(f"{LED}| {surplus}| {NORMATIVE} | 4 | 5 | 6 |\n")[0] == (RULES, ["1", "2", "3", "备注"])
    assert rows(f"{LED}| {RULES} | 1 | 2 | 3 |\n| 甲 | 4 | 5 | 6 |\n")[1] == ("甲", ["4", "5", "6"])
    assert rows(f"{PIPES}{RULES} | 1 | 2 | 3\n甲 | 4 | 5 | 6\n")[1] == ("甲", ["4", "5", "6"])
    assert rows(f"{RULES} 1 2 3 备注 {NORMATIVE} 4 5 6")[0] == (RULES, ["1", "2", "3", "备注"])


def test_below_a_full_row_of_pipes_without_a_mark_another_row_begins() -> None:
    table = collected(f"{PIPES}{RULES} | 1 | 2 | 3\n4 | 5 | 6\n{NORMATIVE} | 7 | 8 | 9\n").tables[0]
    assert [[slot.text for slot in row.slots] for row in table.rows] == [[*"123"], [*"456"], [*"789"]]
    assert all(row.source.marked for row in table.rows)


def test_words_in_a_full_row_of_pipes_begin_another_only_where_they_stand_on_a_line_of_their_own() -> None:
    led = f"{LED}| {RULES} | 1 | 2 | 3 |"
    assert rows(f"{led} 备注 | 甲 |\n")[0] == (RULES, ["1", "2", "3", "备注", "甲"])
    assert rows(f"{led}\n备注 |\n")[0] == (RULES, ["1", "2", "3", "备注"])
    assert rows(f"{PIPES}{RULES} | 1 | 2 |\n备注 | 4 | 5 | 6 |\n")[0] == (RULES, ["1", "2", "备注", "4", "5", "6"])


def test_before_a_header_in_pipes_nothing_is_a_row() -> None:
    bare = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
    for marks in ("", "|\n", "||\n"):
        assert rows(f"{marks}{bare}| | | 5 | 6 |\n")[0][1][-2:] == ["5", "6"]
    assert rows(f"{bare}| | | 5 | 6 |\n") == [("", ["", "5", "6"])]


@pytest.mark.parametrize("below", [NORMATIVE, "第二十条第（五）项", "信息内容"])
def test_a_lone_mark_above_each_row_opens_it_and_is_no_blank_cell(below: str) -> None:
    header = "|\n第二十条第（一）项\n|\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n"
    assert rows(f"{header}|\n{RULES} | 1 | | 3 |\n|\n{below} | 4 | 5 | 6 |\n")[0] == (RULES, ["1", "", "3"])
    assert rows(f"{header}|\n{RULES} | 1 | 2 | |\n|\n{below}\n")[0] == (RULES, ["1", "2", ""])


@pytest.mark.parametrize(("cells", "expected"), [("|", []), ("| |", [""]), ("| | |", ["", ""])])
def test_a_label_and_nothing_else_has_the_blank_cells_that_its_marks_prove(cells: str, expected: list[str]) -> None:
    header = "第二十条第（五）项\n信息内容 | 本年处理决定数量 |\n"
    (row,) = collected(f"{header}行政许可 {cells}\n").tables[0].rows
    assert ([slot.text for slot in row.slots], row.source.marked) == (expected, bool(expected))


def test_a_label_broken_over_lines_is_one_up_to_the_next_mark() -> None:
    assert rows(f"{LED}| 行政规\n范性文件 | 4 | 5 | 6 |\n") == [("行政规范性文件", ["4", "5", "6"])]


def test_two_numbers_between_two_marks_are_one_cell() -> None:
    assert rows(f"{PIPES}{RULES} | 1 2 | 3 | 4 |\n")[0] == (RULES, ["1 2", "3", "4"])


@pytest.mark.parametrize(
    ("marks", "blanks"), [("|\n", []), ("|\n|\n", []), ("|\n|\n|\n", [""]), ("|\n|\n|\n|\n", ["", ""]), ("||\n", [])]
)
def test_marks_before_a_row_without_label_are_its_blank_cells_but_for_padding_and_the_label(
    marks: str, blanks: list[str]
) -> None:
    assert rows(f"{PIPES}{marks}5 | 6 | 7 |\n") == [("", [*blanks, "5", "6", "7"])]


def test_touching_marks_at_the_end_are_padding_and_no_cells() -> None:
    assert rows(f"{LED}| {RULES} | 1 |||\n| {NORMATIVE} | 4 | 5 | 6 |\n")[0] == (RULES, ["1"])


def test_in_a_row_with_marks_a_line_without_one_continues_the_cell() -> None:
    assert rows(f"{PIPES}{RULES} | 本单位\n未制作 | 2 | 3 |\n")[0] == (RULES, ["本单位\n未制作", "2", "3"])
    assert rows(f"{PIPES}{RULES} | 1\n2 | 3 | 4 |\n")[0] == (RULES, ["1\n2", "3", "4"])


def test_of_a_row_of_pipes_that_lost_its_label_every_cell_is_kept() -> None:
    below = (NORMATIVE, ["7", "8", "9"])
    last = f"{NORMATIVE} | 7 | 8 | 9 |\n"
    assert rows(f"{PIPES}4 | 5 | 6 |\n{last}") == [("", ["4", "5", "6"]), below]
    assert rows(f"{LED}| | 4 | 5 | 6 |\n| {last}") == [("", ["4", "5", "6"]), below]
    assert rows(f"{LED}| | | 5 | 6 |\n| {last}") == [("", ["", "5", "6"]), below]
    assert rows(f"{LED}| 4 | 5 | 6 |\n| {last}") == [("", ["4", "5", "6"]), below]
    assert rows(f"{LED}| | 4 | | 6 |\n| {last}") == [("", ["4", "", "6"]), below]
    # Below a full row nothing tells where it begins: the row above is then too long, and none of it is placed.
    assert rows(f"{LED}| {RULES} | 1 | 2 | 3 |\n| | 4 | 5 | 6 |\n") == [(RULES, ["1", "2", "3", "", "", "4", "5", "6"])]


def test_a_note_in_brackets_below_a_label_is_a_part_of_it() -> None:
    note = "（不含已废止的，只计本机关制定的）"
    text = f"{PIPES}{RULES}\n{note}\n|\n\n1\n|\n|\n3\n|\n{NORMATIVE}\n|\n4\n|\n5\n|\n6\n|\n"
    assert rows(text)[0] == (f"{RULES}\n{note}", ["1", "", "3"])
