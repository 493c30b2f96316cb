"""Rows that a run worked out and the next one need not: kept in the work folder under what they depend on besides.

Belongs here: keeping a frame, and finding it again. Keep out: what the rows are (`agencies`, `source_contents`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl


class KeptRows:
    """A frame of a declared schema below a folder; under another fingerprint it is another, and the old one goes."""

    def __init__(self, folder: Path, fingerprint: str, schema: Mapping[str, Any]) -> None:
        self._path = folder / f"{fingerprint}.parquet"
        self._schema = dict(schema)

    def read(self) -> pl.DataFrame | None:
        """Return what was kept; None where there is no such file, or it cannot be read: then it is worked out anew."""
        try:
            found = pl.read_parquet(self._path, hive_partitioning=False)
        except (OSError, pl.exceptions.PolarsError):
            return None
        return found if found.schema == pl.Schema(self._schema) else None

    def write(self, rows: pl.DataFrame) -> None:
        """Keep rows in the place of those that were kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        rows.select(list(self._schema)).write_parquet(part)
        part.replace(self._path)
        for other in self._path.parent.glob("*.parquet"):
            if other != self._path:
                other.unlink()
