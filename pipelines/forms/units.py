"""The units that reports print, declared once: of money with their yuan, and of things, one or more at a time.

Belongs here: which words are units, and which of them a text prints. Keep out: what a number with a unit is
(`extracting.numbers`), and whose unit a text prints (`extracting.tables.units_beside`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.forms.labels import clean

YUAN: dict[str, Decimal] = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "十万元": Decimal(100_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
    "十亿元": Decimal(1_000_000_000),
    "百亿元": Decimal(10_000_000_000),
    "千亿元": Decimal(100_000_000_000),
    "万亿元": Decimal(1_000_000_000_000),
}
# What is counted one by one. A form names one of them; agencies print another for the same thing.
_THINGS = (
    *("件次", "人次", "批次", "场次", "件", "项", "条", "个", "次", "宗", "起", "份", "例", "户", "部", "批", "篇"),
    *("人", "名", "家", "笔", "案", "类", "种", "卷", "本", "场", "期", "页", "处"),
)
# Currencies that are not the yuan, and the parts of a yuan: no number of them is one of yuan.
_CURRENCIES = (
    *("美元", "欧元", "日元", "韩元", "港元", "澳元", "加元", "新元", "台币", "澳门元", "美金", "港币", "日币", "外币"),
    *(
        "英镑",
        "法郎",
        "卢布",
        "美分",
        r"US\$",
        r"HK\$",
        r"\$",
        "€",
        "£",
        "USD",
        "HKD",
        "EUR",
        "JPY",
        "GBP",
        "TWD",
        "MOP",
    ),
)
_MULTIPLE = "[十百千万亿]"
_SPELLINGS = str.maketrans("圆仟佰拾", "元千百十")
_THING, _CURRENCY = "|".join(_THINGS), "|".join(_CURRENCIES)
_UNIT = re.compile(
    rf"(?P<unknown>{_MULTIPLE}*(?:{_CURRENCY}|角|分|[%‰WK]))|(?P<money>{_MULTIPLE}*元|¥)"
    rf"|(?P<things>{_MULTIPLE}*(?:{_THING}))|(?P<multiple>{_MULTIPLE}+)",
    re.IGNORECASE,
)
# What stands beside a unit and does not change it.
_BESIDE = re.compile(r"(?:人民币|RMB|CNY|金额|计量|货币|单位|整|以|均|为|按|计|[:,、;/.·或和及])+", re.IGNORECASE)
# A number before it makes an amount of it, told in a note (100万元以上, 其中十件): no unit of another number.
_MENTIONED = re.compile(
    r"(?<![\d.,一二三四五六七八九两几数第十百千万亿])"
    rf"(?:(?P<unknown>{_MULTIPLE}*(?:{_CURRENCY}))|(?<![单多公状二])(?P<money>{_MULTIPLE}*元)(?![旦月宵宝素件器])"
    rf"|(?P<things>(?!十(?:{_THING})){_MULTIPLE}+(?:{_THING})))",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[()\[\]【】〔〕]+")
_NAMED = re.compile(r"单位(?::|为|是)([^:;。]+)$")
# What such a line begins with (注：以上金额单位均为), or ends in (第二十条第（八）项（单位：元）).
_OF_ITS_OWN = re.compile(r"(?:^.{0,8}单位(?::|均?为|是)?|.单位(?::|均?为|是))([^:]+?)[)\]】]?。?$")
_LONGEST_LINE = 40


class PrintedUnits(NamedTuple):
    """The units that a text prints, each once: of money, of several things, of single things, and what is none of them.

    A multiple alone (万) stands among those of money as 万元, and among those of several things as it is.
    """

    money: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def with_those_of(self, other: PrintedUnits) -> PrintedUnits:
        """Return the units of two texts."""
        return PrintedUnits(*(tuple(dict.fromkeys((*a, *b))) for a, b in zip(self, other, strict=True)))


NO_UNITS = PrintedUnits()


def joined(words: tuple[str, ...]) -> str | None:
    """Return units as one, several that contradict each other parted by strokes; None where there are none."""
    return "/".join(dict.fromkeys(words)) or None


@lru_cache(maxsize=16384)
def whole_units(text: str) -> PrintedUnits | None:
    """Return the units of a text that prints nothing else (单位：万元, 万元（人民币）, 千件), else None."""
    folded = _BRACKETS.sub(":", clean(text).translate(_SPELLINGS))
    found: list[re.Match[str]] = []
    position = 0
    while position < len(folded):
        step = _BESIDE.match(folded, position) or _UNIT.match(folded, position)
        if step is None:
            return None
        if step.re is _UNIT:
            found.append(step)
        position = step.end()
    units = _printed(found)
    return None if units == NO_UNITS else units


@lru_cache(maxsize=16384)
def printed_units(text: str) -> PrintedUnits:
    """Return the units that a label or header names: 万元 of 本年收费金额（单位：万元）, in brackets or among words."""
    folded = clean(text).translate(_SPELLINGS)
    units = NO_UNITS
    for place, part in enumerate(_BRACKETS.split(folded)):
        named = _NAMED.search(part)
        whole = whole_units(named[1] if named else part) if place or named else None
        if whole is None:
            whole = _printed(list(_MENTIONED.finditer(part)))
        if named and whole == NO_UNITS:
            whole = PrintedUnits(unknown=(named[1],))
        units = units.with_those_of(whole)
    return units


@lru_cache(maxsize=16384)
def units_of_their_own(text: str) -> PrintedUnits | None:
    """Return the units of a text that says of other numbers in which units they are (单位：万元), else None."""
    if "位" not in text or len(text) > _LONGEST_LINE:
        return None
    found = _OF_ITS_OWN.search(clean(text))
    return whole_units(found[1]) if found else None


def _printed(found: list[re.Match[str]]) -> PrintedUnits:
    money: list[str] = []
    several: list[str] = []
    single: list[str] = []
    unknown: list[str] = []
    for one in found:
        word, kind = one[0], one.lastgroup
        if kind == "money" and (word in YUAN or word == "¥"):
            money.append(word)
        elif kind == "multiple" and f"{word}元" in YUAN:
            money.append(f"{word}元")
            several.append(word)
        elif kind == "things":
            (single if word in _THINGS else several).append(word)
        elif word != "十":  # alone it numbers an item
            unknown.append(word)
    if "¥" in money:
        money = [word for word in money if word != "¥"] or ["元"]
    return PrintedUnits(*(tuple(dict.fromkeys(words)) for words in (money, several, single, unknown)))
