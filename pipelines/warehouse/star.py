"""Build the tables of the star from the work store, as Parquet below work/star; partitioned tables year by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.agencies.assigning import agencies_of, agency_sk_of
from pipelines.auditing import rule_cells_frame, rules_frame
from pipelines.auditing.evaluate import evaluate, findings
from pipelines.collecting.inventory import Location, read_inventory
from pipelines.contracts import contract
from pipelines.extracting.frames import SCHEMAS
from pipelines.extracting.numbers import STATUSES
from pipelines.extracting.store import WorkStore, read_table, reader_fingerprint
from pipelines.forms import FORMS
from pipelines.warehouse import dimensions
from pipelines.warehouse.facts import CELL_FACTS, ITEM_FACTS, project
from pipelines.warehouse.layout import Layout
from pipelines.warehouse.parquet import drop_year, read_frame, table_file, write_chunks

# Reports whose cells are in memory at once: about 10 million rows.
REPORTS_PER_CHUNK = 50_000


@dataclass(frozen=True)
class Snapshot:
    """What a run builds from: the locations in data/raw, the store of extracted cells, and the last year there is."""

    layout: Layout
    last_year: int

    def locations(self) -> list[Location]:
        """Return the inventory of the run."""
        return read_inventory(self.layout.inventory)

    def hashes(self) -> set[str]:
        """Return the content hashes of the inventory."""
        return {found.file_sha256 for found in self.locations() if found.file_sha256}

    def store(self) -> WorkStore:
        """Open the work store."""
        return WorkStore(self.layout.extracted, reader_fingerprint())

    def work(self, table: str) -> pl.DataFrame:
        """Return the rows of documents or reports of the inventory."""
        frame = pl.from_arrow(read_table(self.store(), table, self.hashes()))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def scan(self, table: str, reports: pl.DataFrame) -> pl.LazyFrame:
        """Scan the rows of some reports of cells, unmapped_rows or sections, with their year_key."""
        files = self.store().files(table)
        empty = pl.from_arrow(SCHEMAS[table].empty_table())
        assert isinstance(empty, pl.DataFrame)
        rows = pl.scan_parquet(files) if files else empty.lazy()
        return rows.join(reports.lazy().select("report_key", "year_key"), on="report_key")


def build(snapshot: Snapshot, name: str, years: Sequence[int]) -> dict[int, int]:
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


def years_to_build(snapshot: Snapshot) -> list[int]:
    """Return the years that have reports, and those that had some when the tables were last built."""
    read = set(_report_rows(snapshot)["year_key"].unique().to_list())
    built = {int(p.name.removeprefix("year_key=")) for p in snapshot.layout.star.glob("*/year_key=*")}
    return sorted(read | {year for year in built if year <= snapshot.last_year})


def _reports_of(snapshot: Snapshot, year: int) -> pl.DataFrame:
    reports = read_frame(snapshot.layout.star, contract("dim_report"))
    return reports.filter(pl.col("year_key") == year).sort("agency_sk", "report_key")


def _chunked(reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, reports.height, REPORTS_PER_CHUNK):
        yield reports.slice(start, REPORTS_PER_CHUNK)


def _report_rows(snapshot: Snapshot) -> pl.DataFrame:
    reports = snapshot.work("reports")
    in_range = pl.col("year").is_between(dimensions.FIRST_YEAR, snapshot.last_year)
    return reports.with_columns(
        agency_sk_of(reports["report_key"]),
        year_key=pl.when(in_range).then("year").otherwise(0).cast(pl.Int32),
    )


def _dim_report(snapshot: Snapshot) -> pl.DataFrame:
    reports = _report_rows(snapshot)
    table = contract("dim_report")
    expected = pl.DataFrame(
        {"form": [*FORMS, "narrative"], "cells_expected": [*(len(f.cell_paths) for f in FORMS.values()), 0]}
    )
    return (
        reports.join(expected, on="form", how="left")
        .join(_coverage(snapshot, reports), on="report_key", how="left")
        .with_columns(pl.col(f"cells_{status}").fill_null(0) for status in STATUSES)
        .with_columns(scope=pl.lit("unknown"), status=pl.lit("current"), related_report_key=pl.lit(None, pl.Int64))
        .select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items())
        .sort(table.sort)
    )


def _coverage(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    """Count the statutory cells of each report by status."""
    cells = snapshot.scan("cells", reports).filter("is_statutory")
    counts = [(pl.col("status") == status).sum().cast(pl.Int32).alias(f"cells_{status}") for status in STATUSES]
    return cells.group_by("report_key").agg(counts).collect()


def _dim_agency(snapshot: Snapshot) -> pl.DataFrame:
    return agencies_of(_report_rows(snapshot))


def _report_file(snapshot: Snapshot) -> pl.DataFrame:
    reports = snapshot.work("reports")
    return reports.with_columns(role=pl.lit("main")).select(contract("report_file").columns)


def _raw_file(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.work("documents").select(contract("raw_file").columns)


def _raw_file_location(snapshot: Snapshot) -> pl.DataFrame:
    table = contract("raw_file_location")
    found = snapshot.locations()
    locations = pl.DataFrame(
        {
            "location": [f.location for f in found],
            "file_sha256": [f.file_sha256 for f in found],
            "folder_year": [f.folder_year for f in found],
            "refused": [f.reason for f in found],
            "refused_detail": [f.detail for f in found],
        },
        schema={
            "location": pl.String,
            "file_sha256": pl.String,
            "folder_year": pl.Int32,
            "refused": pl.String,
            "refused_detail": pl.String,
        },
    )
    documents = snapshot.work("documents").select("file_sha256", "outcome", "reason", "detail")
    refused = pl.col("refused").is_not_null()
    return (
        locations.join(documents, on="file_sha256", how="left")
        .with_columns(
            outcome=pl.when(refused).then(pl.lit("quarantined")).otherwise("outcome"),
            reason=pl.coalesce("refused", "reason"),
            detail=pl.coalesce("refused_detail", "detail"),
            fetched_at=pl.lit(None),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items())
    )


DIMENSIONS: dict[str, Callable[[Snapshot], pl.DataFrame]] = {
    "dim_year": lambda snapshot: dimensions.dim_year(snapshot.last_year),
    "dim_agency": _dim_agency,
    "dim_report": _dim_report,
    "dim_application_line": lambda _: dimensions.dim_application_line(),
    "dim_applicant": lambda _: dimensions.dim_applicant(),
    "dim_review": lambda _: dimensions.dim_review(),
    "raw_file": _raw_file,
    "raw_file_location": _raw_file_location,
    "report_file": _report_file,
    "audit_rule": lambda _: rules_frame(),
    "audit_rule_cell": lambda _: rule_cells_frame(),
}


_CELL_PATH = pl.concat_str("table_id", "row_id", "column_id", separator=".").alias("cell_path")
_PROJECTED = ("report_key", "year_key", "table_id", "row_id", "column_id", "status", "value", "yuan", "unit_source")


def _cells(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    return snapshot.scan("cells", reports).with_columns(_CELL_PATH).select(contract("cell").columns).collect()


def _fact(name: str, table_id: str) -> Callable[[Snapshot, pl.DataFrame], pl.DataFrame]:
    def projected(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
        statutory = pl.col("is_statutory") & (pl.col("table_id") == table_id)
        cells = snapshot.scan("cells", reports).filter(statutory).select(_PROJECTED).collect()
        return project(name, cells.join(reports.select("report_key", "agency_sk"), on="report_key"))

    return projected


def _unmapped(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    rows = snapshot.scan("unmapped_rows", reports).collect()
    as_json = pl.format("[{}]", pl.col("cells").list.eval(_json_text(pl.element())).list.join(", "))
    return rows.with_columns(cells=as_json).select(contract("unmapped_row").columns)


def _json_text(text: pl.Expr) -> pl.Expr:
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.format(
        '"{}"', escaped.str.replace_all("\n", "\\n", literal=True).str.replace_all("\t", "\\t", literal=True)
    )


def _sections(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    return snapshot.scan("sections", reports).select(contract("report_section").columns).collect()


def _evaluations(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    evaluated = evaluate(_cells(snapshot, reports), reports, _unmapped(snapshot, reports))
    return evaluated.select(contract("audit_evaluation").columns)


def _findings(snapshot: Snapshot, reports: pl.DataFrame) -> pl.DataFrame:
    unmapped = _unmapped(snapshot, reports)
    return findings(evaluate(_cells(snapshot, reports), reports, unmapped), unmapped)


PARTITIONED: dict[str, Callable[[Snapshot, pl.DataFrame], pl.DataFrame]] = {
    **{fact.name: _fact(fact.name, fact.table_id) for fact in ITEM_FACTS},
    **{name: _fact(name, table_id) for name, (table_id, _) in CELL_FACTS.items()},
    "cell": _cells,
    "unmapped_row": _unmapped,
    "report_section": _sections,
    "agency_match": lambda _snapshot, _reports: contract("agency_match").empty(),
    "audit_evaluation": _evaluations,
    "audit_finding": _findings,
}
