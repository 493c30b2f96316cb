"""Whose a table in an archive is: what its name, its folder and its lines say of another office, year or of none."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time
from typing import Any

import polars as pl
import pytest

from pipelines.warehouse.agreements import Agreements
from pipelines.warehouse.named_by_files import lines_that_tell
from pipelines.warehouse.report_sources import ATTACHMENT, DUPLICATE, MAIN, Lines, files_of_reports
from tests.warehouse.report_rows import located, report
from tests.warehouse.test_report_sources import CELLS, OTHER, PAGE, TABLE

SECOND = 4
_NO_CELLS = pl.DataFrame(schema=CELLS)
ALONE = {(PAGE, PAGE, MAIN), (TABLE, TABLE, MAIN)}
JOINED = {(PAGE, PAGE, MAIN), (PAGE, TABLE, ATTACHMENT)}


def found_in(
    files: list[dict[str, Any]],
    places: list[tuple[int, str, int]],
    lines: Lines = lambda _: {},
    cells: pl.DataFrame = _NO_CELLS,
) -> set[tuple[int, int, str]]:
    """Return (report, source, role); `places` are (source, location, day of arrival)."""
    rows = located(
        *(
            {"location": place, "file_sha256": f"{key:064x}", "arrived_at": datetime(2023, 2, day, tzinfo=UTC)}
            for key, place, day in places
        )
    )
    agreements = Agreements(lambda keys: cells.filter(pl.col("report_key").is_in(keys)))
    found = files_of_reports(pl.DataFrame(files), rows, agreements, lines)
    assert found.height == found.unique(["report_key", "source_key"]).height
    return set(found.select("report_key", "source_key", "role").rows())


def in_archive(
    table: str, page: str = "莒县民政局.txt", *, agency: str | None = "莒县民政局", lines: tuple[str, ...] = ()
) -> set[tuple[int, int, str]]:
    """Return what becomes of a text of 2022 and a table that names nobody, in one archive."""
    files = [
        report(PAGE, "narrative", "text/plain", agency_printed=agency, year=2022),
        report(TABLE, "2021", "text/plain", agency_printed=None, year=0),
    ]
    told = {TABLE: lines, PAGE: (f"{agency}2022年政府信息公开工作年度报告", "莒县人民政府门户网站")}
    return found_in(files, [(PAGE, f"a.zip!/{page}", 1), (TABLE, f"a.zip!/{table}", 1)], lambda _: told)


@pytest.mark.parametrize(
    "table",
    [
        *("附件.docx", "统计表.xls", "附表1.xls", "年报表格.xlsx", "附件2：政府信息公开情况统计表.xls", "表/统计.pdf"),
        *("2022年度附件.doc", "2022年统计表（2023年1月15日报送）.xls", "附件（更正）.xls", "1.xls", "tongji2.doc"),
        *("民政局附表.xls", "莒县民政局统计表.xls", "县民政局2022年数据表.xls", "民政统计表.xls", "附件/1.xls"),
        *("工作簿1.xlsx", "行政机关信息公开申请办理情况.xls", "三张表.xls", "微信图片_20230115.jpg", "已盖章/附件.pdf"),
        *("山东省日照市莒县民政局附件.xls", "我局统计表.xls", "莒县民政局/附件.xls", "民政局_盖章扫描件.pdf"),
    ],
)
def test_a_table_whose_file_names_nobody_else_joins_the_text_beside_it(table: str) -> None:
    assert in_archive(table) == JOINED


@pytest.mark.parametrize(
    "table",
    [
        *("莒县审计局统计表.txt", "审计局附件.xls", "五莲县民政局统计表.xls", "民政所附件.xls", "实验小学/统计表.txt"),
        *("莒县/附件.xls", "招贤镇统计表.xls", "水利.xls", "信息中心统计表.xls", "张三.xls"),
        *("统计局统计表.xls", "图书馆.xls", "第三中学附件.xls", "下属单位/附件.xls", "日照统计表.xls"),
        *("2021年统计表.txt", "2021/附件.txt", "二〇二一年统计表.txt", "21年附件.xls", "2021年1-12月统计表.xls"),
        *("样表.txt", "附件（空白）.xls", "模板.doc", "统计表模版.xls", "填表说明.xls", "sample.xls"),
        *("全县统计表.txt", "汇总表.xls", "各单位统计表.xls"),
    ],
)
def test_a_table_whose_file_names_another_office_or_year_or_none_stays_apart(table: str) -> None:
    assert in_archive(table) == ALONE


def test_hostile_names_take_no_time() -> None:
    started = process_time()
    for name in ("附表" * 500 + "猫", "猫" + "附表" * 500, "一" * 1000, "2022年" * 300, "莒县" * 500):
        assert in_archive(f"{name}.xls") in (ALONE, JOINED)
    assert process_time() - started < 20


@pytest.mark.parametrize(
    ("agency", "page", "table", "joins"),
    [
        ("莒县人力资源和社会保障局", "正文.doc", "莒县人社局统计表.xls", True),
        ("莒县人民政府", "正文.doc", "全县统计表.xls", True),
        ("莒县人民政府", "正文.doc", "莒县附件.xls", True),
        ("莒县人民政府办公室", "正文.doc", "县政府办公室统计表.xls", True),
        ("莒县招贤镇人民政府", "正文.doc", "招贤镇附件.xls", True),
        ("莒县招贤镇人民政府", "正文.doc", "城阳街道附件.xls", False),
        ("莒县公安局交通警察大队", "正文.doc", "公安局附件.xls", False),
        ("莒县公安局", "正文.doc", "公安局交警大队附件.xls", False),
        ("莒县民政局", "2022年报-张三.doc", "附件-张三.xls", True),  # both are named so
        ("莒县民政局", "莒县审计局.doc", "莒县审计局附件.xls", True),  # by their names they are one
        ("莒县民政局", "民政局/正文.doc", "民政局/附件.xls", True),
        (None, "莒县审计局.doc", "审计局统计表.xls", True),
        (None, "莒县审计局.doc", "民政局统计表.xls", False),
        (None, "正文.doc", "民政局统计表.xls", False),
    ],
)
def test_the_name_of_a_table_is_held_against_the_office_of_the_text(
    agency: str | None, page: str, table: str, joins: bool
) -> None:
    assert in_archive(table, page, agency=agency) == (JOINED if joins else ALONE)


@pytest.mark.parametrize(
    ("line", "joins"),
    [
        ("莒县水利局2022年统计表", False),
        ("填表单位：莒县粮食局", False),
        ("填报单位（盖章）： 莒县粮食局（公章）  填报日期：2023年1月", False),
        ("单位：莒县粮食局", False),
        ("莒县粮食局", False),
        ("（样表）", False),
        ("莒县各部门汇总表", False),
        ("附件：政府信息公开工作年度报告统计表", True),
        ("填表单位：莒县民政局", True),
        ("填报单位（盖章）：县民政局    填报人：李四", True),
        ("填报单位：民政局办公室", True),
        ("填报单位：＿＿＿＿", True),
        ("单位：件、万元", True),
        ("莒县民政局2022年政府信息公开统计表", True),
        ("莒县人民政府门户网站", True),
        ("2022年度", True),
    ],
)
def test_a_line_of_a_table_is_held_against_the_office_of_the_text(line: str, joins: bool) -> None:
    assert in_archive("统计表.txt", lines=(line,)) == (JOINED if joins else ALONE)


def test_the_lines_that_may_tell_stand_before_the_sections_and_where_somebody_filled_in_the_form() -> None:
    sections = [(0, "附件\n统计表"), (1, "2022年，我局……"), (6, "无。\n填表单位：莒县粮食局")]
    rows = [["复议", "1", "2"], ["填报单位", "莒县水利局", "填报人", "李四"], ["", "填报单位：莒县林业局"]]
    found = lines_that_tell(sections, rows)
    assert found == ("附件", "统计表", "填表单位：莒县粮食局", "填报单位:莒县水利局", "填报单位：莒县林业局:")


def test_in_an_archive_of_folders_each_text_has_the_table_of_its_folder() -> None:
    files = [
        report(PAGE, "narrative", "text/plain", agency_printed="莒县民政局"),
        report(TABLE, "2021", "text/plain", agency_printed=None),
        report(OTHER, "narrative", "text/plain", agency_printed="莒县审计局"),
        report(SECOND, "2021", "text/plain", agency_printed=None),
    ]
    names = {PAGE: "民政/正文.txt", TABLE: "民政/附件.txt", OTHER: "审计/正文.txt", SECOND: "审计/附件.txt"}
    found = found_in(files, [(key, f"a.zip!/{name}", 1) for key, name in names.items()])
    assert found == JOINED | {(OTHER, OTHER, MAIN), (OTHER, SECOND, ATTACHMENT)}


def one_annex(**days: int) -> set[tuple[int, int, str]]:
    """Return what becomes of one annex that came in archives of two offices, `days` of February."""
    files = [
        report(PAGE, "narrative", "text/plain", agency_printed="莒县财政局"),
        report(TABLE, "2021", "text/plain", agency_printed=None),
        report(OTHER, "narrative", "text/plain", agency_printed="莒县教育局"),
    ]
    texts = {"a1": PAGE, "a2": OTHER}
    places = [(texts[name], f"{name}.zip!/正文.txt", day) for name, day in days.items()]
    return found_in(files, [*places, *((TABLE, f"{name}.zip!/附件.txt", day) for name, day in days.items())])


def test_an_annex_that_two_offices_sent_is_of_both_whichever_came_first() -> None:
    expected = {(PAGE, PAGE, MAIN), (OTHER, OTHER, MAIN), (PAGE, TABLE, ATTACHMENT), (OTHER, TABLE, ATTACHMENT)}
    assert one_annex(a1=1, a2=2) == one_annex(a1=2, a2=1) == one_annex(a2=1, a1=1) == expected


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
def test_of_two_annexes_of_one_text_the_one_that_came_first_is_its_table(first: int, second: int) -> None:
    files = [
        report(PAGE, "narrative", "text/plain"),
        report(TABLE, "2021", "text/plain", agency_printed=None),
        report(OTHER, "2021", "text/plain", agency_printed=None),
    ]
    days = {"a1": (TABLE, first), "a2": (OTHER, second)}
    places = [(key, f"{name}.zip!/附件.txt", day) for name, (key, day) in days.items()]
    places += [(PAGE, f"{name}.zip!/正文.txt", day) for name, (_, day) in days.items()]
    joined, left = (TABLE, OTHER) if first < second else (OTHER, TABLE)
    assert found_in(files, places) == {(PAGE, PAGE, MAIN), (PAGE, joined, ATTACHMENT), (left, left, MAIN)}


def test_a_copy_of_an_annex_of_two_texts_repeats_one_report() -> None:
    forms = {PAGE: "narrative", TABLE: "2021", OTHER: "narrative", SECOND: "2021"}
    files = [report(key, form, "text/html" if key == TABLE else "text/plain") for key, form in forms.items()]
    names = {"a/正文.txt": PAGE, "a/正文附件.htm": TABLE, "a/正文附件.txt": SECOND, "b/正文.txt": OTHER}
    cells = pl.DataFrame(
        [(key, "applications", "received", "total", 5, "value") for key in (TABLE, SECOND)], schema=CELLS, orient="row"
    )
    assert found_in(
        files, [*((key, name, 1) for name, key in names.items()), (TABLE, "b/正文附件.htm", 1)], cells=cells
    ) == {
        *((PAGE, PAGE, MAIN), (OTHER, OTHER, MAIN), (SECOND, SECOND, MAIN)),
        *((PAGE, TABLE, ATTACHMENT), (OTHER, TABLE, ATTACHMENT), (PAGE, SECOND, DUPLICATE)),
    }
