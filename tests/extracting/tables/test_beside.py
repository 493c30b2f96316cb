"""Columns beside those of the form: a cell stands under its header, whatever of its row is blank, or it is in doubt."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from benchmarks.corpus.damage import added_column
from benchmarks.corpus.formats import printers
from benchmarks.corpus.judging import judge_file
from benchmarks.corpus.printing import random_printout
from pipelines.extracting.numbers import AMBIGUOUS, BLANK
from pipelines.extracting.tables.cells import FormReading, place_cells, read_cells
from pipelines.extracting.tables.collector import Collector
from pipelines.extracting.tables.recognition import Recognised
from pipelines.extracting.tables.rows import LogicalRow, Slot
from tests.extracting.tables.printed_rows import (
    CAPTION,
    DOCUMENTS,
    FORM,
    HEADER,
    NORMATIVE,
    RULES,
    Texts,
    lines,
    piped,
    read,
    values,
)

Piece = tuple[str, int, int]
LOWER = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
RECEIVED, CARRIED_IN = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
# 上年结转 as it is printed: blank, blank, blank, blank, 1, 3, 4.
FEW = ("", "", "", "", "1", "3", "4")
EXPECTED = [BLANK, BLANK, BLANK, BLANK, "1", "3", "4"]


def grid(*rows: tuple[Piece, ...], year: int = 2021, spanned: bool = True) -> FormReading:
    """Read one grid whose cells have the grid columns given."""
    collector = Collector()
    for number, pieces in enumerate(rows):
        slots = tuple(Slot(text, 0, number, left, right, number + 1) for text, left, right in pieces)
        collector.feed(LogicalRow(slots, True, False, spanned))
    known = tuple(FORM if raw.table in FORM.table_by_id else None for raw in collector.tables)
    return read_cells(place_cells(Recognised(FORM, known), collector.tables, year))


def side_by_side(texts: tuple[str, ...], first: int = 0) -> tuple[Piece, ...]:
    return tuple((text, first + n, first + n + 1) for n, text in enumerate(texts))


def applications(names: tuple[str, ...], *, end: str = "", begin: int = 1) -> list[tuple[Piece, ...]]:
    """Return the header of the applications: 自然人, names below 法人或其他组织, 总计, one at the end."""
    last = begin + 1 + len(names)
    beside = ((end, last + 1, last + 2),) if end else ()
    upper = (("自然人", begin, begin + 1), ("法人或其他组织", begin + 1, last), ("总计", last, last + 1))
    return [(("申请人情况", begin, last + 1), *beside), upper, side_by_side(names, begin + 1)]


def carried_in(reading: FormReading) -> list[str]:
    cells = [reading.cells["applications", "carried_in", c.id] for c in FORM.table_by_id["applications"].columns]
    return [str(cell.value) if cell.value is not None else cell.status for cell in cells]


@pytest.mark.parametrize("name", ["备注", "上年总计", "同比增减", "占比", "其中网上申请", "说明"])
@pytest.mark.parametrize("text", ["—", "无", "12%", "4321", "0", ""])
def test_a_column_behind_the_total_shifts_no_row_with_blanks(name: str, text: str) -> None:
    rows = [(label, *texts, text) for label, texts in ((RECEIVED, "1234567"), (CARRIED_IN, FEW))]
    reading = grid(*applications(LOWER, end=name), *map(side_by_side, rows))
    assert carried_in(reading) == EXPECTED
    assert [row.label for row in reading.unmapped] == ([name] if text else [])


@pytest.mark.parametrize("name", ["小计", "个体工商户", "其他组织合计"])
@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("text", ["4", "", "—"])
def test_a_column_among_those_of_organisations_shifts_none(name: str, place: int, text: str) -> None:
    names = (*LOWER[:place], name, *LOWER[place:])
    rows = [(label, *t[: place + 1], text, *t[place + 1 :]) for label, t in ((RECEIVED, "1234567"), (CARRIED_IN, FEW))]
    assert carried_in(grid(*applications(names), *map(side_by_side, rows))) == EXPECTED


@pytest.mark.parametrize("name", ["序号", "行次", "编号"])
def test_the_number_of_a_row_is_no_figure_whether_before_its_label_or_behind_it(name: str) -> None:
    header = applications(LOWER, begin=2)
    behind = [((name, 1, 2), *header[0]), *header[1:]]
    reading = grid(
        *behind, *(side_by_side((label, n, *t)) for label, n, t in ((RECEIVED, "1", "1234567"), (CARRIED_IN, "2", FEW)))
    )
    assert carried_in(reading) == EXPECTED
    before = [((name, 0, 1), *header[0]), *header[1:]]
    reading = grid(
        *before, *(side_by_side((n, label, *t)) for label, n, t in ((RECEIVED, "1", "1234567"), (CARRIED_IN, "2", FEW)))
    )
    assert (carried_in(reading), reading.unmapped) == (EXPECTED, [])


def test_a_column_whose_header_is_blank_or_lost_leaves_rows_in_doubt() -> None:
    rows = [(label, *texts, "9") for label, texts in ((RECEIVED, "1234567"), (CARRIED_IN, FEW))]
    assert carried_in(grid(*applications(LOWER), *map(side_by_side, rows))) == [AMBIGUOUS] * 7
    assert carried_in(grid(*applications(LOWER), side_by_side(rows[1]))) == [AMBIGUOUS] * 7


def test_a_blank_that_is_merged_and_a_surplus_cell_do_not_make_up_for_each_other() -> None:
    row = ((CARRIED_IN, 0, 1), ("", 1, 3), *side_by_side(("", "", "1", "3", "4", ""), 3))
    assert carried_in(grid(*applications(LOWER), row)) == [AMBIGUOUS] * 7


def test_a_strange_column_in_the_place_of_one_of_the_form_is_not_read_as_it() -> None:
    names = (*LOWER[:3], "个体工商户", LOWER[4])
    reading = grid(*applications(names), side_by_side((CARRIED_IN, *"1234567")))
    assert carried_in(reading) == ["1", "2", "3", "4", AMBIGUOUS, "6", "7"]
    lost = (*LOWER[:3], LOWER[4])
    reading = grid(*applications(lost, end="备注"), side_by_side((CARRIED_IN, *"123456", "—")))
    assert carried_in(reading) == ["1", "2", "3", "4", AMBIGUOUS, "5", "6"]


def test_another_word_for_the_total_is_the_total_but_below_the_organisations() -> None:
    total, upper, lower = applications(LOWER)
    named = (*upper[:2], ("合计", *upper[2][1:]))
    row = side_by_side((CARRIED_IN, *FEW))
    assert carried_in(grid(total, named, lower, row)) == EXPECTED
    within = applications((*LOWER, "合计"))
    without = [within[0], within[1][:2], within[2]]
    assert carried_in(grid(*without, row))[-1] == AMBIGUOUS


def test_the_reviews_keep_their_places_beside_remarks() -> None:
    results = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    upper = (("行政复议", 0, 5), ("行政诉讼", 5, 15), ("备注", 15, 16))
    middle = (*side_by_side(results), ("未经复议直接起诉", 5, 10), ("复议后起诉", 10, 15))
    figures = ("1", "", "", "", "1", "", "2", "", "", "2", "", "", "", "", "", "—")
    reading = grid(upper, middle, side_by_side(results * 2, 5), side_by_side(figures))
    read_back = [
        reading.cells["reviews", row.id, c.id].raw
        for row in FORM.table_by_id["reviews"].rows
        for c in FORM.table_by_id["reviews"].columns
    ]
    assert read_back == list(figures[:15])


def test_in_text_a_row_beside_another_column_is_in_doubt_unless_every_cell_is_marked() -> None:
    header = (CAPTION, (*HEADER, "备注"))
    assert values(piped(*header, ("规章", "", "2", "3", "无")), RULES) == [BLANK, "2", "3"]
    assert values(piped(*header, ("规章", "2", "3", "无")), RULES) == ["ambiguous/short_row"] * 3
    assert {v.split("/")[0] for v in map(str, values(lines(*header, ("规章", "2", "3", "1")), RULES))} == {AMBIGUOUS}


def test_figures_that_count_the_rows_of_a_text_leave_it_unread() -> None:
    header, row = ("申请人情况", "自然人", "法人或其他组织", "总计", *LOWER), ("1", "2", "3", "4", "5", "6")
    labels = (RECEIVED, CARRIED_IN, "（一）予以公开", "（二）部分公开", "四、结转下年度继续办理")
    counted: list[Texts] = [(label, *row, str(n)) for n, label in enumerate(labels, start=2)]
    assert set(carried_in(lines(header, *counted))) == {AMBIGUOUS}


# --- years

LICENSED = ("licensing", "administrative_licensing", "decisions")
OF_ITEM_5 = (("第二十条第（五）项", 0, 7),)


def licensed(header: Sequence[tuple[Piece, ...]], *figures: Piece, year: int = 2021) -> str:
    cell = grid(OF_ITEM_5, *header, (("行政许可", 0, 1), *figures), year=year).cells[LICENSED]
    return str(cell.value) if cell.value is not None else cell.status


@pytest.mark.parametrize(("year", "expected"), [(2020, "5"), (2021, "168"), (2022, AMBIGUOUS), (0, AMBIGUOUS)])
def test_of_two_years_under_a_header_the_reports_is_taken(year: int, expected: str) -> None:
    header = [(("信息内容", 0, 1), ("处理决定数量", 1, 7)), (("2020年", 1, 4), ("2021年", 4, 7))]
    assert licensed(header, ("5", 1, 4), ("168", 4, 7), year=year) == expected


def test_this_year_and_last_year_under_a_header_are_told_apart() -> None:
    header = [(("信息内容", 0, 1), ("处理决定数量", 1, 7)), (("上年", 1, 4), ("本年", 4, 7))]
    assert licensed(header, ("5", 1, 4), ("168", 4, 7)) == "168"
    assert licensed(header, ("5", 1, 4), ("", 4, 7)) == BLANK


@pytest.mark.parametrize(
    "name",
    [
        "上年处理决定数量",
        "累计处理决定数量",
        "去年处理决定数量",
        "上半年处理决定数量",
        "处理决定数量（上年）",
        "处理决定数量同比",
        "2020年处理决定数量",
        "处理决定数量（指2019年办件量）",
        "二〇二〇年处理决定数量",
        "2020-2021年处理决定数量",
        "十三五期间处理决定数量",
        "本月处理决定数量",
        "拟处理决定数量",
    ],
)
def test_a_header_of_another_period_is_not_this_years_figure(name: str) -> None:
    assert licensed([(("信息内容", 0, 1), (name, 1, 7))], ("5", 1, 7)) == AMBIGUOUS


@pytest.mark.parametrize(
    "name",
    [
        "处理决定数量",
        "二〇二一年处理决定数量",
        "本年处理决定数量（2021年）",
        "处理决定数量（指2021年办件量）",
        "处理决定数量2021年",
    ],
)
def test_a_header_that_names_the_year_of_the_report_is_this_years(name: str) -> None:
    assert licensed([(("信息内容", 0, 1), (name, 1, 7))], ("5", 1, 7)) == "5"


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("申请人情况", EXPECTED),
        ("2021年申请人情况", EXPECTED),
        ("上年申请人情况", [AMBIGUOUS] * 7),
        ("2020年申请人情况", [AMBIGUOUS] * 7),
        ("上半年申请人情况", [AMBIGUOUS] * 7),
    ],
)
def test_what_stands_above_all_columns_may_make_them_another_times(above: str, expected: list[str]) -> None:
    _, *rest = applications(LOWER)
    rows = [(label, *texts) for label, texts in ((RECEIVED, "1234567"), (CARRIED_IN, FEW))]
    assert carried_in(grid(((above, 1, 8),), *rest, *map(side_by_side, rows))) == expected


def test_a_column_divided_otherwise_is_in_doubt() -> None:
    header = [(("信息内容", 0, 1), ("处理决定数量", 1, 7)), (("件数", 1, 4), ("人数", 4, 7))]
    assert licensed(header, ("", 1, 4), ("168", 4, 7)) == AMBIGUOUS


# --- what agencies add, at random, in files of every format that has real cells


@pytest.mark.parametrize("name", ["html plain", "html nested", "html trailing", "docx", "xlsx", "pdf", "odt"])
def test_a_column_that_an_agency_added_makes_no_cell_wrong(name: str) -> None:
    rng = random.Random(f"added {name}")
    for _ in range(3):
        printout = random_printout(rng, rng.choice(("2019", "2021")), blanks=0.5)
        added_column(rng, printout)
        verdict = judge_file(printout, printers()[name](rng, printout))
        assert verdict.wrong == ()
        assert verdict.right >= 0.85 * (verdict.right + verdict.flagged)


def test_rows_read_as_before_where_no_column_is_added() -> None:
    assert values(read(*DOCUMENTS, ("规章", "", "2", ""), ("行政规范性文件", "4", "", "6")), RULES) == [
        BLANK,
        "2",
        BLANK,
    ]
    assert values(read(*DOCUMENTS, ("行政规范性文件", "4", "", "6")), NORMATIVE) == ["4", BLANK, "6"]
