"""The file of a form: its year, format, name, and that no other file is harmed by it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pipelines.office.form_file import CannotWriteForm, file_name, form_of, format_of, save


@pytest.mark.parametrize(("year", "form"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")])
def test_a_year_has_the_form_in_force(year: int, form: str) -> None:
    assert form_of(year).id == form


@pytest.mark.parametrize("year", [2003, 2008, 2014, 2018])
def test_a_year_without_a_form_is_told_which_have_one(year: int) -> None:
    with pytest.raises(CannotWriteForm, match=f"no blank form for {year}.*2019–2020 .*60号; 2021– .*30号"):
        form_of(year)


@pytest.mark.parametrize(
    ("named", "file", "expected"),
    [
        (None, None, "docx"),
        ("xlsx", None, "xlsx"),
        (None, "a.html", "html"),
        (None, "a.XLSX", "xlsx"),
        ("docx", "a.docx", "docx"),
    ],
)
def test_the_format_is_what_is_named_or_what_the_file_is_called(
    named: str | None, file: str | None, expected: str
) -> None:
    assert format_of(named, Path(file) if file else None) == expected


@pytest.mark.parametrize(
    ("named", "file", "told"),
    [
        ("pdf", None, "'pdf': known: docx, xlsx, html"),
        (None, "a.xls", "'xls': known"),
        ("docx", "a.xlsx", r"a\.xlsx is no \.docx file"),
        (None, "a", r"a is no \.docx file"),
    ],
)
def test_a_format_that_there_is_not_and_a_name_of_another_are_refused(
    named: str | None, file: str | None, told: str
) -> None:
    with pytest.raises(CannotWriteForm, match=told):
        format_of(named, Path(file) if file else None)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("", "空白"),
        (" 　", "空白"),
        ("甲县财政局", "甲县财政局"),
        ("../甲/乙\\丙:丁*?", "_甲_乙_丙_丁__"),
        ('<"戊|己">', "__戊_己__"),
        ("庚\x00\n辛", "庚_x00_n辛"),
        ("...", "空白"),
    ],
)
def test_the_name_of_a_file_has_unit_and_year_and_stays_in_its_folder(unit: str, name: str) -> None:
    found = file_name(unit, 2024, "docx")
    assert found == f"{name}_2024年度政府信息公开工作年度报告.docx"
    assert Path(found).name == found


def test_a_long_name_fits_a_file_system_and_breaks_no_character(tmp_path: Path) -> None:
    found = file_name("某" * 300, 2024, "html")
    (tmp_path / found).write_bytes(b"")
    assert found.startswith("某" * 50 + "_2024")


def test_a_file_is_written_whole_and_another_only_replaced_when_asked(tmp_path: Path) -> None:
    file, plain = tmp_path / "a.html", tmp_path / "b"
    plain.write_bytes(b"")
    save(file, b"first")
    with pytest.raises(CannotWriteForm, match=r"was not replaced: add --force"):
        save(file, b"second")
    assert file.read_bytes() == b"first"
    save(file, b"second", replace=True)
    assert file.read_bytes() == b"second"
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    assert {path.name for path in tmp_path.iterdir()} == {"a.html", "b"}


def test_a_disk_that_is_full_leaves_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.html"
    save(file, b"first")

    def full(_self: Path, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        save(file, b"second", replace=True)
    monkeypatch.undo()
    assert file.read_bytes() == b"first" and [*tmp_path.iterdir()] == [file]


def test_a_folder_that_is_missing_or_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotWriteForm, match=r"there is no folder .*none: make it"):
        save(tmp_path / "none" / "a.html", b"")
    with pytest.raises(CannotWriteForm, match="is a folder: name a file in it"):
        save(tmp_path, b"", replace=True)
