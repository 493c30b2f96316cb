"""Files read in workers as in a run, some at a time, without a warehouse: what became of each, and the tables of all.

One that hangs or kills its reader costs only itself. Belongs here: reading, and how it ended. Keep out: what is made of
a report (`judged`), which is loaded while workers read; printing (`commands`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from pipelines.engine.pool import extract_files
from pipelines.engine.processes import serve_from_here
from pipelines.engine.stored_tables import NOT_A_REPORT, PARSED, QUARANTINED, SCHEMAS, FileTask, Tables
from pipelines.messages import detail_columns, kept
from pipelines.raw.beside import is_beside
from pipelines.raw.given_locations import locations_of_each
from pipelines.raw.inventory import NO_REPORT, Location
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from pipelines.office.attached import Joined
    from pipelines.office.judged import Judged

_FILES_AT_ONCE = 64
# Told how many files of some are read: what a phase of progress yields.
Counted = Callable[[int, int], None]


class _Part:
    """What came of the files that were read together. `found` are those that are joined where they are one report."""

    def __init__(self, tables: Tables | None, found: Sequence[tuple[Path, list[Location]]] = ()) -> None:
        self.tables, self._found = tables, found

    @cached_property
    def joined(self) -> Joined | None:
        """The tables with each text and its attachment as one report; None where nothing is joined."""
        if not self.tables or not self._found:
            return None
        from pipelines.office.attached import joined  # noqa: PLC0415  # it loads polars

        files = (ReadFile(path, locations, self) for path, locations in self._found)
        named = [
            (each.name_in(location), location.file_sha256)
            for each in files
            for location in each.files
            if location.file_sha256 and location.reason is None
        ]
        return joined(self.tables, named)

    @cached_property
    def judged(self) -> Judged | None:
        from pipelines.office.judged import Judged  # noqa: PLC0415  # it loads polars; before, workers must have begun

        tables = self.tables if self.joined is None else self.joined.tables
        return Judged(tables) if tables else None


class ReadFile(NamedTuple):
    """A file that was named, with the files in it if it is an archive, and the part of all files it was read in."""

    path: Path
    locations: list[Location]
    part: _Part

    @property
    def name(self) -> str:
        """Return its name as it was given, in characters that can be written; of several files the first and last."""
        main = self.locations[0]
        return name_of(self.path.with_name(Path(main.location).name) if is_beside(main.member) else self.path)

    def name_in(self, location: Location) -> str:
        """Return the name of one of its files: a member is named after its archive, an archive as it was given."""
        main = self.locations[0]
        return self.name if location is main else f"{self.name}{location.location.removeprefix(main.location)}"

    def texts_of(self, location: Location) -> tuple[str, ...]:
        """Return the names of the files whose reports a file is an attachment of."""
        joined = self.part.joined
        texts = joined.texts_of.get(location.file_sha256 or "", ()) if joined is not None else ()
        # The same annex may be in archives of several.
        return tuple(name for name in texts if name.startswith(f"{self.name}!/")) or texts

    @property
    def files(self) -> list[Location]:
        """Return the locations that are files: of an archive those in it, unless it could not be opened."""
        main, *members = self.locations
        return members if main.is_archive and main.reason is None else [main]

    def outcome_of(self, location: Location) -> dict[str, Any]:
        """Return what became of a file: outcome, reason, and the detail in both languages."""
        return _outcome(location, self.part.tables)

    def reports_of(self, location: Location) -> list[dict[str, Any]]:
        """Return the reports of a file, judged."""
        return self.part.judged.reports_of(location.file_sha256) if self.part.judged else []

    @property
    def judged(self) -> Judged | None:
        """Return what judges the reports that were read together with it; None where there are none."""
        return self.part.judged


def read_files(
    paths: Sequence[Path],
    reading: Callable[[], AbstractContextManager[Counted]],
    limits: Limits = DEFAULT_LIMITS,
    *,
    join: bool = False,
) -> Iterator[ReadFile]:
    """Yield each path once it is read; `reading` is entered around each part of the work, and counts its files.

    Numbered pictures of one folder, and a web page with its pictures, are one report: read once, as the first of them.
    `join`: a text and its attachment are one report, that of the text.
    """
    serve_from_here()
    judging = Thread(target=_load_judging, daemon=True)
    judging.start()
    each_located = locations_of_each(paths, limits)
    for found in _parts(each_located):
        tasks = {
            each.file_sha256: FileTask(each.file_sha256, each.path, each.member, each.media_type or "")
            for _, locations in found
            for each in locations
            if each.file_sha256 and each.reason is None and not each.is_archive
        }
        with reading() as counted:
            parts = _read(list(tasks.values()), limits, counted)
        tables = {name: pa.concat_tables([part[name] for part in parts]) for name in SCHEMAS} if parts else None
        judging.join()
        part = _Part(tables, found if join else ())
        yield from (ReadFile(path, locations, part) for path, locations in found)


def _parts(located: Iterable[tuple[Path, list[Location]]]) -> Iterator[list[tuple[Path, list[Location]]]]:
    """Yield some files at a time; one that is named like the one before it (附件) is read with that."""
    found: list[tuple[Path, list[Location]]] = []
    for path, locations in located:
        if len(found) >= _FILES_AT_ONCE and not (_is_beside(path, found[-1][0]) and len(found) < 2 * _FILES_AT_ONCE):
            yield found
            found = []
        found.append((path, locations))
    if found:
        yield found


def _is_beside(path: Path, before: Path) -> bool:
    return path.parent == before.parent and path.stem.startswith(before.stem)


def _read(tasks: list[FileTask], limits: Limits, counted: Counted) -> list[Tables]:
    finished = 0

    def done(count: int) -> None:
        nonlocal finished
        finished += count
        counted(finished, len(tasks))

    return list(extract_files(tasks, limits=limits, done=done))


def _load_judging() -> None:
    """Load what judges reports and the names of all places, while workers read."""
    with suppress(Exception):  # whoever uses it imports it again, and tells
        import_module("pipelines.office.judged").resolver()


def _outcome(location: Location, tables: Tables | None) -> dict[str, Any]:
    if location.reason is not None or tables is None:
        outcome = NOT_A_REPORT if location.reason in NO_REPORT else QUARANTINED
        return {"outcome": outcome, "reason": location.reason, **detail_columns(location.detail)}
    if location.is_archive:
        return {"outcome": PARSED, "reason": None, **detail_columns(None)}
    documents = tables["documents"].select(["file_sha256", "outcome", "reason", "detail"]).to_pylist()
    document = next(each for each in documents if each.pop("file_sha256") == location.file_sha256)
    return {**document, **detail_columns(document["detail"])}


def nothing_in_it() -> dict[str, Any]:
    """Return what became of an archive without files."""
    return {"outcome": QUARANTINED, "reason": "empty", **detail_columns(kept("outcomes.no_file"))}


def name_of(path: Path) -> str:
    """Return a name as it was given, in characters that can be written."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
