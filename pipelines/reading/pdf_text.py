"""Characters with places -> lines, words, and the text of a cell with what makes it doubtful.

Belongs here: what stands beside, below and upon what. Keep out: pages, ruling lines and pdfium.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from pipelines.reading.pdf_marks import HIDDEN, REPLACEMENT, Glyph

OVERLAPPING = "overlapping_text"
# All lengths are parts of the height of a character. Centres of a line lie this near to each other.
_SAME_LINE = 0.45
# A narrower gap is none: no font sets a word apart by so little, and none spaces the digits of a number so wide.
_GAP = 0.2
# The same character so near is drawn twice to look bold or to cast a shadow; no font prints two that close.
_TWICE, _CLASH, _OVERLAP = 0.17, 0.35, 0.15
# Room that a cell keeps free on both sides, in points: what Word leaves by default.
_PADDING = 11.5
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


def _middle(glyph: Glyph) -> float:
    return glyph.top + glyph.bottom


def lines_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Group characters into lines from top to bottom, each from left to right."""
    lines: list[list[Glyph]] = []
    centre = reach = 0.0
    for glyph in sorted(glyphs, key=_middle):
        middle = glyph.top + glyph.bottom
        height = glyph.bottom - glyph.top
        if lines and middle - centre <= 2 * _SAME_LINE * max(reach, height):
            lines[-1].append(glyph)
            reach = max(reach, height)
        else:
            lines.append([glyph])
            centre, reach = middle, height
    for line in lines:
        line.sort(key=_left)
    return lines


def words_of(line: Sequence[Glyph], apart: float) -> list[Word]:
    """Join the characters of a line into words that stand `apart` (in heights), with a space at each smaller gap.

    A character drawn twice counts once; two that lie upon each other are doubtful where one is a digit.
    """
    words: list[Word] = []
    text: list[str] = []
    doubt: str | None = None
    spaced = False
    left = top = bottom = size = 0.0
    previous: Glyph | None = None
    for glyph in line:
        if glyph.text == " ":
            spaced = True
            continue
        if previous is not None:
            height = min(previous.bottom - previous.top, glyph.bottom - glyph.top)
            step, gap = glyph.left - previous.left, glyph.left - previous.right
            if step < _CLASH * height:
                if glyph.text == previous.text and step <= _TWICE * height:
                    continue
                doubt = doubt or _clash(previous.text, glyph.text, step / height)
            if gap > apart * height:
                words.append(Word("".join(text), left, top, previous.right, bottom, doubt, size))
                text, doubt, previous = [], None, None
            elif spaced or gap > _GAP * height:
                text.append(" ")
        if previous is None:
            left, top, bottom, size = glyph.left, glyph.top, glyph.bottom, 0.0
        text.append(glyph.text)
        doubt = doubt or glyph.doubt
        top, bottom = min(top, glyph.top), max(bottom, glyph.bottom)
        size = max(size, glyph.bottom - glyph.top)
        previous, spaced = glyph, False
    if previous is not None:
        words.append(Word("".join(text), left, top, previous.right, bottom, doubt, size))
    return words


def _clash(first: str, second: str, step: float) -> str | None:
    """Tell whether two characters lie upon each other so that a number cannot be read; `step` is in heights."""
    figures = first in FIGURES or second in FIGURES
    return OVERLAPPING if figures and (first == second or step < _OVERLAP) else None


def printable(words: Sequence[Word]) -> str:
    """Return words as a line of text outside tables, which cannot be doubted: what is doubtful shows no digits."""
    return " ".join(_masked(word.text) if word.doubt else word.text for word in words)


def _masked(text: str) -> str:
    return "".join(REPLACEMENT if character in FIGURES else character for character in text)


def cell_text(glyphs: list[Glyph], room: float) -> tuple[str, str | None]:
    """Return the text of a cell that is `room` wide, a line per line, and why it is doubtful or None.

    What is not seen counts only where nothing else stands in the cell, and is doubtful.
    """
    seen = [glyph for glyph in glyphs if glyph.doubt not in HIDDEN]
    if not any(glyph.text != " " for glyph in seen):
        seen = glyphs
    turned = {glyph.turns for glyph in seen if glyph.text != " "}
    if len(turned) == 1 and (turns := turned.pop()):
        seen = [_upright(glyph, turns) for glyph in seen]
    lines = [word for line in lines_of(seen) for word in words_of(line, float("inf"))]
    doubt = next((line.doubt for line in lines if line.doubt), None)
    if len(turned) > 1:
        doubt = doubt or OVERLAPPING
    if len(lines) == 1:
        return lines[0].text, doubt
    return _joined(lines, room), doubt


def spare_room(glyphs: list[Glyph], room: float) -> float:
    """Return how much room the last line of a cell that is `room` wide leaves, in heights of its characters."""
    last = words_of(lines_of(glyphs)[-1], float("inf"))
    return (room - _PADDING - (last[-1].right - last[0].left)) / last[-1].size if last else room


def _upright(glyph: Glyph, turns: int) -> Glyph:
    """Turn the place of a character that is printed sideways; where the cell lies does not matter."""
    left, top, right, bottom = glyph[1:5]
    if turns == 1:
        return glyph._replace(left=-bottom, top=left, right=-top, bottom=right)
    if turns == 2:
        return glyph._replace(left=-right, top=-bottom, right=-left, bottom=-top)
    return glyph._replace(left=top, top=-right, right=bottom, bottom=-left)


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
