"""What the page of downloads hands out: one file or a ZIP, made in a process of its own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipelines.exploring import exports
from pipelines.exploring.exports import NotExported, export
from pipelines.exploring.restriction import Filter
from pipelines.releases.layout import Layout, current_release


@pytest.fixture(scope="module")
def release(explored: Layout) -> Path:
    return current_release(explored)


def test_a_summary_is_one_workbook_of_what_was_chosen(release: Path) -> None:
    shares: list[float] = []
    name, data = export(release, Filter(provinces=("吉林省",)), "summary", "zh", shares.append)
    assert name == f"gongkai-{release.name}.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["说明", "年报总表", "审核"]
    assert len(book.get_sheet_by_name("年报总表").to_python()) == 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_several_files_come_as_zip(release: Path) -> None:
    name, data = export(release, Filter(), "csv", "en")
    assert name == f"gongkai-csv-{release.name}.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {"gongkai-csv/cell.csv", "gongkai-csv/codebook.md", "gongkai-csv/RELEASE.txt"} <= set(archive.namelist())
        assert archive.read("gongkai-csv/dim_year.csv").startswith(b"\xef\xbb\xbfyear_key")


def test_a_failure_says_what_the_export_said(release: Path) -> None:
    with pytest.raises(NotExported, match="没有这个省"):
        export(release, Filter(provinces=("没有这个省",)), "csv", "zh")


def test_what_takes_too_long_is_ended(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_SECONDS", 0.05)
    with pytest.raises(NotExported, match=r"more than 0\.05 s"):
        export(release, Filter(), "xlsx", "zh")
