"""The small projects that runs with faults begin with, made once for all tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.projects import ROOT

# In a process of its own: it changes how it reads files.
_MAKING = """
import sys
from pathlib import Path
from benchmarks.small_run import STATES, begun, in_this_process
in_this_process()
for state in STATES:
    begun(Path(sys.argv[1]), state)
"""


@pytest.fixture(scope="session")
def small_projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the projects that small runs begin with, of each state one, for copies alone."""

    def make(folder: Path) -> None:
        subprocess.run([sys.executable, "-c", _MAKING, str(folder)], cwd=ROOT, check=True)

    return made_once(tmp_path_factory, "small", make)
