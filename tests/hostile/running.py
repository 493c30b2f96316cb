"""Run hostile files together with reports through the pool, with the limits of every day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from pipelines.engine.pool import extract_files
from pipelines.engine.stored_tables import NOT_A_REPORT, PARSED, QUARANTINED, SCHEMAS, FileTask
from pipelines.reading import Limits
from pipelines.reading.limits import DEFAULT_LIMITS
from pipelines.reading.sniffing import sniff

SEEDS = sorted((Path(__file__).parents[2] / "data" / "raw" / "2020").glob("*.txt"))
# A reader that needs the pool to end it, or that fails in ways nobody foresaw, has a defect.
DEFECTS = frozenset(("timeout", "worker_died", "out_of_memory", "internal_error"))


class Case(NamedTuple):
    """A hostile file and the endings that are right: an outcome or a reason. Without any, all but defects are."""

    name: str
    make: Callable[[], bytes]
    endings: tuple[str, ...] = ()


class Run(NamedTuple):
    """The endings of the cases by name, whether all reports beside them were parsed, and all tables."""

    documents: dict[str, dict[str, Any]]
    neighbours_parsed: bool
    tables: dict[str, pa.Table]


def task_of(folder: Path, data: bytes) -> FileTask:
    """Write a file; its type is told from its bytes, as the inventory does."""
    path = folder / f"{len(list(folder.iterdir()))}.html"
    path.write_bytes(data)
    return FileTask(hashlib.sha256(data).hexdigest(), bytes(path), media_type=sniff(data))


def run_cases(folder: Path, cases: Sequence[Case], limits: Limits = DEFAULT_LIMITS) -> Run:
    """Extract the files of all cases and the seed reports in one run."""
    tasks = {case.name: task_of(folder, case.make()) for case in cases}
    reports = [task_of(folder, path.read_bytes()) for path in SEEDS]
    parts = list(extract_files(sorted([*tasks.values(), *reports]), limits=limits, workers=2))
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in SCHEMAS}
    rows = tables["documents"].to_pylist()
    found = {row["file_sha256"]: row for row in rows}
    assert len(found) == len(rows) == len({task.file_sha256 for task in tasks.values()}) + len(reports)
    neighbours = all(found[task.file_sha256]["outcome"] == PARSED for task in reports)
    return Run({name: found[task.file_sha256] for name, task in tasks.items()}, neighbours, tables)


def check(row: dict[str, Any], endings: Iterable[str] = ()) -> None:
    """Assert that a file ended in one of the endings, and always in an outcome that says why.

    A timeout is right only for a file of which that is said: its size makes it slow, and the pool ends it in time.
    """
    seen = (row["outcome"], row["reason"], row["detail"])
    assert row["outcome"] in (PARSED, QUARANTINED, NOT_A_REPORT), seen
    assert row["outcome"] == PARSED or (row["reason"] and row["detail"]), seen
    assert row["reason"] not in DEFECTS or row["reason"] in endings, seen
    assert not endings or row["outcome"] in endings or row["reason"] in endings, seen
