"""What an office is told of its units, in words of a language: a row a unit, what is of none, and sentences at the end.

The same on a terminal, in a workbook and on a page. Belongs here: texts of one line. Keep out: how they are laid out
(`overview_xlsx`, `overview_html`, commands), and words of findings (`telling`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pipelines.agencies.resolver import EXACT, INFERRED, resolver
from pipelines.contracts.codes import code_list
from pipelines.engine.stored_tables import QUARANTINED
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.apart import ELSEWHERE, SUM
from pipelines.office.checked import ERROR, WARNING, Checked, CheckedFile, Row
from pipelines.office.counting import CONFLICTING, Stood
from pipelines.office.coverage import BY_NAME, MISSING, OTHER_YEAR, RECEIVED, Coverage, Stray, UnitRow, is_government
from pipelines.office.received import Received
from pipelines.office.roster import PREVIOUS, TOWNS, Unit, type_of

STATES = code_list("unit_state")
HEADINGS = (
    *("check.number", "overview.unit", "overview.type", "overview.contact", "overview.state", "overview.file"),
    *("check.cells_heading", "check.errors", "check.warnings", "overview.published", "overview.due"),
    *("check.worst", "overview.remarks"),
)


class UnitTold(NamedTuple):
    """A unit in words. `severity` is that of its worst finding or state (error, warning), None where all is well."""

    unit: str
    type: str
    contact: str
    state: str
    file: str
    cells: str
    errors: int | None
    warnings: int | None
    published: str
    due: str
    worst: tuple[str, ...]
    remarks: tuple[str, ...]
    severity: str | None


class OtherTold(NamedTuple):
    """A file, or report, that is of no unit, in words."""

    file: str
    what: str
    agency: str
    year: str


@dataclass(frozen=True)
class Words:
    """The words of a coverage in a language; files are named from the folder that all of them lie in."""

    covered: Coverage
    language: Language
    _root: str = field(init=False)

    def __post_init__(self) -> None:
        """Find the folder that all files lie in."""
        folders = {os.path.dirname(file.file.partition("!/")[0]) for file in self.covered.checked.files}  # noqa: PTH120  # names as given, of any kind
        absolute = {os.path.isabs(folder) for folder in folders}  # noqa: PTH117  # as above
        root = os.path.commonpath(folders) if folders and len(absolute) == 1 else ""
        object.__setattr__(self, "_root", f"{root.rstrip('/')}/" if root else "")

    def say(self, code: str, /, **values: object) -> str:
        """Return a message in the language."""
        return message_in(self.language, code, **values)

    def file(self, file: CheckedFile) -> str:
        """Return the name of a file below the folder of all."""
        return file.file.removeprefix(self._root)

    def files(self, file: CheckedFile) -> str:
        """Return the names of a file and of what is attached to it: a cell stands in one of them."""
        return self.joined((self.file(file), *self._attached(file)))

    def _attached(self, file: CheckedFile) -> list[str]:
        return [self.file(each) for each in self.covered.attachments if file.file in each.attached_to]

    def joined(self, texts: Iterable[str]) -> str:
        """Return texts as a list in a sentence."""
        return telling.AND[self.language].join(texts)

    @property
    def title(self) -> str:
        """Return the title of the whole."""
        if self.covered.county is None:
            return self.say("overview.title_unknown", year=self.covered.year)
        return self.say("overview.title", county=self.covered.county.name, year=self.covered.year)

    def unit(self, row: UnitRow) -> UnitTold:
        """Return a unit in words; of what did not come nothing is said to be 0."""
        counts = row.counts
        report = counts.report if counts is not None else None
        checked = Checked(self.covered.checked.files, year=self.covered.year)
        return UnitTold(
            unit=row.unit.name,
            type=type_of(row.unit, self.language),
            contact=row.unit.contact or "",
            state=STATES.label(row.state, self.language),
            file=self.file(counts.file) if counts is not None else "",
            cells=telling.cells(report, self.language) if report is not None else "",
            errors=row.count(ERROR) if row.reports else None,
            warnings=row.count(WARNING) if row.reports else None,
            published=row.published_on.isoformat() if row.published_on else "",
            due=row.due_on.isoformat() if row.due_on else "",
            worst=tuple(telling.worst(Row(counts.file, report), checked, self.language)) if counts else (),
            remarks=tuple(self.remarks(row)),
            severity=_severity(row),
        )

    def remarks(self, row: UnitRow) -> Iterator[str]:
        """Yield what is to be known of a unit: which reports do not count and why, and what is in doubt."""
        for each in row.reports:
            if not each.counts:
                code = "overview.not_decided" if each.status == CONFLICTING else "overview.not_counting"
                yield self._stood(code, each)
            elif each.basis is not None:
                yield self._stood("overview.counts_in_doubt", each)
        if row.is_late:
            yield self.say("overview.is_late", published=row.published_on, due=row.due_on)
        for name in dict.fromkeys(name for each in row.received for name in self._attached(each.file)):
            yield self.say("overview.with_attachment", file=name)
        for other in row.others:
            if other.report.year is None:
                yield self.say("overview.of_unknown_year", file=self.file(other.file))
            else:
                yield self.say("overview.of_other_year", year=other.report.year, file=self.file(other.file))
        yield from self._by_file_names(row)
        if row.unit.status not in (EXACT, INFERRED):
            yield self._unresolved(row.unit)
        for received, how in zip(row.received, row.how, strict=True):
            if how == BY_NAME and received is row.counts:
                yield self.say("overview.by_name", printed=received.report.agency_printed or "")

    def _by_file_names(self, row: UnitRow) -> Iterator[str]:
        for file in row.unread:
            yield self.say("overview.maybe_unread", file=self.file(file))
        for file, name in row.misnamed:
            yield self.say("overview.misnamed", file=self.file(file), name=name)
        for file, name in row.elsewhere:
            yield self.say("overview.elsewhere", file=self.file(file), unit=name)

    def _unresolved(self, unit: Unit) -> str:
        if len(unit.candidates) > 1:
            return self.say("overview.ambiguous_unit", places=self.joined(unit.candidates))
        return self.say("overview.unresolved_unit")

    def basis(self, row: UnitRow) -> str:
        """Return what the match of a unit rests on: the name that was resolved, and what its report prints."""
        unit = row.unit
        if self.covered.roster.source == PREVIOUS:
            return self.say("overview.of_release", year=self.covered.roster.year)
        if unit.status not in (EXACT, INFERRED):
            return self._unresolved(unit)
        name, printed = unit.read_as or unit.name, next((each.report.agency_printed for each in row.received), None)
        if printed:
            return self.say("overview.read_as_printed", name=name, printed=printed)
        return self.say("overview.read_as", name=name)

    def _stood(self, code: str, stood: Stood) -> str:
        status = code_list("report_status").label(stood.status, self.language)
        basis = code_list("status_basis").label(stood.basis, self.language) if stood.basis else "–"
        return self.say(code, file=self.file(stood.received.file), status=status, basis=basis)

    def others(self) -> Iterator[OtherTold]:
        """Yield every report and file that is of no unit: the government's, strangers, other years, no reports."""
        for each in self.covered.government:
            own = self.say("overview.governments_own") if each.counts else self._not_used(each)
            yield self._other(each.received, own)
        for stray in self.covered.strays:
            yield self._other(stray.received, self.stray(stray))
        for received in self.covered.of_other_years:
            year = received.report.year
            what = self.say("overview.year_other", year=year) if year else self.say("overview.year_unknown")
            yield self._other(received, what)
        for file in (*self.covered.not_read, *self.covered.not_reports):
            told = [telling.ended(file, self.language)]
            if file.outcome == QUARANTINED and (advice := telling.advice(file, self.language)):
                told.append(advice)
            yield OtherTold(self.file(file), " ".join(told), "", "")
        for file in self.covered.attachments:
            texts = self.joined(name.removeprefix(self._root) for name in file.attached_to)
            yield OtherTold(self.file(file), self.say("overview.attachment", files=texts), "", "")

    def stray(self, stray: Stray) -> str:
        """Return why a report is of no unit."""
        if stray.apart is not None and (county := self.covered.county) is not None:
            code = "overview.stray_elsewhere" if stray.apart.why == ELSEWHERE else "overview.stray_sum"
            return self.say(code, of=stray.apart.of, county=county.name)
        if stray.candidates:
            return self.say("overview.stray_of_several", units=self.joined(stray.candidates))
        if is_government(stray.received, self.covered.county, self.covered.year):
            return self.say("overview.other_government")
        return self.say("overview.stray")

    def _not_used(self, stood: Stood) -> str:
        status = code_list("report_status").label(stood.status, self.language)
        basis = code_list("status_basis").label(stood.basis, self.language) if stood.basis else "–"
        return self.say("overview.governments_other", status=status, basis=basis)

    def _other(self, received: Received, what: str) -> OtherTold:
        report = received.report
        year = "" if report.year is None else str(report.year)
        return OtherTold(self.file(received.file), what, telling.agency(report, self.language), year)

    def closing(self, *, is_year_asked: bool = True) -> Iterator[str]:
        """Yield what is told after the table: who is missing, what counts, and every file that is of no unit."""
        covered, joined = self.covered, self.joined
        if not is_year_asked:
            yield self.say("overview.asked_year", year=covered.year)
        yield from self._about_roster()
        states = joined(
            self.say("overview.in_state", state=STATES.label(state, self.language), n=n)
            for state, n in covered.states.items()
        )
        code = "overview.units" if covered.roster.is_known else "overview.units_unknown"
        yield message_in(self.language, code, units=len(covered.rows), states=states)
        for state in covered.states:
            named = [row.unit.name for row in covered.rows if row.state == state]
            if state != RECEIVED:
                label = STATES.label(state, self.language)
                yield self.say("overview.named", state=label, n=len(named), units=joined(named))
        yield self.say("overview.counting", n=len(covered.counting), errors=covered.with_errors)
        yield self._about_government()
        yield from self._lists()
        left = Checked((), covered.checked.left_out, covered.checked.empty_folders)
        yield from telling.closing(left, self.language)

    def _about_roster(self) -> Iterator[str]:
        covered, roster = self.covered, self.covered.roster
        if covered.county is None:
            yield self.say("overview.no_county")
        else:
            path = resolver().gazetteer.path(covered.county.code, covered.year) or covered.county.name
            yield self.say("overview.of_county", path=path)
        if roster.source == PREVIOUS:
            yield self.say("overview.roster_previous", year=roster.year)
        if roster.source == TOWNS:
            yield self.say("overview.roster_towns")
        for each in roster.repeated:
            yield self.say(
                "overview.repeated", row=each.row, name=each.name, other_row=each.other_row, other=each.other
            )
        if roster.government is not None:
            yield self.say("overview.roster_government", name=roster.government.name)

    def _about_government(self) -> str:
        if (own := self.covered.government_report) is not None:
            return self.say("overview.government_found", file=self.file(own.file))
        if self.covered.government:
            files = self.joined(self.file(each.received.file) for each in self.covered.government)
            return self.say("overview.government_undecided", files=files)
        return self.say("overview.government_missing", year=self.covered.year)

    def _lists(self) -> Iterator[str]:
        covered = self.covered
        lists = {
            "overview.strays": [each.received.file for each in covered.strays if each.apart is None],
            "overview.strays_elsewhere": [
                each.received.file for each in covered.strays if each.apart is not None and each.apart.why == ELSEWHERE
            ],
            "overview.strays_sum": [
                each.received.file for each in covered.strays if each.apart is not None and each.apart.why == SUM
            ],
            "overview.other_years": [each.file for each in covered.of_other_years],
            "overview.attachments": covered.attachments,
            "overview.not_read": covered.not_read,
            "overview.not_reports": covered.not_reports,
        }
        for code, files in lists.items():
            if files:
                yield message_in(self.language, code, n=len(files), files=self.joined(map(self.file, files)))


def _severity(row: UnitRow) -> str | None:
    if row.state in (MISSING, OTHER_YEAR) or row.counts is None or row.count(ERROR):
        return ERROR
    return WARNING if row.is_late or row.count(WARNING) else None
