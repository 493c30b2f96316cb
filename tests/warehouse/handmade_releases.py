"""Releases of a few columns made by hand: enough to be compared and published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.durable import sha256_of
from pipelines.releases.manifest import DATABASE

NUMBERS = 10


@dataclass(frozen=True)
class Row:
    """A report: `key` is its own and that of its file, `agency` that of its agency."""

    key: int
    agency: int
    year: int = 2020
    status: str = "current"
    agency_status: str = "exact"
    scope: str = "own"
    related: int | None = None
    place: str = ""
    ordinal: int = 0
    numbers: int = NUMBERS


def town(number: int, year: int = 2020) -> Row:
    return Row(number, number, year, place=f"{year}/{number}.txt")


def release(folder: Path, reports: Sequence[Row], without: Sequence[str] = (), *, content: str = "") -> Path:
    """Write a release of these reports, without some tables or columns (`table.column`), as of this content hash."""
    integers = {"report_key": pl.Int64, "agency_sk": pl.Int64, "year_key": pl.Int32, "related_report_key": pl.Int64}
    tables = {
        "dim_report": pl.DataFrame(
            [
                (r.key, r.agency, r.year, r.related, r.agency_status, f"report {r.key}", r.scope, r.status)
                for r in reports
            ],
            schema={**integers, **dict.fromkeys(("agency_status", "title", "scope", "status"), pl.String)},
            orient="row",
        ),
        "dim_agency": pl.DataFrame(
            sorted({(r.agency, r.agency, f"agency {r.agency:03}") for r in reports}),
            schema={"agency_sk": pl.Int64, "agency_key": pl.Int64, "name": pl.String},
            orient="row",
        ),
        "report_file": pl.DataFrame(
            [(r.key, f"file {r.place or r.key}", r.ordinal, "main") for r in reports],
            schema={"report_key": pl.Int64, "file_sha256": pl.String, "ordinal": pl.Int32, "role": pl.String},
            orient="row",
        ),
        "raw_file_location": pl.DataFrame(
            sorted({(r.place, f"file {r.place or r.key}") for r in reports}),
            schema={"location": pl.String, "file_sha256": pl.String},
            orient="row",
        ),
        "cell": pl.DataFrame(
            [(r.key, 1 if n < r.numbers else None) for r in reports for n in range(NUMBERS + 2)],
            schema={"report_key": pl.Int64, "value": pl.Decimal(18, 6)},
            orient="row",
        ),
    }
    files = {}
    (folder / "parquet").mkdir(parents=True)
    for name, frame in tables.items():
        if name not in without:
            path = folder / "parquet" / f"{name}.parquet"
            frame.drop([c for c in frame.columns if f"{name}.{c}" in without]).write_parquet(path)
            files[f"parquet/{path.name}"] = {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    database = folder / DATABASE
    database.touch()
    files[database.name] = {"sha256": sha256_of(database), "bytes": 0}
    (folder / "manifest.json").write_text(json.dumps({"content_hash": content, "files": files}), encoding="utf-8")
    return folder
