"""Bits that flip on a disk, files that are cut or gone: below data/warehouse, between two runs.

A file of each kind is tried; `python -m benchmarks.bit_rot --every` tries them all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.projects import ROOT

LEAST_KINDS = 25
TRIED = """
import json, sys
from pathlib import Path
from benchmarks import bit_rot, small_run

small_run.in_this_process()
for each in bit_rot.sampled(Path(sys.argv[1]), seed=int(sys.argv[2])):
    print(json.dumps(each._asdict()))
"""
HEALED = """
import json, sys
from pathlib import Path
from benchmarks import bit_rot, small_run
from pipelines.releases.layout import current_release
from pipelines.releases.verified import faults

small_run.in_this_process()
layout = small_run.make_project(Path(sys.argv[1]), small_run.FIRST)
small_run.run_steps(layout)
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


def _run(code: str, *words: str) -> list[dict[str, Any]]:
    """Run a program by itself (it changes how a process reads files); return what its lines are."""
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_damage_to_any_kind_of_file_publishes_nothing_else_and_the_next_run_heals_it(tmp_path: Path) -> None:
    tried = _run(TRIED, str(tmp_path), "1")
    assert [each for each in tried if each["outcome"] not in ("equal", "told, then equal")] == []
    assert len({str(name) for each in tried for name in each["files"]}) >= LEAST_KINDS


def test_a_plain_run_heals_the_current_release_and_shares_no_damaged_file(tmp_path: Path) -> None:
    (told,) = _run(HEALED, str(tmp_path / "own"))
    assert told == {
        **{"causes": ["release_damaged"], "is_new": True, "is_equal": True, "shared": [False, False]},
        **{"first": ["releases.file_other"], "second": [], "left": []},
    }
