"""What is in a release, in a few numbers and one example query, for whoever just ran it.

Belongs here: what every run tells of its release. Keep out: how it is shown (`commands`, `assets`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.releases.layout import SQL_FOLDER
from pipelines.releases.open_release import connect

EXAMPLE_QUERY = "06_procurement_per_project"
# As every sum: copies, and what was superseded or is undecided, do not count.
_FOUND = "SELECT count(*) FROM audit_finding JOIN dim_report USING (report_key) WHERE status = 'current'"
_CURRENT = "SELECT count(*) FROM dim_report WHERE status = 'current'"
_COUNTS = (
    ("报告 reports", "SELECT count(*) FROM dim_report"),
    ("行政机关 agencies", "SELECT count(DISTINCT agency_key) FROM dim_agency"),
    ("单元格 cells", "SELECT count(*) FROM cell"),
    ("申请事实 fact_applications", "SELECT count(*) FROM fact_applications"),
    ("复议诉讼事实 fact_reviews", "SELECT count(*) FROM fact_reviews"),
    (
        "其他事实 item facts",
        "SELECT (SELECT count(*) FROM fact_item_1_documents) + (SELECT count(*) FROM fact_item_5_licensing) "
        "+ (SELECT count(*) FROM fact_item_6_enforcement) + (SELECT count(*) FROM fact_item_8_fees) "
        "+ (SELECT count(*) FROM fact_item_9_procurement)",
    ),
    ("审核错误 findings: error", f"{_FOUND} AND severity = 'error'"),
    ("审核警告 findings: warning", f"{_FOUND} AND severity = 'warning'"),
    ("提示 findings: info", f"{_FOUND} AND severity = 'info'"),
    ("文件 files", "SELECT count(*) FROM raw_file_location"),
    ("隔离文件 quarantined", "SELECT count(*) FROM raw_file_location WHERE outcome = 'quarantined'"),
    ("非报告文件 not a report", "SELECT count(*) FROM raw_file_location WHERE outcome = 'not_a_report'"),
)


def counts(release: Path) -> list[tuple[str, int]]:
    """Return what is in a release: (label, number).

    Findings are those of current reports, which is said where there are others.
    """
    with connect(release) as connection:
        counted = [(label, _first(connection, query)) for label, query in _COUNTS]
        current = _first(connection, _CURRENT)
    (reports, number), *others = counted
    if number == current:
        return counted
    of_current = [(f"{label}（现行 current）" if "findings" in label else label, n) for label, n in others]
    return [(reports, number), ("其中现行 of them current", current), *of_current]


def _first(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def quarantined(release: Path, *, chinese: bool) -> list[tuple[str, str, str]]:
    """Return the quarantined locations: (location, reason, detail in Chinese or in English)."""
    with connect(release) as connection:
        rows = connection.execute(
            "SELECT location, reason, coalesce(CASE WHEN $chinese THEN detail_zh ELSE detail END, '') "
            "FROM raw_file_location WHERE outcome = 'quarantined' ORDER BY location",
            {"chinese": chinese},
        ).fetchall()
    return [(str(a), str(b), str(c)) for a, b, c in rows]


def conflicting(release: Path) -> list[tuple[int, str, str]]:
    """Return the reports that are in no sum since others of their agency and year differ: (year, agency, location)."""
    return [(year, agency, location) for _, year, agency, location in _standing(release, "conflicting")]


def doubtful(release: Path) -> list[tuple[str, int, str, str]]:
    """Return the reports that count though there is a doubt: (status_basis, year, agency, location)."""
    return [row for row in _standing(release, "current") if row[0]]


# With the name that is printed, where that is another: of an agency that was renamed, or of two taken for one.
_NAMED = """coalesce(CASE
    WHEN NOT (contains(a.name, r.agency_printed) OR contains(r.agency_printed, a.name))
        THEN concat(a.name, '（', r.agency_printed, '）')
    ELSE a.name
END, '')"""


def _standing(release: Path, status: str) -> list[tuple[str, int, str, str]]:
    with connect(release) as connection:
        rows = connection.execute(
            f"SELECT coalesce(r.status_basis, ''), r.year_key, {_NAMED}, coalesce(min(l.location), '') "  # noqa: S608  # ours
            "FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk) "
            "JOIN report_file AS f ON f.report_key = r.report_key AND f.role = 'main' "
            "LEFT JOIN raw_file_location AS l USING (file_sha256) "
            "WHERE r.status = $status AND (r.status <> 'current' OR r.status_basis IS NOT NULL) "
            "GROUP BY r.report_key, r.status_basis, r.year_key, r.agency_printed, a.name ORDER BY ALL",
            {"status": status},
        ).fetchall()
    return [(str(basis), int(year), str(agency), str(location)) for basis, year, agency, location in rows]


def example_query() -> str:
    """Return the example query without its comment."""
    text = (SQL_FOLDER / "queries" / f"{EXAMPLE_QUERY}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
