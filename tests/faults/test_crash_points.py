"""Faults in the place of calls that change files: a third of the lines of ours that make them, and kills of a process.

Which third is that of GONGKAI_FAULTS_THIRD (0, 1 or 2; else 0): three machines try all lines. `make faults` tries every
call.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.fault_points import FAULTS
from benchmarks.small_run import (
    SECOND,
    Golden,
    begun,
    copy_project,
    golden_of,
    run_steps,
    wrong_after,
    wrong_before,
)
from pipelines.releases.layout import Layout
from tests.made_once import made_once
from tests.projects import ROOT

THIRD = os.environ.get("GONGKAI_FAULTS_THIRD", "0")
# A small run has so many such calls, made by so many lines; fewer would mean that the hook no longer sees them.
LEAST_CALLS, LEAST_LINES = 1_000, 35


# The points of a third take a minute of a processor; the clock may show many times that.
@pytest.mark.timeout(1200)
def test_after_a_fault_at_any_line_the_next_run_is_golden(small_projects: Path) -> None:
    words = [sys.executable, "-m", "benchmarks.fault_points", "--once", "--third", THIRD, "--made", str(small_projects)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    seen, *tried = map(json.loads, done.stdout.splitlines())
    print(f"third {THIRD}: {len(tried)} points of {seen['calls']} calls by {seen['lines']} lines")
    assert seen["calls"] >= LEAST_CALLS and seen["lines"] >= LEAST_LINES
    assert len(tried) == len(FAULTS) * seen["chosen"] > 0
    assert [each for each in tried if each["wrong"]] == []


BUILT = """
import sys
from pathlib import Path
from benchmarks.small_run import copy_project, in_this_process, run_steps
from pipelines.releases.layout import Layout
in_this_process()
run_steps(copy_project(Layout(Path(sys.argv[1])), Path(sys.argv[2])), ["look", "read", "build"])
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from benchmarks import mutating_calls, small_run
from pipelines.releases.layout import Layout

def kill(_, call):
    if call.event == sys.argv[2] and call.path.endswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

small_run.in_this_process()
mutating_calls.install()
layout = Layout(Path(sys.argv[1]))
with mutating_calls.Watch(layout.root, kill).on():
    small_run.run_steps(layout)
"""


@pytest.fixture(scope="session")
def built(small_projects: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Golden]:
    """Return a project whose tables are built for the next release, and what a run of it leaves."""
    project, undisturbed = begun(small_projects, SECOND)

    def make(folder: Path) -> None:
        words = [sys.executable, "-c", BUILT, str(project.root), str(folder / "project")]
        subprocess.run(words, cwd=ROOT, check=True)

    return Layout(made_once(tmp_path_factory, "built", make) / "project"), golden_of(undisturbed)


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ("os.link", "work/star/cell/year_key=2020/part-0.parquet"),
        ("os.rename", "work/candidate"),
        ("os.rename", ".current.part"),
    ],
)
def test_a_process_that_is_killed_at_a_call_leaves_what_the_next_run_needs(
    built: tuple[Layout, Golden], tmp_path: Path, event: str, path: str
) -> None:
    layout, golden = built
    killed = copy_project(layout, tmp_path / "killed")
    words = [sys.executable, "-c", KILLED, str(killed.root), event, path]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert wrong_before(killed, layout.current.resolve().name, golden) == []
    run_steps(killed)
    assert wrong_after(killed, golden) == []
