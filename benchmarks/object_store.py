"""What a release costs in an object store: `python -m benchmarks.object_store PROJECT` publishes, asks and fetches one.

The server is in this process and on this machine, so the network costs nothing and the server something: what counts is
the ratio of a question from afar to the same on disk, and how many requests it takes. Belongs here: times and requests.
Keep out: serving (`object_server`), making a release (`large_release`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.object_server import Answer, address, environment, failing, served
from benchmarks.queries import questions
from pipelines.releases.layout import Layout, current_release
from pipelines.releases.manifest import DATABASE, PARQUET
from pipelines.releases.open_release import connect
from pipelines.releases.pulling import pull
from pipelines.releases.remote import open_remote
from pipelines.releases.stored import is_published
from pipelines.storing import Storage, open_storage
from pipelines.warehouse.database import build_database
from pipelines.warehouse.publication import publish_to

_MB = 1_000_000


class Requests:
    """Counts what a server is asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, *_: str) -> int:
        """Count a request, and let it pass."""
        self.count += 1
        return Answer.PASS


@contextmanager
def stored() -> Iterator[tuple[Storage, Requests]]:
    """Yield an empty storage on a server of this process, and what counts its requests."""
    requests = Requests()
    with served() as endpoint, failing(endpoint, requests) as counted, environment(counted):
        yield open_storage(address()), requests


def timed(requests: Requests, work: Callable[[], Any]) -> tuple[Any, float, int]:
    """Return what work returns, its seconds by the clock, and the requests that it made."""
    before, start = requests.count, perf_counter()
    result = work()
    return result, perf_counter() - start, requests.count - before


def asked(connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any], times: int) -> tuple[float, float]:
    """Return the seconds of a question the first time, which opens files, and the median of some more."""
    seconds = []
    for _ in range(times + 1):
        start = perf_counter()
        connection.execute(query, given or None).fetchall()
        seconds.append(perf_counter() - start)
    first, *again = seconds
    return first, median(again)


def main(
    project: Annotated[Path, typer.Argument(help="a project with a release, such as large_release makes")],
    times: Annotated[int, typer.Option(min=1, help="turns of each question")] = 3,
) -> None:
    """Print what publishing, opening, fetching and every question of the cookbook cost."""
    release = current_release(Layout(project.resolve()))
    size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    whole = Table("what", "seconds", "requests", title=f"{release.name}: {size / _MB:,.0f} MB")
    columns = ("on disk: first, ms", "again", "from afar: first, ms", "again", "requests")
    each = Table("question", *columns, title=f"questions, the first turn and the median of {times} more")
    with stored() as (storage, requests), TemporaryDirectory() as folder:
        _, *cost = timed(requests, lambda: publish_to(storage, release))
        whole.add_row("publish", f"{cost[0]:.2f}", str(cost[1]))
        _, *cost = timed(requests, lambda: is_published(storage, release))
        whole.add_row("look whether it is published", f"{cost[0]:.3f}", str(cost[1]))
        far, *cost = timed(requests, lambda: open_remote(storage, Path(folder) / "scratch"))
        whole.add_row("open from afar", f"{cost[0]:.3f}", str(cost[1]))

        def from_parquet(part: Path) -> None:
            build_database(part / PARQUET, part / DATABASE)

        _, *cost = timed(requests, lambda: pull(storage, Path(folder) / "pulled", build_database=from_parquet))
        whole.add_row("fetch all of it", f"{cost[0]:.2f}", str(cost[1]))
        with connect(release) as near, connect(far) as afar:
            for name, query, given in questions(near):
                on_disk = asked(near, query, given, times)
                before = requests.count
                there = asked(afar, query, given, times)
                figures = (f"{1000 * seconds:.1f}" for seconds in (*on_disk, *there))
                each.add_row(name, *figures, str(requests.count - before))
    console = Console()
    console.print(whole)
    console.print(each)


if __name__ == "__main__":
    typer.run(main)
