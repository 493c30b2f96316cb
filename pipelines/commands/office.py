"""`gongkai office`: the reports of a county's units, from a folder to who is missing, what is wrong, and what counts.

Belongs here: options, and what is printed where. Keep out: who must report, what counts, words and pages (`office`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands.failures import fail, fail_unwritten, fail_with
from pipelines.commands.progress import phase
from pipelines.commands.terminal import Lines, console_for_people, say, show_table, waiting, warn
from pipelines.language import LANGUAGES, choose
from pipelines.messages import chosen, message
from pipelines.shown import shown

if TYPE_CHECKING:
    from pipelines.office.asked import YearAsked
    from pipelines.office.coverage import Coverage
    from pipelines.office.outputs import Results
    from pipelines.office.overview_rows import Overview
    from pipelines.office.received import Reception
    from pipelines.office.rounds import Earlier

_NOT_READ_EXIT, _ERRORS_EXIT = 3, 4
PREVIOUS, TOWNS = "previous", "towns"
# Columns of the overview that a terminal is wide enough for.
_SHOWN = (
    *("overview.unit", "overview.state", "overview.file", "check.cells_heading", "check.errors", "check.warnings"),
    "overview.remarks",
)


def office(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER|ZIP", help="各单位报告的文件夹、ZIP。Folders or ZIP archives of reports."),
    ],
    roster: Annotated[
        str | None,
        typer.Option(
            "--roster",
            metavar="FILE|previous|towns",
            help="花名册（CSV、XLSX），或上年单位，或乡镇街道。Roster file, last year's units, or the county's towns.",
        ),
    ] = None,
    county: Annotated[
        str | None, typer.Option("--county", metavar="NAME", help="县（市、区）。The county, by name or code.")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=2002, max=2099, help="报告年度；默认为多数报告的年度。By default that of most."),
    ] = None,
    government: Annotated[
        Path | None,
        typer.Option("--government", metavar="FILE", help="本级政府的报告（汇总）。The government's own report."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="结果写入此文件夹；默认不写。Folder for results; default none."),
    ] = None,
    language: Annotated[str | None, typer.Option("--language", help="zh, en")] = None,
) -> None:
    """县级政务公开办汇集各单位报告：谁未报送、哪份计入、有哪些错误。A county's reports: missing, counted, wrong."""
    if language is not None:
        if language not in LANGUAGES:
            fail_with("commands.unknown_language", exit_code=2, language=language)
        choose(LANGUAGES[LANGUAGES.index(language)])
    from pipelines.locking import Locked
    from pipelines.office.results_folder import CannotWriteRound, own_folder
    from pipelines.office.roster_file import CannotReadRoster

    now = datetime.now(UTC)
    try:
        with nullcontext() if out is None else own_folder(out):
            asked = _asked(year, county, roster, government)
            own = Path(roster) if roster and asked.rows else None
            reception = _received([*([government] if government else []), *paths], own)
            if not reception.reports:
                _say_unread(reception, paths)
            with waiting("progress.checking"):
                from pipelines.office.results import results_of

                results, earlier = results_of(reception, asked, now, chosen(), out, _release_of_last_year(out))
            _print(results.overview)
            if out is not None:
                _write(out, results, earlier)
    except Locked as error:
        fail(str(error))
    except (CannotReadRoster, CannotWriteRound) as error:
        fail(str(error), 2)
    _end(results.overview.words.covered)


def _asked(year: int | None, county: str | None, roster: str | None, government: Path | None) -> YearAsked:
    """Return what was asked for; a roster that cannot be used is told before anything is read."""
    from pipelines.office.asked import YearAsked
    from pipelines.office.read_files import name_of
    from pipelines.office.roster_file import read_rows

    is_file = roster not in (None, PREVIOUS, TOWNS)
    return YearAsked(
        year=year,
        county=county,
        roster=roster,
        rows=read_rows(Path(str(roster))) if is_file else (),
        release=_release() if roster == PREVIOUS else None,
        government=name_of(government) if government else None,
    )


def _release() -> Path:
    from pipelines.releases.layout import Layout, NoRelease, project_root, release_to_read

    try:
        return release_to_read(Layout(project_root()))
    except NoRelease as error:
        fail(str(error))


def _release_of_last_year(out: Path | None) -> Path | None:
    """Return the release whose figures stand on sheets that are written; a new office has none."""
    from pipelines.releases.layout import Layout, NoRelease, project_root, release_to_read
    from pipelines.releases.verified import DamagedRelease

    try:
        return None if out is None else release_to_read(Layout(project_root()))
    except DamagedRelease as error:
        warn(str(error))
    except NoRelease:
        pass
    return None


def _received(paths: Sequence[Path], roster: Path | None) -> Reception:
    """Read all files; the roster is none of them, where it lies among them."""
    from pipelines.office.given_files import given_files, without
    from pipelines.office.received import receive

    given = without(given_files(paths), roster)
    with phase("progress.checking") as counted:
        return receive(given, partial(phase, "progress.extracting"), counted)


def _say_unread(reception: Reception, paths: Sequence[Path]) -> None:
    """Tell what became of files of which none holds a report."""
    from pipelines.office import telling

    files = reception.checked.files
    if not files:
        say(message("check.nothing", places=", ".join(map(str, paths))))
    for file in files:
        told = telling.ended(file, chosen())
        say(shown(message("check.file", number=file.number, total=len(files), file=file.file, told=told)))


def _print(overview: Overview) -> None:
    console, has_changes = console_for_people(), overview.has_changes
    rows: list[tuple[object, ...]] = []
    for row in overview.words.covered.by_severity:
        told = overview.words.unit(row)
        beside = Lines("\n".join(map(shown, (*told.worst, *told.remarks))))
        own = (told.unit, told.state, told.file, told.cells, told.errors, told.warnings, beside)
        rows.append((*own, overview.change(row)) if has_changes else own)
    headings = (*_SHOWN, "overview.change") if has_changes else _SHOWN
    show_table(overview.words.title, [message(code) for code in headings], rows, console)
    for each in overview.notes():
        say(shown(each))


def _write(out: Path, results: Results, earlier: Earlier) -> None:
    """Write the results; the record of rounds that is of no use is kept under another name, and told."""
    from pipelines.office.form_file import CannotWriteForm
    from pipelines.office.given_files import ROUND_FILE
    from pipelines.office.outputs import write_results
    from pipelines.office.results_folder import set_aside

    try:
        if earlier.code is not None:
            warn(message(earlier.code, **earlier.values, kept=set_aside(out / ROUND_FILE)))
        with waiting("progress.writing_results"):
            written = write_results(out, results)
    except CannotWriteForm as error:
        fail(str(error))
    except OSError as error:
        fail_unwritten(error, out)
    for file, kept in written.kept:
        warn(message("rounds.kept_changed", file=file, kept=kept))
    say(message("rounds.written", folder=out, files=len(written.files)))


def _end(covered: Coverage) -> None:
    """End as `check` does: 4 where reports that were sent have errors, 3 where a file could not be read."""
    counts = covered.checked.counts
    if counts.with_errors:
        fail_with("check.errors_found", exit_code=_ERRORS_EXIT, n=counts.with_errors)
    if counts.not_read:
        raise typer.Exit(_NOT_READ_EXIT)
