"""What came of the reports of an office's units: key figures, what can be saved, units worst first, their findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import streamlit as st

from pipelines.exploring import display, session
from pipelines.exploring.collecting_reports import Collected, Saved
from pipelines.exploring.display import Cell
from pipelines.exploring.labels import Labels
from pipelines.language import Language
from pipelines.messages import message_in
from pipelines.office import telling
from pipelines.office.checked import ERROR, WARNING, CheckedFile, CheckedReport
from pipelines.office.form_file import in_file_name

if TYPE_CHECKING:
    from pipelines.office.coverage import UnitRow
    from pipelines.office.overview_rows import Overview, Value

# Columns of the overview that a page is wide enough for, with their styles; a file has all of them.
_COLUMNS = {
    "overview.unit": "tight",
    "overview.contact": "tight",
    "overview.state": "tight",
    "overview.file": "file",
    "check.cells_heading": "tight",
    "check.errors": "num",
    "check.warnings": "num",
    "check.worst": "wide",
    "overview.change": "file",
}
# What a line of the overview says beside its columns, as codes.
_UNIT, _STATE, _SEVERITY = "overview.unit", "state", "severity"
# A browser that is given more of them at once is slow to answer.
_MOST_UNITS, _MOST_FINDINGS = 100, 60
_ZIP, _XLSX = "application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render(text: Labels, made: Collected) -> None:
    """Draw the result."""
    for code, values in made.remarks:
        plain = {name: display.clean(value) for name, value in values.items()}
        session.empty(text(f"office.{code}", **plain))
    if made.results is None:
        _unread(text, made.reception.checked.files)
        return
    overview = made.overview(text.language)
    covered = overview.words.covered
    st.html(display.heading(overview.words.title))
    st.html(display.cards(_figures(text, overview)))
    with st.spinner(text("office.making")):
        saved = made.saved(text.language)
    _save(text, overview, saved)
    with_findings = [row for row in covered.by_severity if row.count(ERROR) or row.count(WARNING)]
    others = list(overview.others())
    names = (
        text("office.tab.units"),
        text("office.tab.findings", n=len(with_findings)),
        text("office.tab.others", n=len(others)),
        text("office.tab.notes"),
    )
    units, findings, strays, notes = st.tabs(names)
    with units:
        _units(text, overview)
    with findings:
        _findings(text, overview, with_findings)
    with strays:
        _others(text, overview)
    with notes:
        st.html("".join(display.paragraph(note, "gk-line") for note in overview.notes()))


def _figures(text: Labels, overview: Overview) -> Iterator[tuple[str, str, str]]:
    from pipelines.office.coverage import MISSING  # noqa: PLC0415  # it takes seconds to load

    covered = overview.words.covered
    is_known = covered.roster.is_known
    yield text("office.units" if is_known else "office.units_reported"), display.number(len(covered.rows)), ""
    if is_known:
        yield text("office.missing"), display.number(covered.states.get(MISSING, 0)), ""
    else:
        yield text("office.missing"), display.NOTHING, text("office.missing_unknown")
    counting = len(covered.counting)
    yield text("office.counting"), display.number(counting), text("office.counting_note")
    yield text("office.with_errors"), display.number(covered.with_errors), text("office.with_errors_note", n=counting)
    files = len(covered.checked.files)
    yield text("office.files_read"), display.number(files), text("office.files_note", n=len(covered.not_read))


def _save(text: Labels, overview: Overview, saved: Saved) -> None:
    words = overview.words
    everything, name = text("office.all_name", title=in_file_name(words.title)), words.say("overview.file_name")
    offered = (
        ("office.save_all", saved.everything, everything, _ZIP, ":material/folder_zip:"),
        ("office.save_workbook", saved.workbook, f"{name}.xlsx", _XLSX, ":material/table:"),
        ("office.save_page", saved.page, f"{name}.html", "text/html", ":material/web:"),
    )
    with st.container(horizontal=True):
        for label, data, file, kind, icon in offered:
            st.download_button(
                text(label),
                data,
                file,
                kind,
                key=label,
                icon=icon,
                on_click="ignore",
                type="primary" if kind == _ZIP else "secondary",
            )
    st.html(display.paragraph(text("office.saved_note")))


def _units(text: Labels, overview: Overview) -> None:
    from pipelines.office.overview import STATES  # noqa: PLC0415  # it takes seconds to load

    states = overview.words.covered.states
    first, second = st.columns([3, 1])
    chosen = first.pills(
        text("office.state"),
        list(states),
        selection_mode="multi",
        format_func=lambda state: text("office.state_count", state=STATES.label(state, text.language), n=states[state]),
        key=f"office-states-{text.language}",
    )
    wanted = second.text_input(text("office.find"), key="office-find", max_chars=_MOST_UNITS).strip()
    columns = [code for code, _ in overview.unit_columns]
    lines = [
        {**dict(zip(columns, line.values, strict=True)), _STATE: line.state, _SEVERITY: line.severity}
        for line in overview.units()
    ]
    kept = [line for line in lines if (not chosen or line[_STATE] in chosen) and wanted in str(line[_UNIT])]
    if len(kept) < len(lines):
        st.html(display.paragraph(text("office.shown", shown=len(kept), n=len(lines))))
    if not kept:
        session.empty(text("nothing"))
        return
    headings = dict(zip(columns, overview.headings(overview.unit_columns), strict=True))
    headings["check.worst"] = text("office.what")
    codes = [code for code in _COLUMNS if code in headings]
    head = [Cell(headings[code], style=_COLUMNS[code]) for code in codes]
    st.html(display.table(head, [[_cell(code, line) for code in codes] for line in kept], style="units"))


def _cell(code: str, line: dict[str, Value]) -> Cell:
    style, told = _COLUMNS[code], line[code]
    if code == "overview.state":
        style = f"{style} {line[_SEVERITY] or ''}".strip()
    if code == "check.worst":
        told = "\n".join(filter(None, (str(told or ""), str(line["overview.remarks"] or ""))))
    return Cell("" if told is None else told, style=style)


def _reports_of(row: UnitRow) -> Iterator[tuple[CheckedFile, CheckedReport]]:
    """Yield the reports of a unit that have findings: the one that counts, else all of the year."""
    found = [row.counts] if row.counts is not None else [each.received for each in row.reports]
    for received in found:
        if received.report.findings:
            yield received.file, received.report


def _findings(text: Labels, overview: Overview, rows: list[UnitRow]) -> None:
    if not rows:
        session.empty(text("office.no_findings"))
        return
    for row in rows[:_MOST_UNITS]:
        told = overview.words.unit(row)
        about = {"unit": told.unit, "state": told.state, "errors": told.errors, "warnings": told.warnings}
        with st.expander(display.markdown(text("office.unit_found", **about))):
            for file, report in _reports_of(row):
                st.html(display.paragraph(f"{overview.words.file(file)} · {telling.form(report, text.language)}"))
                st.html(_findings_table(text, report))
                if len(report.findings) > _MOST_FINDINGS:
                    of = {"n": _MOST_FINDINGS, "total": len(report.findings)}
                    st.html(display.paragraph(text("office.first_findings", **of)))
            for each in told.remarks:
                st.html(display.paragraph(each))
    if len(rows) > _MOST_UNITS:
        st.html(display.paragraph(text("office.first", n=_MOST_UNITS)))


def _findings_table(text: Labels, report: CheckedReport) -> str:
    head = [Cell(text("column.severity")), Cell(text("office.finding")), Cell(text("office.beside"))]
    told = [telling.finding(each, text.language) for each in report.findings[:_MOST_FINDINGS]]
    rows = [
        [Cell(each.severity, style=f"tight {each.code}"), Cell(each.text, style="wide"), _beside(each.beside)]
        for each in told
    ]
    return display.table(head, rows)


def _beside(lines: tuple[str, ...]) -> Cell:
    return Cell("\n".join(lines), style="wide")


def _others(text: Labels, overview: Overview) -> None:
    from pipelines.office.overview_rows import OTHER_COLUMNS  # noqa: PLC0415  # it takes seconds to load

    rows = [[Cell(value, style="file") for value in each] for each in overview.others()]
    if not rows:
        session.empty(text("office.no_others"))
        return
    st.html(display.table(overview.headings(OTHER_COLUMNS), rows))


def _unread(text: Labels, files: tuple[CheckedFile, ...]) -> None:
    """Draw what became of files of which none holds a report."""
    language: Language = text.language
    session.empty(text("office.no_report", n=len(files)))
    head = [message_in(language, code) for code in ("overview.any_file", "overview.what")]
    rows = [
        [
            Cell(each.file, style="file"),
            Cell(
                "\n".join(filter(None, (telling.ended(each, language), telling.advice(each, language)))), style="wide"
            ),
        ]
        for each in files
    ]
    st.html(display.table([Cell(each) for each in head], rows))
