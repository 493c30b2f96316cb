"""Every row of a table ends in cells of the form, or among the unmapped: with status, exact value, unit and place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.extracting.numbers import ABSENT, AMBIGUOUS, BLANK, NIL_MARK, TEXT, VALUE, Yuan
from pipelines.extracting.tables.cells import (
    CellReading,
    absent_cells,
    is_empty,
    keep_cell,
    parse_slot,
    place_cells,
    read_cells,
)
from pipelines.extracting.tables.recognition import Recognised
from pipelines.extracting.tables.rows import Slot
from pipelines.extracting.tables.unmapped import UnmappedRow
from tests.extracting.tables.printed_rows import (
    CAPTION,
    DOCUMENTS,
    FORM,
    LICENSING,
    NORMATIVE,
    OF_2019,
    RULES,
    Texts,
    layout_rows,
    lines,
    piped,
    read,
    values,
)

# --- one row, one cell


def test_each_cell_says_what_is_printed_where_and_how_it_was_found() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "", "无"), ("行政规范性文件", "4", "未统计", "6（含废止）"))
    assert values(reading, RULES) == ["1", BLANK, NIL_MARK]
    assert values(reading, NORMATIVE) == ["4", TEXT, "6"]
    cell = reading.cells["documents", "normative_documents", "in_force"]
    assert cell == CellReading(
        "6（含废止）",
        VALUE,
        Decimal(6),
        "件",
        None,
        "label",
        1.0,
        Slot("6（含废止）", 0, 3, 3, 4, 4),
        "bracketed_note",
    )
    assert reading.unmapped == []


def test_what_the_report_does_not_print_is_absent() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "2", "3"))
    assert list(reading.cells) == list(FORM.cell_paths)
    assert {cell.status for path, cell in reading.cells.items() if path[:2] != RULES} == {ABSENT}


def test_reading_a_report_changes_nothing_for_the_next() -> None:
    read(*DOCUMENTS, ("规章", "1", "2", "3"))
    assert {cell.status for cell in absent_cells(FORM).values()} == {ABSENT}


def test_the_weaker_of_header_and_label_tells_how_a_cell_was_found() -> None:
    plain, similar = ("规章", "1", "2", "3"), ("行政规范性文伴", "4", "5", "6")
    broad = (CAPTION, ("信息内容", "本年度制发件数量", "本年废止件数", "现行有效件数"))

    def found(*rows: Texts) -> list[str | None]:
        reading = read(*rows)
        return [reading.cells[*row, "issued"].matched_by for row in (RULES, NORMATIVE)]

    assert found(*DOCUMENTS, plain, similar) == ["label", "variant"]
    assert found(*broad, plain, similar) == ["variant", "variant"]
    assert found(CAPTION, plain, similar) == ["position", "position"]
    score = read(*DOCUMENTS, plain, similar).cells[*NORMATIVE, "issued"].score
    assert score is not None and 0.8 < score < 1


def test_a_row_proven_by_its_neighbours_says_so() -> None:
    reading = read(*DOCUMENTS, ("", "1", "2", "3"), ("行政规范性文件", "4", "5", "6"))
    cell = reading.cells[*RULES, "issued"]
    assert (cell.value, cell.matched_by, cell.score) == (Decimal(1), "position", None)


def test_columns_are_read_in_the_order_of_the_header() -> None:
    reading = read(CAPTION, ("信息内容", "现行有效件数", "本年制发件数", "本年废止件数"), ("规章", "1", "2", "3"))
    assert values(reading, RULES) == ["2", "3", "1"]


# --- rows and tables that cannot be placed


def test_a_row_that_cannot_be_placed_is_ambiguous_in_every_cell_and_keeps_its_text() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "2"), ("行政规范性文件", "4", "5", "6"))
    assert values(reading, RULES) == ["ambiguous/short_row"] * 3
    cell = reading.cells[*RULES, "repealed"]
    first = Slot("1", 0, 2, 1, 2, 3)
    assert cell == CellReading("1 | 2", AMBIGUOUS, None, None, None, "label", 1.0, first, "short_row")
    assert values(reading, NORMATIVE) == ["4", "5", "6"]


def test_a_label_without_values_keeps_its_place() -> None:
    cell = lines(*DOCUMENTS, ("规章",), ("行政规范性文件", "4", "5", "6")).cells[*RULES, "issued"]
    assert (cell.raw, cell.status, cell.note) == (None, AMBIGUOUS, "values_missing")
    assert cell.slot is not None and cell.slot.text == "规章"


def test_under_a_header_that_cannot_be_read_no_cell_is_placed() -> None:
    header = (CAPTION, ("信息内容", "现行有效件数", "本年废止件数", "现行有效件数"))
    reading = read(*header, ("规章", "1", "2", "3"), ("行政规范性文件", "4", "5", "6"))
    assert values(reading, RULES) == values(reading, NORMATIVE) == ["ambiguous/header_unknown"] * 3


def test_a_header_that_lost_a_column_holds_where_the_rows_of_a_grid_fit_it() -> None:
    two = (CAPTION, ("信息内容", "本年制发件数", "现行有效件数"))
    assert values(read(*two, ("规章", "1", "3"), ("行政规范性文件", "4", "6")), RULES) == ["1", ABSENT, "3"]
    assert (
        values(read(*two, ("规章", "1", "3"), ("行政规范性文件", "4", "5", "", "6")), RULES)
        == ["ambiguous/header_unknown"] * 3
    )
    assert (
        values(piped(*two, ("规章", "1", "3"), ("行政规范性文件", "4", "6")), RULES) == ["ambiguous/header_unknown"] * 3
    )


def test_a_header_that_lost_a_column_is_whole_where_rows_have_all_cells() -> None:
    two = (CAPTION, ("信息内容", "本年制发件数", "现行有效件数"))
    assert values(read(*two, ("规章", "1", "2", "3")), RULES) == ["1", "2", "3"]
    swapped = (CAPTION, ("信息内容", "现行有效件数", "本年制发件数"))
    assert values(read(*swapped, ("规章", "1", "2", "3")), RULES) == ["ambiguous/header_unknown"] * 3


def test_rows_that_no_row_of_the_form_explains_are_unmapped_with_what_they_print() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "2", "3"), ("甲乙丙", "4", "", "6"), ("", "7", "8"), ("", "", "", ""))
    assert [(row.table, row.label, row.values) for row in reading.unmapped] == [
        ("documents", "甲乙丙", ("4", "", "6")),
        ("documents", "", ("7", "8")),
    ]
    assert [row.slot.text for row in reading.unmapped] == ["甲乙丙", "7"]


def test_a_pair_of_label_and_number_in_one_cell_is_taken_apart() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "2", "3"), ("其他文件总数量：1010件",))
    pair = Slot("其他文件总数量：1010件", 0, 3, 0, 1, 4)
    assert reading.unmapped == [UnmappedRow("documents", "其他文件总数量", ("1010件",), pair)]
    plain = read(*DOCUMENTS, ("规章", "1", "2", "3"), ("其他文件总数量：1010件", "5"))
    assert [(row.label, row.values) for row in plain.unmapped] == [("其他文件总数量：1010件", ("5",))]


def test_a_table_that_the_form_does_not_have_is_unmapped() -> None:
    procurement = (("第二十条第（九）项",), ("信息内容", "采购项目数量", "采购总金额"), ("政府集中采购", "1", "2"))
    reading = read(*DOCUMENTS, ("规章", "1", "2", "3"), *procurement, ("", "", ""))
    assert [(row.table, row.label, row.values) for row in reading.unmapped] == [
        ("procurement", "政府集中采购", ("1", "2"))
    ]
    assert values(reading, RULES) == ["1", "2", "3"]


def test_a_table_printed_as_another_form_has_it_stands_under_that_forms_paths() -> None:
    old = ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")
    tables = layout_rows((CAPTION, old, ("规章", "1", "2", "3")), marked=True, assembled=False, spanned=True).tables
    reading = read_cells(place_cells(Recognised(FORM, (OF_2019,)), tables))
    assert reading.form is FORM and reading.borrowed == {"documents": OF_2019}
    assert reading.cells["documents", "rules", "total_published"].value == 3
    assert reading.is_statutory(("documents", "rules", "total_published"))
    assert reading.is_statutory((*RULES, "issued")) and reading.cells[*RULES, "issued"].status == ABSENT
    assert not reading.is_statutory(("documents", "other_documents", "issued"))


# --- text


def test_rows_of_pipes_end_as_the_complete_rows_of_the_document_do() -> None:
    """A converter ends all rows alike: a blank in a small table is placed by the surplus of a larger one."""
    documents = (*DOCUMENTS, ("规章", "1", "2", "3", ""), ("行政规范性文件", "4", "5", "6", ""))
    licensing = (*LICENSING, ("行政许可", "", ""))
    reading = piped(*documents, *licensing)
    assert values(reading, ("licensing", "administrative_licensing")) == [BLANK]
    coercion = (("第二十条第（六）项",), LICENSING[1], ("行政处罚", "7", ""), ("行政强制", "8", ""))
    assert values(piped(*documents, *coercion), ("enforcement", "administrative_coercion")) == ["8"]
    blank = ("行政规范性文件", "4", "", "", "")
    assert values(piped(*documents[:3], blank), NORMATIVE) == ["4", BLANK, BLANK]
    assert values(piped(*DOCUMENTS, blank), NORMATIVE) == ["ambiguous/long_row"] * 3


APPLICANTS = ("申请人情况", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
GRANTED = ("applications", "granted")


@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (1, 1), (0, 2)])
def test_a_table_without_a_complete_row_is_placed_as_those_of_the_other_tables_are(before: int, after: int) -> None:
    def ended(label: str, *texts: str) -> Texts:
        return (label, *[""] * before, *texts, *[""] * after)

    first = ended("（一）予以公开", "1", *[""] * 6)
    documents = (*DOCUMENTS, ended("规章", "1", "2", "3"))
    assert values(piped(*documents, APPLICANTS, first), GRANTED) == ["1", *[BLANK] * 6]
    assert values(piped(APPLICANTS, first), GRANTED) == ["ambiguous/long_row"] * 7
    unlike = (*LICENSING, ("行政许可", "5", *[""] * (before + after + 1)))
    assert values(piped(*documents, *unlike, APPLICANTS, first), GRANTED) == ["ambiguous/long_row"] * 7


def test_a_header_on_two_levels_does_not_tell_how_long_a_row_is() -> None:
    row = ("1", *[""] * 5, "1")
    granted, more = ("（一）予以公开", *row), (("（七）总计", *row), ("四、结转下年度继续办理", *row))
    assert values(read(APPLICANTS, granted, spanned=False), GRANTED) == ["ambiguous/long_row"] * 7
    assert values(read(APPLICANTS, granted, *more, spanned=False), GRANTED) == ["1", *[BLANK] * 5, "1"]
    flat = values(read(*DOCUMENTS, ("规章", "1", "", "3"), spanned=False), RULES)
    assert flat == ["1", BLANK, "3"]


def test_reviews_are_one_row_under_labels_of_two_levels() -> None:
    header = (("行政复议", "行政诉讼"), ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
    reading = read(*header, tuple(str(n) for n in range(15)))
    printed = [str(cell.value) for path, cell in reading.cells.items() if path[0] == "reviews"]
    assert printed == [str(n) for n in range(15)]


def test_where_blanks_vanish_words_in_a_full_row_are_no_certain_cell() -> None:
    words = ("规章", "本单位未制作", "2", "3")
    assert values(lines(*DOCUMENTS, words, ("行政规范性文件", "4", "5", "6")), RULES) == [TEXT, "2", "3"]
    reading = lines(*DOCUMENTS, words, ("行政规范性文件", "4", "5"))
    assert values(reading, RULES) == ["ambiguous/words_in_row"] * 3
    assert values(reading, NORMATIVE) == ["ambiguous/short_row"] * 3


def test_where_blanks_vanish_a_full_row_above_a_lost_one_may_hold_its_values() -> None:
    short = (*LICENSING, ("行政许可",))
    rules = ("规章", "1", "2", "3")
    assert values(lines(*DOCUMENTS, rules, *short), RULES) == ["ambiguous/row_below_lost"] * 3
    assert values(lines(*DOCUMENTS, rules, ("行政规范性文件", "4", "5", "6"), *short), RULES) == ["1", "2", "3"]
    assert values(lines(*DOCUMENTS, rules), RULES) == ["1", "2", "3"]  # no blank has vanished
    assert values(piped(*DOCUMENTS, rules, *short), RULES) == ["1", "2", "3"]  # marks prove blanks


def test_of_the_row_the_document_ends_in_the_missing_cells_are_absent() -> None:
    collector = layout_rows(
        (*DOCUMENTS, ("规章", "1", "2", "3"), ("行政规范性文件", "4")), marked=True, assembled=True, spanned=False
    )
    collector.cut_last()
    reading = read_cells(place_cells(Recognised(FORM, (FORM,)), collector.tables))
    assert values(reading, NORMATIVE) == ["4", ABSENT, ABSENT]


# --- amounts


@pytest.mark.parametrize(
    ("header", "text", "yuan"),
    [
        ("本年收费金额（单位：万元）", "38.441094", Yuan(Decimal("384410.94"), "header", "万元")),
        ("本年收费金额（单位：万元）", "5元", Yuan(Decimal(5), "cell", "元")),
        ("本年收费金额", "38.44", Yuan(Decimal("38.44"), "inferred", "元")),
        ("本年收费金额", "8040", Yuan(None, "none", None)),
    ],
)
def test_an_amount_has_its_yuan_and_the_source_of_its_unit(header: str, text: str, yuan: Yuan) -> None:
    reading = read(("第二十条第（八）项",), ("信息内容", header), ("行政事业性收费", text))
    cell = reading.cells["fees", "administrative_fees", "amount_collected"]
    assert (cell.status, cell.yuan, cell.unit) == (VALUE, yuan, yuan.unit)


def test_an_amount_keeps_all_that_is_known_of_its_cell() -> None:
    noted = slot("5万元（含税）")
    cell = parse_slot(noted, "amount", "元", "万元", "variant", 0.9)
    yuan = Yuan(Decimal(50_000), "cell", "万元")
    assert cell == CellReading(noted.text, VALUE, Decimal(5), "万元", yuan, "variant", 0.9, noted, "bracketed_note")
    long = parse_slot(slot("1234567890123"), "amount", "万元", None, "label", 1.0)
    assert (long.status, long.note) == (TEXT, "too_many_digits")


def test_an_amount_printed_twice_differently_has_no_yuan() -> None:
    fees = (("第二十条第（八）项",), ("信息内容", "本年收费金额（元）"))
    reading = read(*fees, ("行政事业性收费", "5"), *fees, ("行政事业性收费", "6"))
    cell = reading.cells["fees", "administrative_fees", "amount_collected"]
    assert (cell.status, cell.value, cell.yuan, cell.raw) == (AMBIGUOUS, None, None, "5 / 6")


def slot(text: str, doubt: str | None = None) -> Slot:
    return Slot(text, 0, 0, 0, 1, 0, None, doubt)


@pytest.mark.parametrize(("text", "header_unit", "unit"), [("无", "万元", "万元"), ("无", None, None)])
def test_an_amount_without_a_number_has_the_unit_that_is_printed(
    text: str, header_unit: str | None, unit: str | None
) -> None:
    cell = parse_slot(slot(text), "amount", "万元", header_unit, "label", 1.0)
    assert cell == CellReading(text, NIL_MARK, None, unit, None, "label", 1.0, slot(text), None)


def test_a_number_that_the_reader_doubts_is_never_used() -> None:
    doubted = slot("5", "struck_text")
    cell = parse_slot(doubted, "count", "件", None, "label", 0.9)
    assert cell == CellReading("5", AMBIGUOUS, None, None, None, "label", 0.9, doubted, "struck_text")


@pytest.mark.parametrize(("kind", "status"), [("change", "ambiguous"), ("count", "value"), ("amount", "value")])
def test_a_sign_that_may_be_lost_is_a_doubt_only_where_a_number_may_be_negative(kind: str, status: str) -> None:
    cell = parse_slot(slot("7")._replace(doubt="sign_may_be_lost"), kind, "项", None, "label", 1.0)
    assert cell.status == status and (cell.note == "sign_may_be_lost") == (status == "ambiguous")


def test_a_count_keeps_why_it_is_no_number() -> None:
    cell = parse_slot(slot("1234567890123"), "count", "件", None, "variant", 0.9)
    assert (cell.status, cell.note, cell.unit) == (TEXT, "too_many_digits", "件")


# --- printed twice


def twice(first: Texts, second: Texts, *more: Texts) -> list[str | None]:
    return values(read(*DOCUMENTS, first, *(row for again in (second, *more) for row in (*DOCUMENTS, again))), RULES)


def test_the_same_cell_printed_twice_alike_is_one_cell() -> None:
    assert twice(("规章", "1", "", "3"), ("规章", "1", "", "3")) == ["1", BLANK, "3"]


def test_the_same_cell_printed_twice_differently_is_ambiguous_for_good() -> None:
    first, second = ("规章", "1", "", "3"), ("规章", "1", "0", "4")
    conflict = "ambiguous/printed_twice"
    assert twice(first, second) == ["1", conflict, conflict]
    assert twice(first, second, second) == ["1", conflict, conflict]
    reading = read(*DOCUMENTS, first, *DOCUMENTS, second, *DOCUMENTS, first)
    assert reading.cells[*RULES, "in_force"].raw == "3 / 4"


def test_what_is_absent_takes_no_part_in_a_conflict() -> None:
    reading = read(*DOCUMENTS, ("规章", "1", "2", "3"))
    absent = absent_cells(FORM)[*NORMATIVE, "issued"]
    kept = reading.cells[*RULES, "issued"]
    keep_cell(reading, (*RULES, "issued"), absent)
    assert reading.cells[*RULES, "issued"] == kept
    keep_cell(reading, (*NORMATIVE, "issued"), kept)
    assert reading.cells[*NORMATIVE, "issued"] == kept
    keep_cell(reading, ("documents", "other_documents", "issued"), kept)
    assert reading.cells["documents", "other_documents", "issued"] == kept


# --- templates


@pytest.mark.parametrize(
    ("row", "empty"),
    [
        (("规章", "", "", ""), True),
        (("规章", "　", "", ""), True),
        (("规章", "", "0", ""), False),
        (("规章", "", "无", ""), False),
        (("规章", "1", "2"), False),
    ],
)
def test_a_form_without_anything_printed_in_its_cells_is_a_template(row: Texts, empty: bool) -> None:
    assert is_empty(read(*DOCUMENTS, row)) is empty
