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

_SKIPPED = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "select", "head", "textarea"})
_BREAKS = frozenset(
    ["p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "main", "aside", "form", "table", "tr", "td", "th", "pre", "blockquote", "center", "hr", "caption", "fieldset", "address", "nav", "body", "tbody", "thead", "tfoot"]
)
_HEADINGS = frozenset({"h1", "h2"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_CUT_TAG = re.compile(r"<[/!a-zA-Z][^<>]*$")
_META_NAMES = {
    "articletitle": "title",
    "pubdate": "published",
    "publishdate": "published",
    "contentsource": "source",
}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Tags that hold nothing or end by themselves: left open by the thousand, they do not nest.
_FLAT_TAGS = frozenset(
    ["p", "br", "hr", "img", "input", "meta", "link", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "col", "option", "area", "base", "wbr", "source", "param", "embed"]
)
# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15


@dataclass
class _Walk:
    """State of the pass: finished blocks, the text of the line that grows, and how many grids there are."""

    limits: Limits
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    grids: int = 0

    def flush(self) -> None:
        """Turn the collected text into blocks; lines are numbered by their order in the page."""
        text = "".join(self.text)
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
    if _CUT_TAG.search(tail):
        raise ReadError("truncated", f"the page ends inside a tag ({tail[-40:]!r}): fetch it again")
    lowered = text.lower()
    ends = lowered.rfind("</table"), lowered.rfind("</html"), lowered.rfind("</body")
    if "<html" in lowered[:4096] and ends[1] < 0 and ends[2] < 0 and lowered.rfind("<table") > ends[0]:
        raise ReadError("truncated", "the page ends inside a table, without </html>: fetch it again")


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
    walk = _Walk(limits)
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
    depth_end: list[LexborNode] = []
    while node is not None or depth_end:
        if node is None:
            parent = depth_end.pop()
            if parent.tag in _BREAKS:
                walk.text.append("\n")
            node = parent.next
            continue
        if node.is_text_node:
            walk.text.append(_SPACE.sub(" ", node.text_content or ""))
            node = node.next
            continue
        tag = node.tag
        if tag in _SKIPPED or not node.is_element_node:
            node = node.next
            continue
        if tag in _BREAKS:
            walk.text.append("\n")
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
            depth_end.append(node)
            node = child


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
    if _holds_table(table):
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
    for tr in table.css("tr"):
        row, col, found = len(rows), 0, []
        child = tr.first_child
        while child is not None:
            if child.tag in ("td", "th"):
                while busy.get(col, 0) > row:
                    col += 1
                attributes = child.attributes
                colspan = _span(attributes.get("colspan"), limits.span)
                rowspan = _span(attributes.get("rowspan"), limits.span)
                if col + colspan > limits.grid_columns:
                    detail = f"table {index}, row {row}: more than {limits.grid_columns} columns after spans"
                    raise ReadError("too_many_columns", detail)
                if rowspan > 1:
                    busy.update(dict.fromkeys(range(col, col + colspan), row + rowspan))
                found.append(Cell(_cell_text(child), row, col, rowspan, colspan, 0))
                col += colspan
            child = child.next
        cells += len(found)
        if cells > limits.grid_cells:
            raise ReadError("too_many_cells", f"table {index}: more than {limits.grid_cells} cells")
        rows.append(tuple(found))
    return tuple(rows)


def _cell_text(cell: LexborNode) -> str:
    only = cell.first_child
    if only is None:
        return ""
    if only.next is None and only.is_text_node:
        return _SPACE.sub(" ", only.text_content or "").strip()
    parts: list[str] = []
    for node in cell.traverse(include_text=True):
        if node.is_text_node:
            if node.parent is not None and node.parent.tag not in _SKIPPED:
                parts.append(_SPACE.sub(" ", node.text_content or ""))
        elif node.tag in _BREAKS and parts:
            parts.append("\n")
    return "\n".join(t for part in "".join(parts).split("\n") if (t := part.strip()))
