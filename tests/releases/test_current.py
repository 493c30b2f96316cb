"""The link to the current release leads to a release of the warehouse, or that is told, and a run sets it anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.durable import swap_link
from pipelines.releases.layout import Layout, NoRelease, current_release, release_to_read
from pipelines.warehouse.release import build_candidate, publish
from pipelines.warehouse.verifying import Finding, verify
from tests.projects import copy_project


@pytest.fixture
def layout(seed_layout: Layout, tmp_path: Path) -> Layout:
    """Return a project of the seeds, to be changed."""
    return copy_project(seed_layout, tmp_path / "own")


def elsewhere(layout: Layout) -> None:
    other = layout.root / "elsewhere"
    layout.current.resolve().rename(other)
    swap_link(layout.current, str(other))


def above(layout: Layout) -> None:
    swap_link(layout.current, "releases")


def loop(layout: Layout) -> None:
    swap_link(layout.current, layout.current.name)


def file(layout: Layout) -> None:
    layout.current.unlink()
    layout.current.write_text("x", encoding="utf-8")


def link_to_a_file(layout: Layout) -> None:
    (layout.releases / "x").write_text("x", encoding="utf-8")
    swap_link(layout.current, "releases/x")


@pytest.mark.parametrize("damage", [elsewhere, above, loop, file, link_to_a_file])
def test_a_link_astray_is_told_found_and_set_anew(layout: Layout, damage: Callable[[Layout], None]) -> None:
    damage(layout)
    for read in (current_release, release_to_read):
        with pytest.raises(NoRelease, match=r"current: expected a link to a release in .*`gongkai run` points it"):
            read(layout)
    assert Finding("current_link", "current") in list(verify(layout))
    build_candidate(layout)
    published = publish(layout)
    assert current_release(layout) == published.path == release_to_read(layout)
    assert published.is_new == (damage is elsewhere)


def test_the_link_to_the_database_is_set_anew(layout: Layout) -> None:
    swap_link(layout.database, "/dev/null")
    build_candidate(layout)
    assert not publish(layout).is_new
    assert layout.database.resolve() == current_release(layout) / layout.database.name
