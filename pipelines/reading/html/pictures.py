"""The pictures that a page shows in its article, in order, as far as they may be pages of a report.

Belongs here: what the source of a page tells of them. Keep out: fetching them (`collecting`), their pixels (`scan`).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipelines.reading.pages.beside_text import can_be_page

# What portals call the element that holds an article.
ARTICLES = (
    "#zoom", "#Zoom", ".TRS_Editor", ".trs_editor", "#UCAP-CONTENT", ".Custom_UnionStyle", ".article-content",
    ".articleContent", "#ivs_content", ".xxgk_content", ".bt_content", "#content",
)  # fmt: skip
# Where scripts that load pictures late keep their addresses; what stands in src is then a placeholder.
_SOURCES = ("data-original", "data-src", "data-lazy-src", "data-lazyload", "data-url", "original", "file", "src")
_AROUND = frozenset(("header", "nav", "footer", "aside", "noscript", "template"))
_AROUND_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|head(?:er)?|foot(?:er)?|share|logo|banner|qr(?:code)?|ewm|related|sidebar|crumbs?)"
    r"(?:$|[\s_-]|bar|box|nav)",
    re.IGNORECASE,
)
_DECORATION = re.compile(
    r"(?:^|[/_\-.])(?:icons?|ico|logo|qr(?:code)?|ewm|erweima|emot\w*|emoji|face|smiley?|share|btn|button|arrow|blank"
    r"|spacer|loading|weixin|wechat|weibo|print|close|jiucuo|dzjg|red|blue|conac\w*|banner)\d*(?:[/_\-.]|$)"
    r"|\.(?:svg|ico)$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|tiff?)(?:$|[?#])", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")
_STYLED = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A picture that is shown smaller than this is none of a page.
_LEAST_SHOWN = 150
_MOST_PICTURES = 300
_DATA = re.compile(r"\s*data:image/[\w.+-]+((?:;[^,;]*)*),", re.IGNORECASE)


def shown_pictures(text: str) -> list[str]:
    """Return the addresses of the pictures of an article as its page states them, each once; most pages have none."""
    if "<img" not in text and "<img" not in text.lower():
        return []
    return pictures_in(LexborHTMLParser(text), ARTICLES)


def pictures_in(tree: LexborHTMLParser, articles: tuple[str, ...]) -> list[str]:
    """Return as `shown_pictures` does; `articles` name the elements that may hold the article, else it is the page."""
    for css in articles:
        found = [list(_pictures(node)) for node in tree.css(css)[:5]]
        if most := max(found, key=len, default=[]):
            return list(dict.fromkeys(most))[:_MOST_PICTURES]
    body = tree.body
    return list(dict.fromkeys(_pictures(body)))[:_MOST_PICTURES] if body is not None else []


def data_of(source: str) -> bytes | None:
    """Return the picture that stands in an address itself (data:), None of any other address and a damaged one."""
    found = _DATA.match(source)
    if found is None:
        return None
    stated = source[found.end() :]
    if "base64" not in found[1].lower():
        return unquote_to_bytes(stated)
    try:
        return base64.b64decode("".join(unquote(stated).split()))
    except (binascii.Error, ValueError):
        return None


def own_pictures(sources: list[str]) -> tuple[list[tuple[str, bytes]], int]:
    """Return the pictures in a page itself that can be pages, and how many others it shows from elsewhere."""
    inside = [(number, data_of(each)) for number, each in enumerate(sources, start=1) if _DATA.match(each)]
    kept = [(f"img {number}", data) for number, data in inside if data is not None and can_be_page(data)]
    return kept, len(sources) - len(inside)


def _pictures(root: LexborNode) -> Iterator[str]:
    for node in root.css("img"):
        source = _source(node)
        if source and _is_seen(node) and not _is_around(node, root) and not _is_decoration(source):
            yield source


def _source(node: LexborNode) -> str | None:
    attributes = node.attributes
    for name in _SOURCES:
        if stated := (attributes.get(name) or "").strip():
            return stated
    return None


def _is_decoration(source: str) -> bool:
    if _DATA.match(source):
        return False
    try:
        path = unquote(urlsplit(source).path)
    except ValueError:
        return True
    return not path or _DECORATION.search("/".join(path.rsplit("/", 2)[-2:])) is not None


def _is_seen(node: LexborNode) -> bool:
    attributes = node.attributes
    style = attributes.get("style") or ""
    if _UNSEEN.search(style) or "hidden" in attributes:
        return False
    sizes = [int(found[2]) for found in _STYLED.finditer(style)]
    for name in ("width", "height"):
        if stated := _PIXELS.fullmatch(attributes.get(name) or ""):
            sizes.append(int(stated[1]))
    return not any(size < _LEAST_SHOWN for size in sizes)


def _is_around(node: LexborNode, root: LexborNode) -> bool:
    """Tell whether a picture stands around the article at `root`, or is the face of a link to another page."""
    above = node.parent
    while above is not None and above.mem_id != root.mem_id:
        attributes = above.attributes
        if above.tag in _AROUND or _UNSEEN.search(attributes.get("style") or ""):
            return True
        if above.tag == "a" and (href := attributes.get("href")) and not _is_no_page(href):
            return True
        if any(_AROUND_WORDS.search(attributes.get(name) or "") for name in ("class", "id")):
            return True
        above = above.parent
    return False


def _is_no_page(href: str) -> bool:
    return _PICTURE.search(href) is not None or href.lower().startswith(("javascript:", "#", "data:"))
