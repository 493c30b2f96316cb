"""Removing older releases, disturbed at each of its calls: the next time all that has to go is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.projects import ROOT

# Releases of a few columns, the oldest of which have to go; one call of the removal, or of the next one, is disturbed.
EACH_CALL = """
import json, shutil, subprocess, sys
from datetime import timedelta
from pathlib import Path
from benchmarks import mutating_calls
from pipelines.releases.layout import Layout
from pipelines.releases.verified import faults
from pipelines.warehouse import pruning
from pipelines.warehouse.release import publish
from tests.warehouse.handmade_releases import release, town

class Stop(BaseException):
    pass

def stop_at(place):
    def at(index, _):
        if index >= place:  # nothing is changed any more
            raise Stop
    return at

def prune(layout):
    pruning.prune(layout, layout.current.resolve())

def tree(layout):
    return [f"{p.relative_to(layout.releases)} {p.stat().st_mode:o}" for p in sorted(layout.releases.rglob("*"))]

folder = Path(sys.argv[1])
made = Layout(folder / "made")
for number in range(8):
    release(made.candidate, [town(1)], content=f"{number:012x}{0:052x}")
    publish(made)
mutating_calls.install()
pruning.GRACE = timedelta(days=-1)
copy = lambda name: (subprocess.run(["cp", "-a", made.root, folder / name], check=True), Layout(folder / name))[1]
undisturbed = copy("undisturbed")
with mutating_calls.Watch(undisturbed.root).on() as watch:
    prune(undisturbed)
golden, told = tree(undisturbed), []
for place in range(len(watch.calls)):
    for name in ("stop", *mutating_calls.ERRORS):
        layout = copy(f"{place}-{name}")
        at = stop_at(place) if name == "stop" else mutating_calls.raising(name, place)
        try:
            with mutating_calls.Watch(layout.root, at).on():
                prune(layout)
        except (OSError, Stop):
            pass
        wrong = [str(fault) for fault in faults(layout.current.resolve())]
        prune(layout)
        if wrong or tree(layout) != golden:
            told.append([place, name, watch.calls[place], wrong, sorted({*tree(layout)} ^ {*golden})[:5]])
        pruning.remove(layout.root)
print(json.dumps([len(watch.calls), len(golden), told]))
"""


def test_a_removal_that_is_disturbed_at_any_call_is_made_up_for(tmp_path: Path) -> None:
    words = [sys.executable, "-c", EACH_CALL, str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    calls, left, wrong = json.loads(done.stdout)
    assert calls > 20 and left > 20
    assert wrong == []
