"""The head of a table without upright lines: which labels name its columns.

Belongs here: labels above columns whose places are known. Keep out: rows, and what labels mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipelines.reading.pdf.columns import Span, over
from pipelines.reading.pdf.text import Word

# All lengths are parts of the height of the text: of two words of one line, two lines of one label, and two that are
# level.
_APART, _TIGHT, _LEVEL = 1.0, 0.6, 0.25


def gap(first: Word, second: Word) -> float:
    """Return how far one word stands before another, in heights of the smaller."""
    return (second.left - first.right) / min(first.size, second.size)


def joined_words(first: Word, second: Word) -> Word:
    """Return two words of a line as one."""
    space = " " if len(first.text) > 1 or len(second.text) > 1 else ""
    return Word(
        first.text + space + second.text,
        first.left,
        min(first.top, second.top),
        max(first.right, second.right),
        max(first.bottom, second.bottom),
        first.doubt or second.doubt,
        max(first.size, second.size),
    )


def head_labels(words: Sequence[Word], columns: list[Span], height: float) -> list[list[Word]]:
    """Return the labels of a head, each with its lines; words near to each other are one but over two columns."""
    blocks: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (round(word.top + word.bottom), word.left)):
        above = blocks[-1][-1] if blocks else None
        if above is not None and abs(above.top - word.top) < _LEVEL * height and 0 <= gap(above, word) < _APART:
            both = joined_words(above, word)
            if len(over(columns, both)) <= 1:
                blocks[-1][-1] = both
                continue
        near = [b for b in blocks if 0 <= word.top - b[-1].bottom + _LEVEL * height <= (_TIGHT + _LEVEL) * height]
        own = [block for block in near if touch(block, [word])]
        if len(own) == 1 and len(over(columns, joined_words(own[0][-1], word))) <= 1:
            own[0].append(word)
        else:
            blocks.append([word])
    return blocks


def span_of(words: Sequence[Word]) -> Span:
    """Return where words begin and end."""
    return min(word.left for word in words), max(word.right for word in words)


def touch(first: Sequence[Word], second: Sequence[Word]) -> bool:
    """Return whether one label stands above or below a part of another."""
    (left, right), (start, end) = span_of(first), span_of(second)
    return left < end and start < right


def named_columns(blocks: list[list[Word]], columns: list[Span]) -> tuple[list[list[Word]], list[Span]] | None:
    """Return the labels that name columns, which have no other below, and the columns with those that are all blank.

    None where a column has no label, or one lies between two.
    """
    leaves = [
        block
        for block in blocks
        if not any(touch(block, other) and other[0].top > block[-1].top for other in blocks if other is not block)
    ]
    leaves.sort(key=span_of)
    spans = [span_of(leaf) for leaf in leaves]
    if len(leaves) > len(columns):
        under = [[column for column in columns if _overlap(column, span)] for span in spans]
        if sorted(column for inside in under for column in inside) != columns or any(len(c) > 1 for c in under):
            return None
        columns = [inside[0] if inside else span for inside, span in zip(under, spans, strict=True)]
    if len(leaves) != len(columns):
        return None
    pairs = list(zip(spans, columns, strict=True))
    apart = all(max(a[0][1], a[1][1]) <= min(b[0][0], b[1][0]) for a, b in pairwise(pairs))
    nearest = all(_distance(own, column) <= min(_distance(span, column) for span in spans) for own, column in pairs)
    return (leaves, columns) if apart and nearest else None


def _distance(first: Span, second: Span) -> float:
    return max(first[0] - second[1], second[0] - first[1], 0.0)


def _overlap(first: Span, second: Span) -> bool:
    return first[0] < second[1] and second[0] < first[1]
