"""Printed values: status and exact number, and amounts in yuan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.extracting.numbers import (
    AMBIGUOUS,
    BLANK,
    BRACKETED_NOTE,
    LARGER_UNIT,
    NIL_MARK,
    SIGN_UNCLEAR,
    TEXT,
    VALUE,
    Yuan,
    is_sign_word,
    looks_like_value,
    parse_value,
    to_yuan,
)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0", "count", "0"),
        ("　0", "count", "0"),
        ("0\xa0", "count", "0"),
        ("２８", "count", "28"),
        ("1,113", "count", "1113"),
        ("31批次", "count", "31"),
        ("0件", "count", "0"),
        ("12項", "count", "12"),
        ("-1", "count", "-1"),
        ("3.0", "count", "3"),
        ("5（其中行政许可3件）", "count", "5"),
        ("+170", "change", "170"),
        ("+0", "change", "0"),
        ("-417", "change", "-417"),
        ("−8", "change", "-8"),
        ("增10", "change", "10"),
        ("增加5", "change", "5"),
        ("减4", "change", "-4"),
        ("減4", "change", "-4"),
        ("减少(3)", "change", "-3"),
        ("未增未减", "change", "0"),
        ("0/0", "change", "0"),
        ("+(0) -(0)", "change", "0"),
        ("28204万元", "amount", "28204"),
        ("28204萬元", "amount", "28204"),
        ("55613033.29", "amount", "55613033.29"),
        ("149.673874", "amount", "149.673874"),
        ("￥1,000.50", "amount", "1000.50"),
        ("+5万元", "amount", "5"),
        ("-5万元", "amount", "-5"),
        ("123456789012", "amount", "123456789012"),
        ("0.123456", "amount", "0.123456"),
        ("0.1234560", "amount", "0.123456"),
        ("12.30", "amount", "12.3"),
    ],
)
def test_a_number_is_read_exactly(text: str, kind: str, value: str) -> None:
    parsed = parse_value(text, kind)
    assert (parsed.status, parsed.value) == (VALUE, Decimal(value))


@pytest.mark.parametrize("text", ["", " ", "　　", "\xa0", "\u200b", "\n"])
def test_blank_is_blank_and_never_zero(text: str) -> None:
    assert parse_value(text, "count") == (BLANK, None, None, None)


@pytest.mark.parametrize("text", ["-", "—", "/", "无", "無", "——", "－"])
def test_a_nil_mark_is_no_number(text: str) -> None:
    assert parse_value(text, "count")[:2] == (NIL_MARK, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3.5", "count"),
        ("增", "change"),
        ("本单位未制作规章", "count"),
        ("12 34", "count"),
        ("000", "count"),
        ("007", "count"),
        ("1,11", "count"),
        ("NaN", "count"),
        ("1e5", "amount"),
        ("增5", "count"),
        ("5万", "count"),
        ("1.2.3", "amount"),
        ("约5万元", "amount"),
        ("+5-3", "change"),
    ],
)
def test_doubt_is_text(text: str, kind: str) -> None:
    assert parse_value(text, kind) == (TEXT, None, None, None)


@pytest.mark.parametrize("text", ["1234567890123", "0.1234567"])
def test_a_number_longer_than_any_figure_of_a_report_is_text_and_says_so(text: str) -> None:
    assert parse_value(text, "amount") == (TEXT, None, None, "too_many_digits")


@pytest.mark.parametrize(
    ("text", "kind", "note"),
    [
        ("5（其中行政许可3件）", "count", BRACKETED_NOTE),
        ("+5（新增）", "change", BRACKETED_NOTE),
        ("5万元（含税）", "amount", BRACKETED_NOTE),
        ("5", "count", None),
        ("-5", "change", None),
        ("5万元", "amount", None),
    ],
)
def test_a_bracketed_note_after_the_number_is_told(text: str, kind: str, note: str | None) -> None:
    assert parse_value(text, kind).note == note


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5（减少）", -5),
        ("5(减)", -5),
        ("5（負）", -5),
        ("5（负数）", -5),
        ("-5（减少5项）", -5),
        ("减5（取消）", -5),
        ("5（增加）", 5),
        ("+5（新增）", 5),
        ("增5（增8减3）", 5),
        ("5（2019-2020年）", 5),
        ("0（未减少）", 0),
    ],
)
def test_the_sign_of_a_change_may_stand_behind_it(text: str, value: int) -> None:
    assert parse_value(text, "change")[:2] == (VALUE, Decimal(value))


@pytest.mark.parametrize(
    "text",
    [
        "5(-)",
        "增加5（减少3）",
        "+5（减少）",
        "-5（增加）",
        "5（增8减3）",
        "5（较上年下降）",
        "5（↓）",
        "0（减少5）",
        "增0（减5）",
    ],
)
def test_a_change_with_another_sign_behind_it_is_ambiguous(text: str) -> None:
    assert parse_value(text, "change") == (AMBIGUOUS, None, None, SIGN_UNCLEAR)
    assert looks_like_value(text)


@pytest.mark.parametrize("text", ["▲5", "△5", "↓5", "(5)", "5-", "增加5/减少3", "—5", "增-5", "净减5"])
def test_a_change_with_a_sign_of_its_own_kind_is_no_number(text: str) -> None:
    assert parse_value(text, "change").value is None


@pytest.mark.parametrize("text", ["16（万件）", "16(千)", "16（单位：百件）", "16（以万件计）", "16（元）", "16（%）"])
@pytest.mark.parametrize("kind", ["count", "change"])
def test_a_count_of_more_than_one_thing_each_is_ambiguous(text: str, kind: str) -> None:
    assert parse_value(text, kind) == (AMBIGUOUS, None, None, LARGER_UNIT)
    assert looks_like_value(text)


@pytest.mark.parametrize("text", ["16（件）", "16（其中十件为简易程序）", "16（含罚没10万元的3件）"])
def test_a_note_of_things_and_amounts_does_not_change_a_count(text: str) -> None:
    assert parse_value(text, "count") == (VALUE, Decimal(16), None, BRACKETED_NOTE)


@pytest.mark.parametrize("text", ["7(817", "12（含废止", "5(3", "增3（见注", "5万元（含税"])
@pytest.mark.parametrize("kind", ["count", "change", "amount"])
def test_a_bracket_that_is_not_closed_may_stand_for_a_digit_or_a_comma(text: str, kind: str) -> None:
    assert parse_value(text, kind).status == TEXT


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("28204万元", "万元"),
        ("2.5亿元", "亿元"),
        ("2.5亿", "亿元"),
        ("359.3万", "万元"),
        ("3405820元整", "元"),
        ("12千元", "千元"),
        ("3百万元", "百万元"),
        ("￥1,000.50", "元"),
        ("¥8040", "元"),
        ("¥5万元", "万元"),
        ("人民币8040", None),
        ("28204（万元）", "万元"),
        ("28204 (单位:万元)", "万元"),
        ("28204（万）", "万元"),
        ("28204（人民币万元）", "万元"),
        ("28204（万元）（含税）", "万元"),
        ("2.8204亿（元）", "亿元"),
        ("28,204.00（萬圓）", "万元"),
        ("28204仟元", "千元"),
        ("28204百元", "百元"),
        ("1.5千万元", "千万元"),
        ("28204\n万元", "万元"),
        ("RMB8040元", "元"),
        ("8040（含税）", None),
        ("8040", None),
    ],
)
def test_the_unit_of_an_amount_is_that_printed_in_its_cell(text: str, unit: str | None) -> None:
    assert parse_value(text, "amount").unit == unit


def test_no_zero_is_negative() -> None:
    assert str(parse_value("-0", "change").value) == "0"


@pytest.mark.parametrize(
    ("value", "cell", "header", "yuan", "source"),
    [
        ("28204", "万元", None, "282040000", "cell"),
        ("28204", "元", "万元", "28204", "cell"),
        ("2.5", "亿元", None, "250000000", "cell"),
        ("38.441094", None, "万元", "384410.94", "header"),
        ("0", None, None, "0", "none"),
        ("55613033.29", None, None, "55613033.29", "inferred"),
        ("149.673874", None, None, "1496738.74", "inferred"),
        ("184719.5", None, None, "184719.5", "inferred"),
        ("10000", None, None, "10000", "inferred"),
        ("-10000", None, None, "-10000", "inferred"),
        ("8040", None, None, None, "none"),
        ("9999", None, None, None, "none"),
        ("0.12345678", "元", None, None, "cell"),
    ],
)
def test_yuan_are_exact_or_unknown(
    value: str, cell: str | None, header: str | None, yuan: str | None, source: str
) -> None:
    found = to_yuan(Decimal(value), cell, header)
    assert (found.yuan, found.unit_source) == (None if yuan is None else Decimal(yuan), source)


@pytest.mark.parametrize(
    ("value", "unit"), [("1.5", "元"), ("1.25", "元"), ("1.125", "万元"), ("149.6738", "万元"), ("10000", "元")]
)
def test_two_decimals_are_yuan_and_three_are_ten_thousands(value: str, unit: str) -> None:
    found = to_yuan(Decimal(value), None, None)
    assert (found.unit, found.unit_source) == (unit, "inferred")


def test_an_amount_that_cents_cannot_hold_keeps_its_unit_and_no_yuan() -> None:
    assert to_yuan(Decimal("0.005"), None, "元") == Yuan(None, "header", "元")


def test_a_number_written_with_an_exponent_is_whole() -> None:
    assert to_yuan(Decimal("99999999"), "亿元", None) == Yuan(Decimal("9999999900000000"), "cell", "亿元")
    assert to_yuan(Decimal("100000000"), "亿元", None) == Yuan(None, "cell", "亿元")
    assert to_yuan(Decimal("1E+4"), None, None) == Yuan(Decimal(10000), "inferred", "元")
    assert to_yuan(Decimal("1E+3"), None, None) == Yuan(None, "none", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("增", True), ("减", True), ("減", True), (" 增减 ", True), ("增/减", True), ("增10", False), ("", False)],
)
def test_a_sign_word_is_the_word_without_a_number(text: str, expected: bool) -> None:
    assert is_sign_word(text) is expected


@pytest.mark.parametrize(("length", "expected"), [(24, True), (25, False)])
def test_a_text_longer_than_any_value_is_none(length: int, expected: bool) -> None:
    assert looks_like_value("0.1".ljust(length, "0")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", True), ("增10", True), ("增", True), ("28204万元", True), ("/", True), ("规章", False), ("2020年", False)],
)
def test_what_looks_like_a_value(text: str, expected: bool) -> None:
    assert looks_like_value(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        *("0", "7", "10", "999999999999", "1000000000000", "00", "012", "１２", "1²", "", "-3"),
        *("1,234", "123,456,789,012", "1,123,456,789,012", "1,23", "0,123", "1,234,", "12件", "1,234件", "0件", "00件"),
    ],
)
@pytest.mark.parametrize("kind", ["count", "change", "amount"])
def test_a_plain_number_is_read_as_any_other_text(text: str, kind: str) -> None:
    assert parse_value(text, kind) == parse_value(f" {text}", kind)
