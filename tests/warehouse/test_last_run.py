"""What the last run depended on, what its release has become since, and files that are due to be tried again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.durable import sha256_of, swap_link
from pipelines.engine.reader_fingerprint import reader_fingerprint
from pipelines.engine.tries import TRIES, Tried, Tries, read_tries, write_tries
from pipelines.releases.layout import Layout
from pipelines.warehouse import last_run
from pipelines.warehouse.last_run import causes, note_run, read_last_run, sound_files

INPUTS = {"raw_files": "1", "rules": "2"}
TABLE = "parquet/cell.parquet"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a project whose last run led to a release of two files."""
    layout = Layout(tmp_path)
    release = layout.releases / "first"
    (release / "parquet").mkdir(parents=True)
    (release / TABLE).write_bytes(b"cells")
    (release / "gongkai.duckdb").write_bytes(b"a database")
    names = ("gongkai.duckdb", TABLE)
    files = {name: {"sha256": sha256_of(release / name), "bytes": (release / name).stat().st_size} for name in names}
    (release / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    swap_link(layout.current, "releases/first")
    swap_link(layout.database, "current/gongkai.duckdb")
    note_run(layout, INPUTS, {"read": ("parsed", None)})
    return layout


def overwrite(path: Path, *, keeping_time: bool = False) -> None:
    was, body = path.stat(), path.read_bytes()
    path.write_bytes(body[:-1] + b"!")
    if keeping_time:
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


def test_nothing_to_do_where_nothing_has_changed(layout: Layout) -> None:
    assert causes(layout, INPUTS) == [] == causes(layout, INPUTS)


def test_what_changed_is_named(layout: Layout) -> None:
    assert causes(layout, {**INPUTS, "rules": "3"}) == ["rules"]
    assert causes(layout, {"rules": "2", "raw_files": "0", "year": "2027"}) == ["raw_files", "year"]
    assert causes(layout, {"raw_files": "1"}) == ["rules"]
    assert causes(layout, INPUTS) == []


@pytest.mark.parametrize("body", [None, "", "[]", "{}", "[" * 200_000, '{"release": "first", "files": []}'])
def test_without_a_record_that_can_be_read_a_run_works(layout: Layout, body: str | None) -> None:
    if body is None:
        layout.last_run.unlink()
    else:
        layout.last_run.write_text(body, encoding="utf-8")
    assert read_last_run(layout) is None and causes(layout, INPUTS) == ["first_run"]


@pytest.mark.parametrize("name", ["gongkai.duckdb", TABLE])
@pytest.mark.parametrize(
    "damage",
    [
        overwrite,
        lambda path: overwrite(path, keeping_time=True),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        Path.unlink,
    ],
)
def test_a_damaged_release_does_not_stand(layout: Layout, name: str, damage: Callable[[Path], None]) -> None:
    damage(layout.current / name)
    assert causes(layout, INPUTS) == ["release_damaged"]


def test_a_release_with_another_manifest_does_not_stand(layout: Layout) -> None:
    overwrite(layout.current / "manifest.json")
    assert causes(layout, INPUTS) == ["release_damaged"]
    (layout.current / "manifest.json").unlink()
    assert causes(layout, {**INPUTS, "rules": "3"}) == ["rules", "release_damaged"]
    os.mkfifo(layout.current / "manifest.json")
    assert causes(layout, INPUTS) == ["release_damaged"]


def test_a_manifest_that_is_none_does_not_stand_though_it_is_that_of_the_run(layout: Layout) -> None:
    manifest = layout.current / "manifest.json"
    manifest.write_text("[" * 200_000, encoding="utf-8")
    record = json.loads(layout.last_run.read_text(encoding="utf-8"))
    layout.last_run.write_text(json.dumps(record | {"manifest_sha256": sha256_of(manifest)}), encoding="utf-8")
    assert causes(layout, INPUTS) == ["release_damaged"]


def test_a_file_that_became_a_link_does_not_stand(layout: Layout, tmp_path: Path) -> None:
    for name in (TABLE, "parquet"):
        (layout.current / name).rename(tmp_path / "away")
        (layout.current / name).symlink_to(tmp_path / "away")
        assert causes(layout, INPUTS) == ["release_damaged"]
        (layout.current / name).unlink()
        (tmp_path / "away").rename(layout.current / name)


def test_another_release_than_that_of_the_run_is_told(layout: Layout) -> None:
    (layout.releases / "second").mkdir()
    swap_link(layout.current, "releases/second")
    assert causes(layout, INPUTS) == ["release_replaced"]
    layout.current.unlink()
    assert causes(layout, INPUTS) == ["release_replaced"]
    swap_link(layout.current, "releases/first")
    layout.database.unlink()
    assert causes(layout, INPUTS) == ["release_replaced"]
    layout.database.symlink_to("elsewhere.duckdb")
    assert causes(layout, INPUTS) == ["release_replaced"]


def test_a_touched_file_is_hashed_once_and_never_again(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_run, "SCRUBBED_BYTES", 0)
    hashed: list[str] = []

    def noted(path: Path) -> str:
        hashed.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(last_run, "sha256_of", noted)
    os.utime(layout.current / TABLE, (0, 0))
    for expected in (["manifest.json", "cell.parquet"], ["manifest.json"]):
        assert causes(layout, INPUTS) == [] and hashed == expected
        hashed.clear()


def rot(layout: Layout, name: str) -> None:
    """Damage a file so that nothing of its state tells: the record takes the state for that of the whole file."""
    overwrite(layout.current / name)
    record = json.loads(layout.last_run.read_text(encoding="utf-8"))
    found = (layout.current / name).stat()
    record["files"][name] = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
    layout.last_run.write_text(json.dumps(record), encoding="utf-8")


def test_a_small_release_is_hashed_whole_every_time(layout: Layout) -> None:
    rot(layout, TABLE)
    assert causes(layout, INPUTS) == ["release_damaged"]


def test_of_a_large_release_every_file_has_its_turn(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_run, "SCRUBBED_BYTES", len(b"a database"))
    rot(layout, TABLE)
    assert [causes(layout, INPUTS) for _ in range(2)] == [[], ["release_damaged"]]


def tries_of(layout: Layout) -> Path:
    path = layout.extracted / reader_fingerprint() / TRIES
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_a_file_that_is_due_makes_a_run_and_runs_without_work_count(layout: Layout) -> None:
    note_run(layout, INPUTS, {"slow": ("quarantined", "timeout"), "odd": ("quarantined", "damaged")})
    write_tries(Tries(10, {"slow": Tried(3, 10)}), tries_of(layout))
    found = [causes(layout, INPUTS) for _ in range(5)]
    assert found == [[], [], [], ["retries_due"], ["retries_due"]]
    assert read_tries(tries_of(layout)) == Tries(13, {"slow": Tried(3, 10)})


@pytest.mark.parametrize("reason", ["timeout", "unreadable", "changed_during_run"])
def test_what_was_never_tried_again_is_due(layout: Layout, reason: str) -> None:
    note_run(layout, INPUTS, {"file": ("quarantined", reason)})
    assert causes(layout, INPUTS) == ["retries_due"]


def test_without_files_to_try_again_no_run_is_counted(layout: Layout) -> None:
    assert causes(layout, INPUTS) == [] and not tries_of(layout).exists()


def test_what_was_found_sound_is_trusted_until_damage_is_found(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sound_files(layout) == {}  # all of it is hashed: it is small
    monkeypatch.setattr(last_run, "SCRUBBED_BYTES", 0)
    assert set(sound_files(layout)) == {"gongkai.duckdb", TABLE}
    overwrite(layout.current / TABLE)
    assert causes(layout, INPUTS) == ["release_damaged"] == causes(layout, INPUTS)
    assert sound_files(layout) == {}
