"""The ledger: what is known of every URL, each fetch, each run and the requests of each day.

Every change but a lease or a hold (which pass) is an event: it goes to the journal and to the tables, all of it or
nothing. So a ledger that is behind its journal, or lost, is brought up to it on opening. It lives in a file of SQLite
with the journal beside it, or where GONGKAI_DATABASE says so in a PostgreSQL server.

Belongs here: changes and queries. Keep out: what an event changes (`events`), when to visit (`revisit_policy`), the
two databases (`sqlite_ledger`, `postgres_ledger`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipelines import said
from pipelines.collecting.database import database_address
from pipelines.collecting.events import ITEM, apply
from pipelines.collecting.journal import Event
from pipelines.collecting.ledger_database import LedgerDatabase
from pipelines.collecting.sqlite_ledger import SqliteLedger, ledger_locks, remove_ledger
from pipelines.durable import sync

# A run that was cut off (killed, a full disk, the day's requests used up) is taken up again within this time.
RESUME_WITHIN = timedelta(days=7)
_RESUMED = ("running", "killed", "unfinished", "failed")


@dataclass(frozen=True)
class Seen:
    """A URL that a list or a page names. `request_url` is what to ask for, `url` is its identity."""

    url: str
    request_url: str
    kind: str = "report"
    parent_url: str | None = None
    title: str | None = None
    published_on: str | None = None
    agency: str | None = None
    report_year: int | None = None
    list_url: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class UrlRow(Seen):
    """A row of the table `url`. `state` tells how the last visit of it went; what is stored stays stored."""

    source_id: str = ""
    state: str = "discovered"
    reason: str | None = None
    detail: str | None = None
    leased_by: str | None = None
    leased_until: str | None = None
    leased_from: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    file_sha256: str | None = None
    media_type: str | None = None
    first_seen_at: str = ""
    last_seen_at: str = ""
    last_seen_run: str = ""
    date_changed_at: str | None = None
    tried_at: str | None = None
    fetched_at: str | None = None
    gone_at: str | None = None
    gone_reason: str | None = None
    attempts: int = 0


RETURN_LEASES = """
UPDATE url SET state = leased_from, leased_from = NULL, leased_by = NULL, leased_until = NULL WHERE state = 'leased'
"""
JOURNAL = "journal.jsonl"
_URL_FIELDS = [field.name for field in dataclasses.fields(UrlRow)]
_URLS = f"SELECT {', '.join(_URL_FIELDS)} FROM url WHERE source_id = ?"  # noqa: S608  # names of fields


def timestamp(at: datetime) -> str:
    """Return a time as rows hold it: UTC, of one width, so that texts compare as times do."""
    return at.isoformat(timespec="microseconds")


class Ledger:
    """The ledger in a database; `notes` says what opening had to mend. A context manager."""

    def __init__(self, database: LedgerDatabase) -> None:
        self._database = database
        self.notes = database.notes

    def close(self) -> None:
        """Close the ledger."""
        self._database.close()

    def settle(self) -> None:
        """Leave everything where it must be for the ledger to be moved."""
        self._database.settle()

    def __enter__(self) -> Self:
        """Return the opened ledger."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ledger."""
        self.close()

    def record(self, event: Event) -> None:
        """Add an event to the journal and the tables: all of it, or (on an error) nothing of it."""
        with self._database.writing():
            self._record(event)

    def _record(self, event: Event) -> None:
        apply(self._database, event)
        self._database.append(event)

    def start_run(self, run_id: str, source_id: str, at: datetime) -> str:
        """Begin a run and return since when a visit counts as one of this run: of the run it takes up, if any."""
        last = self._database.execute(
            "SELECT state, since FROM run WHERE source_id = ? ORDER BY rowid DESC LIMIT 1", (source_id,)
        ).fetchone()
        since = timestamp(at)
        if last and last[0] in _RESUMED and last[1] > timestamp(at - RESUME_WITHIN):
            since = str(last[1])
        event = {"event": "run_started", "run_id": run_id, "source_id": source_id, "at": timestamp(at), "since": since}
        self.record(event)
        return since

    def finish_run(self, run_id: str, at: datetime, state: str, summary: Mapping[str, Any]) -> None:
        """End a run as done, red, unfinished or failed."""
        event = {"event": "run_finished", "run_id": run_id, "at": timestamp(at), "state": state}
        self.record(event | {"summary": dict(summary)})

    def see(self, run_id: str, source_id: str, at: datetime, items: Sequence[Seen]) -> None:
        """Note URLs as seen; those which say nothing new cost the journal their URL only."""
        event = {"event": "seen", "run_id": run_id, "source_id": source_id, "at": timestamp(at)}
        with self._database.writing():
            self._record(event | self._news(source_id, items))

    def _news(self, source_id: str, items: Sequence[Seen]) -> dict[str, Any]:
        news: list[Seen] = []
        again: list[str] = []
        for item in items:
            row = self.url(source_id, item.url)
            if row is not None and self._says_nothing_new(item, row):
                again.append(item.url)
            else:
                news.append(item)
        return {"items": [[getattr(item, name) for name in ITEM] for item in news], "again": again}

    def record_fetch(self, event: Event, *, links: Sequence[Seen] = (), dropped: Sequence[str] = ()) -> None:
        """End the visit of a URL, with what its page links now and what it no longer links, all at once."""
        with self._database.writing():
            news = self._news(event["source_id"], links)
            self._record(dict(event) | {"event": "fetched", "dropped": list(dropped)} | news)

    def lose(self, source_id: str, at: datetime, urls: Sequence[str]) -> None:
        """Mark URLs as no longer listed; they and their files are kept."""
        if urls:
            self.record({"event": "gone", "source_id": source_id, "at": timestamp(at), "urls": list(urls)})

    def lease(self, source_id: str, url: str, run_id: str, until: datetime) -> None:
        """Mark a URL as being fetched. Leases are not journalled: they end with their crawler."""
        with self._database.writing():
            self._database.execute(
                "UPDATE url SET leased_from = state, state = 'leased', leased_by = ?, leased_until = ? "
                "WHERE source_id = ? AND url = ? AND state <> 'leased'",
                (run_id, timestamp(until), source_id, url),
            )

    def return_leases(self, source_id: str) -> int:
        """Give every leased URL of a source its earlier state again; the caller is its only crawler."""
        with self._database.writing():
            done = self._database.execute(f"{RETURN_LEASES} AND source_id = ?", (source_id,))
        return int(done.rowcount)

    def used(self, host: str, day: str) -> int:
        """Return how many requests a host was sent on a day (YYYY-MM-DD, UTC)."""
        query = "SELECT requests FROM host_day WHERE host = ? AND day = ?"
        found = self._database.execute(query, (host, day)).fetchone()
        return int(found[0]) if found else 0

    def add(self, host: str, day: str, n: int) -> None:
        """Count requests to a host."""
        self.record({"event": "requested", "host": host, "day": day, "n": n})

    def held_until(self, host: str) -> datetime | None:
        """Return the moment before which no request may go to a host, if one is known."""
        found = self._database.execute("SELECT until FROM host_hold WHERE host = ?", (host,)).fetchone()
        return self._database.from_common_clock(datetime.fromisoformat(found[0])) if found else None

    def hold(self, host: str, until: datetime) -> None:
        """Keep until when no request may go to a host. As leases, holds are not journalled: they pass."""
        with self._database.writing():
            set_hold(self._database, host, until)

    def url(self, source_id: str, url: str) -> UrlRow | None:
        """Return the row of a URL."""
        found = self._database.execute(f"{_URLS} AND url = ?", (source_id, url)).fetchone()
        return UrlRow(*found) if found else None

    def urls(self, source_id: str, *, kind: str | None = None, parent_url: str | None = None) -> list[UrlRow]:
        """Return the URLs of a source, of a kind, of a page."""
        query = f"{_URLS} AND kind = coalesce(?, kind) AND (? IS NULL OR parent_url = ?) ORDER BY url"
        return [UrlRow(*row) for row in self._database.execute(query, (source_id, kind, parent_url, parent_url))]

    def states(self, source_id: str) -> dict[str, int]:
        """Count the URLs of a source by state: their sum is all that were ever discovered."""
        query = "SELECT state, count(*) FROM url WHERE source_id = ? GROUP BY state ORDER BY state"
        return dict(self._database.execute(query, (source_id,)).fetchall())

    def _says_nothing_new(self, item: Seen, row: UrlRow) -> bool:
        for name in ITEM:
            value = getattr(item, name)
            known = self._database.as_held(value) if isinstance(value, str) else value
            if value is not None and known != getattr(row, name):
                return False
        return True


def set_hold(database: LedgerDatabase, host: str, until: datetime) -> None:
    """Keep until when, by this machine's clock, no request may go to a host, within a transaction."""
    database.execute(
        "INSERT INTO host_hold VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET until = excluded.until",
        (host, timestamp(database.to_common_clock(until))),
    )


def open_ledger(path: Path) -> Ledger:
    """Open the ledger: the one at `path` with the journal beside it, or that of the server which is set.

    Raises LedgerError for one that cannot be used, JournalDamaged, Locked while it is rebuilt or moved.
    """
    address = database_address()
    if address is None:
        return Ledger(SqliteLedger(path, path.with_name(JOURNAL)))
    from pipelines.collecting.postgres_ledger import PostgresLedger  # noqa: PLC0415  # only where it is set

    return Ledger(PostgresLedger(address, beside=path))


def rebuild(path: Path) -> list[str]:
    """Build the ledger file at `path` anew from the journal beside it; return what had to be mended.

    Raises Locked while a crawler has the ledger open, JournalDamaged with the ledger as it was.
    """
    with ledger_locks(path).hold(path.name, said("locks.ledger"), said("locks.rebuilding")):
        part = path.with_name(f".{path.name}.part")
        remove_ledger(part)
        with Ledger(SqliteLedger(part, path.with_name(JOURNAL))) as ledger:
            ledger.settle()
            notes = ledger.notes
        remove_ledger(path)
        part.replace(path)
        sync(path.parent)
    return notes
