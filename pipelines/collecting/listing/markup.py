"""HTML of a list page as text, tree and links.

Belongs here: what the list types that read HTML share. Keep out: what only one list type knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from pipelines.collecting.list_types import Item
from pipelines.collecting.listing.lister import ListError
from pipelines.collecting.records import FoundLink, Response
from pipelines.messages import retold
from pipelines.reading.decoding import decode
from pipelines.reading.document import ReadError
from pipelines.reading.html.document import check_depth

# A list page is some 100 KB; sitemaps go to 50 MB, which no column of reports needs.
MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 500
MAX_LINKS = 20_000
_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})(?!\d)")
_SKIPPED = ("javascript:", "mailto:", "tel:", "data:", "#", "about:")
_DOCUMENT = re.compile(r"\.(?:s?html?|jspx?|aspx?|php|pdf|docx?|xlsx?|wps|rtf|od[ts]|ofd|zip|rar)$", re.IGNORECASE)
_INDEX = re.compile(r"^(?:index|default|list)(?:_\d+)?\.\w{3,5}$", re.IGNORECASE)
_CUT = re.compile(r"(?:…+|\.{2,}|。。+)\s*$")


@dataclass(frozen=True)
class Anchor:
    """A link of a page: its absolute address and its title, whole where the page has it whole."""

    url: str
    title: str
    date: str | None = None


def text_of(response: Response) -> str:
    """Return the text of a response. Raises ListError `too_large`, `empty_page` or `undecodable`."""
    if len(response.body) > MAX_BYTES:
        detail = f"{response.url}: a list page of {len(response.body)} bytes, expected at most {MAX_BYTES}"
        raise ListError("too_large", detail)
    try:
        text, _ = decode(response.body)
    except ReadError as error:
        raise ListError("undecodable", f"{response.url}: {retold(error.detail, 'en')}") from error
    if not text.strip():
        raise ListError("empty_page", f"{response.url}: a page without text, expected a list")
    return text


def tree_of(text: str, place: str) -> LexborHTMLParser:
    """Return the tree of a page. Raises ListError `too_deep` or `unparsable`."""
    try:
        check_depth(text, MAX_DEPTH)
    except ReadError as error:
        raise ListError("too_deep", f"{place}: {retold(error.detail, 'en')}") from error
    try:
        return LexborHTMLParser(text)
    except (SelectolaxError, ValueError) as error:
        raise ListError("unparsable", f"{place}: the page could not be parsed as HTML ({error})") from error


def select(tree: LexborHTMLParser | LexborNode, css: str, place: str) -> list[LexborNode]:
    """Return the nodes that a selector of the source finds, each once. Raises ListError `selector` where it is none."""
    try:
        # A node that two parts of a selector (".a, .b") match comes twice.
        return list({node.mem_id: node for node in tree.css(css)}.values())
    except (SelectolaxError, ValueError) as error:
        raise ListError("selector", f"{place}: {css!r} is no CSS selector ({error}): correct the source") from error


def absolute(base: str, href: str | None) -> str | None:
    """Return the http(s) address of a link, or None where it leads to no page."""
    href = (href or "").strip()
    if not href or href.lower().startswith(_SKIPPED) or len(href) > 2000:
        return None
    try:
        url = urljoin(base, href)
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if known else None


def iso_date(text: str | None) -> str | None:
    """Return the first date of a text as YYYY-MM-DD; None where there is none that the calendar knows."""
    for found in _DATE.finditer((text or "")[:2000]):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        except ValueError:
            continue
    return None


def is_cut(title: str) -> bool:
    """Return whether a title ends in dots, so that its end is not known."""
    return bool(_CUT.search(title[-20:]))


def _squeezed(text: str) -> str:
    return " ".join(text[:1000].split())


def title_of(node: LexborNode) -> str:
    """Return a link's title: its text, or its title attribute where that says more or the text is cut off."""
    text, named = _squeezed(node.text(deep=True)), _squeezed(node.attributes.get("title") or "")
    if named and (is_cut(text) or not text or len(named) > len(text)):
        return named
    return text or named


def anchors(node: LexborHTMLParser | LexborNode, base: str, item: Item, place: str) -> Iterator[Anchor]:
    """Yield the links of a page or a record: of each record the first that leads to a page."""
    if item.record is None:
        for link in select(node, item.link, place)[:MAX_LINKS]:
            if url := absolute(base, link.attributes.get("href")):
                yield Anchor(url, title_of(link), iso_date(_beside(link)))
        return
    for record in select(node, item.record, place)[:MAX_LINKS]:
        if found := record_anchor(record, base, item, place):
            yield found


def record_anchor(record: LexborHTMLParser | LexborNode, base: str, item: Item, place: str) -> Anchor | None:
    """Return the first link of a record that leads to a page, with the date the record states."""
    for link in select(record, item.link, place):
        if url := absolute(base, link.attributes.get("href")):
            dated = [node.text() for node in select(record, item.date, place)] if item.date else []
            whole = record.text() if isinstance(record, LexborNode) else (record.body.text() if record.body else "")
            return Anchor(url, title_of(link), iso_date(" ".join(dated)) or iso_date(whole))
    return None


def _beside(link: LexborNode) -> str:
    parent = link.parent
    return parent.text() if parent is not None and parent.tag in {"li", "td", "tr", "p", "dd", "div"} else link.text()


def folder_of(url: str) -> str:
    """Return the address of the folder that a page lies in, without query."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rpartition('/')[0]}/"


def is_below(url: str, folder: str) -> bool:
    """Return whether an address lies in a folder of `folder_of`; http and https are the same."""
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path}".startswith(folder)


def is_document(url: str) -> bool:
    """Return whether an address looks like a page or file, not a column or its paging."""
    name = urlsplit(url).path.rpartition("/")[2].partition(";")[0]  # without the id of a visit
    return bool(_DOCUMENT.search(name)) and not _INDEX.match(name)


def items(tree: LexborHTMLParser, base: str, item: Item) -> list[Anchor]:
    """Return the items of a static list page, each address once: as the source says, else pages below the list.

    Raises ListError where a selector is none.
    """
    folder, pattern = folder_of(base), re.compile(item.url_regex) if item.url_regex else None
    found: dict[str, Anchor] = {}
    for anchor in anchors(tree, base, item, base):
        if pattern is not None:
            wanted = bool(pattern.search(anchor.url))
        else:
            wanted = (item.record is not None or is_document(anchor.url)) and (
                not item.same_prefix or is_below(anchor.url, folder)
            )
        if wanted and (anchor.url not in found or len(found[anchor.url].title) < len(anchor.title)):
            found[anchor.url] = anchor
    return list(found.values())


def links(found: list[Anchor], list_url: str, year: int | None = None) -> tuple[FoundLink, ...]:
    """Return anchors as links of a list, in order."""
    return tuple(
        FoundLink(anchor.url, anchor.title, list_url, position, anchor.date, None, year)
        for position, anchor in enumerate(found, start=1)
    )
