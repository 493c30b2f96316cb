"""Locks of a PostgreSQL server: all machines that share it keep out of each other's way.

A lock is held by a connection and ends with it, whatever ends that. So whoever holds one must stop when the connection
is lost: before each request it is asked whether it stands (`check`), and a watcher tells at once when it is cut.

A machine that vanishes says nothing. Its last request may go on for as long as a request may last (300 s), so the
server waits longer than that (360 s) before it takes the connection for dead. Where only the way to the server breaks,
the holder's own probes end the connection within a minute, and its process with it. A process that is killed has its
connections closed by the kernel, its requests among them: others go on at once.

Belongs here: taking and losing such locks. Keep out: those of one machine (`pipelines.locking`), which locks there are.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pipelines import said
from pipelines.collecting.database import connect, driver, place_of
from pipelines.collecting.ledger_database import LedgerError
from pipelines.locking import POLL_SECONDS, Locked, LocksLost

_NOTE = """
INSERT INTO lock_holder
VALUES (%s, pg_backend_pid(), %s, json_build_object(
  'pid', %s, 'host', %s, 'by', %s, 'since', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'))::text)
ON CONFLICT (key) DO UPDATE SET backend = excluded.backend, name = excluded.name, holder = excluded.holder
"""
# What a holder wrote counts while its connection still has the lock: another may have taken it and not yet written.
_HOLDER = """
SELECT holder FROM lock_holder WHERE key = %s AND backend IN (
  SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = %s
)
"""


def lock_key(name: str) -> int:
    """Return the number that the server knows a lock by: 64 bits of a digest, signed."""
    return int.from_bytes(hashlib.sha256(f"gongkai lock {name}".encode()).digest()[:8], "big", signed=True)


class DatabaseLocks:
    """The locks that a connection holds. One thread takes them; `check` and the watcher may be of others."""

    def __init__(self, connection: Any, place: str) -> None:
        self._connection = connection
        self._place = place
        self._turn = threading.Lock()
        self._lost: str | None = None
        self._backend: int = self._ask("SELECT pg_backend_pid()")

    @contextlib.contextmanager
    def hold(
        self,
        name: str,
        what: str,
        by: str,
        *,
        shared: bool = False,
        wait_seconds: float = 0.0,
        waiting: Callable[[str], object] = lambda _: None,
    ) -> Iterator[None]:
        """Hold the lock of a name; as `Locks.hold`. Raises LocksLost where the connection ends."""
        key, kind = lock_key(name), "_shared" if shared else ""
        self._acquire(key, kind, what, wait_seconds, waiting)
        try:
            self._ask(_NOTE, key, name, os.getpid(), socket.gethostname(), by)
            yield
        finally:
            if self._lost is None and not self._connection.closed:
                self._ask(f"SELECT pg_advisory_unlock{kind}(%s)", key)

    def check(self) -> None:
        """Raise LocksLost unless the connection stands, to the same backend that the locks were taken from."""
        if self._ask("SELECT pg_backend_pid()") != self._backend:
            raise self._told(said("locks.other_backend"))

    def watch(self, lost: Callable[[LocksLost], object], until: socket.socket) -> None:
        """Wait for the connection to be cut and tell `lost` of it once; end quietly when `until` can be read."""
        while True:
            try:
                with self._turn:
                    ours = self._connection.fileno()
                readable, _, _ = select.select([ours, until], [], [])
                if until in readable:
                    return
                self._look()
            except LocksLost as error:
                lost(error)
                return
            except (OSError, driver().InterfaceError):
                # The other thread met the end of the connection first, and closed what was waited for.
                lost(self._told(self._lost or said("locks.connection_closed")))
                return

    def _look(self) -> None:
        """Check the connection where it can be read though no answer is due: it then ended, or tells of its end."""
        with self._turn:
            if self._lost is None and not select.select([self._connection], [], [], 0)[0]:
                return  # what could be read was an answer to the other thread
        self.check()

    def _acquire(self, key: int, kind: str, what: str, wait_seconds: float, waiting: Callable[[str], object]) -> None:
        deadline, is_told = time.monotonic() + wait_seconds, False
        while not self._ask(f"SELECT pg_try_advisory_lock{kind}(%s)", key):
            holder = named_holder(self._ask(_HOLDER, key, key))
            if time.monotonic() >= deadline:
                raise Locked.of("locks.held", what=what, holder=holder)
            if not is_told:
                waiting(said("locks.waiting", what=what, holder=holder))
                is_told = True
            time.sleep(POLL_SECONDS)

    def _ask(self, statement: str, *values: object) -> Any:
        """Return the one value that a statement asks for, if it does and there is one."""
        with self._turn:
            if self._lost is not None:
                raise self._told(self._lost)
            try:
                with self._connection.cursor() as cursor:
                    cursor.execute(statement, values or None)
                    row = cursor.fetchone() if cursor.description else None
            except driver().Error as error:
                why = " ".join(str(error).split())
                if self._connection.closed:
                    raise self._told(why) from error
                raise LedgerError.of("ledger.server_refused", place=self._place, error=why) from error
        return None if row is None else row[0]

    def _told(self, why: str) -> LocksLost:
        self._lost = why
        return LocksLost.of("locks.lost", place=self._place, why=why)


def named_holder(held: str | None) -> str:
    """Return who holds a lock, of what the holder wrote; it may be of another version, which wrote a sentence."""
    if held is None:
        return said("locks.another")
    try:
        about = json.loads(held)
        return said("locks.holder_elsewhere", pid=str(about["pid"]), **{n: about[n] for n in ("host", "by", "since")})
    except (ValueError, KeyError, TypeError):
        return held


@contextlib.contextmanager
def database_locks(address: str, lost: Callable[[LocksLost], object]) -> Iterator[DatabaseLocks]:
    """Yield the locks of a connection of their own; `lost` is called, in another thread, when that is cut."""
    ours, theirs = socket.socketpair()
    with contextlib.closing(connect(address, "locks")) as connection, ours, theirs:
        with connection.cursor() as cursor:
            # Who holds a lock is of no use after a crash of the server.
            cursor.execute("SET synchronous_commit = off")
        locks = DatabaseLocks(connection, place_of(address))
        watcher = threading.Thread(target=locks.watch, args=(lost, theirs), daemon=True)
        watcher.start()
        try:
            yield locks
        finally:
            ours.send(b"x")
            watcher.join()
