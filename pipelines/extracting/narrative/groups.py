"""A total and its parts listed in one sentence: 公开信息113条，其中网站25条，微信88条.

其中 may list examples only: parts that fall short of the total prove nothing, unless the list says it is complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extracting.narrative.sentences import Number

_OPENS = re.compile(r"其中|分别|包括|包含|分为|(?<=\()含|,含")
# After these words another thing is counted.
_CLOSES = re.compile(
    r"累计|此外|另[外有]?|同时|截至|较|比|同期|全年|本年|总|均|共(?!同|享|服|资|管|计?公)|其中|结余|剩余|余"
)
_COMPLETE = re.compile(r"分别|分为")
_FAMILIES = (
    ("outcome", re.compile(r"予以公开|部分公开|不予|无法提供|其他处理|同意公开")),
    ("flow", re.compile(r"结转|新收|上年|办结|答复|受理|撤")),
    ("applicant", re.compile(r"自然人|法人|公民|企业|律师|科研")),
    ("channel", re.compile(r"网络|网上|信函|邮寄|当面|现场|传真|邮件|在线")),
)
_MEDIA = (
    (
        "media",
        re.compile(r"网|微信|微博|抖音|快手|公众号|客户端|头条|公报|专栏|平台|媒体|电视|报纸|公[示开]栏|线[上下]|屏"),
    ),
)
_OTHERS = re.compile(r"其[他它]")
# Between a total and its list stands no other number, exact or not.
_STRAIGHT = re.compile(r"[^\d%零一二两三四五六七八九十百千]{0,15}")
# 申请10件,复议、诉讼分别为2件、3件 is no list of the ten.
_DIRECT = re.compile(r"[,:;。(]*(?:其中)?[,:]?")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")


class Group(NamedTuple):
    """Indices of the numbers of a sentence that are a total and its parts."""

    total: int
    parts: tuple[int, ...]


def groups(text: str, found: Sequence[Number], usable: Sequence[bool]) -> Iterator[Group]:
    """Yield the totals with their parts in a folded sentence; `usable`: which numbers are exact and of the year."""
    openings = [*_OPENS.finditer(text)]
    for nth, opening in enumerate(openings):
        before = [i for i, n in enumerate(found) if n.stop <= opening.start() and usable[i] and n.unit != "%"]
        if not before:
            continue
        total = before[-1]
        between = _DIRECT if _COMPLETE.fullmatch(opening[0]) else _STRAIGHT
        if not between.fullmatch(text, found[total].stop, opening.start()):
            continue
        bracketed = text[opening.start() - 1] == "("
        stop = _close(text, opening.end(), bracketed)
        if nth + 1 < len(openings) and openings[nth + 1].start() < stop and openings[nth + 1][0] != "分别":
            continue  # a list within the list
        parts = _parts(text, found, total, opening.end(), stop)
        if len(parts) > 1 and all(usable[i] for i in parts) and _proves(text[:stop], found, total, parts, opening[0]):
            yield Group(total, parts)


def _close(text: str, start: int, bracketed: bool) -> int:
    end = text.find(")", start) if bracketed else len(text)
    return end if end >= 0 else len(text)


def _parts(text: str, found: Sequence[Number], total: int, start: int, stop: int) -> tuple[int, ...]:
    parts: list[int] = []
    families = _FAMILIES if "申请" in text[:start] or "受理" in text[:start] else _MEDIA
    family: str | None = None
    depth = start
    for i, n in enumerate(found):
        if n.start < start or n.stop > stop or n.unit == "%":
            continue
        label = text[depth : n.start]
        depth = n.stop
        if "(" in label and ")" not in label.split("(", 1)[1] and "(" not in text[start - 3 : start]:
            continue  # a number in brackets is a remark on the part before it
        if n.unit != found[total].unit or not _WORD.search(label):
            break
        own = next((name for name, words in families if words.search(label)), "other")
        if parts and _OTHERS.search(label):
            own = family or own
        if parts and (own != family or _CLOSES.search(label)):
            break
        family = own
        parts.append(i)
    return tuple(parts)


def _proves(text: str, found: Sequence[Number], total: int, parts: tuple[int, ...], opening: str) -> bool:
    """Tell whether a sum other than the total would be an error of the sentence; the text ends with the list."""
    added = sum(found[i].value for i in parts)
    label = text[found[parts[-2]].stop : found[parts[-1]].start]
    outcome = _FAMILIES[0][1].search(label) or _FAMILIES[1][1].search(label)
    if added == found[total].value:
        return True
    if outcome:
        return False  # what was carried over stands between
    if added > found[total].value:
        return True
    rest = [n for n in found[parts[-1] + 1 :] if n.stop <= len(text) and n.unit == found[total].unit]
    return not rest and bool(_COMPLETE.search(opening) or _OTHERS.search(label))
