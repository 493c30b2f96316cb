"""A small frame as CSV that opens in Chinese Excel: with a byte order mark, and no text that becomes a formula.

NULL is nothing and an empty text two quotes, as in exports.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from pipelines.exporting.csv_values import text


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Return a frame as CSV."""
    rows = ([_written(value) for value in row] for row in (tuple(frame.columns), *frame.rows()))
    return "".join(f"{','.join(row)}\r\n" for row in rows).encode("utf-8-sig")


def _written(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int | float | Decimal) else text(str(value))
