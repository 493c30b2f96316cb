"""A project of its own for the explorer: its database is opened with other settings than that of the other tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.exploring.connection import Database
from pipelines.releases.layout import Layout, current_release


@pytest.fixture(scope="session")
def explored(seed_layout: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a copy of the project of the five seeds."""
    root = tmp_path_factory.mktemp("explored") / "project"
    shutil.copytree(seed_layout.root, root, symlinks=True)
    return Layout(root)


@pytest.fixture(scope="session")
def seeds(explored: Layout) -> Iterator[Database]:
    """Return the explorer's connection to the release of the five seeds."""
    database = Database(current_release(explored))
    yield database
    database.close()


@pytest.fixture
def at_home(explored: Layout, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the pages find the project."""
    monkeypatch.setenv("GONGKAI_ROOT", str(explored.root))
    monkeypatch.setenv("GONGKAI_EXPLORE_SQL", "1")
    return explored.root
