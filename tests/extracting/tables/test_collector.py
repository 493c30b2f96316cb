"""Rows fed in reading order become tables: captions, headers and row labels tell which is open and what a row is."""

from __future__ import annotations

import pytest

from pipelines.extracting.tables.collector import Collector, RawTable, classify_cell
from pipelines.extracting.tables.rows import LogicalRow, Slot

CAPTION, HEADER = ("第二十条第（一）项",), ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
RULES, NORMATIVE = ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6")
APPLICANTS = ("申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
CHANNELS = ("行政复议", "行政诉讼")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
FIGURES = tuple(str(n) for n in range(15))
SEVEN = tuple(str(n) for n in range(1, 8))
Texts = tuple[str, ...]


def row(*texts: str, grid: int = 0) -> LogicalRow:
    slots = tuple(Slot(text, grid, 0, col, col + 1, 0) for col, text in enumerate(texts))
    return LogicalRow(slots, marked=True, assembled=False, spanned=True)


def fed(*rows: Texts, grid: int = 0) -> Collector:
    collector = Collector()
    for texts in rows:
        collector.feed(row(*texts, grid=grid))
    return collector


def read(table: RawTable) -> list[tuple[list[str], str, list[str]]]:
    """Return (ids in form 2021, label, texts after it) of each row of a table."""
    return [
        ([t.id for t in one.targets if t.form == "2021"], one.label, [slot.text for slot in one.slots])
        for one in table.rows
    ]


def tables(*rows: Texts) -> list[tuple[str | None, list[str]]]:
    """Return each table with the labels of its rows."""
    return [(table.table, [one.label for one in table.rows]) for table in fed(*rows).tables]


# --- what a cell can be


def test_a_cell_is_a_value_a_caption_or_a_label() -> None:
    assert classify_cell("5").is_value and classify_cell("-").is_value
    assert (classify_cell("第二十条第（五）项").caption, classify_cell("规章").caption) == ("五", None)
    rules = classify_cell("规章")
    assert ({t.id for t in rules.rows}, rules.is_column, rules.in_header, rules.is_value) == (
        {"rules"},
        False,
        False,
        False,
    )
    column = classify_cell("自然人")
    assert (column.rows, column.is_column, column.in_header) == ((), True, True)
    assert {t.id for t in classify_cell("（三）不予公开").groups} == {"denied"}


def test_a_label_of_reviews_is_only_ever_a_header() -> None:
    channel = classify_cell("行政复议")
    assert (channel.rows, channel.in_header) == ((), True)
    assert classify_cell("信息内容").in_header and classify_cell("法人或其他组织").in_header
    total = classify_cell("总计")  # a column of two tables and a row of one
    assert ({t.id for t in total.rows}, total.is_column, total.in_header) == ({"outcome_total"}, True, False)
    assert not classify_cell("今日天气").in_header


# --- captions and headers


def test_a_caption_opens_its_table_and_a_header_belongs_to_it() -> None:
    (table,) = fed(CAPTION, HEADER, RULES, NORMATIVE).tables
    assert (table.table, [slot.text for slot in table.header], table.edge) == ("documents", [*HEADER], 4)
    assert read(table) == [
        (["rules"], "规章", ["1", "2", "3"]),
        (["normative_documents"], "行政规范性文件", ["4", "5", "6"]),
    ]


@pytest.mark.parametrize(
    ("item", "table"),
    [
        ("一", "documents"),
        ("五", "licensing"),
        ("六", "enforcement"),
        ("八", "fees"),
        ("九", "procurement"),
        ("", None),
    ],
)
def test_the_item_of_a_caption_tells_the_table(item: str, table: str | None) -> None:
    assert tables((f"第二十条第（{item}）项",)) == [(table, [])]


def test_a_caption_may_stand_behind_an_empty_cell_and_beside_others() -> None:
    assert tables(("", "第二十条第（五）项", "")) == [("licensing", [])]


def test_a_header_alone_opens_the_table_whose_columns_it_names() -> None:
    assert tables(HEADER, RULES) == [("documents", ["规章"])]
    assert tables(APPLICANTS) == [("applications", [])]
    assert tables(CHANNELS, RESULTS) == [("reviews", [])]


def test_a_header_of_several_rows_is_one_and_as_wide_as_its_widest() -> None:
    collector = fed(
        ("申请人情况", "自然人", "法人或其他组织", "总计"), ("", "商业企业", "科研机构", "社会公益组织", "其他")
    )
    (table,) = collector.tables
    assert (table.table, table.edge, len(table.header)) == ("applications", 5, 8)


def test_a_header_after_rows_opens_another_table() -> None:
    assert tables(CAPTION, HEADER, RULES, APPLICANTS) == [("documents", ["规章"]), ("applications", [])]
    assert tables(CAPTION, HEADER, RULES, HEADER, NORMATIVE) == [
        ("documents", ["规章"]),
        ("documents", ["行政规范性文件"]),
    ]


def test_columns_shared_by_two_tables_leave_it_open_until_one_is_sure() -> None:
    assert tables(("总计", "总计")) == []
    (table,) = fed(("总计", "自然人", "商业企业")).tables
    assert table.table == "applications"


def test_a_row_with_a_header_word_and_a_value_is_no_header() -> None:
    (table,) = fed(CAPTION, HEADER, RULES, ("自然人", "1", "2", "3")).tables
    assert [slot.text for slot in table.header] == [*HEADER]
    assert read(table)[-1] == ([], "自然人", ["1", "2", "3"])


# --- labelled rows


def test_the_own_label_of_a_row_decides_where_the_caption_is_lost_or_wrong() -> None:
    wrong = ("第二十条第（五）项",)
    assert tables(wrong, HEADER, RULES) == [("documents", ["规章"])]
    assert tables(RULES) == [("documents", ["规章"])]
    assert tables(CAPTION, HEADER, RULES, ("行政许可", "5")) == [("documents", ["规章"]), ("licensing", ["行政许可"])]
    assert tables(("第二十条第（）项",), HEADER[:2], ("行政许可", "5")) == [("licensing", ["行政许可"])]


def test_a_label_may_stand_behind_empty_cells() -> None:
    (table,) = fed(HEADER, ("", *RULES)).tables
    assert read(table) == [(["rules"], "规章", ["1", "2", "3"])]


def test_a_group_label_before_a_row_label_names_the_group() -> None:
    rows = (
        APPLICANTS,
        ("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", *SEVEN),
        ("", "", "2.其他法律行政法规禁止公开", *SEVEN),
        ("（四）无法提供", "", "1.本机关不掌握相关政府信息", *SEVEN),
    )
    (table,) = fed(*rows).tables
    assert [(one.group, [slot.text for slot in one.slots]) for one in table.rows] == [
        ("denied", [*SEVEN]),
        ("denied", [*SEVEN]),
        ("unable", [*SEVEN]),
    ]
    assert read(table)[0][0] == ["denied.state_secret"]


@pytest.mark.parametrize(("piece", "label"), [("三、本", "1.属于国家秘密"), ("理结果", "1.属于国家秘密"), ("三", "")])
def test_a_piece_of_a_group_label_before_a_row_label_is_no_label(piece: str, label: str) -> None:
    (table,) = fed(APPLICANTS, (piece, "1.属于国家秘密", *SEVEN)).tables
    assert [one.label for one in table.rows] == [label or "三"]


def test_a_group_label_alone_on_its_row_holds_for_the_rows_below() -> None:
    (table,) = fed(APPLICANTS, ("（三）不予公开",), ("1.属于国家秘密", *SEVEN)).tables
    assert [(one.label, one.group) for one in table.rows] == [("1.属于国家秘密", "denied")]


def test_a_group_label_with_numbers_of_its_own_is_a_subtotal() -> None:
    (table,) = fed(APPLICANTS, ("（三）不予公开", *SEVEN)).tables
    assert read(table) == [(["denied.subtotal"], "（三）不予公开", [*SEVEN])]
    (blank,) = fed(APPLICANTS, ("（三）不予公开", *[""] * 7)).tables
    assert read(blank) == [(["denied.subtotal"], "（三）不予公开", [""] * 7)]
    assert read(fed(APPLICANTS, ("（三）不予公开", "")).tables[0]) == []


def test_other_is_a_column_until_the_group_of_other_processing() -> None:
    group = ("（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", *SEVEN)
    (table,) = fed(APPLICANTS, group, ("", "3.其他", *SEVEN)).tables
    assert read(table)[-1] == (["other_processing.other"], "3.其他", [*SEVEN])
    (table,) = fed(APPLICANTS, group, ("", "其他", *SEVEN)).tables
    assert read(table)[-1][0] == ["other_processing.other"]
    (table,) = fed(APPLICANTS, ("（三）不予公开", "1.属于国家秘密", *SEVEN), ("", "3.其他", *SEVEN)).tables
    assert read(table)[-1][0] == ["other_processing.other"]  # its number tells
    (table,) = fed(APPLICANTS, ("（三）不予公开", "1.属于国家秘密", *SEVEN), ("其他", *SEVEN)).tables
    assert read(table)[-1] == ([], "其他", [*SEVEN])


def test_total_is_a_row_once_the_table_has_rows() -> None:
    (table,) = fed(APPLICANTS, ("（一）予以公开", *SEVEN), ("（七）总计", *SEVEN)).tables
    assert read(table)[-1][0] == ["outcome_total"]
    (header,) = fed(APPLICANTS[:2], ("（七）总计",)).tables
    assert (header.rows, [slot.text for slot in header.header]) == ([], ["申请人情况", "自然人", "（七）总计"])


def test_a_sub_row_label_follows_the_label_of_its_row() -> None:
    columns = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
    (table,) = fed(columns, ("其他对外管理服务事项", "行政检查", "1", "2", "3")).tables
    assert [(one.label, [slot.text for slot in one.slots]) for one in table.rows] == [("行政检查", ["1", "2", "3"])]
    (plain,) = fed(columns, ("行政许可", "其他对外管理服务事项", "1", "2", "3")).tables
    assert [one.label for one in plain.rows] == ["行政许可"]  # no sub-row of it: words in a cell


def test_the_group_ends_with_its_table() -> None:
    collector = fed(APPLICANTS, ("（三）不予公开", "1.属于国家秘密", *SEVEN), CAPTION, HEADER, RULES)
    assert [one.group for table in collector.tables for one in table.rows] == ["denied", None]


def test_a_row_tells_its_group_by_its_own_label_where_the_group_label_is_lost() -> None:
    (table,) = fed(APPLICANTS, ("1.属于国家秘密", *SEVEN), ("", *SEVEN), ("甲乙丙", *SEVEN), ("", *[""] * 7)).tables
    assert [one.group for one in table.rows] == ["denied"] * 4  # and those below stand in it, whatever they are


def test_a_group_label_below_rows_is_no_row_of_its_own() -> None:
    rows = (APPLICANTS, ("（一）予以公开", *SEVEN), ("（三）不予公开",), ("", *[""] * 7))
    (table,) = fed(*rows).tables
    assert [(one.label, one.group) for one in table.rows] == [("（一）予以公开", None), ("", "denied")]


@pytest.mark.parametrize(
    ("texts", "rows"),
    [(("（三）不予公开", "", ""), 1), (("（三）不予公开", ""), 0), (("", "（三）不予公开", ""), 0)],
)
def test_blank_cells_make_a_group_label_a_subtotal_if_there_are_several(texts: Texts, rows: int) -> None:
    assert len(fed(APPLICANTS, texts).tables[0].rows) == rows


# --- rows without a label that is known


def test_every_row_keeps_what_it_was_made_of_and_how_sure_its_label_is() -> None:
    given = [RULES, ("行政规范性文伴", "4", "5", "6"), ("甲乙丙", "7"), ("8", "9"), ("", "")]
    collector, sources = fed(CAPTION, HEADER), [row(*texts) for texts in given]
    for source in sources:
        collector.feed(source)
    rows = collector.tables[0].rows
    assert [one.source for one in rows] == sources
    assert [one.matched_by for one in rows] == ["label", "variant", "", "", ""]
    assert (rows[0].score, [one.score for one in rows[2:]]) == (1.0, [0.0, 0.0, 0.0])
    assert 0.8 < rows[1].score < 1


def test_a_table_lies_in_the_grid_that_its_last_known_row_stands_in() -> None:
    collector = fed(CAPTION, grid=4)
    assert collector.tables[0].grid == 4
    collector.feed(row(*HEADER, grid=5))
    assert collector.tables[0].grid == 5
    collector.feed(row("1", "2", "3", grid=5))
    collector.feed(row("行政许可", "5", grid=6))
    collector.feed(row("6", grid=6))
    assert [(table.grid, len(table.rows)) for table in collector.tables] == [(5, 1), (6, 2)]
    assert Collector().current is None


def test_two_cells_are_enough_for_a_row_whose_label_is_lost() -> None:
    (table,) = fed(("第二十条第（六）项",), ("信息内容", "本年处理决定数量"), ("", "5"), ("", "")).tables
    assert read(table) == [([], "", ["5"]), ([], "", ["", ""])]


def test_a_row_of_values_is_kept_without_a_label() -> None:
    (table,) = fed(CAPTION, HEADER, ("1", "2", "3")).tables
    assert read(table) == [([], "", ["1", "2", "3"])]
    (empty_label,) = fed(CAPTION, HEADER, ("", "1", "2", "3")).tables
    assert read(empty_label) == [([], "", ["1", "2", "3"])]  # the label's own cell is none of the values
    (alone,) = fed(CAPTION, HEADER, RULES, ("1",)).tables
    assert read(alone)[-1] == ([], "", ["1"])


def test_a_row_under_unknown_words_keeps_them_as_its_label() -> None:
    (table,) = fed(CAPTION, HEADER, RULES, ("", "甲乙丙", "4", "5", "6")).tables
    assert read(table)[-1] == ([], "甲乙丙", ["4", "5", "6"])


def test_a_blank_row_is_a_row_if_it_can_hold_values() -> None:
    (table,) = fed(CAPTION, HEADER, RULES, ("", "", "", ""), ("",)).tables
    assert read(table)[1:] == [([], "", ["", "", "", ""])]
    assert fed(("", "", "")).tables == []
    assert read(fed(("第二十条第（）项",), ("", "", "")).tables[0]) == []  # which table it is was not told


@pytest.mark.parametrize(("length", "kept"), [(40, True), (41, False)])
def test_unknown_words_above_the_rows_are_header_unless_they_are_prose(length: int, kept: bool) -> None:
    (table,) = fed(CAPTION, HEADER, ("某" * length,)).tables
    assert ([slot.text for slot in table.header] == [*HEADER, "某" * length]) is kept
    assert (read(table) == []) is kept


def test_of_another_grid_only_known_rows_belong_to_the_open_table() -> None:
    collector = fed(CAPTION, HEADER, RULES)
    collector.feed(row("甲", "4", "5", "6", grid=1))
    collector.feed(row("4", "5", "6", grid=1))
    assert [one.label for one in collector.tables[0].rows] == ["规章"]
    collector.feed(row(*NORMATIVE, grid=1))
    collector.feed(row("4", "5", "6", grid=1))
    assert [one.label for one in collector.tables[0].rows] == ["规章", "行政规范性文件", ""]


def test_nothing_is_collected_before_a_table_is_open_or_after_it_is_closed() -> None:
    assert fed(("甲", "1"), ("1", "2")).tables == []
    collector = fed(CAPTION, HEADER, RULES)
    collector.close()
    assert collector.current is None
    collector.feed(row("4", "5", "6"))
    collector.feed(row(*NORMATIVE))
    assert [(table.table, len(table.rows)) for table in collector.tables] == [("documents", 1), ("documents", 1)]


def test_values_under_a_header_that_names_no_table_are_not_kept() -> None:
    assert tables(("第二十条第（）项",), ("甲", "乙"), ("1", "2")) == [(None, [])]


# --- reviews


def test_reviews_have_no_label_column() -> None:
    (table,) = fed(CHANNELS, RESULTS, FIGURES).tables
    assert (table.table, read(table)) == ("reviews", [([], "", [*FIGURES])])
    (words,) = fed(CHANNELS, RESULTS, ("无", *FIGURES[1:])).tables
    assert read(words) == [([], "", ["无", *FIGURES[1:]])]
    (led,) = fed(CHANNELS, RESULTS, ("", *FIGURES[1:])).tables
    assert read(led) == [([], "", ["", *FIGURES[1:]])]


@pytest.mark.parametrize(("cells", "rows"), [(14, 0), (15, 1)])
def test_a_blank_row_of_reviews_must_hold_all_its_cells(cells: int, rows: int) -> None:
    assert len(fed(CHANNELS, RESULTS, ("",) * cells).tables[0].rows) == rows
    assert len(fed(CHANNELS, RESULTS, FIGURES, ("",) * 15).tables[0].rows) == 1


# --- the end of the document


def test_the_last_row_of_the_open_table_is_cut() -> None:
    collector = fed(CAPTION, HEADER, RULES, NORMATIVE, ("甲", "7"))
    collector.cut_last()
    assert [(one.label, one.cut) for one in collector.tables[0].rows] == [
        ("规章", False),
        ("行政规范性文件", False),
        ("甲", True),
    ]
    closed = fed(CAPTION, HEADER, RULES)
    closed.close()
    closed.cut_last()
    assert [one.cut for one in closed.tables[0].rows] == [False]
    empty = fed(CAPTION, HEADER)
    empty.cut_last()
    assert empty.tables[0].rows == []
