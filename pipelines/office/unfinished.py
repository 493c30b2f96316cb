"""What a round writes while it is not ended, noted file by file: a later one knows as ours what one that failed left.

Belongs here: the note, which is gone once the round is written. Keep out: the round (`rounds`), what is written
(`outputs`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_NOTE = ".round.writing"


class Unfinished:
    """The files that rounds which did not end wrote into a folder, and those that this one does."""

    def __init__(self, folder: Path) -> None:
        """Read what is noted in a folder; nothing is, where the last round ended."""
        self._file = folder / _NOTE
        self.before = tuple(_noted(self._file))

    def note(self, name: str, sha256: str) -> None:
        """Note a file before it is written. Raises OSError where that cannot be: then it must not be written."""
        # What a full disk cut off is a line of its own, and no part of the next.
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"\n{json.dumps([name, sha256], ensure_ascii=False)}")

    def end(self) -> None:
        """Forget the note: the round says what was written."""
        self._file.unlink(missing_ok=True)


def _noted(file: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = file.read_bytes().decode("utf-8", "replace").split("\n")
    except OSError:
        return
    for line in lines:
        try:
            name, sha256 = json.loads(line)
        except (ValueError, TypeError, RecursionError):
            continue
        if isinstance(name, str) and isinstance(sha256, str):
            yield name, sha256
