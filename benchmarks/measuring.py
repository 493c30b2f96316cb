"""Measure the contestants of one format: interleaved on the clock, and each in a process of its own for its memory.

Belongs here: who takes part, which files count, what was measured. Keep out: what contestants do (`contestants`), what
files hold (`samples`), printing (`throughput`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

from benchmarks.apart import memory_of
from benchmarks.contestants import ENTRIES
from benchmarks.samples import Sample, judged, sample
from benchmarks.timing import Contestant, interleave

# Files done before the clock starts, which are none of those on the clock: imports and caches of labels are then warm.
WARM_UP = 3
_BATCH = 10
_MEMORY_FILES = 5


@dataclass
class Measured:
    """What was measured of a format: seconds by contestant, bytes of memory, cells of our extraction, and remarks."""

    kind: str
    entered: dict[str, Contestant[bytes]]
    files: int
    mean_size: float
    cells: Counter[str]
    memory: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


class _Tried:
    """A contestant's work that notes on which files it failed instead of ending the run."""

    def __init__(self, work: Callable[[bytes], object]) -> None:
        self.work = work
        self.failed: dict[bytes, str] = {}

    def __call__(self, data: bytes) -> None:
        try:
            self.work(data)
        except Exception as error:  # other people's readers raise whatever they like; it is printed
            self.failed[data] = f"{type(error).__name__}: {error}"


def measure(
    kind: str, files: int, peer_files: int, seed: int, *, warm_up: int = WARM_UP, apart: Executor | None = None
) -> Measured:
    """Measure all contestants of a format on some files; memory only where there are processes for it."""
    samples = [sample(kind, seed, number) for number in range(files)]
    remarks = [f"{entry.name}: {absent}" for entry in ENTRIES[kind] if (absent := entry.absent())]
    entries = [entry for entry in ENTRIES[kind] if not entry.absent()]
    every = max(1, files // peer_files) | 1  # odd: an even step would only meet files of one form
    tried = {entry.name: _Tried(entry.work) for entry in entries}
    entered = {
        entry.name: Contestant(entry.name, tried[entry.name], bytes, every if entry.is_peer else 1) for entry in entries
    }
    for number in range(files, files + warm_up):
        data = sample(kind, seed, number).data
        for entry in entries:
            if number == files or not entry.is_peer:
                _Tried(entry.work)(data)  # who fails here is told of when it fails on the clock
    interleave(list(entered.values()), _batches(samples))
    remarks.extend(_leave_out(samples, entered, tried))
    cells = sum((judged(each) for each in samples), Counter[str]())
    mean_size = sum(len(each.data) for each in samples) / len(samples)
    found = Measured(kind, entered, files, mean_size, cells, remarks=remarks)
    if apart is not None:
        found.memory = _memory(entered, samples, kind, apart)
    return found


def _batches(samples: Sequence[Sample]) -> Iterator[list[tuple[int, bytes]]]:
    for start in range(0, len(samples), _BATCH):
        yield [(each.number, each.data) for each in samples[start : start + _BATCH]]


def _leave_out(
    samples: Sequence[Sample], entered: dict[str, Contestant[bytes]], tried: dict[str, _Tried]
) -> Iterator[str]:
    """Take out whoever failed on all of its files, and the files on which others failed, and say so."""
    did = {name: len(contestant.seconds) for name, contestant in entered.items()}
    for name, work in tried.items():
        failed = [each.number for each in samples if each.data in work.failed]
        if not failed:
            continue
        if len(failed) == did[name]:
            del entered[name]
            yield f"{name}: out, it failed on all of its {did[name]} files: {next(iter(work.failed.values()))}"
            continue
        for contestant in entered.values():
            for number in failed:
                contestant.seconds.pop(number, None)
        reason = next(iter(work.failed.values()))
        yield f"{name}: failed on {len(failed)} of {did[name]} files, which count for nobody: {reason}"
    for name in [name for name, contestant in entered.items() if not contestant.seconds]:
        del entered[name]
        yield f"{name}: out, no file is left that all of the others did"


def _memory(
    entered: dict[str, Contestant[bytes]], samples: Sequence[Sample], kind: str, apart: Executor
) -> dict[str, int]:
    """Return the peak of each contestant on the first files that all did."""
    shared = set[int].intersection(*(set(contestant.seconds) for contestant in entered.values()))
    files = [each.data for each in samples if each.number in shared][:_MEMORY_FILES]
    works = {entry.name: entry.work for entry in ENTRIES[kind]}
    asked: dict[str, Future[int]] = {name: apart.submit(memory_of, works[name], files) for name in entered}
    return {name: answer.result() for name, answer in asked.items()}
