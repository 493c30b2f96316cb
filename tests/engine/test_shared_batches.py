"""Batches in a storage: whole or unseen, and each document counted once whoever wrote, merged or forgot what."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.engine import shared_batches
from pipelines.engine import work_store as store_module
from pipelines.engine.catalogue import Catalogue
from pipelines.engine.shared_batches import SharedBatches
from pipelines.engine.stored_tables import Tables
from pipelines.engine.work_store import MANIFEST, WorkStore
from pipelines.storing import StorageError
from pipelines.storing.folder import FolderStorage
from tests.engine.test_work_store import digest, document

READER = "reader"


@pytest.fixture
def shared(tmp_path: Path) -> SharedBatches:
    return SharedBatches(FolderStorage(tmp_path / "storage"), READER)


def machine(tmp_path: Path, name: str) -> WorkStore:
    return WorkStore(tmp_path / name, READER)


def documents_of(store: WorkStore) -> list[int]:
    return sorted(int(sha256, 16) for sha256 in Catalogue(store).rows("documents")["file_sha256"])


def test_what_one_machine_read_is_there_on_another(shared: SharedBatches, tmp_path: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    name = first.write(document(1))
    assert (shared.push(first), shared.push(first)) == (1, 0)
    assert (shared.pull(second), shared.pull(second)) == (1, 0)
    assert second.known() == first.known() and documents_of(second) == [1]
    assert (second.path / name / MANIFEST).read_bytes() == (first.path / name / MANIFEST).read_bytes()


def test_a_batch_without_its_manifest_is_unseen_and_goes_after_a_day(shared: SharedBatches, tmp_path: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    name = first.write(document(1))
    shared.send(first.path / name)
    shared.storage.remove(f"work/{READER}/{name}/{MANIFEST}")
    assert shared.names() == set() and shared.pull(second) == 0
    shared.push(second)
    half = list((tmp_path / "storage" / "work" / READER / name).iterdir())
    assert len(half) == 6
    for path in half:
        os.utime(path, (0, time.time() - shared_batches.GRACE_SECONDS - 1))
    shared.push(second)
    assert not [path for path in half if path.exists()]


def test_of_two_batches_of_the_same_documents_the_first_stays(shared: SharedBatches, tmp_path: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    name = first.write(document(1))
    assert second.write(document(1, reports=2)) == name
    shared.push(first)
    shared.push(second)
    assert second.digest(second.path / name) == first.digest(first.path / name)
    assert len(list(shared.storage.entries(f"work/{READER}/{name}"))) == 7
    assert Catalogue(second).rows("reports").height == 1


def test_documents_in_several_batches_are_counted_once(shared: SharedBatches, tmp_path: Path) -> None:
    first, second, third = (machine(tmp_path, name) for name in ("first", "second", "third"))
    first.write(joined(1, 2))
    second.write(joined(2, 3))
    shared.push(first)
    shared.push(second)
    shared.pull(third)
    assert len(third.batches()) == 2 and documents_of(third) == [1, 2, 3]
    assert Catalogue(third).rows("reports").height == 3


def joined(*numbers: int) -> Tables:
    tables = [document(number) for number in numbers]
    return {name: pa.concat_tables([each[name] for each in tables]) for name in tables[0]}


def test_what_is_merged_or_forgotten_here_is_so_everywhere(
    shared: SharedBatches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_SMALL_BATCHES", 2)
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    for number in (1, 2, 3):
        first.write(document(number))
    shared.push(first)
    shared.pull(second)
    first.merge_small()
    shared.push(first)
    assert len(shared.names()) == 1
    shared.pull(second)
    assert [batch.name for batch in second.batches()] == [batch.name for batch in first.batches()]
    second.forget({digest(2)})
    shared.push(second)
    shared.pull(first)
    assert documents_of(first) == documents_of(second) == [1, 3]


def test_a_batch_that_is_damaged_here_is_fetched_anew(shared: SharedBatches, tmp_path: Path) -> None:
    first = machine(tmp_path, "first")
    name = first.write(document(1))
    shared.push(first)
    (first.path / name / "cells.parquet").write_bytes(b"no Parquet")
    assert first.known() == {}
    shared.pull(first)
    assert documents_of(first) == [1] and shared.names() == {name}


def test_a_batch_that_is_damaged_there_is_told(shared: SharedBatches, tmp_path: Path) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    shared.send(first.path / first.write(document(1)))
    file = next((tmp_path / "storage").rglob("*.parquet"))
    file.write_bytes(b"no Parquet")
    with pytest.raises(StorageError, match=r"damaged: remove the batch \w+ there, and run again"):
        shared.pull(second)


@pytest.mark.parametrize("manifest", [b"{", b"[]", b'{"files": {"../../../escaped.parquet": "0"}}'])
def test_a_manifest_that_is_none_of_ours_is_told_and_leads_nowhere(
    shared: SharedBatches, tmp_path: Path, manifest: bytes
) -> None:
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    name = first.write(document(1))
    shared.send(first.path / name)
    shared.storage.put(f"work/{READER}/{name}/{MANIFEST}", manifest)
    shared.storage.put(f"work/{READER}/{name}/0.parquet", b"escaped")
    with pytest.raises(StorageError, match=f"no manifest of a batch: remove the batch {name} there"):
        shared.pull(second)
    assert not list(tmp_path.rglob("escaped.parquet"))


def test_a_storage_that_was_emptied_is_given_everything(shared: SharedBatches, tmp_path: Path) -> None:
    first = machine(tmp_path, "first")
    name = first.write(document(1))
    shared.push(first)
    shared.remove(name)
    assert list(shared.storage.entries("work")) == []
    shared.pull(first)
    assert shared.push(first) == 1 and shared.names() == {name}


def test_what_an_older_reader_left_goes_when_nobody_has_used_it_for_two_weeks(
    shared: SharedBatches, tmp_path: Path
) -> None:
    first = machine(tmp_path, "first")
    older = SharedBatches(shared.storage, "older")
    older.send(first.path / first.write(document(1)))
    shared.push(first)
    assert older.names()
    for path in (tmp_path / "storage" / "work" / "older").rglob("*.*"):
        os.utime(path, (0, time.time() - 15 * shared_batches.GRACE_SECONDS))
    shared.push(first)
    assert not older.names() and shared.names()
