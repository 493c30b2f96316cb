"""Make a release of generated reports: `python -m benchmarks.large_release FOLDER --reports 100000`.

The figures of a few hundred sound reports, some with a wrong one, are audited once and repeated for real agencies over
several years; tables are written chunk by chunk under their contracts, then built and published like any release.
Belongs here: the tables of such a release. Keep out: figures (`audit`, `corpus.figures`), agencies (`publishers`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Annotated

import polars as pl
import typer
from rich.console import Console

from benchmarks.audit import Frames, frames
from benchmarks.publishers import agencies_of_reports, dim_agency
from pipelines.agencies.deadlines import due_on
from pipelines.agencies.resolver import resolver
from pipelines.auditing.attributes import with_attributes
from pipelines.auditing.evaluate import Audited, evaluate, findings
from pipelines.contracts import contract
from pipelines.contracts.codes import code_list
from pipelines.contracts.keys import content_key
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE
from pipelines.warehouse.builder import ByPart, Summed
from pipelines.warehouse.checks import check_names, run_check
from pipelines.warehouse.dimensions import dim_year
from pipelines.warehouse.facts import FIGURE_TABLES, TABLE_OF_FACT, project, report_figures
from pipelines.warehouse.parquet import table_file, write_chunks
from pipelines.warehouse.parts import Part
from pipelines.warehouse.release import Published, build_candidate, publish
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.slices import Slice, Slices
from pipelines.warehouse.star import BUILDERS, build
from pipelines.warehouse.sums import add_up, grouped

YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
_FORM_2021_FROM = 2021
# Figures that `audit.frames` makes: half of them on each form.
_POOL = 300
# A million cells: what a writer holds at once.
_REPORTS_PER_CHUNK = 5_000
# One location in so many holds no report.
_QUARANTINED = 100
_DECLARED = (
    *(
        "dim_year",
        "dim_division",
        "division_succession",
        "dim_form",
        "dim_form_cell",
        "code_list",
        "dim_application_line",
        "dim_applicant",
        "dim_review",
    ),
    *("dim_indicator", "audit_rule", "audit_rule_cell"),
)
# Made of the others as in any run, in this order.
_BESIDE = ("report_audit", "finding_cell", "printed_amount")
_SUMS = ("sum_reports", "sum_applications", "sum_rates", "sum_divisions", "sum_decisions", "sum_findings", "sum_cells")
_FILES = ("report_file", "raw_file_location")
_GRIDS = ("documents", "licensing", "enforcement", "fees", "procurement", "applications", "reviews")
_FETCHED = datetime(2025, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pool:
    """The tables of the few reports of one year that all reports of that year repeat; report_key is their `member`."""

    tables: dict[str, pl.DataFrame]
    members: pl.DataFrame


def pools(seed: int, read_otherwise: bool = False) -> dict[int, Pool]:
    """Return the pool of every year. `read_otherwise`: the second half of every pool has one other figure a report."""
    made = frames(_POOL, seed)
    return {year: _pool(made, year, read_otherwise) for year in YEARS}


def _pool(made: Frames, year: int, read_otherwise: bool) -> Pool:
    form = "2021" if year >= _FORM_2021_FROM else "2019"
    reports = made.reports.filter(pl.col("form") == form)
    was = int(reports["year_key"][0])
    in_year = pl.lit(year, pl.Int32).alias("year_key")

    def of_year(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(reports.select("report_key"), on="report_key", how="semi").with_columns(in_year)

    reports = of_year(reports).with_columns(published_on=pl.lit(date(year + 1, 1, 20)))
    sections = of_year(made.sections).with_columns(pl.col("body").str.replace_all(f"{was}年", f"{year}年"))
    cells = of_year(made.cells)
    if read_otherwise:
        cells = _read_otherwise(cells)
    folders = reports.select("report_key", folder_year="year_key")
    known = with_attributes(reports, sections, cells, folders, dim_year(YEARS[-1] + 1))
    empty = contract("unmapped_row").empty()
    evaluated = evaluate(Audited(cells, known, empty, of_year(made.figures), sections=sections))
    tables = {
        "cell": _placed(cells),
        "report_section": sections,
        "narrative_figure": _told(of_year(made.figures)),
        "audit_evaluation": evaluated,
        "audit_finding": findings(evaluated),
        **_facts(cells),
    }
    return Pool(tables, _members(reports, cells))


def _read_otherwise(cells: pl.DataFrame) -> pl.DataFrame:
    last = (pl.col("report_key") > pl.col("report_key").median()) & (
        pl.col("cell_path") == "reviews.reconsideration.total"
    )
    value = pl.when(last & pl.col("value").is_not_null()).then(pl.col("value") + 1).otherwise("value")
    return cells.with_columns(value.cast(cells.schema["value"]).alias("value"))


def _placed(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with a place in a file: tables of the form, rows and columns in print below one header."""
    table, row, column = (pl.col(f"{part}_id") for part in ("table", "row", "column"))
    return cells.with_columns(
        line_number=pl.lit(None, pl.Int32),
        match_score=pl.lit(1.0),
        page=pl.lit(None, pl.Int32),
        grid=table.replace_strict({name: n for n, name in enumerate(_GRIDS)}, return_dtype=pl.Int32),
        grid_row=row.rank("dense").over("report_key", "table_id").cast(pl.Int32),
        grid_col=column.rank("dense").over("report_key", "table_id").cast(pl.Int32),
        **{name: pl.lit(None, pl.String) for name in ("bbox", "cell_reference")},
        confidence=pl.lit(None, pl.Float64),
    )


def _told(figures: pl.DataFrame) -> pl.DataFrame:
    """Return the figures of the text with a place in section four."""
    table = contract("narrative_figure")
    stop = pl.col("sentence").str.len_chars()
    placed = figures.with_columns(section=pl.lit(4), start=pl.lit(0), stop=stop)
    return placed.select(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items())


def _facts(cells: pl.DataFrame) -> dict[str, pl.DataFrame]:
    keyed = cells.with_columns(agency_sk=pl.lit(1, pl.Int64))
    facts = {name: project(name, keyed.filter(pl.col("table_id") == source)) for name, source in TABLE_OF_FACT.items()}
    return facts | {"fact_report_figures": report_figures(keyed.filter(pl.col("table_id").is_in(FIGURE_TABLES)))}


def _members(reports: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Return (member, rank, form, published_on, cells_...): neighbours in rank receive about as many applications."""
    counts = [
        (pl.col("status") == name).sum().cast(pl.Int32).alias(f"cells_{name}") for name in code_list("cell_status")
    ]
    received = pl.col("value").filter(pl.col("cell_path") == "applications.received.total").first()
    coverage = cells.group_by("report_key").agg(*counts, cells_expected=pl.len().cast(pl.Int32), received=received)
    known = reports.select("report_key", "form", "published_on").join(coverage, on="report_key")
    order = known.sort("received", "report_key", nulls_last=False).with_row_index("rank")
    return order.drop("received").rename({"report_key": "member"})


def reports_frame(reports: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return dim_agency, and of each report its keys, agency, year, file and place in its year's pool (`rank`)."""
    gazetteer = resolver().gazetteer
    found = list(agencies_of_reports(gazetteer, YEARS, reports, seed))
    half = _POOL // 2
    rows = []
    for ordinal, year, agency, status in found:
        sha256 = hashlib.sha256(f"generated {seed} {ordinal} {year}".encode()).hexdigest()
        host = f"https://www.{agency.code or 'unknown'}.example.cn/xxgk"
        rows.append(
            (
                *(content_key(sha256, 0), year, agency.agency_sk, status, agency.name, agency.code, sha256),
                *(f"{host}/{year}/{ordinal}.html", (ordinal * 37 + year % 5) % half, ordinal),
            )
        )
    names = "report_key year_key agency_sk agency_status name code file_sha256 location rank ordinal"
    types = {"year_key": pl.Int32, "rank": pl.UInt32, "code": pl.String}
    frame = pl.DataFrame(rows, schema=names.split(), schema_overrides=types, orient="row")
    return dim_agency(found), frame.sort("year_key", "agency_sk", "report_key")


def _dim_report(known: pl.DataFrame, made: dict[int, Pool], agencies: pl.DataFrame) -> pl.DataFrame:
    table = contract("dim_report")
    members = pl.concat(pool.members.with_columns(year_key=pl.lit(year, pl.Int32)) for year, pool in made.items())
    told = {
        "related_report_key": None,
        "status_basis": None,
        "agency_code_printed": None,
        "agency_code": None,
        "code_conflict": None,
        "year_source": "title",
        "scope_basis": "by_law",
        "media_type": "text/html",
        "encoding": "utf-8",
        "status": "current",
    }
    return (
        known.join(members, on=["year_key", "rank"])
        .join(agencies.select("agency_sk", "agency_type"), on="agency_sk")
        .with_columns(
            due_on(),
            scope=pl.when(pl.col("agency_type") == "government").then(pl.lit("summary")).otherwise(pl.lit("own")),
            title=pl.format("{}{}年政府信息公开工作年度报告", "name", "year_key"),
            agency_printed="name",
            **{name: pl.lit(text) for name, text in told.items()},
        )
        .select(*(pl.col(name).cast(dtype) for name, dtype in table.dtypes.items()), "member")
        .sort(table.sort)
    )


def _files(known: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return raw_file, raw_file_location and report_file; some further locations hold no report."""
    bad = known.filter(pl.int_range(pl.len()) % _QUARANTINED == 0).with_columns(
        location=pl.col("location") + "?print", file_sha256=pl.col("file_sha256").str.reverse(), bad=pl.lit(True)
    )
    every = pl.concat([known.with_columns(bad=pl.lit(False)), bad]).with_columns(
        outcome=pl.when("bad").then(pl.lit("quarantined")).otherwise(pl.lit("parsed")),
        reason=pl.when("bad").then(pl.lit("truncated")),
        detail=pl.when("bad").then(pl.lit("the page ends within a table: fetch it again")),
        detail_zh=pl.when("bad").then(pl.lit("网页在表格中间结束：请重新下载该文件")),
        reports=(~pl.col("bad")).cast(pl.Int32),
        size_bytes=pl.lit(60_000),
        media_type=pl.lit("text/html"),
        encoding=pl.lit("utf-8"),
        folder_year=pl.lit(None),
        fetched_at=pl.lit(_FETCHED),
        source_id=pl.lit("generated"),
        parent_location=pl.lit(None),
        published_on=pl.lit(None),
        is_latest=pl.lit(True),
        gone_at=pl.lit(None),
        source_key="report_key",
        ordinal=pl.lit(0),
        role=pl.lit("main"),
    )
    found = {}
    for name in ("raw_file", "raw_file_location", "report_file"):
        rows = every.filter(~pl.col("bad")) if name == "report_file" else every
        found[name] = rows.select(pl.col(n).cast(t) for n, t in contract(name).dtypes.items())
    return found


def _matches(known: pl.DataFrame) -> pl.DataFrame:
    told = {"score": pl.lit(1.0), "evidence": pl.lit('["generated"]'), "ordinal": pl.lit(1)}
    version = pl.lit(resolver().gazetteer.version)
    rows = known.filter(pl.col("agency_status") == "exact").with_columns(**told, gazetteer_version=version)
    return rows.select(pl.col(n).cast(t) for n, t in contract("agency_match").dtypes.items())


def _repeated(name: str, pool: pl.DataFrame, reports: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows of a table for the reports of one year, chunk by chunk."""
    columns = contract(name).columns
    own = [column for column in ("report_key", "agency_sk", "file_sha256") if column in columns]
    held = pool.drop("agency_sk", strict=False).rename({"report_key": "member"})
    for part in reports.iter_slices(_REPORTS_PER_CHUNK):
        yield part.select(*own, "member").join(held, on="member").select(columns)


def write_tables(layout: Layout, reports: int, seed: int = 1, read_otherwise: bool = False) -> None:
    """Write all tables of a release of so many reports below work/star."""
    made = pools(seed, read_otherwise)
    agencies, known = reports_frame(reports, seed)
    with_members = _dim_report(known, made, agencies)
    inputs = RunInputs(layout, YEARS[-1] + 1)
    single = {"dim_agency": agencies, "dim_report": with_members.drop("member"), **_files(known)}
    for name, frame in single.items():
        write_chunks(contract(name), [frame], table_file(layout.star, contract(name)))
    list(build(inputs, _DECLARED, YEARS))
    keyed = with_members.join(known.select("report_key", "file_sha256", "name", "code"), on="report_key")
    for (year,), part in keyed.partition_by("year_key", as_dict=True, maintain_order=True).items():
        matches = contract("agency_match")
        write_chunks(matches, [_matches(part)], table_file(layout.star, matches, year))
        for name, pool in made[year].tables.items():
            if not pool.is_empty():
                write_chunks(contract(name), _repeated(name, pool, part), table_file(layout.star, contract(name), year))
    list(build(inputs, ["cell_correction"], YEARS))
    _write_sums(layout, with_members.drop("member"), agencies)


def _write_sums(layout: Layout, reports: pl.DataFrame, agencies: pl.DataFrame) -> None:
    """Write what stands beside findings and amounts, and the sums, of the tables written before: a year is a part."""
    sums: dict[str, list[pl.DataFrame]] = {name: [] for name in _SUMS}
    for (year,), part in reports.partition_by("year_key", as_dict=True, maintain_order=True).items():
        for name in (*_BESIDE, *_SUMS):
            builder = BUILDERS[name]
            assert isinstance(builder, ByPart | Summed)
            held = {each: Slice("", partial(_rows, layout, each, year, part, agencies)) for each in builder.slices}
            made = builder.make(Slices(name, Part(year, 0, 1), held))
            if isinstance(builder, Summed):
                sums[name].append(made)
            else:
                write_chunks(contract(name), [made], table_file(layout.star, contract(name), year))
    for name, parts in sums.items():
        write_chunks(contract(name), [add_up(name, pl.concat(parts))], table_file(layout.star, contract(name)))


def _rows(layout: Layout, name: str, year: int, reports: pl.DataFrame, agencies: pl.DataFrame) -> pl.LazyFrame:
    """Return the rows of a slice for the reports of one year."""
    if name == "grouped":
        return grouped(reports, agencies).lazy()
    if name == "counted":
        return reports.lazy()
    if name == "places":
        files, places = (pl.scan_parquet(table_file(layout.star, contract(each))) for each in _FILES)
        return files.join(places.select("file_sha256", "location"), on="file_sha256").join(
            reports.lazy(), on="report_key", how="semi"
        )
    file = table_file(layout.star, contract(name), year)
    return pl.scan_parquet(file, hive_partitioning=False) if file.exists() else contract(name).empty().lazy()


def make_release(folder: Path, reports: int, *, seed: int = 1, read_otherwise: bool = False) -> Published:
    """Write, build and publish a release of so many reports into a project folder; checks are not run."""
    layout = Layout(folder)
    layout.raw.mkdir(parents=True, exist_ok=True)
    write_tables(layout, reports, seed, read_otherwise)
    build_candidate(layout)
    return publish(layout)


def main(
    folder: Annotated[Path, typer.Argument(help="Project folder to write to.")],
    reports: Annotated[int, typer.Option(min=len(YEARS), help="Reports.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Seed of figures and agencies.")] = 1,
    read_otherwise: Annotated[
        bool, typer.Option("--read-otherwise", help="The same files, some cells otherwise.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Run sql/checks.")] = False,
) -> None:
    """Make a release of generated reports and print where it is and how long it took."""
    start = perf_counter()
    done = make_release(folder.resolve(), reports, seed=seed, read_otherwise=read_otherwise)
    console = Console()
    console.print(f"{reports:,} reports in {perf_counter() - start:.0f} s: {done.path}", soft_wrap=True)
    for name in check_names() if check else ():
        console.print(f"{name}: {run_check(done.path / DATABASE, name).failing} failing rows")


if __name__ == "__main__":
    typer.run(main)
