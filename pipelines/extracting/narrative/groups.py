"""A total and its parts listed in one sentence: 公开信息113条，其中网站25条，微信88条.

其中 may list examples only: parts that fall short of the total prove nothing, unless the list says it is complete.
Belongs here: which numbers of a sentence are a total and its parts. Keep out: the words (`groups.yml`), measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.extracting.narrative.sentences import Number
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("groups")
_OPENS, _CLOSES, _COMPLETE = _WORDS.pattern("opens"), _WORDS.pattern("closes"), _WORDS.pattern("complete")
_OUTCOME, _FLOW = _WORDS.pattern("outcome"), _WORDS.pattern("flow")
_FAMILIES = (_OUTCOME, _FLOW, _WORDS.pattern("applicant"), _WORDS.pattern("channel"))
_OF_APPLICATIONS, _MEDIA = _WORDS.pattern("of_applications"), (_WORDS.pattern("media"),)
_OTHERS, _STRAIGHT, _DIRECT = _WORDS.pattern("others"), _WORDS.pattern("straight"), _WORDS.pattern("direct")
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
    families = _FAMILIES if _OF_APPLICATIONS.search(text, 0, start) else _MEDIA
    family: re.Pattern[str] | None = None
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
        own = next((words for words in families if words.search(label)), None)
        if parts and _OTHERS.search(label):
            own = family
        if parts and (own != family or _CLOSES.search(label)):
            break
        family = own
        parts.append(i)
    return tuple(parts)


def _proves(text: str, found: Sequence[Number], total: int, parts: tuple[int, ...], opening: str) -> bool:
    """Tell whether a sum other than the total would be an error of the sentence; the text ends with the list."""
    added = sum(found[i].value for i in parts)
    label = text[found[parts[-2]].stop : found[parts[-1]].start]
    outcome = _OUTCOME.search(label) or _FLOW.search(label)
    if added == found[total].value:
        return True
    if outcome:
        return False  # what was carried over stands between
    if added > found[total].value:
        return True
    rest = [n for n in found[parts[-1] + 1 :] if n.stop <= len(text) and n.unit == found[total].unit]
    return not rest and bool(_COMPLETE.search(opening) or _OTHERS.search(label))
