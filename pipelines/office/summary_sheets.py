"""The traces of a summary as sheets of rows: every sum, its parts, differences, who is unknown, and notes.

The same rows become a workbook (`summary_xlsx`) and a page (`summary_page`). Belongs here: which rows and columns there
are. Keep out: sentences (`summary_words`), files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from pipelines.contracts.codes import code_list
from pipelines.forms import ALL_FORMS
from pipelines.forms.measures import with_labels
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import summary_words as words
from pipelines.office.cell_figures import Number
from pipelines.office.summary import COMPLETE, PARTIAL, UNKNOWN, Gap, Summary, SummedCell

if TYPE_CHECKING:
    from pipelines.office.summary_comparison import ComparedCell, Comparison
    from pipelines.office.summary_findings import SummaryAudit

Entry = str | Number | None
Row = tuple[Entry, ...]
SheetId = Literal["summary", "details", "differences", "unknown", "notes"]


class TraceColumn(NamedTuple):
    """A column by its heading; `width` in characters of a spreadsheet."""

    heading: str
    width: int


@dataclass(frozen=True)
class TraceSheet:
    """A sheet: its name, what stands above it, columns and rows. A number is a number, every other entry a text.

    Of `details`, rows of one sum stand together, and begin with the number that the sum has in `summary`. `marked` are
    the places of rows to be looked at: sums that lack units or differ.
    """

    id: SheetId
    name: str
    about: str
    columns: tuple[TraceColumn, ...]
    rows: tuple[Row, ...]
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Trace:
    """All sheets of a summary in a language, under a title."""

    title: str
    language: Language
    sheets: tuple[TraceSheet, ...]


# The columns of the sheet of sums that the sum stands in, and its number.
NUMBER_COLUMN, SUM_COLUMN = 0, 5
# The column of the sheet of details that the added numbers stand in.
VALUE_COLUMN = 5


def summary_trace(
    summary: Summary,
    language: Language,
    *,
    unit: str,
    comparison: Comparison | None = None,
    audit: SummaryAudit | None = None,
) -> Trace:
    """Return the sheets of a summary of a county (`unit`); without a comparison there are no differences to tell."""
    title = message_in(language, "summary.title", unit=unit, year=summary.year)
    writer = _Sheets(summary, language)
    sheets = [writer.sums(comparison), writer.details()]
    if comparison is not None:
        sheets.append(writer.differences(comparison))
    return Trace(title, language, (*sheets, writer.unknown(), writer.notes(audit)))


class _Sheets:
    """The sheets of one summary; a cell is known by its number in the form."""

    def __init__(self, summary: Summary, language: Language) -> None:
        self.summary, self.language = summary, language
        self.cells = dict(enumerate(summary.cells.values(), start=1))
        self.labels = {cell.path: words.labels(summary.form, cell.path, language) for cell in self.cells.values()}

    def _say(self, code: str, **values: object) -> str:
        return message_in(self.language, code, **values)

    def _sheet(
        self, sheet: SheetId, texts: tuple[str, str], columns: Iterable[tuple[str, int]], rows: Iterable[Row]
    ) -> TraceSheet:
        name, about = (self._say(code) for code in texts)
        named = tuple(TraceColumn(self._say(code), width) for code, width in columns)
        return TraceSheet(sheet, name, about, named, tuple(rows))

    def _label(self, cell: SummedCell) -> tuple[str, str]:
        return self.labels[cell.path]

    def sums(self, comparison: Comparison | None) -> TraceSheet:
        """Return a row for every cell of the form."""
        columns = [("summary.number", 6), ("summary.table", 17), ("summary.row", 28), ("summary.column", 16)]
        columns += [("summary.measure", 6), ("summary.sum", 11), ("summary.known", 8), ("summary.expected", 8)]
        columns += [("summary.state", 12)]
        if comparison is not None:
            columns += [("summary.government", 11), ("summary.difference", 9), ("summary.result", 14)]
        columns += [("summary.note", 24)]
        texts = ("summary.sheet_summary", "summary.about_summary")
        marked = (n for n, cell in enumerate(self.cells.values()) if self._is_marked(cell, comparison))
        return replace(self._sheet("summary", texts, columns, self._sums(comparison)), marked=frozenset(marked))

    def _is_marked(self, cell: SummedCell, comparison: Comparison | None) -> bool:
        return cell.state != COMPLETE or (comparison is not None and comparison.cells[cell.name].is_differing)

    def _sums(self, comparison: Comparison | None) -> Iterator[Row]:
        states, results = code_list("sum_state"), code_list("comparison_state")
        for number, cell in self.cells.items():
            table = words.table_label(self.summary.form, cell.path[0], self.language)
            of_sum = (cell.value, cell.known, cell.expected, states.label(cell.state, self.language))
            beside: Row = ()
            if comparison is not None:
                other = comparison.cells[cell.name]
                beside = (other.government.value, other.difference, results.label(other.state, self.language))
            yield (number, table, *self._label(cell), cell.unit, *of_sum, *beside, self._notes_of(cell))

    def _notes_of(self, cell: SummedCell) -> str:
        return words.AND[self.language].join(words.note_label(note, self.language) for note in cell.notes)

    def details(self) -> TraceSheet:
        """Return a row for every number that a sum is made of."""
        columns = [("summary.number", 6), ("summary.row", 28), ("summary.column", 16), ("summary.agency", 24)]
        columns += [("summary.printed", 14), ("summary.value", 11), ("summary.measure", 6), ("summary.file", 32)]
        columns += [("summary.place", 22), ("summary.own_cell", 20)]
        rows = (
            (
                *(number, *self._label(cell), part.unit, part.raw or "", part.value, cell.unit, part.file),
                *(words.place(part, self.language), self._own_cell(cell, part.cell)),
            )
            for number, cell in self.cells.items()
            for part in cell.contributions
        )
        return self._sheet("details", ("summary.sheet_details", "summary.about_details"), columns, rows)

    def _own_cell(self, cell: SummedCell, own: str) -> str:
        """Return the cell of the unit's own report, where its form has another one in the place of this."""
        return "" if own == cell.name else with_labels(own, self.language)

    def differences(self, comparison: Comparison) -> TraceSheet:
        """Return first what explains several differences at once, then each difference with its candidates."""
        columns = [("summary.number", 6), ("summary.row", 26), ("summary.column", 16), ("summary.measure", 6)]
        columns += [("summary.sum", 11), ("summary.known", 8), ("summary.expected", 8), ("summary.government", 11)]
        columns += [("summary.printed", 12), ("summary.difference", 9), ("summary.cause", 18)]
        columns += [("summary.agency", 20), ("summary.evidence", 40)]
        texts = ("summary.sheet_differences", "summary.about_differences")
        return self._sheet("differences", texts, columns, self._differences(comparison))

    def _differences(self, comparison: Comparison) -> Iterator[Row]:
        several = self._say("summary.several_cells")
        for shared in comparison.shared:
            told = words.shared_evidence(shared, self.summary, self.language)
            yield (
                *(None, several, "", "", None, None, None, None, "", None),
                *(words.cause(shared, self.language), shared.unit or "", told),
            )
        for number, cell in self.cells.items():
            compared = comparison.cells[cell.name]
            if compared.is_differing:
                yield from (
                    (number, *self._label(cell), cell.unit, *self._figures(compared), *told)
                    for told in self._candidates(compared)
                )
        if not comparison.differing:
            nothing = self._say("summary.nothing_differs")
            yield (None, nothing, "", "", None, None, None, None, "", None, "", "", "")

    def _figures(self, compared: ComparedCell) -> Row:
        cell, government = compared.sum, compared.government
        return (cell.value, cell.known, cell.expected, government.value, government.raw or "", compared.difference)

    def _candidates(self, compared: ComparedCell) -> Iterator[Row]:
        for each in compared.candidates:
            told = words.evidence(each, self.summary, self.language)
            yield words.cause(each, self.language), each.unit or "", told
        if not compared.candidates:
            told = words.unexplained(compared.difference or 0, self.language)
            yield self._say("summary.no_candidate"), "", told

    def unknown(self) -> TraceSheet:
        """Return who is in which sum not, a unit that is in none of them once."""
        columns = [("summary.number", 6), ("summary.row", 28), ("summary.column", 16), ("summary.agency", 24)]
        columns += [("summary.reason", 26), ("summary.printed", 16), ("summary.file", 30), ("summary.place", 20)]
        columns += [("summary.advice", 36)]
        return self._sheet("unknown", ("summary.sheet_unknown", "summary.about_unknown"), columns, self._unknown())

    def _unknown(self) -> Iterator[Row]:
        whole = dict(self._lacking_as_a_whole())
        for unit, gap in whole.items():
            yield (None, self._say("summary.all_cells"), "", unit, *self._gap(gap))
        for number, cell in self.cells.items():
            for gap in cell.gaps:
                if gap.unit not in whole:
                    yield (number, *self._label(cell), gap.unit, *self._gap(gap))
        if not any(cell.gaps for cell in self.cells.values()):
            yield (None, self._say("summary.nothing_unknown"), "", "", "", "", "", "", "")

    def _lacking_as_a_whole(self) -> Iterator[tuple[str, Gap]]:
        """Yield the units that are in no sum for one and the same reason: no report, or one in words alone."""
        for unit in self.summary.units:
            reasons = {cell.lacking.get(unit) for cell in self.cells.values()}
            if len(reasons) == 1 and (reason := reasons.pop()) is not None:
                file = next(gap.file for cell in self.cells.values() for gap in cell.gaps if gap.unit == unit)
                yield unit, Gap(unit, reason, file)

    def _gap(self, gap: Gap) -> Row:
        stands = (gap.raw or "", gap.file or "", words.place(gap, self.language))
        return words.reason(gap.reason, self.language), *stands, words.advice(gap.reason, self.language)

    def notes(self, audit: SummaryAudit | None) -> TraceSheet:
        """Return what is to be known of the whole."""
        columns = [("summary.subject", 28), ("summary.what", 80), ("summary.source", 50)]
        return self._sheet("notes", ("summary.sheet_notes", "summary.about_notes"), columns, self._notes(audit))

    def _notes(self, audit: SummaryAudit | None) -> Iterator[Row]:
        summary = self.summary
        counts = {"expected": len(summary.units), "missing": len(summary.missing)}
        received = len(summary.units) - len(summary.missing)
        yield self._say("summary.units"), self._say("summary.units_of", **counts, received=received), ""
        states = {state: len(summary.of_state(state)) for state in (COMPLETE, PARTIAL, UNKNOWN)}
        told = self._say(
            "summary.states_of", complete=states[COMPLETE], partial=states[PARTIAL], unknown=states[UNKNOWN]
        )
        yield self._say("summary.cells_of_form"), told, ""
        yield self._say("summary.not_published"), self._say("summary.why_blank"), ""
        for unit in summary.missing:
            yield self._say("summary.missing_unit"), unit, ""
        for unit, form in summary.other_forms.items():
            label = ALL_FORMS[form].label
            named = label.zh if self.language == "zh" else label.en
            yield self._say("summary.form_of_unit"), self._say("summary.unit_and_form", unit=unit, form=named), ""
        if audit is not None:
            yield from self._audit(audit)
        for note in dict.fromkeys(note for cell in self.cells.values() for note in cell.notes):
            yield (words.note_label(note, self.language), *words.note(note, self.language))

    def _audit(self, audit: SummaryAudit) -> Iterator[Row]:
        subject = self._say("summary.relations")
        counts = {"relations": audit.relations, "undecided": audit.undecided}
        yield subject, self._say("summary.relations_of", **counts), ""
        for found in audit.findings:
            yield subject, words.finding(found, self.language), ""
        for each in audit.cancelled:
            yield subject, words.cancelled(each, self.language), ""
        if not audit.findings:
            yield subject, self._say("summary.no_findings"), ""
