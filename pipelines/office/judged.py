"""Reports as they were read -> what is known of each by itself: its agency, cells, unmapped rows and findings.

Belongs here: reports judged each by itself, as in a release. Keep out: reading files (`read_files`), which needs no
polars, and printing (`commands`).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.agencies.assigning import agency_found
from pipelines.agencies.resolver import resolver
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts.codes import code_list
from pipelines.contracts.frames import CELL_PATH
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.engine.stored_tables import LATEST_YEAR, Tables
from pipelines.warehouse.copies import NUMBERS
from pipelines.warehouse.dimensions import dim_year

(_VALUE,) = code_list("cell_status").named("value")
# What is stated of a report before its agency is known.
STATED = (
    "report_key",
    "file_sha256",
    "ordinal",
    "title",
    "agency_printed",
    "year",
    "published_on",
    "form",
    "media_type",
)
_ATTRIBUTES: dict[str, Any] = {
    "report_key": pl.Int64,
    **dict.fromkeys(("agency_status", "agency_type", "agency_level", "agency_code", "code_conflict"), pl.String),
    **dict.fromkeys(("prefecture", "division_code", "status"), pl.String),
}


class Judged:
    """Reports that were read together: all are audited at once, since a rule takes as long for one as for a hundred."""

    def __init__(self, tables: Tables) -> None:
        self._reports = tables["reports"].to_pylist()
        frames = {name: _frame(table) for name, table in tables.items() if "report_key" in table.column_names}
        years = frames["reports"].select("report_key", year_key=pl.col("year").cast(pl.Int32))
        self._frames = {
            name: frame.join(years, on="report_key", how="left", maintain_order="left")
            for name, frame in frames.items()
        }
        self._frames["cells"] = self._frames["cells"].with_columns(CELL_PATH)

    def reports_of(self, digest: str | None) -> list[dict[str, Any]]:
        """Return the reports of a file."""
        return [self._report(report) for report in self._reports if report["file_sha256"] == digest]

    def stated_of(self, digest: str | None) -> list[dict[str, Any]]:
        """Return what is stated of the reports of a file (STATED), in the order of `reports_of`."""
        return [{name: row[name] for name in STATED} for row in self._reports if row["file_sha256"] == digest]

    def numbers_of(self, key: int) -> pl.DataFrame:
        """Return what a report says in numbers (rows NUMBERS): its statutory cells, of a narrative its figures."""
        printed = self._of(key, "cells").filter("is_statutory").with_columns(place="cell_order")
        if printed.is_empty():
            printed = self._of(key, "figures").with_columns(place="ordinal", status=pl.lit(_VALUE))
        return printed.select(pl.col(name).cast(dtype) for name, dtype in NUMBERS.items())

    def _report(self, report: dict[str, Any]) -> dict[str, Any]:
        key = report["report_key"]
        cells, unmapped = (self._of(key, name).iter_rows(named=True) for name in ("cells", "unmapped_rows"))
        return {
            "title": report["title"],
            "agency": report["agency_printed"],
            "year": report["year"] or None,
            "form": report["form"],
            "published_on": report["published_on"].isoformat() if report["published_on"] else None,
            "agency_match": self._agencies[key],
            "cells": _with_corrections({row["cell_path"]: _cell(row) for row in cells}, report),
            "unmapped": [_unmapped(row) for row in unmapped],
            "findings": self._findings.get(key, []),
        }

    def _of(self, key: int, name: str) -> pl.DataFrame:
        return self._frames[name].filter(pl.col("report_key") == key)

    @cached_property
    def _agencies(self) -> dict[int, dict[str, Any]]:
        return {each["report_key"]: _agency(each, self._of(each["report_key"], "sections")) for each in self._reports}

    @cached_property
    def _findings(self) -> dict[int, list[dict[str, Any]]]:
        cells, sections, figures = (self._frames[name] for name in ("cells", "sections", "figures"))
        as_text = self._frames["unmapped_rows"].with_columns(pl.col("cells").list.join(" | "))
        attributes = _attributes(self._frames["reports"], self._agencies, sections, cells)
        found: dict[int, list[dict[str, Any]]] = {}
        for row in findings(evaluate(Audited(cells, attributes, as_text, figures))).iter_rows(named=True):
            found.setdefault(row["report_key"], []).append(_finding(row))
        return found


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


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
    reports: pl.DataFrame, agencies: dict[int, dict[str, Any]], sections: pl.DataFrame, cells: pl.DataFrame
) -> pl.DataFrame:
    rows = [
        (
            *(key, each["status"], each["agency_type"], each["level"], each["agency_code"], each["code_conflict"]),
            *(_prefecture(each), each["code"], "current"),
        )
        for key, each in agencies.items()
    ]
    known = reports.join(pl.DataFrame(rows, schema=_ATTRIBUTES, orient="row"), on="report_key", maintain_order="left")
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
