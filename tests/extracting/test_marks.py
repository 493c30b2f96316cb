"""Marks beside numbers: no character that is no digit ever becomes one."""

from __future__ import annotations

import sys
import unicodedata
from decimal import Decimal

import pytest

from pipelines.extracting.headline import read_headline, text_lines
from pipelines.extracting.narrative.sentences import numbers, sentences
from pipelines.extracting.numbers import AMBIGUOUS, NUMBER_MARK, TEXT, VALUE, looks_like_value, parse_value
from pipelines.reading import Document, Paragraph
from pipelines.reading.marks import without_marks

_KINDS = ("count", "change", "amount")


def _lookalikes() -> list[str]:
    """Return all characters that are no decimal digit, but bear a number or fold into one."""
    every = map(chr, range(0x80, sys.maxunicode + 1))
    return [
        c
        for c in every
        if unicodedata.category(c) not in ("Nd", "Cs", "Cn", "Co")
        and (c.isnumeric() or any(map(str.isdecimal, unicodedata.normalize("NFKC", c))))
    ]


@pytest.mark.parametrize("kind", _KINDS)
def test_no_character_that_is_no_digit_adds_one(kind: str) -> None:
    found = _lookalikes()
    assert len(found) > 800
    for mark in found:
        for text in (f"101{mark}", f"{mark}101", f"10{mark}1", f"101 {mark}", f"101{mark}{mark}", f"+101{mark}"):
            assert parse_value(text, kind).value in (None, Decimal(101)), (text, kind)
        for text in (mark, mark * 3, f"-{mark}", f"增{mark}", f"减少{mark}", f"{mark}件", f"{mark}万元", f"￥{mark}"):
            assert parse_value(text, kind).value is None, (text, kind)


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("mark", [*"①⑳⑴⒈❶➀⓵²¹₂⁹㈠㊀㉑Ⅱⅻ½¾", "①②", " ①"])
def test_a_mark_beside_a_number_is_ambiguous(mark: str, kind: str) -> None:
    for text in (f"101{mark}", f"{mark}101", mark, f"１０１{mark}", f"0{mark}", f"无{mark}"):
        assert parse_value(text, kind) == (AMBIGUOUS, None, None, NUMBER_MARK)
    assert looks_like_value(f"101{mark}")


@pytest.mark.parametrize(("text", "expected"), [("①", True), ("²", True), ("⑴", False), ("⒈", False), ("㈠", False)])
def test_a_mark_alone_may_number_a_label(text: str, expected: bool) -> None:
    assert looks_like_value(text) is expected


@pytest.mark.parametrize("text", ["减少①", "①规章", "见注①", "101 ① 102", "5㎡", "5m²", "5％", "一", "〇"])
def test_words_with_marks_stay_words(text: str) -> None:
    assert parse_value(text, "change").status == TEXT


@pytest.mark.parametrize(("text", "value"), [("１０１", 101), ("𝟏𝟎𝟏", 101), ("5（见注①）", 5), ("５（¹）", 5)])
def test_digits_of_any_width_stay_digits(text: str, value: int) -> None:
    assert parse_value(text, "count")[:2] == (VALUE, Decimal(value))


def test_a_mark_of_a_unit_is_kept() -> None:
    assert without_marks("12m²①") == "12m²"


@pytest.mark.parametrize("title", ["东山区2022①年政府信息公开工作年度报告", "①2022年东山区政府信息公开工作年度报告"])
def test_a_mark_beside_a_year_is_no_digit_of_it(title: str) -> None:
    document = Document("text/plain", None, (Paragraph(title, 1),))
    assert read_headline(document, text_lines(document), 2025).year == 2022


@pytest.mark.parametrize(
    "text", ["全年收到申请12①件。", "全年收到申请①件。", "全年收到申请12¹件。", "全年收到申请½件。"]
)
def test_prose_reads_no_number_with_a_mark(text: str) -> None:
    assert [n.value for s in sentences(text, 2022) for n in numbers(s.text)] == []
