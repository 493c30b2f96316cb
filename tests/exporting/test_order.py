"""Rows stand in the order of the contract, however they stand in the database and whatever is chosen of them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from benchmarks.reading_back import Rows, as_held, from_csv, from_excel, from_parquet, from_stata
from pipelines.contracts import CONTRACTS
from pipelines.contracts.arrow import arrow_schema
from pipelines.contracts.keys import MAX_KEY
from pipelines.exporting.columns import fields
from pipelines.exporting.files import FORMATS, export
from pipelines.exporting.selection import Selection
from pipelines.releases.manifest import DATABASE, PARQUET
from pipelines.warehouse.parquet import table_file
from tests.exporting.hostile import hostile_release, restate

_TABLE = CONTRACTS["fact_reviews"]
_NAMES = ", ".join(_TABLE.columns)
# Of more than two row groups of DuckDB, one row in two hundred is of a report that is there and chosen.
_ROWS, _ONE_IN = 300_000, 200
_CHOSEN = Selection(years=(2020,))


@pytest.fixture(scope="module")
def shuffled(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release whose reviews stand in no order in the database, in order and in many row groups in Parquet."""
    release = hostile_release(seed_release, tmp_path_factory.mktemp("shuffled"))
    with duckdb.connect(str(release / DATABASE)) as connection:
        of_2020 = connection.execute("SELECT report_key, agency_sk FROM dim_report WHERE year_key = 2020").fetchall()
        reports, agencies = zip(*of_2020, strict=True)
        connection.execute("DELETE FROM fact_reviews")
        # The number of cases tells the row; keys of the others are spread as keys are.
        connection.execute(
            "INSERT INTO fact_reviews BY NAME "
            "SELECT if(chosen, $reports[1 + n // $one_in % 5], hash(n) % $most + 1) AS report_key, "
            "if(chosen, $agencies[1 + n // $one_in % 5], hash(n + 1) % $most + 1) AS agency_sk, "
            "2020 AS year_key, 'litigation_direct' AS channel, 'total' AS result, n AS cases, 'value' AS status "
            "FROM (SELECT range AS n, range % $one_in = 0 AS chosen FROM range($rows)) ORDER BY hash(n * 7)",
            {"one_in": _ONE_IN, "rows": _ROWS, "reports": list(reports), "agencies": list(agencies), "most": MAX_KEY},
        )
        frame = connection.execute(f"SELECT {_NAMES} FROM fact_reviews ORDER BY {', '.join(_TABLE.sort)}, rowid")
        rows = pl.DataFrame(frame.fetchall(), schema=dict(_TABLE.dtypes), orient="row")
    path = table_file(release / PARQUET, _TABLE, 2020)
    path.chmod(0o644)
    pq.write_table(rows.to_arrow().cast(arrow_schema(_TABLE)), path, row_group_size=50_000)
    restate(release)
    return release


@pytest.fixture(scope="module")
def in_order(shuffled: Path) -> Rows:
    """Return the rows as they have to stand."""
    with duckdb.connect(str(shuffled / DATABASE), read_only=True) as connection:
        rows = connection.execute(f"SELECT {_NAMES}, rowid FROM fact_reviews").fetchall()
    at = [_TABLE.columns.index(name) for name in _TABLE.sort]
    return [row[:-1] for row in sorted(rows, key=lambda row: (*(row[place] for place in at), row[-1]))]


def read(folder: Path, file_format: str) -> Rows:
    if file_format == "parquet":
        return from_parquet(folder, _TABLE)
    if file_format == "dta":
        return from_stata(folder / "fact_reviews.dta", _TABLE)
    if file_format == "xlsx":
        header = [field.zh for field in fields(_TABLE)]
        return from_excel([folder / "gongkai.xlsx"], [_TABLE.zh], _TABLE, header=header)
    return from_csv(folder / ("data" if file_format == "datapackage" else "") / "fact_reviews.csv", _TABLE)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_selection_stands_in_order(shuffled: Path, tmp_path: Path, in_order: Rows, file_format: str) -> None:
    wanted = [row for row in in_order if row[_TABLE.columns.index("cases")] % _ONE_IN == 0]
    assert len(wanted) == _ROWS // _ONE_IN
    export(shuffled, tmp_path, file_format, ["fact_reviews"], selection=_CHOSEN)
    assert read(tmp_path, file_format) == as_held(wanted, _TABLE, file_format)


@pytest.mark.parametrize("file_format", ["csv", "dta", "parquet"])
def test_a_table_stands_in_order(shuffled: Path, tmp_path: Path, in_order: Rows, file_format: str) -> None:
    told: list[int] = []
    export(shuffled, tmp_path, file_format, ["fact_reviews"], progress=lambda _, rows, __: told.append(rows))
    assert read(tmp_path, file_format) == in_order
    assert told[-1] == _ROWS and (len(told) > 1 or file_format == "parquet")


def test_the_order_of_a_contract_has_no_gaps() -> None:
    """DuckDB and polars stand NULL at different ends; parts are ranges of the year and of a key."""
    for table in CONTRACTS.values():
        assert not [name for name in table.sort if table.column_by_name[name].nullable], table.name
        if table.partitioned:
            assert table.sort[0] == "year_key" and table.sort[1] in {"report_key", "agency_sk"}, table.name
