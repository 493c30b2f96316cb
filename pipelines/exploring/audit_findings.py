"""审核: findings by rule, severity and place, each leading to its report and cell."""

from __future__ import annotations

import polars as pl

from pipelines.exploring.connection import Database
from pipelines.exploring.restriction import Filter, grouped

# So many pages at most: who has not found it by then restricts the list instead.
PAGE_ROWS, MOST_PAGES = 50, 100
_CHOSEN = """
    AND ($severity = '' OR f.severity = $severity) AND ($rule = '' OR f.rule = $rule)
"""
_BY_RULE = """
SELECT f.rule, f.severity, u.description_zh, u.description_en, u.legal_source, u.legal_source_en,
    count(*) AS findings, count(DISTINCT f.report_key) AS reports
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
LEFT JOIN audit_rule AS u ON u.rule = f.rule
WHERE /* filter */
GROUP BY f.rule, f.severity, u.description_zh, u.description_en, u.legal_source, u.legal_source_en
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, findings DESC, f.rule
"""
_BY = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    coalesce(sum(n.errors), 0) AS errors,
    coalesce(sum(n.warnings), 0) AS warnings,
    count(*) FILTER (WHERE n.errors > 0) AS with_errors
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
LEFT JOIN (
    SELECT
        f.report_key,
        count(*) FILTER (WHERE f.severity = 'error') AS errors,
        count(*) FILTER (WHERE f.severity = 'warning') AS warnings
    FROM audit_finding AS f
    GROUP BY f.report_key
) AS n USING (report_key)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_COUNT = (
    """
SELECT count(*) AS findings, count(DISTINCT f.report_key) AS reports
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */
"""
    + _CHOSEN
)
_LIST = (
    """
SELECT
    f.severity, f.rule, f.scope, r.year_key, a.name AS agency_name, a.agency_key, f.message, f.message_en, f.hint,
    f.hint_en, f.left_value, f.right_value, f.difference, f.cell_path, f.report_key
FROM audit_finding AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */
"""
    + _CHOSEN
    + """
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, r.year_key DESC, a.name,
    f.report_key, f.rule, f.scope
LIMIT $most OFFSET $skipped
"""
)
_OF_REPORT = """
SELECT f.severity, f.rule, f.scope, f.message, f.message_en, f.hint, f.hint_en, f.left_value, f.right_value,
    f.difference, f.cell_path, f.report_key, f.outcome, u.description_zh, u.description_en
FROM audit_finding AS f
LEFT JOIN audit_rule AS u ON u.rule = f.rule
WHERE f.report_key = $report
ORDER BY CASE f.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, f.rule, f.scope
"""


def by_rule(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return findings and reports by rule, errors first."""
    return database.rows(restriction.restrict(_BY_RULE), restriction.parameters())


def findings_by(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return reports, errors, warnings and reports with errors by year, province, level or type."""
    return database.rows(restriction.restrict(grouped(_BY, by)), restriction.parameters())


def count(database: Database, restriction: Filter, severity: str, rule: str) -> tuple[int, int]:
    """Return how many findings there are and in how many reports; an empty severity or rule means any."""
    parameters = {**restriction.parameters(), "severity": severity, "rule": rule}
    findings, reports = database.rows(restriction.restrict(_COUNT), parameters).row(0)
    return int(findings), int(reports)


def findings(database: Database, restriction: Filter, severity: str, rule: str, page: int) -> pl.DataFrame:
    """Return a page (from 0) of findings, errors first."""
    chosen = {"severity": severity, "rule": rule, "most": PAGE_ROWS, "skipped": page * PAGE_ROWS}
    return database.rows(restriction.restrict(_LIST), {**restriction.parameters(), **chosen})


def of_report(database: Database, report_key: int) -> pl.DataFrame:
    """Return the findings of one report."""
    return database.rows(_OF_REPORT, {"report": report_key}, most=500)
