"""A ledger in a file: SQLite in WAL, with the journal as a file beside it.

An event goes to the journal, forced to disk, and then to the tables, in one transaction that also notes how much of the
journal the tables hold: after a kill the rest is replayed on opening. SQLite's write lock keeps the journal's lines of
several crawlers apart. Belongs here: that one file. Keep out: queries (`ledger`), servers (`postgres_ledger`).
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines import said
from pipelines.collecting.database import DATABASE_SWITCH
from pipelines.collecting.events import COLUMNS, SCHEMA, VERSION, apply
from pipelines.collecting.journal import Event, Journal, JournalDamaged
from pipelines.collecting.ledger_database import LedgerError
from pipelines.durable import replace_text, sync
from pipelines.locking import FileLocks

# How long another crawler's transaction is waited for; each lasts milliseconds.
_BUSY_SECONDS = 60.0
_BUSY_LOOK_SECONDS = 0.05
_MOVED = "ledger.moved"


class SqliteLedger:
    """The ledger in the file at `path`. Raises LedgerError, JournalDamaged, Locked while it is rebuilt or moved.

    Whoever moves it opens it `alone` (the word for the others), also one that was moved away.
    """

    def __init__(self, path: Path, journal: Path, *, alone: str | None = None) -> None:
        if alone is None:
            refuse_moved(path)
        self._mark = moved_mark(path)
        self.name = str(path.absolute())
        self.notes: list[str] = []
        self._is_of_this_journal = False
        self._journal = Journal(journal)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            by, shared = alone or said("locks.crawler"), alone is None
            opened.enter_context(ledger_locks(path).hold(path.name, said("locks.ledger"), by, shared=shared))
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            opened.callback(self._connection.close)
            self._open()
            self._opened = opened.pop_all()

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Carry out a statement with `?` or `:name` for its values. Raises sqlite3.Error."""
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, values: Iterable[Any], /) -> sqlite3.Cursor:
        """Carry out a statement once for each of several sets of values."""
        return self._connection.executemany(statement, values)

    def _open(self) -> None:
        try:
            self._write_ahead()
            self._connection.execute("PRAGMA synchronous = FULL")
            with self.writing():
                pass
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise LedgerError.of("ledger.unreadable", ledger=self.name, error=error) from error

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
        """Close the file and let go of it."""
        self._opened.close()

    def settle(self) -> None:
        """Leave everything in one file, as it must be to be moved."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
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

    def append(self, event: Event) -> None:
        """Add an event to the journal and note that the tables hold it."""
        end = self._journal.append(event)
        self._connection.execute("UPDATE applied SET journal_bytes = ?", (end,))

    def append_lines(self, lines: list[str]) -> None:
        """Add lines to the journal as they are, and note that the tables hold them: the caller applies them."""
        self.note_applied(self._journal.append_lines(lines))

    def note_applied(self, end: int) -> None:
        """Note that the tables hold the journal, of the generation that it is of, up to a place."""
        self._connection.execute("UPDATE applied SET journal_bytes = ?", (end,))
        self._connection.execute(f"PRAGMA application_id = {self._journal.generation()}")

    def lines(self) -> Iterator[str]:
        """Yield the lines of the journal, without their ends, in order."""
        return self._journal.lines()

    def replace_journal(self, lines: list[str]) -> None:
        """Put another journal in the place of this one, within a transaction; a kill leaves one or the other, whole."""
        part = Journal(self._journal.path.with_name(f".{self._journal.path.name}.part"))
        part.path.unlink(missing_ok=True)
        end = part.append_lines(lines)
        part.path.replace(self._journal.path)
        sync(self._journal.path.parent)
        self.note_applied(end)

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query."""
        yield from self._connection.execute(query)

    def mark_moved(self, where: str | None) -> None:
        """Note where this ledger goes on from now, or (None) that it is here."""
        if where is not None:
            replace_text(self._mark, f"{where}\n")
            return
        self._mark.unlink(missing_ok=True)
        sync(self._mark.parent)

    def as_held(self, text: str | None) -> str | None:
        """Return a text as it is: SQLite holds every one."""
        return text

    def to_common_clock(self, at: datetime) -> datetime:
        """Return the moment as it is: all who share the file have the clock of its machine."""
        return at

    def from_common_clock(self, at: datetime) -> datetime:
        """Return the moment as it is."""
        return at

    def _make_tables(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            return
        if version:
            raise LedgerError.of("ledger.version", ledger=self.name, version=version, expected=VERSION)
        for statement in SCHEMA.split(";\n"):
            self._connection.execute(statement)
        self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def _catch_up(self) -> None:
        (applied,) = self._connection.execute("SELECT journal_bytes FROM applied").fetchone()
        if applied == self._journal.size() and self._is_of_this_journal:
            return
        applied = self._known(applied)
        replayed = 0
        for event, end in self._journal.read(applied):
            apply(self._connection, event)
            applied = end
            replayed += 1
        self.note_applied(applied)
        torn = self._journal.cut_torn_line()
        if replayed:
            self.notes.append(said("ledger.replayed", place=self._journal.path, events=replayed))
        if torn:
            self.notes.append(said("ledger.torn_line", journal=self._journal.path, bytes=torn))

    def _known(self, applied: int) -> int:
        """Return up to where the tables hold the journal: nothing of it, if it was compacted since they were written.

        A compaction that was killed before it was noted here comes to the same: its journal makes the same rows.
        """
        (ours,) = self._connection.execute("PRAGMA application_id").fetchone()
        generation = self._journal.generation()
        self._is_of_this_journal = True
        if ours == generation or (self._journal.size() == 0 and applied):
            return int(applied)
        if ours > generation:
            raise JournalDamaged.of("ledger.older_journal", journal=self._journal.path, compaction=ours)
        for table in COLUMNS:
            self._connection.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of this program
        return 0


def ledger_locks(path: Path) -> FileLocks:
    """Return the locks beside the ledger at `path`; the one of the ledger itself has the name of its file."""
    return FileLocks(path.parent / "locks")


def moved_mark(path: Path) -> Path:
    """Return the file that stands beside a ledger which goes on in a database server; it says in which."""
    return path.with_name(_MOVED)


def refuse_moved(path: Path) -> None:
    """Raise LedgerError for a ledger that goes on elsewhere: what is in the file is no longer all there is."""
    mark = moved_mark(path)
    if mark.exists():
        where = mark.read_text(encoding="utf-8").strip()
        raise LedgerError.of("ledger.moved_to_database", ledger=path, where=where, switch=DATABASE_SWITCH)


def remove_ledger(path: Path) -> None:
    """Remove a database file with what SQLite keeps beside it."""
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
