"""The one way to open the database of a release: read-only, without files or network, its configuration locked.

Belongs here: the lock-down, who may bound it further, and the one folder that an export may write to. Keep out:
questions (`summary`, `trace`, `exploring`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import DATABASE, REMOTE

# Whatever is locked, statements can write into the folder that DuckDB spills to, and that stands beside the database:
# there is none, unless a reader names its own. Even one SELECT can (`WITH x AS (COPY ... TO ...)`, since DuckDB 2.0).
_SPILLS_NOWHERE = {"temp_directory": ""}
_NO_EXTENSIONS = {
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
}
# Not given at opening: DuckDB applies what it is given there in no order, and sets no folder once access is off.
_LOCK_DOWN = "SET enable_external_access = false; SET lock_configuration = true"
# Where the program is no file (`python -c`, a notebook) DuckDB draws a bar into standard output, among what is written
# there. A setting of each connection, which none can be opened with.
_NO_BAR = "SET enable_progress_bar = false; SET enable_progress_bar_print = false"
# Connections of one process to one file share their configuration: the first locks it, for all.
_locking = Lock()


class Unopenable(NoRelease, duckdb.IOException):
    """A database that is what its manifest states and that DuckDB cannot open: it is none, or of a newer DuckDB."""


def connect(release: Path, **bounds: str | int) -> duckdb.DuckDBPyConnection:
    """Open the database of a release; `bounds` are settings of DuckDB (memory_limit, threads ...) for this reader.

    Who may need more memory than there is names a `temp_directory`, outside of any release. Nothing loosens the
    lock-down. Raises duckdb.IOException for a release without its database, Unopenable for one that is no database.
    """
    config: dict[str, str | bool | int | float | list[str]] = {**_SPILLS_NOWHERE, **bounds, **_NO_EXTENSIONS}
    with _locking:
        with _opening(release):
            connection = duckdb.connect(str(release / DATABASE), read_only=True, config=config)
        if connection.execute("SELECT current_setting('lock_configuration')").fetchone() != (True,):
            if readable := _let_read(connection, release):
                connection.execute(f"SET allowed_directories = [{_literal(readable)}]")
            connection.execute(_NO_BAR)
            connection.execute(_LOCK_DOWN)
        else:
            # What is locked takes no setting, and a cursor has no bar of its own.
            connection = connection.cursor()
    return connection


@contextmanager
def _opening(release: Path) -> Iterator[None]:
    """Raise Unopenable in place of what DuckDB says of a database that is there, in a line."""
    try:
        yield
    except duckdb.Error as error:
        if not (release / DATABASE).is_file():
            raise
        first = str(error).strip().partition("\n")[0]
        raise Unopenable.of("releases.unopenable", release=release, error=first) from error


def _let_read(connection: duckdb.DuckDBPyConnection, release: Path) -> str | None:
    """Let a connection read the rows of a release that lie elsewhere; returns the one place where they do."""
    if not (release / REMOTE).is_file():
        return None
    from pipelines.releases import remote  # noqa: PLC0415  # whoever reads from disk loads nothing of storages

    return remote.let_read_rows(connection, release)


def connect_for_export(release: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the database of a release as `connect` does, but that DuckDB writes and spills into one folder.

    Raises as `connect`.
    """
    return _attached(release, folder)


def connect_apart(release: Path) -> duckdb.DuckDBPyConnection:
    """Open the database of a release as `connect` does, where others of this process may have it open otherwise.

    Raises as `connect`.
    """
    return _attached(release, None)


def _attached(release: Path, folder: Path | None) -> duckdb.DuckDBPyConnection:
    """Attach a release to a database in memory.

    A configuration of its own would close the file to all other connections of this process.
    """
    connection = duckdb.connect(config={**_NO_EXTENSIONS})
    allowed: list[Path | str] = [] if folder is None else [folder]
    try:
        connection.execute(_NO_BAR)
        if readable := _let_read(connection, release):
            allowed.append(readable)
        with _opening(release):
            connection.execute(f"ATTACH {_literal(release.absolute() / DATABASE)} AS release (READ_ONLY)")
        connection.execute("USE release")
        connection.execute(f"SET temp_directory = {_literal(folder or '')}")
        connection.execute(f"SET allowed_directories = [{', '.join(map(_literal, allowed))}]")
        connection.execute(_LOCK_DOWN)
    except BaseException:
        connection.close()
        raise
    return connection


def _literal(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
