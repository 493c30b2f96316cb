"""A ledger that is missing, empty or behind its journal is brought up to it; one that nothing can restore is told.

Belongs here: what is done before the ledger is read. Keep out: reading it (`stored_files`), replaying (`ledger`).
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines import said
from pipelines.collecting.database import database_address
from pipelines.collecting.journal import Journal, JournalDamaged
from pipelines.collecting.ledger import JOURNAL, open_ledger
from pipelines.collecting.ledger_reading import reading
from pipelines.raw.missing_input import MissingInput
from pipelines.raw.raw_store import RawStore


def recover_ledger(raw: Path, ledger: Path) -> list[str]:
    """Replay what the journal knows and the ledger does not; return what was replayed, nothing where all is well.

    The ledger is the file with the journal beside it, or that of the server which is set. Raises MissingInput where
    files are stored below `raw` and no row or line tells where they came from, and for a file that is no ledger;
    LedgerError for one of another version, and for one that was moved.
    """
    notes: list[str] = []
    if _is_behind(ledger):
        try:
            with open_ledger(ledger) as opened:
                notes = opened.notes
        except JournalDamaged as error:
            raise MissingInput("ledger_lost", str(error)) from error
    known = 'SELECT EXISTS (SELECT 1 FROM url) OR EXISTS (SELECT 1 FROM "fetch")'
    if not _number(ledger, known) and _stored(raw):
        if database_address() is not None:
            raise MissingInput("ledger_lost", said("ledger.no_row_in_database", folder=ledger.parent))
        found = "ledger.no_row" if ledger.exists() else "ledger.missing"
        raise MissingInput("ledger_lost", said(found, ledger=ledger, journal=JOURNAL, folder=ledger.parent))
    return notes


def _is_behind(ledger: Path) -> bool:
    address = database_address()
    if address is not None:
        from pipelines.collecting.postgres_ledger import is_behind  # noqa: PLC0415  # only where it is set

        return is_behind(address, beside=ledger)
    journal = Journal(ledger.with_name(JOURNAL))
    if journal.size() > _number(ledger, "SELECT journal_bytes FROM applied"):
        return True
    # A ledger of before a compaction may know of more bytes than there are now.
    return journal.generation() > _number(ledger, "PRAGMA application_id")


def _number(ledger: Path, query: str) -> int:
    """Return the one number a query asks of the ledger; 0 where there is none, or only an empty file."""
    try:
        with reading(ledger) as asked:
            rows = asked(query)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise MissingInput("ledger_lost", said("ledger.no_ledger", ledger=ledger, error=error)) from error
    return int(rows[0][0]) if rows else 0


def _stored(raw: Path) -> bool:
    return next(RawStore(raw).hashes(), None) is not None
