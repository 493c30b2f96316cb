"""机构: search, then one agency: its series, its form as printed, its findings, its peers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from pipelines.exploring import agencies, audit_findings, charts, display, session, statutory
from pipelines.exploring.display import Cell, num
from pipelines.exploring.labels import Labels
from pipelines.exploring.pages.finding import findings_table

_CHARTED = ("received", "granted", "outcome_total")


def render() -> None:
    """Draw the page: the search, or the agency that the address names."""
    text = session.labels()
    key = session.number_in("agency")
    if key is None:
        _search(text)
        return
    found = session.ask(agencies.agency, key)
    if found is None:
        session.empty(text("agencies.gone"))
        return
    _agency(text, found)


def _search(text: Labels) -> None:
    st.html(display.heading(text("page.agencies"), text("agencies.under")))
    given = st.text_input(
        text("agencies.search"),
        placeholder=text("agencies.placeholder"),
        key="q",
        bind="query-params",
        max_chars=60,
    )
    known = session.known_agencies()
    if not given.strip():
        # Any list here would be arbitrary, and change below the reader's hand as the search answers.
        session.empty(text("agencies.begin", n=display.number(known.height)))
        return
    found, count = agencies.search(known, given)
    if not count:
        session.empty(text("agencies.none", text=display.clean(given)))
        return
    message = "agencies.found" if count <= agencies.MOST_FOUND else "agencies.found_more"
    st.html(display.paragraph(text(message, n=display.number(count), most=agencies.MOST_FOUND)))
    names = ("agency", "within", "level", "type")
    head = [*(Cell(text(f"column.{name}")) for name in names), num(text("column.reports")), Cell(text("column.year"))]
    st.html(display.table(head, [_hit(text, row) for row in found.to_dicts()]))


def _hit(text: Labels, row: dict[str, Any]) -> list[Cell]:
    return [
        Cell(row["name"] or text("unknown"), session.link("agencies", agency=row["agency_key"])),
        Cell(row["place"] or ""),
        Cell(text.of("level", row["level"])),
        Cell(text.of("agency_type", row["agency_type"])),
        num(row["reports"]),
        Cell(_years(row["first_year"], row["last_year"])),
    ]


def _years(first: int | None, last: int | None) -> str:
    if not first:
        return display.NOTHING
    return str(first) if first == last else f"{first}–{last}"


def _agency(text: Labels, found: dict[str, Any]) -> None:
    key = found["agency_key"]
    place = " ".join(str(found[name]) for name in ("province", "prefecture", "county", "township") if found[name])
    st.html(display.heading(found["name"] or text("unknown"), place))
    facts = [
        (text("agencies.type"), f"{text.of('level', found['level'])} · {text.of('agency_type', found['agency_type'])}"),
        (text("agencies.code"), found["code"]),
        (text("agencies.identity"), text.of("agency_status", found["status"])),
        ("", Cell(text("agencies.back"), session.link("agencies"))),
    ]
    st.html(display.facts(facts))
    reports = session.ask(agencies.reports, key)
    _reports(text, reports, key)
    _series(text, session.ask(agencies.series, key))
    current = reports.filter(pl.col("status") == "current")
    keys: list[int] = (current if current.height else reports)["report_key"].to_list()
    if keys:
        _report(text, key, keys, reports)


def _reports(text: Labels, reports: pl.DataFrame, agency_key: int) -> None:
    st.subheader(text("agencies.reports"), anchor=False)
    head = [text(f"column.{name}") for name in ("year", "title", "scope", "form", "published", "status")]
    rows = [
        [
            Cell(
                row["year_key"] or text("unknown"),
                session.link("agencies", agency=agency_key, report=row["report_key"]),
                "tight",
            ),
            Cell(row["title"] or "", session.link("agencies", agency=agency_key, report=row["report_key"])),
            Cell(text.scope(row["scope"], row["scope_basis"]), style="tight"),
            Cell(text.of("form", row["form"]), style="tight"),
            Cell(row["published_on"] or display.NOTHING, style="tight"),
            Cell(text.of("report_status", row["status"]), style="tight"),
        ]
        for row in reports.to_dicts()
    ]
    st.html(display.table(head, rows))


def _series(text: Labels, cells: pl.DataFrame) -> None:
    st.subheader(text("agencies.series"), anchor=False)
    if not cells.height:
        session.empty(text("nothing"))
        return
    found = {(row["report_key"], row["cell_path"]): row for row in cells.to_dicts()}
    reports = cells.select("report_key", "year_key").unique(maintain_order=True).rows()
    if len({year for _, year in reports}) > 1:
        named = {path: text(f"column.{name}") for name, path in agencies.SERIES.items() if name in _CHARTED}
        drawn = cells.filter(pl.col("cell_path").is_in(list(named)) & pl.col("value").is_not_null())
        drawn = drawn.with_columns(pl.col("cell_path").replace(named).alias("series"))
        if drawn.height:
            chart = charts.lines(drawn, x="year_key", value="value", series="series", title=text("column.cases"))
            st.vega_lite_chart(spec=chart)
    head = [Cell(text("column.year")), *(num(text(f"column.{name}")) for name in agencies.SERIES)]
    rows = [
        [Cell(year, style="tight"), *(_point(found.get((key, p)), key, p) for p in agencies.SERIES.values())]
        for key, year in reports
    ]
    st.html(display.table(head, rows))
    st.html(display.paragraph(text("agencies.series_note")))


def _point(cell: dict[str, Any] | None, report: int, path: str) -> Cell:
    if cell is None:
        return num(None)
    return num(
        statutory.printed({**cell, "raw_text": None, "yuan": None}), session.link("source", report=report, cell=path)
    )


def _report(text: Labels, agency_key: int, keys: list[int], reports: pl.DataFrame) -> None:
    requested = session.number_in("report")
    everything: list[int] = reports["report_key"].to_list()
    options = keys if requested in keys or requested not in everything else [requested, *keys]
    named = {row["report_key"]: row for row in reports.to_dicts()}
    chosen = st.selectbox(
        text("agencies.choose_report"),
        options,
        index=options.index(requested) if requested in options else 0,
        format_func=lambda key: f"{named[key]['year_key']}  {display.clean(named[key]['title'] or '')}",
        # Another address is another choice: what was chosen before must not hide the report it names.
        key=f"report-{agency_key}-{requested}",
    )
    tabs = st.tabs([text(f"agencies.{name}") for name in ("form", "findings", "peers")])
    findings = session.ask(audit_findings.of_report, chosen)
    with tabs[0]:
        _form(text, chosen, str(named[chosen]["form"]), findings)
    with tabs[1]:
        if findings.height:
            st.html(findings_table(text, findings, with_agency=False))
        else:
            session.empty(text("agencies.no_findings"))
    with tabs[2]:
        _peers(text, session.ask(agencies.peers, chosen, int(named[chosen]["year_key"])))


def _form(text: Labels, report: int, form: str, findings: pl.DataFrame) -> None:
    rows = session.ask(agencies.cells, report).to_dicts()
    cells = {row["cell_path"]: row for row in rows}
    errors = findings.filter(pl.col("severity") == "error")["cell_path"].drop_nulls().to_list()
    tables = statutory.form_tables(form, cells, lambda path: session.link("source", report=report, cell=path), errors)
    if not tables:
        session.empty(text("agencies.narrative"))
        return
    st.html(display.paragraph(text("agencies.form_note")))
    for shown in tables:
        st.html(shown)
    extra = [row for row in rows if not row["is_statutory"]]
    if extra:
        head = [text("source.cell"), text("source.raw"), text("source.value")]
        shown_rows = [
            [
                Cell(statutory.cell_label(form, row["table_id"], row["row_id"], row["column_id"])),
                Cell(row["raw_text"] or ""),
                num(row["value"], session.link("source", report=report, cell=row["cell_path"])),
            ]
            for row in extra
        ]
        st.html(display.table(head, shown_rows, caption=text("agencies.extra")))


def _peers(text: Labels, frame: pl.DataFrame) -> None:
    if frame.height < 2:
        session.empty(text("agencies.no_peers"))
        return
    st.html(display.paragraph(text("agencies.peers_note")))
    numbers = ("received", "granted", "partially_granted", "outcome_total")
    head = [Cell(text("column.agency")), Cell(text("column.province")), Cell(text("column.prefecture"))]
    head += [num(text(f"column.{name}")) for name in (*numbers, "granted_rate")]
    rows = []
    for row in frame.to_dicts():
        style = "self" if row["is_self"] else ""
        link = session.link("agencies", agency=row["agency_key"], report=row["report_key"])
        cells = [Cell(row["name"] or text("unknown"), link, style), Cell(row["province"] or "", style=style)]
        cells.append(Cell(row["prefecture"] or "", style=style))
        for name in numbers:
            source = session.link("source", report=row["report_key"], cell=f"applications.{name}.total")
            cells.append(num(row[name], source if row[name] is not None else "", style))
        rows.append([*cells, num(_granted(row), style=style)])
    st.html(display.table(head, rows))


def _granted(row: dict[str, Any]) -> str:
    granted, partial = row["granted"], row["partially_granted"]
    if granted is None or partial is None:
        return display.NOTHING
    return display.ratio(Decimal(granted + partial), row["outcome_total"])
