"""Text without row marks becomes rows: labels tell where they begin, and only marks tell that a cell is blank."""

from __future__ import annotations

import pytest

from pipelines.extracting.tables.text_rows import Token, longest_label, tokens_of
from pipelines.reading import Paragraph, Piece, Run
from tests.extracting.tables.assembled import (
    CAPTION,
    COLUMNS,
    HEADER,
    LINES,
    NORMATIVE,
    PIPES,
    PROSE,
    RULES,
    SEVEN,
    blocks_of,
    collected,
    printed,
    rows,
)


def words(text: str) -> list[str]:
    """Return the texts of the tokens of a text, without the empty end."""
    return [token.text for token in tokens_of(blocks_of(text))][:-1]


# --- words of a line


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("规章 1 2 3", ["规章", "1", "2", "3"]),
        ("规章000", ["规章", "000"]),
        ("本年新收政府信息公开申请数量 0", ["本年新收政府信息公开申请数量", "0"]),
        ("第二十条第（五）项 第二十条第（六）项", ["第二十条第（五）项", "第二十条第（六）项"]),
        ("第二十条第（五）项 行政许可 处理决定", ["第二十条第（五）项", "行政许可", "处理决定"]),
        ("第二十条第（五）项 行政许可", ["第二十条第(五)项", "行政许可"]),
        ("全年共受理申请 5 件。", ["全年共受理申请 5 件。"]),
        ("全年共受理申请", ["全年共受理申请"]),
        ("自然 人", ["自然 人"]),
        ("规章 1 2 3 其中甲乙丙。丁 4 5", ["规章", "1", "2", "3", "其中甲乙丙。丁", "4", "5"]),
        ("5 规章", ["5 规章"]),
        ("规章 1 2 3 甲。 5", ["规章", "1", "2", "3", "甲。", "5"]),
        ("规章 1 2 甲。 5", ["规章 1 2 甲。 5"]),
        ("规章000 2 3", ["规章", "000", "2", "3"]),
    ],
)
def test_a_line_is_cut_into_words_where_numbers_stand_between_or_after_labels(line: str, expected: list[str]) -> None:
    assert words(line) == expected


@pytest.mark.parametrize(("filler", "cut"), [(111, True), (112, False)])
def test_a_long_line_is_a_table_only_if_enough_of_its_words_are_numbers(filler: int, cut: bool) -> None:
    line = f"规章 1 甲 2 {'某' * filler}"  # 120 or 121 characters, two of five words are numbers
    assert (len(line), len(words(line)) > 1) == (filler + 9, True)
    sparse = f"规章 1 甲 乙 丙 {'某' * (filler - 2)}"  # one of six
    assert (len(sparse), len(words(sparse)) > 1) == (filler + 9, cut)


def test_each_line_of_a_paragraph_is_cut_for_itself() -> None:
    assert words(f"{RULES} 1\n{NORMATIVE} 2") == [RULES, "1", NORMATIVE, "2"]
    tokens = tokens_of([Paragraph(f"{RULES} 1\n{NORMATIVE}", 4)])
    assert [token.text for token in tokens_of([Paragraph("自然人\n总计", 1)])] == ["自然人", "总计", ""]
    assert [tuple(token) for token in tokens] == [
        (RULES, 4, 0, 0, False),
        ("1", 4, 0, 0, False),
        (NORMATIVE, 4, 0, 0, False),
        ("", 4, 0, 0, False),
    ]


def test_marks_belong_to_the_first_word_after_them_and_gather_over_empty_pieces() -> None:
    run = Run((Piece("规章 1", 1, 2, 1, True), Piece("", 2, 1, 0, False), Piece("2", 3, 1, 0, False)))
    expected = [("规章", 1, 2, 1, True), ("1", 1, 0, 0, False), ("2", 3, 2, 0, False), ("", 3, 0, 0, False)]
    assert [tuple(token) for token in tokens_of([run])] == expected
    end = Run((Piece("5", 1, 1, 0, False), Piece("", 2, 1, 0, True)))
    assert tuple(tokens_of([run, end])[-1]) == ("", 1, 1, 0, True)
    assert [tuple(token) for token in tokens_of([])] == [("", 0, 0, 0, False)]


# --- labels


def label_at(*texts: str, marks: int = 0) -> tuple[int, str] | None:
    """Return how many tokens the label at the first one takes, and its text."""
    tokens = [Token(text, n, marks if n else 0, 0, False) for n, text in enumerate((*texts, ""))]
    found = longest_label(tokens, 0)
    return None if found is None else (found.end, found.text)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((RULES, "1"), (1, RULES)),
        (("5.要求行政机关确认或重新", "出具已获取信息", "0"), (2, "5.要求行政机关确认或重新出具已获取信息")),
        (("行政规", "范性", "文件"), (3, "行政规范性文件")),
        (("自然", "人", "法人或其他组织"), (2, "自然人")),
        (("第二十条", "第（一）项", RULES), (2, "第二十条第（一）项")),
        (("规章（设区的市", "应提供）", "1"), (2, "规章（设区的市应提供）")),
        (("规章（设区的市", "应提供）", "甲乙"), (2, "规章（设区的市应提供）")),
        (
            ("中华人民共和国政府信息公开条例", "第二十条第（一）项"),
            (2, "中华人民共和国政府信息公开条例第二十条第（一）项"),
        ),
        ((RULES, "（设区的市应提供）"), (1, RULES)),
        (("规章（设区的市", "应提供）", "（含县）"), (2, "规章（设区的市应提供）")),
        (("行政", "甲乙丙丁"), None),
        (("今日天气晴",), None),
        (("信访举报投诉诉求类申请", "1"), (1, "信访举报投诉诉求类申请")),  # similar to a label
    ],
)
def test_the_longest_label_that_begins_at_a_token_is_joined(
    texts: tuple[str, ...], expected: tuple[int, str] | None
) -> None:
    assert label_at(*texts) == expected


@pytest.mark.parametrize("second", ["1", "三、收到和处理政府信息公开申请情况"])
def test_a_label_ends_at_a_value_or_a_heading(second: str) -> None:
    assert label_at(RULES, second, NORMATIVE) == (1, RULES)


def test_a_label_never_goes_on_over_a_cell_mark() -> None:
    assert label_at("自然", "人") == (2, "自然人")
    assert label_at("自然", "人", marks=1) is None


# --- rows of lines


def test_each_line_is_a_cell_of_the_row_whose_label_stands_above() -> None:
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n{NORMATIVE}\n4\n5\n6\n") == [
        (RULES, ["1", "2", "3"]),
        (NORMATIVE, ["4", "5", "6"]),
    ]


def test_lines_without_marks_lose_blanks_and_say_so() -> None:
    table = collected(f"{LINES}{RULES}\n1\n3\n{NORMATIVE}\n4\n").tables[0]
    assert [[slot.text for slot in row.slots] for row in table.rows] == [["1", "3"], ["4"]]
    assert not any(row.source.marked for row in table.rows)


def test_rows_keep_their_place_in_the_file() -> None:
    table = collected(f"{LINES}{RULES}\n1\n2\n3\n").tables[0]
    row = table.rows[0]
    assert row.source.assembled and not row.source.spanned
    assert [(slot.grid, slot.row, slot.col, slot.right, slot.line) for slot in row.source.slots] == [
        (7, 2, 0, 1, 6),
        (7, 2, 1, 2, 7),
        (7, 2, 2, 3, 8),
        (7, 2, 3, 4, 9),
    ]
    assert [slot.text for slot in table.header] == HEADER.split()


def test_one_line_that_holds_a_whole_table_is_cut_into_its_rows() -> None:
    line = "第二十条第（一）项 信息内容 本年制发件数 本年废止件数 现行有效件数 规章 1 2 3 行政规范性文件 4 5 6"
    assert rows(line) == [(RULES, ["1", "2", "3"]), (NORMATIVE, ["4", "5", "6"])]


def test_a_group_label_opens_the_row_below_it() -> None:
    text = "申请人情况\n自然人\n总计\n（一）予以公开\n1\n2\n（三）不予公开\n1.属于国家秘密\n3\n4\n"
    found = collected(text).tables[0]
    assert [(row.label, row.group, [slot.text for slot in row.slots]) for row in found.rows] == [
        ("（一）予以公开", None, ["1", "2"]),
        ("1.属于国家秘密", "denied", ["3", "4"]),
    ]


def test_a_row_label_that_reads_like_a_section_heading_is_a_row() -> None:
    label = "一、本年新收政府信息公开申请数"
    assert rows(f"申请人情况\n{COLUMNS}" + printed(label, *SEVEN)) == [(label, SEVEN)]


def test_a_header_printed_again_among_the_rows_is_no_row() -> None:
    again = printed("（一）予以公开", *SEVEN) + COLUMNS + printed("（二）部分公开", *SEVEN)
    assert rows(f"申请人情况\n{COLUMNS}{again}") == [("（一）予以公开", SEVEN), ("（二）部分公开", SEVEN)]


def test_the_sign_of_a_broken_header_is_no_value() -> None:
    text = "第二十条第（五）项\n信息内容\n上一年项目数量\n本年\n增/减\n处理决定数量\n行政许可\n1\n增\n3\n"
    table = collected(text).tables[0]
    assert "增/减" in "".join(slot.text for slot in table.header)
    assert rows(text) == [("行政许可", ["1", "增", "3"])]


def test_other_and_total_are_columns_above_the_rows_and_rows_among_them() -> None:
    (table,) = collected(f"申请人情况\n{COLUMNS}{printed('（一）予以公开', *SEVEN, '（七）总计', *SEVEN)}").tables
    assert [slot.text for slot in table.header] == ["申请人情况", *COLUMNS.split()]
    assert [(row.label, [slot.text for slot in row.slots]) for row in table.rows] == [
        ("（一）予以公开", SEVEN),
        ("（七）总计", SEVEN),
    ]


def test_two_row_labels_one_after_the_other_are_two_rows_unless_the_second_is_a_sub_row() -> None:
    assert rows(LINES + printed(RULES, NORMATIVE, "4", "5", "6")) == [(RULES, []), (NORMATIVE, ["4", "5", "6"])]
    header = printed("第二十条第（五）项", "信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
    assert rows(header + printed("其他对外管理服务事项", "行政检查", "1", "2", "3")) == [("行政检查", ["1", "2", "3"])]


@pytest.mark.parametrize(
    ("header", "label", "width"),
    [
        (printed("第二十条第（五）项", "信息内容", "本年处理决定数量"), "行政许可", 1),
        (CAPTION, RULES, 3),  # no header: as wide as the widest of section two
        (LINES, RULES, 3),
        (f"申请人情况\n{COLUMNS}", "（一）予以公开", 7),
        ("", "（一）予以公开", 7),  # its own label tells the table
    ],
)
def test_a_row_is_full_with_as_many_values_as_its_table_has_columns(header: str, label: str, width: int) -> None:
    values = SEVEN[:width]
    full = printed(label, *values, "甲乙丙", *values)
    assert rows(header + full) == [(label, values), ("甲乙丙", values)]
    if width > 1:
        short = printed(label, *values[1:], "甲乙丙", "9")
        assert rows(header + short) == [(label, [*values[1:], "甲乙丙", "9"])]


# --- what opens and what ends a table


@pytest.mark.parametrize(
    "text",
    [
        f"{RULES}\n{NORMATIVE}\n",
        f"{RULES}是重要的\n1\n",
        "总计\n1\n",
        "今日天气晴\n1\n",
        "行政复议\n3\n",
        f"本机关制作{RULES}\n1\n2\n",
    ],
)
def test_a_word_of_prose_opens_no_table(text: str) -> None:
    assert collected(text).tables == []


def test_a_row_label_with_a_number_below_opens_its_table() -> None:
    assert [(t.table, len(t.rows)) for t in collected("一、本年新收政府信息公开申请数量\n3\n").tables] == [
        ("applications", 1)
    ]


def test_a_column_of_the_form_opens_a_table() -> None:
    assert rows(f"本年制发件数\n本年废止件数\n现行有效件数\n{RULES}\n1\n2\n3\n") == [(RULES, ["1", "2", "3"])]


def test_reviews_open_where_reconsideration_and_litigation_stand_side_by_side() -> None:
    assert [t.table for t in collected("行政复议\n行政诉讼\n结果维持\n").tables] == ["reviews"]
    assert collected("行政复议\n行政诉讼是公民的权利，应当受到保护\n").tables == []


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("商业企业\n", ["applications"]),
        ("自然人\n", []),  # three characters stand in any sentence
        ("本年收费金额（单位：万元）\n", ["fees"]),
        ("本年收费金额（单位：万元，以实际入库数为准）\n", []),
        ("行政复议\n诉讼情况\n", ["reviews"]),
        ("行政复议\n行政诉讼案件审理办理情况\n", []),
    ],
)
def test_a_column_label_opens_a_table_if_it_is_no_common_word_and_no_sentence(text: str, table: list[str]) -> None:
    assert [each.table for each in collected(text).tables] == table


def test_a_section_heading_closes_the_table() -> None:
    text = f"{LINES}{RULES}\n1\n2\n3\n三、收到和处理政府信息公开申请情况\n4\n5\n6\n"
    collector = collected(text)
    assert collector.current is None
    assert rows(text) == [(RULES, ["1", "2", "3"])]


@pytest.mark.parametrize("prose", [PROSE, "某" * 41, "全年没有；以后也没有"])
def test_prose_ends_the_table(prose: str) -> None:
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n{prose}\n4\n5\n6\n") == [(RULES, ["1", "2", "3"])]
    assert rows(f"{LINES}{prose}\n{RULES}\n甲\n") == []
    assert rows(f"{LINES}{RULES}\n1\n{prose}\n2\n3\n") == [(RULES, ["1"])]


def test_as_many_characters_as_a_label_may_have_are_no_prose() -> None:
    words = "某" * 40
    assert [slot.text for slot in collected(f"{LINES}{words}\n").tables[0].header][-1] == words
    assert rows(LINES + printed(RULES, "1", "2", "3", words, "4")) == [(RULES, ["1", "2", "3"]), (words, ["4"])]


def test_words_in_a_row_that_is_not_full_are_a_cell() -> None:
    assert rows(f"{LINES}{RULES}\n未制作\n2\n3\n{NORMATIVE}\n{'某' * 40}\n") == [
        (RULES, ["未制作", "2", "3"]),
        (NORMATIVE, ["某" * 40]),
    ]


def test_after_a_full_row_words_are_the_label_of_a_row_that_no_form_knows() -> None:
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n其他主动公开文件甲\n4\n5\n6\n{NORMATIVE}\n7\n8\n9\n") == [
        (RULES, ["1", "2", "3"]),
        ("其他主动公开文件甲", ["4", "5", "6"]),
        (NORMATIVE, ["7", "8", "9"]),
    ]


def test_numbered_words_begin_a_row_even_where_the_row_above_is_short() -> None:
    assert rows(f"{LINES}{RULES}\n1\n（三）甲乙丙文件\n4\n5\n6\n") == [
        (RULES, ["1"]),
        ("（三）甲乙丙文件", ["4", "5", "6"]),
    ]


def test_a_printed_pair_after_a_full_row_is_a_row_of_its_own() -> None:
    pair = "政府信息公开发布总数量：1010件"
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n{pair}\n第二十条第（五）项\n") == [(RULES, ["1", "2", "3"]), (pair, [])]


def test_values_after_a_full_row_of_lines_stay_with_it() -> None:
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n4\n5\n6\n") == [(RULES, ["1", "2", "3", "4", "5", "6"])]


def test_a_surplus_word_before_the_next_label_is_a_cell() -> None:
    assert rows(f"{LINES}{RULES}\n1\n2\n3\n备注\n{NORMATIVE}\n4\n5\n6\n") == [
        (RULES, ["1", "2", "3", "备注"]),
        (NORMATIVE, ["4", "5", "6"]),
    ]


# --- the end of the document


def test_only_the_last_row_of_a_document_can_be_cut() -> None:
    text = f"{PIPES}{RULES} | 1 | 2 | 3 |\n{NORMATIVE} | 4 |\n"
    assert [row.cut for row in collected(text, ends_document=True).tables[0].rows] == [False, True]
    assert [row.cut for row in collected(text).tables[0].rows] == [False, False]


def test_a_document_that_goes_on_after_its_tables_cuts_no_row() -> None:
    text = f"{LINES}{RULES}\n1\n2\n3\n{PROSE}\n"
    assert [row.cut for row in collected(text, ends_document=True).tables[0].rows] == [False]
