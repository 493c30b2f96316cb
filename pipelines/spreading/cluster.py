"""Hands out shards to the nodes of a cluster, and sees to it that each is done once, whoever dies.

Which node gets a shard, and what becomes of it where that is gone, is decided here: a dead node's shards go to others,
a scheduler that is gone is waited for and asked anew, a shard that a slow node sits on is given to a second one at the
end, and one that two nodes died with is cut in halves until the file is found. To do a shard twice changes nothing
(`engine.shared_batches`), so nothing of it has to be remembered.
Belongs here: who has which shard. Keep out: the engine's connection (`nodes`), the node (`node`), what a shard is.
"""

from __future__ import annotations

import queue
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple

from pipelines import said
from pipelines.engine.pool import ExtractionStalled
from pipelines.spreading.addresses import checked_address
from pipelines.spreading.nodes import LOOK_SECONDS, Nodes, is_failed, result_of
from pipelines.spreading.spread import Lost, Note, R, S, first_line
from pipelines.storing import StorageError

# A shard that could not be done, though by no fault of its own, is tried so often in all.
_MOST_TRIES = 4
# So many nodes may die with a shard before it is cut: one may have died of something else.
_MOST_DEATHS = 2
# A shard is given to a second node when nothing else is left to do and it takes so many times as long as the others.
_SLOW_FACTOR, _SLOW_SECONDS = 3.0, 20.0
# What a node's surroundings are at fault for, and not the shard.
_OF_THE_NODE = (StorageError, OSError, ExtractionStalled)


class _Sent(NamedTuple):
    """A shard as the engine has it: its future, the node that it was given to, and when."""

    future: Any
    node: str
    at: float


@dataclass
class _Errand(Generic[S]):
    """A shard, how often it failed and how many nodes died with it, and where it is: twice where a node is slow."""

    shard: S
    tries: int = 0
    deaths: int = 0
    sent: dict[str, _Sent] = field(default_factory=dict)


class Cluster:
    """The cluster at a scheduler's address, as far as its nodes have this code.

    Raises ClusterFailed for an address that must not be used; whether it is there shows when there is work.
    """

    def __init__(self, address: str, code: str, *, is_insecure: bool = False, told: Note = lambda _: None) -> None:
        self._nodes = Nodes(checked_address(address, is_insecure=is_insecure), code, told)
        self._told = told
        self._done_by: Counter[str] = Counter()
        self._repeated = 0

    def width(self) -> int:
        """Return how many nodes have our code now; waits for the first. Raises ClusterFailed where none comes."""
        with self._nodes.connected():
            while not (self._nodes.look() and self._nodes.slots):
                time.sleep(LOOK_SECONDS)
            return len(self._nodes.slots)

    def about(self) -> dict[str, int | str]:
        """Return how many shards each node did, how many were given out again, and the nodes that have other code."""
        by_node = {f"node {name}": count for name, count in sorted(self._done_by.items())}
        others = {"nodes of other code": ", ".join(sorted(self._nodes.refused))} if self._nodes.refused else {}
        return {"cluster": self._nodes.address, **by_node, "shards given out again": self._repeated, **others}

    def map(self, function: Callable[[S], R], shards: Iterable[S]) -> Iterator[tuple[S, R | Lost]]:
        """Yield each shard with its result, or in smaller pieces; at most one shard waits for each node.

        Raises ClusterFailed where there is no scheduler or no node for long, and what a shard raised in all its tries
        that it is not to blame for.
        """
        with self._nodes.connected():
            round_of = _Round(self._nodes, function, shards, self._told)
            for shard, result in round_of.run():
                self._done_by[getattr(result, "node", "?")] += not isinstance(result, Lost)
                self._repeated = round_of.repeated
                yield shard, result


class _Round(Generic[S, R]):
    """Some shards on their way: `left` to be given out, `again` those that come back, `out` those that nodes have."""

    def __init__(self, nodes: Nodes, function: Callable[[S], R], shards: Iterable[S], told: Note) -> None:
        self.nodes, self.function, self.told = nodes, function, told
        self.left: Iterator[S] = iter(shards)
        self.is_more = True
        self.again: deque[_Errand[S]] = deque()
        self.out: dict[str, _Errand[S]] = {}
        self.ended: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self.seconds: list[float] = []
        self.repeated = self.numbers = 0

    def run(self) -> Iterator[tuple[S, R | Lost]]:
        """Yield all shards; where one ends well or badly is decided in `_settle` and `_died`."""
        looked = 0.0
        while self.is_more or self.again or self.out:
            if time.monotonic() - looked >= LOOK_SECONDS:
                yield from self._look()
                looked = time.monotonic()
            self._fill()
            try:
                key, future = self.ended.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            # Of another time or node, the result is of no use any more.
            if key in self.out and future.key in self.out[key].sent:
                yield from self._settle(self.out.pop(key), future)

    def _fill(self) -> None:
        """Give out shards as long as a node has room: what comes back first."""
        while any(room > 0 for room in self._room().values()):
            if self.again:
                errand = self.again.popleft()
            elif (shard := next(self.left, None)) is not None:
                errand = _Errand(shard)
            else:
                self.is_more = False
                return
            self.out[errand.shard.key] = errand
            self._send(errand)

    def _room(self) -> dict[str, int]:
        """Return how many shards more each node takes."""
        taken = Counter(sent.node for errand in self.out.values() for sent in errand.sent.values())
        return {node: slots - taken[node] for node, slots in self.nodes.slots.items()}

    def _send(self, errand: _Errand[S]) -> None:
        """Give a shard to the node with the most room, of those that have it not.

        Each time has a key of its own, since the engine returns what it has by key.
        """
        self.numbers += 1
        name = f"{errand.shard.key}-{self.numbers}-{time.time_ns()}"
        has = {sent.node for sent in errand.sent.values()}
        room = self._room()
        node = max((each for each in room if each not in has), key=lambda each: room[each])
        future = self.nodes.submit(self.function, errand.shard, name, node)
        errand.sent[name] = _Sent(future, node, time.monotonic())
        future.add_done_callback(lambda done, key=errand.shard.key: self.ended.put((key, done)))

    def _settle(self, errand: _Errand[S], future: Any) -> Iterator[tuple[S, Any]]:
        """Yield the result of a shard; one that failed is given out again, in halves where it may be at fault."""
        sent, errand.sent = errand.sent, {}
        if is_failed(future):
            yield from self._failed(errand, future.exception())
        elif (result := result_of(future)) is not None:
            self.seconds.append(time.monotonic() - sent[future.key].at)
            yield errand.shard, result
        else:  # done, and the node died before it handed over the result: the next one finds that it is done
            self._once_more(errand)
        for each in sent.values():
            each.future.release()

    def _failed(self, errand: _Errand[S], error: BaseException) -> Iterator[tuple[S, Lost]]:
        detail = f"{type(error).__name__}: {first_line(error)}"
        if not isinstance(error, _OF_THE_NODE):
            yield from self._cut(errand, detail)
            return
        errand.tries += 1
        if errand.tries >= _MOST_TRIES:
            raise error
        self.told(said("spreading.given_again", detail=detail))
        self._once_more(errand)

    def _cut(self, errand: _Errand[S], detail: str) -> Iterator[tuple[S, Lost]]:
        """Give out the halves of a shard that is at fault; of the smallest that is told."""
        if halves := errand.shard.halves():
            self.told(said("spreading.given_in_halves", detail=detail))
            self.again.extend(_Errand(half) for half in halves)
            self.repeated += 1
        else:
            yield errand.shard, Lost(detail)

    def _once_more(self, errand: _Errand[S]) -> None:
        self.repeated += 1
        self.again.append(errand)

    def _look(self) -> Iterator[tuple[S, Lost]]:
        """See which nodes there are; what those had that are gone is given out again."""
        if not self.nodes.look():
            for errand in self.out.values():  # the scheduler is another one, which knows of nothing
                errand.sent.clear()
                self._once_more(errand)
            self.out.clear()
            return
        for key, errand in list(self.out.items()):
            gone = [name for name, sent in errand.sent.items() if sent.node not in self.nodes.slots]
            for name in gone:
                errand.sent.pop(name).future.release()
                errand.deaths += 1
            if not errand.sent:
                del self.out[key]
                yield from self._died(errand)
        self._second_nodes()

    def _died(self, errand: _Errand[S]) -> Iterator[tuple[S, Lost]]:
        if errand.deaths >= _MOST_DEATHS:
            yield from self._cut(errand, f"{errand.deaths} nodes ended with it")
        else:
            self.told(said("spreading.node_ended"))
            self._once_more(errand)

    def _second_nodes(self) -> None:
        """Give shards that take long to a second node, once there is nothing else to do for it."""
        if self.is_more or self.again or not self.seconds:
            return
        slow = time.monotonic() - max(_SLOW_SECONDS, _SLOW_FACTOR * statistics.median(self.seconds))
        for errand in self.out.values():
            first, *seconds = errand.sent.values()
            is_room_beside = any(room > 0 for node, room in self._room().items() if node != first.node)
            if not seconds and first.at < slow and is_room_beside:
                self.told(said("spreading.second_node"))
                self.repeated += 1
                self._send(errand)
