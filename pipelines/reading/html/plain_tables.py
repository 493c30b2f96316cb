"""Tables of HTML whose markup is plain, read from the source: they are most of a page, and walking their tree is slow.

Plain is a table in which every tag is closed in order and nothing but text, line breaks and the dress of text stands in
a cell: a parser reads it in one way. Belongs here: what is plain, and the cells of it. Keep out: the page around it;
whether such a piece of the source is a table at all, or part of a comment, only the parser can tell (`html`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5
from secrets import token_hex
from typing import NamedTuple

from pipelines.reading.html.otherwise import PICTURE, is_picture, may_be_a_digit
from pipelines.reading.html.signs import is_odd

# The attribute of a table whose rows were taken out of the page: a name that no page can know.
MARK = f"plain-{token_hex(8)}"
# Parsers drop NUL from text, so it can stand for a line break until white space is collapsed.
LINE_BREAK = "\0"
# A table cell with this many lines holds the page, not a number: the table is layout.
_LAYOUT_LINES = 15
_WHITE = r"[ \t\r\n\f]"
SPACE = re.compile(f"{_WHITE}+")

# A cell, or any other tag of a table, with the white space before it. What stands in a cell begins with no t (td, th,
# tr, table). All repeats are possessive, so that a table that is not plain is refused in one pass.
_CELL = r"<[tT]([dDhH])([^<>]*+>[^<]*+(?:<(?!/?[tT])[^<]*+)*+)</[tT]\1>"
_TOKEN = re.compile(rf"{_WHITE}*+(?:{_CELL}|<(/?[a-zA-Z]++)([^<>]*+)>)")
_GROUPS = 1 + 4  # `split` returns for each token the text before it and four groups
_CELL_END = "</td>"
# Begins with a literal: such a pattern is searched ten times as fast.
_TABLE = re.compile("</?table")
_ATTRIBUTE = rf"""{_WHITE}++([^\s"'<>/=\0]++)(?:=(?:"([^"<>]*+)"|'([^'<>]*+)'|([^\s"'=<>`\0]++)))?+"""
_ATTRIBUTES = re.compile(rf"(?:{_ATTRIBUTE})*+{_WHITE}*+")
_EACH_ATTRIBUTE = re.compile(_ATTRIBUTE)
_COMMENT = r"<!(?:--[^<>]*--|\[[^<>]*\])>"
_INNER = re.compile(rf"{_COMMENT}|<(/?)([a-zA-Z][a-zA-Z0-9]*(?::[a-zA-Z][a-zA-Z0-9]*)?)([^<>]*)>")
_REFERENCE = re.compile(r"&(?:#(\d{1,6})|([a-zA-Z][a-zA-Z0-9]*));")
# Code points that a reference to them stands for itself.
_ORDINARY = (range(0x20, 0x7F), range(0xA0, 0xD800), range(0xE000, 0xFDD0), range(0xFE10, 0xFFFE))
# What may stand in a cell: tags that close nothing and that nothing closes, and that neither strike nor raise text.
# Word's own (o:p) are such, too.
_DRESS = frozenset((*("span", "b", "strong", "i", "em", "u", "font", "small", "big", "label"), "code"))
_BLOCKS = frozenset(("p", "div", "center"))
_EMPTY = frozenset(("br", "img"))
# Where a tag of a table leads to from where one is.
_STEPS = {
    ("", "table"): "table",
    ("table", "col"): "table",
    ("table", "colgroup"): "colgroup",
    ("colgroup", "col"): "colgroup",
    ("colgroup", "/colgroup"): "table",
    **{("table", name): name for name in ("tbody", "thead", "tfoot")},
    **{(name, f"/{name}"): "table" for name in ("tbody", "thead", "tfoot")},
    **{(name, "tr"): f"{name} tr" for name in ("table", "tbody", "thead", "tfoot")},
    **{(f"{name} tr", "/tr"): name for name in ("table", "tbody", "thead", "tfoot")},
}
_MAX_KEPT = 800  # characters of source that are kept in the cache
_MAX_DEPTH = 30  # of dress in a cell


class RawCell(NamedTuple):
    """A cell as its source states it: text, a line for each block, and spans that are at least 1 and may be absurd."""

    text: str
    rowspan: int
    colspan: int
    doubt: str | None = None


RawRows = list[list[RawCell]]
# The cells in a piece of a table and the names of its other tags.
Tokens = tuple[RawCell | str, ...]


def cut_plain_tables(page: str, hiding: tuple[str, ...] = ()) -> tuple[str, list[RawRows]]:
    """Return the page with its plain tables emptied and marked, and the rows of each by the number in its mark.

    Tables in which a word of `hiding` is found hold what a rule of the page may hide: they are not plain.
    """
    tables: list[RawRows] = []
    parts: list[str] = []
    done, start = 0, -1
    for tag in _TABLE.finditer(page):
        if page[tag.start() + 1] != "/":
            start = tag.start()
            continue
        # A table that holds no table begins at the last start tag before an end tag.
        is_end = start >= 0 and page.startswith("</table>", tag.start())
        is_plain = is_end and not any(page.find(word, start, tag.start()) >= 0 for word in hiding)
        if is_plain and (rows := plain_rows(page[start : tag.start()])) is not None:
            parts.append(f'{page[done:start]}<table {MARK}="{len(tables)}">')
            tables.append(rows)
            done = tag.start()
        start = -1
    return "".join((*parts, page[done:])), tables


def plain_rows(source: str) -> RawRows | None:
    """Return the rows of a table from its source without the end tag; None where that is not plain."""
    *pieces, tail = source.split(_CELL_END)
    read = _kept if max(map(len, pieces), default=0) <= _MAX_KEPT else _ended
    rows: RawRows = []
    row: list[RawCell] | None = None
    place = ""
    for tokens in (*map(read, pieces), _tokens(tail)):
        if tokens is None:
            return None
        for token in tokens:
            if isinstance(token, RawCell):
                if row is None:
                    return None
                row.append(token)
            elif (place := _STEPS.get((place, token), "")) == "":
                return None
            elif token == "tr":
                row = []
                rows.append(row)
            else:
                row = None
    return rows if place == "table" else None


def _tokens(source: str) -> Tokens | None:
    """Return the cells and the names of other tags in a piece of a table, None where it is not plain."""
    parts = _TOKEN.split(source)
    if any(parts[:-1:_GROUPS]) or parts[-1].strip(_WHITE):
        return None
    found: list[RawCell | str] = []
    for cell, tag, attributes in zip(parts[2::_GROUPS], parts[3::_GROUPS], parts[4::_GROUPS], strict=True):
        if cell is not None:
            if (read := _cell(cell)) is None:
                return None
            found.append(read)
        elif not attributes or _are_plain(attributes.removesuffix("/") if tag == "col" else attributes):
            found.append(tag.lower())
        else:
            return None
    return tuple(found)


def _ended(piece: str) -> Tokens | None:
    return _tokens(f"{piece}{_CELL_END}")


# Cells are dressed alike and hold the same few numbers: most are known by their source.
_kept = lru_cache(maxsize=8192)(_ended)


def _cell(source: str) -> RawCell | None:
    """Return the cell of `attributes>content`, None where it is not plain or holds the lines of a page."""
    attributes, _, content = source.partition(">")
    text = _text(content)
    if text is None or is_layout(text) or (attributes and not _are_plain(attributes)):
        return None
    spans: dict[str, str] = {}
    if "span" in attributes.lower():
        for name, *values in _EACH_ATTRIBUTE.findall(attributes):
            spans.setdefault(name.lower(), "".join(values))  # of two attributes with one name the first counts
        if any("&" in spans.get(name, "") for name in ("rowspan", "colspan")):
            return None
    doubt = PICTURE if "<" in content and may_be_a_digit(text) and _has_picture(content) else None
    return RawCell(text, span(spans.get("rowspan")), span(spans.get("colspan")), doubt)


def _has_picture(content: str) -> bool:
    pictures = (
        {name.lower(): "".join(values) for name, *values in _EACH_ATTRIBUTE.findall(attributes)}
        for _, tag, attributes in _INNER.findall(content)
        if tag.lower() == "img"
    )
    return any(map(is_picture, pictures))


def is_layout(text: str) -> bool:
    """Return whether the text of a cell is that of a page."""
    return text.count("\n") >= _LAYOUT_LINES


def span(value: str | None) -> int:
    """Return the span that an attribute states: at least 1, and 1 where it is no number of a sane length."""
    digits = (value or "").strip()
    return max(1, int(digits)) if digits.isdecimal() and len(digits) < 10 else 1


@lru_cache(maxsize=4096)
def _are_plain(attributes: str) -> bool:
    """Return whether attributes leave no doubt where they end (spaces before each, quotes only around values).

    Nor may they change how the text is seen: hidden or white text is left to the tree.
    """
    return _ATTRIBUTES.fullmatch(attributes) is not None and not is_odd(attributes)


def _text(content: str) -> str | None:
    """Return the text of a cell's content, None where its tags are not plain or a character reference is unknown."""
    parts = _INNER.split(content)
    found = [_resolved(parts[0])]
    stack: list[str] = []
    for closing, tag, attributes, text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
        if tag is not None:
            name = tag.lower()
            if attributes and not _are_plain(attributes.removesuffix("/") if name in _EMPTY else attributes):
                return None
            if not (_close(name, stack) if closing else _open(name, stack)) or len(stack) > _MAX_DEPTH:
                return None
            if name in _BLOCKS or name == "br":
                found.append(LINE_BREAK)
        found.append(_resolved(text))
    if None in found or stack not in ([], ["p"]):
        return None
    return cell_lines(SPACE.sub(" ", "".join(filter(None, found))))


def cell_lines(text: str) -> str:
    """Return text with its line breaks as newlines, lines stripped, and without empty ones."""
    if LINE_BREAK not in text:
        return text.strip()
    return "\n".join(line for part in text.split(LINE_BREAK) if (line := part.strip()))


def _open(name: str, stack: list[str]) -> bool:
    """Open a tag; False where a parser would first close another one, or where the tag is no dress."""
    if name in _BLOCKS:
        if stack[-1:] == ["p"] == [name]:
            stack.pop()  # a paragraph ends where the next one begins
        if "p" in stack:
            return False
    elif name == "a":
        if "a" in stack:
            return False
    elif name in _EMPTY:
        return True
    elif name not in _DRESS and ":" not in name:
        return False
    stack.append(name)
    return True


def _close(name: str, stack: list[str]) -> bool:
    """Close a tag; False where it is not the one that was opened last."""
    return bool(stack) and stack.pop() == name


def _resolved(text: str) -> str | None:
    """Return text with its character references resolved, None where one is odd or a tag was not recognised."""
    if "<" in text or LINE_BREAK in text:
        return None
    if "&" not in text:
        return text
    parts = _REFERENCE.split(text)
    if any("&" in part for part in parts[::3]):
        return None
    characters = [_character(code, name) for code, name in zip(parts[1::3], parts[2::3], strict=True)]
    if None in characters:
        return None
    return parts[0] + "".join(f"{c}{after}" for c, after in zip(characters, parts[3::3], strict=True))


def _character(code: str | None, name: str | None) -> str | None:
    if name is not None:
        return html5.get(f"{name};")
    return chr(int(code)) if code is not None and any(int(code) in part for part in _ORDINARY) else None
