"""Sums over current reports by year, scope and kind of agency, and what single findings and amounts need of the cells.

Belongs here: making them of tables built before. Keep out: what their columns are (`contracts.sums`), and shares, which
are made after adding (`sql/queries`). That sums equal the facts is a check of every release (sql/checks).
"""

from __future__ import annotations

import polars as pl

from pipelines.contracts import contract
from pipelines.contracts.codes import code_list
from pipelines.contracts.sums import GROUPS
from pipelines.forms import ALL_FORMS, path_name
from pipelines.warehouse.dimensions import dim_applicant, dim_application_line

_KIND = ("province", "level", "agency_type")
_DIVISION_NAMES = ("division_code_latest", "division_then")
_DIVISION = (pl.col("division_code_latest"), pl.coalesce("county", "prefecture", "province").alias("division_then"))


def _corrected(channel: str) -> tuple[pl.Expr, pl.Expr]:
    return pl.col(f"{channel}_corrected"), pl.col(f"{channel}_decided")


# Numerator and denominator of each rate, as columns of fact_report_figures.
RATES = {
    "granted": (pl.col("granted") + pl.col("partially_granted"), pl.col("outcome_total")),
    "denied": (pl.col("denied"), pl.col("outcome_total")),
    "natural_person": (pl.col("received_natural_person"), pl.col("received")),
    "reconsideration_corrected": _corrected("reconsideration"),
    "litigation_direct_corrected": _corrected("litigation_direct"),
    "litigation_after_reconsideration_corrected": _corrected("litigation_after_reconsideration"),
}
_AMOUNTS = sorted(
    {
        path_name(path)
        for form in ALL_FORMS.values()
        for path in form.cell_paths
        if form.table_by_id[path[0]].kind_of(path[1], path[2]) == "amount"
    }
)


def grouped(reports: pl.DataFrame, agencies: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, form, GROUPS, cells_..., the division now and then) of current reports of known years."""
    current = reports.filter((pl.col("status") == "current") & (pl.col("year_key") > 0))
    kinds = agencies.select("agency_sk", *(pl.col(name).fill_null("") for name in _KIND), *_DIVISION)
    cells = [name for name in reports.columns if name.startswith("cells_")]
    return current.join(kinds, on="agency_sk").select("report_key", "form", *GROUPS, *cells, *_DIVISION_NAMES)


def add_up(name: str, sums: pl.DataFrame) -> pl.DataFrame:
    """Return a table of sums from those of parts. A report is in one part, so what counts reports is added as well."""
    table = contract(name)
    added = [column for column in table.columns if column not in table.primary_key]
    return _as_declared(name, sums.group_by(table.primary_key).agg(*map(_total, added)))


def _total(name: str) -> pl.Expr:
    """Return the sum of a column; of no number it is none, not 0."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _summed(name: str, reports: pl.LazyFrame, rows: pl.LazyFrame, *sums: pl.Expr) -> pl.DataFrame:
    """Return a table of sums of rows (with report_key) by the groups of their reports and what else is its key."""
    by = contract(name).primary_key
    groups = reports.select("report_key", "form", *GROUPS, *_DIVISION_NAMES)
    made = rows.join(groups, on="report_key").group_by(by).agg(*sums)
    return _as_declared(name, made.collect())


def _as_declared(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(each).cast(dtype) for each, dtype in contract(name).dtypes.items())


def sum_reports(reports: pl.LazyFrame, audited: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_reports of `grouped` and report_audit."""
    table = contract("sum_reports")
    rows = reports.join(audited.select("report_key", "errors", "warnings"), on="report_key")
    sound = ((pl.col("errors") == 0) & (pl.col("warnings") == 0)).sum().alias("sound_reports")
    names = [name for name in table.columns if name.startswith("cells_")]
    # Counts of single reports are 32 bits wide, their sums are not.
    added = (pl.col(name).cast(pl.Int64).sum() for name in (*names, "errors", "warnings"))
    made = rows.group_by(table.primary_key).agg(pl.len().alias("reports"), *added, sound)
    return _as_declared("sum_reports", made.collect())


def sum_applications(reports: pl.LazyFrame, applications: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_applications of `grouped` and fact_applications: leaf lines and single applicants only."""
    lines = dim_application_line().filter(~pl.col("is_total"))["line"]
    applicants = dim_applicant().filter(~pl.col("is_total"))["applicant"]
    leaf = pl.col("line").is_in(lines.to_list()) & pl.col("applicant").is_in(applicants.to_list())
    rows = applications.filter(leaf & (pl.col("status") == "value")).select("report_key", "line", "cases")
    return _summed("sum_applications", reports, rows, pl.len().alias("numbers"), pl.col("cases").sum())


def sum_rates(reports: pl.LazyFrame, figures: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_rates of `grouped` and fact_report_figures: of each rate the reports that have both numbers."""
    rates = [
        figures.select("report_key", pl.lit(name).alias("rate"), over.alias("numerator"), under.alias("denominator"))
        for name, (over, under) in RATES.items()
    ]
    both = pl.concat(rates).drop_nulls(["numerator", "denominator"])
    sums = (pl.len().alias("reports"), pl.col("numerator").sum(), pl.col("denominator").sum())
    return _summed("sum_rates", reports, both, *sums)


def sum_decisions(reports: pl.LazyFrame, *facts: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_decisions of `grouped` and the facts of licensing and enforcement."""
    rows = pl.concat(fact.select("report_key", "matter", "decisions") for fact in facts)
    return _summed("sum_decisions", reports, rows, pl.col("decisions").count().alias("reports"), _total("decisions"))


def sum_findings(reports: pl.LazyFrame, found: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_findings of `grouped` and audit_finding."""
    counts = (pl.len().alias("findings"), pl.col("report_key").n_unique().alias("reports"))
    return _summed("sum_findings", reports, found.select("report_key", "rule", "severity"), *counts)


def sum_cells(reports: pl.LazyFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_cells of `grouped` and cell."""
    rows = cells.filter(pl.col("status") != "value").select("report_key", "table_id", "row_id", "column_id", "status")
    return _summed("sum_cells", reports, rows, pl.len().alias("cells"))


def sum_divisions(reports: pl.LazyFrame, figures: pl.LazyFrame) -> pl.DataFrame:
    """Return sum_divisions of `grouped` and fact_report_figures."""
    known = reports.drop_nulls(_DIVISION_NAMES)
    rows = figures.select("report_key", pl.col("received").cast(pl.Int64))
    return _summed("sum_divisions", known, rows, pl.len().alias("reports"), _total("received"))


def report_audit(counted: pl.LazyFrame, places: pl.LazyFrame, found: pl.LazyFrame) -> pl.DataFrame:
    """Return report_audit for some reports, of their files with the places of these, and of their findings."""
    names = dict(zip(code_list("severity"), ("errors", "warnings", "remarks"), strict=True))
    counts = [(pl.col("severity") == code).sum().alias(name) for code, name in names.items()]
    counts.append(pl.col("difference").filter(pl.col("severity") == "error").abs().max().alias("largest_difference"))
    first = places.filter(pl.col("role") == "main").group_by("report_key").agg(pl.col("location").min())
    known = counted.select("report_key", "agency_sk", "year_key")
    known = known.join(found.group_by("report_key").agg(*counts), on="report_key", how="left")
    made = known.join(first, on="report_key", how="left").with_columns(pl.col(*names.values()).fill_null(0))
    return _as_declared("report_audit", made.collect())


def finding_cell(places: pl.LazyFrame, found: pl.LazyFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Return finding_cell for some reports, of their files with the places of these, their findings and cells."""
    named = found.select("report_key", "rule", "scope", "cell_path").drop_nulls("cell_path")
    columns = contract("finding_cell").columns
    own = [name for name in columns if name not in ("rule", "scope", "location")]
    held = cells.select(*own, "cell_path").join(named, on=["report_key", "cell_path"])
    first = places.group_by("report_key", "file_sha256").agg(pl.col("location").min())
    return held.join(first, on=["report_key", "file_sha256"], how="left").select(columns).collect()


def printed_amount(counted: pl.LazyFrame, cells: pl.LazyFrame) -> pl.DataFrame:
    """Return printed_amount for current ones of some reports, of their cells."""
    current = counted.filter(pl.col("status") == "current").select("report_key", "agency_sk")
    amounts = cells.filter(pl.col("is_statutory") & pl.col("cell_path").is_in(_AMOUNTS))
    return amounts.join(current, on="report_key").select(contract("printed_amount").columns).collect()
