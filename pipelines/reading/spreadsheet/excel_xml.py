"""Workbooks in one file of XML (XML Spreadsheet of Excel 2002 and 2003, often named .xls): sheets as they are printed.

Belongs here: the walk over rows and cells, and where each stands. Keep out: what its styles say (`excel_xml_styles`),
geometry and format codes.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.single_markup import Parser, as_utf8, parse_markup
from pipelines.reading.spreadsheet.excel_xml_styles import NAMESPACE, XmlStyles, is_one
from pipelines.reading.spreadsheet.fonts import PLAIN, Look, looks_together, seen
from pipelines.reading.spreadsheet.formats import DATE, FORMATTED, Shown, hides_text, shown_number
from pipelines.reading.spreadsheet.grids import OVERLAP
from pipelines.reading.spreadsheet.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    NO_VALUE,
    TWICE,
    Sheet,
    bits,
    check_count,
    clean_text,
    hide_zeros,
)
from pipelines.reading.spreadsheet.xlsx import UNKNOWN_TYPE

_EXCEL = "urn:schemas-microsoft-com:office:excel "
_HTML = "http://www.w3.org/TR/REC-html40 "
# What stands in rows and tables, and what those say: another name is damage, and the place of a cell might be lost.
_INSIDE = {
    "Table": ("Column", "Row"), "Row": ("Cell",), "Cell": ("Data", "Comment", "NamedCell", "PhoneticText", "SmartTags"),
}  # fmt: skip
_STATED = {
    "Column": {"Index", "Span", "Hidden", "Width", "AutoFitWidth", "StyleID", "Caption"},
    "Row": {"Index", "Span", "Hidden", "Height", "AutoFitHeight", "StyleID", "Caption"},
    "Cell": {"Index", "MergeAcross", "MergeDown", "StyleID", "Formula", "HRef", "ArrayRange", "Name"},
    "Data": {"Type"},
}
_MAX_DIGITS = 9
_TRUE = "1"

Attributes = dict[str, str]


def xml_sheets(data: bytes, limits: Limits) -> Iterator[Sheet]:
    """Yield the worksheets of a workbook in order. Raises ReadError."""
    walk = _Walk(limits)
    parse_markup(as_utf8(data), walk.attach)
    yield from walk.sheets


class _Walk:
    """The walk over a workbook: its styles, then its sheets."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Sheet] = []
        self._limits = limits
        self._styles = XmlStyles()
        self._open: list[str] = []
        self._texts: list[str] = []  # of the open element that holds one
        self._listens = False
        self._begin_sheet({})

    def attach(self, parser: Parser) -> None:
        self._starts = {
            "Worksheet": self._begin_sheet, "Table": self._begin_table, "Column": self._column, "Row": self._begin_row,
            "Cell": self._begin_cell, "Data": self._begin_data,
        }  # fmt: skip
        self._ends = {
            "Worksheet": self._end_sheet,
            "Row": self._end_row,
            "Cell": self._end_cell,
            "Data": self._end_data,
        }
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: Attributes) -> None:
        local = name.removeprefix(NAMESPACE)
        if not self._open and (local == name or local != "Workbook"):
            raise ReadError("damaged", "reading_spreadsheet.not_excel_xml", name=name[:80])
        self._open.append(name)
        own = {key.removeprefix(NAMESPACE): value for key, value in attributes.items()}
        foreign = {key for key in own if " " in key}
        if local != name:
            parent = self._open[-2].removeprefix(NAMESPACE) if len(self._open) > 1 else ""
            if local not in _INSIDE.get(parent, (local,)) or own.keys() - _STATED.get(local, own.keys()) - foreign:
                raise ReadError(
                    "damaged", "reading_spreadsheet.misplaced", element=local, parent=parent, name=self._sheet.name
                )
            if local in self._starts:
                self._starts[local](own)
            else:
                self._styles.start(local, own)
        elif name in (f"{_EXCEL}Visible", f"{_EXCEL}DoNotDisplayZeros"):
            self._texts, self._listens = [], True
        elif self._type is not None and name.startswith(_HTML):
            self._turn(name.removeprefix(_HTML), attributes)

    def _end(self, name: str) -> None:
        self._open.pop()
        local = name.removeprefix(NAMESPACE)
        if local != name:
            if local in self._ends:
                self._ends[local]()
        elif name == f"{_EXCEL}Visible":
            self._sheet.is_hidden = "".join(self._texts).strip() != "SheetVisible"
            self._listens = False
        elif name == f"{_EXCEL}DoNotDisplayZeros":
            self._shows_zeros = self._listens = False
        elif self._type is not None and name.startswith(_HTML):
            self._run()
            self._looks.pop()

    def _text(self, text: str) -> None:
        if self._listens:
            self._texts.append(text)

    # Sheets, columns, rows.

    def _begin_sheet(self, attributes: Attributes) -> None:
        self._sheet = Sheet(attributes.get("Name", ""))
        self._rows: list[tuple[int, int]] = []
        self._columns: list[tuple[int, int]] = []
        self._column_styles: list[tuple[int, int, str]] = []
        self._blanks: dict[int, list[tuple[int, bool]]] = {}
        self._reaching: list[tuple[int, int, int]] = []  # last row and columns of merged cells of rows above
        self._merged: list[tuple[int, int, int]] = []  # the same of this row
        self._clashes = False
        self._table_style = self._row_style = ""
        self._row, self._next_column, self._column_end = -1, 0, 0
        self._row_span = 0
        self._filled = self._framed = 0
        self._shows_zeros = True
        self._close_cell()

    def _close_cell(self) -> None:
        self._cell: tuple[int, str] | None = None
        self._value, self._formula = "", False
        self._type: str | None = None  # of the open data
        self._found: str | None = None  # the type of the data of the open cell
        self._look: Look = PLAIN
        self._runs: list[tuple[str, Look]] = []
        self._looks: list[Look] = []

    def _end_sheet(self) -> None:
        sheet = self._sheet
        sheet.hidden_rows, sheet.hidden_columns = self._rows, self._columns
        if not self._shows_zeros:
            hide_zeros(sheet)
        sheet.has_borders = 2 * self._framed > self._filled
        blanks, has_borders = self._blanks, sheet.has_borders
        sheet.blanks = lambda row: bits(column for column, framed in blanks.get(row, ()) if framed or not has_borders)
        if sheet.is_hidden:
            sheet.rows = {}
        self.sheets.append(sheet)

    def _begin_table(self, attributes: Attributes) -> None:
        self._table_style = attributes.get("StyleID", "")

    def _place(self, attributes: Attributes, following: int, limit: int) -> int:
        """Return where a column, row or cell stands, counted from 0."""
        stated = attributes.get("Index")
        place = following if stated is None else self._count(stated, limit) - 1
        if not 0 <= place < limit:
            raise ReadError("damaged", "reading_spreadsheet.no_such_place", name=self._sheet.name, place=place + 1)
        return place

    def _count(self, stated: str, limit: int) -> int:
        if not (stated.isascii() and stated.isdigit() and len(stated) <= _MAX_DIGITS and int(stated) <= limit):
            raise ReadError("damaged", "reading_spreadsheet.no_count", name=self._sheet.name, stated=stated[:20])
        return int(stated)

    def _column(self, attributes: Attributes) -> None:
        first = self._place(attributes, self._column_end, MAX_COLUMNS)
        last = min(first + self._count(attributes.get("Span", "0"), MAX_COLUMNS), MAX_COLUMNS - 1)
        self._column_end = last + 1
        if is_one(attributes.get("Hidden")) or _is_nothing(attributes.get("Width")):
            self._columns.append((first, last))
        if "StyleID" in attributes:
            self._column_styles.append((first, last, attributes["StyleID"]))

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = row = self._place(attributes, self._row + 1 + self._row_span, MAX_ROWS)
        self._row_span = self._count(attributes.get("Span", "0"), MAX_ROWS)
        self._next_column = 0
        self._reaching = [reach for reach in (*self._reaching, *self._merged) if reach[0] >= row]
        self._merged = []
        self._clashes = False
        self._row_style = attributes.get("StyleID", "")
        if is_one(attributes.get("Hidden")) or _is_nothing(attributes.get("Height")):
            self._rows.append((row, min(row + self._row_span, MAX_ROWS - 1)))

    def _end_row(self) -> None:
        """Doubt a row that has a text under a merged cell above: Excel refuses it, and its cells may have moved."""
        cells = self._sheet.rows.get(self._row, {}) if self._clashes else {}
        for column, shown in cells.items():
            cells[column] = seen(shown, OVERLAP)

    # Cells.

    def _begin_cell(self, attributes: Attributes) -> None:
        if self._row < 0 or self._cell is not None:
            raise ReadError("damaged", "reading_spreadsheet.cell_outside", name=self._sheet.name)
        column = self._place(attributes, self._next_column, MAX_COLUMNS)
        across = self._count(attributes.get("MergeAcross", "0"), MAX_COLUMNS)
        down = self._count(attributes.get("MergeDown", "0"), MAX_ROWS)
        last = min(column + across, MAX_COLUMNS - 1)
        self._next_column = last + 1
        self._cell = column, attributes.get("StyleID") or self._row_style or self._style_of(column) or self._table_style
        self._formula = "Formula" in attributes
        if across or down:
            bottom = min(self._row + down, MAX_ROWS - 1)
            self._sheet.merges.append((self._row, column, bottom, last))
            if down:
                self._merged.append((bottom, column, last))

    def _style_of(self, column: int) -> str:
        return next((style for first, last, style in self._column_styles if first <= column <= last), "")

    def _begin_data(self, attributes: Attributes) -> None:
        if len(self._open) < 2 or self._open[-2] != f"{NAMESPACE}Cell":
            return  # the text of a note
        self._type = attributes.get("Type", "String")
        self._texts, self._listens = [], True

    def _turn(self, tag: str, attributes: Attributes) -> None:
        """Note that the text goes on in another font."""
        self._run()
        around = self._looks[-1] if self._looks else PLAIN
        self._looks.append(self._styles.turned(around, tag, {k.removeprefix(_HTML): v for k, v in attributes.items()}))

    def _run(self) -> None:
        if self._texts:
            self._runs.append(("".join(self._texts), self._looks[-1] if self._looks else PLAIN))
            self._texts = []

    def _end_data(self) -> None:
        if self._type is None:
            return
        self._run()
        self._value = "".join(text for text, _ in self._runs)
        self._look = looks_together(self._runs)
        self._found, self._type, self._listens = self._type, None, False

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        column, style_id = self._cell
        style = self._styles.get(style_id)
        shown = self._shown(style.code)
        if not shown.text:
            self._blanks.setdefault(self._row, []).append((column, style.framed))
        else:
            self._filled += 1
            self._clashes = self._clashes or any(left <= column <= right for _, left, right in self._reaching)
            self._framed += style.framed
            check_count(self._filled, self._sheet.name, self._limits)
            doubt = style.doubt or self._look.doubt(style.fill)
            shown = seen(shown, doubt)
            cells = self._sheet.rows.setdefault(self._row, {})
            cells[column] = shown if column not in cells else shown._replace(doubt=TWICE)
        self._close_cell()

    def _shown(self, code: str) -> Shown:
        """Return what the open cell prints."""
        kind, value = self._found, self._value
        if kind is None:
            return Shown("=", NO_VALUE) if self._formula else Shown("")
        if kind == "Number":
            return shown_number(value.strip(), code) if value.strip() else Shown("")
        if kind == "Boolean":
            return Shown("TRUE" if value.strip() == _TRUE else "FALSE")
        if kind in ("String", "Error"):
            return Shown(clean_text(value), FORMATTED if hides_text(code) else None)
        return Shown(clean_text(value), DATE if kind == "DateTime" else UNKNOWN_TYPE)


def _is_nothing(size: str | None) -> bool:
    return size is not None and not size.strip("0.")
