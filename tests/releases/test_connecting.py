"""The connection of an export is that of every reader, and may write into one folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect, connect_for_export


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "an export's, 导出"
    made.mkdir()
    return made


def test_an_export_writes_into_its_folder(seed_release: Path, folder: Path) -> None:
    with connect(seed_release) as other, connect_for_export(seed_release, folder) as connection:
        path = str(folder / "x.csv").replace("'", "''")
        connection.execute(f"COPY (SELECT count(*) AS n FROM dim_report) TO '{path}'")
        assert other.execute("SELECT count(*) FROM report_overview").fetchone() == (5,)
        assert connection.execute("SELECT count(*) FROM report_overview").fetchone() == (5,)
    assert (folder / "x.csv").read_text(encoding="utf-8") == "n\n5\n"


def test_an_export_writes_and_reads_nothing_else(seed_release: Path, folder: Path, tmp_path: Path) -> None:
    escaped = str(folder).replace("'", "''")
    before = sorted(seed_release.rglob("*"))
    with connect_for_export(seed_release, folder) as connection:
        for query in (
            f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
            f"COPY (SELECT 1) TO '{escaped}/../x.csv'",
            f"COPY (SELECT 1) TO '{escaped}-beside.csv'",
            f"COPY (SELECT 1) TO '{seed_release}/x.csv'",
            f"COPY (SELECT 1) TO '{seed_release / DATABASE}.csv'",
            f"EXPORT DATABASE '{tmp_path}/x'",
            f"ATTACH '{tmp_path}/x.duckdb'",
            "SELECT * FROM read_text('/etc/passwd')",
            "DELETE FROM cell",
            "CREATE TABLE x (a INTEGER)",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            f"SET temp_directory = '{tmp_path}'",
            "SET lock_configuration = false",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(query)
    assert not list(folder.iterdir()) and [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert sorted(seed_release.rglob("*")) == before


def test_a_release_without_database_is_not_opened(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException):
        connect_for_export(tmp_path, folder)


_BARS = """
import sys
from pathlib import Path
from pipelines.releases.open_release import connect, connect_for_export
release, folder = map(Path, sys.argv[1:])
query = "SELECT current_setting('enable_progress_bar')"
with connect(release) as first, connect(release) as second, connect_for_export(release, folder) as exporting:
    for connection in (first, first.cursor(), second, second.cursor(), exporting):
        print(connection.execute(query).fetchone())
"""


def test_no_connection_draws_a_bar_into_what_is_written(seed_release: Path, folder: Path) -> None:
    # A program that is no file is what DuckDB takes for somebody who watches.
    told = subprocess.run(
        [sys.executable, "-c", _BARS, str(seed_release), str(folder)], check=True, capture_output=True, text=True
    )
    assert told.stdout.splitlines() == ["(False,)"] * 5
