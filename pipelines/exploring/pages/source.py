"""来源: the printed cell behind a number, in its table, with everything known of it."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import streamlit as st

from pipelines.exploring import agencies, archived_file, display, session, sources, statutory
from pipelines.exploring.archived_file import Archived, Marked, NotShown, Printed
from pipelines.exploring.display import Cell
from pipelines.exploring.labels import Labels
from pipelines.exploring.pages.finding import in_words
from pipelines.reading.sniffing import IMAGES, PDF

_EXPLAINED = ("missing", "changed", "timeout")
_WEB = ("http://", "https://")


def render() -> None:
    """Draw the page: the cell that the address names, the report, or what to begin with."""
    text = session.labels()
    report = session.number_in("report")
    path = st.query_params.get("cell", "")
    if report is None:
        _begin(text)
        return
    found = session.ask(agencies.report, report)
    if found is None:
        session.empty(text("source.no_report"))
        return
    cell = session.ask(sources.cell, report, path) if path else None
    under = f"{found['agency_name'] or text('unknown')} · {found['year_key'] or text('unknown')}"
    st.html(display.heading(found["title"] or text("page.source"), under))
    if cell is None:
        if path:
            session.empty(text("source.no_cell", path=display.clean(path)))
        _of_report(text, found)
        return
    _cell(text, cell)


def _begin(text: Labels) -> None:
    st.html(display.heading(text("page.source"), text("source.under")))
    st.html(display.paragraph(text("source.which")))
    head = [text("column.year"), text("column.agency"), text("column.title")]
    rows = [
        [
            Cell(row["year_key"] or text("unknown")),
            Cell(row["agency_name"] or text("unknown")),
            Cell(row["title"] or "", session.link("source", report=row["report_key"])),
        ]
        for row in session.ask(sources.recent).to_dicts()
    ]
    st.html(display.table(head, rows))


def _of_report(text: Labels, found: dict[str, Any]) -> None:
    """Draw a report of which the address names no cell: its file and how to its cells."""
    link = session.link("agencies", agency=found["agency_key"], report=found["report_key"])
    pairs: list[tuple[str, object]] = [
        (text("source.agency"), Cell(found["agency_name"] or text("unknown"), link)),
        (text("column.form"), text.of("form", found["form"])),
        (text("column.scope"), text.scope(found["scope"], found["scope_basis"])),
        (text("column.status"), text.of("report_status", found["status"])),
        ("", Cell(text("source.to_report"), link)),
    ]
    main = session.ask(sources.main_file, found["report_key"])
    if main is not None:
        places = session.ask(sources.locations, main["file_sha256"])
        pairs += _locations(text, places, str(main["file_sha256"]))
    st.html(display.facts(pairs))


def _cell(text: Labels, cell: dict[str, Any]) -> None:
    places = session.ask(sources.locations, cell["file_sha256"])
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(text("source.cell"), anchor=False)
        st.html(display.facts(_described(text, cell)))
        _corrections(text, cell)
        _findings(text, cell)
        st.html(display.facts([*_locations(text, places, cell["file_sha256"])]))
    with right:
        _original(text, cell, places["location"].to_list())


def _described(text: Labels, cell: dict[str, Any]) -> list[tuple[str, object]]:
    name = statutory.cell_label(cell["form"], cell["table_id"], cell["row_id"], cell["column_id"])
    whole = session.link("agencies", agency=cell["agency_key"], report=cell["report_key"])
    pairs: list[tuple[str, object]] = [
        (text("source.cell"), Cell(name, style="sev-info")),
        (text("source.raw"), Cell(cell["raw_text"] or display.NOTHING, style="gk-raw")),
        (text("source.value"), f"{display.number(cell['value'])} {cell['unit'] or ''}".strip()),
    ]
    if cell["yuan"] is not None or cell["unit_source"]:
        pairs.append((text("source.yuan"), display.number(cell["yuan"])))
        pairs.append((text("source.unit_source"), text.of("unit_source", cell["unit_source"])))
    pairs += [
        (text("source.status"), text.of("cell_status", cell["status"])),
        (text("source.matched"), _matched(text, cell)),
        (text("source.note"), text.of("cell_note", cell["note"]) if cell["note"] else None),
        (text("source.advice"), _advice(text, cell)),
        (text("source.place"), _place(text, cell)),
        (text("source.path"), cell["cell_path"]),
        ("", Cell(text("source.to_report"), whole)),
    ]
    return [(name, value) for name, value in pairs if value not in (None, "")]


def _advice(text: Labels, cell: dict[str, Any]) -> str:
    """Return what to do about a cell: by its note, which is nearer to the matter, else by its status."""
    return text.advice("cell_note", cell["note"]) or text.advice("cell_status", cell["status"])


def _matched(text: Labels, cell: dict[str, Any]) -> str | None:
    if not cell["matched_by"]:
        return None
    score = cell["match_score"]
    shown = text.of("matched_by", cell["matched_by"])
    return f"{shown} ({score:.2f})" if isinstance(score, float) and math.isfinite(score) else shown


def _place(text: Labels, cell: dict[str, Any]) -> str | None:
    parts = []
    if cell["page"]:
        parts.append(text("source.page_no", n=cell["page"]))
    if cell["cell_reference"]:
        parts.append(cell["cell_reference"])
    if cell["grid"] is not None:
        row, col = (cell["grid_row"] or 0) + 1, (cell["grid_col"] or 0) + 1
        parts.append(text("source.grid", n=cell["grid"] + 1, row=row, col=col))
    if cell["line_number"]:
        parts.append(text("source.line", n=cell["line_number"]))
    return " · ".join(parts) or None


def _corrections(text: Labels, cell: dict[str, Any]) -> None:
    for row in session.ask(sources.corrections, cell["report_key"], cell["cell_path"]).to_dicts():
        value = row["corrected_yuan"] if row["corrected_yuan"] is not None else row["corrected_value"]
        shown = text(
            "source.corrected",
            value=text("source.not_usable") if value is None else display.number(value),
            state=text.of("correction_state", row["state"]),
            reason=row["reason"],
            evidence=row["evidence"],
        )
        st.html(display.paragraph(shown, "sev-warning"))


def _findings(text: Labels, cell: dict[str, Any]) -> None:
    found = session.ask(sources.findings, cell["report_key"], cell["cell_path"])
    if not found.height:
        return
    rows = [
        [
            Cell(text.of("severity", row["severity"]), style=row["severity"]),
            Cell(in_words(text, row, "message")),
            Cell(in_words(text, row, "hint")),
        ]
        for row in found.to_dicts()
    ]
    head = [text("column.severity"), text("column.message"), text("column.hint")]
    st.html(display.table(head, rows, caption=text("source.findings")))


def _locations(text: Labels, places: pl.DataFrame, sha256: str) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = []
    for row in places.head(5).to_dicts():
        is_web = row["location"].startswith(_WEB)
        named = text("source.origin") if is_web else text("source.file")
        pairs.append((named, Cell(row["location"], row["location"] if is_web else "")))
        if row["fetched_at"]:
            pairs.append((text("source.fetched"), f"{row['fetched_at']:%Y-%m-%d %H:%M} UTC"))
    return [*pairs, (text("source.sha256"), sha256)]


def _original(text: Labels, cell: dict[str, Any], locations: list[str]) -> None:
    """Draw the cell as it stands in the archived file, which is read again."""
    if cell["status"] == "absent":
        session.empty(text("source.no_place"))
        return
    box = archived_file.box_of(cell["bbox"])
    marked = Marked(cell["grid"], cell["grid_row"], cell["grid_col"], cell["line_number"], cell["page"], box)
    try:
        archived = archived_file.archived(session.layout(), cell["file_sha256"], locations)
        if cell["page"] and (cell["media_type"] == PDF or cell["media_type"] in IMAGES):
            st.subheader(text("source.picture"), anchor=False)
            st.html(display.paragraph(text("source.marked")))
            st.image(_picture(archived, cell["file_sha256"], marked))
        _printed_around(text, _printed(archived, cell["file_sha256"], marked))
        _save(text, archived, cell)
    except NotShown as error:
        known = error.reason if error.reason in _EXPLAINED else "other"
        session.empty(text(f"notshown.{known}", reason=text.of("outcome_reason", error.reason)))


@st.cache_data(max_entries=100, show_spinner=False)
def _printed(archived: Archived, sha256: str, marked: Marked) -> Printed:
    return archived_file.printed(archived, sha256, marked)


@st.cache_data(max_entries=20, show_spinner=False)
def _picture(archived: Archived, sha256: str, marked: Marked) -> bytes:
    return archived_file.picture(archived, sha256, marked)


def _printed_around(text: Labels, found: Printed) -> None:
    if found.grid:
        st.subheader(text("source.printed"), anchor=False)
        st.html(display.paragraph(text("source.marked")))
        with st.container(height=620):
            st.html(_grid(found))
        return
    known = found.marked_line is not None
    title = text("source.lines", n=found.marked_line) if known else text("source.printed")
    st.subheader(title, anchor=False)
    st.html(display.paragraph(text("source.marked" if known else "source.not_marked")))
    rows = [
        [Cell(number, style="lineno"), Cell(line, style="marked" if number == found.marked_line else "")]
        for number, line in found.lines
    ]
    with st.container(height=620):
        st.html(display.table([], rows, style="lines"))


def _grid(found: Printed) -> str:
    rows = []
    for printed in found.grid:
        cells = []
        for cell in printed:
            style = "marked" if (cell.row, cell.col) == found.marked else ""
            rowspan, colspan = (cell.rowspan, cell.colspan) if found.spanned else (1, 1)
            cells.append(Cell(cell.text, style=style, rows=rowspan, columns=colspan))
        rows.append(cells)
    return display.table([], rows, style="printed")


def _save(text: Labels, archived: Archived, cell: dict[str, Any]) -> None:
    name = f"{cell['file_sha256'][:16]}.bin"
    if st.button(text("source.prepare"), icon=":material/folder_zip:"):
        data = archived_file.original(archived, cell["file_sha256"])
        st.download_button(text("source.save"), data, name, "application/octet-stream", icon=":material/download:")
