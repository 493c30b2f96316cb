"""Pictures of reports by what people did with them: `python -m benchmarks.scans [--only CASE] [--pages N]`.

The number that matters most is what is silently wrong: cells, figures of the prose, the year, the date, and lines of
two pages that were joined. Belongs here: the run, its clock and its table. Keep out: the cases (`corpus.pictured`) and
how they are judged (`corpus.pictured_judging`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from time import process_time
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.apart import processes
from benchmarks.corpus.pictured import CASES, Case, Pictured, made
from benchmarks.corpus.pictured_judging import Judged, is_read_here, judge_pictured
from benchmarks.timing import peak_memory
from pipelines.reading.scan import available

_SHOWN, _PIPE_WIDTH = 60, 190
_COLUMNS = (
    "case", "files", "pages", "cells", "right", "proved", "ambiguous", "absent", "refused", "figures", "dates",
    "joined", "silently wrong", "aim %", "reached %", "s a page", "/ recogniser", "MB",
)  # fmt: skip


@dataclass
class Tally:
    """What became of the files of one case. `clocked` are the pages that were read in this process, on the clock.

    `recogniser` are the seconds that the models took of `seconds`; `memory` is the peak of the process in bytes.
    """

    files: int = 0
    pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    clocked: int = 0
    seconds: float = 0.0
    recogniser: float = 0.0
    memory: int = 0

    @property
    def cells(self) -> int:
        """Return the cells that are printed."""
        return self.counts["cells"]

    @property
    def reached(self) -> float:
        """Return the share of cells that are right or proved."""
        return (self.counts["right"] + self.counts["proved"]) / self.cells if self.cells else 0.0

    def add(self, pictured: Pictured, judged: Judged) -> None:
        """Count a file."""
        verdict = judged.verdict
        self.files += 1
        self.pages += pictured.pages
        self.counts.update(
            cells=len(pictured.report.printout.truth), right=verdict.right, proved=verdict.proved,
            ambiguous=verdict.ambiguous, absent=verdict.missing, dated=int(judged.dated), figures=judged.figures,
            told=len(pictured.report.told),
        )  # fmt: skip
        if verdict.refused:
            self.refused[verdict.refused] += 1
        self.wrong.extend(f"{pictured.case} file {self.files - 1}: {each}" for each in judged.wrong)
        self.joined.extend(f"{pictured.case} file {self.files - 1}: joined {each[:80]!r}" for each in judged.joined)

    def merge(self, other: Tally) -> None:
        """Add what became of the files of another case."""
        for name in ("files", "pages", "clocked", "seconds", "recogniser"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.counts.update(other.counts)
        self.refused.update(other.refused)
        self.wrong.extend(other.wrong)
        self.joined.extend(other.joined)
        self.memory = max(self.memory, other.memory)


def files_of(case: Case, pages: int, seed: int) -> Iterator[Pictured]:
    """Yield files of a case until they have so many pages."""
    made_pages, number = 0, 0
    while made_pages < pages:
        pictured = made(case, f"{seed} {number}")
        made_pages, number = made_pages + pictured.pages, number + 1
        yield pictured


def tally(files: Sequence[Pictured]) -> Tally:
    """Read and judge the files of a case, on the clock where they are read in this process."""
    found = Tally()
    for pictured in files:
        with _recogniser_clocked() as recogniser:
            start = process_time()
            judged = judge_pictured(pictured)
            seconds = process_time() - start
        found.add(pictured, judged)
        if is_read_here(pictured) and not judged.verdict.refused:
            found.clocked += pictured.pages
            found.seconds += seconds
            found.recogniser += sum(recogniser)
    found.memory = peak_memory()
    return found


@contextmanager
def _recogniser_clocked() -> Iterator[list[float]]:
    """Yield the seconds of each call of a model, whichever of our modules makes it."""
    seconds: list[float] = []
    if not available():
        yield seconds
        return
    session = import_module("onnxruntime").InferenceSession
    plain = session.run

    def clocked(*args: Any, **named: Any) -> Any:
        start = process_time()
        try:
            return plain(*args, **named)
        finally:
            seconds.append(process_time() - start)

    session.run = clocked
    try:
        yield seconds
    finally:
        session.run = plain


def tallies(cases: Sequence[Case], pages: int, seed: int, jobs: int, progress: Progress) -> dict[str, Tally]:
    """Read the files of all cases, each case in a process of its own: its peak of memory is that of the case."""
    bar = progress.add_task("cases", total=len(cases))
    found: dict[str, Tally] = {}
    waiting = list(cases)
    with processes(jobs, tasks_each=1) as pool:
        while waiting:  # some at a time: the files of all would fill the memory
            now, waiting = waiting[: 2 * jobs], waiting[2 * jobs :]
            asked = {pool.submit(tally, list(files_of(case, pages, seed))): case for case in now}
            for answer in as_completed(asked):
                case, one = asked[answer], answer.result()
                found[case.name] = one
                wrong = len(one.wrong) + len(one.joined)
                told = f"{case.name}: {one.reached:.1%} of {one.cells} cells, silently wrong {wrong}"
                progress.console.print(told, markup=False, highlight=False)
                progress.advance(bar)
    return {case.name: found[case.name] for case in cases}


def scan_table(found: dict[str, Tally], aims: dict[str, float | None]) -> Table:
    """Return the printed table."""
    table = Table(title="cells of reports as pictures")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in ("case", "refused") else "right")
    for name, one in found.items():
        aim = aims.get(name)
        refused = ", ".join(f"{reason} {n}" for reason, n in one.refused.most_common())
        counts = [str(one.counts[kind]) for kind in ("cells", "right", "proved", "ambiguous", "absent")]
        a_page = f"{one.seconds / one.clocked:.1f}" if one.clocked else "-"
        times = f"{one.seconds / one.recogniser:.2f}" if one.recogniser else "-"
        table.add_row(
            name, str(one.files), str(one.pages), *counts, refused,
            f"{one.counts['figures']}/{one.counts['told']}", f"{one.counts['dated']}/{one.files}",
            str(len(one.joined)), str(len(one.wrong)), f"{100 * aim:.0f}" if aim else "-", f"{100 * one.reached:.1f}",
            a_page, times, f"{one.memory / 2**20:.0f}",
        )  # fmt: skip
    return table


def wide_console() -> Console:
    """Return a console that is wide enough for the table in a pipe, too."""
    return Console() if Console().is_terminal else Console(width=_PIPE_WIDTH)


def tell(found: dict[str, Tally], aims: dict[str, float | None], console: Console) -> NoReturn:
    """Print the table, all cases last, and what is wrong; exit code 1 where something is."""
    whole = Tally()
    for one in found.values():
        whole.merge(one)
    console.print(scan_table({**found, "all": whole}, aims))
    for line in (*whole.wrong, *whole.joined)[:_SHOWN]:
        console.print(line, markup=False, highlight=False)
    raise typer.Exit(1 if whole.wrong or whole.joined else 0)


def main(
    only: Annotated[str, typer.Option(help="Only cases whose name begins so.")] = "",
    pages: Annotated[int, typer.Option(min=1, help="Pages of each case, at least.")] = 6,
    seed: int = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Cases read at once.")] = 1,
) -> None:
    """Print what is read of reports as pictures; exit code 1 where something is silently wrong or pages are joined."""
    console = wide_console()
    cases = [case for case in CASES if case.name.startswith(only)]
    with Progress(console=console, transient=True) as progress:
        found = tallies(cases, pages, seed, jobs, progress)
    tell(found, {case.name: case.aim for case in cases}, console)


if __name__ == "__main__":
    typer.run(main)
