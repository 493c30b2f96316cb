"""Styles of OpenDocument: what they say of whether a text is seen, and which are titles.

Belongs here: families of styles, their parents, and looks upon looks. Keep out: text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.odf.names import Attributes
from pipelines.reading.spreadsheet.fonts import WHITE, rgb

STRUCK, RAISED, HIDDEN, HIDDEN_STYLE = code_list("cell_note").named(
    "struck_text", "raised_text", "hidden_text", "hidden_style"
)
_TITLES = re.compile(r"(?:title|标题|(?:heading|标题)(?: |_20_)?[12])$", re.IGNORECASE)
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})$")
_MAX_PARENTS = 20
_COLLAPSED = frozenset(("collapse", "filter"))
OUTLINE_LEVELS = frozenset(("1", "2"))


class Look(NamedTuple):
    """How a text looks; None where nothing is said. Colours are red, green and blue."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    colour: int | None = None
    back: int | None = None
    unknown: bool | None = None  # its style is not there

    def over(self, below: Look) -> Look:
        """Return this look where it says something, else the one below."""
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.raised if self.raised is None else self.raised,
            below.colour if self.colour is None else self.colour,
            below.back if self.back is None else self.back,
            below.unknown if self.unknown is None else self.unknown,
        )

    def doubt(self) -> str | None:
        """Return why digits that look so are not trusted."""
        if self.unknown:
            return HIDDEN_STYLE
        if self.struck:
            return STRUCK
        if self.raised:
            return RAISED
        if self.colour is None:
            return None
        return HIDDEN if self.colour == (WHITE if self.back is None else self.back) else None


PLAIN = Look()


class Style(NamedTuple):
    """A style: its parent, look, and what else it says.

    `displayed`: its table is shown at all. `known`: it and those it is based on are there.
    """

    parent: str = ""
    look: Look = PLAIN
    heading: bool = False
    displayed: bool = True
    known: bool = True


_NONE = Style(known=False)


class Styles:
    """The styles of a document by family and name. Feed the elements inside the parts that hold styles."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, str], Style] = {}
        self._known: dict[tuple[str, str], Style] = {}
        self._defaults: dict[str, Look] = {}
        self._key: tuple[str, str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        if name in ("style:style", "style:default-style"):
            family, own = attributes.get("style:family", ""), attributes.get("style:name", "")
            self._key = family, own if name == "style:style" else ""
            title = _TITLES.match(attributes.get("style:display-name", own)) is not None
            heading = title or attributes.get("style:default-outline-level") in OUTLINE_LEVELS
            self._written[self._key] = Style(attributes.get("style:parent-style-name", ""), PLAIN, heading)
        elif self._key is not None and name.endswith("-properties"):
            style = self._written[self._key]
            displayed = style.displayed and attributes.get("table:display") != "false"
            self._written[self._key] = style._replace(look=_look(attributes).over(style.look), displayed=displayed)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name in ("style:style", "style:default-style"):
            self._key = None

    def get(self, family: str, name: str) -> Style:
        """Return a style with what it takes from its parents and from the default of its family."""
        key = family, name
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._resolved(family, name)
        return known

    def _resolved(self, family: str, name: str) -> Style:
        own = self._written.get((family, name), _NONE)
        seen, above = {name}, own
        while above.parent and above.parent not in seen and len(seen) < _MAX_PARENTS:
            seen.add(above.parent)
            above = self._written.get((family, above.parent), _NONE)
            own = own._replace(
                look=own.look.over(above.look), heading=own.heading or above.heading, known=own.known and above.known
            )
        default = self._written.get((family, ""), _NONE)
        return own._replace(look=own.look.over(default.look)) if name else default


def is_collapsed(attributes: Attributes) -> bool:
    """Return whether a row or column is hidden or filtered away."""
    return attributes.get("table:visibility") in _COLLAPSED


def _look(attributes: Attributes) -> Look:
    line = attributes.get("style:text-line-through-style", attributes.get("style:text-line-through-type"))
    position = attributes.get("style:text-position")
    display = attributes.get("text:display")
    return Look(
        None if display is None else display == "none",
        None if line is None else line != "none",
        None if position is None else position.split(" ")[0].rstrip("%") not in ("0", "0.0", ""),
        _colour(attributes.get("fo:color")),
        _colour(attributes.get("fo:background-color")),
    )


def _colour(value: str | None) -> int | None:
    found = _COLOUR.match(value or "")
    return rgb(int(found[1], 16)) if found else None
