"""The frames that an audit needs, from the tables built before it, and the findings from its evaluations.

Belongs here: which report is last year's, attributes. Keep out: rules (`auditing`), what lies below a summary.
"""

from __future__ import annotations

import polars as pl

from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.warehouse.copies import GROUP, KNOWN, class_of_scope
from pipelines.warehouse.levels import below_summaries, with_agency
from pipelines.warehouse.run_inputs import DeclaredInputs
from pipelines.warehouse.standing import CONFLICTING

_CELL_COLUMNS = (
    *(
        "report_key",
        "year_key",
        "cell_path",
        "cell_order",
        "table_id",
        "row_id",
        "column_id",
        "is_statutory",
        "raw_text",
    ),
    *("status", "value", "unit", "yuan", "unit_source", "matched_by", "note"),
)
_LAST_COLUMNS = ("report_key", "cell_path", "status", "value")


def audit_evaluation(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the evaluations of all rules for some reports of one year (rows of dim_report)."""
    if reports.is_empty():
        return contract("audit_evaluation").empty()
    year = int(reports["year_key"][0])
    keys = reports.select("report_key")
    cells = _rows(inputs, "cell", year, keys, _CELL_COLUMNS)
    agencies = inputs.table("dim_agency")
    known = with_agency(reports, agencies)
    sections = _rows(inputs, "report_section", year, keys, contract("report_section").columns)
    years, beside = inputs.table("dim_year"), _beside(inputs, known)
    attributes = with_attributes(known, sections, cells, _folders(inputs), years, beside=beside)
    pairs = _with_last(inputs, known, year)
    audited = Audited(
        cells,
        attributes,
        _rows(inputs, "unmapped_row", year, keys, contract("unmapped_row").columns),
        _rows(inputs, "narrative_figure", year, keys, contract("narrative_figure").columns),
        _last(inputs, pairs, year, "cell", _LAST_COLUMNS),
        below_summaries(known, inputs.table("dim_report"), agencies, inputs.scan("cell", year)),
        sections,
        _last(inputs, pairs, year, "report_section", contract("report_section").columns),
    )
    return evaluate(audited).select(contract("audit_evaluation").columns)


def audit_finding(inputs: DeclaredInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return the findings of some reports of one year, from their evaluations."""
    if reports.is_empty():
        return contract("audit_finding").empty()
    year = int(reports["year_key"][0])
    columns = contract("audit_evaluation").columns
    return findings(_rows(inputs, "audit_evaluation", year, reports.select("report_key"), columns))


def _rows(inputs: DeclaredInputs, name: str, year: int, keys: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows of some reports in a partitioned table of one year."""
    rows = inputs.scan(name, year).select(columns)
    return rows.join(keys.lazy(), on="report_key", how="semi").collect()


def _folders(inputs: DeclaredInputs) -> pl.DataFrame:
    """Return (report_key, folder_year); of files in folders of several years there is none."""
    files = inputs.table("report_file").filter(pl.col("role") == "main")
    places = inputs.table("raw_file_location")
    placed = files.join(places.select("file_sha256", "folder_year"), on="file_sha256").drop_nulls("folder_year")
    years = placed.group_by("report_key").agg(pl.col("folder_year").unique())
    return years.filter(pl.col("folder_year").list.len() == 1).with_columns(pl.col("folder_year").list.first())


def _beside(inputs: DeclaredInputs, known: pl.DataFrame) -> pl.DataFrame:
    """Return (report_key, files_beside): where the reports lie that a report stands in conflict with, or gives way to.

    The places of all of them in order, its own among them where nothing decides; of a copy the place of the original.
    """
    places = inputs.table("raw_file_location").select("file_sha256", "location")
    main = inputs.table("report_file").filter(pl.col("role") == "main").select("report_key", "file_sha256")
    undecided = pl.col("status") == CONFLICTING
    reports = (
        with_agency(inputs.table("dim_report"), inputs.table("dim_agency"))
        .filter(undecided)
        .with_columns(class_of_scope())
    )
    rivals = known.filter(undecided).with_columns(class_of_scope()).select("report_key", *GROUP)
    rivals = rivals.join(reports.select(*GROUP, beside="report_key"), on=list(GROUP)).select("report_key", "beside")
    related = known.select("report_key", beside="related_report_key").drop_nulls()
    where = main.join(places, on="file_sha256").group_by("report_key").agg(pl.col("location").min())
    found = pl.concat([rivals, related]).join(where, left_on="beside", right_on="report_key")
    return found.group_by("report_key").agg(files_beside=pl.col("location").sort().str.join("、"))


def _with_last(inputs: DeclaredInputs, known: pl.DataFrame, year: int) -> pl.DataFrame:
    """Return (report_key, last_key): last year's report of the same agency and scope, where there is exactly one."""
    reports = with_agency(inputs.table("dim_report"), inputs.table("dim_agency"))
    by = ["agency_key", "scope"]
    current = (pl.col("status") == "current") & pl.col("agency_status").is_in(KNOWN) & pl.lit(year > 0)
    before = reports.filter(current & (pl.col("year_key") == year - 1)).filter(pl.len().over(by) == 1)
    pairs = known.filter(current).join(before.select(*by, last_key="report_key"), on=by)
    return pairs.select("report_key", "last_key")


def _last(
    inputs: DeclaredInputs, pairs: pl.DataFrame, year: int, name: str, columns: tuple[str, ...]
) -> pl.DataFrame | None:
    """Return rows of last year's reports under this year's report_key; None where there are no such reports."""
    if pairs.is_empty():
        return None
    rows = _rows(inputs, name, year - 1, pairs.select(report_key="last_key"), columns)
    return rows.rename({"report_key": "last_key"}).join(pairs, on="last_key").drop("last_key")
