"""A server for the tests of this folder, and a place in it for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.object_server import address, environment, served
from pipelines.storing import Storage, open_storage


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Return where the server of this process is."""
    with served() as found:
        yield found


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, endpoint: str) -> Iterator[Storage]:
    """Return a storage of either kind that nothing was put into."""
    with environment(endpoint):
        yield open_storage(str(tmp_path / "storage") if request.param == "folder" else address())
