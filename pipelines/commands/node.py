"""`gongkai node`: this machine as a node of a cluster, or as its scheduler. Keep out: what they do (`spreading`)."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

_MOST_NODES = 64


def node(
    address: Annotated[
        str | None,
        typer.Argument(
            help="调度器地址 tcp:// 或 tls://；默认为 GONGKAI_CLUSTER。The scheduler; by default GONGKAI_CLUSTER."
        ),
    ] = None,
    scheduler: Annotated[
        bool, typer.Option("--scheduler", help="在该地址运行调度器本身。Be the scheduler at this address.")
    ] = False,
    scratch: Annotated[
        Path | None,
        typer.Option(
            "--scratch",
            help="在此目录下暂存文件，约需 1.5 GB。Folder to keep files in for the moment; takes some 1.5 GB.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="读取进程数；默认为处理器数。Processes that read.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="节点名。Name of the node.")] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="封闭网络中允许不加密的 tcp://。Allow tcp:// in a closed network.")
    ] = False,
) -> None:
    """为其他机器的运行读取报告。Read reports for the runs of other machines, as a node of a cluster."""
    _be_node(address, is_scheduler=scheduler, scratch=scratch, workers=workers, name=name, insecure=insecure)


def _be_node(
    address: str | None,
    *,
    is_scheduler: bool,
    scratch: Path | None,
    workers: int | None,
    name: str | None,
    insecure: bool,
) -> None:
    """Be a node, or the scheduler, until told to end; where that cannot be, print why and exit."""
    from pipelines.commands.failures import fail, fail_with
    from pipelines.commands.terminal import console_for_notes, line
    from pipelines.locking import Locked, NoPlaceForLock
    from pipelines.spreading.spread import CLUSTER_SWITCH, ClusterFailed, is_insecure_allowed

    at = address or os.environ.get(CLUSTER_SWITCH)
    if not at:
        fail_with("commands.no_scheduler", exit_code=2, switch=CLUSTER_SWITCH)
    try:
        from pipelines.spreading.node import run_node, run_scheduler
    except ModuleNotFoundError:
        fail_with("commands.cluster_not_installed")
    from pipelines.spreading.place import Place
    from pipelines.warehouse.shard_reading import code_of_nodes

    notes = console_for_notes()

    def told(note: str) -> None:
        notes.print(line(note))

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
        fail_with("commands.too_many_nodes")
    except ClusterFailed as error:
        fail(str(error))
    except OSError as error:
        fail_with("commands.cannot_be_node", file=error.filename or at, error=error.strerror or error)


def _folders(scratch: Path | None) -> Iterator[Path]:
    """Yield folders of ours, below the one given or that of temporary files: what else is there is never touched."""
    for number in range(_MOST_NODES):
        yield (scratch or Path(tempfile.gettempdir())).absolute() / f"gongkai-node-{number}"
