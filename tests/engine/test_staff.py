"""Workers that are kept read on after whatever happened to one of them, and are never more than they were."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

import pytest

from benchmarks.corpus.faults import faulty_document, faulty_file
from pipelines.engine.pool import extract_files
from pipelines.engine.staff import Workers
from pipelines.engine.stored_tables import FileTask
from pipelines.reading import Limits

SEEDS = sorted((Path(__file__).parents[2] / "data" / "raw" / "2020").glob("*.txt"))
LIMITS = Limits(seconds=0.5, document_seconds=1.0, recognition_seconds=1.5, memory_bytes=2 * 2**30)


def task(path: Path) -> FileTask:
    return FileTask(hashlib.sha256(path.read_bytes()).hexdigest(), bytes(path))


def read(keep: Workers, tasks: list[FileTask], limits: Limits = LIMITS) -> dict[str, str]:
    found: dict[str, str] = {}
    for tables in extract_files(tasks, limits=limits, workers=2, work=faulty_document, keep=keep):
        documents = tables["documents"]
        rows = zip(documents["file_sha256"].to_pylist(), documents["outcome"].to_pylist(), strict=True)
        found.update(dict(rows))
    return found


def processes(keep: Workers) -> set[int]:
    assert keep._kept is not None
    return set(keep._kept[1].pool._pool_manager.worker_manager.workers)


def test_workers_are_kept_from_call_to_call_and_end_with_their_keeper() -> None:
    tasks = [task(path) for path in SEEDS]
    with Workers() as keep:
        assert set(read(keep, tasks).values()) == {"parsed"}
        first = processes(keep)
        assert len(first) == 2
        assert set(read(keep, tasks[:1]).values()) == {"parsed"}
        assert processes(keep) == first
        other = Limits(seconds=0.6, document_seconds=1.0, recognition_seconds=1.5, memory_bytes=2 * 2**30)
        read(keep, tasks, other)
        assert not processes(keep) & first, "workers of other limits are others"
        last = processes(keep)
    assert [pid for pid in first | last if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.parametrize("fault", ["hang in python", "segfault", "exit 0", "memory"])
def test_what_one_call_reads_does_the_next_no_harm(fault: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(faulty_file(fault))
    tasks = [task(path) for path in SEEDS]
    with Workers() as keep:
        assert read(keep, [task(bad)]) == {task(bad).file_sha256: "quarantined"}
        assert set(read(keep, tasks).values()) == {"parsed"}
        for pid in processes(keep):
            os.kill(pid, signal.SIGKILL)
        assert set(read(keep, tasks).values()) == {"parsed"}
