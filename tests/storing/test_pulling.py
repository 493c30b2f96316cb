"""Fetching to a folder: nothing of others in it is touched, and what is damaged there is fetched again."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.durable import swap_link
from pipelines.releases import pulling
from pipelines.releases.layout import NoRelease
from pipelines.releases.manifest import DATABASE, LOCAL, MANIFEST, PARQUET
from pipelines.releases.read_only import is_writable
from pipelines.releases.stored import object_key, read_stored
from pipelines.releases.verified import faults
from pipelines.storing.folder import FolderStorage
from pipelines.warehouse import publication
from pipelines.warehouse.publication import publish_to

_FILE = f"{PARQUET}/dim_form_cell.parquet"
_GIVEN_UP = ".20200101T000000Z-given-up.part"


@pytest.fixture
def stored(published: Callable[[str], str], tmp_path: Path) -> FolderStorage:
    """Return a storage that a release was published to."""
    return FolderStorage(Path(shutil.copytree(published("folder"), tmp_path / "storage")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder to fetch to."""
    (tmp_path / "fetched").mkdir()
    return tmp_path / "fetched"


def pull(stored: FolderStorage, folder: Path, language: str = "en") -> Result:
    given = ["pull", str(folder), "--from", stored.address]
    return CliRunner().invoke(app, given, env={"GONGKAI_LANG": language})


def tree(folder: Path) -> dict[str, bytes | str | None]:
    """Return all that lies in a folder, by place: content, where a link leads, nothing of a folder."""
    found: dict[str, bytes | str | None] = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        found[name] = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


def film(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "film.mkv").write_bytes(b"precious")


def text(path: Path) -> None:
    path.write_text("precious", encoding="utf-8")


def beside_a_lock(path: Path) -> None:
    (path.parent / ".lock").touch()
    text(path)


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "a part of another": (lambda folder: film(folder / ".film.part"), ".film.part"),
    "an empty part of another": (lambda folder: (folder / ".film.part").mkdir(), ".film.part"),
    "a file in part": (lambda folder: text(folder / ".x.part"), ".x.part"),
    "a file beside a lock": (lambda folder: beside_a_lock(folder / "a.txt"), "a.txt"),
    "a file called current": (lambda folder: text(folder / "current"), "current"),
    "a folder called current": (lambda folder: film(folder / "current"), "current"),
    "a link called current": (lambda folder: (folder / "current").symlink_to("/etc"), "current"),
    "a part of a link": (lambda folder: text(folder / ".current.part"), ".current.part"),
    "a lock of another": (lambda folder: text(folder / ".lock"), ".lock"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_folder_of_others_is_refused_and_stays_as_it_is(
    stored: FolderStorage, folder: Path, name: str, language: str
) -> None:
    make, told = FOREIGN[name]
    make(folder)
    before = tree(folder)
    result = pull(stored, folder, language)
    assert result.exit_code == 2 and tree(folder) == before, result.output
    (line,) = result.stderr.splitlines()
    assert told in line and ("empty folder" if language == "en" else "请") in line


def test_what_stands_where_a_release_is_to_stand_is_refused(stored: FolderStorage, folder: Path) -> None:
    release = read_stored(stored).release_id
    for name in (release, f".{release}.part"):
        film(folder / name)
        before = tree(folder)
        result = pull(stored, folder)
        assert (result.exit_code, tree(folder)) == (2, before) and name in result.stderr
        shutil.rmtree(folder / name)
    text(folder.parent / "file")
    result = pull(stored, folder.parent / "file")
    assert result.exit_code == 2 and "choose a folder" in result.stderr


def test_files_of_others_beside_what_was_fetched_stay(stored: FolderStorage, folder: Path) -> None:
    assert pull(stored, folder).exit_code == 0
    film(folder / ".film.part")
    text(folder / ".x.part")
    text(folder / "notes.txt")
    kept = tree(folder)
    (folder / _GIVEN_UP / PARQUET / "cell").mkdir(parents=True)
    (folder / _GIVEN_UP / PARQUET / "cell" / ".part-0.parquet.part").write_bytes(b"half")
    (folder / _GIVEN_UP / f"{DATABASE}.wal").touch()
    (folder / ".20200101T000000Z-empty.part").mkdir()
    result = pull(stored, folder)
    assert result.exit_code == 0 and tree(folder) | {".lock": kept[".lock"]} == kept


@pytest.mark.parametrize("left", [".lock", ".lock+part", "release", "dangling"])
def test_what_earlier_pulls_left_is_taken(stored: FolderStorage, folder: Path, seed_release: Path, left: str) -> None:
    if left.startswith(".lock"):
        (folder / ".lock").write_text(json.dumps({"pid": 1, "by": "gongkai pull", "since": "x"}), encoding="utf-8")
    if left == ".lock+part":
        (folder / f".{seed_release.name}.part" / PARQUET).mkdir(parents=True)
    if left == "release":
        shutil.copytree(seed_release, folder / "20200101T000000Z-before")
        swap_link(folder / "current", "20200101T000000Z-before")
    if left == "dangling":
        swap_link(folder / "current", "20200101T000000Z-before")
    result = pull(stored, folder)
    assert result.exit_code == 0, result.output
    assert (folder / "current").resolve() == folder / seed_release.name


def rewrite(path: Path, change: Callable[[bytearray], object]) -> None:
    body = bytearray(path.read_bytes())
    change(body)
    path.chmod(0o644)
    path.write_bytes(body)
    path.chmod(0o444)


def flip(path: Path) -> None:
    def flipped(body: bytearray) -> None:
        body[len(body) // 2] ^= 0xFF

    rewrite(path, flipped)


def gone(path: Path) -> None:
    path.parent.chmod(0o755)
    path.unlink()
    path.parent.chmod(0o555)


def linked(path: Path) -> None:
    gone(path)
    path.parent.chmod(0o755)
    path.symlink_to("/etc/passwd")
    path.parent.chmod(0o555)


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a bit of the database": (lambda release: flip(release / DATABASE), DATABASE),
    "a bit of a table": (lambda release: flip(release / _FILE), _FILE),
    "a table": (lambda release: gone(release / _FILE), _FILE),
    "a link": (lambda release: linked(release / _FILE), _FILE),
    "the manifest": (lambda release: gone(release / MANIFEST), MANIFEST),
    "no manifest": (lambda release: rewrite(release / MANIFEST, bytearray.clear), MANIFEST),
    "another manifest": (lambda release: rewrite(release / MANIFEST, lambda body: body.extend(b"\n")), MANIFEST),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_release_is_fetched_again(stored: FolderStorage, folder: Path, name: str) -> None:
    pull(stored, folder)
    release = (folder / "current").resolve()
    whole = pull(stored, folder, "zh")
    assert whole.exit_code == 0 and "逐个文件核验无误" in whole.stdout
    damage, told = DAMAGE[name]
    damage(release)
    result = pull(stored, folder)
    assert result.exit_code == 0 and f"{told} is" in result.stdout and "is fetched again" in result.stdout
    assert list(faults(release)) == [] and not is_writable(release)
    assert (release / MANIFEST).read_bytes() == read_stored(stored).data
    assert sorted(path.name for path in folder.iterdir()) == [".lock", release.name, "current"]
    damage(release)
    assert "已重新取回" in pull(stored, folder, "zh").stdout


def test_what_cannot_be_fetched_again_is_told(stored: FolderStorage, folder: Path) -> None:
    pull(stored, folder)
    release = (folder / "current").resolve()
    release.chmod(0o755)
    text(release / "notes.txt")
    flip(release / _FILE)
    before = tree(folder)
    result = pull(stored, folder)
    assert result.exit_code == 1 and "notes.txt" in result.stderr and "move them away" in result.stderr
    assert "notes.txt" in (told := pull(stored, folder, "zh").stderr) and "请查明是谁写入的并移走" in told
    assert tree(folder) | {".lock": before[".lock"]} == before
    (release / "notes.txt").unlink()
    stored.remove(object_key(_FILE, read_stored(stored).files[_FILE]))
    assert pull(stored, folder).exit_code == 1


def test_a_database_made_here_is_held_against_what_was_made(
    seed_release: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "LARGEST_DATABASE", 1000)
    stored = FolderStorage(tmp_path / "storage")
    publish_to(stored, seed_release)
    assert pull(stored, folder).exit_code == 0
    release = (folder / "current").resolve()
    assert (release / LOCAL).is_file() and "was fetched before" in pull(stored, folder).stdout
    flip(release / DATABASE)
    assert "is fetched again" in pull(stored, folder).stdout
    assert list(faults(release)) == []


@pytest.mark.parametrize("step", ["sync_tree", "make_read_only", "remove"])
def test_a_pull_that_is_killed_while_it_fetches_again_goes_on(
    stored: FolderStorage, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    pull(stored, folder)
    release = (folder / "current").resolve()
    flip(release / _FILE)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pulling, step, killed)
        assert pull(stored, folder).exit_code != 0
    assert len(list(folder.glob(".*.part"))) == 1
    assert pull(stored, folder).exit_code == 0
    assert list(faults(release)) == []
    assert sorted(path.name for path in folder.iterdir()) == [".lock", release.name, "current"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_full_disk_names_the_folder_that_is_fetched_to(
    stored: FolderStorage, folder: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "sendfile", full)
    result = pull(stored, folder, language)
    assert result.exit_code == 1 and stored.address not in result.stderr
    (line,) = result.stderr.splitlines()
    assert str(folder) in line and ("make room" if language == "en" else "请腾出空间") in line


@pytest.mark.parametrize("is_removed", [False, True])
def test_an_object_that_a_storage_lost_is_named_and_a_release_that_was_removed_is_not_called_lost(
    stored: FolderStorage, folder: Path, is_removed: bool
) -> None:
    lost = next(Path(stored.address).glob("objects/*/*.parquet"))
    found = read_stored(stored)
    lost.unlink()
    if not is_removed:
        told = pull(stored, folder)
        assert told.exit_code == 1 and len(told.stderr.splitlines()) == 1
        assert lost.name in told.stderr and "has lost" in told.stderr and "restore the object" in told.stderr
        return
    stored.remove(f"releases/{found.release_id}/manifest.json")
    with pytest.raises(NoRelease, match="was removed while it was fetched"):
        pulling._fetch_release(
            stored, found, folder / ".part", folder / found.release_id, lambda _: None, lambda *_: None
        )
