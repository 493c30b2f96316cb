"""The cells of a table that is read from the tree: their text as it is shown, and their places after spans.

Belongs here: what of a cell is text, form fields among it, and where a cell stands. Keep out: what is hidden
(`visibility`), which tables are data (`document`), and tables read from the source (`plain_tables`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from pipelines.contracts.codes import code_list
from pipelines.reading.document import Cell, ReadError
from pipelines.reading.html.form_fields import FIELDS, FORM_FIELD, field_value
from pipelines.reading.html.otherwise import (
    ADDS,
    BREAKS,
    HIDES,
    MOVES,
    OTHERWISE,
    PICTURE,
    PICTURES,
    is_built_up,
    is_picture,
    may_be_a_digit,
)
from pipelines.reading.html.plain_tables import LINE_BREAK, SPACE, RawCell, cell_lines, span
from pipelines.reading.html.visibility import HIDDEN_TEXT, RAISED_TEXT, SEEN, Look, Looks, Sight, entered
from pipelines.reading.limits import Limits

SKIPPED = frozenset(
    (
        *("script", "style", "noscript", "template", "iframe", "object", "svg", "select", "head", "textarea"),
        *("audio", "video", "canvas", "progress", "meter"),
    )
)
LINES = frozenset(
    [
        *(
            "p",
            "div",
            "br",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "section",
            "article",
        ),
        *("header", "footer", "main", "aside", "form", "table", "tr", "td", "th", "pre", "blockquote", "center", "hr"),
        *("caption", "fieldset", "address", "nav", "body", "tbody", "thead", "tfoot"),
    ]
)
(DAMAGED_FORMAT,) = code_list("cell_note").named("damaged_format")
_TEXT = "-text"
_CODE = frozenset({"script", "style", "template", "title"})
# Words upon a control, and what shows only after a click: part of no number, but a figure among them may be one.
_CONTROLS = frozenset({"button", "details"})
# Formulas, whose parts are read, and what else is no plain text.
_PARTS = _CONTROLS | {"math"}
_ODD = SKIPPED | FIELDS | PICTURES | _PARTS | {"title"}
# What stands small above or beside a text, and how a template says that it is shown instead of what is around it.
_READINGS = frozenset({"rt", "rtc"})
_SHADOW = frozenset({"shadowrootmode", "shadowroot"})
_new = tuple.__new__


def placed(raw: Iterable[Iterable[RawCell]], limits: Limits, index: int) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of a table at their places after spans. Raises ReadError where a budget is exceeded.

    A last cell of a row that spans more columns than a table may have ends where the other rows do, as in browsers.
    """
    rows: list[tuple[Cell, ...]] = []
    endless: list[int] = []  # rows whose last cell spans columns that no row has
    busy: dict[int, int] = {}  # column -> first row in which it is free again after a row span
    cells, widest, longest = 0, limits.grid_columns, limits.span
    for row, raw_cells in enumerate(raw):
        col, found = 0, []
        for text, rowspan, colspan, doubt in raw_cells:
            while busy and busy.get(col, 0) > row:
                col += 1
            width = colspan if colspan < longest else longest
            height = rowspan if rowspan < longest else longest
            if col < widest < col + width and endless[-1:] != [row]:
                endless.append(row)
                width = widest - col
            elif col + width > widest:
                raise ReadError("too_many_columns", "reading_html.table_columns", index=index, row=row, limit=widest)
            if height > 1:
                busy.update(dict.fromkeys(range(col, col + width), row + height))
            # Made as tuples are: the constructors of named tuples take twice as long.
            found.append(_new(Cell, (text, row, col, height, width, 0, None, doubt)))
            col += width
        cells += len(found)
        if cells > limits.grid_cells:
            raise ReadError("too_many_cells", "reading_html.table_cells", index=index, limit=limits.grid_cells)
        rows.append(tuple(found))
    if endless:
        _end(rows, endless)
    return tuple(rows)


def _end(rows: list[tuple[Cell, ...]], endless: list[int]) -> None:
    """Let the last cells of endless rows end at the last column of the table."""
    ended = frozenset(endless)
    others = (cell.col + cell.colspan for row in rows for cell in row if cell.row not in ended or cell is not row[-1])
    width = max(others, default=0)
    for number in endless:
        *before, last = rows[number]
        rows[number] = (*before, last._replace(colspan=max(width - last.col, 1)))


def tree_rows(
    table: LexborNode, looks: Looks, sight: Sight, rows: Iterable[LexborNode] = ()
) -> Iterator[Iterator[RawCell]]:
    """Yield the cells of a table by its rows, whatever stands in them; `sight` is how the table is seen.

    `rows` are those to be read of a table that holds tables, whose rows stand in it as well.
    """
    for tr in rows or table.css("tr"):
        inner = _within(tr, table, looks, sight) if looks else sight
        if inner is not None:
            yield _tree_cells(tr, looks, inner)


def _within(tr: LexborNode, table: LexborNode, looks: Looks, sight: Sight) -> Sight | None:
    """Return how a row of a table is seen, None where it is not shown."""
    path: list[LexborNode] = []
    node: LexborNode | None = tr
    while node is not None and node.mem_id != table.mem_id:
        path.append(node)
        node = node.parent
    for step in reversed(path):
        if (look := looks.get(step.mem_id)) is not None:
            inner = entered(sight, look)
            if inner is None or look.get("visibility") == "collapse":
                return None
            sight = inner
    return sight


def _tree_cells(tr: LexborNode, looks: Looks, outer: Sight) -> Iterator[RawCell]:
    child = tr.first_child
    while child is not None:
        if child.tag in ("td", "th"):
            sight: Sight | None = outer
            look: Look | None = None
            if looks and (look := looks.get(child.mem_id)) is not None:
                sight = entered(outer, look)
            if sight is not None:
                text, doubt = shown_text(child, looks, sight)
                text = cell_lines(SPACE.sub(" ", text))
                if look and (ADDS in look or (HIDES in look and any(map(str.isdigit, text)))):
                    doubt = doubt or OTHERWISE
                spans = child.attributes
                if doubt is None and any("<" in name for name in spans):
                    doubt = DAMAGED_FORMAT  # the tag lost its end, and took in what stands in the cell
                yield RawCell(text, span(spans.get("rowspan")), span(spans.get("colspan")), doubt)
        child = child.next


class _Beside:
    """What stands in a cell beside its text: looks, pictures and formulas that may change the number."""

    def __init__(self) -> None:
        self.doubt: str | None = None
        self._moved: list[str] = []
        self._is_pictured = self._is_numbered = False

    def numbers(self, node: LexborNode) -> None:
        """Take an element that may be an item of a numbered list: its number stands before the text."""
        self._is_numbered = self._is_numbered or (
            node.tag == "li" and (around := node.parent) is not None and around.tag == "ol"
        )

    def look(self, node: LexborNode, look: Look) -> None:
        """Take an element that is seen, with what it declares."""
        if ADDS in look:
            self.doubt = OTHERWISE
        elif (HIDES in look or MOVES in look) and any(map(str.isdigit, text := node.text_lexbor())):
            if HIDES in look:
                self.doubt = OTHERWISE
            else:
                self._moved.append(text)

    def unseen(self, node: LexborNode) -> None:
        """Take an element that takes no place in the line: small digits above it, or what is shown in its stead."""
        if node.tag in _READINGS and any(map(str.isdigit, node.text_lexbor())):
            self.doubt = self.doubt or RAISED_TEXT
        elif node.tag == "template" and not _SHADOW.isdisjoint(node.attributes):
            self.doubt = OTHERWISE

    def element(self, node: LexborNode) -> None:
        """Take an element that is no text."""
        tag = node.tag
        if tag in PICTURES:
            self._is_pictured = self._is_pictured or is_picture(node.attributes)
        elif tag == "math" and is_built_up(node):
            self.doubt = self.doubt or RAISED_TEXT
        elif tag == "script" and "document.write" in node.text_lexbor():
            self.doubt = self.doubt or OTHERWISE

    def doubts(self, text: str) -> str | None:
        """Return the doubt on the number of a cell with a text."""
        if self.doubt is None and self._moved and any("".join(text.split()) != "".join(m.split()) for m in self._moved):
            return OTHERWISE  # it stands before or behind other text, and which is not known
        if self._is_numbered and any(map(str.isdigit, text)):
            return self.doubt or OTHERWISE
        return self.doubt or (PICTURE if self._is_pictured and may_be_a_digit(text) else None)


def shown_text(cell: LexborNode, looks: Looks, sight: Sight) -> tuple[str, str | None]:
    """Return the text that is shown in an element, with a mark at each line break, and a doubt on its number."""
    parts: list[str] = []
    fields: list[str] = []
    open_nodes: list[tuple[LexborNode, Sight, bool]] = []
    beside = _Beside()
    doubt = None
    node = cell.first_child
    while node is not None or open_nodes:
        if node is None:
            node, sight, breaks = open_nodes.pop()
            if breaks:
                parts.append(LINE_BREAK)
            node = node.next
            continue
        tag, child, inner, breaks = node.tag, node.first_child, sight, False
        if looks and (look := looks.get(node.mem_id)) is not None:
            if (entering := entered(sight, look)) is None:
                beside.unseen(node)
                node = node.next
                continue
            inner, breaks = entering, BREAKS in look
            if inner.shows():
                beside.look(node, look)
        if tag == _TEXT:
            if sight is SEEN or sight.shows():
                text = node.text_content or ""
                parts.append(text)
                doubt = doubt or (None if sight is SEEN else sight.doubts(text))
        elif tag in _ODD:
            found = _odd_element(node, inner, parts, fields, beside)
            doubt, child = doubt or found, child if tag in _PARTS else None
        elif breaks or tag in LINES:
            beside.numbers(node)
            breaks = True
            parts.append(LINE_BREAK)
        if child is not None:
            open_nodes.append((node, sight, breaks))
            sight = inner
        node = child if child is not None else node.next
    text = "".join(parts)
    if fields and any(map(str.isdigit, text.replace(fields[0], "", 1))):
        doubt = doubt or FORM_FIELD  # two numbers, or a part of one
    return text, doubt or beside.doubts(text)


def _odd_element(node: LexborNode, sight: Sight, parts: list[str], fields: list[str], beside: _Beside) -> str | None:
    """Take an element that is no plain text; return the doubt on it."""
    if node.tag in _CONTROLS:
        is_shut = "open" not in node.attributes
        return HIDDEN_TEXT if is_shut and any(map(str.isnumeric, node.text_lexbor())) else None
    if not sight.shows():
        return None
    beside.element(node)
    if node.tag in FIELDS:
        return _add_field(node, sight, parts, fields)
    return None if node.tag in _PARTS else _covered(node)


def _covered(node: LexborNode) -> str | None:
    """Return the doubt on words that some browsers show and others do not."""
    return HIDDEN_TEXT if node.tag not in _CODE and node.text_lexbor().strip() else None


def _add_field(node: LexborNode, sight: Sight, parts: list[str], fields: list[str]) -> str | None:
    """Append the text that a form field shows; return the doubt on it."""
    value, doubt = field_value(node)
    if not sight.shows() or not (value or doubt):
        return None
    if value:
        fields.append(value)
        parts.append(f" {value} ")
    return doubt or sight.doubts(value)
