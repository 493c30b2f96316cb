"""What poison costs: throughput with 1 % poison files, and the memory of the parent: `python -m benchmarks.poison`.

Belongs here: the runs and their printed tables. Keep out: the faults and hostile files themselves (`corpus`).
"""

from __future__ import annotations

import hashlib
import resource
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.corpus.faults import faulty_document, faulty_file
from benchmarks.corpus.hostile import POISONS
from benchmarks.corpus.layouts import LAYOUTS, dressed, page
from benchmarks.corpus.pages import SEED, content
from benchmarks.corpus.printing import random_printout
from pipelines.engine.pool import extract_files
from pipelines.engine.processes import default_workers
from pipelines.engine.stored_tables import PARSED, FileTask
from pipelines.reading import Limits

_MB = 1_000_000
_CRASHES = ("segfault", "abort", "exit 1", "kill")
_CAUGHT = ("memory", "panic", "recursion")
_SLOW = ("hang in python", "hang in c", "memory filled")
# Files whose reading has filled caches and started workers before memory is looked at.
_STEPS = 10


@dataclass(frozen=True)
class Run:
    """What one run over some files took."""

    files: int
    seconds: float
    outcomes: Counter[str]

    @property
    def per_second(self) -> float:
        """Return the files done per second."""
        return self.files / self.seconds


def _task(folder: Path, name: str, data: bytes) -> FileTask:
    path = folder / name
    path.write_bytes(data)
    return FileTask(hashlib.sha256(data).hexdigest(), bytes(path))


def _text(number: int) -> bytes:
    rng = Random(f"{SEED} {number} text")
    return dressed(rng, page(rng, random_printout(rng, ("2019", "2021")[number % 2]), LAYOUTS[number % len(LAYOUTS)]))


def innocent_files(folder: Path, files: int) -> list[FileTask]:
    """Write reports, every second one a page of a portal, the others text in all layouts."""
    folder.mkdir()
    return [
        _task(folder, f"{number:05}", content(SEED, number)[0] if number % 2 else _text(number))
        for number in range(files)
    ]


def poisoned(folder: Path, innocent: Sequence[FileTask], kinds: Sequence[tuple[str, bytes]]) -> list[FileTask]:
    """Return the files with one of every hundred replaced by poison, each kind in its turn."""
    folder.mkdir()
    tasks = list(innocent)
    for turn, place in enumerate(range(50, len(tasks), 100)):
        name, data = kinds[turn % len(kinds)]
        tasks[place] = _task(folder, f"{place:05} {name}", data)
    return tasks


def run(tasks: Sequence[FileTask], limits: Limits, workers: int) -> Run:
    """Extract some files in the order of their hashes, so that poison stands anywhere."""
    outcomes: Counter[str] = Counter()
    start = perf_counter()
    for tables in extract_files(sorted(tasks), limits=limits, workers=workers, work=faulty_document):
        documents = tables["documents"]
        reasons = zip(documents["outcome"].to_pylist(), documents["reason"].to_pylist(), strict=True)
        outcomes.update(outcome if outcome == PARSED else f"{reason}" for outcome, reason in reasons)
    return Run(len(tasks), perf_counter() - start, outcomes)


def memory_steps(tasks: Sequence[FileTask], limits: Limits, workers: int) -> Iterator[tuple[int, int]]:
    """Yield (files done, memory of this process in bytes) at equal steps of one run."""
    done, step = 0, max(1, len(tasks) // _STEPS)
    following = step
    for tables in extract_files(sorted(tasks), limits=limits, workers=workers):
        done += tables["documents"].num_rows
        if done >= following or done == len(tasks):
            following += step
            yield done, _memory()


def _memory() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize()


def throughput_table(clean: list[Run], others: dict[str, list[Run]]) -> Table:
    """Return the median throughput of each set of files, and the median of what it lost to the clean set in a round."""
    table = Table("files", "number", "seconds", "files/s", "lost", "aim", "parsed", "not", title="Throughput")
    for name, runs in {"none is poison": clean, **others}.items():
        speed = median(run.per_second for run in runs)
        loss = median(1 - own.per_second / other.per_second for own, other in zip(runs, clean, strict=False))
        aim = "<= 25%" if name.startswith("1 %") else ""
        seconds = median(run.seconds for run in runs)
        bad = sum(runs[0].outcomes.values()) - runs[0].outcomes[PARSED]
        counts = (str(runs[0].outcomes[PARSED]), str(bad))
        table.add_row(name, str(runs[0].files), f"{seconds:.1f}", f"{speed:.0f}", f"{loss:.0%}", aim, *counts)
    return table


def memory_table(steps: Sequence[tuple[int, int]]) -> Table:
    """Return the memory of the parent as the run goes on."""
    table = Table("files done", "memory of the parent", title="Memory of the parent")
    for done, size in steps:
        table.add_row(f"{done:,}", f"{size / _MB:.0f} MB")
    return table


def cost_table(folder: Path, kinds: Sequence[tuple[str, bytes]], limits: Limits) -> Table:
    """Return what one poison file of each kind takes by itself in one worker, starting the worker included."""
    table = Table("poison", "seconds", "outcome", title=f"One file alone (time limit {limits.seconds:g} s)")
    folder.mkdir()
    for name, data in kinds:
        alone = run([_task(folder, name, data)], limits, 1)
        table.add_row(name, f"{alone.seconds:.2f}", *alone.outcomes)
    return table


def _faults(names: Sequence[str]) -> list[tuple[str, bytes]]:
    return [(name, faulty_file(name)) for name in names]


def main(
    files: Annotated[int, typer.Option(min=100, help="Files of each run.")] = 2000,
    small_files: Annotated[int, typer.Option(min=0, help="Small files for the memory of the parent.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each set of files; they take turns.")] = 3,
    seconds: Annotated[float, typer.Option(help="Time limit of a text where files hang.")] = 2.0,
    workers: Annotated[int, typer.Option(help="Worker processes.")] = default_workers(),
) -> None:
    """Write the files, run every set in turn, and print three tables."""
    console, limits, short = Console(), Limits(), Limits(seconds=seconds)
    hostile = [*_faults(_CAUGHT), *((name, make()) for name, make in POISONS.items())]
    kinds = {"1 % poison of all kinds": [*_faults(_CRASHES), *hostile], "1 % crashes": _faults(_CRASHES)}
    with TemporaryDirectory(prefix="gongkai-poison-") as name:
        folder = Path(name)
        innocent = innocent_files(folder / "innocent", files)
        sets = {name: poisoned(folder / name, innocent, own) for name, own in kinds.items()}
        run(innocent[:100], limits, workers)
        clean: list[Run] = []
        others: dict[str, list[Run]] = {name: [] for name in sets}
        for _ in range(rounds):
            clean.append(run(innocent, limits, workers))
            for set_name, tasks in sets.items():
                others[set_name].append(run(tasks, limits, workers))
        hanging = poisoned(folder / "slow", innocent, _faults(_SLOW[:2]))
        others[f"one in 100 hangs ({seconds:g} s)"] = [run(hanging, short, workers)]
        console.print(throughput_table(clean, others))
        console.print(cost_table(folder / "alone", [*_faults((*_CRASHES, *_SLOW)), *hostile], short))
        if small_files:
            (folder / "small").mkdir()
            small = [_task(folder / "small", f"{n:05}", _text(n * 2)) for n in range(small_files)]
            console.print(memory_table(list(memory_steps(small, limits, workers))))


if __name__ == "__main__":
    typer.run(main)
