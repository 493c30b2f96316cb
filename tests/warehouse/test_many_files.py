"""Releases of files that belong together: archives, attachments, copies, several reports in one file, form 2014."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.corpus import layouts
from benchmarks.corpus.printing import random_printout
from benchmarks.corpus.statistics import random_statistics, statistics_rows
from pipelines.releases.manifest import DATABASE
from pipelines.releases.open_release import connect
from pipelines.warehouse.checks import check_names, run_check
from tests.projects import build_release, make_project

NARRATIVE = (
    "测试市西河区水利局2020年政府信息公开工作年度报告\n一、总体情况\n甲\n二、主动公开情况\n见附件\n三、其他\n无。"
)


def page(seed: int, place: str, *, title: bool = True, layout: layouts.Layout = layouts.html) -> bytes:
    text = layouts.page(random.Random(seed), random_printout(random.Random(seed), "2021"), layout)
    text = text.replace("东山区人民政府", place)
    return (text if title else text.replace(f"测试市{place}2020年政府信息公开工作年度报告", "附件")).encode()


def statistics(seed: int) -> bytes:
    rng = random.Random(seed)
    rows = statistics_rows(rng, random_statistics(rng))
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    head = "<h1>测试市东山区财政局2016年政府信息公开工作年度报告</h1><p>一、概述</p><p>二、主动公开情况</p>"
    return f"<html><body>{head}<table>{body}</table></body></html>".encode()


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


FILES = {
    "水利局.html": NARRATIVE.encode(),
    "水利局_附件1.html": page(1, "水利局", title=False),
    "民政局.html": page(2, "西河区民政局"),
    "民政局.txt": page(2, "西河区民政局", layout=layouts.tab_led),
    "统计.html": statistics(3),
    "三份.txt": page(4, "西河区教育局", layout=layouts.tab_led)
    + b"\n"
    + page(5, "西河区卫生局", layout=layouts.tab_led),
    "打包.zip": archive(
        {"文化局.html": page(6, "西河区文化局"), "坏.html": b"\x00\x01\x02\x03" * 99, "说明.txt": b"readme"}
    ),
}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    layout = make_project(tmp_path_factory.mktemp("many"), seeds=False)
    for name, data in FILES.items():
        (layout.raw / "2020" / name).write_bytes(data)
    return build_release(layout).path


@pytest.fixture
def database(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(release) as connection:
        yield connection


def rows(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return database.execute(query).fetchall()


@pytest.mark.parametrize("name", check_names())
def test_checks_pass(name: str, release: Path) -> None:
    assert run_check(release / DATABASE, name).failing == 0


def test_every_location_is_accounted_for(database: duckdb.DuckDBPyConnection) -> None:
    found = dict(rows(database, "SELECT location, outcome || coalesce(': ' || reason, '') FROM raw_file_location"))
    assert found == {
        "2020/三份.txt": "parsed",
        "2020/打包.zip": "parsed",
        "2020/打包.zip!/坏.html": "quarantined: binary",
        "2020/打包.zip!/文化局.html": "parsed",
        "2020/打包.zip!/说明.txt": "not_a_report: no_statutory_table",
        "2020/民政局.html": "parsed",
        "2020/民政局.txt": "parsed",
        "2020/水利局.html": "parsed",
        "2020/水利局_附件1.html": "parsed",
        "2020/统计.html": "parsed",
    }


def test_a_page_and_its_attachment_are_one_report_with_both_files(database: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT r.form, r.year_key, a.name, f.role, o.location, count(c.cell_path) AS cells
        FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk) JOIN report_file AS f USING (report_key)
        JOIN raw_file_location AS o USING (file_sha256)
        LEFT JOIN cell AS c ON c.report_key = r.report_key AND c.file_sha256 = f.file_sha256
        WHERE contains(r.title, '水利局') GROUP BY ALL ORDER BY f.role DESC
    """
    named = ("2021", 2020, "测试市西河区水利局")
    (main, attachment) = rows(database, query)
    assert main == (*named, "main", "2020/水利局.html", 0)
    assert attachment[:-1] == (*named, "attachment", "2020/水利局_附件1.html")
    assert attachment[-1] == 200


def test_a_report_in_two_formats_has_one_set_of_facts(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT status, media_type, report_key, related_report_key FROM dim_report WHERE contains(title, '民政局')"
    current, copy = sorted(rows(database, query))
    assert (current[:2], copy[:2]) == (("current", "text/html"), ("duplicate_of", "text/plain"))
    assert copy[3] == current[2]
    assert rows(database, f"SELECT count(*) FROM fact_applications WHERE report_key = {copy[2]}") == [(0,)]
    assert rows(database, f"SELECT count(*) FROM cell WHERE report_key = {copy[2]}") == [(200,)]


def test_several_reports_of_a_file_are_reports_of_their_own(database: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT a.name FROM dim_report JOIN dim_agency AS a USING (agency_sk) JOIN report_file USING (report_key) "
    query += "JOIN raw_file_location AS o USING (file_sha256) WHERE o.location = '2020/三份.txt' ORDER BY 1"
    assert rows(database, query) == [("测试市西河区卫生局",), ("测试市西河区教育局",)]


def test_form_2014_is_a_fact_by_indicator(database: duckdb.DuckDBPyConnection) -> None:
    assert rows(database, "SELECT count(*), count(number), min(year_key) FROM fact_statistics_2014") == [(58, 58, 2016)]
    assert rows(database, "SELECT count(*) FROM statistics_2014 WHERE unit = '万元' AND yuan IS NULL") == [(0,)]
    paths = "SELECT cell_path FROM cell WHERE table_id = 'stat2014' ORDER BY cell_order LIMIT 1"
    assert rows(database, paths) == [("stat2014.disclosure.items",)]
