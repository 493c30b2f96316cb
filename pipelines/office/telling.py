"""What a check tells, in words of a language: a file, a finding with its cells and places, the overview.

The same on a terminal and on a page; cells are named by their labels. Belongs here: texts of one line. Keep out: how
they are laid out (`checked_page`, `commands`), and the words of codes (`contracts.codes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.engine.stored_tables import PARSED, QUARANTINED
from pipelines.forms import ALL_FORMS
from pipelines.forms.measures import with_labels
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office.checked import (
    ERROR,
    INFO,
    WARNING,
    Checked,
    CheckedFile,
    CheckedReport,
    Finding,
    Place,
    PrintedCell,
    Row,
)

SHOWN_FINDINGS = 10
_WORST = 2
_WORST_CHARACTERS: dict[Language, int] = {"zh": 80, "en": 170}
# Sides with more cells than this are told by the cells that are not 0, and by so many of these.
_ALL_CELLS, _MOST_CELLS = 3, 5
# Between the names of a list in a sentence.
AND: dict[Language, str] = {"zh": "、", "en": ", "}
HEADINGS = (
    *("check.number", "check.agency", "check.year", "check.form"),
    *("check.cells_heading", "check.errors", "check.warnings", "check.worst"),
)


class Told(NamedTuple):
    """A finding in words: its severity as a code and in words, what is wrong, and what stands where, if anything."""

    code: str
    severity: str
    text: str
    beside: tuple[str, ...]


def agency(report: CheckedReport, language: Language) -> str:
    """Return whose report it is."""
    return report.agency or message_in(language, "check.agency_unknown")


def year(report: CheckedReport, language: Language) -> str:
    """Return the year of a report."""
    if report.year is None:
        return message_in(language, "check.year_unknown")
    return message_in(language, "check.of_year", year=report.year)


def form(report: CheckedReport, language: Language) -> str:
    """Return the form of a report."""
    label = ALL_FORMS[report.form].label
    return label.zh if language == "zh" else label.en


def cells(report: CheckedReport, language: Language) -> str:
    """Return how many of the cells of its form have a number; of a form without cells nothing can be said."""
    if not report.cells_of_form:
        return "–"
    return message_in(language, "check.cells", cells=report.cells, total=report.cells_of_form)


def counts(report: CheckedReport, language: Language) -> str:
    """Return how many findings a report has, by severity."""
    if not report.findings:
        return message_in(language, "check.no_findings")
    found = {"errors": report.count(ERROR), "warnings": report.count(WARNING), "infos": report.count(INFO)}
    return message_in(language, "check.counts", **found)


def headline(report: CheckedReport, checked: Checked, language: Language) -> str:
    """Return a report in one line; that it is of another year than was asked for stands in it."""
    told = message_in(
        language,
        "check.report",
        agency=agency(report, language),
        year=year(report, language),
        form=form(report, language),
        cells=cells(report, language),
        counts=counts(report, language),
    )
    if not checked.is_other(report):
        return told
    return f"{told} · {message_in(language, 'check.other_year', year=checked.year)}"


def ended(file: CheckedFile, language: Language) -> str:
    """Return in one line what became of a file without a report."""
    if file.outcome == PARSED:
        return message_in(language, "check.no_report")
    codes, reason, detail = code_list("outcome_reason"), file.reason or "", file.detail[language]
    code = "check.not_read" if file.outcome == QUARANTINED else "check.not_a_report"
    told = message_in(language, code, reason=codes.label(reason, language) if reason in codes else reason)
    return message_in(language, "check.told_beside", what=told, detail=detail) if detail else told


def advice(file: CheckedFile, language: Language) -> str | None:
    """Return what to do about a file that could not be read."""
    codes, reason = code_list("outcome_reason"), file.reason or ""
    told = codes.advice(reason, language) if reason in codes else None
    return message_in(language, "check.what_to_do", advice=told) if told else None


def finding(found: Finding, language: Language) -> Told:
    """Return a finding in words."""
    severity = code_list("severity").label(found.severity, language)
    return Told(found.severity, severity, _message(found, language), tuple(_beside(found, language)))


def one_line(told: Told, language: Language) -> str:
    """Return what a finding says, after its severity."""
    return message_in(language, "check.finding", severity=told.severity, text=told.text)


def _message(found: Finding, language: Language) -> str:
    return with_labels(found.message[language] or "", language)


def _beside(found: Finding, language: Language) -> Iterator[str]:
    if found.left and found.right:
        sides = {"left": _side(found.left, language), "right": _side(found.right, language)}
        code = "check.sides" if found.is_equality else "check.compared"
        yield message_in(language, code, **sides)
    elif found.cell is not None:
        yield message_in(language, "check.one_cell", cell=_cell(found.cell, language))
    elif place := place_of(found.place, language):
        yield message_in(language, "check.only_place", place=place)
    if cause := found.hint[language]:
        yield message_in(language, "check.likely_cause", cause=with_labels(cause, language))


def _side(side: tuple[PrintedCell, ...], language: Language) -> str:
    told = side if len(side) <= _ALL_CELLS else [cell for cell in side if cell.value]
    if not told:
        return message_in(language, "check.all_zero")
    named = AND[language].join(_cell(cell, language) for cell in told[:_MOST_CELLS])
    if len(told) <= _MOST_CELLS:
        return named
    return message_in(language, "check.and_others", cells=named, n=len(told))


def _cell(cell: PrintedCell, language: Language) -> str:
    named = with_labels(cell.path, language)
    if cell.raw and cell.raw.strip():
        told = message_in(language, "check.cell_printed", cell=named, printed=cell.raw)
    else:
        status = code_list("cell_status").label(cell.status, language)
        told = message_in(language, "check.cell_without", cell=named, status=status)
    place = place_of(cell.place, language)
    return message_in(language, "check.at_place", what=told, place=place) if place else told


def place_of(place: Place, language: Language) -> str:
    """Return where something stands: page, and cell of a sheet, line or place in a table; else nothing."""
    parts = []
    if place.page is not None:
        parts.append(message_in(language, "check.place_page", n=place.page))
    is_picture = place.reference is not None and place.page is not None
    if is_picture:
        parts.append(message_in(language, "check.place_picture", name=place.reference))
    if place.reference and not is_picture:
        parts.append(message_in(language, "check.place_sheet", reference=place.reference))
    elif place.line is not None:
        parts.append(message_in(language, "check.place_line", n=place.line))
    elif place.table is not None and place.row is not None and place.column is not None:
        at = {"table": place.table, "row": place.row, "column": place.column}
        parts.append(message_in(language, "check.place_table", **at))
    return AND[language].join(parts)


def overview_row(row: Row, language: Language) -> tuple[str, ...]:
    """Return a line of the overview, under HEADINGS but for the last of them."""
    file, report = row
    if report is None:
        return (str(file.number), file.file, "", "", "", "", "")
    about = (agency(report, language), "" if report.year is None else str(report.year), form(report, language))
    return (str(file.number), *about, cells(report, language), str(report.count(ERROR)), str(report.count(WARNING)))


def worst(row: Row, checked: Checked, language: Language) -> list[str]:
    """Return the worst findings of a report, shortened, or what became of a file without one.

    Of a rule one is told: what one slip does to several columns is told once.
    """
    file, report = row
    if report is None:
        return [ended(file, language)]
    by_rule = {each.rule: each for each in reversed(report.findings) if each.severity != INFO}
    first = [each for each in report.findings if by_rule.get(each.rule) is each][:_WORST]
    told = [_shortened(_message(each, language), _WORST_CHARACTERS[language]) for each in first]
    if checked.is_other(report):
        told.insert(0, message_in(language, "check.other_year", year=checked.year))
    return told


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def closing(checked: Checked, language: Language) -> Iterator[str]:
    """Yield what is told after the overview: counts, agencies with several reports, years, what was left out."""
    if checked.files:
        yield message_in(language, "check.summary", **checked.counts._asdict())
    for each in checked.twice:
        code = "check.twice_alike" if each.is_same else "check.twice_unlike"
        about = {"agency": each.agency, "year": each.year, "n": len(each.files)}
        yield message_in(language, code, **about, files=AND[language].join(each.files))
    if checked.year is not None and (others := checked.of_other_years):
        named = AND[language].join(file.file for file in others)
        yield message_in(language, "check.of_other_years", year=checked.year, n=len(others), files=named)
    elif len(years := checked.years) > 1:
        told = (message_in(language, "check.reports_of_year", year=year, n=n) for year, n in years.items())
        yield message_in(language, "check.several_years", years=AND[language].join(told))
    if checked.empty_folders:
        named = AND[language].join(checked.empty_folders)
        yield message_in(language, "check.empty_folders", n=len(checked.empty_folders), files=named)
    if checked.left_out:
        named = AND[language].join(checked.left_out)
        yield message_in(language, "check.left_out", n=len(checked.left_out), files=named)


def shown_of(total: int, language: Language) -> str | None:
    """Return of how many findings those that are shown are, unless they are all."""
    if total <= SHOWN_FINDINGS:
        return None
    return message_in(language, "check.more", shown=SHOWN_FINDINGS, total=total)
