"""A model of nodes on a virtual clock, for the code that hands out shards (`spreading_simulation`).

It stands for three things that `spreading.cluster` uses: `Nodes`, which fetch one shard while they read another and die
unnoticed for a while; the module `time`; and the queue of what has ended, where waiting lets the time pass.
Belongs here: what happens when. Keep out: who gets which shard, which is for the real code.
"""

from __future__ import annotations

import contextlib
import heapq
import queue
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest import mock

from pipelines.spreading import cluster
from pipelines.spreading.place import SHARDS_AT_ONCE
from pipelines.warehouse.shard_reading import ReadingShard, ShardRead

_HOUR = 3600.0
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
    movers: int = 16
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
        self.key, self.shard, self.status, self.is_released = key, shard, "pending", False
        self._told: list[Callable[[Future], object]] = []
        self._result: Any = None

    def add_done_callback(self, told: Callable[[Future], object]) -> None:
        """Tell somebody when it ends."""
        self._told.append(told)

    def end(self, result: object) -> None:
        """End it well."""
        self.status, self._result = "finished", result
        for told in self._told:
            told(self)

    def result(self, timeout: float) -> Any:
        """Return what came of it, which is there at once."""
        assert timeout > 0
        return self._result

    def release(self) -> None:
        """Want it no more."""
        self.is_released = True


@dataclass
class Node:
    """A node with its processes; `had` are the shards that it was given, in that order."""

    address: str
    workers: int
    is_alive: bool = True
    had: list[Future] = field(default_factory=list)
    threads: int = 0
    reading_until: float = 0.0


class World:
    """A virtual clock, and nodes as `spreading.nodes.Nodes` knows them; `cpu` is what the model itself took."""

    address = "tcp://127.0.0.1:8786"

    def __init__(self, nodes: int, workers: int, costs: Costs, seed: int) -> None:
        self.now, self.costs, self.cpu = 0.0, costs, 0.0
        self.read_files, self.done, self.deaths = 0, set[str](), 0
        self.refused = set[str]()
        self.slots = dict[str, int]()
        self._rng, self._events, self._numbers = random.Random(seed), list[tuple[float, int, Any]](), 0
        self._workers, self._there = workers, dict[str, Node]()
        for _ in range(nodes):
            self._arrive()

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the real code have this in the place of what it uses."""
        waiting = type("Queues", (), {"SimpleQueue": partial(Ended, self), "Empty": queue.Empty})
        with (
            mock.patch.object(cluster, "time", self),
            mock.patch.object(cluster, "queue", waiting),
            mock.patch.object(cluster, "Nodes", lambda *_: self),
        ):
            yield

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

    @contextlib.contextmanager
    def connected(self) -> Iterator[None]:
        """Be connected."""
        yield

    def look(self) -> bool:
        """See which nodes are not known to be gone."""
        self.slots = dict.fromkeys(self._there, SHARDS_AT_ONCE)
        return True

    def submit(self, _: object, shard: ReadingShard, key: str, node: str) -> Future:
        """Hand a shard to a node."""
        began, future = time.process_time(), Future(key, shard)
        if node in self._there:
            self._there[node].had.append(future)
            self._begin(self._there[node])
        self.cpu += time.process_time() - began
        return future

    def _after(self, seconds: float, event: Callable[[], object]) -> None:
        self._numbers += 1
        heapq.heappush(self._events, (self.now + seconds, self._numbers, event))

    def _arrive(self) -> None:
        self._numbers += 1
        node = Node(f"node-{self._numbers}", self._workers)
        self._there[node.address] = node
        if self.costs.deaths_an_hour:
            self._after(self._rng.expovariate(self.costs.deaths_an_hour / _HOUR), partial(self._die, node))

    def _die(self, node: Node) -> None:
        node.is_alive = False
        self.deaths += 1
        self._after(_SILENT, partial(self._there.pop, node.address))
        self._after(self.costs.gone, self._arrive)

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
        if is_known or not node.is_alive:
            self._end(node, future)
            return
        slow = self.costs.straggling_factor if self._rng.random() < self.costs.straggling else 1.0
        files = len(future.shard.files)
        taken = self.costs.shard + slow * self._rng.uniform(0.8, 1.2) * files * self.costs.file_cpu / node.workers
        node.reading_until = max(self.now, node.reading_until) + taken
        sent = self.costs.request * self.costs.batches * 2
        self.read_files += files
        self._after(node.reading_until - self.now + sent, partial(self._end, node, future))

    def _end(self, node: Node, future: Future) -> None:
        if not node.is_alive:
            return
        node.had.remove(future)
        node.threads -= 1
        self.done.add(future.shard.key)
        if not future.is_released:
            future.end(ShardRead(("batch",) * self.costs.batches, node.address))
        self._begin(node)


class Ended:
    """The queue of what has ended: who waits for it lets the time of a world pass."""

    def __init__(self, world: World) -> None:
        self._world, self._there = world, list[Any]()

    def put(self, ended: object) -> None:
        """Put something that has ended."""
        self._there.append(ended)

    def get(self, timeout: float) -> Any:
        """Return what ended first; raises queue.Empty where nothing does in time."""
        self._world.wait(lambda: bool(self._there), timeout)
        if not self._there:
            raise queue.Empty
        return self._there.pop(0)
