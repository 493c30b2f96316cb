"""Forks the processes of clusters, so that what all of them import is imported once in a run of the tests.

`python -m tests.spreading.nursery LISTENER`: who connects to the listening socket of that number and sends a line with
a log and arguments is told the number of the process that has them, and once it ended its exit code. Each process is a
session of its own, and a node makes a copy of itself the server of its workers: `gongkai node` itself, which starts
one, is tested with certificates (test_tls). Belongs here: how they start. Keep out: nodes (`cluster_processes`).
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipelines.engine.processes import OF_KINDS, serve_from_here

_ROOT = Path(__file__).resolve().parents[2]
# What has no threads yet, as polars would have.
_IMPORTED = ("pipelines.engine.preloaded", *OF_KINDS, "pyarrow.compute", "pyarrow.parquet", "pipelines.spreading.node")
_END_SECONDS = 30.0


class Started(NamedTuple):
    """A process that was forked for whoever holds the connection."""

    pid: int
    connection: socket.socket

    def wait(self) -> int:
        """Return its exit code, once it ended."""
        with self.connection, self.connection.makefile() as told:
            return int(told.readline())


class Nursery(NamedTuple):
    """Where processes are asked for."""

    address: bytes

    def start(self, log: Path, *arguments: str) -> Started:
        """Start a process with arguments of `cluster_processes`."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.address)
        connection.sendall(json.dumps([str(log), *arguments]).encode() + b"\n")
        pid = b""
        while not pid.endswith(b"\n"):
            found = connection.recv(1)
            assert found, "the nursery ended"
            pid += found
        return Started(int(pid), connection)


@contextlib.contextmanager
def nursery() -> Iterator[Nursery]:
    """Yield a nursery; it ends with this process at the latest."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("")  # the system finds a name
        listener.listen()
        number = listener.fileno()
        command = [sys.executable, "-m", __name__, str(number)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number], cwd=_ROOT) as process:
            try:
                yield Nursery(listener.getsockname())
            finally:
                process.communicate(timeout=_END_SECONDS)
    assert process.returncode == 0


def main(number: int) -> None:
    """Fork until whoever started this is gone; returns in each process that was forked, too, once it is done."""
    for name in _IMPORTED:
        importlib.import_module(name)
    with socket.socket(fileno=number) as listener:
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                log, *arguments = json.loads(connection.makefile().readline())
                if (process := os.fork()) == 0:
                    listener.close()
                    connection.close()
                    _be(log, *arguments)
                    return
                connection.sendall(f"{process}\n".encode())
                connection.sendall(f"{os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])}\n".encode())
                os._exit(0)
            connection.close()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _be(log: str, *arguments: str) -> None:
    os.setsid()
    with Path(log).open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    address, name, *rest = arguments
    if name == "scheduler":
        importlib.import_module("pipelines.spreading.node").run_scheduler(address, told=say)
    else:
        assert serve_from_here()
        importlib.import_module("tests.spreading.cluster_processes").be_node(address, name, *rest)


def say(note: str) -> None:
    """Write what is told where tests look for it."""
    print(note, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
