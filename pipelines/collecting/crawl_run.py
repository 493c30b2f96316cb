"""A run of one source: walk its list, note what it names, visit what is due, summarise it.

Belongs here: the order of a run and its evaluation. Keep out: one visit (`visit`), when a URL is due
(`revisit_policy`), how a list is read (`listing`), manners and safety (`fetching`), processes and locks (`crawler`).
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from pipelines import said
from pipelines.collecting.fetching.clock import Clock
from pipelines.collecting.fetching.politeness import DailyLimitReached
from pipelines.collecting.item_page import canonical
from pipelines.collecting.journal import JournalDamaged
from pipelines.collecting.ledger import Ledger, Seen, UrlRow
from pipelines.collecting.ledger_database import LedgerFailed
from pipelines.collecting.list_pages import ListPages
from pipelines.collecting.listing.walking import Listing, walk
from pipelines.collecting.records import FoundLink, ListPage, Outcome, Request
from pipelines.collecting.revisit_policy import in_order, is_due
from pipelines.collecting.source import Source
from pipelines.collecting.stopping import CrawlStopped
from pipelines.collecting.summary import ListState, RunState, RunSummary
from pipelines.collecting.visit import Fetches, Visitor, storable
from pipelines.raw.raw_store import RawStore
from pipelines.storing import StorageError

# Reports of a year are due by 31 March of the next one (条例 art. 50): until then their number says nothing.
_DUE_MONTH = 4
# More than so many, and than such a part of the list, do not vanish in one day without a reason.
_FEW_GONE, _MOST_GONE = 5, 0.3
_MOST_PROBLEMS = 200
_YEAR = re.compile(r"(20[0-3]\d)\s*年")
_FULL = re.compile(r"\bfull\b|No space left on device")
# What stops a crawl: something of it cannot be written.
_NOT_WRITTEN = (OSError, sqlite3.Error, LedgerFailed, JournalDamaged, StorageError)
_SUMMED = ("created", "updated", "unchanged", "refused", "failed")


def crawl(
    source: Source,
    store: RawStore,
    ledger: Ledger,
    fetcher: Fetches,
    run_id: str,
    progress: Callable[[str], None],
    *,
    clock: Clock,
) -> RunSummary:
    """Crawl a source once; the caller holds its lock. What a kill or a used-up day left is taken up first.

    Raises nothing for the portal's faults; a full disk ends the run as failed, with the ledger and the store whole.
    Raises LedgerLost and LocksLost: nothing more may be asked or noted then.
    """
    return _Run(source, store, ledger, fetcher, run_id, progress, clock).run()


class _Run:
    def __init__(
        self,
        source: Source,
        store: RawStore,
        ledger: Ledger,
        fetcher: Fetches,
        run_id: str,
        progress: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._source = source
        self._store = store
        self._ledger = ledger
        self._fetcher = fetcher
        self._run_id = run_id
        self._log = progress
        self._clock = clock
        self._visitor = Visitor(source, store, ledger, fetcher, run_id, clock)
        self._list_state: ListState = "failed"
        self._problems: list[str] = []
        self._counts: Counter[str] = Counter()
        self._gone = 0
        self._many_gone = False
        self._visited: set[str] = set()
        self._limited: set[str] = set()
        self._pages = ListPages(store.folder / "lists" / source.id, since="")
        self._since = ""

    def run(self) -> RunSummary:
        """Run, and note how it ended wherever that can still be written."""
        ended: RunState | None = "failed"
        try:
            self._start()
            self._read_list()
            self._visit_all()
            ended = None
        except CrawlStopped as stop:
            ended = "stopped"
            self._problems.append(f"stopped: {stop}")
        except _NOT_WRITTEN as error:
            self._problems.append(_described(error))
        try:
            return self._finish(ended)
        except _NOT_WRITTEN as error:
            self._problems.append(f"the end of the run could not be noted: {_described(error)}")
            states = self._ledger.states(self._source.id)
            return self._summary("failed", pending=states.get("discovered", 0) + states.get("leased", 0))

    def _start(self) -> None:
        for note in self._ledger.notes:
            self._log(note)
        leftovers = self._store.remove_leftovers()
        returned = self._ledger.return_leases(self._source.id)
        started = self._clock.now()
        self._since = self._ledger.start_run(self._run_id, self._source.id, started)
        self._pages = ListPages(self._store.folder / "lists" / self._source.id, since=self._since)
        if leftovers or returned:
            mended = {"leases": returned, "files": leftovers}
            self._log(said("collecting.mended", source=self._source.id, **mended))

    def _read_list(self) -> None:
        listed_before = [row for row in self._ledger.urls(self._source.id, kind="report") if row.gone_at is None]
        try:
            listing = self._walk()
        except CrawlStopped:
            self._list_state = "list_incomplete"
            raise
        except DailyLimitReached as limit:
            self._list_state = "list_incomplete"
            self._limit(limit)
            return
        self._list_state = self._evaluate(listing, listed_before)
        if self._list_state == "complete":
            self._lose([row for row in listed_before if not self._is_listed(row)], of=len(listed_before))
            self._check_expected()
        figures = {"state": self._list_state, "found": len(listing.found), "gone": self._gone}
        self._log(said("collecting.listed", source=self._source.id, **figures))

    def _lose(self, unlisted: list[UrlRow], *, of: int) -> None:
        """Mark what vanished from a whole list as gone, and ask a person when that is a great part of it."""
        self._ledger.lose(self._source.id, self._clock.now(), [row.url for row in unlisted])
        self._gone += len(unlisted)
        if len(unlisted) > max(_FEW_GONE, of * _MOST_GONE):
            loss = f"{len(unlisted)} of {of} reports are no longer listed: look whether the list is whole"
            self._problems.append(f"many_gone: {self._source.id}: {loss}; all are kept")
            self._many_gone = True

    def _walk(self) -> Listing:
        """Walk the list, noting each page's items before the next page is requested."""
        for step in walk(self._source, self._fetch_list_page):
            if isinstance(step, ListPage):
                links = {link.url: link for link in (self._seen(found) for found in step.found)}
                self._ledger.see(self._run_id, self._source.id, self._clock.now(), list(links.values()))
            else:
                return step
        raise AssertionError("a walk ends with its listing")

    def _fetch_list_page(self, request: Request) -> Outcome:
        kept = self._pages.get(request, self._clock.now())
        if kept is not None:
            return kept
        outcome = self._fetcher.fetch(request)
        self._pages.keep(request, outcome, self._clock.now())
        self._visitor.note(outcome, "listed", request)
        return outcome

    def _seen(self, found: FoundLink) -> Seen:
        url = storable(found.url) or ""
        return Seen(
            canonical(url, self._source),
            url,
            title=storable(found.title) or None,
            published_on=storable(found.published_on),
            agency=storable(found.agency),
            report_year=found.year or _year_of(found),
            list_url=found.list_url,
            position=found.position,
        )

    def _is_listed(self, row: UrlRow) -> bool:
        now = self._ledger.url(self._source.id, row.url)
        return now is not None and now.last_seen_run == self._run_id

    def _evaluate(self, listing: Listing, listed_before: list[UrlRow]) -> ListState:
        """Return the state of the list; whatever it is, no report listed before is given up for it."""
        self._problems.extend(listing.problems)
        if not listing.found and listing.state != "failed":
            had = (
                f"{len(listed_before)} reports were listed before and are kept"
                if listed_before
                else "none was ever listed"
            )
            self._problems.append(f"list_empty: {self._source.id}: the list names no report; {had}: look at the portal")
        return listing.state

    def _check_expected(self) -> None:
        """Report years whose number of reports is outside what the source declares."""
        expect = self._source.expect
        if expect.reports_per_year is None:
            return
        least, most = expect.reports_per_year
        rows = [row for row in self._ledger.urls(self._source.id, kind="report") if row.gone_at is None]
        counts = Counter(row.report_year for row in rows if row.report_year is not None)
        now = self._clock.now()
        latest = now.year - 1 if now.month >= _DUE_MONTH else now.year - 2
        first, last = expect.years if expect.years is not None else (min(counts, default=latest), latest)
        for year in range(first, min(last, latest) + 1):
            if not least <= counts[year] <= most:
                detail = f"{counts[year]} reports of {year}, expected {least} to {most}"
                self._problems.append(f"unexpected_count: {self._source.id}: {detail}")

    def _due(self, kind: str, *, page: UrlRow | None = None) -> list[UrlRow]:
        """Return what is due now, of a page or of all; the files of a page that is gone are not requested again."""
        now = self._clock.now()
        usable = self._list_state in ("complete", "list_incomplete")
        rows = self._ledger.urls(self._source.id, kind=kind, parent_url=page.url if page else None)
        due = [row for row in rows if is_due(row, since=self._since, now=now, usable_list=usable)]
        if kind == "report" or page is not None:
            return due
        pages = self._ledger.urls(self._source.id, kind="report")
        gone = {row.url for row in pages if row.gone_at is not None}
        return [row for row in due if row.file_sha256 is None or row.parent_url not in gone]

    def _visit_all(self) -> None:
        """Visit reports, each with its attachments; then the attachments of pages that were not due."""
        for page in in_order(self._due("report")):
            self._visit(page)
            for row in self._due("attachment", page=page):
                self._visit(row)
        for row in in_order(self._due("attachment")):
            self._visit(row)

    def _visit(self, row: UrlRow) -> None:
        if row.url in self._visited or urlsplit(row.request_url).netloc in self._limited:
            return
        try:
            outcome = self._visitor.visit(row)
        except DailyLimitReached as limit:
            self._ledger.return_leases(self._source.id)
            self._limited.add(urlsplit(row.request_url).netloc)
            self._limit(limit)
            return
        self._visited.add(row.url)
        self._counts[outcome] += 1
        if row.gone_at is None:
            after = self._ledger.url(self._source.id, row.url)
            self._gone += after is not None and after.gone_at is not None
        self._log(f"{self._source.id}: {outcome} {row.url}")

    def _limit(self, limit: DailyLimitReached) -> None:
        self._limited.add(limit.host)
        self._problems.append(f"daily_limit: {limit}; what is left stays pending")

    def _finish(self, ended: RunState | None) -> RunSummary:
        self._ledger.return_leases(self._source.id)
        pending = len(self._due("report")) + len(self._due("attachment"))
        state: RunState = ended or "done"
        if ended is None and self._limited:
            state = "unfinished"
        elif ended is None and (self._list_state != "complete" or self._many_gone):
            state = "red"
        summary = self._summary(state, pending=pending)
        # The next run takes a stopped one up as any other that is not finished; its summary says that it was stopped.
        noted = "unfinished" if state == "stopped" else state
        self._ledger.finish_run(self._run_id, self._clock.now(), noted, summary.as_row())
        if state in ("done", "red"):
            self._pages.clear()
        return summary

    def _summary(self, state: RunState, *, pending: int) -> RunSummary:
        counts = {word: self._counts[word] for word in _SUMMED}
        return RunSummary(
            self._source.id,
            self._run_id,
            state,
            self._list_state,
            **counts,
            gone=self._gone,
            pending=pending,
            states=self._ledger.states(self._source.id),
            problems=_shortened(self._problems + self._visitor.problems),
        )


def _shortened(problems: list[str]) -> tuple[str, ...]:
    """Return the problems, each once, and how many more there are than a person will read."""
    each = list(dict.fromkeys(problems))
    more = [f"and {len(each) - _MOST_PROBLEMS} more problems: the ledger has them by URL"] * (
        len(each) > _MOST_PROBLEMS
    )
    return (*each[:_MOST_PROBLEMS], *more)


def _year_of(found: FoundLink) -> int | None:
    """Return the year a title names, else the one before its publication."""
    named = _YEAR.search(found.title)
    if named:
        return int(named[1])
    published = found.published_on or ""
    return int(published[:4]) - 1 if published[:4].isascii() and published[:4].isdecimal() else None


def _described(error: Exception) -> str:
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if is_full or (isinstance(error, sqlite3.OperationalError | LedgerFailed) and _FULL.search(str(error))):
        return f"disk_full: {error}: nothing is lost; make room and run again, it goes on from here"
    return f"not_written: {type(error).__name__}: {error}: nothing is lost; mend that and run again"
