"""`gongkai check`: what an office is told of its reports before it publishes them."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.commands.check import check_all
from pipelines.office.checked import Checked
from tests.commands.screen import harmful
from tests.office.county_office import PLACE, UNITS, YEAR, Errors, report_file, write_office
from tests.projects import SEEDS

LANGUAGES = ("zh", "en")
_ESCAPE = "\x1b]0;owned\x07"
Run = Callable[..., Result]


@pytest.fixture
def gongkai() -> Run:
    return lambda *arguments: CliRunner().invoke(app, ["check", *map(str, arguments)])


def seed(number: str) -> Path:
    return next(SEEDS.glob(f"{number}*"))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Errors]]:
    folder = tmp_path_factory.mktemp("office") / "报送"
    return folder, write_office(folder)


@pytest.fixture(scope="module")
def checked(office: tuple[Path, Mapping[str, Errors]]) -> Checked:
    return check_all([office[0]])


@pytest.fixture
def as_checked(checked: Checked, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Let commands print what was found once: to read the files again takes seconds."""
    monkeypatch.setattr("pipelines.commands.check.check_all", lambda *_: checked)
    return checked


def test_every_planted_fault_stands_under_its_file_and_nowhere_else(
    checked: Checked, office: tuple[Path, Mapping[str, Errors]]
) -> None:
    found = {
        file.file: {(f.rule, f.scope) for report in file.reports for f in report.findings if f.severity == "error"}
        for file in checked.files
    }
    assert found == office[1]
    assert sum(map(bool, found.values())) == 4


def test_every_unit_is_told_with_its_year_form_and_cells(checked: Checked) -> None:
    told = [report for file in checked.files for report in file.reports]
    assert sorted(report.agency or "" for report in told) == sorted(UNITS)
    assert {(report.year, report.form, report.cells, report.cells_of_form) for report in told} == {
        (YEAR, "2021", 200, 200)
    }
    assert checked.twice == [] and checked.counts == (20, 20, 0, 0, 20, 4)


def test_the_worst_stand_first_in_the_overview(checked: Checked) -> None:
    errors = [row.report.count("error") for row in checked.rows if row.report is not None]
    assert errors == sorted(errors, reverse=True) and errors[:5] == [2, 2, 2, 1, 0]


def test_a_finding_has_the_printed_numbers_and_their_places(checked: Checked) -> None:
    (file,) = (file for file in checked.files if "财政局" in file.file)
    (found, _) = (each for each in file.reports[0].findings if each.severity == "error")
    assert found.rule == "applications.balance" and found.is_equality
    assert [cell.path.split(".")[1] for cell in found.left] == ["received", "carried_in"]
    assert all(cell.raw is not None and cell.place.reference for cell in (*found.left, *found.right))
    left, right = (sum(cell.value or 0 for cell in side) for side in (found.left, found.right))
    assert right - left == 1


@pytest.mark.usefixtures("as_checked")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_terminal_is_told_of_each_file_and_then_of_all(
    gongkai: Run, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    result = gongkai("x")
    assert result.exit_code == 4 and len(result.stdout.splitlines()) < 20 * len(UNITS)
    shown = " ".join(result.stdout.split())
    heading, summary, cause, error = {
        "zh": (
            "审核结果一览",
            "文件 20 个：已读取 20，未能读取 0，不是年度报告 0；有错误的文件 4 个；报告 20 份",
            "左边",
            "错误：",
        ),
        "en": (
            "Overview",
            "20 files: 20 read, 0 not read, 0 not reports; 4 with errors; 20 reports in all",
            "left",
            "error: ",
        ),
    }[language]
    assert heading in shown and summary in shown and cause in shown
    assert sum(line.startswith(f"  {error}") for line in result.stdout.splitlines()) == 7
    assert "applications." not in shown and "reviews." not in shown, "cells are named by their labels"
    assert {"zh": "审核发现错误：涉及 4 个文件", "en": "files with errors: 4"}[language] in result.stderr


def test_json_has_the_same_counts(gongkai: Run, as_checked: Checked) -> None:
    result = gongkai("x", "--format", "json")
    told: dict[str, Any] = json.loads(result.stdout)
    assert told["counts"] == as_checked.counts._asdict() and len(told["files"]) == 20
    reports = [report for file in told["files"] for report in file["reports"]]
    assert sum(report["errors"] for report in reports) == 7
    for report in reports:
        severities = [found["severity"] for found in report["findings"]]
        assert [severities.count(s) for s in ("error", "warning", "info")] == [
            report["errors"], report["warnings"], report["infos"],
        ]  # fmt: skip
    (found, _) = (f for r in reports for f in r["findings"] if f["rule"] == "applications.outcome_sum")
    assert found["message"]["zh"].startswith("各项办理结果之和") and found["message"]["en"].startswith("sum of all")


class _Parsed(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        self.links += [known["href"] or ""] if "href" in known else []
        self.anchors += [known["id"] or ""] if "id" in known else []

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(page: Path) -> _Parsed:
    found = _Parsed()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_the_overview_and_a_section_for_each_file(
    gongkai: Run, as_checked: Checked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    result = gongkai("x", "--format", "html", "--out", tmp_path / "page.html")
    assert result.exit_code == 4 and str(tmp_path / "page.html") in result.stdout
    page = parsed(tmp_path / "page.html")
    assert page.tags.count("tr") == 21 and page.tags.count("h3") == 20
    assert {link.removeprefix("#") for link in page.links} == set(page.anchors) and len(page.anchors) == 20
    assert not {"script", "img", "link", "iframe"} & set(page.tags), "it stands alone"
    assert all(file.file in page.text for file in as_checked.files)
    assert ("错误" in page.text, "errors" in page.text) == (language == "zh", language == "en")


def test_a_page_escapes_whatever_a_report_prints(gongkai: Run, tmp_path: Path) -> None:
    folder = tmp_path / "<b onclick='x'>&amp;"
    folder.mkdir()
    title = f"<script>alert(1)</script>{PLACE}财政局2021年政府信息公开工作年度报告"
    (folder / f"<script>alert(1){_ESCAPE}.docx").write_bytes(
        report_file(UNITS[1], "docx", title=title, fault="a total")
    )
    (folder / "<img src=x onerror=alert(1)>.txt").write_bytes(b"")
    assert gongkai(folder, "--format", "html", "--out", tmp_path / "page.html").exit_code == 4
    page = parsed(tmp_path / "page.html")
    assert not {"script", "img", "b"} & set(page.tags)
    assert "<script>alert(1)" in page.text and "<img src=x" in page.text
    assert "\x1b" not in page.text and r"\x1b]0;owned\x07" in page.text


def _in_gbk(data: bytes, names: Mapping[str, str]) -> bytes:
    for plain, name in names.items():
        assert len(plain) == len(name.encode("gbk"))
        data = data.replace(plain.encode(), name.encode("gbk"))
    return data


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Return a folder as an office has it: locks, damage, an archive in GBK, two years, a unit twice."""
    folder = tmp_path / "报送"
    (folder / "乡镇" / "空").mkdir(parents=True)
    shutil.copy(seed("004"), folder / "乡镇" / "大田镇.txt")
    shutil.copy(seed("002"), folder / f"东昌区{_ESCAPE}.txt")
    (folder / "财政局.docx").write_bytes(report_file(UNITS[1], "docx"))
    (folder / "财政局（改）.rtf").write_bytes(report_file(UNITS[1], "rtf", fault="a review"))
    for left in ("~$财政局.docx", "Thumbs.db", "乡镇/desktop.ini", ".DS_Store"):
        (folder / left).write_bytes(b"x")
    whole = report_file(UNITS[2], "docx")
    (folder / "损坏.docx").write_bytes(whole[: len(whole) // 2])
    (folder / "通知.txt").write_text("关于召开会议的通知\n请按时参加。\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "补报.zip", "w") as archive:
        archive.writestr("a" * 14 + ".txt", seed("003").read_bytes())
        archive.writestr("__MACOSX/._x.txt", b"x")
    packed = folder / "补报.zip"
    packed.write_bytes(_in_gbk(packed.read_bytes(), {"a" * 14 + ".txt": "博山镇年度报告.txt"}))
    return folder


def test_a_folder_of_all_kinds_is_told_file_by_file(gongkai: Run, mixed: Path) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in mixed.rglob("*"))
    result = gongkai(mixed, "--format", "json")
    assert result.exit_code == 4
    told: dict[str, Any] = json.loads(result.stdout)
    ended = {file["file"].removeprefix(f"{mixed}/"): file["outcome"] for file in told["files"]}
    assert ended == {
        "乡镇/大田镇.txt": "parsed",
        f"东昌区{_ESCAPE}.txt": "parsed",
        "损坏.docx": "quarantined",
        "补报.zip!/博山镇年度报告.txt": "parsed",
        "财政局.docx": "parsed",
        "财政局（改）.rtf": "parsed",
        "通知.txt": "not_a_report",
    }
    left = {name.removeprefix(f"{mixed}/") for name in told["left_out"]}
    assert left == {".DS_Store", "Thumbs.db", "~$财政局.docx", "乡镇/desktop.ini", "补报.zip!/__MACOSX/._x.txt"}
    assert [name.removeprefix(f"{mixed}/") for name in told["empty_folders"]] == ["乡镇/空"]
    assert told["counts"] == {
        "files": 7, "read": 5, "not_read": 1, "not_reports": 1, "reports": 5, "with_errors": 2,
    }  # fmt: skip
    (twice,) = told["twice"]
    assert (twice["agency"], twice["year"], twice["is_same"]) == (UNITS[1], YEAR, False)
    assert [Path(name).name for name in twice["files"]] == ["财政局.docx", "财政局（改）.rtf"]
    assert sorted((path, path.stat().st_mtime_ns) for path in mixed.rglob("*")) == before, "nothing is written"


_TOLD = {
    "zh": (
        *("未能读取：文件不完整", "处理办法：请重新下载", "不是2021年的报告", "数字不同"),
        *("没有报告文件的文件夹1个", "不是2021年报告的文件3个"),
    ),
    "en": (
        *("notread:cutshort", "whattodo:Fetch", "notareportof2021", "figuresdiffer"),
        *("withoutafiletocheck,1", "anotheryearthan2021,3"),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_is_told_on_a_terminal(
    gongkai: Run, mixed: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    result = gongkai(mixed, "--year", YEAR)
    assert result.exit_code == 4 and harmful(result.output, on_terminal=False) == []
    assert r"东昌区\x1b]0;owned\x07.txt" in "".join(result.stdout.split("\n"))
    shown = "".join(result.stdout.split())
    for told in _TOLD[language]:
        assert told in shown, told
    assert ("系统文件" in shown) == (language == "zh")


def test_reports_of_several_years_are_counted_by_year(gongkai: Run, mixed: Path) -> None:
    assert "reports of several years: 3 of 2020, 2 of 2021" in gongkai(mixed).stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_folder_is_told_in_a_sentence(
    gongkai: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GONGKAI_LANG", language)
    result = gongkai(tmp_path)
    assert result.exit_code == 0 and "┃" not in result.stdout
    assert {"zh": "没有可审核的文件", "en": "no file to check"}[language] in result.stdout
    assert str(tmp_path) in result.stdout
    assert gongkai(tmp_path, "--format", "html", "--out", tmp_path / "page.html").exit_code == 0


def test_a_sound_report_ends_with_0_and_takes_one_line_besides_what_is_worth_a_look(gongkai: Run) -> None:
    result = gongkai(seed("004"))
    assert result.exit_code == 0 and result.stdout.count("error:") == 0
    told = result.stdout.splitlines()[0]
    assert told.startswith("[1/1] ") and "东方市大田镇人民政府 · 2020 · form 2019" in told and "198 of 198" in told


def test_what_cannot_be_read_ends_with_3_and_errors_outweigh_it(gongkai: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert gongkai(tmp_path / "empty.txt", seed("004")).exit_code == 3
    assert gongkai(tmp_path / "missing.txt").exit_code == 3
    assert gongkai(tmp_path / "empty.txt", seed("002")).exit_code == 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "pdf"), "no format pdf: use one of table, html, docx, json"),
        (("--format", "html"), "--out checked.html"),
        (("--format", "docx"), "--out checked.docx"),
        (("--format", "docx", "--out", "x.html"), "x.html is no .docx file"),
        (("--out", "x.html"), "--format html"),
    ],
)
def test_wrong_usage_says_what_to_do(gongkai: Run, arguments: tuple[str, ...], told: str) -> None:
    result = gongkai(seed("004"), *arguments)
    assert result.exit_code == 2 and told in result.stderr


@pytest.mark.usefixtures("as_checked")
def test_a_document_takes_the_place_of_an_earlier_one_and_of_nothing_else(gongkai: Run, tmp_path: Path) -> None:
    document, report = tmp_path / "checked.docx", tmp_path / "report.docx"
    report.write_bytes(report_file(UNITS[1], "docx"))
    before = report.read_bytes()
    for _ in range(2):
        result = gongkai("x", "--format", "docx", "--out", document)
        assert result.exit_code == 4 and str(document) in result.stdout
    assert zipfile.is_zipfile(document)
    result = gongkai("x", "--format", "docx", "--out", report)
    assert result.exit_code == 2 and "choose another name" in result.stderr
    assert report.read_bytes() == before


@pytest.mark.usefixtures("as_checked")
def test_a_page_takes_the_place_of_an_earlier_one_and_of_nothing_else(gongkai: Run, tmp_path: Path) -> None:
    page, report = tmp_path / "page.html", tmp_path / "report.html"
    report.write_text("<p>年报</p>", encoding="utf-8")
    for _ in range(2):
        assert gongkai("x", "--format", "html", "--out", page).exit_code == 4
    result = gongkai("x", "--format", "html", "--out", report)
    assert result.exit_code == 2 and "choose another name" in result.stderr
    assert report.read_text(encoding="utf-8") == "<p>年报</p>"


@pytest.mark.usefixtures("as_checked")
def test_a_page_that_cannot_be_written_is_told(gongkai: Run, tmp_path: Path) -> None:
    result = gongkai("x", "--format", "html", "--out", tmp_path / "nowhere" / "page.html")
    assert result.exit_code == 1 and "choose a place that can be written" in result.stderr


def test_a_folder_given_to_extract_is_told_of_check(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["extract", str(tmp_path)])
    assert result.exit_code == 3 and f"gongkai check {tmp_path}" in " ".join(result.stdout.split())
