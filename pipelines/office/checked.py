"""What a check tells of files, as data: each file, the reports in it, what is wrong with each, and all of it counted.

Belongs here: the records, and what follows from several of them. Keep out: how they are made (`checking`), words
(`telling`), pages and terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.engine.stored_tables import NOT_A_REPORT, PARSED, QUARANTINED
from pipelines.language import Language

ERROR, WARNING, INFO = code_list("severity").named("error", "warning", "info")
SEVERITIES = (ERROR, WARNING, INFO)
VALUE = code_list("cell_status").named("value")[0]
# A text in each language.
Words = Mapping[Language, str | None]


@dataclass(frozen=True)
class Place:
    """Where something stands in its file; counted from 1, each where the format has it."""

    page: int | None = None
    reference: str | None = None
    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, place: Mapping[str, Any]) -> Place:
        """Return the place that a judged report gives a cell or a row, which counts grids from 0."""
        table, row, column = (
            None if (n := place.get(name)) is None else n + 1 for name in ("grid", "grid_row", "grid_col")
        )
        return cls(place.get("page"), place.get("cell_reference"), place.get("line_number"), table, row, column)


@dataclass(frozen=True)
class PrintedCell:
    """A cell that a finding is about: its path, the text as printed, its number, and its place."""

    path: str
    status: str
    raw: str | None
    value: int | float | None
    place: Place
    sign: int = 1


@dataclass(frozen=True)
class Finding:
    """A finding: of a relation both sides with their cells, of others the cell that it is about, if it has one.

    `is_equality`: the sides of the relation should be equal.
    """

    rule: str
    scope: str
    severity: str
    message: Words
    hint: Words
    cell: PrintedCell | None = None
    left: tuple[PrintedCell, ...] = ()
    right: tuple[PrintedCell, ...] = ()
    is_equality: bool = False
    place: Place = field(default_factory=Place)


@dataclass(frozen=True)
class CheckedReport:
    """A report in a file: whose it is, of which year and form, its cells and its findings, errors first.

    `agency` is the name as it was resolved, else as printed, None where there is neither; `agency_key` and `figures`
    tell whether another report is of the same agency, and says the same. `cells` have a number, of `cells_of_form`.
    """

    title: str | None
    agency: str | None
    agency_printed: str | None
    agency_status: str
    agency_key: str | None
    year: int | None
    form: str
    cells: int
    cells_of_form: int
    findings: tuple[Finding, ...]
    figures: str

    def count(self, severity: str) -> int:
        """Return how many findings are of a severity."""
        return sum(each.severity == severity for each in self.findings)


@dataclass(frozen=True)
class CheckedFile:
    """A file, and what became of it; `number` is its place in the list of all.

    `attached_to` are the files whose reports it is an attachment of: it has none of its own then.
    """

    number: int
    file: str
    outcome: str
    reason: str | None
    detail: Words
    reports: tuple[CheckedReport, ...] = ()
    attached_to: tuple[str, ...] = ()

    def count(self, severity: str) -> int:
        """Return how many findings of its reports are of a severity."""
        return sum(report.count(severity) for report in self.reports)


class Counts(NamedTuple):
    """How many files there were, and what became of them."""

    files: int
    read: int
    not_read: int
    not_reports: int
    reports: int
    with_errors: int


class Twice(NamedTuple):
    """An agency that has several reports of one year: in which files, and whether all say the same."""

    agency: str
    year: int
    files: tuple[str, ...]
    is_same: bool


class Row(NamedTuple):
    """A line of the overview: a report, or a file without one."""

    file: CheckedFile
    report: CheckedReport | None


@dataclass(frozen=True)
class Checked:
    """All files that were checked, those left out, folders without any; `year` is the year that was asked for."""

    files: tuple[CheckedFile, ...]
    left_out: tuple[str, ...] = ()
    empty_folders: tuple[str, ...] = ()
    year: int | None = None

    @property
    def counts(self) -> Counts:
        """Return how many files became what; a report with errors makes its file one with errors."""
        ended = [file.outcome for file in self.files]
        return Counts(
            files=len(self.files),
            read=ended.count(PARSED),
            not_read=ended.count(QUARANTINED),
            not_reports=ended.count(NOT_A_REPORT),
            reports=sum(len(file.reports) for file in self.files),
            with_errors=sum(file.count(ERROR) > 0 for file in self.files),
        )

    @property
    def rows(self) -> list[Row]:
        """Return the overview, worst first: by errors, then what could not be read, then by warnings."""
        rows = [Row(file, report) for file in self.files for report in file.reports or (None,)]
        return sorted(rows, key=_severity)

    @property
    def twice(self) -> list[Twice]:
        """Return the agencies with several reports of a year, in the order of their files."""
        found: dict[tuple[str, int], list[tuple[CheckedFile, CheckedReport]]] = {}
        for file, report in self._reports():
            if report.agency_key is not None and report.year is not None:
                found.setdefault((report.agency_key, report.year), []).append((file, report))
        return [
            Twice(
                all_of[0][1].agency or key,
                year,
                tuple(file.file for file, _ in all_of),
                is_same=len({report.figures for _, report in all_of}) == 1,
            )
            for (key, year), all_of in found.items()
            if len(all_of) > 1
        ]

    @property
    def years(self) -> dict[int, int]:
        """Return how many reports there are of each year that is known."""
        years = sorted(report.year for _, report in self._reports() if report.year is not None)
        return {year: years.count(year) for year in years}

    @property
    def of_other_years(self) -> list[CheckedFile]:
        """Return the files with a report of another year than the one that was asked for."""
        return [file for file in self.files if any(self.is_other(report) for report in file.reports)]

    def is_other(self, report: CheckedReport) -> bool:
        """Tell whether a report is of another year than the one that was asked for; one of no year may be of that."""
        return None not in (self.year, report.year) and report.year != self.year

    def _reports(self) -> Iterator[tuple[CheckedFile, CheckedReport]]:
        return ((file, report) for file in self.files for report in file.reports)


def _severity(row: Row) -> tuple[Any, ...]:
    file, report = row
    if report is None:
        return (0, file.outcome != QUARANTINED, 0, 0, file.outcome == NOT_A_REPORT, file.number)
    errors, warnings, infos = (report.count(severity) for severity in SEVERITIES)
    return (-errors, True, -warnings, -infos, False, file.number)
