"""Whether a source still answers as it should: one check of the first page of its list, each night.

Belongs here: the check and its verdict. Keep out: crawling, and how the verdict is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipelines import said
from pipelines.collecting.listing import LISTERS
from pipelines.collecting.listing.lister import Guess, ListError
from pipelines.collecting.records import Failed, ListPage, Outcome, Received, Refused, Request, Unchanged
from pipelines.collecting.source import Source

# What a first page is expected to name at the least, where the source says nothing else.
LEAST_ITEMS = 1
# A page may be interstitial, hold the list in a frame, or be a guess at a column of a year that has none yet.
_REQUESTS = 3
_ABSENT = frozenset(("not_found", "soft_404"))
# What another night may well mend: a warning, no error.
_PASSING = frozenset(
    ("timeout", "slow_body", "truncated", "connection", "server_error", "too_many_requests", "name_unresolved")
)
Severity = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Health:
    """The verdict on a source: `state` is a stable word (ok, or what is wrong), `detail` says what was seen."""

    name: str
    state: str
    severity: Severity
    detail: str

    @property
    def is_healthy(self) -> bool:
        """Return whether all was well."""
        return self.state == "ok"


def health(source: Source, fetch: Callable[[Request], Outcome], *, least_items: int = LEAST_ITEMS) -> Health:
    """Look at the first list page of a source: one request, or a few where that page only leads on.

    A list kept by hand needs none.
    """
    lister = LISTERS[source.list.type]
    try:
        if lister.offline is not None:
            return _verdict(source, lister.offline(source), least_items)
        queue = list(lister.first(source))
        verdict = Health(source.id, "list_empty", "error", said("collecting.asks_for_no_page"))
        for _ in range(_REQUESTS):
            if not queue or verdict.is_healthy:
                break
            request = queue.pop(0)
            outcome = fetch(request)
            if isinstance(outcome, Received):
                page = lister.read(source, outcome.response)
                verdict = _verdict(source, page, least_items)
                queue = [*page.following, *queue]
            else:
                verdict = _not_had(source, outcome)
                if not (isinstance(request, Guess) and verdict.state in _ABSENT):
                    break
        return verdict
    except ListError as error:
        return Health(source.id, error.reason, "error", error.detail)


def _not_had(source: Source, outcome: Unchanged | Refused | Failed) -> Health:
    if isinstance(outcome, Unchanged):
        return Health(source.id, "bad_response", "error", said("collecting.unchanged_at_first", url=outcome.url))
    severity: Severity = "warning" if outcome.reason in _PASSING else "error"
    return Health(source.id, outcome.reason, severity, outcome.detail)


def _verdict(source: Source, page: ListPage, least_items: int) -> Health:
    if page.problem is not None:
        return Health(source.id, page.problem.split(":")[0], "error", page.problem)
    seen = max(page.records, len(page.found))
    if seen < least_items:
        detail = said("collecting.few_listed", seen=seen, least=least_items)
        return Health(source.id, "list_empty", "error", detail)
    return Health(source.id, "ok", "ok", said("collecting.first_page", items=seen))
