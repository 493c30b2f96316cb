"""What stands below data/warehouse where a run reads or writes by name, and no run has left there.

A pipe would be waited for without end, a link would have its target overwritten, and a folder cannot be replaced by a
file. What can be nobody's work is removed before anything is opened, what may be somebody's is moved aside or told.
Belongs here: what stands in the way of a run. Keep out: damaged content (whoever reads a file makes it anew), the
releases (`releases.verified`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from pipelines import Told
from pipelines.releases.layout import Layout

# What of the work folder are files, by their endings; folders so called were made by no run.
_FILES = (".parquet", ".json", ".checked")
# Of nodes that read on this machine, which hold no lock of the warehouse.
_SCRATCH = "scratch"


class InTheWay(Told):
    """Something that may be somebody's stands where a run has to write; the message names it, and what to do."""


def clear_the_way(layout: Layout) -> None:
    """Remove, or move aside, what stands where a run reads or writes. To be called under the lock. Raises InTheWay."""
    for folder in (layout.work, layout.releases):
        if os.path.lexists(folder) and not folder.is_dir():
            raise InTheWay.of("run.no_folder", place=folder)
    for link in (layout.current, layout.database):
        _clear_link(link)
    for file in (layout.last_run, layout.stored):
        _clear_file(file)
    for name in (layout.last_run.name, layout.stored.name, layout.current.name, layout.database.name):
        _remove(layout.warehouse / f".{name}.part")
    if layout.work.is_dir():
        _clear_work(layout)


def _clear_link(link: Path) -> None:
    """Remove an empty folder in the place of a link. Raises InTheWay for one with content."""
    if link.is_symlink() or not link.is_dir():
        return
    try:
        link.rmdir()
    except OSError as error:
        raise InTheWay.of("run.folder_for_link", place=link) from error


def _clear_file(path: Path) -> None:
    """Move a folder aside that stands in the place of a file, and remove what is neither."""
    if path.is_dir() and not path.is_symlink():
        names = (path.with_name(f"{path.name}.aside-{number}") for number in count(1))
        path.rename(next(name for name in names if not os.path.lexists(name)))
    elif os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        path.unlink()


def _clear_work(layout: Layout) -> None:
    """Leave files and folders alone in the work folder: it may be deleted at any time, so whatever else goes."""
    for entry in _entries(layout.work):
        path = Path(entry.path)
        is_folder = entry.is_dir(follow_symlinks=False)
        # A folder may have been put on another disk; the candidate becomes the release, and is none.
        if entry.is_symlink() and path.is_dir() and path != layout.candidate:
            is_folder = True
        if entry.name == _SCRATCH:
            continue
        if is_folder and path.suffix not in (*_FILES, ".part"):
            _clear_below(path)
        elif not path.suffix or not entry.is_file(follow_symlinks=False):
            _remove(path)


def _clear_below(folder: Path) -> None:
    left = [folder]
    while left:
        for entry in _entries(left.pop()):
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False) and path.suffix not in _FILES:
                left.append(path)
            elif not entry.is_file(follow_symlinks=False):
                _remove(path)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder; one that cannot be listed is told by whoever reads it."""
    try:
        with os.scandir(folder) as found:
            yield from list(found)
    except OSError:
        return


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif os.path.lexists(path):
        path.unlink()
