"""A text and its attachment are one report for an office, as they are for a run; what a run keeps apart stays apart."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipelines.office import read_files
from pipelines.office.county_sum import county_sum
from pipelines.office.coverage import Coverage, coverage, units_of
from pipelines.office.given_files import given_files
from pipelines.office.last_year import NO_FIGURES
from pipelines.office.overview import Words
from pipelines.office.received import receive
from pipelines.office.roster import county_named
from pipelines.office.unit_files import correction_files
from tests.warehouse import county_files
from tests.warehouse.county_files import YEAR

RECEIVED = "applications.received.total"
_HEADINGS = "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况"


def text(agency: str) -> str:
    """Return a report whose tables are annexed."""
    annexed = "".join(f"{n}、{heading}\n见附件。\n" for n, heading in zip("二三四", _HEADINGS, strict=True))
    last = "五、存在的主要问题及改进情况\n不足。\n六、其他需要报告的事项\n无。\n"
    begin = f"{agency}{YEAR}年政府信息公开工作年度报告\n一、总体情况\n{YEAR}年，共收到政府信息公开申请5件。\n"
    return f"{begin}{annexed}{last}"


def annex(cases: int, line: str = "附件：政府信息公开工作年度报告统计表") -> str:
    """Return the tables of a report under a line of their own."""
    whole = county_files.report("莒县某局", county_files.received(cases)).decode()
    return whole.replace(f"莒县某局{YEAR}年政府信息公开工作年度报告", line)


def covered(folder: Path, archives: Mapping[str, Mapping[str, str]], **loose: str) -> Coverage:
    for archive, members in archives.items():
        with zipfile.ZipFile(folder / archive, "w") as file:
            for name, content in members.items():
                file.writestr(name, content)
    for name, content in loose.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    county = county_named("莒县", YEAR)
    reception = receive(given_files([folder]), lambda: nullcontext(lambda *_: None))
    return coverage(reception, units_of(reception, YEAR, county), YEAR, county)


def values(found: Coverage) -> dict[str, int | None]:
    return {each.unit.name: each.judged["cells"].get(RECEIVED, {}).get("value") for each in found.counting}


def test_a_text_and_its_annex_in_one_archive_are_one_report(tmp_path: Path) -> None:
    archive = {"莒县财政局.txt": text("莒县财政局"), "附件.txt": annex(5)}
    found = covered(tmp_path, {"a.zip": archive}, 教育=annex(3, f"莒县教育局{YEAR}年政府信息公开工作年度报告"))
    assert values(found) == {"莒县财政局": 5, "莒县教育局": 3}
    assert found.strays == () and found.of_other_years == () and found.not_reports == []
    row = next(row for row in found.rows if row.unit.name == "莒县财政局")
    assert row.counts is not None and (row.counts.report.cells, row.counts.report.cells_of_form) == (200, 200)
    assert [each.rule for each in row.counts.report.findings if each.severity == "error"] == []
    sums = county_sum(Words(found, "zh"))
    assert sums is not None and sums.summary.cells[RECEIVED].value == 8
    words = Words(found, "zh")
    assert list(words.remarks(row)) == ["表格取自附件 a.zip!/附件.txt"]
    assert [(each.file, each.what) for each in words.others()] == [
        ("a.zip!/附件.txt", "a.zip!/莒县财政局.txt 的附件，表格已计入该报告")
    ]
    assert "作为附件计入报告的文件 1 个：a.zip!/附件.txt" in list(words.closing())


def test_the_words_of_a_text_are_held_against_the_tables_of_its_annex(tmp_path: Path) -> None:
    found = covered(tmp_path, {"a.zip": {"莒县财政局.txt": text("莒县财政局"), "附件.txt": annex(7)}})
    (row,) = found.rows
    assert row.counts is not None
    assert any(each.rule.startswith("narrative") for each in row.counts.report.findings)
    pages = [
        content.decode() for name, content in correction_files(Words(found, "zh"), NO_FIGURES) if name.suffix == ".html"
    ]
    assert len(pages) == 1 and "a.zip!/莒县财政局.txt、a.zip!/附件.txt" in pages[0]


@pytest.mark.parametrize(
    ("name", "table"), [("莒县审计局统计表.txt", annex(5)), ("附件.txt", annex(5) + "\n填表单位：莒县粮食局\n")]
)
def test_a_table_that_names_another_office_is_none_of_the_text(tmp_path: Path, name: str, table: str) -> None:
    found = covered(tmp_path, {"a.zip": {"莒县财政局.txt": text("莒县财政局"), name: table}})
    assert values(found) == {"莒县财政局": None}
    assert [each.file.file for each in found.of_other_years] == [f"{tmp_path}/a.zip!/{name}"]
    (row,) = found.rows
    assert "report.tables_missing" in {each.rule for each in row.counts.report.findings} if row.counts else False


def test_an_annex_that_two_units_sent_is_of_both(tmp_path: Path) -> None:
    archives = {
        f"{n}.zip": {f"{agency}.txt": text(agency), "附件.txt": annex(0)}
        for n, agency in enumerate(("莒县财政局", "莒县教育局"))
    }
    found = covered(tmp_path, archives)
    assert values(found) == {"莒县财政局": 0, "莒县教育局": 0}
    assert len({each.received[0].report_key for each in found.rows}) == 2
    assert {row.unit.name: list(Words(found, "zh").remarks(row)) for row in found.rows} == {
        "莒县财政局": ["表格取自附件 0.zip!/附件.txt"],
        "莒县教育局": ["表格取自附件 1.zip!/附件.txt"],
    }


def test_one_text_sent_again_with_another_annex_is_another_report(tmp_path: Path) -> None:
    same = text("莒县财政局")
    archives = {f"{n}.zip": {"莒县财政局.txt": same, "附件.txt": annex(n)} for n in (5, 6)}
    found = covered(tmp_path, archives)
    assert values(found) == {"莒县财政局": 5}
    assert [each.file.file for each in found.of_other_years] == [f"{tmp_path}/6.zip!/附件.txt"]


def test_an_annex_beside_its_text_is_read_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_files, "_FILES_AT_ONCE", 2)
    others = {
        name: county_files.report(f"莒县{name}", county_files.received(1)).decode() for name in ("审计局", "民政局")
    }
    loose = {
        "1": others["审计局"],
        "财政局年报": text("莒县财政局"),
        "财政局年报附件": annex(5),
        "zz": others["民政局"],
    }
    found = covered(tmp_path, {}, **loose)
    assert values(found) == {"莒县审计局": 1, "莒县财政局": 5, "莒县民政局": 1}
