"""Reports printed and faxed by other programs: `python -m benchmarks.printed [--reports N] [--seed N]`.

Needs LibreOffice, Chromium and Ghostscript. Belongs here: the run and its table. Keep out: pages and programs
(`corpus.printed_pages`), the clock and the tally (`scans`), judging (`corpus.pictured_judging`).
"""

from __future__ import annotations

from concurrent.futures import as_completed
from typing import Annotated

import typer
from rich.progress import Progress

from benchmarks.apart import processes
from benchmarks.corpus.printed_pages import PROGRAMS, missing_programs, printed
from benchmarks.scans import Tally, tally, tell, wide_console


def main(
    reports: Annotated[int, typer.Option(min=1, help="Reports that each program prints.")] = 4,
    seed: int = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Files read at once.")] = 1,
) -> None:
    """Print what is read of reports that other programs laid out; exit code 1 where something is silently wrong."""
    console = wide_console()
    if missing := missing_programs():
        raise typer.BadParameter(f"this machine has no {', '.join(missing)}: install them and run again")
    found: dict[str, Tally] = {}
    with Progress(console=console, transient=True) as progress, processes(jobs) as pool:
        bar = progress.add_task("reports", total=reports * len(PROGRAMS))
        for program in PROGRAMS:
            for number in range(reports):
                asked = {pool.submit(tally, [one]): one.case for one in printed(program, f"{seed} {number}")}
                for answer in as_completed(asked):
                    found.setdefault(asked[answer], Tally()).merge(answer.result())
                progress.advance(bar)
    tell(dict(sorted(found.items())), {}, console)


if __name__ == "__main__":
    typer.run(main)
