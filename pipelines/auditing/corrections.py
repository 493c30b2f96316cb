"""Corrections of printed numbers by hand, as data that expires: which cell, what it should say, and why.

Belongs here: reading corrections and holding them against cells. Keep out: changing any published value.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml

from pipelines.contracts import contract
from pipelines.contracts.column_types import NUMBER, YUAN
from pipelines.contracts.frames import dtype_of
from pipelines.forms import FORMS

CORRECTIONS = Path(__file__).with_name("corrections.yml")
_FIELDS = {"sha256", "location", "report", "cell", "printed", "value", "unit", "reason", "evidence"}
_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_AMOUNTS = (".total_amount", ".amount_collected")

# What `cell_corrections` needs of a cell.
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


class CorrectionError(Exception):
    """A correction that cannot be used: names the entry, what was expected and what to do."""


class Correction(NamedTuple):
    """What a printed number should be. `value` None: the number should not be used; `ordinal` counts from 1."""

    ordinal: int
    sha256: str | None
    location: str | None
    report: int
    cell: str
    printed: str
    value: Decimal | None
    unit: str | None
    reason: str
    evidence: str

    @property
    def yuan(self) -> Decimal | None:
        """Return the amount in yuan; None where it is no amount."""
        return None if self.value is None or self.unit is None else self.value * _YUAN[self.unit]


def read_corrections(path: Path = CORRECTIONS) -> tuple[Correction, ...]:
    """Read the corrections. Raises CorrectionError naming the entry and what it lacks."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["corrections"]
    return tuple(_correction(f"{path.name}, entry {n}", n, entry) for n, entry in enumerate(entries, start=1))


def _correction(where: str, ordinal: int, entry: Any) -> Correction:
    if not isinstance(entry, dict) or set(entry) - _FIELDS:
        raise CorrectionError(f"{where}: expected a mapping with no other fields than {', '.join(sorted(_FIELDS))}")
    if ("sha256" in entry) == ("location" in entry):
        raise CorrectionError(f"{where}: name the file by either sha256 or location")
    missing = [name for name in ("cell", "printed", "reason", "evidence") if not entry.get(name)]
    if missing or "value" not in entry:
        raise CorrectionError(f"{where}: lacks {', '.join([*missing, *([] if 'value' in entry else ['value'])])}")
    cell, unit = str(entry["cell"]), entry.get("unit")
    if not any(cell == ".".join(path) for form in FORMS.values() for path in form.cell_paths):
        raise CorrectionError(f"{where}: no form has the cell {cell!r}; docs/dictionary.md lists them")
    if cell.endswith(_AMOUNTS) != (unit is not None) and entry["value"] is not None:
        raise CorrectionError(f"{where}: an amount needs a unit ({', '.join(_YUAN)}), a count has none")
    if unit is not None and unit not in _YUAN:
        raise CorrectionError(f"{where}: unknown unit {unit!r}; known: {', '.join(_YUAN)}")
    value = None if entry["value"] is None else Decimal(str(entry["value"]))
    return Correction(
        ordinal,
        entry.get("sha256"),
        entry.get("location"),
        int(entry.get("report", 0)),
        cell,
        str(entry["printed"]),
        value,
        unit,
        entry["reason"],
        entry["evidence"],
    )


def cell_corrections(entries: tuple[Correction, ...], cells: pl.DataFrame) -> pl.DataFrame:
    """Return cell_correction: every entry with the cells it is for, and whether it still fits.

    `cells` are rows of the cells that entries name: report_key, year_key, cell_path, raw_text, value, file_sha256,
    location, and `ordinal`, the report's place in its file.
    """
    rows = [row for entry in entries for row in _held_against(entry, cells)]
    table = contract("cell_correction")
    return pl.DataFrame(rows, schema=table.dtypes, orient="row").sort(table.sort)


def _held_against(entry: Correction, cells: pl.DataFrame) -> list[dict[str, Any]]:
    if entry.location is None:
        own = pl.col("file_sha256") == pl.lit(entry.sha256)
    else:
        own = pl.col("location").str.contains("^" + re.escape(entry.location).replace(r"\*", ".*") + "$")
    named = cells.filter(own & (pl.col("ordinal") == entry.report) & (pl.col("cell_path") == entry.cell))
    found = named.unique("report_key", keep="first").sort("report_key")
    told = {
        "correction": entry.ordinal,
        "cell_path": entry.cell,
        "printed": entry.printed,
        "corrected_value": entry.value,
        "corrected_yuan": entry.yuan,
        "reason": entry.reason,
        "evidence": entry.evidence,
    }
    if found.is_empty():
        where = entry.sha256 or entry.location
        return [told | {"report_key": 0, "state": "unused", "detail": f"no report of {where} has this cell"}]
    return [told | _fit(entry, row) for row in found.iter_rows(named=True)]


def _fit(entry: Correction, row: dict[str, Any]) -> dict[str, Any]:
    same = row["raw_text"] == entry.printed
    detail = None if same else f"the cell prints {row['raw_text']!r} now, not {entry.printed!r}"
    state = "applied" if same else "expired"
    kept = {name: row[name] for name in ("report_key", "year_key")}
    return kept | {"published_value": row["value"], "state": state, "detail": detail}
