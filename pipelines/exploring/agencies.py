"""机构: find an agency by any part of its name, its series over the years, its reports, its peers."""

from __future__ import annotations

import polars as pl

from pipelines.exploring.connection import Database
from pipelines.exploring.pinyin_search import with_spelling

MOST_FOUND = 50
MOST_PEERS = 30
_MOST_AGENCIES = 1_000_000

_INDEX = """
SELECT
    a.agency_key,
    arg_max(a.name, coalesce(a.valid_from, 0)) AS name,
    string_agg(DISTINCT concat_ws(' ', a.name, r.agency_printed), ' ') AS names,
    any_value(concat_ws(' ', a.province, a.prefecture, a.county, a.township)) AS place,
    any_value(a.agency_type) AS agency_type,
    any_value(a.level) AS level,
    count(*) AS reports,
    min(r.year_key) FILTER (WHERE r.year_key > 0) AS first_year,
    max(r.year_key) AS last_year
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE r.status = 'current'
GROUP BY a.agency_key
"""
_AGENCY = """
SELECT
    a.agency_key, a.name, a.agency_type, a.level, a.code, a.province, a.prefecture, a.county, a.township,
    a.region, a.valid_from, a.valid_to, a.status, p.name AS parent_name, a.parent_agency_key
FROM dim_agency AS a
LEFT JOIN (SELECT agency_key, any_value(name) AS name FROM dim_agency GROUP BY agency_key) AS p
    ON p.agency_key = a.parent_agency_key
WHERE a.agency_key = $agency
ORDER BY a.valid_from DESC NULLS LAST
LIMIT 1
"""
_REPORTS = """
SELECT
    r.report_key, r.year_key, r.title, r.scope, r.scope_basis, r.form, r.published_on, r.status, r.agency_status,
    r.cells_expected, r.cells_value, r.cells_ambiguous, r.related_report_key
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE a.agency_key = $agency
ORDER BY r.year_key DESC, r.status, r.report_key
"""
# What a series shows: one printed cell each, so that every number leads to its source.
SERIES = {
    "received": "applications.received.total",
    "carried_in": "applications.carried_in.total",
    "granted": "applications.granted.total",
    "partially_granted": "applications.partially_granted.total",
    "outcome_total": "applications.outcome_total.total",
    "carried_out": "applications.carried_out.total",
    "reconsiderations": "reviews.reconsideration.total",
    "lawsuits": "reviews.litigation_direct.total",
    "penalties": "enforcement.administrative_penalty.decisions",
    "licences": "licensing.administrative_licensing.decisions",
}
# Facts are sorted by agency within their year, so that only its own are read; cells are not.
_SERIES = """
WITH mine AS (
    SELECT r.report_key, r.agency_sk
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    WHERE a.agency_key = $agency AND r.status = 'current' AND r.year_key > 0
),
printed AS (
    SELECT f.report_key, f.year_key, concat_ws('.', 'applications', f.line, f.applicant) AS cell_path, f.status,
        f.cases AS value
    FROM fact_applications AS f JOIN mine USING (agency_sk, report_key)
    UNION ALL
    SELECT f.report_key, f.year_key, concat_ws('.', 'reviews', f.channel, f.result), f.status, f.cases
    FROM fact_reviews AS f JOIN mine USING (agency_sk, report_key)
    UNION ALL
    SELECT f.report_key, f.year_key, concat_ws('.', 'licensing', f.matter, 'decisions'), f.decisions_status, f.decisions
    FROM fact_item_5_licensing AS f JOIN mine USING (agency_sk, report_key)
    UNION ALL
    SELECT f.report_key, f.year_key, concat_ws('.', 'enforcement', f.matter, 'decisions'), f.decisions_status,
        f.decisions
    FROM fact_item_6_enforcement AS f JOIN mine USING (agency_sk, report_key)
)
SELECT report_key, year_key, cell_path, status, value
FROM printed
WHERE cell_path = ANY($paths) AND status IS NOT NULL
ORDER BY year_key, report_key
"""
_CELLS = """
SELECT
    c.cell_path, c.cell_order, c.table_id, c.row_id, c.column_id, c.is_statutory, c.raw_text, c.status,
    c.value, c.unit, c.yuan, c.note
FROM cell AS c
WHERE c.report_key = $report
ORDER BY c.cell_order
"""
_REPORT = """
SELECT
    r.report_key, r.year_key, r.title, r.agency_printed, r.scope, r.scope_basis, r.form, r.published_on, r.status,
    r.agency_status, r.media_type, a.agency_key, a.name AS agency_name, a.agency_type, a.level, a.province,
    a.prefecture, a.county
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
WHERE r.report_key = $report
"""
_PEERS = """
WITH here AS (
    SELECT r.report_key, r.year_key, r.scope = 'summary' AS is_summary, a.level, a.agency_type, a.agency_function,
        a.province, a.prefecture
    FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
    WHERE r.report_key = $report
),
peer AS (
    SELECT r.report_key, a.agency_key, a.name, a.province, a.prefecture,
        (a.province IS NOT DISTINCT FROM h.province)::INTEGER AS same_province,
        (a.prefecture IS NOT DISTINCT FROM h.prefecture)::INTEGER AS same_prefecture
    FROM dim_report AS r
    JOIN dim_agency AS a USING (agency_sk)
    JOIN here AS h ON r.year_key = h.year_key AND a.level = h.level AND a.agency_type = h.agency_type
        AND a.agency_function IS NOT DISTINCT FROM h.agency_function
        AND (r.scope = 'summary') = h.is_summary AND r.report_key <> h.report_key
    WHERE r.status = 'current'
    ORDER BY same_province DESC, same_prefecture DESC, a.name, r.report_key
    LIMIT $most
),
near AS (
    SELECT report_key, agency_key, name, province, prefecture, same_province, same_prefecture, false AS is_self
    FROM peer
    UNION ALL
    SELECT r.report_key, a.agency_key, a.name, a.province, a.prefecture, 2, 2, true
    FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk)
    WHERE r.report_key = $report
)
SELECT
    n.report_key, n.agency_key, n.name, n.province, n.prefecture, n.is_self, f.received, f.granted,
    f.partially_granted, f.outcome_total
FROM near AS n
LEFT JOIN fact_report_figures AS f ON f.report_key = n.report_key AND f.year_key = $year
ORDER BY n.is_self DESC, n.same_province DESC, n.same_prefecture DESC, n.name, n.report_key
"""


def index(database: Database) -> pl.DataFrame:
    """Return one row per agency with everything it can be found by; made once for a release and kept."""
    found = with_spelling(database.rows(_INDEX, most=_MOST_AGENCIES), "name")
    places = with_spelling(found.select(pl.col("place").fill_null("")), "place")
    text = pl.concat_str(
        [
            pl.col("names").fill_null("").str.to_lowercase(),
            pl.col("place").fill_null(""),
            pl.col("pinyin"),
            pl.col("initials"),
            places["pinyin"].alias("place_pinyin"),
            places["initials"].alias("place_initials"),
        ],
        separator=" ",
    )
    return found.with_columns(text.alias("text")).drop("names")


def search(known: pl.DataFrame, text: str) -> tuple[pl.DataFrame, int]:
    """Return the agencies that have every word of a text in name, place or pinyin, nearest first, and how many."""
    words = text.lower().split()[:8]
    found = known
    for word in words:
        found = found.filter(pl.col("text").str.contains(word, literal=True))
    first = words[0] if words else ""
    # Numbers order the nearest first: names that hold the word, then pinyin that begins with it, then the rest.
    nearness = (
        pl.when(pl.col("name").str.starts_with(first))
        .then(0)
        .when(pl.col("name").str.contains(first, literal=True))
        .then(1)
        .when(pl.col("pinyin").str.starts_with(first) | pl.col("initials").str.starts_with(first))
        .then(2)
        .otherwise(3)
    )
    ordered = found.sort(
        nearness, pl.col("name").str.len_chars(), "name", "agency_key", nulls_last=True, maintain_order=True
    )
    return ordered.head(MOST_FOUND).drop("text", "pinyin", "initials"), found.height


def agency(database: Database, agency_key: int) -> dict[str, object] | None:
    """Return the newest version of an agency, or None."""
    found = database.rows(_AGENCY, {"agency": agency_key})
    return found.row(0, named=True) if found.height else None


def reports(database: Database, agency_key: int) -> pl.DataFrame:
    """Return the reports of an agency, newest first, copies and older versions too."""
    return database.rows(_REPORTS, {"agency": agency_key}, most=500)


def series(database: Database, agency_key: int) -> pl.DataFrame:
    """Return the cells of SERIES of an agency's current reports: report_key, year_key, cell_path, status, value."""
    return database.rows(_SERIES, {"agency": agency_key, "paths": list(SERIES.values())})


def report(database: Database, report_key: int) -> dict[str, object] | None:
    """Return a report with its agency, or None."""
    found = database.rows(_REPORT, {"report": report_key})
    return found.row(0, named=True) if found.height else None


def cells(database: Database, report_key: int) -> pl.DataFrame:
    """Return the cells of a report in the order of its form."""
    return database.rows(_CELLS, {"report": report_key})


def peers(database: Database, report_key: int, year: int) -> pl.DataFrame:
    """Return a report and those of the same year, level, type and function, nearest places first, with four numbers."""
    return database.rows(_PEERS, {"report": report_key, "year": year, "most": MOST_PEERS})
