"""cell_correction: the declared corrections compared with the cells of the release.

Belongs here: finding the cells that entries name. Keep out: what an entry is (`corrections.cells`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.corrected_cells import CELL_COLUMNS, held_against
from pipelines.contracts.codes import code_list
from pipelines.corrections.cells import PATH, CellCorrection, cell_corrections, twice
from pipelines.declarations import refused
from pipelines.warehouse.run_inputs import DeclaredInputs

(_APPLIED,) = code_list("correction_state").named("applied")


def cell_correction(inputs: DeclaredInputs, entries: tuple[CellCorrection, ...] | None = None) -> pl.DataFrame:
    """Return cell_correction for the corrections of the project, or for others.

    Raises DeclarationError where entries that name their file in two ways hold for one cell.
    """
    declared = cell_corrections() if entries is None else entries
    found = held_against(declared, _named_cells(inputs, {entry.cell for entry in declared}))
    applied = found.filter(pl.col("state") == _APPLIED).sort("correction")
    both = applied.with_columns(first=pl.col("correction").first().over("report_key", "cell_path"))
    pairs = both.filter(pl.col("correction") != pl.col("first")).select("first", "correction").unique().sort(pl.all())
    if not pairs.is_empty():
        raise refused(PATH, (twice(declared, first - 1, second - 1) for first, second in pairs.iter_rows()))
    return found


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
