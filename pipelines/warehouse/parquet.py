"""Frames -> Parquet files of a table: contract checked, sorted, byte-stable, with labels in the metadata."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Table
from pipelines.contracts.arrow import arrow_schema

# As many rows as DuckDB has in a group of its own: the unit that its threads share work by, and that look-ups skip.
_ROW_GROUP = 122_880


def to_arrow(table: Table, frame: pl.DataFrame) -> pa.Table:
    """Return a frame that keeps its contract as an Arrow table in the table's schema. Raises ContractViolation."""
    checked = table.validate(frame.select(table.columns))
    return checked.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(arrow_schema(table))


def write_chunks(table: Table, chunks: Iterable[pl.DataFrame], path: Path) -> int:
    """Write frames, each sorted and in order, as one Parquet file that appears at once; returns the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    rows = 0
    with pq.ParquetWriter(part, arrow_schema(table), compression="zstd") as writer:
        for chunk in chunks:
            arrow = to_arrow(table, chunk.sort(table.sort))
            writer.write_table(arrow, row_group_size=_ROW_GROUP)
            rows += arrow.num_rows
    part.replace(path)
    return rows


def write_frame(table: Table, frame: pl.DataFrame, path: Path) -> int:
    """Write a frame, sorted, as one Parquet file that appears at once; returns the rows. Raises ContractViolation."""
    return write_chunks(table, [frame], path)


def table_folder(star: Path, table: Table) -> Path:
    """Return the folder of a partitioned table, or the folder in which the file of a dimension stands."""
    return star / table.name if table.partitioned else star


def table_file(star: Path, table: Table, year: int | None = None) -> Path:
    """Return the file of a table: <name>.parquet, or the first part of a year, <name>/year_key=<Y>/part-0.parquet."""
    if not table.partitioned:
        return star / f"{table.name}.parquet"
    return star / table.name / f"year_key={year}" / "part-0.parquet"


def table_files(star: Path, table: Table) -> list[Path]:
    """Return the files of a table that exist, in order of year and part."""
    if not table.partitioned:
        path = table_file(star, table)
        return [path] if path.exists() else []
    # By length first, since part-10 comes after part-9.
    return sorted(table_folder(star, table).glob("year_key=*/*.parquet"), key=lambda f: (f.parent, len(f.name), f.name))


def read_frame(star: Path, table: Table) -> pl.DataFrame:
    """Read a whole table; without any file an empty frame."""
    files = table_files(star, table)
    return pl.concat([pl.read_parquet(f, hive_partitioning=False) for f in files]) if files else table.empty()
