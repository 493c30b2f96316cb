"""The walk through the pages of a list: what to request next, when to stop, and whether all of it was seen.

Belongs here: caps, protection against endless lists, reconciliation with the total a portal states. Keep out: fetching
(a function is handed in), storing, and what one list type knows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pipelines.collecting.item_page import canonical
from pipelines.collecting.list_types import YearTree
from pipelines.collecting.listing import LISTERS
from pipelines.collecting.listing.lister import Guess, Lister, ListError
from pipelines.collecting.listing.selecting import attributed, selects
from pipelines.collecting.records import Failed, FoundLink, ListPage, Outcome, Received, Refused, Request, Response
from pipelines.collecting.source import Source
from pipelines.collecting.summary import ListState

_ABSENT = {"not_found", "soft_404"}
_MAX_PROBLEMS = 100


@dataclass(frozen=True)
class Listing:
    """A list as a whole. `records` are the items seen before selection, `total` what the portal states.

    `left_out` are the items that the rules of the source did not select, so that none goes without a trace.
    """

    found: tuple[FoundLink, ...]
    pages: int
    records: int
    total: int | None
    state: ListState
    problems: tuple[str, ...] = ()
    left_out: tuple[FoundLink, ...] = ()


@dataclass
class _Walk:
    source: Source
    lister: Lister
    queue: deque[Request]
    requested: set[tuple[str, str, tuple[tuple[str, str], ...], str | None]] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    paged: set[str] = field(default_factory=set)
    last: frozenset[str] = frozenset()
    found: list[FoundLink] = field(default_factory=list)
    left_out: list[FoundLink] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    years: set[int] = field(default_factory=set)
    pages: int = 0
    requests: int = 0
    records: int = 0
    total: int | None = None
    switched: bool = False


def walk(source: Source, fetch: Callable[[Request], Outcome]) -> Iterator[ListPage | Listing]:
    """Yield each list page with its new, selected items, and at the end the Listing."""
    lister = LISTERS[source.list.type]
    run = _Walk(source, lister, deque(lister.first(source)))
    if lister.offline is not None:
        yield _taken(run, lister.offline(source), Request("", kind="list"))
        run.pages = 1
    while run.queue:
        request = run.queue.popleft()
        if _was_requested(run, request) or _whole(run):
            continue
        if not _within_caps(run, request):
            break
        run.requests += 1
        response = _received(run, request, fetch(request))
        if response is None:
            continue
        page = _read(run, response)
        if page is not None:
            run.pages += 1
            if request.year is not None and page.records:
                run.years.add(request.year)
            yield _taken(run, page, request)
    yield _listing(run)


def _was_requested(run: _Walk, request: Request) -> bool:
    key = (request.method, request.url.partition("#")[0], request.form, request.json)
    if key in run.requested:
        return True
    run.requested.add(key)
    return False


def _whole(run: _Walk) -> bool:
    return run.total is not None and run.records >= run.total > 0


def _within_caps(run: _Walk, request: Request) -> bool:
    limits = run.source.limits
    if run.requests >= limits.list_pages:
        _problem(run, f"cap list_pages: {limits.list_pages} list pages asked for and more to come, next {request.url}")
        return False
    if len(run.seen) >= limits.items:
        _problem(run, f"cap items: {len(run.seen)} items seen and more to come, next {request.url}")
        return False
    return True


def _problem(run: _Walk, text: str) -> None:
    if text not in run.problems and len(run.problems) < _MAX_PROBLEMS:
        run.problems.append(text)


def _received(run: _Walk, request: Request, outcome: Outcome) -> Response | None:
    if isinstance(outcome, Received) and not (isinstance(request, Guess) and _went_home(request, outcome.response)):
        return outcome.response
    absent = isinstance(outcome, Received) or (isinstance(outcome, Refused) and outcome.reason in _ABSENT)
    if absent and isinstance(request, Guess):
        run.queue.extend(run.lister.absent(run.source, request))
    elif isinstance(outcome, Received):
        return outcome.response
    else:
        _problem(run, f"list page {request.url}: {_described(outcome)}")
    return None


def _described(outcome: Outcome) -> str:
    if isinstance(outcome, (Refused, Failed)):
        return f"{outcome.reason}: {outcome.detail}"
    return "answered 304, though no condition was sent"


def _went_home(request: Request, response: Response) -> bool:
    """Return whether a page that may not exist was answered by a redirect to the front page."""
    front = {"", "/", "/index.html", "/index.htm"}
    return urlsplit(response.url).path in front and urlsplit(request.url).path not in front


def _read(run: _Walk, response: Response) -> ListPage | None:
    try:
        return run.lister.read(run.source, response)
    except ListError as error:
        _problem(run, f"list page {response.url}: {error.reason}: {error.detail}")
        return None


def _taken(run: _Walk, page: ListPage, request: Request) -> ListPage:
    """Count a page, queue what follows it, and return it with its new and selected items only."""
    if page.problem:
        _problem(run, page.problem)
    if page.total is not None:
        if run.total is not None and run.total != page.total:
            _problem(run, f"list page {request.url}: states {page.total} items, an earlier page {run.total}")
        run.total = page.total
    addresses = [canonical(link.url, run.source) for link in page.found]
    # What an earlier page had is not counted again; the same item twice in one page is two rows of the portal.
    run.records += page.records - sum(address in run.seen for address in addresses)
    selected: list[FoundLink] = []
    for link, address in zip(page.found, addresses, strict=True):
        if address not in run.seen:
            run.seen.add(address)
            if selects(run.source, link):
                placed = replace(link, url=address, position=len(run.found) + len(selected) + 1)
                selected.append(attributed(run.source, placed))
            else:
                run.left_out.append(link)
    run.found.extend(selected)
    _queue(run, page, request, frozenset(addresses))
    return replace(page, found=tuple(selected))


def _queue(run: _Walk, page: ListPage, request: Request, addresses: frozenset[str]) -> None:
    repeats = request.page > 1 and bool(addresses) and addresses <= run.paged
    same, run.last = addresses == run.last, addresses
    if request.page > 0:
        run.paged |= addresses
    following = page.following
    if repeats:
        if not following and not isinstance(request, Guess):
            _problem(run, f"list page {request.url}: brings only items of earlier pages, though the list states it")
        following = tuple(each for each in following if each.page <= request.page)
        other = None if run.switched or not same else run.lister.repeated(run.source, request, len(run.seen))
        if other is not None:
            run.switched, following = True, (other,)
    if request.depth >= run.source.limits.depth and any(each.depth > request.depth for each in following):
        _problem(run, f"cap depth: {request.url} leads deeper than {run.source.limits.depth}")
        following = tuple(each for each in following if each.depth <= request.depth)
    run.queue.extend(following)


def _listing(run: _Walk) -> Listing:
    problems = list(run.problems)
    if isinstance(run.source.list, YearTree):
        first, last = run.source.list.years
        if missing := [str(year) for year in range(first, last + 1) if year not in run.years]:
            problems.append(f"no items found for the years {', '.join(missing)}: correct list.years, url or locate")
    if run.total is not None and run.records != run.total:
        problems.append(f"list_incomplete: {run.records} items seen, the portal states {run.total}")
    if run.records and not run.found and not problems:
        return _closed(run, "empty", [f"{run.records} items seen, but none is selected by title and address"])
    if not run.records:
        return _closed(run, "failed" if problems else "empty", problems)
    return _closed(run, "list_incomplete" if problems else "complete", problems)


def _closed(run: _Walk, state: ListState, problems: list[str]) -> Listing:
    return Listing(tuple(run.found), run.pages, run.records, run.total, state, tuple(problems), tuple(run.left_out))
