"""Reports as they were read -> what is known of each by itself: its agency, cells, unmapped rows and findings.

Belongs here: one report at a time, judged as in a release. Keep out: reading files (`read_files`), which needs no
polars, and printing (`commands`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.agencies.assigning import agency_found
from pipelines.agencies.resolver import resolver
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts.frames import CELL_PATH
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.engine.stored_tables import LATEST_YEAR, Tables
from pipelines.warehouse.dimensions import dim_year


def reports_of(digest: str | None, tables: Tables) -> list[dict[str, Any]]:
    """Return the reports of a file."""
    reports = [report for report in tables["reports"].to_pylist() if report["file_sha256"] == digest]
    frames = {name: _frame(table) for name, table in tables.items() if "report_key" in table.column_names}
    return [_report(report, _of_report(frames, report["report_key"])) for report in reports]


def _of_report(frames: dict[str, pl.DataFrame], key: int) -> dict[str, pl.DataFrame]:
    return {name: frame.filter(pl.col("report_key") == key) for name, frame in frames.items()}


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _report(report: dict[str, Any], tables: dict[str, pl.DataFrame]) -> dict[str, Any]:
    year = pl.lit(report["year"], pl.Int32).alias("year_key")
    cells = tables["cells"].with_columns(CELL_PATH, year)
    unmapped = tables["unmapped_rows"].with_columns(year)
    as_text = unmapped.with_columns(pl.col("cells").list.join(" | "))
    reports = tables["reports"].with_columns(year)
    sections = tables["sections"].with_columns(year)
    agency = _agency(report, sections)
    figures = tables["figures"].with_columns(year)
    attributes = _attributes(reports, agency, sections, cells)
    found = findings(evaluate(Audited(cells, attributes, as_text, figures)))
    return {
        "title": report["title"],
        "agency": report["agency_printed"],
        "year": report["year"] or None,
        "form": report["form"],
        "published_on": report["published_on"].isoformat() if report["published_on"] else None,
        "agency_match": agency,
        "cells": _with_corrections({row["cell_path"]: _cell(row) for row in cells.iter_rows(named=True)}, report),
        "unmapped": [_unmapped(row) for row in unmapped.iter_rows(named=True)],
        "findings": [_finding(row) for row in found.iter_rows(named=True)],
    }


def _agency(report: dict[str, Any], sections: pl.DataFrame) -> dict[str, Any]:
    """Return status, code, path and type of the agency, from what is printed: nothing is known of the address."""
    text = "\n".join(part for row in sections.select("heading", "body").rows() for part in row if part)
    printed = report["agency_code_printed"]
    found = resolver().resolve(report["agency_printed"], report["year"], text=text, index_number=printed)
    best = found.candidates[0] if found.candidates and found.status in ("exact", "inferred") else None
    level = None if best is None else "township" if best.township else best.division.level
    path = None if best is None else f"{best.path}/{best.township}" if best.township else best.path
    known: dict[str, Any] = {"status": found.status, "code": best.division.code if best else None, "path": path}
    agency = agency_found(found, report["year"]) if best else None
    known |= {"name": agency and agency.name, "agency_key": agency and agency.agency_key}
    code = {"agency_code": found.code.text if found.code else None, "code_conflict": found.code_conflict}
    known |= {"agency_type": found.organ.type, "level": level, **code}
    return known | {"scope": found.scope, "scope_basis": found.scope_basis}


def _prefecture(agency: dict[str, Any]) -> str | None:
    """Return the division of an agency of prefecture level."""
    return str(agency["path"]).rpartition("/")[2] if agency["level"] == "prefecture" else None


def _attributes(
    reports: pl.DataFrame, agency: dict[str, Any], sections: pl.DataFrame, cells: pl.DataFrame
) -> pl.DataFrame:
    known = reports.with_columns(
        agency_status=pl.lit(agency["status"]),
        agency_type=pl.lit(agency["agency_type"], pl.String),
        agency_level=pl.lit(agency["level"], pl.String),
        agency_code=pl.lit(agency["agency_code"], pl.String),
        code_conflict=pl.lit(agency["code_conflict"], pl.String),
        prefecture=pl.lit(_prefecture(agency), pl.String),
        division_code=pl.lit(agency["code"], pl.String),
        status=pl.lit("current"),
    )
    folders = pl.DataFrame(schema={"report_key": pl.Int64, "folder_year": pl.Int32})
    return with_attributes(known, sections, cells, folders, dim_year(LATEST_YEAR))


def _number(value: Decimal | None) -> int | float | None:
    """Return an exact number for JSON: a whole one as int; others have at most six decimals, which a float holds."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    cell = {
        "value": _number(row["value"]),
        "status": row["status"],
        "raw": row["raw_text"],
        "matched_by": row["matched_by"],
        "unit": row["unit"],
    }
    if row["unit_source"] is not None:
        cell |= {"yuan": None if row["yuan"] is None else str(row["yuan"]), "unit_source": row["unit_source"]}
    if row["note"] is not None:
        cell["note"] = row["note"]
    cell["place"] = _place(row)
    return cell


def _place(row: dict[str, Any]) -> dict[str, Any]:
    names = ("page", "line_number", "grid", "grid_row", "grid_col", "bbox", "cell_reference", "confidence")
    return {name: row[name] for name in names if row[name] is not None}


def _with_corrections(cells: dict[str, Any], report: dict[str, Any]) -> dict[str, Any]:
    """Mark the cells that a correction by content holds for; where a file was published is not known here."""
    for entry in cell_corrections():
        cell = cells.get(entry.cell)
        is_own = entry.sha256 == report["file_sha256"] and entry.report == report["ordinal"]
        if cell is not None and is_own and entry.misfit({"raw_text": cell["raw"]}) is None:
            cell["correction"] = _corrected(entry)
    return cells


def _corrected(entry: CellCorrection) -> dict[str, Any]:
    return {"value": _number(entry.value), "unit": entry.unit, "reason": entry.reason, "evidence": entry.evidence}


def _unmapped(row: dict[str, Any]) -> dict[str, Any]:
    told = {"table": row["table_id"], "label": row["label"], "values": row["cells"], "line": row["line_number"]}
    return {**told, "place": _place(row)}


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("rule", "severity", "outcome", "scope", "message", "message_en", "cell_path", "hint", "hint_en")
    numbers = {k.removesuffix("_value"): _number(row[k]) for k in ("left_value", "right_value", "difference")}
    return {**{k: row[k] for k in keys}, **numbers}
