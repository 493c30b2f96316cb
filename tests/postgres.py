"""Fixtures of a PostgreSQL server of the tests' own.

Without binaries their tests are skipped, unless GONGKAI_REQUIRE_POSTGRES is set, as the checks of a commit set it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from benchmarks.postgres_server import BINARIES, Server, server
from pipelines.collecting.database import DATABASE_SWITCH

# Nothing here outlives the test, so nothing is forced to disk.
UNFORCED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=16MB")


def pytest_configure() -> None:
    """Leave a database alone that whoever runs the tests may have set."""
    os.environ.pop(DATABASE_SWITCH, None)


@pytest.fixture(scope="session")
def postgres_installed() -> None:
    """Skip a test where there is no server to start."""
    if not BINARIES:
        reason = "no PostgreSQL server below /usr/lib/postgresql"
        assert not os.environ.get("GONGKAI_REQUIRE_POSTGRES"), reason
        pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres(postgres_installed: None) -> Iterator[Server]:  # noqa: ARG001  # it skips
    """Return the server of this session."""
    with server(settings=UNFORCED) as started:
        yield started


@pytest.fixture
def own_postgres(postgres_installed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:  # noqa: ARG001  # it skips
    """Have the ledger and the locks in a server of this test alone, which it may stop: what counts is on disk."""
    with server(settings=("max_connections=30",)) as started:
        monkeypatch.setenv(DATABASE_SWITCH, started.address("postgres"))
        yield started


@pytest.fixture
def postgres_database(postgres: Server) -> str:
    """Return the address of a database without a ledger: the one of the session, made empty."""
    postgres.run_sql("postgres", "DROP SCHEMA IF EXISTS gongkai CASCADE")
    return postgres.address("postgres")


@pytest.fixture
def in_postgres(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have the ledger and the locks in an empty database; return its address."""
    monkeypatch.setenv(DATABASE_SWITCH, postgres_database)
    return postgres_database


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> str:
    """Run a test twice: with the ledger in a file, and in an empty database."""
    if request.param == "postgres":
        request.getfixturevalue("in_postgres")
    return str(request.param)
