"""The body of a Word document: one pass over its XML events -> paragraphs, grids, pictures and embedded parts.

Belongs here: to which paragraph, cell or text box the text belongs. Keep out: what is text (`docx.text`), where a cell
stands in its table (`docx.table`), how numbers count (`docx.lists`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Block, Grid, Paragraph, ReadError
from pipelines.reading.docx.lists import Lists
from pipelines.reading.docx.styles import PLAIN, TITLE_LEVELS, UNSURE, Style, Styles, is_on
from pipelines.reading.docx.table import CONTINUE, RESTART, DocxTable
from pipelines.reading.docx.text import CELL, NONE, PARAGRAPH, ROW, Attributes, Ends, Starts
from pipelines.reading.docx.unseen import UnseenWalk
from pipelines.reading.limits import Limits
from pipelines.reading.xml_part import Names, Parser

BROKEN_FIELD, NUMBERED = code_list("cell_note").named("broken_field", "automatic_number")
# Tables and text boxes inside each other; every level costs its text once more.
_NESTED = 50
_BLANK = " \t\u3000\xa0\u200b\ufeff"
_MAX_DIGITS = 9
_LOWEST_LINE = 80  # twentieths of a point
Blocks = Sequence[Block]
# The state of a story: a text box is one of its own inside a paragraph.
_STORY = (
    "_base", "_boxes", "_doubt", "_fields", "_ground", "_hidden", "_hides", "_ink", "_instructions", "_joins", "_level",
    "_list_id", "_looks", "_muted", "_odd", "_out", "_outline", "_paper", "_parts", "_plain", "_properties", "_shaded",
    "_sheet", "_style", "_style_id", "_table", "_tables",
)  # fmt: skip


class Body(UnseenWalk):
    """The walk. After the parse, `blocks` returns the content; `pictures` are relations in order.

    `chunks` returns the blocks of a file inside the document by its relation.
    """

    def __init__(
        self, limits: Limits, styles: Callable[[], Styles], lists: Callable[[], Lists], chunks: Callable[[str], Blocks]
    ) -> None:
        self._table: DocxTable | None = None
        super().__init__(styles)
        self.pictures: list[str] = []
        self._chunks = chunks
        self.found = False
        self._limits, self._lists = limits, lists
        self._stories: list[dict[str, Any]] = []
        self._count = 0  # tables
        self._begin_story()

    def _begin_story(self) -> None:
        self._out: list[Block] = []
        self._table = None
        self._tables: list[DocxTable | None] = []  # around it
        self._boxes: list[Block] = []  # of the open paragraph
        self._begin_text()

    def _reset(self) -> None:
        super()._reset()
        self._style, self._style_id = PLAIN, ""
        if self._table is not None and self._table.filled:
            self._ground = self._shaded = True
            self._paper = self._sheet = self._table.filled
        self._outline: str | None = None
        self._list_id: str | None = None
        self._level: str | None = None

    def attach(self, parser: Parser, names: Names) -> None:
        """Set the handlers of a parser."""
        self._embed, self._id, self._rule = names.of("r:embed"), names.of("r:id"), names.of("w:hRule")
        starts: Starts = {
            "w:body": self._start_body, "w:p": self._start_paragraph, "w:pPr": self._start_paragraph_properties,
            "w:pStyle": self._paragraph_style, "w:outlineLvl": self._set_outline, "w:numId": self._set_list,
            "w:ilvl": self._set_level, "w:tbl": self._start_table, "w:tr": self._start_row,
            "w:trPr": self._start_row_properties, "w:gridBefore": self._before, "w:gridAfter": self._after,
            "w:hidden": self._hide_row, "w:tblStyle": self._table_style, "w:tc": self._start_cell,
            "w:tcPr": self._start_cell_properties,
            "w:gridSpan": self._span, "w:vMerge": self._merge, "w:hMerge": self._join, "w:cellDel": self._drop_cell,
            "w:trHeight": self._row_height, "w:txbxContent": self._start_story, "a:blip": self._blip,
            "v:imagedata": self._image, "w:altChunk": self._chunk,
            **dict.fromkeys(("w:drawing", "w:pict", "w:object"), self._draw),
        }  # fmt: skip
        ends: Ends = {
            "w:p": self._end_paragraph, "w:pPr": self._end_properties, "w:trPr": self._end_properties,
            "w:tcPr": self._end_properties, "w:tbl": self._end_table, "w:tr": self._end_row, "w:tc": self._end_cell,
            "w:txbxContent": self._end_story,
        }  # fmt: skip
        self._attach(parser, names, starts, ends)

    def blocks(self) -> list[Block]:
        """Return the content, grids numbered in reading order. Raises ReadError where a field swallowed the rest."""
        if self._joins or self._parts:
            self._end_line()
        if self._muted and self._swallowed:
            raise ReadError("damaged", "reading_docx.field_endless")
        grids = 0
        for position, block in enumerate(self._out):
            if isinstance(block, Grid):
                self._out[position] = block._replace(index=grids)
                grids += 1
        return self._out

    @property
    def unshown(self) -> bool:
        """Return whether characters stand after the last text that are part of no text."""
        return bool("".join(self._pending).strip())

    # Paragraphs.

    def _start_body(self, _attributes: Attributes) -> None:
        self.found = True

    def _start_paragraph(self, _attributes: Attributes) -> None:
        if self._parts and not self._joins:
            self._end_paragraph()
        if not self._plain:
            doubt = self._doubt if self._joins else None
            self._reset()
            self._doubt, self._plain = doubt, doubt is None and not self._ground

    def _start_paragraph_properties(self, _attributes: Attributes) -> None:
        self._properties = PARAGRAPH

    def _start_row_properties(self, _attributes: Attributes) -> None:
        self._properties = ROW

    def _start_cell_properties(self, _attributes: Attributes) -> None:
        self._properties = CELL

    def _shade(self, attributes: Attributes) -> None:
        if self._properties != CELL:
            super()._shade(attributes)
        elif self._is_colour(attributes):
            self._open_table().filled, self._plain = attributes[self._fill].upper(), False

    def _end_properties(self) -> None:
        self._properties = NONE

    def _paragraph_style(self, attributes: Attributes) -> None:
        style_id = attributes.get(self._val, "")
        style = self._styles().get(style_id)
        if style != PLAIN:
            self._style, self._style_id, self._plain = style, style_id, False
            around = (
                self._around() if self._table is not None and self._table.style != PLAIN else self._styles().all_text
            )
            self._dress(style._replace(hidden=style.hidden or around.hidden, marks=style.marks | around.marks))

    def _set_outline(self, attributes: Attributes) -> None:
        self._outline, self._plain = attributes.get(self._val), False

    def _set_list(self, attributes: Attributes) -> None:
        self._list_id, self._plain = attributes.get(self._val), False

    def _set_level(self, attributes: Attributes) -> None:
        self._level, self._plain = attributes.get(self._val), False

    def _end_paragraph(self) -> None:
        if self._joins:
            return
        parts = self._parts
        text = parts[0] if len(parts) == 1 else "".join(parts)
        parts.clear()
        if not self._plain:
            text = self._numbered(text)
            if self._doubt is not None and self._table is not None:
                self._table.doubt = self._doubt
        if text:
            if self._table is not None:
                self._table.add(text)
            else:
                self._place(text)
        if self._boxes:
            (self._out if self._table is None else self._table.boxes).extend(self._boxes)
            self._boxes = []

    def _end_line(self) -> None:
        """End text that would go on in the next paragraph where there is none."""
        self._joins = False
        self._end_paragraph()

    def _place(self, text: str) -> None:
        if self._style.heading or self._outline in TITLE_LEVELS:
            if heading := "".join(text.split("\n")).strip(_BLANK):
                self._out.append(Paragraph(heading, 0, is_heading=True))
        else:
            self._out.extend(Paragraph(line, 0) for part in text.split("\n") if (line := part.strip(_BLANK)))

    def _numbered(self, text: str) -> str:
        """Return the text of a paragraph as it is printed: with its automatic number; none of a line of contents."""
        style, table = self._style, self._table
        if style.contents and table is None:
            return ""
        own = self._list_id is not None
        list_id = self._list_id if own else style.list_id
        if list_id is None or list_id == "0":
            return text
        level = self._level if own or self._level is not None else style.level
        label = self._lists().label(list_id, level, None if own else self._style_id)
        blank = not text.strip()
        if label is None:
            label, self._doubt = "", self._doubt or (None if blank else NUMBERED)
        elif label and table is not None and (blank or any(map(str.isdigit, text))):
            self._doubt = NUMBERED
        return text if blank and table is None else label + text

    # Tables.

    def _open_table(self) -> DocxTable:
        if self._table is None:
            raise ReadError("damaged", "reading_docx.outside_table")
        return self._table

    def _start_table(self, _attributes: Attributes) -> None:
        if self._joins or self._parts:
            self._end_line()
        self._count += 1
        self._check_tables()
        self._tables.append(self._table)
        if len(self._tables) > _NESTED:
            raise ReadError("too_deep", "reading_docx.tables_deep", limit=_NESTED)
        self._table = DocxTable(self._limits)
        if self._count == 1:
            self._default = self._styles().default
            self._plain = self._default == PLAIN

    def _check_tables(self) -> None:
        if self._count > self._limits.grids:
            raise ReadError("too_many_tables", "reading.many_tables", limit=self._limits.grids)

    def _end_table(self) -> None:
        table = self._open_table()
        self._table = outer = self._tables.pop()
        self._plain = self._plain and table.style == PLAIN
        if outer is None:
            self._out.extend(table.blocks())
        else:
            outer.take(table)

    def _table_style(self, attributes: Attributes) -> None:
        """Note what the style of a table says of its text: of which cells is not known, so that all are doubted."""
        style = self._styles().get(attributes.get(self._val, ""))
        if style.marks - {UNSURE} or style.hidden:
            marks = style.marks | ({UNSURE} if style.hidden else frozenset())
            self._open_table().style, self._plain = Style(marks=marks), False

    def _around(self) -> Style:
        if self._table is None or self._table.style == PLAIN:
            return self._default
        return self._default._replace(marks=self._default.marks | self._table.style.marks)

    def _delete_row(self) -> None:
        self._open_table().gone = True

    def _start_row(self, _attributes: Attributes) -> None:
        self._open_table().open_row()

    def _end_row(self) -> None:
        self._open_table().close_row()

    def _start_cell(self, attributes: Attributes) -> None:
        table = self._table or self._open_table()
        if self._joins or self._parts:
            self._end_line()
        if table.gone:
            self._leave_out(attributes)
        else:
            table.open_cell(len(self._fields))

    def _end_cell(self) -> None:
        table = self._table or self._open_table()
        if self._joins or self._parts:
            self._end_line()
        while len(self._fields) > table.fields:
            self._muted -= self._fields.pop()
            table.doubt = BROKEN_FIELD
        table.close_cell()

    def _columns(self, attributes: Attributes) -> int:
        value = attributes.get(self._val, "")
        return int(value[:_MAX_DIGITS]) if value.isdecimal() else 0

    def _span(self, attributes: Attributes) -> None:
        self._open_table().span = max(1, self._columns(attributes))

    def _before(self, attributes: Attributes) -> None:
        if self._properties == ROW:
            self._open_table().shift(self._columns(attributes))

    def _after(self, attributes: Attributes) -> None:
        self._open_table().trailing = self._columns(attributes)

    def _merge(self, attributes: Attributes) -> None:
        self._open_table().merge = RESTART if attributes.get(self._val) == RESTART else CONTINUE

    def _join(self, attributes: Attributes) -> None:
        self._open_table().joined = attributes.get(self._val) != RESTART

    def _drop_cell(self, _attributes: Attributes) -> None:
        self._open_table().dropped = True

    def _row_height(self, attributes: Attributes) -> None:
        """Note a row that is lower than any line: what stands in it is cut off."""
        if attributes.get(self._rule) == "exact" and self._columns(attributes) < _LOWEST_LINE:
            self._open_table().is_cropped = True

    def _hide_row(self, attributes: Attributes) -> None:
        if self._properties == ROW and is_on(attributes.get(self._val)):
            self._open_table().gone = True

    # Text boxes, pictures, other files.

    def _start_story(self, _attributes: Attributes) -> None:
        if len(self._stories) >= _NESTED:
            raise ReadError("too_deep", "reading_docx.boxes_deep", limit=_NESTED)
        self._stories.append({name: getattr(self, name) for name in _STORY})
        self._begin_story()

    def _end_story(self) -> None:
        if self._joins or self._parts:
            self._end_line()
        held = self._out
        for name, value in self._stories.pop().items():
            setattr(self, name, value)
        self._boxes.extend(held)

    def _blip(self, attributes: Attributes) -> None:
        self._picture(attributes.get(self._embed))

    def _image(self, attributes: Attributes) -> None:
        self._picture(attributes.get(self._id))

    def _draw(self, _attributes: Attributes) -> None:
        """Note that something is drawn in a cell: beside digits it may be another."""
        if self._table is not None and not self._hidden:
            self._table.drawn = True

    def _picture(self, relation: str | None) -> None:
        if relation:
            self.pictures.append(relation)
            self._seen += 1
            if self._table is not None:
                self._table.pictured = True

    def _chunk(self, attributes: Attributes) -> None:
        if self._joins or self._parts:
            self._end_line()
        held = self._chunks(attributes.get(self._id, ""))
        self._count += sum(isinstance(block, Grid) for block in held)
        self._check_tables()
        if self._table is None:
            self._out.extend(held)
        else:
            self._table.hold(held)
