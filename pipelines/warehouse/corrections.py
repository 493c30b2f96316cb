"""cell_correction: the declared corrections held against the cells of the release.

Belongs here: finding the cells that entries name. Keep out: what an entry is (`corrections.cells`).
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.corrected_cells import CELL_COLUMNS, held_against
from pipelines.contracts import contract
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.warehouse.parquet import read_frame, table_files
from pipelines.warehouse.run_inputs import RunInputs


def cell_correction(snapshot: RunInputs, entries: tuple[CellCorrection, ...] | None = None) -> pl.DataFrame:
    """Return cell_correction for the corrections of the project, or for others."""
    declared = cell_corrections() if entries is None else entries
    return held_against(declared, _named_cells(snapshot, {entry.cell for entry in declared}))


def _named_cells(snapshot: RunInputs, paths: set[str]) -> pl.DataFrame:
    star = snapshot.layout.star
    files = table_files(star, contract("cell"))
    if not paths or not files:
        return pl.DataFrame(schema=CELL_COLUMNS)
    made_of = read_frame(star, contract("report_file")).filter(pl.col("role") == "main")
    places = read_frame(star, contract("raw_file_location")).select("location", "file_sha256")
    named = pl.scan_parquet(files, hive_partitioning=False).filter(pl.col("cell_path").is_in(sorted(paths)))
    cells = named.select("report_key", "year_key", "cell_path", "raw_text", "value", "yuan").collect()
    sources = made_of.select("report_key", "file_sha256", "ordinal").join(places, on="file_sha256")
    return cells.join(sources, on="report_key").select(list(CELL_COLUMNS))
