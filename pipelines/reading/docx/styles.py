"""Named styles of a Word document: which are titles, which hide their text, and which number their paragraphs.

Belongs here: what a style says of text. Keep out: looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.reading.container import Parts
from pipelines.reading.xml_part import Names, Parser, parse

_TITLES = re.compile(r"(?:title|标题|(?:heading|标题) ?[12])$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录) ?\d", re.IGNORECASE)
# Styles of tables and names of styles that no text bears are most of the part.
_IDLE = re.compile(
    rb"<w:latentStyles[^<>]*>(?:<w:lsdException[^<>]*/>)*</w:latentStyles>"
    rb'|<w:style w:type="table"[^<>]*>(?:<(?!/?w:style[ />])[^<]*)*</w:style>'
)
# Outline levels 0 and 1 are what h1 and h2 are on a page.
TITLE_LEVELS = frozenset(("0", "1"))
_MAX_PARENTS = 20
_OFF = frozenset(("0", "false", "off", "none"))


class Style(NamedTuple):
    """What a style says of its text; `contents`: a line of the table of contents. `number` is a list and its level."""

    heading: bool = False
    contents: bool = False
    hidden: bool = False
    list_id: str | None = None
    level: str | None = None


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


def is_on(value: str | None) -> bool:
    """Return whether a switch is on: it is where no value is written."""
    return value not in _OFF


class _Reader:
    """Collects styles. Each element stands below its style, so that the ends of elements need no attention."""

    def __init__(self, parser: Parser, names: Names) -> None:
        self.styles: dict[str, _Written] = {}
        self._style = _Written("")
        self._val = names.of("w:val")
        self._type, self._id = names.of("w:type"), names.of("w:styleId")
        self._kinds = {
            names.of(f"w:{tag}"): tag for tag in ("style", "name", "basedOn", "outlineLvl", "vanish", "numId", "ilvl")
        }
        parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._kinds.get(name)
        if kind is None:
            return
        style, value = self._style, attributes.get(self._val)
        if kind == "style":
            self._style = _Written("")
            if attributes.get(self._type) != "table":
                self.styles[attributes.get(self._id, "")] = self._style
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
    """The styles of a document by id; a document without a part of styles has the ids' own names."""

    def __init__(self, container: Parts, part: str | None) -> None:
        self._written: dict[str, _Written] = {}
        self._known: dict[str, Style] = {}
        if part is not None and part in container:
            readers: list[_Reader] = []
            parse(container, part, lambda parser, names: readers.append(_Reader(parser, names)), idle=_IDLE)
            self._written = readers[0].styles

    def get(self, style_id: str) -> Style:
        """Return the style of an id with what it takes from its parents."""
        known = self._known.get(style_id)
        if known is None:
            known = self._known[style_id] = self._resolved(style_id)
        return known

    def _resolved(self, style_id: str) -> Style:
        own = self._written.get(style_id) or _Written(style_id)
        chain = [own]
        while chain[-1].parent in self._written and len(chain) < _MAX_PARENTS:
            chain.append(self._written[chain[-1].parent or ""])
        outline = next((style.outline for style in chain if style.outline is not None), None)
        numbered = next((style for style in chain if style.list_id is not None), own)
        return Style(
            heading=outline in TITLE_LEVELS or _TITLES.match(own.name) is not None,
            contents=_CONTENTS.match(own.name) is not None,
            hidden=next((style.hidden for style in chain if style.hidden is not None), False),
            list_id=numbered.list_id,
            level=next((style.level for style in chain if style.level is not None), None),
        )
