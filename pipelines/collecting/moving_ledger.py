"""Moving a ledger from its file to a database server, or back: by the journal, whose lines are the same in both.

What is moved is compared row by row before it counts; a move that was cut off is done again. The place that was left
says where its ledger went, and is opened no more until the ledger is moved back: it then goes on from where it stood.
Belongs here: the order of a move. Keep out: the two databases (`sqlite_ledger`, `postgres_ledger`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Protocol

from pipelines import said
from pipelines.collecting.events import apply
from pipelines.collecting.ledger import JOURNAL, RETURN_LEASES, set_hold
from pipelines.collecting.ledger_database import TABLES, LedgerDatabase, LedgerError
from pipelines.collecting.sqlite_ledger import SqliteLedger

_LINES_AT_ONCE = 500


class _Movable(LedgerDatabase, Protocol):
    """A ledger that is opened alone."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the journal, without their ends, in order."""

    def append_lines(self, lines: list[str]) -> None:
        """Add lines to the journal and note that the tables hold them."""

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Yield the rows of a query, however many there are, within a transaction."""

    def mark_moved(self, where: str | None) -> None:
        """Note where this ledger goes on from now, or (None) that it is here."""


@dataclass(frozen=True)
class Moved:
    """What a move did: the events that the target lacked, all events, and the rows of each table in both."""

    where: str
    new_events: int
    events: int
    rows: dict[str, int]


def move_to_database(path: Path, address: str, tell: Callable[[str], object] = lambda _: None) -> Moved:
    """Move the ledger of the file at `path` to the server at `address`. Raises LedgerError, Locked, JournalDamaged."""
    with _both(path, address, tell) as (file, server):
        return _move(file, server)


def move_to_files(path: Path, address: str, tell: Callable[[str], object] = lambda _: None) -> Moved:
    """Move the ledger of the server to the file at `path`, the journal beside it. Raises as `move_to_database`."""
    with _both(path, address, tell) as (file, server):
        return _move(server, file)


@contextlib.contextmanager
def _both(path: Path, address: str, tell: Callable[[str], object]) -> Iterator[tuple[_Movable, _Movable]]:
    from pipelines.collecting.postgres_ledger import PostgresLedger  # noqa: PLC0415  # only where a server is named

    by = said("locks.moving")
    with (
        contextlib.closing(SqliteLedger(path, path.with_name(JOURNAL), alone=by)) as file,
        contextlib.closing(PostgresLedger(address, alone=by)) as server,
    ):
        for note in file.notes + server.notes:
            tell(note)
        yield file, server


def _move(source: _Movable, target: _Movable) -> Moved:
    """Bring the target to what the source is, compare them, and have the target go on."""
    with source.writing(), target.writing():
        new, events = _copy(source, target)
        for host, until in source.execute("SELECT host, until FROM host_hold").fetchall():
            set_hold(target, host, source.from_common_clock(datetime.fromisoformat(until)))
        # Nobody crawls now: a lease that the target still has is of a crawler that was killed before it was left.
        target.execute(RETURN_LEASES)
        rows = _compare(source, target)
    # In this order: a kill between the two leaves both saying that they were moved, and the move is done again.
    source.mark_moved(target.name)
    target.mark_moved(None)
    return Moved(target.name, new, events, rows)


def _copy(source: _Movable, target: _Movable) -> tuple[int, int]:
    """Add to the target the events that it lacks; return how many, and how many there are."""
    lines, known = source.lines(), 0
    for line in target.lines():
        if next(lines, None) != line:
            met = {"ledger": target.name, "event": known + 1, "source": source.name}
            raise LedgerError.of("ledger.another_ledger", **met)
        known += 1
    # Half of a ledger is none: until all is there the target stands for one that is elsewhere.
    target.mark_moved(source.name)
    new = 0
    while batch := list(islice(lines, _LINES_AT_ONCE)):
        for line in batch:
            apply(target, json.loads(line))
        target.append_lines(batch)
        new += len(batch)
    return new, known + new


def _compare(source: _Movable, target: _Movable) -> dict[str, int]:
    """Return the number of rows by table. Raises LedgerError where a table is not the same in both."""
    counts: dict[str, int] = {}
    for table, (columns, order) in TABLES.items():
        query = f'SELECT {columns} FROM "{table}" ORDER BY {order}'  # noqa: S608  # names of columns
        digests = [rows_digest(each.rows(query), target, source) for each in (source, target)]
        if digests[0] != digests[1]:
            met = {"ledger": target.name, "table": table, "rows": digests[1][0]}
            raise LedgerError.of("ledger.other_rows", **met, expected=digests[0][0], source=source.name)
        counts[table] = digests[0][0]
    return counts


def rows_digest(rows: Iterator[tuple[object, ...]], *held_by: LedgerDatabase) -> tuple[int, str]:
    """Return how many rows there are and a digest of them, with texts as both databases hold them."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        values = list(row)
        for database in held_by:
            values = [database.as_held(value) if isinstance(value, str) else value for value in values]
        digest.update(json.dumps(values).encode() + b"\n")
        count += 1
    return count, digest.hexdigest()
