"""A node of a cluster: one process of the engine that takes shards, and the pool that reads them; no daemon, no nanny.

It is started anew by whatever keeps services running (systemd, Kubernetes), and connects again by itself where the
scheduler was gone. Belongs here: a node and a scheduler, from start to end. Keep out: which shard it gets (`cluster`).
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import dask
from distributed import Scheduler, Worker

from pipelines import said
from pipelines.engine.processes import OF_KINDS, prepare_server
from pipelines.spreading.addresses import checked_address, is_this_machine
from pipelines.spreading.nodes import resource_of, security_of
from pipelines.spreading.place import SHARDS_AT_ONCE, Place, working_at
from pipelines.spreading.spread import Note, first_line

_AGAIN_SECONDS = 2.0
_CONNECT_SECONDS = 10.0
# A node that is silent for so long is taken for dead: its shards go to others.
_SILENT = "60s"
_SETTINGS = {
    "distributed.scheduler.worker-ttl": _SILENT,
    "distributed.scheduler.work-stealing": False,
    "distributed.worker.profile.enabled": False,
    # Both serve pages to whoever asks, without certificates: there are none.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.admin.system-monitor.gil.enabled": False,
}
logging.getLogger("distributed").setLevel(logging.CRITICAL)


def run_node(address: str, place: Place, code: str, *, is_insecure: bool = False, told: Note) -> None:
    """Take shards from the scheduler at an address until told to end (SIGTERM, SIGINT).

    Raises ClusterFailed for an address that must not be used, Locked where another node has the scratch.
    """
    checked = checked_address(address, is_insecure=is_insecure)
    security_of(checked, "worker")
    prepare_server(also=OF_KINDS)
    with working_at(place), dask.config.set(_SETTINGS):
        asyncio.run(_until_told(lambda ended: _work(checked, place, code, ended, told)))


def run_scheduler(address: str, *, is_insecure: bool = False, told: Note) -> None:
    """Be the scheduler at an address until told to end. Raises ClusterFailed for one that must not be used."""
    checked = checked_address(address, is_insecure=is_insecure)
    security_of(checked, "scheduler")
    with dask.config.set(_SETTINGS):
        asyncio.run(_until_told(lambda ended: _schedule(checked, ended, told)))


async def _until_told(work: Callable[[asyncio.Event], Any]) -> None:
    ended = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    await work(ended)


async def _schedule(address: str, ended: asyncio.Event, told: Note) -> None:
    split = urlsplit(address)
    scheduler = Scheduler(
        host=split.hostname,
        port=split.port or 0,
        protocol=split.scheme,
        dashboard=False,
        dashboard_address="127.0.0.1:0",
        security=security_of(address, "scheduler"),
    )
    async with scheduler:
        told(said("spreading.scheduler_ready", address=scheduler.address))
        await ended.wait()


async def _work(address: str, place: Place, code: str, ended: asyncio.Event, told: Note) -> None:
    is_waiting = False
    while not ended.is_set():
        try:
            worker = await _connected(address, place, code)
        except (OSError, TimeoutError, RuntimeError) as error:
            if not is_waiting:
                why = first_line(error) or type(error).__name__
                told(said("spreading.scheduler_awaited_for", address=address, error=why))
                is_waiting = True
            await _either(ended, asyncio.sleep(_AGAIN_SECONDS))
            continue
        is_waiting = False
        told(said("spreading.node_ready", address=address, node=place.name, code=code))
        await _either(ended, worker.finished())  # type: ignore[no-untyped-call]
        await worker.close(nanny=False)
        if not ended.is_set():
            told(said("spreading.scheduler_gone", address=address))


async def _connected(address: str, place: Place, code: str) -> Worker:
    split = urlsplit(address)
    host = "127.0.0.1" if is_this_machine(split.hostname or "") else None
    worker: Worker = await Worker(
        address,
        name=place.name,
        nthreads=SHARDS_AT_ONCE,
        resources={resource_of(code): SHARDS_AT_ONCE},
        host=host,
        protocol=split.scheme,
        local_directory=str(place.scratch),
        memory_limit=0,
        dashboard=False,
        dashboard_address="127.0.0.1:0",
        security=security_of(address, "worker"),
        death_timeout=_CONNECT_SECONDS,
    )
    return worker


async def _either(ended: asyncio.Event, other: Any) -> None:
    tasks = {asyncio.ensure_future(ended.wait()), asyncio.ensure_future(other)}
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
