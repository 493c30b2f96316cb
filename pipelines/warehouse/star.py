"""The builders of all tables, each with the inputs it reads: the one place where it stands what is made from what.

Belongs here: a declaration for each contract, and the order that follows. Keep out: how rows are made (the functions
named here), how inputs are opened (`run_inputs`). Dagster's dependencies are read from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from threading import Event
from time import perf_counter
from typing import NamedTuple

import polars as pl

from pipelines.auditing import rule_cells_frame, rules_frame
from pipelines.contracts import CONTRACTS
from pipelines.warehouse import dimensions, sums
from pipelines.warehouse.agencies import dim_division, division_succession
from pipelines.warehouse.audit import AUDITED, audit_evaluation, audit_finding
from pipelines.warehouse.builder import Builder, Built, ByPart, Summed, Whole
from pipelines.warehouse.corrections import cell_correction
from pipelines.warehouse.facts import FIGURE_TABLES, TABLE_OF_FACT, project, report_figures
from pipelines.warehouse.last_run import sound_files
from pipelines.warehouse.parts import years_built
from pipelines.warehouse.report_contents import agency_match, cell, narrative_figure, report_section, unmapped_row
from pipelines.warehouse.reports import (
    dim_agency,
    dim_report,
    raw_file,
    raw_file_location,
    report_file,
    years_read,
)
from pipelines.warehouse.run_inputs import INVENTORY, RunInputs
from pipelines.warehouse.side_by_side import side_by_side
from pipelines.warehouse.slices import Slices
from pipelines.warehouse.vocabularies import code_lists

# Tables built at once: each takes the memory of a part, so more would only help where there is much of it.
_AT_ONCE = 2
_OUTCOMES = (INVENTORY, "work:documents")
# Reports with their agencies: what files state of themselves, which of them make a report, and the text that names it.
_IDENTIFIED = (INVENTORY, "work:reports", "work:sections", "report_file")
# Which files make a report, by where they lie and what they say.
_LYING_TOGETHER = ("work:reports", "work:cells", "work:sections", "work:unmapped_rows")
_CELLS = ("counted", "cell")
# What a fact needs of a cell.
_PROJECTED = ("report_key", "year_key", "table_id", "row_id", "column_id", "status", "value", "yuan", "unit_source")

_DIMENSIONS = (
    Whole("dim_year", (), lambda inputs: dimensions.dim_year(inputs.last_year)),
    Whole("dim_division", (), lambda _: dim_division()),
    Whole("division_succession", (), lambda _: division_succession()),
    Whole("dim_form", (), lambda _: dimensions.dim_form()),
    Whole("dim_form_cell", (), lambda _: dimensions.dim_form_cell()),
    Whole("code_list", (), lambda _: code_lists()),
    Whole("dim_application_line", (), lambda _: dimensions.dim_application_line()),
    Whole("dim_applicant", (), lambda _: dimensions.dim_applicant()),
    Whole("dim_review", (), lambda _: dimensions.dim_review()),
    Whole("dim_indicator", (), lambda _: dimensions.dim_indicator()),
    Whole("dim_agency", _IDENTIFIED, dim_agency),
    Whole("dim_report", (*_IDENTIFIED, "work:cells", "work:figures", "dim_agency"), dim_report),
)
_PROVENANCE = (
    Whole("raw_file", _OUTCOMES, raw_file),
    Whole("raw_file_location", _OUTCOMES, raw_file_location),
    Whole("report_file", (INVENTORY, *_LYING_TOGETHER), report_file),
    ByPart("cell", ("work:cells",), cell),
    ByPart("unmapped_row", ("work:unmapped_rows",), unmapped_row),
    ByPart("report_section", ("work:sections",), report_section),
    ByPart("narrative_figure", ("work:figures",), narrative_figure),
    ByPart("agency_match", ("identified",), agency_match, "agencies"),
)
_AUDIT = (
    Whole("audit_rule", (), lambda _: rules_frame()),
    Whole("audit_rule_cell", (), lambda _: rule_cells_frame()),
    ByPart("audit_evaluation", AUDITED, audit_evaluation, "audit", alone=("dim_year",)),
    ByPart("audit_finding", ("audit_evaluation",), audit_finding, "audit"),
    Whole("cell_correction", ("cell", "report_file", "raw_file_location"), cell_correction),
)


def _fact(name: str, table_id: str) -> Builder:
    return ByPart(name, _CELLS, lambda slices: project(name, _statutory(slices, [table_id])))


def _statutory(slices: Slices, tables: Sequence[str]) -> pl.DataFrame:
    """Return the cells of tables of a form, of the current reports of a part, with the agency."""
    current = slices.scan("counted").filter(pl.col("status") == "current").select("report_key", "agency_sk")
    kept = pl.col("is_statutory") & pl.col("table_id").is_in(tables)
    return slices.scan("cell").filter(kept).select(_PROJECTED).join(current, on="report_key").collect()


_FACTS = (
    *(_fact(name, table_id) for name, table_id in TABLE_OF_FACT.items()),
    ByPart("fact_report_figures", _CELLS, lambda slices: report_figures(_statutory(slices, FIGURE_TABLES))),
)


def _beside(name: str, slices: tuple[str, ...], make: Callable[..., pl.DataFrame]) -> Builder:
    return ByPart(name, slices, lambda given: make(*map(given.scan, slices)))


def _sum(name: str, of: tuple[str, ...], make: Callable[..., pl.DataFrame]) -> Builder:
    slices = ("grouped", *of)
    return Summed(name, slices, lambda given: make(*map(given.scan, slices)), add=partial(sums.add_up, name))


# What questions are answered from, so that none walks over all cells or facts.
_SUMS = (
    _beside("report_audit", ("counted", "places", "audit_finding"), sums.report_audit),
    _beside("finding_cell", ("places", "audit_finding", "cell"), sums.finding_cell),
    _beside("printed_amount", _CELLS, sums.printed_amount),
    _sum("sum_reports", ("report_audit",), sums.sum_reports),
    _sum("sum_applications", ("fact_applications",), sums.sum_applications),
    _sum("sum_rates", ("fact_report_figures",), sums.sum_rates),
    _sum("sum_divisions", ("fact_report_figures",), sums.sum_divisions),
    _sum("sum_decisions", ("fact_item_5_licensing", "fact_item_6_enforcement"), sums.sum_decisions),
    _sum("sum_findings", ("audit_finding",), sums.sum_findings),
    _sum("sum_cells", ("cell",), sums.sum_cells),
)


def _by_table(builders: Sequence[Builder]) -> dict[str, Builder]:
    """Map table to builder. Raises ValueError naming tables that have several builders, or none."""
    built = [builder.table for builder in builders]
    repeated = {name for name in built if built.count(name) > 1}
    if wrong := sorted(repeated | (set(CONTRACTS) - set(built))):
        raise ValueError(f"expected one builder for each contract; several or none: {', '.join(wrong)}")
    return {builder.table: builder for builder in builders}


BUILDERS = _by_table((*_DIMENSIONS, *_PROVENANCE, *_AUDIT, *_FACTS, *_SUMS))


def _needs(names: Collection[str]) -> dict[str, list[str]]:
    return {name: [read for read in BUILDERS[name].inputs_read if read in names] for name in names}


class BuiltTable(NamedTuple):
    """A table that was built: its name, what building did, and the seconds of the clock it took beside others."""

    name: str
    built: Built
    seconds: float


def build(run: RunInputs, names: Collection[str], years: Sequence[int]) -> Iterator[BuiltTable]:
    """Build tables, of partitioned ones the given years, each after those it reads. Raises ContractViolation."""
    run = replace(run, stopped=Event(), sound=sound_files(run.layout))

    def timed(name: str) -> BuiltTable:
        begin = perf_counter()
        built = BUILDERS[name].build(run, years)
        return BuiltTable(name, built, perf_counter() - begin)

    for _, table in side_by_side(_needs(names), timed, at_once=_AT_ONCE, stop=run.stopped.set):
        yield table


def build_all(run: RunInputs, years: Sequence[int]) -> dict[str, Built]:
    """Build every table, of partitioned ones the given years. Raises ContractViolation."""
    return {name: built for name, built, _ in build(run, list(BUILDERS), years)}


def years_to_build(run: RunInputs) -> list[int]:
    """Return the years that have reports, and those that had some when the tables were last built."""
    read = years_read(run.declared_by("years_to_build", (INVENTORY, "work:reports")))
    return sorted(read | {year for year in years_built(run.layout.star) if year <= run.last_year})
