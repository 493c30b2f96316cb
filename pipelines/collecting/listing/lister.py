"""What every list type is to the walk: functions from a source or a response to requests and links.

Belongs here: the shape of a lister and what it raises. Keep out: any one list type, and the walk itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.collecting.records import ListPage, Request, Response
from pipelines.collecting.source import Source


class ListError(ValueError):
    """A list page that cannot be read: a stable reason, and in detail where, what was seen and what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Guess(Request):
    """A page that may not exist: that it is absent is no fault, it ends the list or asks for another page."""


def _none(source: Source, request: Request) -> tuple[Request, ...]:  # noqa: ARG001
    return ()


def _no_other(source: Source, request: Request, seen: int) -> Request | None:  # noqa: ARG001
    return None


@dataclass(frozen=True)
class Lister:
    """A list type. `first` and `read` are pure; a page's links are all of its items, before any selection.

    `absent` answers what to ask where a Guess is not there; `repeated` answers the request in the other paging style
    where a page brought only what the page before it had; `offline` is for lists that need no request at all.
    """

    first: Callable[[Source], tuple[Request, ...]]
    read: Callable[[Source, Response], ListPage]
    absent: Callable[[Source, Request], tuple[Request, ...]] = _none
    repeated: Callable[[Source, Request, int], Request | None] = _no_other
    offline: Callable[[Source], ListPage] | None = None
