"""Which units a text prints: of money, of several things, of single ones, and what is none of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.forms import ALL_FORMS
from pipelines.forms.units import NO_UNITS, YUAN, PrintedUnits, joined, printed_units, units_of_their_own, whole_units


def test_each_unit_of_money_is_what_its_word_says() -> None:
    digits = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
    for word, yuan in YUAN.items():
        value = Decimal(1)
        for character in word.removesuffix("元"):
            value *= digits[character]
        assert yuan == value, word


@pytest.mark.parametrize("unit", YUAN)
@pytest.mark.parametrize(
    "text",
    ["{}", "（{}）", "单位：{}", "（单位:{}）", "人民币{}", "{}（人民币）", "{}整", "金额单位为{}", " {} ", "[{}]"],
)
def test_a_unit_of_money_is_known_in_any_dress(unit: str, text: str) -> None:
    assert whole_units(text.format(unit)) == PrintedUnits(money=(unit,))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("萬元", "万元"),
        ("万圆", "万元"),
        ("仟元", "千元"),
        ("佰元", "百元"),
        ("萬圓", "万元"),
        ("￥", "元"),
        ("￥万元", "万元"),
    ],
)
def test_a_unit_in_another_spelling_is_the_same(text: str, unit: str) -> None:
    assert whole_units(text) == PrintedUnits(money=(unit,))


@pytest.mark.parametrize("text", ["美元", "万美元", "港币", "US$", "欧元", "USD", "分", "万千元", "%"])
def test_what_is_no_unit_of_the_yuan_is_unknown(text: str) -> None:
    found = whole_units(text)
    assert found is not None and found.unknown and not found.money


@pytest.mark.parametrize("text", ["", "含税", "人民币", "其中10万元", "单位", "十", "项目", "约5万元", "减少"])
def test_words_and_amounts_are_no_units(text: str) -> None:
    assert whole_units(text) is None


def test_a_multiple_alone_is_one_of_money_and_of_things() -> None:
    assert whole_units("万") == PrintedUnits(money=("万元",), several=("万",))
    assert whole_units("千件") == PrintedUnits(several=("千件",))
    assert whole_units("件") == PrintedUnits(single=("件",))


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("采购总金额(万元)", ("万元",)),
        ("金额（亿元）", ("亿元",)),
        ("本年收费金额单位：元", ("元",)),
        ("本年收费金额万元", ("万元",)),
        ("本年收费金额（单位：百万元，保留两位小数）", ("百万元",)),
        ("本年收费金额（单位：万元/元）", ("万元", "元")),
        ("本年收费金额（单位：元，非万元）", ("元", "万元")),
        ("采购总金额（100万元以上项目）（元）", ("元",)),
        ("采购总金额（一百万元以上）", ()),
        ("本年收费金额", ()),
        ("元旦期间单元多元化", ()),
    ],
)
def test_a_header_may_name_units_of_money(text: str, money: tuple[str, ...]) -> None:
    assert printed_units(text) == PrintedUnits(money=money)


def test_a_word_after_unit_that_is_none_is_unknown() -> None:
    assert printed_units("本年收费金额（单位：越南盾）").unknown == ("越南盾",)
    assert printed_units("本年收费金额（单位：）") == printed_units("单位") == NO_UNITS


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("本年处理决定数量（单位：万件）", ("万件",)),
        ("行政许可（千件）", ("千件",)),
        ("处理决定数量（以百件计）", ("百件",)),
        ("处理决定数量（其中十件为简易程序）", ()),
        ("处理决定数量（其中3万件为简易程序）", ()),
        ("处理决定数量（2020年办件量）", ()),
    ],
)
def test_a_header_may_count_in_several_things(text: str, several: tuple[str, ...]) -> None:
    assert printed_units(text).several == several


def test_no_label_of_a_form_names_a_unit() -> None:
    for form in ALL_FORMS.values():
        for table in form.tables:
            rows = [label for row in (*table.rows, *table.extra_rows) for label in (row.label, *row.aliases)]
            columns = [label for column in table.columns for label in (column.label, *column.aliases)]
            for label in (*rows, *columns, *(group.label for group in table.groups)):
                assert printed_units(label) == NO_UNITS, label


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("单位：元", ("元",)),
        ("（金额单位：万元）", ("万元",)),
        ("注：以上金额单位均为万元", ("万元",)),
        ("单位：件/万元", ("万元",)),
        ("第二十条第（八）项（单位：元）", ("元",)),
        ("单位：莒县财政局", None),
        ("填报单位（盖章）：", None),
        ("各单位要高度重视", None),
        ("行政许可", None),
        ("本年度全市各有关单位共收到各类申请，金额的单位一律写在表格最上面的一行之中，单位：元", None),
    ],
)
def test_a_line_may_tell_the_units_of_a_table(text: str, money: tuple[str, ...] | None) -> None:
    found = units_of_their_own(text)
    assert (None if found is None else found.money) == money


def test_units_that_contradict_each_other_are_parted() -> None:
    assert joined(("万元",)) == joined(("万元", "万元")) == "万元"
    assert joined(("万元", "元")) == "万元/元"
    assert joined(()) is None
