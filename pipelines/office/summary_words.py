"""What the sheets of a summary tell, in words of a language: cells by their labels, candidates, findings.

Belongs here: texts of one cell of a sheet. Keep out: which rows there are (`summary_sheets`), how they are laid out
(`summary_xlsx`, `summary_page`), the words of codes (`contracts.codes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pipelines.contracts.codes import code_list
from pipelines.extracting.numbers import ABSENT, BLANK, NIL_MARK
from pipelines.forms import CellPath, Column, Form, Group, Row, Table
from pipelines.forms.measures import with_labels
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.cell_figures import Number
from pipelines.office.checked import Place
from pipelines.office.difference_causes import (
    CELLS_EXCHANGED,
    COUNTED_TWICE,
    DIGITS_SWAPPED,
    LAST_YEAR,
    LEFT_OUT,
    NOT_COUNTING,
    ONE_DIGIT,
    OWN_ADDED,
    UNIT_CELLS_EXCHANGED,
    UNIT_DIGITS_SWAPPED,
    Candidate,
    SharedCause,
)
from pipelines.office.printed_form import printed_value
from pipelines.office.summary import Contribution, Gap, Summary

if TYPE_CHECKING:
    from pipelines.auditing.adding_notes import AddingNote
    from pipelines.office.summary_findings import Cancelled, SummaryFinding, UnitsError

AND: dict[Language, str] = {"zh": "；", "en": "; "}
_EVIDENCE = {
    LEFT_OUT: "summary.left_out",
    COUNTED_TWICE: "summary.counted_twice",
    LAST_YEAR: "summary.last_year",
    NOT_COUNTING: "summary.not_counting",
    OWN_ADDED: "summary.own_added",
    CELLS_EXCHANGED: "summary.cells_exchanged",
    UNIT_CELLS_EXCHANGED: "summary.cells_exchanged",
    DIGITS_SWAPPED: "summary.digits_swapped",
    UNIT_DIGITS_SWAPPED: "summary.digits_swapped",
    ONE_DIGIT: "summary.one_digit",
}


def table_label(form: Form, table_id: str, language: Language) -> str:
    """Return what a table is called."""
    label = form.table_by_id[table_id].label
    return label.zh if language == "zh" else label.en


def labels(form: Form, path: CellPath, language: Language) -> tuple[str, str]:
    """Return the labels of the row and the column of a cell, each with the one that spans it."""
    table = form.table_by_id[path[0]]
    row, column = table.row_by_id[path[1]], table.column_by_id[path[2]]
    return _row(table, row, language), _column(table, column, language)


def cell_label(form: Form, path: CellPath, language: Language) -> str:
    """Return a cell by its labels in one line."""
    row, column = labels(form, path, language)
    return message_in(language, "summary.cell", row=row, column=column)


def _row(table: Table, row: Row, language: Language) -> str:
    label = row.label if language == "zh" else row.en or row.label
    if row.is_total:
        return message_in(language, "summary.all_outcomes", label=label)
    above = next((group for group in table.groups if group.id == row.group), None)
    if above is None and table.rows_across:
        above = next((group for group in table.spanning if row.id.startswith(group.id)), None)
    return _spanned(label, above, language)


def _column(table: Table, column: Column, language: Language) -> str:
    above = next((group for group in table.spanning if group.id == column.parent), None)
    label = column.label if language == "zh" else column.en
    return _spanned(label, above, language)


def _spanned(label: str, above: Group | None, language: Language) -> str:
    if above is None:
        return label
    spans = above.label if language == "zh" else above.en or above.label
    return message_in(language, "summary.spanned", above=spans, label=label)


def place(found: Contribution | Gap, language: Language) -> str:
    """Return where a figure, or what stands in its place, is in its file."""
    return telling.place_of(Place.of(found.place), language)


def reason(code: str, language: Language) -> str:
    """Return why a unit is not in a sum."""
    codes = code_list("cell_status")
    return (codes if code in codes else code_list("sum_gap")).label(code, language)


def advice(code: str, language: Language) -> str:
    """Return what to do about a unit that is not in a sum: an office asks it, where a warehouse could only look."""
    if code in code_list("sum_gap"):
        return code_list("sum_gap").advice(code, language) or ""
    is_empty = code in (BLANK, NIL_MARK, ABSENT)
    return message_in(language, "summary.fill_in" if is_empty else "summary.correct")


def note_label(note: str, language: Language) -> str:
    """Return why a sum may count something twice, in short."""
    label = _notes()[note].label
    return label.zh if language == "zh" else label.en


def note(note: str, language: Language) -> tuple[str, str]:
    """Return why a sum may count something twice, and the source of it."""
    found = _notes()[note]
    if language == "zh":
        return found.zh, AND[language].join(each.text_zh for each in found.source)
    return found.en, AND[language].join(each.text_en for each in found.source)


def _notes() -> Mapping[str, AddingNote]:
    from pipelines.auditing.adding_notes import adding_notes  # noqa: PLC0415  # it loads polars, after workers began

    return adding_notes()


def cause(candidate: Candidate | SharedCause, language: Language) -> str:
    """Return what a candidate takes for the cause."""
    return code_list("difference_cause").label(candidate.cause, language)


def evidence(candidate: Candidate, summary: Summary, language: Language) -> str:
    """Return the numbers of a candidate that fit the difference."""
    code = _EVIDENCE[candidate.cause]
    if candidate.cause == LAST_YEAR and candidate.number is None:
        code = "summary.last_year_alone"
    values: dict[str, object] = {}
    for name, number in (("number", candidate.number), ("other", candidate.other)):
        if number is not None:
            values[name] = printed_value(number)
    if candidate.cell is not None:
        values["cell"] = _cell(summary, candidate.cell, language)
    return message_in(language, code, **values)


def shared_evidence(shared: SharedCause, summary: Summary, language: Language) -> str:
    """Return how many differences a cause explains at once, and which."""
    named = AND[language].join(_cell(summary, name, language) for name in shared.cells)
    counts = {"n": len(shared.cells), "differing": shared.differing, "concerned": shared.concerned}
    return message_in(language, "summary.shared", **counts, cells=named)


def unexplained(difference: Number, language: Language) -> str:
    """Return that nothing fits a difference."""
    return message_in(language, "summary.unexplained", difference=printed_value(difference))


def finding(found: SummaryFinding, language: Language) -> str:
    """Return what a rule says of the sums, and which units it comes from."""
    told = with_labels(found.message[language] or "", language)
    severity = code_list("severity").label(found.severity, language)
    told = message_in(language, "check.finding", severity=severity, text=told)
    if not found.units:
        return told
    return message_in(language, "summary.finding_of_units", text=told, units=_units(found.units, language))


def cancelled(found: Cancelled, language: Language) -> str:
    """Return an equality that holds in the sum alone, and which units break it."""
    told = with_labels(found.relation[language] or "", language)
    return message_in(language, "summary.cancelled", relation=told, units=_units(found.units, language))


def _units(units: Iterable[UnitsError], language: Language) -> str:
    named = (
        each.unit
        if each.difference is None
        else message_in(language, "summary.unit_difference", unit=each.unit, difference=printed_value(each.difference))
        for each in units
    )
    return AND[language].join(named)


def _cell(summary: Summary, name: str, language: Language) -> str:
    return cell_label(summary.form, summary.cells[name].path, language)
