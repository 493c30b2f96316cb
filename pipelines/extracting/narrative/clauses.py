"""What stands around a number of a sentence, and whether the number is exact and of the report year.

Belongs here: clauses, periods, comparisons, approximations. Keep out: what a number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extracting.narrative.sentences import Number, Sentence, last_match

_MARK = re.compile(r"[,;:()。]")
_WHOLE = re.compile(r"申请|收到|受理|办理")
_CLOSED = re.compile(r"\([^()]*\)")

_PERIOD = re.compile(
    r"(?P<own>本年|今年)|(?P<other>(?:上年|去年|上一年)(?!度?[^,;]{0,4}结转)|他年|往年|前年|历年|近年|近[两三\d]年|明年"
    r"|(?<![转至到入于])(?:下年|下一年)|(?<!本年)(?<!今年)(?<!一年)以来)"
)
_COMPARED = re.compile(r"(?:较|比|与|同)(?:上年|去年|他年|上一年)[^,;。]*[,;]")
_PART_OF_YEAR = re.compile(
    r"半年|季度|同期|每[年月季日]|日均|月均|(?<!\d)(?!12月(?:31日|底|末|份?[,;:)]|$)|1月1日)\d{1,2}月|[一二三四五六七八九十]月份?"
)
_UNUSABLE = re.compile(
    r"较|(?<!占)比|增[加长至]|减少|上升|下降|提[高升]|降低|新增|多于|少于|拟|计划|力争|争取|目标|预计|预期|将|应当|要求|确保|每|平均|如|若|除"
    r"|(?:近|约|超过?|逾|不足|不少于|不低于|至少|最多|将近|接近)$"
)
_AFTER = re.compile(r"^(?:以上|以下|以内|左右|上下|多|余|次|/)")
# 除2件结转下年外 tells a number; 未发生一起 does not.
_EXCEPT = re.compile(r"除$")
_DENIED = re.compile(r"未(?!经|审结)|无(?!法)|没")
_TITLES = re.compile(r"《[^《》]*》")


class Clause(NamedTuple):
    """What stands around a number: `left` since the last mark or number, `right` up to the next, `before` the left.

    `section` is that of the report; `on_applications`: its paragraph is headed 依申请公开; `listed`: it is
    a part of applications counted before 其中.
    """

    before: str
    left: str
    right: str
    section: int
    on_applications: bool
    listed: bool


def clauses(text: str, found: Sequence[Number], section: int, on_applications: bool) -> Iterator[Clause]:
    """Yield the clause of each number of a folded sentence. Brackets that are closed before a number belong to it."""
    marks = [m.start() for m in _MARK.finditer(_CLOSED.sub(lambda m: "x" * len(m[0]), text))]
    inner = [m.start() for m in _MARK.finditer(text)]
    for i, n in enumerate(found):
        floor = found[i - 1].stop if i else 0
        begin = max([floor, *(p for p in marks if floor <= p < n.start)])
        begin = max(
            [begin, *(p for p in inner if begin <= p < n.start and text[p] == "(" and ")" not in text[p : n.start])]
        )
        ceiling = found[i + 1].start if i + 1 < len(found) else len(text)
        end = min([ceiling, *(p for p in inner if p >= n.stop)])
        right = text[n.stop : end].split("、", 1)[0]
        left = text[begin : n.start].lstrip(",;:。)")
        whole, among, _ = text[: n.start].rpartition("其中")
        listed = bool(among and _WHOLE.search(whole))
        yield Clause(text[:begin], left, right, section, on_applications, listed)


def is_usable(sentence: Sentence, n: Number, clause: Clause) -> bool:
    """Tell whether a number is exact, of the report year, and neither compared, planned nor denied."""
    if _AFTER.match(sentence.text, n.stop) or not of_the_year(sentence, n.start):
        return False
    left = _CLOSED.sub("", _EXCEPT.sub("", clause.left) if "结转" in clause.right[:6] else clause.left)
    return not _UNUSABLE.search(left) and not _DENIED.search(left)


def of_the_year(sentence: Sentence, stop: int) -> bool:
    """Tell whether what stands before a place, in the sentence or else above it, leads to the whole report year."""
    before = _COMPARED.sub(",", _TITLES.sub("", sentence.text[:stop]))
    if _PART_OF_YEAR.search(before):
        return False
    last = last_match(_PERIOD, before)
    if last is None:
        above = _COMPARED.sub(",", _TITLES.sub("", sentence.above))
        last = last_match(_PERIOD, above)
        if "半年" in above or "季度" in above:
            return False
    return last is None or last["other"] is None
