"""A ledger that is missing, empty or behind its journal is brought up to it; one that nothing can restore is told.

Belongs here: what is done before the ledger is read. Keep out: reading it (`stored_files`), replaying (`ledger`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from pipelines.collecting.events import VERSION
from pipelines.collecting.journal import Journal, JournalDamaged
from pipelines.collecting.ledger import Ledger, LedgerError
from pipelines.raw.missing_input import MissingInput
from pipelines.raw.raw_store import RawStore

# As for whoever reads the stored files: a crawler that mends the file after a kill holds it for a moment.
_BUSY_SECONDS = 60.0


def recover_ledger(raw: Path, ledger: Path, journal: Path) -> list[str]:
    """Replay what the journal knows and the ledger does not; return what was replayed, nothing where all is well.

    Raises MissingInput where files are stored below `raw` and no row or line tells where they came from, and for a
    file that is no ledger; LedgerError for one of another version.
    """
    notes: list[str] = []
    if Journal(journal).size() > _replayed(ledger):
        try:
            with Ledger(ledger, journal=journal) as opened:
                notes = opened.notes
        except JournalDamaged as error:
            raise MissingInput("ledger_lost", str(error)) from error
    if not _rows(ledger, "SELECT EXISTS (SELECT 1 FROM url) OR EXISTS (SELECT 1 FROM fetch)") and _stored(raw):
        known = "missing" if not ledger.exists() else "no row"
        detail = f"{ledger}: {known}, and no line in {journal.name}; yet {ledger.parent} holds stored files"
        raise MissingInput("ledger_lost", detail)
    return notes


def _stored(raw: Path) -> bool:
    return next(RawStore(raw).hashes(), None) is not None


def _replayed(ledger: Path) -> int:
    """Return how many bytes of the journal the tables hold."""
    return _rows(ledger, "SELECT journal_bytes FROM applied")


def _rows(ledger: Path, query: str) -> int:
    """Return the one number a query asks of the ledger; 0 where there is none, or only an empty file."""
    if not ledger.exists() or ledger.stat().st_size == 0:
        return 0
    with contextlib.closing(_reading(ledger)) as connection:
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                return 0
            if version != VERSION:
                raise LedgerError(f"{ledger}: version {version}, expected {VERSION}: rebuild it from the journal")
            (number,) = connection.execute(query).fetchone()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            detail = f"{ledger}: {error}: move it away if the journal is there, it is rebuilt"
            raise MissingInput("ledger_lost", detail) from error
    return int(number)


def _reading(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
