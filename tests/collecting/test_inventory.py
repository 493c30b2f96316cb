from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipelines.collecting.inventory import Location, read_inventory, take_inventory, write_inventory


def by_location(raw: Path, known: dict[str, Location] | None = None) -> dict[str, Location]:
    return {found.location: found for found in take_inventory(raw, known or {})}


def test_files_are_hashed_and_folder_years_noted(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    (tmp_path / "2020" / "a.txt").write_bytes(b"abc")
    (tmp_path / "b.txt").write_bytes(b"")
    found = by_location(tmp_path)
    assert found["2020/a.txt"].file_sha256 == hashlib.sha256(b"abc").hexdigest()
    assert found["2020/a.txt"].folder_year == 2020
    assert found["b.txt"].folder_year is None and found["b.txt"].reason is None


def test_what_is_no_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "report.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.txt").symlink_to(tmp_path)
    (tmp_path / os.fsdecode(b"\xff\xfe.txt")).write_bytes(b"x")
    reasons = {name: found.reason for name, found in by_location(tmp_path).items()}
    assert reasons == {
        "report.txt": "is_a_directory",
        "pipe.txt": "not_a_file",
        "dangling.txt": "unreadable",
        "loop.txt": "not_a_file",
        "%FF%FE.txt": "name_not_utf8",
    }


def test_unchanged_files_are_not_hashed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    known = by_location(tmp_path)
    monkeypatch.setattr("pipelines.collecting.inventory._sha256", lambda _: "0" * 64)
    assert by_location(tmp_path, known) == known
    path.write_bytes(b"abcd")
    assert by_location(tmp_path, known)["a.txt"].file_sha256 == "0" * 64


def test_inventory_survives_a_round_trip_and_damage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    found = take_inventory(tmp_path, {})
    path = tmp_path / "inventory.parquet"
    write_inventory(found, path)
    assert read_inventory(path) == found
    path.write_bytes(path.read_bytes()[:40])
    assert read_inventory(path) == []
