"""The content of an OpenDocument spreadsheet: tables -> sheets with every cell as it is shown.

Belongs here: repeated and covered cells, and whether the text of a cell states the number that it holds. Keep out: the
way from a sheet to grids (`reading.spreadsheet`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal
from operator import itemgetter

from pipelines.contracts.codes import code_list
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.odf.lists import Lists
from pipelines.reading.odf.names import Attributes
from pipelines.reading.odf.styles import Look, Styles, is_collapsed
from pipelines.reading.odf.text import TextWalk, number_of
from pipelines.reading.spreadsheet.formats import DATE, FORMATTED, Shown, plain_number
from pipelines.reading.spreadsheet.sheet import MAX_COLUMNS, MAX_ROWS, NO_VALUE, Sheet, check_count, clean_text

(ORPHAN,) = code_list("cell_note").named("orphan_merge")
_NUMBERS = frozenset(("float", "currency", "percentage"))
_MOMENTS = frozenset(("date", "time"))
_HUNDRED = Decimal(100)
_NOISE = Decimal("1e-9")
# A figure in a text: its sign, its digits, and whether they are percent.
_FIGURE = re.compile(r"([-−－]|减少?|)\s*[￥¥$]?\s*([0-9](?:[0-9,，]*[0-9])?(?:\.[0-9]+)?)\s*([%％]?)")


class SheetWalk(TextWalk):
    """Feed the elements of a part; `sheets` are those of the spreadsheet."""

    def __init__(self, styles: Styles, lists: Lists, limits: Limits) -> None:
        super().__init__(styles, lists, limits)
        self.sheets: list[Sheet] = []
        self._lines: list[str] = []
        self._cell_doubt: str | None = None
        self._row = self._col = self._cells = self._widest = 0
        self._row_cells: dict[int, Shown] = {}
        self._defaults: list[tuple[int, str]] = []  # columns up to which a style holds, and the style
        self._attributes: Attributes = {}
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._columns = 0
        self._starts["office:spreadsheet"] = self._body
        self._starts["table:dde-links"] = self._starts["table:shapes"] = self._leave_out
        self._starts["table:tracked-changes"] = self._leave_out

    def _leave_out(self, _attributes: Attributes) -> None:
        self._depth = 1

    def _start_table(self, attributes: Attributes) -> None:
        name = attributes.get("table:name", "")
        if not self.styles.get("table", attributes.get("table:style-name", "")).displayed:
            self.sheets.append(Sheet(name, is_hidden=True))
            self._depth = 1
            return
        if self._story.cells:
            raise ReadError("damaged", "reading_odf.table_in_cell", name=name)
        self._row = self._columns = self._widest = 0
        self._defaults, self._hidden_rows, self._hidden_columns = [], [], []
        self.sheets.append(Sheet(name))

    def _end_table(self) -> None:
        sheet, width = self._sheet(), self._widest
        sheet.hidden_rows, sheet.hidden_columns = self._hidden_rows, self._hidden_columns
        sheet.blanks = lambda _row: (1 << width) - 1

    def _sheet(self) -> Sheet:
        if not self.sheets or self.sheets[-1].is_hidden:
            raise ReadError("damaged", "reading_odf.outside_sheets")
        return self.sheets[-1]

    def _column(self, attributes: Attributes) -> None:
        self._sheet()
        repeated = number_of(attributes, "table:number-columns-repeated")
        if is_collapsed(attributes):
            self._hidden_columns.append((self._columns, self._columns + repeated - 1))
        self._columns += repeated
        self._defaults.append((self._columns, attributes.get("table:default-cell-style-name", "")))

    def _start_row(self, attributes: Attributes) -> None:
        self._sheet()
        self._rows.append(attributes)
        self._col, self._row_cells = 0, {}

    def _end_row(self) -> None:
        sheet, attributes = self._sheet(), self._rows.pop()
        repeated = number_of(attributes, "table:number-rows-repeated")
        if is_collapsed(attributes):
            self._hidden_rows.append((self._row, self._row + repeated - 1))
        if self._row_cells:
            self._cells += repeated * len(self._row_cells)
            check_count(self._cells, sheet.name, self._limits)
            for row in range(self._row, self._row + repeated):
                sheet.rows[row] = dict(self._row_cells)
        self._row += repeated
        if self._row > MAX_ROWS * 2:
            raise ReadError("damaged", "reading_odf.too_long_for_sheet", name=sheet.name, limit=MAX_ROWS)

    def _start_cell(self, attributes: Attributes) -> None:
        self._sheet()
        self._story.cells.append(attributes)
        self._lines, self._cell_doubt = [], None

    def _start_paragraph(self, attributes: Attributes) -> None:
        super()._start_paragraph(attributes)
        self._story.looks = [self._story.looks[0].over(self._cell_look())]

    def _cell_look(self) -> Look:
        if not self._story.cells:
            return Look()
        name = self._story.cells[-1].get("table:style-name") or self._rows[-1].get("table:default-cell-style-name")
        if not name:
            place = bisect_right(self._defaults, self._col, key=itemgetter(0))
            name = self._defaults[place][1] if place < len(self._defaults) else ""
        return self.styles.get("table-cell", name).look

    def _end_paragraph(self) -> None:
        story = self._story
        if story.cells:
            self._lines.append("".join(story.parts))
            self._cell_doubt = story.doubt or self._cell_doubt
        story.parts.clear()
        story.looks, story.doubt, story.boxes = [], None, []

    def _close_cell(self, *, covered: bool) -> None:
        attributes = self._story.cells.pop()
        repeated = number_of(attributes, "table:number-columns-repeated")
        columns, rows = (max(1, number_of(attributes, f"table:number-{each}-spanned")) for each in ("columns", "rows"))
        shown = _shown("\n".join(self._lines), attributes, self._cell_doubt)
        first, self._col = self._col, self._col + repeated
        if self._col > MAX_COLUMNS * 2:
            raise ReadError("damaged", "reading_odf.too_wide_for_sheet", row=self._row + 1, limit=MAX_COLUMNS)
        if shown.text and not covered:
            if repeated > self._limits.grid_columns:
                raise ReadError(
                    "too_many_columns", "reading_odf.too_wide", row=self._row + 1, limit=self._limits.grid_columns
                )
            self._row_cells.update(dict.fromkeys(range(first, self._col), shown))
            self._widest = max(self._widest, self._col)
        if not covered and (columns > 1 or rows > 1):
            self._sheet().merges.append((self._row, first, self._row + rows - 1, first + columns - 1))


def _shown(shown: str, attributes: Attributes, doubt: str | None) -> Shown:
    """Return a cell as it is shown, doubted where that is not the number that it holds."""
    text = clean_text(shown)
    kind = attributes.get("office:value-type", "")
    if kind in _NUMBERS:
        number = plain_number(attributes.get("office:value", ""))
        if number is None:
            return Shown(text, doubt or FORMATTED)
        if not text:
            return Shown(f"{number:f}", FORMATTED)
        return Shown(text, doubt or (None if _states(text, number) else FORMATTED))
    if kind in _MOMENTS:
        return Shown(text or attributes.get(f"office:{kind}-value", ""), DATE)
    if not text and "table:formula" in attributes and not kind:
        return Shown("=", NO_VALUE)
    return Shown(text, doubt)


def _states(text: str, number: Decimal) -> bool:
    """Return whether a text says a number: with its thousands apart, with its unit, or in percent."""
    found = _FIGURE.findall(text)
    if len(found) != 1:
        return False
    before, digits, after = found[0]
    stated = Decimal(digits.replace(",", "").replace("，", ""))
    stated = stated / _HUNDRED if after else stated
    return abs((-stated if before else stated) - number) <= _NOISE
