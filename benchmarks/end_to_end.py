"""The whole way of many files of mixed formats into a release, by the library alone, stage by stage on the clock.

Belongs here: the project that is made and the stages it goes through. Keep out: single formats (`measuring`), tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.apart import peak_of, processes
from benchmarks.contestants import LAST_YEAR
from benchmarks.samples import sample
from benchmarks.timing import peak_memory
from pipelines.releases.layout import Layout
from pipelines.releases.summary import counts
from pipelines.warehouse.dimensions import years
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.raw_inventory import refresh_inventory
from pipelines.warehouse.release import build_candidate, publish
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import build_all

# Of twenty files in turn: 55 % html, 15 % docx, 10 % doc, 10 % pdf, 5 % xlsx, 5 % text.
MIX = (
    "html", "docx", "html", "doc", "html", "pdf", "html", "docx", "html", "xlsx",
    "html", "text", "html", "doc", "html", "docx", "html", "pdf", "html", "html",
)  # fmt: skip
_FILES_PER_FOLDER = 1_000
_FILES_PER_TASK = 50


@dataclass
class Done:
    """What one run did: by stage seconds, CPU seconds and peak memory of the parent so far; outcomes, rows, peaks.

    Memory is in bytes. Where the parent's CPU seconds come near the seconds, more workers would not help.
    """

    files: int
    workers: int
    bytes: int = 0
    writing_seconds: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)
    parent_cpu: dict[str, float] = field(default_factory=dict)
    parent_peaks: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    worker_peak: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Put a stage on the clock."""
        start, cpu = perf_counter(), process_time()
        yield
        self.seconds[name], self.parent_cpu[name] = perf_counter() - start, process_time() - cpu
        self.parent_peaks[name] = peak_memory()


def run(files: int, seed: int, workers: int) -> Done:
    """Write a project of some files and bring it into a release, each in processes of its own."""
    with TemporaryDirectory(prefix="gongkai-end-to-end-") as name:
        root = Path(name)
        start = perf_counter()
        size = write_files(root, files, seed, workers)
        written = perf_counter() - start
        with processes(1) as apart:
            done = apart.submit(release, root, files, workers).result()
    done.bytes, done.writing_seconds = size, written
    return done


def write_files(root: Path, files: int, seed: int, workers: int) -> int:
    """Write the files of a project, each from its own seed. Returns their bytes."""
    numbers = range(files)
    chunks = [numbers[i : i + _FILES_PER_TASK] for i in range(0, files, _FILES_PER_TASK)]
    with processes(workers) as apart:
        return sum(apart.map(write_some, [root] * len(chunks), [seed] * len(chunks), chunks))


def write_some(root: Path, seed: int, numbers: Sequence[int]) -> int:
    """Write the files of some numbers into a project. Returns their bytes."""
    size = 0
    for number in numbers:
        found = sample(MIX[number % len(MIX)], seed, number)
        path = Layout(root).raw / f"part {number // _FILES_PER_FOLDER}" / found.name
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(found.data)
    return size


def release(root: Path, files: int, workers: int) -> Done:
    """Bring the files of a project into a release."""
    done, layout = Done(files, workers), Layout(root)
    inputs = RunInputs(layout, LAST_YEAR)

    def look(*_: int) -> None:
        # The workers are children of the fork server: what the system adds up for our own children lacks them.
        done.worker_peak = max([done.worker_peak, *(peak_of(child.pid or 0) for child in active_children())])

    with done.stage("inventory"):
        refresh_inventory(layout)
    with done.stage("reading and extraction"):
        done.outcomes = extract_new(layout, workers=workers, progress=look).outcomes
    with done.stage("tables and audit"):
        build_all(inputs, years(LAST_YEAR))
    with done.stage("candidate"):
        build_candidate(layout)
    with done.stage("publishing"):
        published = publish(layout)
    done.rows = dict(counts(published.path))
    return done
