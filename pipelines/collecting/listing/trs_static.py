"""Static pages of TRS WCM: index.html, index_1.html and so on."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from pipelines.collecting.list_types import TrsStatic
from pipelines.collecting.listing import markup, static_pages
from pipelines.collecting.listing.lister import Lister
from pipelines.collecting.listing.titles import selects_title
from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source


def first(source: Source) -> tuple[Request, ...]:
    """Return the request of the first page."""
    assert isinstance(source.list, TrsStatic)
    return (Request(source.list.url, kind="list"),)


def read(source: Source, response: Response) -> ListPage:
    """Return the items and the pages after this one. Raises ListError."""
    spec = source.list
    assert isinstance(spec, TrsStatic)
    text = markup.text_of(response)
    tree = markup.tree_of(text, response.url)
    if interstitial := static_pages.interstitial(text, tree, response):
        return ListPage(following=(interstitial,))
    found = markup.items(tree, response.url, spec.item)
    following = static_pages.paging(text, response, spec.next, listed=bool(found))
    if not found:
        following = (*following, *static_pages.frames(tree, response))
    problem = None
    if not found and response.request.page == 1:
        problem = _elsewhere(source, spec, tree, response.url)
    elif not found:
        problem = static_pages.emptied(response)
    return ListPage(markup.links(found, response.url), following, len(found), problem=problem)


def _elsewhere(source: Source, spec: TrsStatic, tree: LexborHTMLParser, place: str) -> str | None:
    """Return what to do where a page without items has reports that lie outside of its folder."""
    anywhere = markup.items(tree, place, spec.item.model_copy(update={"same_prefix": False}))
    reports = [anchor.url for anchor in anywhere if selects_title(source, anchor.title)]
    if not reports:
        return None
    seen = f"{len(reports)} reports by title, none below the list ({reports[0]})"
    return f"{place}: {seen}: set list.item.same_prefix: false"


LISTER = Lister(first, read)
