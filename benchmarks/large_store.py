"""Make a project whose reports are read already: `python -m benchmarks.large_store FOLDER --reports 100000`.

A few hundred generated pages are read once; their rows are repeated under other contents for real agencies over several
years and stand in the work store and the inventory as if so many files had been read. What a run costs after reading,
with nothing new, one file more, one less, can then be measured at any size: `gongkai run` in that folder.
Belongs here: the store and the inventory of such a project. Keep out: whole releases (`large_release`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import polars as pl
import pyarrow as pa
import typer
from rich.console import Console

from benchmarks.publishers import agencies_of_reports
from benchmarks.samples import sample
from pipelines.agencies.resolver import resolver
from pipelines.contracts.keys import content_key
from pipelines.engine.catalogue import refresh_catalogue
from pipelines.engine.extracted_tables import extract_batch
from pipelines.engine.stored_tables import SCHEMAS, FileTask
from pipelines.engine.work_store import WorkStore, reader_fingerprint
from pipelines.raw.inventory import Location, table_of, write_inventory
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout, project_root

YEARS = (2019, 2020, 2021, 2022, 2023, 2024)
_POOL = 200
_PER_BATCH = 1_000
_PER_FOLDER = 5_000
_ARRIVED = "2026-01-01T00:00:00+00:00"


def _pool(folder: Path, seed: int) -> dict[str, pl.DataFrame]:
    """Return the rows of some generated pages, `member` in the place of the key of each report."""
    folder.mkdir(parents=True)
    tasks = []
    for number in range(_POOL):
        path = folder / f"{number}.html"
        path.write_bytes(sample("html", seed, number).data)
        tasks.append(FileTask(hashlib.sha256(path.read_bytes()).hexdigest(), os.fsencode(path)))
    read: dict[str, Any] = {name: pl.from_arrow(table) for name, table in extract_batch(tasks, DEFAULT_LIMITS).items()}
    shutil.rmtree(folder)
    members = read["reports"].select("report_key", "file_sha256").with_row_index("member")
    own = {name: rows.join(members, on="report_key", how="inner") for name, rows in read.items() if name != "documents"}
    documents = read["documents"].join(members, on="file_sha256")
    whole = {**own, "documents": documents}
    return {
        name: rows.drop("report_key", "file_sha256", "file_sha256_right", strict=False) for name, rows in whole.items()
    }


def _files(reports: int, seed: int) -> pl.DataFrame:
    """Return the files of a project: content, report, agency, year and member of the pool, a form for each year."""
    rows = []
    for ordinal, year, agency, _ in agencies_of_reports(resolver().gazetteer, YEARS, reports, seed):
        sha256 = hashlib.sha256(f"stored {seed} {ordinal} {year}".encode()).hexdigest()
        # Odd and even pages are on different forms.
        member = (ordinal * 37 + year) % (_POOL // 2) * 2 + (year >= 2021)
        rows.append((sha256, content_key(sha256, 0), year, f"{agency.province or ''}{agency.name}", member))
    names = ["file_sha256", "report_key", "year", "agency_printed", "member"]
    types = {"year": pl.Int32, "member": pl.UInt32}
    return pl.DataFrame(rows, schema=names, schema_overrides=types, orient="row").sort("year", "file_sha256")


def _tables(pool: dict[str, pl.DataFrame], files: pl.DataFrame) -> dict[str, pa.Table]:
    named = files.with_columns(title=pl.format("{}{}年政府信息公开工作年度报告", "agency_printed", "year"))
    found = {}
    for name, rows in pool.items():
        kept = rows.drop("year", "agency_printed", "title", strict=False) if name == "reports" else rows
        columns = [pl.col(column) for column in SCHEMAS[name].names]
        table = (
            named.join(kept, on="member")
            .sort("file_sha256", maintain_order=True)
            .select(columns)
            .to_arrow(compat_level=pl.CompatLevel.oldest())
        )
        found[name] = table.cast(SCHEMAS[name])
    return found


def _locations(layout: Layout, files: pl.DataFrame) -> Iterator[Location]:
    """Write a file of a few bytes for each content, and yield it as the inventory would know it."""
    for number, (sha256, year) in enumerate(files.select("file_sha256", "year").iter_rows()):
        name = f"{year}/{number // _PER_FOLDER}/{sha256[:16]}.html"
        path = layout.raw / name
        if number % _PER_FOLDER == 0 or not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"read before")
        state = path.stat()
        stamp = f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_ino}"
        named = (name, os.fsencode(path), state.st_size, stamp, sha256, year, "text/html")
        yield Location(*named, arrived_at=_ARRIVED)


def make_store(folder: Path, reports: int, *, seed: int = 1) -> Layout:
    """Write a project with so many reports that are read already."""
    layout = Layout(folder)
    store = WorkStore(layout.extracted, reader_fingerprint())
    pool, files = _pool(layout.work / "pages", seed), _files(reports, seed)
    for batch in files.iter_slices(_PER_BATCH):
        store.write(_tables(pool, batch))
    refresh_catalogue(store)
    locations = sorted(_locations(layout, files), key=lambda location: location.location)
    write_inventory(table_of(locations), layout.inventory)
    for name in ("dagster.yaml", "pyproject.toml"):
        shutil.copy(project_root() / name, folder)
    return layout


def main(
    folder: Annotated[Path, typer.Argument(help="Project folder to write to; it must be new.")],
    reports: Annotated[int, typer.Option(min=len(YEARS), help="Reports.")] = 100_000,
    seed: Annotated[int, typer.Option(help="Seed of figures and agencies.")] = 1,
) -> None:
    """Make the project and print how long it took."""
    start = perf_counter()
    layout = make_store(folder.resolve(), reports, seed=seed)
    Console().print(f"{reports:,} reports in {perf_counter() - start:.0f} s: {layout.root}", soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
