"""A ledger in a PostgreSQL server: crawlers of several machines share it.

The journal is a table, written in the transaction that changes the tables: they cannot come apart. One advisory lock
makes writers take turns, so that the journal's order is the order in which its events were applied.
Belongs here: that database and the translation of statements. Keep out: queries (`ledger`), what an event changes.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import said
from pipelines.collecting.database import DATABASE_SWITCH, connect, driver, place_of, told_as_ledger
from pipelines.collecting.database_locks import DatabaseLocks
from pipelines.collecting.events import SCHEMA, VERSION, apply
from pipelines.collecting.journal import Event, Journal, JournalDamaged, line_of
from pipelines.collecting.ledger_database import LedgerError
from pipelines.collecting.sqlite_ledger import moved_mark

# Taken by a writer for the length of its transaction; also while tables are made.
_WRITING = 0x676F6E676B616901
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({_WRITING})"
_STANDING = "SELECT version, journal_id, moved_to, (SELECT max(id) FROM journal) FROM applied"
# The name of the lock that crawlers share and that whoever moves the ledger has alone: no source has an underscore.
LEDGER_LOCK = "_ledger"
# PostgreSQL's text holds every character but this.
_NUL, _INSTEAD = "\x00", "\ufffd"
# A clock further off than this is told; times of fetches are those of the machine, gaps between requests are not.
_CLOCK_TOLD_SECONDS = 30.0
_LINES_AT_ONCE, _ROWS_AT_ONCE = 500, 2000

_VALUE = re.compile(r"%|\?|(?<!:):([a-z_][a-z0-9_]*)")


@functools.cache
def translated(statement: str) -> str:
    """Return a statement with `?` and `:name` for values as the driver wants it."""
    statement = statement.replace("ON CONFLICT (source_id, url)", "ON CONFLICT (source_id, url_key(url))")
    return _VALUE.sub(lambda found: "%%" if found[0] == "%" else f"%({found[1]})s" if found[1] else "%s", statement)


def schema() -> str:
    """Return the tables of `events` as PostgreSQL makes them: all rows, keys and orders are those of SQLite.

    Texts are compared by their bytes, as SQLite does. A key of an index has at most 2,704 bytes here and a URL any
    number: so URLs are unique by their digest, and are found by a hash.
    """
    text = SCHEMA.replace(" STRICT", "").replace("INTEGER", "BIGINT").replace("TEXT", 'TEXT COLLATE "C"')
    text = text.replace("  PRIMARY KEY (source_id, url),\n", "")
    text = text.replace("CREATE TABLE run (\n", "CREATE TABLE run (\n  rowid BIGINT NOT NULL UNIQUE,\n")
    text = re.sub(r'ON (url|"fetch") \(source_id, (parent_url|url)\)', r"ON \1 USING hash (\2)", text)
    text = re.sub(r"CREATE TABLE applied .*;\nINSERT INTO applied .*;\n", "", text)
    return text + _MORE


_MORE = """
CREATE FUNCTION url_key(url TEXT) RETURNS BYTEA LANGUAGE SQL IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.sha256(pg_catalog.convert_to(url, 'UTF8')) $$;
CREATE UNIQUE INDEX url_unique ON url (source_id, url_key(url));
CREATE INDEX url_known ON url USING hash (url);
CREATE TABLE IF NOT EXISTS journal (id BIGINT PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE applied (version BIGINT NOT NULL, journal_id BIGINT NOT NULL, moved_to TEXT);
"""


class PostgresLedger:
    """The ledger of a server, opened by one process. Raises LedgerError, LedgerLost, Locked while it is moved.

    `beside` is the ledger file of this folder: where one was never moved here, nothing is opened in its place. Whoever
    moves a ledger opens it `alone`, also one that was moved away.
    """

    def __init__(self, address: str, *, beside: Path | None = None, alone: str | None = None) -> None:
        self.name = place_of(address)
        self.notes: list[str] = []
        self._takes_moved = alone is not None
        self._is_made, self._last = False, 0
        if beside is not None:
            refuse_unmoved(beside)
        with contextlib.ExitStack() as opened:
            self._connection = opened.enter_context(contextlib.closing(connect(address, "ledger")))
            locks = DatabaseLocks(self._connection, self.name)
            what, by = said("locks.ledger"), alone or said("locks.crawler")
            opened.enter_context(locks.hold(LEDGER_LOCK, what, by, shared=alone is None))
            if alone is not None:  # it stands still while the other database of a move works
                self.execute("SET idle_in_transaction_session_timeout = 0")
            with self.writing():
                pass
            self._tell_clock()
            self._opened = opened.pop_all()

    def execute(self, statement: str, values: Any = (), /) -> Any:
        """Carry out a statement with `?` or `:name` for its values. Raises LedgerFailed, LedgerLost."""
        with self._told():
            cursor = self._connection.cursor()
            cursor.execute(translated(statement), _cleaned(values))
            return cursor

    def executemany(self, statement: str, values: Iterable[Any], /) -> None:
        """Carry out a statement once for each of several sets of values, many in a message."""
        with self._told(), self._connection.cursor() as cursor:
            driver().extras.execute_batch(cursor, translated(statement), map(_cleaned, values))

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock in a transaction that begins where the journal ends."""
        try:
            self._begin()
            yield
            self.execute("COMMIT")
        except BaseException:
            if not self._connection.closed:
                self.execute("ROLLBACK")
            raise

    def append(self, event: Event) -> None:
        """Add an event to the journal and note that the tables hold it."""
        self._last += 1
        both = "INSERT INTO journal VALUES (?, ?); UPDATE applied SET journal_id = ?"
        self.execute(both, (self._last, line_of(event), self._last))

    def append_lines(self, lines: list[str]) -> None:
        """Add lines to the journal as they are, and note that the tables hold them: the caller applies them."""
        numbered = list(enumerate(lines, start=self._last + 1))
        self._last += len(numbered)
        self.executemany("INSERT INTO journal VALUES (?, ?)", numbered)
        self.execute("UPDATE applied SET journal_id = ?", (self._last,))

    def lines(self, after: int = 0) -> Iterator[str]:
        """Yield the lines of the journal, without their ends, in order, those after a number."""
        while found := self.execute(
            "SELECT id, line FROM journal WHERE id > ? ORDER BY id LIMIT ?", (after, _LINES_AT_ONCE)
        ).fetchall():
            after = found[-1][0]
            yield from (line for _, line in found)

    def replace_journal(self, lines: list[str]) -> None:
        """Put another journal in the place of this one, within a transaction."""
        self.execute("DELETE FROM journal")
        self._last = 0
        self.append_lines(lines)

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, however many there are, within a transaction."""
        self.execute(f"DECLARE compared NO SCROLL CURSOR FOR {query}")
        while found := self.execute(f"FETCH {_ROWS_AT_ONCE} FROM compared").fetchall():
            yield from found
        self.execute("CLOSE compared")

    def mark_moved(self, where: str | None) -> None:
        """Note in which file of this machine this ledger goes on from now, or (None) that it is here."""
        where = None if where is None else f"{where} on {socket.gethostname()}"
        self.execute("UPDATE applied SET moved_to = ?", (where,))

    def as_held(self, text: str | None) -> str | None:
        """Return a text as the tables give it back: with another character for NUL, which PostgreSQL refuses."""
        return None if text is None else text.replace(_NUL, _INSTEAD)

    def to_common_clock(self, at: datetime) -> datetime:
        """Return a moment of this machine's clock (UTC) by the server's, which all machines have in common.

        What is left until then is what counts, and the answer takes its time: the moment comes out late, never early.
        """
        left = at - datetime.now(UTC)
        return self._server_now() + left

    def from_common_clock(self, at: datetime) -> datetime:
        """Return a moment of the server's clock (UTC) by this machine's; as above, late and never early."""
        left = at - self._server_now()
        return datetime.now(UTC) + left

    def settle(self) -> None:
        """Do nothing: what is committed is in the server."""

    def close(self) -> None:
        """Close the connection, and with it let go of the ledger."""
        self._opened.close()

    def _told(self) -> contextlib.AbstractContextManager[None]:
        return told_as_ledger(self._connection, self.name)

    def _server_now(self) -> datetime:
        (seconds,) = self.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        return datetime.fromtimestamp(float(seconds), UTC)

    def _tell_clock(self) -> None:
        off = (datetime.now(UTC) - self._server_now()).total_seconds()
        if abs(off) > _CLOCK_TOLD_SECONDS:
            self.notes.append(said("ledger.clock_is_off", place=self.name, seconds=off))

    def _begin(self) -> None:
        """Begin a transaction as the one writer: make what is missing, apply what the journal has and tables lack."""
        if self._is_made:  # in one message: the lock is held for the less time
            found = self.execute(f"{_BEGIN}; {_STANDING}").fetchone()
        else:
            self.execute(_BEGIN)
            if self.execute("SELECT to_regclass('applied') IS NULL").fetchone()[0]:
                with self._told(), self._connection.cursor() as cursor:
                    cursor.execute(schema())
                self.execute("INSERT INTO applied VALUES (?, 0)", (VERSION,))
            found = self.execute(_STANDING).fetchone()
        version, applied, moved_to, last = found
        _check_usable(self.name, version, None if self._takes_moved else moved_to)
        self._last = last or 0
        if applied != self._last:
            self._replay(applied, self._last)
        self._is_made = True

    def _replay(self, applied: int, last: int) -> None:
        if applied > last:
            raise JournalDamaged.of("ledger.lines_missing", place=self.name, lines=last, known=applied)
        for line in self.lines(applied):
            apply(self, json.loads(line))
        self.execute("UPDATE applied SET journal_id = ?", (last,))
        self.notes.append(said("ledger.replayed", place=self.name, events=last - applied))


@contextlib.contextmanager
def reading_server(address: str, *, beside: Path) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Yield what answers queries of the ledger of a server; one that is not there yet has no rows.

    All answers are of one moment. Raises LedgerError as opening does.
    """
    refuse_unmoved(beside)
    name = place_of(address)
    with contextlib.closing(connect(address, "reading")) as connection, told_as_ledger(connection, name):
        cursor = connection.cursor()
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT to_regclass('applied') IS NULL")
        if cursor.fetchone()[0]:
            yield lambda _: []
            return
        cursor.execute("SELECT version, moved_to FROM applied")
        _check_usable(name, *cursor.fetchone())

        def asked(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        yield asked


def is_behind(address: str, *, beside: Path) -> bool:
    """Tell whether the journal of a server has events that its tables lack, or has no tables yet."""
    refuse_unmoved(beside)
    with contextlib.closing(connect(address, "reading")) as connection, told_as_ledger(connection, place_of(address)):
        cursor = connection.cursor()
        cursor.execute("SELECT to_regclass('journal') IS NULL, to_regclass('applied') IS NULL")
        has_no_journal, has_no_tables = cursor.fetchone()
        if has_no_journal:
            return False
        known = "0" if has_no_tables else "(SELECT journal_id FROM applied)"
        cursor.execute(f"SELECT coalesce(max(id), 0) <> {known} FROM journal")  # noqa: S608  # one of the two above
        return bool(cursor.fetchone()[0])


def _check_usable(name: str, version: int, moved_to: str | None) -> None:
    if version != VERSION:
        raise LedgerError.of("ledger.version_in_database", place=name, version=version, expected=VERSION)
    if moved_to is not None:
        raise LedgerError.of("ledger.moved_to_files", ledger=name, where=moved_to, switch=DATABASE_SWITCH)


def refuse_unmoved(beside: Path) -> None:
    """Raise LedgerError where a folder has a ledger of its own that was never moved to a server."""
    if not moved_mark(beside).exists() and Journal(beside.with_name("journal.jsonl")).size():
        raise LedgerError.of("ledger.never_moved", ledger=beside)


def _cleaned(values: Any) -> Any:
    """Return values without the one character that PostgreSQL refuses."""
    if isinstance(values, Mapping):
        return {name: _clean(value) for name, value in values.items()}
    return tuple(map(_clean, values))


def _clean(value: Any) -> Any:
    return value.replace(_NUL, _INSTEAD) if isinstance(value, str) and _NUL in value else value
