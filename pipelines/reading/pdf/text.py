"""Snippets with places -> lines, words, and the text of a cell with what makes it doubtful.

Belongs here: what stands beside, below and upon what. Keep out: pages, ruling lines and pdfium.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.pdf.marks import HIDDEN, REPLACEMENT, Snippet

OVERLAPPING, STACKED, RAISED = code_list("cell_note").named("overlapping_text", "stacked_figures", "raised_text")
# Figures on two lines of a cell: two numbers, or one that is broken where there was room.
_STACKED_FIGURES = re.compile(r"[0-9０-９]\n[0-9０-９]")
# All lengths are parts of the height of a character. Centres of a line lie this near to each other.
_SAME_LINE = 0.45
# A narrower gap is none: no font sets a word apart by so little, and none spaces the digits of a number so wide.
_GAP = 0.2
# The same text so near is drawn twice to look bold or to cast a shadow: no font prints two characters that close. What
# overlaps by more than this lies upon each other.
_TWICE, _OVERLAP = 0.17, 0.3
# A digit is raised or lowered beside others where it is so much smaller, and its middle so much higher or lower.
# Smaller digits on the same line stand lower as well, by this part of what they are smaller.
_SMALLER, _HIGHER, _SUNK = 0.8, 0.08, 0.4
# Snippets of a word overlap by so little, in points: characters have slightly more room than they take.
_JITTER = 0.2
# Room that a cell keeps free on both sides, in points: what Word and browsers leave.
_PADDING = 13.5
FIGURES = frozenset("0123456789０１２３４５６７８９")
IN_NUMBERS = FIGURES | frozenset(",.，．")
_left = itemgetter(1)


class Word(NamedTuple):
    """Characters of a line that stand together; `size` is the height of the highest of them."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    doubt: str | None
    size: float


def _middle(snippet: Snippet) -> float:
    return snippet.top + snippet.bottom


def _height(snippet: Snippet) -> float:
    return snippet.bottom - snippet.top


def lines_of(snippets: Iterable[Snippet]) -> list[list[Snippet]]:
    """Group characters into lines from top to bottom, each from left to right."""
    lines: list[list[Snippet]] = []
    centre = reach = 0.0
    for snippet in sorted(snippets, key=_middle):
        middle = snippet.top + snippet.bottom
        height = snippet.bottom - snippet.top
        if lines and middle - centre <= 2 * _SAME_LINE * max(reach, height):
            lines[-1].append(snippet)
            reach = max(reach, height)
        else:
            lines.append([snippet])
            centre, reach = middle, height
    for line in lines:
        line.sort(key=_left)
    return lines


def words_of(line: Sequence[Snippet], apart: float) -> list[Word]:
    """Join what stands on a line into words that stand `apart` (in heights), with a space at each smaller gap.

    What is drawn twice counts once; what lies upon something else is doubtful where one of them has a digit.
    """
    words: list[Word] = []
    text: list[str] = []
    doubt: str | None = None
    left = top = right = bottom = size = 0.0
    previous: Snippet | None = None
    spaced = False
    for snippet in line:
        own, own_left, own_top, own_right, own_bottom, own_doubt, _ = snippet
        if own == " ":
            spaced = True
            continue
        own_size = own_bottom - own_top
        if previous is not None:
            before = previous.bottom - previous.top
            height, higher = (own_size, before) if own_size < before else (before, own_size)
            gap = own_left - right
            if gap < 0 and own == previous.text and own_left - previous.left <= _TWICE * height:
                continue
            if gap < -_OVERLAP * height and not FIGURES.isdisjoint(previous.text + own):
                doubt = doubt or OVERLAPPING
            if height <= _SMALLER * higher:
                doubt = doubt or (RAISED if gap <= apart * height and _is_raised(previous, snippet) else None)
            if gap > apart * height:
                words.append(Word("".join(text), left, top, right, bottom, doubt, size))
                text, doubt, previous = [], None, None
            elif spaced or gap > _GAP * height:
                text.append(" ")
        if previous is None:
            left, top, right, bottom, size = own_left, own_top, own_right, own_bottom, 0.0
        text.append(own)
        doubt = doubt or own_doubt
        top, right = own_top if own_top < top else top, own_right if own_right > right else right
        bottom, size = own_bottom if own_bottom > bottom else bottom, own_size if own_size > size else size
        previous, spaced = snippet, False
    if previous is not None:
        words.append(Word("".join(text), left, top, right, bottom, doubt, size))
    return words


def _is_raised(first: Snippet, second: Snippet) -> bool:
    """Return whether one of two neighbours is set smaller and higher or lower than the digit that it stands beside."""
    is_second = _height(second) < _height(first)
    small, large = (second, first) if is_second else (first, second)
    if FIGURES.isdisjoint(small.text) or large.text[-1 if is_second else 0] not in IN_NUMBERS:
        return False
    height, smaller = _height(large), _height(large) - _height(small)
    sunk = (_middle(small) - _middle(large)) / 2
    return not -_HIGHER * height <= sunk <= _HIGHER * height + _SUNK * smaller


def printable(words: Sequence[Word]) -> str:
    """Return words as a line of text outside tables, which cannot be doubted: what is doubtful shows no digits."""
    return " ".join(_masked(word.text) if word.doubt else word.text for word in words)


def _masked(text: str) -> str:
    return "".join(REPLACEMENT if character in FIGURES else character for character in text)


def cell_text(snippets: list[Snippet], room: float) -> tuple[str, str | None]:
    """Return the text of a cell that is `room` wide, a line per line, and why it is doubtful or None.

    What is not seen counts only where nothing else stands in the cell, and is doubtful.
    """
    if (plain := _plain_line(snippets)) is not None:
        return plain, None
    seen = [snippet for snippet in snippets if snippet.doubt not in HIDDEN]
    if not any(snippet.text != " " for snippet in seen):
        seen = snippets
    turned = {snippet.turns for snippet in seen if snippet.text != " "}
    if len(turned) == 1 and (turns := turned.pop()):
        seen = [_upright(snippet, turns) for snippet in seen]
    lines = [word for line in lines_of(seen) for word in words_of(line, float("inf"))]
    doubt = next((line.doubt for line in lines if line.doubt), None)
    if len(turned) > 1:
        doubt = doubt or OVERLAPPING
    if len(lines) == 1:
        return lines[0].text, doubt
    text = _joined(lines, room)
    return text, doubt or (STACKED if _STACKED_FIGURES.search(text) else None)


def _plain_line(snippets: list[Snippet]) -> str | None:
    """Return the text of characters that follow each other on one line without gap or doubt; None for any others."""
    _, right, top, _, bottom, _, _ = snippets[0]
    near = (bottom - top) * _GAP
    for text, left, own_top, own_right, own_bottom, doubt, turns in snippets:
        if text == " " or doubt is not None or turns or not -_JITTER < left - right < near:
            return None
        if abs(own_top - top) > near or abs(own_bottom - bottom) > near:
            return None
        right = own_right
    return "".join([snippet.text for snippet in snippets])


def spare_room(snippets: list[Snippet], room: float) -> float:
    """Return how much room the last line of a cell that is `room` wide leaves, in heights of its characters."""
    last = words_of(lines_of(snippets)[-1], float("inf"))
    return (room - _PADDING - (last[-1].right - last[0].left)) / last[-1].size if last else room


def _upright(snippet: Snippet, turns: int) -> Snippet:
    """Turn the place of a character that is printed sideways; where the cell lies does not matter."""
    left, top, right, bottom = snippet[1:5]
    if turns == 1:
        return snippet._replace(left=-bottom, top=left, right=-top, bottom=right)
    if turns == 2:
        return snippet._replace(left=-right, top=-bottom, right=-left, bottom=-top)
    return snippet._replace(left=top, top=-right, right=bottom, bottom=-left)


def _joined(lines: list[Word], room: float) -> str:
    """Join the lines of a cell; a number that fills its narrow cell goes on in the next line."""
    parts: list[str] = []
    above: Word | None = None
    for line in lines:
        if above is not None and not _wraps(above, line, room):
            parts.append("\n")
        parts.append(line.text)
        above = line
    return "".join(parts)


def _wraps(above: Word, line: Word, room: float) -> bool:
    if above.text[-1] not in IN_NUMBERS or line.text[0] not in IN_NUMBERS:
        return False
    width = above.right - above.left
    return room - width < width / len(above.text) + _PADDING and line.right - line.left <= width + 1
