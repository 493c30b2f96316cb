"""One lock for all who write: it names what is held and by whom, is shared or not, and waits as long as it is told."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines.locking import Locked, NoPlaceForLock, hold
from tests.projects import ROOT


def test_a_second_holder_is_told_what_is_held_and_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "warehouse" / ".lock"
    with hold(path, "the warehouse", "first run"):
        said = rf"the warehouse is held by process {os.getpid()} \(first run, since [\dT:+-]+\): wait for it to end"
        with pytest.raises(Locked, match=said), hold(path, "the warehouse", "second run"):
            pass
    with hold(path, "the warehouse", "second run"):
        about = json.loads(path.read_text(encoding="utf-8"))
    assert (about["pid"], about["by"]) == (os.getpid(), "second run")


def test_waiting_names_what_and_whom_once_and_ends(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    told: list[str] = []
    second = hold(path, "the warehouse", "second run", wait_seconds=0.8, waiting=told.append)
    with hold(path, "the warehouse", "first run"), pytest.raises(Locked), second:
        pass
    (line,) = told
    assert re.match(rf"waiting for the warehouse, held by process {os.getpid()} \(first run, ", line)


def test_waiting_without_a_limit_ends_when_the_holder_does(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    may_end = threading.Event()
    with_lock = threading.Event()

    def first() -> None:
        with hold(path, "the host", "first run"):
            with_lock.set()
            may_end.wait()

    holder = threading.Thread(target=first)
    holder.start()
    assert with_lock.wait(20)
    with hold(path, "the host", "second run", wait_seconds=math.inf, waiting=lambda _: may_end.set()):
        assert json.loads(path.read_text(encoding="utf-8"))["by"] == "second run"
    holder.join()


def test_shared_holders_keep_out_only_who_wants_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "locks" / "ledger.lock"
    crawler, other = (hold(path, "the ledger", by, shared=True) for by in ("a crawler", "another crawler"))
    refused = pytest.raises(Locked, match=r"the ledger is held by process \d+ \(another crawler")
    with crawler, other, refused, hold(path, "the ledger", "a rebuild"):
        pass
    refused = pytest.raises(Locked, match="a rebuild")
    with hold(path, "the ledger", "a rebuild"), refused, hold(path, "the ledger", "a crawler", shared=True):
        pass


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"pid": 1}'])
def test_a_lock_file_that_names_nobody_is_held_by_another_process(tmp_path: Path, content: str) -> None:
    path = tmp_path / ".lock"
    with hold(path, "the warehouse", "first run"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(Locked, match="held by another process"), hold(path, "the warehouse", "second run"):
            pass


def test_a_lock_ends_with_an_error_in_its_block(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(ZeroDivisionError), hold(path, "the warehouse", "first run"):
        raise ZeroDivisionError
    with hold(path, "the warehouse", "second run"):
        assert "second run" in path.read_text(encoding="utf-8")


BECOMING = """
import os, pathlib, sys
from pipelines.locking import hand_over, hold
after = '''
import sys
from pipelines.locking import hold_on
with hold_on(int(sys.argv[1])):
    print("on", flush=True)
    input()
'''
with hold(pathlib.Path(sys.argv[1]), "the warehouse", "the first run") as lock:
    hand_over(lock)
    os.execv(sys.executable, [sys.executable, "-c", after, str(lock)])
"""


def test_a_lock_is_held_on_by_the_program_that_its_holder_becomes(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", BECOMING, str(path)]
    with subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "on\n"
        with pytest.raises(Locked, match=rf"process {process.pid} \(the first run"), hold(path, "it", "another"):
            pass
        process.communicate("\n")
    assert process.returncode == 0
    with hold(path, "the warehouse", "another"):
        pass


def test_where_no_lock_can_be_made_it_says_so_at_once(tmp_path: Path) -> None:
    (tmp_path / "warehouse").write_text("a file where the folder has to be", encoding="utf-8")
    said = r"warehouse/\.lock: .*: the warehouse is written to by whoever holds this file: check the disk, and what"
    place = tmp_path / "warehouse" / ".lock"
    with pytest.raises(NoPlaceForLock, match=said), hold(place, "the warehouse", "a run", wait_seconds=math.inf):
        pass


def test_a_link_in_the_place_of_a_lock_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    place = tmp_path / ".lock"
    place.symlink_to("mine")
    with pytest.raises(NoPlaceForLock, match=r"\.lock: a link.*: remove the link$"), hold(place, "it", "a run"):
        pass
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_takes_the_name_of_the_holder_and_not_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / ".lock"
    monkeypatch.setattr("os.pwrite", full)
    second = hold(path, "the warehouse", "second run")
    with hold(path, "the warehouse", "first run"), pytest.raises(Locked, match="held by another process"), second:
        pass
