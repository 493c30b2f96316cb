"""Raw contents in a storage are what their names say, or it is told which are not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipelines.raw.shared_contents import content_key, contents_lacking, fetch_contents, send_contents
from pipelines.storing import StorageError
from pipelines.storing.folder import FolderStorage


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "storage")


def written(folder: Path, *contents: bytes) -> dict[str, bytes]:
    """Write files and return their paths by hash."""
    found = {}
    for number, content in enumerate(contents):
        path = folder / f"{number}.html"
        path.write_bytes(content)
        found[hashlib.sha256(content).hexdigest()] = bytes(path)
    return found


def test_what_is_lacking_is_sent_and_fetched(storage: FolderStorage, tmp_path: Path) -> None:
    files = written(tmp_path, b"one", b"two", b"three")
    counted: list[int] = []
    assert contents_lacking(storage, files) == set(files)
    assert send_contents(storage, files, counted.append) == set() and counted == [1, 2, 3]
    assert contents_lacking(storage, [*files, "0" * 64]) == {"0" * 64}
    fetch_contents(storage, files, tmp_path / "scratch")
    assert {p.read_bytes() for p in (tmp_path / "scratch").iterdir()} == {b"one", b"two", b"three"}


def test_a_file_that_is_gone_or_another_one_now_is_not_sent(storage: FolderStorage, tmp_path: Path) -> None:
    files = written(tmp_path, b"one", b"two", b"three")
    (tmp_path / "0.html").write_bytes(b"changed")
    (tmp_path / "1.html").unlink()
    assert send_contents(storage, files) == set(list(files)[:2])
    assert contents_lacking(storage, files) == set(list(files)[:2])


def test_a_content_that_is_missing_or_damaged_there_is_told(storage: FolderStorage, tmp_path: Path) -> None:
    (one, two) = written(tmp_path, b"one", b"two")
    storage.put(content_key(two), b"not two")
    with pytest.raises(StorageError, match=f"the raw file {one} is not there: run again on the machine that has it"):
        fetch_contents(storage, [one], tmp_path / "scratch")
    with pytest.raises(StorageError, match=f"{two}: damaged: its bytes are others"):
        fetch_contents(storage, [two], tmp_path / "scratch")
    assert list((tmp_path / "scratch").iterdir()) == []
