"""The benchmark of a whole run: what a process and its descendants took, how it grows, and that nothing is left."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.run import SCENARIOS, Measured, _stages, runs_table, slopes_of, stages_table
from benchmarks.watched import Took, watched
from tests.projects import ROOT

_BUSY = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
_ORPHAN = f"""
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        exec({_BUSY!r})
    os._exit(0)
sys.stdout.write("printed")
"""
_PROCESSES = """
import time
from benchmarks.apart import processes
with processes(1) as apart:
    print(apart.submit(len, "ab").result(), *(process.pid for process in apart._processes.values()), flush=True)
    time.sleep(100)
"""


def took(tmp_path: Path, program: str) -> tuple[Took, str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = tmp_path / "log"
    found = watched([sys.executable, "-c", program], folder=tmp_path, log=log, environment=environment)
    return found, log.read_text(encoding="utf-8")


def printed(table: object) -> list[list[str]]:
    console = Console(width=200, file=StringIO())
    console.print(table)
    assert isinstance(console.file, StringIO)
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in console.file.getvalue().splitlines()]


def test_the_seconds_of_whoever_outlives_the_command_are_counted(tmp_path: Path) -> None:
    found, log = took(tmp_path, _ORPHAN)
    assert (found.code, found.left, log) == (0, 0, "printed")
    assert found.other_cpu > 0.25 and found.peak > 1_000_000


def test_whoever_is_left_is_ended_and_told_of(tmp_path: Path) -> None:
    begun = time.monotonic()
    found, _ = took(tmp_path, "import subprocess; subprocess.Popen(['sleep', '100'])")
    assert found.left == 1 and time.monotonic() - begun < 60


def test_a_failure_is_told(tmp_path: Path) -> None:
    found, log = took(tmp_path, "raise SystemExit('no such project')")
    assert found.code == 1 and "no such project" in log


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_processes_of_a_killed_benchmark_end_with_it(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PROCESSES], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as benchmark:
        assert benchmark.stdout is not None
        _, worker = map(int, benchmark.stdout.readline().split())
        server = int(Path(f"/proc/{worker}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
        benchmark.send_signal(number)
    end = time.monotonic() + 60
    while time.monotonic() < end and any(Path(f"/proc/{process}").exists() for process in (worker, server)):
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists() and not Path(f"/proc/{server}").exists()


def test_a_command_ends_with_a_benchmark_that_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    command = f"import os, time, pathlib; pathlib.Path({str(pid)!r}).write_text(str(os.getpid())); time.sleep(100)"
    program = (
        "import os, sys, pathlib; from benchmarks.watched import watched;"
        f"watched([sys.executable, '-c', {command!r}], folder=pathlib.Path('.'),"
        f"log=pathlib.Path({str(pid)!r} + '.log'), environment=dict(os.environ))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT) as benchmark:
        end = time.monotonic() + 60
        while time.monotonic() < end and not (pid.exists() and pid.read_text(encoding="ascii")):
            time.sleep(0.05)
        benchmark.kill()
    while time.monotonic() < end and Path(f"/proc/{pid.read_text(encoding='ascii')}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{pid.read_text(encoding='ascii')}").exists()


def test_the_tables_tell_each_run_and_how_it_grows() -> None:
    def one(files: int) -> Measured:
        stages = {"inventory": 1.0, "tables and audit": 2.0}
        return Measured(Took(0, 10 + files / 10, 5 + files / 100, files / 50, 300_000_000, 0), stages)

    measured = {files: dict.fromkeys(SCENARIOS, one(files)) for files in (100, 400)}
    assert slopes_of(measured, "fresh") == [pytest.approx(0.03)]
    assert ["fresh", "100", "20.0", "5", "6.0", "2.0", "300", "0", ""] in printed(runs_table(measured))
    assert ["a rule changed", "400", "50.0", "8", "9.0", "8.0", "300", "0", "30.0"] in printed(runs_table(measured))
    assert ["nothing new", "100", "1.0", "-", "-", "-", "-", "-", "2.0", "17.0"] in printed(stages_table(measured))


def test_stages_are_taken_from_the_log_of_the_run(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as log:
        log.execute("CREATE TABLE event_logs (step_key TEXT, dagster_event_type TEXT, timestamp TEXT)")
        for step, start, end in (("raw_files", "00.25", "01.5"), ("cell", "02", "04"), ("dim_year", "04", "05")):
            for kind, second in (("STEP_START", start), ("STEP_SUCCESS", end)):
                log.execute("INSERT INTO event_logs VALUES (?, ?, ?)", (step, kind, f"2026-11-29 08:00:{second}"))
    log.close()
    assert _stages([path]) == {
        "inventory": pytest.approx(1.25, abs=0.01),
        "tables and audit": pytest.approx(3, abs=0.01),
    }
    (tmp_path / "b.db").write_bytes(b"no database of ours")
    assert _stages([tmp_path / "b.db"]) == {} == _stages([])
