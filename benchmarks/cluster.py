"""What a cluster costs: `python -m benchmarks.cluster [--files 4000] [--rounds 5] [--no-s3]`.

The same new files are read by one pool of two processes, and by two nodes of one process each with everything in a
storage, turn about: a folder, and an S3 server that takes its own share of this machine. Of each: seconds and CPU of
all processes but the server, for the reading step of a run from its first line to its last, imports left out.
Belongs here: turns and their table. Keep out: the cluster and the server (`pipelines.spreading`, `object_server`).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.end_to_end import write_files
from benchmarks.object_server import BUCKET, KEYS, served
from benchmarks.watched import watched
from pipelines.releases.layout import Layout
from pipelines.spreading.spread import CLUSTER_SWITCH
from pipelines.storing.storage import STORAGE_SWITCH
from pipelines.warehouse.raw_inventory import refresh_inventory

_SEED = 20_080_501
_CODE = Path(__file__).resolve().parents[1]
# What a turn runs: the reading step of the project, timed from within.
_STEP = """
import sys, time
from pathlib import Path
from pipelines.releases.layout import Layout
from pipelines.warehouse.extraction import extract_new
from pipelines.warehouse.shared_reading import shared_by_settings
from pipelines.engine.processes import prepare_server
prepare_server()
storage, spread = shared_by_settings(print)
begin = time.perf_counter()
done = extract_new(Layout(Path(sys.argv[1])), workers=2, storage=storage, spread=spread)
print(f"{time.perf_counter() - begin} {sum(done.outcomes.values())}")
"""


class Turn(NamedTuple):
    """One turn: seconds of the step by the clock; CPU seconds of its process, imports included, workers and nodes."""

    seconds: float
    cpu: float


def _cpu_of(process: int) -> float:
    """Return the CPU seconds of a process with all its children that have ended or not."""
    ticks, found = os.sysconf("SC_CLK_TCK"), 0.0
    children: dict[int, list[int]] = {}
    own: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
        own[int(path.parent.name)] = sum(map(int, fields[11:15])) / ticks
    waiting = [process]
    while waiting:
        each = waiting.pop()
        found += own.get(each, 0.0)
        waiting += children.get(each, [])
    return found


@contextmanager
def nodes(count: int, folder: Path, environment: dict[str, str]) -> Iterator[tuple[str, list[int]]]:
    """Yield the address of a scheduler with so many nodes of one process each, and their process numbers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    started = []
    gongkai = [sys.executable, "-c", "from pipelines.cli import main; main()", "node", address]
    scratch = [["--workers", "1", "--name", str(n), "--scratch", str(folder / str(n))] for n in range(count)]
    try:
        for number, options in enumerate([["--scheduler"], *scratch]):
            log = folder / f"{number}.log"
            with log.open("wb") as file:
                started.append(
                    subprocess.Popen([*gongkai, *options], cwd=_CODE, env=environment, stdout=file, stderr=file)
                )
            while b"ready" not in log.read_bytes():
                time.sleep(0.1)
        yield address, [process.pid for process in started]
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
            process.wait()


def turn(project: Path, environment: dict[str, str], processes: list[int]) -> Turn:
    """Read the files of a project in which nothing was read, and return what it took."""
    shutil.rmtree(Layout(project).extracted, ignore_errors=True)
    before = sum(map(_cpu_of, processes))
    log = project.parent / "turn.log"
    took = watched([sys.executable, "-c", _STEP, str(project)], folder=_CODE, log=log, environment=environment)
    told = log.read_text(encoding="utf-8")
    if took.code:
        raise RuntimeError(told[-2_000:])
    seconds = float(told.splitlines()[-1].split()[0])
    return Turn(seconds, took.own_cpu + took.other_cpu + sum(map(_cpu_of, processes)) - before)


def measure(folder: Path, files: int, rounds: int, console: Console, *, s3: bool = True) -> dict[str, list[Turn]]:
    """Return the turns of each way of reading, made turn about."""
    project = folder / "project"
    write_files(project, files, _SEED, 2)
    refresh_inventory(Layout(project))
    plain = {**os.environ, "PYTHONPATH": str(_CODE)}
    found: dict[str, list[Turn]] = {}
    with served() as endpoint:
        far = {**plain, **KEYS, "AWS_ENDPOINT": endpoint, "AWS_ALLOW_HTTP": "true"}
        with nodes(2, folder, far) as (address, processes):
            for number in range(rounds):
                places = {"folder": str(folder / f"storage-{number}"), "S3": f"s3://{BUCKET}/{number}"}
                ways = {"one pool of two": plain}
                if not s3:
                    del places["S3"]
                for name, place in places.items():
                    clustered = {**far, CLUSTER_SWITCH: address, STORAGE_SWITCH: place}
                    ways[f"two nodes, {name}"] = clustered
                    ways[f"two nodes, {name}, raw files there"] = clustered
                for name, environment in ways.items():
                    if name.endswith("raw files there"):
                        _forget(environment)
                    found.setdefault(name, []).append(turn(project, environment, processes if "nodes" in name else []))
                    console.print(f"{number} {name}: {found[name][-1]}", highlight=False)
    return found


def _forget(environment: dict[str, str]) -> None:
    """Remove the batches from a storage; raw files stay."""
    code = (
        "from pipelines.releases.stored import storage_named\n"
        "storage = storage_named()\n"
        "for entry in list(storage.entries('work')): storage.remove(entry.key)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=_CODE, env=environment, check=True)


def main(
    files: Annotated[int, typer.Option(min=100, help="Files of the project.")] = 4_000,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each way.")] = 5,
    s3: Annotated[bool, typer.Option(help="Also by way of an S3 server of this machine.")] = True,
) -> None:
    """Read the same files in each way, turn about, and print what each took against one pool."""
    console = Console()
    with TemporaryDirectory(prefix="gongkai-cluster-") as name:
        found = measure(Path(name), files, rounds, console, s3=s3)
    table = Table(title=f"Reading {files:,} new files, medians of {rounds} turns")
    for column in ("way", "seconds", "of one pool", "CPU s", "of one pool"):
        table.add_column(column, justify="left" if column == "way" else "right")
    base = found["one pool of two"]
    for way, turns in found.items():
        ratios = [turn.seconds / other.seconds for turn, other in zip(turns, base, strict=True)]
        cpu = [turn.cpu / other.cpu for turn, other in zip(turns, base, strict=True)]
        row = (median(t.seconds for t in turns), median(ratios), median(t.cpu for t in turns), median(cpu))
        table.add_row(way, f"{row[0]:.1f}", f"{row[1]:.2f}", f"{row[2]:.1f}", f"{row[3]:.2f}")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
