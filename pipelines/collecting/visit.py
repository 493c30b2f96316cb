"""One visit of a URL: request it, follow interstitial pages, classify the body, store it, journal it as one event.

The event of a page carries the attachments it links, so that no kill falls between the two. Belongs here: what a
visit comes to. Keep out: which URLs are visited and in what order (`crawl_run`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from pipelines.collecting.body_digest import says_the_same
from pipelines.collecting.classify_body import classify_body
from pipelines.collecting.events import INTERSTITIAL
from pipelines.collecting.fetching.clock import Clock
from pipelines.collecting.fetching.disposition import file_name, suffix_of
from pipelines.collecting.item_page import ItemDetail, canonical, read_detail
from pipelines.collecting.ledger import Ledger, Seen, UrlRow, timestamp
from pipelines.collecting.listing import ListError
from pipelines.collecting.records import Failed, Outcome, Received, Refused, Request, Response, Unchanged
from pipelines.collecting.source import Source
from pipelines.raw.raw_store import DamagedObject, RawStore
from pipelines.reading.pages.beside_text import can_be_page
from pipelines.reading.sniffing import HTML, IMAGES

# An interstitial page only sends on to another one; the second may again be one.
_MOST_INTERSTITIALS = 2
# Longer than any visit may take, with its tries and waits; the lock of the source is what really keeps others out.
LEASE = timedelta(hours=6)
# Headers kept with a fetch: all but those that are secret or endless.
_NOT_KEPT = frozenset(("set-cookie", "content-security-policy", "p3p"))
_HEADER_LENGTH = 500
_DISPOSITION = "content-disposition"
_ANY_FILE = re.compile(
    r"[\W\d]*(?:点击|点此|请)?(?:这里|此处)?(?:下载|查看)?(?:附件|文件|正文|原文)?(?:下载|查看)?[\W\d]*"
)


class Fetches(Protocol):
    """Whatever fetches: the polite fetcher, or a fake in a test."""

    def fetch(self, request: Request, *, etag: str | None = None, last_modified: str | None = None) -> Outcome:
        """Ask for a page; the conditions are those of the stored answer."""


def _kind(row: UrlRow) -> Literal["report", "attachment"]:
    return "attachment" if row.kind == "attachment" else "report"


def storable(text: str | None) -> str | None:
    """Return a text of a portal without what no file can hold: halves of a character that JSON lets through."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True)
class _Accepted:
    """A body that counts; `page` is what it says if it is a page. `is_whole`: it came from the very URL."""

    response: Response
    media_type: str
    page: ItemDetail | None
    is_whole: bool


class Visitor:
    """Visits URLs of one source in one run. `problems` collects what a person should know."""

    def __init__(
        self, source: Source, store: RawStore, ledger: Ledger, fetcher: Fetches, run_id: str, clock: Clock
    ) -> None:
        self._source = source
        self._store = store
        self._ledger = ledger
        self._fetcher = fetcher
        self._run_id = run_id
        self._clock = clock
        self.problems: list[str] = []

    def visit(self, row: UrlRow) -> str:
        """Visit a URL and return the outcome, as the journal has it. Raises DailyLimitReached, OSError, sqlite3.Error.

        An OSError is one of the disk: what the network does is an outcome.
        """
        self._ledger.lease(self._source.id, row.url, self._run_id, self._clock.now() + LEASE)
        stored = self._stored(row)
        came = self._ask(row, stored)
        if isinstance(came, _Accepted):
            return self._had(row, came, stored)
        return self._not_had(row, came)

    def _stored(self, row: UrlRow) -> bytes | None:
        if row.file_sha256 is None:
            return None
        try:
            return self._store.read(row.file_sha256)
        except DamagedObject as error:
            self.problems.append(f"damaged_object: {error}; {row.url} is asked for anew")
            return None

    def _ask(self, row: UrlRow, stored: bytes | None) -> _Accepted | Refused | Failed:
        """Request a URL and follow interstitial pages, to what counts as a report or a file of one."""
        request = Request(
            row.request_url, kind=_kind(row), referer=row.parent_url or row.list_url, year=row.report_year
        )
        conditions = {"etag": row.etag, "last_modified": row.last_modified} if stored is not None else {}
        for step in range(_MOST_INTERSTITIALS + 1):
            outcome = self._fetcher.fetch(request, **conditions if step == 0 else {})
            if isinstance(outcome, Unchanged):
                return self._unchanged(row, outcome, stored)
            if not isinstance(outcome, Received):
                return outcome
            response = outcome.response
            named = file_name(response.headers.get(_DISPOSITION))
            media_type = classify_body(response.body, kind=row.kind, url=response.url, name=named)
            if isinstance(media_type, Refused):
                return media_type
            if row.kind == "attachment" and media_type in IMAGES and not can_be_page(response.body):
                return Refused("not_a_report_file", f"{response.url}: a picture too small for a page, or a sign")
            page = self._read(row, response, media_type)
            if page is None or page.next_url is None:
                return _Accepted(response, media_type, page, is_whole=step == 0)
            self.note(outcome, INTERSTITIAL, Request(row.url, kind=_kind(row)))
            request = Request(page.next_url, kind=_kind(row), referer=response.url)
        return Refused(
            "not_a_report_file",
            f"{row.request_url}: {_MOST_INTERSTITIALS + 1} pages that only send on, to {request.url}",
        )

    def _unchanged(self, row: UrlRow, outcome: Unchanged, stored: bytes | None) -> _Accepted | Failed:
        if stored is None:
            return Failed("bad_response", f"{row.request_url}: status 304, but nothing is stored")
        response = Response(Request(row.request_url), outcome.url, 304, {}, stored)
        media_type = row.media_type or ""
        return _Accepted(response, media_type, self._read(row, response, media_type), is_whole=True)

    def _read(self, row: UrlRow, response: Response, media_type: str) -> ItemDetail | None:
        """Read a page for its links. One that cannot be read is stored all the same, and reported."""
        if row.kind != "report" or media_type != HTML:
            return None
        try:
            return read_detail(self._source, response)
        except ListError as error:
            self.problems.append(f"page_unread: {error.detail}; its attachments are not known")
            return None

    def note(self, outcome: Outcome, word: str, request: Request) -> None:
        """Note a fetch that is no visit of a report: of a list page, of an interstitial page."""
        if isinstance(outcome, Received):
            event = self._event(request.url, request.kind, word) | _about(outcome.response)
        elif isinstance(outcome, Unchanged):
            event = self._event(request.url, request.kind, "unchanged") | {"final_url": outcome.url, "status": 304}
        else:
            word = "refused" if isinstance(outcome, Refused) else "failed"
            event = self._event(request.url, request.kind, word)
            event |= {"reason": outcome.reason, "detail": storable(outcome.detail)}
        self._ledger.record_fetch(event)

    def _not_had(self, row: UrlRow, outcome: Refused | Failed) -> str:
        word = "refused" if isinstance(outcome, Refused) else "failed"
        event = self._event(row.url, row.kind, word)
        self._ledger.record_fetch(event | {"reason": outcome.reason, "detail": storable(outcome.detail)})
        if row.file_sha256 is not None and outcome.reason == "not_found":
            self.problems.append(f"not_found: {row.url} was stored before and is kept: {outcome.detail}")
        return word

    def _had(self, row: UrlRow, came: _Accepted, stored: bytes | None) -> str:
        """Store a body first, then journal it, with what the page links; one that says the same is not stored."""
        response = came.response
        same: dict[str, str] = {}
        if stored is not None and row.file_sha256 and self._says_the_same(row, came, stored):
            sha256 = row.file_sha256
            other = hashlib.sha256(response.body).hexdigest()
            same = {"reason": "same_body", "detail": f"other bytes that say the same ({other})"}
        else:
            sha256 = self._store.put(response.body)
        word = "updated" if row.file_sha256 else "created"
        word = "unchanged" if row.file_sha256 == sha256 else word
        event = self._event(row.url, row.kind, word) | _about(response) | same
        event |= {"file_sha256": sha256, "media_type": came.media_type}
        if came.is_whole:
            event["etag"] = storable(response.headers.get("etag"))
            event["last_modified"] = storable(response.headers.get("last-modified"))
        if came.page is None:
            self._ledger.record_fetch(event, links=_named(row, response))
            return word
        links = self._links(row, came.page)
        linked = {link.url for link in links}
        before = self._ledger.urls(self._source.id, kind="attachment", parent_url=row.url)
        dropped = [known.url for known in before if known.url not in linked] if word == "updated" else []
        self._ledger.record_fetch(event, links=links, dropped=dropped)
        return word

    def _says_the_same(self, row: UrlRow, came: _Accepted, stored: bytes) -> bool:
        is_page = row.media_type == came.media_type == HTML and came.response.body != stored
        return is_page and says_the_same(self._source, row.url, stored, came.response.body)

    def _links(self, row: UrlRow, page: ItemDetail) -> list[Seen]:
        """Return what a page links: its attachments, and itself with the title and date that the list did not state."""
        self.problems.extend(
            f"attachment_outside: {row.url} links {url} on a host that is not the source's: add it to cross_hosts"
            for url in page.outside
        )
        found: dict[str, Seen] = {}
        title = storable(page.title) if row.title is None or row.title.endswith(("…", "...")) else None
        if title or (page.published_on and row.published_on is None):
            published_on = row.published_on or page.published_on
            found[row.url] = Seen(row.url, row.request_url, title=title, published_on=published_on)
        for position, link in enumerate(page.attachments, start=1):
            requested = storable(link.url) or ""
            url = canonical(requested, self._source)
            if url not in found and url != row.url:
                title = storable(link.title) or None
                if not _says_more(title) and self._ledger.url(self._source.id, url) is not None:
                    title = None  # the name that its server gave it stays
                found[url] = Seen(
                    url,
                    requested,
                    kind="attachment",
                    parent_url=row.url,
                    title=title,
                    agency=row.agency,
                    report_year=row.report_year,
                    position=position,
                )
        return list(found.values())

    def _event(self, url: str, kind: str, outcome: str) -> dict[str, Any]:
        event: dict[str, Any] = dict.fromkeys(_EMPTY)
        event |= {"run_id": self._run_id, "source_id": self._source.id, "at": timestamp(self._clock.now())}
        return event | {"url": url, "kind": kind, "outcome": outcome, "headers": {}}


def _named(row: UrlRow, response: Response) -> list[Seen]:
    """Return a file itself under the name that its server gives it, where the link to it named none."""
    named = file_name(response.headers.get(_DISPOSITION))
    if row.kind != "attachment" or named is None or suffix_of(row.title) or _says_more(row.title):
        return []
    return [Seen(row.url, row.request_url, kind="attachment", title=named)]


def _says_more(title: str | None) -> bool:
    """Tell a title from the words that stand on every link to a file."""
    return bool(title) and not _ANY_FILE.fullmatch(title or "")


_EMPTY = ("final_url", "status", "reason", "detail", "file_sha256", "media_type", "bytes", "etag", "last_modified")


def _about(response: Response) -> dict[str, Any]:
    return {
        "final_url": response.url,
        "status": response.status,
        "headers": _kept(response.headers),
        "bytes": len(response.body) if response.status != 304 else 0,
    }


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name not in _NOT_KEPT}
    return {name: storable(value[:_HEADER_LENGTH]) or "" for name, value in kept.items()}
