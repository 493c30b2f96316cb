"""Parquet: the files of the release by year, with the dictionary in their metadata; filtered by the selection."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.contracts import Table
from pipelines.contracts.arrow import arrow_schema
from pipelines.exporting.job import Job
from pipelines.releases.manifest import PARQUET, files_of_table, is_intact, read_manifest
from pipelines.releases.pulling import parquet_folder
from pipelines.releases.verified import MISSING, OTHER, UNNAMED, DamagedRelease, Fault
from pipelines.warehouse.parquet import table_file, table_files

_ROWS_AT_ONCE = 50_000


def _copy(job: Job, table: Table, source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    job.advance(table.name, pq.ParquetFile(source).metadata.num_rows)


def _filter(job: Job, table: Table, source: Path, target: Path, wanted: Mapping[str, pa.Array]) -> bool:
    """Write the rows of a file whose columns have values that are wanted; returns whether there are any."""
    writer: pq.ParquetWriter | None = None
    for batch in pq.ParquetFile(source).iter_batches(batch_size=_ROWS_AT_ONCE):
        rows = batch
        for column, values in wanted.items():
            rows = rows.filter(pc.is_in(rows.column(column), value_set=values))
        if not rows.num_rows:
            continue
        writer = writer or pq.ParquetWriter(target, arrow_schema(table), compression="zstd")
        writer.write_batch(pa.RecordBatch.from_arrays(rows.columns, schema=arrow_schema(table)))
        job.advance(table.name, rows.num_rows)
    if writer is not None:
        writer.close()
    return writer is not None


def _write_empty(table: Table, target: Path) -> None:
    with pq.ParquetWriter(target, arrow_schema(table), compression="zstd"):
        pass


def write(job: Job) -> list[Path]:
    """Write <table>.parquet, or <table>/year_key=<Y>/part-0.parquet, as they stand in the release.

    Raises DamagedRelease where the files of a table are not those that the manifest states.
    """
    with parquet_folder(job.release, [table.name for table in job.tables]) as star:
        written = [path for table in job.tables for path in _write_table(job, table, star)]
    job.note(
        "Parquet 保留全部规则结果；其他格式与数据库相同，不含完全通过的。",
        "Parquet holds every evaluation of a rule; the other formats, like the database, those that are no plain pass.",
    )
    return written


def _as_stated(release: Path, star: Path, table: Table) -> list[Path]:
    """Return the files of a table. Raises DamagedRelease where there is one more, one less, or other bytes.

    Readers of the database know that it is what was written: of Parquet nobody knows before it is read.
    """
    stated = files_of_table(read_manifest(release)["files"], table.name)
    found = {f"{PARQUET}/{path.relative_to(star).as_posix()}": path for path in table_files(star, table)}
    wrong = [Fault(name, UNNAMED) for name in found if name not in stated]
    wrong += [Fault(name, MISSING) for name in stated if name not in found]
    wrong += [
        Fault(name, OTHER) for name, path in found.items() if name in stated and not is_intact(path, stated[name])
    ]
    if wrong:
        raise DamagedRelease(release, wrong)
    return list(found.values())


def _write_table(job: Job, table: Table, star: Path) -> list[Path]:
    written: list[Path] = []
    wanted = {
        column: pa.array(set(job.selected.values(query)), type=arrow_schema(table).field(column).type)
        for column, query in job.selected.restriction(table).items()
    }
    for source in _as_stated(job.release, star, table):
        target = job.folder / source.relative_to(star)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not wanted:
            _copy(job, table, source, target)
        elif not _filter(job, table, source, target, wanted):
            continue
        written.append(target)
    if not table.partitioned and table_file(job.folder, table) not in written:
        _write_empty(table, table_file(job.folder, table))
        written.append(table_file(job.folder, table))
    return written
