"""A whole run, with Dagster and everything that it starts, takes less than 2 GB."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.projects import ROOT, make_project

GIB = 1 << 30
CASES = ROOT / "tests" / "golden" / "cases"


def held(pid: int) -> int:
    """Return the bytes that a process holds with all that it started; what several share is counted once."""
    size = 0
    with suppress(FileNotFoundError, ProcessLookupError):
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
        size = sum(int(line.split()[1]) << 10 for line in rolled.splitlines() if line.startswith("Pss:"))
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            size += held(int(child))
    return size


@pytest.mark.skipif(sys.platform != "linux", reason="what processes hold is asked of Linux")
def test_a_whole_run_takes_less_than_two_gigabytes(tmp_path: Path) -> None:
    layout = make_project(tmp_path / "project")
    for path in CASES.rglob("*"):
        if path.is_file():
            shutil.copy(path, layout.raw / "2020" / f"case-{path.name}")
    environment = {**os.environ, "GONGKAI_ROOT": str(layout.root), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-c", "from pipelines.cli import app; app()", "run"]
    most = 0
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as run:
        while run.poll() is None:
            most = max(most, held(run.pid))
            time.sleep(0.1)
        told = run.stderr.read().decode() if run.stderr else ""
    assert run.returncode in (0, 3), told
    assert layout.current.exists()
    print(f"at most {most / GIB:.2f} GiB")
    assert 0.1 * GIB < most < 2 * GIB
