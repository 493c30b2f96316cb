"""A table of a Word document as it grows: rows, spans and merges -> a grid, or the blocks of a layout table.

Belongs here: where a cell stands. Keep out: XML, and what is text. Budgets are checked before a span costs anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Block, Cell, Grid, Paragraph, ReadError
from pipelines.reading.docx.styles import PLAIN, Style
from pipelines.reading.limits import Limits

# What a cell holds: its lines, and the blocks of tables inside it.
Content = list[str | Block]
RESTART, CONTINUE = "restart", "continue"
ORPHAN, TEXT_BOX, PICTURE, CROPPED = code_list("cell_note").named("orphan_merge", "text_box", "picture", "cropped_text")
# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15


class _Anchor:
    """The upper cell of a vertical merge: its row, its place in the row, and the last row that it covers."""

    __slots__ = ("last", "place", "row")

    def __init__(self, row: int, place: int) -> None:
        self.row, self.place, self.last = row, place, row


class DocxTable:
    """A table that grows. Fields without underscore are set by the walk while a row or a cell is open."""

    __slots__ = (
        "_anchors", "_col", "_content", "_contents", "_count", "_covered", "_floating", "_in_row", "_layout", "_limits",
        "_row", "_rows", "_stated", "_tall", "_widths", "boxes", "doubt", "drawn", "dropped", "fields", "filled",
        "gone", "is_cropped", "joined", "merge", "pictured", "span", "style", "trailing",
    )  # fmt: skip

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: list[list[Cell]] = []
        self._contents: list[Content] = []  # of all cells in reading order
        self._count = 0
        self._anchors: dict[int, _Anchor] = {}  # the lowest of each grid column
        self._tall: set[_Anchor] = set()
        self._widths: set[int] = set()
        self._stated = self._layout = False  # spans are stated; a cell holds a table
        self._floating: list[Block] = []  # text boxes over cells that have text of their own
        self._content: Content | None = None  # of the open cell
        self._in_row = False
        self.style: Style = PLAIN  # of the texts of all cells
        self.open_row()
        self.open_cell(0)
        self._content, self._in_row = None, False

    def open_row(self) -> None:
        """Begin a row. `gone`: it is deleted or hidden; `trailing` are the columns left free at its end.

        `is_cropped`: it is lower than a line.
        """
        if self._in_row:
            raise ReadError("damaged", "reading_docx.row_in_row", row=len(self._rows))
        self._in_row = True
        self._row: list[Cell] = []
        self._col = self.trailing = 0
        self.gone = self._covered = self.is_cropped = False

    def close_row(self) -> None:
        """End a row. Raises ReadError where the table has more rows than its budget of cells."""
        self._in_row = False
        if self.gone:
            if self._col:
                raise ReadError("damaged", "reading_docx.row_deleted_late", row=len(self._rows))
            return
        self._rows.append(self._row)
        if len(self._rows) > self._limits.grid_cells:
            raise ReadError("too_many_cells", "reading_docx.table_rows", limit=self._limits.grid_cells)
        self._widths.add(self._col + self.trailing)
        self._stated = self._stated or self.trailing > 0

    def open_cell(self, fields: int) -> None:
        """Begin a cell: plain until its properties say otherwise. `fields` are open around it."""
        if self._content is not None:
            raise ReadError("damaged", "reading_docx.cell_in_cell", row=len(self._rows))
        if not self._in_row:
            raise ReadError("damaged", "reading_docx.cell_outside_row", row=len(self._rows))
        self._content = []
        self.boxes: list[Block] = []
        self.span = 1
        self.merge: str | None = None  # vertical
        self.joined = self.dropped = self.pictured = False  # to the cell before it; deleted; holds a picture
        self.drawn = False  # something beside its text
        self.filled = ""  # with this colour, upon which white is seen
        self.doubt: str | None = None
        self.fields = fields

    def add(self, text: str) -> None:
        """Add the text of a paragraph to the open cell."""
        if self._content is None:
            raise ReadError("damaged", "reading_docx.text_outside_cell", row=len(self._rows), text=text[:20])
        if "\n" in text:
            self._content.extend(line for part in text.split("\n") if (line := part.strip()))
        elif line := text.strip():
            self._content.append(line)

    def take(self, inner: DocxTable) -> None:
        """Add a closed table to the open cell: it makes this one layout, but where it only frames a text."""
        if self._content is None:
            raise ReadError("damaged", "reading_docx.table_outside_cell", row=len(self._rows))
        if inner._count == 1 and not inner._layout:
            self._content.extend(line for content in inner._contents for line in content)
            self.doubt = self.doubt or inner._last_doubt()
        elif blocks := inner.blocks():
            self._content.extend(blocks)
            self._layout = True

    def hold(self, blocks: Sequence[Block]) -> None:
        """Add the blocks of another file to the open cell, as they would stand in it."""
        if self._content is None:
            raise ReadError("damaged", "reading_docx.file_outside_cell", row=len(self._rows))
        for block in blocks:
            if isinstance(block, Paragraph):
                self.add(block.text)
            elif isinstance(block, Grid) and sum(map(len, block.rows)) == 1:
                (cell,) = (cell for row in block.rows for cell in row)
                self.add(cell.text)
                self.doubt = self.doubt or cell.doubt
            else:
                self._content.append(block)
                self._layout = True

    def shift(self, columns: int) -> None:
        """Leave columns free at the beginning of the row."""
        self._check_columns(self._col + columns)
        self._col += columns
        self._stated = True

    def close_cell(self) -> None:
        """Put the open cell at its place. Raises ReadError where a budget is exceeded."""
        content, self._content = self._content, None
        if content is None:
            raise ReadError("damaged", "reading_docx.cell_not_open", row=len(self._rows))
        if self.dropped:
            return
        left = self._col
        self._col = right = left + self.span
        if right > self._limits.grid_columns:
            self._check_columns(right)
        if self.boxes:
            self._place_boxes(content)
        if self.joined and (self._covered or self._row):
            if not self._covered:
                self._row[-1] = self._row[-1]._replace(colspan=right - self._row[-1].col)
            return
        self._covered = self.merge is not None and self._merged(left, right, content)
        if self._covered:
            return
        text = "" if not content else content[0]
        if self.pictured and not content:
            self.doubt = PICTURE  # the cell is not blank
        elif self.drawn and any(isinstance(item, str) and any(map(str.isdigit, item)) for item in content):
            self.doubt = self.doubt or PICTURE
        if self.is_cropped and content:
            self.doubt = self.doubt or CROPPED
        if len(content) > 1 or not isinstance(text, str):
            text = "\n".join(item for item in content if isinstance(item, str))
        self._row.append(Cell(text, len(self._rows), left, 1, self.span, 0, None, self.doubt))
        self._contents.append(content)
        self._count += 1
        if self._count > self._limits.grid_cells:
            raise ReadError("too_many_cells", "reading.table_cells", limit=self._limits.grid_cells)

    def _check_columns(self, right: int) -> None:
        if right > self._limits.grid_columns:
            limit = self._limits.grid_columns
            raise ReadError("too_many_columns", "reading_docx.row_columns", row=len(self._rows), limit=limit)

    def _merged(self, left: int, right: int, content: Content) -> bool:
        """Return whether the open cell is covered by the one above; Word shows nothing of its own text then."""
        row = len(self._rows)
        above = self._anchors.get(left)
        if self.merge != RESTART and above is not None and above.last >= row - 1:
            above.last = row
            self._tall.add(above)
            return True
        self._anchors.update(dict.fromkeys(range(left, right), _Anchor(row, len(self._row))))
        if self.merge != RESTART and content:
            self.doubt = ORPHAN
        return False

    def _place_boxes(self, content: Content) -> None:
        """Let text boxes be the text of a cell that has none; else they follow the table. Both make it doubtful."""
        self.doubt = self.doubt or TEXT_BOX
        if content:
            self._floating.extend(self.boxes)
            return
        content.extend(box.text if isinstance(box, Paragraph) else box for box in self.boxes)
        self._layout = self._layout or any(not isinstance(box, Paragraph) for box in self.boxes)

    def _last_doubt(self) -> str | None:
        return next((cell.doubt for row in self._rows for cell in row), None)

    def blocks(self) -> list[Block]:
        """Return the closed table: a grid (whose index is not known yet), or what it holds where it is layout."""
        if not any(self._contents):
            return self._floating
        if self._layout or any(len(content) > _LAYOUT_LINES for content in self._contents):
            held = [item for content in self._contents for item in content]
            return [*(Paragraph(item, 0) if isinstance(item, str) else item for item in held), *self._floating]
        for anchor in self._tall:
            row = self._rows[anchor.row]
            row[anchor.place] = row[anchor.place]._replace(rowspan=anchor.last - anchor.row + 1)
        spanned = self._stated or len(self._widths) == 1
        return [Grid(0, tuple(map(tuple, self._rows)), spanned), *self._floating]
