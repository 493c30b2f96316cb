"""A PostgreSQL server of the tests' own: Debian's binaries, a folder and a socket that go with the session.

Without binaries its tests are skipped, unless GONGKAI_REQUIRE_POSTGRES is set, as the checks of a commit set it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.collecting.database import DATABASE_SWITCH

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
# Nothing here outlives the test, so nothing is forced to disk.
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=16MB")


def pytest_configure() -> None:
    """Leave a database alone that whoever runs the tests may have set."""
    os.environ.pop(DATABASE_SWITCH, None)


class Server:
    """A server in a folder of its own, reached by a socket there. It refuses to run as root: another user runs it."""

    def __init__(self, folder: Path, *, settings: tuple[str, ...] = SETTINGS) -> None:
        self.folder = folder
        self._settings = settings
        self._numbers = itertools.count(1)
        self._user = self._unprivileged()
        if self._user is not None:
            shutil.chown(folder, self._user)
        words = ["-D", str(folder / "data"), "-U", "owner", "--auth=trust", "--no-sync", "-E", "UTF8"]
        self._run("initdb", *words, "--locale=C.UTF-8")

    @staticmethod
    def _unprivileged() -> str | None:
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in known else "nobody"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(BINARIES[-1] / program), *words],
            user=self._user,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def start(self) -> None:
        options = [f"-c {setting}" for setting in (*self._settings, "listen_addresses=''")]
        options.append(f"-k {self.folder}")
        words = ["-D", str(self.folder / "data"), "-o", " ".join(options), "-l", str(self.folder / "log"), "-w"]
        self._run("pg_ctl", "start", *words)

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` as in a power cut, `fast` in good order, cutting connections both times."""
        self._run("pg_ctl", "stop", "-D", str(self.folder / "data"), "-m", how, "-w")

    def address(self, database: str) -> str:
        return f"postgresql://owner@/{database}?host={self.folder}"

    def create(self) -> str:
        """Create an empty database and return its address."""
        name = f"test{next(self._numbers)}_{time.monotonic_ns() % 1_000_000}"
        self.run_sql("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def run_sql(self, database: str, statement: str) -> None:
        import psycopg2  # noqa: PLC0415  # an extra

        with contextlib.closing(psycopg2.connect(self.address(database))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)


@contextlib.contextmanager
def server(*, settings: tuple[str, ...] = SETTINGS) -> Iterator[Server]:
    """Run a server; its folder has a short name, as the name of a socket must."""
    if not BINARIES:
        reason = "no PostgreSQL server below /usr/lib/postgresql"
        assert not os.environ.get("GONGKAI_REQUIRE_POSTGRES"), reason
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        started = Server(Path(folder), settings=settings)
        started.start()
        try:
            yield started
        finally:
            if (started.folder / "data" / "postmaster.pid").exists():
                started.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Return the server of this session."""
    with server() as started:
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
