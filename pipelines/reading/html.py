"""HTML -> blocks. Tables that hold no table become grids with spans; all other text becomes lines.

The walk is one pass over the tree without recursion: nested tags by the hundred thousand cost nothing but time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.reading.document import Block, Cell, Grid, Paragraph, ReadError
from pipelines.reading.limits import Limits
from pipelines.reading.text import numbered_lines, text_blocks

_SKIPPED = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "svg", "select", "head", "textarea"}
)
_SKIPPED_CSS = ",".join(sorted(_SKIPPED))
_BREAKS = frozenset(
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
_TEXT, _COMMENT = "-text", "-comment"
_HEADINGS = frozenset({"h1", "h2"})
_LISTS = frozenset({"ul", "nav"})
# A list of so many links, with so little text beside them (dates, arrows), is navigation. The upper bound keeps
# lists inside lists from being counted over and over.
_MIN_LINKS, _MAX_LINKS, _MAX_TEXT_PER_LINK = 4, 5_000, 2.0
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAG_START = re.compile(r"<[/!a-zA-Z]")
# The parser drops NUL from text, so it can stand for a line break until white space is collapsed.
_BREAK = "\0"
_META_NAMES = {
    "articletitle": "title",
    "pubdate": "published",
    "publishdate": "published",
    "contentsource": "source",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that hold nothing or end by themselves: left open by the thousand, they do not nest.
_FLAT_TAGS = frozenset(
    [
        *(
            "p",
            "br",
            "hr",
            "img",
            "input",
            "meta",
            "link",
            "li",
            "dd",
            "dt",
            "td",
            "th",
            "tr",
            "tbody",
            "thead",
            "tfoot",
        ),
        *("col", "option", "area", "base", "wbr", "source", "param", "embed"),
    ]
)
# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15
# Where a page's closing tags stand.
_END = 4096


@dataclass
class _Walk:
    """State of the pass: finished blocks, the text of the line that grows, and how many grids there are."""

    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    grids: int = 0
    nested: bool = True

    def flush(self) -> None:
        """Turn the collected text into blocks; lines are numbered by their order in the page."""
        text = _SPACE.sub(" ", "".join(self.text)).replace(_BREAK, "\n")
        self.text.clear()
        if not text.strip():
            return
        lines = numbered_lines(text)
        if "|" in text:
            self.blocks.extend(text_blocks(lines, limits=self.limits, first_grid=self.grids))
            self.grids = 1 + max((b.index for b in self.blocks if isinstance(b, Grid)), default=-1)
            return
        self.blocks.extend(Paragraph(t, 0) for _, line in lines if (t := line.strip(" \t\u3000\xa0\u200b\ufeff")))


def check_complete(text: str) -> None:
    """Raise ReadError `truncated` where a page stops inside a tag, or inside a table of a page that never ends."""
    tail = text[-65536:].rstrip()
    cut = tail.rfind("<")
    if cut >= 0 and _TAG_START.match(tail, cut) and ">" not in tail[cut:]:
        raise ReadError("truncated", f"the page ends inside a tag ({tail[-40:]!r}): fetch it again")
    if "<html" not in text[:4096].lower() or _closes(tail[-_END:]) or _closes(tail):
        return
    lowered = text.lower()
    if not _closes(lowered) and lowered.rfind("<table") > lowered.rfind("</table"):
        raise ReadError("truncated", "the page ends inside a table, without </html>: fetch it again")


def _closes(text: str) -> bool:
    lowered = text.lower()
    return "</html" in lowered or "</body" in lowered


def check_depth(text: str, limit: int) -> None:
    """Raise ReadError `too_deep` where tags nest deeper than any page: the time to parse them grows with the square."""
    if text.count("<") <= limit:
        return
    depth = 0
    for found in _TAG.finditer(text):
        if found[2].lower() in _FLAT_TAGS:
            continue
        depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > limit:
            raise ReadError("too_deep", f"more than {limit} tags inside each other at character {found.start()}")


def html_blocks(text: str, *, limits: Limits) -> tuple[tuple[Block, ...], dict[str, str]]:
    """Return (blocks, metadata) of a page. Raises ReadError `truncated` or where a budget is exceeded."""
    check_complete(text)
    check_depth(text, limits.depth)
    tree = LexborHTMLParser(text)
    root = tree.body or tree.root
    walk = _Walk(limits, nested=tree.css_first("table table") is not None)
    if root is not None:
        _walk(root, walk)
    walk.flush()
    return tuple(walk.blocks), _metadata(tree)


def _metadata(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    head = tree.head
    if head is None:
        return found
    if (title := head.css_first("title")) is not None:
        found["page_title"] = _SPACE.sub(" ", title.text()).strip()
    for meta in head.css("meta"):
        attributes = meta.attributes
        name, content = _META_NAMES.get((attributes.get("name") or "").lower()), attributes.get("content")
        if name and content and name not in found:
            found[name] = content.strip()
    return found


def _walk(root: LexborNode, walk: _Walk) -> None:
    node = root.first_child
    open_nodes: list[tuple[LexborNode, bool]] = []
    append = walk.text.append
    while node is not None or open_nodes:
        if node is None:
            parent, breaks = open_nodes.pop()
            if breaks:
                append(_BREAK)
            node = parent.next
            continue
        tag = node.tag
        if tag == _TEXT:
            append(node.text_content or "")
            node = node.next
            continue
        if tag in _SKIPPED or tag == _COMMENT or not node.is_element_node:
            node = node.next
            continue
        breaks = tag in _BREAKS
        if breaks:
            append(_BREAK)
            if tag in _LISTS and _is_navigation(node):
                node = node.next
                continue
            if tag == "table" and _data_table(node, walk):
                node = node.next
                continue
            if tag in _HEADINGS and (heading := _SPACE.sub(" ", node.text()).strip()):
                walk.flush()
                walk.blocks.append(Paragraph(heading, 0, is_heading=True))
                node = node.next
                continue
        child = node.first_child
        if child is None:
            node = node.next
        else:
            open_nodes.append((node, breaks))
            node = child


def _is_navigation(node: LexborNode) -> bool:
    """Tell whether a list is navigation: many links, and hardly any text that is not one. It is no part of a report."""
    links = node.css("a")
    if len(links) < _MIN_LINKS or len(links) > _MAX_LINKS or node.css_first("table") is not None:
        return False
    linked = sum(len(link.text().strip()) for link in links)
    return len("".join(node.text().split())) <= linked * _MAX_TEXT_PER_LINK


def _holds_table(table: LexborNode) -> bool:
    """Tell whether another table stands in a table; stops at the first, so that nesting costs no square of time."""
    node = table.first_child
    open_nodes: list[LexborNode] = []
    while node is not None or open_nodes:
        if node is None:
            node = open_nodes.pop().next
            continue
        if node.tag == "table":
            return True
        child = node.first_child
        if child is not None:
            open_nodes.append(node)
        node = child if child is not None else node.next
    return False


def _data_table(table: LexborNode, walk: _Walk) -> bool:
    """Append the grid of a table. False where it is layout: it holds a table, or a cell with a page of text."""
    if walk.nested and _holds_table(table):
        return False
    rows = _rows(table, walk.limits, walk.grids)
    if any(cell.text.count("\n") >= _LAYOUT_LINES for row in rows for cell in row):
        return False
    if walk.grids >= walk.limits.grids:
        raise ReadError("too_many_tables", f"more than {walk.limits.grids} tables in one page")
    if any(cell.text for row in rows for cell in row):
        walk.flush()
        walk.blocks.append(Grid(walk.grids, rows, spanned=True))
        walk.grids += 1
    return True


def _span(value: str | None, limit: int) -> int:
    if value is None:
        return 1
    digits = value.strip()
    return max(1, min(int(digits), limit)) if digits.isdecimal() and len(digits) < 10 else 1


def _rows(table: LexborNode, limits: Limits, index: int) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    busy: dict[int, int] = {}  # column -> first row in which it is free again after a row span
    cells = 0
    plain = table.css_first(_SKIPPED_CSS) is None
    for tr in table.css("tr"):
        row, col, found = len(rows), 0, []
        child = tr.first_child
        while child is not None:
            if child.tag in ("td", "th"):
                while busy.get(col, 0) > row:
                    col += 1
                attributes = child.attributes
                colspan = _span(attributes["colspan"], limits.span) if "colspan" in attributes else 1
                rowspan = _span(attributes["rowspan"], limits.span) if "rowspan" in attributes else 1
                if col + colspan > limits.grid_columns:
                    detail = f"table {index}, row {row}: more than {limits.grid_columns} columns after spans"
                    raise ReadError("too_many_columns", detail)
                if rowspan > 1:
                    busy.update(dict.fromkeys(range(col, col + colspan), row + rowspan))
                found.append(Cell(_cell_text(child, plain), row, col, rowspan, colspan, 0))
                col += colspan
            child = child.next
        cells += len(found)
        if cells > limits.grid_cells:
            raise ReadError("too_many_cells", f"table {index}: more than {limits.grid_cells} cells")
        rows.append(tuple(found))
    return tuple(rows)


def _cell_text(cell: LexborNode, plain: bool) -> str:
    """Return the text of a cell, a line per block. `plain`: the table holds nothing whose text is skipped."""
    node: LexborNode | None = cell
    while plain and node is not None:
        # Nearly every cell is one text inside tags that hold nothing else.
        only = None
        child = node.first_child
        while child is not None:
            if child.tag != _TEXT or not (child.text_content or "").isspace():
                if only is not None:
                    return _long_cell_text(cell, plain)
                only = child
            child = child.next
        if only is not None and only.tag == _TEXT:
            return _SPACE.sub(" ", only.text_content or "").strip()
        node = only
    return "" if plain else _long_cell_text(cell, plain)


def _long_cell_text(cell: LexborNode, plain: bool) -> str:
    parts: list[str] = []
    lines = 0
    for node in cell.traverse(include_text=True):
        tag = node.tag
        if tag == _TEXT:
            if plain or (node.parent is not None and node.parent.tag not in _SKIPPED):
                parts.append(node.text_content or "")
        elif tag in _BREAKS and parts:
            parts.append(_BREAK)
            lines += 1
    text = _SPACE.sub(" ", "".join(parts))
    if not lines:
        return text.strip()
    return "\n".join(t for part in text.split(_BREAK) if (t := part.strip()))
