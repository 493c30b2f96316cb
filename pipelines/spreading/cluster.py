"""Hands out shards to the nodes of a cluster (`distributed`), and sees to it that each is done once, whoever dies.

The engine places shards on nodes that announce the same code, and gives those of a dead node to another. What it does
not do is done here: a scheduler that is gone is waited for and asked anew, a shard that a slow node sits on is given to
a second one at the end, and one that ends every node is cut in halves until the file is found. To do a shard twice
changes nothing (`engine.shared_batches`), so nothing of it has to be remembered.
Belongs here: who has which shard. Keep out: the node (`node`), and what a shard is.
"""

from __future__ import annotations

import logging
import queue
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic

import distributed
from distributed.security import Security

from pipelines.engine.pool import ExtractionStalled
from pipelines.spreading.addresses import checked_address
from pipelines.spreading.spread import ClusterFailed, Lost, Note, R, S
from pipelines.storing import StorageError

# How often nodes are looked at, and shards that take long.
_LOOK_SECONDS = 1.0
# So long a scheduler may be gone, and so long no node may be there that has our code, before the run gives up.
PATIENCE_SECONDS = 600.0
_CONNECT_SECONDS = 10.0
# A shard that could not be done, though by no fault of its own, is tried so often in all.
_MOST_TRIES = 4
# A shard is given to a second node when nothing else is left to do and it takes so many times as long as the others.
_SLOW_FACTOR, _SLOW_SECONDS = 3.0, 20.0
# What a node's surroundings are at fault for, and not the shard.
_OF_THE_NODE = (StorageError, OSError, ExtractionStalled)
_RESOURCE = "gongkai-"
# What it says of lost connections is told here in words of ours.
logging.getLogger("distributed").setLevel(logging.CRITICAL)


def resource_of(code: str) -> str:
    """Return the resource by which nodes that have this code announce themselves to the engine."""
    return f"{_RESOURCE}{code}"


@dataclass
class _Errand(Generic[S]):
    """A shard that is on its way: the engine's keys for it (several where it was given out twice), and since when."""

    shard: S
    tries: int
    began: float
    futures: dict[str, Any] = field(default_factory=dict)
    is_twin_sent: bool = False


class Cluster:
    """The cluster at a scheduler's address, as far as its nodes have this code.

    Raises ClusterFailed for an address that must not be used; whether it is there shows when there is work.
    """

    def __init__(self, address: str, code: str, *, is_insecure: bool = False, told: Note = lambda _: None) -> None:
        self._address = checked_address(address, is_insecure=is_insecure)
        self._code, self._told = code, told
        self._client: Any = None
        self._ended: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._done_by: Counter[str] = Counter()
        self._retried = 0
        self._numbers = 0
        self._refused: set[str] = set()
        self._seconds: list[float] = []
        self._with_nodes_at = time.monotonic()
        self._slots: dict[str, int] = {}

    def about(self) -> dict[str, int | str]:
        """Return how many shards each node did, how many were given out again, and the nodes that have other code."""
        by_node = {f"node {name}": count for name, count in sorted(self._done_by.items())}
        refused = {"nodes of other code": ", ".join(sorted(self._refused))} if self._refused else {}
        return {"cluster": self._address, **by_node, "shards given out again": self._retried, **refused}

    def width(self) -> int:
        """Return how many nodes have our code now; waits for the first. Raises ClusterFailed where none comes."""
        client, self._with_nodes_at = self._connected(), time.monotonic()
        try:
            while not (slots := self._slots_of(self._workers(client) or {})):
                time.sleep(_LOOK_SECONDS)
            return len(slots)
        finally:
            client.close(timeout=_CONNECT_SECONDS)

    def map(self, function: Callable[[S], R], shards: Iterable[S]) -> Iterator[tuple[S, R | Lost]]:
        """Yield each shard with its result, or in smaller pieces; at most one shard waits for each node.

        Raises ClusterFailed where there is no scheduler or no node for PATIENCE_SECONDS, and what a shard raised in
        all its tries that it is not to blame for.
        """
        source, again = iter(shards), deque[tuple[S, int]]()
        out: dict[str, _Errand[S]] = {}
        self._client, is_more, looked = self._connected(), True, 0.0
        self._with_nodes_at = time.monotonic()
        try:
            while is_more or again or out:
                if time.monotonic() - looked >= _LOOK_SECONDS:
                    self._look(function, out)
                    looked = time.monotonic()
                for _ in range(sum(self._slots.values()) - len(out)):
                    shard, tries = again.popleft() if again else (next(source, None), 0)
                    if shard is None:
                        is_more = False
                        break
                    out[shard.key] = self._sent(function, _Errand(shard, tries, time.monotonic()))
                key, future = self._next_ended()
                # Of another time or node, the result is of no use any more.
                if key in out and future.key in out[key].futures:
                    yield from self._settle(out.pop(key), future, again)
        finally:
            self._client.close(timeout=_CONNECT_SECONDS)

    def _connected(self) -> Any:
        """Return a client, as soon as the scheduler answers. Raises ClusterFailed where it does not in time."""
        deadline, is_told = time.monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                return distributed.Client(
                    self._address,
                    security=Security(),  # type: ignore[no-untyped-call]
                    timeout=_CONNECT_SECONDS,
                    set_as_default=False,
                )
            except (OSError, TimeoutError) as error:
                if time.monotonic() > deadline:
                    told = f"{self._address}: no scheduler answers: start one with `gongkai node --scheduler`"
                    raise ClusterFailed(f"{told}, and run again") from error
                if not is_told:
                    self._told(f"{self._address}: no scheduler answers; waiting for it")
                    is_told = True
                time.sleep(_LOOK_SECONDS)

    def _sent(self, function: Callable[[S], R], errand: _Errand[S], nodes: list[str] | None = None) -> _Errand[S]:
        """Hand a shard to the engine, under a key of its own for every time, since it returns what it has by key."""
        self._numbers += 1
        name = f"{errand.shard.key}-{self._numbers}-{time.time_ns()}"
        future = self._client.submit(
            function, errand.shard, key=name, resources={resource_of(self._code): 1}, workers=nodes, retries=0
        )
        errand.futures[name] = future
        future.add_done_callback(lambda done, key=errand.shard.key: self._ended.put((key, done)))
        return errand

    def _next_ended(self) -> tuple[str, Any]:
        try:
            return self._ended.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            return "", None

    def _settle(self, errand: _Errand[S], future: Any, again: deque[tuple[S, int]]) -> Iterator[tuple[S, Any]]:
        """Yield the result of a shard; one that failed is given out again, in halves where it may be at fault."""
        for each in errand.futures.values():
            if each is not future:
                each.release()
        status = future.status
        if status == "finished":
            result = future.result()
            self._seconds.append(time.monotonic() - errand.began)
            self._done_by[getattr(result, "node", "?")] += 1
            yield errand.shard, result
        elif status == "error":
            yield from self._failed(errand, future.exception(), again)
        else:  # the scheduler that knew of it is gone
            again.append((errand.shard, errand.tries))
        future.release()

    def _failed(
        self, errand: _Errand[S], error: BaseException, again: deque[tuple[S, int]]
    ) -> Iterator[tuple[S, Lost]]:
        self._retried += 1
        detail = _told_of(error)
        if isinstance(error, _OF_THE_NODE):
            if errand.tries + 1 >= _MOST_TRIES:
                raise error
            self._told(f"a shard could not be done and is given out again: {detail}")
            again.append((errand.shard, errand.tries + 1))
        elif halves := errand.shard.halves():
            self._told(f"a shard could not be done and is given out again in halves: {detail}")
            again.extend((half, 0) for half in halves)
        else:
            yield errand.shard, Lost(detail)

    def _look(self, function: Callable[[S], R], out: dict[str, _Errand[S]]) -> None:
        """See which nodes there are; where the scheduler is gone, wait for it and hand out anew what it had."""
        workers = self._workers(self._client)
        if workers is None:
            self._told(f"{self._address}: the scheduler is gone; waiting for it")
            self._client.close(timeout=_LOOK_SECONDS)
            self._client = self._connected()
            for errand in out.values():
                errand.futures.clear()
                self._sent(function, errand)
                self._retried += 1
            self._with_nodes_at = time.monotonic()
            return
        self._slots = self._slots_of(workers)
        self._second_nodes(function, out)

    def _workers(self, client: Any) -> dict[str, Any] | None:
        """Return all nodes by address; None where the scheduler is gone."""
        try:
            return dict(client.scheduler_info()["workers"]) if client.status == "running" else None
        except (OSError, TimeoutError):
            return None

    def _slots_of(self, workers: dict[str, Any]) -> dict[str, int]:
        """Return how many shards each node of our code takes at once. Raises ClusterFailed where there is none."""
        wanted = resource_of(self._code)
        self._note_refused(workers, wanted)
        slots = {at: int(worker["resources"].get(wanted, 0)) for at, worker in workers.items()}
        slots = {at: number for at, number in slots.items() if number}
        if slots:
            self._with_nodes_at = time.monotonic()
        elif time.monotonic() - self._with_nodes_at > PATIENCE_SECONDS:
            told = f"{self._address}: no node of this code ({self._code}) in {PATIENCE_SECONDS:.0f} s"
            raise ClusterFailed(f"{told}: start some with `gongkai node {self._address}`, of the same version")
        return slots

    def _note_refused(self, workers: dict[str, Any], wanted: str) -> None:
        for worker in workers.values():
            others = [name.removeprefix(_RESOURCE) for name in worker["resources"] if name != wanted]
            if others and worker["name"] not in self._refused:
                self._refused.add(worker["name"])
                told = f"node {worker['name']} has other code ({', '.join(others)}, here {self._code})"
                self._told(f"{told}: it gets no work; update it to the version of this machine")

    def _second_nodes(self, function: Callable[[S], R], out: dict[str, _Errand[S]]) -> None:
        """Give shards that take long to a second node, once there is nothing else to do for it."""
        idle = sum(self._slots.values()) - sum(len(errand.futures) for errand in out.values())
        if idle <= 0 or not self._seconds:
            return
        slow = max(_SLOW_SECONDS, _SLOW_FACTOR * statistics.median(self._seconds))
        busy: dict[str, Any] = self._client.processing()
        for errand in [e for e in out.values() if not e.is_twin_sent and time.monotonic() - e.began > slow][:idle]:
            names = set(errand.futures)
            others = [at for at, slots in self._slots.items() if slots and not names & set(busy.get(at, ()))]
            if others:
                self._told("a shard takes long and is given to a second node")
                errand.is_twin_sent = True
                self._retried += 1
                self._sent(function, errand, others)


def _told_of(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0][:400]
    return f"{type(error).__name__}: {text}"
