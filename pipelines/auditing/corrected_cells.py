"""Corrections held against cells: which cell each is for, and whether it still prints what was corrected.

Belongs here: rows of cell_correction. Keep out: what an entry is (`corrections.cells`), changing any published value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.column_types import NUMBER, YUAN
from pipelines.contracts.frames import dtype_of
from pipelines.corrections.cells import CellCorrection
from pipelines.messages import detail_columns, kept

# What `held_against` needs of a cell.
CELL_COLUMNS: dict[str, Any] = {
    "report_key": pl.Int64,
    "year_key": pl.Int32,
    "cell_path": pl.String,
    "raw_text": pl.String,
    "value": dtype_of(NUMBER),
    "yuan": dtype_of(YUAN),
    "file_sha256": pl.String,
    "location": pl.String,
    "ordinal": pl.Int32,
}


def held_against(entries: Sequence[CellCorrection], cells: pl.DataFrame) -> pl.DataFrame:
    """Return cell_correction: every entry with the cells it is for, and whether it still fits.

    `cells` are rows of the cells that entries name: report_key, year_key, cell_path, raw_text, value, file_sha256,
    location, and `ordinal`, the report's place in its file.
    """
    rows = [row for ordinal, entry in enumerate(entries, start=1) for row in _rows(ordinal, entry, cells)]
    table = contract("cell_correction")
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


def _rows(ordinal: int, entry: CellCorrection, cells: pl.DataFrame) -> list[dict[str, Any]]:
    if entry.location_pattern is None:
        own = pl.col("file_sha256") == pl.lit(entry.sha256)
    else:
        own = pl.col("location").str.contains(entry.location_pattern)
    named = cells.filter(own & (pl.col("ordinal") == entry.report) & (pl.col("cell_path") == entry.cell))
    found = named.unique("report_key", keep="first").sort("report_key")
    declared = {
        "correction": ordinal,
        "cell_path": entry.cell,
        "printed": entry.printed,
        "corrected_value": entry.value,
        "corrected_yuan": entry.yuan,
        "reason": entry.reason,
        "evidence": entry.evidence,
    }
    if found.is_empty():
        where = entry.sha256 or entry.location
        told = detail_columns(kept("auditing.correction_unused", where=where))
        return [declared | {"report_key": 0, "state": "unused"} | told]
    return [declared | _fit(entry, row) for row in found.iter_rows(named=True)]


def _fit(entry: CellCorrection, row: dict[str, Any]) -> dict[str, Any]:
    differs = entry.misfit(row)
    found = {name: row[name] for name in ("report_key", "year_key")} | {"published_value": row["value"]}
    if differs is None:
        return found | {"state": "applied"} | detail_columns(None)
    told = kept("auditing.correction_expired", found=differs.found, expected=differs.expected)
    return found | {"state": "expired"} | detail_columns(told)
