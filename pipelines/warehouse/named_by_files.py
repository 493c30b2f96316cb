"""Whose a table without an agency is, by what its file says beside its figures: its name, its folders, its lines.

A table joins a text only where none of these names another office, another year, or what is no office's own (a blank
form, a sum of all). Words that nobody knows count as a name: told apart wrongly, a table is seen as one of nobody.
Belongs here: words of files. Keep out: which files lie together (`report_sources`), agencies (`agencies`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

from pipelines.agencies.naming import ParsedName, organ_named
from pipelines.agencies.organs import GOVERNMENT, OFFICE, SUBDISTRICT, TOWN, Organ
from pipelines.agencies.resolver import resolver
from pipelines.forms.labels import SIMPLIFIED
from pipelines.forms.periods import CHINESE_DIGITS

_HAN = re.compile(r"[\u3400-\u9fff]+")
# What names of files say of the kind, state and number of a file, and not whose it is.
_KINDS = (
    "政府信息公开|政务信息公开|信息公开|政务公开|政府信息|公开|主动|法定|依申请|申请|收到|处理|"
    "办理|行政复议|行政诉讼|复议|诉讼|行政机关|单位|机关|部分|工作|年度|全年|年报|年终|报告|"
    "情况|统计|数据|内容|表格|报表|附件|附表|附|表|正文|文字|文档|文件|材料|资料|关于|"
    "上报|填报|报送|补报|重报|报|最新|最终|终稿|定稿|初稿|原稿|修改|修订|更正|更新|版本|"
    "格式|副本|复件|新建|工作簿|工作表|盖章|公章|已|审核|核对|打印|电子|扫描|扫描全能王|"
    "微信图片|图片|图"
)
_SAYS_NOTHING = "|".join(
    (
        *sorted(_KINDS.split("|"), key=len, reverse=True),
        r"[我本][局委办厅院镇乡县市区]|[两三四五六几][张个]|[版稿件的第号页份年月日新和及与改为〇一二三四五六七八九十]",
    )
)
# One at a time: words that can be taken apart in several ways (附表附表) take exponentially long in a repetition.
_BEHIND, _BEFORE = re.compile(rf"(?:{_SAYS_NOTHING})$"), re.compile(rf"^(?:{_SAYS_NOTHING})")
_OFFICE_END = re.compile(
    r"(?:[局厅部委署]|政府|人民政府办公?室|委员会|办公[厅室]|办事处|街道办?|[镇乡]|中心|集团|公司|大队|支队|总队|"
    r"医院|卫生院|小学|中学|学校|大学|学院|幼儿园|图书馆|档案馆|气象台|[站所社])$"
)
_ENDING = re.compile(r"(?:委员会|办公室|办公厅|人民政府|街道办事处|政府|局|厅|委|办|处)$")
# A part of an office that fills in its form: 法规科, 办公室.
_PART_OF_OFFICE = re.compile(r"[^府局委镇乡]{0,6}[科股室处]")
_IS_NO_REPORT = re.compile(r"样表|表样|样例|样本|示例|范例|范本|模板|模版|空白|空表|填表说明|填报说明")
_OF_ALL = re.compile(r"全[省市州盟区县旗]|各(?:单位|部门|乡镇|镇街)|汇总")
_LATIN_SAMPLE = re.compile(r"sample|template|blank|example", re.IGNORECASE)
# 填报单位（盖章）：莒县粮食局
_FILLED_IN_BY = re.compile(
    r"(?:(填[表报写]|报送|报告|制表|编制|上报|公开)(?:单位|机关|部门)|(?:单位|机关|部门)(?:名称)?)"
    r"(?:\([^()]{1,6}\))?\s*:+(.*)"
)
_NEXT_FIELD = re.compile(r"\s{2,}|\t|填[表报]|联系|负责|审核|日期|时间|电话|年份|\d")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d|年\d{1,2}月|[-._/]\d{1,2}[-._/]\d{1,2})|(?<!\d)([12]\d)(?=年)")
_LONGEST_LINE, _LONGEST_WORD = 60, 8


class Said(NamedTuple):
    """What a file says beside its figures: folders and name within the archive it came in (empty: it came in none).

    `lines` are those before the first section and those that say who filled in the form.
    """

    agency: str | None
    year: int
    name: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def is_of_another(table: Said, page: Said) -> bool:
    """Tell whether anything that a table says is of another office or year than a page, or of no office's own."""
    runs = map(_bare, _HAN.findall(_plain(page.name[-1] if page.name else "")))
    office = _Office(page.agency or next(filter(None, runs), ""))
    denied = (office.is_denied_by(line) for line in _own_lines(table, page))
    return _named_after_another(table, page, office) or any(denied)


def _named_after_another(table: Said, page: Said, office: _Office) -> bool:
    # What the names of both say tells nothing of either; the folders of both are the same up to where they part.
    own = _plain("/".join(page.name))
    shared = 0
    while table.name[shared : shared + 1] == page.name[shared : shared + 1] != ():
        shared += 1
    words = _plain("/".join(table.name[shared:]))
    named = set(_years(words)) - set(_years(own))
    if page.year and named and page.year not in named:
        return True
    if _LATIN_SAMPLE.search(words) or _IS_NO_REPORT.search(words):
        return True
    common = {_bare(run) for run in _HAN.findall(own)}
    return any(run not in common or _OFFICE_END.search(run) for run in office.foreign(words))


def _own_lines(table: Said, page: Said) -> Iterator[str]:
    theirs = {_plain(line) for line in page.lines}
    return (line for line in map(_plain, table.lines) if line not in theirs and len(line) <= _LONGEST_LINE)


def _years(words: str) -> Iterator[int]:
    for whole, short in _YEAR.findall(words.translate(CHINESE_DIGITS)):
        yield int(whole or f"20{short}")


def _plain(text: str) -> str:
    return normalize("NFKC", text).translate(SIMPLIFIED).strip()


class _Office:
    """The office of a page, and which words are its name."""

    def __init__(self, printed: str) -> None:
        self._printed = "".join(_plain(printed).split())

    @cached_property
    def _parsed(self) -> ParsedName:
        return _read(self._printed)

    @cached_property
    def _organ(self) -> Organ:
        return organ_named(self._parsed)

    @cached_property
    def _is_for_all(self) -> bool:
        return self._organ.type in (GOVERNMENT, OFFICE)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Names of the office, the longest first: with the places above it or without, and without 局 or 委员会."""
        words = self._parsed.township or ""
        words += self._parsed.organ if self._parsed.organ not in words else ""
        names = {self._printed, words, _ENDING.sub("", words), _ENDING.sub("", self._printed)}
        names |= {f"{level}{words}" for level in "省市州盟区县旗"} if words else set()
        return tuple(sorted((name for name in names if len(name) > 1), key=len, reverse=True))

    def foreign(self, words: str) -> Iterator[str]:
        """Yield what stands in words that says whose something is, and is not the name of the office."""
        for run in _HAN.findall(words):
            whole = _bare(run)
            if not whole or self._is_named(whole) or (self._is_for_all and _OF_ALL.fullmatch(whole)):
                continue
            left = run
            for name in self._names:
                left = left.replace(name, " ")
            yield from (rest for part in left.split() if (rest := _bare(part)))

    def _is_named(self, words: str) -> bool:
        if words in self._names:
            return True
        other = _read(words)
        organ = organ_named(other)
        here, there = self._parsed.places, other.places
        if here and there and here[-1] != there[-1]:
            return False
        if organ.type in (TOWN, SUBDISTRICT):
            return other.township is not None and other.township == self._parsed.township
        is_known = organ.type in (GOVERNMENT, OFFICE) or (organ.type is not None and bool(organ.stem or there))
        return is_known and (organ.type, organ.stem) == (self._organ.type, self._organ.stem)

    def is_denied_by(self, line: str) -> bool:
        """Tell whether a line says that a table is of another office, a form to be filled in, or a sum of all."""
        if _IS_NO_REPORT.search(line) or (_OF_ALL.search(line) and not self._is_for_all):
            return True
        if found := _FILLED_IN_BY.fullmatch(line):
            value = _NEXT_FIELD.split(found[2].strip(), maxsplit=1)[0]
            # 单位：件
            is_office = (lambda _: True) if found[1] else _OFFICE_END.search
            foreign = (each for each in self.foreign(value) if not _PART_OF_OFFICE.fullmatch(each))
            return any(is_office(each) for each in foreign)
        return any(len(each) > 2 and _OFFICE_END.search(each) for each in self.foreign(line))


def _bare(words: str) -> str:
    while found := _BEHIND.search(words, max(0, len(words) - _LONGEST_WORD)):
        words = words[: found.start()]
    while found := _BEFORE.match(words):
        words = words[found.end() :]
    return words


@lru_cache(maxsize=4096)
def _read(words: str) -> ParsedName:
    return resolver().places.read(words)


def lines_that_tell(sections: Iterable[tuple[int, str]], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the lines of a file that may say whose it is.

    `sections` are (number, text), `rows` the cells of rows that no row of a form explains.
    """
    found = [line for number, text in sections for line in text.split("\n") if number == 0 or _is_field(line)]
    for row in rows:
        found += [f"{cell}:{value}" for cell, value in pairwise((*row, "")) if _is_field(f"{cell}:")]
    return tuple(line.strip() for line in found if line.strip())


def _is_field(line: str) -> bool:
    plain = _plain(line)
    return len(plain) <= _LONGEST_LINE and bool(_FILLED_IN_BY.fullmatch(plain))
