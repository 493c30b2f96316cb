"""A reader's own SQL: one statement that reads, in a process of its own that ends with it.

So nothing that a statement does to its process (settings, logs, a crash) reaches another reader, and one that the
database does not stop in time is ended.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.engine.one_worker import Lost, in_own_worker
from pipelines.exploring.connection import SECONDS, Answer, Database, QueryRefused, TookTooLong

# A single call of a function cannot be interrupted; so much later the process is ended.
_GRACE_SECONDS = 3.0


def ask(release: Path, query: str, *, seconds: float = SECONDS) -> Answer:
    """Return the answer of a query. Raises NotReading, QueryRefused with the database's message, and TookTooLong."""
    try:
        found: Answer = in_own_worker(_answer, str(release), query, seconds, seconds=seconds + _GRACE_SECONDS)
    except Lost as error:
        if error.reason == "timeout":
            raise TookTooLong(f"ended after {seconds:g} s") from error
        raise QueryRefused("the query needed more memory than it may use") from error
    except MemoryError as error:
        raise QueryRefused("the query needed more memory than it may use") from error
    return found


def _answer(release: str, query: str, seconds: float) -> Answer:
    database = Database(Path(release))
    try:
        database.require_reading(query)
        return database.answer(query, seconds=seconds, in_texts=True)
    finally:
        database.close()
