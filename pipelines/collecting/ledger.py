"""The ledger: what is known of every URL, each fetch, each run and the requests of each day. SQLite, WAL.

Every change but a lease or a hold (which pass) is an event: it goes to the journal, forced to disk, and then to the
tables, in one transaction that also notes how much of the journal the tables hold. So after a kill the rest is
replayed on opening, and a lost ledger is rebuilt. SQLite's write lock keeps the journal's lines of several crawlers
apart.

Belongs here: transactions and queries. Keep out: what an event changes (`events`), when to visit (`revisit_policy`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipelines.collecting.events import ITEM, SCHEMA, VERSION, apply
from pipelines.collecting.journal import Event, Journal
from pipelines.durable import sync
from pipelines.locking import hold

# How long another crawler's transaction is waited for; each lasts milliseconds.
_BUSY_SECONDS = 60.0
_BUSY_LOOK_SECONDS = 0.05
# A run that was cut off (killed, a full disk, the day's requests used up) is taken up again within this time.
RESUME_WITHIN = timedelta(days=7)
_RESUMED = ("running", "killed", "unfinished", "failed")


class LedgerError(Exception):
    """The ledger cannot be used as it is; the message says what to do."""


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


_URL_FIELDS = [field.name for field in dataclasses.fields(UrlRow)]
_URLS = f"SELECT {', '.join(_URL_FIELDS)} FROM url WHERE source_id = ?"  # noqa: S608  # names of fields


def timestamp(at: datetime) -> str:
    """Return a time as rows hold it: UTC, of one width, so that texts compare as times do."""
    return at.isoformat(timespec="microseconds")


class Ledger:
    """The ledger at `path`, with the journal beside it. Opening brings it up to the journal; `notes` says how."""

    def __init__(self, path: Path, *, journal: Path | None = None) -> None:
        self.path = path
        self.notes: list[str] = []
        self._journal = Journal(journal or path.with_name("journal.jsonl"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            opened.enter_context(hold(_lock(path), "the ledger", "a crawler", shared=True))
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            opened.callback(self._connection.close)
            self._open()
            self._opened = opened.pop_all()

    def _open(self) -> None:
        try:
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous = FULL")
            with self._writing():
                pass
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            detail = f"{self.path}: {error}: move the file away, it is rebuilt from the journal"
            raise LedgerError(detail) from error

    def _write_ahead(self) -> None:
        """Let readers and the writer not wait for each other; sqlite does not wait to be alone for this by itself."""
        last = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                    raise
                time.sleep(_BUSY_LOOK_SECONDS)
            else:
                return

    def close(self) -> None:
        """Close the ledger."""
        self._opened.close()

    def settle(self) -> None:
        """Leave everything in one file, as it must be to be moved."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def __enter__(self) -> Self:
        """Return the opened ledger."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the ledger."""
        self.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the write lock in a transaction that begins where the journal ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._make_tables()
            self._catch_up()
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _make_tables(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            return
        if version:
            raise LedgerError(f"{self.path}: version {version}, expected {VERSION}: rebuild it from the journal")
        for statement in SCHEMA.split(";\n"):
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def _catch_up(self) -> None:
        (applied,) = self._connection.execute("SELECT journal_bytes FROM applied").fetchone()
        if applied == self._journal.size():
            return
        replayed = 0
        for event, end in self._journal.read(applied):
            apply(self._connection, event)
            applied = end
            replayed += 1
        self._connection.execute("UPDATE applied SET journal_bytes = ?", (applied,))
        torn = self._journal.cut_torn_line()
        if replayed:
            self.notes.append(f"{self._journal.path}: {replayed} events replayed that the ledger lacked")
        if torn:
            self.notes.append(f"{self._journal.path}: a torn last line of {torn} bytes cut off")

    def record(self, event: Event) -> None:
        """Add an event to the journal and the tables: all of it, or (on an error) nothing of it."""
        with self._writing():
            self._record(event)

    def _record(self, event: Event) -> None:
        apply(self._connection, event)
        end = self._journal.append(event)
        self._connection.execute("UPDATE applied SET journal_bytes = ?", (end,))

    def start_run(self, run_id: str, source_id: str, at: datetime) -> str:
        """Begin a run and return since when a visit counts as one of this run: of the run it takes up, if any."""
        last = self._connection.execute(
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
        with self._writing():
            self._record(event | self._news(source_id, items))

    def _news(self, source_id: str, items: Sequence[Seen]) -> dict[str, Any]:
        news: list[Seen] = []
        again: list[str] = []
        for item in items:
            row = self.url(source_id, item.url)
            if row is not None and _says_nothing_new(item, row):
                again.append(item.url)
            else:
                news.append(item)
        return {"items": [[getattr(item, name) for name in ITEM] for item in news], "again": again}

    def record_fetch(self, event: Event, *, links: Sequence[Seen] = (), dropped: Sequence[str] = ()) -> None:
        """End the visit of a URL, with what its page links now and what it no longer links, all at once."""
        with self._writing():
            news = self._news(event["source_id"], links)
            self._record(dict(event) | {"event": "fetched", "dropped": list(dropped)} | news)

    def lose(self, source_id: str, at: datetime, urls: Sequence[str]) -> None:
        """Mark URLs as no longer listed; they and their files are kept."""
        if urls:
            self.record({"event": "gone", "source_id": source_id, "at": timestamp(at), "urls": list(urls)})

    def lease(self, source_id: str, url: str, run_id: str, until: datetime) -> None:
        """Mark a URL as being fetched. Leases are not journalled: they end with their crawler."""
        with self._writing():
            self._connection.execute(
                "UPDATE url SET leased_from = state, state = 'leased', leased_by = ?, leased_until = ? "
                "WHERE source_id = ? AND url = ? AND state <> 'leased'",
                (run_id, timestamp(until), source_id, url),
            )

    def return_leases(self, source_id: str) -> int:
        """Give every leased URL of a source its earlier state again; the caller is its only crawler."""
        with self._writing():
            done = self._connection.execute(
                "UPDATE url SET state = leased_from, leased_from = NULL, leased_by = NULL, leased_until = NULL "
                "WHERE source_id = ? AND state = 'leased'",
                (source_id,),
            )
        return done.rowcount

    def used(self, host: str, day: str) -> int:
        """Return how many requests a host was sent on a day (YYYY-MM-DD, UTC)."""
        query = "SELECT requests FROM host_day WHERE host = ? AND day = ?"
        found = self._connection.execute(query, (host, day)).fetchone()
        return int(found[0]) if found else 0

    def add(self, host: str, day: str, n: int) -> None:
        """Count requests to a host."""
        self.record({"event": "requested", "host": host, "day": day, "n": n})

    def held_until(self, host: str) -> datetime | None:
        """Return the moment before which no request may go to a host, if one is known."""
        found = self._connection.execute("SELECT until FROM host_hold WHERE host = ?", (host,)).fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    def hold(self, host: str, until: datetime) -> None:
        """Keep until when no request may go to a host. As leases, holds are not journalled: they pass."""
        with self._writing():
            self._connection.execute("INSERT OR REPLACE INTO host_hold VALUES (?, ?)", (host, timestamp(until)))

    def url(self, source_id: str, url: str) -> UrlRow | None:
        """Return the row of a URL."""
        found = self._connection.execute(f"{_URLS} AND url = ?", (source_id, url)).fetchone()
        return UrlRow(*found) if found else None

    def urls(self, source_id: str, *, kind: str | None = None, parent_url: str | None = None) -> list[UrlRow]:
        """Return the URLs of a source, of a kind, of a page."""
        query = f"{_URLS} AND kind = coalesce(?, kind) AND (? IS NULL OR parent_url = ?) ORDER BY url"
        return [UrlRow(*row) for row in self._connection.execute(query, (source_id, kind, parent_url, parent_url))]

    def states(self, source_id: str) -> dict[str, int]:
        """Count the URLs of a source by state: their sum is all that were ever discovered."""
        query = "SELECT state, count(*) FROM url WHERE source_id = ? GROUP BY state ORDER BY state"
        return dict(self._connection.execute(query, (source_id,)).fetchall())


def _says_nothing_new(item: Seen, row: UrlRow) -> bool:
    stated = {name: getattr(item, name) for name in ITEM}
    return all(value is None or value == getattr(row, name) for name, value in stated.items())


def _lock(path: Path) -> Path:
    return path.parent / "locks" / f"{path.name}.lock"


def rebuild(path: Path) -> list[str]:
    """Build the ledger at `path` anew from the journal beside it; return what had to be mended.

    Raises Locked while a crawler has the ledger open, JournalDamaged with the ledger as it was.
    """
    with hold(_lock(path), "the ledger", "a rebuild"):
        part = path.with_name(f".{path.name}.part")
        _remove(part)
        with Ledger(part, journal=path.with_name("journal.jsonl")) as ledger:
            ledger.settle()
            notes = ledger.notes
        _remove(path)
        part.replace(path)
        sync(path.parent)
    return notes


def _remove(path: Path) -> None:
    """Remove a database with what SQLite keeps beside it."""
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
