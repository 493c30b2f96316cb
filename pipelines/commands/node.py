"""`gongkai node`: this machine as a node of a cluster, or as its scheduler. Keep out: what they do (`spreading`)."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

_MOST_NODES = 64


def be_node(
    address: str | None,
    *,
    is_scheduler: bool,
    scratch: Path | None,
    workers: int | None,
    name: str | None,
    insecure: bool,
) -> None:
    """Be a node, or the scheduler, until told to end; where that cannot be, print why and exit."""
    from pipelines.commands.failures import fail
    from pipelines.commands.run_report import console_for_notes
    from pipelines.locking import Locked, NoPlaceForLock
    from pipelines.spreading.spread import CLUSTER_SWITCH, ClusterFailed, is_insecure_allowed

    at = address or os.environ.get(CLUSTER_SWITCH)
    if not at:
        fail(f"no scheduler is named: give tcp://host:8786 or tls://host:8786, or set {CLUSTER_SWITCH}", 2)
    try:
        from pipelines.spreading.node import run_node, run_scheduler
    except ModuleNotFoundError:
        fail("a cluster needs distributed: install it with `make install-cluster`")
    from pipelines.spreading.place import Place
    from pipelines.warehouse.shard_reading import code_of_nodes

    notes = console_for_notes()

    def told(note: str) -> None:
        notes.print(note, markup=False)

    is_insecure = insecure or is_insecure_allowed()
    try:
        if is_scheduler:
            run_scheduler(at, is_insecure=is_insecure, told=told)
            return
        called = name or f"{socket.gethostname()}-{os.getpid()}"
        code = code_of_nodes()
        for folder in _folders(scratch):
            try:
                run_node(at, Place(folder, called, workers), code, is_insecure=is_insecure, told=told)
            except NoPlaceForLock as error:
                fail(str(error))
            except Locked:
                continue  # another node of this machine has it
            return
        fail("this machine has as many nodes as it may have: give each a --scratch of its own")
    except ClusterFailed as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or at}: {error.strerror or error}: check the address and the scratch folder")


def _folders(scratch: Path | None) -> Iterator[Path]:
    """Yield folders of ours, below the one given or that of temporary files: what else is there is never touched."""
    for number in range(_MOST_NODES):
        yield (scratch or Path(tempfile.gettempdir())).absolute() / f"gongkai-node-{number}"
