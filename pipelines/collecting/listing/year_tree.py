"""One column for each year, with sub-columns; where an address has drifted, it is found again by its link text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipelines.collecting.list_types import Item, Locate, YearTree
from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.listing.lister import Guess, Lister
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_FOLDER_YEAR = re.compile(r"(20\d\d)")
_COLUMN = Item(link="a[href]")


def first(source: Source) -> tuple[Request, ...]:
    """Return a guess at the column of each year, the latest first."""
    spec = _spec(source)
    years = range(spec.years[1], spec.years[0] - 1, -1)
    return tuple(Guess(spec.url.replace("{Y}", str(year)), kind="list", year=year) for year in years)


def absent(source: Source, request: Request) -> tuple[Request, ...]:
    """Return the page that names the columns, where the column of a year is not where it was."""
    spec = _spec(source)
    if spec.locate is None or request.page > 1 or request.depth > 0:
        return ()
    return (Request(spec.locate.url, kind="list", page=0),)


def read(source: Source, response: Response) -> ListPage:
    """Return the items of a column, its next page and its sub-columns. Raises ListError."""
    spec = _spec(source)
    text = markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    if interstitial := static_pages.interstitial(text, tree, response):
        return ListPage(following=(interstitial,))
    if response.request.page == 0 and spec.locate is not None:
        return ListPage(following=_located(spec, spec.locate, tree, response))
    found = markup.items(tree, response.url, spec.item)
    following = static_pages.paging(text, response, spec.next, listed=bool(found))
    if response.request.page == 1 and response.request.depth < spec.follow.max_depth:
        following = (
            *following,
            *_columns(spec, tree, response),
            *(() if found else static_pages.frames(tree, response)),
        )
    problem = static_pages.emptied(response) if not found and response.request.page > 1 else None
    return ListPage(markup.links(found, response.url, response.request.year), following, len(found), problem=problem)


def _spec(source: Source) -> YearTree:
    assert isinstance(source.list, YearTree)
    return source.list


def _located(spec: YearTree, locate: Locate, tree: LexborHTMLParser, response: Response) -> tuple[Request, ...]:
    """Return the columns of the years that a page links to by their text; of each address the first year stands."""
    wanted = re.compile(locate.link_text)
    found: dict[str, Request] = {}
    for anchor in markup.anchors(tree, response.url, _COLUMN, response.url):
        year = _year(spec, anchor)
        if year is None or not wanted.search(anchor.title) or not _same_host(anchor.url, response.url):
            continue
        if not markup.is_document(anchor.url) and anchor.url not in found:
            found[anchor.url] = Request(anchor.url, kind="list", referer=response.url, year=year)
    return tuple(found.values())


def _year(spec: YearTree, anchor: markup.Anchor) -> int | None:
    named = _YEAR.findall(anchor.title) or _FOLDER_YEAR.findall(
        urlsplit(anchor.url).path.rstrip("/").rpartition("/")[2]
    )
    year = int(named[0]) if len(set(named)) == 1 else None
    return year if year is not None and spec.years[0] <= year <= spec.years[1] else None


def _columns(spec: YearTree, tree: LexborHTMLParser, response: Response) -> tuple[Request, ...]:
    wanted, folder = re.compile(spec.follow.link_text), markup.folder_of(response.url)
    found: dict[str, Request] = {}
    for anchor in markup.anchors(tree, response.url, _COLUMN, response.url):
        below = markup.is_below(anchor.url, folder) and urlsplit(anchor.url).path != urlsplit(response.url).path
        if not wanted.search(anchor.title) or markup.is_document(anchor.url) or _is_page(anchor.url):
            continue
        if below or (not spec.follow.same_prefix and _same_host(anchor.url, response.url)):
            found.setdefault(anchor.url, static_pages.deeper(response, anchor.url))
    return tuple(found.values())


def _is_page(url: str) -> bool:
    return bool(re.search(r"/index_\d+\.\w{3,5}$", urlsplit(url).path))


def _same_host(url: str, other: str) -> bool:
    return urlsplit(url).netloc.lower() == urlsplit(other).netloc.lower()


LISTER = Lister(first, read, absent)
