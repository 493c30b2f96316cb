"""A scheduler and nodes as processes of their own, started anew as a service manager does; and nodes that fail.

A process with the arguments ADDRESS NAME SCRATCH FAULT MARK is a node with a fault (`FAULTS`), which it has once: the
file MARK tells that it had it. Where they are forked is the `nursery`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipelines.engine import shared_batches
from pipelines.engine.pool import extract_files
from pipelines.spreading.node import run_node
from pipelines.spreading.place import Place
from pipelines.storing import StorageError
from pipelines.storing.folder import FolderStorage
from pipelines.warehouse import shard_reading
from pipelines.warehouse.shard_reading import ReadingShard, ShardRead, code_of_nodes
from tests.spreading.nursery import Nursery, Started, say

_READY_SECONDS, _LEFT_SECONDS = 60.0, 10.0
# What is replaced in it no type can say.
_READING: Any = shard_reading


def free_address() -> str:
    """Return an address of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


class Service:
    """A process that is started again whenever it ends, until it is stopped."""

    def __init__(self, nursery: Nursery, log: Path, *arguments: str) -> None:
        self.log, self._nursery, self._arguments = log, nursery, arguments
        self.sessions: list[int] = []
        self._is_wanted = True
        self.process = self._start()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    @property
    def starts(self) -> int:
        """Return how often it was started."""
        return len(self.sessions)

    def _start(self) -> Started:
        self.log.touch()
        self._ready_before = self.said("ready")
        started = self._nursery.start(self.log, *self._arguments)
        self.sessions.append(started.pid)
        return started

    def _keep(self) -> None:
        while True:
            self._code = self.process.wait()
            if not self._is_wanted:
                return
            self.process = self._start()

    def wait_until(self, words: str, starts: int = 1) -> None:
        """Wait until it has said something so often."""
        deadline = time.monotonic() + _READY_SECONDS
        while self.said(words) < starts:
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")
            time.sleep(0.05)

    def said(self, words: str) -> int:
        """Return how often it said something."""
        return self.log.read_text(encoding="utf-8").count(words)

    def send(self, number: int) -> None:
        """Send the process a signal."""
        os.kill(self.process.pid, number)

    def stop(self) -> int:
        """End it in good order and return its exit code."""
        self.wait_until("ready", self._ready_before + 1)
        self._is_wanted = False
        self.send(signal.SIGTERM)
        self._keeper.join()
        return self._code


class ClusterProcesses:
    """A scheduler with nodes of one worker each, in a folder; `address` is the scheduler's."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self._nursery, self.folder, self.address = nursery, folder, free_address()
        self.services: dict[str, Service] = {}

    def schedule(self) -> Service:
        """Start the scheduler."""
        found = self.services["scheduler"] = Service(
            self._nursery, self.folder / "scheduler.log", self.address, "scheduler"
        )
        found.wait_until("ready")
        return found

    def node(self, name: str, fault: str = "none") -> Service:
        """Start a node, with a fault that it has once."""
        arguments = (self.address, name, str(self.scratch(name)), fault, str(self.folder / f"{name}.mark"))
        self.services[name] = Service(self._nursery, self.folder / f"{name}.log", *arguments)
        return self.services[name]

    def scratch(self, name: str) -> Path:
        """Return the scratch folder of a node."""
        return self.folder / f"scratch-{name}"

    def stop(self) -> None:
        """End everything; what was not ended in good order is told."""
        for name in sorted(self.services, key=lambda each: each == "scheduler"):
            assert self.services[name].stop() == 0, self.services[name].log.read_text(encoding="utf-8")

    def left_processes(self) -> list[str]:
        """Return the processes that are left of any start of a service: each was a session of its own.

        Servers of workers end by themselves as soon as they see that nobody wants any, so they are given a moment.
        """
        sessions = {str(session) for service in self.services.values() for session in service.sessions}
        deadline = time.monotonic() + _LEFT_SECONDS
        while left := [line for line in _living() if line.split()[0] in sessions]:
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return left


def _living() -> list[str]:
    """Return the processes of this machine, each after the number of its session."""
    found = subprocess.run(["ps", "-eo", "sid,stat,pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if not line.split()[1].startswith("Z")]


@contextlib.contextmanager
def cluster_in(nursery: Nursery, folder: Path) -> Iterator[ClusterProcesses]:
    """Yield a cluster that is only a scheduler yet, and end it with all of its nodes, none of which leaves anything."""
    processes = ClusterProcesses(nursery, folder)
    processes.schedule()
    try:
        yield processes
    finally:
        processes.stop()
    assert processes.left_processes() == []
    assert [path for path in folder.glob("scratch-*") if path.exists()] == []


def _die(mark: Path) -> None:
    """End this process at once, if it has not before."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def _dies_fetching(mark: Path) -> None:
    fetch = _READING.fetch_contents

    def fetched(*arguments: Any) -> None:
        fetch(*arguments)
        _die(mark)

    _READING.fetch_contents = fetched


def _dies_reading(mark: Path) -> None:
    def some(*arguments: Any, **options: Any) -> Iterator[object]:
        for tables in extract_files(*arguments, **options):
            yield tables
            _die(mark)

    _READING.extract_files = some


def _dies_before_the_manifest(mark: Path) -> None:
    create = FolderStorage.create

    def created(self: FolderStorage, key: str, data: bytes) -> str:
        _die(mark)
        return create(self, key, data)

    FolderStorage.create = created  # type: ignore[method-assign]


def _dies_before_the_receipt(mark: Path) -> None:
    key = _READING._receipt_key

    def named(batches: shared_batches.SharedBatches, shard: str) -> str:
        if any(batches.names()):
            _die(mark)
        return str(key(batches, shard))

    _READING._receipt_key = named


def _waits_reading(mark: Path) -> None:
    """Wait in the middle of reading until the mark is there, so that a test can do something meanwhile."""

    def some(*arguments: Any, **options: Any) -> Iterator[object]:
        for tables in extract_files(*arguments, **options):
            yield tables
            print("in the middle", flush=True)
            while not mark.exists():
                time.sleep(0.05)

    _READING.extract_files = some


def _cannot_store(mark: Path) -> None:
    """Say that the storage does not answer, until the mark is there."""
    read = _READING.fetch_contents

    def fetched(*arguments: Any) -> None:
        if not mark.exists():
            mark.touch()
            raise StorageError("s3://away: no answer: look at the network")
        read(*arguments)

    _READING.fetch_contents = fetched


def _dies_of(digest: str) -> None:
    """End the node with every shard that has a certain file."""
    read = _READING.read_shard

    def dying(shard: ReadingShard) -> ShardRead:
        if any(file.file_sha256 == digest for file in shard.files):
            os.kill(os.getpid(), signal.SIGKILL)
        return ShardRead(*read(shard))

    dying.__qualname__, dying.__module__ = read.__qualname__, read.__module__
    _READING.read_shard = dying


FAULTS: dict[str, Callable[[Path], None]] = {
    "none": lambda _: None,
    "dies fetching": _dies_fetching,
    "dies reading": _dies_reading,
    "dies before the manifest": _dies_before_the_manifest,
    "dies before the receipt": _dies_before_the_receipt,
    "waits": _waits_reading,
    "cannot store": _cannot_store,
}


def be_node(address: str, name: str, scratch: str, fault: str, mark: str) -> None:
    """Be a node until told to end."""
    code = code_of_nodes()
    if fault == "other code":
        code = "0" * 16
    elif fault.startswith("dies of "):
        _dies_of(fault.removeprefix("dies of "))
    else:
        FAULTS[fault](Path(mark))
    run_node(address, Place(Path(scratch), name, 1), code, told=say)
