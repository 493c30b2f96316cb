"""Every format, read back by a library that did not write it, equals the release cell for cell."""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import frictionless
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from benchmarks.reading_back import Rows, as_held, expected, from_csv, from_excel, from_parquet, from_stata
from pipelines.contracts import CONTRACTS, Table
from pipelines.contracts.codes import Language
from pipelines.exporting import sheets
from pipelines.exporting.columns import fields
from pipelines.exporting.files import FORMATS, export
from pipelines.exporting.safe_text import is_dangerous, original_text
from pipelines.releases.open_release import connect
from pipelines.shown import CONTROLS, from_cell
from pipelines.warehouse.parquet import read_frame
from tests.exporting.hostile import TEXTS, hostile_release

Reader = Callable[[Path, Table, Language], Rows]
Exported = Callable[..., Path]


def _excel(folder: Path, table: Table, language: Language) -> Rows:
    name = table.zh if language == "zh" else table.name
    header = [field.header(language) for field in fields(table)]
    return from_excel([folder / "gongkai.xlsx"], [name], table, header=header)


READERS: dict[str, Reader] = {
    "parquet": lambda folder, table, _: from_parquet(folder, table),
    "csv": lambda folder, table, _: from_csv(folder / f"{table.name}.csv", table),
    "xlsx": _excel,
    "dta": lambda folder, table, _: from_stata(folder / f"{table.name}.dta", table),
    "datapackage": lambda folder, table, _: from_csv(folder / "data" / f"{table.name}.csv", table),
}


@pytest.fixture(scope="module")
def hostile(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_release(seed_release, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def exported(seed_release: Path, hostile: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Return the folder that a whole release is exported to, once for all tests that only read it."""

    @cache
    def of(source: str, file_format: str, language: Language = "zh") -> Path:
        folder = tmp_path_factory.mktemp("exported")
        release = hostile if source == "hostile" else seed_release
        written = export(release, folder, file_format, language=language)
        assert written and all(path.is_file() for path in written)
        return folder

    return of


@pytest.fixture(scope="module")
def held(seed_release: Path) -> Callable[[Table], Rows]:
    """Return what the release of the seeds holds of a table."""

    @cache
    def of(name: str) -> Rows:
        with connect(seed_release) as connection:
            return expected(connection, CONTRACTS[name])

    return lambda table: of(table.name)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("file_format", FORMATS)
def test_every_table_equals_the_release(
    seed_release: Path, exported: Exported, held: Callable[[Table], Rows], file_format: str, language: Language
) -> None:
    folder, read = exported("seed_release", file_format, language), READERS[file_format]
    for name, table in CONTRACTS.items():
        if name == "audit_evaluation" and file_format == "parquet":
            assert len(read(folder, table, language)) == read_frame(seed_release / "parquet", table).height
            continue
        assert read(folder, table, language) == as_held(held(table), table, file_format), name


@pytest.fixture
def _fields_of_any_length() -> Iterator[None]:
    """The limit is one of the process: whatever else runs in it reads files by the usual one."""
    before = csv.field_size_limit(sys.maxsize)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("_fields_of_any_length")
@pytest.mark.parametrize("file_format", ["csv", "datapackage"])
def test_hostile_texts_survive_csv(hostile: Path, exported: Exported, file_format: str) -> None:
    folder = exported("hostile", file_format)
    path = folder / ("data" if file_format == "datapackage" else "") / "report_section.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        bodies = [row[4] for row in csv.reader(file)][1:]
    assert not [body for body in bodies if is_dangerous(body)]
    assert not [body for body in bodies if re.search(f"[{CONTROLS}]", body)]
    assert [from_cell(original_text(body)) for body in bodies] == list(TEXTS)
    with connect(hostile) as connection:
        for name in ("raw_file_location", "fact_reviews", "cell", "report_section"):
            read = READERS[file_format](folder, CONTRACTS[name], "zh")
            assert read == expected(connection, CONTRACTS[name]), name


def test_hostile_texts_in_excel_are_texts(exported: Exported) -> None:
    folder = exported("hostile", "xlsx")
    (path,) = folder.glob("*.xlsx")
    table = CONTRACTS["report_section"]
    bodies = [row[4] for row in _excel(folder, table, "zh")]
    for body, text in zip(bodies, TEXTS, strict=True):
        if len(text) > sheets.MAX_TEXT // 2 + 1:
            assert len(body.encode("utf-16-le")) <= 2 * sheets.MAX_TEXT and f"cut: {len(text)} 字符" in body
            assert body[:10_000] == text[:10_000]
        else:
            assert (body or "") == text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert b"<f>" not in data and b"hyperlink" not in data, name
    said = " ".join(str(row[0]) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_name("说明").to_python())
    assert "4 个文本超过" in said and "个数超过 Excel" in said


def as_excel_keeps(number: str) -> str:
    """Return a number as Excel shows and saves it: with 15 significant digits, zeros behind them."""
    return str(int(Decimal(f"{float(number):.14e}")))


def test_every_key_survives_excel(exported: Exported) -> None:
    keys = [(table, at) for table in CONTRACTS.values() for at, f in enumerate(fields(table)) if is_key(f.name)]
    assert {"dim_report", "dim_agency", "cell", "agency_match", "audit_finding"} <= {table.name for table, _ in keys}
    folder = exported("seed_release", "csv", "en")
    book = CalamineWorkbook.from_path(str(exported("seed_release", "xlsx", "en") / "gongkai.xlsx"))
    for table, at in keys:
        with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
            in_csv = [row[at] for row in csv.reader(file)][1:]
        assert [as_excel_keeps(key or "0") for key in in_csv] == [key or "0" for key in in_csv], table.name
        in_excel = [row[at] for row in book.get_sheet_by_name(table.name[:31]).to_python()[1:]]
        assert [str(key).removesuffix(".0") for key in in_excel] == in_csv, table.name


def is_key(name: str) -> bool:
    return name.endswith(("_key", "_sk")) and name != "year_key"


def test_numbers_that_excel_cannot_hold_stand_as_text(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path, "xlsx", ["fact_reviews", "cell", "raw_file_location"], language="en")
    book = CalamineWorkbook.from_path(str(tmp_path / "gongkai.xlsx"))
    reviews = book.get_sheet_by_name("fact_reviews").to_python()
    cases = {row[4]: row[5] for row in reviews[1:]}
    assert (cases["total"], cases["upheld"], cases["pending"]) == ("9007199254740992", "-9007199254740993", "")
    cells = book.get_sheet_by_name("cell").to_python()
    value, yuan = cells[0].index("value"), cells[0].index("yuan")
    assert (cells[1][value], cells[1][yuan]) == ("-999999999999.999999", "9999999999999999.99")
    assert (cells[2][value], cells[2][yuan]) == (0.000001, -0.01)
    location = book.get_sheet_by_name("raw_file_location").to_python()
    assert location[1][location[0].index("published_on")] == "1899-12-31"
    fetched = location[1][location[0].index("fetched_at")]
    assert isinstance(fetched, datetime) and fetched.isoformat(timespec="milliseconds") == "2025-12-31T23:59:59.123"


def test_parquet_carries_the_dictionary(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "parquet", ["fact_reviews", "dim_report"])
    schema = pq.read_schema(tmp_path / "fact_reviews" / "year_key=2020" / "part-0.parquet")
    assert schema.metadata[b"label_zh"].decode() == CONTRACTS["fact_reviews"].zh
    assert schema.field("cases").metadata[b"label_zh"].decode() == "件数"
    assert (tmp_path / "codebook.md").read_text(encoding="utf-8").startswith("# 说明\n\nrelease 2")
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM read_parquet($files)", {"files": str(tmp_path / "fact_reviews" / "*" / "*.parquet")}
        ).fetchone()
    assert found == (75,)


@pytest.mark.parametrize("source", ["seed_release", "hostile"])
def test_the_data_package_validates(source: str, exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(exported(source, "datapackage"))
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    assert report.stats["tasks"] == len(CONTRACTS)


def test_a_damaged_data_package_does_not_validate(
    seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(seed_release, tmp_path, "datapackage", ["dim_report", "fact_reviews"])
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data" / "fact_reviews.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = lines[1].split(",")
    path.write_text(lines[0] + ",".join(["17", *first[1:]]) + "".join(lines[2:]), encoding="utf-8")
    kinds = {kind for (kind,) in frictionless.validate("datapackage.json").flatten(["type"])}
    assert kinds == {"foreign-key"}


def test_tables_above_the_row_limit_are_split(
    seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 301)
    export(seed_release, tmp_path, "xlsx")
    table = CONTRACTS["cell"]
    paths = [tmp_path / f"cell-{part}.xlsx" for part in (1, 2, 3, 4)]
    rows = from_excel(paths, [table.zh], table, header=[field.zh for field in fields(table)])
    with connect(seed_release) as connection:
        assert rows == as_held(expected(connection, table), table, "xlsx")
    assert not (tmp_path / "cell-5.xlsx").exists()
    assert table.zh not in CalamineWorkbook.from_path(str(tmp_path / "gongkai.xlsx")).sheet_names


def test_a_sheet_for_readers_above_the_limit_goes_on_in_another(
    seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 4)
    export(seed_release, tmp_path, "xlsx", summary=True)
    book = CalamineWorkbook.from_path(str(tmp_path / "gongkai.xlsx"))
    kept = [len(book.get_sheet_by_name(name).to_python()) - 1 for name in ("年报总表", "年报总表 2")]
    assert kept == [3, 2]


def test_csv_tells_null_from_an_empty_text(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "csv", ["report_section"])
    lines = (tmp_path / "report_section.csv").read_text(encoding="utf-8-sig")
    assert ',""' in lines
    with connect(seed_release) as connection:
        empty = connection.execute("SELECT count(*) FROM report_section WHERE body = ''").fetchone()
    assert empty == (
        sum(row[4] == "" for row in from_csv(tmp_path / "report_section.csv", CONTRACTS["report_section"])),
    )


def test_decimals_are_written_in_full(hostile: Path, tmp_path: Path) -> None:
    export(hostile, tmp_path, "csv", ["cell"])
    rows = from_csv(tmp_path / "cell.csv", CONTRACTS["cell"])
    yuan = CONTRACTS["cell"].columns.index("yuan")
    assert {row[yuan] for row in rows} >= {Decimal("9999999999999999.99"), Decimal("-0.01")}
