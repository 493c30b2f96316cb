"""The hash of a table is that of its rows as they are now, in whatever order."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from pipelines.contracts import CONTRACTS
from pipelines.warehouse.content import content_of
from pipelines.warehouse.dimensions import dim_year

_TABLE = CONTRACTS["dim_year"]


def written(frame: pl.DataFrame, path: Path) -> Path:
    """Write a table under a name, and let the time of the file be the same each time."""
    frame.write_parquet(path, compression="uncompressed")
    os.utime(path, (0, 0))
    return path


def test_a_file_that_is_written_again_is_hashed_again(tmp_path: Path) -> None:
    frame, path = dim_year(2026), tmp_path / "part-0.parquet"
    first = content_of(_TABLE, [written(frame, path)])
    size = path.stat().st_size
    other = content_of(_TABLE, [written(frame.with_columns(pl.col("year_key") + 1), path)])
    assert path.stat().st_size == size and other[0] == first[0] == frame.height
    assert other[1] != first[1]
    assert content_of(_TABLE, [written(frame.reverse(), path)]) == first


def test_the_hashes_of_files_add_up(tmp_path: Path) -> None:
    frame = dim_year(2026)
    files = [written(frame[:3], tmp_path / "a.parquet"), written(frame[3:], tmp_path / "b.parquet")]
    each = [content_of(_TABLE, [file]) for file in files]
    whole = content_of(_TABLE, files)
    assert whole == (sum(rows for rows, _ in each), str(sum(int(content) for _, content in each)))
    assert content_of(_TABLE, [written(frame[:0], tmp_path / "c.parquet")]) == (0, "0")
