"""What a sheet of XML shows otherwise than its cells state: heights and widths of nothing, and conditional formats.

Belongs here: rows and columns without room by default, numbers wider than their column (#### is shown), and rules that
give cells another look by their value. Keep out: hidden rows and columns that a sheet names (`spreadsheet.markup`), and
the look of a cell itself (`spreadsheet.fonts`). What cannot be decided is doubted, never guessed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from operator import eq, ge, gt, le, lt, ne

from pipelines.contracts.codes import code_list
from pipelines.reading.document import ReadError
from pipelines.reading.spreadsheet.fonts import HIDDEN, XmlFonts, seen
from pipelines.reading.spreadsheet.formats import BUILT_IN, FORMATTED, Shown, plain_number, shown_number
from pipelines.reading.spreadsheet.markup import TRUE, local
from pipelines.reading.spreadsheet.sheet import Area, Sheet, area_of

(CROPPED,) = code_list("cell_note").named("cropped_text")
# A column of this width or more shows any number of a report; widths count digits of the font of the workbook.
_WIDE = 9.0
# Of the width of a digit, what fits all the same: the room beside it is smaller than programs state.
_SLACK = 0.3
_DEFAULTS = re.compile(r"<(?:\w+:)?sheetFormatPr\b([^<>]*)>")
_COLUMN = re.compile(r"<(?:\w+:)?col\b([^<>]*)>")
_ROW = re.compile(r"<(?:\w+:)?row\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_RULES = re.compile(r"<(?:\w+:)?conditionalFormatting\b.*?</(?:\w+:)?conditionalFormatting>", re.DOTALL)
_PREFIX = re.compile(r"(</?)[\w.-]+:(?=\w)")
_PREFIXED = re.compile(r"\s[\w.-]+:[\w.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_COMPARED = re.compile(r"=?\s*\$?[A-Z]{1,3}\$?\d+\s*(=|<>|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*", re.IGNORECASE)
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "equal": eq, "=": eq, "notEqual": ne, "<>": ne, "greaterThan": gt, ">": gt, "lessThan": lt, "<": lt,
    "greaterThanOrEqual": ge, ">=": ge, "lessThanOrEqual": le, "<=": le,
}  # fmt: skip
# Rules that no number meets.
_NEVER = frozenset(("containsBlanks", "containsErrors"))
_BARS = frozenset(("dataBar", "iconSet"))
_Test = Callable[[float], bool | None]
# The style of each cell by row and column.
Styles = Callable[[], dict[tuple[int, int], str]]


def doubt_unseen(text: str, sheet: Sheet, fonts: XmlFonts, styles: Styles) -> None:
    """Doubt the numbers of a sheet that its part shows otherwise, or not at all.

    `styles` returns the style of each cell by row and column; it is asked only where a column is narrow or a rule may
    hide something.
    """
    begin, end = text.find("sheetData"), text.rfind("sheetData")
    head, tail = text[: max(begin, 0)], text[max(end, 0) :]
    found = _DEFAULTS.search(head)
    defaults = dict(_ATTRIBUTE.findall(found[1])) if found else {}
    if defaults.get("zeroHeight") in TRUE or _is_nothing(defaults.get("defaultRowHeight")):
        _doubt_low_rows(text[begin:end], sheet, defaults)
    columns = [dict(_ATTRIBUTE.findall(stated)) for stated in _COLUMN.findall(head)] if "col " in head else []
    _doubt_narrow(columns, _fraction(defaults.get("defaultColWidth")), sheet, fonts, styles)
    if "cfRule" in tail:
        for rules in _RULES.findall(tail):
            _doubt_by_rules(rules, sheet, fonts, styles)


def _is_nothing(size: str | None) -> bool:
    return _fraction(size) == 0


def _fraction(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _doubt(sheet: Sheet, row: int, column: int, note: str) -> None:
    cells = sheet.rows.get(row, {})
    if column in cells and any(map(str.isdigit, cells[column].text)):
        cells[column] = seen(cells[column], note)


def _doubt_low_rows(body: str, sheet: Sheet, defaults: dict[str, str]) -> None:
    """Doubt the rows that only the default of the sheet gives a height.

    Where unused rows are hidden, programs show those that a sheet states; one that states nothing of itself may be
    meant by either.
    """
    is_low = _is_nothing(defaults.get("defaultRowHeight"))
    shown: set[str] = set()
    for stated in _ROW.findall(body):
        row = dict(_ATTRIBUTE.findall(stated))
        if "ht" in row or (not is_low and ("spans" in row or "hidden" in row)):
            shown.add(row.get("r", ""))
    for number, cells in sheet.rows.items():
        if str(number + 1) not in shown:
            for column in cells:
                _doubt(sheet, number, column, HIDDEN)


def _doubt_narrow(
    columns: list[dict[str, str]],
    default: float | None,
    sheet: Sheet,
    fonts: XmlFonts,
    styles: Styles,
) -> None:
    widths: dict[int, float] = {}
    last_used = max((max(cells, default=0) for cells in sheet.rows.values()), default=0)
    for stated in columns:
        begin, end, width = stated.get("min", ""), stated.get("max", ""), _fraction(stated.get("width"))
        if width is not None and begin.isdecimal() and end.isdecimal():
            widths.update(dict.fromkeys(range(int(begin) - 1, min(int(end), last_used + 1)), width))
    usual = _WIDE if default is None else default
    if usual >= _WIDE and all(width >= _WIDE for width in widths.values()):
        return
    merged = {area[:2]: area[3] for area in sheet.merges}
    for row, cells in sheet.rows.items():
        for column, cell in cells.items():
            if cell.doubt is not None or not _is_figure(cell.text):
                continue
            last = merged.get((row, column), column)
            room = sum(widths.get(each, usual) for each in range(column, last + 1)) if last - column < 99 else _WIDE
            if room >= _WIDE:
                continue
            needed = len(cell.text) * fonts.scale(styles().get((row, column), "0"))
            if needed - _SLACK > room:
                _doubt(sheet, row, column, CROPPED if room else HIDDEN)


def _is_figure(text: str) -> bool:
    return text.isascii() and any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _doubt_by_rules(markup: str, sheet: Sheet, fonts: XmlFonts, styles: Styles) -> None:
    """Doubt the cells that a rule gives another look, or may give one: a rule that is not understood may meet all."""
    try:
        element = ET.fromstring(_PREFIXED.sub("", _PREFIX.sub(r"\1", markup)))
        areas = list(_areas(element))
    except (ET.ParseError, ReadError):
        areas, element = [(0, 0, 1 << 20, 1 << 14)], ET.Element("conditionalFormatting")
        _doubt_cells(sheet, areas, lambda _: True, lambda *_: HIDDEN)
    for rule in element:
        if local(rule) != "cfRule" or rule.get("type") in _NEVER:
            continue
        if rule.get("type") in _BARS:
            if any(each.get("showValue", "1") not in TRUE for each in rule):
                _doubt_cells(sheet, areas, lambda _: True, lambda *_: HIDDEN)
            continue
        look = _look_of(rule, fonts)
        if look is not None:
            _doubt_cells(sheet, areas, _test_of(rule), lambda *place, look=look: _note(look, fonts, styles, *place))


def _areas(element: ET.Element) -> Iterator[Area]:
    stated = element.get("sqref") or next((e.text or "" for e in element.iter() if local(e) == "sqref"), "")
    for reference in stated.split():
        yield area_of(reference)


def _look_of(rule: ET.Element, fonts: XmlFonts) -> ET.Element | None:
    own = next((each for each in rule if local(each) == "dxf"), None)
    number = rule.get("dxfId", "")
    if own is None and number.isdecimal() and int(number) < len(fonts.differences):
        return fonts.differences[int(number)]
    return own


def _test_of(rule: ET.Element) -> _Test:
    """Return whether a rule meets a number; None of it where that is not known."""
    formulas = [(each.text or "").strip() for each in rule if local(each) in ("formula", "f")]
    if rule.get("type") == "cellIs":
        limits = [_fraction(formula) for formula in formulas]
        operator = rule.get("operator", "")
        if operator in ("between", "notBetween") and len(limits) == 2 and None not in limits:
            low, high = sorted(each for each in limits if each is not None)
            return lambda number: (low <= number <= high) is (operator == "between")
        if len(limits) == 1 and limits[0] is not None and operator in _COMPARISONS:
            compare, limit = _COMPARISONS[operator], limits[0]
            return lambda number: compare(number, limit)
    if rule.get("type") == "expression" and len(formulas) == 1 and (found := _COMPARED.fullmatch(formulas[0])):
        # The cell that is compared need not be the one that is shown: then any may be met.
        compare, limit = _COMPARISONS[found[1]], float(found[2])
        return lambda number: True if compare(number, limit) else None if "$" in formulas[0] else False
    return lambda _: None


def _note(
    look: ET.Element,
    fonts: XmlFonts,
    styles: Styles,
    row: int,
    column: int,
    cell: Shown,
) -> str | None:
    """Return what a look of a rule does to a number: strikes, hides or formats it; None where it is seen as before."""
    parts = {local(each): each for each in look}
    style = styles().get((row, column), "0")
    fill = fonts.difference_fill(parts["fill"]) if "fill" in parts else fonts.fill_of(style)
    if "font" in parts and (doubt := fonts.font(parts["font"]).doubt(fill)) is not None:
        return doubt
    if "fill" in parts and fill == 0 and ("font" not in parts or not fonts.font(parts["font"]).colours):
        return HIDDEN  # black upon black
    if "numFmt" in parts:
        number = parts["numFmt"].get("numFmtId", "")
        code = parts["numFmt"].get("formatCode") or BUILT_IN.get(int(number) if number.isdecimal() else 0, "General")
        shown = shown_number(cell.text.replace(",", ""), code)
        return FORMATTED if shown.doubt is not None or shown.text != cell.text else None
    return None


def _doubt_cells(
    sheet: Sheet, areas: Iterable[Area], test: _Test, note: Callable[[int, int, Shown], str | None]
) -> None:
    for top, left, bottom, right in areas:
        for row, cells in sheet.rows.items():
            if not top <= row <= bottom:
                continue
            for column, cell in list(cells.items()):
                if not left <= column <= right or cell.doubt is not None:
                    continue
                number = plain_number(cell.text.replace(",", ""))
                met = None if number is None else test(float(number))
                if met is not False and (doubt := note(row, column, cell)) is not None:
                    _doubt(sheet, row, column, doubt)
