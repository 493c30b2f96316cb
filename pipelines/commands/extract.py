"""One file, read and audited on its own: what `gongkai extract` shows before anything is published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.markup import escape

from pipelines.agencies.resolver import resolver
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.commands.coded import in_words, what_to_do
from pipelines.commands.printing import show_table
from pipelines.contracts.frames import CELL_PATH
from pipelines.contracts.provenance import OUTCOMES
from pipelines.corrections.cells import CellCorrection, cell_corrections
from pipelines.engine.extracted_tables import LATEST_YEAR, PARSED, QUARANTINED, SCHEMAS, FileTask
from pipelines.engine.pool import extract_files
from pipelines.engine.worker import Tables
from pipelines.raw.inventory import Location, locations_of
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.warehouse.dimensions import dim_year

_FILES_AT_ONCE = 64
_SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}


def inspect_files(paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> Iterator[dict[str, Any]]:
    """Yield for each path: file, outcome, reason and reports with their cells, unmapped rows and findings.

    Of an archive the reports of all files in it; `members` then tells what became of each. Files are read in workers,
    as in a run: one that hangs or kills its reader costs only itself.
    """
    for start in range(0, len(paths), _FILES_AT_ONCE):
        found = [(path, locations_of(path, limits)) for path in paths[start : start + _FILES_AT_ONCE]]
        tasks = {
            each.file_sha256: FileTask(each.file_sha256, each.path, each.member, each.media_type or "")
            for _, locations in found
            for each in locations
            if each.file_sha256 and each.reason is None and not each.is_archive
        }
        parts = list(extract_files(list(tasks.values()), limits=limits))
        tables = {name: pa.concat_tables([part[name] for part in parts]) for name in SCHEMAS} if parts else None
        yield from (_inspected(path, locations, tables) for path, locations in found)


def _inspected(path: Path, locations: list[Location], tables: Tables | None) -> dict[str, Any]:
    main, *members = locations
    ends = [_outcome(each, tables) for each in (members if main.is_archive and main.reason is None else [main])]
    outcome = next((o for o in OUTCOMES if any(end["outcome"] == o for end in ends)), QUARANTINED)
    first = next((end for end in ends if end["outcome"] == outcome), {"reason": "empty", "detail": "no file in it"})
    digests = dict.fromkeys(each.file_sha256 for each in locations if not each.is_archive)
    reports = [report for digest in digests for report in _reports(digest, tables)] if tables else []
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    result = {
        "file": name,
        "outcome": outcome,
        "reason": first["reason"],
        "detail": first["detail"],
        "reports": reports,
    }
    return {**result, "members": ends} if main.is_archive else result


def _outcome(location: Location, tables: Tables | None) -> dict[str, Any]:
    end: dict[str, Any] = {"file": location.location}
    if location.reason is not None or tables is None:
        return {**end, "outcome": QUARANTINED, "reason": location.reason, "detail": location.detail}
    if location.is_archive:
        return {**end, "outcome": PARSED, "reason": None, "detail": None}
    document = _of(tables["documents"], location.file_sha256).to_pylist()[0]
    return {**end, **{key: document[key] for key in ("outcome", "reason", "detail")}}


def _of(table: pa.Table, digest: str | None) -> pa.Table:
    return table.filter(pc.equal(table["file_sha256"], digest))


def _reports(digest: str | None, tables: Tables) -> list[dict[str, Any]]:
    reports = _of(tables["reports"], digest).to_pylist()
    return [_report(report, _of_report(tables, report["report_key"])) for report in reports]


def _of_report(tables: Tables, key: int) -> Tables:
    own = {name: table for name, table in tables.items() if "report_key" in table.column_names}
    return {name: table.filter(pc.equal(table["report_key"], key)) for name, table in own.items()}


def _frame(tables: Tables, name: str) -> pl.DataFrame:
    frame = pl.from_arrow(tables[name])
    assert isinstance(frame, pl.DataFrame)
    return frame


def _report(report: dict[str, Any], tables: Tables) -> dict[str, Any]:
    year = pl.lit(report["year"], pl.Int32).alias("year_key")
    cells = _frame(tables, "cells").with_columns(CELL_PATH, year)
    unmapped = _frame(tables, "unmapped_rows").with_columns(year)
    as_text = unmapped.with_columns(pl.col("cells").list.join(" | "))
    reports = _frame(tables, "reports").with_columns(year)
    sections = _frame(tables, "sections").with_columns(year)
    agency = _agency(report, sections)
    figures = _frame(tables, "figures").with_columns(year)
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
    known = {"status": found.status, "code": best.division.code if best else None, "path": path}
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
    cell["place"] = {
        k: row[k]
        for k in ("page", "line_number", "grid", "grid_row", "grid_col", "bbox", "cell_reference", "confidence")
        if row[k] is not None
    }
    return cell


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
    return {"table": row["table_id"], "label": row["label"], "values": row["cells"], "line": row["line_number"]}


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("rule", "severity", "outcome", "scope", "message", "cell_path", "hint")
    numbers = {k.removesuffix("_value"): _number(row[k]) for k in ("left_value", "right_value", "difference")}
    return {**{k: row[k] for k in keys}, **numbers}


def print_inspection(found: dict[str, Any], console: Console) -> None:
    """Print an inspected file for people: headline, cells with figures, unmapped rows, findings."""
    console.print(f"[bold]{escape(found['file'])}[/]: {in_words('outcome', found['outcome'])}")
    for member in found.get("members", ()):
        reason = f" ({in_words('outcome_reason', member['reason'])})" if member["reason"] else ""
        console.print(f"  {escape(member['file'])}: {in_words('outcome', member['outcome'])}{reason}")
    if found["outcome"] != PARSED:
        reason = found["reason"] or ""
        console.print(f"  {in_words('outcome_reason', reason)}: {escape(found['detail'] or '')}")
        if advice := what_to_do("outcome_reason", reason):
            console.print(f"  {advice}")
    for report in found["reports"]:
        title, agency = escape(report["title"] or "(无标题)"), escape(report["agency"] or "?")
        console.print(f"  {title}\n  机关 {agency} · 年度 {report['year'] or '?'} · 格式 {report['form']}")
        _print_cells(report["cells"], console)
        for row in report["unmapped"]:
            console.print(f"  未识别行 unmapped: {escape(row['label'])} {escape(' | '.join(row['values']))}")
        for finding in report["findings"]:
            style = _SEVERITY_STYLE[finding["severity"]]
            hint = f" [dim]{escape(finding['hint'])}[/]" if finding["hint"] else ""
            console.print(f"  [{style}]{finding['severity']}[/] {finding['rule']}: {escape(finding['message'])}{hint}")


def _print_cells(cells: dict[str, Any], console: Console) -> None:
    counts: dict[str, int] = {}
    for cell in cells.values():
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    console.print(
        "  单元格 cells: " + " · ".join(f"{in_words('cell_status', status)} {n}" for status, n in counts.items())
    )
    zeros = sum(cell["value"] == 0 for cell in cells.values())
    console.print(f"  其中 {zeros} 个为 0，下表不列 of these {zeros} are 0 and not listed below")
    rows: list[tuple[object, ...]] = []
    for path, cell in cells.items():
        if cell["value"] or cell["status"] not in ("value", "absent"):
            value = "" if cell["value"] is None else f"{cell['value']:,}"
            yuan = f" = {Decimal(cell['yuan']):,} 元 ({cell['unit_source']})" if cell.get("yuan") else ""
            rows.append((path, cell["raw"], value + yuan, cell["status"]))
    if rows:
        show_table(None, ["单元格 cell", "原文 printed", "数值 value", "状态 status"], rows, console)
