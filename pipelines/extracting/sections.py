"""The six sections of a report: which line is a heading, and the text under each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipelines.forms.labels import clean

BEFORE, AFTER = 0, 7
_NUMBERS = {n: str(i) for i, n in enumerate("一二三四五六", start=1)}
_HEADING = re.compile(r"^第?([一二三四五六1-6])?[、.,:：部分)]*(.{2,34}?)[:。;]?$")
_NUMBERED = re.compile(r"^(?:第?[一二三四五六1-6](?:部分)?[、.,:]|、)")
_SUBSECTION = re.compile(r"^[(（]")
_CLAUSE = re.compile(r"[,;。]")
# Every heading holds one of these words or begins with its numeral; nearly all other lines do not. (Two patterns: one
# whose parts all begin with a character is searched much faster.)
_HINT = re.compile(r"情[况況]|[问問][题題]|不足|困[难難]|事[项項]|[内內]容|概述|诉讼|訴訟")
_FIRST_HINT = re.compile(r"\W*一")
# Section 一 bears free titles; its numeral is enough.
_FIRST = re.compile(r"^一[、.][^。;]{2,45}$")
# A line of a table of contents: a number of a page behind leaders, or behind a title that ends with no figure.
_LEADERS = re.compile(r"(?:[.．·・…‥_—\-]\s*){3,}\s*[（(]?\d{1,3}[)）]?\s*$")
_PAGE = re.compile(r"[^\W\d]\s*[（(]?\d{1,3}[)）]?\s*$")
_TITLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"^(?:20\d\d年)?(?:工作|总体|政府信息公开|信息公开)?(?:总体|基本)(?:工作|公开)?情况$|^概述$")),
    (2, re.compile(r"^(?:行政机关|本机关|本年度)?主动公开(?:政府)?(?:信息|政府)(?:工作)?的?情况$")),
    (3, re.compile(r"^(?:行政机关|本机关)?(?:收到|受理)?(?:和|及)?(?:处理)?.*(?:申请(?!人情况)|依申请公开).*情况$")),
    (4, re.compile(r"^(?:因)?.*行政复议.*(?:行政)?诉讼.*(?:情况)?$")),
    (5, re.compile(r"^.*存在的?.{0,4}(?:问题|不足|困难).*$")),
    (6, re.compile(r"^其他(?:需要|需|应当)?报告的?(?:事项|情况|内容)$")),
)


class Section(NamedTuple):
    """A section of a report: number 0 (before the first heading) to 7 (signature and after), heading and text."""

    number: int
    heading: str | None
    text: str


def names_page(text: str) -> bool:
    """Return whether a line is one of a table of contents, with leaders and the number of a page."""
    return bool(_LEADERS.search(text))


@lru_cache(maxsize=16384)
def heading_number(text: str) -> int | None:
    """Return 1-6 where a line is the heading of that section, None for any other line.

    The wording decides, not the printed numeral: numerals get lost or are Arabic. Subsections （一） and lines
    of a table of contents never match.
    """
    if len(text) > 60 or not (_HINT.search(text) or _FIRST_HINT.match(text)) or _PAGE.search(text):
        return None
    if names_page(text):
        return None
    line = clean(text)
    if _SUBSECTION.match(line):
        return None
    found = _HEADING.match(line)
    if not found:
        return None
    numeral, title = found[1], found[2]
    for number, pattern in _TITLES:
        if not pattern.match(title):
            continue
        expected = numeral is None or _NUMBERS.get(numeral, numeral) == str(number)
        if expected and (_NUMBERED.match(line) or (len(title) <= 24 and not _CLAUSE.search(title))):
            return number
    return 1 if _FIRST.match(line) and not line.endswith("申请数量") else None


def split_sections(lines: Iterable[str], signature: int | None) -> list[Section]:
    """Split lines into sections. A heading counts only where its number goes up; `signature` is the line of the end."""
    sections: list[tuple[int, str | None, list[str]]] = [(BEFORE, None, [])]
    for position, line in enumerate(lines):
        if signature is not None and position == signature:
            sections.append((AFTER, None, []))
        number = heading_number(line)
        if number is not None and sections[-1][0] < number and sections[-1][0] != AFTER:
            sections.append((number, line, []))
        else:
            sections[-1][2].append(line)
    return [Section(n, heading, "\n".join(text)) for n, heading, text in sections if heading or text]
