"""Lists that need no request: those kept by hand, and those that only a browser shows."""

from __future__ import annotations

from pipelines.collecting.list_types import Browser, Manual
from pipelines.collecting.listing.lister import Lister, ListError
from pipelines.collecting.records import FoundLink, ListPage, Request, Response
from pipelines.collecting.source import Source


def _no_request(source: Source) -> tuple[Request, ...]:  # noqa: ARG001
    return ()


def _no_page(source: Source, response: Response) -> ListPage:
    raise ListError("no_list_page", f"{source.id}: a list of type {source.list.type} has no page, found {response.url}")


def _manual(source: Source) -> ListPage:
    spec = source.list
    assert isinstance(spec, Manual)
    found = tuple(
        FoundLink(row.url, row.title, spec.csv, position, row.date, row.agency, row.year)
        for position, row in enumerate(spec.rows, start=1)
    )
    return ListPage(found, (), len(found), len(found))


def _browser(source: Source) -> ListPage:
    spec = source.list
    assert isinstance(spec, Browser)
    return ListPage(problem=f"needs_browser: {spec.url}: {spec.why}; its reports have to be listed by hand")


MANUAL = Lister(_no_request, _no_page, offline=_manual)
BROWSER = Lister(_no_request, _no_page, offline=_browser)
