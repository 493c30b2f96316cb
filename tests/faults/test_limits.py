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
from tests.projects import ROOT


def attempts(words: list[str]) -> list[dict[str, Any]]:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def limited(folder: Path, made: Path, *kinds: str) -> list[str]:
    return [sys.executable, "-m", "tests.faults.limited", str(folder), str(made), *kinds]


def wrong(tried: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in tried if each["wrong"]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the projects stand that all runs begin with: made once, not on the disk that is full."""
    return tmp_path_factory.mktemp("made")


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if shutil.which("unshare") is None or subprocess.run(in_own_mounts(["true"], tmp_path), check=False).returncode:
        pytest.skip("this machine mounts no file system for this user: a full or read-only disk cannot be had")
    return tmp_path


def test_a_disk_that_is_full_at_any_step_costs_the_run_and_nothing_else(disk: Path, made: Path) -> None:
    tried = attempts(in_own_mounts(limited(disk, made, "full"), disk))
    assert len(tried) == len(FREE_KIB) and not wrong(tried)
    assert {each["step"] for each in tried} == {"look", "read", "build", "candidate", "note"}
    assert all("space left" in each["told"] for each in tried), tried


def test_a_read_only_disk_is_told_and_the_release_before_is_read_from_it(disk: Path, made: Path) -> None:
    tried = attempts(in_own_mounts(limited(disk, made, "read-only"), disk))
    assert [each["limit"] for each in tried] == ["first", "second"] and not wrong(tried)
    assert all("Read-only file system: the warehouse" in each["told"] for each in tried), tried


def test_files_that_cannot_grow_cost_the_run_and_nothing_else(tmp_path: Path, made: Path) -> None:
    tried = attempts(limited(tmp_path, made, "cut"))
    assert len(tried) == len(FILE_BYTES) and not wrong(tried)
    assert {each["step"] for each in tried} == {"look", "read", "build", "candidate"}


@pytest.fixture(scope="module")
def refused() -> list[dict[str, Any]]:
    """Run both kinds in one process, which makes their project: all that is imported is, before anything is refused."""
    with tempfile.TemporaryDirectory() as folder:  # where others may look, too
        Path(folder).chmod(0o755)
        return attempts(limited(Path(folder), Path(folder, "made"), "descriptors", "denied"))


def test_without_permission_nothing_is_half_done(refused: list[dict[str, Any]]) -> None:
    tried = [each for each in refused if each["kind"] == "denied"]
    assert [each["limit"] for each in tried] == list(DENIED) and not wrong(tried)
    assert all("Permission denied" in each["told"] for each in tried), tried


def test_a_run_without_descriptors_breaks_off_and_the_next_one_ends(refused: list[dict[str, Any]]) -> None:
    tried = [each for each in refused if each["kind"] == "descriptors"]
    assert len(tried) == len(DESCRIPTORS) and not wrong(tried)
    assert all("Too many open files" in each["told"] for each in tried), tried
