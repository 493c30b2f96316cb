"""What a ledger needs of the database that holds it, and how such a database fails.

Belongs here: the interface, written once for SQLite (`sqlite_ledger`) and PostgreSQL (`postgres_ledger`).
Keep out: what an event changes (`events`), which queries there are (`ledger`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from pipelines import Told
from pipelines.collecting.events import Statements
from pipelines.collecting.journal import Event

# What the tables hold, in the order in which two ledgers are compared: the columns, and by which a row is known.
TABLES = {
    "url": (
        "source_id, url, request_url, kind, parent_url, title, published_on, agency, report_year, list_url, position, "
        "coalesce(leased_from, state), reason, detail, etag, last_modified, file_sha256, media_type, first_seen_at, "
        "last_seen_at, last_seen_run, date_changed_at, tried_at, fetched_at, gone_at, gone_reason, attempts",
        "source_id, url",
    ),
    "fetch": (
        "id, run_id, source_id, url, kind, at, final_url, status, outcome, reason, detail, file_sha256, media_type, "
        "headers, bytes",
        "id",
    ),
    "run": ("rowid, run_id, source_id, started_at, since, finished_at, state, summary", "rowid"),
    "host_day": ("host, day, requests", "host, day"),
}


class LedgerError(Told):
    """The ledger cannot be used as it is; the message says what to do."""


class LedgerFailed(Told):
    """A database server could not carry out a change, and nothing of it was done; the connection stands."""


class LedgerLost(LedgerError):
    """The connection to the database server ended; what was not yet committed is undone."""


class LedgerDatabase(Statements, Protocol):
    """The tables and the journal of a ledger, opened by one process. `notes` says what opening had to mend."""

    name: str
    notes: list[str]

    def writing(self) -> AbstractContextManager[None]:
        """Hold the one write lock in a transaction that begins where the journal ends."""

    def append(self, event: Event) -> None:
        """Add an event to the journal, within the transaction that changes the tables by it."""

    def as_held(self, text: str | None) -> str | None:
        """Return a text as the tables give it back."""

    def to_common_clock(self, at: datetime) -> datetime:
        """Return a moment of this machine's clock (UTC) by the clock of all who share the ledger."""

    def from_common_clock(self, at: datetime) -> datetime:
        """Return a moment of the common clock (UTC) by this machine's."""

    def settle(self) -> None:
        """Leave everything where it must be for the ledger to be moved."""

    def close(self) -> None:
        """Close the ledger."""
