"""Which files a folder holds for a check, which are left out, and which folders have none."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.office.checked import Checked
from pipelines.office.checked_page import checked_page
from pipelines.office.given_files import OWN_CATEGORY, given_files
from pipelines.raw.inventory import locations_of


def names(paths: tuple[Path, ...], root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in paths]


def test_files_of_all_folders_come_in_order_each_once(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "b/c/d/3.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    given = given_files([tmp_path, tmp_path / "a.txt", tmp_path / "b" / ".." / "b"])
    assert names(given.files, tmp_path) == ["a.txt", "b/1.txt", "b/2.txt", "b/c/d/3.txt"]
    assert given.left_out == () and given.empty == ()


def test_what_systems_leave_and_what_is_hidden_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    for name in ("a/~$r.docx", "a/Thumbs.db", ".git", "__MACOSX/r.txt", "desktop.ini"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "r.txt").write_bytes(b"x")
    (tmp_path / "up").symlink_to(tmp_path)
    given = given_files([tmp_path])
    assert names(given.files, tmp_path) == ["r.txt"]
    assert set(names(given.left_out, tmp_path)) == {
        *("a/~$r.docx", "a/Thumbs.db", ".git", "__MACOSX/r.txt", "desktop.ini", "up"),
    }
    assert names(given.empty, tmp_path) == ["__MACOSX", "a"]


def test_a_large_file_named_like_a_lock_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "~$r.docx").write_bytes(b"x" * 5_000)
    assert names(given_files([tmp_path]).files, tmp_path) == ["~$r.docx"]


def test_a_page_of_an_earlier_check_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "checked.html").write_text(checked_page(Checked(()), "zh"), encoding="utf-8")
    (tmp_path / "report.html").write_text("<!doctype html><p>年报</p>", encoding="utf-8")
    given = given_files([tmp_path])
    assert names(given.files, tmp_path) == ["report.html"] and names(given.left_out, tmp_path) == ["checked.html"]


def test_what_is_not_there_is_a_file_that_reading_tells_of(tmp_path: Path) -> None:
    assert given_files([tmp_path / "nowhere"]).files == (tmp_path / "nowhere",)


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    listed = os.scandir

    def refused(path: Any) -> Any:
        if os.fsdecode(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr("os.scandir", refused)
    (found,) = given_files([tmp_path]).files
    assert found == tmp_path / "shut"
    (location,) = locations_of(found)
    assert location.reason == "unreadable" and "Permission denied" in (location.detail or "")


@pytest.mark.parametrize(
    "fault", ["not an archive", "cut short", "broken", "large", "packed otherwise", "no properties"]
)
def test_a_document_whose_properties_cannot_be_read_is_left_to_reading(tmp_path: Path, fault: str) -> None:
    category = f"<cp:category>{OWN_CATEGORY}</cp:category>"
    packed = zipfile.ZIP_LZMA if fault == "packed otherwise" else zipfile.ZIP_DEFLATED
    path = tmp_path / "报告.docx"
    with zipfile.ZipFile(path, "w", packed) as parts:
        name = "docProps/app.xml" if fault == "no properties" else "docProps/core.xml"
        parts.writestr(name, category + " " * (200_000 if fault == "large" else 0))
    content = path.read_bytes()
    damaged = {
        "not an archive": b"PK\x03\x04",
        "cut short": content[: len(content) // 2],
        "broken": content.replace(content[48:60], b"\xff" * 12, 1),
    }
    path.write_bytes(damaged.get(fault, content))
    assert given_files([tmp_path]).files == (path,)
