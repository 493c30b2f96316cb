"""Files that change or go between being listed and being read, and those that the disk gives no bytes of."""

from __future__ import annotations

import builtins
import errno
import os
from pathlib import Path
from typing import Any

import pytest

from pipelines.engine.extracted_tables import extract_batch
from pipelines.engine.stored_tables import FileTask
from pipelines.messages import retold
from pipelines.raw.inventory import Location, read_inventory
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.releases.layout import Layout
from pipelines.warehouse.extraction import ends_of, extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from tests.projects import make_project


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = make_project(tmp_path)
    refresh_inventory(layout)
    return layout


def test_a_file_that_changes_while_it_is_read_is_read_by_the_next_run(layout: Layout) -> None:
    victim = next((layout.raw / "2020").glob("000*"))
    victim.write_bytes(victim.read_bytes() + b"\n")
    assert extract_new(layout, workers=1).outcomes == {"parsed": 4, "quarantined": 1}
    assert ("quarantined", "changed_during_run") in ends_of(layout).values()
    refresh_inventory(layout)
    assert extract_new(layout, workers=1).outcomes == {"parsed": 5}


def test_a_file_that_cannot_be_opened_is_tried_in_every_run(layout: Layout, tmp_path: Path) -> None:
    victim = next((layout.raw / "2020").glob("000*"))
    victim.rename(tmp_path / "away")
    for _ in range(2):
        assert extract_new(layout, workers=1).outcomes == {"parsed": 4, "quarantined": 1}
        assert ("quarantined", "unreadable") in ends_of(layout).values()
    (tmp_path / "away").rename(victim)
    found = extract_new(layout, workers=1)
    assert (found.again, found.outcomes) == (1, {"parsed": 5})


def test_a_file_that_the_disk_cannot_read_costs_itself_alone(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.open

    def broken(path: Any, *arguments: Any, **named: Any) -> Any:
        if isinstance(path, bytes) and b"/000" in path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return whole(path, *arguments, **named)

    tasks = [FileTask(str(each.file_sha256), each.path) for each in read_inventory(layout.inventory)]
    monkeypatch.setattr(builtins, "open", broken)
    ends = extract_batch(tasks, DEFAULT_LIMITS)["documents"].select(["outcome", "reason", "detail"]).to_pylist()
    assert [(each["outcome"], each["reason"]) for each in ends].count(("parsed", None)) == 4
    (told,) = [each["detail"] for each in ends if each["reason"] == "unreadable"]
    assert retold(told) == "Input/output error: check the file and its permissions"
    layout.inventory.unlink()
    refused = [each for each in read_inventory_anew(layout) if each.reason]
    assert [(each.reason, each.detail) for each in refused] == [("unreadable", told)]


def read_inventory_anew(layout: Layout) -> list[Location]:
    refresh_inventory(layout)
    return read_inventory(layout.inventory)
