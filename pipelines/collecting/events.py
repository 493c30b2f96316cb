"""What the events of the journal mean: the tables of the ledger and how each event changes them.

Applying is deterministic, so that the same journal gives the same rows, whichever database holds them: the statements
are those that SQLite and PostgreSQL both understand. Belongs here: tables and changes.
Keep out: transactions and queries (`ledger`), the databases (`ledger_database`), the file of events (`journal`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from pipelines.collecting.journal import Event

# Goes up with every change of a table: a ledger of another version is rebuilt from the journal.
VERSION = 1
# The outcome of a fetch that brought an interstitial page: the word that the journals have it under.
INTERSTITIAL = "shell"

# A word of PostgreSQL's own is quoted, in every statement.
SCHEMA = """
CREATE TABLE applied (journal_bytes INTEGER NOT NULL) STRICT;
INSERT INTO applied VALUES (0);
CREATE TABLE url (
  source_id TEXT NOT NULL, url TEXT NOT NULL, request_url TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'attachment')), parent_url TEXT,
  title TEXT, published_on TEXT, agency TEXT, report_year INTEGER, list_url TEXT, position INTEGER,
  state TEXT NOT NULL CHECK (state IN ('discovered', 'leased', 'stored', 'unchanged', 'refused', 'failed')),
  reason TEXT, detail TEXT,
  leased_by TEXT, leased_until TEXT, leased_from TEXT,
  etag TEXT, last_modified TEXT, file_sha256 TEXT, media_type TEXT,
  first_seen_at TEXT NOT NULL, last_seen_at TEXT NOT NULL, last_seen_run TEXT NOT NULL, date_changed_at TEXT,
  tried_at TEXT, fetched_at TEXT, gone_at TEXT, gone_reason TEXT, attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, url),
  CHECK ((state = 'leased') = (leased_by IS NOT NULL)),
  CHECK (state NOT IN ('stored', 'unchanged') OR file_sha256 IS NOT NULL)
) STRICT;
CREATE INDEX url_parent ON url (source_id, parent_url);
CREATE TABLE "fetch" (
  id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, source_id TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL,
  at TEXT NOT NULL, final_url TEXT, status INTEGER,
  outcome TEXT NOT NULL
    CHECK (outcome IN ('created', 'updated', 'unchanged', 'refused', 'failed', 'listed', 'shell')),
  reason TEXT, detail TEXT, file_sha256 TEXT, media_type TEXT, headers TEXT, bytes INTEGER
) STRICT;
CREATE INDEX fetch_url ON "fetch" (source_id, url);
CREATE INDEX fetch_run ON "fetch" (run_id);
CREATE TABLE run (
  run_id TEXT PRIMARY KEY, source_id TEXT NOT NULL, started_at TEXT NOT NULL, since TEXT NOT NULL,
  finished_at TEXT, state TEXT NOT NULL CHECK (state IN ('running', 'killed', 'unfinished', 'done', 'red', 'failed')),
  summary TEXT
) STRICT;
CREATE INDEX run_source ON run (source_id);
CREATE TABLE host_day (
  host TEXT NOT NULL, day TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (host, day)
) STRICT;
CREATE TABLE host_hold (host TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT;
"""

# The values of a seen item in the journal, in this order.
ITEM = (
    "url",
    "request_url",
    "kind",
    "parent_url",
    "title",
    "published_on",
    "agency",
    "report_year",
    "list_url",
    "position",
)

# A list may cut a title short: the whole one, once known, stays.
_SEE = """
INSERT INTO url (source_id, url, request_url, kind, parent_url, title, published_on, agency, report_year, list_url,
                 position, state, first_seen_at, last_seen_at, last_seen_run)
VALUES (:source_id, :url, :request_url, :kind, :parent_url, :title, :published_on, :agency, :report_year, :list_url,
        :position, 'discovered', :at, :at, :run_id)
ON CONFLICT (source_id, url) DO UPDATE SET
  request_url = excluded.request_url,
  kind = CASE WHEN excluded.kind = 'report' THEN 'report' ELSE url.kind END,
  parent_url = coalesce(excluded.parent_url, url.parent_url),
  title = CASE WHEN url.title IS NOT NULL AND (excluded.title LIKE '%…' OR excluded.title LIKE '%...') THEN url.title
    ELSE coalesce(excluded.title, url.title) END,
  date_changed_at = CASE WHEN url.published_on IS NOT NULL AND excluded.published_on <> url.published_on
    THEN excluded.last_seen_at ELSE url.date_changed_at END,
  published_on = coalesce(excluded.published_on, url.published_on),
  agency = coalesce(excluded.agency, url.agency),
  report_year = coalesce(excluded.report_year, url.report_year),
  list_url = coalesce(excluded.list_url, url.list_url),
  position = coalesce(excluded.position, url.position)
"""
# Being listed again clears only what not being listed had set: a listed URL may still answer that it is gone.
_SEEN_AGAIN = """
UPDATE url SET last_seen_at = :at, last_seen_run = :run_id,
  gone_at = CASE WHEN gone_reason = 'not_listed' THEN NULL ELSE gone_at END,
  gone_reason = CASE WHEN gone_reason = 'not_listed' THEN NULL ELSE gone_reason END
WHERE source_id = :source_id AND url = :url
"""
# Numbered here and not by the database: a change that was taken back must not leave a gap that a rebuilt ledger lacks.
_FETCHED = """
INSERT INTO "fetch" (id, run_id, source_id, url, kind, at, final_url, status, outcome, reason, detail, file_sha256,
                   media_type, headers, bytes)
VALUES ((SELECT coalesce(max(id), 0) + 1 FROM "fetch"),
        :run_id, :source_id, :url, :kind, :at, :final_url, :status, :outcome, :reason, :detail, :file_sha256,
        :media_type, :headers, :bytes)
"""
_RELEASED = """
UPDATE url SET state = coalesce(leased_from, state), leased_by = NULL, leased_until = NULL, leased_from = NULL
WHERE source_id = :source_id AND url = :url
"""
_HAD = """
UPDATE url SET state = :state, reason = NULL, detail = NULL, attempts = 0, tried_at = :at, fetched_at = :at,
  file_sha256 = :file_sha256, media_type = coalesce(:media_type, media_type),
  etag = CASE WHEN :status = 304 THEN coalesce(:etag, etag) ELSE :etag END,
  last_modified = CASE WHEN :status = 304 THEN coalesce(:last_modified, last_modified) ELSE :last_modified END,
  gone_at = CASE WHEN gone_reason = 'not_found' THEN NULL ELSE gone_at END,
  gone_reason = CASE WHEN gone_reason = 'not_found' THEN NULL ELSE gone_reason END
WHERE source_id = :source_id AND url = :url
"""
# What is stored stays stored, whatever a later visit meets; the reason tells what it met.
_NOT_HAD = """
UPDATE url SET state = CASE WHEN file_sha256 IS NULL THEN :outcome ELSE state END,
  reason = :reason, detail = :detail, tried_at = :at, attempts = attempts + 1,
  gone_reason = CASE WHEN :reason = 'not_found' AND file_sha256 IS NOT NULL AND gone_at IS NULL THEN 'not_found'
    ELSE gone_reason END,
  gone_at = CASE WHEN :reason = 'not_found' AND file_sha256 IS NOT NULL AND gone_at IS NULL THEN :at ELSE gone_at END
WHERE source_id = :source_id AND url = :url
"""
_GONE = """
UPDATE url SET gone_at = :at, gone_reason = 'not_listed'
WHERE source_id = :source_id AND url = :url AND gone_at IS NULL
"""

# What a compacted journal holds of each table, in the order in which rows are put back: all but leases and holds.
COLUMNS = {
    "url": (
        "source_id", "url", "request_url", "kind", "parent_url", "title", "published_on", "agency", "report_year",
        "list_url", "position", "state", "reason", "detail", "etag", "last_modified", "file_sha256", "media_type",
        "first_seen_at", "last_seen_at", "last_seen_run", "date_changed_at", "tried_at", "fetched_at", "gone_at",
        "gone_reason", "attempts",
    ),
    "fetch": (
        "id", "run_id", "source_id", "url", "kind", "at", "final_url", "status", "outcome", "reason", "detail",
        "file_sha256", "media_type", "headers", "bytes",
    ),
    "run": ("rowid", "run_id", "source_id", "started_at", "since", "finished_at", "state", "summary"),
    "host_day": ("host", "day", "requests"),
}  # fmt: skip


class Statements(Protocol):
    """Whatever carries out statements with `?` or `:name` for values: SQLite, or PostgreSQL behind a translation."""

    def execute(self, statement: str, values: Any = (), /) -> Any:
        """Carry out a statement and return its rows as a cursor."""

    def executemany(self, statement: str, values: Iterable[Any], /) -> Any:
        """Carry out a statement once for each of several sets of values."""


def apply(connection: Statements, event: Event) -> None:
    """Change the tables by one event. Raises KeyError, sqlite3.Error or LedgerFailed for one that means nothing."""
    _APPLY[event["event"]](connection, event)


def _seen(connection: Statements, event: Event) -> None:
    """`items` are new or changed, `again` are URLs that stand as they stood."""
    common = {name: event[name] for name in ("source_id", "run_id", "at")}
    connection.executemany(_SEE, [dict(zip(ITEM, item, strict=True)) | common for item in event["items"]])
    urls = [item[0] for item in event["items"]] + event["again"]
    connection.executemany(_SEEN_AGAIN, [{"url": url} | common for url in urls])


def _fetched(connection: Statements, event: Event) -> None:
    """A visit ended; `items` and `again` are what the page links, `dropped` what it linked before."""
    row = {name: value for name, value in event.items() if not isinstance(value, list | dict)}
    row["headers"] = json.dumps(event["headers"], ensure_ascii=False, sort_keys=True)
    connection.execute(_FETCHED, row)
    outcome = event["outcome"]
    if outcome in ("listed", INTERSTITIAL) or event["kind"] == "list":
        return
    connection.execute(_RELEASED, row)
    if outcome in ("refused", "failed"):
        connection.execute(_NOT_HAD, row)
    else:
        connection.execute(_HAD, row | {"state": "unchanged" if outcome == "unchanged" else "stored"})
    _seen(connection, event)
    _gone(connection, dict(event) | {"urls": event["dropped"]})


def _gone(connection: Statements, event: Event) -> None:
    connection.executemany(
        _GONE, [{"url": url, "source_id": event["source_id"], "at": event["at"]} for url in event["urls"]]
    )


def _run_started(connection: Statements, event: Event) -> None:
    """A run of this source that never ended was killed: one crawler per source, and a new one began."""
    connection.execute(
        "UPDATE run SET state = 'killed', finished_at = :at WHERE source_id = :source_id AND state = 'running'", event
    )
    connection.execute(
        "INSERT INTO run (rowid, run_id, source_id, started_at, since, state) VALUES "
        "((SELECT coalesce(max(rowid), 0) + 1 FROM run), :run_id, :source_id, :at, :since, 'running')",
        event,
    )


def _run_finished(connection: Statements, event: Event) -> None:
    summary = json.dumps(event["summary"], ensure_ascii=False, sort_keys=True)
    connection.execute(
        "UPDATE run SET state = :state, finished_at = :at, summary = :summary WHERE run_id = :run_id",
        dict(event) | {"summary": summary},
    )


def _requested(connection: Statements, event: Event) -> None:
    connection.execute(
        "INSERT INTO host_day VALUES (:host, :day, :n) "
        "ON CONFLICT (host, day) DO UPDATE SET requests = host_day.requests + excluded.requests",
        event,
    )


def _compacted(_connection: Statements, _event: Event) -> None:
    """Stand at the beginning of a compacted journal: what follows are the rows that all events before had made."""


def _row(connection: Statements, event: Event) -> None:
    """Put a row back as it was. The columns are named by this program and never by a journal."""
    table = event["table"]
    names = COLUMNS[table]
    values = dict(zip(names, event["values"], strict=True))
    places = ", ".join(f":{name}" for name in names)
    connection.execute(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({places})', values)  # noqa: S608


_APPLY: Mapping[str, Callable[[Statements, Mapping[str, Any]], None]] = {
    "seen": _seen,
    "fetched": _fetched,
    "gone": _gone,
    "run_started": _run_started,
    "run_finished": _run_finished,
    "requested": _requested,
    "compacted": _compacted,
    "row": _row,
}
