"""What stands around a number of a sentence, and whether the number is exact and of the report year.

Belongs here: clauses, periods, comparisons, approximations. Keep out: what a number means.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.extracting.narrative.sentences import Number, Sentence, last_match
from pipelines.extracting.narrative.vocabulary import Vocabulary

_WORDS = Vocabulary("clauses")
# Another thing that is counted together with the one that the number follows.
JOINED = _WORDS.pattern("joined")
_WHOLE = _WORDS.pattern("whole")
_OWN_YEAR, _OTHER_YEAR = _WORDS.pattern("own_year").pattern, _WORDS.pattern("other_year").pattern
_PERIOD = re.compile(f"(?P<own>{_OWN_YEAR})|(?P<other>{_OTHER_YEAR})")
_COMPARED = _WORDS.pattern("compared")
_PART_OF_YEAR = _WORDS.pattern("part_of_year")
_UNUSABLE = re.compile(f"{_WORDS.pattern('not_a_fact').pattern}|{_WORDS.pattern('approximate').pattern}$")
_AFTER = _WORDS.pattern("approximate_after")
_EXCEPT = _WORDS.pattern("except")
_CUMULATIVE = _WORDS.pattern("cumulative")
_DENIED, _BELOW = _WORDS.pattern("denied"), _WORDS.pattern("below")

_SHARED_OUT, _AND = _WORDS.pattern("shared_out"), _WORDS.pattern("and")
_REMARK = _WORDS.pattern("remark")

_MARK = re.compile(r"[,;:()。]")
_LAST_SENTENCE = re.compile(r"[。!?](?!其中)")
_CLOSED = re.compile(r"\([^()]*\)")
# Closed at once after a number, a remark on that one.
_NOTE = re.compile(r"^\([^()]*\)")
_AMONG, _SEVERALLY = "其中", "分别"
_TITLES = re.compile(r"《[^《》]*》")


class Clause(NamedTuple):
    """What stands around a number: `left` since the last mark or number, `right` up to the next, `before` the left.

    `after` is the rest of the sentence, `above` the sentence before it, `paragraph` all before it there, and `topic`
    how that begins. `section` is that of the report; `on_applications`: it is headed 依申请公开; `listed`: the number
    is a part of applications counted before 其中; `is_part`: of anything.
    """

    before: str
    left: str
    right: str
    section: int
    on_applications: bool
    listed: bool
    after: str = ""
    topic: str = ""
    above: str = ""
    is_part: bool = False
    paragraph: str = ""


def clauses(sentence: Sentence, found: Sequence[Number], section: int, on_applications: bool) -> Iterator[Clause]:
    """Yield the clause of each number of a sentence. Brackets that are closed before a number belong to it."""
    text = sentence.text
    marks = [m.start() for m in _MARK.finditer(_CLOSED.sub(lambda m: "x" * len(m[0]), text))]
    inner = [m.start() for m in _MARK.finditer(text)]
    shared = _shared_out(text, found)
    above = _LAST_SENTENCE.split(sentence.above.rstrip("。!?"))[-1]
    for i, n in enumerate(found):
        floor = found[i - 1].stop if i else 0
        begin = max([floor, *(p for p in marks if floor <= p < n.start)])
        begin = max(
            [begin, *(p for p in inner if begin <= p < n.start and text[p] == "(" and ")" not in text[p : n.start])]
        )
        ceiling = found[i + 1].start if i + 1 < len(found) else len(text)
        end = min([ceiling, *(p for p in inner if p >= n.stop)])
        right = text[n.stop : end].split("、", 1)[0]
        left = shared.get(i) or _REMARK.sub("", _NOTE.sub("", text[begin : n.start])).lstrip(",;:。)")
        # A list in brackets that are closed ends there.
        whole, among, inside = _CLOSED.sub("", text[: n.start]).rpartition(_AMONG)
        listed = bool(among and _WHOLE.search(whole))
        rest = (text[n.stop :], sentence.topic, above, bool(among) and "。" not in inside, sentence.above)
        before = text[: begin + 1] if text[begin] == ";" else text[:begin]
        yield Clause(before, left, right, section, on_applications, listed, *rest)


def _shared_out(text: str, found: Sequence[Number]) -> dict[int, str]:
    """Return what each number counts where they are told together: 行政复议、行政诉讼分别为2件、3件."""
    shared: dict[int, str] = {}
    for i, n in enumerate(found):
        floor = found[i - 1].stop if i else 0
        if _SEVERALLY not in text[n.start - 3 : n.start] or not (named := _SHARED_OUT.search(text[: n.start], floor)):
            continue
        names = _AND.split(named["names"])
        told = found[i : i + len(names)]
        between = all(_AND.fullmatch(text, a.stop, b.start) for a, b in itertools.pairwise(told))
        if 1 < len(names) == len(told) and between:
            shared |= {i + k: f"{name}{named['what']}" for k, name in enumerate(names)}
    return shared


def is_usable(sentence: Sentence, n: Number, clause: Clause) -> bool:
    """Tell whether a number is exact, of the report year, and neither compared, planned nor denied."""
    if _AFTER.match(sentence.text, n.stop) or not of_the_year(sentence, n.start):
        return False
    if _CUMULATIVE.search(sentence.text, 0, n.start):
        return False
    left = _CLOSED.sub("", _EXCEPT.sub("", clause.left) if "结转" in clause.right[:6] else clause.left)
    return not (_UNUSABLE.search(left) or _DENIED.search(left) or _BELOW.search(left))


def of_the_year(sentence: Sentence, stop: int) -> bool:
    """Tell whether what stands before a place, in the sentence or else above it, leads to the whole report year."""
    before = _COMPARED.sub(",", _CLOSED.sub("", _TITLES.sub("", sentence.text[:stop])))
    if _PART_OF_YEAR.search(before):
        return False
    last = last_match(_PERIOD, before)
    return _leads_to_the_year(sentence.above) if last is None else last["other"] is None


@lru_cache(maxsize=64)
def _leads_to_the_year(above: str) -> bool:
    """Tell the same of what stands above a sentence, once for all its numbers."""
    above = _COMPARED.sub(",", _TITLES.sub("", above))
    if "半年" in above or "季度" in above:
        return False
    last = last_match(_PERIOD, above)
    return last is None or last["other"] is None
