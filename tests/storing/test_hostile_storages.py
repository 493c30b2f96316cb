"""A storage that somebody else writes to: nothing outside the folder of a release is written, and all is told."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.releases.manifest import DATABASE, MANIFEST
from pipelines.releases.stored import POINTER, RELEASES, object_key, read_pointer
from pipelines.storing import StorageError, open_storage
from pipelines.storing.folder import FolderStorage
from pipelines.warehouse.publication import publish_to, remove_unnamed

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def hostile(seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStorage:
    """Return a storage that a release was published to, to be changed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    storage = open_storage(str(tmp_path / "storage"))
    assert isinstance(storage, FolderStorage)
    publish_to(storage, seed_release)
    return storage


def restate(storage: FolderStorage, body: bytes, **pointer: str) -> None:
    """Put another manifest in the place of the current one, and let the pointer say so."""
    now = read_pointer(storage)[0]
    storage.put(f"{RELEASES}/{now.release}/{MANIFEST}", body)
    about = {"release": now.release, "manifest": hashlib.sha256(body).hexdigest(), "publication": "x"}
    storage.put(POINTER, json.dumps(about | pointer).encode())


def manifest_of(storage: FolderStorage) -> dict[str, Any]:
    release = read_pointer(storage)[0].release
    manifest: dict[str, Any] = json.loads(storage.read(f"{RELEASES}/{release}/{MANIFEST}")[0])
    return manifest


def refused(storage: FolderStorage, target: Path) -> None:
    """Assert that whoever fetches or reads it is told in one line."""
    for given in (
        ["pull", str(target), "--from", storage.address],
        ["sql", "SELECT 1", "--release", storage.address],
    ):
        told = CliRunner().invoke(app, given)
        assert told.exit_code == 1 and isinstance(told.exception, SystemExit), (given, told.exception)
        assert told.stderr.startswith(f"gongkai: {storage.address}") and told.stderr.count("\n") == 1, told.stderr


@pytest.mark.parametrize("is_absolute", [False, True])
@pytest.mark.parametrize("is_there", [False, True])
def test_no_file_outside_the_folder_is_written_or_removed(
    hostile: FolderStorage, tmp_path: Path, is_absolute: bool, is_there: bool
) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("precious", encoding="utf-8")
    body = b"replaced"
    about = {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    if is_there:
        hostile.put(object_key("victim.txt", about), body)
    manifest = manifest_of(hostile)
    manifest["files"][str(victim) if is_absolute else f"../../{victim.name}"] = about
    restate(hostile, json.dumps(manifest).encode())
    refused(hostile, tmp_path / "fetched")
    assert victim.read_text(encoding="utf-8") == "precious"
    assert {path.name for path in (tmp_path / "fetched").rglob("*")} <= {".lock"}


def restated(name: str, about: object) -> Change:
    return lambda manifest: manifest["files"].update({name: about})


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.pop("files"),
        lambda manifest: manifest.update(files=[]),
        lambda manifest: manifest.update(id="../x"),
        lambda manifest: manifest.update(id="20990101T000000Z-of-another"),
        lambda manifest: manifest.update(files=None),
        restated("parquet/x.parquet", {}),
        restated("parquet/x.parquet", {"sha256": "0" * 64, "bytes": "x"}),
        restated("parquet/x.parquet", {"sha256": "../../../../etc/passwd", "bytes": 1}),
        restated("parquet/a\0b", {"sha256": "0" * 64, "bytes": 1}),
    ],
)
def test_a_manifest_that_is_none_is_told_in_one_line(hostile: FolderStorage, tmp_path: Path, change: Change) -> None:
    manifest = manifest_of(hostile)
    change(manifest)
    restate(hostile, json.dumps(manifest).encode())
    refused(hostile, tmp_path / "fetched")


@pytest.mark.parametrize("body", [b"[" * 200_000, b"\xff", b""])
def test_bytes_that_are_no_manifest_are_told(hostile: FolderStorage, tmp_path: Path, body: bytes) -> None:
    restate(hostile, body)
    refused(hostile, tmp_path / "fetched")
    with pytest.raises(StorageError, match="cannot be read"):
        remove_unnamed(hostile)


@pytest.mark.parametrize("pointer", [{"release": "../objects"}, {"release": ".."}, {"release": "a/b"}])
def test_a_pointer_leads_to_a_release_alone(hostile: FolderStorage, tmp_path: Path, pointer: Mapping[str, str]) -> None:
    restate(hostile, json.dumps(manifest_of(hostile)).encode(), **pointer)
    refused(hostile, tmp_path / "fetched")


def test_without_a_database_that_is_told_to_whoever_reads_from_afar(hostile: FolderStorage) -> None:
    manifest = manifest_of(hostile)
    del manifest["files"][DATABASE]
    restate(hostile, json.dumps(manifest).encode())
    told = CliRunner().invoke(app, ["sql", "SELECT 1", "--release", hostile.address])
    assert told.exit_code == 1 and "fetch the release with `gongkai pull`" in told.stderr


def test_a_name_that_is_no_release_is_told(hostile: FolderStorage, tmp_path: Path) -> None:
    for named in ("../..", "a/b", ".."):
        told = CliRunner().invoke(app, ["pull", str(tmp_path / "x"), "--from", hostile.address, "--release", named])
        assert told.exit_code == 1 and f"no release {named} in" in told.stderr
    told = CliRunner().invoke(app, ["sql", "SELECT 1", "--release", "x" * 5000])
    assert told.exit_code == 1 and "expected the folder of a release" in told.stderr


def test_a_damaged_manifest_is_not_published(hostile: FolderStorage, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / MANIFEST).write_text(json.dumps({"files": {"../victim.txt": {}}}), encoding="utf-8")
    with pytest.raises(StorageError, match=r"manifest\.json: damaged on disk"):
        publish_to(hostile, tmp_path / "own")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("change", [a_pipe, a_folder, a_device])
@pytest.mark.parametrize("what", ["pointer", "object"])
def test_what_is_no_file_is_never_waited_for(
    hostile: FolderStorage, tmp_path: Path, what: str, change: Callable[[Path], None]
) -> None:
    name, about = next((name, about) for name, about in manifest_of(hostile)["files"].items() if name != DATABASE)
    path = hostile.path(POINTER if what == "pointer" else object_key(name, about))
    change(path)
    told = CliRunner().invoke(app, ["pull", str(tmp_path / "target"), "--from", hostile.address])
    assert told.exit_code == 1 and isinstance(told.exception, SystemExit)
    assert told.stderr == f"gongkai: {path}: no regular file: move it away, and publish anew\n"
