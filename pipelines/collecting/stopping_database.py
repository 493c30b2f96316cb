"""The switch that stops crawlers, in the PostgreSQL server that several machines share.

Belongs here: the one row of it. Keep out: what follows from it (`stopping`).
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from pipelines.collecting.database import connect, place_of, told_as_ledger
from pipelines.collecting.ledger_database import LedgerError, LedgerFailed

_MAKE = """
CREATE TABLE IF NOT EXISTS stop_crawling (id BIGINT PRIMARY KEY DEFAULT 1 CHECK (id = 1), reason TEXT NOT NULL)
"""
_SET = "INSERT INTO stop_crawling (reason) VALUES (%s) ON CONFLICT (id) DO UPDATE SET reason = excluded.reason"
_PURPOSE = "stop"


def set_reason(address: str, reason: str | None) -> bool:
    """Set the switch of a server, or (None) take it back; return whether it was set before. Raises LedgerError."""
    name = place_of(address)
    with contextlib.closing(connect(address, _PURPOSE)) as connection, told_as_ledger(connection, name):
        was_set = _reason(connection) is not None
        with connection.cursor() as cursor:
            if reason is not None:
                cursor.execute(_MAKE)
                cursor.execute(_SET, (reason.replace("\x00", " "),))
            elif was_set:
                cursor.execute("DELETE FROM stop_crawling")
    return was_set


def _reason(connection: Any) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('stop_crawling') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT reason FROM stop_crawling")
        found = cursor.fetchone()
    return None if found is None else str(found[0])


class Reasons:
    """What a server's switch says, asked again and again over one connection. Raises LedgerError, LedgerFailed."""

    def __init__(self, address: str) -> None:
        self.name = place_of(address)
        self._address = address
        self._connection = connect(address, _PURPOSE)

    def current(self) -> str | None:
        """Return the reason, or None where the switch is not set."""
        with told_as_ledger(self._connection, self.name):
            return _reason(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class Asking:
    """Asks a server for its switch in a thread of its own, so that no answer that does not come holds anything up.

    A connection that is cut is made anew: what the crawler may not outlive are its locks, and those tell by themselves.
    """

    def __init__(self, address: str, every: float) -> None:
        self._address = address
        self._every = every
        self._ended = threading.Event()
        self.reason: str | None = None
        self.name = place_of(address)
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Ask no more; an answer that is still awaited is not waited for."""
        self._ended.set()

    def _ask(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(LedgerError, LedgerFailed), contextlib.closing(Reasons(self._address)) as reasons:
                while self.reason is None:
                    self.reason = reasons.current()
                    if self._ended.wait(self._every):
                        return
                return
            self._ended.wait(self._every)
