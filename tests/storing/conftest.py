"""A server for the tests of this folder, places in it for each, and such that the release of the seeds lies in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from benchmarks.object_server import BUCKET, address, environment, served
from pipelines.releases.stored import OBJECTS, POINTER, RELEASES
from pipelines.storing import Storage, open_storage
from pipelines.warehouse.publication import publish_to

FOLDER, S3 = "folder", "s3"
Published = Callable[[str], str]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Return where the server of this process is."""
    with served() as found:
        yield found


@pytest.fixture(params=[FOLDER, S3])
def storage(request: pytest.FixtureRequest, tmp_path: Path, endpoint: str) -> Iterator[Storage]:
    """Return a storage of either kind that nothing was put into."""
    with environment(endpoint):
        yield open_storage(str(tmp_path / "storage") if request.param == FOLDER else address())


@pytest.fixture(scope="session")
def published(seed_release: Path, endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return where the release of the seeds was published to once, by the kind of storage."""
    found: dict[str, str] = {}

    def at(kind: str) -> str:
        if kind not in found:
            place = str(tmp_path_factory.mktemp("published") / "storage") if kind == FOLDER else address()
            with environment(endpoint):
                publish_to(open_storage(place), seed_release)
            found[kind] = place
        return found[kind]

    return at


def _unchanged(place: str, endpoint: str) -> Iterator[Storage]:
    with environment(endpoint):
        storage = open_storage(place)
        before = _content(storage)
        yield storage
        assert _content(storage) == before, "a test that writes to a release copies it (`own_published`)"


def _content(storage: Storage) -> list[object]:
    return [*storage.entries(OBJECTS), *storage.entries(RELEASES), storage.read(POINTER)]


@pytest.fixture(params=[FOLDER, S3])
def read_published(request: pytest.FixtureRequest, published: Published, endpoint: str) -> Iterator[Storage]:
    """Return a storage of either kind with the release of the seeds, for tests that read it."""
    yield from _unchanged(published(request.param), endpoint)


@pytest.fixture
def far_published(published: Published, endpoint: str) -> Iterator[Storage]:
    """Return such a storage on the server."""
    yield from _unchanged(published(S3), endpoint)


@pytest.fixture(params=[FOLDER, S3])
def own_published(
    request: pytest.FixtureRequest, published: Published, tmp_path: Path, endpoint: str
) -> Iterator[Storage]:
    """Return a storage of either kind with a copy of the release; the views of an object store name the original."""
    with environment(endpoint):
        yield copied(published(request.param), tmp_path)


@pytest.fixture
def own_far_published(published: Published, tmp_path: Path, endpoint: str) -> Iterator[Storage]:
    """Return such a storage on the server."""
    with environment(endpoint):
        yield copied(published(S3), tmp_path)


def copied(place: str, folder: Path) -> Storage:
    """Return a storage with a copy of all that lies in another; on the server without a request."""
    if not place.startswith("s3://"):
        return open_storage(str(shutil.copytree(place, folder / "storage")))
    target, backend = address(), s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    begin, end = (f"{name.removeprefix(f's3://{BUCKET}/')}/" for name in (place, target))
    for key in [key for _, key in backend.get_bucket(BUCKET).keys.items() if key.name.startswith(begin)]:
        backend.copy_object(key, BUCKET, end + key.name.removeprefix(begin))
    return open_storage(target)
