"""A unit counts once, wherever it is printed: in the cell, in its header, its label, or a line above the table."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from pipelines.extracting.numbers import AMBIGUOUS, TEXT, VALUE
from pipelines.extracting.report import extract
from pipelines.extracting.tables import layout_cache
from pipelines.extracting.tables.cells import CellReading
from pipelines.extracting.tables.units_beside import HeaderText, units_of_columns
from pipelines.forms.units import NO_UNITS, YUAN, PrintedUnits
from pipelines.reading import read as read_bytes
from tests.extracting.tables.printed_rows import OF_2019, read

FEES = ("fees", "administrative_fees", "amount_collected")
DECISIONS = ("licensing", "administrative_licensing", "decisions")
CHANGE = ("licensing", "administrative_licensing", "items_change")
PLACES = ("cell", "brackets", "unit word in brackets", "header", "header word", "label", "above", "row")


def fees(cell: str, *, header: str = "", label: str = "", above: str = "", row: str = "") -> CellReading:
    rows = [
        ("第二十条第（八）项",),
        *([(above,)] if above else []),
        ("信息内容", f"本年收费金额{header}"),
        *([(row,)] if row else []),
        (f"行政事业性收费{label}", cell),
    ]
    return read(*rows).cells[FEES]


def printed(number: str, unit: str, place: str) -> CellReading:
    match place:
        case "cell":
            return fees(f"{number}{unit}")
        case "brackets":
            return fees(f"{number}（{unit}）")
        case "unit word in brackets":
            return fees(f"{number} (单位:{unit})")
        case "header":
            return fees(number, header=f"（{unit}）")
        case "header word":
            return fees(number, header=f"单位：{unit}")
        case "label":
            return fees(number, label=f"（单位：{unit}）")
        case "above":
            return fees(number, above=f"单位：{unit}")
    return fees(number, row=f"（单位：{unit}）")


def yuan(cell: CellReading) -> Decimal | None:
    return None if cell.yuan is None else cell.yuan.yuan


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("unit", YUAN)
def test_a_unit_of_money_counts_once_wherever_it_is_printed(unit: str, place: str) -> None:
    rng = random.Random(f"{unit} {place}")
    for number in ("7", "28204", "1,250", "12.5", f"{rng.randint(1, 99999)}.{rng.randint(10, 99)}"):
        cell = printed(number, unit, place)
        value = Decimal(number.replace(",", ""))
        if value * YUAN[unit] >= 10**16:  # more than tables hold
            assert (cell.status, cell.value, yuan(cell), cell.note) == (TEXT, None, None, "too_many_digits")
        else:
            assert (cell.status, cell.value, yuan(cell), cell.note) == (VALUE, value, value * YUAN[unit], None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("unit", ["美元", "港币", "万美元", "USD"])
def test_an_amount_of_another_currency_has_no_number(unit: str, place: str) -> None:
    cell = printed("28204", unit, place)
    assert cell.value is None and cell.yuan is None
    assert place == "cell" or (cell.status, cell.note) == (AMBIGUOUS, "unknown_unit")


def test_two_places_that_contradict_are_told_and_the_cell_is_the_nearer() -> None:
    rng = random.Random(11)
    units = list(YUAN)
    for _ in range(200):
        near, far = rng.sample(units, 2)
        own, beside = rng.choice(("{}{}", "{}（{}）", "{}（单位：{}）")), f"（单位：{far}）"
        where = rng.choice(("header", "label", "above", "row"))
        cell = fees(own.format(500, near), **{where: beside})
        assert (cell.status, yuan(cell), cell.note) == (VALUE, 500 * YUAN[near], "units_contradict")
        others = [place for place in ("header", "label", "above", "row") if place != where]
        cell = fees("500", **{where: beside, rng.choice(others): f"（单位：{near}）"})
        assert (cell.status, cell.value, cell.yuan, cell.note) == (AMBIGUOUS, None, None, "units_contradict")


def test_zero_is_zero_in_every_unit() -> None:
    for cell in (
        fees("0", header="（美元）"),
        fees("0", header="（元）", label="（万元）"),
        fees("0（万元）", header="（元）"),
    ):
        assert (cell.status, cell.value, yuan(cell)) == (VALUE, Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("cell", "header", "note"),
    [
        ("28204万元（元）", "", "units_contradict"),
        ("5000（件）", "", "unknown_unit"),
        ("5000", "（单位：件）", "unknown_unit"),
        ("28204（合2.8204亿元）", "", "units_contradict"),
        ("28204（含2.8204亿元贷款）", "（元）", "units_contradict"),
        ("￥500", "（万元）", "units_contradict"),
        ("500万元（元）（含税）", "", "units_contradict"),
        ("500（0.05万元）", "（万元）", "units_contradict"),
        ("500元（5万元）", "", "units_contradict"),
        ("500（W）", "（元）", "unknown_unit"),
    ],
)
def test_an_amount_whose_unit_is_not_sure_has_no_number(cell: str, header: str, note: str) -> None:
    found = fees(cell, header=header)
    assert (found.status, found.value, found.yuan, found.note) == (AMBIGUOUS, None, None, note)


@pytest.mark.parametrize(
    ("cell", "header", "amount"),
    [
        ("2.8204亿（元）", "", "282040000"),
        ("28204万（含税）", "", "282040000"),
        ("28204（万元）（含税）", "", "282040000"),
        ("13000000（其中罚没30元）", "（元）", "13000000"),
        ("500元（0.05万元）", "", "500"),
        ("500（计量单位：元）", "", "500"),
        ("人民币28204万元整", "", "282040000"),
        ("RMB28204元", "", "28204"),
        ("￥500", "（元）", "500"),
    ],
)
def test_an_amount_in_the_words_of_an_office_is_exact(cell: str, header: str, amount: str) -> None:
    assert yuan(fees(cell, header=header)) == Decimal(amount)


def test_the_same_amount_printed_twice_in_two_units_is_no_number() -> None:
    table = (("第二十条第（八）项",), ("信息内容", "本年收费金额"))
    cell = read(*table, ("行政事业性收费", "5万元"), *table, ("行政事业性收费", "5元")).cells[FEES]
    assert (cell.status, cell.yuan, cell.note) == (AMBIGUOUS, None, "printed_twice")


# --- counts


def decisions(cell: str, *, header: str = "", label: str = "", above: str = "") -> CellReading:
    rows = [
        ("第二十条第（五）项",),
        *([(above,)] if above else []),
        ("信息内容", f"本年处理决定数量{header}"),
        (f"行政许可{label}", cell),
    ]
    return read(*rows).cells[DECISIONS]


@pytest.mark.parametrize("unit", ["十件", "百件", "千件", "万件", "万项", "亿件", "元", "万元"])
@pytest.mark.parametrize("place", ["cell", "header", "header word", "label", "above"])
def test_a_count_in_a_larger_unit_has_no_number(unit: str, place: str) -> None:
    cell = {
        "cell": decisions(f"16（{unit}）"),
        "header": decisions("16", header=f"（{unit}）"),
        "header word": decisions("16", header=f"（单位：{unit}）"),
        "label": decisions("16", label=f"（{unit}）"),
        "above": decisions("16", above=f"单位：{unit}"),
    }[place]
    if "元" in unit and place in ("label", "above"):  # a line that tells the unit of amounts alone
        assert cell.value == 16
    else:
        assert (cell.status, cell.value, cell.note) == (AMBIGUOUS, None, "larger_unit")
    assert decisions("0", header=f"（{unit}）").value == 0


@pytest.mark.parametrize("unit", ["件", "项", "宗", "起", "人次"])
def test_a_count_in_single_things_is_a_number(unit: str) -> None:
    for cell in (
        decisions(f"16（{unit}）"),
        decisions("16", header=f"（单位：{unit}）"),
        decisions("16", label=f"（{unit}）"),
        decisions("16", above=f"单位：{unit}"),
    ):
        assert (cell.status, cell.value) == (VALUE, Decimal(16))


def test_the_name_of_an_agency_above_a_table_is_no_unit() -> None:
    assert decisions("16", above="单位：莒县财政局").value == 16


def test_the_unit_of_one_column_is_not_that_of_another() -> None:
    table = OF_2019.table_by_id["procurement"]
    header = [HeaderText("project_count", "采购项目数量（个）"), HeaderText("total_amount", "采购总金额（万）")]
    assert units_of_columns(table, header, NO_UNITS) == {"total_amount": "万元"}
    header = [HeaderText("project_count", "采购项目数量（百个）"), HeaderText("total_amount", "采购总金额（元）")]
    assert units_of_columns(table, header, NO_UNITS) == {"project_count": "百个", "total_amount": "元"}
    shared = PrintedUnits(money=("万元",), several=("万",))
    assert units_of_columns(table, [], shared) == {"total_amount": "万元"}


def test_a_header_that_lost_a_column_keeps_its_unit() -> None:
    cell = read(
        ("第二十条第（九）项",), ("信息内容", "采购总金额（百元）"), ("政府集中采购", "3", "500"), form=OF_2019
    ).cells["procurement", "centralized_procurement", "total_amount"]
    assert cell.yuan is None or cell.yuan.yuan == 50_000


# --- changes


def change(cell: str, header: str = "本年增/减") -> CellReading:
    rows = (
        ("第二十条第（五）项",),
        ("信息内容", "上一年项目数量", header, "处理决定数量"),
        ("行政许可", "9", cell, "7"),
    )
    return read(*rows, form=OF_2019).cells[CHANGE]


@pytest.mark.parametrize("header", ["本年减少", "本年减", "本年减少数", "减", "本年增/减（减少）"])
@pytest.mark.parametrize("text", ["5", "+5", "-5", "增5"])
def test_a_change_under_less_alone_has_no_number(header: str, text: str) -> None:
    cell = change(text, header)
    assert (cell.status, cell.value) == (AMBIGUOUS, None)
    assert change("0", header).value in (0, None)


@pytest.mark.parametrize("header", ["本年增/减", "本年增减", "本年增", "本年增/减（减少用“-”表示）"])
def test_a_change_under_a_header_of_both_is_what_it_says(header: str) -> None:
    assert (change("5", header).value, change("-5", header).value) == (Decimal(5), Decimal(-5))


# --- what is struck, and what is remembered


def page(header: str, *values: str, line: str = "") -> bytes:
    rows = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in zip(LABELS, values, strict=True))
    head = "<h1>甲县财政局2021年政府信息公开工作年度报告</h1><p>二、主动公开政府信息情况</p>"
    return f"<html><body>{head}{line}<table>{header}{rows}</table></body></html>".encode()


LABELS = ("行政事业性收费",)


@pytest.fixture
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_cache, "_plans", {})
    monkeypatch.setattr(layout_cache, "_met", {})


def heading(unit: str) -> str:
    return f"<tr><td>信息内容</td><td>本年收费金额（单位：{unit}）</td></tr>"


def amount(data: bytes) -> CellReading:
    reading = extract(read_bytes(data), 2026).reading
    assert reading is not None
    return reading.cells[FEES]


@pytest.mark.usefixtures("_nothing_remembered")
def test_a_table_is_read_in_its_own_unit_whatever_is_remembered_and_a_struck_unit_is_none() -> None:
    pages = [
        page(heading("元"), "500"),
        page(heading("万元"), "500"),
        page(heading("<del>万</del>元"), "500"),
        page("<tr><td>信息内容</td><td>本年收费金额</td></tr>", "500", line="<p>单位：千元</p>"),
        page("<tr><td>信息内容</td><td>本年收费金额</td></tr>", "500", line="<p>单位：百元</p>"),
        page(heading("万元"), "500（元）"),
    ]
    expected = [500, 5_000_000, None, 500_000, 50_000, 500]
    for _ in range(3):
        assert [yuan(amount(each)) for each in pages] == expected


@pytest.mark.usefixtures("_nothing_remembered")
def test_the_columns_of_more_and_of_less_do_not_look_alike() -> None:
    pages = [change_page(header) for header in ("增", "减", "本年增/减", "本年减少") * 3]
    for number, data in enumerate(pages):
        reading = extract(read_bytes(data), 2026).reading
        assert reading is not None
        assert reading.cells[CHANGE].value in ((None, 5), (None,), (5,), (None,))[number % 4]


def change_page(header: str) -> bytes:
    columns = "".join(f"<td>{text}</td>" for text in ("信息内容", "上一年项目数量", header, "处理决定数量"))
    cells = "".join(f"<td>{text}</td>" for text in ("行政许可", "9", "5", "7"))
    head = "<h1>甲县财政局2020年政府信息公开工作年度报告</h1><p>二、主动公开政府信息情况</p>"
    return f"<html><body>{head}<table><tr>{columns}</tr><tr>{cells}</tr></table></body></html>".encode()


@pytest.mark.parametrize("line", ["单位：{}", "（金额单位：{}）", "第二十条第（八）项（单位：{}）"])
def test_the_unit_in_a_line_of_text_counts_for_the_table_below(line: str) -> None:
    text = (
        "甲县财政局2021年政府信息公开工作年度报告\n二、主动公开政府信息情况\n{}\n"
        "信息内容 | 本年收费金额 |\n行政事业性收费 | 500 |\n"
        "三、收到和处理政府信息公开申请情况\n"
    )
    for unit, times in YUAN.items():
        assert yuan(amount(text.format(line.format(unit)).encode())) == 500 * times
