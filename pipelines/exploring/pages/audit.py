"""审核: findings by rule, severity and place; each leads to the printed cell."""

from __future__ import annotations

import streamlit as st

from pipelines.contracts.audit import SEVERITIES
from pipelines.exploring import audit_findings, display, session
from pipelines.exploring.display import Cell, num
from pipelines.exploring.labels import Labels
from pipelines.exploring.pages.finding import findings_table
from pipelines.exploring.pages.summary import labelled
from pipelines.exploring.restriction import GROUPS, Filter


def render() -> None:
    """Draw the page."""
    text = session.labels()
    chosen = session.restriction(scope=False)
    st.html(display.heading(text("page.audit"), text("audit.under")))
    tabs = st.tabs([text("audit.list"), text("audit.rules"), text("audit.places")])
    with tabs[0]:
        _list(text, chosen)
    with tabs[1]:
        _rules(text, chosen)
    with tabs[2]:
        _places(text, chosen)


def _list(text: Labels, chosen: Filter) -> None:
    rules = session.ask(audit_findings.by_rule, chosen)
    described = {row["rule"]: text.pick(row["description_zh"], row["description_en"]) for row in rules.to_dicts()}
    first, second, third = st.columns([1, 3, 1])
    severity = first.selectbox(
        text("severity"),
        ["", *SEVERITIES],
        format_func=lambda value: text.of("severity", value) if value else text("all"),
    )
    rule = second.selectbox(
        text("column.rule"),
        ["", *described],
        format_func=lambda value: f"{described[value]} ({value})" if value else text("audit.any"),
    )
    findings, reports = session.ask(audit_findings.count, chosen, severity or "", rule or "")
    if not findings:
        session.empty(text("nothing"))
        return
    pages = min(-(-findings // audit_findings.PAGE_ROWS), audit_findings.MOST_PAGES)
    page = third.number_input(text("audit.page"), 1, pages, 1) if pages > 1 else 1
    counted = text("audit.count", n=display.number(findings), reports=display.number(reports))
    shown = "audit.pages" if pages * audit_findings.PAGE_ROWS >= findings else "audit.first_pages"
    st.html(display.paragraph(f"{counted} · {text(shown, n=display.number(pages))}"))
    frame = session.ask(audit_findings.findings, chosen, severity or "", rule or "", int(page) - 1)
    st.html(findings_table(text, frame, with_agency=True))


def _rules(text: Labels, chosen: Filter) -> None:
    frame = session.ask(audit_findings.by_rule, chosen)
    if not frame.height:
        session.empty(text("nothing"))
        return
    head = [Cell(text("column.severity")), Cell(text("column.message")), Cell(text("column.rule"))]
    head += [Cell(text("column.legal_source"))]
    head += [num(text("column.findings")), num(text("column.reports"))]
    rows = [
        [
            Cell(text.of("severity", row["severity"]), style=row["severity"]),
            Cell(text.pick(row["description_zh"], row["description_en"])),
            Cell(row["rule"]),
            Cell(text.pick(row["legal_source"], row["legal_source_en"]), style="wide"),
            num(row["findings"]),
            num(row["reports"]),
        ]
        for row in frame.to_dicts()
    ]
    st.html(display.table(head, rows))


def _places(text: Labels, chosen: Filter) -> None:
    by = st.segmented_control(
        text("by"), list(GROUPS), default="province", format_func=lambda value: text(f"by.{value}"), key="audit-by"
    )
    kind = by or "province"
    frame = labelled(text, session.ask(audit_findings.findings_by, chosen, kind), kind)
    if not frame.height:
        session.empty(text("nothing"))
        return
    head = [Cell(text(f"by.{kind}"))]
    head += [num(text(f"column.{name}")) for name in ("reports", "errors", "warnings", "with_errors", "share")]
    rows = [
        [
            Cell(row["label"]),
            *(num(row[name]) for name in ("reports", "errors", "warnings", "with_errors")),
            num(display.ratio(row["with_errors"], row["reports"])),
        ]
        for row in frame.to_dicts()
    ]
    st.html(display.table(head, rows))
