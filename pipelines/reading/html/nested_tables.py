"""Tables in tables: which of them lay out a page, and which only dress the text of a cell.

Some editors put a table around the text of every cell. Such a table holds one cell with text, and the table around it
is data; a table that lays out a page holds whole tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborNode

from pipelines.reading.html.plain_tables import MARK, RawRows

_GROUPS, _CELLS, _TEXT = frozenset({"tbody", "thead", "tfoot"}), frozenset({"td", "th"}), "-text"
# Fewer cells are a frame around a page. What is deeper or larger than this dresses no cell.
_FEWEST_CELLS, _MOST_NODES, _DEEPEST = 4, 20_000, 3


def holds_table(table: LexborNode) -> bool:
    """Return whether another table stands in a table; stops at the first, so that nesting costs no square of time."""
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


def own_rows(table: LexborNode) -> list[LexborNode]:
    """Return the rows of a table without those of the tables in it."""
    rows: list[LexborNode] = []
    for child in _children(table):
        if child.tag in _GROUPS:
            rows.extend(inner for inner in _children(child) if inner.tag == "tr")
        elif child.tag == "tr":
            rows.append(child)
    return rows


def wraps_cells(table: LexborNode, plain: Sequence[RawRows]) -> bool:
    """Tell whether the tables in a table hold at most one cell with text for each cell of its own.

    `plain` are the rows of the tables that were cut out of the page, by the number in their mark.
    """
    cells = [cell for row in own_rows(table) for cell in _children(row) if cell.tag in _CELLS]
    if len(cells) < _FEWEST_CELLS:
        return False
    nodes = 0
    for cell in cells:
        texts = _texts(cell, plain, _MOST_NODES - nodes)
        if texts is None or texts[0] > 1:
            return False
        nodes += texts[1]
    return True


def _texts(cell: LexborNode, plain: Sequence[RawRows], budget: int) -> tuple[int, int] | None:
    """Return how many cells with text stand in a cell, itself among them, and of how many nodes it is made.

    None where a table in it stands too deep or where there are more nodes than allowed.
    """
    holders: set[int] = set()
    cut = nodes = 0
    waiting = [(child, cell.mem_id, 0) for child in _children(cell)]
    while waiting:
        node, holder, depth = waiting.pop()
        nodes += 1
        tag = node.tag
        if nodes > budget or depth > _DEEPEST:
            return None
        if tag == _TEXT:
            if (node.text_content or "").strip():
                holders.add(holder)
        elif tag == "table" and (mark := node.attributes.get(MARK)) is not None:
            cut += sum(bool(cell.text) for row in plain[int(mark)] for cell in row)
        else:
            inner = node.mem_id if tag in _CELLS else holder
            waiting.extend((child, inner, depth + (tag == "table")) for child in _children(node))
        if len(holders) + cut > 1:
            break
    return len(holders) + cut, nodes


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next
