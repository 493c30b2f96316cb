"""指标: one indicator at a time, as chart, table with denominators, and CSV."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from pipelines.exploring import charts, display, indicators, session
from pipelines.exploring.csv_files import csv_bytes
from pipelines.exploring.display import Cell, num
from pipelines.exploring.labels import Labels
from pipelines.exploring.pages.summary import labelled
from pipelines.exploring.restriction import GROUPS, Filter

_ALL = ("granted", "reasons", "denied", "corrected", "natural_person", "procurement", "fees")


def render() -> None:
    """Draw the page."""
    text = session.labels()
    chosen = session.restriction(scope=True)
    st.html(display.heading(text("page.indicators"), text("indicators.under")))
    first, second = st.columns([2, 1])
    requested = st.query_params.get("indicator", "")
    name = first.selectbox(
        text("indicators.choose"),
        _ALL,
        index=_ALL.index(requested) if requested in _ALL else 0,
        format_func=lambda value: text(f"indicators.{value}"),
    )
    st.query_params["indicator"] = name
    by = "year"
    if name != "reasons":
        by = second.selectbox(text("by"), list(GROUPS), index=1, format_func=lambda value: text(f"by.{value}"))
    st.html(display.paragraph(text(f"indicators.{name}.how")))
    if name == "reasons":
        _reasons(text, chosen)
    elif name == "corrected":
        _corrected(text, chosen, by)
    elif name in indicators.RATES:
        _rate(text, chosen, by, name)
    elif name == "fees":
        _fees(text, chosen, by)
    else:
        _procurement(text, chosen, by)


def _shown(text: Labels, name: str, frame: pl.DataFrame, chart: Any, table: str) -> None:
    """Draw a chart beside its table, with the data to download."""
    if not frame.height:
        session.empty(text("nothing"))
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        if chart is not None:
            st.vega_lite_chart(spec=chart)
        else:
            session.empty(text("indicators.no_chart"))
    with right:
        st.html(table)
        st.download_button(
            text("indicators.csv"), csv_bytes(frame), f"{name}.csv", "text/csv", icon=":material/download:"
        )


def _bars(frame: pl.DataFrame, by: str, *, value: str, title: str, share: bool = False) -> Any:
    drawn = frame.filter(pl.col(value).is_not_null())
    if not drawn.height:
        return None
    draw = charts.columns if by == "year" else charts.bars
    return draw(drawn, label="label", value=value, title=title, share=share)


def _rate(text: Labels, chosen: Filter, by: str, name: str) -> None:
    frame = labelled(text, session.ask(indicators.rates, chosen, by, name), by)
    title = text(f"indicators.{name}")
    head = [Cell(text(f"by.{by}"))]
    head += [num(text(f"column.{c}")) for c in ("reports", "counted", "numerator", "denominator")]
    rows = [[Cell(r["label"], style="tight"), *_counts(r)] for r in frame.to_dicts()]
    chart = _bars(frame, by, value="rate", title=title, share=True)
    _shown(text, name, frame, chart, display.table([*head, num(title)], rows) + _contradictions(text, frame))


def _counts(row: dict[str, Any]) -> list[Cell]:
    names = ("reports", "counted", "numerator", "denominator")
    return [*(num(row[name]) for name in names), num(display.share(row["rate"]))]


def _contradictions(text: Labels, frame: pl.DataFrame) -> str:
    """Say where printed numbers contradict each other instead of leaving an odd rate without a word."""
    odd = frame.filter(pl.col("numerator").fill_null(0) > pl.col("denominator").fill_null(0))
    return display.paragraph(text("indicators.contradiction")) if odd.height else ""


def _corrected(text: Labels, chosen: Filter, by: str) -> None:
    frame = labelled(text, session.ask(indicators.corrections, chosen, by), by)
    channels = [text.of("channel", value) for value in frame["channel"].to_list()]
    frame = frame.with_columns(pl.Series("channel_label", channels, pl.String))
    title = text("indicators.corrected")
    head = [Cell(text(f"by.{by}")), Cell(text("column.channel"))]
    head += [num(text(f"column.{c}")) for c in ("reports", "counted", "numerator", "denominator")]
    rows = [
        [Cell(r["label"], style="tight"), Cell(r["channel_label"], style="tight"), *_counts(r)]
        for r in frame.to_dicts()
    ]
    drawn = frame.filter(pl.col("rate").is_not_null()).with_columns(
        pl.format("{} {}", "label", "channel_label").alias("bar")
    )
    chart = charts.bars(drawn, label="bar", value="rate", title=title, share=True) if drawn.height else None
    _shown(text, "corrected", frame, chart, display.table([*head, num(title)], rows))


def _reasons(text: Labels, chosen: Filter) -> None:
    frame = session.ask(indicators.reasons, chosen)
    total = int(frame["cases"].sum() or 0)
    head = [Cell(text("column.group")), Cell(text("column.reason")), Cell(text("column.article"))]
    head += [num(text(f"column.{name}")) for name in ("reports", "cases", "share")]
    rows = [
        [
            Cell(text.of("line_group", row["line_group"]), style="tight"),
            Cell(row["label"], style="tight"),
            Cell(row["article"] or ""),
            num(row["reports"]),
            num(row["cases"]),
            num(display.ratio(row["cases"], total)),
        ]
        for row in frame.to_dicts()
    ]
    chart = charts.bars(frame, label="label", value="cases", title=text("column.cases"), sort=True) if total else None
    _shown(text, "reasons", frame, chart, display.table(head, rows))
    _refusers(text, chosen)


def _refusers(text: Labels, chosen: Filter) -> None:
    frame = session.ask(indicators.refusers, chosen)
    if not frame.height:
        return
    st.subheader(text("indicators.refusers"), anchor=False)
    head = [Cell(text("column.year")), Cell(text("column.agency")), Cell(text("column.province"))]
    head += [num(text(f"column.{name}")) for name in ("refused", "outcome_total", "denied_rate")]
    rows = [
        [
            Cell(row["year_key"]),
            Cell(
                row["name"] or text("unknown"),
                session.link("agencies", agency=row["agency_key"], report=row["report_key"]),
            ),
            Cell(row["province"] or text("unknown")),
            num(row["refused"]),
            num(
                row["outcome"],
                session.link("source", report=row["report_key"], cell="applications.outcome_total.total"),
            ),
            num(display.ratio(row["refused"], row["outcome"])),
        ]
        for row in frame.to_dicts()
    ]
    st.html(display.table(head, rows))


def _fees(text: Labels, chosen: Filter, by: str) -> None:
    frame = labelled(text, session.ask(indicators.fees, chosen, by), by)
    head = [Cell(text(f"by.{by}"))]
    head += [num(text(f"column.{name}")) for name in ("reports", "counted", "items", "counted", "yuan_wan")]
    rows = [
        [
            Cell(row["label"], style="tight"),
            num(row["reports"]),
            num(row["counted_items"]),
            num(row["items"]),
            num(row["counted_yuan"]),
            num(display.wan(row["yuan"])),
        ]
        for row in frame.to_dicts()
    ]
    with_yuan = frame["yuan"].is_not_null().any()
    value, title = ("wan", text("column.yuan_wan")) if with_yuan else ("items", text("column.items"))
    drawn = frame.with_columns((pl.col("yuan").cast(pl.Float64) / 10_000).alias("wan"))
    _shown(text, "fees", frame, _bars(drawn, by, value=value, title=title), display.table(head, rows))


def _procurement(text: Labels, chosen: Filter, by: str) -> None:
    frame = labelled(text, session.ask(indicators.procurement, chosen, by), by)
    names = ("reports", "counted", "projects", "yuan_wan", "per_project", "inferred")
    head = [Cell(text(f"by.{by}")), *(num(text(f"column.{name}")) for name in names)]
    rows = [
        [
            Cell(row["label"], style="tight"),
            num(row["reports"]),
            num(row["counted"]),
            num(row["projects"]),
            num(display.wan(row["yuan"])),
            num(display.wan(row["yuan"] / row["projects"]) if row["projects"] and row["yuan"] is not None else None),
            num(row["unit_inferred"]),
        ]
        for row in frame.to_dicts()
    ]
    drawn = frame.with_columns((pl.col("yuan").cast(pl.Float64) / 10_000).alias("wan"))
    chart = _bars(drawn, by, value="wan", title=text("column.yuan_wan"))
    _shown(text, "procurement", frame, chart, display.table(head, rows))
