"""`gongkai form`: what it writes, where, and what it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.reading import read


def form(*options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["form", *options])
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("year", "source", "cells"), [("2020", "60号", 198), ("2024", "30号", 200)])
@pytest.mark.parametrize("file_format", ["docx", "xlsx", "html"])
def test_one_command_writes_the_form(folder: Path, year: str, source: str, cells: int, file_format: str) -> None:
    code, told = form("--year", year, "--format", file_format, "--unit", "甲县财政局")
    (file,) = folder.iterdir()
    assert file.name == f"甲县财政局_{year}年度政府信息公开工作年度报告.{file_format}"
    assert code == 0 and told.startswith(f"wrote {file.name}: ") and source in told and f"{cells} cells" in told
    texts = [getattr(block, "text", "") for block in read(file.read_bytes()).blocks]
    assert f"甲县财政局{year}年政府信息公开工作年度报告" in texts


def test_nothing_is_replaced_unless_it_is_forced(folder: Path) -> None:
    assert form("--year", "2024", "--out", "a.html")[0] == 0
    before = (folder / "a.html").read_bytes()
    code, told = form("--year", "2024", "--out", "a.html", "--unit", "乙局")
    assert code == 2 and "--force" in told and (folder / "a.html").read_bytes() == before
    assert form("--year", "2024", "--out", "a.html", "--unit", "乙局", "--force")[0] == 0
    assert "乙局" in (folder / "a.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--year", "2018"], "2019–2020"),
        (["--year", "2024", "--format", "pdf"], "docx, xlsx, html"),
        (["--year", "2024", "--out", "none/a.docx"], "make it, or choose another place"),
        (["--year", "2024", "--out", "."], "name a file in it"),
        (["--year", "2024", "--format", "html", "--out", "a.docx"], "ends in .html"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(folder: Path, options: list[str], told: str) -> None:
    code, found = form(*options)
    assert code == 2 and found.startswith("gongkai: ") and told in found
    assert [*folder.iterdir()] == []


def test_a_place_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_self: Path, _content: bytes) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refused)
    code, told = form("--year", "2024", "--out", "a.html")
    assert code == 1 and "a.html: Read-only file system: choose a place that can be written" in told
