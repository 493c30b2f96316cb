"""Styles of workbooks in one file of XML: the format code, the fill, borders and fonts of each, with what it inherits.

Belongs here: what `Styles` states. Keep out: cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pipelines.reading.document import ReadError
from pipelines.reading.spreadsheet.fonts import PLAIN, RAISED, STRUCK, WHITE, Colour, Look, look_of, rgb
from pipelines.reading.spreadsheet.formats import GENERAL

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet "
_DEFAULT = "Default"
_MAX_PARENTS = 20
_SHIFTED = frozenset(("superscript", "subscript"))
# Formats that have names instead of codes.
_NAMED = {
    "General Number": GENERAL, "Fixed": "0.00", "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00",
    "Currency": '"¥"#,##0.00;"¥"-#,##0.00', "Euro Currency": '"€"#,##0.00;"€"-#,##0.00', "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"True";"True";"False"', "On/Off": '"On";"On";"Off"',
    **dict.fromkeys(("General Date", "Long Date", "Medium Date", "Short Date"), "yyyy/m/d"),
    **dict.fromkeys(("Long Time", "Medium Time", "Short Time"), "h:mm:ss"),
}  # fmt: skip


def is_one(value: str | None) -> bool:
    """Return whether a switch is on."""
    return value is not None and value.strip().lower() in ("1", "true")


class XmlStyle(NamedTuple):
    """What a style says of a cell: format code, whether it has borders, fill, and the doubt of its font."""

    code: str = GENERAL
    framed: bool = False
    fill: Colour = WHITE
    doubt: str | None = None


@dataclass
class _Written:
    """A style as written; what it does not state is its parent's."""

    parent: str | None = None
    code: str | None = None
    framed: bool | None = None
    fill: Colour = None
    look: Look | None = None


class XmlStyles:
    """The styles of a workbook by id."""

    def __init__(self) -> None:
        self._written: dict[str, _Written] = {_DEFAULT: _Written()}
        self._style = _Written()
        self._known: dict[str, XmlStyle] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element of the styles, with the attributes that are its own."""
        style = self._style
        if name == "Style":
            self._style = self._written[attributes.get("ID", "")] = _Written(attributes.get("Parent"))
        elif name == "NumberFormat":
            code = attributes.get("Format", GENERAL)
            style.code = _NAMED.get(code, code) or GENERAL
        elif name == "Borders":
            style.framed = False
        elif name == "Border":
            style.framed = attributes.get("LineStyle", "None") != "None"
        elif name == "Interior":
            colour = _colour(attributes.get("Color", ""))
            style.fill = colour if attributes.get("Pattern", "None") == "Solid" else WHITE
        elif name == "Font":
            style.look = _font(attributes)

    def get(self, style_id: str) -> XmlStyle:
        """Return a style by its id. Raises ReadError `damaged` where the workbook does not state it."""
        known = self._known.get(style_id)
        if known is None:
            known = self._known[style_id] = self._resolved(style_id or _DEFAULT)
        return known

    def _resolved(self, style_id: str) -> XmlStyle:
        chain: list[_Written] = []
        parent: str | None = style_id
        while parent is not None and len(chain) < _MAX_PARENTS:
            if parent not in self._written:
                raise ReadError("damaged", "reading_spreadsheet.style_unstated", style=parent[:40])
            chain.append(self._written[parent])
            parent = chain[-1].parent
        chain.append(self._written[_DEFAULT])
        code = next((style.code for style in chain if style.code is not None), GENERAL)
        framed = next((style.framed for style in chain if style.framed is not None), False)
        fill = next((style.fill for style in chain if style.fill is not None), WHITE)
        look = next((style.look for style in chain if style.look is not None), PLAIN)
        return XmlStyle(code, framed, fill, look.doubt(fill))

    def turned(self, around: Look, tag: str, attributes: dict[str, str]) -> Look:
        """Return how a part of a text looks inside an element of its markup."""
        mark = around.mark
        if tag in ("S", "Strike", "Del"):
            mark = STRUCK
        elif tag in ("Sup", "Sub"):
            mark = mark or RAISED
        colour = _colour(attributes.get("Color", "")) if tag == "Font" else None
        return Look(mark, frozenset((colour,)) if colour is not None else around.colours)


def _font(attributes: dict[str, str]) -> Look:
    mark = STRUCK if is_one(attributes.get("StrikeThrough")) else None
    if attributes.get("VerticalAlign", "").lower() in _SHIFTED:
        mark = mark or RAISED
    return look_of(mark, _colour(attributes.get("Color", "")))


def _colour(text: str) -> Colour:
    """Return a colour such as #FFFFFF; None is what the system chooses."""
    digits = text.strip().removeprefix("#")
    if len(digits) != 6:
        return None
    try:
        return rgb(int(digits, 16))
    except ValueError:
        return None
