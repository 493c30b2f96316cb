"""The folder of an office's results: whether it is ours to write into, and a record of no use moved out of the way.

Belongs here: what is asked of a folder before anything is read; it loads no polars. Keep out: the record itself
(`rounds`), and what is written (`outputs`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import Told
from pipelines.locking import hold_folder
from pipelines.office.given_files import ROUND_FILE, is_own_folder


class CannotWriteRound(Told, ValueError):
    """A folder that results cannot be written into, and why."""


def require_own(folder: Path) -> None:
    """Raise CannotWriteRound for a folder that holds files of others: anything, but no round of ours."""
    try:
        others = [each for each in folder.iterdir() if each.name != ROUND_FILE] if folder.exists() else []
        if others and not is_own_folder(folder):
            raise CannotWriteRound.of("rounds.folder_of_others", folder=folder)
    except OSError as error:
        raise CannotWriteRound.of("rounds.not_a_folder", folder=folder, error=error.strerror) from error


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Hold a folder of results from before its round is read until the next is written; it is made where it is new.

    Of two offices at once the later would compare with a round that is no more, and leave files of both. Raises
    CannotWriteRound for a folder of others, Locked where another office holds it.
    """
    require_own(folder)
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWriteRound.of("rounds.not_a_folder", folder=folder, error=error.strerror) from error
    with hold_folder(folder, str(folder)):
        try:
            yield
        finally:
            if is_new and not any(folder.iterdir()):
                folder.rmdir()


def set_aside(file: Path) -> Path:
    """Move a file out of the way, under a name that nothing has; returns that."""
    numbers = (file.with_name(f"{file.stem}.kept-{n}{file.suffix}") for n in range(1, 10_000))
    kept = next(name for name in numbers if not name.exists())
    file.rename(kept)
    return kept
