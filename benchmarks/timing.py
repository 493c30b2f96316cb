"""The clock: contestants take turns on every batch of files, so that a machine that slows down slows all of them.

Belongs here: interleaving, seconds per file, ratios, memory of the process. Keep out: what the contestants do.
"""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from time import perf_counter
from typing import Any, Generic, NamedTuple, TypeVar

Ready = TypeVar("Ready")


@dataclass
class Contestant(Generic[Ready]):
    """Something that is done with the bytes of a file. It takes part in every `every`-th file (1: in all).

    `seconds` are by number of file; `prepare` is done to the bytes before the clock starts.
    """

    name: str
    work: Callable[[Ready], object]
    prepare: Callable[[bytes], Ready]
    every: int = 1
    seconds: dict[int, float] = field(default_factory=dict)
    size: int = 0

    def run(self, batch: Sequence[tuple[int, bytes]]) -> None:
        """Do the files of a batch, each on the clock; garbage of the contestant before is collected first."""
        own = [(number, data, self.prepare(data)) for number, data in batch if number % self.every == 0]
        gc.collect()
        for number, data, ready in own:
            start = perf_counter()
            self.work(ready)
            self.seconds[number] = perf_counter() - start
            self.size += len(data)

    @property
    def total(self) -> float:
        """Return the seconds of all files."""
        return sum(self.seconds.values())


class Ratio(NamedTuple):
    """How much longer one contestant takes than another on the same files; low and high are deciles of the files."""

    value: float
    low: float
    high: float


def ratio(slower: Contestant[Any], faster: Contestant[Any]) -> Ratio:
    """Return the ratio of the total seconds on the files that both took part in."""
    shared = sorted(slower.seconds.keys() & faster.seconds.keys())
    each = [slower.seconds[n] / faster.seconds[n] for n in shared]
    whole = sum(slower.seconds[n] for n in shared) / sum(faster.seconds[n] for n in shared)
    deciles = quantiles(each, n=10) if len(each) > 1 else each * 2
    return Ratio(whole, deciles[0], deciles[-1])


def interleave(contestants: Sequence[Contestant[Any]], batches: Iterator[list[tuple[int, bytes]]]) -> None:
    """Let every contestant do every batch; who begins changes from batch to batch."""
    for turn, batch in enumerate(batches):
        first = turn % len(contestants)
        for contestant in (*contestants[first:], *contestants[:first]):
            contestant.run(batch)


def peak_memory() -> int:
    """Return the most bytes of memory that the process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
