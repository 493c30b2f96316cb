"""A roster is read however a spreadsheet saved it; of what is no roster file, row and what was expected are told."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from pipelines.office.roster_file import CannotReadRoster, RosterRow, read_rows

_ROWS = [RosterRow(3, "教育局", "部门", "张三"), RosterRow(4, "招贤镇", None, None)]
_TEXT = "莒县花名册,,,\n序号,单位名称,类型,联系人\n1,教育局,部门,张三\n2,招贤镇,,\n,,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_roster_is_read_in_any_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "花名册.csv"
    path.write_bytes(_TEXT.replace(",", delimiter).encode(encoding))
    assert read_rows(path) == _ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_heading_at_the_very_begin_is_found(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "花名册.csv"
    path.write_bytes("单位名称\r\n教育局\r\n".encode(encoding))
    assert read_rows(path) == [RosterRow(2, "教育局", None, None)]


def test_headings_may_be_english_and_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("Contact, Name ,TYPE\n13800000000,教育局,部门\n", encoding="utf-8")
    assert read_rows(path) == [RosterRow(2, "教育局", "部门", "13800000000")]


def test_a_workbook_is_read_from_the_sheet_that_has_the_headings(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "请填写第二张表")
        sheet = book.add_worksheet("花名册")
        for row, cells in enumerate([["莒县"], ["*单 位（全称）", "联系电话："], ["教育局", 13800000000], ["合计", 1]]):
            sheet.write_row(row, 0, cells)
    assert read_rows(path) == [RosterRow(3, "教育局", None, "13800000000")]


def test_a_row_of_a_contact_without_a_name_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    path.write_text("单位名称,联系人\n教育局,张三\n,李四\n", encoding="utf-8")
    with pytest.raises(CannotReadRoster) as told:
        read_rows(path)
    assert str(path) in str(told.value) and "row 3" in str(told.value) and "李四" in str(told.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("日期,事项\n1月,培训\n".encode(), "no column of names; its first row is: 日期、事项"),
        (b"", "no column of names"),
        ("单位名称,类型\n".encode(), "no unit below its headings"),
        (b"PK\x03\x04 nothing", "no workbook that can be read"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is no table"),
        (b"name\n\xff\xff\xff\n", "neither UTF-8 nor GB18030"),
        (b"name\n" + b"\n".join(b"unit %d" % n for n in range(5_001)), "has 5,001 rows"),
        (b'name\n"' + b"x" * 200_000 + b'"\n', "no CSV that can be read"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "花名册.csv"
    path.write_bytes(content)
    with pytest.raises(CannotReadRoster) as raised:
        read_rows(path)
    assert told in str(raised.value) and path.name in str(raised.value)


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotReadRoster, match="cannot be opened"):
        read_rows(tmp_path / "nothing.csv")
    with pytest.raises(CannotReadRoster, match="cannot be opened"):
        read_rows(tmp_path)
