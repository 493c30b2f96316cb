"""The current release in a storage: what a run puts there, in whose place, and what it says where it cannot."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from assets.release import stored_release
from assets.resources import Warehouse
from assets.run import failures
from pipelines.releases.layout import Layout
from pipelines.releases.stored import is_published, read_pointer
from pipelines.storing import open_storage
from pipelines.warehouse.publication import note_replaceable, publish_to, replaceable
from tests.assets.conftest import Told
from tests.projects import SEEDS, build_release, copy_project, make_project


def test_a_run_stores_its_release_where_one_is_named(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = Warehouse(root=str(seed_layout.root), lock_is_held=True)

    def stored() -> dict[str, object]:
        done = dg.materialize([stored_release], resources={"warehouse": warehouse}, raise_on_error=False)
        if not done.success:
            return {"failed": failures(done)}
        (event,) = done.get_asset_materialization_events()
        return {name: entry.value for name, entry in event.materialization.metadata.items()}

    assert stored() == {"storage": "none"}
    storage = tmp_path / "storage"
    monkeypatch.setenv("GONGKAI_STORAGE", str(storage))
    first, second = stored(), stored()
    assert (first["storage"], first["is_new"], second["is_new"]) == (str(storage), True, False)
    assert first["sent_files"] == first["files"]
    shutil.rmtree(storage)
    storage.write_text("no folder", encoding="utf-8")
    told = stored()["failed"]
    assert isinstance(told, list) and "run again to send it" in told[0]


def test_what_another_project_stored_is_replaced_only_where_it_is_named(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project that runs last would else put what is older, or of other places, before all readers."""
    fewer = make_project(tmp_path / "fewer", seeds=False)
    shutil.copy(min(SEEDS.glob("*.txt")), fewer.raw / "2020")
    build_release(fewer)
    storage = open_storage(str(tmp_path / "storage"))
    monkeypatch.setenv("GONGKAI_STORAGE", storage.address)
    own = copy_project(seed_layout, tmp_path / "own")

    def told(layout: Layout) -> list[str]:
        warehouse = Warehouse(root=str(layout.root), lock_is_held=True)
        done = dg.materialize([stored_release], resources={"warehouse": warehouse}, raise_on_error=False)
        return [] if done.success else failures(done)

    current = own.current.resolve().name
    assert told(own) == []
    for _ in range(2):
        (refused,) = told(fewer)
        assert f"its current release {current} was not published by this project" in refused
        assert f"gongkai run --replace-stored {current}" in refused
    assert read_pointer(storage)[0].release == current
    note_replaceable(fewer, storage, "20200101T000000Z-another")
    assert told(fewer), "another release was named than stands there"
    note_replaceable(fewer, storage, current)
    assert told(fewer) == []
    assert read_pointer(storage)[0].release == fewer.current.resolve().name
    # What is replaced is not replaced back: the first project has never seen what stands there now.
    assert told(own)


def test_a_second_machine_with_the_same_reports_has_nothing_to_send(seed_layout: Layout, tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path / "storage"))
    publish_to(storage, seed_layout.current.resolve())
    second = make_project(tmp_path / "second")
    build_release(second)
    assert second.current.resolve().name != seed_layout.current.resolve().name
    assert is_published(storage, second.current.resolve())
    assert not publish_to(storage, second.current.resolve(), over=replaceable(second, storage)).is_new


def test_a_release_that_cannot_be_stored_is_published_all_the_same(
    seed_layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told_here: Told
) -> None:
    layout = copy_project(seed_layout, tmp_path / "project")
    (layout.raw / "2020" / "more.txt").write_text("no report", encoding="utf-8")
    storage = tmp_path / "storage"
    storage.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("GONGKAI_STORAGE", str(storage))
    code, _, err = told_here(layout)
    told, new = " ".join(err.split()), layout.current.resolve().name
    assert new != seed_layout.current.resolve().name
    assert code == 1 and "check the folder, its permissions and its space" in told
    assert f"{new} was published before that, and is current on this machine" in told
    assert "nothing was published" not in told
