"""cell_correction: the declared corrections compared with the cells of the release.

Belongs here: finding the cells that entries name. Keep out: what an entry is (`corrections.cells`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.corrected_cells import CELL_COLUMNS, held_against
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.warehouse.run_inputs import DeclaredInputs


def cell_correction(inputs: DeclaredInputs, entries: tuple[CellCorrection, ...] | None = None) -> pl.DataFrame:
    """Return cell_correction for the corrections of the project, or for others."""
    declared = cell_corrections() if entries is None else entries
    return held_against(declared, _named_cells(inputs, {entry.cell for entry in declared}))


def _named_cells(inputs: DeclaredInputs, paths: set[str]) -> pl.DataFrame:
    made_of = inputs.table("report_file").filter(pl.col("role") == "main")
    places = inputs.table("raw_file_location").select("location", "file_sha256")
    cells = inputs.scan("cell")
    if not paths:
        return pl.DataFrame(schema=CELL_COLUMNS)
    named = cells.filter(pl.col("cell_path").is_in(sorted(paths)))
    found = named.select("report_key", "year_key", "cell_path", "raw_text", "value", "yuan").collect()
    sources = made_of.select("report_key", "file_sha256", "ordinal").join(places, on="file_sha256")
    return found.join(sources, on="report_key").select(list(CELL_COLUMNS))
