"""Millions of files on tens of nodes: `python -m benchmarks.spreading_simulation` simulates how shards are handed out.

The code that hands them out is the real one (`spreading.cluster`, `shard_reading.cut_shards`); the engine, nodes and
the clock are a model (`simulated_nodes`). What a file and a request cost is given, so figures are as good as that is.
Belongs here: the cases, and what the coordinator itself takes. Keep out: what a shard is read with (`end_to_end`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, overload

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.coordinator import Held, held, requests_of_listing
from benchmarks.simulated_nodes import Costs, World
from pipelines.engine.shared_batches import MOVERS
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.spreading import Lost
from pipelines.spreading.cluster import Cluster
from pipelines.warehouse.shard_reading import ReadingShard, SharedFile, cut_shards, read_shard


class Files(Sequence[SharedFile]):
    """Files that are made when they are asked for: millions of them would take the memory that is measured apart."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __len__(self) -> int:
        """Return how many there are."""
        return self._number

    @overload
    def __getitem__(self, index: int) -> SharedFile: ...
    @overload
    def __getitem__(self, index: slice) -> list[SharedFile]: ...
    def __getitem__(self, index: int | slice) -> SharedFile | list[SharedFile]:
        """Return a file, or some."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._number))]
        sha256 = f"{index:064x}"
        return SharedFile(sha256, sha256, None, "text/html", 104_000)


@dataclass
class Simulation:
    """What came of it: seconds against the least there could be, files read more than once, deaths, shards, CPU."""

    seconds: float
    ideal: float
    files: int
    read: int
    deaths: int
    shards: int
    again: int
    cpu: float
    lost: int

    @property
    def repeated(self) -> float:
        """Return the share of files that were read more than once."""
        return self.read / self.files - 1


def simulate(files: int, nodes: int, workers: int, costs: Costs, seed: int = 7) -> Simulation:
    """Hand out files to nodes, and see that each comes back exactly once."""
    world = World(nodes, workers, costs, seed)
    whole = ReadingShard("s3://bucket/prefix", "fingerprint", DEFAULT_LIMITS, ())
    came, shards, lost, began = 0, 0, 0, time.process_time()
    fetching = 0.0
    keys = set[str]()
    with world.in_place():
        spread = Cluster(world.address, "simulated")
        for shard, read in spread.map(read_shard, cut_shards(whole, Files(files), nodes)):
            shards, came, lost = shards + 1, came + len(shard.files), lost + isinstance(read, Lost)
            keys.add(shard.key)
            fetching += costs.request * costs.batches * costs.objects if costs.is_fetched else 0.0
    assert (came, len(keys)) == (files, shards), f"{came} of {files} files in {len(keys)} of {shards} shards"
    cpu = time.process_time() - began - world.cpu
    ideal = files * costs.file_cpu / (nodes * workers)
    return Simulation(
        # Batches come beside all else, so many at a time.
        max(world.now, fetching / MOVERS),
        ideal,
        files,
        world.read_files,
        world.deaths,
        shards,
        int(spread.about()["shards given out again"]),
        cpu / shards,
        lost,
    )


def _row(name: str, found: Simulation) -> tuple[str, ...]:
    return (
        name,
        f"{found.seconds / 60:.1f} min",
        f"{found.seconds / found.ideal:.2f}",
        f"{found.repeated:.1%}",
        str(found.deaths),
        f"{found.again} of {found.shards}",
        f"{found.cpu * 1000:.1f} ms",
    )


def main(
    files: Annotated[int, typer.Option(help="files to read")] = 5_400_000,
    nodes: Annotated[int, typer.Option(help="nodes")] = 32,
    workers: Annotated[int, typer.Option(help="processes that read, on each node")] = 2,
    held_files: Annotated[int, typer.Option(help="files whose memory is measured; 0: not")] = 540_000,
) -> None:
    """Print what was simulated, and what the coordinator was measured to take."""
    table = Table(
        "case", "time", "of the ideal", "read again", "deaths", "given out again", "CPU a shard",
        title=f"simulated: {files:,} files on {nodes} nodes of {workers}",
    )  # fmt: skip
    console = Console(width=120)
    cases = {
        "nothing fails": Costs(deaths_an_hour=0, straggling=0, is_fetched=False),
        "1 % of nodes die an hour, stragglers": Costs(is_fetched=False),
        "each node dies once an hour": Costs(deaths_an_hour=1, is_fetched=False),
        "1 %, the coordinator fetches 1 batch of a shard": Costs(),
        "1 %, it fetches 18 batches of a shard": Costs(batches=18),
    }
    for name, costs in cases.items():
        table.add_row(*_row(name, simulate(files, nodes, workers, costs)))
    console.print(table)
    console.print(_requests(files, nodes, Costs()))
    if held_files:
        console.print(_memory(held(held_files), files))


def _requests(files: int, nodes: int, costs: Costs) -> Table:
    """Return how many requests are made for raw files, and how long they take, as many at a time as the code makes."""
    table = Table("computed", "requests", "at a time", f"time at {costs.request * 1000:.0f} ms each")
    counted = {
        "the coordinator lists what the storage has": (requests_of_listing(files), costs.movers),
        "the coordinator sends all of them": (files, costs.movers),
        "nodes fetch all of them": (files, costs.movers * nodes),
    }
    for name, (number, at_once) in counted.items():
        table.add_row(name, f"{number:,}", str(at_once), f"{number * costs.request / at_once / 60:,.1f} min")
    return table


def _memory(found: Held, files: int) -> Table:
    table = Table("what the coordinator holds", f"{found.files:,} files", f"{files:,} files, extrapolated")
    for name, size in found.bytes.items():
        table.add_row(name, f"{size / 1e6:,.0f} MB", f"{size / 1e9 * files / found.files:,.1f} GB")
    return table


if __name__ == "__main__":
    typer.run(main)
