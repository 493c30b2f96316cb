"""A PostgreSQL server of one's own: Debian's binaries, a folder and a socket that go when it is no longer needed.

Belongs here: starting and stopping it. Keep out: what is measured (`ledger`), fixtures (`tests.postgres`).
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

import psycopg2

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


class Server:
    """A server in a folder of its own, reached by a socket there. It refuses to run as root: another user runs it."""

    def __init__(self, folder: Path, *, settings: tuple[str, ...] = (), data: Path | None = None) -> None:
        self.folder = folder
        self._data = (data or folder) / "data"
        self._settings = settings
        self._numbers = itertools.count(1)
        self._user = self._unprivileged()
        self._data.mkdir(parents=True)
        if self._user is not None:
            shutil.chown(folder, self._user)
            shutil.chown(self._data, self._user)
        words = ["-D", str(self._data), "-U", "owner", "--auth=trust", "--no-sync", "-E", "UTF8"]
        self._data.chmod(0o700)
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
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = [f"-c {setting}" for setting in (*self._settings, "listen_addresses=''")]
        options.append(f"-k {self.folder}")
        words = ["-D", str(self._data), "-o", " ".join(options), "-l", str(self.folder / "log"), "-w"]
        self._run("pg_ctl", "start", *words)

    def stop(self, how: str = "immediate") -> None:
        """Stop it: `immediate` as in a power cut, `fast` in good order, cutting connections both times."""
        self._run("pg_ctl", "stop", "-D", str(self._data), "-m", how, "-w")

    def is_running(self) -> bool:
        """Tell whether it was started and not stopped."""
        return (self._data / "postmaster.pid").exists()

    def address(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://owner@/{database}?host={self.folder}"

    def create(self) -> str:
        """Create an empty database and return its address."""
        name = f"test{next(self._numbers)}_{time.monotonic_ns() % 1_000_000}"
        self.run_sql("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def run_sql(self, database: str, statement: str) -> None:
        """Run a statement in a database."""
        with contextlib.closing(psycopg2.connect(self.address(database))) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)


@contextlib.contextmanager
def server(*, settings: tuple[str, ...] = (), folder: Path | None = None) -> Iterator[Server]:
    """Run a server with PostgreSQL's own settings and these, its data in a folder that another user can enter.

    Raises FileNotFoundError where none is installed.
    """
    if not BINARIES:
        raise FileNotFoundError("no PostgreSQL server below /usr/lib/postgresql: apt-get install postgresql")
    # The name of a socket must be short, wherever other temporary files are.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as place:
        started = Server(Path(place), settings=settings, data=folder)
        started.start()
        try:
            yield started
        finally:
            if started.is_running():
                started.stop()
