"""HTML -> blocks. Tables that hold no table become grids with spans; all other text becomes lines.

Plain tables are read from the source and taken out of the page before it is parsed (`plain_tables`). The walk is one
pass over the tree without recursion: nested tags by the hundred thousand cost nothing but time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.reading.document import Block, Grid, Paragraph, ReadError
from pipelines.reading.html.cells import LINES, SKIPPED, placed, shown_text, tree_rows
from pipelines.reading.html.nested_tables import holds_table, own_rows, wraps_cells
from pipelines.reading.html.otherwise import OTHERWISE
from pipelines.reading.html.plain_tables import (
    LINE_BREAK,
    MARK,
    SPACE,
    RawCell,
    RawRows,
    cut_plain_tables,
    is_layout,
    plain_rows,
)
from pipelines.reading.html.style_rules import Rules
from pipelines.reading.html.visibility import SEEN, Looks, Sight, entered, looks_of
from pipelines.reading.limits import Limits
from pipelines.reading.text.document import numbered_lines, plain_lines, text_blocks

_TEXT, _COMMENT = "-text", "-comment"
_HEADINGS = frozenset({"h1", "h2"})
_LISTS = frozenset({"ul", "nav"})
# A list of so many links, with so little text beside them (dates, arrows), is navigation. The upper bound keeps
# lists inside lists from being counted over and over.
_MIN_LINKS, _MAX_LINKS, _MAX_TEXT_PER_LINK = 4, 5_000, 2.0
_TAG_START = re.compile(r"<[/!a-zA-Z]")
# What portals call these, without signs between words: article:published_time, DC.date, ContentSource.
_META_NAMES = {
    "articletitle": "title",
    "contentsource": "source",
    **dict.fromkeys(
        (
            *("pubdate", "pubtime", "publishdate", "publishtime", "publisheddate", "publishedtime", "datepublished"),
            *("articlepublishedtime", "articlepublishdate", "ogpublishedtime", "ogpublishdate", "ogreleasedate"),
            *("releasedate", "releasetime", "issueddate", "issuedate", "dcdate", "dcdateissued", "dctermsissued"),
            *("dctermsdate", "dcdatecreated", "dctermscreated", "createdate", "createtime", "createdtime"),
            *("firstpublishedtime", "bytedancepublishedtime", "weiboarticlecreateat", "apubtime", "docreltime"),
        ),
        "published",
    ),
    **dict.fromkeys(
        ("contentindex", "indexnumber", "indexno", "indexcode", "syh", "suoyinhao", "索引号"), "index_number"
    ),
}
_META_SIGNS = str.maketrans("", "", ":._- ")
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
_new = tuple.__new__
# Where a page's first and last tags stand, and where at least a tag does.
_END, _TAIL = 4096, 65536


class _NotATable(Exception):
    """A plain table was cut out of the source where the parser sees none: in a comment, a script, an attribute.

    Up to the first table that was cut out, the parser is in the same state as in the whole page; if it makes a table of
    what is left, so it is behind it, and so on to the last.
    """


@dataclass
class _Walk:
    """State of the pass: finished blocks, the text of the line that grows, how many grids there are.

    `plain` are the rows of the tables that were cut out of the page; so many of them were `met`, in order. `looks` are
    what elements declare about how they are seen: few pages have any. `reveals`: what is hidden and holds a table is
    read as shown; `hid_table` tells that some was passed over.
    """

    limits: Limits
    plain: list[RawRows]
    blocks: list[Block] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    looks: Looks = field(default_factory=dict)
    grids: int = 0
    met: int = 0
    reveals: bool = False
    hid_table: bool = False

    def flush(self) -> None:
        """Turn the collected text into blocks; lines are numbered by their order in the page."""
        text = SPACE.sub(" ", "".join(self.text)).replace(LINE_BREAK, "\n")
        self.text.clear()
        if not text.strip():
            return
        if "|" in text:
            self.blocks.extend(text_blocks(numbered_lines(text), limits=self.limits, first_grid=self.grids))
            self.grids = 1 + max((b.index for b in self.blocks if isinstance(b, Grid)), default=-1)
            return
        texts = (line.strip(" \t\u3000\xa0\u200b\ufeff") for line in plain_lines(text))
        self.blocks.extend([_new(Paragraph, (text, 0, False)) for text in texts if text])


def check_complete(text: str) -> None:
    """Raise ReadError `truncated` where a page stops inside a tag, or inside a table of a page that never ends."""
    cut = text.rfind("<", max(0, len(text) - _TAIL))
    if cut >= 0 and _TAG_START.match(text, cut) and text.find(">", cut) < 0:
        tail = text.rstrip()[-40:]
        raise ReadError("truncated", "reading_html.ends_in_tag", tail=tail)
    if not _holds(text[:_END], "<html") or _closes(text[-_END:]) or _closes(text[-_TAIL:]):
        return
    lowered = text.lower()
    if not _closes(lowered) and lowered.rfind("<table") > lowered.rfind("</table"):
        raise ReadError("truncated", "reading_html.ends_in_table")


def _closes(text: str) -> bool:
    return _holds(text, "</html") or _holds(text, "</body")


def _holds(text: str, tag: str) -> bool:
    """Tell whether a tag stands in a text in any case; nearly always it is in small letters, which is found sooner."""
    return tag in text or tag in text.lower()


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
            raise ReadError("too_deep", "reading_html.tags_deep", limit=limit, place=found.start())


def html_blocks(text: str, *, limits: Limits) -> tuple[tuple[Block, ...], dict[str, str]]:
    """Return (blocks, metadata) of a page. Raises ReadError `truncated` or where a budget is exceeded."""
    check_complete(text)
    check_depth(text, limits.depth)
    page, plain = cut_plain_tables(text)
    tree = LexborHTMLParser(page)
    rules = Rules(tree, text)
    if plain and rules.words:
        page, kept = cut_plain_tables(text, rules.words)
        if len(kept) < len(plain):
            tree = LexborHTMLParser(page)
            plain, rules = kept, Rules(tree, text)
    walk = _Walk(limits, plain)
    found = None
    if plain:
        with suppress(_NotATable, ReadError):  # the whole page tells which it is
            found = _read(tree, page, walk, rules)
        if found is None:
            page, tree = text, LexborHTMLParser(text)
            walk, rules = _Walk(limits, []), Rules(tree, text)
    if found is None:
        found = _read(tree, page, walk, rules)
    if walk.grids or not walk.hid_table:
        return found
    # A page whose only tables are hidden has a script that shows them, as those of tabs do: a person sees them.
    whole = LexborHTMLParser(text)
    return _read(whole, text, _Walk(limits, [], reveals=True), Rules(whole, text))


def _read(tree: LexborHTMLParser, page: str, walk: _Walk, rules: Rules) -> tuple[tuple[Block, ...], dict[str, str]]:
    root = tree.body or tree.root
    walk.looks = looks_of(tree, page, rules, has_tables=page.lower().count("<table") > len(walk.plain))
    if root is not None:
        _walk(root, walk)
    walk.flush()
    if walk.met < len(walk.plain):
        raise _NotATable
    return tuple(walk.blocks), _metadata(tree, page)


def _metadata(tree: LexborHTMLParser, page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    head = tree.head
    if head is None:
        return found
    if (title := head.css_first("title")) is not None:
        found["page_title"] = SPACE.sub(" ", title.text()).strip()
    # A head that text broke off goes on in the body.
    metas = head.css("meta") or (tree.css("meta") if "<meta" in page[:_TAIL] else ())
    for meta in metas:
        attributes = meta.attributes
        called = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = attributes.get("content")
        if not called or not content:
            continue
        name = _META_NAMES.get(called.lower().translate(_META_SIGNS))
        if name and name not in found and content.strip():
            found[name] = content.strip()
    return found


def _walk(root: LexborNode, walk: _Walk) -> None:
    node = root.first_child
    open_nodes: list[tuple[LexborNode, bool, Sight]] = []
    append, looks = walk.text.append, walk.looks
    sight = outer = SEEN
    while node is not None or open_nodes:
        if node is None:
            parent, breaks, sight = open_nodes.pop()
            if breaks:
                append(LINE_BREAK)
            node = parent.next
            continue
        tag = node.tag
        if tag == _TEXT:
            if sight is SEEN or sight.shows():
                append(node.text_content or "")
            node = node.next
            continue
        if tag in SKIPPED or tag == _COMMENT or not node.is_element_node:
            node = node.next
            continue
        outer = sight
        if looks and (look := looks.get(node.mem_id)) is not None:
            inner = entered(sight, look)
            if inner is None and not _is_revealed(node, walk):
                _pass_over(node, walk)
                node = node.next
                continue
            sight = inner or sight
        breaks = tag in LINES
        if breaks:
            append(LINE_BREAK)
            if _is_done(node, walk, sight):
                node, sight = node.next, outer
                continue
        child = node.first_child
        if child is None:
            node, sight = node.next, outer
        else:
            open_nodes.append((node, breaks, outer))
            node = child


def _is_revealed(node: LexborNode, walk: _Walk) -> bool:
    """Tell whether a hidden element is read all the same, as one that a script of the page shows."""
    if node.tag != "table" and node.css_first("table") is None:
        return False
    walk.hid_table = True
    return walk.reveals


def _pass_over(node: LexborNode, walk: _Walk) -> None:
    """Count the plain tables in what is not shown, so that the next one is known by its number."""
    if not walk.plain:
        return
    for table in [node, *node.css("table")] if node.tag == "table" else node.css("table"):
        number = table.attributes.get(MARK)
        if number is not None and number != str(walk.met):
            if int(number) < walk.met:
                continue
            raise _NotATable
        walk.met += number is not None


def _is_done(node: LexborNode, walk: _Walk, sight: Sight) -> bool:
    """Return whether an element that breaks lines is dealt with: navigation, a table of data, a heading with text."""
    tag = node.tag
    if tag in _LISTS:
        return _is_navigation(node)
    if tag == "table":
        return _data_table(node, walk, sight)
    if tag not in _HEADINGS:
        return False
    if walk.plain and node.css_first("table") is not None:
        raise _NotATable  # the text of the table is that of the heading
    text = shown_text(node, walk.looks, sight)[0].replace(LINE_BREAK, "") if walk.looks else node.text()
    if heading := SPACE.sub(" ", text).strip():
        walk.flush()
        walk.blocks.append(Paragraph(heading, 0, is_heading=True))
    return bool(heading)


def _is_navigation(node: LexborNode) -> bool:
    """Return whether a list is navigation: many links, hardly any other text. It is no part of a report."""
    links = node.css("a")
    if len(links) < _MIN_LINKS or len(links) > _MAX_LINKS:
        return False
    wanted = len("".join(node.text_lexbor().split())) / _MAX_TEXT_PER_LINK
    for link in links:
        wanted -= len(link.text_lexbor().strip())
        if wanted <= 0:
            return node.css_first("table") is None
    return False


def _data_table(table: LexborNode, walk: _Walk, sight: Sight) -> bool:
    """Append the grid of a table. False where it is layout: it holds a table, or a cell with a page of text."""
    raw: Iterable[Iterable[RawCell]]
    if walk.plain and (number := table.attributes.get(MARK)) is not None:
        if number != str(walk.met) or sight is not SEEN:
            raise _NotATable
        raw = walk.plain[walk.met]
        walk.met += 1
    elif holds_table(table):
        if not wraps_cells(table, walk.plain):
            return False
        if walk.plain:
            raise _NotATable  # the text of the tables in it is that of its cells
        raw = tree_rows(table, walk.looks, sight, own_rows(table))
    else:
        plain = None if walk.looks else plain_rows((table.html or "").removesuffix("</table>"))
        raw = plain or tree_rows(table, walk.looks, sight)
    rows = placed(raw, walk.limits, walk.grids)
    if walk.looks and any(
        walk.looks.get(c.mem_id, {}).get("visibility") == "collapse" for c in table.css("col,colgroup")
    ):
        rows = tuple(tuple(cell._replace(doubt=cell.doubt or OTHERWISE) for cell in row) for row in rows)
    if not isinstance(raw, list) and any(is_layout(cell.text) for row in rows for cell in row):
        return False
    if walk.grids >= walk.limits.grids:
        raise ReadError("too_many_tables", "reading_html.many_tables", limit=walk.limits.grids)
    if any(cell.text for row in rows for cell in row):
        walk.flush()
        walk.blocks.append(Grid(walk.grids, rows, spanned=True))
        walk.grids += 1
    return True
