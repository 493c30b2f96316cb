"""What the questions of sql/ cost on a release: `python -m benchmarks.queries PROJECT` times every query and view.

Every answer is fetched whole, of a view what it holds of one agency; medians and 95th percentiles of some turns, after
one that is not counted. Belongs here: timing what sql/ declares. Keep out: making a release (`large_release`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Annotated, Any, NamedTuple

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pipelines.releases.layout import SQL_FOLDER, Layout, current_release
from pipelines.releases.open_release import connect
from pipelines.warehouse.database import load_views

_PARAMETER = re.compile(r"\$(\w+)")
# Asked of every view: the rows of one agency.
_OF_AN_AGENCY = "SELECT * FROM {} WHERE agency_name = $agency"
# What a reader does one at a time: all cells of one report, one cell, all reports of one agency.
_LOOK_UPS = {
    "one report's cells": "SELECT * FROM cell WHERE report_key = $report",
    "one cell": "SELECT * FROM cell WHERE report_key = $report AND cell_path = 'applications.received.total'",
    "one agency's cells": "SELECT c.* FROM dim_report AS r JOIN cell AS c USING (report_key) "
    "WHERE r.agency_sk = $agency_sk",
    "one agency's applications": "SELECT * FROM fact_applications WHERE agency_sk = $agency_sk",
}


class Cost(NamedTuple):
    """What a question cost: rows of its answer, rows read of tables, milliseconds by the clock and of the processor."""

    name: str
    rows: int
    scanned: int
    median_ms: float
    p95_ms: float
    cpu_ms: float


def questions(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (name, query, parameters): the cookbook, every view asked of one agency, and look-ups."""
    for path in sorted((SQL_FOLDER / "queries").glob("*.sql")):
        yield path.stem, path.read_text(encoding="utf-8"), {}
    found = connection.execute(
        "SELECT a.name, a.agency_sk, r.report_key FROM dim_report AS r JOIN dim_agency AS a USING (agency_sk) "
        "WHERE r.status = 'current' ORDER BY r.report_key LIMIT 1"
    ).fetchone()
    assert found is not None, "the release has no report"
    known = dict(zip(("agency", "agency_sk", "report"), found, strict=True))
    asked = {f"view {view.name}": _OF_AN_AGENCY.format(view.name) for view in load_views()} | _LOOK_UPS
    for name, query in asked.items():
        yield name, query, {each: known[each] for each in _PARAMETER.findall(query)}


def cost(connection: duckdb.DuckDBPyConnection, name: str, query: str, given: dict[str, Any], times: int) -> Cost:
    """Time a question."""
    rows = len(connection.execute(query, given or None).fetchall())
    clock, processor = [], []
    for _ in range(times):
        began, worked = perf_counter(), process_time()
        connection.execute(query, given or None).fetchall()
        clock.append(1000 * (perf_counter() - began))
        processor.append(1000 * (process_time() - worked))
    return Cost(name, rows, scanned(connection, query, given), median(clock), _p95(clock), median(processor))


def scanned(connection: duckdb.DuckDBPyConnection, query: str, given: dict[str, Any]) -> int:
    """Return the rows that a query reads of tables, as DuckDB counts them."""
    plan = connection.execute(f"EXPLAIN (ANALYZE, FORMAT json) {query}", given or None).fetchall()[0][1]
    return sum(_numbers(json.loads(plan), "rows_scanned"))


def _numbers(node: Any, wanted: str) -> Iterator[int]:
    if isinstance(node, dict):
        yield from (int(value) for name, value in node.items() if name == wanted)
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _numbers(each, wanted)


def _p95(values: list[float]) -> float:
    return sorted(values)[ceil(0.95 * len(values)) - 1]


def main(
    project: Annotated[Path, typer.Argument(help="a project with a release, such as large_release makes")],
    times: Annotated[int, typer.Option(min=1, help="turns of each question")] = 11,
    threads: Annotated[int, typer.Option(min=1, help="threads of the database")] = 2,
) -> None:
    """Print what every question costs, and the 95th percentile of the cookbook."""
    with connect(current_release(Layout(project.resolve())), threads=threads) as connection:
        found = [cost(connection, *question, times) for question in questions(connection)]
        reports = connection.execute("SELECT count(*) FROM dim_report").fetchone()
    assert reports is not None
    table = Table("question", "rows", "rows read", "median ms", "p95 ms", "CPU ms", title=f"{reports[0]:,} reports")
    for each in found:
        figures = (f"{value:.1f}" for value in each[3:])
        table.add_row(each.name, f"{each.rows:,}", f"{each.scanned:,}", *figures)
    cookbook = [each for each in found if each.name[0].isdigit()]
    console = Console()
    console.print(table)
    console.print(
        f"cookbook: 95 % of its medians within {_p95([each.median_ms for each in cookbook]):.0f} ms by the clock, "
        f"{_p95([each.cpu_ms for each in cookbook]):.0f} ms CPU; "
        f"the longest turn took {max(each.p95_ms for each in cookbook):.0f} ms"
    )


if __name__ == "__main__":
    typer.run(main)
