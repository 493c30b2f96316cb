"""`gongkai run`: ends at once where nothing has changed, else becomes the run. Keep out: what that does (`assets.run`).

One lock is held from the inventory to the end of the run: it is handed over to the program that this process becomes.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.releases.layout import Layout

_LOCK_WAIT_SECONDS = 60.0


def run(
    retry: Annotated[
        list[str] | None,
        typer.Option(
            "--retry",
            metavar="REASON",
            help="重读因此隔离的文件；可重复，或写 all。Read again what was quarantined for it; repeatable, or all.",
        ),
    ] = None,
    accept_loss: Annotated[
        str | None,
        typer.Option(
            "--accept-loss",
            metavar="REASON",
            help="比上一数据版本减少的理由，记入数据版本的清单。Why less than before is right; kept in the manifest.",
        ),
    ] = None,
    replace_stored: Annotated[
        str | None,
        typer.Option(
            "--replace-stored",
            metavar="RELEASE",
            help="可以取代的、存储中其他项目的数据版本。The release of another project, in the storage, to replace.",
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="即使没有变化也全部重建。Build everything anew, whatever has changed.")
    ] = False,
) -> None:
    """读取 data/raw，建库并发布；没有变化的不发布。Read data/raw and publish it; where nothing has changed, say so."""
    from pipelines.commands.failures import fail_with
    from pipelines.commands.terminal import console_for_notes, line
    from pipelines.locking import Locked
    from pipelines.messages import message
    from pipelines.releases.layout import Layout, project_root

    reasons = _checked(retry) if retry else []
    if accept_loss is not None and not accept_loss.strip():
        fail_with("run.reason_needed", exit_code=2)
    loss = accept_loss.strip() if accept_loss is not None else None
    root = project_root()
    if not (root / "dagster.yaml").is_file():
        fail_with("run.no_project", exit_code=2, folder=root)
    layout, notes = Layout(root), console_for_notes()
    try:
        with hold_warehouse(layout, notes) as lock:
            if replace_stored is not None:
                _may_be_replaced(layout, replace_stored)
            code, causes = _ended(layout, reasons, loss, rebuild=rebuild)
            if code is None:
                given = [f"--accept-loss={loss}"] if loss is not None else []
                flags = {"--rebuild": rebuild, "--reads": _may_read(causes)}
                _become_the_run(root, lock, [*reasons, *given, *(flag for flag, is_set in flags.items() if is_set)])
    except Locked as error:
        notes.print(line(message("run.failed", reason=error)))
        code = 1
    raise typer.Exit(code or 0)


def _may_be_replaced(layout: Layout, release_id: str) -> None:
    """Keep that the storage's release of this name may be replaced; any other one there still stops the run."""
    from pipelines.commands.failures import fail, fail_with
    from pipelines.releases.stored import storage_named
    from pipelines.storing import StorageError
    from pipelines.warehouse.publication import note_replaceable

    try:
        storage = storage_named()
    except StorageError as error:
        fail(str(error), 1)
    if storage is None:
        fail_with("releases.replaces_nothing", exit_code=2, release=release_id)
    note_replaceable(layout, storage, release_id)


def hold_warehouse(layout: Layout, notes: Console) -> AbstractContextManager[int]:
    """Hold the lock of the warehouse as `gongkai run`, telling what is read and, once, for whom it waits."""
    from pipelines.commands.terminal import line
    from pipelines.locking import hold
    from pipelines.messages import message

    notes.print(line(message("run.reading", folder=layout.raw)))
    what = message("locks.warehouse")
    return hold(layout.lock, what, "gongkai run", wait_seconds=_LOCK_WAIT_SECONDS, waiting=notes.print)


def _checked(retry: list[str]) -> list[str]:
    """Return the reasons, each once; an unknown one is wrong usage."""
    from pipelines.commands.failures import fail
    from pipelines.engine.tries import UnknownReason, checked_reasons

    try:
        return sorted(checked_reasons(retry))
    except UnknownReason as error:
        fail(str(error), 2)


def _ended(layout: Layout, reasons: list[str], loss: str | None, *, rebuild: bool) -> tuple[int | None, list[str]]:
    """Take the inventory, and where nothing has changed print what there is; returns the exit code.

    Where there is work to do there is no code yet, but why (codes of run_cause).
    """
    import duckdb

    from pipelines.collecting.ledger_database import LedgerError, LedgerFailed
    from pipelines.commands.progress import phase
    from pipelines.commands.run_report import (
        print_causes,
        print_failures,
        print_mended,
        print_nothing_new,
        print_release,
        refused_by_system,
    )
    from pipelines.commands.terminal import console_for_notes, console_for_people
    from pipelines.raw.missing_input import MissingInput
    from pipelines.releases.layout import current_release
    from pipelines.storing import StorageError
    from pipelines.warehouse.clearing import InTheWay
    from pipelines.warehouse.last_run import RELEASE_DAMAGED
    from pipelines.warehouse.run_causes import causes_of_run

    notes = console_for_notes()
    mended: list[str] = []
    try:
        with phase("progress.inventory"):
            causes = causes_of_run(layout, retry=reasons, accept_loss=loss, rebuild=rebuild, told=mended.append)
    except MissingInput as error:
        # It loads what a run does; whoever has nothing to do does without.
        from pipelines.commands.stopped import missing_input_lines

        print_failures(missing_input_lines(error), notes)
        return 1, []
    except (InTheWay, LedgerError, LedgerFailed, StorageError) as error:
        print_failures([str(error)], notes)
        return 1, []
    except OSError as error:
        print_failures([refused_by_system(str(error))], notes)
        return 1, []
    finally:
        print_mended(mended, notes)
    if causes:
        print_causes(causes, notes)
        return None, causes
    release, console = current_release(layout), console_for_people()
    try:
        print_nothing_new(release, console)
        return print_release(release, console), []
    except duckdb.Error:
        # Of a large database not every byte was looked at; DuckDB looks at those that it reads.
        print_causes([RELEASE_DAMAGED], notes)
        return None, [RELEASE_DAMAGED]


def _may_read(causes: list[str]) -> bool:
    """Tell whether there may be files to read, for which the run then prepares while it loads."""
    from pipelines.contracts.codes import code_list

    names = ("rules", "corrections", "views", "publishing", "allowed_loss", "loss_accepted", "not_stored")
    return not set(code_list("run_cause").named(*names)).issuperset(causes)


def _become_the_run(root: Path, lock: int, arguments: list[str]) -> None:
    from pipelines.collecting.ledger_database import LedgerError
    from pipelines.commands.dagster_home import prepare_home
    from pipelines.commands.failures import fail
    from pipelines.locking import hand_over

    try:
        os.environ.update(prepare_home(root))
    except LedgerError as error:
        fail(str(error))
    os.environ["GONGKAI_ROOT"] = str(root)
    os.chdir(root)
    hand_over(lock)
    # The run takes the place of this process: killing it leaves nothing behind that holds the lock.
    os.execv(sys.executable, [sys.executable, "-m", "assets.run", *arguments, f"--lock={lock}"])
