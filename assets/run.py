"""Materialise everything in one run and print what is in the warehouse: `python -m assets.run [REASON ...]`.

`gongkai run` and `make run` become this process; nothing else materialises from the command line. Quarantined files of
the reasons named are read again; `--accept-loss` says why less than before may be published.
Exit codes: 0 done; 1 failed, nothing published; 3 done, some input quarantined.
"""

import argparse
import builtins
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, cast

from pipelines.commands.progress import begin, end
from pipelines.commands.terminal import guard, keep_standard_error, warn
from pipelines.interruption import INTERRUPTED_EXIT, begin_loading, end_loading

if __name__ == "__main__":
    begin_loading()
    # Before dagster redirects it; and to load what follows takes seconds.
    guard()
    keep_standard_error()
    begin(after=0)

from pipelines.commands.failures import declarations_explained
from pipelines.commands.leaving import leave, look_for_garbage_seldom
from pipelines.engine.processes import prepare_server
from pipelines.without_pandas import hide_pandas

# Tables follow from what is declared: a wrong declaration is met while these are imported.
with declarations_explained():
    from pipelines.engine.compiled_code import drop_stale
    from pipelines.warehouse.run_digest import code_digests, run_digests

    # Before it is loaded: what is edited meanwhile is then another code than that of this run.
    CODE = code_digests()
    drop_stale(CODE)

if __name__ == "__main__":
    look_for_garbage_seldom()
    if "--reads" in sys.argv:
        prepare_server()  # to load the readers takes as long as what follows

import dagster as dg
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG
from rich.console import Console

with declarations_explained():
    from assets.instance import recorded, require_recorded
    from assets.resources import Warehouse
    from assets.warehouse import JOB, WAREHOUSE_ASSETS, WAREHOUSE_CHECKS
    from pipelines.collecting.database import DATABASE_SWITCH
    from pipelines.commands.diff import print_replacements
    from pipelines.commands.run import hold_warehouse
    from pipelines.commands.run_report import (
        files_read,
        print_failures,
        print_mended,
        print_nothing_new,
        print_release,
        refused_by_system,
    )
    from pipelines.commands.stopped import accepted_loss_in_words
    from pipelines.commands.terminal import console_for_notes, console_for_people, line
    from pipelines.declarations import DeclarationError
    from pipelines.locking import Locked, hold_on
    from pipelines.messages import message
    from pipelines.raw.inventory import read_inventory_table
    from pipelines.releases.accepted_loss import accepted_loss
    from pipelines.releases.diff import Replacement
    from pipelines.releases.layout import Layout, current_release, project_root
    from pipelines.releases.manifest import read_manifest
    from pipelines.warehouse.clock import last_report_year
    from pipelines.warehouse.extraction import ends_of
    from pipelines.warehouse.last_run import note_run

# Under which the UI lists the runs of a job: the one repository of the module that workspace.yaml names.
_REPOSITORY = "__repository__@assets.definitions"
# What DuckDB raises where a file cannot be written, or no memory is left.
_OF_THE_DISK = ("FatalException", "IOException", "OutOfMemoryException", "TransactionException")


def materialise(warehouse: Warehouse, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """Read what is new, then build all tables over the years there are; failures are in the result, not raised."""
    definitions = dg.Definitions(
        assets=[*WAREHOUSE_ASSETS, *WAREHOUSE_CHECKS],
        # The name under which the UI launches the same.
        jobs=[dg.define_asset_job(JOB)],
        resources={"warehouse": warehouse},
    )
    return definitions.resolve_job_def(JOB).execute_in_process(
        instance=instance,
        tags={**_launched_by(), REPOSITORY_LABEL_TAG: _REPOSITORY},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )


def _launched_by() -> dict[str, str]:
    """Return the tags of this command's runs: where machines share a database, whose of them each is."""
    shared = {"warehouse": f"{socket.gethostname()}:{project_root()}"} if os.environ.get(DATABASE_SWITCH) else {}
    return {"launched_by": "gongkai run", **shared}


def failures(result: dg.ExecuteInProcessResult) -> list[str]:
    """Return what failed: the innermost error of each failed step, failed blocking checks, or of the run itself."""
    found: list[str] = []
    events = list(result.all_events)
    for event in (event for event in events if event.is_step_failure):
        data = event.event_specific_data
        found += _told(data) or _declared_wrong(data) or [f"{event.step_key}: {_innermost(data)}"]
    checks = [e for e in result.get_asset_check_evaluations() if not e.passed and "failing_rows" in e.metadata]
    found += [message("run.check_failed", check=e.check_name, rows=e.metadata["failing_rows"].value) for e in checks]
    if not result.success and not found:
        found += [_innermost(e.event_specific_data) for e in events if e.event_type_value == "PIPELINE_FAILURE"]
    return found


def _told(data: object) -> list[str]:
    """Return the lines of a step that stopped on purpose; nothing where one broke."""
    description = getattr(getattr(data, "user_failure_data", None), "description", None)
    return str(description).splitlines() if description else []


def _declared_wrong(data: object) -> list[str]:
    """Return the faults of a declaration that could not be used, a line each; nothing where another error began it."""
    error = getattr(data, "error", None)
    while error is not None and error.cls_name != DeclarationError.__name__:
        error = error.cause
    return [] if error is None else str(error.message).strip().partition(": ")[2].splitlines()


def _innermost(data: object) -> str:
    """Return the first line of the error that began it all: what dagster wraps around it says nothing more."""
    error = getattr(data, "error", None)
    if error is None:
        return str(data)
    while error.cause is not None:
        error = error.cause
    if error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
        return message("run.interrupted")
    told = str(error.message).strip().splitlines()[0]
    is_of_the_system = issubclass(getattr(builtins, error.cls_name or "", object), OSError)
    return refused_by_system(told) if is_of_the_system or error.cls_name in _OF_THE_DISK else told


def _metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, object]:
    for event in result.get_asset_materialization_events():
        if event.asset_key == dg.AssetKey(asset):
            return {name: entry.value for name, entry in event.materialization.metadata.items()}
    return {}


def report(layout: Layout, result: dg.ExecuteInProcessResult, console: Console) -> int:
    """Print what the run did and what is in the release; returns the exit code."""
    release = current_release(layout)
    read, published = _metadata(result, "extracted_reports"), _metadata(result, "release")
    is_new = bool(published.get("is_new"))
    told = files_read(_number(read.get("newly_extracted")), _number(read.get("read_again")), new=is_new)
    if is_new:
        console.print(line((message("run.published", release=release.name, read=told), "bold")))
        replaced = cast("list[list[Any]]", published.get("replaced") or [])
        print_replacements([Replacement(*each) for each in replaced], console, _number(published.get("replacements")))
        if (accepted := accepted_loss(read_manifest(release))) is not None:
            for each in accepted_loss_in_words(accepted):
                console.print(line(each), soft_wrap=True)
    else:
        print_nothing_new(release, console, told)
    if (kept := published.get("not_removed")) is not None:
        console_for_notes().print(line(message("run.not_removed", error=kept)), soft_wrap=True)
    if (aside := published.get("left_aside")) is not None:
        told = message("run.left_aside", folder=layout.releases, names=aside)
        console_for_notes().print(line(told), soft_wrap=True)
    stored = _metadata(result, "stored_release")
    if stored.get("sent_files"):
        sent = {"storage": stored["storage"], "files": stored["files"], "sent": stored["sent_files"]}
        console.print(line((message("run.stored", **sent), "bold")), soft_wrap=True)
    return print_release(release, console)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def bury_killed_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs of this command that were killed as failed: whoever holds the lock knows that none of them lives."""
    unfinished = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING]
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=unfinished, tags=_launched_by())):
        instance.report_run_failed(run, message("run.killed"))


def _run(warehouse: Warehouse, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    bury_killed_runs(instance)
    result = materialise(warehouse, instance)
    require_recorded(result)
    return result


def main(arguments: Sequence[str] = ()) -> int:
    """Run, with files of some reasons read again; print; return the exit code."""
    given = _arguments(arguments)
    asked = {"retry": given.retry, "accept_loss": given.accept_loss, "rebuild": given.rebuild}
    warehouse = Warehouse(lock_is_held=True, last_year=last_report_year(), **asked)
    layout = warehouse.layout
    console, errors = console_for_people(), console_for_notes()
    try:
        with _lock(layout, given.lock, errors):
            result = recorded(partial(_run, warehouse), partial(errors.print, markup=False))
            if result.success:
                _note(warehouse, errors)
    except Locked as error:
        errors.print(line(message("run.failed", reason=error)))
        return 1
    finally:
        end()
    print_mended(cast("list[str]", _metadata(result, "raw_files").get("mended", [])), errors)
    if not result.success:
        release = _metadata(result, "release")
        print_failures(failures(result), errors, str(release["release"]) if release.get("is_new") else None)
        return 1
    return report(layout, result, console)


def _note(warehouse: Warehouse, errors: Console) -> None:
    """Keep what the run depended on; where that cannot be written the release stands, and the next run looks anew."""
    layout = warehouse.layout
    try:
        note_run(layout, CODE | _digests(warehouse), ends_of(layout))
    except OSError as error:
        told = message("run.not_noted", file=layout.last_run, error=error.strerror or error)
        errors.print(line(told), soft_wrap=True)


def _digests(warehouse: Warehouse) -> dict[str, str]:
    inventory = read_inventory_table(warehouse.layout.inventory)
    return run_digests(inventory, year=warehouse.inputs.last_year, allowed_loss=warehouse.allowed_loss)


def _lock(layout: Layout, descriptor: int | None, errors: Console) -> AbstractContextManager[int]:
    """Hold the lock of the warehouse: as it was handed over, or taken now."""
    return hold_on(descriptor) if descriptor is not None else hold_warehouse(layout, errors)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m assets.run")
    parser.add_argument("retry", nargs="*")
    parser.add_argument("--accept-loss")
    parser.add_argument("--rebuild", action="store_true")
    # There are files to read: their readers are loaded beside all else.
    parser.add_argument("--reads", action="store_true")
    # The descriptor of the lock that the process held as `gongkai run`.
    parser.add_argument("--lock", type=int)
    return parser.parse_args(given)


if __name__ == "__main__":
    hide_pandas()
    end_loading()
    try:
        with declarations_explained():
            code = main(sys.argv[1:])
    except KeyboardInterrupt:
        warn(f"gongkai: {message('commands.interrupted')}")
        code = INTERRUPTED_EXIT
    leave(code)
    sys.exit(code)
