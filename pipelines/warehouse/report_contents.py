"""What reports hold, in parts: cells, rows that no row of a form explains, text by section, figures of the text.

Belongs here: rows of the work store under the report that they are of. Keep out: which files make a report
(`report_sources`), what a report is (`reports`), facts.
"""

from __future__ import annotations

import polars as pl

from pipelines.agencies.assigning import agency_match as matches_of
from pipelines.contracts import contract
from pipelines.contracts.frames import CELL_PATH
from pipelines.warehouse.report_sources import MAIN
from pipelines.warehouse.reports import as_assigned
from pipelines.warehouse.slices import Slices


def cell(slices: Slices) -> pl.DataFrame:
    """Return the cells of a part (slice work:cells)."""
    return slices.scan("work:cells").with_columns(CELL_PATH).select(contract("cell").columns).collect()


def unmapped_row(slices: Slices) -> pl.DataFrame:
    """Return the unmapped rows of a part (slice work:unmapped_rows), their cells as a JSON list."""
    as_json = pl.format("[{}]", pl.col("cells").list.eval(_json_text(pl.element())).list.join(", "))
    return slices.frame("work:unmapped_rows").with_columns(cells=as_json).select(contract("unmapped_row").columns)


def _json_text(text: pl.Expr) -> pl.Expr:
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.format(
        '"{}"', escaped.str.replace_all("\n", "\\n", literal=True).str.replace_all("\t", "\\t", literal=True)
    )


def report_section(slices: Slices) -> pl.DataFrame:
    """Return the text of a part by section (slice work:sections)."""
    # A report of a page and an attachment has its words from the page; the attachment only adds what that lacks.
    ordered = slices.frame("work:sections").sort(pl.col("role") != MAIN, "source_key")
    return ordered.unique(["report_key", "section"], keep="first").select(contract("report_section").columns)


def narrative_figure(slices: Slices) -> pl.DataFrame:
    """Return the figures that the text of a part states (slice work:figures); attachments state none of their own."""
    return slices.frame("work:figures").filter(pl.col("role") == MAIN).select(contract("narrative_figure").columns)


def agency_match(slices: Slices) -> pl.DataFrame:
    """Return agency_match of a part (slice identified): the candidates for the agency of each report."""
    return matches_of(as_assigned(slices.frame("identified")))
