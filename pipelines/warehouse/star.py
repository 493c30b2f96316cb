"""Build the tables of the star from the work store, as Parquet below work/star; partitioned tables year by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from pipelines.auditing import rule_cells_frame, rules_frame
from pipelines.contracts import contract
from pipelines.contracts.frames import CELL_PATH
from pipelines.warehouse import dimensions
from pipelines.warehouse.agencies import dim_division, division_succession
from pipelines.warehouse.audit import audit_evaluation, audit_finding
from pipelines.warehouse.corrections import cell_correction
from pipelines.warehouse.facts import FIGURE_TABLES, TABLE_OF_FACT, project, report_figures
from pipelines.warehouse.parquet import drop_year, read_frame, table_file, write_chunks
from pipelines.warehouse.report_sources import DUPLICATE, MAIN
from pipelines.warehouse.reports import (
    agency_match,
    dim_agency,
    dim_report,
    raw_file,
    raw_file_location,
    report_file,
    years_read,
)
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.vocabularies import code_lists

# Reports whose cells are in memory at once: about 4 million rows, and 1.5 GB while they are audited.
REPORTS_PER_CHUNK = 20_000


def build(snapshot: RunInputs, name: str, years: Sequence[int]) -> dict[int, int]:
    """Build one table; of a partitioned one the given years. Returns rows by year (0: not partitioned).

    Raises ContractViolation.
    """
    table = contract(name)
    star = snapshot.layout.star
    if not table.partitioned:
        return {0: write_chunks(table, [DIMENSIONS[name](snapshot)], table_file(star, table))}
    rows = dict.fromkeys(years, 0)
    for year in years:
        keys = _reports_of(snapshot, year)
        if keys.is_empty():
            drop_year(star, table, year)
            continue
        chunks = (PARTITIONED[name](snapshot, part) for part in _chunked(keys))
        rows[year] = write_chunks(table, chunks, table_file(star, table, year))
    return rows


def years_to_build(snapshot: RunInputs) -> list[int]:
    """Return the years that have reports, and those that had some when the tables were last built."""
    built = {int(p.name.removeprefix("year_key=")) for p in snapshot.layout.star.glob("*/year_key=*")}
    return sorted(years_read(snapshot) | {year for year in built if year <= snapshot.last_year})


def _reports_of(snapshot: RunInputs, year: int) -> pl.DataFrame:
    reports = read_frame(snapshot.layout.star, contract("dim_report"))
    return reports.filter(pl.col("year_key") == year).sort("agency_sk", "report_key")


def _with_sources(snapshot: RunInputs, reports: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each source of each report."""
    made_of = snapshot.report_files().filter(pl.col("role") != DUPLICATE)
    return reports.join(made_of.select("report_key", "source_key", "role"), on="report_key")


def _chunked(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, reports.height, REPORTS_PER_CHUNK):
        yield reports.slice(start, REPORTS_PER_CHUNK)


DIMENSIONS: dict[str, Callable[[RunInputs], pl.DataFrame]] = {
    "dim_year": lambda snapshot: dimensions.dim_year(snapshot.last_year),
    "dim_agency": dim_agency,
    "dim_division": lambda _: dim_division(),
    "division_succession": lambda _: division_succession(),
    "dim_report": dim_report,
    "dim_form": lambda _: dimensions.dim_form(),
    "dim_form_cell": lambda _: dimensions.dim_form_cell(),
    "dim_application_line": lambda _: dimensions.dim_application_line(),
    "dim_applicant": lambda _: dimensions.dim_applicant(),
    "dim_review": lambda _: dimensions.dim_review(),
    "dim_indicator": lambda _: dimensions.dim_indicator(),
    "code_list": lambda _: code_lists(),
    "raw_file": raw_file,
    "raw_file_location": raw_file_location,
    "report_file": report_file,
    "audit_rule": lambda _: rules_frame(),
    "audit_rule_cell": lambda _: rule_cells_frame(),
    "cell_correction": cell_correction,
}


_PROJECTED = ("report_key", "year_key", "table_id", "row_id", "column_id", "status", "value", "yuan", "unit_source")


def _cells(snapshot: RunInputs, reports: pl.DataFrame) -> pl.DataFrame:
    return (
        snapshot.scan("cells", _with_sources(snapshot, reports))
        .with_columns(CELL_PATH)
        .select(contract("cell").columns)
        .collect()
    )


def _fact(name: str, table_id: str) -> Callable[[RunInputs, pl.DataFrame], pl.DataFrame]:
    return lambda snapshot, reports: project(name, _statutory(snapshot, reports, [table_id]))


def _statutory(snapshot: RunInputs, reports: pl.DataFrame, tables: Sequence[str]) -> pl.DataFrame:
    """Return the cells of tables of the form, of current reports, with the agency."""
    kept = pl.col("is_statutory") & pl.col("table_id").is_in(tables)
    current = reports.filter(pl.col("status") == "current")
    cells = snapshot.scan("cells", _with_sources(snapshot, current)).filter(kept).select(_PROJECTED).collect()
    return cells.join(reports.select("report_key", "agency_sk"), on="report_key")


def _unmapped(snapshot: RunInputs, reports: pl.DataFrame) -> pl.DataFrame:
    rows = snapshot.scan("unmapped_rows", _with_sources(snapshot, reports)).collect()
    as_json = pl.format("[{}]", pl.col("cells").list.eval(_json_text(pl.element())).list.join(", "))
    return rows.with_columns(cells=as_json).select(contract("unmapped_row").columns)


def _json_text(text: pl.Expr) -> pl.Expr:
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.format(
        '"{}"', escaped.str.replace_all("\n", "\\n", literal=True).str.replace_all("\t", "\\t", literal=True)
    )


def _sections(snapshot: RunInputs, reports: pl.DataFrame) -> pl.DataFrame:
    rows = snapshot.scan("sections", _with_sources(snapshot, reports)).collect()
    # A report of a page and an attachment has its words from the page; the attachment only adds what that lacks.
    first = rows.sort(pl.col("role") != MAIN, "source_key").unique(["report_key", "section"], keep="first")
    return first.select(contract("report_section").columns)


def _figures(snapshot: RunInputs, reports: pl.DataFrame) -> pl.DataFrame:
    rows = snapshot.scan("figures", _with_sources(snapshot, reports).filter(pl.col("role") == MAIN)).collect()
    return rows.select(contract("narrative_figure").columns)


PARTITIONED: dict[str, Callable[[RunInputs, pl.DataFrame], pl.DataFrame]] = {
    **{name: _fact(name, table_id) for name, table_id in TABLE_OF_FACT.items()},
    "fact_report_figures": lambda snapshot, reports: report_figures(_statutory(snapshot, reports, FIGURE_TABLES)),
    "cell": _cells,
    "unmapped_row": _unmapped,
    "report_section": _sections,
    "agency_match": agency_match,
    "narrative_figure": _figures,
    "audit_evaluation": audit_evaluation,
    "audit_finding": audit_finding,
}
