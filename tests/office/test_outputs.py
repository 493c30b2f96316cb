"""What an office is given: overview as workbook and page, receipts, each harmless and of what came alone."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import zipfile
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipelines.language import LANGUAGES, Language
from pipelines.office import outputs
from pipelines.office.coverage import Coverage, coverage
from pipelines.office.given_files import ROUND_FILE, given_files, is_own_page
from pipelines.office.outputs import Results, write_results
from pipelines.office.overview import Words
from pipelines.office.overview_html import overview_page
from pipelines.office.overview_rows import Overview
from pipelines.office.overview_xlsx import write
from pipelines.office.received import Reception, receive
from pipelines.office.roster import county_named, roster_of
from pipelines.office.roster_file import RosterRow
from pipelines.office.rounds import arrivals, changes, read_round, round_of
from pipelines.office.unfinished import Unfinished
from tests.commands.screen import harmful
from tests.office.county_office import PLACE, YEAR, report_file

_NOW = datetime(2022, 1, 20, 8, tzinfo=UTC)
_EVIL = '=HYPERLINK("x")<script>\x1b[2J'


@pytest.fixture(scope="module")
def reception(tmp_path_factory: pytest.TempPathFactory) -> Reception:
    folder = tmp_path_factory.mktemp("small") / "报送"
    folder.mkdir()
    (folder / "财政局.docx").write_bytes(report_file(f"{PLACE}财政局", "docx", fault="a total"))
    (folder / "公安局.docx").write_bytes(report_file(f"{PLACE}公安局", "docx"))
    (folder / "公安局2.docx").write_bytes(report_file(f"{PLACE}公安局", "docx", fault="a review"))
    (folder / "民政局.docx").write_bytes(report_file(f"{PLACE}民政局", "docx", year=YEAR - 1))
    (folder / "别处.docx").write_bytes(report_file("五莲县财政局", "docx"))
    (folder / "=1+1<b>.docx").write_bytes(b"PK\x03\x04")
    return receive(given_files([folder]), lambda: nullcontext(lambda *_: None))


@pytest.fixture(scope="module")
def covered(reception: Reception) -> Coverage:
    names = ("财政局", "公安局", "民政局", "水利局", _EVIL)
    rows = [RosterRow(n, name, "=1+1", "+86") for n, name in enumerate(names, start=2)]
    return coverage(reception, roster_of(rows, "x", YEAR, county_named(PLACE, YEAR)), YEAR, county_named(PLACE, YEAR))


def results(covered: Coverage, reception: Reception, language: Language = "zh", folder: Path | None = None) -> Results:
    earlier = read_round(folder) if folder else read_round(Path("nowhere"))
    number = earlier.round.number + 1 if earlier.round else 1
    made = round_of(covered, number, _NOW, arrivals(earlier, reception, _NOW))
    return Results(Overview(Words(covered, language), changes(made, earlier.round)), made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_a_row_a_unit_that_can_be_filtered_and_printed(
    covered: Coverage, reception: Reception, language: Language
) -> None:
    data = write(results(covered, reception, language).overview, _NOW)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = {"zh": ["单位", "其他文件", "对应依据", "说明"], "en": ["units", "other files", "matches", "notes"]}
    assert book.sheet_names == names[language]
    title, heads, *rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert "莒县" in str(title[0]) and len(rows) == 5
    state = heads.index({"zh": "状态", "en": "state"}[language])
    assert [row[state] for row in rows] == {
        "zh": ["未报送", "未报送", "年度不符", "多份待定", "已报送"],
        "en": ["missing", "missing", "of another year", "several, undecided", "received"],
    }[language]
    errors = heads.index({"zh": "错误", "en": "errors"}[language])
    assert [row[errors] for row in rows] == ["", "", "", 1.0, 2.0], "what did not come has no count, not 0"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<autoFilter" in sheet and 'orientation="landscape"' in sheet and 'paperSize="9"' in sheet
    assert 'state="frozen"' in sheet and "<f>" not in sheet and "<hyperlink" not in sheet


def test_texts_of_files_and_rosters_stay_texts(covered: Coverage, reception: Reception) -> None:
    own = results(covered, reception).overview
    shown = overview_page(own)
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "=1+1&lt;b&gt;.docx" in shown
    assert harmful(shown, on_terminal=False) == []
    book = CalamineWorkbook.from_filelike(io.BytesIO(write(own, _NOW)))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert r'=HYPERLINK("x")<script>\x1b[2J' in cells and "=1+1" in cells


def test_what_is_of_no_unit_is_listed(covered: Coverage) -> None:
    words = Words(covered, "zh")
    others = {each.file: each.what for each in words.others()}
    assert others["别处.docx"] == "属于五莲县，不属于莒县，不计入"
    assert others["民政局.docx"] == f"{YEAR - 1} 年的报告"
    assert others["=1+1<b>.docx"].startswith("未能读取") and len(others) == 3
    told = " ".join(words.closing())
    assert "未报送（2 个）：水利局、" in told and "没有本级政府 2021 年的报告" in told and "不按 0 计算" in told


def test_results_are_written_and_the_next_round_compares(
    covered: Coverage, reception: Reception, tmp_path: Path
) -> None:
    folder = tmp_path / "结果"
    written = write_results(folder, results(covered, reception, folder=folder)).files
    names = {path.relative_to(folder).as_posix() for path in written}
    receipts = {"回执/财政局.html", "回执/公安局.html", "回执/民政局.html"}
    sheets = {f"退改单/{name}.{end}" for name in ("财政局", "公安局", "公安局 2") for end in ("docx", "html")}
    assert names == {"报送情况一览.xlsx", "报送情况一览.html", ROUND_FILE, *receipts, *sheets}
    assert all(is_own_page(path) for path in written if path.suffix == ".html")
    second = results(covered, reception, folder=folder)
    assert second.made.number == 2 and second.overview.has_changes
    assert second.made.seen == read_round(folder).round.seen  # type: ignore[union-attr]
    assert write_results(folder, second).kept == []
    assert "第 2 轮" in (folder / "报送情况一览.html").read_text(encoding="utf-8")


def test_what_is_no_longer_written_goes_and_what_somebody_changed_is_kept(
    covered: Coverage, reception: Reception, tmp_path: Path
) -> None:
    write_results(tmp_path / "r", results(covered, reception))
    own, outside = tmp_path / "r" / "说明.txt", tmp_path / "r.txt"
    for path in (own, outside):
        path.write_text("own", encoding="utf-8")
    stale, changed = tmp_path / "r" / "回执" / "撤销局.html", tmp_path / "r" / "回执" / "改名局.docx"
    stale.write_bytes(b"stale")
    changed.write_bytes(b"filled in by the unit")
    table = tmp_path / "r" / "报送情况一览.xlsx"
    table.write_bytes(b"with remarks of the office")
    record = json.loads((tmp_path / "r" / ROUND_FILE).read_bytes())
    digest = hashlib.sha256(b"own").hexdigest()
    record["files"] |= {
        "回执/撤销局.html": hashlib.sha256(b"stale").hexdigest(),
        "回执/改名局.docx": "0",
        "../r.txt": digest,
    }
    (tmp_path / "r" / ROUND_FILE).write_text(json.dumps(record), encoding="utf-8")
    kept = write_results(tmp_path / "r", results(covered, reception, folder=tmp_path / "r")).kept
    assert not stale.exists() and changed.exists() and own.exists() and outside.exists()
    assert kept == [(table, table.with_name("报送情况一览.kept-1.xlsx"))]
    assert kept[0][1].read_bytes() == b"with remarks of the office" and table.read_bytes()[:2] == b"PK"


def test_what_a_round_wrote_that_failed_is_ours(
    covered: Coverage, reception: Reception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "r"
    table, sheet = folder / "报送情况一览.xlsx", folder / "退改单" / "财政局.docx"
    with monkeypatch.context() as patched:
        patched.setattr(outputs, "receipt", full_disk)
        for moment in (_NOW, _NOW + timedelta(days=1)):  # the workbook is another each time
            failed = results(covered, reception, folder=folder)
            with pytest.raises(OSError, match="No space left"):
                write_results(folder, failed._replace(made=failed.made.model_copy(update={"made_at": moment})))
    assert table.is_file() and read_round(folder).round is None
    sheet.write_bytes(b"filled in by the unit")
    written = write_results(folder, results(covered, reception, folder=folder))
    assert written.kept == [(sheet, sheet.with_name("财政局.kept-1.docx"))]
    names = {path for path in folder.rglob("*") if path.is_file()}
    assert names == {*written.files, written.kept[0][1]}, "the note of what was written is gone"


def test_a_note_that_a_full_disk_cut_off_hides_no_other(tmp_path: Path) -> None:
    first = Unfinished(tmp_path)
    first.note("a.xlsx", "1")
    with next(tmp_path.iterdir()).open("a", encoding="utf-8") as file:
        file.write('\n["b.xl')
    Unfinished(tmp_path).note("c.xlsx", "3")
    assert Unfinished(tmp_path).before == (("a.xlsx", "1"), ("c.xlsx", "3"))
    first.end()
    assert Unfinished(tmp_path).before == () and not list(tmp_path.iterdir())


def full_disk(*_: object) -> str:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_receipt_says_what_came_and_what_is_to_be_done_by_when(
    covered: Coverage, reception: Reception, tmp_path: Path
) -> None:
    write_results(tmp_path / "r", results(covered, reception))
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "r" / "回执").iterdir()}
    sha256 = next(each.sha256 for each in reception.reports if each.report.agency == f"{PLACE}财政局")
    for told in (sha256, "财政局.docx", "200/200", "请改正 2 处错误后重新报送", "2022-01-20 16:00（北京时间）"):
        assert told in pages["财政局"], told
    assert "法定公布期限：2022-01-31" in pages["财政局"]
    assert "以哪一份为准" in pages["公安局"] and pages["公安局"].count("不计入：版本待定") == 2
    assert "请报送 2021 年度的报告" in pages["民政局"]
