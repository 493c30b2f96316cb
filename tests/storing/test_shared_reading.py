"""Reading through a storage gives what reading from a disk gives, on a server that fails as networks do."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NoReturn

import pytest

from benchmarks.end_to_end import write_some
from benchmarks.object_server import Answer, address, environment, failing
from pipelines.releases.layout import Layout
from pipelines.spreading import Embedded
from pipelines.spreading.place import Place
from pipelines.storing import Storage, Unreachable, open_storage
from pipelines.storing.folder import FolderStorage
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import copy_project
from tests.spreading.test_cluster import content_of


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("shared") / "inbox")
    write_some(layout.root, 11, range(16))
    refresh_inventory(layout)
    return layout


@pytest.fixture(scope="module")
def alone(inbox: Layout, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    layout = copy_project(inbox, tmp_path_factory.mktemp("alone") / "project")
    extract_new(layout)
    return content_of(layout)


def embedded(folder: Path) -> Embedded:
    return Embedded(Place(folder / "scratch", "here"))


def test_through_a_storage_the_same_is_read(
    inbox: Layout, alone: dict[str, str], storage: Storage, tmp_path: Path
) -> None:
    first = copy_project(inbox, tmp_path / "first")
    assert extract_new(first, storage=storage, spread=embedded(tmp_path)).new == 16
    assert content_of(first) == alone and not (tmp_path / "scratch").exists()
    second = copy_project(inbox, tmp_path / "second")
    assert extract_new(second, storage=storage).new == 0, "another machine has read them"
    assert content_of(second) == alone


def test_files_of_another_machine_are_read_from_the_storage(
    inbox: Layout, alone: dict[str, str], storage: Storage, tmp_path: Path
) -> None:
    first, second = (copy_project(inbox, tmp_path / name) for name in ("first", "second"))
    extract_new(first, storage=storage, spread=embedded(tmp_path))
    for entry in list(storage.entries("work")):
        storage.remove(entry.key)
    refresh_inventory(second)
    for path in [path for path in second.raw.rglob("*") if path.is_file()]:
        path.unlink()
    assert extract_new(second, storage=storage).new == 16
    assert content_of(second) == alone


def test_a_server_that_fails_changes_nothing(inbox: Layout, endpoint: str, tmp_path: Path) -> None:
    """Of twenty requests six are refused, three lose their answers after they were done, two are cut, one is slow."""
    chance = random.Random(3)
    fates = [Answer.REFUSE] * 6 + [Answer.LOSE] * 3 + [Answer.CUT] * 2 + [Answer.WAIT] + [Answer.PASS] * 8
    layout = copy_project(inbox, tmp_path / "project")
    for path in sorted(path for path in layout.raw.rglob("*") if path.is_file())[4:]:
        path.unlink()
    refresh_inventory(layout)
    alone = copy_project(layout, tmp_path / "alone")
    extract_new(alone)
    with failing(endpoint, lambda *_: chance.choice(fates)) as proxy, environment(proxy):
        extract_new(layout, storage=open_storage(address()), spread=embedded(tmp_path))
    assert content_of(layout) == content_of(alone)


def test_without_an_answer_of_the_storage_all_is_read_here_unless_it_is_elsewhere(
    inbox: Layout, alone: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = open_storage(str(tmp_path / "storage"))

    def refuse(*_: object) -> NoReturn:
        raise Unreachable("s3://away: no answer: check the network")

    monkeypatch.setattr(FolderStorage, "entries", refuse)
    monkeypatch.setattr(FolderStorage, "put", refuse)
    here, away = (copy_project(inbox, tmp_path / name) for name in ("here", "away"))
    told: list[str] = []
    assert extract_new(here, storage=storage, told=told.append).new == 16
    assert content_of(here) == alone and told == [
        "s3://away: no answer: check the network. What other machines have read is not known; all is read here"
    ]
    refresh_inventory(away)
    next(path for path in away.raw.rglob("*") if path.is_file()).unlink()
    with pytest.raises(Unreachable):
        extract_new(away, storage=storage)
