"""The one setting that puts the ledger and its locks into a PostgreSQL server, and connections to that server.

Without the setting nothing of this is used and no driver is imported. Belongs here: address, driver, connections, how
their errors are told. Keep out: tables (`postgres_ledger`), locks (`database_locks`).
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from typing import Any

from pipelines.collecting.ledger_database import LedgerError, LedgerFailed, LedgerLost

DATABASE_SWITCH = "GONGKAI_DATABASE"
# Everything of ours is in this schema, so that Dagster's tables, or those of others, can be in the same database.
SCHEMA_NAME = "gongkai"
# A server that is not there is told after some seconds; what is sent and not acknowledged counts as lost as soon.
_CONNECTING = {
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_OLDEST_SERVER = 120000


def database_address() -> str | None:
    """Return the address of the server that is set, if one is. Raises LedgerError for what is no such address."""
    address = os.environ.get(DATABASE_SWITCH)
    if not address:
        return None
    if not address.startswith(("postgresql://", "postgres://")):
        raise LedgerError.of("ledger.no_address", switch=DATABASE_SWITCH)
    return address


@functools.cache
def driver() -> Any:
    """Return the driver, psycopg2. Raises LedgerError where it is not installed."""
    try:
        import psycopg2  # noqa: PLC0415  # an extra, which nothing but the setting needs
        import psycopg2.extras  # noqa: PLC0415
    except ImportError as error:
        raise LedgerError.of("ledger.not_installed", switch=DATABASE_SWITCH, package="psycopg2") from error
    return psycopg2


def place_of(address: str) -> str:
    """Return an address as messages name it: without user and password."""
    return _place(_parsed(address))


def _parsed(address: str) -> dict[str, str]:
    try:
        return dict(driver().extensions.parse_dsn(address))
    except driver().Error as error:
        raise LedgerError.of("ledger.wrong_address", switch=DATABASE_SWITCH, error=_told(error)) from error


def _place(parts: dict[str, str]) -> str:
    host = parts.get("host", "")
    port = f":{parts['port']}" if "port" in parts else ""
    return f"PostgreSQL {host}{port}/{parts.get('dbname', '')}"


def connect(address: str, purpose: str) -> Any:
    """Connect to the server, every statement a transaction of its own unless one is begun; the schema is there then.

    `purpose` is what the server's list of connections shows. Raises LedgerError for what cannot be used as it is.
    """
    psycopg2 = driver()
    given = {**_CONNECTING, "application_name": f"gongkai {purpose}"[:63], **_parsed(address)}
    with contextlib.ExitStack() as opened:
        try:
            connection = opened.enter_context(contextlib.closing(psycopg2.connect(**given)))
            connection.autocommit = True
            connection.set_client_encoding("UTF8")
            _check(connection)
            with connection.cursor() as cursor:
                cursor.execute(_SESSION)
                cursor.execute("SELECT to_regclass('lock_holder') IS NULL")
                if cursor.fetchone()[0]:
                    cursor.execute(_MAKE)
        except psycopg2.Error as error:
            met = {"switch": DATABASE_SWITCH, "place": _place(given), "error": _told(error)}
            raise LedgerError.of("ledger.no_connection", **met) from error
        opened.pop_all()
    return connection


# A machine that vanishes is taken for dead after six probes of a minute each: why so late is told in `database_locks`.
# A lock is held through rests of an hour: no timeout of the server's may end its session (the last is new in 14).
# Whoever waited for the write lock must see what its holder before wrote: that is what the isolation is for.
_SESSION = f"""
SET search_path = {SCHEMA_NAME}; SET client_min_messages = warning;
SET TimeZone = 'UTC'; SET standard_conforming_strings = on;
SET default_transaction_isolation = 'read committed';
SET lock_timeout = '60s'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '60s';
SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 60; SET tcp_keepalives_count = 6;
SELECT set_config('idle_session_timeout', '0', false) WHERE current_setting('idle_session_timeout', true) IS NOT NULL
"""
# Under a lock: of several who make a thing at once all but one are told that it is there, whatever IF NOT EXISTS says.
_MAKE = f"""
BEGIN; SELECT pg_advisory_xact_lock({0x676F6E676B616900});
CREATE SCHEMA IF NOT EXISTS {SCHEMA_NAME};
CREATE TABLE IF NOT EXISTS lock_holder (
  key BIGINT PRIMARY KEY, backend BIGINT NOT NULL, name TEXT NOT NULL, holder TEXT NOT NULL
);
COMMIT
"""


def _check(connection: Any) -> None:
    if connection.server_version < _OLDEST_SERVER:
        raise LedgerError.of("ledger.old_server", switch=DATABASE_SWITCH)
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise LedgerError.of("ledger.encoding", switch=DATABASE_SWITCH, encoding=encoding)


@contextlib.contextmanager
def told_as_ledger(connection: Any, name: str) -> Iterator[None]:
    """Raise LedgerLost where the connection ended, LedgerFailed for every other error of the server."""
    try:
        yield
    except driver().Error as error:
        if connection.closed:
            raise LedgerLost.of("ledger.connection_lost", place=name, error=_told(error)) from error
        raise LedgerFailed.of("ledger.server_refused", place=name, error=_told(error)) from error


def _told(error: Exception) -> str:
    """Return what the server said, in one line."""
    return " ".join(str(error).split()) or type(error).__name__
