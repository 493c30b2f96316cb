"""The journal: one line of JSON for everything that happened, appended and forced to disk.

No line is ever changed; a compaction puts another journal in its place, whole, which makes the same ledger.

It is what the ledger can be rebuilt from. Belongs here: the file and its lines. Keep out: what a line means (`events`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines import Told
from pipelines.durable import sync

Event = Mapping[str, Any]

_CHUNK = 1 << 16
# More than the first line of a compacted journal has; of another only its beginning is looked at.
_FIRST = 200


class JournalDamaged(Told):
    """A line of the journal cannot be read, or lines are missing; the message says which and what to do."""


def line_of(event: Event) -> str:
    """Return the line of an event, without its end; it holds no control characters."""
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Journal:
    """The journal at `path`. Whoever appends or cuts holds the ledger's write lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def size(self) -> int:
        """Return the length in bytes; an absent journal has none."""
        return self.path.stat().st_size if self.path.exists() else 0

    def append(self, event: Event) -> int:
        """Append an event and force it to disk; return the journal's new length.

        Raises OSError (a full disk) with the journal as it was, or with a torn line that the next opening cuts off.
        """
        return self.append_lines([line_of(event)])

    def append_lines(self, lines: Iterable[str]) -> int:
        """Append whole lines, given without their ends; as `append`."""
        data = "".join(f"{line}\n" for line in lines).encode()
        is_new = not self.path.exists()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            before = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, data)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, before)
                raise
        finally:
            os.close(descriptor)
        if is_new:
            sync(self.path.parent)
        return before + len(data)

    def generation(self) -> int:
        """Return how often the journal was compacted: its first line says so."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as file:
            first = file.readline(_FIRST)
        return int(self._parse(first, 0)["generation"]) if first.startswith(b'{"event":"compacted"') else 0

    def lines(self) -> Iterator[str]:
        """Yield the whole lines without their ends."""
        if self.path.exists():
            with self.path.open("rb") as file:
                yield from (line[:-1].decode() for line in file if line.endswith(b"\n"))

    def read(self, start: int = 0) -> Iterator[tuple[Event, int]]:
        """Yield the whole lines from byte `start` on as events, each with the place where it ends.

        A last line without its end is left out: it was torn by a kill. Raises JournalDamaged.
        """
        size = self.size()
        if start > size:
            raise JournalDamaged.of("ledger.journal_shorter", journal=self.path, bytes=size, known=start)
        if not size:
            return
        with self.path.open("rb") as file:
            file.seek(start)
            place = start
            for line in file:
                if not line.endswith(b"\n"):
                    return
                yield self._parse(line, place), place + len(line)
                place += len(line)

    def _parse(self, line: bytes, place: int) -> Event:
        try:
            event = json.loads(line)
        except ValueError as error:
            met = {"journal": self.path, "place": str(place), "error": error}
            raise JournalDamaged.of("ledger.line_not_json", **met) from error
        if not isinstance(event, dict):
            raise JournalDamaged.of("ledger.line_no_object", journal=self.path, place=str(place))
        return event

    def cut_torn_line(self) -> int:
        """Cut a last line without its end off; return how many bytes that were."""
        size = self.size()
        if not size:
            return 0
        with self.path.open("r+b") as file:
            torn = size - _last_end(file.fileno(), size)
            if torn:
                file.truncate(size - torn)
                os.fsync(file.fileno())
        return torn


def _last_end(descriptor: int, size: int) -> int:
    """Return where the last whole line ends."""
    end = size
    while end > 0:
        start = max(0, end - _CHUNK)
        found = os.pread(descriptor, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
