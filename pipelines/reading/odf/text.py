"""The content of an OpenDocument text: one pass over its elements -> paragraphs and grids.

Belongs here: what is text, and to which paragraph, cell or text box it belongs. Keep out: where a cell stands in its
table (`odf.table`), spreadsheets (`odf.sheets`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Block, Grid, Paragraph, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.odf.lists import Lists
from pipelines.reading.odf.names import Attributes
from pipelines.reading.odf.styles import OUTLINE_LEVELS, PLAIN, Look, Styles, is_collapsed
from pipelines.reading.odf.table import OdfTable

_UNKNOWN = Look(unknown=True)
NUMBERED, FORM_FIELD = code_list("cell_note").named("automatic_number", "form_field")
# Tables and text boxes inside each other; every level costs its text once more.
_NESTED = 50
_MAX_DIGITS = 7
_BLANK = " \t\u3000\xa0\u200b\ufeff"
_SPACES = re.compile(r"[ \t\r\n]+")
# Elements whose text is not part of the flow, or not shown.
_LEFT_OUT = frozenset((
    "text:tracked-changes", "text:note", "office:annotation", "office:annotation-end", "text:ruby-text", "office:forms",
    "office:master-styles", "office:scripts", "office:settings", "office:meta", "office:font-face-decls", "draw:object",
    "draw:object-ole", "draw:plugin", "draw:applet", "svg:title", "svg:desc", "text:table-of-content",
    "text:number", "text:sequence-decls", "text:variable-decls", "text:user-field-decls", "text:list-header",
    "office:event-listeners",
))  # fmt: skip
_PICTURES = frozenset(("draw:image", "draw:object", "draw:object-ole"))
_SHAPES = frozenset(
    ("draw:text-box", "draw:custom-shape", "draw:rect", "draw:ellipse", "draw:circle", "draw:polygon", "draw:line",
     "draw:path", "draw:connector", "draw:caption", "draw:regular-polygon", "draw:polyline")
)  # fmt: skip
_STYLE_PARTS = frozenset(("office:styles", "office:automatic-styles"))


def number_of(attributes: Attributes, name: str, default: int = 1) -> int:
    """Return a count; what is none is `default`."""
    value = attributes.get(name, "")
    return int(value[:_MAX_DIGITS]) if value.isdecimal() and value.isascii() else default


class Story:
    """The state of a story: a text box is one of its own inside a paragraph."""

    def __init__(self) -> None:
        self.out: list[Block] = []
        self.table: OdfTable | None = None
        self.tables: list[OdfTable | None] = []
        self.cells: list[Attributes] = []  # those of the open cells
        self.looks: list[Look] = []  # of paragraph and spans
        self.parts: list[str] = []
        self.heading = self.gone = False
        self.label: str | None = ""  # the automatic number of the open paragraph
        self.doubt: str | None = None
        self.boxes: list[Block] = []  # of the open paragraph


class TextWalk:
    """Feed the elements of a part; `blocks` returns the content."""

    def __init__(self, styles: Styles, lists: Lists, limits: Limits) -> None:
        self.styles, self._lists = styles, lists
        self.found = False  # whether there is a body
        self.has_pictures = False
        self._limits = limits
        self._story = Story()
        self._stories: list[Story] = []
        self._pending: list[str] = []
        self._depth = self._count = 0
        self._in_styles = False
        self._rows: list[Attributes] = []
        self._change = ""
        self._deletions: set[str] = set()  # changes that delete text, and those whose text goes on now
        self._deleted: set[str] = set()
        self._starts: dict[str, Callable[[Attributes], None]] = self._openers()
        self._ends: dict[str, Callable[[], None]] = self._closers()

    # The three handlers.

    def start(self, name: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        if self._depth:
            self._depth += 1
            self._note_deletion(name, attributes)
        elif self._in_styles:
            self._style_part(name, attributes)
        elif name in _LEFT_OUT or self._is_hidden(name, attributes):
            self._flush()
            self._depth = 1
            if name in _PICTURES:
                self._picture()
        elif name in _STYLE_PARTS:
            self._in_styles = True
        elif (handler := self._starts.get(name)) is not None:
            self._flush()
            handler(attributes)
        elif name in _SHAPES:
            self._start_story()

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._depth:
            self._depth -= 1
        elif self._in_styles:
            self.styles.end(name)
            self._in_styles = name not in _STYLE_PARTS
        elif (handler := self._ends.get(name)) is not None:
            self._flush()
            handler()
        elif name in _SHAPES:
            self._end_story()

    def text(self, text: str) -> None:
        """Take characters."""
        if not self._depth and self._story.looks:
            self._pending.append(text)

    def blocks(self) -> list[Block]:
        """Return the content, grids numbered in reading order."""
        grids, found = 0, self._story.out
        for position, block in enumerate(found):
            if isinstance(block, Grid):
                found[position] = block._replace(index=grids)
                grids += 1
        return found

    def _openers(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "office:text": self._body, "text:p": self._start_paragraph, "text:h": self._start_heading,
            "text:span": self._span, "text:a": self._link, "text:s": self._space, "text:tab": self._tab,
            "text:line-break": self._line, "text:list": self._lists.start, "text:list-item": self._start_item,
            "text:change-start": self._start_change, "text:change-end": self._end_change,
            "text:hidden-paragraph": self._hide_paragraph, "table:table": self._start_table,
            "table:table-column": self._column, "table:table-row": self._start_row,
            "table:table-cell": self._start_cell, "table:covered-table-cell": self._start_cell,
            "draw:image": self._image, "draw:control": self._control, "text:drop-down": self._control,
        }  # fmt: skip

    def _closers(self) -> dict[str, Callable[[], None]]:
        return {
            "text:p": self._end_paragraph, "text:h": self._end_paragraph, "text:span": self._end_span,
            "text:a": self._end_span, "text:list": self._lists.end,
            "table:table": self._end_table, "table:table-row": self._end_row, "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_covered,
        }  # fmt: skip

    def _is_hidden(self, name: str, attributes: Attributes) -> bool:
        if name == "text:section":
            return attributes.get("text:display") == "none" or attributes.get("text:is-hidden") == "true"
        return name == "text:hidden-text" and attributes.get("text:is-hidden") == "true"

    def _style_part(self, name: str, attributes: Attributes) -> None:
        self.styles.start(name, attributes)
        self._lists.describe(name, attributes)

    def _note_deletion(self, name: str, attributes: Attributes) -> None:
        """Note which changes are deletions: their text may stand in its place between two marks."""
        if name == "text:changed-region":
            self._change = attributes.get("text:id", attributes.get("xml:id", ""))
        elif name == "text:deletion":
            self._deletions.add(self._change)

    def _start_change(self, attributes: Attributes) -> None:
        if (change := attributes.get("text:change-id", "")) in self._deletions:
            self._deleted.add(change)

    def _end_change(self, attributes: Attributes) -> None:
        self._deleted.discard(attributes.get("text:change-id", ""))

    def _body(self, _attributes: Attributes) -> None:
        self.found = True

    # Text.

    def _flush(self) -> None:
        if self._pending:
            self._add(_SPACES.sub(" ", "".join(self._pending)))
            self._pending.clear()

    def _add(self, text: str) -> None:
        story = self._story
        if not story.looks or story.looks[-1].hidden or self._deleted:
            return
        if any(map(str.isdigit, text)):
            story.doubt = self._seen_upon(story.looks[-1]).doubt() or story.doubt
        story.parts.append(text)

    def _seen_upon(self, look: Look) -> Look:
        """Return a look with what lies behind the open cell."""
        if look.colour is None or look.back is not None or not self._story.cells:
            return look
        name = self._story.cells[-1].get("table:style-name", "")
        row = self._rows[-1].get("table:style-name", "") if self._rows else ""
        back = self.styles.get("table-cell", name).look.back
        return look._replace(back=self.styles.get("table-row", row).look.back if back is None else back)

    def _space(self, attributes: Attributes) -> None:
        self._add(" " * min(number_of(attributes, "text:c"), self._limits.span))

    def _tab(self, _attributes: Attributes) -> None:
        self._add(" ")

    def _line(self, _attributes: Attributes) -> None:
        self._add("\n")

    def _span(self, attributes: Attributes) -> None:
        looks = self._story.looks
        below = looks[-1] if looks else PLAIN
        if name := attributes.get("text:style-name"):
            style = self.styles.get("text", name)
            below = (style.look if style.known else _UNKNOWN).over(below)
        looks.append(below)

    def _link(self, attributes: Attributes) -> None:
        """Begin a link; LibreOffice names a style for it that is not there."""
        known = self.styles.get("text", attributes.get("text:style-name", "")).known
        self._span(attributes if known else {})

    def _end_span(self) -> None:
        if self._story.looks:
            self._story.looks.pop()

    # Paragraphs.

    def _start_paragraph(self, attributes: Attributes) -> None:
        story = self._story
        style = self.styles.get("paragraph", attributes.get("text:style-name", ""))
        story.looks, story.heading, story.gone = [style.look], style.heading, False
        story.label = self._lists.label()

    def _start_heading(self, attributes: Attributes) -> None:
        self._start_paragraph(attributes)
        self._story.heading = attributes.get("text:outline-level", "1") in OUTLINE_LEVELS

    def _hide_paragraph(self, attributes: Attributes) -> None:
        self._story.gone = attributes.get("text:is-hidden") == "true"

    def _end_paragraph(self) -> None:
        story, table = self._story, self._story.table
        text = "" if story.gone else "".join(story.parts)
        story.parts.clear()
        story.looks = []
        if table is None and text.strip():
            text = (story.label or "") + text
        if table is not None:
            if story.label != "" and (not text.strip() or any(map(str.isdigit, text))):
                story.doubt = NUMBERED
            table.doubt = story.doubt or table.doubt
            table.add((story.label or "") + text)
        elif story.heading:
            if heading := "".join(text.split("\n")).strip(_BLANK):
                story.out.append(Paragraph(heading, 0, is_heading=True))
        else:
            story.out.extend(Paragraph(line, 0) for part in text.split("\n") if (line := part.strip(_BLANK)))
        story.doubt = None
        if story.boxes:
            (story.out if table is None else table.boxes).extend(story.boxes)
            story.boxes = []

    def _start_item(self, attributes: Attributes) -> None:
        self._lists.item(attributes)

    # Tables.

    def _start_table(self, attributes: Attributes) -> None:
        story = self._story
        self._count += 1
        if self._count > self._limits.grids:
            raise ReadError("too_many_tables", "reading_odf.too_many_tables", limit=self._limits.grids)
        story.tables.append(story.table)
        if len(story.tables) > _NESTED:
            raise ReadError("too_deep", "reading_odf.tables_too_deep", limit=_NESTED)
        story.table = OdfTable(self._limits)
        if not self.styles.get("table", attributes.get("table:style-name", "")).displayed:
            story.tables.pop()
            story.table, self._depth = (story.tables[-1] if story.tables else None), 1

    def _end_table(self) -> None:
        story = self._story
        table = story.table
        if table is None:
            return
        story.table = outer = story.tables.pop()
        if outer is None:
            story.out.extend(table.blocks())
        else:
            outer.take(table)

    def _open_table(self) -> OdfTable:
        if self._story.table is None:
            raise ReadError("damaged", "reading_odf.outside_tables")
        return self._story.table

    def _column(self, attributes: Attributes) -> None:
        repeated = number_of(attributes, "table:number-columns-repeated")
        self._open_table().column(repeated, hidden=is_collapsed(attributes))

    def _start_row(self, attributes: Attributes) -> None:
        self._open_table().open_row(hidden=is_collapsed(attributes))
        self._rows.append(attributes)

    def _end_row(self) -> None:
        self._open_table().close_row(number_of(self._rows.pop(), "table:number-rows-repeated"))

    def _start_cell(self, attributes: Attributes) -> None:
        self._open_table().open_cell()
        self._story.cells.append(attributes)

    def _end_cell(self) -> None:
        self._close_cell(covered=False)

    def _end_covered(self) -> None:
        self._close_cell(covered=True)

    def _close_cell(self, *, covered: bool) -> None:
        attributes = self._story.cells.pop()
        repeated = number_of(attributes, "table:number-columns-repeated")
        columns, rows = (max(1, number_of(attributes, f"table:number-{each}-spanned")) for each in ("columns", "rows"))
        self._open_table().close_cell(repeated, columns, rows, covered=covered)

    # Text boxes, pictures, controls.

    def _start_story(self) -> None:
        self._flush()
        if len(self._stories) >= _NESTED:
            raise ReadError("too_deep", "reading_odf.boxes_too_deep", limit=_NESTED)
        self._stories.append(self._story)
        self._story = Story()

    def _end_story(self) -> None:
        self._flush()
        held, self._story = self._story.out, self._stories.pop()
        if self._story.looks:
            self._story.boxes.extend(held)
        elif self._story.table is None:
            self._story.out.extend(held)
        else:
            self._story.table.boxes.extend(held)

    def _image(self, _attributes: Attributes) -> None:
        self._picture()
        self._depth = 1

    def _picture(self) -> None:
        self.has_pictures = True
        if self._story.table is not None:
            self._story.table.pictured = True

    def _control(self, _attributes: Attributes) -> None:
        """Distrust a field of a form: it shows a choice or an input that may stand nowhere as text."""
        self._story.doubt = FORM_FIELD
