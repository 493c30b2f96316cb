"""Pages that show next to nothing, because a script of theirs shows the text: read from where the page holds it.

What a browser shows without a script comes first: only a page without a table of its own is searched for one in
templates, text areas, scripts and escaped markup. Keep out: literals and values of programs (`json`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.reading.document import Block, Grid, Paragraph
from pipelines.reading.html.document import html_blocks
from pipelines.reading.json.document import Article, articles, fragment_blocks, json_value, numbered
from pipelines.reading.json.literals import literals, markup
from pipelines.reading.limits import Limits

# So many cells make the tables of a report, in short ones as well; a block of a page's own data has fewer.
_FEWEST_CELLS = 40
# A page with less text than this shows no report; one told in words has more.
_LITTLE_TEXT, _MUCH_TEXT = 400, 600
# A cell of a table in the source, whatever it is escaped by.
_HELD_CELL = re.compile(r"(?:<|&(?:amp;)*(?:lt|#60);|\\u003c|\\x3c|%3c)t[dh](?![a-z])|CDATA\[", re.IGNORECASE)
_CELL_WORDS = ("td", "TD", "th", "TH", "CDATA[")
_HELD_TEXT = re.compile(r"<(?:script|textarea|template|noscript|xmp|iframe|input)\b", re.IGNORECASE)
_CARRIERS = "script, textarea, template, noscript, xmp, iframe[srcdoc], input[type=hidden]"
_WRAPPER = re.compile(r"\A<[^<>]*>|</[^<>]*>\Z")
_CELL, _CELL_END = re.compile(r"<t[dh](?![a-z])", re.IGNORECASE), re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_SECTION, _SECTION_END = "<![CDATA[", "]]>"
_SOURCE = re.compile(r"</?[a-z]", re.IGNORECASE)


def page_blocks(text: str, *, limits: Limits) -> tuple[tuple[Block, ...], dict[str, str]]:
    """Return (blocks, metadata) of a page, with what its script shows where it shows no table. Raises ReadError."""
    page, sections = _without_sections(text)
    blocks, metadata = html_blocks(page, limits=limits)
    if _cells(blocks) >= _FEWEST_CELLS:
        return blocks, metadata
    shown = _characters(blocks)
    has_cells = any(word in text for word in _CELL_WORDS) and _HELD_CELL.search(text) is not None
    if not (has_cells or (shown < _LITTLE_TEXT and _HELD_TEXT.search(text))):
        return blocks, metadata
    held = _held(page, sections, limits) or _written(blocks, limits)
    enough = [part for part in held if _cells(part) >= _FEWEST_CELLS]
    if not enough and shown < _LITTLE_TEXT:
        enough = [part for part in held if _characters(part) >= _MUCH_TEXT]
    if not enough:
        is_by_script = shown < _LITTLE_TEXT and "<script" in text.lower()
        return blocks, {**metadata, "by_script": "yes"} if is_by_script else metadata
    own = [b for b in blocks if not (isinstance(b, Paragraph) and _SOURCE.search(b.text))]
    return numbered([*own, *(block for part in enough for block in part)]), metadata


def _without_sections(text: str) -> tuple[str, list[str]]:
    """Return a page of XML without its sections of characters, and these; a script's are its own."""
    head = text[:4096]
    if "<html" in head or "<html" in head.lower() or _SECTION not in text:
        return text, []
    rest: list[str] = []
    sections: list[str] = []
    done = 0
    while (start := text.find(_SECTION, done)) >= 0:
        rest.append(text[done:start])
        end = text.find(_SECTION_END, start)
        end = len(text) if end < 0 else end
        sections.append(text[start + len(_SECTION) : end])
        done = end + len(_SECTION_END)
    return "".join((*rest, text[done:])), sections


def _cells(blocks: tuple[Block, ...]) -> int:
    return sum(len(row) for block in blocks if isinstance(block, Grid) for row in block.rows)


def _characters(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.text) for block in blocks if isinstance(block, Paragraph))


def _held(page: str, sections: list[str], limits: Limits) -> list[tuple[Block, ...]]:
    """Return the blocks of each text that a page holds unseen, each once."""
    tree = LexborHTMLParser(page)
    found: dict[tuple[Block, ...], None] = {}
    sources = (*sections, *(source for node in tree.css(_CARRIERS) for source in _sources(node)))
    for source in sources:
        found.setdefault(fragment_blocks(source, limits=limits))
    return list(found)


def _written(blocks: tuple[Block, ...], limits: Limits) -> list[tuple[Block, ...]]:
    """Return the blocks of markup that a page shows as text, since it was escaped once too often."""
    shown = markup("\n".join(block.text for block in blocks if isinstance(block, Paragraph)))
    return [fragment_blocks(shown, limits=limits)] if shown is not None else []


def _sources(node: LexborNode) -> Iterator[str]:
    """Yield the markup that an element holds unseen."""
    if node.tag in ("template", "noscript"):
        yield _WRAPPER.sub("", node.html or "")
        return
    attributes = node.attributes
    text = (attributes.get("srcdoc") or attributes.get("value") or node.text() or "").strip()
    if node.tag != "script" or text.startswith("<"):
        if (source := markup(text)) is not None:
            yield source
        return
    value = json_value(text)
    if value is not None:
        yield from _pages(articles(value))
        return
    parts = [page for literal in literals(text) for page in _literal_pages(literal)]
    if not parts:
        return
    if all(map(_is_whole, parts)) if len(parts) != 1 else _ends_whole(parts[0]):
        yield "".join(parts)


def _ends_whole(part: str) -> bool:
    """Tell whether the only literal of a script ends behind its cells: nothing is put between its halves."""
    lowered = part.lower()
    return lowered.rfind("<td") <= lowered.rfind("</td")


def _is_whole(part: str) -> bool:
    """Tell whether markup holds its cells whole: between the halves of one a script puts what only it knows."""
    return len(_CELL.findall(part)) == len(_CELL_END.findall(part)) and part.count("<") == part.count(">")


def _literal_pages(literal: str) -> Iterator[str]:
    if literal[:1] in ("{", "[") and (value := json_value(literal)) is not None:
        yield from _pages(articles(value))
    elif (page := markup(literal)) is not None or _SOURCE.search(literal):
        yield page or literal


def _pages(found: Iterator[Article]) -> Iterator[str]:
    for article in found:
        yield from article.pages
