from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.reading_back import expected, from_csv, from_parquet
from pipelines.contracts import CONTRACTS
from pipelines.exporting.files import export
from pipelines.exporting.selection import NothingSelected, OlderRelease, Selection
from pipelines.releases.open_release import connect
from tests.exporting.hostile import hostile_release

_JILIN = "agency_sk IN (SELECT agency_sk FROM dim_agency WHERE province = '吉林省')"
_REPORTS = f"report_key IN (SELECT report_key FROM dim_report WHERE {_JILIN})"
_FILES = f"file_sha256 IN (SELECT file_sha256 FROM report_file WHERE {_REPORTS})"


def _condition(name: str) -> str:
    table = CONTRACTS[name]
    if "report_key" in table.columns:
        return _REPORTS
    if name == "dim_agency":
        return _JILIN
    return _FILES if name in {"raw_file", "raw_file_location"} else "true"


def test_a_province_restricts_everything_about_its_reports(seed_release: Path, tmp_path: Path) -> None:
    selection = Selection(years=(2020,), provinces=("吉林省",), levels=("县级",))
    export(seed_release, tmp_path / "csv", "csv", selection=selection)
    export(seed_release, tmp_path / "parquet", "parquet", selection=selection)
    with connect(seed_release) as connection:
        for name, table in CONTRACTS.items():
            wanted = expected(connection, table, _condition(name))
            assert from_csv(tmp_path / "csv" / f"{name}.csv", table) == wanted, name
            if name != "audit_evaluation":
                assert from_parquet(tmp_path / "parquet", table) == wanted, name
    assert len(from_csv(tmp_path / "csv" / "dim_report.csv", CONTRACTS["dim_report"])) == 1
    note = (tmp_path / "csv" / "RELEASE.txt").read_text(encoding="utf-8")
    assert "selection year 2020; province 吉林省; level county" in note


def test_several_values_are_alternatives(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "csv", ["dim_report"], selection=Selection(provinces=("吉林省", "山东省")))
    assert len(from_csv(tmp_path / "dim_report.csv", CONTRACTS["dim_report"])) == 2


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(years=(1999,)), "no report of year 1999: known: 2020"),
        (Selection(provinces=("吉林",)), "no report of province 吉林: known: .*吉林省"),
        (Selection(levels=("village",)), "no report of level village: known: county, township"),
        (Selection(provinces=("吉林省",), levels=("township",)), "no report of province 吉林省; level township"),
        (Selection(provinces=("' OR 1=1 --",)), "no report of province ' OR 1=1 --"),
    ],
)
def test_what_no_report_has_is_reported(seed_release: Path, tmp_path: Path, selection: Selection, said: str) -> None:
    with pytest.raises(NothingSelected, match=said):
        export(seed_release, tmp_path / "out", "csv", selection=selection)
    assert not (tmp_path / "out").exists()


def test_unknown_format_table_and_language_name_the_known_ones(seed_release: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="parquet, csv, xlsx, dta, datapackage"):
        export(seed_release, tmp_path, "dbf")
    with pytest.raises(KeyError, match="fact_reviews"):
        export(seed_release, tmp_path, "csv", ["fact_review"])
    with pytest.raises(ValueError, match="known: zh, en"):
        export(seed_release, tmp_path, "csv", language="fr")  # type: ignore[arg-type]


def test_a_release_to_other_contracts_is_refused(seed_release: Path, tmp_path: Path) -> None:
    copy = hostile_release(seed_release, tmp_path)
    with duckdb.connect(str(copy / "gongkai.duckdb")) as connection:
        connection.execute("ALTER TABLE unmapped_row RENAME COLUMN label TO name")
    with pytest.raises(OlderRelease, match=r"unmapped_row\): run `gongkai run`"):
        export(copy, tmp_path / "out", "csv")
