"""A release is exactly its manifest: what is missing, other or not named is met before anything is read."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.durable import sha256_of, swap_link
from pipelines.releases import verified
from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import DATABASE, LOCAL, MANIFEST, REMOTE
from pipelines.releases.verified import (
    LINKED,
    MISSING,
    OTHER,
    RENAMED,
    UNNAMED,
    UNREADABLE,
    DamagedRelease,
    Fault,
    faults,
    require_readable,
)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let nothing be remembered from other tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Return a release of a database and two tables that can be written to."""
    folder = tmp_path / "release"
    (folder / "parquet" / "cell" / "year_key=2020").mkdir(parents=True)
    names = (DATABASE, "parquet/dim_year.parquet", "parquet/cell/year_key=2020/part-0.parquet")
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    files = {name: {"sha256": sha256_of(folder / name), "bytes": len(name)} for name in names}
    (folder / MANIFEST).write_text(json.dumps({"files": files}), encoding="utf-8")
    return folder


def keeping_its_time(path: Path) -> None:
    was = path.stat()
    path.write_text("x" * was.st_size, encoding="utf-8")
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def replaced(path: Path) -> None:
    path.rename(path.with_name("away"))
    path.write_text("y" * path.with_name("away").stat().st_size, encoding="utf-8")
    path.with_name("away").unlink()


def test_a_whole_release_is_read_and_its_database_hashed_once(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert require_readable(release) == release and list(faults(release)) == []
    monkeypatch.setattr(verified, "is_intact", lambda *_: pytest.fail("hashed again"))
    assert require_readable(release) == release


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("damage", [keeping_its_time, replaced, lambda path: path.write_text("short")])
def test_a_changed_database_is_never_opened(release: Path, damage: Callable[[Path], None], is_known: bool) -> None:
    if is_known:
        require_readable(release)
    damage(release / DATABASE)
    with pytest.raises(DamagedRelease, match=rf"{DATABASE} is not what.*gongkai pull"):
        require_readable(release)
    assert list(faults(release)) == [Fault(DATABASE, OTHER)]


@pytest.mark.parametrize("name", [f"{DATABASE}.wal", f"{DATABASE}.tmp", "exported.csv", ".hidden"])
@pytest.mark.parametrize("is_known", [False, True])
def test_nothing_may_lie_beside_the_database(release: Path, name: str, is_known: bool) -> None:
    if is_known:
        require_readable(release)
    (release / name).touch()
    with pytest.raises(DamagedRelease, match=f"{name} is not in the manifest"):
        require_readable(release)
    assert list(faults(release)) == [Fault(name, UNNAMED)]


def test_everything_below_is_looked_at(release: Path, tmp_path: Path) -> None:
    (release / "parquet" / "dim_year.parquet").unlink()
    (release / "parquet" / "cell" / "year_key=2021").mkdir()
    (release / "parquet" / "cell" / "year_key=2020" / "part-1.parquet").touch()
    (release / "parquet" / "linked").symlink_to(tmp_path)
    (release / "parquet" / "dangling").symlink_to(tmp_path / "nowhere")
    keeping_its_time(release / "parquet/cell/year_key=2020/part-0.parquet")
    seen: list[str] = []
    assert sorted(faults(release, told=seen.append)) == [
        Fault("parquet/cell/year_key=2020/part-0.parquet", OTHER),
        Fault("parquet/cell/year_key=2020/part-1.parquet", UNNAMED),
        Fault("parquet/cell/year_key=2021", UNNAMED),
        Fault("parquet/dangling", UNNAMED),
        Fault("parquet/dim_year.parquet", MISSING),
        Fault("parquet/linked", UNNAMED),
    ]
    assert len(seen) == 3


@pytest.mark.parametrize("body", [None, "", "[]", "{}", '{"files": 1}', '{"files": {"gongkai.duckdb": {}}}'])
def test_a_manifest_that_cannot_be_read_is_told(release: Path, body: str | None) -> None:
    (release / MANIFEST).unlink() if body is None else (release / MANIFEST).write_text(body, encoding="utf-8")
    with pytest.raises(DamagedRelease, match=MANIFEST):
        require_readable(release)


def test_an_older_release_without_its_database_is_no_damage(release: Path) -> None:
    (release / DATABASE).unlink()
    with pytest.raises(NoRelease, match="keeps only its Parquet files") as met:
        require_readable(release)
    assert not isinstance(met.value, DamagedRelease)
    assert list(faults(release, needs_database=False)) == []
    assert list(faults(release)) == [Fault(DATABASE, MISSING)]


def test_a_database_that_was_made_here_is_held_against_its_own_digest(release: Path) -> None:
    (release / DATABASE).write_text("made here", encoding="utf-8")
    made = {DATABASE: {"sha256": sha256_of(release / DATABASE), "bytes": len("made here")}}
    (release / LOCAL).write_text(json.dumps(made), encoding="utf-8")
    assert require_readable(release) == release and list(faults(release)) == []
    replaced(release / DATABASE)
    with pytest.raises(DamagedRelease):
        require_readable(release)


@pytest.mark.parametrize("remembered", ["", "[]", '{"database": 1}', '{"database": [1, 2, 3, 4, 5]}'])
def test_what_was_remembered_is_no_authority(release: Path, own_cache: Path, remembered: str) -> None:
    require_readable(release)
    for note in (own_cache / "gongkai" / "verified").iterdir():
        note.write_text(remembered, encoding="utf-8")
    replaced(release / DATABASE)
    with pytest.raises(DamagedRelease):
        require_readable(release)


def test_without_a_place_to_remember_every_reader_looks(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert require_readable(release) == release == require_readable(release)


def test_many_faults_are_told_as_some_of_how_many(release: Path) -> None:
    for number in range(5):
        (release / f"x{number}").touch()
    with pytest.raises(DamagedRelease, match="the first 3 of 5 faults"):
        require_readable(release)
    shutil.rmtree(release / "parquet")
    assert len(list(faults(release))) == 7
    (release / MANIFEST).write_text("x", encoding="utf-8")
    assert list(faults(release)) == [Fault(MANIFEST, UNREADABLE)]


def test_a_damaged_copy_of_a_stored_release_is_fetched_anew_and_not_made_anew(release: Path, own_cache: Path) -> None:
    assert "gongkai pull" in str(DamagedRelease(release, [Fault(DATABASE, OTHER)]))
    copy = own_cache / "gongkai" / "releases" / "first"
    copy.parent.mkdir(parents=True)
    release.rename(copy)
    told = str(DamagedRelease(copy, [Fault(DATABASE, OTHER)]))
    assert "remove that folder" in told and "rebuild" not in told


@pytest.fixture
def published(release: Path, tmp_path: Path) -> Path:
    """Return a release among those of a warehouse."""
    folder = tmp_path / "data" / "warehouse" / "releases" / "first"
    folder.parent.mkdir(parents=True)
    release.rename(folder)
    return folder


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("body", ['{"address": "s3://x/y"}', "{", "[1]"])
def test_a_release_here_cannot_say_that_its_rows_lie_elsewhere(published: Path, body: str, is_known: bool) -> None:
    if is_known:
        require_readable(published)
    (published / REMOTE).write_text(body, encoding="utf-8")
    with pytest.raises(DamagedRelease, match=f"{REMOTE} is not in the manifest"):
        require_readable(published)
    assert list(faults(published)) == [Fault(REMOTE, UNNAMED)]
    replaced(published / DATABASE)
    with pytest.raises(DamagedRelease, match=f"{DATABASE} is not what"):
        require_readable(published)


def test_a_note_beside_a_published_release_states_nothing(published: Path) -> None:
    (published / DATABASE).write_text("another", encoding="utf-8")
    made = {DATABASE: {"sha256": sha256_of(published / DATABASE), "bytes": len("another")}}
    (published / LOCAL).write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(DamagedRelease, match=f"{DATABASE} is not what"):
        require_readable(published)
    assert list(faults(published)) == [Fault(DATABASE, OTHER), Fault(LOCAL, UNNAMED)]


@pytest.mark.parametrize("name", ["parquet/dim_year.parquet", "parquet/x.parquet", "../x"])
def test_a_fetched_release_states_no_more_than_its_own_database(release: Path, name: str) -> None:
    (release / "parquet" / "dim_year.parquet").write_text("another", encoding="utf-8")
    made = {name: {"sha256": sha256_of(release / "parquet" / "dim_year.parquet"), "bytes": len("another")}}
    (release / LOCAL).write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(DamagedRelease):
        require_readable(release)
    assert list(faults(release)) == [Fault(MANIFEST, UNREADABLE)]


@pytest.mark.parametrize("name", [DATABASE, "parquet"])
@pytest.mark.parametrize("is_known", [False, True])
def test_a_link_is_no_part_of_a_release(release: Path, tmp_path: Path, name: str, is_known: bool) -> None:
    if is_known:
        require_readable(release)
    (release / name).rename(tmp_path / "away")
    (release / name).symlink_to(tmp_path / "away")
    with pytest.raises(DamagedRelease, match=f"{name} is a link"):
        require_readable(release)
    assert list(faults(release)) == [Fault(name, LINKED)]


@pytest.mark.parametrize("name", ["parquet/dim_year.parquet", "parquet/cell", "parquet/cell/year_key=2020"])
def test_a_link_below_is_found(release: Path, tmp_path: Path, name: str) -> None:
    (release / name).rename(tmp_path / "away")
    (release / name).symlink_to(tmp_path / "away")
    assert list(faults(release)) == [Fault(name, LINKED)]


@pytest.fixture
def older(release: Path) -> Path:
    """Return a release of a project that has another one as its current release."""
    releases = release.parent / "project" / "data" / "warehouse" / "releases"
    releases.mkdir(parents=True)
    for name in ("20200101T000000Z-0", "20210101T000000Z-1"):
        shutil.copytree(release, releases / name)
    swap_link(releases.parent / "current", "releases/20210101T000000Z-1")
    return releases / "20200101T000000Z-0"


def test_no_run_makes_an_older_release_anew(older: Path) -> None:
    current = older.with_name("20210101T000000Z-1")
    assert require_readable(older) == older
    for release, remedy in ((older, "restore it from a backup, or use the current"), (current, "run --rebuild")):
        replaced(release / DATABASE)
        with pytest.raises(DamagedRelease, match=remedy):
            require_readable(release)


def test_a_release_in_the_folder_of_another_is_not_read(older: Path) -> None:
    about = json.loads((older / MANIFEST).read_text(encoding="utf-8"))
    (older / MANIFEST).write_text(json.dumps(about | {"id": older.name}), encoding="utf-8")
    assert require_readable(older) == older and list(faults(older)) == []
    moved = older.rename(older.with_name("20220101T000000Z-2"))
    with pytest.raises(DamagedRelease, match=f"{MANIFEST} is that of another release"):
        require_readable(moved)
    assert list(faults(moved)) == [Fault(MANIFEST, RENAMED)]
