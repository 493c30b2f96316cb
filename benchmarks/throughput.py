"""Speed and memory by format, against others and against the aims: `python -m benchmarks.throughput [--files N]`.

Belongs here: the run and its printed tables. Keep out: contestants, files, clocks, and whether cells are read right on
all kinds of files (`accuracy`). Only what is light is imported at the top: processes apart import this module too.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.apart import memory_of, processes
from benchmarks.contestants import AIMS, ENTRIES, PARSE, WHOLE
from benchmarks.timing import ratio

if TYPE_CHECKING:
    from benchmarks.end_to_end import Done
    from benchmarks.measuring import Measured

_SEED = 20_080_501
_MB = 1_000_000
_WIDTH = 130
_WORKERS = 2
# As `correctness` names them.
_VERDICTS = ("right", "wrong", "flagged")
# What unpacking and parsing alone was expected to take on a report in DOCX.
_DOCX_PARSE_MS = 0.7


def speed_table(found: Measured) -> Table:
    """Return speed and memory of each contestant of a format; of our extraction also what it read."""
    title = f"{found.kind}: {found.files} files of {found.mean_size / 1000:.0f} KB on average, one process"
    table = Table("contestant", "files", "ms/file", "median", "files/s", "peak memory", "cells read", title=title)
    for column in table.columns[1:6]:
        column.justify = "right"
    for contestant in found.entered.values():
        files = len(contestant.seconds)
        each = contestant.total / files
        peak = found.memory.get(contestant.name)
        memory = f"{peak / _MB:.0f} MB" if peak else "-"
        cells = ", ".join(f"{found.cells[kind]:,} {kind}" for kind in _VERDICTS)
        shown = cells if contestant.name == WHOLE else ""
        speeds = (f"{each * 1000:.2f}", f"{median(contestant.seconds.values()) * 1000:.2f}", f"{1 / each:.0f}")
        table.add_row(contestant.name, str(files), *speeds, memory, shown)
    return table


def aims_table(measured: Sequence[Measured]) -> Table:
    """Return the ratios of total time on the files that both did, with the aims; single files beside them."""
    table = Table("format", "measure", "value", "median file", "10 to 90 %", "aim", "met", title="Aims")
    for found in measured:
        for aim in AIMS.get(found.kind, ()):
            slower, faster = found.entered.get(aim.slower), found.entered.get(aim.faster)
            name = f"{aim.slower} / {aim.faster}"
            if slower is None or faster is None:
                table.add_row(found.kind, name, "-", "", "", aim.text, "not measured")
                continue
            got = ratio(slower, faster)
            middle = median(
                slower.seconds[n] / faster.seconds[n] for n in slower.seconds.keys() & faster.seconds.keys()
            )
            row = (f"{got.value:.2f}", f"{middle:.2f}", f"{got.low:.2f} - {got.high:.2f}", aim.text)
            table.add_row(found.kind, name, *row, "met" if aim.is_met(got.value) else "not met")
        if found.kind == "docx" and (parse := found.entered.get(PARSE)):
            each = f"{parse.total / len(parse.seconds) * 1000:.2f} ms"
            table.add_row(found.kind, f"{PARSE}, a file", each, "", "", f"about {_DOCX_PARSE_MS} ms", "the limit")
    return table


def stages_table(done: Done) -> Table:
    """Return how long each stage of the way from files to a release took."""
    title = f"End to end: {done.files:,} files of mixed formats, {done.bytes / _MB:,.0f} MB"
    table = Table("stage", "seconds", "share", "files/s", "CPU s of parent", "peak of parent so far", title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    whole = sum(done.seconds.values())
    for name, seconds in {**done.seconds, "whole": whole}.items():
        cpu = done.parent_cpu.get(name, sum(done.parent_cpu.values()))
        peak = done.parent_peaks.get(name, max(done.parent_peaks.values()))
        figures = (f"{seconds:.1f}", f"{seconds / whole:.0%}", f"{done.files / seconds:,.0f}")
        table.add_row(name, *figures, f"{cpu:.1f}", f"{peak / _MB:.0f} MB")
    return table


def facts_table(done: Done) -> Table:
    """Return what came out of the way from files to a release, and the memory it took."""
    table = Table("fact", "value", title="What came of it")
    for name, count in {**done.outcomes, **done.rows}.items():
        table.add_row(name, f"{count:,}")
    table.add_row("workers", str(done.workers))
    table.add_row("peak memory of the largest worker", f"{done.worker_peak / _MB:.0f} MB")
    table.add_row("writing the files before", f"{done.writing_seconds:.0f} s")
    return table


def _print_formats(console: Console, numbers: dict[str, int], peer_files: int, seed: int) -> None:
    from benchmarks.measuring import measure  # noqa: PLC0415  # the processes apart stay without it

    measured = []
    with processes(_WORKERS, tasks_each=1) as apart:
        nothing = apart.submit(memory_of, len, []).result()
        for kind, files in numbers.items():
            if not files:
                continue
            found = measure(kind, files, peer_files, seed, apart=apart)
            measured.append(found)
            console.print(speed_table(found))
            for remark in found.remarks:
                console.print(f"{kind}: {remark}", markup=False, highlight=False)
            console.print()
    if any(found.kind in AIMS for found in measured):
        console.print(aims_table(measured))
    console.print(
        f"Peak memory is that of a process that does only this; one that does nothing: {nothing / _MB:.0f} MB."
    )


def main(
    files: Annotated[int, typer.Option(min=0, help="Files of each format.")] = 60,
    only: Annotated[str, typer.Option(help="Only this format.")] = "",
    peer_files: Annotated[int, typer.Option(min=1, help="Files of each format that slow peers do, about.")] = 10,
    end_to_end: Annotated[int, typer.Option(min=0, help="Files that go all the way into a release.")] = 0,
    scans: Annotated[int, typer.Option(min=0, help="Scanned files; a page takes seconds.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the files.")] = _SEED,
) -> None:
    """Measure every format and print a table of each, then the aims, then the way from files to a release."""
    console = Console() if Console().is_terminal else Console(width=_WIDTH)
    if only not in {"", *ENTRIES}:
        raise typer.BadParameter(f"{only!r} is no format; there are {', '.join(ENTRIES)}")
    numbers = {kind: scans if kind == "scan" else files for kind in ENTRIES if only in {"", kind}}
    if any(numbers.values()):
        _print_formats(console, numbers, peer_files, seed)
    if end_to_end:
        from benchmarks.end_to_end import run  # noqa: PLC0415  # the processes apart stay without it

        done = run(end_to_end, seed, _WORKERS)
        console.print(stages_table(done))
        console.print(facts_table(done))


if __name__ == "__main__":
    typer.run(main)
