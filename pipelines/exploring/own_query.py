"""A reader's own SQL: one SELECT statement, in a process that is ended where the database does not stop in time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipelines.engine.one_worker import Lost, in_worker
from pipelines.exploring.connection import SECONDS, Answer, Database, QueryRefused, TookTooLong

# A single call of a function cannot be interrupted; so much later the process is ended.
_GRACE_SECONDS = 3.0
_START_SECONDS = 60.0


class NotOneSelect(Exception):
    """The text is no single SELECT statement."""


def ask(release: Path, query: str, *, seconds: float = SECONDS) -> Answer:
    """Return the answer of a query. Raises NotOneSelect, QueryRefused with the database's message, and TookTooLong."""
    # A worker that was ended starts anew, and that is not the query's time.
    in_worker(_database, str(release), seconds=_START_SECONDS, by_clock=True, purpose="queries")
    try:
        found: Answer = in_worker(
            _answer, str(release), query, seconds, seconds=seconds + _GRACE_SECONDS, by_clock=True, purpose="queries"
        )
    except Lost as error:
        if error.reason == "timeout":
            raise TookTooLong(f"ended after {seconds:g} s") from error
        raise QueryRefused("the query needed more memory than it may use") from error
    except MemoryError as error:
        raise QueryRefused("the query needed more memory than it may use") from error
    return found


def _answer(release: str, query: str, seconds: float) -> Answer:
    database = _opened(release)
    if database.statement_kinds(query) != ["SELECT"]:
        raise NotOneSelect
    return database.answer(query, seconds=seconds)


def _database(release: str) -> None:
    _opened(release)


@lru_cache(maxsize=1)
def _opened(release: str) -> Database:
    return Database(Path(release))
