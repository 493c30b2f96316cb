"""Workbooks of XML parts (.xlsx): sheets with every cell as it is printed, its format and formula heeded.

Belongs here: which part says what. Keep out: the XML of a sheet (`spreadsheet.markup`), geometry, format codes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from pipelines.contracts.codes import code_list
from pipelines.reading.container import Parts
from pipelines.reading.document import ReadError
from pipelines.reading.spreadsheet.fonts import PLAIN, Look, XmlFonts, seen
from pipelines.reading.spreadsheet.formats import BUILT_IN, DATE, FORMATTED, GENERAL, Shown, hides_text, shown_number
from pipelines.reading.spreadsheet.markup import (
    NUMBER,
    TRUE,
    Markup,
    children,
    local,
    part_text,
    related_parts,
    shared_tree,
    sheet_markup,
    strings_of,
    with_styles,
)
from pipelines.reading.spreadsheet.sheet import (
    NO_VALUE,
    STALE,
    TWICE,
    Blanks,
    Sheet,
    area_of,
    bits,
    clean_text,
    hide_zeros,
    place_of,
)
from pipelines.reading.spreadsheet.unseen import doubt_unseen

(UNKNOWN_TYPE,) = code_list("cell_note").named("unknown_cell_type")
_MAIN = "xl/workbook.xml"
_FORMULA = re.compile(r">([^<]*)</f>")
_BLANK = Shown("")
# Labels, which every report repeats, are no longer than this.
_LABEL_SIZE = 50


@dataclass
class _Book:
    """What all sheets share: strings, the looks of those of runs, what styles state, how formulas and dates count."""

    strings: dict[str, Shown] = field(default_factory=dict)
    rich: dict[str, Look] = field(default_factory=dict)
    fonts: XmlFonts = field(default_factory=XmlFonts)
    codes: dict[str, str] = field(default_factory=dict)
    framed: frozenset[str] = frozenset()
    hiding: frozenset[str] = frozenset()
    from_1904: bool = False
    stale: bool = False

    def number(self, style: str, value: str) -> Shown:
        """Return a number as printed."""
        code = self.codes.get(style or "0")
        if code is None and style not in ("", "0"):
            raise ReadError("damaged", "reading_spreadsheet.style_unstated", style=style[:40])
        return shown_number(value, code or GENERAL, self.from_1904)

    def string(self, number: str) -> Shown:
        """Return a shared string by its number."""
        known = self.strings.get(number)
        if known is None and number.isdecimal():
            known = self.strings.get(str(int(number)))
        if known is None:
            raise ReadError("damaged", "reading_spreadsheet.string_unstated", number=number[:20])
        return known


def xlsx_sheets(container: Parts) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order. Raises ReadError."""
    main = _MAIN if _MAIN in container else _main_part(container)
    root = shared_tree(part_text(container, main), main)
    related = related_parts(container, main)
    book = _book(container, main, root, related)
    for element in children(root, "sheets"):
        relation = next((value for name, value in element.items() if name.endswith("}id")), "")
        name = element.get("name", "")
        if relation not in related:
            raise ReadError("damaged", "reading_spreadsheet.sheet_part_unnamed", name=name)
        kind, part = related[relation]
        if not kind.endswith("/worksheet"):
            continue
        if element.get("state", "visible") != "visible":
            yield Sheet(name, is_hidden=True)
        else:
            text = part_text(container, part)
            yield _sheet(name, text, sheet_markup(text, name, container.limits), book)


def _main_part(container: Parts) -> str:
    for kind, part in related_parts(container, "").values():
        if kind.endswith("/officeDocument"):
            return part
    raise ReadError("damaged", "reading_spreadsheet.names_no_workbook")


def _book(container: Parts, main: str, root: ET.Element, related: dict[str, tuple[str, str]]) -> _Book:
    book = _Book()
    related = with_styles(related, container, main, "styles.xml")
    rich: dict[int, ET.Element] = {}
    for kind, part in related.values():
        if kind.endswith("/sharedStrings") and part in container:
            texts, rich = strings_of(part_text(container, part), part)
            shown = [_label(text) if len(text) <= _LABEL_SIZE else Shown(clean_text(text)) for text in texts]
            book.strings = {str(number): each for number, each in enumerate(shown)}
        elif kind.endswith("/styles"):
            _take_styles(book, shared_tree(part_text(container, part), part))
    looks = ((number, book.fonts.text(element)) for number, element in rich.items())
    book.rich = {str(number): look for number, look in looks if look != PLAIN}
    for element in root:
        if local(element) == "workbookPr":
            book.from_1904 = element.get("date1904") in TRUE
        elif local(element) == "calcPr":
            book.stale = element.get("fullCalcOnLoad") in TRUE
    return book


@lru_cache(maxsize=1 << 13)
def _label(text: str) -> Shown:
    return Shown(clean_text(text))


def _take_styles(book: _Book, root: ET.Element) -> None:
    """Note of each style its format code, whether it has borders, and whether it hides texts."""
    own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in children(root, "numFmts")}
    borders = [any(side.get("style", "none") != "none" for side in e) for e in children(root, "borders")]
    framed = {str(number) for number, has_border in enumerate(borders) if has_border}
    styles = list(children(root, "cellXfs"))
    for number, style in enumerate(styles):
        code = style.get("numFmtId", "0")
        book.codes[str(number)] = own.get(code) or BUILT_IN.get(int(code) if code.isdecimal() else 0, GENERAL)
    book.framed = frozenset(str(i) for i, style in enumerate(styles) if style.get("borderId", "0") in framed)
    book.fonts = XmlFonts(root)
    book.hiding = frozenset(style for style, code in book.codes.items() if hides_text(code))


def _sheet(name: str, text: str, markup: Markup, book: _Book) -> Sheet:
    sheet = Sheet(name, hidden_rows=markup.hidden_rows, hidden_columns=markup.hidden_columns)
    sheet.merges = [area_of(reference) for reference in markup.merges]
    rows = sheet.rows
    strings, hiding, codes, from_1904 = book.strings, book.hiding, book.codes, book.from_1904
    for reference, style, kind, formula, value in markup.cells:
        if kind == "s":
            shown = strings.get(value) or book.string(value)
            if style in hiding:
                shown = shown._replace(doubt=FORMATTED)
        elif value and not formula and kind in NUMBER:
            code = codes.get(style or "0")
            shown = shown_number(value, code, from_1904) if code else book.number(style, value)
        else:
            shown = _shown(style, kind, formula, value, book)
        if shown.text:
            row, column = place_of(reference)
            cells = rows.get(row)
            if cells is None:
                cells = rows[row] = {}
            cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)
    if book.fonts.doubts or book.rich or markup.rich:
        _look_at(markup, book, rows)
    doubt_unseen(text, sheet, book.fonts, cache(lambda: {place_of(cell[0]): cell[1] or "0" for cell in markup.cells}))
    if not markup.shows_zeros:
        hide_zeros(sheet)
    sheet.has_borders = 2 * sum(map(book.framed.__contains__, [cell[1] for cell in markup.cells])) > len(markup.cells)
    sheet.blanks = _blanks(markup, book.framed if sheet.has_borders else None)
    return sheet


def _look_at(markup: Markup, book: _Book, rows: dict[int, dict[int, Shown]]) -> None:
    """Doubt the cells whose font, or that of a part of their text, strikes, raises or hides a number."""
    fonts = book.fonts
    own = {reference: fonts.text(element) for reference, element in markup.rich.items()}
    for reference, stated, kind, _, value in markup.cells:
        style = stated or "0"
        doubt = fonts.doubts.get(style)
        if doubt is None and kind in ("s", "inlineStr"):
            look = book.rich.get(value.lstrip("0") or "0") if kind == "s" else own.get(reference)
            doubt = look.doubt(fonts.fill_of(style)) if look is not None else None
        if doubt is not None:
            row, column = place_of(reference)
            cells = rows.get(row, {})
            if column in cells:
                cells[column] = seen(cells[column], doubt)


def _shown(style: str, kind: str, formula: str, value: str, book: _Book) -> Shown:
    """Return what a cell prints that is no shared string and no plain number."""
    if not value:
        if kind == "str" or not formula:
            return _BLANK  # a formula that yields an empty text is blank too
        found = _FORMULA.search(formula)
        return Shown(f"={found[1]}" if found else "=", NO_VALUE)
    doubt = STALE if formula and book.stale else None
    if kind in NUMBER:
        shown = book.number(style, value)
        return shown._replace(doubt=doubt) if doubt else shown
    if kind == "b":
        return Shown("TRUE" if value in TRUE else "FALSE", doubt)
    if kind in ("str", "inlineStr", "e"):
        return Shown(clean_text(value), doubt or (FORMATTED if style in book.hiding else None))
    return Shown(value, DATE if kind == "d" else UNKNOWN_TYPE)


def _blanks(markup: Markup, framed: frozenset[str] | None) -> Blanks:
    """Return a look-up of blank cells: of those in one of the styles, or of all."""

    def of_row(row: int) -> int:
        return bits(
            place_of(reference)[1] for reference, style in markup.blanks(row) if framed is None or style in framed
        )

    return of_row
