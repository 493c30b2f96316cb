"""Paragraphs of a binary Word file in reading order -> blocks: lines, and tables cell by cell.

Belongs here: which paragraph stands in which cell of which table. A table that holds another one, or a page of text in
one cell, is layout, as on web pages; one of a single cell inside a cell only frames its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.reading.doc.grids import ROW_SHAPE, WordRow, grid
from pipelines.reading.doc.rows import RowShape
from pipelines.reading.doc.text import EMPTY_FIELD, PICTURE
from pipelines.reading.document import Block, Grid, Paragraph, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.text.document import numbered_lines, text_blocks

# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15
_BLANK = " \t\u3000\xa0\u200b\ufeff"
DELETED_ROW, DELETED_CELL, PICTURE_CELL, FIELD_CELL = code_list("cell_note").named(
    "deleted_row", "deleted_cell", "picture", "empty_field"
)


class Item(NamedTuple):
    """A paragraph as the walk takes it.

    `depth` counts the tables around it; `ends_cell` and `ends_row` tell what its mark ends; `is_gone` that the mark is
    deleted or hidden. `shapes` are what the file says of the row it ends.
    """

    text: str
    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    is_gone: bool = False
    is_heading: bool = False
    doubt: str | None = None
    shapes: tuple[RowShape, ...] = ()


@dataclass
class WordTable:
    """A table that grows: its rows, the cells of the last one, and the lines of the last cell.

    `content` is what a layout table holds, in order; then there are no rows.
    """

    rows: list[WordRow] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    doubts: dict[int, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    doubt: str | None = None
    content: list[str | Grid] = field(default_factory=list)
    is_layout: bool = False

    def end_cell(self, doubt: str | None) -> None:
        """Close the cell that grows."""
        text = "\n".join(self.lines)
        doubt = doubt or self.doubt
        if EMPTY_FIELD in text:
            text, doubt = text.replace(EMPTY_FIELD, ""), doubt or FIELD_CELL
        has_picture = PICTURE in text
        text = text.replace(PICTURE, "")
        text = "\n".join([part for line in text.split("\n") if (part := line.strip())])
        if has_picture and not text:
            doubt = doubt or PICTURE_CELL
        if text.count("\n") >= _LAYOUT_LINES:
            self.is_layout = True
        if doubt:
            self.doubts[len(self.texts)] = doubt
        self.texts.append(text)
        self.lines, self.doubt = [], None

    def end_row(self, shapes: tuple[RowShape, ...], is_gone: bool) -> None:
        """Close the row that grows; a deleted one is left out where nothing of it is printed."""
        if any(self.lines):
            self.end_cell(ROW_SHAPE)
        self.lines.clear()
        texts, doubts = self.texts, self.doubts
        self.texts, self.doubts = [], {}
        if is_gone:
            if not any(texts):
                return
            doubts = {**dict.fromkeys(range(len(texts)), DELETED_ROW), **doubts}
        if texts:
            self.rows.append(WordRow(texts, doubts, shapes))

    def frames(self) -> tuple[str, str | None] | None:
        """Return text and doubt of the only cell: such a table in a cell frames its text. None of any other table."""
        if self.is_layout or len(self.rows) != 1 or len(self.rows[0].texts) != 1:
            return None
        return self.rows[0].texts[0], self.rows[0].doubts.get(0)

    def dissolve(self) -> None:
        """Turn all that the table holds so far into content: it is layout."""
        self.is_layout = True
        for row in self.rows:
            self.content.extend(filter(None, row.texts))
        self.content.extend(filter(None, (*self.texts, *self.lines)))
        self.rows.clear()
        self.texts.clear()
        self.doubts.clear()
        self.lines.clear()


class Walk:
    """Feed the paragraphs of a story in order, then `finish`; `blocks` holds what was found."""

    def __init__(self, limits: Limits) -> None:
        self.blocks: list[Block] = []
        self._limits = limits
        self._lines: list[str] = []
        self._tables: list[WordTable] = []
        self._grids = 0
        self._carried: list[str] = []

    @property
    def plain_table(self) -> WordTable | None:
        """Return the table in whose row a cell may follow as it stands: no cell has begun and nothing is carried."""
        if len(self._tables) != 1 or self._carried or self._tables[0].lines:
            return None
        return self._tables[0]

    def take(self, item: Item) -> None:
        """Take the next paragraph."""
        if item.depth != len(self._tables):
            self._enter(item.depth)
        if item.is_gone and not item.ends_cell and not item.ends_row:
            self._carried.append(item.text)
            if self._tables:
                self._tables[-1].doubt = self._tables[-1].doubt or item.doubt
            return
        text = self._uncarried() + item.text if self._carried else item.text
        if not self._tables:
            if item.is_heading:
                self._heading(text)
            else:
                self._lines.append(text)
            return
        table = self._tables[-1]
        table.doubt = table.doubt or item.doubt
        if item.ends_row:
            if text:
                table.lines.append(text)
            table.end_row(item.shapes, item.is_gone)
        else:
            table.lines.append(text)
            if item.ends_cell:
                table.end_cell(DELETED_CELL if item.is_gone else None)

    def finish(self) -> None:
        """End the story."""
        self._enter(0)
        self._flush()

    def _enter(self, depth: int) -> None:
        """Open or close tables up to a depth; text whose paragraph mark is deleted does not cross their border."""
        if self._carried:
            (self._tables[-1].lines if self._tables else self._lines).append(self._uncarried())
        while len(self._tables) > depth:
            self._close(self._tables.pop())
        while len(self._tables) < depth:
            self._tables.append(WordTable())

    def _uncarried(self) -> str:
        """Return the text of the paragraphs above whose marks are deleted: it goes on in the next one."""
        text = "".join(self._carried)
        self._carried.clear()
        return text

    def _close(self, table: WordTable) -> None:
        if table.texts or any(table.lines):
            table.end_row((), False)
        if self._tables:
            outer, framed = self._tables[-1], table.frames()
            if framed is not None:
                outer.lines.append(framed[0])
                outer.doubt = outer.doubt or framed[1]
                return
            if table.rows or table.content:
                outer.dissolve()
        if table.is_layout:
            table.dissolve()
            self._take_content(table.content)
        elif any(text for row in table.rows for text in row.texts):
            if self._grids >= self._limits.grids:
                raise ReadError("too_many_tables", "reading.many_tables", limit=self._limits.grids)
            found = grid(self._grids, table.rows, self._limits)
            self._grids += 1
            self._take_content([found])

    def _take_content(self, content: list[str | Grid]) -> None:
        if self._tables:
            self._tables[-1].content.extend(content)
            return
        for part in content:
            if isinstance(part, Grid):
                self._flush()
                self.blocks.append(part)
            else:
                self._lines.append(part)

    def _heading(self, text: str) -> None:
        if heading := " ".join(text.replace(PICTURE, "").replace(EMPTY_FIELD, "").split()):
            self._flush()
            self.blocks.append(Paragraph(heading, 0, is_heading=True))

    def _flush(self) -> None:
        """Turn the collected lines into blocks; a tab is a space, since here it indents and does not part cells."""
        lines, self._lines = self._lines, []
        if not any(lines):
            return
        text = "\n".join(lines).replace(PICTURE, "").replace(EMPTY_FIELD, "").replace("\t", " ")
        if "|" in text or "｜" in text:
            self.blocks.extend(text_blocks(numbered_lines(text), limits=self._limits, first_grid=self._grids))
        else:
            self.blocks.extend(Paragraph(t, 0) for line in text.split("\n") if (t := line.strip(_BLANK)))
