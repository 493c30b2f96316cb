"""Prose -> sentences and the numbers printed in them, with their places in the section's text.

Belongs here: folding of width, script and spaces, ends of sentences, numerals and units. Keep out: what a number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from pipelines.extracting.narrative.vocabulary import Vocabulary
from pipelines.forms.labels import SIMPLIFIED

_WORDS = Vocabulary("sentences")
# A longer sentence is a table that lost its cells, not prose.
_LONGEST = 1000
# A line that ends without a mark and is at least this long goes on in the next one (pages of PDF files).
_FULL_LINE = 25
_TOPIC, _ABOVE = 24, 300
_MAX_DIGITS = 12
_MAX_DECIMALS = 6

_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD = {**SIMPLIFIED, **_WIDTH, 0xFF61: "。"}
_DIGITS = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# 一百二 may be 120 or 102: not read. A place that is left out is said as 零.
_HAN_PARTS = re.compile(
    r"(?:([一二两三四五六七八九])千)?(?:零?([一二两三四五六七八九])百)?"
    r"(?:(?:(?<=[千百])零)?([一二三四五六七八九]?)十)?(?:(?:(?<![千百零])|(?<=[千百])零)([一二两三四五六七八九]))?"
)
_PLACELESS = frozenset("十百千")
_HAN_NUMERAL = "零〇一二两三四五六七八九十百千"
# 3万 of money is 3万元.
_WHOLE_UNITS = {"万": "万元", "亿": "亿元"}
MONEY = frozenset(_WHOLE_UNITS.get(unit, unit) for unit in _WORDS.words("money"))
_DIVISIBLE = frozenset(unit[-1] for unit in ("%", *_WORDS.words("money")))
_WORTH_A_LOOK = _WORDS.pattern("worth_a_look")
_LINE_END = frozenset("。；;：:!！?？")
_NUMBERED = re.compile(r"\s*(?:[(（]|[一二三四五六七八九十\d]{1,2}[、.．是]|第)")
# White space, marks without width, quotation marks. What stands between a line or a year and a number stays: two
# numbers meet there.
_NOISE = re.compile(
    r"(?<!\d)\n|\n(?!\d)|(?<![^\S\n])(?<!20\d\d)[^\S\n]++|(?<=20\d\d)[^\S\n]++(?!\d)|[\u200b-\u200f\ufeff\u2060\u00ad\"“”‘’「」『』]"
)
# Without any of these characters there is none: most lines are told by that in a fifth of the time.
_MAYBE_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff\u2060\u00ad\"“”‘’「」『』]")
# A line that is only a heading, and the beginning of a paragraph that has one of its own.
_HEADING = re.compile(r"\s*(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]+)[^。；;，,\d]{2,24}\s*")
_OWN_HEADING = re.compile(r"\s*(?:[(（][一二三四五六七八九十]{1,2}[)）]|[一二三四五六七八九十]{1,2}、)")
# Begins with a literal: such a pattern is searched several times as fast.
_YEAR = re.compile(r"(20(?<!\d20)\d\d)年(?!\d{3})")
_END = re.compile(r"(?:[。!?]|(?<=[\u4e00-\u9fff])\.(?!\d))(?!其中)")


def _source(name: str) -> str:
    return _WORDS.pattern(name).pattern


_NUMBER = re.compile(
    rf"(?<![\d.\s~{_HAN_NUMERAL}第万亿-])(?<!\d[,万])"
    rf"(?>(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?P<decimals>\.\d+)?|(?P<han>[{_HAN_NUMERAL}]+))"
    rf"(?P<unit>{_source('money')}(?!{_source('not_money')})|%|{_source('counted')})(?!{_source('not_counted')})"
)


class Sentence(NamedTuple):
    """A sentence, folded, with the place of each of its characters in the section's text.

    `topic` is the heading above its paragraph and how that begins, `above` what stands before it there, empty for the
    first sentence.
    Years stand as words: 本年 the report year, 上年 and 下年 the years beside it, 他年 any other.
    """

    text: str
    topic: str
    above: str
    places: list[int]


class Number(NamedTuple):
    """A number of a sentence: its span there, its value as printed and its unit."""

    start: int
    stop: int
    value: Decimal
    unit: str


def sentences(text: str, year: int) -> Iterator[Sentence]:
    """Yield the sentences of a section that may hold a figure, in order."""
    heading = ""
    for start, stop in _paragraphs(text):
        if _HEADING.fullmatch(text, start, stop):
            heading = text[start:stop].translate(_FOLD)
            continue
        if _OWN_HEADING.match(text, start, stop):
            heading = ""
        if not _WORTH_A_LOOK.search(text, start, stop):
            continue
        folded, places = _fold(text, start, stop, year)
        begin = 0
        for end in [*(m.end() for m in _END.finditer(folded)), len(folded)]:
            if begin < end <= begin + _LONGEST and _WORTH_A_LOOK.search(folded, begin, end):
                above = folded[max(0, begin - _ABOVE) : begin]
                yield Sentence(folded[begin:end], heading + folded[: min(begin, _TOPIC)], above, places[begin:end])
            begin = end


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield spans of lines; a line that was broken in the middle of a sentence is joined to the next."""
    begin = start = 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        broken = stop - start >= _FULL_LINE and text[stop - 1] not in _LINE_END and stop - begin < _LONGEST
        if not broken or _NUMBERED.match(text, stop + 1):
            yield begin, stop
            begin = stop + 1
        start = stop + 1
    if begin < len(text):
        yield begin, len(text)


def _fold(text: str, start: int, stop: int, year: int) -> tuple[str, list[int]]:
    line = text[start:stop].translate(_FOLD)
    noise = [(m.start(), m.end(), "") for m in _NOISE.finditer(line)] if _MAYBE_NOISE.search(line) else []
    kept, places = _without(line, noise, range(start, stop))
    return _without(kept, [(m.start(), m.end() - 1, _year_word(int(m[1]), year)) for m in _YEAR.finditer(kept)], places)


def _without(text: str, changes: list[tuple[int, int, str]], places: list[int] | range) -> tuple[str, list[int]]:
    """Put words in the place of spans; a word has the place of the first character it replaces."""
    if not changes:
        return text, list(places)
    pieces: list[str] = []
    kept: list[int] = []
    at = 0
    for begin, end, word in changes:
        pieces += (text[at:begin], word)
        kept += places[at:begin]
        kept += [places[begin]] * len(word)
        at = end
    pieces.append(text[at:])
    kept += places[at:]
    return "".join(pieces), kept


def _year_word(stated: int, year: int) -> str:
    return {0: "本", -1: "上", 1: "下"}.get(stated - year, "他")


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the last match of a pattern in a text."""
    found = None
    for m in pattern.finditer(text):
        found = m
    return found


def numbers(text: str) -> list[Number]:
    """Return the numbers of a sentence that have a unit and stand for one exact count, amount or percentage."""
    found = []
    for m in _NUMBER.finditer(text):
        value = _han(m["han"]) if m["han"] else _decimal(m["digits"], m["decimals"] or "")
        if value is not None and (m["decimals"] is None or m["unit"][-1] in _DIVISIBLE):
            found.append(Number(m.start(), m.end(), value, _WHOLE_UNITS.get(m["unit"], m["unit"])))
    return found


def _decimal(digits: str, decimals: str) -> Decimal | None:
    plain = digits.replace(",", "")
    # 000 is three cells of a table; 202012 may be a year and a number.
    if len(plain) > _MAX_DIGITS or len(decimals) > _MAX_DECIMALS + 1 or (plain[0] == "0" and plain != "0"):
        return None
    return Decimal(plain + decimals)


def _han(numeral: str) -> Decimal | None:
    """Read 二十一, 两百零三, 一千二百, 二〇. None for what is no numeral."""
    if len(numeral) > _MAX_DIGITS:
        return None
    if _PLACELESS.isdisjoint(numeral):
        plain = "".join(str(_DIGITS[c]) for c in numeral)
        return None if len(plain) > 1 and plain[0] == "0" else Decimal(plain)
    found = _HAN_PARTS.fullmatch(numeral)
    if found is None:
        return None
    thousands, hundreds, tens, ones = found.groups()
    total = _ones(thousands) * 1000 + _ones(hundreds) * 100 + _ones(ones)
    return Decimal(total + (0 if tens is None else _ones(tens or "一") * 10))


def _ones(digit: str | None) -> int:
    return _DIGITS[digit] if digit else 0
