"""What the locked-down connection refuses: every way to write a file, to read one, to reach out, and to unlock it.

Belongs here: holes that DuckDB had, and each way in that a version of it added. Keep out: bounds (`tests/exploring`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect

_SECRET = "told-to-nobody"
# {near} is a folder that DuckDB spills to unless it is told otherwise, {far} one elsewhere with a file of secrets.
_WRITING = (
    "COPY dim_year TO '{far}/copy.csv'",
    "COPY dim_year TO '{near}/copy.csv'",
    "COPY dim_year TO '{near}' (FORMAT csv, PER_THREAD_OUTPUT)",
    "COPY dim_year TO '{near}/copy' (FORMAT csv, PARTITION_BY (year_key))",
    "COPY dim_year TO '{near}/copy.parquet' (FORMAT parquet)",
    "COPY (SELECT 1) TO '{database}'",
    "COPY (SELECT 1) TO '{database}.wal'",
    "COPY (SELECT 1) TO '{near}/../{name}.wal'",
    "COPY (SELECT 1) TO 'file://{database}.wal'",
    "COPY (SELECT 1) TO '{database}.wal.checkpoint'",
    "COPY (SELECT 1) TO '{database}.wal.recovery'",
    # DuckDB 2.0: a COPY within a SELECT, which its parser calls a SELECT.
    "WITH copied AS (COPY dim_year TO '{far}/copy.csv') SELECT 1",
    "WITH copied AS (COPY dim_year TO '{near}/copy.csv') SELECT * FROM copied",
    "WITH copied AS (COPY dim_year TO '{database}.wal') SELECT 1",
    "FROM json_execute_serialized_sql(json_serialize_sql("
    "'WITH copied AS (COPY dim_year TO ''{near}/copy.csv'') SELECT 1'))",
    "EXPLAIN ANALYZE COPY dim_year TO '{near}/copy.csv'",
    "EXPORT DATABASE '{far}'",
    "EXPORT DATABASE '{near}'",
    "EXPORT DATABASE '{near}/copy'",
    "ATTACH '{near}/other.duckdb' AS other (READ_WRITE)",
    "ATTACH '{far}/new.duckdb' AS other (READ_WRITE)",
    "CREATE PERSISTENT SECRET kept (TYPE http, BEARER_TOKEN 'x')",
    # DuckDB 1.5 let these through a locked configuration, and wrote logs where they said.
    "FROM enable_logging(storage => 'file', storage_config => {{'path': '{far}'}})",
    "CALL enable_logging(storage => 'file', storage_config => {{'path': '{far}'}})",
    "CALL enable_logging('FileSystem')",
    "FROM enable_profiling(format => 'json', save_location => '{far}/profile.json')",
    "PRAGMA enable_profiling = 'json'",
)
_READING = (
    "FROM read_blob('{far}/secret.csv')",
    "FROM read_text('{far}/secret.csv')",
    "FROM read_csv('{far}/secret.csv')",
    "FROM read_single_csv_file('{far}/secret.csv')",
    "FROM read_single_json_file('{far}/secret.csv')",
    "FROM read_single_parquet_file('{far}/secret.parquet')",
    "FROM parquet_page_index('{far}/secret.parquet')",
    "FROM parquet_kv_metadata('{far}/secret.parquet')",
    "FROM read_duckdb('{far}/secret.duckdb')",
    "FROM sniff_csv('{far}/secret.csv')",
    "FROM glob('{far}/*')",
    "FROM glob('{near}/*')",
    "FROM read_text('{near}/spilled.csv')",
    "FROM '{far}/secret.csv'",
    "FROM query('FROM read_text(''{far}/secret.csv'')')",
    "FROM query_table('{far}/secret.csv')",
    "COPY dim_year FROM '{far}/secret.csv'",
    "IMPORT DATABASE '{far}'",
    "ATTACH '{far}/secret.duckdb' AS other",
    "FROM duckdb_secrets()",
    "FROM which_secret('s3://x', 's3')",
    "SELECT getenv('HOME')",
)
_REACHING = (
    "FROM read_parquet('https://example.org/x.parquet')",
    "FROM 's3://bucket/x.parquet'",
    "ATTACH 'https://example.org/x.duckdb' AS other",
    "CONNECT 'quack:localhost'",
    "LOAD httpfs",
    "INSTALL httpfs",
    "INSTALL httpfs FROM community",
    "UPDATE EXTENSIONS",
    "CREATE SECRET kept (TYPE s3, KEY_ID 'x', SECRET 'y')",
    "FROM add_grammar_extension('x')",
)
_UNLOCKING = (
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET allowed_paths = ['{far}/secret.csv']",
    "SET allowed_configs = ['enable_external_access']",
    "SET temp_directory = '{far}'",
    "SET secret_directory = '{far}'",
    "SET extension_repository_directory = '{far}'",
    "SET allow_extension_repositories = true",
    "SET active_grammar_extensions = ['x']",
    "SET current_dialect = 'postgres'",
    "SET logging_sink = 'file'",
    "SET enable_logging = true",
    "SET profiling_output = '{far}/profile.json'",
    "SET external_file_cache_spill = true",
    "SET max_execution_time = 0",
    "SET operator_memory_limit = '100GB'",
    "SET threads = 64",
    "PRAGMA disable_optimizer",
    "PRAGMA disable_checkpoint_on_shutdown",
)


@pytest.fixture
def release(seed_release: Path, tmp_path: Path) -> Path:
    """Return a copy of the release whose folder for spilling is there already, beside a folder of secrets."""
    copy, far = tmp_path / "release", tmp_path / "far"
    (copy / f"{DATABASE}.tmp").mkdir(parents=True)
    (copy / f"{DATABASE}.tmp" / "spilled.csv").write_text(_SECRET)
    shutil.copyfile(seed_release / DATABASE, copy / DATABASE)
    far.mkdir()
    (far / "secret.csv").write_text(_SECRET)
    pl.DataFrame({"secret": [_SECRET]}).write_parquet(far / "secret.parquet")
    with duckdb.connect(str(far / "secret.duckdb")) as other:
        other.execute(f"CREATE TABLE secret AS SELECT '{_SECRET}' AS secret")
    return copy


@pytest.fixture
def opened(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return the locked-down connection to the copy."""
    with connect(release) as connection:
        yield connection


def at(release: Path, query: str) -> str:
    database = release / DATABASE
    return query.format(far=release.parent / "far", near=f"{database}.tmp", database=database, name=DATABASE)


def files(release: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in release.parent.rglob("*")}


@pytest.mark.parametrize("query", (*_WRITING, *_READING, *_REACHING, *_UNLOCKING))
def test_no_statement_leaves_the_database(release: Path, opened: duckdb.DuckDBPyConnection, query: str) -> None:
    before = files(release)
    with pytest.raises(duckdb.Error) as refused:
        opened.execute(at(release, query)).fetchall()
    assert _SECRET not in str(refused.value)
    assert files(release) == before
    # Connections that a refused statement left half changed have aborted the process of a reader.
    assert opened.execute("SELECT count(*) FROM dim_report").fetchone() == (5,)


def test_variables_of_python_are_no_tables(opened: duckdb.DuckDBPyConnection) -> None:
    frame = pl.DataFrame({"secret": [_SECRET]})
    for name in ("frame", "python_arrow_scan(frame)", "arrow_scan(frame)", "pandas_scan(frame)"):
        with pytest.raises(duckdb.Error):
            opened.execute(f"FROM {name}").fetchall()
    assert frame.height == 1


def test_who_needs_room_names_a_folder_of_their_own(release: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    before = files(release)
    sorting = "SELECT count(*) FROM (SELECT range AS n, repeat('x', 200) || range AS s FROM range(500000) ORDER BY s)"
    with connect(release, memory_limit="60MB", threads=1) as tight, pytest.raises(duckdb.OutOfMemoryException):
        tight.execute(f"CREATE TEMP TABLE big AS {sorting.replace('count(*)', '*')}")
    with connect(release, memory_limit="60MB", threads=1, temp_directory=str(room)) as roomy:
        roomy.execute(f"CREATE TEMP TABLE big AS {sorting.replace('count(*)', '*')}")
        assert roomy.execute("SELECT count(*) FROM big").fetchone() == (500_000,)
        assert list(room.iterdir())
    assert {path for path in files(release) if room not in (path, *path.parents)} == set(before)
