"""The engine's side of a cluster (`distributed`): the connection to its scheduler, the nodes that have our code.

Belongs here: what is asked of the engine, and what its answers mean. Keep out: who gets which shard (`cluster`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import distributed
from distributed.client import FutureCancelledError
from distributed.security import Security

from pipelines import said
from pipelines.spreading.spread import ClusterFailed, Note

# How often nodes are looked at.
LOOK_SECONDS = 1.0
# So long a scheduler may be gone, and so long no node may be there that has our code, before the run gives up.
PATIENCE_SECONDS = 600.0
_CONNECT_SECONDS = 10.0
# A result is some hundred bytes; where it is not here within this, its node died after it was done.
_RESULT_SECONDS = 5.0
_RESOURCE = "gongkai-"
# The engine's words for a client that is connected, and for a shard that raised something.
_CONNECTED, _FAILED = "running", "error"
# What it says of lost connections is told here in words of ours.
logging.getLogger("distributed").setLevel(logging.CRITICAL)


def resource_of(code: str) -> str:
    """Return the resource by which nodes that have this code announce themselves to the engine."""
    return f"{_RESOURCE}{code}"


def security_of(address: str, role: str) -> Security:
    """Return the certificates that the engine's settings name for a role: scheduler, worker or client.

    Raises ClusterFailed for a tls:// address where they name none: the engine would wait for ever, or break.
    """
    security = Security()  # type: ignore[no-untyped-call]
    needed = {"CA_FILE": "ca_file", f"{role.upper()}__CERT": f"{role}_cert", f"{role.upper()}__KEY": f"{role}_key"}
    lacking = [name for name, field in needed.items() if not getattr(security, f"tls_{field}")]
    if address.startswith("tls:") and lacking:
        names = ", ".join(f"DASK_DISTRIBUTED__COMM__TLS__{name}" for name in lacking)
        raise ClusterFailed.of("spreading.no_certificates", address=address, names=names)
    return security


class Nodes:
    """The nodes at a scheduler's address: `slots` has how many shards each of our code takes at once, by its address.

    `refused` are the names of those that have other code.
    """

    def __init__(self, address: str, code: str, told: Note) -> None:
        self.address, self._code, self._told = address, code, told
        self._security = security_of(address, "client")
        self.slots: dict[str, int] = {}
        self.refused: set[str] = set()
        self._client: Any = None
        self._seen_at = 0.0

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Be connected. Raises ClusterFailed where no scheduler answers for PATIENCE_SECONDS."""
        self._connect()
        try:
            yield
        finally:
            self._client.close(timeout=_CONNECT_SECONDS)

    def submit(self, function: Callable[..., Any], shard: Any, key: str, node: str) -> Any:
        """Return the future of a shard that one node does and no other."""
        needs = {resource_of(self._code): 1}
        return self._client.submit(function, shard, key=key, workers=[node], resources=needs, pure=False)

    def look(self) -> bool:
        """See which nodes there are, and tell whether the scheduler still is the same one.

        Where it is gone it is waited for. Raises ClusterFailed where it does not come back for PATIENCE_SECONDS, or no
        node of our code is there for so long.
        """
        try:
            is_running = self._client.status == _CONNECTED
            found = self._client.sync(self._client.scheduler.identity, callback_timeout=_CONNECT_SECONDS)
            workers = found["workers"] if is_running else None
        except (OSError, TimeoutError):
            workers = None
        if workers is None:
            self._told(said("spreading.scheduler_gone_awaited", address=self.address))
            self._client.close(timeout=LOOK_SECONDS)
            self.slots = {}
            self._connect()
            return False
        self._note_refused(workers)
        announced = {at: int(worker["resources"].get(resource_of(self._code), 0)) for at, worker in workers.items()}
        self.slots = {at: slots for at, slots in announced.items() if slots}
        self._require_nodes()
        return True

    def _require_nodes(self) -> None:
        if self.slots:
            self._seen_at = time.monotonic()
        elif time.monotonic() - self._seen_at > PATIENCE_SECONDS:
            about = {"address": self.address, "code": self._code, "seconds": PATIENCE_SECONDS}
            raise ClusterFailed.of("spreading.no_node", **about)

    def _connect(self) -> None:
        """Connect as soon as the scheduler answers. Raises ClusterFailed where it does not in time."""
        deadline, is_told = time.monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                self._client = distributed.Client(  # type: ignore[no-untyped-call]
                    self.address,
                    security=self._security,
                    timeout=_CONNECT_SECONDS,
                    set_as_default=False,
                )
                break
            except (OSError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    raise ClusterFailed.of("spreading.no_scheduler", address=self.address) from error
                if not is_told:
                    self._told(said("spreading.scheduler_awaited", address=self.address))
                    is_told = True
                time.sleep(LOOK_SECONDS)
        self._seen_at = time.monotonic()

    def _note_refused(self, workers: dict[str, Any]) -> None:
        for worker in workers.values():
            others = [name.removeprefix(_RESOURCE) for name in worker["resources"] if name != resource_of(self._code)]
            if others and worker["name"] not in self.refused:
                self.refused.add(worker["name"])
                codes = {"others": ", ".join(others), "code": self._code}
                self._told(said("spreading.other_code", node=worker["name"], **codes))


def is_failed(future: Any) -> bool:
    """Tell whether a shard that is done raised something."""
    return bool(future.status == _FAILED)


def result_of(future: Any) -> Any:
    """Return the result of a shard that is done; None where it cannot be had any more."""
    try:
        return future.result(timeout=_RESULT_SECONDS)
    except (TimeoutError, FutureCancelledError, distributed.KilledWorker):
        return None
