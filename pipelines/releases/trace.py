"""From a number in the warehouse to the cell it was printed in.

Belongs here: finding a cell with its file, findings and correction. Keep out: how it is shown (`cli`, `exploring`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb

from pipelines import Told

_CELL_QUERY = """
SELECT
    r.report_key, r.title, r.year_key, a.name AS agency_name, c.cell_path, c.raw_text, c.status, c.value, c.unit,
    c.yuan, c.unit_source, c.matched_by, c.match_score, c.note, o.location, c.file_sha256, c.page, c.line_number,
    c.grid, c.grid_row, c.grid_col, c.bbox, c.cell_reference, c.confidence
FROM cell AS c
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a USING (agency_sk)
LEFT JOIN raw_file_location AS o ON o.file_sha256 = c.file_sha256
WHERE c.report_key = $key AND c.cell_path = $path
ORDER BY o.location
LIMIT 1
"""
_REPORT_QUERY = """
SELECT DISTINCT r.report_key, r.title, o.location
FROM dim_report AS r
JOIN report_file AS f USING (report_key)
JOIN raw_file_location AS o USING (file_sha256)
WHERE f.role <> 'duplicate'
    AND (r.report_key::VARCHAR = $text OR contains(o.location, $text) OR contains(r.title, $text))
ORDER BY o.location
"""
_NEAREST_QUERY = """
SELECT cell_path FROM cell WHERE report_key = $key ORDER BY levenshtein(cell_path, $path), cell_path LIMIT $most
"""
# Of whichever form the rule's cells are: a report may print tables of several.
_FINDINGS_QUERY = """
SELECT DISTINCT f.severity || ' ' || f.rule || ' ' || f.scope
FROM audit_finding AS f
LEFT JOIN audit_rule_cell AS u ON u.rule = f.rule AND u.scope = f.scope
WHERE f.report_key = $key AND (f.cell_path = $path OR u.cell_path = $path)
ORDER BY 1
"""
_CORRECTION_QUERY = """
SELECT corrected_value, corrected_yuan, reason, evidence
FROM cell_correction
WHERE report_key = $key AND cell_path = $path AND state = 'applied'
"""
_SHOWN = 5


class NotFound(Told):
    """No such report or cell, or several; the message lists what there is."""


def trace_cell(connection: duckdb.DuckDBPyConnection, report: str, cell_path: str) -> dict[str, Any]:
    """Return a cell with its place: file, sha256, line, grid, row, column, raw text; and the findings that use it.

    `report` is a report key, or part of a file name or title. Raises NotFound, listing alternatives.
    """
    key, cell_path = report_key(connection, report), in_utf8(cell_path)
    cursor = connection.execute(_CELL_QUERY, {"key": key, "path": cell_path})
    row = cursor.fetchone()
    if row is None:
        near = ", ".join(_similar_paths(connection, key, cell_path))
        code = "releases.no_such_cell" if near else "releases.no_cells"
        raise NotFound.of(code, report=str(key), path=cell_path, nearest=near)
    names = [name for name, *_ in cursor.description]
    found = {name: _plain(value) for name, value in zip(names, row, strict=True)}
    found["findings"] = "; ".join(_findings(connection, key, cell_path)) or None
    found["correction"] = _correction(connection, key, cell_path)
    return found


def in_utf8(typed: str) -> str:
    """Return a text as a database can be asked for it: what was typed in no UTF-8 is nothing that a release has."""
    return typed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _plain(value: object) -> object:
    """Return numbers without the zeros that only fill the column's scale."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def report_key(connection: duckdb.DuckDBPyConnection, report: str) -> int:
    """Return the key of the one report of that key, or with that part in file name or title. Raises NotFound."""
    report = in_utf8(report)
    rows = connection.execute(_REPORT_QUERY, {"text": report}).fetchall()
    keys = sorted({int(row[0]) for row in rows})
    if len(keys) == 1:
        return keys[0]
    # A file may be named as the key of another report: what is a key is meant as one.
    if report in map(str, keys):
        return int(report)
    if not keys:
        listing = 'gongkai sql "SELECT report_key, title FROM dim_report"'
        raise NotFound.of("releases.no_report_matches", report=report, listing=listing)
    shown = "; ".join(f"{row[0]} {row[1]} ({row[2]})" for row in rows[:_SHOWN])
    most = min(_SHOWN, len(rows))
    raise NotFound.of("releases.reports_match", n=len(keys), report=report, shown=most, reports=shown)


def _similar_paths(connection: duckdb.DuckDBPyConnection, key: int, cell_path: str) -> list[str]:
    parameters = {"key": key, "path": cell_path, "most": _SHOWN}
    rows = connection.execute(_NEAREST_QUERY, parameters).fetchall()
    return [row[0] for row in rows]


def _findings(connection: duckdb.DuckDBPyConnection, key: int, cell_path: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(_FINDINGS_QUERY, {"key": key, "path": cell_path}).fetchall()]


def _correction(connection: duckdb.DuckDBPyConnection, key: int, cell_path: str) -> str | None:
    row = connection.execute(_CORRECTION_QUERY, {"key": key, "path": cell_path}).fetchone()
    if row is None:
        return None
    value, yuan, reason, evidence = row
    number = "not to be used" if value is None else _plain(value) if yuan is None else f"{_plain(yuan)} 元"
    return f"更正 {number}: {reason} ({evidence})"
