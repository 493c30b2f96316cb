"""Automatic numbers of a Word document (一、 （二） 3.), which stand in no paragraph but are printed before it.

Belongs here: lists, their levels, counting, and the numerals of the formats that reports use. Keep out: paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from pipelines.reading.container import Parts
from pipelines.reading.docx.styles import is_on
from pipelines.reading.xml_part import Names, Parser, parse

_LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MAX_NUMBER = 9999
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def _counting(number: int) -> str:
    """Return a number as it is said: 十一, 二十, 一百零五."""
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += _DIGITS[digit] + name
        elif text and number and not text.endswith("零"):
            text += "零"
    return text[1:] if text.startswith("一十") else text


def _digital(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, numeral in _ROMAN:
        text += numeral * (number // value)
        number %= value
    return text


def _one_of(characters: str) -> Callable[[int], str]:
    """Return a format of single characters; beyond the last it is decimal."""
    return lambda number: characters[number - 1] if number <= len(characters) else str(number)


def _from(first: str, last: int) -> Callable[[int], str]:
    return _one_of("".join(chr(ord(first) + place) for place in range(last)))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    "chineseCounting": _counting,
    "chineseCountingThousand": _counting,
    "japaneseCounting": _counting,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _counting,
    "ideographDigital": _digital,
    "taiwaneseDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "none": lambda _number: "",
}


@dataclass
class _Level:
    """A level of a list: its first number, format, text (%1、), what follows it, and after which level it restarts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass
class _Kind:
    """An abstract list: its levels, and the list style that it is (`own`) or that holds its levels (`link`)."""

    levels: dict[int, _Level] = field(default_factory=dict)
    own: str | None = None
    link: str | None = None


@dataclass
class _List:
    """A list: what it is an instance of, levels of its own, and numbers it begins with."""

    kind: str = ""
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


def _number(value: str | None, default: int = 0) -> int:
    return int(value) if value and len(value) < 9 and value.removeprefix("-").isdecimal() else default


class _Reader:
    """Collects lists. Each element stands below its level and list: the ends of elements need no attention."""

    def __init__(self, parser: Parser, names: Names) -> None:
        self.kinds: dict[str, _Kind] = {}
        self.lists: dict[str, _List] = {}
        self._owner: _Kind | _List = _Kind()
        self._level = _Level()
        self._place = 0
        self._names = names
        self._val = names.of("w:val")
        tags = ("abstractNum", "num", "abstractNumId", "lvl", "lvlOverride", "startOverride", "numStyleLink",
                "styleLink", "start", "numFmt", "lvlText", "suff", "lvlRestart", "isLgl", "pStyle")  # fmt: skip
        self._kinds = {names.of(f"w:{tag}"): tag for tag in tags}
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name)
        if kind is None:
            return
        value = attributes.get(self._val)
        if kind in ("abstractNum", "num", "lvl", "lvlOverride"):
            self._open(kind, attributes)
        elif isinstance(self._owner, _List) and kind in ("abstractNumId", "startOverride"):
            if kind == "abstractNumId":
                self._owner.kind = value or ""
            else:
                self._owner.starts[self._place] = _number(value, 1)
        elif isinstance(self._owner, _Kind) and kind in ("numStyleLink", "styleLink"):
            if kind == "styleLink":
                self._owner.own = value
            else:
                self._owner.link = value
        else:
            self._describe(kind, value)

    def _open(self, kind: str, attributes: dict[str, str]) -> None:
        if kind == "abstractNum":
            self._owner = self.kinds[attributes.get(self._names.of("w:abstractNumId"), "")] = _Kind()
        elif kind == "num":
            self._owner = self.lists[attributes.get(self._names.of("w:numId"), "")] = _List()
        else:
            self._place = min(_number(attributes.get(self._names.of("w:ilvl"))), _LEVELS)
            if kind == "lvl":
                self._level = self._owner.levels[self._place] = _Level()

    def _describe(self, kind: str, value: str | None) -> None:
        level = self._level
        if kind == "start":
            level.start = _number(value, 1)
        elif kind == "numFmt":
            level.form = value or ""
        elif kind == "lvlText":
            level.text = value or ""
        elif kind == "suff":
            level.suffix = value or ""
        elif kind == "lvlRestart":
            level.restart = _number(value)
        elif kind == "isLgl":
            level.legal = is_on(value)
        elif kind == "pStyle":
            level.style = value


class Lists:
    """The lists of a document with their counters; `label` is asked once for each paragraph, in reading order."""

    def __init__(self, container: Parts, part: str | None, *, is_sure: bool = True) -> None:
        self._is_sure = is_sure
        self._kinds: dict[str, _Kind] = {}
        self._lists: dict[str, _List] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        if part is not None:
            readers: list[_Reader] = []
            parse(container, part, lambda parser, names: readers.append(_Reader(parser, names)))
            self._kinds, self._lists = readers[0].kinds, readers[0].lists
        self._styled = {kind.own: kind for kind in self._kinds.values() if kind.own is not None}
        self._levels: dict[str, dict[int, _Level]] = {}

    def label(self, list_id: str, level: str | None, style: str | None) -> str | None:
        """Count a paragraph and return the number printed before it, with what parts it from the text.

        It is None where the part that has the lists is lost.
        `level` is None where the paragraph's style numbers it: the level is then the one that names the style.
        """
        own = self._lists.get(list_id)
        if own is None:
            return "" if self._is_sure else None
        levels = self._levels.get(list_id)
        if levels is None:
            levels = self._levels[list_id] = self._levels_of(own)
        place = _number(level, -1)
        if place < 0:
            place = next((place for place, lvl in levels.items() if style is not None and lvl.style == style), 0)
        if place not in levels or place >= _LEVELS:
            return ""
        counters = self._counters.setdefault(own.kind, [None] * _LEVELS)
        self._count(counters, levels, place, own.starts if (list_id, place) not in self._begun else {})
        self._begun.add((list_id, place))
        return _printed(levels, place, counters)

    def _levels_of(self, own: _List) -> dict[int, _Level]:
        kind = self._kinds.get(own.kind, _Kind())
        if kind.link is not None:
            kind = self._styled.get(kind.link, kind)
        return {**kind.levels, **own.levels}

    def _count(self, counters: list[int | None], levels: dict[int, _Level], place: int, starts: dict[int, int]) -> None:
        above = counters[place]
        if place in starts:
            counters[place] = starts[place]
        else:
            counters[place] = levels[place].start if above is None else above + 1
        for upper in range(place):
            if counters[upper] is None:
                counters[upper] = levels[upper].start if upper in levels else 1
        for lower in range(place + 1, _LEVELS):
            restart = levels[lower].restart if lower in levels else None
            if restart is None or place < restart:
                counters[lower] = None


def _printed(levels: dict[int, _Level], place: int, counters: list[int | None]) -> str:
    own = levels[place]
    if own.form == "bullet":
        return ""  # a mark, not a number

    def numeral(found: re.Match[str]) -> str:
        asked = int(found[1]) - 1
        number = counters[asked] or 0
        form = "decimal" if own.legal else levels[asked].form if asked in levels else ""
        written = _FORMATS.get(form)
        return written(number) if written is not None and 0 < number <= _MAX_NUMBER else str(number)

    text = _PLACE.sub(numeral, own.text)
    if not text or own.suffix == "nothing":
        return text
    # After 一、 and （一） a gap parts nothing; after 1. it keeps the number from running into digits.
    return text if own.suffix == "tab" and not text[-1].isascii() else f"{text} "
