"""Sources, shapes and a portal of functions for the tests of the listers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipelines.collecting.listing.walking import Listing, walk
from pipelines.collecting.records import FoundLink, ListPage, Outcome, Received, Refused, Request, Response
from pipelines.collecting.source import Source

SHAPES = Path(__file__).parent / "shapes"


def source(listed: Mapping[str, Any], **fields: Any) -> Source:
    values = {"id": "a-b", "agency": {"name": "某局"}, "hosts": ("a.example.cn",), "list": listed, **fields}
    return Source.model_validate(values)


def answer(request: Request, body: str | bytes, *, url: str | None = None, status: int = 200) -> Response:
    return Response(request, url or request.url, status, {}, body.encode() if isinstance(body, str) else body)


def shape(request: Request, name: str) -> Response:
    return answer(request, (SHAPES / name).read_bytes())


def portal(pages: Callable[[Request], str | Response | None], log: list[Request]) -> Callable[[Request], Outcome]:
    """Return a fetch that answers by a function: None is not there."""

    def fetch(request: Request) -> Outcome:
        log.append(request)
        body = pages(request)
        if body is None:
            return Refused("not_found", f"404 for {request.url}")
        return Received(body if isinstance(body, Response) else answer(request, body))

    return fetch


def walked(
    of: Source, pages: Callable[[Request], str | Response | None]
) -> tuple[list[ListPage], Listing, list[Request]]:
    log: list[Request] = []
    steps = list(walk(of, portal(pages, log)))
    listing = steps[-1]
    assert isinstance(listing, Listing)
    return [step for step in steps[:-1] if isinstance(step, ListPage)], listing, log


def names(found: tuple[FoundLink, ...]) -> list[str]:
    return [link.url.rpartition("/")[2] for link in found]
