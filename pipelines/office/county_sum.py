"""The computed summary of the units that count, what the rules say of it, and how the government's own report compares.

Belongs here: which reports are added for an office, and what of it is told in a few lines. Keep out: adding
(`summary`), rules (`summary_findings`), comparing (`summary_comparison`), sheets (`summary_sheets`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.forms import Form, form_in_force
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import summary_words as words
from pipelines.office.checked import ERROR, WARNING
from pipelines.office.coverage import Coverage
from pipelines.office.difference_causes import Candidate, SharedCause
from pipelines.office.overview import Words
from pipelines.office.printed_form import printed_value
from pipelines.office.received import Received
from pipelines.office.summary import COMPLETE, PARTIAL, UNKNOWN, Part, Summary, computed_summary
from pipelines.office.summary_comparison import ComparedCell, Comparison, compared
from pipelines.office.summary_findings import SummaryAudit, findings_of

# How a government is called after its county, where its own report does not tell.
_GOVERNMENT = "人民政府"
_SHOWN, _SHOWN_SHARED = 10, 3


@dataclass(frozen=True)
class CountySum:
    """The sum over the units that count, for a government (`unit`); without a report of its own nothing is compared."""

    unit: str
    summary: Summary
    audit: SummaryAudit
    comparison: Comparison | None = None


def county_sum(found: Words) -> CountySum | None:
    """Return the sum of a year; None where nothing counts, and for a year whose form has no tables to add.

    Files are named as `found` names them.
    """
    covered = found.covered
    form = form_of_tables(covered.year)
    if form is None or not covered.counting:
        return None
    parts = (_part(row.unit.name, row.counts, found) for row in covered.rows if row.counts is not None)
    added = computed_summary(parts, form, covered.year, [row.unit.name for row in covered.rows])
    return CountySum(_unit(covered), added, findings_of(added), _compared(found, added))


def form_of_tables(year: int) -> Form | None:
    """Return the form of a year, if it has tables that stand in the report."""
    form = form_in_force(year)
    return form if form is not None and form.layout == "tables" else None


def _compared(found: Words, added: Summary) -> Comparison | None:
    covered = found.covered
    own = covered.government_report
    if own is None:
        return None
    before = {
        row.unit.name: _part(row.unit.name, each, found)
        for row in covered.rows
        for each in row.others
        if each.report.year == covered.year - 1
    }
    beside = [each.received for row in covered.rows for each in row.reports if row.counts is None]
    beside += [stray.received for stray in covered.strays]
    return compared(
        added,
        own.judged["cells"],
        government_form=own.report.form,
        last_year=before,
        not_counting=[_part(found.file(each.file), each, found) for each in beside],
    )


def _part(name: str, received: Received, found: Words) -> Part:
    return Part(name, found.file(received.file), received.report.form, received.judged["cells"])


def _unit(covered: Coverage) -> str:
    own = covered.government_report
    if own is not None and own.report.agency:
        return own.report.agency
    return f"{covered.county.name}{_GOVERNMENT}" if covered.county is not None else ""


def told(found: CountySum, language: Language) -> Iterator[str]:
    """Yield in sentences how much of the sum is known, what the rules say of it, and where the government's differs."""
    summary = found.summary
    states = {state: len(summary.of_state(state)) for state in (COMPLETE, PARTIAL, UNKNOWN)}
    counts = {"cells": len(summary.cells), **states}
    yield message_in(language, "summary.told", units=len(summary.units), **counts)
    severities = [each.severity for each in found.audit.findings]
    errors, warnings = severities.count(ERROR), severities.count(WARNING)
    yield message_in(language, "summary.told_audit", errors=errors, warnings=warnings)
    if found.comparison is not None:
        yield from _told_differences(found.comparison, summary, language)


def _told_differences(comparison: Comparison, summary: Summary, language: Language) -> Iterator[str]:
    differing = comparison.differing
    if not differing:
        yield message_in(language, "summary.told_same")
        return
    yield message_in(language, "summary.told_differing", n=len(differing), unexplained=len(comparison.unexplained))
    for shared in comparison.shared[:_SHOWN_SHARED]:
        cause = _cause(shared, language)
        counts = {"n": len(shared.cells), "differing": shared.differing}
        yield message_in(language, "summary.told_shared", cause=cause, **counts)
    for each in differing[:_SHOWN]:
        yield _told_difference(each, summary, language)
    if len(differing) > _SHOWN:
        yield message_in(language, "summary.told_cut", shown=_SHOWN, n=len(differing))


def _told_difference(each: ComparedCell, summary: Summary, language: Language) -> str:
    about = {
        "cell": words.cell_label(summary.form, each.sum.path, language),
        "sum": printed_value(each.sum.value),
        "government": printed_value(each.government.value),
        "difference": printed_value(each.difference),
    }
    if not each.candidates:
        return message_in(language, "summary.told_difference", **about)
    first, *others = each.candidates
    told_cause = _cause(first, language)
    if others:
        told_cause = message_in(language, "summary.told_candidates", first=told_cause, n=len(others))
    return message_in(language, "summary.told_difference_cause", **about, cause=told_cause)


def _cause(found: Candidate | SharedCause, language: Language) -> str:
    cause = words.cause(found, language)
    return cause if found.unit is None else message_in(language, "summary.told_cause", cause=cause, unit=found.unit)
