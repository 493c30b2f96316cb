"""指标: rates with numerator and denominator, reasons of refusal, fees and procurement, by year, place, level or type.

Every rate counts only reports that print both its numbers, and says how many those are.
"""

from __future__ import annotations

import polars as pl

from pipelines.exploring.connecting import Database
from pipelines.exploring.filtering import Filter, grouped

_FLOW = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(*) FILTER (WHERE w.granted IS NOT NULL AND w.partial IS NOT NULL AND w.outcome IS NOT NULL) AS counted,
    sum(w.granted + w.partial)
        FILTER (WHERE w.granted IS NOT NULL AND w.partial IS NOT NULL AND w.outcome IS NOT NULL) AS numerator,
    sum(w.outcome) FILTER (WHERE w.granted IS NOT NULL AND w.partial IS NOT NULL AND w.outcome IS NOT NULL)
        AS denominator
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN (
    SELECT
        f.report_key,
        max(f.cases) FILTER (WHERE f.line = 'granted') AS granted,
        max(f.cases) FILTER (WHERE f.line = 'partially_granted') AS partial,
        max(f.cases) FILTER (WHERE f.line = 'outcome_total') AS outcome
    FROM fact_applications AS f
    WHERE f.applicant = 'total' AND f.line IN ('granted', 'partially_granted', 'outcome_total')
        /* years */
    GROUP BY f.report_key
) AS w USING (report_key)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_DENIED = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(*) FILTER (WHERE w.denied IS NOT NULL AND w.outcome IS NOT NULL) AS counted,
    sum(w.denied) FILTER (WHERE w.outcome IS NOT NULL) AS numerator,
    sum(w.outcome) FILTER (WHERE w.denied IS NOT NULL) AS denominator
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN (
    SELECT
        f.report_key,
        CASE WHEN count(f.cases) FILTER (WHERE f.line LIKE 'denied.%') = 8
            THEN sum(f.cases) FILTER (WHERE f.line LIKE 'denied.%') END AS denied,
        max(f.cases) FILTER (WHERE f.line = 'outcome_total') AS outcome
    FROM fact_applications AS f
    WHERE f.applicant = 'total' AND (f.line = 'outcome_total' OR f.line LIKE 'denied.%')
        /* years */
    GROUP BY f.report_key
) AS w USING (report_key)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_NATURAL = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(*) FILTER (WHERE w.natural_person IS NOT NULL AND w.total IS NOT NULL) AS counted,
    sum(w.natural_person) FILTER (WHERE w.total IS NOT NULL) AS numerator,
    sum(w.total) FILTER (WHERE w.natural_person IS NOT NULL) AS denominator
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN (
    SELECT
        f.report_key,
        max(f.cases) FILTER (WHERE f.applicant = 'natural_person') AS natural_person,
        max(f.cases) FILTER (WHERE f.applicant = 'total') AS total
    FROM fact_applications AS f
    WHERE f.line = 'received' AND f.applicant IN ('natural_person', 'total')
        /* years */
    GROUP BY f.report_key
) AS w USING (report_key)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_CORRECTED = """
SELECT
    /* group */ AS group_value,
    w.channel,
    count(*) AS reports,
    count(w.decided) AS counted,
    sum(w.corrected) FILTER (WHERE w.decided IS NOT NULL) AS numerator,
    sum(w.decided) AS denominator
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN (
    SELECT
        f.report_key,
        f.channel,
        max(f.cases) FILTER (WHERE f.result = 'corrected') AS corrected,
        CASE WHEN count(f.cases) = 3 THEN sum(f.cases) END AS decided
    FROM fact_reviews AS f
    WHERE f.result IN ('upheld', 'corrected', 'other_result')
        /* years */
    GROUP BY f.report_key, f.channel
) AS w USING (report_key)
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value, w.channel
"""
_REASONS = """
SELECT
    d.line_group,
    d.line,
    d.label,
    d.article,
    count(f.cases) AS reports,
    sum(f.cases) AS cases
FROM fact_applications AS f
JOIN dim_application_line AS d USING (line)
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE f.applicant = 'total' AND d.stage = 'outcome' AND d.line_group IN ('denied', 'unable', 'not_processed')
    AND f.status = 'value' /* years */ AND /* filter */
GROUP BY ALL
ORDER BY cases DESC NULLS LAST, d.line
"""
_REFUSERS = """
SELECT
    a.agency_key, r.report_key, r.year_key, a.name, a.province, w.refused, w.outcome
FROM dim_report AS r
JOIN dim_agency AS a USING (agency_sk)
JOIN (
    SELECT
        f.report_key,
        CASE WHEN count(f.cases) FILTER (WHERE f.line LIKE 'denied.%') = 8
            THEN sum(f.cases) FILTER (WHERE f.line LIKE 'denied.%') END AS refused,
        max(f.cases) FILTER (WHERE f.line = 'outcome_total') AS outcome
    FROM fact_applications AS f
    WHERE f.applicant = 'total' AND (f.line = 'outcome_total' OR f.line LIKE 'denied.%')
        /* years */
    GROUP BY f.report_key
) AS w USING (report_key)
WHERE w.refused > 0 AND /* filter */
ORDER BY w.refused DESC, a.name, r.report_key
LIMIT 20
"""
_FEES = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(f.prior_year_items) AS counted_items,
    sum(f.prior_year_items) AS items,
    count(f.amount_collected_yuan) AS counted_yuan,
    sum(f.amount_collected_yuan) AS yuan
FROM fact_item_8_fees AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
_PROCUREMENT = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(*) FILTER (WHERE f.project_count IS NOT NULL AND f.total_amount_yuan IS NOT NULL) AS counted,
    sum(f.project_count) FILTER (WHERE f.total_amount_yuan IS NOT NULL) AS projects,
    sum(f.total_amount_yuan) FILTER (WHERE f.project_count IS NOT NULL) AS yuan,
    count(*) FILTER (WHERE f.unit_source = 'inferred') AS unit_inferred
FROM fact_item_9_procurement AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */
GROUP BY ALL
ORDER BY group_value
"""
RATES = {"granted": _FLOW, "denied": _DENIED, "natural_person": _NATURAL}


def rates(database: Database, restriction: Filter, by: str, rate: str) -> pl.DataFrame:
    """Return a rate of RATES by group: reports, counted (reports with both numbers), numerator, denominator, rate."""
    query = restriction.restrict(grouped(RATES[rate], by))
    return _with_rate(database.rows(query, restriction.parameters()))


def corrections(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return by group and channel how many decided cases were corrected; pending ones are not decided."""
    query = restriction.restrict(grouped(_CORRECTED, by))
    return _with_rate(database.rows(query, restriction.parameters()))


def reasons(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return the cases of every reason for refusing, not holding or not processing."""
    return database.rows(restriction.restrict(_REASONS), restriction.parameters())


def refusers(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return the twenty reports that refused most, with what they refused and their outcomes."""
    return database.rows(restriction.restrict(_REFUSERS), restriction.parameters())


def fees(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return fee items (form 2019) and yuan collected (form 2021): different things, in columns of their own."""
    return database.rows(restriction.restrict(grouped(_FEES, by)), restriction.parameters())


def procurement(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return projects and yuan of reports that print both, and how many amounts have an inferred unit."""
    return database.rows(restriction.restrict(grouped(_PROCUREMENT, by)), restriction.parameters())


def _with_rate(frame: pl.DataFrame) -> pl.DataFrame:
    rate = pl.col("numerator").cast(pl.Float64) / pl.col("denominator").cast(pl.Float64)
    return frame.with_columns(pl.when(pl.col("denominator") > 0).then(rate).alias("rate"))
