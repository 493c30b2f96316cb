"""The event log of a run, written over connections that stay open: Dagster opens one for every statement.

Belongs here: how events reach their files, which are Dagster's own and hold what they always held, or the memory of a
run that keeps none. Keep out: which events there are. Storage of another kind than Dagster's SQLite is left as it is.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import dagster as dg
from dagster._core.storage.event_log import InMemoryEventLogStorage, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool


@contextmanager
def event_log_open(instance: dg.DagsterInstance) -> Iterator[None]:
    """Keep the connections to the event log open while a run lasts."""
    storage = instance.event_log_storage
    if not isinstance(storage, SqliteEventLogStorage | InMemoryEventLogStorage):
        yield
        return
    with ExitStack() as opened:
        connections: dict[tuple[str, int], Connection] = {}

        @contextmanager
        def connect(shard: str = "") -> Iterator[Connection]:
            """Yield the connection of this thread to a file, or to memory, within a transaction, as Dagster does."""
            key = shard, threading.get_ident()
            if key not in connections:
                connections[key] = opened.enter_context(_connection(_address(storage, shard)))
            with storage._db_lock, connections[key].begin():
                yield connections[key]

        # Dagster's own methods ask for their connections by this name.
        storage.__dict__["_connect"] = connect
        try:
            yield
        finally:
            del storage.__dict__["_connect"]


def _address(storage: SqliteEventLogStorage | InMemoryEventLogStorage, shard: str) -> str:
    if isinstance(storage, InMemoryEventLogStorage):
        return str(storage._engine.url)
    with SqliteEventLogStorage._connect(storage, shard):
        pass  # makes the file where it is not there yet
    return str(storage.conn_string_for_shard(shard))


@contextmanager
def _connection(address: str) -> Iterator[Connection]:
    waits = {
        "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
        "check_same_thread": False,
    }  # the thread of the run closes them all
    engine = create_engine(address, poolclass=NullPool, connect_args=waits)
    with engine.connect() as connection:
        # The files are written ahead (WAL): a power cut costs the last events, and never a file.
        connection.execute(text("PRAGMA synchronous = NORMAL"))
        connection.commit()
        yield connection
    engine.dispose()
