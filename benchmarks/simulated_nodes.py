"""A model of an engine and its nodes on a virtual clock, for the code that hands out shards (`spreading_simulation`).

A shard goes to the node that is asked for, else to the one that has the fewest. A node fetches one while it reads
another. Shards of a node that is gone go to others once that is noticed, and one that was at too many deaths is given
back as failed: so does `distributed`, as it is set here. Belongs here: what happens when. Keep out: who asks for it.
"""

from __future__ import annotations

import heapq
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pipelines.spreading.cluster import resource_of
from pipelines.spreading.node import _SETTINGS
from pipelines.spreading.place import SHARDS_AT_ONCE
from pipelines.warehouse.shard_reading import ReadingShard, ShardRead

CODE = "simulated"
_HOUR = 3600.0
_MOST_DEATHS = int(str(_SETTINGS["distributed.scheduler.allowed-failures"]))
_SILENT = 60.0


@dataclass(frozen=True)
class Costs:
    """Seconds of what nodes do, and how often they fail.

    A file and a shard as measured with `shard_reading.read_shard` on two processors; a request is what we take for one
    to an object store in the same region.
    """

    file_cpu: float = 0.014
    shard: float = 2.0
    request: float = 0.03
    movers: int = 8
    deaths_an_hour: float = 0.01
    gone: float = 600.0
    # Of so many shards one takes so many times as long.
    straggling: float = 0.002
    straggling_factor: float = 10.0
    # Batches that a shard leaves (one for each year of its reports), of so many objects each.
    batches: int = 1
    objects: int = 7
    # Whether the coordinator fetches each batch before it looks what else has ended.
    is_fetched: bool = True


class Future:
    """What the engine returns for a shard that was handed to it."""

    def __init__(self, key: str, shard: ReadingShard) -> None:
        self.key, self.shard, self.status = key, shard, "pending"
        self.deaths, self.is_released = 0, False
        self._told: list[Callable[[Future], object]] = []
        self._result: Any = None

    def add_done_callback(self, told: Callable[[Future], object]) -> None:
        """Tell somebody when it ends."""
        self._told.append(told)

    def end(self, status: str, result: object) -> None:
        """End it."""
        if self.status == "pending":
            self.status, self._result = status, result
            for told in self._told:
                told(self)

    def result(self) -> Any:
        """Return what came of it."""
        return self._result

    exception = result

    def release(self) -> None:
        """Want it no more."""
        self.is_released = True


@dataclass
class Node:
    """A node with its processes; `had` are the shards that the engine gave it, in that order."""

    address: str
    workers: int
    is_alive: bool = True
    had: list[Future] = field(default_factory=list)
    threads: int = 0
    reading_until: float = 0.0


class World:
    """A virtual clock, nodes, and the engine that gives them shards; it is the engine's client as well."""

    status = "running"

    def __init__(self, nodes: int, workers: int, costs: Costs, seed: int) -> None:
        self.now, self.costs, self.cpu = 0.0, costs, 0.0
        self.read_files, self.done, self.deaths = 0, set[str](), 0
        self._rng, self._events, self._numbers = random.Random(seed), list[tuple[float, int, Any]](), 0
        self._workers, self.nodes = workers, dict[str, Node]()
        self._held = deque[Future]()
        for _ in range(nodes):
            self._arrive()

    # The module `time`, as far as the cluster uses it.
    def monotonic(self) -> float:
        """Return the virtual seconds."""
        return self.now

    def time_ns(self) -> int:
        """Return a number that makes keys differ."""
        self._numbers += 1
        return self._numbers

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.wait(lambda: False, seconds)

    def wait(self, is_there: Callable[[], bool], seconds: float) -> None:
        """Let time pass until something is there, at most some seconds."""
        began, until = time.process_time(), self.now + seconds
        while not is_there() and self._events and self._events[0][0] <= until:
            self.now, _, event = heapq.heappop(self._events)
            event()
        self.now = self.now if is_there() else until
        self.cpu += time.process_time() - began

    # The engine's client, as far as the cluster uses it.
    def submit(self, _: object, shard: ReadingShard, *, key: str, workers: list[str] | None, **__: object) -> Future:
        """Hand a shard to the node that has the fewest, of those that are asked for and still there."""
        began, future = time.process_time(), Future(key, shard)
        self._assign(future, workers)
        self.cpu += time.process_time() - began
        return future

    def scheduler_info(self) -> dict[str, Any]:
        """Return the nodes that are not known to be gone."""
        about = {at: {"name": at, "resources": {resource_of(CODE): SHARDS_AT_ONCE}} for at in self.nodes}
        return {"workers": about}

    def processing(self) -> dict[str, list[str]]:
        """Return the keys that each node has."""
        return {at: [future.key for future in node.had] for at, node in self.nodes.items()}

    def close(self, timeout: float) -> None:
        """Do nothing."""

    def _after(self, seconds: float, event: Callable[[], object]) -> None:
        self._numbers += 1
        heapq.heappush(self._events, (self.now + seconds, self._numbers, event))

    def _arrive(self) -> None:
        self._numbers += 1
        node = Node(f"node-{self._numbers}", self._workers)
        self.nodes[node.address] = node
        if self.costs.deaths_an_hour:
            self._after(self._rng.expovariate(self.costs.deaths_an_hour / _HOUR), lambda: self._die(node))
        while self._held:
            self._assign(self._held.popleft(), None)

    def _die(self, node: Node) -> None:
        node.is_alive = False
        self.deaths += 1
        self._after(_SILENT, lambda: self._notice(node))
        self._after(self.costs.gone, self._arrive)

    def _notice(self, node: Node) -> None:
        """Give the shards of a dead node to others; one that was at too many deaths is given back as failed."""
        del self.nodes[node.address]
        for future in [each for each in node.had if not each.is_released]:
            future.deaths += 1
            if future.deaths > _MOST_DEATHS:
                future.end("error", RuntimeError("KilledWorker"))
            else:
                self._assign(future, None)

    def _assign(self, future: Future, allowed: Sequence[str] | None) -> None:
        found = [self.nodes[at] for at in allowed or () if at in self.nodes] or list(self.nodes.values())
        if not found:
            self._held.append(future)
            return
        node = min(found, key=lambda each: len(each.had))
        node.had.append(future)
        self._begin(node)

    def _begin(self, node: Node) -> None:
        """Begin shards on the threads that are free."""
        while node.is_alive and node.threads < SHARDS_AT_ONCE and len(node.had) > node.threads:
            future = node.had[node.threads]
            node.threads += 1
            known = future.shard.key in self.done
            fetched = self.costs.request * (1 if known else len(future.shard.files) / self.costs.movers)
            self._after(fetched, partial(self._read, node, future, known))

    def _read(self, node: Node, future: Future, is_known: bool) -> None:
        """Read what was fetched, as soon as the pool of the node is free."""
        if is_known:
            self._end(node, future)
            return
        slow = self.costs.straggling_factor if self._rng.random() < self.costs.straggling else 1.0
        files = len(future.shard.files)
        spread = self._rng.uniform(0.8, 1.2)
        taken = self.costs.shard + slow * spread * files * self.costs.file_cpu / node.workers
        node.reading_until = max(self.now, node.reading_until) + taken
        sent = self.costs.request * self.costs.batches * 2
        self.read_files += files if node.is_alive else 0
        self._after(node.reading_until - self.now + sent, lambda: self._end(node, future))

    def _end(self, node: Node, future: Future) -> None:
        if not node.is_alive:
            return
        node.had.remove(future)
        node.threads -= 1
        self.done.add(future.shard.key)
        if not future.is_released:
            future.end("finished", ShardRead(("batch",) * self.costs.batches, node.address))
        self._begin(node)
