"""Named styles of a Word document: which are titles, which hide, strike or raise their text, and which number it.

Belongs here: what a style says of text. Keep out: looks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from pipelines.reading.container import Parts
from pipelines.reading.xml_part import Names, Parser, parse

_TITLES = re.compile(r"(?:title|标题|(?:heading|标题) ?[12])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?\d", re.IGNORECASE)
# Styles of tables that neither hide nor mark and names of styles that no text bears are most of the part.
_IDLE = re.compile(
    rb"<w:latentStyles[^<>]*>(?:<w:lsdException[^<>]*/>)*</w:latentStyles>"
    rb'|<w:style w:type="table"[^<>]*>(?:<(?!/?w:style[ />]'
    rb"|w:(?:vanish|d?strike|vertAlign|position|webHidden)[ />])[^<]*)*</w:style>"
)
# Outline levels 0 and 1 are what h1 and h2 are on a page.
TITLE_LEVELS = frozenset(("0", "1"))
_MAX_PARENTS = 20
UNSURE = "unsure"
_SMALLEST = 4  # half points: nobody reads a smaller letter
_SET_RIGHT = 5  # half points
_WHITE = re.compile(r"[Ff][0-9A-Fa-f]{1}[Ff][0-9A-Fa-f][Ff][0-9A-Fa-f]$")
# Colours of a theme that are its paper.
PAPER_NAMES = frozenset(("background1", "light1"))
_NARROWEST = 10  # percent of the width of a character
_TIGHTEST = -100  # twentieths of a point: characters lie upon each other
_SHIFTED = frozenset(("superscript", "subscript"))
_OFF = frozenset(("0", "false", "off", "none"))


class Style(NamedTuple):
    """What a style says of its text; `contents`: a line of the table of contents. `number` is a list and its level.

    `marks` are the properties that strike or raise it, and UNSURE where the part that says so may not be the
    document's.
    """

    heading: bool = False
    contents: bool = False
    hidden: bool = False
    list_id: str | None = None
    level: str | None = None
    marks: frozenset[str] = frozenset()


PLAIN = Style()


@dataclass
class _Written:
    """A style as written, before its parent's properties are added."""

    name: str
    parent: str | None = None
    outline: str | None = None
    hidden: bool | None = None
    list_id: str | None = None
    level: str | None = None
    marks: dict[str, bool] = field(default_factory=dict)


def is_on(value: str | None) -> bool:
    """Return whether a switch is on: it is where no value is written."""
    return value not in _OFF


def is_white(value: str | None) -> bool:
    """Return whether a colour is that of paper."""
    return value is not None and _WHITE.match(value) is not None


def is_tiny(value: str | None) -> bool:
    """Return whether a size is that of no letter that is seen."""
    return value is not None and value.isdecimal() and len(value) == 1 and int(value) <= _SMALLEST


def is_shifted(value: str | None) -> bool:
    """Return whether a text is raised or lowered."""
    return value in _SHIFTED


def is_lifted(value: str | None) -> bool:
    """Return whether a text stands off its line by more than fonts are set right by."""
    steps = (value or "").lstrip("+-")
    return steps.isdecimal() and steps.isascii() and (len(steps) > 1 or int(steps) > _SET_RIGHT)


def is_narrow(value: str | None) -> bool:
    """Return whether characters are drawn so narrow that they are lines."""
    width = (value or "").rstrip("%")
    return width.isdecimal() and len(width) < 4 and int(width) < _NARROWEST


def is_tight(value: str | None) -> bool:
    """Return whether characters are set upon each other."""
    steps = (value or "").removeprefix("-")
    return value is not None and value != steps and steps.isdecimal() and -int(steps[:9]) <= _TIGHTEST


# What marks a text, and which of its values do.
MARKS: dict[str, Callable[[str | None], bool]] = {
    "strike": is_on, "dstrike": is_on, "vertAlign": is_shifted, "position": is_lifted,
    "color": is_white, "sz": is_tiny, "webHidden": is_on, "w": is_narrow, "spacing": is_tight,
}  # fmt: skip
RAISING = frozenset(("vertAlign", "position"))


class _Reader:
    """Collects styles. Each element stands below its style, so that the ends of elements need no attention."""

    def __init__(self, parser: Parser, names: Names) -> None:
        self.styles: dict[str, _Written] = {}
        self.defaults = self._style = _Written("")  # what stands before the first style is that of all text
        self.default: dict[str, str] = {}  # by kind, the style of what names none
        self._val = names.of("w:val")
        self._type, self._id = names.of("w:type"), names.of("w:styleId")
        self._kinds = {
            names.of(f"w:{tag}"): tag
            for tag in ("style", "name", "basedOn", "outlineLvl", "vanish", "numId", "ilvl", *MARKS)
        }
        self._is_default = names.of("w:default")
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name)
        if kind is None:
            return
        style, value = self._style, attributes.get(self._val)
        if kind == "style":
            self._style = self.styles[attributes.get(self._id, "")] = _Written("")
            if self._is_default in attributes and is_on(attributes[self._is_default]):
                self.default[attributes.get(self._type, "")] = attributes.get(self._id, "")
        elif kind in MARKS:
            style.marks[kind] = MARKS[kind](value)
        elif kind == "name":
            style.name = value or ""
        elif kind == "basedOn":
            style.parent = value
        elif kind == "outlineLvl":
            style.outline = value
        elif kind == "vanish":
            style.hidden = is_on(value)
        elif kind == "numId":
            style.list_id = value
        else:
            style.level = value


class Styles:
    """The styles of a document by id; a document without a part of styles has the ids' own names.

    `is_sure` tells that the part is the one that the document names, or that it names none and has none: what a text
    of a style looks like is not known otherwise. `all_text` is what the document says of all text, `default` what it
    says of paragraphs without a style.
    """

    def __init__(self, container: Parts, part: str | None, *, is_sure: bool = True) -> None:
        self._written: dict[str, _Written] = {}
        self._known: dict[str, Style] = {}
        self._is_sure, self._is_there = is_sure, part is not None
        self.all_text = self.default = PLAIN
        if part is not None:
            readers: list[_Reader] = []
            parse(
                container,
                part,
                lambda parser, names: readers.append(_Reader(parser, names)),
                idle=partial(_IDLE.sub, b""),
            )
            self._written = readers[0].styles
            self.all_text = _looks([readers[0].defaults])
            chain = self._chain(readers[0].default.get("paragraph", ""))
            self.default = _looks([*chain, readers[0].defaults])

    def get(self, style_id: str) -> Style:
        """Return the style of an id with what it takes from its parents."""
        known = self._known.get(style_id)
        if known is None:
            known = self._known[style_id] = self._resolved(style_id)
        return known

    def _resolved(self, style_id: str) -> Style:
        chain = self._chain(style_id)
        own = chain[0]
        outline = next((style.outline for style in chain if style.outline is not None), None)
        looks = _looks(chain)
        if not self._is_sure and (looks.hidden or looks.marks or not self._is_there):
            looks = looks._replace(marks=looks.marks | {UNSURE})
        numbered = next((style for style in chain if style.list_id is not None), own)
        return looks._replace(
            heading=outline in TITLE_LEVELS or _TITLES.match(own.name) is not None,
            contents=_CONTENTS.match(own.name) is not None,
            list_id=numbered.list_id,
            level=next((style.level for style in chain if style.level is not None), None),
        )

    def _chain(self, style_id: str) -> list[_Written]:
        """Return a style and its parents, the nearest first."""
        chain = [self._written.get(style_id) or _Written(style_id)]
        while chain[-1].parent in self._written and len(chain) < _MAX_PARENTS:
            chain.append(self._written[chain[-1].parent or ""])
        return chain


def _looks(chain: list[_Written]) -> Style:
    """Return whether a style hides, strikes or raises, of itself and its parents, the nearest first."""
    marks = {mark: on for style in reversed(chain) for mark, on in style.marks.items()}
    return Style(
        hidden=next((style.hidden for style in chain if style.hidden is not None), False),
        marks=frozenset(mark for mark, on in marks.items() if on),
    )
