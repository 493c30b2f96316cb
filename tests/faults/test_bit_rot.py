"""Bits that flip on a disk, files that are cut or gone: below data/warehouse, between two runs.

All kinds of files are damaged at once, and a third of those that hold values one by one: which third is that of
GONGKAI_FAULTS_THIRD, as for crash points. `make faults` tries a file of each kind, and
`python -m benchmarks.bit_rot --every` tries them all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.projects import ROOT

# All attempts are made before the first test: a processor takes half a minute, the clock may show many times that.
pytestmark = pytest.mark.timeout(1200)
LEAST_KINDS = 25
THIRD = os.environ.get("GONGKAI_FAULTS_THIRD", "0")
TRIED = """
import json, sys
from pathlib import Path
from benchmarks import bit_rot, small_run
from pipelines.releases.layout import current_release
from pipelines.releases.verified import faults

small_run.in_this_process()
trial = bit_rot.Trial(Path(sys.argv[1]), seed=1)
for each in bit_rot.sampled(trial, int(sys.argv[2])):
    print(json.dumps(each._asdict()))
layout = small_run.copy_project(trial.undisturbed, Path(sys.argv[3]) / "healed")
first, before = current_release(layout), bit_rot.published(layout)
name = next(name for name in before[1] if "/cell/year_key=" in name)
bit_rot.damage(first / name, bit_rot.FLIP, 4_000)
causes = small_run.causes_of_run(layout)
small_run.run_steps(layout)
second = current_release(layout)
told = {"causes": causes, "is_new": second != first, "is_equal": bit_rot.published(layout) == before}
shared = [(first / name).samefile(other) for other in (second / name, layout.star / name.removeprefix("parquet/"))]
told |= {"shared": shared}
told |= {"first": [each.what for each in faults(first)], "second": [each.what for each in faults(second)]}
print(json.dumps(told | {"left": small_run.causes_of_run(layout)}))
"""


@pytest.fixture(scope="module")
def told(small_projects: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Run all attempts in a process of their own (it changes how it reads files); return what its lines are."""
    words = [sys.executable, "-c", TRIED, str(small_projects), THIRD, str(tmp_path_factory.mktemp("damaged"))]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_damage_to_any_kind_of_file_publishes_nothing_else_and_the_next_run_heals_it(
    told: list[dict[str, Any]],
) -> None:
    *tried, _ = told
    assert len(tried) > len(("flip", "cut", "delete"))
    assert [each for each in tried if each["outcome"] not in ("equal", "told, then equal")] == []
    assert len({str(name) for each in tried for name in each["files"]}) >= LEAST_KINDS


def test_a_plain_run_heals_the_current_release_and_shares_no_damaged_file(told: list[dict[str, Any]]) -> None:
    *_, healed = told
    assert healed == {
        **{"causes": ["release_damaged"], "is_new": True, "is_equal": True, "shared": [False, False]},
        **{"first": ["releases.file_other"], "second": [], "left": []},
    }
