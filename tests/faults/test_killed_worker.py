"""Processes that read are killed in the middle of a run: every file is read all the same, or says why not."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pipelines.releases.layout import Layout
from pipelines.releases.manifest import read_manifest
from pipelines.warehouse.dimensions import years
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.release import build_candidate, publish
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import build_all
from tests.projects import LAST_YEAR, SEEDS, make_project

FILES, KILLS = 120, 4


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    except FileNotFoundError:
        return []


def readers() -> list[int]:
    """Return the processes that read: what the server has forked that this process started."""
    return [pid for child in children(os.getpid()) for pid in children(child)]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = make_project(tmp_path, seeds=False)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    for number in range(FILES):
        name = layout.raw / "2020" / f"{number:03}.txt"
        name.write_text(f"{texts[number % len(texts)]}\n{number}\n", encoding="utf-8")
    refresh_inventory(layout)
    return layout


def test_readers_that_are_killed_cost_no_file(layout: Layout) -> None:
    before = set(readers())
    killed: list[int] = []
    ended = threading.Event()

    def kill() -> None:
        while not ended.is_set() and len(killed) < KILLS:
            for pid in set(readers()) - before:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
            time.sleep(0.2)

    killer = threading.Thread(target=kill)
    killer.start()
    found = extract_new(layout, workers=2)
    ended.set()
    killer.join()
    assert len(killed) > 1
    assert (found.files, found.outcomes) == (FILES, {"parsed": FILES})
    build_all(RunInputs(layout, LAST_YEAR), years(LAST_YEAR))
    build_candidate(layout)
    assert read_manifest(publish(layout).path)["tables"]["dim_report"]["rows"] == FILES
