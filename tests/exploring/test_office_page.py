"""The page for offices: from a folder or an upload to the table and the files, whatever anything is called."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines.exploring import app, collecting_reports, display
from pipelines.exploring.collecting_reports import FILE, Asked, collect
from pipelines.exploring.given_reports import MOST_FILES, NotGiven, Upload, place_of, saved
from pipelines.exploring.labels import Labels
from pipelines.office.given_files import ROUND_FILE
from pipelines.office.roster_file import CannotReadRoster
from tests.exploring.drawn import harmless, markup
from tests.exploring.hostile import hostile_strings
from tests.office.county_office import PLACE, report_file

_SECONDS = 120
_FAULTY, _SOUND, _SILENT = "财政局", "公安局", "司法局"
_TEXT = Labels("zh")


def _reports() -> dict[str, bytes]:
    faulty = report_file(f"{PLACE}{_FAULTY}", "docx", fault="a total")
    return {f"{_FAULTY}.docx": faulty, f"子目录/{_SOUND}.xlsx": report_file(f"{PLACE}{_SOUND}", "xlsx")}


@pytest.fixture(scope="module")
def reports() -> dict[str, bytes]:
    """Return the reports of two units, one with errors, by name."""
    return _reports()


@pytest.fixture
def folder(reports: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a folder with the reports of two units."""
    place = tmp_path / "报送"
    for name, content in reports.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return place


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where private folders are made, in a project without a release."""
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("GONGKAI_ROOT", str(tmp_path / "project"))
    return place


def _roster(*names: str) -> bytes:
    return "\n".join(("单位名称,类型", *(f'"{name}",部门' for name in names))).encode()


def _zip(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def _page() -> AppTest:
    return AppTest.from_string("from pipelines.exploring.pages import office\noffice.render()\n").run(timeout=_SECONDS)


def _checked(test: AppTest) -> AppTest:
    return test.button(key="office-start").click().run(timeout=_SECONDS)


def _left(private: Path) -> list[str]:
    return [path.name for path in private.glob("gongkai-office-*")]


def _quiet(*_: object) -> None:
    pass


def test_an_office_gets_from_a_folder_to_the_table_and_nothing_is_left(folder: Path, private: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    test = _page()
    test.text_input(key="office-place").set_value(f'"{folder}" ')
    test.selectbox(key="office-roster-zh").set_value(FILE).run(timeout=_SECONDS)
    test.file_uploader(key="office-roster-file").set_value(
        ("花名册.csv", _roster(_FAULTY, _SOUND, _SILENT), "text/csv")
    )
    test = _checked(test)
    shown = harmless(test)
    # Worst first: who sent nothing, then who has errors.
    assert shown.index(f">{_SILENT}<") < shown.index(f">{_FAULTY}<") < shown.index(f">{_SOUND}<")
    assert "未报送（1 个）：司法局" in shown
    assert _TEXT("office.changed") not in shown
    assert any(each.label.startswith(f"{_FAULTY} ·") for each in test.expander)
    assert [each.proto.label for each in test.get("download_button")] == [
        _TEXT(name) for name in ("office.save_all", "office.save_workbook", "office.save_page")
    ]
    assert str(private) not in shown
    assert not _left(private)
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    test.text_input(key="office-find").set_value(_SOUND).run(timeout=_SECONDS)
    assert f">{_SILENT}<" not in markup(test)
    # In another language the same result, with the words of that language.
    test.session_state["language"] = "en"
    english = harmless(test.run(timeout=_SECONDS))
    assert "missing, 1: 司法局" in english
    assert _TEXT("office.under") not in english
    assert test.selectbox(key="office-roster-en").value == FILE


def test_an_office_gets_from_an_uploaded_zip_to_the_table(reports: dict[str, bytes], private: Path) -> None:
    test = _page()
    test.radio(key="office-from-zh").set_value("files").run(timeout=_SECONDS)
    # A member that is named to lead out of the archive leads nowhere.
    content = _zip({**reports, "../../../evil.docx": report_file(f"{PLACE}水利局", "docx")})
    test.file_uploader(key="office-files").set_value([("报送.zip", content, "application/zip")])
    shown = harmless(_checked(test))
    assert f">{PLACE}{_FAULTY}<" in shown and f">{PLACE}{_SOUND}<" in shown and f">{PLACE}水利局<" in shown
    assert _TEXT("office.missing_unknown") in shown
    assert not _left(private)
    assert not list(private.parent.rglob("evil*"))


def test_a_zip_that_would_unpack_without_end_is_refused(private: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("报告.txt", bytes(200_000_000))
    made = collect(Asked(uploads=(Upload("报送.zip", bomb.getvalue()),)), "zh", _quiet)
    assert made.results is None
    assert {file.reason for file in made.reception.checked.files} == {"archive_bomb"}
    assert not _left(private)


def test_hostile_names_are_shown_and_do_nothing(reports: dict[str, bytes], private: Path) -> None:
    content = reports[f"{_FAULTY}.docx"]
    names = [text for text in hostile_strings(60) if text.strip()]
    test = _page()
    test.radio(key="office-from-zh").set_value("files").run(timeout=_SECONDS)
    sent = [(f"{name}.txt", b"nothing", "text/plain") for name in names]
    test.file_uploader(key="office-files").set_value([("../../<b>.docx", content, ""), *sent])
    test.selectbox(key="office-roster-zh").set_value(FILE).run(timeout=_SECONDS)
    units = [name.replace('"', "'").replace("\n", " ").replace("\r", " ").replace("\0", "")[:90] for name in names]
    roster = _roster(_FAULTY, *(f"局{unit}" for unit in dict.fromkeys(units)))
    test.file_uploader(key="office-roster-file").set_value(("../花名册<img src=x>.csv", roster, "text/csv"))
    test.text_input(key="office-county").set_value(PLACE)
    test = _checked(test)
    shown = harmless(test)
    assert "&lt;script&gt;window.harmed=1&lt;/script&gt;" in shown
    assert f">{_FAULTY}<" in shown
    assert not _left(private)
    test.text_input(key="office-county").set_value("<script>alert(1)</script>")
    shown = harmless(_checked(test))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert not _left(private)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\报送\\..\\财政局.docx", "C:/报送/财政局.docx"),
        ("..", "_"),
        ("", "_"),
        ("a\0b\n.docx", "ab.docx"),
        ("报送/./财政局.docx", "报送/财政局.docx"),
    ],
)
def test_no_name_of_an_upload_leads_out_of_its_folder(name: str, expected: str, tmp_path: Path) -> None:
    own = tmp_path / "own"
    assert saved([Upload(name, b"1")], own) == [own / expected]


def test_uploads_of_one_name_are_all_kept(tmp_path: Path) -> None:
    long = "政" * 300 + ".docx"
    sent = [Upload(name, name.encode()) for name in ("a.docx", "a.docx", "a.docx/b.docx", long, f"x/{long}")]
    files = saved(sent, tmp_path / "own")
    assert [file.read_bytes() for file in files] == [each.data for each in sent]
    assert len(set(files)) == len(sent)
    assert all(file.suffix == ".docx" and len(file.name.encode()) < 256 for file in files)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("", "exploring.nothing_given"),
        (" “” ", "exploring.nothing_given"),
        ("报送", "exploring.path_not_whole"),
        ("/没有/这个<b>", "exploring.path_not_there"),
        ("/a\0b", "exploring.path_not_there"),
        ("~nobody-of-this-name/a", "exploring.path_not_there"),
    ],
)
def test_a_folder_that_is_not_there_is_told(place: str, code: str, private: Path) -> None:
    with pytest.raises(NotGiven) as raised:
        collect(Asked(place=place), "zh", _quiet)
    assert raised.value.code == code
    assert not _left(private)


def test_what_was_not_given_is_told_on_the_page(folder: Path, private: Path) -> None:
    test = _checked(_page())
    assert "还没有给出各单位的报告" in harmless(test)
    test.text_input(key="office-place").set_value("/没有/<script>这个")
    assert "&lt;script&gt;这个" in harmless(_checked(test))
    test.text_input(key="office-place").set_value(str(folder))
    test.selectbox(key="office-roster-zh").set_value(FILE).run(timeout=_SECONDS)
    assert "选择了花名册文件" in harmless(_checked(test))
    assert not _left(private)


def test_a_folder_of_very_many_files_is_not_read(tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(MOST_FILES + 1):
        (many / f"{number}").touch()
    with pytest.raises(NotGiven) as raised:
        place_of(str(many))
    assert raised.value.code == "exploring.too_many_files"


def test_files_without_a_report_are_named_with_what_became_of_them(tmp_path: Path) -> None:
    (tmp_path / "其他").mkdir()
    (tmp_path / "其他" / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    test = _page()
    test.text_input(key="office-place").set_value(str(tmp_path / "其他"))
    shown = harmless(_checked(test))
    assert _TEXT("office.no_report", n=1) in shown
    assert "坏.docx" in shown


def test_nothing_is_left_when_it_is_stopped_or_fails(folder: Path, private: Path) -> None:
    class _Stopped(BaseException):
        pass

    seen: list[str] = []

    def stop(*_: object) -> None:
        seen.extend(_left(private))
        raise _Stopped

    with pytest.raises(_Stopped):
        collect(Asked(place=str(folder)), "zh", stop)
    assert seen
    with pytest.raises(CannotReadRoster):
        collect(Asked(place=str(folder), roster=FILE, roster_file=Upload("花名册.csv", b"a,b\n1,2")), "zh", _quiet)
    assert not _left(private)


def test_the_results_of_a_round_are_what_the_next_one_is_compared_with(folder: Path, private: Path) -> None:
    first = collect(Asked(place=str(folder)), "zh", _quiet).saved("zh")
    with zipfile.ZipFile(io.BytesIO(first.everything)) as archive:
        names = archive.namelist()
        assert ROUND_FILE in names
        assert not [name for name in names if str(private).encode() in archive.read(name)]
    (folder / f"{_FAULTY}.docx").write_bytes(report_file(f"{PLACE}{_FAULTY}", "docx"))
    again = collect(Asked(place=str(folder), before=Upload("结果.zip", first.everything)), "zh", _quiet)
    assert any("已改正 2" in note for note in again.overview("zh").notes())
    with pytest.raises(NotGiven):
        collect(Asked(place=str(folder), before=Upload("x.zip", _zip({"a": b"1"}))), "zh", _quiet)
    other = collect(Asked(place=str(folder), before=Upload("x.zip", _zip({ROUND_FILE: b"1"}))), "zh", _quiet)
    assert [code for code, _ in other.remarks] == ["rounds.foreign"]


def test_the_page_is_there_without_a_release() -> None:
    test = AppTest.from_file(str(Path(app.__file__))).run(timeout=_SECONDS)
    assert display.escaped(_TEXT("office.under")) in markup(test)
    assert [each.key for each in test.sidebar.radio] == ["language"]


def test_errors_are_told_in_the_language_of_the_page() -> None:
    error = NotGiven.of("exploring.path_not_there", path=Path("/tmp/private/报送"))
    assert collecting_reports.told(error, "en").startswith("there is no '报送' on this machine")
    assert collecting_reports.told(OSError(28, "No space left on device"), "zh") == "No space left on device"
