"""Everything on disk is held against what is known of it; each kind of damage is found, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.durable import swap_link
from pipelines.raw.raw_store import RawStore
from pipelines.releases.layout import Layout
from pipelines.releases.manifest import DATABASE, MANIFEST
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.verifying import Finding, Looked, verify
from tests.projects import copy_project


@pytest.fixture
def layout(seed_layout: Layout, tmp_path: Path) -> Layout:
    """Return a project of the seeds, and a stored file."""
    layout = copy_project(seed_layout, tmp_path / "own")
    RawStore(layout.raw).put(b"stored")
    return layout


def found(layout: Layout) -> list[Finding]:
    return [each for each in verify(layout) if isinstance(each, Finding)]


def stored(layout: Layout) -> Path:
    return next(layout.raw.glob("objects/*/*"))


def overwrite(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(body)
    path.chmod(0o444)


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked(path: Path) -> None:
    away = path.parents[4] / "away"
    path.rename(away)
    path.symlink_to(away)


def test_a_whole_project_has_no_faults_and_all_of_it_was_looked_at(layout: Layout) -> None:
    looked = [each for each in verify(layout) if isinstance(each, Looked)]
    assert found(layout) == []
    of = {kind: sum(each.of == kind for each in looked) for kind in ("release", "stored", "inbox")}
    files = [path for path in layout.current.resolve().rglob("*") if path.is_file()]
    assert of == {"release": len(files) - 1, "stored": 1, "inbox": 5}


@pytest.mark.parametrize(
    ("code", "damage"),
    [
        ("release_file_other", lambda layout: overwrite(layout.current.resolve() / DATABASE)),
        ("release_file_other", lambda layout: overwrite(next(layout.current.resolve().rglob("*.parquet")))),
        ("release_file_missing", lambda layout: (layout.current.resolve() / DATABASE).unlink()),
        ("release_file_other", lambda layout: linked(layout.current.resolve() / DATABASE)),
        ("release_file_unnamed", lambda layout: (layout.current.resolve() / "remote.json").touch(0o444)),
        ("release_file_unnamed", lambda layout: (layout.current.resolve() / "made-here.json").touch(0o444)),
        ("release_file_unnamed", lambda layout: (layout.current.resolve() / f"{DATABASE}.wal").touch(0o444)),
        ("release_manifest", lambda layout: (layout.current.resolve() / MANIFEST).unlink()),
        ("release_writable", lambda layout: layout.current.resolve().chmod(0o755)),
        ("current_link", lambda layout: layout.database.unlink()),
        ("current_link", lambda layout: swap_link(layout.database, f"{layout.current.resolve()}/{DATABASE}")),
        ("raw_object_other", lambda layout: overwrite(stored(layout))),
        ("raw_file_other", lambda layout: overwrite(next((layout.raw / "2020").iterdir()))),
        ("raw_file_other", lambda layout: piped(next((layout.raw / "2020").iterdir()))),
        ("raw_object_other", lambda layout: piped(stored(layout))),
        ("raw_file_missing", lambda layout: next((layout.raw / "2020").iterdir()).unlink()),
    ],
)
def test_each_damage_is_found_and_nothing_else(layout: Layout, code: str, damage: Callable[[Layout], object]) -> None:
    release = layout.current.resolve()
    release.chmod(0o755)
    damage(layout)
    if code != "release_writable":
        release.chmod(0o555)
    assert [each.code for each in found(layout)] == [code]


def test_a_release_under_another_name_is_found(layout: Layout) -> None:
    other = "20990101T000000Z-0123456789ab"
    layout.current.resolve().rename(layout.releases / other)
    swap_link(layout.current, f"releases/{other}")
    assert found(layout) == [Finding("release_renamed", other)]


def test_without_a_release_that_is_told(layout: Layout) -> None:
    layout.current.unlink()
    assert {each.code for each in found(layout)} == {"current_link"}
    shutil.rmtree(layout.raw / "2020")
    assert sum(each.code == "raw_file_missing" for each in found(layout)) == 5


def test_files_of_a_folder_that_is_called_otherwise_are_looked_at_where_they_are(layout: Layout) -> None:
    shutil.rmtree(layout.raw / "objects")
    folder = layout.raw / "2020" / "a.zip!"
    folder.mkdir()
    next((layout.raw / "2020").glob("*.txt")).rename(folder / "r.txt")
    (layout.raw / "2020" / "a.zip").write_bytes(b"no archive")
    refresh_inventory(layout)
    assert found(layout) == []
    assert Looked("inbox", "2020/a.zip!#2/r.txt") in list(verify(layout))
