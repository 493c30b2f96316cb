"""Files that change or go between the moment they are listed and the moment they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

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
