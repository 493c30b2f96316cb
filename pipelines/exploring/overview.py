"""总览: how many reports there are, of whom, how fresh, and which governments have none."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.contracts.codes import code_list
from pipelines.exploring.connection import Database
from pipelines.exploring.restriction import GROUPS, Filter, grouped

# More than there are counties.
MOST_WITHOUT = 4_000
# The regulation does not apply there, so nobody is missing.
_OUTSIDE = ["710000", "810000", "820000"]

_CHOICES = """
SELECT 'year' AS kind, r.year_key::VARCHAR AS choice, count(*) AS reports
FROM dim_report AS r WHERE r.status = 'current' AND r.year_key > 0 GROUP BY ALL
UNION ALL BY NAME
SELECT 'province' AS kind, coalesce(a.province, '') AS choice, count(*) AS reports
FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current' AND r.year_key > 0 GROUP BY ALL
UNION ALL BY NAME
SELECT 'level' AS kind, coalesce(a.level, '') AS choice, count(*) AS reports
FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current' AND r.year_key > 0 GROUP BY ALL
UNION ALL BY NAME
SELECT 'type' AS kind, coalesce(a.agency_type, '') AS choice, count(*) AS reports
FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current' AND r.year_key > 0 GROUP BY ALL
ORDER BY kind, choice
"""
_PROVINCES = """
SELECT name FROM dim_division WHERE level = 'province' GROUP BY name ORDER BY min(code), name
"""
_TOTALS = """
SELECT
    count(*) AS reports,
    count(DISTINCT a.agency_key) AS agencies,
    min(r.year_key) AS first_year,
    max(r.year_key) AS last_year,
    sum(r.cells_expected) AS cells_expected,
    sum(r.cells_value) AS cells_value,
    sum(r.cells_ambiguous) AS cells_ambiguous,
    sum(r.cells_absent) AS cells_absent,
    count(*) FILTER (WHERE r.agency_status IN ('ambiguous', 'unresolved')) AS agency_unclear,
    max(r.published_on) AS last_published
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE /* filter */
"""
_FILES = """
SELECT
    count(*) AS files,
    count(*) FILTER (WHERE outcome = 'parsed') AS parsed,
    count(*) FILTER (WHERE outcome = 'quarantined') AS quarantined,
    count(*) FILTER (WHERE outcome = 'not_a_report') AS not_a_report,
    max(fetched_at)::TIMESTAMP AS last_fetched
FROM raw_file_location
"""
_QUARANTINED = """
SELECT reason, count(*) AS files, min(location) AS example
FROM raw_file_location WHERE outcome = 'quarantined' GROUP BY ALL ORDER BY files DESC, reason
"""
_BY = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(DISTINCT a.agency_key) AS agencies,
    count(*) FILTER (WHERE r.scope = 'summary') AS summaries,
    sum(r.cells_value) AS cells_value,
    sum(r.cells_expected) AS cells_expected
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_IN_FORCE = """
SELECT d.code, d.name, p.name AS province, coalesce(c.name, '') AS prefecture, d.province_code
FROM dim_division AS d
JOIN dim_division AS p ON p.code = d.province_code
    AND p.valid_from <= $year AND coalesce(p.valid_to, 9999) > $year
LEFT JOIN dim_division AS c ON c.code = d.prefecture_code
    AND c.valid_from <= $year AND coalesce(c.valid_to, 9999) > $year
WHERE d.level = $level AND d.is_official AND d.valid_from <= $year AND coalesce(d.valid_to, 9999) > $year
    AND NOT list_contains($outside, d.province_code)
"""
_COVERED = """
SELECT DISTINCT a.code
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current' AND r.year_key = $year AND a.agency_type = 'government' AND a.level = $level
"""
_COVERAGE = f"""
WITH division AS ({_IN_FORCE}), covered AS ({_COVERED})
SELECT d.province, count(*) AS divisions, count(v.code) AS with_report
FROM division AS d LEFT JOIN covered AS v USING (code)
GROUP BY d.province, d.province_code
ORDER BY d.province_code
"""  # noqa: S608  # both parts are constants of this module
_WITHOUT = f"""
WITH division AS ({_IN_FORCE}), covered AS ({_COVERED})
SELECT d.code, d.name, d.prefecture, d.province
FROM division AS d LEFT JOIN covered AS v USING (code)
WHERE v.code IS NULL AND ($province = '' OR d.province = $province)
ORDER BY d.code
"""  # noqa: S608  # both parts are constants of this module
_MONTHS = """
SELECT
    date_trunc('month', r.published_on)::DATE AS month,
    count(*) AS reports
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE /* filter */ AND r.published_on IS NOT NULL
    AND r.published_on BETWEEN make_date(r.year_key + 1, 1, 1) AND make_date(r.year_key + 1, 12, 31)
GROUP BY ALL
ORDER BY month
"""
_DATES = """
SELECT
    count(*) AS reports,
    count(r.published_on) AS dated,
    count(*) FILTER (WHERE r.published_on > r.due_on) AS late
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE /* filter */
"""


def choices(database: Database) -> pl.DataFrame:
    """Return what a page can be restricted to: kind (year, province, level, type), choice, reports."""
    found = database.rows(_CHOICES)
    known = provinces(database)
    return pl.concat(ordered(found.filter(pl.col("kind") == kind), kind, known, "choice") for kind in GROUPS)


def provinces(database: Database) -> list[str]:
    """Return the names of all provinces, past ones too, in the official order, which is that of their codes."""
    return database.rows(_PROVINCES)["name"].to_list()


def ordered(frame: pl.DataFrame, by: str, provinces: Sequence[str], column: str = "group_value") -> pl.DataFrame:
    """Return groups in the order readers expect: provinces and levels in theirs, what is unknown last."""
    known = {"province": list(provinces), "level": list(code_list("level"))}.get(by)
    if known is None or frame.is_empty():
        return frame
    place = pl.col(column).replace_strict(known, range(len(known)), default=len(known), return_dtype=pl.Int64)
    return frame.sort(place, maintain_order=True)


def totals(database: Database, restriction: Filter) -> dict[str, object]:
    """Return the numbers of reports, agencies and cells."""
    return database.rows(restriction.restrict(_TOTALS), restriction.parameters()).row(0, named=True)


def files(database: Database) -> dict[str, object]:
    """Return how many files there are by outcome, and when the last was fetched."""
    return database.rows(_FILES).row(0, named=True)


def quarantined(database: Database) -> pl.DataFrame:
    """Return why files are not in the warehouse: reason, files, example."""
    return database.rows(_QUARANTINED, most=100)


def reports_by(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return reports, agencies and cells with a number by year, province, level or type."""
    return database.rows(restriction.restrict(grouped(_BY, by)), restriction.parameters())


def coverage(database: Database, year: int, level: str) -> pl.DataFrame:
    """Return by province how many divisions of a level there were and how many have a report of their government."""
    return database.rows(_COVERAGE, {"year": year, "level": level, "outside": _OUTSIDE})


def without_report(database: Database, year: int, level: str, province: str = "") -> pl.DataFrame:
    """Return the divisions that have no report of their government: code, name, prefecture, province."""
    parameters = {"year": year, "level": level, "province": province, "outside": _OUTSIDE}
    return database.rows(_WITHOUT, parameters, most=MOST_WITHOUT)


def months(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return reports by month of publication, in the year after the one they report on."""
    return database.rows(restriction.restrict(_MONTHS), restriction.parameters())


def punctuality(database: Database, restriction: Filter) -> dict[str, object]:
    """Return how many reports state a date of publication and how many of them were late."""
    return database.rows(restriction.restrict(_DATES), restriction.parameters()).row(0, named=True)
