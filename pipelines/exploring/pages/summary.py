"""总览: how many reports, of whom, how fresh, and who has not published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from pipelines.exploring import charts, display, overview, session
from pipelines.exploring.csv_files import csv_bytes
from pipelines.exploring.display import Cell, num
from pipelines.exploring.labels import Labels
from pipelines.exploring.restriction import Filter

# Of a long list the first; the rest is in its file.
_SHOWN = 200


def render() -> None:
    """Draw the page."""
    text = session.labels()
    chosen = session.restriction(scope=False)
    totals = session.ask(overview.totals, chosen)
    under = text("overview.under")
    if totals["reports"]:
        under = f"{text('overview.years', first=totals['first_year'], last=totals['last_year'])} · {under}"
    st.html(display.heading(text("app.under"), under))
    if not totals["reports"]:
        session.empty(text("nothing"))
        return
    _cards(text, chosen, totals)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _numbers(text, chosen)
    with right:
        _fresh(text, chosen)
    _coverage(text, chosen)
    _quarantine(text)


def _cards(text: Labels, chosen: Filter, totals: dict[str, Any]) -> None:
    files = session.ask(overview.files)
    dates = session.ask(overview.punctuality, chosen)
    late = str(dates["late"]) if dates["dated"] else display.NOTHING
    shown = [
        (
            text("reports"),
            display.number(totals["reports"]),
            text("overview.agencies_note", n=display.number(totals["agencies"])),
        ),
        (
            text("overview.cells"),
            display.ratio(totals["cells_value"], totals["cells_expected"]),
            text("overview.cells_note", n=display.number(totals["cells_expected"])),
        ),
        (text("overview.unclear"), display.number(totals["agency_unclear"]), text("overview.unclear_note")),
        (
            text("overview.quarantined"),
            display.number(files["quarantined"]),
            text("overview.quarantined_note", n=display.number(files["files"])),
        ),
        (
            text("overview.last"),
            str(totals["last_published"] or display.NOTHING),
            text("overview.last_note", time=_made(session.release().name)),
        ),
        (
            text("overview.late"),
            display.number(int(late)) if late.isdecimal() else late,
            text("overview.late_note", n=display.number(dates["dated"])),
        ),
    ]
    st.html(display.cards(shown))


def _made(release_id: str) -> str:
    """Return the day and time that a release's id begins with, in UTC."""
    try:
        return f"{datetime.strptime(release_id[:16], '%Y%m%dT%H%M%SZ'):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return release_id


def group_label(text: Labels, by: str, value: object) -> str:
    """Return the label of a group: codes in words, everything else as it is."""
    if by in ("level", "type"):
        return text.of("agency_type" if by == "type" else by, value)
    return display.clean(value) if value not in (None, "") else text("unknown")


def labelled(text: Labels, frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return groups in their order, with their labels in the column `label`."""
    frame = overview.ordered(frame, by, session.ask(overview.provinces))
    named = [group_label(text, by, value) for value in frame["group_value"].to_list()]
    return frame.with_columns(pl.Series("label", named, pl.String))


def _numbers(text: Labels, chosen: Filter) -> None:
    st.subheader(text("overview.by"), anchor=False)
    kinds = ["year", "province", "level", "type"]
    for tab, by in zip(st.tabs([text(f"overview.by_{kind}") for kind in kinds]), kinds, strict=True):
        with tab:
            frame = labelled(text, session.ask(overview.reports_by, chosen, by), by)
            if by == "year":
                st.vega_lite_chart(
                    spec=charts.columns(frame, label="label", value="reports", title=text("column.reports"))
                )
            elif by != "province":
                st.vega_lite_chart(
                    spec=charts.bars(frame, label="label", value="reports", title=text("column.reports"), sort=True)
                )
            head = [Cell(text(f"by.{by}"))]
            head += [num(text(f"column.{name}")) for name in ("reports", "agencies", "summaries", "filled")]
            rows = [
                [
                    Cell(row["label"]),
                    num(row["reports"]),
                    num(row["agencies"]),
                    num(row["summaries"]),
                    num(display.ratio(row["cells_value"], row["cells_expected"])),
                ]
                for row in frame.to_dicts()
            ]
            st.html(display.table(head, rows))


def _fresh(text: Labels, chosen: Filter) -> None:
    st.subheader(text("overview.months"), anchor=False)
    frame = session.ask(overview.months, chosen)
    if not frame.height:
        session.empty(text("nothing"))
    else:
        labels = frame.with_columns(pl.col("month").dt.strftime("%Y-%m").alias("label")).tail(24)
        st.vega_lite_chart(spec=charts.columns(labels, label="label", value="reports", title=text("column.reports")))
    st.html(display.paragraph(text("overview.months_note")))


def _coverage(text: Labels, chosen: Filter) -> None:
    st.subheader(text("overview.coverage"), anchor=False)
    st.html(display.paragraph(text("overview.coverage_note")))
    known = session.ask(overview.choices)
    years = known.filter(pl.col("kind") == "year")["choice"].to_list()[::-1]
    first, second, third = st.columns(3)
    year = int(first.selectbox(text("coverage.year"), [y for y in years if not chosen.years or int(y) in chosen.years]))
    level = second.selectbox(
        text("coverage.level"),
        ["county", "prefecture", "province"],
        format_func=lambda value: text.of("level", value),
    )
    frame = session.ask(overview.coverage, year, level)
    provinces = frame["province"].to_list()
    province = third.selectbox(
        text("coverage.province"), ["", *provinces], format_func=lambda value: value or text("filter.all")
    )
    left, right = st.columns([1, 1], gap="large")
    with left:
        _coverage_table(text, frame)
    with right:
        chosen_rows = frame.filter(pl.col("province") == province) if province else frame
        count = int((chosen_rows["divisions"] - chosen_rows["with_report"]).sum())
        _without(text, session.ask(overview.without_report, year, level, province or ""), count)


def _coverage_table(text: Labels, frame: pl.DataFrame) -> None:
    total = {"province": text("coverage.all"), **frame.select("divisions", "with_report").sum().row(0, named=True)}
    head = [Cell(text("column.province"))]
    head += [num(text(f"column.{name}")) for name in ("divisions", "with_report", "without", "rate")]
    rows = [
        [
            Cell(row["province"], style="self" if row is total else ""),
            num(row["divisions"]),
            num(row["with_report"]),
            num(row["divisions"] - row["with_report"]),
            num(display.ratio(row["with_report"], row["divisions"])),
        ]
        for row in [total, *frame.to_dicts()]
    ]
    with st.container(height=520):
        st.html(display.table(head, rows))


def _without(text: Labels, frame: pl.DataFrame, count: int) -> None:
    if not frame.height:
        session.empty(text("overview.full"))
        return
    st.html(display.paragraph(text("overview.without", n=display.number(count)), "gk-label"))
    st.download_button(
        text("overview.without_csv"), csv_bytes(frame), "without-report.csv", "text/csv", icon=":material/download:"
    )
    if frame.height > _SHOWN:
        st.html(display.paragraph(text("overview.without_more", n=display.number(_SHOWN))))
    head = [text("column.code"), text("column.name"), text("column.within")]
    rows = [
        [
            Cell(row["code"], style="tight"),
            Cell(row["name"], style="tight"),
            Cell(" ".join(filter(None, [row["province"], row["prefecture"]]))),
        ]
        for row in frame.head(_SHOWN).to_dicts()
    ]
    with st.container(height=440):
        st.html(display.table(head, rows))


def _quarantine(text: Labels) -> None:
    frame = session.ask(overview.quarantined)
    if not frame.height:
        return
    st.subheader(text("overview.files"), anchor=False)
    head = [Cell(text("column.reason")), num(text("column.files")), Cell(text("column.example"))]
    rows = [
        [
            Cell(text.of("outcome_reason", row["reason"]), hint=row["reason"]),
            num(row["files"]),
            Cell(row["example"]),
            Cell(text.advice("outcome_reason", row["reason"])),
        ]
        for row in frame.to_dicts()
    ]
    st.html(display.table([*head, Cell(text("column.advice"))], rows))
