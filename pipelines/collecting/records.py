"""What the parts of the collector hand to one another: requests, answers, list pages, outcomes.

Belongs here: records without behaviour. Keep out: how a list is read (`listing`), how a page is fetched (`fetching`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

RequestKind = Literal["list", "report", "attachment", "probe"]


@dataclass(frozen=True)
class Request:
    """A page to ask for. A POST has a `form` or a text of `json`; `page` is the lister's own number of a list page."""

    url: str
    kind: RequestKind = "report"
    method: Literal["GET", "POST"] = "GET"
    form: tuple[tuple[str, str], ...] = ()
    json: str | None = None
    referer: str | None = None
    page: int = 1
    depth: int = 0
    year: int | None = None


@dataclass(frozen=True)
class Response:
    """A whole answer: decoded of its transfer and content encodings, never truncated. Header names are lower case."""

    request: Request
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class FoundLink:
    """A link in a list: an item that may be a report. `position` counts from 1 over the whole list."""

    url: str
    title: str
    list_url: str
    position: int
    published_on: str | None = None
    agency: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class ListPage:
    """What one list page says: its items, the pages to ask for next, the total it states, and what is wrong with it.

    `records` counts the items before any selection by title: it is what the stated total is held against.
    """

    found: tuple[FoundLink, ...] = ()
    following: tuple[Request, ...] = ()
    records: int = 0
    total: int | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Received:
    """The server answered with a whole body, which is neither a challenge nor an error page."""

    response: Response


@dataclass(frozen=True)
class Unchanged:
    """The server says that what is stored is still what it would send (304)."""

    url: str


@dataclass(frozen=True)
class Refused:
    """It will not be had: by rule, by the server's word or by what came. Not tried again in this run."""

    reason: str
    detail: str


@dataclass(frozen=True)
class Failed:
    """It did not work this time, after all tries; another run tries again."""

    reason: str
    detail: str


Outcome = Received | Unchanged | Refused | Failed
