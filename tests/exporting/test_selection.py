from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from benchmarks.reading_back import as_held, expected, from_csv, from_parquet
from pipelines.contracts import CONTRACTS
from pipelines.contracts.codes import Language
from pipelines.exporting.files import FORMATS, export
from pipelines.exporting.selection import WHOLE, NothingSelected, NotRestricted, OlderRelease, Selection
from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect
from tests.exporting.hostile import hostile_release
from tests.exporting.test_formats import READERS

_JILIN = "agency_sk IN (SELECT agency_sk FROM dim_agency WHERE province = '吉林省')"
_REPORTS = f"report_key IN (SELECT report_key FROM dim_report WHERE {_JILIN})"
_FILES = f"file_sha256 IN (SELECT file_sha256 FROM report_file WHERE {_REPORTS})"


def _condition(name: str) -> str:
    table = CONTRACTS[name]
    if "report_key" in table.columns:
        return _REPORTS
    if name == "dim_agency":
        return _JILIN
    if name.startswith("sum_"):
        return "year_key = 2020 AND province = '吉林省' AND level = 'county'"
    return _FILES if name in {"raw_file", "raw_file_location"} else "true"


# They tell no provinces or levels apart.
_ADDED_OVER_PLACES = ["sum_divisions", "sum_cells"]


def test_a_province_restricts_everything_about_its_reports(seed_release: Path, tmp_path: Path) -> None:
    selection = Selection(years=(2020,), provinces=("吉林省",), levels=("县级",))
    export(seed_release, tmp_path / "csv", "csv", selection=selection)
    export(seed_release, tmp_path / "parquet", "parquet", selection=selection)
    with connect(seed_release) as connection:
        for name, table in CONTRACTS.items():
            if name in _ADDED_OVER_PLACES:
                assert not (tmp_path / "csv" / f"{name}.csv").exists()
                assert not (tmp_path / "parquet" / f"{name}.parquet").exists()
                continue
            wanted = expected(connection, table, _condition(name))
            assert from_csv(tmp_path / "csv" / f"{name}.csv", table) == wanted, name
            if name != "audit_evaluation":
                assert from_parquet(tmp_path / "parquet", table) == wanted, name
    assert len(from_csv(tmp_path / "csv" / "dim_report.csv", CONTRACTS["dim_report"])) == 1
    note = (tmp_path / "csv" / "RELEASE.txt").read_text(encoding="utf-8")
    assert "selection year 2020; province 吉林省; level county" in note


@pytest.fixture(scope="module")
def of_two_years(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release of which the report of 吉林省 is of 2019, in every table; sums of no place are of both years."""
    release = hostile_release(seed_release, tmp_path_factory.mktemp("years"))
    with duckdb.connect(str(release / DATABASE)) as connection:
        for name, table in CONTRACTS.items():
            if {"report_key", "year_key"} <= set(table.columns):
                connection.execute(f"UPDATE {name} SET year_key = 2019 WHERE {_REPORTS}")
            elif name in _ADDED_OVER_PLACES:
                connection.execute(f"INSERT INTO {name} SELECT * REPLACE (2019 AS year_key) FROM {name}")
            elif name.startswith("sum_"):
                connection.execute(f"UPDATE {name} SET year_key = 2019 WHERE province = '吉林省'")
    return release


SELECTIONS = (
    Selection(years=(2019,)),
    Selection(provinces=("山东省", "吉林省")),
    Selection(levels=("township",)),
    Selection(years=(2020,), provinces=("山东省",), levels=("township",)),
)


def _of_others(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, selection: Selection) -> int | None:
    """Return how many rows of an exported table are not of a selection; None where nothing tells whose they are."""
    wanted = {"year_key": selection.years, "province": selection.provinces, "level": selection.levels}
    known = {column: list(values) for column, values in wanted.items() if values}
    own = " AND ".join(f"list_contains(${column}, {column})" for column in known)
    reports = f"SELECT r.* FROM dim_report AS r JOIN dim_agency USING (agency_sk) WHERE {own}"
    columns = CONTRACTS[name].columns
    if name in WHOLE:
        return None
    if "report_key" in columns:
        of_them = f"report_key IN (SELECT report_key FROM ({reports}))"
    elif "agency_sk" in columns:
        of_them = f"agency_sk IN (SELECT agency_sk FROM ({reports}))"
    elif "file_sha256" in columns:
        of_them = f"file_sha256 IN (SELECT file_sha256 FROM report_file JOIN ({reports}) USING (report_key))"
    elif set(known) <= set(columns):
        of_them = own
    else:
        return None
    read = "SELECT * FROM read_csv($path, delim = ',', quote = '\"', all_varchar = true, max_line_size = 10000000)"
    types = {"year_key": "INTEGER", "report_key": "BIGINT", "agency_sk": "BIGINT"}
    cast = ", ".join(f"{column}::{kind} AS {column}" for column, kind in types.items() if column in columns)
    rows = f"SELECT * REPLACE ({cast}) FROM ({read})" if cast else read
    path = str(folder / f"{name}.csv")
    query = f"SELECT count(*) FROM ({rows}) WHERE ({of_them}) IS NOT TRUE"
    ((found,),) = connection.execute(query, {"path": path, **known}).fetchall()
    return int(found)


@pytest.mark.parametrize("selection", SELECTIONS, ids=Selection.described)
def test_every_row_of_every_table_is_of_the_selection_or_the_note_says_why_not(
    of_two_years: Path, tmp_path: Path, selection: Selection
) -> None:
    lacking: list[str] = []
    export(of_two_years, tmp_path, "csv", selection=selection, language="en", lacking=lacking.append)
    lines = (tmp_path / "RELEASE.txt").read_text(encoding="utf-8").splitlines()
    told = {line.split(" ")[0]: line for line in lines}
    left_out = [name for name in CONTRACTS if not (tmp_path / f"{name}.csv").exists()]
    assert left_out == (_ADDED_OVER_PLACES if selection.provinces or selection.levels else [])
    said = f"left out {', '.join(left_out)}: their rows add up all provinces or levels, more than the reports selected"
    assert lacking == ([", ".join(left_out)] if left_out else [])
    assert (said in lines) is bool(left_out)
    with duckdb.connect(str(of_two_years / DATABASE), read_only=True) as connection:
        found = {n: _of_others(connection, tmp_path, n, selection) for n in CONTRACTS if n not in left_out}
    assert {name: rows for name, rows in found.items() if rows} == {}
    whole = [name for name, rows in found.items() if rows is None]
    assert whole == [name for name in CONTRACTS if name in WHOLE]
    assert told["whole"].startswith(f"whole {', '.join(whole)}: not about reports")


@pytest.mark.parametrize("file_format", FORMATS)
def test_sums_of_a_selection_are_those_of_its_reports_in_every_format(
    seed_release: Path, tmp_path: Path, file_format: str
) -> None:
    language: Language = "en"
    sums = [name for name in CONTRACTS if name.startswith("sum_") and name not in _ADDED_OVER_PLACES]
    export(seed_release, tmp_path, file_format, sums, selection=Selection(provinces=("山东省",)), language=language)
    with connect(seed_release) as connection:
        for name in sums:
            table = CONTRACTS[name]
            rows, everything = (expected(connection, table, each) for each in ("province = '山东省'", "true"))
            assert 0 < len(rows) < len(everything), name
            assert READERS[file_format](tmp_path, table, language) == as_held(rows, table, file_format), name


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("name", _ADDED_OVER_PLACES)
def test_a_sum_of_all_places_that_is_asked_for_is_refused(
    seed_release: Path, tmp_path: Path, file_format: str, name: str
) -> None:
    chosen = Selection(provinces=("山东省",))
    with pytest.raises(NotRestricted, match=f"rows of {name} add up .* province 山东省: leave out --province"):
        export(seed_release, tmp_path / "out", file_format, ["dim_report", name], selection=chosen)
    assert not (tmp_path / "out").exists()
    export(seed_release, tmp_path / "year", file_format, [name], selection=Selection(years=(2020,)))


def test_excel_keeps_its_sheets_for_readers_where_sums_are_left_out(seed_release: Path, tmp_path: Path) -> None:
    (path,) = export(seed_release, tmp_path, "xlsx", selection=Selection(provinces=("山东省",)), language="en")
    book = CalamineWorkbook.from_path(str(path))
    assert {"Codebook", "Reports", "Audit", "sum_reports"} <= {*book.sheet_names}
    assert not {*_ADDED_OVER_PLACES} & {*book.sheet_names}
    for name in ("Reports", "Audit"):
        header, *rows = book.get_sheet_by_name(name).to_python()
        assert {row[header.index("province")] for row in rows} == {"山东省"}, name
    said = [str(row[0]) for row in book.get_sheet_by_name("Codebook").to_python()]
    assert [line for line in said if line.startswith("left out sum_divisions, sum_cells: ")]


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
