"""A document that hangs, crashes or eats memory costs only itself; the machine's faults are not blamed on files."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from benchmarks.corpus.faults import FAULTS, STALLED, faulty_document, faulty_file
from pipelines.engine import pool
from pipelines.engine.batches import FILES_PER_BATCH, make_batches, patience_for
from pipelines.engine.extracted_tables import Rows, add_document
from pipelines.engine.patience import timeout_detail
from pipelines.engine.pool import ExtractionStalled, extract_files
from pipelines.engine.stored_tables import SCHEMAS, FileTask
from pipelines.messages import retold
from pipelines.reading import Limits
from pipelines.reading.sniffing import PAGES, PDF

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "data" / "raw" / "2020").glob("*.txt"))
# A report takes a fiftieth of a second. What waits is looked at after ten times as long, by the clock.
LIMITS = Limits(seconds=0.25, document_seconds=1.0, recognition_seconds=1.5, memory_bytes=2 * 2**30)
# What each fault ends as, and what the detail must name.
ENDINGS = {
    "hang in python": ("timeout", "within 0.25 s of processor time"),
    "hang and swallow": ("timeout", "within 0.25 s"),
    "hang in c": ("timeout", "within 0.25 s"),
    "hang in a pattern": ("timeout", "within 0.25 s"),
    "wait": ("timeout", "no progress for 2.5 s"),
    "wait for a pipe": ("timeout", "no progress for 2.5 s"),
    "wait in c": ("timeout", "no progress for 2.5 s"),
    "segfault": ("worker_died", "SIGSEGV"),
    "abort": ("worker_died", "SIGABRT"),
    "kill": ("worker_died", "SIGKILL (the system's memory ran out"),
    "kill everybody": ("worker_died", "SIGKILL"),
    "exit 0": ("worker_died", "exit code 0"),
    "exit 1": ("worker_died", "exit code 1"),
    "memory": ("out_of_memory", str(LIMITS.memory_bytes)),
    "panic": ("internal_error", "Panic: called"),
    "system exit": ("internal_error", "SystemExit: 7"),
    "recursion": ("internal_error", "RecursionError"),
    "unfit rows": ("internal_error", "do not fit"),
    "connect": ("internal_error", "socket."),
    "resolve": ("internal_error", "socket.getaddrinfo 'example.org'"),
    "subprocess": ("internal_error", "subprocess.Popen"),
    "shell": ("internal_error", "os.system"),
    "fork": ("internal_error", "os.fork"),
    "write": ("internal_error", "open"),
}
Found = dict[str, dict[str, Any]]


def put(folder: Path, name: str, data: bytes) -> FileTask:
    path = folder / name
    path.write_bytes(data)
    return FileTask(hashlib.sha256(data).hexdigest(), bytes(path))


def put_reports(folder: Path, count: int) -> list[FileTask]:
    """Write reports, each a seed with a line of its own at its end."""
    own = (SEEDS[n % len(SEEDS)].read_bytes() + f"\n{n}\n".encode() for n in range(count))
    return [put(folder, f"report {n}", data) for n, data in enumerate(own)]


def put_faults(folder: Path, names: Iterable[str]) -> list[FileTask]:
    return [put(folder, f"{n} {name}", faulty_file(name, str(n))) for n, name in enumerate(names)]


def documents(parts: Iterable[dict[str, pa.Table]]) -> Found:
    """Return the outcome of each file by its name; a file that has two outcomes fails the test."""
    found: Found = {}
    for part in parts:
        for row in part["documents"].to_pylist():
            assert found.setdefault(row["file_sha256"], row) is row
    return found


def extract(tasks: list[FileTask], limits: Limits = LIMITS, workers: int = 2) -> Found:
    found = documents(extract_files(sorted(tasks), limits=limits, workers=workers, work=faulty_document))
    assert set(found) == {task.file_sha256 for task in tasks}
    return found


def test_a_fault_costs_its_document_alone_and_says_why(tmp_path: Path) -> None:
    reports, faults = put_reports(tmp_path, 60), put_faults(tmp_path, ENDINGS)
    tasks = sorted([*reports, *faults])
    parts = list(extract_files(tasks, limits=LIMITS, workers=4, work=faulty_document))
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in SCHEMAS}
    assert tables["documents"].num_rows == len(tasks)
    found = documents(parts)
    ends = {name: found[fault.file_sha256] for name, fault in zip(ENDINGS, faults, strict=True)}
    told = {name: retold(end["detail"]) for name, end in ends.items()}
    assert {name: (end["outcome"], end["reason"], True) for name, end in ends.items()} == {
        name: ("quarantined", reason, named in told[name]) for name, (reason, named) in ENDINGS.items()
    }, told
    assert not {fault.file_sha256 for fault in faults} & set(tables["reports"]["file_sha256"].to_pylist())
    assert_read_as_alone(reports, tables)
    written = Path(os.fsdecode(faults[list(ENDINGS).index("write")].path) + ".written")
    assert not written.exists(), "a reader wrote a file"


def assert_read_as_alone(reports: list[FileTask], tables: dict[str, pa.Table]) -> None:
    """Compare the tables with those that the reports make where nothing else is read."""
    alone = Rows()
    for task in reports:
        add_document(alone, task, LIMITS)
    for name in ("reports", "cells", "unmapped_rows", "sections"):
        key = [(column, "ascending") for column in tables[name].column_names[:3] if name != "unmapped_rows"]
        expected, found = alone.tables()[name], tables[name]
        assert found.num_rows == expected.num_rows
        if key:
            assert found.sort_by(key).equals(expected.sort_by(key))


def test_crowded_faults_cost_no_report(tmp_path: Path) -> None:
    reports = put_reports(tmp_path, 12)
    crashes = put_faults(tmp_path, ["segfault", "exit 1", "abort", "memory"] * 4)
    found = extract([*reports, *crashes])
    assert all(found[task.file_sha256]["outcome"] == "parsed" for task in reports)
    assert all(found[task.file_sha256]["outcome"] == "quarantined" for task in crashes)


def test_memory_kept_by_parsers_is_not_charged_to_the_next_file(tmp_path: Path) -> None:
    keepers = put_faults(tmp_path, ["memory kept"] * 8)
    found = extract(keepers, workers=1)
    assert {row["reason"] for row in found.values()} == {"no_statutory_table"}


def test_a_worker_has_neither_polars_nor_pandas() -> None:
    program = (
        "import sys, pipelines.engine.preloaded, pyarrow as pa; pa.array(['Arrow looks for pandas'])\n"
        "sys.exit(bool({'polars', 'pandas'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_what_a_worker_hands_over_reserves_no_gigabyte_of_addresses() -> None:
    """It counts against its limit: the worker would make room for a new one after every slice."""
    program = (
        "import pyarrow as pa; from pipelines.engine import worker, extracted_tables\n"
        "pa.set_memory_pool(pa.system_memory_pool()); before = worker._address_space()\n"
        "rows = extracted_tables.Rows(); rows.add_outcome('0' * 64, 1, 'quarantined', 'timeout', 'late')\n"
        "worker._packed(rows.tables())\n"
        "print((worker._address_space() - before) // 2**20)"
    )
    grown = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(grown.stdout) < 512


def test_recognition_gives_a_document_more_time_but_not_for_ever(tmp_path: Path) -> None:
    limits = Limits(seconds=0.3, document_seconds=0.3, recognition_seconds=1.6)
    short, long = put_faults(tmp_path, ["short recognition", "long recognition"])
    found = extract([short._replace(media_type=PDF), long._replace(media_type=PDF)], limits)
    assert found[short.file_sha256]["reason"] == "no_statutory_table"
    assert (found[long.file_sha256]["reason"], found[long.file_sha256]["detail"]) == ("timeout", timeout_detail(1.6))


def test_a_parser_that_hangs_is_not_given_the_time_of_recognition(tmp_path: Path) -> None:
    hang = put_faults(tmp_path, ["hang in c"])[0]._replace(media_type=PDF)
    # To wait for what recognition may take would outlast the test's own time.
    found = extract([hang], Limits(document_seconds=0.3, recognition_seconds=100_000))
    assert found[hang.file_sha256]["detail"] == timeout_detail(0.3)


def test_a_document_that_is_kept_waiting_is_read(tmp_path: Path) -> None:
    waiting = put_faults(tmp_path, ["wait a while"])[0]
    found = extract([waiting], Limits(seconds=1.0))
    assert found[waiting.file_sha256]["reason"] == "no_statutory_table"


def test_files_that_hang_are_not_our_fault_while_others_are_read(tmp_path: Path) -> None:
    hangs = put_faults(tmp_path, ["hang in python"] * 4)
    report = put_reports(tmp_path, 1)[0]
    found = extract([*hangs, report], Limits(seconds=0.5))
    assert found[report.file_sha256]["outcome"] == "parsed"
    assert [found[task.file_sha256]["reason"] for task in hangs] == ["timeout"] * 4


def test_a_run_in_which_every_file_times_out_is_our_fault(tmp_path: Path) -> None:
    hangs = put_faults(tmp_path, ["hang in python"] * 6)
    parts: list[dict[str, pa.Table]] = []
    with pytest.raises(ExtractionStalled, match="6 files timed out"):
        parts.extend(extract_files(hangs, limits=Limits(seconds=0.1), workers=2, work=faulty_document))
    assert parts == []


def test_a_run_that_stops_reading_is_our_fault_and_blames_no_file(tmp_path: Path) -> None:
    read_ahead = 2 * 2 * FILES_PER_BATCH  # what two workers may have read by the time that the first result is taken
    tasks = put_faults(tmp_path, ["trace"] * (read_ahead + 100))
    parts = extract_files(tasks, limits=Limits(seconds=0.1), workers=2, work=faulty_document)
    found = [next(parts)]
    (tmp_path / STALLED).touch()
    with pytest.raises(ExtractionStalled, match="one that was read before"):
        found.extend(parts)
    outcomes = [row["reason"] for part in found for row in part["documents"].to_pylist()]
    assert 0 < outcomes.count("no_statutory_table") < len(tasks) - 50
    assert outcomes.count("timeout") <= 2  # of each worker, a file that was read together with one in time


def test_many_files_that_hang_do_not_stop_a_run_that_reads_others(tmp_path: Path) -> None:
    report = put_reports(tmp_path, 1)
    hangs = put_faults(tmp_path, ["hang in python"] * 20)
    found = documents(extract_files([*report, *hangs], limits=Limits(seconds=0.2), workers=2, work=faulty_document))
    assert sorted(str(row["reason"]) for row in found.values()) == ["None"] + ["timeout"] * 20


def test_files_that_timed_out_before_are_no_proof_of_our_fault(tmp_path: Path) -> None:
    hangs = put_faults(tmp_path, ["hang in python"] * 6)
    again = {task.file_sha256 for task in hangs}
    parts = extract_files(hangs, again=again, limits=Limits(seconds=0.1), workers=2, work=faulty_document)
    assert [row["reason"] for row in documents(parts).values()] == ["timeout"] * 6


def test_a_file_of_an_earlier_run_tells_whose_fault_it_is(tmp_path: Path) -> None:
    report, *hangs = [*put_reports(tmp_path, 1), *put_faults(tmp_path, ["hang in python"] * 5)]
    options: dict[str, Any] = {"proven": report, "limits": Limits(seconds=0.2), "work": faulty_document}
    assert set(documents(extract_files(hangs, **options))) == {task.file_sha256 for task in hangs}
    (tmp_path / STALLED).touch()
    with pytest.raises(ExtractionStalled, match="one that was read before"):
        list(extract_files(hangs, **{**options, "limits": Limits(seconds=0.1)}))


def test_three_files_that_all_hang_are_quarantined(tmp_path: Path) -> None:
    found = extract(put_faults(tmp_path, ["hang in python"] * 3), Limits(seconds=0.1))
    assert [row["reason"] for row in found.values()] == ["timeout"] * 3


def test_work_waits_for_whoever_takes_the_results(tmp_path: Path) -> None:
    traces = put_faults(tmp_path, ["trace"] * 200)
    parts = extract_files(traces, limits=LIMITS, workers=2, work=faulty_document)
    taken = next(parts)["documents"].num_rows
    time.sleep(0.5)
    begun = sum(Path(os.fsdecode(task.path)).stat().st_mtime == 0 for task in traces)
    assert taken <= begun <= taken + 2 * 2 * FILES_PER_BATCH
    assert len(documents(parts)) == 200 - taken


def test_idle_workers_that_are_killed_cost_nothing(tmp_path: Path) -> None:
    traces = put_faults(tmp_path, ["trace"] * 200)
    parts = extract_files(traces, limits=LIMITS, workers=2, work=faulty_document)
    first = [next(parts)]
    time.sleep(0.5)
    for worker in children(forkserver._forkserver._forkserver_pid):  # type: ignore[attr-defined]
        os.kill(worker, signal.SIGKILL)
    time.sleep(0.5)
    found = documents([*first, *parts])
    assert [row["reason"] for row in found.values()] == ["no_statutory_table"] * 200


def test_a_worker_that_dies_with_the_locks_of_all_costs_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_SILENT_SECONDS", 10_000.0)
    reports, killers = put_reports(tmp_path, 30), put_faults(tmp_path, ["kill with locks"])
    found = extract([*reports, *killers])
    assert all(found[task.file_sha256]["outcome"] == "parsed" for task in reports)
    assert found[killers[0].file_sha256]["reason"] == "worker_died"


def children(parent: int) -> list[int]:
    """Return the processes whose parent is the given one."""
    stats = [path.read_text(encoding="utf-8", errors="replace") for path in Path("/proc").glob("[0-9]*/stat")]
    own = [stat for stat in stats if int(stat.rsplit(")", 1)[1].split()[1]) == parent]
    assert own
    return [int(stat.split()[0]) for stat in own]


def test_done_counts_every_file_once(tmp_path: Path) -> None:
    counts: list[int] = []
    tasks = [*put_reports(tmp_path, 5), *put_faults(tmp_path, ["exit 1", "panic"])]
    assert len(documents(extract_files(tasks, limits=LIMITS, done=counts.append, work=faulty_document))) == 7
    assert sum(counts) == 7


def test_no_files_need_no_workers() -> None:
    assert list(extract_files([], limits=LIMITS)) == []


INTERRUPTED = """
import sys
from pathlib import Path
from benchmarks.corpus.faults import faulty_document
from pipelines.engine.pool import extract_files
from pipelines.engine.stored_tables import FileTask
from pipelines.reading import Limits
tasks = [FileTask(path.name, bytes(path)) for path in sorted(Path(sys.argv[1]).iterdir())]
for tables in extract_files(tasks, limits=Limits(seconds=600), workers=2, work=faulty_document):
    print(tables["documents"].num_rows, flush=True)
"""


def group_is_gone(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("signal_number", "hang"), [(signal.SIGINT, "hang in c"), (signal.SIGKILL, "trace")])
def test_an_interrupt_leaves_no_worker_behind(tmp_path: Path, signal_number: signal.Signals, hang: str) -> None:
    put_reports(tmp_path, 3)
    put_faults(tmp_path, [hang])
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        assert run.stdout is not None and run.stdout.readline()
        if signal_number == signal.SIGINT:
            os.killpg(run.pid, signal_number)  # as a terminal does
        else:
            run.send_signal(signal_number)
        _, errors = run.communicate(timeout=10)
        assert run.returncode != 0
        assert b"KeyboardInterrupt" in errors or signal_number == signal.SIGKILL
        assert group_is_gone(run.pid, 5)
    finally:
        if not group_is_gone(run.pid, 0.1):
            os.killpg(run.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("media_type", "seconds"),
    [
        ("", (20, 120)),
        ("text/html", (20, 120)),
        ("text/plain", (20, 120)),
        ("application/pdf", (60, 120)),
        ("application/msword", (60, 120)),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (60, 120)),
        ("image/png", (120, 120)),
        (PAGES, (120, 120)),
    ],
)
def test_the_seconds_of_a_file_come_from_its_type(media_type: str, seconds: tuple[float, float]) -> None:
    assert patience_for(media_type, Limits()) == seconds


def test_batches_hold_every_file_once_and_few_where_there_are_few() -> None:
    tasks = [FileTask(f"{n:03}", b"") for n in range(100)]
    batches = make_batches(tasks, Limits(), workers=2)
    assert [task for batch in batches for task in batch.tasks] == tasks
    assert {len(batch.tasks) for batch in batches} == {FILES_PER_BATCH}
    assert [len(batch.tasks) for batch in make_batches(tasks[:6], Limits(), workers=2)] == [1] * 6


def test_every_fault_is_tried() -> None:
    assert set(FAULTS) - set(ENDINGS) == {
        *("memory filled", "memory kept", "trace", "short recognition", "long recognition", "wait a while"),
        "kill with locks",
    }
