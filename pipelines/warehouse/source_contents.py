"""What each source says in numbers, in one row: which cells were found, and by what it equals another source.

It follows from the file and the reader alone, so it is worked out once for each source and kept in the work folder.
Belongs here: working it out and keeping it. Keep out: which of several reports counts (`standing`).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.engine.work_store import reader_fingerprint
from pipelines.warehouse.copies import NUMBERS, SAID, in_one_hash, summed_up
from pipelines.warehouse.kept_rows import KeptRows
from pipelines.warehouse.run_inputs import DeclaredInputs
from pipelines.warehouse.table_code import table_code

_STATUSES = code_list("cell_status")
(_VALUE,) = _STATUSES.named("value")
# Sources whose cells are in memory at once.
_SOURCES_AT_ONCE = 10_000
SCHEMA: dict[str, Any] = {
    **SAID,
    "in_tables": pl.Boolean,
    **{f"cells_{status}": pl.Int32 for status in _STATUSES},
}


def in_tables(inputs: DeclaredInputs, sources: pl.Series) -> pl.LazyFrame:
    """Scan what some sources say in numbers in their tables (NUMBERS): their statutory cells."""
    cells = inputs.extracted_rows("cells", sources).filter("is_statutory").with_columns(place="cell_order")
    return cells.select(pl.col(name).cast(dtype) for name, dtype in NUMBERS.items())


def in_words(inputs: DeclaredInputs, sources: pl.Series) -> pl.LazyFrame:
    """Scan what some sources say in numbers in their text (NUMBERS)."""
    figures = inputs.extracted_rows("figures", sources).with_columns(place="ordinal", status=pl.lit(_VALUE))
    return figures.select(pl.col(name).cast(dtype) for name, dtype in NUMBERS.items())


def _sections(inputs: DeclaredInputs, sources: pl.Series) -> pl.LazyFrame:
    return inputs.extracted_rows("sections", sources)


def said_by_sources(inputs: DeclaredInputs, sources: pl.Series) -> pl.DataFrame:
    """Return what each source says (columns of SCHEMA, under its own key); of one without numbers content is empty."""
    # Opened before it is known whether any source is new: what a table reads must not depend on that.
    in_tables(inputs, sources.clear())
    in_words(inputs, sources.clear())
    _sections(inputs, sources.clear())
    kept = KeptRows(inputs.source_cache / "contents", f"{reader_fingerprint()}-{table_code('contents')[:16]}", SCHEMA)
    found = kept.read()
    known = pl.DataFrame(schema=SCHEMA) if found is None else found
    mine = known.filter(pl.col("report_key").is_in(sources.implode()))
    new = sources.filter(~sources.is_in(mine["report_key"].implode())).unique().sort()
    parts = [_said(inputs, new.slice(start, _SOURCES_AT_ONCE)) for start in range(0, len(new), _SOURCES_AT_ONCE)]
    whole = pl.concat([mine, *parts])
    if parts or whole.height != known.height:
        kept.write(whole)
    return whole


def _said(inputs: DeclaredInputs, sources: pl.Series) -> pl.DataFrame:
    cells = inputs.extracted_rows("cells", sources).filter("is_statutory")
    counts = [(pl.col("status") == status).sum().cast(pl.Int32).alias(f"cells_{status}") for status in _STATUSES]
    covered = cells.group_by("report_key").agg(counts).with_columns(in_tables=pl.lit(True))
    printed = in_tables(inputs, sources)
    said = summed_up(pl.concat([printed, in_words(inputs, sources).join(printed, on="report_key", how="anti")]))
    every = sources.alias("report_key").to_frame().lazy()
    worded = in_one_hash(_sections(inputs, sources))
    rows = every.join(said.drop("words"), on="report_key", how="left").join(covered, on="report_key", how="left")
    rows = rows.join(worded, on="report_key", how="left")
    empty = {"content": "", "in_tables": False}
    filled = rows.with_columns(pl.col(name).fill_null(value) for name, value in empty.items())
    return (
        filled.with_columns(pl.col(pl.Int32, pl.Int64).fill_null(0))
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
        .collect()
    )
