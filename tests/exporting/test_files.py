from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import CONTRACTS
from pipelines.exporting.files import export, safe_text


def test_csv_equals_the_warehouse_and_opens_in_excel(
    seed_release: Path, database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    written = export(seed_release, tmp_path, "csv")
    assert {path.stem for path in written} == set(CONTRACTS)
    data = (tmp_path / "cell.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    wanted = database.execute("SELECT count(*), count(value) FROM cell").fetchone()
    assert wanted == (len(rows), sum(row["value"] != "" for row in rows))
    assert "20261" not in (tmp_path / "RELEASE.txt").read_text(encoding="utf-8")[:8]


def test_parquet_export_is_readable(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "parquet", ["fact_reviews", "dim_report"])
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM read_parquet($files)", {"files": str(tmp_path / "fact_reviews" / "*" / "*.parquet")}
        ).fetchone()
    assert row == (75,)
    assert (tmp_path / "dictionary.md").exists()


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("+170", "+170"),
        ("-5", "-5"),
        ("规章", "规章"),
        ("", ""),
        (None, None),
    ],
)
def test_text_never_becomes_a_formula(text: str | None, safe: str | None) -> None:
    assert safe_text(text) == safe


def test_unknown_format_and_table_name_the_known_ones(seed_release: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="parquet, csv"):
        export(seed_release, tmp_path, "dbf")
    with pytest.raises(KeyError, match="fact_reviews"):
        export(seed_release, tmp_path, "csv", ["fact_review"])
