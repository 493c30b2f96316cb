"""A command that is ended from outside ends as any program does, and says nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.typed import PROGRAM
from tests.projects import ROOT, SEEDS


def _workers(process: int) -> int:
    """Return how many processes descend from one: the servers of its workers, and those."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(") ")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    found, last = {process}, 0
    while len(found) > last:
        last = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return len(found) - 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are looked for in /proc")
def test_a_check_that_is_terminated_says_nothing(tmp_path: Path) -> None:
    content = next(SEEDS.glob("000*")).read_bytes()
    for number in range(60):
        (tmp_path / f"{number}.txt").write_bytes(content + str(number).encode())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GONGKAI_LANG": "en"}
    command = [sys.executable, "-c", PROGRAM, "check", str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while _workers(process.pid) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (-signal.SIGTERM, b"")
