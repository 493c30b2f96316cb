"""What the page for offices makes of what it was given: the results, what can be saved of them, and how far it is.

Nothing of it is kept but what is returned. Belongs here: the order of the work, as `gongkai office` has it. Keep out:
the page, and everything that `office` knows. Modules that take seconds to load are loaded when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipelines.exploring import given_reports
from pipelines.exploring.given_reports import NotGiven, Upload
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.asked import YearAsked
from pipelines.office.given_files import given_files
from pipelines.office.read_files import name_of
from pipelines.office.received import Reception, receive
from pipelines.office.roster_file import read_rows

if TYPE_CHECKING:
    from pipelines.office.outputs import Results
    from pipelines.office.overview_rows import Overview

# Told at which part of the work it is, as a message, the share that is done, and files done of how many.
Progress = Callable[[str, float, int, int], None]
# What can be the roster.
NO_ROSTER, FILE, TOWNS, PREVIOUS = "none", "file", "towns", "previous"
# Judging and writing take less than reading.
_READING, _JUDGED = 0.75, 0.9


@dataclass(frozen=True)
class Asked:
    """What a reader asks for: files from a place or sent, and of year, county, roster and government what is known.

    `roster` is NO_ROSTER, FILE (`roster_file`), TOWNS, or PREVIOUS (of `release`, which has last year's figures, too);
    `before` are the results of the round before.
    """

    place: str = ""
    uploads: tuple[Upload, ...] = ()
    year: int | None = None
    county: str | None = None
    roster: str = NO_ROSTER
    roster_file: Upload | None = None
    release: Path | None = None
    government: Upload | None = None
    before: Upload | None = None


class Saved(NamedTuple):
    """What can be saved, in a language: everything as one ZIP, and the overview as a workbook and as a page."""

    everything: bytes
    workbook: bytes
    page: bytes


@dataclass
class Collected:
    """What came of it: all files as they were checked, and the results, unless no file holds a report.

    `remarks` are messages with their values.
    """

    reception: Reception
    results: Results | None
    remarks: tuple[tuple[str, dict[str, object]], ...] = ()
    _saved: dict[Language, Saved] = field(default_factory=dict)

    def overview(self, language: Language) -> Overview:
        """Return the overview in a language."""
        from pipelines.office.overview import Words  # noqa: PLC0415  # it takes seconds to load

        assert self.results is not None
        made = self.results.overview
        return replace(made, words=Words(made.words.covered, language))

    def saved(self, language: Language) -> Saved:
        """Return what can be saved, in a language; it is made once. Raises OSError where there is no room for it."""
        if language not in self._saved:
            with given_reports.private_folder() as folder:
                self._saved[language] = self._made(language, folder)
        return self._saved[language]

    def _made(self, language: Language, folder: Path) -> Saved:
        from pipelines.office.outputs import write_results  # noqa: PLC0415  # it takes seconds to load
        from pipelines.office.overview_html import overview_page  # noqa: PLC0415  # as above
        from pipelines.office.overview_xlsx import write  # noqa: PLC0415  # as above

        assert self.results is not None
        overview = self.overview(language)
        written = write_results(folder, self.results._replace(overview=overview))
        everything = given_reports.packed(written.files, folder)
        return Saved(everything, write(overview, self.results.made.made_at), overview_page(overview).encode())


def collect(asked: Asked, language: Language, progress: Progress) -> Collected:
    """Read, judge and compare what was given. Nothing of it is left where it was put meanwhile.

    Raises NotGiven for what cannot be read at all, CannotReadRoster for a roster, year or county that is of no use,
    OSError where the disk has no room.
    """
    with given_reports.private_folder() as folder:
        made = _collected(asked, folder, language, progress)
    if made.results is not None:
        progress("progress.writing_results", _JUDGED, 0, 0)
        made.saved(language)
    return made


def _collected(asked: Asked, folder: Path, language: Language, progress: Progress) -> Collected:
    files, beside, results = (folder / name for name in ("files", "beside", "results"))
    files.mkdir()
    beside.mkdir()
    rows = read_rows(given_reports.saved([_roster_file(asked)], beside)[0]) if asked.roster == FILE else ()
    if asked.before is not None:
        given_reports.save_round(asked.before, results)
    own = given_reports.saved([asked.government] if asked.government else [], files)
    year = YearAsked(
        year=asked.year,
        county=asked.county,
        roster=_source(asked),
        rows=rows,
        release=asked.release if asked.roster == PREVIOUS else None,
        government=_below(files, name_of(own[0])) if own else None,
    )
    reception = _named_below(files, _received([*own, *_places(asked, files)], progress))
    if not reception.reports:
        return Collected(reception, None)
    progress("progress.checking", _READING, 0, 0)
    from pipelines.office.results import results_of  # noqa: PLC0415  # it loads polars; before, workers must have begun

    before = asked.before
    now, out = datetime.now(UTC), results if before else None
    found, earlier = results_of(reception, year, now, language, out, asked.release)
    if before is None or earlier.code is None:
        return Collected(reception, found)
    return Collected(reception, found, ((earlier.code, {**earlier.values, "file": before.name}),))


def _roster_file(asked: Asked) -> Upload:
    if asked.roster_file is None:
        raise NotGiven.of("exploring.no_roster")
    return asked.roster_file


def _source(asked: Asked) -> str | None:
    return _roster_file(asked).name if asked.roster == FILE else None if asked.roster == NO_ROSTER else asked.roster


def _places(asked: Asked, files: Path) -> list[Path]:
    if asked.uploads:
        return given_reports.saved(asked.uploads, files)
    return [given_reports.linked(given_reports.place_of(asked.place), files)]


def _received(paths: list[Path], progress: Progress) -> Reception:
    given = given_files(paths)
    if not given.files:
        raise NotGiven.of("exploring.no_files")
    bar = _Bar(len(given.files), progress)
    return receive(given, bar.reading, bar.judged)


def _named_below(folder: Path, reception: Reception) -> Reception:
    """Return what was received with its files named from our folder on, which is nobody's business."""
    named = {file.number: replace(file, file=_below(folder, file.file)) for file in reception.checked.files}
    left_out, empty = (
        tuple(_below(folder, each) for each in names)
        for names in (reception.checked.left_out, reception.checked.empty_folders)
    )
    checked = replace(reception.checked, files=tuple(named.values()), left_out=left_out, empty_folders=empty)
    reports = tuple(replace(each, file=named[each.file.number]) for each in reception.reports)
    return replace(reception, checked=checked, reports=reports)


def _below(folder: Path, name: str) -> str:
    return name.removeprefix(f"{name_of(folder)}/")


class _Bar:
    """Counts what is read and judged of so many paths, some of which may be archives."""

    def __init__(self, paths: int, progress: Progress) -> None:
        self._paths, self._progress = paths, progress
        self._judged = self._read = 0

    @contextmanager
    def reading(self) -> Iterator[Callable[[int, int], None]]:
        self._read = self._judged
        self._tell(0, 1)
        yield self._tell

    def judged(self, done: int, _: int) -> None:
        self._judged = done

    def _tell(self, finished: int, total: int) -> None:
        """Tell how far it is: of an archive its files count, of many files those of the parts before."""
        done, of = self._read + finished, max(self._paths, self._read + total)
        self._progress("progress.extracting", _READING * done / of, done, of)


def told(error: Exception, language: Language) -> str:
    """Return what is wrong, in a language."""
    code, values = getattr(error, "code", None), getattr(error, "values", {})
    if code is None:
        return str(getattr(error, "strerror", None) or error)
    # Files that were sent lay in our folder, which is gone by now.
    plain = {name: value.name if isinstance(value, Path) else value for name, value in values.items()}
    return message_in(language, code, **plain)
