"""`gongkai office`: from a folder of a county's reports to who is missing, what counts and what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from tests.commands.screen import harmful
from tests.office import whole_county as whole
from tests.office.county_office import PLACE, YEAR, report_file

Run = Callable[..., Result]


@pytest.fixture
def gongkai(monkeypatch: pytest.MonkeyPatch) -> Run:
    # What `--language` chooses is chosen for the process: it is taken back.
    monkeypatch.setenv("GONGKAI_LANG", "en")
    return lambda *arguments: CliRunner().invoke(app, ["office", *map(str, arguments)])


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folder of a county's files, and its roster."""
    folder = tmp_path_factory.mktemp("office")
    whole.write_whole_county(folder / "报送")
    return folder / "报送", whole.write_roster(folder / "花名册.csv")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a folder with the reports of two units."""
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "财政局.docx").write_bytes(report_file(f"{PLACE}财政局", "docx", fault="a total"))
    (folder / "公安局.docx").write_bytes(report_file(f"{PLACE}公安局", "docx"))
    return folder


def roster(folder: Path, *names: str) -> Path:
    path = folder / "花名册.csv"
    path.write_text("\n".join(("单位名称", *names)), encoding="utf-8")
    return path


def test_a_county_of_52_is_told_and_written(gongkai: Run, county: tuple[Path, Path], tmp_path: Path) -> None:
    folder, its_roster = county
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    out = tmp_path / "结果"
    result = gongkai(folder, "--roster", its_roster, "--out", out, "--language", "zh")
    assert result.exit_code == 4 and harmful(result.output, on_terminal=False) == []
    shown = "".join(result.stdout.split())
    for told in (
        "应报送单位51个：未报送1、年度不符1、多份待定1、逾期1、多份已定2、已报送45",
        *("未报送（1个）：峤山镇", "多份待定（1个）：统计局", "计入48个单位，其中有错误的2个"),
        *("本级政府的报告：莒县人民政府.docx", "年度：2021年（多数报告的年度", "所属地区：山东省/日照市/莒县"),
        "汇总（51个单位，200项）：各单位齐全的0项，缺部分单位的200项",
        "计入了一份没有计入汇总的报告（修改/莒县统计局.docx）：可一并解释82处差异中的80处",
    ):
        assert told in shown, told
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before, "nothing is written there"
    made = json.loads((out / "round.json").read_bytes())
    assert {unit["name"]: unit["state"] for unit in made["units"].values()} == whole.STATES
    assert len(list((out / "回执").iterdir())) == len(whole.UNITS) - 1
    form = f"{whole.GOVERNMENT}_2021年度政府信息公开工作年度报告"
    files = ("汇总明细.xlsx", "汇总明细.html", f"{form}.docx", f"{form}.xlsx", f"{form}.html")
    assert {path.name for path in (out / "汇总").iterdir()} == {*files}
    sheets = {path.name for path in (out / "退改单").iterdir()}
    with_findings = {unit["name"] for unit in made["units"].values() if unit["findings"]}
    assert {f"{whole.FAULTY}.docx", f"{whole.UNLIKE}.docx", f"{whole.UNLIKE} 2.docx"} <= sheets
    assert {name.partition(".")[0].removesuffix(" 2") for name in sheets} == {
        *(with_findings | {whole.UNLIKE, whole.GOVERNMENT})
    }, "a unit whose reports differ has one for each"


def test_a_sheet_that_a_unit_filled_in_is_kept(gongkai: Run, few: Path, tmp_path: Path) -> None:
    arguments = (few, "--roster", roster(tmp_path, "财政局", "公安局"), "--out", tmp_path / "out", "--language", "zh")
    gongkai(*arguments)
    sheet = tmp_path / "out" / "退改单" / "财政局.docx"
    document = docx.Document(str(sheet))
    document.add_paragraph("已核实")
    document.save(str(sheet))
    again = gongkai(*arguments)
    assert "在上一轮之后有改动" in again.stderr
    kept = docx.Document(str(sheet.with_name("财政局.kept-1.docx")))
    assert kept.paragraphs[-1].text == "已核实" and sheet.is_file()


def test_without_out_nothing_is_written(gongkai: Run, few: Path, tmp_path: Path) -> None:
    result = gongkai(few)
    assert result.exit_code == 4 and "without a roster nobody knows who is missing" in result.stdout
    assert "round" not in result.stdout
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["公安局.docx", "报送", "财政局.docx"]


def test_the_next_round_says_what_was_fixed_and_reads_none_of_its_own_files(
    gongkai: Run, few: Path, tmp_path: Path
) -> None:
    arguments = (few, "--roster", roster(tmp_path, "财政局", "公安局", "水利局"), "--year", YEAR, "--out", few / "结果")
    first = gongkai(*arguments)
    assert first.exit_code == 4 and "round 1, with nothing before to compare" in first.stdout
    (few / "财政局.docx").write_bytes(report_file(f"{PLACE}财政局", "docx"))
    (few / "水利局.docx").write_bytes(report_file(f"{PLACE}水利局", "docx"))
    second = gongkai(*arguments)
    assert second.exit_code == 0
    told = " ".join(second.stdout.split())
    assert "findings: 2 fixed" in told and "1 newly received, 0 gone, 1 with other figures" in told
    assert "3 units must report: received 3" in told and "left out" in told


def test_a_corrected_report_that_came_later_counts(gongkai: Run, few: Path, tmp_path: Path) -> None:
    arguments = (few, "--roster", roster(tmp_path, "财政局", "公安局"), "--out", tmp_path / "out")
    gongkai(*arguments)
    (few / "财政局 - 重新报的.docx").write_bytes(report_file(f"{PLACE}财政局", "docx"))
    again = gongkai(*arguments)
    assert "received more than once 1" in again.stdout and "2 units count, 0 of them with errors" in again.stdout
    alone = gongkai(*arguments[:3])
    assert "several, undecided 1" in alone.stdout and "1 units count" in alone.stdout


def test_a_damaged_record_is_kept_and_told(gongkai: Run, few: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gongkai(few, "--out", out)
    whole_record = (out / "round.json").read_text(encoding="utf-8")
    (out / "round.json").write_text(whole_record[: len(whole_record) // 2], encoding="utf-8")
    result = gongkai(few, "--out", out)
    assert result.exit_code == 4 and "is damaged" in result.stderr
    assert (out / "round.kept-1.json").read_text(encoding="utf-8") == whole_record[: len(whole_record) // 2]
    assert json.loads((out / "round.json").read_bytes())["number"] == 1
    other_year = gongkai(few, "--out", out, "--year", YEAR + 1)
    assert f"is the record of {PLACE} for {YEAR}" in other_year.stderr and (out / "round.kept-2.json").exists()


def test_a_folder_of_other_files_is_not_written_into(gongkai: Run, few: Path, tmp_path: Path) -> None:
    result = gongkai(few, "--out", few)
    assert result.exit_code == 2 and "has other files in it" in result.stderr
    (tmp_path / "file").write_bytes(b"")
    assert gongkai(few, "--out", tmp_path / "file").exit_code == 2
    assert gongkai(few, "--out", tmp_path / "file" / "below").exit_code in (1, 2)


def test_a_roster_that_cannot_be_used_is_told_before_anything_is_read(gongkai: Run, few: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("日期,事项\n1,2\n", encoding="utf-8")
    result = gongkai(few, "--roster", wrong)
    assert result.exit_code == 2 and "no column of names" in result.stderr and result.stdout == ""
    assert gongkai(few, "--county", "鼓楼区").exit_code == 2
    assert gongkai(few, "--language", "fr").exit_code == 2


def test_towns_are_asked_for_by_the_gazetteer(gongkai: Run, few: Path) -> None:
    result = gongkai(few, "--roster", "towns")
    assert result.exit_code == 4 and "20 units must report: missing 20" in result.stdout
    assert "reports of no unit of the roster, 2" in result.stdout


def test_last_years_units_are_those_of_the_release(
    gongkai: Run, few: Path, seed_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_RELEASE", str(seed_release))
    result = gongkai(few, "--roster", "previous", "--county", "东方市", "--year", 2021)
    assert "东方市大田镇人民政府" in result.stdout and "reports of for 2020" in result.stdout
    monkeypatch.setenv("GONGKAI_RELEASE", str(few))
    assert gongkai(few, "--roster", "previous").exit_code == 1


def test_a_file_of_the_government_may_be_named_and_is_no_unit(gongkai: Run, few: Path, tmp_path: Path) -> None:
    own = tmp_path / "汇总.docx"
    own.write_bytes(whole.government_report())
    result = gongkai(few, "--government", own, "--roster", roster(tmp_path, f"{PLACE}人民政府", "财政局", "公安局"))
    assert "the government's own report:" in result.stdout and "2 units must report: received 2" in result.stdout
    assert "is the government itself, and none of its units" in result.stdout


def test_where_nothing_is_read_it_is_told(gongkai: Run, tmp_path: Path) -> None:
    empty = gongkai(tmp_path)
    assert empty.exit_code == 2 and "no file to check" in empty.stdout and "--year" in empty.stderr
    nowhere = gongkai(tmp_path / "nowhere")
    assert nowhere.exit_code == 2 and "not read" in nowhere.stdout
    names = roster(tmp_path, "财政局")
    asked = gongkai(tmp_path, "--year", YEAR, "--roster", names, "--county", PLACE)
    assert "1 units must report: missing 1" in asked.stdout


def test_a_roster_among_the_reports_is_none_of_them(gongkai: Run, few: Path) -> None:
    result = gongkai(few, "--roster", roster(few, "财政局", "公安局"))
    assert "files that are no annual report" not in result.stdout and "files that were not read" not in result.stdout
    assert "花名册.csv" in result.stdout.partition("left out")[2]


def test_a_result_that_cannot_be_written_is_told(gongkai: Run, few: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert gongkai(few, "--out", out).exit_code == 4
    (out / "overview.html").unlink()
    (out / "overview.html").mkdir()
    result = gongkai(few, "--out", out)
    assert result.exit_code == 1 and "overview.html is a folder" in result.stderr
    assert json.loads((out / "round.json").read_bytes())["number"] == 1, "a round that did not end is none"


def test_workers_start_before_polars_is_loaded(few: Path, tmp_path: Path) -> None:
    program = "\n".join(
        [
            "import sys",
            "import pipelines.office.read_files as reading",
            "begin = reading.serve_from_here",
            "def told():",
            "    print('polars' in sys.modules)",
            "    return begin()",
            "reading.serve_from_here = told",
            "from pipelines.cli import app",
            "app()",
        ]
    )
    names = roster(tmp_path, "财政局")
    arguments = ["office", str(few), "--roster", str(names), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.splitlines()[0] == "False", done.stderr


def test_an_archive_is_a_folder(gongkai: Run, few: Path, tmp_path: Path) -> None:
    packed = tmp_path / "报送.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(few.iterdir()):
            archive.write(path, f"莒县/{path.name}")
        archive.writestr("莒县/~$公安局.docx", b"x")
    result = gongkai(packed, "--roster", roster(tmp_path, "财政局", "公安局", "水利局"))
    assert result.exit_code == 4 and "3 units must report: missing 1, received 2" in result.stdout
    assert "报送.zip!/莒县/公安局.docx" in result.stdout and "~$公安局.docx" in result.stdout.partition("left out")[2]
