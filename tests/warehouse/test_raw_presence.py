"""A raw folder that held files and holds none stops a run before anything is read; one that never did does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.raw.inventory import read_inventory
from pipelines.raw.missing_input import MissingInput
from pipelines.releases.layout import Layout
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.release import build_candidate, publish
from tests.projects import build_release, build_tables, copy_project, make_project


def emptied(raw: Path) -> None:
    for path in raw.rglob("*.txt"):
        path.unlink()
    (raw / ".gitkeep").touch()


def unreadable(raw: Path) -> None:
    for path in raw.rglob("*.txt"):
        path.unlink()
        path.symlink_to(raw / "nowhere")


def dangling(raw: Path) -> None:
    shutil.rmtree(raw)
    raw.symlink_to(raw.with_name("share"))


@pytest.fixture
def published(tmp_path: Path, seed_layout: Layout) -> Layout:
    """Return a project of its own with the release of the seeds and what it was made from."""
    return copy_project(seed_layout, tmp_path / "project")


@pytest.mark.parametrize(
    ("lose", "state"),
    [
        (emptied, "no file in it"),
        (shutil.rmtree, "no such folder"),
        (dangling, "no such folder"),
        (unreadable, r"none of its 5 files can be read \(2020/000_"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_raw_files_that_are_gone_stop_a_run(
    published: Layout, lose: Callable[[Path], None], state: str, known: bool
) -> None:
    if not known:
        published.inventory.unlink()
    lose(published.raw)
    before = "the last inventory" if known else f"release {published.current.resolve().name}"
    for _ in range(2):
        with pytest.raises(MissingInput, match=f"{state}.*; {before} had 5") as stopped:
            refresh_inventory(published, retry=["all"])
        assert stopped.value.code == "raw_missing"
    assert len(read_inventory(published.inventory)) == (5 if known else 0)


def test_a_first_run_without_files_publishes_an_empty_release(tmp_path: Path) -> None:
    layout = make_project(tmp_path, seeds=False)
    assert build_release(layout).is_new
    assert not build_release(layout).is_new
    with duckdb.connect(str(layout.database), read_only=True) as database:
        assert database.execute("SELECT count(*) FROM dim_report").fetchone() == (0,)


def test_a_first_run_without_a_folder_stops_and_publishes_nothing(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for _ in range(2):
        with pytest.raises(MissingInput, match=r"raw: no such folder$") as stopped:
            refresh_inventory(layout)
        assert stopped.value.code == "raw_unlisted" and str(layout.raw) in stopped.value.detail
    assert not layout.inventory.exists() and not layout.current.exists()
    layout.raw.mkdir(parents=True)
    assert refresh_inventory(layout).num_rows == 0


def test_a_first_run_without_a_folder_that_can_be_listed_stops(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.raw.parent.mkdir(parents=True)
    layout.raw.touch()
    with pytest.raises(MissingInput, match="raw_unlisted"):
        refresh_inventory(layout)


def test_to_begin_anew_is_to_move_the_warehouse_away(published: Layout) -> None:
    emptied(published.raw)
    published.warehouse.rename(published.root / "earlier")
    build_tables(published)
    build_candidate(published)
    assert publish(published).is_new
