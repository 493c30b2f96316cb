"""Fonts and fills of workbooks: whether a number is struck, raised, or has the colour of the paper under it.

Belongs here: what the looks of a cell or of a run of its text say of its number, for every kind of workbook. Keep
out: where a workbook keeps its fonts, and number formats.
"""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple, TypeVar

from pipelines.contracts.codes import code_list
from pipelines.reading.spreadsheet.formats import Shown
from pipelines.reading.spreadsheet.markup import children, local

STRUCK, RAISED, HIDDEN = code_list("cell_note").named("struck_text", "raised_text", "hidden_text")
# A colour that is known by its red, green and blue, by its name in a theme or palette alone, or not at all.
Colour = int | tuple[str, int, float] | None
Palette = Mapping[int, int]
_T = TypeVar("_T")
_D = TypeVar("_D")
WHITE = 0xFFFFFF
# Whoever prints it sees no difference to the paper.
_NEARLY_WHITE = 0xF0
_PAPER, _INK = 0, 1  # of a theme
_BLACK_INDEX, _WHITE_INDEX, _PAPER_INDEX = 8, 9, 65
_SIGNS = frozenset(".,．，%％‰+-－−")
_OFF = frozenset(("0", "false", "off"))
_SHIFTED = frozenset(("superscript", "subscript"))
_MAX_DIGITS = 6
_FONT, _RGB = struct.Struct("<5H"), struct.Struct("<3Bx")
_BINARY_FONT, _BINARY_COLOUR, _U32 = struct.Struct("<4H"), struct.Struct("<BBh3Bx"), struct.Struct("<I")
_BY_INDEX, _BY_RGB, _BY_THEME = 1, 2, 3  # how a binary part names a colour
_WHOLE_TINT = 32767
_NO_FONT, _SYSTEM = 4, 0x7FFF
_STRIKEOUT = 8  # of the flags of a font in records
# Smaller characters are there to be found and not to be read; records count in twentieths of a point.
_SMALLEST, _TWIPS = 3.0, 20


class Look(NamedTuple):
    """How a cell or the runs of its text look: struck or raised, and in which colours."""

    mark: str | None = None
    colours: frozenset[Colour] = frozenset()

    def doubt(self, fill: Colour) -> str | None:
        """Return why a number that looks so upon a fill is not to be trusted."""
        return self.mark or (HIDDEN if fill in self.colours else None)


PLAIN = Look()


def look_of(mark: str | None, colour: Colour) -> Look:
    """Return the look of one font."""
    return Look(mark, frozenset((colour,)) if colour is not None else frozenset())


def looks_together(runs: Iterable[tuple[str, Look]]) -> Look:
    """Return how a text of runs looks. A run without digits counts only where it may change the number."""
    mark: str | None = None
    colours: frozenset[Colour] = frozenset()
    for text, look in runs:
        if look is not PLAIN and any(c.isnumeric() or c in _SIGNS for c in text):
            mark, colours = mark or look.mark, colours | look.colours
    return Look(mark, colours)


def seen(shown: Shown, doubt: str | None) -> Shown:
    """Return a cell with what its looks say, unless its content is in doubt already."""
    return shown._replace(doubt=doubt) if doubt is not None and shown.doubt is None else shown


def rgb(colour: int) -> int:
    """Return a colour, what is nearly white as white."""
    return WHITE if min(colour >> 16 & 255, colour >> 8 & 255, colour & 255) >= _NEARLY_WHITE else colour & WHITE


def themed(number: int, tint: float) -> Colour:
    """Return a colour of a theme: its paper is white and its ink black, the others are known by name alone."""
    if number in (_PAPER, _INK):
        light = 255 * (min(1 + tint, 1) if number == _PAPER else max(tint, 0))
        return rgb(0x010101 * min(max(round(light), 0), 255))
    return "theme", number, round(tint, 3)


def indexed(number: int, palette: Palette) -> Colour:
    """Return a colour of a palette; the first eight stand in it twice. None is what the system chooses."""
    number += _BLACK_INDEX if number < _BLACK_INDEX else 0
    if number in palette:
        return rgb(palette[number])
    if number in (_WHITE_INDEX, _PAPER_INDEX):
        return WHITE
    if number == _BLACK_INDEX:
        return 0
    return ("index", number, 0.0) if number < _PAPER_INDEX - 1 else None


def record_mark(height: int, flags: int, shift: int) -> str | None:
    """Return the mark of a font in records, by its height, its flags and its shift from the line."""
    if flags & _STRIKEOUT:
        return STRUCK
    return RAISED if shift in (1, 2) else HIDDEN if height < _SMALLEST * _TWIPS else None


def text_runs(text: str, runs: Iterable[tuple[int, int]], fonts: Sequence[Look]) -> Look:
    """Return the look of a text in records, by the places where another font begins.

    What stands before the first of them looks as its cell does.
    """
    wide = text.encode("utf-16-le", "surrogatepass")  # the places count in units of two bytes
    begins = sorted(runs)  # in order, no part of a damaged text is looked at twice
    ends = [*(place for place, _ in begins[1:]), len(wide)]
    return looks_together(
        (wide[2 * place : 2 * end].decode("utf-16-le", "replace"), fonts[font])
        for (place, font), end in zip(begins, ends, strict=False)
        if font < len(fonts)
    )


def filled(pattern: int, colour: Colour) -> Colour:
    """Return the fill of a cell in records: none is the paper, and only a plain one has one colour."""
    return WHITE if not pattern else colour if pattern == 1 else None


class RecordFonts:
    """The looks that the records of an .xls workbook state."""

    def __init__(self) -> None:
        self.palette: dict[int, int] = {}
        self._fonts: list[tuple[str | None, int]] = []

    def take_font(self, piece: memoryview) -> None:
        """Take a record of a font: its height, flags, colour, weight and shift."""
        height, flags, colour, _, shift = _FONT.unpack_from(piece)
        self._fonts.append((record_mark(height, flags, shift), colour))
        if len(self._fonts) == _NO_FONT:
            self._fonts.append((None, _SYSTEM))  # fonts are counted without this number

    def take_palette(self, piece: memoryview) -> None:
        """Take the record of the colours that a workbook chose for itself."""
        for number, (red, green, blue) in enumerate(_RGB.iter_unpack(piece[2 : 2 + (len(piece) - 2) // 4 * 4])):
            self.palette[_BLACK_INDEX + number] = red << 16 | green << 8 | blue

    def looks(self) -> list[Look]:
        """Return how the fonts look, by number, once palette and fonts are there."""
        return [look_of(mark, indexed(colour, self.palette)) for mark, colour in self._fonts]

    def fill(self, lines: int, colours: int) -> Colour:
        """Return the fill of a style, of the two numbers that hold its pattern and its colours."""
        pattern = lines >> 26
        return filled(pattern, indexed(colours & 0x7F, self.palette)) if pattern else WHITE


def binary_font(piece: memoryview) -> Look:
    """Return the look of a font in a binary part."""
    height, flags, _, shift = _BINARY_FONT.unpack_from(piece)
    return look_of(record_mark(height, flags, shift), _binary_colour(piece, 12))


def binary_fill(piece: memoryview) -> Colour:
    """Return a fill in a binary part."""
    return filled(_U32.unpack_from(piece)[0], _binary_colour(piece, 4))


def _binary_colour(piece: memoryview, offset: int) -> Colour:
    kind, number, tint, red, green, blue = _BINARY_COLOUR.unpack_from(piece, offset)
    kind >>= 1
    if kind == _BY_INDEX:
        return indexed(number, {})
    if kind == _BY_RGB:
        return rgb(red << 16 | green << 8 | blue)
    return themed(number, tint / _WHOLE_TINT) if kind == _BY_THEME else None


class XmlFonts:
    """The looks that the styles of an XML workbook state."""

    def __init__(self, root: ET.Element | None = None) -> None:
        self.palette: dict[int, int] = {}
        self.doubts: dict[str, str] = {}  # by style, of those whose font is in doubt
        self.differences: list[ET.Element] = []  # the looks that rules give to cells
        self._fills: list[Colour] = []
        self._sizes: list[float] = []
        self._styles: list[ET.Element] = []
        if root is not None:
            self._take(root)

    def _take(self, root: ET.Element) -> None:
        for group in children(root, "colors"):
            if local(group) == "indexedColors":
                self.palette = {n: _hexadecimal(each.get("rgb", "")) or 0 for n, each in enumerate(group)}
        stated = list(children(root, "fonts"))
        fonts = [self.font(each) for each in stated]
        self._sizes = [next((_size(e.get("val")) for e in each if local(e) == "sz"), 0.0) for each in stated]
        self.differences = list(children(root, "dxfs"))
        self._fills = [self._fill(each) for each in children(root, "fills")]
        self._styles = list(children(root, "cellXfs"))
        colours = {WHITE, *self._fills}
        # Styles are many, and in most workbooks no font is worth looking at.
        odd = {str(n) for n, look in enumerate(fonts) if look.mark or not colours.isdisjoint(look.colours)}
        for number, style in enumerate(self._styles) if odd else ():
            font = style.get("fontId", "0")
            if font in odd and (doubt := fonts[int(font)].doubt(self.fill_of(str(number)))) is not None:
                self.doubts[str(number)] = doubt

    def fill_of(self, number: str) -> Colour:
        """Return the fill of a style."""
        style = _at(self._styles, number, None)
        return WHITE if style is None else _at(self._fills, style.get("fillId", "0"), WHITE)

    def scale(self, number: str) -> float:
        """Return how wide a digit of a style is, in digits of the workbook's own font; 0 where it is made to fit."""
        style = _at(self._styles, number, None)
        if style is None:
            return 1.0
        for each in style:
            if local(each) == "alignment" and {each.get("shrinkToFit"), each.get("wrapText")} & {"1", "true"}:
                return 0.0
        usual, own = _at(self._sizes, "0", 0.0), _at(self._sizes, style.get("fontId", "0"), 0.0)
        return min(own / usual, 1.0) if usual and own else 1.0

    def difference_fill(self, element: ET.Element) -> Colour:
        """Return the fill that a rule gives: what it calls the ground is the colour of a plain one."""
        colours = [self._colour(e) for pattern in element for e in pattern if local(e) == "bgColor"]
        return colours[0] if colours else self._fill(element)

    def font(self, element: ET.Element) -> Look:
        """Return the look of a font, or of the properties of a run."""
        mark: str | None = None
        colour: Colour = None
        for each in element:
            name, value = local(each), each.get("val")
            if name == "strike" and value not in _OFF:
                mark = STRUCK
            elif name == "vertAlign" and value in _SHIFTED:
                mark = mark or RAISED
            elif name == "sz" and _size(value) < _SMALLEST:
                mark = mark or HIDDEN
            elif name == "color":
                colour = self._colour(each)
        return look_of(mark, colour)

    def text(self, element: ET.Element) -> Look:
        """Return the look of a text of runs; runs without properties look as their cell does."""
        return looks_together(
            (part.text or "", self.font(properties))
            for run in element
            if local(run) == "r" and (properties := next((e for e in run if local(e) == "rPr"), None)) is not None
            for part in run
            if local(part) == "t"
        )

    def _fill(self, element: ET.Element) -> Colour:
        for pattern in element:
            if local(pattern) != "patternFill":
                return None
            kind = pattern.get("patternType", "none")
            front = next((self._colour(each) for each in pattern if local(each) == "fgColor"), None)
            return filled(("none", "solid", kind).index(kind), front)
        return WHITE

    def _colour(self, element: ET.Element) -> Colour:
        theme, index = _number(element.get("theme", "")), _number(element.get("indexed", ""))
        value = _hexadecimal(element.get("rgb", ""))
        if value is not None:
            return rgb(value)
        if theme is not None:
            return themed(theme, _fraction(element.get("tint", "0")))
        return indexed(index, self.palette) if index is not None else None


def _hexadecimal(text: str) -> int | None:
    try:
        return int(text, 16) & WHITE
    except ValueError:
        return None


def _size(text: str | None) -> float:
    """Return a size in points; one that is not stated hides nothing."""
    try:
        return float(text or _SMALLEST)
    except ValueError:
        return _SMALLEST


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return min(max(value, -1.0), 1.0) if isfinite(value) else 0.0


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _MAX_DIGITS else None


def _at(items: list[_T], text: str, default: _D) -> _T | _D:
    number = _number(text)
    return items[number] if number is not None and number < len(items) else default
