"""Trying faults: a run that left anything other than it should is noticed, and the figures add up."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import faults
from benchmarks.fault_points import FAULTS, Point, third_of_lines
from benchmarks.mutating_calls import Call
from benchmarks.small_run import Golden, golden_of, wrong_after, wrong_before
from pipelines.durable import swap_link
from pipelines.releases.layout import Layout
from pipelines.releases.read_only import remove
from tests.projects import ROOT, copy_project

HOOKED = """
import errno, json, os, sys
from pathlib import Path
from benchmarks.mutating_calls import Watch, install, raising
install()
root = Path(sys.argv[1])
def change():
    (root / "made").mkdir()
    (root / "made" / "a.part").write_text("a")
    (root / "made" / "a.part").rename(root / "a")
    os.symlink("a", root / "link")
    os.chmod(root / "a", 0o444)
    os.unlink(root / "link")
    (root / "a").read_text()
    (root.parent / "beside").write_text("not below the root")
with Watch(root).on() as seen:
    change()
codes = []
for place in range(len(seen.calls)):
    os.system(f"rm -rf {root}/*")
    try:
        with Watch(root, raising("EIO", place)).on():
            change()
    except OSError as error:
        codes.append(error.errno)
print(json.dumps([[call.event for call in seen.calls], codes]))
"""


def test_calls_that_change_files_below_a_root_are_seen_and_can_be_answered_with_an_error(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", HOOKED, str(root)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    events, codes = json.loads(done.stdout)
    assert events == ["os.mkdir", "open", "os.rename", "os.symlink", "os.chmod", "os.remove"]
    assert codes == [errno.EIO] * len(events)


@pytest.fixture
def project(seed_layout: Layout, tmp_path: Path) -> Layout:
    return copy_project(seed_layout, tmp_path / "own")


def test_whatever_a_run_leaves_otherwise_is_told(project: Layout) -> None:
    golden = golden_of(project)
    assert wrong_after(project, golden)[0].startswith("there is still to do: ")  # no run noted what it was of
    (project.star / ".cell.part").touch()
    (project.star / "dim_year.parquet").unlink()
    told = wrong_after(project, Golden("another", golden.tree))
    assert told[0].startswith("content ") and told[1:3] == [
        "left over: work/star/.cell.part",
        "lacking: work/star/dim_year.parquet",
    ]


def test_a_release_before_that_is_harmed_is_told(project: Layout) -> None:
    golden, release = golden_of(project), project.current.resolve()
    assert wrong_before(project, release.name, golden) == []
    assert wrong_before(project, None, Golden("another", ())) != []
    remove(release / "parquet")
    assert "parquet/dim_year.parquet is missing" in " ".join(wrong_before(project, release.name, golden))
    swap_link(project.current, "releases/gone")
    assert wrong_before(project, None, golden) != []


def test_thirds_try_every_line_once() -> None:
    points = [
        (Point("first", step, place), Call("open", f"{place}", f"{step}.py:{place % 4}"))
        for step in ("read", "build")
        for place in range(20)
    ]
    thirds = [third_of_lines(points, third) for third in range(3)]
    sites = dict(points)
    assert len({(sites[point].event, sites[point].site) for third in thirds for point in third}) == 8
    assert sum(map(len, thirds)) == 8 and all(thirds)


@pytest.mark.parametrize(("wrong", "missing", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1)])
def test_a_point_that_is_wrong_or_was_not_tried_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: int, missing: int, code: int
) -> None:
    def tried(_: int) -> Iterator[dict[str, Any]]:
        yield {"calls": 3, "lines": 2, "chosen": 3}
        for number in range(3 * len(FAULTS) - missing):
            place = {"state": "first", "step": "read", "place": number, "event": "open", "path": "a", "site": "b.py:1"}
            told = ["left over: a"] if number < wrong else []
            yield {**place, "fault": FAULTS[number % len(FAULTS)], "ended": "", "wrong": told, "is_known": False}

    monkeypatch.setattr(faults, "tried_points", tried)
    assert faults.main() == code
    printed = capsys.readouterr().out
    assert f"{12 - missing - wrong} of {12 - missing} equal to golden" in printed
    assert ("wrong: first read 0 open a (b.py:1) stop: left over: a" in printed) == bool(wrong)
