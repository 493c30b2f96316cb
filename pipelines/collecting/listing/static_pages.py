"""What TRS pages, year trees and query pages share: the number of pages, the next page, frames, interstitial pages.

Belongs here: following a static list. Keep out: which links are items (`markup`).
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipelines.collecting.listing.lister import Guess
from pipelines.collecting.listing.markup import absolute, select
from pipelines.collecting.records import Request, Response

_PAGES = re.compile(
    r"createPageHTML\s{0,9}\(\s{0,9}['\"]?(\d{1,6})['\"]?"
    r"(?:\s{0,9},\s{0,9}\d{1,6}\s{0,9},\s{0,9}['\"](\w{1,40})['\"]\s{0,9},\s{0,9}['\"](\w{1,6})['\"])?",
    re.IGNORECASE,
)
_COUNT_PAGE = re.compile(r"var\s{1,9}countPage\s{0,9}=\s{0,9}(\d{1,6})")
DEFAULT_TEMPLATE = "index_{n}.html"
_INTERSTITIAL_BYTES = 4096
_META = re.compile(r"url\s{0,9}=\s{0,9}['\"]?([^'\"\s>]{1,1000})", re.IGNORECASE)
_SCRIPT = re.compile(
    r"location(?:\s{0,9}\.\s{0,9}href)?\s{0,9}(?:=|\.\s{0,9}(?:replace|assign)\s{0,9}\()\s{0,9}['\"]([^'\"]{1,1000})['\"]"
)


def paging(text: str, response: Response, template: str, *, listed: bool) -> tuple[Request, ...]:
    """Return the pages after this one: from the first page all that it states, else a guess at the next.

    A page states their number and their names by createPageHTML(number, this, "index", "html"); without it the names
    are the source's `template`, and a page that lists nothing is the last.
    """
    request, first_url = response.request, response.url
    stated = _PAGES.search(text)
    if stated and stated[2] and template == DEFAULT_TEMPLATE:
        template = f"{stated[2]}_{{n}}.{stated[3]}"
    if found := stated or _COUNT_PAGE.search(text):
        pages = int(found[1])
        if request.page > 1:
            return ()
        # One more than the cap of any source, so that the cap is met and reported, never silently kept to.
        return tuple(_numbered(request, first_url, template, page) for page in range(2, min(pages, 5001) + 1))
    if not listed:
        return ()
    following = _numbered(request, first_url, template, request.page + 1)
    return (Guess(**vars(following)),)


def _numbered(request: Request, first_url: str, template: str, page: int) -> Request:
    url = urljoin(first_url, template.replace("{n}", str(page - 1)))
    plain = {**vars(request), "url": url, "page": page, "referer": first_url}
    return Request(**plain)


def frames(tree: LexborHTMLParser, response: Response) -> tuple[Request, ...]:
    """Return the frames of the same host in a page: a list may stand in one."""
    found: dict[str, Request] = {}
    for frame in select(tree, "iframe[src], frame[src]", response.url)[:20]:
        url = absolute(response.url, frame.attributes.get("src"))
        if url and urlsplit(url).netloc.lower() == urlsplit(response.url).netloc.lower():
            found[url] = deeper(response, url)
    return tuple(found.values())


def deeper(response: Response, url: str) -> Request:
    """Return the request of a page that another page leads to."""
    request = response.request
    return Request(url, kind="list", referer=response.url, depth=request.depth + 1, year=request.year)


def interstitial_target(text: str, tree: LexborHTMLParser, base: str) -> str | None:
    """Return where a page without content of its own sends its reader (meta refresh or location in a script)."""
    if len(text) > _INTERSTITIAL_BYTES or select(tree, "a[href]", base):
        return None
    for meta in select(tree, "meta[http-equiv]", base):
        named = (meta.attributes.get("http-equiv") or "").strip().lower() == "refresh"
        if named and (found := _META.search(meta.attributes.get("content") or "")):
            return absolute(base, found[1])
    for script in select(tree, "script, body[onload]", base):
        if found := _SCRIPT.search(f"{script.attributes.get('onload') or ''} {script.text()}"):
            return absolute(base, found[1])
    return None


def interstitial(text: str, tree: LexborHTMLParser, response: Response) -> Request | None:
    """Return the request of the page that an interstitial page leads to; it takes the place of that page."""
    target = interstitial_target(text, tree, response.url)
    if target is None or target == response.url:
        return None
    request = response.request
    # Not a Guess any more, even if the interstitial page was one: that the page it names is missing is a fault.
    return Request(**{**vars(request), "url": target, "depth": request.depth + 1, "referer": response.url})


def emptied(response: Response) -> str | None:
    """Return what is wrong with a page without items that the list states; a guessed page may be empty."""
    if isinstance(response.request, Guess):
        return None
    return f"{response.url}: holds no items, though the list states this page: look at the portal"
