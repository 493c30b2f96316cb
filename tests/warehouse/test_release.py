"""Releases: published once, equal content never again, byte-stable Parquet, damage and kills healed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.durable import sha256_of
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.manifest import DATABASE, read_manifest
from pipelines.releases.verified import OTHER, Fault, faults
from pipelines.warehouse.pruning import prune
from pipelines.warehouse.release import _later_than_all, publish
from tests.projects import SEEDS, build_release, copy_project, make_project


def parquet_hashes(release: Path) -> dict[str, str]:
    folder = release / "parquet"
    return {p.relative_to(folder).as_posix(): sha256_of(p) for p in sorted(folder.rglob("*.parquet"))}


def another_candidate(layout: Layout, number: int = 0) -> None:
    """Make a candidate of what the current release holds, as if its content were another."""
    shutil.copytree(layout.current.resolve(), layout.candidate)
    for folder in (layout.candidate, *(path for path in layout.candidate.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    # One second holds several releases: their names must differ.
    manifest = read_manifest(layout.candidate) | {"content_hash": f"{number:012x}{0:052x}"}
    (layout.candidate / "manifest.json").unlink()
    (layout.candidate / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_equal_files_are_equal_bytes_and_publish_nothing(seed_release: Path, tmp_path: Path) -> None:
    layout = make_project(tmp_path)
    first = build_release(layout)
    assert parquet_hashes(seed_release) == parquet_hashes(first.path) != {}
    assert read_manifest(seed_release)["content_hash"] == read_manifest(first.path)["content_hash"]
    again = build_release(layout)
    assert first.is_new and not again.is_new
    assert again.path == first.path == layout.current.resolve()
    assert [p.name for p in layout.releases.iterdir()] == [first.release_id]


def test_release_is_read_only_and_verifies(seed_release: Path) -> None:
    found = {p: stat.S_IMODE(p.stat().st_mode) for p in (seed_release, *seed_release.rglob("*"))}
    assert set(found.values()) == {0o444, 0o555}
    assert all(mode == (0o555 if p.is_dir() else 0o444) for p, mode in found.items())
    assert list(faults(seed_release)) == []


def test_the_database_opens_in_older_versions_of_duckdb(seed_release: Path) -> None:
    with (seed_release / DATABASE).open("rb") as file:
        head = file.read(20)
    # 64 is the format that 1.0 to 1.5 read and write; 2.0 writes another one unasked.
    assert head[8:12] == b"DUCK" and int.from_bytes(head[12:20], "little") == 64


def test_damaged_release_is_replaced(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    first = layout.current.resolve()
    victim = next(first.rglob("fact_reviews/**/*.parquet"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.unlink()
    victim.write_bytes(data)
    assert list(faults(first)) == [Fault(victim.relative_to(first).as_posix(), OTHER)]
    first.rename(layout.releases / "19990101T000000Z-damaged")
    layout.current.unlink()
    layout.current.symlink_to("releases/19990101T000000Z-damaged")
    second = build_release(layout)
    assert second.is_new and list(faults(second.path)) == []


def test_release_left_by_a_killed_run_is_adopted(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    first = layout.current.resolve()
    layout.current.unlink()
    again = build_release(layout)
    assert not again.is_new and layout.current.resolve() == first


def test_new_file_makes_a_new_release_and_shares_unchanged_years(seed_layout: Layout, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "own")
    # With its hard links: a table below work is one file with that of the release.
    subprocess.run(["cp", "-a", seed_layout.root, layout.root], check=True)
    first = layout.current.resolve()
    text = next(SEEDS.glob("003*")).read_text(encoding="utf-8")
    (layout.raw / "2021").mkdir()
    (layout.raw / "2021" / "b.txt").write_text(text.replace("2020", "2021"), encoding="utf-8")
    second = build_release(layout)
    assert second.is_new and second.path != first
    same = "parquet/fact_applications/year_key=2020/part-0.parquet"
    assert (first / same).stat().st_ino == (second.path / same).stat().st_ino
    assert (first / "gongkai.duckdb").exists()


def test_only_five_releases_stay(seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    for number in range(6):
        another_candidate(layout, number)
        publish(layout)
    assert len(list(layout.releases.iterdir())) == 7  # all are young enough to be read yet
    monkeypatch.setattr("pipelines.warehouse.pruning.GRACE", timedelta(0))
    prune(layout, layout.current.resolve(), now=datetime.now(UTC) + timedelta(minutes=1))
    kept = sorted(p.name for p in layout.releases.iterdir())
    assert len(kept) == 5 and layout.current.resolve().name in kept
    assert sum((layout.releases / name / "gongkai.duckdb").exists() for name in kept) == 2


def test_what_cannot_be_removed_is_told_of_a_release_that_stands(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    another_candidate(layout)

    def refused(_: Layout, __: Path) -> None:
        raise PermissionError(13, "Permission denied", "/old/release")

    monkeypatch.setattr("pipelines.warehouse.release.prune", refused)
    done = publish(layout)
    assert done.is_new and done.not_removed == "/old/release: Permission denied"
    assert current_release(layout) == done.path


def test_without_a_release_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoRelease, match="gongkai run"):
        current_release(Layout(tmp_path))


def test_a_release_is_named_after_all_others_whatever_the_clock_says(tmp_path: Path) -> None:
    layout, now = Layout(tmp_path), datetime(2026, 1, 1, 12, 0, 0, 700_000, UTC)
    assert _later_than_all(layout, now) == now
    for name in ("20260101T120000Z-same", "20251231T235959Z-before", "notes"):
        (layout.releases / name).mkdir(parents=True)
    assert _later_than_all(layout, now) == datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC)
    assert _later_than_all(layout, now + timedelta(seconds=1)) == now + timedelta(seconds=1)
    (layout.releases / "20990101T000000Z-of-another-clock").mkdir()
    assert f"{_later_than_all(layout, now):%Y%m%dT%H%M%S}" == "20990101T000001"


def test_the_release_that_is_left_is_noted(seed_layout: Layout, tmp_path: Path) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    old = layout.current.resolve()
    os.utime(old, (0, 0))
    another_candidate(layout)
    publish(layout)
    assert layout.current.resolve() != old and old.stat().st_mtime > 0


@pytest.mark.parametrize("stray", ["99991231T235959Z-ffffffffffff", "90000101T000000Z-0", "notes"])
def test_a_stray_folder_among_the_releases_stops_no_publication(
    seed_layout: Layout, tmp_path: Path, stray: str
) -> None:
    layout = copy_project(seed_layout, tmp_path / "own")
    (layout.releases / stray).mkdir()
    another_candidate(layout)
    made = publish(layout)
    assert made.is_new and current_release(layout).name == made.release_id < "3"
    assert made.left_aside == ((stray,) if stray.startswith("9") else ())
    assert (layout.releases / stray).is_dir()
