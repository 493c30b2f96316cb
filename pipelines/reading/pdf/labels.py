"""The labels of a table without upright lines: which lines of text name which row, and which name a group of rows.

Belongs here: labels beside rows whose places are known. Keep out: figures, their columns, and what labels mean. A row
is told by a label of its own, beside its figures: in the middle of its lines, on the first or on the last of them, and
so in the whole table. What stands left of the labels of several rows names a group, whichever row it stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.reading.lattice import Line
from pipelines.reading.pdf.text import Word

# All lengths are parts of the height of the text. A label is level with its row within the first, and begins or is
# centred as the line above it within the second.
_LEVEL, _ALIGNED = 0.3, 0.5
# Lines of one label stand this near to each other, where its row is in their middle, and where it is not.
_LEADING, _TIGHT_LEADING = 2.6, 1.8
# A group stands left of the labels of its rows but for this, and its middle is as near to theirs.
_BESIDE, _CENTRED = 0.1, 0.8
_MARKS = (
    re.compile(r"[一二三四五六七八九十]{1,3}[、.．]"),
    re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]"),
    re.compile(r"(\d{1,2})[.、．](?!\d)"),
)
_FIRST_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
MIDDLE, TOP, BOTTOM = "middle", "top", "bottom"


class Label(NamedTuple):
    """Lines of one label from top to bottom, with the box around them; `kind` is that of its number, or None."""

    lines: tuple[Word, ...]
    left: float
    top: float
    right: float
    bottom: float
    kind: int | None
    number: int


class Group(NamedTuple):
    """A label of the rows from `first` to `last`; `column` counts from the left."""

    label: Label
    column: int
    first: int
    last: int


class Named(NamedTuple):
    """The rows by the middles of their figures (None: a label without any), their labels, and those of groups.

    `around` are lines above the first row and below the last that name neither.
    """

    places: tuple[float | None, ...]
    labels: tuple[Label, ...]
    groups: tuple[Group, ...]
    around: tuple[Word, ...]


def is_numbered(text: str) -> bool:
    """Return whether a text begins with a number as labels do."""
    return any(mark.match(text) for mark in _MARKS)


def named_rows(places: Sequence[float], words: Sequence[Word], height: float, rules: Sequence[Line]) -> Named | None:
    """Return the labels of rows, given by the middles of their figures from top to bottom; None where they are unclear.

    No label runs over one of the `rules`.
    """
    ordered = sorted(words, key=_middle)
    middle, top, bottom = (_in_mode(places, ordered, height, rules, mode) for mode in (MIDDLE, TOP, BOTTOM))
    if middle is not None or top is None:
        return middle or bottom
    return top if bottom is None or bottom.labels == top.labels else None


def _in_mode(
    places: Sequence[float], words: list[Word], height: float, rules: Sequence[Line], mode: str
) -> Named | None:
    own = _Owners(places, words, height, mode).found()
    if own is None:
        return None
    labels, rest = own
    numbered = sum(label.kind is not None for label in labels)
    if len(labels) > numbered > len(labels) / 2 or any(_is_parted(label, rule) for label in labels for rule in rules):
        return None
    return _with_groups(places, labels, rest, height)


def _is_parted(label: Label, rule: Line) -> bool:
    return label.top < rule[0] < label.bottom and rule[1] < label.right and rule[2] > label.left


def _middle(word: Word) -> float:
    return (word.top + word.bottom) / 2


def _label(lines: Sequence[Word]) -> Label:
    kind = next((index for index, mark in enumerate(_MARKS) if mark.match(lines[0].text)), None)
    number = 0
    if kind is not None:
        digits = re.sub(r"\D", "", lines[0].text[:3])
        number = int(digits) if kind == len(_MARKS) - 1 else _FIRST_NUMBERS.get(lines[0].text.strip("（(")[0], 10)
    return Label(
        tuple(lines),
        min(line.left for line in lines),
        lines[0].top,
        max(line.right for line in lines),
        lines[-1].bottom,
        kind,
        number,
    )


class _Owners:
    """Finds the label of each row from top to bottom; every line is used once."""

    def __init__(self, places: Sequence[float], words: list[Word], height: float, mode: str) -> None:
        self._places = places
        self._free = words
        self._height = height
        self._mode = mode

    def found(self) -> tuple[list[Label], list[Word]] | None:
        """Return the label of each row and the lines left; None where a row has none."""
        labels: list[Label] = []
        for index in range(len(self._places)):
            lines = self._own(index)
            if not lines:
                return None
            taken = set(map(id, lines))
            self._free = [word for word in self._free if id(word) not in taken]
            labels.append(_label(lines))
        return labels, self._free

    def _own(self, index: int) -> list[Word]:
        place, near = self._places[index], self._height * _LEVEL
        above = self._places[index - 1] if index else float("-inf")
        below = self._places[index + 1] if index + 1 < len(self._places) else float("inf")
        window = [word for word in self._free if above + near < _middle(word) < below - near]
        level = [word for word in window if abs(_middle(word) - place) <= near]
        best = max(level, key=_left, default=None)
        if self._mode != MIDDLE:
            return self._grown(best, window) if best else []
        pair = max(self._pairs(window, place), key=_left_of_pair, default=None)
        if pair is not None and (best is None or self._is_beside(best, pair)):
            return self._widened(list(pair), window, place)
        return self._widened([best], window, place) if best else []

    def _is_beside(self, word: Word, pair: tuple[Word, Word]) -> bool:
        return min(pair[0].left, pair[1].left) >= word.right - _BESIDE * self._height

    def _pairs(self, window: list[Word], place: float) -> list[tuple[Word, Word]]:
        """Return the lines that a row stands between: one label of two lines, or of four."""
        near = self._height * _LEVEL
        upper = [word for word in window if _middle(word) < place - near]
        lower = [word for word in window if _middle(word) > place + near]
        return [
            (first, second)
            for first in upper
            for second in lower
            if self._follows(first, second, _LEADING) and abs(_middle(first) + _middle(second) - 2 * place) <= 2 * near
        ]

    def _follows(self, above: Word, word: Word, leading: float) -> bool:
        """Return whether a line can go on a label: near below, without a number, aligned as the line above."""
        near = 0 < _middle(word) - _middle(above) <= leading * self._height
        return near and not is_numbered(word.text) and _is_aligned(above, word, self._height)

    def _widened(self, lines: list[Word], window: list[Word], place: float) -> list[Word]:
        """Add lines above and below as long as they are as far from the row."""
        while not is_numbered(lines[0].text):
            upper = [w for w in window if _middle(w) < _middle(lines[0]) and w not in lines]
            lower = [w for w in window if _middle(w) > _middle(lines[-1]) and w not in lines]
            pairs = [
                (first, second)
                for first in upper
                for second in lower
                if abs(_middle(first) + _middle(second) - 2 * place) <= 2 * self._height * _LEVEL
                and self._follows(first, lines[0], _LEADING)
                and self._follows(lines[-1], second, _LEADING)
            ]
            if not pairs:
                break
            first, second = min(pairs, key=lambda pair: _middle(pair[1]) - _middle(pair[0]))
            lines = [first, *lines, second]
        return lines

    def _grown(self, word: Word, window: list[Word]) -> list[Word]:
        """Add the lines of a label below its first, or above its last."""
        lines = [word]
        while True:
            if self._mode == TOP:
                more = [w for w in window if self._follows(lines[-1], w, _TIGHT_LEADING)]
                if not more:
                    return lines
                lines.append(min(more, key=_middle))
            else:
                more = [w for w in window if self._follows(w, lines[0], _TIGHT_LEADING)]
                if not more:
                    return lines
                lines.insert(0, max(more, key=_middle))


def _left(word: Word) -> float:
    return word.left


def _left_of_pair(pair: tuple[Word, Word]) -> float:
    return min(pair[0].left, pair[1].left)


def _is_aligned(above: Word, word: Word, height: float) -> bool:
    left, centre = above.left - word.left, above.left + above.right - word.left - word.right
    return min(abs(left), abs(centre) / 2, abs(above.right - word.right)) <= _ALIGNED * height


def _with_groups(places: Sequence[float], labels: list[Label], rest: Sequence[Word], height: float) -> Named | None:
    """Return rows with their groups; None where a line is neither a group's nor a row of its own."""
    top, bottom = labels[0].top, labels[-1].bottom
    around = [word for word in rest if word.bottom <= top + height / 2 or word.top >= bottom - height / 2]
    inside = [word for word in rest if word not in around]
    rows: list[tuple[float | None, Label]] = list(zip(places, labels, strict=True))
    beside = [word for word in inside if _stands_left(word, labels, height)]
    for word in inside:
        if word in beside:
            continue
        if (
            not is_numbered(word.text)
            or labels[0].kind is None
            or not any(_is_aligned(label.lines[0], word, height) for label in labels)
        ):
            return None
        rows.append((None, _label([word])))
    rows.sort(key=lambda row: row[1].top + row[1].bottom)
    ordered = [label for _, label in rows]
    if any(_is_unclosed(label) for label in ordered):
        return None
    if any(b.top < a.bottom - height / 2 for a, b in pairwise(ordered)):
        return None
    groups = _groups(ordered, _blocks(beside, height), height)
    if groups is None:
        return None
    return Named(tuple(place for place, _ in rows), tuple(ordered), tuple(groups), tuple(around))


def _is_unclosed(label: Label) -> bool:
    """Return whether a label ends within brackets: it goes on in another line."""
    text = "".join(line.text for line in label.lines)
    return len(re.findall(r"[（(]", text)) > len(re.findall(r"[）)]", text))


def _stands_left(word: Word, labels: Sequence[Label], height: float) -> bool:
    """Return whether a line stands left of the labels that it is level with, and of the nearest above or below."""
    level = [label for label in labels if label.top < word.bottom and label.bottom > word.top]
    above = [label for label in labels if label.bottom <= word.bottom][-1:]
    below = [label for label in labels if label.top >= word.top][:1]
    left = [label.left >= word.right - _BESIDE * height for label in (*above, *below)]
    return any(left) and all(label.left >= word.right - _BESIDE * height for label in level)


def _blocks(words: Sequence[Word], height: float) -> list[Label]:
    """Return lines that follow each other as labels."""
    blocks: list[list[Word]] = []
    for word in sorted(words, key=_middle):
        near = [
            block
            for block in blocks
            if not is_numbered(word.text)
            and 0 < _middle(word) - _middle(block[-1]) <= _LEADING * height
            and _is_aligned(block[-1], word, height)
        ]
        if near:
            near[-1].append(word)
        else:
            blocks.append([word])
    return [_label(block) for block in blocks]


def _groups(labels: list[Label], blocks: list[Label], height: float) -> list[Group] | None:
    """Return which rows each group label names; None where that is not clear."""
    groups: list[Group] = []
    columns = _columns(blocks)
    for column, own in enumerate(columns):
        pockets: dict[tuple[int, int], list[Label]] = {}
        for block in own:
            pocket = _pocket(labels, block, height)
            if pocket is None:
                return None
            pockets.setdefault(pocket, []).append(block)
        for (first, last), inside in pockets.items():
            outer = column < len(columns) - 1 and len(inside) == 1
            spans = [(first, last)] if outer else _spans(labels, first, last, inside, height)
            if spans is None:
                return None
            groups.extend(Group(block, column, *span) for block, span in zip(inside, spans, strict=True))
    return groups


def _columns(blocks: list[Label]) -> list[list[Label]]:
    """Return group labels by columns from left to right, those of each from top to bottom."""
    columns: list[list[Label]] = []
    right = float("-inf")
    for block in sorted(blocks, key=lambda block: block.left):
        if columns and block.left < right:
            columns[-1].append(block)
            right = max(right, block.right)
        else:
            columns.append([block])
            right = block.right
    return [sorted(column, key=lambda block: block.top) for column in columns]


def _pocket(labels: list[Label], block: Label, height: float) -> tuple[int, int] | None:
    """Return the first and last row of those that a group label can name: it stands left of them all."""
    middle = (block.top + block.bottom) / 2

    def fits(label: Label) -> bool:
        return label.left >= block.right - _BESIDE * height and (label.kind is None or label.kind != block.kind)

    start = min(
        (index for index, label in enumerate(labels) if fits(label)),
        key=lambda index: abs((labels[index].top + labels[index].bottom) / 2 - middle),
        default=None,
    )
    if start is None:
        return None
    first = last = start
    while first > 0 and fits(labels[first - 1]):
        first -= 1
    while last + 1 < len(labels) and fits(labels[last + 1]):
        last += 1
    inside = labels[first].top - height / 2 <= middle <= labels[last].bottom + height / 2
    return (first, last) if inside else None


def _spans(
    labels: list[Label], first: int, last: int, blocks: list[Label], height: float
) -> list[tuple[int, int]] | None:
    """Return the rows of each group: from one label numbered 1 to the next, or those that it is centred beside."""
    starts = [
        index
        for index in range(first, last + 1)
        if index == first or (labels[index].kind == labels[index - 1].kind and labels[index].number == 1)
    ]
    segments = [(begin, end - 1) for begin, end in pairwise([*starts, last + 1])]
    if len(blocks) == 1 and len(segments) == 1:
        return [(first, last)]
    if len({labels[index].kind for index in range(first, last + 1)}) == 1 and labels[first].kind is not None:
        middles = [(block.top + block.bottom) / 2 for block in blocks]
        found = [
            [(a, b) for a, b in segments if labels[a].top - height / 2 <= middle <= labels[b].bottom + height / 2]
            for middle in middles
        ]
        chosen = [spans[0] for spans in found if len(spans) == 1]
        free = set(segments) - set(chosen)
        if len(set(chosen)) == len(blocks) and free <= {segments[0]} and (not free or labels[first].number != 1):
            return chosen
        return None
    if len(blocks) == 1:
        return [(first, last)]
    return _centred(labels, first, last, blocks, height)


def _centred(
    labels: list[Label], first: int, last: int, blocks: list[Label], height: float
) -> list[tuple[int, int]] | None:
    """Divide rows among the labels of groups, each in the middle of its rows."""
    spans: list[tuple[int, int]] = []
    for block in blocks:
        fits = [
            end
            for end in range(first, last + 1)
            if abs(labels[first].top + labels[end].bottom - block.top - block.bottom) / 2 <= _CENTRED * height
        ]
        if len(fits) != 1:
            return None
        spans.append((first, fits[0]))
        first = fits[0] + 1
    return spans if first == last + 1 else None
