"""来源: one cell with everything that is known of where it was printed."""

from __future__ import annotations

import polars as pl

from pipelines.exploring.connection import Database

_CELL = """
SELECT
    c.report_key, r.year_key, r.title, r.form, r.status AS report_status, a.agency_key, a.name AS agency_name,
    c.cell_path, c.table_id, c.row_id, c.column_id, c.raw_text, c.status, c.value, c.unit, c.yuan, c.unit_source,
    c.matched_by, c.match_score, c.note, c.file_sha256, c.page, c.line_number, c.grid, c.grid_row, c.grid_col,
    c.bbox, c.cell_reference, c.confidence, w.media_type, w.encoding, w.size_bytes
FROM cell AS c
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
LEFT JOIN raw_file AS w ON w.file_sha256 = c.file_sha256
WHERE c.report_key = $report AND c.cell_path = $path
"""
_LOCATIONS = """
SELECT location, fetched_at::TIMESTAMP AS fetched_at FROM raw_file_location
WHERE file_sha256 = $sha256 ORDER BY location
"""
_CORRECTIONS = """
SELECT printed, published_value, corrected_value, corrected_yuan, state, reason, evidence, detail, detail_zh
FROM cell_correction
WHERE report_key = $report AND cell_path = $path
ORDER BY correction
"""
# Of whichever form the rule's cells are: a report may print tables of several.
_FINDINGS = """
SELECT DISTINCT f.severity, f.rule, f.scope, f.message, f.message_en, f.hint, f.hint_en
FROM audit_finding AS f
LEFT JOIN audit_rule_cell AS u ON u.rule = f.rule AND u.scope = f.scope
WHERE f.report_key = $report AND (f.cell_path = $path OR u.cell_path = $path)
ORDER BY f.severity, f.rule, f.scope
"""
_MAIN_FILE = """
SELECT p.file_sha256, w.media_type FROM report_file AS p
LEFT JOIN raw_file AS w USING (file_sha256)
WHERE p.report_key = $report AND p.role = 'main'
ORDER BY p.source_key = p.report_key DESC, p.file_sha256
"""
_RECENT = """
SELECT r.report_key, r.year_key, r.title, a.name AS agency_name
FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current'
ORDER BY r.published_on DESC NULLS LAST, r.report_key
LIMIT 20
"""


def cell(database: Database, report_key: int, cell_path: str) -> dict[str, object] | None:
    """Return a cell with its report, file and place, or None where the report has no such cell."""
    found = database.rows(_CELL, {"report": report_key, "path": cell_path})
    return found.row(0, named=True) if found.height else None


def locations(database: Database, sha256: str) -> pl.DataFrame:
    """Return every path and URL a file was found at."""
    return database.rows(_LOCATIONS, {"sha256": sha256}, most=50)


def corrections(database: Database, report_key: int, cell_path: str) -> pl.DataFrame:
    """Return the corrections declared for a cell, whatever their state."""
    return database.rows(_CORRECTIONS, {"report": report_key, "path": cell_path})


def findings(database: Database, report_key: int, cell_path: str) -> pl.DataFrame:
    """Return the findings whose rule uses a cell."""
    return database.rows(_FINDINGS, {"report": report_key, "path": cell_path}, most=100)


def main_file(database: Database, report_key: int) -> dict[str, object] | None:
    """Return the sha256 and media type of the file a report was read from."""
    found = database.rows(_MAIN_FILE, {"report": report_key}, most=1)
    return found.row(0, named=True) if found.height else None


def recent(database: Database) -> pl.DataFrame:
    """Return the reports published last, to begin with where nothing was chosen."""
    return database.rows(_RECENT)
