"""The audit of a part: the frames that it needs from the slices of the part, and the findings from its evaluations.

Belongs here: what of which slice is audited. Keep out: rules (`auditing`), which report is last year's (`run_frames`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.attributes import NONE_BESIDE, with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.warehouse.slices import Slices

_CELL_COLUMNS = (
    *(
        "report_key",
        "year_key",
        "cell_path",
        "cell_order",
        "table_id",
        "row_id",
        "column_id",
        "is_statutory",
        "raw_text",
    ),
    *("status", "value", "unit", "yuan", "unit_source", "matched_by", "note"),
)
AUDITED = (
    *("audited", "dim_year", "cell", "report_section", "unmapped_row", "narrative_figure"),
    *("below", "last cell", "last report_section"),
)


def audit_evaluation(slices: Slices) -> pl.DataFrame:
    """Return the evaluations of all rules for the reports of a part (slices AUDITED)."""
    cells = slices.frame("cell", *_CELL_COLUMNS)
    known, sections = slices.frame("audited"), slices.frame("report_section")
    folders, beside = known.select("report_key", "folder_year"), known.select(NONE_BESIDE.columns)
    reports = known.drop("folder_year", "files_beside", "files_beside_en")
    attributes = with_attributes(reports, sections, cells, folders, slices.frame("dim_year"), beside=beside)
    audited = Audited(
        cells,
        attributes,
        slices.frame("unmapped_row"),
        slices.frame("narrative_figure"),
        _unless_empty(slices.frame("last cell")),
        _unless_empty(slices.frame("below")),
        sections,
        _unless_empty(slices.frame("last report_section")),
    )
    return evaluate(audited).select(contract("audit_evaluation").columns)


def _unless_empty(frame: pl.DataFrame) -> pl.DataFrame | None:
    return None if frame.is_empty() else frame


def audit_finding(slices: Slices) -> pl.DataFrame:
    """Return the findings of a part, from its evaluations (slice audit_evaluation)."""
    return findings(slices.frame("audit_evaluation"))
