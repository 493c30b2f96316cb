"""The folder of an export: all or nothing, an earlier export replaced as a whole, foreign files never touched."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.exporting import files
from pipelines.exporting.files import ForeignFolder, export
from pipelines.exporting.job import Job
from pipelines.locking import Locked
from pipelines.releases.verified import DamagedRelease


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_earlier_export_is_replaced_as_a_whole(seed_release: Path, tmp_path: Path) -> None:
    export(seed_release, tmp_path, "parquet", ["fact_reviews", "dim_year"])
    (tmp_path / "notes.docx").write_text("of the user", encoding="utf-8")
    export(seed_release, tmp_path, "csv", ["dim_year"])
    beside = {"codebook.md", "RELEASE.txt", ".gongkai-export.json", "notes.docx"}
    assert _names(tmp_path) == {"dim_year.csv", *beside}
    assert not (tmp_path / "fact_reviews").exists()


def test_a_folder_with_other_files_is_refused(seed_release: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("of the user", encoding="utf-8")
    with pytest.raises(ForeignFolder, match=r"notes\.docx"):
        export(seed_release, tmp_path, "csv")
    with pytest.raises(ForeignFolder, match="is a file"):
        export(seed_release, tmp_path / "notes.docx", "csv")
    assert _names(tmp_path) == {"notes.docx"}


def test_files_of_others_beside_an_export_are_never_written_over(seed_release: Path, tmp_path: Path) -> None:
    """A note named like ours makes no folder an export, and an export takes no file that none before it wrote."""
    (tmp_path / "own").mkdir()
    for name in ("RELEASE.txt", "codebook.md", "dim_year.csv"):
        (tmp_path / "own" / name).write_text("of the user", encoding="utf-8")
    export(seed_release, tmp_path / "mixed", "xlsx", ["dim_year"])
    before = _names(tmp_path / "mixed")
    (tmp_path / "mixed" / "dim_year.csv").write_text("of the user", encoding="utf-8")
    for folder in ("own", "mixed"):
        with pytest.raises(ForeignFolder, match=r"\((?:RELEASE\.txt|codebook\.md|dim_year\.csv)\)"):
            export(seed_release, tmp_path / folder, "csv", ["dim_year"])
        assert (tmp_path / folder / "dim_year.csv").read_text(encoding="utf-8") == "of the user"
    assert _names(tmp_path / "mixed") == {*before, "dim_year.csv"}


def test_a_folder_that_another_export_writes_to_is_refused(
    seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files._FORMATS["csv"]

    def while_another_begins(job: Job) -> list[Path]:
        with pytest.raises(Locked, match=re.escape(str(job.folder.parent))):
            export(seed_release, job.folder.parent, "parquet", ["dim_year"])
        return write(job)

    monkeypatch.setitem(files._FORMATS, "csv", while_another_begins)
    export(seed_release, tmp_path / "new", "csv", ["dim_year"])
    beside = {"codebook.md", "RELEASE.txt", ".gongkai-export.json"}
    assert _names(tmp_path / "new") == {"dim_year.csv", *beside}
    assert "format csv" in (tmp_path / "new" / "RELEASE.txt").read_text(encoding="utf-8")


def test_a_failed_export_changes_nothing(seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(seed_release, tmp_path / "old", "csv", ["dim_year"])
    before = {name: (tmp_path / "old" / name).read_bytes() for name in _names(tmp_path / "old")}

    def fails(job: Job) -> list[Path]:
        (job.folder / "dim_year.csv").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(files._FORMATS, "csv", fails)
    for folder in ("old", "new"):
        with pytest.raises(OSError, match="No space"):
            export(seed_release, tmp_path / folder, "csv")
    assert {name: (tmp_path / "old" / name).read_bytes() for name in _names(tmp_path / "old")} == before
    assert not (tmp_path / "new").exists()


def _planted(path: Path) -> None:
    shutil.copyfile(path, path.with_name("zzz.parquet"))


def _flipped(path: Path) -> None:
    data, times = bytearray(path.read_bytes()), path.stat()
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(
    ("name", "damage", "told"),
    [
        ("dim_year.parquet", Path.unlink, r"parquet/dim_year\.parquet is missing"),
        ("cell/year_key=2020/part-0.parquet", Path.unlink, r"part-0\.parquet is missing"),
        ("cell/year_key=2020/part-0.parquet", _planted, r"zzz\.parquet is not in the manifest"),
        ("cell/year_key=2020/part-0.parquet", _flipped, r"part-0\.parquet is not what the manifest states"),
    ],
)
def test_parquet_that_is_not_as_the_manifest_states_is_not_exported(
    seed_release: Path, tmp_path: Path, name: str, damage: Callable[[Path], object], told: str
) -> None:
    release = Path(shutil.copytree(seed_release, tmp_path / "release"))
    for folder in (release / "parquet").rglob("*/"):
        folder.chmod(0o755)
    (release / "parquet").chmod(0o755)
    damage(release / "parquet" / name)
    with pytest.raises(DamagedRelease, match=told):
        export(release, tmp_path / "out", "parquet", ["cell", "fact_reviews", "dim_year"])
    assert not (tmp_path / "out").exists()


def test_what_a_killed_export_left_is_cleared(seed_release: Path, tmp_path: Path) -> None:
    left = tmp_path / ".gongkai-part-999999999"
    left.mkdir()
    (left / "cell.csv").write_text("half", encoding="utf-8")
    export(seed_release, tmp_path, "csv", ["dim_year"])
    assert not left.exists()


def test_progress_counts_to_the_end(seed_release: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    export(seed_release, tmp_path, "csv", ["cell", "dim_year"], progress=lambda *seen: told.append(seen))
    assert [name for name, _, _ in told] == ["dim_year", "cell"]
    assert told[-1][1] == told[-1][2] == 990 + 20


def test_equal_releases_make_equal_files(seed_release: Path, tmp_path: Path) -> None:
    for file_format in ("csv", "dta", "parquet", "datapackage"):
        first, second = tmp_path / f"{file_format}1", tmp_path / f"{file_format}2"
        for folder in (first, second):
            export(seed_release, folder, file_format, ["cell", "dim_agency", "fact_reviews"])
        assert _names(first) == _names(second)
        assert all((first / name).read_bytes() == (second / name).read_bytes() for name in _names(first))
