"""Recognised lines of text -> paragraphs, without what could be a cell of a table that has no rules.

Belongs here: which lines are one paragraph and which are prose at all. Keep out: pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.reading.document import Paragraph

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_HEADING = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|[（(][一二三四五六七八九十]{1,3}[）)])")
_DATE = re.compile(
    r"^[\d□〇○一二三四五六七八九十]{4}年[\d□一二三四五六七八九十]{1,2}月[\d□一二三四五六七八九十]{1,3}日$"
)
_LEAST_CHINESE, _LEAST_WORDS = 6, 4
_TITLE_SCALE, _SAME_SCALE = 1.22, 1.25
# In heights of a character: how far a full line may end before the edge, and an unindented one begin behind it.
_FULL, _UNINDENTED = 2.0, 1.0
_SENTENCE_ENDS = ("。", "；", "：", "！", "？", ";", ":")
_ENDS_IN_DIGITS, _BEGINS_WITH_DIGITS = re.compile(r"[\d,.]*\d$"), re.compile(r"^\d[\d,.]*")
_MISSING = "□"
# 申请 without the middle of its first character, as coarse and swollen pages show it: what was applied for is not what
# was disclosed. Between other words (其中请求, 集中请示) the two characters stand as they are.
_APPLICATION = re.compile(r"(?<![其集当之])[中甲巾由川]请(?![示求假教问客愿罪柬])")


class ProseLine(NamedTuple):
    """A line of text between tables, measured in heights of a character from the left edge of the page.

    `scale` is its height by that of its page's lines, `area` where the page's text begins and ends.
    """

    text: str
    left: float
    right: float
    scale: float
    area: tuple[float, float]


def is_text(line: str) -> bool:
    """Tell a line of a paragraph from a page number or a trace."""
    return bool(_CHINESE.search(line))


def paragraphs(lines: Sequence[ProseLine]) -> Iterator[Paragraph]:
    """Yield the paragraphs of lines that no table parts, without line numbers."""
    texts: list[tuple[str, bool]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        is_title = line.scale >= _TITLE_SCALE
        if before is not None and _continues(before, line):
            texts[-1] = (texts[-1][0] + line.text, is_title)
        elif before is not None and _parts_number(before.text, line.text):
            texts[-1] = (_masked(_ENDS_IN_DIGITS, texts[-1][0]), texts[-1][1])
            texts.append((_masked(_BEGINS_WITH_DIGITS, line.text), is_title))
        else:
            texts.append((line.text, is_title))
    yield from (Paragraph(_APPLICATION.sub("申请", text), 0, is_title) for text, is_title in texts if _is_prose(text))


def _continues(before: ProseLine, line: ProseLine) -> bool:
    if min(before.scale, line.scale) * _SAME_SCALE < max(before.scale, line.scale) or _HEADING.match(line.text):
        return False
    if line.scale >= _TITLE_SCALE:
        return True
    is_full = before.right >= before.area[1] - _FULL and not before.text.endswith(_SENTENCE_ENDS)
    return is_full and line.left <= line.area[0] + _UNINDENTED


def _parts_number(before: str, line: str) -> bool:
    return bool(_ENDS_IN_DIGITS.search(before) and _BEGINS_WITH_DIGITS.match(line))


def _masked(pattern: re.Pattern[str], text: str) -> str:
    """Return a text with the digits of a number that a line break may have cut as □."""
    return pattern.sub(lambda found: _MISSING * len(found[0]), text)


def _is_prose(text: str) -> bool:
    """Return whether a paragraph can be used: a short one with digits may be cells of a table without rules."""
    if _HEADING.match(text) or _DATE.match("".join(text.split())):
        return True
    chinese = len(_CHINESE.findall(text))
    if any(character.isdecimal() for character in text):
        return chinese >= _LEAST_CHINESE
    return chinese >= _LEAST_WORDS or (chinese > 0 and text.endswith(_SENTENCE_ENDS))
