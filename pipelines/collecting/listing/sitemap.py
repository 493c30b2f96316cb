"""A sitemap or an index of sitemaps, uncompressed."""

from __future__ import annotations

import re
from html import unescape

from pipelines.collecting.list_types import Sitemap
from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.listing.elements import between, never_ends
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import FoundLink, ListPage, Request, Response
from pipelines.collecting.source import Source

MAX_ENTRIES = 50_000


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the sitemap."""
    assert isinstance(source.list, Sitemap)
    return (Request(source.list.url, kind="list"),)


def read(source: Source, response: Response) -> ListPage:
    """Return the addresses that are items, with the day each was last changed. Raises ListError."""
    spec = source.list
    assert isinstance(spec, Sitemap) and spec.item.url_regex is not None
    text = markup.text_of(response)
    if "<sitemapindex" in text[:5000]:
        nested = (between(entry, "loc") for entry in _entries(text, "sitemap", response.url))
        targets = (markup.absolute(response.url, unescape(found[0]).strip()) for found in nested if found)
        return ListPage(following=tuple(static_pages.deeper(response, url) for url in targets if url))
    if "<urlset" not in text[:5000]:
        raise ListError("not_a_sitemap", f"{response.url}: expected <urlset> or <sitemapindex>, found {text[:60]!r}")
    wanted = re.compile(spec.item.url_regex)
    found: list[FoundLink] = []
    for entry in _entries(text, "url", response.url):
        address = next(iter(between(entry, "loc")), "")
        url = markup.absolute(response.url, unescape(address).strip())
        if url and wanted.search(url):
            changed = markup.iso_date(next(iter(between(entry, "lastmod")), None))
            found.append(FoundLink(url, "", response.url, len(found) + 1, changed))
    return ListPage(tuple(found), (), len(found))


def _entries(text: str, name: str, place: str) -> list[str]:
    entries = between(text, name)
    if len(entries) > MAX_ENTRIES:
        raise ListError("too_large", f"{place}: more than {MAX_ENTRIES} entries, which no sitemap may hold")
    if never_ends(text, name):
        raise ListError("truncated", f"{place}: the sitemap ends inside <{name}>: fetch it again")
    return entries


LISTER = Lister(first, read)
