"""The raw store: content by its hash, whole or not at all, verified."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from pipelines.raw.raw_store import DamagedObject, RawStore


def test_a_body_is_found_by_its_hash_and_cannot_be_written_to(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    sha256 = store.put(b"a report")
    assert sha256 == hashlib.sha256(b"a report").hexdigest()
    assert store.path(sha256) == tmp_path / "objects" / sha256[:2] / sha256
    assert store.read(sha256) == b"a report"
    assert stat.S_IMODE(store.path(sha256).stat().st_mode) == 0o444


def test_the_same_body_is_written_once(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    before = store.path(store.put(b"a report")).stat()
    after = store.path(store.put(b"a report")).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_cut_file_is_written_anew(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    sha256 = store.put(b"a report")
    store.path(sha256).chmod(0o644)
    store.path(sha256).write_bytes(b"a rep")
    assert store.verify_all() == [sha256]
    store.put(b"a report")
    assert store.verify_all() == []


def test_other_bytes_under_a_hash_are_damage(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    sha256, whole = store.put(b"a report"), store.put(b"another")
    store.path(sha256).chmod(0o644)
    store.path(sha256).write_bytes(b"A report")
    assert store.verify_all() == [sha256]
    assert store.read(whole) == b"another"
    with pytest.raises(DamagedObject, match="another hash"):
        store.read(sha256)
    store.path(sha256).unlink()
    with pytest.raises(DamagedObject, match="missing"):
        store.read(sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        RawStore(tmp_path).path(name)


def test_the_file_is_forced_to_disk_before_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def tell_fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def tell_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", tell_fsync)
    monkeypatch.setattr(Path, "replace", tell_replace)
    RawStore(tmp_path).put(b"a report")
    assert steps[-3:] == ["file", "rename", "folder"]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RawStore(tmp_path)
    store.put(b"a report")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            store.put(b"another")
    assert len(list(store.hashes())) == 1
    assert [path.name for path in store.folder.rglob("*.part")] == []


def test_only_the_leftovers_of_the_own_source_are_removed(tmp_path: Path) -> None:
    mine, other = RawStore(tmp_path, owner="js-a"), RawStore(tmp_path, owner="js-b")
    folder = mine.path(mine.put(b"a report")).parent
    for owner in ("js-a", "js-b"):
        (folder / f".{owner}.0011.part").write_bytes(b"half")
    assert mine.remove_leftovers() == 1
    assert [path.name for path in folder.glob(".*.part")] == [".js-b.0011.part"]
    assert other.remove_leftovers() == 1
    assert len(list(mine.hashes())) == 1
