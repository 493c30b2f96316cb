"""What a Word document shows otherwise than it is written: colours of the ground, fonts of pictures, drawn fields.

Belongs here: what hides, turns round or draws digits that are not struck, raised or hidden by a property of their own
(`docx.text`). Whatever is not modelled exactly makes the number of its cell doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from pipelines.contracts.codes import code_list
from pipelines.reading.docx.styles import PAPER_NAMES, Styles, is_on
from pipelines.reading.docx.text import FORM_FIELD, HIDDEN, NONE, Attributes, Ends, Starts, TextWalk, looks_pattern
from pipelines.reading.xml_part import Names, Parser

EMPTY_FIELD, OTHERWISE = code_list("cell_note").named("empty_field", "shown_otherwise")
# Namespaces that Word knows, by the prefixes that programs give them: of others it shows what stands as a fallback.
_KNOWN = re.compile(r"(?:wp[scgi]|wp1\d|w1[4-9]\w*|a1\d|aink|am3d|cx\d?|c1\d|x1\d|m|o|r|v|w|wne|pic|wp|a)")
# Fields that show nothing; one that is not named has no result because it is new or damaged.
_SILENT = frozenset(("", "ADDIN", "ASK", "PRIVATE", "RD", "SET", "TA", "TC", "XE"))
# Fields that are drawn by what they say, whatever stands as their result.
_DRAWN = frozenset(("EQ", "SYMBOL"))
# Fonts whose digits are pictures; those of Symbol are digits.
_PICTURES = re.compile(r"wingdings|webdings|dingbats", re.IGNORECASE)
_PENS = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "yellow": "FFFF00", "blue": "0000FF", "cyan": "00FFFF",
    "green": "00FF00", "magenta": "FF00FF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
_FILLS = re.compile(rb'<w:shd [^<>]*?w:fill="([0-9A-Fa-f]{6})"')
_PICTURE_FONTS = (b"dings", b"ingbats")  # in their names
_CLEAR = 90_000  # of 100 000: so much of a colour is seen through


def lean(part: bytes) -> bytes:
    """Return a main part without the properties that change nothing of what is seen: they cost most of a parse.

    Colours are kept where the ground may have the same, fonts where one draws pictures.
    """
    colours = {fill.decode().upper() for fill in set(_FILLS.findall(part))} - {"FFFFFF"}
    has_pens = b"<w:highlight" in part
    if has_pens:
        colours.update(_PENS.values())
    return _pattern(frozenset(colours), has_pens, any(name in part for name in _PICTURE_FONTS)).sub(b"", part)


@lru_cache(maxsize=64)
def _pattern(colours: frozenset[str], has_pens: bool, has_pictures: bool) -> re.Pattern[bytes]:
    kept = [f'color w:val="(?:{"|".join(sorted(colours | {c.lower() for c in colours}))})'] if colours else []
    if has_pens:
        kept.append("highlight")
    if has_pictures:
        kept.append("rFonts")
    return looks_pattern(*kept)


class UnseenWalk(TextWalk):
    """The part of the walk that notes what is shown otherwise than it stands."""

    def __init__(self, styles: Callable[[], Styles]) -> None:
        self._scopes: list[str | None] = []  # of each open element that may doubt what it holds, the doubt
        self._filling = False  # within the filling of characters
        super().__init__(styles)

    def _begin_text(self) -> None:
        self._instructions: list[str] = []
        super()._begin_text()

    def _reset(self) -> None:
        self._ink = self._paper = self._sheet = ""
        super()._reset()

    def _attach(self, parser: Parser, names: Names, starts: Starts, ends: Ends) -> None:
        self._theme, self._requires = names.of("w:themeColor"), "Requires"
        self._faces = tuple(names.of(f"w:{name}") for name in ("ascii", "hAnsi"))
        self._instruction, self._alpha = names.of("w:instr"), names.of("w14:val")
        more: Starts = {
            "w:bdo": self._start_turned, "w:sdt": self._start_control, "w:showingPlcHdr": self._placeholder,
            "w:highlight": self._highlight, "w:rFonts": self._fonts, "w:instrText": self._start_instruction,
            "w:fldSimple": self._simple_field, "w14:textFill": self._start_filling, "w14:noFill": self._no_filling,
            "w14:alpha": self._clear_filling,
        }  # fmt: skip
        closing: Ends = {
            "w:bdo": self._end_scope, "w:sdt": self._end_scope, "w:instrText": self._end_instruction,
            "w14:textFill": self._end_filling,
        }  # fmt: skip
        super()._attach(parser, names, more | starts, closing | ends)

    # Runs.

    def _undress(self) -> None:
        super()._undress()
        self._ink, self._paper = "", self._sheet

    def _is_wary(self) -> bool:
        return bool(self._scopes) and any(self._scopes)

    def _otherwise(self) -> str | None:
        if self._is_wary():
            return next(filter(None, self._scopes))
        return HIDDEN if self._ink and self._ink == self._paper else None

    def _mark(self, mark: str, attributes: Attributes) -> None:
        if mark == "color" and self._properties == NONE:
            value = attributes.get(self._val, "auto")
            if value == "auto" and attributes.get(self._theme) in PAPER_NAMES:
                attributes = {**attributes, self._val: "FFFFFF"}
            self._ink, self._odd, self._plain = value.upper(), True, False
        super()._mark(mark, attributes)

    def _lay(self, colour: str) -> None:
        """Note the colour of the ground of a run."""
        self._paper, self._odd, self._plain = colour.upper(), True, False

    def _shade(self, attributes: Attributes) -> None:
        super()._shade(attributes)
        if self._is_colour(attributes):
            self._lay(attributes[self._fill])
            if self._properties != NONE:
                self._sheet = self._paper

    def _highlight(self, attributes: Attributes) -> None:
        pen = attributes.get(self._val, "none")
        if self._properties == NONE and pen in _PENS:
            self._lay(_PENS[pen])
            self._ink = self._ink or ("000000" if pen == "black" else "")

    def _fonts(self, attributes: Attributes) -> None:
        if self._properties == NONE and any(_PICTURES.search(attributes.get(face, "")) for face in self._faces):
            self._hide_run()

    def _hide_run(self) -> None:
        """Doubt the digits of a run as those of white ones."""
        self._looks, self._odd, self._plain = self._looks | {"w"}, True, False

    def _start_filling(self, _attributes: Attributes) -> None:
        self._filling = True

    def _end_filling(self) -> None:
        self._filling = False

    def _no_filling(self, _attributes: Attributes) -> None:
        if self._filling and self._properties == NONE:
            self._hide_run()

    def _clear_filling(self, attributes: Attributes) -> None:
        value = attributes.get(self._alpha, "")
        if value.isdecimal() and int(value) >= _CLEAR:
            self._no_filling(attributes)

    # What doubts all that it holds.

    def _start_turned(self, attributes: Attributes) -> None:
        self._open_scope(OTHERWISE if attributes.get(self._val) == "rtl" else None)

    def _start_control(self, _attributes: Attributes) -> None:
        self._open_scope(None)

    def _placeholder(self, attributes: Attributes) -> None:
        """Note that a control shows a hint, in which nothing was filled in."""
        if self._scopes and is_on(attributes.get(self._val)):
            self._scopes[-1] = FORM_FIELD
            self._odd, self._plain = True, False

    def _open_scope(self, doubt: str | None) -> None:
        self._scopes.append(doubt)
        if doubt is not None:
            self._odd, self._plain = True, False

    def _end_scope(self) -> None:
        self._scopes.pop()

    def _start_choice(self, attributes: Attributes) -> None:
        if all(_KNOWN.fullmatch(name) for name in attributes.get(self._requires, "").split()):
            super()._start_choice(attributes)
        else:
            self._leave_out(attributes)

    # Fields.

    def _start_instruction(self, _attributes: Attributes) -> None:
        self._pending.clear()

    def _end_instruction(self) -> None:
        if self._instructions:
            self._instructions[-1] += "".join(self._pending)

    def _simple_field(self, attributes: Attributes) -> None:
        self._judge_field(attributes.get(self._instruction, ""), has_result=True)

    def _field(self, attributes: Attributes) -> None:
        kind = attributes.get(self._field_type)
        if kind == "begin":
            del self._instructions[len(self._fields) :]
            self._instructions.append("")
        elif kind == "end" and self._fields and len(self._instructions) == len(self._fields):
            self._judge_field(self._instructions.pop(), has_result=not self._fields[-1])
        super()._field(attributes)

    def _judge_field(self, instruction: str, *, has_result: bool) -> None:
        """Doubt the cell of a field that shows something which stands nowhere as text."""
        name = (instruction.partition("\\")[0].split() or [""])[0].upper()
        if not self._hidden and (name in _DRAWN or not (has_result or name in _SILENT)):
            self._doubt, self._plain = EMPTY_FIELD, False
