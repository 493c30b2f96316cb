"""Each export format at 200,000 rows and more a table: compared cell for cell, rows and CPU seconds, peak memory.

`python -m benchmarks.exports [ROWS]` multiplies the reports of the seeds until `cell` has that many rows, exports cell,
fact_applications and dim_report in a process of its own per format, and reads them back with `benchmarks.reading_back`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.reading_back import Rows, as_held, expected, from_csv, from_excel, from_parquet, from_stata
from pipelines.contracts import CONTRACTS, Table
from pipelines.exporting.columns import fields
from pipelines.exporting.files import FORMATS, export
from pipelines.exporting.selection import Selection
from pipelines.releases.layout import Layout, current_release, project_root
from pipelines.releases.manifest import DATABASE, PARQUET
from pipelines.releases.open_release import connect
from pipelines.warehouse.parquet import table_file

ROWS = 200_000
TABLES = ("dim_report", "fact_applications", "cell")


def multiply(release: Path, folder: Path, rows: int) -> Path:
    """Return a copy of a release with reports repeated under further keys until `cell` has that many rows."""
    copy = folder / "release"
    shutil.copytree(release, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with duckdb.connect(str(copy / DATABASE)) as connection:
        times = 1 + rows // int((connection.execute("SELECT count(*) FROM cell").fetchone() or (1,))[0])
        for name in TABLES:
            # Names and numbers of ours.
            connection.execute(f"CREATE TEMP TABLE once AS SELECT * FROM {name}")  # noqa: S608
            connection.execute(
                f"INSERT INTO {name} SELECT once.* REPLACE ((once.report_key + n * 7919) % 999999999999999 + 1 "  # noqa: S608
                f"AS report_key) FROM range(1, {times}) AS r(n), once"
            )
            connection.execute("DROP TABLE once")
            path = table_file(copy / PARQUET, CONTRACTS[name], 2020)
            order = ", ".join(CONTRACTS[name].sort)
            connection.execute(f"COPY (FROM {name} ORDER BY {order}) TO '{path}' (FORMAT parquet)")
    return copy


def _read(folder: Path, file_format: str, table: Table) -> Rows:
    if file_format == "parquet":
        return from_parquet(folder, table)
    if file_format == "dta":
        return from_stata(folder / f"{table.name}.dta", table)
    if file_format == "xlsx":
        header = [field.zh for field in fields(table)]
        return from_excel([folder / "gongkai.xlsx"], [table.zh], table, header=header)
    return from_csv(folder / ("data" if file_format == "datapackage" else "") / f"{table.name}.csv", table)


def _peak() -> float:
    """Return the peak memory of this process in MB; getrusage would also count its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def one(release: Path, folder: Path, file_format: str) -> None:
    """Export one format and print rows, seconds and peak memory as JSON; Parquet through its filter."""
    before = _peak()
    selection = Selection(years=(2020,)) if file_format == "parquet" else None
    seen = [0]
    start, used = time.perf_counter(), time.process_time()
    export(release, folder, file_format, TABLES, selection=selection, progress=lambda _, rows, __: seen.append(rows))
    seconds, used = time.perf_counter() - start, time.process_time() - used
    print(json.dumps({"rows": seen[-1], "seconds": seconds, "cpu": used, "mb": _peak(), "base": before}))


def main(rows: int) -> None:
    """Print one line per format; exits with 1 where a cell differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as place:
        release = multiply(current_release(Layout(project_root())), Path(place), rows)
        for file_format in FORMATS:
            folder = Path(place) / file_format
            command = [sys.executable, "-m", "benchmarks.exports", "--one", str(release), str(folder), file_format]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            cells = differing = 0
            with connect(release) as connection:
                for name in TABLES:
                    wanted = as_held(expected(connection, CONTRACTS[name]), CONTRACTS[name], file_format)
                    got = _read(folder, file_format, CONTRACTS[name])
                    cells += len(wanted) * len(CONTRACTS[name].columns)
                    same = (a == b for x, y in zip(got, wanted, strict=True) for a, b in zip(x, y, strict=True))
                    differing += sum(not equal for equal in same)
                    del wanted, got
            wrong += differing
            print(
                f"{file_format:12} {found['rows']:>9,} rows {found['rows'] / found['seconds']:>9,.0f} rows/s "
                f"{found['cpu'] * 500_000 / found['rows']:>6.2f} CPU s for 500,000 rows "
                f"{found['mb']:>5,.0f} MB peak ({found['base']:,.0f} before) {size / 1e6:>7,.1f} MB written "
                f"{cells:>11,} cells compared, {differing} differ",
                flush=True,
            )
            shutil.rmtree(folder)
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
