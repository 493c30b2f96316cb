"""Lines through the digits of a text: what they strike out is doubtful, and they rule no table.

Belongs here: which lines run through text. Keep out: lines above and below it, and what a struck number means.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.contracts.codes import code_list
from pipelines.reading.lattice import Line
from pipelines.reading.pdf.marks import HIDDEN, OTHERWISE, Marks, Snippet

(STRUCK,) = code_list("cell_note").named("struck_text")
_FIGURES = frozenset("0123456789０１２３４５６７８９")
# All lengths are parts of the height of a character. A line strikes text this near to its middle, whatever the font:
# one below it (underlined) is twice as far. It runs along so much of it, and ends so near to its ends; the line of a
# table goes on to the borders of the cell.
_NEAR, _ALONG, _BEYOND = 0.22, 0.25, 1.2
# A line that no other goes on may end farther away: one across the whole cell. Rules go on, or are longer.
_ALONE, _GOES_ON = 8.0, 2.0
# A line before a figure is a minus where it is so long, in heights, and stands so near.
_DASH, _BEFORE, _TOUCHES = (0.2, 1.0), 0.8, 0.15


def take_strikes(marks: Marks) -> None:
    """Doubt the figures of a page that a line runs through, and take such lines away from those that rule tables.

    A figure with a short line before it, as a minus is drawn, is doubted as well.
    """
    lines_at: dict[int, list[Line]] = {}
    for line in marks.horizontal:
        lines_at.setdefault(int(line[0]), []).append(line)
    struck: set[Line] = set()
    for index, (text, _, top, _, bottom, doubt, turns) in enumerate(marks.snippets):
        if turns or doubt in HIDDEN or _FIGURES.isdisjoint(text):
            continue
        near = (bottom - top) * (0.5 - _NEAR)
        for place in range(int(top + near), int(bottom - near) + 1):
            if place in lines_at:
                through = [line for line in lines_at[place] if _runs_through(line, marks.snippets[index])]
                if ends := [line for line in through if line in struck or _ends_with_text(line, marks)]:
                    marks.snippets[index] = marks.snippets[index]._replace(doubt=doubt or STRUCK)
                    struck.update(ends)
                elif any(_is_minus(line, marks.snippets[index], lines_at[place]) for line in lines_at[place]):
                    marks.snippets[index] = marks.snippets[index]._replace(doubt=doubt or OTHERWISE)
    if struck:
        marks.horizontal = [line for line in marks.horizontal if line not in struck]


def _runs_through(line: Line, snippet: Snippet) -> bool:
    place, start, end = line
    height = snippet.bottom - snippet.top
    level = abs(snippet.top + snippet.bottom - 2 * place) <= 2 * height * _NEAR
    return level and min(end, snippet.right) - max(start, snippet.left) >= height * _ALONG


def _is_minus(line: Line, snippet: Snippet, level: Sequence[Line]) -> bool:
    """Return whether a line is drawn before a figure as its sign is, and is none of the dashes of a rule."""
    _, start, end = line
    height = snippet.bottom - snippet.top
    if not _DASH[0] * height <= end - start <= _DASH[1] * height:
        return False
    if not -_TOUCHES * height <= snippet.left - end <= _BEFORE * height or start >= snippet.left:
        return False
    return not any(0 <= start - other[2] <= _GOES_ON * height for other in level if other is not line)


def _ends_with_text(line: Line, marks: Marks) -> bool:
    """Return whether a line is no longer than the text that it runs through."""
    texts = [snippet for snippet in marks.snippets if _runs_through(line, snippet)]
    height = max(snippet.bottom - snippet.top for snippet in texts)
    starts, ends = min(snippet.left for snippet in texts), max(snippet.right for snippet in texts)
    beyond = max(starts - line[1], line[2] - ends)
    return beyond <= height * _BEYOND or (beyond <= height * _ALONE and not _goes_on(line, marks.horizontal))


def _goes_on(line: Line, lines: Sequence[Line]) -> bool:
    level = [other for other in lines if other is not line and abs(other[0] - line[0]) <= _GOES_ON]
    return any(other[1] <= line[2] + _GOES_ON and other[2] >= line[1] - _GOES_ON for other in level)
