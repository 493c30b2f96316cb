"""Commits a second of the ledger, in a file and in a PostgreSQL server: `python -m benchmarks.ledger`.

Each writer is a process that records events as crawlers do, one commit each, forced to disk; they all begin at once.
Belongs here: that measurement. Keep out: the server (`postgres_server`).
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Queue
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.postgres_server import server
from pipelines.collecting.ledger import Ledger
from pipelines.collecting.postgres_ledger import PostgresLedger
from pipelines.collecting.sqlite_ledger import SqliteLedger

WRITERS = (1, 2, 4, 8)
_PATIENCE = 120.0


def opened(place: str) -> Ledger:
    """Return the ledger of a server's address, or of a file."""
    if place.startswith("postgresql://"):
        return Ledger(PostgresLedger(place))
    return Ledger(SqliteLedger(Path(place), Path(place).with_name("journal.jsonl")))


def write(place: str, number: int, seconds: float, together: Barrier, done: Queue[int]) -> None:
    """Commit events for some seconds, beginning with the other writers, and tell how many."""
    with opened(place) as ledger:
        together.wait(_PATIENCE)
        end, count = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            ledger.add(f"host{number}", "2026-01-01", 1)
            count += 1
    done.put(count)


def commits(place: str, writers: int, seconds: float) -> float:
    """Return the commits a second of so many writers at once."""
    context = multiprocessing.get_context("spawn")
    together, done = context.Barrier(writers), context.Queue()
    started = [
        context.Process(target=write, args=(place, number, seconds, together, done)) for number in range(writers)
    ]
    for process in started:
        process.start()
    counts = [done.get(timeout=_PATIENCE) for _ in started]
    for process in started:
        process.join()
    total: int = sum(counts)
    return total / seconds


def measure(folder: Path, seconds: float, rounds: int) -> dict[int, tuple[float, float]]:
    """Return commits a second in SQLite and PostgreSQL by number of writers: medians of interleaved rounds."""
    found: dict[int, tuple[list[float], list[float]]] = {writers: ([], []) for writers in WRITERS}
    with server(folder=folder) as started:
        address = started.address("postgres")
        for number in range(rounds):
            for writers in WRITERS:
                path = folder / f"ledger{number}-{writers}" / "ledger.sqlite"
                found[writers][0].append(commits(str(path), writers, seconds))
                started.run_sql("postgres", "DROP SCHEMA IF EXISTS gongkai CASCADE")
                opened(address).close()
                found[writers][1].append(commits(address, writers, seconds))
    return {writers: (median(sqlite), median(postgres)) for writers, (sqlite, postgres) in found.items()}


def main(
    seconds: Annotated[float, typer.Option(help="Seconds of each measurement.")] = 3.0,
    rounds: Annotated[int, typer.Option(help="Rounds; medians are printed.")] = 3,
    folder: Annotated[Path | None, typer.Option(help="A folder on the disk to measure.")] = None,
) -> None:
    """Print commits a second by number of writers."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        Path(place).chmod(0o755)  # the server runs as another user
        found = measure(Path(place), seconds, rounds)
    table = Table("writers", "SQLite, commits a second", "PostgreSQL, commits a second")
    for writers, (sqlite, postgres) in found.items():
        table.add_row(str(writers), f"{sqlite:.0f}", f"{postgres:.0f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
