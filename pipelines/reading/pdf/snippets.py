"""The text of a page as pdfium tells it -> snippets with places, and which of them cannot be trusted.

Belongs here: what characters are, where they stand, and whether anybody sees them. Keep out: words, cells and tables.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.reading.pdf import bulk
from pipelines.reading.pdf import calls as pdf
from pipelines.reading.pdf.calls import Box
from pipelines.reading.pdf.cutting import doubt_beside, is_lost, is_whole, on_page, seen
from pipelines.reading.pdf.marks import (
    COVERED,
    CROPPED,
    HIDDEN,
    INVISIBLE,
    OTHERWISE,
    REPLACEMENT,
    UNREADABLE,
    Frame,
    Marks,
    Point,
    Snippet,
)
from pipelines.reading.pdf.paths import Drawing
from pipelines.reading.pdf.strikes import take_strikes
from pipelines.reading.pdf.text import FIGURES, IN_NUMBERS, OVERLAPPING

# pdfium puts a mark in the place of a hyphen at the end of a line.
_HYPHENS = frozenset("\x02\ufffe\u2011")
_WIDTHLESS = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
# Render modes of text that is neither filled nor stroked.
_UNPAINTED = frozenset((3, 7))
_WHITE = 250
# Smaller text, in points, is there to be found and not to be seen.
_TINY = 1.5
# Text may lean by so many degrees; what leans more is a watermark.
_SKEW = 5.0
# Characters of one snippet overlap or stand apart by less than these parts of their size.
_OVERLAP, _GAP = 0.15, 0.2
# The room of a character whose font does not state it, in parts of its size: as Chinese fonts have it.
_ASCENT, _DESCENT, _WIDE, _NARROW = 0.86, 0.14, 0.9, 0.5
_FIRST_WIDE = "\u2e80"
# A size is wrong where the ink is so much higher.
_MAX_INK = 2.0
# Covers are looked up by bands of the page, in points.
_BAND = 24.0
_LEVEL = (1.0, 0.0)
# A page has thousands of characters: the constructors of named tuples take twice as long.
_new = tuple.__new__


class _Style(NamedTuple):
    """What the characters of a text object share.

    `turns` is None where it leans; `measured` tells that its font states the room of a character.
    """

    turns: int | None
    along: Point
    size: float
    measured: bool
    unseen: bool
    white: bool
    odd: bool = False  # mirrored, or another text is said to stand for it


class _Text(NamedTuple):
    """The characters of a page as pdfium tells them, one for each of its indexes."""

    handle: int
    characters: str
    boxes: list[Box]
    objects: Sequence[int | None]
    unmapped: Sequence[int]
    styles: dict[int, _Style]


def page_marks(page: int, drawing: Drawing) -> Marks:
    """Return what is drawn on an open page, whose objects but text are in `drawing`."""
    with pdf.opened_text(page) as handle:
        characters = pdf.characters(handle)
        boxes, objects, unmapped = bulk.characters(handle, len(characters))
        text = _Text(handle, characters, boxes, objects, unmapped, _styles(handle, objects))
        shown = pdf.page_rotation(page)
        frame = Frame(_reading_direction(text, shown), drawing.page)
        marks = Marks(Frame(shown, drawing.page), frame, pictured=drawing.pictured(), outlines=drawing.outlines)
        _take_text(marks, text, _Hiding(drawing), drawing.clips)
        last = max(drawing.order.values(), default=0)
        marks.drawn = [(order > last, frame.turned(box)) for order, box in drawing.drawn]
    if marks.lost:
        doubt_beside(marks)
    marks.add_lines(drawing.lines)
    take_strikes(marks)
    return marks


def _styles(handle: int, objects: Sequence[int | None]) -> dict[int, _Style]:
    # Backwards, so that of the characters of an object the first one stays.
    places = dict(zip(reversed(objects), range(len(objects) - 1, -1, -1), strict=True))
    first = {item: index for item, index in places.items() if item}
    styles = bulk.text_styles(handle, first)
    fonts = {style.font for style in styles}
    measured = {font: font is not None and pdf.has_height(font) for font in fonts}
    known = {
        (font, mode, colour, size, matrix): _style(
            matrix, measured[font], size, mode in _UNPAINTED or not colour[3], min(colour[:3]) >= _WHITE
        )
        for font, mode, colour, size, matrix in {id(style): style for style in styles}.values()
    }
    found = {item: known[style] for item, style in zip(first, styles, strict=True)}
    odd = {item for item, style in zip(first, styles, strict=True) if _is_mirrored(style.matrix)}
    if 2 * len(odd) > len(found):
        odd = set()  # the page as a whole is turned over, and shown upright by what it stands in
    odd.update(pdf.replaced(first))
    return {**found, **{item: found[item]._replace(odd=True) for item in odd}} if odd else found


def _is_mirrored(matrix: tuple[float, ...]) -> bool:
    a, b, c, d = matrix
    return a * d - b * c < 0


def _style(matrix: tuple[float, ...], measured: bool, size: float, unseen: bool, white: bool) -> _Style:
    a, b, c, d = matrix
    unseen = unseen or (measured and 0 < size * math.hypot(c, d) < _TINY)
    if not b and not c and a > 0 and d > 0:
        return _Style(0, _LEVEL, size * d, measured, unseen, white)
    length = math.hypot(a, b) or 1.0
    quarter = math.degrees(math.atan2(b, a)) / 90
    turns = None if abs(quarter - round(quarter)) * 90 > _SKEW else round(quarter) % 4
    measured = measured and turns in (0, 2)  # pdfium measures turned text by its ink alone
    return _Style(turns, (a / length, b / length), size * math.hypot(c, d), measured, unseen, white)


def _reading_direction(text: _Text, shown: int) -> int:
    """Return the direction of most characters; a page without text is read as it is shown."""
    count: Counter[int] = Counter({shown: 0})
    for item, characters in Counter(text.objects).items():
        if item and (turns := text.styles[item].turns) is not None:
            count[turns] += characters
    return count.most_common(1)[0][0]


def _take_text(marks: Marks, text: _Text, hiding: _Hiding, clips: dict[int, Box]) -> None:
    """Take what stands on the page; nearly all of it is upright and seen, in fonts that state the room they take."""
    upright = marks.frame.turns == 0 and not hiding.active
    plain = {
        item: style.size
        for item, style in text.styles.items()
        if upright
        and style.turns == 0
        and style.measured
        and not style.unseen
        and not style.white
        and not style.odd
        and item not in clips
    }
    printed = {character: _printed(character) for character in set(text.characters)}
    other: list[int] = []
    parts: list[str] = []
    place: Box = (0.0, 0.0, 0.0, 0.0)
    current, size, end, near, over = None, 0.0, 0.0, 0.0, 0.0
    for index, (character, item, box, bad) in enumerate(
        zip(text.characters, text.objects, text.boxes, text.unmapped, strict=True)
    ):
        shown = printed[character]
        if not item:
            continue
        if shown == " ":
            _add_space(marks, box)
            current = None
        elif bad or shown == REPLACEMENT or item not in plain:
            other.append(index)
        elif item == current and over < box[0] - end < near and abs(box[3] - place[3]) < near:
            parts.append(shown)
            end = box[2]
        elif shown:
            if parts:
                _add_plain(marks, "".join(parts), place, end, size)
            parts, place, end, current, size = [shown], box, box[2], item, plain[item]
            near, over = size * _GAP, -size * _OVERLAP
    if parts:
        _add_plain(marks, "".join(parts), place, end, size)
    if other:
        _take_others(marks, text, other, printed, hiding, clips)
    for shown, _, _, _, _, doubt, _ in marks.snippets:
        if doubt is not None:
            marks.unreadable += doubt == UNREADABLE
            marks.hidden += doubt in HIDDEN
        elif shown != " ":
            marks.visible += len(shown)


def _add_plain(marks: Marks, text: str, place: Box, end: float, size: float) -> None:
    """Add characters that follow each other upright; `place` is the box of the first, `end` where the last ends."""
    page_left, _, _, page_top = marks.frame.box
    middle = page_top - (place[1] + place[3]) / 2
    half = _size(size, place[1] - place[3]) / 2
    _add(marks, _new(Snippet, (text, place[0] - page_left, middle - half, end - page_left, middle + half, None, 0)))


def _add(marks: Marks, snippet: Snippet) -> None:
    """Add a snippet as far as the page shows it."""
    width, height = marks.size
    _, left, top, right, bottom, _, _ = snippet
    if left >= 0 and right <= width and top >= 0 and bottom <= height:
        marks.snippets.append(snippet)
    elif (shown := on_page(snippet, width, height)) is not None:
        marks.snippets.append(shown)
    elif not IN_NUMBERS.isdisjoint(snippet.text):
        marks.lost.append((snippet[1:5], (0.0, 0.0, width, height)))


def _add_space(marks: Marks, box: Box) -> None:
    """Add a space that is printed as such: it may be narrower than the gap that tells two words apart."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    marks.snippets.append(Snippet(" ", *marks.frame.turned((*middle, *middle))))


def _size(size: float, height: float) -> float:
    """Return the size of a character, unless its height shows that its font counts in other units."""
    return size if height < size * _MAX_INK else height


def _take_others(
    marks: Marks,
    text: _Text,
    indexes: list[int],
    printed: dict[str, str],
    hiding: _Hiding,
    clips: dict[int, Box],
) -> None:
    """Take characters one by one: those that are turned, hidden or not named, or whose font states no room."""
    count = len(text.characters)
    measured = all(text.styles[item].measured for item in map(text.objects.__getitem__, indexes) if item)
    inks = bulk.ink_boxes(text.handle, count) if clips or not measured else []
    origins = [] if measured else bulk.origins(text.handle, count)
    styles, characters, turned, turns = text.styles, text.characters, marks.frame.turned, marks.frame.turns
    for index in indexes:
        item, shown = text.objects[index] or 0, printed[characters[index]]
        style = styles[item]
        if style.turns is None or not shown:
            continue
        if style.measured:
            left, high, right, low = text.boxes[index]
            half = _size(style.size, abs(high - low)) / 2
            room = (left, (high + low) / 2 + half, right, (high + low) / 2 - half)
        else:
            room = _estimated(origins[index], inks[index], shown, style)
        doubt = hiding.doubt(item, style, room) if hiding.active or style.unseen or style.white else None
        if doubt in HIDDEN and hiding.may_be_printed_again(item, text, room):
            doubt = OVERLAPPING
        if style.odd and not FIGURES.isdisjoint(shown):
            doubt = doubt or OTHERWISE
        if doubt is None and (shown == REPLACEMENT or text.unmapped[index]):
            shown, doubt = REPLACEMENT, UNREADABLE
        snippet = _new(Snippet, (shown, *turned(room), doubt, (style.turns - turns) % 4))
        if item in clips:
            left, right, low, high = inks[index]
            share = seen((left, low, right, high) if right > left and high > low else room, clips[item])
            if is_lost(share):
                if not IN_NUMBERS.isdisjoint(shown):
                    marks.lost.append((snippet[1:5], turned(clips[item])))
                continue
            snippet = snippet if is_whole(share) else snippet._replace(doubt=doubt or CROPPED)
        _add(marks, snippet)


@lru_cache(maxsize=65536)
def _printed(character: str) -> str:
    """Return what a character prints: "" for one without width, a replacement for one that fonts use as they like."""
    if character.isspace():
        return " "
    if character in _HYPHENS:
        return "-"
    if character in _WIDTHLESS:
        return ""
    private = "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"
    control = character < " " or "\x7f" <= character < "\xa0" or character == "\uffff"
    return REPLACEMENT if private or control else character


def _estimated(start: Point, ink: Box, character: str, style: _Style) -> Box:
    """Return the room of a character that is turned, or whose font does not state it, from its origin and its ink."""
    x, y = start
    if style.along == _LEVEL:
        return _estimated_level(x, y, ink, character, style.size)
    right_x, right_y = style.along
    up_x, up_y = -right_y, right_x
    left, right, low, high = ink[0] - x, ink[1] - x, ink[2] - y, ink[3] - y
    reach = max(left * right_x, right * right_x) + max(low * right_y, high * right_y)
    upper = max(left * up_x, right * up_x) + max(low * up_y, high * up_y)
    lower = min(left * up_x, right * up_x) + min(low * up_y, high * up_y)
    size = _size(style.size, upper - lower)
    width = max(reach, size * (_WIDE if character >= _FIRST_WIDE else _NARROW))
    low, high = -size * _DESCENT, size * _ASCENT
    return (
        x + up_x * low,
        y + up_y * low,
        x + right_x * width + up_x * high,
        y + right_y * width + up_y * high,
    )


def _estimated_level(x: float, y: float, ink: Box, character: str, size: float) -> Box:
    """Return the same of a character that stands upright, as nearly all do."""
    left, right, low, high = ink[0] - x, ink[1] - x, ink[2] - y, ink[3] - y
    size = _size(size, high - low if high > low else low - high)
    reach, width = right if right > left else left, size * (_WIDE if character >= _FIRST_WIDE else _NARROW)
    return x, y - size * _DESCENT, x + (width if width > reach else reach), y + size * _ASCENT


class _Hiding:
    """Tells which characters a reader of the page does not see: unpainted, white on white, or painted over."""

    def __init__(self, drawing: Drawing) -> None:
        self._order = drawing.order
        self._shades = drawing.shades
        earliest = min(drawing.order.values(), default=0)
        self._covers: dict[int, list[tuple[int, Box]]] = {}
        for order, box in drawing.covers:
            if order > earliest:
                for band in range(int(box[1] // _BAND), int(box[3] // _BAND) + 1):
                    self._covers.setdefault(band, []).append((order, box))
        self.active = bool(self._covers)
        self._upon: _Upon | None = None

    def doubt(self, item: int, style: _Style, box: Box) -> str | None:
        """Return why a character in a box is not seen, or None."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if style.unseen:
            return INVISIBLE
        if style.white and not any(_inside(x, y, shade) for shade in self._shades):
            return INVISIBLE
        return COVERED if self.active and self.is_covered(item, box) else None

    def is_covered(self, item: int, box: Box) -> bool:
        """Return whether something is painted later over the middle of a character."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        covers = self._covers.get(int(y // _BAND))
        if not covers:
            return False
        own = self._order.get(item, 0)
        return any(order > own and _inside(x, y, cover) for order, cover in covers)

    def may_be_printed_again(self, item: int, text: _Text, box: Box) -> bool:
        """Return whether a text that is seen has a character where a hidden one stands, which pdfium does not tell.

        Of a character that is printed twice at one place it tells the first alone.
        """
        if self._upon is None:
            self._upon = _Upon(text, self._order)
        return self._upon.hides(self._order.get(item, 0), (box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


class _Upon:
    """Where the texts of a page that are seen stand, and where their characters do, by bands of the page."""

    def __init__(self, text: _Text, order: Mapping[int, int]) -> None:
        self._texts: dict[int, list[tuple[int, Box]]] = {}
        self._characters: dict[int, list[tuple[int, Box]]] = {}
        visible = {item: order.get(item, 0) for item, s in text.styles.items() if not s.unseen and not s.white}
        for item, place in visible.items():
            if (bounds := pdf.object_bounds(item)) is not None:
                self._add(self._texts, place, bounds)
        for owner, (left, high, right, low) in zip(text.objects, text.boxes, strict=True):
            if owner and owner in visible:
                self._add(self._characters, visible[owner], (left, min(high, low), right, max(high, low)))

    @staticmethod
    def _add(bands: dict[int, list[tuple[int, Box]]], place: int, box: Box) -> None:
        for band in range(int(box[1] // _BAND), int(box[3] // _BAND) + 1):
            bands.setdefault(band, []).append((place, box))

    def hides(self, place: int, x: float, y: float) -> bool:
        """Return whether a text that was painted later than `place` takes a point where it has no character."""
        band = int(y // _BAND)
        texts, characters = self._texts.get(band, ()), self._characters.get(band, ())
        return any(later > place and _inside(x, y, box) for later, box in texts) and not any(
            later > place and _inside(x, y, box) for later, box in characters
        )


def _inside(x: float, y: float, box: Box) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
