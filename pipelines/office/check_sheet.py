"""The sheet 勾稽检查 of the workbook: every sum that must be equal, with formulas that follow what is typed.

Belongs here: formulas over the cells of the form, and this sheet. Keep out: which sums are equal (`identities`), and
the sheets of the form (`form_xlsx`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from pipelines.forms import CellPath
from pipelines.office.identities import Addend, Identity
from pipelines.office.printed_form import Values

NAME = "勾稽检查"
EQUAL, UNEQUAL, BLANK = "相符", "不符", "未填"
_HEADINGS = ("勾稽关系", "对应项目", "左边合计", "右边合计", "差额", "结论", "位置")
_WIDTHS = (46, 44, 11, 11, 11, 9, 10)
_NOTE = "随表格内容自动计算；一边全部空白的为“未填”，其余空白按 0 相加。“位置”可点击，转到应当核对的单元格。"
# A character of Chinese is as wide as two digits.
_TWO_CELLS, _ROW = 2, 15
# Where the list begins, below the sum of it, the note and the headings.
_FIRST_ROW = 3
_LEFT, _RIGHT, _DIFFERENCE, _VERDICT, _WHERE = range(2, 7)


class Place(NamedTuple):
    """Where a cell of the form stands in the workbook; `last` is its last column."""

    sheet: str
    row: int
    first: int
    last: int


class Equation(NamedTuple):
    """A sum of cells as formulas: its amount, and how many of its cells hold a number."""

    total: str
    filled: str


def equation(side: Sequence[Addend], places: Mapping[CellPath, Place], *, is_elsewhere: bool = False) -> Equation:
    """Return the formulas of a sum, for its own sheet or (`is_elsewhere`) for another one."""
    signed = {sign: list(_areas([places[each.path] for each in side if each.sign == sign])) for sign in (1, -1)}
    written = {
        sign: ",".join(f"'{area.sheet}'!{_written(area)}" if is_elsewhere else _written(area) for area in areas)
        for sign, areas in signed.items()
    }
    total = f"SUM({written[1]})" if written[1] else "0"
    total += f"-SUM({written[-1]})" if written[-1] else ""
    return Equation(total, f"COUNT({','.join(filter(None, written.values()))})")


class _Area(NamedTuple):
    sheet: str
    row: int
    first: int
    last_row: int
    last: int


def _written(area: _Area) -> str:
    written: str = xl_range_abs(area.row, area.first, area.last_row, area.last)
    return written


def _areas(places: Iterable[Place]) -> Iterator[_Area]:
    """Yield cells as few areas: those below each other, then columns side by side. A formula has its limits."""
    columns: list[_Area] = []
    for place in sorted(places, key=lambda place: (place.sheet, place.first, place.row)):
        before = columns[-1] if columns else None
        if before and before.sheet == place.sheet and (before.first, before.last_row + 1) == (place.first, place.row):
            columns[-1] = before._replace(last_row=place.row)
        else:
            columns.append(_Area(place.sheet, place.row, place.first, place.row, place.last))
    found: list[_Area] = []
    for area in sorted(columns, key=lambda area: (area.sheet, area.row, area.last_row, area.first)):
        before = found[-1] if found else None
        if before and before[:2] == area[:2] and (before.last_row, before.last + 1) == (area.last_row, area.first):
            found[-1] = before._replace(last=area.last)
        else:
            found.append(area)
    yield from found


def write_checks(book: Any, equal: Sequence[Identity], places: Mapping[CellPath, Place], values: Values) -> None:
    """Add the sheet to a workbook; what the formulas give for the values is stored, for readers that do not reckon."""
    sheet = book.add_worksheet(NAME)
    bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "valign": "vcenter", "text_wrap": True})
    wrong = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    for column, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(_FIRST_ROW - 1, column, heading, bold)
    sheet.write_string(1, 0, _NOTE)
    verdicts = []
    for row, identity in enumerate(equal, start=_FIRST_ROW):
        verdicts.append(_write_check(sheet, row, identity, places, values, cell))
    last = _FIRST_ROW + len(equal) - 1
    area = xl_range_abs(_FIRST_ROW, _VERDICT, last, _VERDICT)
    formula = "&".join(
        f'"{"；" if n else ""}{word} "&COUNTIF({area},"{word}")' for n, word in enumerate((UNEQUAL, EQUAL, BLANK))
    )
    counted = "；".join(f"{word} {verdicts.count(word)}" for word in (UNEQUAL, EQUAL, BLANK))
    sheet.write_formula(0, 0, f"={formula}", book.add_format({"bold": True}), counted)
    rule = {"type": "cell", "criteria": "==", "value": f'"{UNEQUAL}"', "format": wrong}
    sheet.conditional_format(_FIRST_ROW, _VERDICT, last, _VERDICT, rule)
    sheet.freeze_panes(_FIRST_ROW, 0)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _write_check(
    sheet: Any, row: int, identity: Identity, places: Mapping[CellPath, Place], values: Values, style: Any
) -> str:
    """Write one line; returns its verdict."""
    if _TWO_CELLS * len(identity.scope) > _WIDTHS[1]:
        sheet.set_row(row, 2 * _ROW)
    sheet.write_string(row, 0, identity.words, style)
    sheet.write_string(row, 1, identity.scope, style)
    sums = []
    for column, side in ((_LEFT, identity.left), (_RIGHT, identity.right)):
        of = equation(side, places, is_elsewhere=True)
        sums.append(_sum(side, values))
        sheet.write_formula(row, column, f'=IF({of.filled}=0,"",{of.total})', style, _stored(sums[-1]))
    left, right, difference = (xl_rowcol_to_cell(row, column) for column in (_LEFT, _RIGHT, _DIFFERENCE))
    off = None if sums[0] is None or sums[1] is None else sums[0] - sums[1]
    formula = f'=IF(OR({left}="",{right}=""),"",ROUND({left}-{right},6))'
    sheet.write_formula(row, _DIFFERENCE, formula, style, _stored(off))
    verdict = BLANK if off is None else UNEQUAL if off else EQUAL
    formula = f'=IF({difference}="","{BLANK}",IF({difference}=0,"{EQUAL}","{UNEQUAL}"))'
    sheet.write_formula(row, _VERDICT, formula, style, verdict)
    place = places[identity.right[0].path]
    address = xl_rowcol_to_cell(place.row, place.first)
    sheet.write_url(row, _WHERE, f"internal:'{place.sheet}'!{address}", style, address)
    return verdict


def _sum(side: Sequence[Addend], values: Values) -> Decimal | None:
    known = [each.sign * Decimal(value) for each in side if (value := values.get(each.path)) is not None]
    return sum(known, Decimal(0)) if known else None


def _stored(value: Decimal | None) -> float | str:
    return "" if value is None else float(value)
