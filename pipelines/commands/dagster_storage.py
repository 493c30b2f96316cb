"""Dagster's storage where it is files: what of it is damaged is set aside, and Dagster makes it anew.

It is a report of what was done, on which nothing that is published depends. Belongs here: which files those are, what
damage is, where they go. Keep out: dagster, which opens them (`assets.instance`), and storage in a database server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

# Each part with its databases: runs and their events say the same, schedules are switched on by people.
PARTS = {
    "history": ("history/runs.db", "history/runs/index.db"),
    "schedules": ("schedules/schedules.db",),
}
# What says nothing of the file: it is written by another, the disk is full, there is no memory, somebody ended us.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
}
# Nor does what was not written: the disk fails, a file may not grow.
_NOT_WRITTEN = {
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
}


def is_passing(error: BaseException | None) -> bool:
    """Tell whether an error of SQLite says nothing of its file: a busy database, a full disk, a write that failed."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in _PASSING or code in _NOT_WRITTEN


def damaged_parts(home: Path) -> list[str]:
    """Return the parts of the storage in `home` that have a database which cannot be read to its last page."""
    return [part for part, names in PARTS.items() if not all(_is_sound(home / name) for name in names)]


def set_aside(home: Path, parts: Collection[str]) -> Path | None:
    """Move parts of the storage in `home` into a folder of their own beside it; returns that folder.

    None where there is nothing to move. Raises OSError where it cannot be moved.
    """
    there = [part for part in parts if (home / part).exists() or (home / part).is_symlink()]
    if not there:
        return None
    aside = home / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    aside.mkdir()
    for part in there:
        (home / part).rename(aside / part)
    return aside


def _is_sound(path: Path) -> bool:
    """Tell whether a database can be read from its first page to the last; one that is not there yet can."""
    try:
        if not path.exists():
            return not path.is_symlink() and (path.parent.is_dir() or not path.parent.exists())
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as database:
            found = database.execute("PRAGMA quick_check(1)").fetchone()
            tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, OSError) as error:
        return is_passing(error)
    return bool(found == ("ok",) and tables != (0,))
