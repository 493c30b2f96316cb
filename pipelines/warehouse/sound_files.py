"""The state of a file on disk, by which a run knows again the files of tables that an earlier one has hashed.

A release has hard links of the files below work/star, so what was found of the one holds of the other.
Belongs here: states and names. Keep out: which files a run has hashed (`last_run`), what a part is (`parts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.releases.layout import Layout
from pipelines.releases.manifest import PARQUET

# Size, times of its content and of its entry, and inode of a file.
State = tuple[int, int, int, int]


def state_of(path: Path) -> State:
    """Return the state of a file."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def name_in_release(layout: Layout, file: Path) -> str:
    """Return the name that a file below work/star has in a release."""
    return f"{PARQUET}/{file.relative_to(layout.star).as_posix()}"


def is_noted_sound(layout: Layout, file: Path, sound: Mapping[str, State]) -> bool:
    """Tell whether a file below work/star is one of those noted sound, in the state in which it was."""
    return sound.get(name_in_release(layout, file)) == state_of(file)
