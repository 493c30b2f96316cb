"""The sheet that goes back to a unit with its report (退改单): every finding in words, the tables as printed, a reply.

Nothing is said that the audit does not know: where two sides disagree both are told, and none is called the wrong one.
Belongs here: what stands on a sheet. Keep out: tables with their marks (`marked_tables`), terms of a finding
(`finding_words`), bytes (`correction_docx`, `correction_html`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pipelines.forms.measures import with_labels
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.cell_labels import labelled
from pipelines.office.checked import ERROR, INFO, WARNING, CheckedReport, Place
from pipelines.office.checking import checked_report
from pipelines.office.finding_words import FindingWords, cell_text, finding_words, large_changes
from pipelines.office.marked_tables import MarkedTable, marked_tables, marks_of, printed_paths
from pipelines.office.printed_form import printed_value
from pipelines.shown import shown

Number = Decimal | float | int


class Fact(NamedTuple):
    """A line of the heading."""

    label: str
    text: str


class PrintedLine(NamedTuple):
    """Something that the report prints and the form has no cell for; `marks` are numbers of findings."""

    label: str
    printed: str
    place: str
    marks: tuple[int, ...] = ()


class BesideLastYear(NamedTuple):
    """A cell of this year and of last year, as printed; `remark` tells of a large change."""

    cell: str
    this_year: str
    last_year: str
    marks: tuple[int, ...]
    remark: str


@dataclass(frozen=True)
class CorrectionSheet:
    """All that stands on a sheet, in words of one language; `findings` are numbered from 1, in their order.

    `no_tables` tells why there are none. Without findings it is a confirmation.
    """

    language: Language
    title: str
    facts: tuple[Fact, ...]
    summary: str
    to_do: str
    answer_by: str
    findings: tuple[FindingWords, ...]
    tables: tuple[MarkedTable, ...]
    no_tables: str | None
    legend: tuple[str, ...]
    extra_cells: tuple[PrintedLine, ...]
    unmapped: tuple[PrintedLine, ...]
    last_year: tuple[BesideLastYear, ...]

    @property
    def reply_choices(self) -> str:
        """Return what the unit ticks under 核实情况."""
        code = "correction_sheet.choice_corrected" if self.findings else "correction_sheet.choice_confirmed"
        return message_in(self.language, code)


def correction_sheet(
    unit: str,
    file: str,
    judged: Mapping[str, Any],
    last_year: Mapping[str, Number] | None = None,
    *,
    language: Language = "zh",
    answer_by: date | None = None,
) -> CorrectionSheet:
    """Return the sheet of a unit for one report of a file.

    `judged` is a report of `Judged.reports_of`; `last_year` are numbers of last year's report by cell path, in the
    units of the form; without `answer_by` the day is left to be filled.
    """
    report = checked_report(dict(judged))
    findings = tuple(
        finding_words(number, found, report.form, language, last_year)
        for number, found in enumerate(report.findings, start=1)
    )
    marks = marks_of(findings)
    tables = marked_tables(judged, marks, language)
    title = "correction_sheet.title" if findings else "correction_sheet.title_confirmed"
    return CorrectionSheet(
        language=language,
        title=message_in(language, title),
        facts=tuple(_facts(unit, file, report, language)),
        summary=_summary(report, language),
        to_do=_to_do(report, language),
        answer_by=_answer_by(answer_by, language),
        findings=findings,
        tables=tables,
        no_tables=None if tables else _no_tables(report, language),
        legend=_legend(findings, language) if tables else (),
        extra_cells=tuple(_extra_cells(judged, marks, language)),
        unmapped=tuple(_unmapped(judged, report, language)),
        last_year=tuple(_beside_last_year(judged, marks, last_year or {}, language)),
    )


def _facts(unit: str, file: str, report: CheckedReport, language: Language) -> Iterator[Fact]:
    unknown = message_in(language, "correction_sheet.not_stated")
    yield Fact(message_in(language, "correction_sheet.unit"), shown(unit))
    year = unknown if report.year is None else str(report.year)
    yield Fact(message_in(language, "correction_sheet.report_year"), year)
    yield Fact(message_in(language, "correction_sheet.file"), shown(file))
    yield Fact(message_in(language, "check.form"), telling.form(report, language))
    yield Fact(message_in(language, "correction_sheet.report_title"), shown(report.title or "") or unknown)
    yield Fact(message_in(language, "correction_sheet.signed_by"), shown(report.agency_printed or "") or unknown)
    yield Fact(message_in(language, "check.cells_heading"), telling.cells(report, language))
    yield Fact(message_in(language, "correction_sheet.result"), telling.counts(report, language))


def _summary(report: CheckedReport, language: Language) -> str:
    if not report.findings:
        return message_in(language, "correction_sheet.none_found")
    counts = {"errors": report.count(ERROR), "warnings": report.count(WARNING), "infos": report.count(INFO)}
    return message_in(language, "correction_sheet.found", n=len(report.findings), **counts)


def _to_do(report: CheckedReport, language: Language) -> str:
    code = "correction_sheet.what_to_do" if report.findings else "correction_sheet.what_to_confirm"
    return message_in(language, code)


def _answer_by(day: date | None, language: Language) -> str:
    if day is None:
        return message_in(language, "correction_sheet.answer_by_blank")
    told = message_in(language, "correction_sheet.day", year=day.year, month=day.month, day=day.day)
    return message_in(language, "correction_sheet.answer_by", date=told)


def _no_tables(report: CheckedReport, language: Language) -> str:
    return message_in(language, "correction_sheet.no_tables", form=telling.form(report, language))


def _legend(findings: tuple[FindingWords, ...], language: Language) -> tuple[str, ...]:
    unfilled = message_in(language, "correction_sheet.legend_unfilled")
    if not findings:
        return (unfilled,)
    return (message_in(language, "correction_sheet.legend"), unfilled)


def _extra_cells(
    judged: Mapping[str, Any], marks: Mapping[str, tuple[int, ...]], language: Language
) -> Iterator[PrintedLine]:
    """Yield the cells with something printed, or with a mark, that the form of the report does not have."""
    own = printed_paths(judged["form"])
    for path, cell in judged["cells"].items():
        if path not in own and ((cell["raw"] or "").strip() or path in marks):
            text = cell_text(cell["status"], cell["raw"], language)
            place = telling.place_of(Place.of(cell["place"]), language)
            yield PrintedLine(with_labels(path, language), text, place, marks.get(path, ()))


def _unmapped(judged: Mapping[str, Any], report: CheckedReport, language: Language) -> Iterator[PrintedLine]:
    numbers = {found.scope: number for number, found in enumerate(report.findings, start=1)}
    for ordinal, row in enumerate(judged["unmapped"], start=1):
        printed = " | ".join(shown(str(value)) for value in row["values"] or ())
        place = telling.place_of(Place.of(row["place"]), language)
        number = numbers.get(f"{row['table']}.unmapped_row.{ordinal}")
        yield PrintedLine(shown(row["label"] or ""), printed, place, () if number is None else (number,))


def _beside_last_year(
    judged: Mapping[str, Any],
    marks: Mapping[str, tuple[int, ...]],
    last_year: Mapping[str, Number],
    language: Language,
) -> Iterator[BesideLastYear]:
    """Yield the cells that a finding is about or that changed much, where last year's report has a number."""
    cells = judged["cells"]
    large = large_changes(judged["form"], {path: cell["value"] for path, cell in cells.items()}, last_year)
    for path, cell in cells.items():
        if path in last_year and (path in marks or path in large):
            yield BesideLastYear(
                labelled(path, judged["form"], language),
                cell_text(cell["status"], cell["raw"], language),
                printed_value(Decimal(str(last_year[path]))),
                marks.get(path, ()),
                message_in(language, "correction_sheet.large_change") if path in large else "",
            )
