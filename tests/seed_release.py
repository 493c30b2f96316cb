"""The release of the five seeds, built once for all tests that only read it, whichever process they run in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.releases.layout import Layout
from pipelines.releases.open_release import connect
from tests.made_once import made_once
from tests.projects import build_release, make_project


@pytest.fixture(scope="session")
def seed_layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return the project of the five seeds with its release."""
    root = made_once(tmp_path_factory, "seeds", lambda folder: build_release(make_project(folder)))
    return Layout(root)


@pytest.fixture(scope="session")
def seed_release(seed_layout: Layout) -> Path:
    """Return the release of the five seeds."""
    return seed_layout.current.resolve()


@pytest.fixture
def database(seed_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a locked-down connection to the release of the five seeds."""
    with connect(seed_release) as connection:
        yield connection
