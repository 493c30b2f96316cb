"""The release of the five seeds, built once for all tests that only read it, whichever process they run in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.locking import hold
from pipelines.releases.layout import Layout
from pipelines.releases.open_release import connect
from tests.projects import build_release, make_project

_BUILD_SECONDS = 240


@pytest.fixture(scope="session")
def seed_layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return the project of the five seeds with its release."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    layout = Layout(shared / "seeds")
    with hold(shared / "seeds.lock", "the seeds", "a test", wait_seconds=_BUILD_SECONDS):
        if not layout.current.exists():
            build_release(make_project(layout.root))
    return layout


@pytest.fixture(scope="session")
def seed_release(seed_layout: Layout) -> Path:
    """Return the release of the five seeds."""
    return seed_layout.current.resolve()


@pytest.fixture
def database(seed_release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a locked-down connection to the release of the five seeds."""
    with connect(seed_release) as connection:
        yield connection
