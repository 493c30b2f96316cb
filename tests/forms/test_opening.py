"""The quick look at a line: the answers of a pattern that gives characters back, at the cost of the line's length."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest

from pipelines.forms import opening
from pipelines.forms.labels import SIMPLIFIED
from tests.cpu import at_most

_LENGTH = 100_000


def _reference() -> re.Pattern[str]:
    """Return the pattern as one would write it, which costs the cube of a line's length."""
    pairs = "|".join("[^\u3400-\u9fff]*".join(map(_written, pair)) for pair in opening._pairs())
    other = "[^\u3400-\u9fff]*"
    return re.compile(
        f"{other}[一二三四五六七八九十]*{other}(?:{pairs}|[\u3400-\u9fff]?{other}$)|.*[\uf900-\ufaff]", re.DOTALL
    )


def _written(character: str) -> str:
    return f"[{character}{''.join(chr(code) for code, simple in SIMPLIFIED.items() if simple == character)}]"


def test_no_pair_begins_with_a_numeral() -> None:
    assert all(pair[0] not in "一二三四五六七八九十" for pair in opening._pairs())
    assert all("\u3400" <= c <= "\u9fff" for pair in opening._pairs() for c in pair)


def test_short_lines_are_judged_as_ever() -> None:
    reference = _reference()
    known = sorted({c for pair in opening._pairs() for c in pair})
    traditional = [chr(code) for code, simple in SIMPLIFIED.items() if simple in known]
    pool = [*known, *known, *traditional, *"一二三四五六七八九十" * 4, *" a1(（.、|\n\t　'第条二国猫\uf902㐀鿿" * 3]
    drawn = random.Random(20080501)
    lines = ["".join(drawn.choices(pool, k=drawn.randint(0, 7))) for _ in range(20_000)]
    lines += map("".join, product("一十信息第 a\n国\uf902", repeat=4))
    for line in lines:
        assert opening.may_open(line) == (reference.match(line) is not None), line


@pytest.mark.parametrize("filler", ["a", "1", " ", ".", "(", "一", "国", "第 ", "一 ", "信 "])
def test_a_long_line_costs_its_length(filler: str) -> None:
    with at_most(2):
        opening.may_open(filler * (_LENGTH // len(filler)) + "国猫")
