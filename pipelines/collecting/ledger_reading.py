"""Reading a ledger without opening it: no lock is taken, nothing is made or mended, and crawlers go on writing.

Belongs here: where a ledger is read, a file or a server. Keep out: what is asked of it (`stored_files`, `recovery`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.collecting.database import database_address
from pipelines.collecting.events import VERSION
from pipelines.collecting.ledger_database import LedgerError
from pipelines.collecting.sqlite_ledger import refuse_moved

# A reader never waits for a writer in WAL, but whoever mends the file after a kill holds it for a moment.
_BUSY_SECONDS = 60.0

Query = Callable[[str], list[tuple[Any, ...]]]


@contextlib.contextmanager
def reading(ledger: Path) -> Iterator[Query]:
    """Yield what answers queries; of a ledger that is not there, or only just begun, every answer is empty.

    Raises LedgerError for one of another version and for one that was moved; sqlite3.DatabaseError for no ledger.
    """
    address = database_address()
    if address is not None:
        from pipelines.collecting.postgres_ledger import reading_server  # noqa: PLC0415  # only where it is set

        with reading_server(address, beside=ledger) as query:
            yield query
        return
    refuse_moved(ledger)
    if not ledger.exists() or ledger.stat().st_size == 0:
        yield lambda _: []
        return
    connection = sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
    with contextlib.closing(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise LedgerError.of("ledger.version", ledger=ledger, version=version, expected=VERSION)
        yield lambda query: connection.execute(query).fetchall() if version else []
