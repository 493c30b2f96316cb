"""Nobody writes into a release that stands: neither its files, nor others beside them.

A plain `duckdb.connect` of a file that can be written to locks out every reader, and leaves a log beside it that all of
them would apply. Belongs here: the rights of a release on disk. Keep out: what is in it (`verified`).
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

FOLDER, _READ_ONLY_FOLDER, _READ_ONLY_FILE = 0o755, 0o555, 0o444


def make_read_only(release: Path) -> None:
    """Take the right to write from all files and folders of a release, and from every link into it."""
    for path in (*release.rglob("*"), release):
        wanted = _READ_ONLY_FOLDER if path.is_dir() else _READ_ONLY_FILE
        if not path.is_symlink() and path.stat().st_mode & 0o777 != wanted:
            path.chmod(wanted)


def is_writable(release: Path) -> bool:
    """Tell whether anybody has the right to write to a file or folder of a release."""
    return any(not path.is_symlink() and path.stat().st_mode & 0o222 for path in (release, *release.rglob("*")))


def remove(release: Path) -> None:
    """Remove a release; what is no longer there is gone already."""
    for folder in (release, *(path for path in release.rglob("*") if path.is_dir() and not path.is_symlink())):
        with suppress(FileNotFoundError):
            folder.chmod(FOLDER)
    shutil.rmtree(release, ignore_errors=True)


def remove_file(file: Path) -> None:
    """Remove a file of a release that stays, where there is one; a stop on the way is made good the next time."""
    if file.exists():
        file.parent.chmod(FOLDER)
        file.unlink()
    if file.parent.stat().st_mode & 0o777 != _READ_ONLY_FOLDER:
        file.parent.chmod(_READ_ONLY_FOLDER)
