"""A run of one or two reports in steps, each of which finds what it needs on disk: what faults are tried on.

It does what `gongkai run` does, in this process: without Dagster (which writes nothing below data/warehouse) and
without reading workers (which write nothing at all). Belongs here: the steps, the projects they begin with, what must
be true after them. Keep out: faults (`fault_points`), and which calls there are (`mutating_calls`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import duckdb

from pipelines.engine.extracted_tables import extract_batch
from pipelines.engine.stored_tables import FileTask, Tables
from pipelines.locking import hold
from pipelines.raw.inventory import read_inventory_table
from pipelines.reading import Limits
from pipelines.releases.layout import Layout, NoRelease, current_release
from pipelines.releases.manifest import DATABASE, read_manifest
from pipelines.releases.verified import faults, require_readable
from pipelines.warehouse import database, extraction, run_causes, star
from pipelines.warehouse.checks import check_names, run_checks
from pipelines.warehouse.clock import last_report_year
from pipelines.warehouse.database import open_database
from pipelines.warehouse.extraction import ends_of, extract_new
from pipelines.warehouse.last_run import note_run
from pipelines.warehouse.losses import ALLOWED_SHARE
from pipelines.warehouse.release import build_candidate, publish
from pipelines.warehouse.run_causes import causes_of_run
from pipelines.warehouse.run_digest import code_digests, run_digests
from pipelines.warehouse.run_inputs import RunInputs
from pipelines.warehouse.star import build_all, years_to_build

_ROOT = Path(__file__).resolve().parents[1]
_SEEDS = sorted((_ROOT / "data" / "raw" / "2020").glob("*.txt"))
# The moment in the name of a release, and of the digests of kept rows those that follow from the moment of writing.
_OF_THE_MOMENT = re.compile(r"\d{8}T\d{6}Z-(?=[0-9a-f]{12})|(?<=-\d/)[0-9a-f]{64}(?=\.parquet(?:\.sha256)?$)")
# The project before anything ran, and one with a release, and a file that is new.
FIRST, SECOND = "first", "second"
STATES = (FIRST, SECOND)
_INBOX = "2020"


def in_this_process() -> None:
    """Have all later runs of this process read files in it, and build one table after another: in one order always."""

    def extract_here(
        tasks: Sequence[FileTask], *, limits: Limits, done: Callable[[int], None], **_: Any
    ) -> Iterator[Tables]:
        if tasks:
            yield extract_batch(tasks, limits)
            done(len(tasks))

    patch.object(extraction, "extract_files", extract_here).start()
    patch.object(star, "_AT_ONCE", 1).start()
    patch.object(run_causes, "code_digests", _code_digests).start()
    patch.object(database, "open_database", _open_for_one_thread).start()


def _open_for_one_thread(path: Path) -> duckdb.DuckDBPyConnection:
    connection = open_database(path)
    connection.execute("SET threads = 1")
    return connection


@cache
def _code_digests() -> dict[str, str]:
    return code_digests()


def _digests(layout: Layout) -> dict[str, str]:
    inventory = read_inventory_table(layout.inventory)
    found = run_digests(inventory, year=last_report_year(), allowed_loss=ALLOWED_SHARE)
    return found | _code_digests()


def _build(layout: Layout) -> None:
    inputs = RunInputs(layout, last_report_year())
    build_all(inputs, years_to_build(inputs))


def _candidate(layout: Layout) -> None:
    build_candidate(layout)
    if failing := [result.name for result in run_checks(layout.candidate / DATABASE, check_names()) if result.failing]:
        raise AssertionError(f"checks fail: {', '.join(failing)}")


def _look(layout: Layout) -> None:
    with hold(layout.lock, "the warehouse", "a small run"):
        causes_of_run(layout)


STEPS: dict[str, Callable[[Layout], object]] = {
    "look": _look,
    "read": extract_new,
    "build": _build,
    "candidate": _candidate,
    "publish": publish,
    "note": lambda layout: note_run(layout, _digests(layout), ends_of(layout)),
}


def run_steps(layout: Layout, names: Sequence[str] = tuple(STEPS)) -> None:
    """Do some steps of a run, one after another."""
    for name in names:
        STEPS[name](layout)


class Begun(NamedTuple):
    """A project in the state that runs begin with, and another like it after a run that nothing disturbed."""

    project: Layout
    undisturbed: Layout


def begun(folder: Path, state: str) -> Begun:
    """Return a project below `folder`: FIRST with one report in its inbox, SECOND with its release and another report.

    What is not there yet is made.
    """
    found = Begun(Layout(folder / state), Layout(folder / f"{state}-undisturbed"))
    if not found.undisturbed.root.exists():
        if state == SECOND:
            copy_project(begun(folder, FIRST).undisturbed, found.project.root)
        else:
            (found.project.raw / _INBOX).mkdir(parents=True)
            shutil.copy(_ROOT / "pyproject.toml", found.project.root)
        shutil.copy(_SEEDS[STATES.index(state)], found.project.raw / _INBOX)
        run_steps(copy_project(found.project, found.undisturbed.root))
    return found


def copy_project(layout: Layout, root: Path) -> Layout:
    """Copy a project with its times and hard links, which are part of its state."""
    subprocess.run(["cp", "-a", str(layout.root), str(root)], check=True)
    return Layout(root)


@dataclass(frozen=True)
class Golden:
    """What a run without a fault leaves: the hash of its content, and all that stands below data/warehouse."""

    content_hash: str
    tree: tuple[str, ...]


def golden_of(layout: Layout) -> Golden:
    """Return what stands in a project, however its releases are dated."""
    return Golden(str(read_manifest(current_release(layout))["content_hash"]), _tree(layout))


def _tree(layout: Layout) -> tuple[str, ...]:
    """Return names, and modes in releases; what follows from the moment of a run is left out."""
    found = []
    for path in layout.warehouse.rglob("*"):
        name = _OF_THE_MOMENT.sub("", path.relative_to(layout.warehouse).as_posix())
        # A table below work that a run found as it must be is one file with that of the release, any other not.
        found.append(f"{name} {path.lstat().st_mode:o}" if path.is_relative_to(layout.releases) else name)
    return tuple(sorted(found))


def wrong_before(layout: Layout, earlier: str | None, golden: Golden) -> list[str]:
    """Return what is wrong after a fault and before the next run: of the release before, and of the current one."""
    told = []
    if earlier is not None:
        told += [f"{earlier}: {fault}" for fault in faults(layout.releases / earlier)]
    try:
        release = require_readable(current_release(layout))
    except NoRelease as error:
        return told if earlier is None and not layout.current.is_symlink() else [*told, str(error)]
    told += [f"current {release.name}: {fault}" for fault in faults(release)]
    if release.name != earlier and read_manifest(release)["content_hash"] != golden.content_hash:
        told.append(f"current {release.name} is neither the release before nor the one to be made")
    return told


def wrong_after(layout: Layout, golden: Golden) -> list[str]:
    """Return what differs from a run without a fault once the next run has ended."""
    release = current_release(layout)
    told = [f"{release.name}: {fault}" for fault in faults(release)]
    found = golden_of(layout)
    if found.content_hash != golden.content_hash:
        told.append(f"content {found.content_hash[:12]} and not {golden.content_hash[:12]}")
    told += [f"left over: {name}" for name in sorted({*found.tree} - {*golden.tree})]
    told += [f"lacking: {name}" for name in sorted({*golden.tree} - {*found.tree})]
    if len(found.tree) != len(golden.tree):
        told.append(f"{len(found.tree)} entries and not {len(golden.tree)}")
    if causes := causes_of_run(layout):
        told.append(f"there is still to do: {', '.join(causes)}")
    return told
