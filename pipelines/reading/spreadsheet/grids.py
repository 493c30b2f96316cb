"""A sheet -> paragraphs and grids: hidden rows and columns left out, merged cells as spans, a grid per region between
blank rows.

Belongs here: what a sheet looks like in print. Keep out: bytes, formats, and what a table means.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Block, Cell, Grid, Paragraph, Place, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.spreadsheet.endings import has_framed, row_ends
from pipelines.reading.spreadsheet.formats import Shown
from pipelines.reading.spreadsheet.sheet import Area, Sheet, Spans, bits, letters, quoted

(OVERLAP,) = code_list("cell_note").named("merged_cells_overlap")
# Merged ranges that overlap may cover every cell of a sheet this often before the file is given up.
_COVERINGS = 4
_BLANK = Shown("")
_EMPTY: dict[int, Shown] = {}
_NONE: dict[int, tuple[int, int]] = {}
_new = tuple.__new__

Extent = tuple[int, int]


class _Axis:
    """Rows or columns with the hidden ones taken out."""

    def __init__(self, hidden: Spans) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.places: list[int] = []  # where in print each hidden span is left out
        gone = 0
        for first, last in sorted(hidden):
            begin = max(first, self.ends[-1] + 1 if self.ends else 0)
            if begin <= last:
                self.starts.append(begin)
                self.ends.append(last)
                self.places.append(begin - gone)
                gone += last - begin + 1

    def place(self, index: int) -> int | None:
        """Return the place among the shown ones, None where it is hidden."""
        span = bisect_right(self.starts, index) - 1
        if span < 0:
            return index
        return None if index <= self.ends[span] else self.places[span] + index - self.ends[span] - 1

    def original(self, place: int) -> int:
        """Return the index of a shown row or column in the file."""
        if not self.places:
            return place
        span = bisect_right(self.places, place) - 1
        return place if span < 0 else place - self.places[span] + self.ends[span] + 1

    def within(self, first: int, last: int) -> Extent | None:
        """Return the places of what is shown between two indexes, None where nothing is."""
        begin, end = self._next_place(first), self._next_place(last + 1) - 1
        return (begin, end) if begin <= end else None

    def _next_place(self, index: int) -> int:
        span = bisect_right(self.starts, index) - 1
        return index if span < 0 else self.places[span] + max(index - self.ends[span] - 1, 0)


class _Line(NamedTuple):
    """A row as printed: its first and last column, and whether more than one cell stands in it."""

    left: int
    right: int
    is_table: bool


class _Layout:
    """The shown cells of a sheet with the spans of merged ones, in places that count shown rows and columns only.

    Sets of columns are integers with a bit for each: by row, `printed` are the columns under a text, merged cells
    that reach into the row included, `taken` those of merged cells, `under` those that are not the first of one.
    """

    def __init__(self, sheet: Sheet, limits: Limits) -> None:
        self.sheet, self.limits, self.has_borders = sheet, limits, sheet.has_borders
        self.prefix = quoted(sheet.name) + "!"
        self.row_axis, self.column_axis = _Axis(sheet.hidden_rows), _Axis(sheet.hidden_columns)
        self.rows, merges = sheet.rows, sheet.merges
        self.spans: dict[int, dict[int, tuple[int, int]]] = {}
        self.printed: dict[int, int] = {}
        self.taken: dict[int, int] = {}
        self.under: dict[int, int] = {}
        self.pieces: dict[int, int] = {}
        self.sources: dict[tuple[int, int], tuple[int, int]] = {}
        self._visible: dict[tuple[int, int, int], list[int]] = {}
        if self.row_axis.starts or self.column_axis.starts:
            merges = self._show(sheet)
        for row, cells in self.rows.items():
            self.printed[row], self.pieces[row] = sum([1 << column for column in cells]), len(cells)
        if merges and self.rows:
            self._merge(merges)

    def _show(self, sheet: Sheet) -> list[Area]:
        """Take the hidden rows and columns out; returns what is shown of the merged ranges."""
        row_place, column_place = self.row_axis.place, self.column_axis.place
        shown = {
            place: {c: cell for column, cell in cells.items() if (c := column_place(column)) is not None}
            if self.column_axis.starts
            else cells.copy()
            for row, cells in sheet.rows.items()
            if (place := row_place(row)) is not None
        }
        merges: list[Area] = []
        for area in sheet.merges:
            rows, columns = self.row_axis.within(area[0], area[2]), self.column_axis.within(area[1], area[3])
            if rows is None or columns is None:
                continue
            merges.append((rows[0], columns[0], rows[1], columns[1]))
            cell = sheet.rows.get(area[0], {}).get(area[1])
            if cell is not None:
                # A merged cell that begins in a hidden row is printed in the first of its rows that is shown.
                shown.setdefault(rows[0], {})[columns[0]] = cell
                self.sources[rows[0], columns[0]] = area[:2]
        self.rows = {row: cells for row, cells in shown.items() if cells}
        return merges

    def blanks(self, row: int) -> int:
        """Return the columns of blank cells that the file states."""
        stated = self.sheet.blanks(self.row_axis.original(row))
        if not self.column_axis.starts:
            return stated
        places = (self.column_axis.place(column) for column in range(stated.bit_length()) if stated >> column & 1)
        return bits(place for place in places if place is not None)

    def _merge(self, merges: list[Area]) -> None:
        bottom, right = max(self.rows), max(self.printed.values()).bit_length() - 1
        budget = _COVERINGS * self.limits.grid_cells
        clashes: dict[int, int] = {}
        refused: list[Area] = []
        taken, under = self.taken, self.under
        for area in dict.fromkeys(merges):
            top, left, last_row, last_column = area
            last_row, last_column = min(last_row, bottom), min(last_column, right)
            height, width = last_row - top + 1, last_column - left + 1
            if height < 1 or width < 1 or height * width == 1:
                continue
            budget -= height * width
            if budget < 0:
                raise ReadError("too_many_cells", "reading_spreadsheet.too_many_merged", name=self.sheet.name)
            columns = ((1 << width) - 1) << left
            rows = range(top, last_row + 1)
            clash = [row for row in rows if taken.get(row, 0) & columns]
            if not clash:
                self.spans.setdefault(top, {})[left] = height, width
                for row in rows:
                    taken[row] = taken.get(row, 0) | columns
                    under[row] = under.get(row, 0) | columns
                under[top] &= ~(1 << left)
                continue
            refused.append((top, left, last_row, last_column))
            for row in clash:
                clashes[row] = clashes.get(row, 0) | (taken[row] & columns)
        if refused:
            self._doubt(refused, clashes)
        self._cover()

    def _doubt(self, refused: list[Area], clashes: dict[int, int]) -> None:
        """Doubt the texts of overlapping ranges: programs differ in which of them they show."""
        kept = [
            (row, column, row + height - 1, column + width - 1)
            for row, spans in self.spans.items()
            for column, (height, width) in spans.items()
        ]
        for top, left, bottom, right in (*kept, *refused):
            columns = (1 << (right + 1)) - (1 << left)
            if not any(clashes.get(row, 0) & columns for row in range(top, bottom + 1)):
                continue
            for row in range(top, bottom + 1):
                own = self.rows.get(row, {})
                for column in [c for c in own if left <= c <= right]:
                    own[column] = own[column]._replace(doubt=own[column].doubt or OVERLAP)

    def _cover(self) -> None:
        """Take out what merged cells cover, which is not printed, and note how far those with a text reach."""
        for row, under in self.under.items():
            if self.printed.get(row, 0) & under:
                own = self.rows[row]
                for column in [c for c in own if under >> c & 1]:
                    del own[column]
                self.printed[row], self.pieces[row] = self.printed[row] & ~under, len(own)
        for row, spans in self.spans.items():
            for column, (height, width) in spans.items():
                if column not in self.rows.get(row, ()):
                    continue
                columns = ((1 << width) - 1) << column
                self.printed[row] |= columns
                for below in range(row + 1, row + height):
                    self.printed[below] = self.printed.get(below, 0) | columns
                    self.pieces[below] = self.pieces.get(below, 0) + 1

    def line(self, row: int) -> _Line:
        """Return what a row prints."""
        columns = self.printed[row]
        return _new(_Line, ((columns & -columns).bit_length() - 1, columns.bit_length() - 1, self.pieces[row] > 1))

    def names(self, left: int, right: int) -> list[str]:
        """Return the references of columns without their row."""
        return [self.prefix + letters(self.column_axis.original(column)) for column in range(left, right + 1)]

    def visible(self, row: int, columns: range) -> list[int]:
        """Return those of some columns in which a cell of a row begins."""
        key = columns.start, columns.stop, self.under.get(row, 0)
        found = self._visible.get(key)
        if found is None:
            found = self._visible[key] = [column for column in columns if not key[2] >> column & 1]
        return found


class _Page(NamedTuple):
    """A sheet to be printed: its rows by region between blank rows, and the blocks of each region that is a table."""

    layout: _Layout
    regions: list[dict[int, _Line]]
    tables: list[list[list[int]]]


def workbook_blocks(sheets: Sequence[Sheet], limits: Limits) -> list[list[Block]]:
    """Return the blocks of each sheet in reading order. Raises ReadError where a budget is exceeded."""
    pages = [_page(_Layout(sheet, limits)) for sheet in sheets]
    first_grid, printed = 0, []
    for page, own in zip(pages, _ends(pages), strict=True):
        printed.append(_page_blocks(page, own, first_grid))
        first_grid += sum(map(bool, page.tables))
    return printed


def sheet_blocks(sheet: Sheet, limits: Limits, first_grid: int) -> list[Block]:
    """Return the blocks of a sheet that stands alone; grids are numbered from `first_grid`."""
    page = _page(_Layout(sheet, limits))
    return _page_blocks(page, _ends([page])[0], first_grid)


def _ends(pages: Sequence[_Page]) -> list[dict[int, int]]:
    return row_ends([(page.layout, [block for table in page.tables for block in table]) for page in pages])


def _page(layout: _Layout) -> _Page:
    regions = [{row: layout.line(row) for row in rows} for rows in _regions(layout)]
    tables = [list(_blocks(lines, _text_rows(layout, lines))) if _is_table(lines) else [] for lines in regions]
    return _Page(layout, regions, tables)


def _page_blocks(page: _Page, ends: dict[int, int], first_grid: int) -> list[Block]:
    layout, limits = page.layout, page.layout.limits
    blocks: list[Block] = []
    for lines, table in zip(page.regions, page.tables, strict=True):
        if not table:
            blocks.extend(Paragraph(cell.text, 0) for row in lines for cell in layout.rows.get(row, {}).values())
            continue
        if first_grid >= limits.grids:
            name = layout.sheet.name
            raise ReadError("too_many_tables", "reading_spreadsheet.too_many_tables", name=name, limit=limits.grids)
        blocks.append(Grid(first_grid, _grid_rows(layout, lines, table, ends), spanned=True))
        first_grid += 1
    return blocks


def _is_table(lines: dict[int, _Line]) -> bool:
    return any(line.is_table for line in lines.values())


def _regions(layout: _Layout) -> Iterator[list[int]]:
    """Yield the rows between blank rows; a merged cell with text holds its rows together, and so do borders."""
    region: list[int] = []
    for row in sorted(row for row, columns in layout.printed.items() if columns):
        if region and row > region[-1] + 1 and layout.has_borders:
            _add_framed(layout, region)
        if region and row > region[-1] + 1:
            yield region
            region = []
        region.append(row)
    if region:
        if layout.has_borders:
            _add_framed(layout, region)
        yield region


def _add_framed(layout: _Layout, region: list[int]) -> None:
    """Add the row below a region where its blank cells have borders: it is printed as a blank row of the table."""
    below, above = region[-1] + 1, layout.printed[region[-1]]
    framed = layout.blanks(below) & above
    if framed & (framed - 1):
        layout.printed[below], layout.pieces[below] = framed, framed.bit_count()
        region.append(below)


def _grid_rows(
    layout: _Layout, lines: dict[int, _Line], table: list[list[int]], ends: dict[int, int]
) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows of a grid. A row of text holds its one cell; every other row all cells of its block."""
    base, last = min(line.left for line in lines.values()), max(lines)
    wide = max(line.right for line in lines.values()) - base + 1
    name, limits = layout.sheet.name, layout.limits
    if wide > (limit := limits.grid_columns):
        raise ReadError(
            "too_many_columns", "reading_spreadsheet.too_many_columns", name=name, columns=wide, limit=limit
        )
    names = layout.names(base, base + wide - 1)
    printed: list[tuple[Cell, ...]] = []
    count = 0
    for block in table:
        left, right = min(lines[row].left for row in block), max(lines[row].right for row in block)
        count += len(block) * (right - left + 1)
        if count > (limit := limits.grid_cells):
            raise ReadError("too_many_cells", "reading_spreadsheet.too_many_cells", name=name, limit=limit)
        for row in block:
            printed.append(_printed(layout, row, len(printed), range(left, ends[row] + 1), names, base, last))
    return tuple(printed)


def _printed(
    layout: _Layout, row: int, number: int, columns: range, names: list[str], base: int, last: int
) -> tuple[Cell, ...]:
    """Return the cells of a row, blank ones too, with columns counted from `base`; the grid ends in row `last`."""
    own, spans = layout.rows.get(row, _EMPTY), layout.spans.get(row, _NONE)
    address = str(layout.row_axis.original(row) + 1)
    cells: list[Cell] = []
    for column in layout.visible(row, columns):
        (text, doubt), col = own.get(column, _BLANK), column - base
        # Made as tuples are: the constructors of named tuples take twice as long, and a workbook has many cells.
        place = _new(Place, (0, None, names[col] + address, None))
        if column in spans:
            height, width = spans[column]
            rowspan, colspan = min(height, last - row + 1), min(width, columns.stop - column)
            cells.append(_new(Cell, (text, number, col, rowspan, colspan, 0, place, doubt)))
        else:
            cells.append(_new(Cell, (text, number, col, 1, 1, 0, place, doubt)))
    for position, cell in enumerate(cells) if layout.sources else ():
        source = layout.sources.get((row, cell.col + base))
        if source is not None:
            reference = f"{layout.prefix}{letters(source[1])}{source[0] + 1}"
            cells[position] = cell._replace(place=Place(reference=reference))
    return tuple(cells)


def _text_rows(layout: _Layout, lines: dict[int, _Line]) -> set[int]:
    """Return the rows that hold one cell and no table: those above the first row of cells, and those whose one cell
    is as wide as the table above or below. A narrower one, or one before framed cells, is a label of blank values.
    """
    following = _next_tables(lines)
    above: _Line | None = None
    goes_on = False
    texts: set[int] = set()
    for row, line in lines.items():
        if line.is_table:
            above, goes_on = _over(above, line) if above is not None and goes_on else line, True
            continue
        near = [other for other in (above, following.get(row)) if other is not None]
        is_wide = any(line.left <= other.left and line.right >= other.right for other in near)
        if above is None or (is_wide and not has_framed(layout, row, line.right, max(each.right for each in near))):
            texts.add(row)
            goes_on = False
    return texts


def _next_tables(lines: dict[int, _Line]) -> dict[int, _Line]:
    """Return for each row that is no row of cells how wide the next rows of cells are."""
    found: dict[int, _Line] = {}
    below: _Line | None = None
    goes_on = False
    for row, line in reversed(lines.items()):
        if line.is_table:
            below, goes_on = _over(below, line) if below is not None and goes_on else line, True
        elif below is not None:
            found[row], goes_on = below, False
    return found


def _over(first: _Line, second: _Line) -> _Line:
    if first.left <= second.left and first.right >= second.right:
        return first  # as under most headers
    return _Line(min(first.left, second.left), max(first.right, second.right), True)


def _blocks(rows: Iterable[int], texts: set[int]) -> Iterator[list[int]]:
    """Yield the rows between rows of text, and each row of text alone."""
    block: list[int] = []
    for row in rows:
        if row not in texts:
            block.append(row)
            continue
        if block:
            yield block
        block = []
        yield [row]
    if block:
        yield block
