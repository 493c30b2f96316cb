"""A table of an OpenDocument text as it grows: rows, spans, covered cells -> a grid, or the blocks of a layout table.

Belongs here: where a cell stands. Keep out: XML, and what is text. Budgets are checked before a span costs anything.
"""

from __future__ import annotations

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Block, Cell, Grid, Paragraph, ReadError
from pipelines.reading.limits import Limits

Content = list[str | Block]
ORPHAN, TEXT_BOX, PICTURE, ROW_SHAPE, HIDDEN = code_list("cell_note").named(
    "orphan_merge", "text_box", "picture", "row_shape", "hidden_text"
)
# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15


class OdfTable:
    """A table that grows. Fields without underscore are set by the walk while a row or a cell is open."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: list[list[Cell]] = []
        self._contents: list[Content] = []
        self._taken: list[int] = []  # of each column, the row below the last one that a span covers
        self._moved: list[tuple[int, int]] = []  # cells of the row whose place is not the one by covered cells
        self._doubted: list[tuple[int, int]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._columns = self._count = self._col = self._stated = 0
        self._widths: set[int] = set()
        self._has_covered = self._has_spans = self._layout = False
        self._floating: list[Block] = []
        self._content: Content | None = None
        self.doubt: str | None = None
        self.boxes: list[Block] = []
        self.pictured = False

    def column(self, repeated: int, *, hidden: bool) -> None:
        """Take the declaration of columns."""
        if hidden:
            last = min(self._columns + repeated, self._limits.grid_columns)
            self._hidden_columns.update(range(self._columns, last))
        self._columns += repeated

    def open_row(self, *, hidden: bool) -> None:
        """Begin a row."""
        if hidden:
            self._hidden_rows.add(len(self._rows))
        self._rows.append([])
        if len(self._rows) > self._limits.grid_cells:
            raise ReadError("too_many_cells", "reading_odf.too_many_rows", limit=self._limits.grid_cells)
        self._col = self._stated = 0

    def close_row(self, repeated: int) -> None:
        """End a row that stands there so many times."""
        self._skip_taken()
        self._widths.add(self._col)
        if self._moved and self._col == self._columns:
            self._moved.clear()  # the cells fill the columns: covered ones beyond are those without width
        self._doubted.extend(self._moved)
        self._moved.clear()
        row, number = self._rows[-1], len(self._rows) - 1
        for _ in range(1, repeated):
            self.open_row(hidden=number in self._hidden_rows)
            self._rows[-1] = [cell._replace(row=len(self._rows) - 1) for cell in row]
            self._counted(len(row))

    def open_cell(self) -> None:
        """Begin a cell."""
        if not self._rows:
            raise ReadError("damaged", "reading_odf.outside_rows")
        self._content = []
        self.doubt, self.boxes, self.pictured = None, [], False

    def add(self, text: str) -> None:
        """Add the text of a paragraph to the open cell."""
        if self._content is not None:
            self._content.extend(line for part in text.split("\n") if (line := part.strip()))

    def take(self, inner: OdfTable) -> None:
        """Add a closed table to the open cell: it makes this one layout, but where it only frames a text."""
        if self._content is None:
            return
        cells = [cell for row in inner._rows for cell in row]
        if len(cells) == 1 and not inner._layout:
            self._content.extend(line for content in inner._contents for line in content)
            self.doubt = self.doubt or cells[0].doubt
        elif blocks := inner.blocks():
            self._content.extend(blocks)
            self._layout = True

    def close_cell(self, repeated: int, columns: int, rows: int, *, covered: bool) -> None:
        """Put the open cell at its place. Raises ReadError where a budget is exceeded."""
        content, self._content = self._content or [], None
        if self.boxes:
            self._place_boxes(content)
        if self.pictured and not content:
            self.doubt = PICTURE
        if self._stated + repeated * columns > self._limits.grid_columns:
            raise ReadError(
                "too_many_columns", "reading_odf.too_many_columns", row=len(self._rows), limit=self._limits.grid_columns
            )
        if covered:
            self._cover(repeated, content)
            return
        for _ in range(repeated):
            self._place(content, columns, min(rows, self._limits.span))

    def _cover(self, repeated: int, content: Content) -> None:
        """Pass over covered cells; one that no span covers is shown."""
        self._has_covered = True
        for _ in range(repeated):
            at = self._stated
            self._stated += 1
            if content and not (at < len(self._taken) and self._taken[at] > len(self._rows) - 1):
                self._append(content, at, 1, 1, ORPHAN)

    def _place(self, content: Content, columns: int, rows: int) -> None:
        row = len(self._rows) - 1
        self._skip_taken()
        left, right = self._col, self._col + columns
        if right > self._limits.grid_columns:
            raise ReadError(
                "too_many_columns", "reading_odf.too_many_columns", row=row + 1, limit=self._limits.grid_columns
            )
        if left != self._stated:
            self._moved.append((row, len(self._rows[-1])))
        self._taken.extend([0] * (right - len(self._taken)))
        self._taken[left:right] = [row + rows] * columns
        self._has_spans = self._has_spans or columns > 1 or rows > 1
        self._append(content, left, columns, rows, self.doubt)
        self._stated += 1
        self._col = right

    def _skip_taken(self) -> None:
        """Go on to the next column that no span covers."""
        while self._col < len(self._taken) and self._taken[self._col] >= len(self._rows):
            self._col += 1

    def _append(self, content: Content, col: int, columns: int, rows: int, doubt: str | None) -> None:
        text = "\n".join(item for item in content if isinstance(item, str))
        self._rows[-1].append(Cell(text, len(self._rows) - 1, col, rows, columns, 0, None, doubt))
        self._contents.append(content)
        self._counted(1)

    def _counted(self, cells: int) -> None:
        self._count += cells
        if self._count > self._limits.grid_cells:
            raise ReadError("too_many_cells", "reading_odf.too_many_cells", limit=self._limits.grid_cells)

    def _place_boxes(self, content: Content) -> None:
        """Let text boxes be the text of a cell that has none; else they follow the table. Both make it doubtful."""
        self.doubt = self.doubt or TEXT_BOX
        if content:
            self._floating.extend(self.boxes)
            return
        content.extend(box.text if isinstance(box, Paragraph) else box for box in self.boxes)
        self._layout = self._layout or any(not isinstance(box, Paragraph) for box in self.boxes)

    def blocks(self) -> list[Block]:
        """Return the closed table: a grid (whose index is not known yet), or what it holds where it is layout."""
        if not any(self._contents):
            return self._floating
        if self._layout or any(len(content) > _LAYOUT_LINES for content in self._contents):
            held = [item for content in self._contents for item in content]
            return [*(Paragraph(item, 0) if isinstance(item, str) else item for item in held), *self._floating]
        if self._has_covered:
            for row, place in self._doubted:
                cell = self._rows[row][place]
                self._rows[row][place] = cell._replace(doubt=cell.doubt or ROW_SHAPE)
        rows = self._shown()
        spanned = self._has_spans or self._has_covered or len(self._widths) == 1
        return [Grid(0, tuple(map(tuple, rows)), spanned), *self._floating] if rows else self._floating

    def _shown(self) -> list[list[Cell]]:
        """Return the rows without hidden rows and columns; spans end with the table."""
        height = len(self._rows)
        rows = [[_ending(cell, height) for cell in row] for row in self._rows]
        if not (self._hidden_rows or self._hidden_columns):
            return rows
        down, across = _places(self._hidden_rows, height), _places(self._hidden_columns, self._limits.grid_columns)
        found: list[list[Cell]] = [[] for _ in range(down[height])]
        for row in rows:
            for cell in row:
                top, bottom = down[cell.row], down[cell.row + cell.rowspan]
                left, right = across[cell.col], across[cell.col + cell.colspan]
                if top == bottom or left == right:
                    continue
                begins_hidden = cell.row in self._hidden_rows or cell.col in self._hidden_columns
                doubt = cell.doubt or (HIDDEN if begins_hidden and cell.text else None)
                found[top].append(Cell(cell.text, top, left, bottom - top, right - left, 0, None, doubt))
        return found


def _ending(cell: Cell, height: int) -> Cell:
    return cell if cell.row + cell.rowspan <= height else cell._replace(rowspan=height - cell.row)


def _places(hidden: set[int], size: int) -> list[int]:
    """Return, for each index and the one behind the last, how many before it are shown."""
    places = [0]
    for index in range(size):
        places.append(places[-1] + (index not in hidden))
    return places
