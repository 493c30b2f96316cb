"""Runs that are denied room, rights or descriptors: they break off, and the next run is as if undisturbed.

What pyarrow, polars and DuckDB write they write by themselves, so no fault can be put in the place of a call: here the
disk is full, a file cannot grow, or nothing can be written at all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.faults.limited import DENIED, DESCRIPTORS, FILE_BYTES, FREE_KIB, in_own_mounts
from tests.made_once import made_once
from tests.projects import ROOT

# Several tests' attempts are made before the first of them: a processor takes half a minute, the clock may show many.
pytestmark = pytest.mark.timeout(1200)
TOLD = "told.jsonl"


def attempts(told: Path, kind: str) -> list[dict[str, Any]]:
    """Return the lines of a kind, none of which may tell of anything wrong."""
    tried = [each for each in map(json.loads, told.read_text(encoding="utf-8").splitlines()) if each["kind"] == kind]
    assert [each for each in tried if each["wrong"]] == []
    return tried


def note(folder: Path, words: list[str]) -> None:
    """Run attempts, and note below a folder what they print."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    (folder / TOLD).write_text(done.stdout, encoding="utf-8")


def limited(folder: Path, made: Path, *kinds: str) -> list[str]:
    return [sys.executable, "-m", "tests.faults.limited", str(folder), str(made), *kinds]


@pytest.fixture(scope="session")
def on_own_disk(small_projects: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is told of a disk that is full, and of one that is read-only: one process has both."""
    place = tmp_path_factory.mktemp("disk")
    if shutil.which("unshare") is None or subprocess.run(in_own_mounts(["true"], place), check=False).returncode:
        pytest.skip("this machine mounts no file system for this user: a full or read-only disk cannot be had")
    words = in_own_mounts(limited(place, small_projects, "full", "read-only"), place)
    return made_once(tmp_path_factory, "on_own_disk", lambda folder: note(folder, words)) / TOLD


@pytest.fixture(scope="session")
def refused(small_projects: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is told of files that are cut, then of what is refused: by then all that is imported is."""

    def make(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as place:  # where others may look, too
            Path(place).chmod(0o755)
            note(folder, limited(Path(place), small_projects, "cut", "descriptors", "denied"))

    return made_once(tmp_path_factory, "refused", make) / TOLD


def test_a_disk_that_is_full_at_any_step_costs_the_run_and_nothing_else(on_own_disk: Path) -> None:
    tried = attempts(on_own_disk, "full")
    assert len(tried) == len(FREE_KIB)
    assert {each["step"] for each in tried} == {"look", "read", "build", "candidate", "note"}
    assert all("space left" in each["told"] for each in tried), tried


def test_a_read_only_disk_is_told_and_the_release_before_is_read_from_it(on_own_disk: Path) -> None:
    tried = attempts(on_own_disk, "read-only")
    assert [each["limit"] for each in tried] == ["first", "second"]
    assert all("Read-only file system: the warehouse" in each["told"] for each in tried), tried


def test_files_that_cannot_grow_cost_the_run_and_nothing_else(refused: Path) -> None:
    tried = attempts(refused, "cut")
    assert len(tried) == len(FILE_BYTES)
    assert {each["step"] for each in tried} == {"look", "read", "build", "candidate"}


def test_without_permission_nothing_is_half_done(refused: Path) -> None:
    tried = attempts(refused, "denied")
    assert [each["limit"] for each in tried] == list(DENIED)
    assert all("Permission denied" in each["told"] for each in tried), tried


def test_a_run_without_descriptors_breaks_off_and_the_next_one_ends(refused: Path) -> None:
    tried = attempts(refused, "descriptors")
    assert len(tried) == len(DESCRIPTORS)
    assert all("Too many open files" in each["told"] for each in tried), tried
