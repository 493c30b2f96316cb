"""指标: rates with numerator and denominator, reasons of refusal, fees and procurement, by year, place, level or type.

Every rate counts only reports that print both its numbers, and says how many those are.
"""

from __future__ import annotations

import polars as pl

from pipelines.exploring.connection import Database
from pipelines.exploring.restriction import Filter, grouped
from pipelines.forms import all_rows
from pipelines.forms.figures import FIGURES, REVIEWS

# What each rate divides, in columns of fact_report_figures (and of nothing else).
_RATES = {
    "granted": ("f.granted + f.partially_granted", "f.outcome_total"),
    "denied": ("f.denied", "f.outcome_total"),
    "natural_person": ("f.received_natural_person", "f.received"),
}
RATES = tuple(_RATES)
_RATE = """
SELECT
    /* group */ AS group_value,
    count(*) AS reports,
    count(/* numerator */ + /* denominator */) AS counted,
    sum(/* numerator */) FILTER (WHERE /* denominator */ IS NOT NULL) AS numerator,
    sum(/* denominator */) FILTER (WHERE /* numerator */ IS NOT NULL) AS denominator
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */ /* years */
GROUP BY ALL
ORDER BY group_value
"""
_CORRECTED = """
SELECT
    /* group */ AS group_value,
    '/* channel */' AS channel,
    count(*) AS reports,
    count(f./* channel */_corrected + f./* channel */_decided) AS counted,
    sum(f./* channel */_corrected) FILTER (WHERE f./* channel */_decided IS NOT NULL) AS numerator,
    sum(f./* channel */_decided) AS denominator
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE /* filter */ /* years */
GROUP BY ALL
"""
_CHANNELS = tuple(all_rows(REVIEWS))
_REASON_GROUPS = ("denied", "unable", "not_processed")
_REASON = tuple(
    (figure.name, line)
    for figure in FIGURES
    for ((line, _), *_) in (figure.cells,)
    if line.split(".")[0] in _REASON_GROUPS and len(figure.cells) == 1
)
_REASONS = f"""
WITH total AS (
    SELECT {", ".join(f"count(f.{name}) AS reports_{name}, sum(f.{name}) AS {name}" for name, _ in _REASON)}
    FROM fact_report_figures AS f
    JOIN dim_report AS r USING (report_key)
    JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
    WHERE /* filter */ /* years */
),
reason (line, reports, cases) AS (
    {" UNION ALL ".join(f"SELECT '{line}', reports_{name}, {name} FROM total" for name, line in _REASON)}
)
SELECT d.line_group, d.line, d.label, d.article, w.reports, w.cases
FROM reason AS w
JOIN dim_application_line AS d USING (line)
WHERE w.reports > 0
ORDER BY w.cases DESC NULLS LAST, d.line
"""  # noqa: S608  # names are those of the forms
_REFUSERS = """
SELECT
    a.agency_key, r.report_key, r.year_key, a.name, a.province, f.denied AS refused, f.outcome_total AS outcome
FROM fact_report_figures AS f
JOIN dim_report AS r USING (report_key)
JOIN dim_agency AS a ON a.agency_sk = r.agency_sk
WHERE f.denied > 0 AND /* filter */ /* years */
ORDER BY f.denied DESC, a.name, r.report_key
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


def rates(database: Database, restriction: Filter, by: str, rate: str) -> pl.DataFrame:
    """Return a rate of RATES by group: reports, counted (reports with both numbers), numerator, denominator, rate."""
    numerator, denominator = _RATES[rate]
    query = _RATE.replace("/* numerator */", f"({numerator})").replace("/* denominator */", f"({denominator})")
    return _with_rate(_summed(database, restriction, query, by))


def corrections(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return by group and channel how many decided cases were corrected; pending ones are not decided."""
    each = [_CORRECTED.replace("/* channel */", channel) for channel in _CHANNELS]
    query = " UNION ALL BY NAME ".join(each) + " ORDER BY group_value, channel"
    return _with_rate(_summed(database, restriction, query, by))


def reasons(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return the cases of every reason for refusing, not holding or not processing."""
    added = restriction.for_sums()
    return database.rows(added.restrict(_REASONS), added.parameters())


def refusers(database: Database, restriction: Filter) -> pl.DataFrame:
    """Return the twenty reports that refused most, with what they refused and their outcomes."""
    return database.rows(restriction.restrict(_REFUSERS), restriction.parameters())


def fees(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return fee items (form 2019) and yuan collected (form 2021): different things, in columns of their own."""
    return _summed(database, restriction, _FEES, by)


def procurement(database: Database, restriction: Filter, by: str) -> pl.DataFrame:
    """Return projects and yuan of reports that print both, and how many amounts have an inferred unit."""
    return _summed(database, restriction, _PROCUREMENT, by)


def _summed(database: Database, restriction: Filter, query: str, by: str) -> pl.DataFrame:
    """Answer a query that adds over reports: never own figures and summaries, nor one summary in another."""
    added = restriction.for_sums(by)
    return database.rows(added.restrict(grouped(query, by)), added.parameters())


def _with_rate(frame: pl.DataFrame) -> pl.DataFrame:
    rate = pl.col("numerator").cast(pl.Float64) / pl.col("denominator").cast(pl.Float64)
    return frame.with_columns(pl.when(pl.col("denominator") > 0).then(rate).alias("rate"))
