"""Pages requested by a query parameter, as ASP.NET portals do."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipelines.collecting.list_types import AspnetQuery
from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.listing.lister import Guess, Lister
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source


def with_param(url: str, name: str, value: str) -> str:
    """Return an address with one query parameter set, at its place or at the end."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if any(key == name for key, _ in pairs):
        pairs = [(key, value if key == name else old) for key, old in pairs]
    else:
        pairs.append((name, value))
    return urlunsplit(parts._replace(query=urlencode(pairs), fragment=""))


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of page 1."""
    spec = source.list
    assert isinstance(spec, AspnetQuery)
    return (Request(with_param(spec.url, spec.page_param, "1"), kind="list"),)


def read(source: Source, response: Response) -> ListPage:
    """Return the items and a guess at the next page: only a page without a new link ends the list. Raises ListError."""
    spec = source.list
    assert isinstance(spec, AspnetQuery)
    text = markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    found = markup.items(tree, response.url, spec.item)
    if not found:
        return ListPage(following=static_pages.frames(tree, response) if response.request.page == 1 else ())
    page = response.request.page + 1
    url = with_param(response.request.url, spec.page_param, str(page))
    following = Guess(**vars(replace(response.request, url=url, page=page, referer=response.url)))
    stated = re.search(spec.total_regex, text) if spec.total_regex else None
    digits = (stated[stated.lastindex or 0] or "") if stated else ""
    total = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
    return ListPage(markup.links(found, response.url), (following,), len(found), total)


LISTER = Lister(first, read)
