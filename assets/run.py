"""Materialise everything in one run and print what is in the warehouse: `python -m assets.run`.

`gongkai run` and `make run` become this process; nothing else materialises from the command line.
Exit codes: 0 done; 1 failed, nothing published; 3 done, some input quarantined.
"""

import os
import sys
from pathlib import Path

import dagster as dg
from rich.console import Console

from assets.definitions import ASSETS, CHECKS
from assets.partitions import ALL_YEARS_TAGS
from assets.resources import Warehouse
from pipelines.querying import console_for_people, show_table, write_rows
from pipelines.warehouse.layout import Layout, current_release
from pipelines.warehouse.summary import connect, counts, example_query, quarantined

_SHOWN_QUARANTINED = 20


def materialise(warehouse: Warehouse, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """Run all assets and checks over all years; failures are in the result, not raised."""
    return dg.materialize(
        [*ASSETS, *CHECKS],
        instance=instance,
        resources={"warehouse": warehouse},
        tags=ALL_YEARS_TAGS,
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """Return what failed: the innermost error of each failed step, failed blocking checks, or of the run itself."""
    events = list(result.all_events)
    found = [
        f"{event.step_key}: {_innermost(event.event_specific_data)}" for event in events if event.is_step_failure
    ]
    checks = [e for e in result.get_asset_check_evaluations() if not e.passed and e.blocking]
    found += [f"check {e.check_name}: {e.metadata['failing_rows'].value} rows fail it" for e in checks]
    return found or [_innermost(e.event_specific_data) for e in events if e.event_type_value == "PIPELINE_FAILURE"]


def _innermost(data: object) -> str:
    """Return the first line of the error that began it all: what dagster wraps around it says nothing more."""
    error = getattr(data, "error", None)
    if error is None:
        return str(data)
    while error.cause is not None:
        error = error.cause
    return str(error.message).strip().splitlines()[0]


def _metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey(asset):
            return {name: entry.value for name, entry in event.materialization.metadata.items()}
    return {}


def report(layout: Layout, result: dg.ExecuteInProcessResult, console: Console) -> int:
    """Print what the run did and what is in the release; returns the exit code."""
    release = current_release(layout)
    new = _metadata(result, "extracted_reports").get("newly_extracted")
    if _metadata(result, "release").get("is_new"):
        console.print(f"[bold]已发布 published[/] {release.name}: {new} new files read")
    else:
        console.print(f"[bold]无新内容 nothing new:[/] {new} files read, nothing published; current is {release.name}")
    show_table("仓库 warehouse", ["内容 content", "数量 rows"], [(k, f"{n:,}") for k, n in counts(release)], console)
    _print_example(release, console)
    refused = quarantined(release)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for location, reason, detail in refused[:_SHOWN_QUARANTINED]:
        errors.print(f"quarantined {location}: {reason}: {detail}", markup=False)
    if len(refused) > _SHOWN_QUARANTINED:
        errors.print(f"... and {len(refused) - _SHOWN_QUARANTINED} more: see the table raw_file_location")
    return 3 if refused else 0


def _print_example(release: Path, console: Console) -> None:
    query = example_query()
    console.print("示例查询 example query (sql/queries/06_procurement_per_project.sql):")
    console.print(query.strip(), style="dim", highlight=False)
    with connect(release) as connection:
        write_rows(connection.execute(query), "table", console)


def main() -> int:
    """Run; print; return the exit code."""
    warehouse = Warehouse()
    console = console_for_people()
    with dg.DagsterInstance.get() if os.environ.get("DAGSTER_HOME") else dg.DagsterInstance.ephemeral() as instance:
        result = materialise(warehouse, instance)
    if not result.success:
        for line in failures(result):
            print(f"failed: {line}", file=sys.stderr)
        print("nothing was published; the current release is unchanged", file=sys.stderr)
        return 1
    return report(warehouse.layout, result, console)


if __name__ == "__main__":
    sys.exit(main())
