"""Printed values: status and exact number, and amounts in yuan."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.extracting.numbers import BLANK, NIL_MARK, TEXT, VALUE, looks_like_value, parse_value, to_yuan


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
        ("约5万元", "amount"),
        ("1234567890123", "amount"),
        ("0.1234567", "amount"),
        ("+5-3", "change"),
    ],
)
def test_doubt_is_text(text: str, kind: str) -> None:
    parsed = parse_value(text, kind)
    assert (parsed.status, parsed.value) == (TEXT, None)


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
        ("10000", None, None, "10000", "inferred"),
        ("8040", None, None, None, "none"),
        ("0.12345678", "元", None, None, "cell"),
    ],
)
def test_yuan_are_exact_or_unknown(
    value: str, cell: str | None, header: str | None, yuan: str | None, source: str
) -> None:
    found = to_yuan(Decimal(value), cell, header)
    assert (found.yuan, found.unit_source) == (None if yuan is None else Decimal(yuan), source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", True), ("增10", True), ("增", True), ("28204万元", True), ("/", True), ("规章", False), ("2020年", False)],
)
def test_what_looks_like_a_value(text: str, expected: bool) -> None:
    assert looks_like_value(text) is expected
