"""Text that is cut: by the edge of the page, or by the box that a program shows of it.

Belongs here: how much of a character is seen, and which figures beside lost ones are doubtful. Keep out: text that is
hidden in other ways (`pdf.snippets`).
"""

from __future__ import annotations

from pipelines.reading.pdf.calls import Box
from pipelines.reading.pdf.marks import CROPPED, Marks, Snippet
from pipelines.reading.pdf.text import IN_NUMBERS

# So much of a character is seen at least where it is whole, and at most where nobody sees it.
_WHOLE, _LOST = 0.85, 0.12
# What the size of a font leaves free around the ink of a character, to the sides, and above or below.
_BESIDE, _AROUND = 0.1, 0.18
# In heights: a figure stands beside a lost one of the same number where no more is between them.
_NEAR, _OVERLAP, _LEVEL = 0.45, 0.2, 0.3


def seen(ink: Box, shown: Box) -> float:
    """Return which share of a character's ink lies in a box, the smaller of width and height; both by two corners."""
    left, right = sorted((ink[0], ink[2]))
    low, high = sorted((ink[1], ink[3]))
    width, height = right - left, high - low
    across = (min(right, shown[2]) - max(left, shown[0])) / width if width else float(shown[0] <= left <= shown[2])
    along = (min(high, shown[3]) - max(low, shown[1])) / height if height else float(shown[1] <= low <= shown[3])
    return max(min(across, along), 0.0)


def is_lost(share: float) -> bool:
    """Return whether so little of a character is seen that nobody reads it."""
    return share <= _LOST


def is_whole(share: float) -> bool:
    """Return whether so much of a character is seen that nothing of it is missed."""
    return share >= _WHOLE


def on_page(snippet: Snippet, width: float, height: float) -> Snippet | None:
    """Return a snippet as far as the page shows it, doubtful where its ink is cut; None where it lies outside."""
    _, left, top, right, bottom, doubt, _ = snippet
    size = bottom - top
    beside, around = size * _BESIDE, size * _AROUND
    if left >= -beside and right <= width + beside and top >= -around and bottom <= height + around:
        return snippet
    if right <= beside or left >= width - beside or bottom <= around or top >= height - around:
        return None
    inside = max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height)
    return Snippet(snippet.text, *inside, doubt or CROPPED, snippet.turns)


def doubt_beside(marks: Marks) -> None:
    """Doubt the figures of a page that stand beside lost ones, in the box of these: they are a part of a number."""
    for index, snippet in enumerate(marks.snippets):
        figure = snippet.doubt is None and not IN_NUMBERS.isdisjoint((snippet.text[0], snippet.text[-1]))
        if figure and any(_is_beside(snippet, box, shown) for box, shown in marks.lost):
            marks.snippets[index] = snippet._replace(doubt=CROPPED)


def _is_beside(snippet: Snippet, box: Box, shown: Box) -> bool:
    height = snippet.bottom - snippet.top
    x, y = (snippet.left + snippet.right) / 2, (snippet.top + snippet.bottom) / 2
    level = abs(2 * y - box[1] - box[3]) <= 2 * _LEVEL * height
    gaps = (box[0] - snippet.right, snippet.left - box[2])
    near = any(-_OVERLAP * height <= gap <= _NEAR * height for gap in gaps)
    return level and near and shown[0] <= x <= shown[2] and shown[1] <= y <= shown[3]
