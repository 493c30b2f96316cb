"""What is drawn on a page: characters and ruling lines, in the direction in which the page is read.

Belongs here: pdfium's answers about text, and which of them cannot be trusted. Keep out: words, cells and tables.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.reading import pdf_calls as pdf
from pipelines.reading.lattice import Line
from pipelines.reading.pdf_calls import Box
from pipelines.reading.pdf_paths import Drawing, Point

INVISIBLE, COVERED, UNREADABLE = "invisible_text", "covered_text", "unreadable_text"
HIDDEN = frozenset((INVISIBLE, COVERED))
REPLACEMENT = "\ufffd"
# pdfium puts a mark in the place of a hyphen at the end of a line.
_HYPHENS = frozenset("\x02\ufffe\u2011")
_WIDTHLESS = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
# Text that is neither filled nor stroked, and text that is only stroked.
_UNPAINTED, _STROKED = frozenset((3, 7)), frozenset((1, 5))
_WHITE = 250
# Text may lean by so many degrees; what leans more is a watermark.
_SKEW = 5.0
# The room of a character whose font does not state it, in parts of its size: as Chinese fonts have it.
_ASCENT, _DESCENT, _WIDE, _NARROW = 0.86, 0.14, 0.9, 0.5
_FIRST_WIDE = "\u2e80"
# A size is wrong where the ink is so much higher.
_MAX_INK = 2.0
_BAND = 24.0


class Frame(NamedTuple):
    """A page turned clockwise by quarters: user space to and from points from its upper left corner."""

    turns: int
    box: Box

    def to(self, x: float, y: float) -> Point:
        """Return the place of a point of user space on the turned page."""
        left, bottom, right, top = self.box
        if self.turns == 0:
            return x - left, top - y
        if self.turns == 1:
            return y - bottom, x - left
        return (right - x, y - bottom) if self.turns == 2 else (top - y, right - x)

    def back(self, u: float, v: float) -> Point:
        """Return the point of user space at a place of the turned page."""
        left, bottom, right, top = self.box
        if self.turns == 0:
            return u + left, top - v
        if self.turns == 1:
            return v + left, u + bottom
        return (right - u, v + bottom) if self.turns == 2 else (right - v, top - u)

    def size(self) -> tuple[float, float]:
        """Return width and height of the turned page."""
        left, bottom, right, top = self.box
        return (top - bottom, right - left) if self.turns % 2 else (right - left, top - bottom)


class Glyph(NamedTuple):
    """A character: its room along the line, and its size around the middle of it, whatever the font adds to that.

    `turns` is its direction against that of the page.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    doubt: str | None = None
    turns: int = 0


@dataclass
class Marks:
    """A page as drawn: `shown` is how a viewer turns it; all boxes are in `frame`, the direction of most of its text.

    `visible`, `hidden` and `unreadable` count characters, `outlines` shapes that look like characters.
    """

    shown: Frame
    frame: Frame
    glyphs: list[Glyph] = field(default_factory=list)
    horizontal: list[Line] = field(default_factory=list)
    vertical: list[Line] = field(default_factory=list)
    visible: int = 0
    hidden: int = 0
    unreadable: int = 0
    pictured: float = 0.0
    outlines: int = 0

    def shown_box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return a box as it lies on the page that a viewer shows."""
        if self.frame.turns == self.shown.turns:
            return left, top, right, bottom
        return _turned((*self.frame.back(left, top), *self.frame.back(right, bottom)), self.shown)


class _Style(NamedTuple):
    """What the characters of a text object share; `turns` is None where it leans."""

    turns: int | None
    along: Point
    size: float
    measured: bool
    unseen: bool
    white: bool


def page_marks(page: int, drawing: Drawing) -> Marks:
    """Return what is drawn on an open page, whose objects but text are in `drawing`."""
    with pdf.opened_text(page) as text:
        characters = pdf.characters(text)
        objects = pdf.character_objects(text, len(characters))
        first = {item: index for index, item in reversed(list(enumerate(objects))) if item is not None}
        fonts: dict[int, bool] = {}
        styles = {item: _style(text, index, item, fonts) for item, index in first.items()}
        shown = pdf.page_rotation(page)
        frame = Frame(_reading_direction(styles, objects, shown), drawing.page)
        marks = Marks(Frame(shown, drawing.page), frame, pictured=drawing.pictured(), outlines=drawing.outlines)
        _take_glyphs(marks, text, characters, objects, styles, drawing)
    _take_lines(marks, drawing)
    return marks


def _style(text: int, index: int, item: int, fonts: dict[int, bool]) -> _Style:
    a, b, c, d, _, _ = pdf.character_matrix(text, index)
    length = math.hypot(a, b) or 1.0
    quarter = math.degrees(math.atan2(b, a)) / 90
    leans = abs(quarter - round(quarter)) * 90 > _SKEW
    turns = None if leans else round(quarter) % 4
    font = pdf.text_font(item) or 0
    if font not in fonts:
        fonts[font] = pdf.has_height(font)
    mode = pdf.render_mode(item)
    colour = pdf.stroke_colour(item) if mode in _STROKED else pdf.fill_colour(item)
    unseen = mode in _UNPAINTED or (colour is not None and colour[3] == 0)
    white = colour is not None and min(colour[:3]) >= _WHITE
    size = pdf.font_size(item) * math.hypot(c, d)
    return _Style(turns, (a / length, b / length), size, fonts[font] and turns in (0, 2), unseen, white)


def _reading_direction(styles: dict[int, _Style], objects: Sequence[int | None], shown: int) -> int:
    """Return the direction of most characters; a page without text is read as it is shown."""
    count: Counter[int] = Counter({shown: 0})
    for item, characters in Counter(objects).items():
        if item is not None and (turns := styles[item].turns) is not None:
            count[turns] += characters
    return count.most_common(1)[0][0]


def _take_glyphs(
    marks: Marks,
    text: int,
    characters: str,
    objects: Sequence[int | None],
    styles: dict[int, _Style],
    drawing: Drawing,
) -> None:
    boxes = pdf.character_boxes(text, len(characters))
    unmapped = pdf.unmapped_characters(text, len(characters))
    plain = {character: _plain(character) for character in set(characters)}
    hiding = _Hiding(drawing)
    frame, (width, height) = marks.frame, marks.frame.size()
    page_left, _, _, page_top = frame.box
    straight = frame.turns == 0
    for index, (character, item, box, bad) in enumerate(zip(characters, objects, boxes, unmapped, strict=True)):
        if item is None or not (shown := plain[character]) or (turns := styles[item].turns) is None:
            continue
        style = styles[item]
        room = box if style.measured else _estimated_box(text, index, character, style)
        if straight and turns == 0:
            middle, tall = page_top - (room[1] + room[3]) / 2, room[1] - room[3]
            half = (style.size if tall < style.size * _MAX_INK else tall) / 2
            left, top, right, bottom = room[0] - page_left, middle - half, room[2] - page_left, middle + half
        else:
            left, top, right, bottom = _turned(room, frame)
        if not (0 <= left + right <= 2 * width and 0 <= top + bottom <= 2 * height):
            continue
        doubt = hiding.doubt(item, style, room) if hiding.active or style.unseen or style.white else None
        if bad and shown != " ":
            shown = REPLACEMENT
        if doubt is None and shown == REPLACEMENT:
            doubt = UNREADABLE
        if shown != " ":
            marks.visible += doubt is None
            marks.unreadable += doubt == UNREADABLE
            marks.hidden += doubt in HIDDEN
        marks.glyphs.append(Glyph(shown, left, top, right, bottom, doubt, (turns - frame.turns) % 4))


def _plain(character: str) -> str:
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


def _turned(box: Box, frame: Frame) -> Box:
    """Return left, top, right, bottom on a turned page of a box of user space given by two of its corners."""
    first, last = frame.to(box[0], box[1]), frame.to(box[2], box[3])
    return min(first[0], last[0]), min(first[1], last[1]), max(first[0], last[0]), max(first[1], last[1])


def _estimated_box(text: int, index: int, character: str, style: _Style) -> Box:
    """Return the room of a character that is turned, or whose font does not state it, from its origin and its ink."""
    x, y = pdf.origin(text, index)
    across, up = style.along, (-style.along[1], style.along[0])
    left, right, bottom, top = pdf.ink_box(text, index)
    corners = [(u - x, v - y) for u in (left, right) for v in (bottom, top)]
    reach = max(u * across[0] + v * across[1] for u, v in corners)
    height = max(u * up[0] + v * up[1] for u, v in corners) - min(u * up[0] + v * up[1] for u, v in corners)
    size = style.size if height <= style.size * _MAX_INK else height
    width = max(reach, size * (_WIDE if character >= _FIRST_WIDE else _NARROW))
    low, high = -size * _DESCENT, size * _ASCENT
    first = (x + up[0] * low, y + up[1] * low)
    last = (x + across[0] * width + up[0] * high, y + across[1] * width + up[1] * high)
    return min(first[0], last[0]), max(first[1], last[1]), max(first[0], last[0]), min(first[1], last[1])


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

    def doubt(self, item: int, style: _Style, box: Box) -> str | None:
        """Return why a character in a box is not seen, or None."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        if style.unseen:
            return INVISIBLE
        if style.white and not any(_inside(x, y, shade) for shade in self._shades):
            return INVISIBLE
        own = self._order.get(item, 0)
        covers = self._covers.get(int(y // _BAND), ()) if self._covers else ()
        return COVERED if any(order > own and _inside(x, y, cover) for order, cover in covers) else None


def _inside(x: float, y: float, box: Box) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _take_lines(marks: Marks, drawing: Drawing) -> None:
    """Take the ruling lines that lie on the page."""
    width, height = marks.frame.size()
    for line in drawing.lines:
        left, top, right, bottom = _turned(line, marks.frame)
        if right < 0 or bottom < 0 or left > width or top > height:
            continue
        if right - left >= bottom - top:
            marks.horizontal.append(((top + bottom) / 2, max(left, 0.0), min(right, width)))
        else:
            marks.vertical.append(((left + right) / 2, max(top, 0.0), min(bottom, height)))
