"""A small frame as CSV that opens in Chinese Excel: with a byte order mark, and no text that becomes a formula."""

from __future__ import annotations

import csv
import io

import polars as pl

from pipelines.exporting.safe_text import safe_text
from pipelines.shown import in_cell


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([safe_text(name) for name in frame.columns])
    for row in frame.rows():
        writer.writerow([safe_text(in_cell(value)) if isinstance(value, str) else value for value in row])
    return written.getvalue().encode("utf-8-sig")
