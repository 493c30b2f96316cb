"""Findings as a table, on the pages of agencies, audit and sources."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.exploring import display, session
from pipelines.exploring.display import Cell
from pipelines.exploring.labels import Labels
from pipelines.forms.measures import with_labels


def findings_table(text: Labels, findings: pl.DataFrame, *, with_agency: bool) -> str:
    """Return findings as HTML: each message leads to the printed cell, or to the report where it is of no cell."""
    head = [text("column.severity"), text("column.message"), text("column.hint"), text("column.rule")]
    if with_agency:
        head[1:1] = [text("column.year"), text("column.agency")]
    rows = []
    for row in findings.to_dicts():
        to_cell = session.link("source", report=row["report_key"], cell=row["cell_path"] or "")
        cells = [
            Cell(text.of("severity", row["severity"]), style=f"tight {row['severity']}"),
            Cell(in_words(text, row, "message"), to_cell, "wide"),
            Cell(in_words(text, row, "hint"), style="wide" if row["hint"] else ""),
            Cell(row["rule"], style="tight"),
        ]
        if with_agency:
            of_agency = session.link("agencies", agency=row["agency_key"], report=row["report_key"])
            cells[1:1] = [
                Cell(row["year_key"], style="tight"),
                Cell(row["agency_name"] or text("unknown"), of_agency, "wide"),
            ]
        rows.append(cells)
    return display.table(head, rows)


def in_words(text: Labels, row: dict[str, Any], name: str) -> str:
    """Return what a finding tells in a column, in the language of the page, with labels for paths; empty for none."""
    return with_labels(text.pick(row[name] or "", row[f"{name}_en"]), text.language)
