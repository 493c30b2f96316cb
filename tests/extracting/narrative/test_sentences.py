"""Numerals of a sentence: what is read exactly, and what is no number that could be read."""

from __future__ import annotations

import sys

import pytest

from pipelines.extracting.narrative.sentences import _MAYBE_NOISE, _NOISE, sentences
from tests.extracting.narrative.told import RECEIVED, figures, told


@pytest.mark.parametrize(
    "number", ["100余件", "3-5件", "1.2万件", "2020 12件", "000件", "3.5件", "一百二件", "12人次", "第5件"]
)
def test_what_is_no_exact_count_is_not_read(number: str) -> None:
    assert figures(f"收到政府信息公开申请{number}。") == []


@pytest.mark.parametrize("amount", ["一万二千元", "3万5千元", "1亿2000万元", "12万余元"])
def test_what_is_no_exact_amount_is_not_read(amount: str) -> None:
    assert figures(f"集中采购金额{amount}。") == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("二十一", "21"),
        ("两", "2"),
        ("十", "10"),
        ("两百零三", "203"),
        ("一千二百", "1200"),
        ("二〇", "20"),
        ("1,234", "1234"),
    ],
)
def test_numerals_are_read(numeral: str, value: str) -> None:
    assert told(f"收到政府信息公开申请{numeral}件。") == [(value, (RECEIVED,))]


def test_a_sentence_over_two_lines_is_read_but_two_numbers_are_not_joined() -> None:
    line = "我局严格按照条例的要求办理依申请公开工作，全年共收到政府信息公开申请"
    assert told(f"{line}\n12件。") == [("12", (RECEIVED,))]
    assert told(f"{line}1\n2件。") == []


def test_the_end_of_a_sentence_may_be_a_plain_stop() -> None:
    assert [f.meanings for f in figures("本年度无依申请公开事项.")] == [(RECEIVED,)]


def test_a_line_has_noise_only_where_a_character_tells_it() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    around = [c for c in characters if any(map(_NOISE.search, (c, f"{c}年", f"年{c}", f"2021{c}年")))]
    assert around
    assert all(map(_MAYBE_NOISE.search, around))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2022年收到申请5件", "本年"),
        ("自2021年起共5件", "上年"),
        ("12022年共5件", "12022年"),
        ("2022年2023件", "2022年2023"),
        ("第202023年5件", "202023年"),
    ],
)
def test_a_year_stands_alone(text: str, told: str) -> None:
    (sentence,) = sentences(text, 2022)
    assert told in sentence.text
