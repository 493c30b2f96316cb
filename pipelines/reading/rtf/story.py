"""A story of a Rich Text document (its body, or a text box) as it grows: text -> paragraphs, cells and row ends.

Belongs here: which paragraph a text belongs to, and in which row it stands. Keep out: control words (`rtf.walk`).
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.properties import MAX_DEPTH
from pipelines.reading.doc.rows import RowShape
from pipelines.reading.doc.text import EMPTY_FIELD, PICTURE
from pipelines.reading.doc.walk import Item
from pipelines.reading.document import ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.rtf.rows import RowDefinition
from pipelines.reading.rtf.state import OUTLINE_LEVELS, State, Styles

_GAPS = str.maketrans("\t\r\v\f", " \n\n\n", "\0")
_KEPT = frozenset(("\n", PICTURE, EMPTY_FIELD))
NUMBERED, TEXT_BOX = code_list("cell_note").named("automatic_number", "text_box")


class Story:
    """Feed text and marks; each paragraph goes to `feed`."""

    def __init__(self, feed: Callable[[Item], None], styles: Styles, limits: Limits) -> None:
        self.row = RowDefinition()
        self.inner_row = RowDefinition()  # of the table inside a cell; it stands behind its cells
        self.doubt: str | None = None
        self.written = 0  # texts and pictures so far
        self._feed, self._styles, self._limits = feed, styles, limits
        self._parts: list[str] = []
        self._number: str | None = None
        self._cells = self._all_cells = 0
        self._in_row = False
        self._loose: list[Item] = []  # paragraphs said to be in a table before any row has begun

    def add(self, text: str) -> None:
        """Add text to the open paragraph."""
        self._parts.append(text)
        self.written += 1

    def number(self, text: str) -> None:
        """Set the automatic number that is printed before the open paragraph."""
        label = text.strip()
        if not any(map(str.isalnum, label)):
            label = ""  # a mark, not a number
        self._number = f"{label} " if label and label[-1].isascii() else label

    def begin_row(self) -> None:
        """Begin the definition of a row, which stands before its cells, or is said again behind them."""
        self.row = RowDefinition()
        self._release(in_table=False)
        self._in_row = True

    def begin_inner_row(self) -> None:
        """Begin the definition of a row of a table in a cell."""
        self.inner_row = RowDefinition()

    def fill(self, state: State) -> int:
        """Return the number of the colour behind the open cell; 0: none."""
        if state.nested > 1 or not (self._in_row or state.in_table):
            return 0
        return self.row.fills[self._cells] if self._cells < len(self.row.fills) else 0

    def is_in_table(self, state: State) -> bool:
        """Return whether the open paragraph stands in a cell."""
        return self._in_row or state.in_table or state.nested > 0

    def paragraph(self, state: State) -> None:
        """End a paragraph that ends no cell."""
        depth = max(state.nested, int(state.in_table or self._in_row))
        if depth > MAX_DEPTH:
            raise ReadError("too_deep", "reading.paragraph_deep", depth=depth, limit=MAX_DEPTH)
        item = self._item(state, depth)
        if depth == 1 and not self._in_row:
            self._loose.append(item)
            return
        self._release(in_table=False)
        self._feed(item)
        if not depth:
            self._all_cells = 0

    def cell(self, state: State, *, inner: bool) -> None:
        """End a cell. Raises ReadError where a table has more of them than its budget."""
        self._release(in_table=True)
        self._in_row = True
        self._all_cells += 1
        if self._all_cells > self._limits.grid_cells:
            raise ReadError("too_many_cells", "reading.table_cells", limit=self._limits.grid_cells)
        self._feed(self._item(state, max(state.nested, 2) if inner else 1)._replace(ends_cell=True))
        if not inner:
            self._cells += 1

    def end_row(self, state: State, *, inner: bool) -> None:
        """End a row."""
        self._release(in_table=True)
        shape = (self.inner_row if inner else self.row).shape()
        shapes: tuple[RowShape, ...] = () if shape is None else (shape,)
        item = self._item(state, max(state.nested, 2) if inner else 1)
        self._feed(item._replace(ends_row=True, shapes=shapes))
        if not inner:
            self._in_row, self._cells = False, 0

    def finish(self, state: State) -> None:
        """End the story: text without a mark behind it is a paragraph, too."""
        if self._parts:
            self.paragraph(state)
        self._release(in_table=False)

    def _release(self, *, in_table: bool) -> None:
        """Feed the loose paragraphs: those of a cell, or lines behind a table whose properties were not reset."""
        if self._loose:
            loose, self._loose = self._loose, []
            for item in loose:
                self._feed(item._replace(depth=int(in_table)))

    def _item(self, state: State, depth: int) -> Item:
        text, doubt = "".join(self._parts), self.doubt
        number, self._number = self._number, None
        self._parts.clear()
        self.doubt = None
        if not text.isprintable():
            text = _joined(text)
        style = self._styles.get(state.style)
        if style.contents and not depth:
            text = number = ""
        if depth and (state.list_id if number is None else number):
            doubt = NUMBERED if not text.strip() or any(map(str.isdigit, text)) else doubt
        text = (number or "") + text if text or depth else ""
        outline = style.outline if state.outline is None else state.outline
        heading = style.heading or (outline is not None and 0 <= outline < OUTLINE_LEVELS)
        return Item(text, depth, False, False, bool(state.hidden) or state.deleted, heading and not depth, doubt)


def _joined(text: str) -> str:
    """Return text whose halves of characters are joined; control characters, but ours, are seen to be none."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").translate(_GAPS)
    return "".join(c if c >= " " or c in _KEPT else "\ufffd" for c in text)
