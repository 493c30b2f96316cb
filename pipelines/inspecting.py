"""One file, read and audited on its own: what `gongkai extract` shows before anything is published."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.markup import escape

from pipelines.auditing.evaluate import evaluate, findings
from pipelines.extracting.frames import PARSED, QUARANTINED, FileTask, Rows, add_document
from pipelines.extracting.pool import Tables
from pipelines.querying import show_table
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS

_SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_PATH = pl.concat_str("table_id", "row_id", "column_id", separator=".").alias("cell_path")


def inspect_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """Return file, outcome, reason and reports with their cells, unmapped rows and findings."""
    rows = Rows()
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        detail = f"{error.strerror}: check the path and its permissions"
        return _result(path, QUARANTINED, "unreadable", detail, [])
    add_document(rows, FileTask(digest, bytes(path)), limits)
    tables = rows.tables()
    document = tables["documents"].to_pylist()[0]
    reports = [_report(report, tables) for report in tables["reports"].to_pylist()]
    return _result(path, document["outcome"], document["reason"], document["detail"], reports)


def _result(path: Path, outcome: str, reason: str | None, detail: str | None, reports: list[Any]) -> dict[str, Any]:
    name = str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return {"file": name, "outcome": outcome, "reason": reason, "detail": detail, "reports": reports}


def _frame(tables: Tables, name: str) -> pl.DataFrame:
    frame = pl.from_arrow(tables[name])
    assert isinstance(frame, pl.DataFrame)
    return frame


def _report(report: dict[str, Any], tables: Tables) -> dict[str, Any]:
    year = pl.lit(report["year"], pl.Int32).alias("year_key")
    cells = _frame(tables, "cells").with_columns(_PATH, year)
    unmapped = _frame(tables, "unmapped_rows").with_columns(year)
    as_text = unmapped.with_columns(pl.col("cells").list.join(" | "))
    reports = _frame(tables, "reports").with_columns(year)
    found = findings(evaluate(cells, reports, as_text), as_text)
    return {
        "title": report["title"],
        "agency": report["agency_printed"],
        "year": report["year"] or None,
        "form": report["form"],
        "published_on": report["published_on"].isoformat() if report["published_on"] else None,
        "cells": {row["cell_path"]: _cell(row) for row in cells.iter_rows(named=True)},
        "unmapped": [_unmapped(row) for row in unmapped.iter_rows(named=True)],
        "findings": [_finding(row) for row in found.iter_rows(named=True)],
    }


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
    cell["place"] = {k: row[k] for k in ("page", "line_number", "grid", "grid_row", "grid_col") if row[k] is not None}
    return cell


def _unmapped(row: dict[str, Any]) -> dict[str, Any]:
    return {"table": row["table_id"], "label": row["label"], "values": row["cells"], "line": row["line_number"]}


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    keys = ("rule", "severity", "outcome", "scope", "message", "cell_path")
    numbers = {k.removesuffix("_value"): _number(row[k]) for k in ("left_value", "right_value", "difference")}
    return {**{k: row[k] for k in keys}, **numbers}


def print_inspection(found: dict[str, Any], console: Console) -> None:
    """Print an inspected file for people: headline, cells with figures, unmapped rows, findings."""
    console.print(f"[bold]{escape(found['file'])}[/]: {found['outcome']}")
    if found["outcome"] != PARSED:
        console.print(f"  {escape(found['reason'] or '')}: {escape(found['detail'] or '')}")
    for report in found["reports"]:
        title, agency = escape(report["title"] or "(无标题)"), escape(report["agency"] or "?")
        console.print(f"  {title}\n  机关 {agency} · 年度 {report['year'] or '?'} · 格式 {report['form']}")
        _print_cells(report["cells"], console)
        for row in report["unmapped"]:
            console.print(f"  未识别行 unmapped: {escape(row['label'])} {escape(' | '.join(row['values']))}")
        for finding in report["findings"]:
            style = _SEVERITY_STYLE[finding["severity"]]
            console.print(f"  [{style}]{finding['severity']}[/] {finding['rule']}: {escape(finding['message'])}")


def _print_cells(cells: dict[str, Any], console: Console) -> None:
    counts: dict[str, int] = {}
    for cell in cells.values():
        counts[cell["status"]] = counts.get(cell["status"], 0) + 1
    console.print("  单元格 cells: " + " · ".join(f"{status} {n}" for status, n in counts.items()))
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
