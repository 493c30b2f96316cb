"""What is drawn on a page: words and ruling lines, in the direction in which the page is read.

Belongs here: the frame of a page and what stands in it. Keep out: how pdfium tells it (`pdf.snippets`, `pdf.paths`),
and what words and lines mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.lattice import Line
from pipelines.reading.pdf.calls import Box

INVISIBLE, COVERED, UNREADABLE, CROPPED, OTHERWISE = code_list("cell_note").named(
    "invisible_text", "covered_text", "unreadable_text", "cropped_text", "shown_otherwise"
)
HIDDEN = frozenset((INVISIBLE, COVERED))
REPLACEMENT = "\ufffd"

Point = tuple[float, float]


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

    def turned(self, box: Box) -> Box:
        """Return left, top, right, bottom on the turned page of a box given by two corners in user space."""
        left, bottom, right, top = self.box
        x0, y0, x1, y1 = box
        if self.turns == 0:
            u0, v0, u1, v1 = x0 - left, top - y0, x1 - left, top - y1
        elif self.turns == 1:
            u0, v0, u1, v1 = y0 - bottom, x0 - left, y1 - bottom, x1 - left
        elif self.turns == 2:
            u0, v0, u1, v1 = right - x0, y0 - bottom, right - x1, y1 - bottom
        else:
            u0, v0, u1, v1 = top - y0, right - x0, top - y1, right - x1
        return u1 if u1 < u0 else u0, v1 if v1 < v0 else v0, u1 if u1 > u0 else u0, v1 if v1 > v0 else v0

    def all_turned(self, boxes: Iterable[Box]) -> Iterable[Box]:
        """Return boxes on the turned page; most pages are not turned."""
        if self.turns:
            return map(self.turned, boxes)
        page_left, _, _, page_top = self.box
        return [(x0 - page_left, page_top - y1, x1 - page_left, page_top - y0) for x0, y0, x1, y1 in boxes]

    def size(self) -> tuple[float, float]:
        """Return width and height of the turned page."""
        left, bottom, right, top = self.box
        return (top - bottom, right - left) if self.turns % 2 else (right - left, top - bottom)


class Snippet(NamedTuple):
    """Characters that follow each other without a gap, as a program wrote them at one go; often only one.

    Its height is the size of its font around the middle of the line, whatever room the font takes above and below.
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

    `visible`, `hidden` and `unreadable` count characters, `outlines` shapes that look like characters. `lost` are the
    boxes of figures of which nothing is shown, as they are cut away, each with the box of what is shown there. `drawn`
    are the boxes of pictures and small shapes, each with whether it was painted after all text.
    """

    shown: Frame
    frame: Frame
    snippets: list[Snippet] = field(default_factory=list)
    horizontal: list[Line] = field(default_factory=list)
    vertical: list[Line] = field(default_factory=list)
    visible: int = 0
    hidden: int = 0
    unreadable: int = 0
    pictured: float = 0.0
    outlines: int = 0
    lost: list[tuple[Box, Box]] = field(default_factory=list)
    drawn: list[tuple[bool, Box]] = field(default_factory=list)

    @cached_property
    def size(self) -> tuple[float, float]:
        """Return width and height of the page in the direction of its text."""
        return self.frame.size()

    def shown_box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return a box as it lies on the page that a viewer shows."""
        if self.frame.turns == self.shown.turns:
            return left, top, right, bottom
        return self.shown.turned((*self.frame.back(left, top), *self.frame.back(right, bottom)))

    def add_lines(self, lines: Iterable[Box]) -> None:
        """Add ruling lines, given by their ends in user space, as far as they lie on the page."""
        width, height = self.size
        for left, top, right, bottom in self.frame.all_turned(lines):
            if right < 0 or bottom < 0 or left > width or top > height:
                continue
            if right - left >= bottom - top:
                start, end = 0.0 if left < 0 else left, width if right > width else right
                self.horizontal.append(((top + bottom) / 2, start, end))
            else:
                start, end = 0.0 if top < 0 else top, height if bottom > height else bottom
                self.vertical.append(((left + right) / 2, start, end))
