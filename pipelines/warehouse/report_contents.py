"""What reports hold, by year: cells, rows that no row of a form explains, text by section, figures of the text.

Belongs here: rows of the work store under the report that they are of. Keep out: which files make a report
(`report_sources`), what a report is (`reports`), facts.
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.frames import CELL_PATH
from pipelines.warehouse.report_sources import DUPLICATE, MAIN
from pipelines.warehouse.run_inputs import DeclaredInputs


def cell(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of some reports (rows of dim_report)."""
    rows = inputs.extracted_of("cells", _sources(inputs, reports))
    return rows.with_columns(CELL_PATH).select(contract("cell").columns).collect()


def unmapped_row(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the unmapped rows of some reports, their cells as a JSON list."""
    rows = inputs.extracted_of("unmapped_rows", _sources(inputs, reports)).collect()
    as_json = pl.format("[{}]", pl.col("cells").list.eval(_json_text(pl.element())).list.join(", "))
    return rows.with_columns(cells=as_json).select(contract("unmapped_row").columns)


def _json_text(text: pl.Expr) -> pl.Expr:
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.format(
        '"{}"', escaped.str.replace_all("\n", "\\n", literal=True).str.replace_all("\t", "\\t", literal=True)
    )


def report_section(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the text of some reports by section."""
    rows = inputs.extracted_of("sections", _sources(inputs, reports)).collect()
    # A report of a page and an attachment has its words from the page; the attachment only adds what that lacks.
    first = rows.sort(pl.col("role") != MAIN, "source_key").unique(["report_key", "section"], keep="first")
    return first.select(contract("report_section").columns)


def narrative_figure(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the figures that the text of some reports states; attachments state none of their own."""
    main = _sources(inputs, reports).filter(pl.col("role") == MAIN)
    return inputs.extracted_of("figures", main).collect().select(contract("narrative_figure").columns)


def _sources(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each source of each report."""
    made_of = inputs.table("report_file").filter(pl.col("role") != DUPLICATE)
    return reports.join(made_of.select("report_key", "source_key", "role"), on="report_key")
